"""The reader's vocabulary: labels, column headers and category terms, as data."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The vocabulary file of this name (`labels`, `columns`, `categories`)."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))
