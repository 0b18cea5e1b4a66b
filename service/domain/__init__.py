"""Rules without input or output: the standard library alone."""
