"""Writing that a page shows but that its text layer doesn't say: values that were pasted as pictures or drawn."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy
import pypdfium2 as pdfium  # type: ignore[import-untyped]

from service.domain.evidence import Box
from service.processing.reader.model import Word

_DOTS_PER_POINT = 1.4
#: Sizes in points of what may be a letter.
_LETTER_HEIGHT = (4.0, 22.0)
_LETTER_WIDTH = (0.8, 24.0)
#: A run of writing is at least so many times as long as high.
_RUN_SHAPE = 2.5


def unsaid_runs(page: pdfium.PdfPage, words: Sequence[Word]) -> int:
    """How many runs of letters the page shows where the text layer has no word."""
    image = page.render(scale=_DOTS_PER_POINT, grayscale=True, draw_annots=True).to_numpy()
    grey = numpy.ascontiguousarray(image.reshape(image.shape[0], image.shape[1]))
    ink = cv2.adaptiveThreshold(grey, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 25, 20)
    for word in words:
        _blank(ink, word.box)
    letters = _letters(ink)
    height = round(4 * _DOTS_PER_POINT)
    joined = cv2.morphologyEx(letters, cv2.MORPH_CLOSE, numpy.ones((1, 2 * height + 1), numpy.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
    runs = stats[1:]
    return int((runs[:, cv2.CC_STAT_WIDTH] >= _RUN_SHAPE * runs[:, cv2.CC_STAT_HEIGHT]).sum())


def _blank(ink: numpy.ndarray[Any, Any], box: Box) -> None:
    left, top, right, bottom = (value * _DOTS_PER_POINT for value in (box.x0 - 1, box.y0 - 1, box.x1 + 1, box.y1 + 1))
    ink[max(0, int(top)) : max(0, int(bottom) + 1), max(0, int(left)) : max(0, int(right) + 1)] = 0


def _letters(ink: numpy.ndarray[Any, Any]) -> numpy.ndarray[Any, Any]:
    """The ink without what is too large, too small or too full for a letter: rules, frames, dots, bars."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    width, height, area = (stats[:, column] for column in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    fits = (
        (height >= _LETTER_HEIGHT[0] * _DOTS_PER_POINT)
        & (height <= _LETTER_HEIGHT[1] * _DOTS_PER_POINT)
        & (width >= _LETTER_WIDTH[0] * _DOTS_PER_POINT)
        & (width <= _LETTER_WIDTH[1] * _DOTS_PER_POINT)
        & (area < 0.9 * width * height)
    )
    fits[0] = False
    return numpy.where(fits[labels], 255, 0).astype(numpy.uint8)
