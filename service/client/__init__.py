"""The users' command line: it speaks to a running service through `muniment_client`, and imports nothing of it."""
