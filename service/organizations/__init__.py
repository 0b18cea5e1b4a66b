"""Organizations, their members and keys, and what belongs to them."""
