"""Structured documents and the structured parts of documents: what they say is taken as it is, and wins over the page.

`formats` tells which format some bytes have and reads them; each format's module turns its tree into items.
"""
