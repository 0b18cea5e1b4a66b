"""Fonts of a text layer that don't say which letters their glyphs are.

PDFium then passes a glyph's number for the letter. Most TrueType fonts number their glyphs in one order, so that the
letters can be told all the same: that of the 'post' table of format 1 (Apple TrueType Reference Manual), which follows
Mac OS Roman.
"""

import ctypes
import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium_c  # type: ignore[import-untyped]

_SPACE, _TILDE, _LAST = 3, 97, 225
#: Share of what is no letter, digit or usual sign above which glyphs are taken to be numbered otherwise.
_MAX_STRANGE = 0.05
_USUAL = re.compile(r"[\w\s.,:;/()%€$£+'\"&°@#*?!–’«»-]")
#: Share of vowels among the letters of any language in Latin script.
_VOWELS = (0.2, 0.65)
_FEW_LETTERS = 12


@dataclass(frozen=True, slots=True)
class FontsOfPage:
    """What stands for each character of a text layer: `letters[i]` is empty for one that can't be told."""

    letters: Mapping[int, str]
    illegible: bool


def is_garbage(char: str) -> bool:
    """A control, a character of private use, or the one that stands for what could not be told."""
    return ord(char) < 32 or 0xE000 <= ord(char) < 0xF900 or char == "\ufffd"


def judged_by_font(textpage: pdfium.PdfTextPage) -> FontsOfPage:
    """The letters of fonts that have some garbage, told by their glyphs' numbers where these are in the usual order.

    What such a font passes for clean letters is no more to be trusted than its garbage.
    """
    places: dict[int, list[int]] = defaultdict(list)
    codes: dict[int, int] = {}
    for index in range(textpage.count_chars()):
        font = _font_of(textpage, index)
        if font:
            places[font].append(index)
            codes[index] = pdfium_c.FPDFText_GetUnicode(textpage, index)
    letters: dict[int, str] = {}
    illegible = False
    for indexes in places.values():
        if not any(_is_number(codes[index]) for index in indexes):
            continue
        told = [_letter(codes[index]) for index in indexes]
        legible = _is_language("".join(told))
        illegible = illegible or not legible
        letters.update(zip(indexes, told if legible else [""] * len(indexes), strict=True))
    return FontsOfPage(letters, illegible)


def _font_of(textpage: pdfium.PdfTextPage, index: int) -> int:
    """What tells a character's font from others of the page; 0 for spaces and breaks that PDFium added."""
    drawn = pdfium_c.FPDFText_GetTextObject(textpage, index)
    return (ctypes.cast(pdfium_c.FPDFTextObj_GetFont(drawn), ctypes.c_void_p).value or 0) if drawn else 0


def _is_number(code: int) -> bool:
    return code not in (0, 9, 10, 13) and code <= 0x10FFFF and not 0xD800 <= code < 0xE000 and is_garbage(chr(code))


def _letter(number: int) -> str:
    if not _SPACE <= number <= _LAST:
        return ""
    return bytes([number + (29 if number <= _TILDE else 30)]).decode("mac_roman")


def _is_language(text: str) -> bool:
    """Whether a text has hardly a strange sign and, if it is long enough to tell, vowels as languages have them."""
    if not text.strip() or len(_USUAL.sub("", text)) > _MAX_STRANGE * len(text):
        return False
    letters = [char for char in text.casefold() if char.isalpha()]
    vowels = sum(char in "aeiouyàáâäãåæèéêëìíîïòóôöõøùúûü" for char in letters)
    return len(letters) < _FEW_LETTERS or _VOWELS[0] <= vowels / len(letters) <= _VOWELS[1]
