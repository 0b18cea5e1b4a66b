"""Whether evidence leads to its value: looked up in the document itself, not among the words that the reader found.

On a page with a text layer the characters whose middle lies in the box must be those of the raw text, by boxes that
PDFium gives for single characters and by this module's own way from page space to the page as it is shown. Where
writing is pixels, the box is cut out of the rendered page and recognised anew. Plain text, tables and structured parts
are looked up in the file. The raw text must also say the value.
"""

from __future__ import annotations

import csv
import ctypes
import logging
import re
from collections import Counter
from collections.abc import Mapping
from difflib import SequenceMatcher
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]
from lxml import etree  # type: ignore[import-untyped]
from PIL import Image

from evaluation.saying import says
from service.domain.evidence import Box, Evidence
from service.processing.reader.images import frames_of, resolution_of
from service.processing.reader.model import Page, TextSource

#: Plain text is laid out with so many points a character and a line.
_COLUMN, _ROW = 5.0, 10.0
_DOTS_PER_POINT = 200 / 72
_MARGIN = 1.5
#: How alike two readings of the same pixels are at least.
_ALIKE = 0.75
_WHOLE_LINE = 1000
_MAX_PIXELS = 120_000_000


class Places:
    """The places of one document that was read: `path` is the file that was read, `pages` say how each was read."""

    def __init__(self, path: Path, pages: tuple[Page, ...]) -> None:
        self._path = path
        self._pages = {page.number: page for page in pages}

    def lead_to(self, item: Mapping[str, Any], entry: Evidence) -> bool:
        """Whether evidence leads to the value that it is about: its path, its sources, or its box on its page."""
        value = _value_at(item, entry.field)
        if entry.derived_from:
            return all(_value_at(item, name) is not None for name in entry.derived_from)
        if not entry.raw_text or value is None:
            return False
        if not says(entry.raw_text, entry.field, value):
            return False
        if entry.path:
            return self._in_file(entry.path, entry.raw_text)
        page = self._pages.get(entry.page or 0)
        return page is not None and entry.box is not None and self._on_page(page, entry.box, entry.raw_text)

    def _on_page(self, page: Page, box: Box, raw: str) -> bool:
        match page.source:
            case TextSource.TABLE:
                return _plain(raw) == _plain(self._cell(box))
            case TextSource.PLAIN:
                return _same_words(raw, self._typed(page.number, box).split())
            case TextSource.TEXT_LAYER:
                words = self._layer(page.number, box)
                # What a layer lacks, or says with a garbled font, is recognised.
                return self._is_written(page, box, raw) if _says_little_of(raw, words) else _same_words(raw, words)
        return self._is_written(page, box, raw)

    def _cell(self, box: Box) -> str:
        column, row = round(box.x0), round(box.y0)
        rows = self._rows
        return rows[row][column] if row < len(rows) and column < len(rows[row]) else ""

    @cached_property
    def _rows(self) -> list[list[str]]:
        if self._path.suffix.lower() != ".csv":
            return []
        text = self._path.read_text(encoding="utf-8-sig")
        return list(csv.reader(text.splitlines(), delimiter=";" if text.count(";") > text.count(",") else ","))

    def _typed(self, number: int, box: Box) -> str:
        pages = self._path.read_text(encoding="utf-8", errors="replace").split("\f")
        lines = pages[number - 1].splitlines() if number <= len(pages) else []
        chosen = lines[round(box.y0 / _ROW) : max(round(box.y1 / _ROW), round(box.y0 / _ROW) + 1)]
        return " ".join(line.expandtabs(1)[round(box.x0 / _COLUMN) : round(box.x1 / _COLUMN)] for line in chosen)

    def _layer(self, number: int, box: Box) -> list[str]:
        """What of each word of a text layer lies in a box."""
        words: dict[int, str] = {}
        for word, char, x, y in self._characters(number):
            if box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1:
                words[word] = words.get(word, "") + char
        return list(words.values())

    @cache  # noqa: B019  # as short-lived as the document
    def _characters(self, number: int) -> list[tuple[int, str, float, float]]:
        """Each character of a page: its word's number, and its middle in points from the page's top left as shown."""
        with pdfium.PdfDocument(self._path) as document:
            page = document[number - 1]
            if pdfium_c.FPDFPage_GetAnnotCount(page) > 0:
                pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
                page = document[number - 1]
            left, bottom, right, top = page.get_cropbox()
            turn, text = page.get_rotation(), page.get_textpage()
            edges = [ctypes.c_double() for _ in range(4)]
            found, word = [], 0
            for index in range(text.count_chars()):
                char = chr(pdfium_c.FPDFText_GetUnicode(text, index) & 0xFFFF)
                word += char.isspace()
                if char.isspace() or not pdfium_c.FPDFText_GetCharBox(text, index, *edges):
                    continue
                x, y = (edges[0].value + edges[1].value) / 2, (edges[2].value + edges[3].value) / 2
                match turn:
                    case 90:
                        x, y = y - bottom, x - left
                    case 180:
                        x, y = right - x, y - bottom
                    case 270:
                        x, y = top - y, right - x
                    case _:
                        x, y = x - left, top - y
                found.append((word, char, x, y))
            return found

    def _is_written(self, page: Page, box: Box, raw: str) -> bool:
        """Whether the pixels of a box, recognised by themselves, say the raw text."""
        picture = self._picture(page.number)
        scale = _DOTS_PER_POINT
        if box.x0 < -1 or box.y0 < -1 or box.x1 * scale > picture.width + 3 or box.y1 * scale > picture.height + 3:
            return False
        left, top = round((box.x0 - _MARGIN) * scale), round((box.y0 - _MARGIN) * scale)
        right, bottom = round((box.x1 + _MARGIN) * scale), round((box.y1 + _MARGIN) * scale)
        cut = picture.crop((left, top, right, bottom)).rotate(page.rotation, expand=True)
        return _alike(raw, _recognised(cut))

    @cache  # noqa: B019  # as short-lived as the document
    def _picture(self, number: int) -> Image.Image:
        """A page as it is shown."""
        if self._path.suffix.lower() == ".pdf":
            with pdfium.PdfDocument(self._path) as document:
                shown: Image.Image = document[number - 1].render(scale=_DOTS_PER_POINT).to_pil().convert("RGB")
                return shown
        *_, frame = frames_of(self._path, _MAX_PIXELS, number)
        factor = _DOTS_PER_POINT * 72.0 / resolution_of(frame)
        return frame.convert("RGB").resize((round(frame.width * factor), round(frame.height * factor)))

    def _in_file(self, path: str, raw: str) -> bool:
        """Whether the element, or the columns of the line, that a path names have the raw text."""
        line = re.match(r"line (\d+)(?:, columns (\d+)-(\d+))?", path)
        if line:
            return _plain(raw) in _plain(
                self._columns(int(line[1]), int(line[2] or 1), int(line[3] or _WHOLE_LINE + 1))
            )
        return any(_plain(raw) in _plain(text) for text in self._elements(path))

    def _columns(self, line: int, first: int, last: int) -> str:
        text = self._path.read_bytes().decode("latin-1")
        lines = text.splitlines()
        if len(lines) == 1:
            lines = [text[start : start + 120] for start in range(0, len(text), 120)]
        # A text that goes on in the next records begins in the first.
        more = lines[line : line + 5] if last > _WHOLE_LINE else []
        return "".join([*lines[line - 1 : line], *more])[first - 1 : last]

    def _elements(self, path: str) -> list[str]:
        """The texts of an element; of OFX, whose elements need no end, of each element with its name."""
        found = [text for root in self._trees if (text := _text_at(root, path)) is not None]
        if found or not path.startswith("/OFX/"):
            return found
        name = path.rstrip("/").rsplit("/", 1)[-1].split("[")[0]
        text = self._path.read_bytes().decode("utf-8", errors="replace")
        return re.findall(rf"<{name}>\s*([^<\r\n]*)", text, re.IGNORECASE)

    @cached_property
    def _trees(self) -> list[Any]:
        if self._path.suffix.lower() == ".pdf":
            with pdfium.PdfDocument(self._path) as document:
                parts = [bytes(document.get_attachment(at).get_data()) for at in range(document.count_attachments())]
        else:
            parts = [self._path.read_bytes()]
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        trees = []
        for part in parts:
            try:
                trees.append(etree.fromstring(part, parser))
            except etree.XMLSyntaxError:
                continue
        return trees


def _text_at(root: Any, path: str) -> str | None:
    """The text of an element that names and places lead to, whatever its namespace; None when there is none."""
    names = [re.fullmatch(r"(@?[^\[]+)(?:\[(\d+)\])?", part) for part in path.strip("/").split("/")]
    here = root
    for position, name in enumerate(names):
        if name is None or here is None:
            return None
        if name[1].startswith("@"):
            return next((value for key, value in here.attrib.items() if _local(key) == name[1][1:]), None)
        if position == 0:
            here = here if _local(here.tag) == name[1] else None
            continue
        same = [child for child in here if isinstance(child.tag, str) and _local(child.tag) == name[1]]
        number = int(name[2] or 1) - 1
        here = same[number] if number < len(same) else None
    return "".join(here.itertext()) if here is not None else None


def _local(name: str) -> str:
    return name.rsplit("}", 1)[-1].rsplit(":", 1)[-1]


def _value_at(item: Mapping[str, Any], field: str) -> Any:
    """The value that a field names, also a cell of a row: `taxes[1].rate`."""
    value: Any = item
    for name, index in re.findall(r"([a-z_0-9]+)|\[(\d+)\]", field):
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is None:
            return None
    return value


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _same_words(raw: str, words: list[str]) -> bool:
    """Whether words are those of the raw text, which may be a part of one, as a currency's sign is of an amount.

    A layer may have words in another order than they stand.
    """
    if _plain(raw) and Counter(_plain(raw)) == Counter(_plain("".join(words))):
        return True
    return len(words) <= max(1, len(raw.split())) and "".join(raw.split()) in "".join(words)


def _says_little_of(raw: str, words: list[str]) -> bool:
    wanted, found = Counter(_plain(raw)), Counter(_plain("".join(words)))
    return 2 * (wanted & found).total() < wanted.total() or not words


def _alike(raw: str, seen: str) -> bool:
    """Whether what was recognised is the raw text, but for letters that look alike; or the word that it is part of."""
    if len(seen.split()) <= len(raw.split()) and "".join(raw.split()) in "".join(seen.split()):
        return True
    return SequenceMatcher(None, _plain(raw), _plain(seen), autojunk=False).ratio() >= _ALIKE


def _recognised(cut: Image.Image) -> str:
    """What a recogniser makes of one line of writing that nothing is around of."""
    if min(cut.size) < 4:
        return ""
    result = _recogniser()(numpy.ascontiguousarray(numpy.asarray(cut)[:, :, ::-1]), use_det=False, use_cls=False)
    return " ".join(getattr(result, "txts", None) or ())


@cache
def _recogniser() -> Any:
    from rapidocr import RapidOCR  # noqa: PLC0415  # slow to import

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return RapidOCR(params={"Global.log_level": "critical", "EngineConfig.onnxruntime.intra_op_num_threads": 1})
