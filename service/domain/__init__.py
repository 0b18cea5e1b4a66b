"""The rules, without input or output. Imports the standard library alone."""
