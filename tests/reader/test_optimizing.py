"""Optimized versions: smaller, upright, and shown by every browser."""

import io
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
import pypdfium2 as pdfium  # type: ignore[import-untyped]
import pytest
from PIL import Image, ImageChops, ImageStat
from PIL.TiffImagePlugin import TiffImageFile

from service.domain.files import FileType
from service.domain.reading import FailureReason, ReadingFailedError
from service.processing.reader.inspection import inspect
from service.processing.reader.model import Limits
from service.processing.reader.optimizing import optimize
from service.processing.reader.sandbox import ReaderPool
from tests.documents.canvas import picture
from tests.documents.utilities import utility_bills

pytestmark = pytest.mark.long

BILL = utility_bills(5)[0].content


def optimized(folder: Path, content: bytes, name: str = "document") -> tuple[str | None, bytes]:
    path, output = folder / name, folder / "output"
    path.write_bytes(content)
    limits = Limits()
    mime_type = optimize(path, inspect(path, limits, file_name=name), limits, output)
    return mime_type, output.read_bytes() if mime_type else b""


def saved(image: Image.Image, image_format: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, image_format, **options)
    return stream.getvalue()


def difference(one: Image.Image, other: Image.Image) -> float:
    size = (200, 280)
    changed = ImageChops.difference(one.convert("L").resize(size), other.convert("L").resize(size))
    return float(ImageStat.Stat(changed).mean[0])


def test_pdf_is_linearized_and_keeps_its_pages_and_words(tmp_path: Path) -> None:
    mime_type, content = optimized(tmp_path, BILL)
    assert mime_type == "application/pdf"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert pdf.is_linearized
    words = [pdfium.PdfDocument(data)[0].get_textpage().get_text_range() for data in (BILL, content)]
    assert words[0] == words[1] != ""
    assert difference(picture(BILL), picture(content)) < 1


@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_large_scan_in_a_pdf_becomes_smaller_and_looks_the_same(mode: str, tmp_path: Path) -> None:
    page = picture(BILL, dpi=400).convert(mode)
    original = saved(page, "PDF", resolution=400, quality=95)
    mime_type, content = optimized(tmp_path, original)
    assert mime_type == "application/pdf"
    assert len(content) < len(original) / 2
    assert difference(picture(original), picture(content)) < 2
    document = pdfium.PdfDocument(content)
    assert tuple(round(edge) for edge in document[0].get_size()) == (595, 842)


def test_transparent_picture_in_a_pdf_keeps_its_mask(tmp_path: Path) -> None:
    mask = Image.linear_gradient("L").resize((1500, 1500))
    stamp = Image.effect_noise((1500, 1500), 60).convert("RGB")
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(300, 300))
    image, alpha = pdf.make_stream(stamp.tobytes()), pdf.make_stream(mask.tobytes())
    for pixels, colours in ((image, "/DeviceRGB"), (alpha, "/DeviceGray")):
        pixels.Type, pixels.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        pixels.Width, pixels.Height, pixels.BitsPerComponent = 1500, 1500, 8
        pixels.ColorSpace = pikepdf.Name(colours)
    image.SMask = alpha
    name = page.add_resource(image, pikepdf.Name.XObject)
    page.contents_add(f"q 300 0 0 300 0 0 cm {name} Do Q".encode())
    stream = io.BytesIO()
    pdf.save(stream)
    _, content = optimized(tmp_path, stream.getvalue())
    assert len(content) < len(stream.getvalue()) / 2
    assert difference(picture(stream.getvalue()), picture(content)) < 4


@pytest.mark.parametrize("image_format", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_picture_becomes_a_webp_of_a_size_that_browsers_show(image_format: str, tmp_path: Path) -> None:
    pillow_heif.register_heif_opener()
    page = picture(BILL, dpi=200)
    mime_type, content = optimized(tmp_path, saved(page, image_format))
    assert mime_type == "image/webp"
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.format == "WEBP"
        assert max(shown.size) == 2000 < max(page.size)
        assert difference(page, shown) < 2


def test_picture_on_its_side_is_turned_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    page = picture(BILL)
    lying = page.rotate(90, expand=True)
    _, content = optimized(tmp_path, saved(lying, "JPEG", exif=exif))
    with Image.open(io.BytesIO(content)) as shown:
        assert shown.height > shown.width
        assert difference(page, shown) < 2


def test_small_picture_keeps_its_pixels_and_long_slip_stays_legible(tmp_path: Path) -> None:
    for size, shown_size in (((300, 200), (300, 200)), ((1200, 9000), (1000, 7500))):
        _, content = optimized(tmp_path, saved(Image.new("RGB", size, "white"), "PNG"))
        with Image.open(io.BytesIO(content)) as shown:
            assert shown.size == shown_size


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_tiff_of_several_pages_becomes_a_pdf_of_them(mode: str, tmp_path: Path) -> None:
    pages = [picture(BILL, dpi=200).convert(mode), picture(BILL, dpi=200).rotate(180).convert(mode)]
    content = saved(
        pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200),
        compression="group4" if mode == "1" else "jpeg",
    )  # fmt: skip
    mime_type, made = optimized(tmp_path, content)
    assert mime_type == "application/pdf"
    document = pdfium.PdfDocument(made)
    assert len(document) == 2
    assert [round(edge / 10) for edge in document[1].get_size()] == [60, 84]
    for number, page in enumerate(pages):
        assert difference(page, document[number].render(scale=2).to_pil()) < 4


@pytest.mark.parametrize("name", ["table.csv", "words.txt"])
def test_tables_and_texts_have_none(name: str, tmp_path: Path) -> None:
    assert optimized(tmp_path, b"a;b\n1;2\n", name) == (None, b"")


def test_same_document_gives_the_same_bytes(tmp_path: Path) -> None:
    assert optimized(tmp_path, BILL)[1] == optimized(tmp_path, BILL)[1]


def test_tiff_with_a_damaged_page_has_none_instead_of_one_without_the_page(tmp_path: Path) -> None:
    pages = [Image.effect_noise((300, 300), 90) for _ in range(3)]
    content = bytearray(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw"))
    path = tmp_path / "damaged.tif"
    path.write_bytes(content)
    inspection = inspect(path, Limits())
    with TiffImageFile(path) as image:
        image.seek(2)
        offset = image.tag_v2[273][0]
    content[offset : offset + 4000] = b"\xff" * 4000
    path.write_bytes(content)
    with pytest.raises(ReadingFailedError) as caught:
        optimize(path, inspection, Limits(), tmp_path / "output")
    assert caught.value.reason is FailureReason.CORRUPT_DOCUMENT


@pytest.mark.parametrize("edge", [1_000, 18_000])
async def test_picture_that_expands_beyond_the_limits_harms_no_other_document(edge: int, tmp_path: Path) -> None:
    pdf = pikepdf.new()
    page = pdf.add_blank_page()
    bomb = pdf.make_stream(bytes(324_000_000))
    bomb.Type, bomb.Subtype, bomb.Width, bomb.Height = pikepdf.Name.XObject, pikepdf.Name.Image, edge, edge
    bomb.BitsPerComponent, bomb.ColorSpace = 8, pikepdf.Name.DeviceGray
    page.add_resource(bomb, pikepdf.Name.XObject)
    path = tmp_path / "bomb.pdf"
    pdf.save(path)
    async with ReaderPool(processes=1, limits=Limits(memory_bytes=700 * 1024 * 1024)) as pool:
        inspection = await pool.inspect(path)
        try:
            made = await pool.derive(FileType.OPTIMIZED, path, inspection, tmp_path / "output")
            assert made == "application/pdf"
        except ReadingFailedError as error:
            assert error.reason in (FailureReason.DOCUMENT_TOO_COMPLEX, FailureReason.READER_CRASHED)
        path.write_bytes(BILL)
        assert await pool.derive(FileType.OPTIMIZED, path, await pool.inspect(path), tmp_path / "output")
