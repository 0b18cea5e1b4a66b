"""The HTTP gateway: REST for the RPCs, through the same interceptors and in the same process."""
