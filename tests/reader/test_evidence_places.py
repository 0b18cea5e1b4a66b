"""Boxes of evidence are on the page as it is shown, also where it had to be turned to be read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from service.domain.reading import Track
from service.processing.reader.document import read_items, read_pages
from service.processing.reader.inspection import inspect
from service.processing.reader.model import Limits
from service.processing.reader.text import extract_text
from tests.processing.papers import pdf_of


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_box_on_a_turned_page_is_where_the_text_stands_before_the_turn(tmp_path: Path, turn: int) -> None:
    path = tmp_path / "bill.pdf"
    path.write_bytes(pdf_of())
    (page,) = extract_text(path, inspect(path, Limits(), file_name="bill.pdf", declared_type=None), Limits())
    classification, upright = read_pages([page], Track.DEFAULT)
    turned = read_items(classification, [replace(page, rotation=turn)], Track.DEFAULT)
    width, height = round(page.width), round(page.height)
    shown = (width, height) if turn == 180 else (height, width)
    boxes = [
        (before.box, after.box)
        for before, after in zip(upright.evidence, turned.evidence, strict=True)
        if before.box and after.box
    ]
    assert len(boxes) >= 5
    for before, after in boxes:
        picture = Image.new("L", shown)
        ImageDraw.Draw(picture).rectangle((after.x0, after.y0, after.x1, after.y1), 255)
        assert picture.rotate(turn, expand=True).getbbox() == pytest.approx(before.to_list(), abs=2)
