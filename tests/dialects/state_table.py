"""The table of docs/dialects.md: what a file in each state looks like in each dialect."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.docs.surface import ROOT

PAGE = (ROOT / "docs" / "dialects.md").read_text()


@dataclass(frozen=True)
class Cell:
    """What the page says of one state in one dialect."""

    state: str
    query: str | None
    """Lists the file; empty for a list without a query, None when nothing lists it."""
    download: int
    delete: int

    @classmethod
    def parse(cls, text: str) -> Cell:
        found = re.fullmatch(
            r"(`[a-z, ]+`|\d{3}); (listed|not listed|listed with `([^`]+)`); download (\d{3}); delete (\d{3})", text
        )
        assert found, text
        query = {"listed": "", "not listed": None}.get(found[2], found[3])
        return cls(found[1].strip("`"), query, int(found[4]), int(found[5]))


def read_table(heading: str) -> dict[str, dict[str, Cell]]:
    """The table below a heading, by its first column and its head."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in re.findall(r"^\|.*$", section, re.M)]
    head, _, *body = rows
    return {row[0]: dict(zip(head[1:], map(Cell.parse, row[1:]), strict=True)) for row in body}


TABLE = read_table("States")
"""By state, then by dialect."""
