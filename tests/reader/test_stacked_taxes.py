"""Several taxes on one net amount, and totals with more in them than net and tax."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from service.domain.category import Category
from service.domain.items import Item
from service.processing.reader.extract import extract
from service.processing.reader.model import Limits
from service.processing.reader.tables import read_text


def _item(text: str, folder: Path) -> Item:
    path = folder / "d.txt"
    path.write_text(text, encoding="utf-8")
    (item,) = extract(Category.INVOICE, read_text(path, Limits())).items
    return item


_STACKED = """Invoice no 7719

LED panel                      36         84.50       3,042.00
Labour                         18         92.00       1,656.00
Subtotal                                              4,698.00
{first}                                                 {one}
{second}                                                {two}
Total                                                 {total}
"""


@pytest.mark.parametrize(
    ("first", "one", "second", "two", "total"),
    [
        ("GST 5%", "234.90", "PST 7%", "328.86", "5,261.76"),
        ("TPS (5 %)", "234.90", "TVQ (9.975 %)", "468.63", "5,401.53"),
        ("CGST @ 9%", "422.82", "SGST @ 9%", "422.82", "5,543.64"),
    ],
)
def test_several_taxes_on_one_net_amount_add_up(
    first: str, one: str, second: str, two: str, total: str, tmp_path: Path
) -> None:
    item = _item(_STACKED.format(first=first, one=one, second=second, two=two, total=total), tmp_path)
    assert item["net_amount"] == Decimal("4698.00")
    assert item["tax_amount"] == Decimal(one) + Decimal(two)
    assert [(row["base"], row["amount"]) for row in item["taxes"]] == [(4698, Decimal(one)), (4698, Decimal(two))]


def test_taxes_on_one_net_amount_that_do_not_make_the_total_are_not_added_up(tmp_path: Path) -> None:
    text = _STACKED.format(first="GST 5%", one="234.90", second="Discount 7%", two="328.86", total="4,604.04")
    assert _item(text, tmp_path).get("tax_amount") != Decimal("563.76")


def test_a_net_amount_that_the_rate_proves_stays_where_the_total_has_shipping_in_it(tmp_path: Path) -> None:
    text = _STACKED.format(first="Sales tax 8%", one="375.84", second="Shipping", two="185.00", total="5,258.84")
    item = _item(text, tmp_path)
    assert (item["net_amount"], item["tax_amount"], item["total_amount"]) == (
        Decimal("4698.00"),
        Decimal("375.84"),
        Decimal("5258.84"),
    )
