"""The table, for a terminal and for ``bench/results.md``."""

import os
import platform
from collections.abc import Sequence

from bench.rows import Comparison
from bench.sides import Sizes

HEADINGS = ("what", "Muniment", "compared with", "ratio (min–max)", "goal", "")
EXPLANATION = """\
Measured by `make bench`: both sides of a row run on the same PostgreSQL and the same S3, one process each unless the
row says otherwise, in turns (A B A B …). A ratio is the median over the rounds of the ratios of a round; in brackets
the least and the greatest. *Floor*: a bare `grpc.aio` server (`bench/floor`). *FastAPI*: what a team would write
instead (`bench/fastapi_rival`).
"""


def table(comparisons: Sequence[Comparison]) -> str:
    """In Markdown, with aligned columns."""
    rows = [HEADINGS, *(_cells(each) for each in comparisons)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEADINGS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def details(comparisons: Sequence[Comparison]) -> str:
    """What each side of each row cost, as a list in Markdown."""
    return "\n".join(
        f"- {each.what}\n" + "\n".join(f"  - {note}" for note in each.notes) for each in comparisons if each.notes
    )


def document(comparisons: Sequence[Comparison], sizes: Sizes, rounds: int, seconds: float) -> str:
    """The whole of ``results.md``."""
    machine = (
        f"Machine: {os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}; "
        f"{rounds} rounds of {seconds:g} s; {sizes.total:,} files in all."
    )
    return "\n".join(
        [
            "# Results",
            "",
            EXPLANATION,
            machine,
            "",
            table(comparisons),
            "",
            "## In detail",
            "",
            details(comparisons),
            "",
        ]
    )


def _cells(comparison: Comparison) -> tuple[str, ...]:
    low, high = min(comparison.ratios), max(comparison.ratios)
    sign = "≥" if comparison.sense == "at least" else "≤"
    return (
        comparison.what,
        comparison.ours,
        comparison.theirs,
        f"{comparison.ratio:.2f} ({low:.2f}–{high:.2f})",
        f"{sign} {comparison.goal:g}",
        "reached" if comparison.reached else "**missed**",
    )
