"""The floor: what one row over gRPC costs in Python at least. No authentication, no scope, no validation."""
