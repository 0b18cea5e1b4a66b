"""Tax numbers that no country of Europe has given, and those of registers."""

from __future__ import annotations

from pathlib import Path

import pytest

from service.processing.reader.content import Content
from service.processing.reader.model import Limits
from service.processing.reader.tables import read_text
from service.processing.reader.tax_ids import find_tax_ids, is_valid_tax_id


def _found(text: str, folder: Path) -> list[str]:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    return [tax_id.value for tax_id in find_tax_ids(Content(read_text(path, Limits())))]


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("GSTIN/UIN: 27AAPFU0939F1ZV", "27AAPFU0939F1ZV"),
        ("GSTIN : 33AABCK1234L1Z5", "33AABCK1234L1Z5"),
        ("Registration No. T1180301018771", "T1180301018771"),
        ("GST Registration No. 123456782 RT0001", "123456782RT0001"),
        ("RFC: EKU9003173C9", "EKU9003173C9"),
        ("Org.nr 556703-7485 F-skatt", "5567037485"),
        ("ΑΦΜ: 094259216", "094259216"),
        ("VKN: 4540536920", "4540536920"),
        ("OIB: 94577403194", "94577403194"),
    ],
)
def test_tax_numbers_of_many_countries_are_found_by_their_labels(printed: str, value: str, tmp_path: Path) -> None:
    assert _found(f"Kern & Co\n{printed}\n", tmp_path) == [value]


@pytest.mark.parametrize("text", ["Order 27AAPFU0939F1ZX", "Serial T1180301018770", "Lot EKU9003173C8"])
def test_a_number_of_such_a_form_without_label_needs_right_check_digits(text: str, tmp_path: Path) -> None:
    assert _found(f"Kern & Co\n{text}\n", tmp_path) == []
    assert not is_valid_tax_id(text.rsplit(maxsplit=1)[-1])
