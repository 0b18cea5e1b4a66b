"""The links of the chain, one a file. `service.rpc.assembly` has their order."""
