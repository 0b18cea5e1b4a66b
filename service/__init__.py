"""Muniment: documents in, records out."""
