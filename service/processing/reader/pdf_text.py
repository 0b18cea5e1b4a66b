"""The text layer of PDF pages, as words with boxes, and a judgement of its quality."""

import ctypes
import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

from service.domain.evidence import Box
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.fonts import is_garbage, judged_by_font
from service.processing.reader.geometry import turned
from service.processing.reader.ink import unsaid_runs
from service.processing.reader.model import Limits, Word

# Below this share of letters, digits and usual punctuation a text layer is taken for garbage (fonts without Unicode).
_MIN_CLEAN_SHARE = 0.85
_MIN_WORDS_ON_IMAGE = 5
#: Letters in a row without a space that no language's words have by the quarter of a page.
_ENDLESS = re.compile(r"[^\W\d_]{25,}")
_MAX_SLANT = 2.0
_ANGLES_ASKED = 200
#: Words whose feet are no further apart than this many points stand on one line.
_LINE_STEP = 4.0
_GARBLED_FONTS = "some fonts of the text layer are garbled"
#: A logo's name and its slogan are two runs; values that were pasted into a form are more.
_MIN_UNSAID_RUNS = 3


@dataclass(frozen=True, slots=True)
class PdfPage:
    """The text layer of one page; `needs_ocr` says in words why it should not be trusted alone, empty if it can.

    `kept` has the words of a layer that is good as far as it goes: recognition has to add what the layer lacks.
    A layer that runs sideways or upside down is given upright: `turn` is the anticlockwise turn of the page for that,
    and sizes and boxes are those after it.
    """

    width: float
    height: float
    words: tuple[Word, ...]
    needs_ocr: str
    kept: tuple[Word, ...] = ()
    turn: int = 0


def read_text_layer(path: Path, limits: Limits) -> list[PdfPage]:
    """The words of every page. Raises ReadingFailedError CORRUPT_DOCUMENT when the document cannot be opened."""
    try:
        document = pdfium.PdfDocument(path)
    except pdfium.PdfiumError:
        raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the PDF cannot be opened") from None
    try:
        count = min(len(document), limits.max_pages)
        return [_read_page(document, index, limits) for index in range(count)]
    finally:
        document.close()


def _read_page(document: pdfium.PdfDocument, index: int, limits: Limits) -> PdfPage:
    try:
        page = document[index]
    except pdfium.PdfiumError:
        return PdfPage(0.0, 0.0, (), "the page is damaged")
    width, height = page.get_size()
    if pdfium_c.FPDFPage_GetAnnotCount(page) > 0:
        # Filled form fields are annotations; only after flattening are their values part of the text.
        pdfium_c.FPDFPage_Flatten(page, pdfium_c.FLAT_NORMALDISPLAY)
        page.close()
        page = document[index]
    try:
        textpage = page.get_textpage()
    except pdfium.PdfiumError:
        return PdfPage(width, height, (), "the text layer is damaged")
    words = _words(page, textpage, width, height, limits)
    turn, slanted = _direction(page, textpage, width, height)
    reason = _why_ocr(page, words, width, height) or slanted
    kept: tuple[Word, ...] = ()
    if reason == _GARBLED_FONTS:
        fonts = judged_by_font(textpage)
        told = _words(page, textpage, width, height, limits, told=fonts.letters)
        legible = tuple(word for word in told if not any(map(is_garbage, word.text)))
        if len(legible) > len(words) / 2 and not _why_ocr(page, legible, width, height):
            kept = legible
        if kept and not fonts.illegible:
            words, kept, reason = kept, (), ""
    if not reason and words and unsaid_runs(page, words) >= _MIN_UNSAID_RUNS:
        reason, kept = "the page shows writing that its text layer lacks", words
    if not turn or (reason and not kept):
        # Recognition finds out by itself how a page lies.
        return PdfPage(width, height, words, reason, kept)
    upright, kept = (_upright(layer, turn, width, height) for layer in (words, kept))
    return PdfPage(*((height, width) if turn in (90, 270) else (width, height)), upright, reason, kept, turn)


def _words(
    page: pdfium.PdfPage,
    textpage: pdfium.PdfTextPage,
    width: float,
    height: float,
    limits: Limits,
    *,
    told: Mapping[int, str] | None = None,
) -> tuple[Word, ...]:
    """The words of a layer; `told` has what other letters than those of the layer are at some of its characters."""
    place = _transform(page, width, height)
    rect = pdfium_c.FS_RECTF()
    words: list[Word] = []
    letters: list[str] = []
    box: Box | None = None
    for index in range(textpage.count_chars()):
        code = pdfium_c.FPDFText_GetUnicode(textpage, index)
        char = "" if code in (0, 2, 0xFFFE, 0xAD) or 0xD800 <= code < 0xE000 or code > 0x10FFFF else chr(code)
        char = told.get(index, char) if told else char
        if char.isspace() or char in "\u200b\ufeff":
            if letters and box is not None and char:
                words.append(Word("".join(letters), box))
                letters, box = [], None
                if len(words) >= limits.max_words_per_page:
                    break
            continue
        # The loose box is as high as the font: tight boxes of "a" and "l" would look like different sizes.
        if not pdfium_c.FPDFText_GetLooseCharBox(textpage, index, rect):
            continue
        here = place(rect.left, rect.bottom, rect.right, rect.top)
        if box is not None and _apart(box, here):
            words.append(Word("".join(letters), box))
            letters, box = [], None
        letters.append(char)
        box = here if box is None else box.union(here)
    if letters and box is not None:
        words.append(Word("".join(letters), box))
    return tuple(words)


def _apart(box: Box, here: Box) -> bool:
    """Whether a character that follows without a space belongs to another word: too far right, or another line."""
    size = max(box.y1 - box.y0, here.y1 - here.y0, 1.0)
    if here.x0 - box.x1 > 1.2 * size:
        return True
    upright = box.x1 - box.x0 > 0.8 * (box.y1 - box.y0)
    return upright and (here.y0 > box.y1 + 0.3 * size or here.y1 < box.y0 - 0.3 * size)


class _transform:
    """Page space to points from the top left corner of the page as it is shown (crop box and rotation included)."""

    _SCALE = 100

    def __init__(self, page: pdfium.PdfPage, width: float, height: float) -> None:
        self._limits = (width, height)
        size = (max(1, round(width * self._SCALE)), max(1, round(height * self._SCALE)))
        origin, along, up = (self._device(page, size, *point) for point in ((0, 0), (1000, 0), (0, 1000)))
        self._origin = origin
        self._along = ((along[0] - origin[0]) / 1000, (along[1] - origin[1]) / 1000)
        self._up = ((up[0] - origin[0]) / 1000, (up[1] - origin[1]) / 1000)

    def _device(self, page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[float, float]:
        out_x, out_y = ctypes.c_int(), ctypes.c_int()
        pdfium_c.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, out_x, out_y)
        return out_x.value / self._SCALE, out_y.value / self._SCALE

    def __call__(self, left: float, bottom: float, right: float, top: float) -> Box:
        xs, ys = [], []
        for x, y in ((left, bottom), (right, top)):
            xs.append(self._origin[0] + x * self._along[0] + y * self._up[0])
            ys.append(self._origin[1] + x * self._along[1] + y * self._up[1])
        return Box(min(xs), min(ys), max(xs), max(ys))


def _why_ocr(page: pdfium.PdfPage, words: tuple[Word, ...], width: float, height: float) -> str:
    reason = _why_garbled(words)
    if reason:
        return reason
    covered = _image_share(page, width, height)
    if not words:
        return "the page has no text layer" if covered > 0.02 or _draws_paths(page) else ""
    if len(words) < _MIN_WORDS_ON_IMAGE and covered > 0.3:
        return "the page is a picture with hardly any text"
    if covered > 0.5 and _is_invisible(page):
        return "the page is a scan with a text layer of unknown quality"
    return ""


def _why_garbled(words: tuple[Word, ...]) -> str:
    text = "".join(word.text for word in words)
    if text:
        clean = sum(char.isalnum() and not 0xE000 <= ord(char) < 0xF900 for char in text)
        if sum(map(is_garbage, text)) > max(3, 0.004 * len(text)):
            return _GARBLED_FONTS
        clean += sum(char in ".,:;/-()%€$£*+'\"&º°ª@#_=|!?·–—<>[]\\²³•" for char in text)
        if clean < _MIN_CLEAN_SHARE * len(text):
            return "the text layer is garbled"
        endless = sum(map(len, _ENDLESS.findall(" ".join(word.text for word in words))))
        if len(text) > 200 and (len(words) < len(text) / 40 or endless > 0.25 * len(text)):
            return "the text layer has no spaces"
        if len(words) >= 50 and sum(len(word.text) == 1 and word.text.isalpha() for word in words) > 0.6 * len(words):
            return "the text layer tears words into letters"
    return ""


def _upright(words: tuple[Word, ...], turn: int, width: float, height: float) -> tuple[Word, ...]:
    """Words of a page after its turn, from top to bottom: in the layer they may stand the other way round."""
    moved = (Word(word.text, turned(word.box, turn, width, height)) for word in words)
    return tuple(sorted(moved, key=lambda word: (round(word.box.y1 / _LINE_STEP), word.box.x0)))


def _direction(page: pdfium.PdfPage, textpage: pdfium.PdfTextPage, width: float, height: float) -> tuple[int, str]:
    """The anticlockwise turn that makes most of the text run from left to right; or why none does.

    Where letters stand from those before them tells it: of the matrices that turn a text, its own is but one.
    """
    place = _transform(page, width, height)
    count = textpage.count_chars()
    turns = []
    for index in range(0, count - 1, max(1, count // _ANGLES_ASKED)):
        if all(_runs_rightwards(chr(pdfium_c.FPDFText_GetUnicode(textpage, at))) for at in (index, index + 1)):
            here, there = (_origin(textpage, at, place) for at in (index, index + 1))
            if here != there:
                turns.append(math.degrees(math.atan2(there[1] - here[1], there[0] - here[0])))
    for turn in (0, 90, 180, 270):
        if 2 * sum(abs((found - turn + 180) % 360 - 180) <= _MAX_SLANT for found in turns) >= len(turns):
            return turn, ""
    return 0, "the text lies askew"


def _runs_rightwards(char: str) -> bool:
    """Whether a character is of a text that is written from left to right."""
    return unicodedata.bidirectional(char) in ("L", "EN")


def _origin(textpage: pdfium.PdfTextPage, index: int, place: _transform) -> tuple[float, float]:
    """Where a character begins on its baseline, on the page as it is shown."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium_c.FPDFText_GetCharOrigin(textpage, index, x, y)
    point = place(x.value, y.value, x.value, y.value)
    return point.x0, point.y0


def _is_invisible(page: pdfium.PdfPage) -> bool:
    """Whether the text is there only to be found: laid invisibly over a scan by some other recognition."""
    modes = []
    for item in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_TEXT], max_depth=4):
        modes.append(pdfium_c.FPDFTextObj_GetTextRenderMode(item))
        if len(modes) >= 20:
            break
    return bool(modes) and all(mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE for mode in modes)


def _image_share(page: pdfium.PdfPage, width: float, height: float) -> float:
    area = 0.0
    for number, item in enumerate(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        try:
            left, bottom, right, top = item.get_bounds()
        except pdfium.PdfiumError:
            continue
        area += max(0.0, right - left) * max(0.0, top - bottom)
        if number > 500:
            break
    return area / max(width * height, 1.0)


def _draws_paths(page: pdfium.PdfPage) -> bool:
    """Whether the page is drawn as outlines (text turned into curves)."""
    for number, _ in enumerate(page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=4)):
        if number >= 100:
            return True
    return False
