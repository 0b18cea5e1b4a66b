"""Trains the model that tells categories of documents apart.

Its documents are made here, as text: nothing is shared with the tests' documents, nor with the reader's vocabulary, so
that neither is measured by what it was made from.
"""
