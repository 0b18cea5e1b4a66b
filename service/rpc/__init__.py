"""gRPC: servicers, interceptors, the one error table."""
