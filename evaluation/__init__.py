"""Reads a folder of documents with known answers through the pipeline's own functions and counts what was right.

`python -m evaluation` (or `make eval`) takes the documents that `manifest.json` of the folder names, reads each in the
sandbox, compares what was read with the known fields, prints a table, and with `--write` keeps the counts in
`evaluation/results.json`. Documents are parted for good into a development and a test part: what is mended is looked
for in the first, the second only counts.
"""
