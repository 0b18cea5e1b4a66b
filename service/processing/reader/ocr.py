"""Optical character recognition, offline: PP-OCRv6 through RapidOCR, whose wheel carries the models.

Lines of text are found once, as four-cornered outlines; their slope says how the page lies. Each is cut out straight
and upright, so that a page that is askew or upside down costs no second search.
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import cv2
import numpy
from PIL import Image

from service.domain.evidence import Box
from service.processing.reader.geometry import PlaneMap, Point, around, turned
from service.processing.reader.line_search import find_lines
from service.processing.reader.line_texts import LineWord, line_reader
from service.processing.reader.model import Word
from service.processing.reader.sheets import Pixels, even_light, flatten

if TYPE_CHECKING:
    from rapidocr import RapidOCR

PRODUCER = "rapidocr"
_LONG_EDGE = 1800
_SHORT_EDGE_MIN = 640
_MIN_SCORE = 0.5
#: Lines that are read upright and upside down when their look is in doubt.
_SAMPLE = 8
_SUSPICIOUS_SHARE = 0.3
_LEAST_SKEW = 0.2
#: Share of a word from which on it is known.
_KNOWN_SHARE = 0.5
#: Levels of 255 by which ink differs from what it stands on.
_INK_CONTRAST = 60
_RULE_SHARE = 0.9
#: A lone figure is at most so many times as long as high.
_LONE_SHAPE = 2.5
_SKEW_WORTH_A_NOTE = 1.0


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page as it was read: its size and the boxes of its words in points, upright and straight.

    `turn` (0, 90, 180 or 270 degrees, anticlockwise) made the picture upright; before that, `straightened` leads from
    the straight page to the page as it is shown, both in points. `notes` say what was done.
    """

    words: tuple[Word, ...]
    width: float
    height: float
    turn: int = 0
    straightened: PlaneMap | None = None
    notes: tuple[str, ...] = ()


@cache
def producer_version() -> str:
    """Version of the recogniser, for evidence."""
    return version("rapidocr")


@cache
def _classifier() -> "RapidOCR":
    """Tells lines that look upside down; of rapidocr's three networks the one that is used as it comes."""
    from rapidocr import RapidOCR  # noqa: PLC0415

    logging.getLogger("RapidOCR").setLevel(logging.CRITICAL)
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def recognise(image: Image.Image, points_per_pixel: float) -> Recognised:
    """The words of an RGB picture that may lie on its side, be askew, or be the photograph of a sheet."""
    # The models were trained on pictures in BGR order.
    pixels: Pixels = cv2.cvtColor(numpy.asarray(image), cv2.COLOR_RGB2BGR)
    shown_by, notes = PlaneMap(), list[str]()
    sheet = flatten(pixels)
    if sheet is not None:
        pixels, shown_by = sheet
        notes.append("the sheet was cut out of a photograph")
    scale = _scale_for(pixels.shape[1], pixels.shape[0])
    if scale != 1.0:
        how = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
        size = [max(1, round(edge * scale)) for edge in pixels.shape[1::-1]]
        pixels = cv2.resize(pixels, size, interpolation=how)
    pixels = even_light(pixels)
    to_shown = PlaneMap.scaling(points_per_pixel).after(shown_by).after(PlaneMap.scaling(1 / scale))
    outlines = _outlines(pixels)
    if not outlines:
        return Recognised((), image.width * points_per_pixel, image.height * points_per_pixel, notes=tuple(notes))
    skew = _skew(outlines)
    middle = (pixels.shape[1] / 2, pixels.shape[0] / 2)
    if abs(skew) >= _LEAST_SKEW:
        outlines = [outline.turned_by(-skew, middle) for outline in outlines]
        to_shown = to_shown.after(PlaneMap.turning(skew, middle))
    if abs(skew) >= _SKEW_WORTH_A_NOTE:
        notes.append(f"the page was askew by {abs(skew):.1f} degrees")
    lines, turn = _cut_out(pixels, outlines)
    if turn:
        notes.append(f"the page was turned by {turn} degrees")
    unit = points_per_pixel / scale
    words = _read(_in_order(lines), unit)
    height, width = pixels.shape[:2] if turn in (0, 180) else pixels.shape[1::-1]
    moved = sheet is not None or abs(skew) >= _LEAST_SKEW
    straightened = to_shown.after(PlaneMap.scaling(1 / unit)) if moved else None
    return Recognised(words, width * unit, height * unit, turn, straightened, tuple(notes))


def recognise_rest(image: Image.Image, points_per_pixel: float, known: Sequence[Box]) -> tuple[Word, ...]:
    """The words of an upright RGB page outside of the places, in points, whose words are known."""
    pixels: Pixels = cv2.cvtColor(numpy.asarray(image), cv2.COLOR_RGB2BGR)
    rest = pixels.copy()
    for box in known:
        place = _part(rest, box, 1 / points_per_pixel)
        if place.size:
            # What letters stand on is what most of their place shows.
            place[:] = numpy.median(place, axis=(0, 1))
    lines = [_line(rest, outline, 0) for outline in _outlines(rest)]
    # A lone figure looks like a line of text only beside its label.
    taken = [line.box for line in lines]
    lone = [box for outline in _outlines(pixels) for box in _inked(rest, around(outline.corners))]
    lines += [_Line(_part(rest, box, 1.0), box) for box in lone if _is_short(box) and not _covered(box, taken)]
    if not lines:
        return ()
    words = _read(_in_order(lines), points_per_pixel)
    return tuple(word for word in words if _covered(word.box, known) < _KNOWN_SHARE)


def _is_short(box: Box) -> bool:
    return box.x1 - box.x0 <= _LONE_SHAPE * (box.y1 - box.y0)


def _part(pixels: Pixels, box: Box, scale: float) -> Pixels:
    left, top, right, bottom = (max(0, round(value * scale)) for value in (box.x0, box.y0, box.x1, box.y1))
    return pixels[top : bottom + 1, left : right + 1]


def _inked(pixels: Pixels, box: Box) -> list[Box]:
    """The pieces of a line that have ink, each with some margin; spaces wider than the line is high part them."""
    line = cv2.cvtColor(_part(pixels, box, 1.0), cv2.COLOR_BGR2GRAY) if _part(pixels, box, 1.0).size else None
    if line is None:
        return []
    ink = numpy.abs(line.astype(numpy.int16) - int(numpy.median(line))) > _INK_CONTRAST
    # Rules run through; letters keep within their line.
    ink[:, ink.mean(axis=0) > _RULE_SHARE] = False
    ink[ink.mean(axis=1) > _RULE_SHARE] = False
    columns = numpy.flatnonzero(ink.any(axis=0))
    height = line.shape[0]
    boxes = []
    for run in numpy.split(columns, numpy.flatnonzero(numpy.diff(columns) > height) + 1):
        rows = numpy.flatnonzero(ink[:, run].any(axis=1))
        if rows.size >= height / 4:
            margin = float(rows[-1] - rows[0]) / 4 + 1
            boxes.append(
                Box(
                    max(0.0, box.x0 + float(run[0]) - margin),
                    max(0.0, box.y0 + float(rows[0]) - margin),
                    box.x0 + float(run[-1]) + margin,
                    box.y0 + float(rows[-1]) + margin,
                )
            )
    return boxes


def _covered(box: Box, places: Sequence[Box]) -> float:
    """The share of a box's width on which known words stand in its middle."""
    middle = (box.y0 + box.y1) / 2
    width = sum(
        max(0.0, min(box.x1, place.x1) - max(box.x0, place.x0)) for place in places if place.y0 <= middle <= place.y1
    )
    return width / max(box.x1 - box.x0, 1e-6)


@dataclass(frozen=True, slots=True)
class _Outline:
    """A line of text: its corners in the picture, and where they are once the page is straight."""

    corners: tuple[Point, ...]
    straight: tuple[Point, ...]

    def turned_by(self, degrees: float, middle: Point) -> "_Outline":
        """The same line on a page that was turned clockwise about a point to be straight."""
        turning = PlaneMap.turning(degrees, middle)
        return _Outline(self.corners, tuple(map(turning.point, self.corners)))


@dataclass(frozen=True, slots=True)
class _Line:
    """A line cut out upright, and its box on the upright page in pixels."""

    pixels: Pixels
    box: Box


def _scale_for(width: int, height: int) -> float:
    long_edge, short_edge = max(width, height), min(width, height)
    scale = min(1.0, _LONG_EDGE / long_edge)
    if short_edge * scale < _SHORT_EDGE_MIN:
        # Till slips are long and narrow: their width decides whether the letters are large enough.
        scale = min(_SHORT_EDGE_MIN / short_edge, max(scale, 2400 / long_edge), 2.0)
    return scale


def _outlines(pixels: Pixels) -> list[_Outline]:
    return [_Outline(corners, corners) for corners in find_lines(pixels)]


def _sides(corners: Sequence[Point]) -> tuple[Point, Point]:
    """Two neighbouring sides of an outline, as vectors, the longer one first."""
    first = (corners[1][0] - corners[0][0], corners[1][1] - corners[0][1])
    second = (corners[2][0] - corners[1][0], corners[2][1] - corners[1][1])
    return (first, second) if math.hypot(*first) >= math.hypot(*second) else (second, first)


def _skew(outlines: Sequence[_Outline]) -> float:
    """Degrees, clockwise, by which lines slope against the page's edges; 0 when they don't agree."""
    slopes, weights = [], []
    for outline in outlines:
        along, across = _sides(outline.corners)
        length = math.hypot(*along)
        if length >= 4 * math.hypot(*across):
            degrees = math.degrees(math.atan2(along[1], along[0]))
            slopes.append((degrees + 45) % 90 - 45)
            weights.append(length)
    if len(slopes) < 3:
        return 0.0
    order = numpy.argsort(slopes)
    gathered = numpy.cumsum(numpy.array(weights)[order])
    low, middle, high = (
        slopes[order[int(numpy.searchsorted(gathered, share * gathered[-1]))]] for share in (0.25, 0.5, 0.75)
    )
    return float(middle) if high - low < max(1.5, abs(middle)) else 0.0


def _lie_on_their_side(outlines: Sequence[_Outline]) -> bool:
    lying = standing = 0.0
    for outline in outlines:
        box = around(outline.straight)
        width, height = box.x1 - box.x0, box.y1 - box.y0
        if width >= 2 * height:
            lying += width
        elif height >= 2 * width:
            standing += height
    return standing > lying


def _cut_out(pixels: Pixels, outlines: Sequence[_Outline]) -> tuple[list[_Line], int]:
    """The lines with their letters upright, and the turn that it took."""
    turn = 90 if _lie_on_their_side(outlines) else 0
    lines = [_line(pixels, outline, turn) for outline in outlines]
    if _upside_down(lines):
        turn += 180
        lines = [_line(pixels, outline, turn) for outline in outlines]
    return lines, turn


def _line(pixels: Pixels, outline: _Outline, turn: int) -> _Line:
    """Cut a line out of the picture so that its letters stand upright once the page is turned."""
    height, width = pixels.shape[:2]
    places = [turned(Box(x, y, x, y), turn, width, height) for x, y in outline.straight]
    points = [(place.x0, place.y0) for place in places]
    box = around(points)
    by_height = sorted(range(4), key=lambda index: points[index][1])
    upper = sorted(by_height[:2], key=lambda index: points[index][0])
    lower = sorted(by_height[2:], key=lambda index: points[index][0])
    corners = numpy.array([outline.corners[index] for index in (*upper, *lower[::-1])], numpy.float32)
    sides = numpy.linalg.norm(corners - numpy.roll(corners, -1, axis=0), axis=1)
    along, across = max(1, round(float(max(sides[0], sides[2])))), max(1, round(float(max(sides[1], sides[3]))))
    target = numpy.array([[0, 0], [along, 0], [along, across], [0, across]], numpy.float32)
    cut = cv2.warpPerspective(
        pixels,
        cv2.getPerspectiveTransform(corners, target),
        (along, across),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_REPLICATE,
    )
    # A line that runs up the margin of a page.
    return _Line(numpy.rot90(cut).copy() if across >= 1.5 * along else cut, box)


def _in_order(lines: Sequence[_Line]) -> list[_Line]:
    """From top to bottom, and from left to right where lines stand side by side."""
    step = max(1.0, float(numpy.median([line.box.y1 - line.box.y0 for line in lines])))
    return sorted(lines, key=lambda line: (round((line.box.y0 + line.box.y1) / 2 / step), line.box.x0))


def _upside_down(lines: Sequence[_Line]) -> bool:
    """Whether lines read better when they are turned by 180 degrees: asked of a few that look so."""
    sample = sorted(lines, key=lambda line: -line.pixels.shape[1] / line.pixels.shape[0])[: 3 * _SAMPLE]
    # The classifier squeezes what it is shown into four times its height.
    heads = [line.pixels[:, : 5 * line.pixels.shape[0]] for line in sample]
    looks: Any = _classifier().cls_and_rotate(heads)[1].cls_res
    doubtful = sum(float(score) for label, score in looks if "180" in label)
    if doubtful < _SUSPICIOUS_SHARE * sum(float(score) for _, score in looks):
        return False
    upright = [line.pixels[:, : 12 * line.pixels.shape[0]] for line in sample[:_SAMPLE]]
    overturned = [numpy.ascontiguousarray(cut[::-1, ::-1]) for cut in upright]
    return _legibility(overturned) > 1.1 * _legibility(upright)


def _legibility(cuts: Sequence[Pixels]) -> float:
    return sum(text.legibility for text in line_reader().read(cuts))


def _read(lines: Sequence[_Line], unit: float) -> tuple[Word, ...]:
    """The words of all lines, in their order."""
    texts = line_reader().read([line.pixels for line in lines])
    return tuple(
        Word(word.text, _place(line.box, word, unit), word.score)
        for line, text in zip(lines, texts, strict=True)
        if text.score >= _MIN_SCORE
        for word in text.words
    )


def _place(line: Box, word: LineWord, unit: float) -> Box:
    left, length = line.x0, line.x1 - line.x0
    return Box((left + word.start * length) * unit, line.y0 * unit, (left + word.end * length) * unit, line.y1 * unit)
