"""The vocabulary of items: every field, the row types, and which category uses which field.

The names form one flat namespace: a name has the same kind in every category, so that one message can carry them all.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from service.domain.category import Category
from service.domain.units import UNIT_NAMES


class Kind(StrEnum):
    """The type of a field's value."""

    TEXT = "text"
    DECIMAL = "decimal"
    DATE = "date"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an item or of a row. `choices` belong to CHOICE, `row` to ROWS; `pattern` restricts TEXT."""

    name: str
    kind: Kind
    description: str
    example: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    pattern: str | None = None
    row: tuple["Field", ...] = ()


TAX_ROW: tuple[Field, ...] = (
    Field("name", Kind.TEXT, "Name of the tax as printed.", "IVA"),
    Field("rate", Kind.DECIMAL, "Rate in per cent.", "21"),
    Field("base", Kind.DECIMAL, "Amount that is taxed, in the item's currency.", "100.00"),
    Field("amount", Kind.DECIMAL, "Tax, in the item's currency.", "21.00"),
)

LINE_ROW: tuple[Field, ...] = (
    Field("description", Kind.TEXT, "What the line charges for.", "Printer paper A4"),
    Field("code", Kind.TEXT, "Article or service code.", "A-1032"),
    Field("quantity", Kind.DECIMAL, "How many, in `unit_name`.", "3"),
    Field("unit_name", Kind.TEXT, "Unit as printed; free text.", "pcs"),
    Field("unit_price", Kind.DECIMAL, "Price of one unit, in the item's currency.", "4.50"),
    Field("tax_rate", Kind.DECIMAL, "Tax rate of the line in per cent.", "21"),
    Field("amount", Kind.DECIMAL, "Amount of the line, in the item's currency.", "13.50"),
)

TARIFF_PERIOD_ROW: tuple[Field, ...] = (
    Field("period", Kind.TEXT, "Name of the tariff period as printed.", "P1", required=True),
    Field("quantity", Kind.DECIMAL, "Consumption in this period, in the item's unit.", "120.5"),
    Field("contracted_power", Kind.DECIMAL, "Contracted power in this period, kW.", "4.6"),
    Field("unit_price", Kind.DECIMAL, "Price of one unit of energy, in the item's currency.", "0.142"),
    Field("amount", Kind.DECIMAL, "Amount of this period, in the item's currency.", "17.11"),
)

TRANSACTION_ROW: tuple[Field, ...] = (
    Field("date", Kind.DATE, "Booking date.", "2024-03-05"),
    Field("value_date", Kind.DATE, "Value date.", "2024-03-06"),
    Field("description", Kind.TEXT, "Text of the transaction.", "Transfer received"),
    Field("reference", Kind.TEXT, "Reference of the bank or of the payer.", "NOTPROVIDED"),
    Field("amount", Kind.DECIMAL, "Amount: positive in, negative out.", "-45.10", required=True),
    Field("balance", Kind.DECIMAL, "Balance after the transaction.", "954.90"),
    Field("counterparty", Kind.TEXT, "Who paid or was paid.", "Talleres Ejemplo, S.L."),
    Field("counterparty_account", Kind.TEXT, "Account of who paid or was paid.", "ES9121000418450200051332"),
)

INTERVAL_ROW: tuple[Field, ...] = (
    Field(
        "start",
        Kind.TEXT,
        "Start of the interval: ISO 8601 with offset.",
        "2024-03-05T10:00:00+00:00",
        required=True,
    ),
    Field("end", Kind.TEXT, "End of the interval, not part of it: ISO 8601 with offset.", "2024-03-05T11:00:00+00:00"),
    Field("quantity", Kind.DECIMAL, "Consumption in the interval, in the item's unit.", "0.273"),
    Field("amount", Kind.DECIMAL, "Cost of the interval, in the item's currency.", "0.08"),
)

#: What an invoice can be; the first is the common one. After UNTDID 1001 as EN 16931 uses it.
DOCUMENT_TYPES = (
    "invoice",
    "credit_note",
    "debit_note",
    "corrected_invoice",
    "prepayment_invoice",
    "partial_invoice",
    "self_billed_invoice",
)

_FIELDS: tuple[Field, ...] = (
    Field("invoice_number", Kind.TEXT, "Number of the invoice, note or ticket as printed.", "WTR-2024-03"),
    Field(
        "quantity",
        Kind.DECIMAL,
        "What was consumed, delivered or handed over, in `unit`; negative on credit notes.",
        "32.1",
    ),
    Field("unit", Kind.CHOICE, "Unit of `quantity`.", "cubic_metre_(m3)", choices=UNIT_NAMES),
    Field("start_date", Kind.DATE, "First day of the period.", "2024-03-01"),
    Field("end_date", Kind.DATE, "Last day of the period; not before `start_date`.", "2024-03-31"),
    Field("issue_date", Kind.DATE, "Date of the document.", "2024-04-02"),
    Field("due_date", Kind.DATE, "Day by which payment is due.", "2024-04-17"),
    Field("supplier_name", Kind.TEXT, "Who issued the document.", "Aguas del Norte, S.A."),
    Field("supplier_tax_id", Kind.TEXT, "Tax number of the issuer (NIF, VAT number …), without spaces.", "A58818501"),
    Field("customer_name", Kind.TEXT, "Who the document is addressed to.", "Talleres Ejemplo, S.L."),
    Field("customer_tax_id", Kind.TEXT, "Tax number of the addressee.", "B64717838"),
    Field("contract_number", Kind.TEXT, "Contract, policy or customer account.", "900012345"),
    Field("supply_address", Kind.TEXT, "Address of the supply point.", "Calle Mayor 1, 08001 Barcelona"),
    Field("meter_number", Kind.TEXT, "Serial number of the meter.", "A12BC345678"),
    Field("cups", Kind.TEXT, "Spanish supply point code (CUPS), 20 or 22 characters.", "ES0021000000000001JN0F"),
    Field(
        "supply_point",
        Kind.TEXT,
        "Code of the supply point where it is not Spanish, without spaces: MPAN, MPRN, PRM, PCE, POD, PDR, EAN …",
        "14577889900112",
    ),
    Field("tariff", Kind.TEXT, "Access tariff or price plan.", "2.0TD"),
    Field("contracted_power", Kind.DECIMAL, "Contracted power in kW, when there is one for all periods.", "4.6"),
    Field("tariff_periods", Kind.ROWS, "Consumption by tariff period.", row=TARIFF_PERIOD_ROW),
    Field("previous_reading", Kind.DECIMAL, "Meter reading at the start of the period.", "1204"),
    Field("current_reading", Kind.DECIMAL, "Meter reading at the end of the period.", "1236"),
    Field("volume_m3", Kind.DECIMAL, "Gas volume in cubic metres, when `quantity` is energy.", "102"),
    Field("conversion_factor", Kind.DECIMAL, "Calorific value used, kWh per m³.", "11.63"),
    Field("product", Kind.TEXT, "Fuel, refrigerant or material.", "Gasóleo C"),
    Field("delivery_date", Kind.DATE, "Day of the delivery or of the operation.", "2024-03-11"),
    Field("unit_price", Kind.DECIMAL, "Price of one unit, in `currency`.", "1.089"),
    Field("vehicle_plate", Kind.TEXT, "Registration of the vehicle.", "1234 BCD"),
    Field("equipment", Kind.TEXT, "Equipment that was recharged.", "Rooftop unit 2"),
    Field("currency", Kind.TEXT, "ISO 4217 code.", "EUR", pattern=r"[A-Z]{3}"),
    Field("net_amount", Kind.DECIMAL, "Sum before taxes.", "100.00"),
    Field("tax_amount", Kind.DECIMAL, "Sum of the taxes.", "21.00"),
    Field("total_amount", Kind.DECIMAL, "Sum to pay, taxes included.", "121.00"),
    Field("amount_due", Kind.DECIMAL, "What is left to pay: the total without what was prepaid.", "71.00"),
    Field("allowance_amount", Kind.DECIMAL, "Allowances on the whole document, before taxes.", "5.00"),
    Field("charge_amount", Kind.DECIMAL, "Charges on the whole document, before taxes.", "3.50"),
    Field("withheld_amount", Kind.DECIMAL, "Taxes that the buyer withholds.", "15.00"),
    Field(
        "document_type",
        Kind.CHOICE,
        "What the document is; the amounts of a credit note have the sign that it gives them.",
        "invoice",
        choices=DOCUMENT_TYPES,
    ),
    Field("taxes", Kind.ROWS, "Taxes by rate.", row=TAX_ROW),
    Field("lines", Kind.ROWS, "Lines of the document.", row=LINE_ROW),
    Field("payment_method", Kind.TEXT, "How it was or is to be paid.", "Direct debit"),
    Field(
        "low_code", Kind.TEXT, "Code of the European list of waste (LER, EWC): six digits.", "200301", pattern=r"\d{6}"
    ),
    Field(
        "rd_code",
        Kind.TEXT,
        "Recovery or disposal operation.",
        "R3",
        pattern=r"(R(1[0-3]|[1-9])|D(1[0-5]|[1-9]))(\d{2})?",
    ),
    Field(
        "identification_name",
        Kind.TEXT,
        "Name or number that identifies the waste or its document.",
        "DCS30280000012020",
    ),
    Field("description", Kind.TEXT, "What it is, in words.", "Mixed municipal waste"),
    Field("destination", Kind.TEXT, "Plant that receives the waste.", "Planta de Tratamiento Sur"),
    Field("total_km_to_waste_center", Kind.DECIMAL, "Distance to the plant, km.", "34.5"),
    Field("hazardous", Kind.BOOLEAN, "Whether the waste is hazardous.", "false"),
    Field("producer_name", Kind.TEXT, "Producer or holder of the waste.", "Talleres Ejemplo, S.L."),
    Field("producer_tax_id", Kind.TEXT, "Tax number of the producer.", "B64717838"),
    Field("carrier_name", Kind.TEXT, "Carrier of the waste.", "Transportes Verdes, S.A."),
    Field("carrier_tax_id", Kind.TEXT, "Tax number of the carrier.", "A28015865"),
    Field(
        "iban",
        Kind.TEXT,
        "Account, without spaces.",
        "ES9121000418450200051332",
        pattern=r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}",
    ),
    Field("bic", Kind.TEXT, "Bank identifier (ISO 9362).", "CAIXESBBXXX"),
    Field("account_number", Kind.TEXT, "Account as printed, when there is no IBAN.", "1234567-8"),
    Field(
        "opening_balance",
        Kind.DECIMAL,
        "Balance at the start of the period; what is owed, on a card too, is negative.",
        "1000.00",
    ),
    Field(
        "closing_balance",
        Kind.DECIMAL,
        "Balance at the end of the period; what is owed, on a card too, is negative.",
        "954.90",
    ),
    Field("transactions", Kind.ROWS, "Transactions in the order printed.", row=TRANSACTION_ROW),
    Field("intervals", Kind.ROWS, "Consumption by interval, from load curves.", row=INTERVAL_ROW),
    Field("title", Kind.TEXT, "Title of the document.", "Lease contract"),
)

FIELDS: Mapping[str, Field] = MappingProxyType({field.name: field for field in _FIELDS})

_PERIOD = ("invoice_number", "quantity", "unit", "start_date", "end_date", "issue_date", "due_date")
_PARTIES = ("supplier_name", "supplier_tax_id", "customer_name", "customer_tax_id")
_SUPPLY = ("contract_number", "supply_address", "meter_number", "cups", "supply_point")
_AMOUNTS = ("currency", "net_amount", "tax_amount", "total_amount", "taxes")
_BILL = ("document_type", "allowance_amount", "charge_amount", "withheld_amount", "amount_due", "lines")
_READINGS = ("previous_reading", "current_reading")
_INVOICE = (
    "invoice_number",
    "issue_date",
    "due_date",
    "start_date",
    "end_date",
    *_PARTIES,
    "contract_number",
    *_AMOUNTS,
    *_BILL,
    "payment_method",
)

_NAMES_BY_CATEGORY: Mapping[Category, tuple[str, ...]] = {
    Category.ELECTRICITY: (
        *_PERIOD, *_PARTIES, *_SUPPLY, "tariff", "contracted_power", "tariff_periods", *_READINGS, *_AMOUNTS,
        *_BILL, "unit_price", "payment_method", "intervals",
    ),
    Category.WATER: (
        *_PERIOD, *_PARTIES, *_SUPPLY, *_READINGS, "tariff", *_AMOUNTS, *_BILL, "unit_price", "payment_method",
        "intervals",
    ),
    Category.GAS: (
        *_PERIOD, *_PARTIES, *_SUPPLY, "tariff", *_READINGS, "volume_m3", "conversion_factor", *_AMOUNTS,
        *_BILL, "unit_price", "payment_method", "intervals",
    ),
    Category.FUEL_DELIVERY: (
        *_PERIOD, *_PARTIES, "contract_number", "supply_address", "product", "delivery_date", "unit_price",
        "vehicle_plate", *_AMOUNTS, *_BILL, "payment_method",
    ),
    Category.RECHARGES: (
        *_PERIOD, *_PARTIES, "contract_number", "supply_address", "product", "equipment", "delivery_date",
        "unit_price", *_AMOUNTS,
    ),
    Category.WASTES: (
        *_PERIOD, *_PARTIES, "low_code", "rd_code", "identification_name", "description", "destination",
        "total_km_to_waste_center", "hazardous", "producer_name", "producer_tax_id", "carrier_name", "carrier_tax_id",
        "delivery_date", "supply_address", *_AMOUNTS,
    ),
    Category.INVOICE: (*_INVOICE, "quantity", "unit"),
    Category.RECEIPT: (*_INVOICE, "quantity", "unit", "product", "unit_price"),
    Category.BANK_STATEMENT: (
        "iban", "bic", "account_number", "supplier_name", "customer_name", "invoice_number", "start_date", "end_date",
        "issue_date", "currency", "opening_balance", "closing_balance", "transactions", "quantity", "unit",
    ),
    Category.OTHER: tuple(FIELDS),
    Category.UNKNOWN: tuple(FIELDS),
}  # fmt: skip

#: The published schema of each category: the fields that its items may have, in reading order.
ITEM_SCHEMAS: Mapping[Category, tuple[Field, ...]] = MappingProxyType(
    {category: tuple(FIELDS[name] for name in names) for category, names in _NAMES_BY_CATEGORY.items()}
)
