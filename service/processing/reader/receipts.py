"""What a receipt says, put into its item: its amounts with their taxes, and what was filled at a station."""

from collections.abc import Iterable
from decimal import Decimal

from service.processing.reader.amounts import find_amounts
from service.processing.reader.content import Content
from service.processing.reader.find import Candidate
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.model import TextSource
from service.processing.reader.products import find_fill
from service.processing.reader.slip_amounts import read_slip, tax_cells
from service.processing.reader.slip_taxes import TaxRow, place_of_rate

_DERIVED = 0.85
_CENTS = Decimal("0.02")


def take_amounts(builder: ItemBuilder, content: Content, *, is_slip: bool) -> bool:
    """Set total, net amount and taxes of a slip; False when nothing on it says what its total is.

    What isn't a slip is read as one when it was recognised, its labelled amounts don't add up and those of a slip do.
    """
    if not is_slip and (not _is_recognised(content) or _adds_up(find_amounts(content), ())):
        return False
    slip = read_slip(content)
    if not is_slip and not _adds_up(slip.candidates, slip.derived):
        return False
    for candidate in slip.candidates:
        builder.take(candidate)
    builder.add_spotted_rows("taxes", [tax_cells(row) for row in slip.rows])
    for number, row in enumerate(slip.rows):
        _say_derived_cells(builder, number, row)
    for field, value, sources in slip.derived:
        builder.derive(field, value, sources, _DERIVED)
    return bool(slip.candidates)


def _is_recognised(content: Content) -> bool:
    return any(page.source is TextSource.OCR for page in content.pages)


def _adds_up(found: Iterable[Candidate], derived: Iterable[tuple[str, Decimal, tuple[str, ...]]]) -> bool:
    """Whether net amount and taxes were found and make the total."""
    values = {candidate.field: candidate.value for candidate in found} | {field: value for field, value, _ in derived}
    if not {"net_amount", "tax_amount", "total_amount"} <= values.keys():
        return False
    return bool(abs(values["net_amount"] + values["tax_amount"] - values["total_amount"]) <= _CENTS)


def _say_derived_cells(builder: ItemBuilder, number: int, row: TaxRow) -> None:
    """Say what follows from the total in a row of which one amount alone is printed."""
    base, amount = f"taxes[{number}].base", f"taxes[{number}].amount"
    if row.rate is not None and place_of_rate(row) is None:
        builder.derive_cell(f"taxes[{number}].rate", (base, amount), _DERIVED)
    if row.base_spot is None:
        builder.derive_cell(base, ("total_amount", amount), _DERIVED)
    if row.tax_spot is None:
        builder.derive_cell(amount, ("total_amount", base), _DERIVED)


def take_fill(builder: ItemBuilder, content: Content) -> None:
    """Set product, quantity, unit and price of what was filled, where quantity times price is an amount."""
    fill = find_fill(content)
    if fill is None:
        return
    for candidate in (fill.quantity, fill.unit_price, fill.product):
        builder.take(candidate)
    builder.derive("unit", fill.unit, ("quantity", "unit_price"), 0.9)
