"""Words of a page as lines and cells, with character positions that lead back to boxes."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import pairwise

from service.domain.evidence import Box
from service.processing.reader.model import Page, TextSource, Word

_TOKEN = re.compile(r"[a-z0-9]+")
#: Letters that no decomposition makes plain.
_PLAIN = {"°": "o", "ß": "s", "ł": "l", "ø": "o", "æ": "a", "œ": "o", "đ": "d", "ð": "d", "þ": "t", "ı": "i"}
#: Letters of other alphabets by a Latin one of about their sound, so that their words are words too.
_PLAIN |= dict(zip("αβγδεζηθικλμνξοπρσςτυφχψω", "abgdezitiklmnxoprsstyfhpo", strict=True))
_PLAIN |= dict(zip("абвгдежзиклмнопрстуфхцчшщъыэюяіјєљњћђџ", "abvgdezziklmnoprstufhccssayeuaijelncdd", strict=True))
#: Parts two cells of one line in `Line.text`.
CELL_GAP = "\t"


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    plain = unicodedata.normalize("NFKD", char.lower())
    for candidate in plain:
        if candidate in _PLAIN:
            return _PLAIN[candidate]
        if not unicodedata.combining(candidate):
            return candidate
    return " "


def fold(text: str) -> str:
    """Lower case without accents, of the same length as the text, so that positions stay valid."""
    if text.isascii():
        return text.lower()
    return "".join(_fold_char(char) if char != "°" else "o" for char in text)


@dataclass(frozen=True)
class Cell:
    """Words that stand close together on a line: characters `start` to `end` of the line's text."""

    start: int
    end: int
    box: Box


@dataclass(frozen=True)
class Line:
    """One line of a page. `starts[i]` is the position of word i in `text`."""

    page: int
    index: int
    text: str
    words: tuple[Word, ...]
    starts: tuple[int, ...]
    cells: tuple[Cell, ...]
    box: Box

    @cached_property
    def folded(self) -> str:
        """The text folded for comparison; same length."""
        return fold(self.text)

    @cached_property
    def tokens(self) -> tuple[tuple[str, int, int], ...]:
        """The folded words and numbers with their positions."""
        return tuple((match.group(), match.start(), match.end()) for match in _TOKEN.finditer(self.folded))

    def words_between(self, start: int, end: int) -> Sequence[Word]:
        """The words that characters `start` to `end` touch."""
        return self.words[self._touched(start, end)]

    def box_between(self, start: int, end: int) -> Box:
        """The box of characters `start` to `end`; of a word that they are a part of, that part."""
        touched = self._touched(start, end)
        boxes = [
            _part_of(word, start - at, end - at)
            for word, at in zip(self.words[touched], self.starts[touched], strict=True)
        ]
        box = boxes[0]
        for other in boxes[1:]:
            box = box.union(other)
        return box

    def _touched(self, start: int, end: int) -> slice:
        first = max(0, bisect_right(self.starts, start) - 1)
        return slice(first, max(first + 1, bisect_right(self.starts, max(start, end - 1))))

    def confidence_between(self, start: int, end: int) -> float:
        """The least sure word of characters `start` to `end`."""
        return min(word.confidence for word in self.words_between(start, end))

    def cell_at(self, position: int) -> Cell:
        """The cell that holds a character."""
        for cell in self.cells:
            if position < cell.end:
                return cell
        return self.cells[-1]

    def parted(self, positions: Sequence[int]) -> "Line":
        """The line with a gap before the words that begin at these positions."""
        cuts = sorted({at for at in positions if at in self.starts and self.text[at - 1 : at] == " "})
        text = list(self.text)
        for at in cuts:
            text[at - 1] = CELL_GAP
        cells = []
        for cell in self.cells:
            edges = [cell.start, *(at for at in cuts if cell.start < at < cell.end), cell.end + 1]
            for start, after in pairwise(edges):
                cells.append(Cell(start, after - 1, self.box_between(start, after - 1)))
        return replace(self, text="".join(text), cells=tuple(cells)) if cuts else self


def _part_of(word: Word, start: int, end: int) -> Box:
    """The box of characters `start` to `end` of a word, as if all were as wide; of none or all, the word's."""
    length = len(word.text)
    start, end = max(0, start), min(length, end)
    if start >= end or (start, end) == (0, length):
        return word.box
    unit = (word.box.x1 - word.box.x0) / length
    return Box(word.box.x0 + start * unit, word.box.y0, word.box.x0 + end * unit, word.box.y1)


def lines_of(page: Page) -> list[Line]:
    """The lines of a page from top to bottom."""
    rows: list[list[Word]] = []
    spans: list[tuple[float, float]] = []
    words = [word for word in page.words if word.text.strip()]
    for word in sorted(words, key=lambda word: (word.box.y0 + word.box.y1) / 2):
        middle = (word.box.y0 + word.box.y1) / 2
        height = word.box.y1 - word.box.y0
        for back in range(len(rows) - 1, max(-1, len(rows) - 4), -1):
            top, bottom = spans[back]
            centre = (top + bottom) / 2
            if abs(middle - centre) <= 0.4 * max(height, min(bottom - top, 2 * height), 1.0) and not _collides(
                rows[back], word
            ):
                rows[back].append(word)
                count = len(rows[back])
                spans[back] = (top + (word.box.y0 - top) / count, bottom + (word.box.y1 - bottom) / count)
                break
        else:
            rows.append([word])
            spans.append((word.box.y0, word.box.y1))
    table = page.source is TextSource.TABLE
    return [_line(page.number, index, row, table) for index, row in enumerate(rows)]


def _collides(row: Sequence[Word], word: Word) -> bool:
    """Whether the word overlaps one of the row, which two words of one line never do by much."""
    for other in row:
        overlap = min(other.box.x1, word.box.x1) - max(other.box.x0, word.box.x0)
        if overlap > 0.5 * min(other.box.x1 - other.box.x0, word.box.x1 - word.box.x0) and overlap > 2:
            return True
    return False


def _line(page: int, index: int, row: list[Word], table: bool) -> Line:
    row.sort(key=lambda word: word.box.x0)
    height = sorted(word.box.y1 - word.box.y0 for word in row)[len(row) // 2]
    gap = 0.5 if table else max(1.0 * height, 4.0)
    text = ""
    starts: list[int] = []
    cells: list[Cell] = []
    cell_start, cell_box = 0, row[0].box
    for position, word in enumerate(row):
        if position:
            apart = word.box.x0 - row[position - 1].box.x1
            new_cell = word.box.x0 != row[position - 1].box.x0 if table else apart > gap
            if new_cell:
                cells.append(Cell(cell_start, len(text), cell_box))
                text += CELL_GAP
                cell_start, cell_box = len(text), word.box
            else:
                text += " "
                cell_box = cell_box.union(word.box)
        starts.append(len(text))
        text += word.text
    cells.append(Cell(cell_start, len(text), cell_box))
    box = cells[0].box
    for cell in cells[1:]:
        box = box.union(cell.box)
    return Line(page, index, text, tuple(row), tuple(starts), tuple(cells), box)
