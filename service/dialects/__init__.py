"""Other REST contracts on the same files: thin servicers that convert, call the same use cases, convert back."""
