"""Where a point of a page as it was read lies on the page as it is shown.

A page is read upright, straight and flat. It is shown as its file has it: askew on the scanner's glass, or as a sheet
that was photographed on a table. A plane mapping (homography) leads from the one to the other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from service.domain.evidence import Box

Point = tuple[float, float]

_IDENTITY = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class PlaneMap:
    """A homography: the nine numbers of its matrix, row by row."""

    matrix: tuple[float, ...] = _IDENTITY

    @classmethod
    def turning(cls, degrees: float, centre: Point) -> Self:
        """Clockwise on a page whose y runs downwards, about a point that stays."""
        cosine, sine = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        x, y = centre
        return cls((cosine, -sine, x - cosine * x + sine * y, sine, cosine, y - sine * x - cosine * y, 0.0, 0.0, 1.0))

    @classmethod
    def scaling(cls, factor: float) -> Self:
        """From one unit of length to another."""
        return cls((factor, 0.0, 0.0, 0.0, factor, 0.0, 0.0, 0.0, 1.0))

    def after(self, first: "PlaneMap") -> "PlaneMap":
        """The map that does `first`, then this."""
        a, b = self.matrix, first.matrix
        return PlaneMap(
            tuple(sum(a[3 * row + k] * b[3 * k + column] for k in range(3)) for row in range(3) for column in range(3))
        )

    def point(self, point: Point) -> Point:
        """Where a point goes."""
        x, y = point
        m = self.matrix
        depth = m[6] * x + m[7] * y + m[8]
        return (m[0] * x + m[1] * y + m[2]) / depth, (m[3] * x + m[4] * y + m[5]) / depth

    def box(self, box: Box) -> Box:
        """The upright box around where a box goes."""
        return around([self.point((x, y)) for x in (box.x0, box.x1) for y in (box.y0, box.y1)])


def around(points: Sequence[Point]) -> Box:
    """The smallest upright box that holds some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Box(min(xs), min(ys), max(xs), max(ys))


def turned(box: Box, turn: int, width: float, height: float) -> Box:
    """A box of a page of this size after the page was turned anticlockwise by 0, 90, 180 or 270 degrees."""
    match turn:
        case 90:
            return Box(box.y0, width - box.x1, box.y1, width - box.x0)
        case 180:
            return Box(width - box.x1, height - box.y1, width - box.x0, height - box.y0)
        case 270:
            return Box(height - box.y1, box.x0, height - box.y0, box.x1)
    return box
