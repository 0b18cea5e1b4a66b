"""Options of a form with the marks of those that were chosen: `[X] kg [ ] l`, `☐ R1 ☒ R3`."""

import re
from collections.abc import Sequence

_CHECKED = r"\[\s?[xX✓✔×]\s?\]|\(\s?[xX✓✔×]\s?\)|[☒☑✓✔✗✘■⌧🗹×]|(?<![^\W_])[xX](?![^\W_])"
_UNCHECKED = r"\[\s?_?\s?\]|\(\s\)|[☐□◻○◯▢口]"
_MARK = re.compile(rf"(?P<yes>{_CHECKED})|(?P<no>{_UNCHECKED})")


def chosen(text: str, options: Sequence[tuple[int, int]]) -> int | None:
    """The index of the one option (first character, one after the last) whose mark is set; None without such marks.

    Marks stand before their options, or else behind all of them.
    """
    marks = list(_MARK.finditer(text))
    if not marks or not options:
        return None
    before = [[mark for mark in marks if mark.end() <= start] for start, _ in options]
    if all(before) and len({found[-1].start() for found in before}) == len(options):
        own = [found[-1] for found in before]
    else:
        behind = [[mark for mark in marks if mark.start() >= end] for _, end in options]
        if not all(behind) or len({found[0].start() for found in behind}) < len(options):
            return None
        own = [found[0] for found in behind]
    checked = [index for index, mark in enumerate(own) if mark["yes"]]
    return checked[0] if len(checked) == 1 else None


def is_marked(text: str) -> bool:
    """Whether a text has the mark of an option, set or not."""
    return _MARK.search(text) is not None
