"""The users' command line. It speaks to a running service through `muniment_client`, and needs nothing of the service."""
