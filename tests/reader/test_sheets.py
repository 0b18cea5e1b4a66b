"""The sheet in a photograph is found, also when a shadow lies across it."""

from __future__ import annotations

import cv2
import numpy
import pytest

from service.processing.reader.sheets import Pixels, flatten

_CORNERS = numpy.array([[90, 70], [420, 60], [440, 560], [70, 570]], numpy.int32)


def _photographed(shade: float) -> Pixels:
    """A bright sheet on a dark table, whose right half has this share of the light."""
    view = numpy.full((640, 520, 3), 60, numpy.uint8)
    cv2.fillConvexPoly(view, _CORNERS, (225, 225, 225))
    view[:, 250:] = (view[:, 250:] * shade).astype(numpy.uint8)
    noise = numpy.random.default_rng(3).normal(0, 4, view.shape)
    return numpy.clip(cv2.GaussianBlur(view, (0, 0), 3) + noise, 0, 255).astype(numpy.uint8)


@pytest.mark.parametrize("shade", [1.0, 0.6])
def test_whole_sheet_is_cut_out(shade: float) -> None:
    found = flatten(_photographed(shade))
    assert found is not None
    flat, back = found
    for corner, wanted in zip(
        [(0, 0), (flat.shape[1], 0), (flat.shape[1], flat.shape[0]), (0, flat.shape[0])], _CORNERS, strict=True
    ):
        assert back.point(corner) == pytest.approx(tuple(wanted), abs=12)


def test_page_to_the_edges_is_left_alone() -> None:
    assert flatten(numpy.full((640, 520, 3), 240, numpy.uint8)) is None


def test_page_with_a_coloured_band_at_its_foot_is_left_alone() -> None:
    page = numpy.full((640, 520, 3), 235, numpy.uint8)
    page[560:] = (150, 90, 20)
    assert flatten(page) is None
