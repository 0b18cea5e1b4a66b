"""What the formats of electronic invoices have in common: code lists, and which invoices are bills of consumption."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal, Inexact, localcontext

from service.domain.category import Category
from service.domain.identifiers import compact, is_cups
from service.domain.units import UNIT_BY_NAME, convert
from service.processing.reader.layout import fold
from service.processing.reader.structured.node import Node
from service.processing.reader.structured.part import (
    RowBuilder,
    StructuredItem,
    StructuredPart,
    day_of,
    decimal_of,
    make_part,
)

# UN/ECE recommendation 20, as far as the domain knows the unit.
UNIT_BY_CODE = {
    "WHR": "watt_hour_(wh)",
    "KWH": "kilowatt_hour_(kwh)",
    "MWH": "megawatt_hour_(mwh)",
    "GWH": "gigawatt_hour_(gwh)",
    "3B": "megajoule_(mj)",
    "GV": "gigajoule_(gj)",
    "MTQ": "cubic_metre_(m3)",
    "LTR": "litre_(l)",
    "HLT": "hectolitre_(hl)",
    "GLL": "us_gallon_(gal)",
    "GLI": "imperial_gallon_(imp_gal)",
    "KGM": "kilogram_(kg)",
    "GRM": "gram_(g)",
    "TNE": "tonne_(t)",
    "LBR": "pound_(lb)",
}
# UNTDID 4461.
PAYMENT_MEANS = {
    "10": "cash",
    "20": "cheque",
    "30": "credit transfer",
    "31": "debit transfer",
    "42": "payment to bank account",
    "48": "bank card",
    "49": "direct debit",
    "54": "credit card",
    "55": "debit card",
    "57": "standing agreement",
    "58": "SEPA credit transfer",
    "59": "SEPA direct debit",
}
# UNTDID 1001.
DOCUMENT_TYPE_BY_CODE = {
    "261": "credit_note",
    "326": "partial_invoice",
    "380": "invoice",
    "381": "credit_note",
    "383": "debit_note",
    "384": "corrected_invoice",
    "386": "prepayment_invoice",
    "389": "self_billed_invoice",
    "393": "invoice",
    "396": "credit_note",
    "875": "partial_invoice",
    "876": "partial_invoice",
    "877": "invoice",
}
_ENERGY = {"WHR", "KWH", "MWH", "GWH", "3B", "GV"}
_POWER_UNITS = {"KWT", "KW", "MAW", "KVA", "KVR"}
_LIQUID = {"LTR", "HLT", "GLL", "GLI"}
_WORDS = {
    Category.GAS: r"\bgas\b|erdgas|\bgaz\b|aardgas|naturgas|metano|natural gas",
    Category.WATER: r"wasser(?!kraft)|\bwater\b|\bagua\b|\baigua\b|\beau\b|acqua|vatten\b|\bagua",
    Category.ELECTRICITY: r"strom|electri|elettric|eletric|\bkwh\b|energie|\bel\b|elnat|elforb|luz\b|power",
    Category.FUEL_DELIVERY: r"diesel|gasol|gasoil|benzin|\bpetrol|heizol|heating oil|fioul|mazout|drivmedel|adblue"
    r"|euro ?95|super ?e?\d|\blpg\b|autogas|carburant|combustible|brandstof|\bfuel",
}
_POWER = re.compile(r"contract|bereitstell|bestell|potencia|souscrit|impegnata|kapacitet|vertrag")
#: The least part of the net amount that lines of consumption must have for the invoice to be a bill of consumption.
_UTILITY_SHARE, _FUEL_SHARE = Decimal("0.2"), Decimal("0.5")
#: How sure a consumption is that follows from lines which do not say it the same way.
_SUMMED = 0.6


@dataclass(slots=True)
class InvoiceLine(RowBuilder):
    """A line: its cells, the code of its unit (UN/ECE recommendation 20) and its period as ISO dates."""

    unit_code: str = ""
    start: str | None = None
    end: str | None = None

    @property
    def said(self) -> str:
        """What the line charges for, folded for searching."""
        return fold(str(self.values.get("description", "")))


@dataclass(slots=True)
class Invoice:
    """An invoice under construction; `remarks` is free text that says what it is about."""

    item: StructuredItem
    lines: list[InvoiceLine] = field(default_factory=list)
    remarks: str = ""
    is_invoice: bool = True


def tax_id(item: StructuredItem, name: str, node: Node | None) -> None:
    """A tax number, without blanks as the schema wants it."""
    if node is not None and node.text:
        item.put(name, compact(node.text) if re.search(r"\d", node.text) else node.text, node)


def joined(item: StructuredItem, name: str, holder: Node | None, parts: Sequence[str]) -> None:
    """A text field of the parts of an element, such as an address, in the order that they are written."""
    if holder is not None:
        said = [holder.value(part) for part in parts]
        item.put(name, " ".join(part for part in said if part), holder.first(*parts))


def cups_in(item: StructuredItem, root: Node) -> None:
    """The Spanish supply point that an element, or an identifier, of the invoice names."""
    for node in root.walk():
        if not node.children and 20 <= len(node.text) <= 30 and is_cups(node.text):
            item.put("cups", compact(node.text), node)
            return


def unit_price(line: RowBuilder, price: Node | None, base: Node | None) -> None:
    """The price of one unit: what the base quantity costs, when it divides without a rest."""
    amount, per = decimal_of(price), decimal_of(base)
    if amount is None or per is None or per in (0, 1):
        line.put("unit_price", amount, price)
        return
    with localcontext() as context:
        context.traps[Inexact] = True
        with suppress(Inexact):
            line.put("unit_price", amount / per, price)


def invoices_part(form: str, invoices: Sequence[Invoice], *, language: str | None = None) -> StructuredPart:
    """The part that some invoices make: bills of consumption when their lines charge mostly for that."""
    category, probability = _category_of(invoices)
    for invoice in invoices:
        invoice.item.rows("lines", invoice.lines)
        if category not in (Category.INVOICE, Category.OTHER):
            _consumption(invoice, category)
            _period_of(invoice, [line for line in invoice.lines if _kind_of(line, invoice) is category])
        _period_of(invoice, invoice.lines)
    return make_part(form, category, [entry.item for entry in invoices], probability=probability, language=language)


def _category_of(invoices: Sequence[Invoice]) -> tuple[Category, float]:
    if not any(invoice.is_invoice for invoice in invoices):
        return Category.OTHER, 1.0
    amounts: dict[Category, Decimal] = {}
    total = power = Decimal(0)
    for invoice in invoices:
        for line in invoice.lines:
            amount = abs(line.values.get("amount", Decimal(0)))
            total += amount
            kind = _kind_of(line, invoice)
            if kind is not None:
                amounts[kind] = amounts.get(kind, Decimal(0)) + amount
            elif line.unit_code in _POWER_UNITS:
                power += amount
    if amounts and total:
        if Category.ELECTRICITY in amounts:
            amounts[Category.ELECTRICITY] += power
        kind, amount = max(amounts.items(), key=lambda entry: entry[1])
        if amount / total >= (_FUEL_SHARE if kind is Category.FUEL_DELIVERY else _UTILITY_SHARE):
            return kind, 0.97
    return Category.INVOICE, 1.0 if not amounts else 0.95


def _kind_of(line: InvoiceLine, invoice: Invoice) -> Category | None:
    """What a line of consumption is of; None for a line that is of none."""
    about = fold(invoice.remarks)
    if line.unit_code in _ENERGY:
        gas, power = (_WORDS[kind] for kind in (Category.GAS, Category.ELECTRICITY))
        if re.search(gas, line.said):
            return Category.GAS
        if not re.search(power, line.said) and re.search(gas, about) and not re.search(power, about):
            return Category.GAS
        return Category.ELECTRICITY
    if line.unit_code == "MTQ":
        for text in (line.said, about):
            for kind in (Category.GAS, Category.WATER):
                if re.search(_WORDS[kind], text):
                    return kind
    if line.unit_code in _LIQUID and re.search(_WORDS[Category.FUEL_DELIVERY], line.said):
        return Category.FUEL_DELIVERY
    return None


def _period_of(invoice: Invoice, lines: Sequence[InvoiceLine]) -> None:
    """The period that some lines span, when the invoice itself names none."""
    starts = [line.start for line in lines if line.start]
    ends = [line.end for line in lines if line.end]
    if starts and ends and "start_date" not in invoice.item.values and "end_date" not in invoice.item.values:
        invoice.item.derive("start_date", min(starts), ("lines",), _SUMMED)
        invoice.item.derive("end_date", max(ends), ("lines",), _SUMMED)


def _consumption(invoice: Invoice, category: Category) -> None:
    """Quantity and unit of a bill. Components that charge for the same consumption repeat its quantity."""
    rows = [line for line in invoice.lines if line.values]
    found: list[tuple[int, InvoiceLine, str]] = []
    for number, line in enumerate(rows):
        unit = UNIT_BY_CODE.get(line.unit_code)
        if unit and "quantity" in line.values and _kind_of(line, invoice) is category:
            found.append((number, line, unit))
    if not found:
        return
    unit = found[0][2]
    target = UNIT_BY_NAME[unit]
    same = [entry for entry in found if UNIT_BY_NAME[entry[2]].dimension is target.dimension]
    told = [
        line.values["quantity"] if name == unit else convert(line.values["quantity"], UNIT_BY_NAME[name], target)
        for _, line, name in same
    ]
    counts = Counter(told)
    quantity, repeated = counts.most_common(1)[0]
    sources = tuple(f"lines[{number}].quantity" for number, _, _ in same)
    if len(counts) > 1 and repeated == 1:
        invoice.item.derive("quantity", sum(counts, Decimal(0)), sources, _SUMMED)
    else:
        kept = same[told.index(quantity)][1]
        invoice.item.put("quantity", quantity, kept.nodes["quantity"], 0.95)
    invoice.item.put("unit", unit, found[0][1].nodes["quantity"])
    first = found[0][1]
    if category is Category.FUEL_DELIVERY:
        invoice.item.put("product", first.values.get("description"), first.nodes.get("description"))
        invoice.item.put("unit_price", first.values.get("unit_price"), first.nodes.get("unit_price"))
    powers = [line for line in rows if line.unit_code in ("KWT", "KW") and _POWER.search(line.said)]
    if len(powers) == 1:
        invoice.item.put("contracted_power", powers[0].values.get("quantity"), powers[0].nodes.get("quantity"))


def line_period(line: InvoiceLine, start: Node | None, end: Node | None) -> None:
    """The period of a line, from the elements of its first and last day."""
    line.start, line.end = day_of(start), day_of(end)
