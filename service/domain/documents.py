"""What a document is, before anything in it is read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Inspected:
    """What opening a document told. `mime_type` is that of its bytes, whatever was declared."""

    mime_type: str
    page_count: int
    """Pages of a PDF or TIFF; 1 for anything else."""
    format: str
    """A short name in capitals: `PDF`, `JPEG`, `PNG`, `WEBP`, `TIFF`, `GIF`, `BMP`, `HEIC`, `XLSX`, `CSV`, `TXT`."""
