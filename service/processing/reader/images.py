"""Opening of pictures: orientation, colour and the formats that need a plug-in."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import cast

from PIL import Image, ImageOps, ImageSequence

from service.domain.reading import FailureReason, ReadingFailedError


@cache
def enable_heif() -> None:
    """Teach Pillow HEIC, once."""
    import pillow_heif  # noqa: PLC0415

    pillow_heif.register_heif_opener()


def open_frames(path: Path, max_pixels: int, max_frames: int, *, enough: int | None = None) -> list[Image.Image]:
    """The upright RGB pictures of a file, as `frames_of` gives them, all in memory at once."""
    return list(frames_of(path, max_pixels, max_frames, enough=enough))


def frames_of(path: Path, max_pixels: int, max_frames: int, *, enough: int | None = None) -> Iterator[Image.Image]:
    """One after the other, the upright RGB pictures of a file (several for a multi-page TIFF).

    A JPEG whose edges are several times `enough` pixels is opened at a half, a quarter or an eighth, which is quick. A
    damaged picture ends them. Raises ReadingFailedError: CORRUPT_DOCUMENT when the first one is, DOCUMENT_TOO_COMPLEX.
    """
    enable_heif()
    count = 0
    try:
        with Image.open(path) as image:
            many = image.format == "TIFF"
            for frame in ImageSequence.Iterator(image):
                if frame.width * frame.height > max_pixels:
                    raise ReadingFailedError(FailureReason.DOCUMENT_TOO_COMPLEX, "the image has too many pixels")
                if enough:
                    _open_smaller(frame, enough)
                upright = _upright(frame)
                count += 1
                yield upright
                if not many or count >= max_frames:
                    break
    except (OSError, ValueError, SyntaxError, ArithmeticError, KeyError, IndexError, TypeError, EOFError) as error:
        if not count:
            raise ReadingFailedError(FailureReason.CORRUPT_DOCUMENT, "the image is damaged") from error
    except Image.DecompressionBombError:
        raise ReadingFailedError(FailureReason.DOCUMENT_TOO_COMPLEX, "the image has too many pixels") from None


def _open_smaller(frame: Image.Image, enough: int) -> None:
    """Let a JPEG be decoded with the shorter edge no shorter than is enough; other formats can't."""
    width = frame.width
    frame.draft("RGB", (enough, enough))
    stored = frame.info.get("dpi")
    if frame.width < width and stored:
        frame.info["dpi"] = tuple(float(dots) * frame.width / width for dots in stored)


def resolution_of(image: Image.Image) -> float:
    """Pixels per inch: as stored when that is sensible, else as if the picture were about one A4 page wide."""
    stored = image.info.get("dpi")
    try:
        dpi = float(stored[0]) if stored else 0.0
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        dpi = 0.0
    if 100 <= dpi <= 1200:
        return dpi
    return max(72.0, min(image.size) / 8.27)


def _upright(frame: Image.Image) -> Image.Image:
    info = dict(frame.info)
    turned = ImageOps.exif_transpose(frame)
    if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
        layer = turned.convert("RGBA")
        flat = Image.new("RGB", layer.size, "white")
        flat.paste(layer, mask=layer.getchannel("A"))
    elif turned.mode.startswith("I;16") or turned.mode in ("I", "F"):
        grey = turned.convert("F")
        low, high = cast("tuple[float, float]", grey.getextrema())
        scale = 255.0 / max(high - low, 1.0)
        flat = grey.point(lambda value: value * scale + -low * scale).convert("L").convert("RGB")
    else:
        flat = turned.convert("RGB")
    if "dpi" in info:
        flat.info["dpi"] = info["dpi"]
    return flat
