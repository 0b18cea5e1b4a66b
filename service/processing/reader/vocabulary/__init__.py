"""The reader's vocabulary: labels, column headers and category terms, as data."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def load(name: str) -> dict[str, Any]:
    """The vocabulary file of this name (`labels`, `columns`, `categories`)."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def any_of(name: str, group: str, key: str) -> str:
    """A pattern of any of the words of a list, for folded text; a star in a word stands for more letters."""
    words = sorted(load(name)[group][key], key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\W?\s?") for word in words) + ")"
