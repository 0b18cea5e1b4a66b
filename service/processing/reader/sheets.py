"""Finding the sheet of paper in a photograph, and lighting it evenly."""

from typing import Any

import cv2
import numpy

from service.processing.reader.geometry import PlaneMap

Pixels = numpy.ndarray[Any, numpy.dtype[Any]]

_LOOK_EDGE = 600
#: A sheet fills at least this share of its photograph.
_MIN_SHARE = 0.2
#: Paper is at least so much brighter than what it lies on (levels of 255).
_MIN_CONTRAST = 35.0
#: A sheet has a lit part and at most one in the shade.
_SHADES = 2
#: Share of its four corners' area that a sheet fills; a bright patch of the table that joins it fills less.
_STRAIGHT = 0.93
#: Share of the picture by which a side is off its edge.
_GAP = 0.015
#: Share of the paper's own brightness by which light may fall off before it is evened out.
_UNEVEN = 0.25


def flatten(pixels: Pixels) -> tuple[Pixels, PlaneMap] | None:
    """The sheet that lies on something darker, seen from straight above, and the map from there to the photograph.

    None when no such sheet stands out: a scan, whose paper reaches to the edges, stays as it is.
    """
    corners = _corners(pixels)
    if corners is None:
        return None
    top, right, bottom, left = (
        float(numpy.linalg.norm(corners[side] - corners[(side + 1) % 4])) for side in (0, 1, 2, 3)
    )
    width, height = round(max(top, bottom)), round(max(left, right))
    target = numpy.array([[0, 0], [width, 0], [width, height], [0, height]], numpy.float32)
    flat = cv2.warpPerspective(
        pixels, cv2.getPerspectiveTransform(corners, target), (width, height), flags=cv2.INTER_LINEAR
    )
    back = cv2.getPerspectiveTransform(target, corners)
    return flat, PlaneMap(tuple(float(value) for value in back.ravel()))


def _corners(pixels: Pixels) -> Pixels | None:
    """Corners of the sheet, clockwise from the top left one, in pixels."""
    scale = min(1.0, _LOOK_EDGE / max(pixels.shape[:2]))
    size = [max(1, round(edge * scale)) for edge in pixels.shape[1::-1]]
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    grey = cv2.medianBlur(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), 7)
    sheets = [sheet for bright in _brightnesses(grey) if (sheet := _sheet(grey, bright)) is not None]
    if not sheets:
        return None
    straight = [four for four, filled in sheets if filled >= _STRAIGHT]
    largest = max(straight, key=cv2.contourArea, default=sheets[0][0])
    corners = _clockwise(largest.reshape(4, 2).astype(numpy.float32))
    return corners / numpy.float32(scale) if _stands_off(corners, *grey.shape) else None


def _stands_off(corners: Pixels, height: int, width: int) -> bool:
    """Whether two sides at least are off the picture's edges: beside one alone lies a band that is part of the page."""
    top, right, bottom, left = ((corners[side] + corners[(side + 1) % 4]) / 2 for side in range(4))
    gaps = (top[1] / height, 1 - right[0] / width, 1 - bottom[1] / height, left[0] / width)
    return sum(float(gap) > _GAP for gap in gaps) >= 2


def _brightnesses(grey: Pixels) -> list[float]:
    """Levels from which on a sheet may begin: its bright part does, and where a shadow lies across it, the rest."""
    levels, rest = list[float](), grey.reshape(1, -1)
    while len(levels) < _SHADES and rest.size:
        level, _ = cv2.threshold(rest, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        levels.append(level)
        rest = rest[rest < level].reshape(1, -1)
    return levels


def _sheet(grey: Pixels, bright: float) -> tuple[Pixels, float] | None:
    """The four corners of what is at least so bright, and how well it fills them; None when it is no sheet."""
    light: Pixels = numpy.where(grey > bright, 255, 0).astype(numpy.uint8)
    light = cv2.morphologyEx(light, cv2.MORPH_CLOSE, numpy.ones((15, 15), numpy.uint8))
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not outlines:
        return None
    paper = max(outlines, key=cv2.contourArea)
    outline = cv2.convexHull(paper)
    area = float(cv2.contourArea(outline))
    if not _MIN_SHARE * grey.size <= area <= 0.97 * grey.size:
        return None
    four: Pixels = cv2.approxPolyDP(outline, 0.03 * cv2.arcLength(outline, closed=True), closed=True)
    if len(four) != 4 or cv2.contourArea(four) < 0.9 * area:
        return None
    inside = numpy.zeros(grey.shape, numpy.uint8)
    cv2.fillConvexPoly(inside, four, 255)
    if inside.all():
        return None
    lit, around = float(numpy.median(grey[inside > 0])), float(numpy.percentile(grey[inside == 0], 75))
    if lit - around < _MIN_CONTRAST or lit < bright:
        return None
    return four, float(cv2.contourArea(paper)) / area * float(cv2.contourArea(four)) / area


def _clockwise(corners: Pixels) -> Pixels:
    middle = corners.mean(axis=0)
    order = numpy.argsort(numpy.arctan2(corners[:, 1] - middle[1], corners[:, 0] - middle[0]))
    ordered = corners[order]
    return numpy.roll(ordered, -int(numpy.argmin(ordered.sum(axis=1))), axis=0)


def even_light(pixels: Pixels) -> Pixels:
    """The page without shadows, when light falls on it unevenly; else as it is."""
    small = cv2.resize(
        pixels, (max(1, pixels.shape[1] // 8), max(1, pixels.shape[0] // 8)), interpolation=cv2.INTER_AREA
    )
    light = cv2.medianBlur(cv2.dilate(small, numpy.ones((7, 7), numpy.uint8)), 21)
    brightness = cv2.cvtColor(light, cv2.COLOR_BGR2GRAY)
    dark, bright = (float(numpy.percentile(brightness, share)) for share in (5, 95))
    if bright - dark < _UNEVEN * max(bright, 1.0) or dark < 30:
        return pixels
    whole = cv2.resize(light, (pixels.shape[1], pixels.shape[0]), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(pixels, whole, scale=235)
