"""Optical character recognition, offline: PP-OCRv6 through RapidOCR, whose wheel carries the models."""

import logging
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from PIL import Image

from service.domain.evidence import Box
from service.processing.reader.model import Word

if TYPE_CHECKING:
    from rapidocr import RapidOCR

PRODUCER = "rapidocr"
_LONG_EDGE = 1800
_TRIAL_EDGE = 1100
_SHORT_EDGE_MIN = 640
_MIN_SCORE = 0.5


@cache
def producer_version() -> str:
    """Version of the recogniser, for evidence."""
    return version("rapidocr")


@cache
def _engine() -> "RapidOCR":
    from rapidocr import RapidOCR  # noqa: PLC0415

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "Global.max_side_len": 2400,
            # One thread: a second one mostly spins, and readers run side by side in processes of their own.
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
            # Short lines are padded to this width only, not to 320 pixels: half the time for the same text.
            "Rec.rec_img_shape": [3, 48, 64],
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def recognise(image: Image.Image, points_per_pixel: float) -> tuple[tuple[Word, ...], int]:
    """The words of an upright or turned RGB picture, and the turn (0, 90, 180 or 270 degrees) that made it readable.

    Boxes are in points of the turned picture.
    """
    words = _recognise_once(image, points_per_pixel)
    suspected = _suspected_turns(words)
    if not suspected:
        return words, 0
    small = image.copy()
    small.thumbnail((_TRIAL_EDGE, _TRIAL_EDGE))
    legible = {0: _legibility(_recognise_once(small, 1.0)) * 1.2}
    for angle in suspected:
        legible[angle] = _legibility(_recognise_once(small.rotate(angle, expand=True), 1.0))
    turn = max(legible, key=lambda angle: legible[angle])
    return (_recognise_once(image.rotate(turn, expand=True), points_per_pixel), turn) if turn else (words, 0)


def _recognise_once(image: Image.Image, points_per_pixel: float) -> tuple[Word, ...]:
    import numpy  # noqa: PLC0415

    scale = _scale_for(image)
    resized = image
    if scale != 1.0:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        resized = image.resize(size, Image.Resampling.LANCZOS)
    # The models were trained on pictures in BGR order.
    pixels = numpy.ascontiguousarray(numpy.asarray(resized)[:, :, ::-1])
    result: Any = _engine()(pixels)
    if result.boxes is None or result.txts is None:
        return ()
    factor = points_per_pixel / scale
    words: list[Word] = []
    for corners, text, score in zip(result.boxes, result.txts, result.scores, strict=True):
        if score >= _MIN_SCORE:
            xs, ys = [float(x) * factor for x, _ in corners], [float(y) * factor for _, y in corners]
            words.extend(_split(str(text), Box(min(xs), min(ys), max(xs), max(ys)), float(score)))
    return tuple(words)


def _scale_for(image: Image.Image) -> float:
    long_edge, short_edge = max(image.size), min(image.size)
    scale = min(1.0, _LONG_EDGE / long_edge)
    if short_edge * scale < _SHORT_EDGE_MIN:
        # Till slips are long and narrow: their width decides whether the letters are large enough.
        scale = min(_SHORT_EDGE_MIN / short_edge, max(scale, 2400 / long_edge), 2.0)
    return scale


def _split(text: str, box: Box, score: float) -> list[Word]:
    """Cut a recognised line into words; each gets its share of the line's width by its number of characters."""
    parts = text.split()
    if not parts:
        return []
    unit = (box.x1 - box.x0) / max(len(text.strip()), 1)
    words, position = [], 0
    stripped = text.strip()
    for part in parts:
        position = stripped.index(part, position)
        # Letters differ in width, so the cut is off by up to half a letter on either side.
        x0 = max(box.x0, box.x0 + (position - 0.45) * unit)
        x1 = min(box.x1, box.x0 + (position + len(part) + 0.45) * unit)
        words.append(Word(part, Box(x0, box.y0, x1, box.y1), score))
        position += len(part)
    return words


def _legibility(words: tuple[Word, ...]) -> float:
    return sum(word.confidence**4 * len(word.text) for word in words if any(char.isalnum() for char in word.text))


def _suspected_turns(words: tuple[Word, ...]) -> tuple[int, ...]:
    long_words = [word for word in words if len(word.text) >= 4]
    if len(words) < 3:
        return (180, 90, 270)
    tall = sum(word.box.y1 - word.box.y0 > 1.5 * (word.box.x1 - word.box.x0) for word in long_words)
    if long_words and tall > len(long_words) / 2:
        return (90, 270)
    sure = sum(word.confidence for word in words) / len(words)
    return (180,) if sure < 0.8 else ()
