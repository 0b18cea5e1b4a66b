"""Makers of synthetic documents with known answers. They know documents, not the reader: nothing here imports it."""
