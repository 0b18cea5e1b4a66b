"""One synthetic document: its bytes and what is written on it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Made:
    """`items` has the values that the document prints, decimals and dates as exact text."""

    name: str
    suffix: str
    content: bytes
    category: str
    items: tuple[dict[str, Any], ...]
    language: str
