"""What a receipt says, put into its item: its amounts with their taxes, and what was filled at a station."""

from service.processing.reader.content import Content
from service.processing.reader.items_builder import ItemBuilder
from service.processing.reader.products import find_fill
from service.processing.reader.slip_amounts import TaxRow, read_slip, tax_cells

_DERIVED = 0.85


def take_amounts(builder: ItemBuilder, content: Content) -> bool:
    """Set total, net amount and taxes of a slip; False when nothing on it says what its total is."""
    slip = read_slip(content)
    for candidate in slip.candidates:
        builder.take(candidate)
    builder.add_spotted_rows("taxes", [tax_cells(row) for row in slip.rows])
    for number, row in enumerate(slip.rows):
        _say_derived_cells(builder, number, row)
    for field, value, sources in slip.derived:
        builder.derive(field, value, sources, _DERIVED)
    return bool(slip.candidates)


def _say_derived_cells(builder: ItemBuilder, number: int, row: TaxRow) -> None:
    """Say what follows from the total in a row of which one amount alone is printed."""
    base, amount = f"taxes[{number}].base", f"taxes[{number}].amount"
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
