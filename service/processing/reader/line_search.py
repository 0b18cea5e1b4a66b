"""Finding of the lines of text on a picture by PP-OCRv6's detector."""

from functools import cache
from typing import Any

import cv2
import numpy

from service.processing.reader.geometry import Point
from service.processing.reader.networks import loaded
from service.processing.reader.sheets import Pixels

_MODEL = "PP-OCRv6_det_small.onnx"
#: Lines are found as well on a smaller picture as they are read on a large one, at half the cost.
_LONG_EDGE, _SHORT_EDGE_MIN = 1200, 640
#: The network halves a picture so often that its edges have to be multiples of this.
_GRAIN = 32


@cache
def _detector() -> Any:
    # Unlike lines, which are shared out among threads, the page is one piece of work.
    return loaded(_MODEL, threads=2)


@cache
def _outlining() -> Any:
    """From the network's map of text to outlines: differentiable binarization (Liao et al. 2019)."""
    from rapidocr.ch_ppocr_det.utils import DBPostProcess  # noqa: PLC0415

    # The values that the model was published with.
    return DBPostProcess(
        thresh=0.3, box_thresh=0.5, max_candidates=1000, unclip_ratio=1.6, use_dilation=True, score_mode="fast"
    )


def find_lines(pixels: Pixels) -> list[tuple[Point, ...]]:
    """The four corners, in pixels, of each line of a picture in BGR."""
    height, width = pixels.shape[:2]
    scale = min(1.0, max(_LONG_EDGE / max(height, width), _SHORT_EDGE_MIN / min(height, width)))
    size = [max(_GRAIN, round(edge * scale / _GRAIN) * _GRAIN) for edge in (width, height)]
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if scale < 1.0 else cv2.INTER_LINEAR)
    asked = numpy.ascontiguousarray(small.astype(numpy.float32).transpose(2, 0, 1)[None]) / 127.5 - 1.0
    (text,) = _detector().run(None, {"x": asked})
    boxes, _ = _outlining()(text, (height, width))
    return [tuple((float(x), float(y)) for x, y in corners) for corners in boxes]
