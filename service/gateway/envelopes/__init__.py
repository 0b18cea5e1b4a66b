"""How each dialect writes answers and errors, one a file."""
