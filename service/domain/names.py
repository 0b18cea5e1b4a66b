"""Names that people give, and how they are searched."""

from __future__ import annotations

from unicodedata import normalize


def search_form(name: str) -> str:
    """Write a name, or a part of one, as it is kept for searching: letter case and Unicode composition don't count.

    Folding can undo the composition, hence the second normalization (Unicode Standard, section 3.13, D145).
    """
    return normalize("NFC", normalize("NFC", name).casefold())
