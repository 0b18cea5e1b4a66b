from google.type import decimal_pb2 as _decimal_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReadingItem(_message.Message):
    __slots__ = ("invoice_number", "quantity", "unit", "start_date", "end_date", "issue_date", "due_date", "supplier_name", "supplier_tax_id", "customer_name", "customer_tax_id", "contract_number", "supply_address", "meter_number", "cups", "tariff", "contracted_power", "tariff_periods", "previous_reading", "current_reading", "volume_m3", "conversion_factor", "product", "delivery_date", "unit_price", "vehicle_plate", "equipment", "currency", "net_amount", "tax_amount", "total_amount", "taxes", "lines", "payment_method", "low_code", "rd_code", "identification_name", "description", "destination", "total_km_to_waste_center", "hazardous", "producer_name", "producer_tax_id", "carrier_name", "carrier_tax_id", "iban", "bic", "account_number", "opening_balance", "closing_balance", "transactions", "title", "amount_due", "allowance_amount", "charge_amount", "withheld_amount", "document_type", "intervals", "supply_point")
    INVOICE_NUMBER_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    ISSUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DUE_DATE_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_NAME_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_TAX_ID_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_NAME_FIELD_NUMBER: _ClassVar[int]
    CUSTOMER_TAX_ID_FIELD_NUMBER: _ClassVar[int]
    CONTRACT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    SUPPLY_ADDRESS_FIELD_NUMBER: _ClassVar[int]
    METER_NUMBER_FIELD_NUMBER: _ClassVar[int]
    CUPS_FIELD_NUMBER: _ClassVar[int]
    TARIFF_FIELD_NUMBER: _ClassVar[int]
    CONTRACTED_POWER_FIELD_NUMBER: _ClassVar[int]
    TARIFF_PERIODS_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_READING_FIELD_NUMBER: _ClassVar[int]
    CURRENT_READING_FIELD_NUMBER: _ClassVar[int]
    VOLUME_M3_FIELD_NUMBER: _ClassVar[int]
    CONVERSION_FACTOR_FIELD_NUMBER: _ClassVar[int]
    PRODUCT_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_DATE_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    VEHICLE_PLATE_FIELD_NUMBER: _ClassVar[int]
    EQUIPMENT_FIELD_NUMBER: _ClassVar[int]
    CURRENCY_FIELD_NUMBER: _ClassVar[int]
    NET_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TAX_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    TAXES_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PAYMENT_METHOD_FIELD_NUMBER: _ClassVar[int]
    LOW_CODE_FIELD_NUMBER: _ClassVar[int]
    RD_CODE_FIELD_NUMBER: _ClassVar[int]
    IDENTIFICATION_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_KM_TO_WASTE_CENTER_FIELD_NUMBER: _ClassVar[int]
    HAZARDOUS_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_NAME_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_TAX_ID_FIELD_NUMBER: _ClassVar[int]
    CARRIER_NAME_FIELD_NUMBER: _ClassVar[int]
    CARRIER_TAX_ID_FIELD_NUMBER: _ClassVar[int]
    IBAN_FIELD_NUMBER: _ClassVar[int]
    BIC_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_NUMBER_FIELD_NUMBER: _ClassVar[int]
    OPENING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    CLOSING_BALANCE_FIELD_NUMBER: _ClassVar[int]
    TRANSACTIONS_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_DUE_FIELD_NUMBER: _ClassVar[int]
    ALLOWANCE_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    CHARGE_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    WITHHELD_AMOUNT_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    INTERVALS_FIELD_NUMBER: _ClassVar[int]
    SUPPLY_POINT_FIELD_NUMBER: _ClassVar[int]
    invoice_number: str
    quantity: _decimal_pb2.Decimal
    unit: str
    start_date: str
    end_date: str
    issue_date: str
    due_date: str
    supplier_name: str
    supplier_tax_id: str
    customer_name: str
    customer_tax_id: str
    contract_number: str
    supply_address: str
    meter_number: str
    cups: str
    tariff: str
    contracted_power: _decimal_pb2.Decimal
    tariff_periods: _containers.RepeatedCompositeFieldContainer[ReadingItemTariffPeriod]
    previous_reading: _decimal_pb2.Decimal
    current_reading: _decimal_pb2.Decimal
    volume_m3: _decimal_pb2.Decimal
    conversion_factor: _decimal_pb2.Decimal
    product: str
    delivery_date: str
    unit_price: _decimal_pb2.Decimal
    vehicle_plate: str
    equipment: str
    currency: str
    net_amount: _decimal_pb2.Decimal
    tax_amount: _decimal_pb2.Decimal
    total_amount: _decimal_pb2.Decimal
    taxes: _containers.RepeatedCompositeFieldContainer[ReadingItemTax]
    lines: _containers.RepeatedCompositeFieldContainer[ReadingItemLine]
    payment_method: str
    low_code: str
    rd_code: str
    identification_name: str
    description: str
    destination: str
    total_km_to_waste_center: _decimal_pb2.Decimal
    hazardous: bool
    producer_name: str
    producer_tax_id: str
    carrier_name: str
    carrier_tax_id: str
    iban: str
    bic: str
    account_number: str
    opening_balance: _decimal_pb2.Decimal
    closing_balance: _decimal_pb2.Decimal
    transactions: _containers.RepeatedCompositeFieldContainer[ReadingItemTransaction]
    title: str
    amount_due: _decimal_pb2.Decimal
    allowance_amount: _decimal_pb2.Decimal
    charge_amount: _decimal_pb2.Decimal
    withheld_amount: _decimal_pb2.Decimal
    document_type: str
    intervals: _containers.RepeatedCompositeFieldContainer[ReadingItemInterval]
    supply_point: str
    def __init__(self, invoice_number: _Optional[str] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., unit: _Optional[str] = ..., start_date: _Optional[str] = ..., end_date: _Optional[str] = ..., issue_date: _Optional[str] = ..., due_date: _Optional[str] = ..., supplier_name: _Optional[str] = ..., supplier_tax_id: _Optional[str] = ..., customer_name: _Optional[str] = ..., customer_tax_id: _Optional[str] = ..., contract_number: _Optional[str] = ..., supply_address: _Optional[str] = ..., meter_number: _Optional[str] = ..., cups: _Optional[str] = ..., tariff: _Optional[str] = ..., contracted_power: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., tariff_periods: _Optional[_Iterable[_Union[ReadingItemTariffPeriod, _Mapping]]] = ..., previous_reading: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., current_reading: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., volume_m3: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., conversion_factor: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., product: _Optional[str] = ..., delivery_date: _Optional[str] = ..., unit_price: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., vehicle_plate: _Optional[str] = ..., equipment: _Optional[str] = ..., currency: _Optional[str] = ..., net_amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., tax_amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., total_amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., taxes: _Optional[_Iterable[_Union[ReadingItemTax, _Mapping]]] = ..., lines: _Optional[_Iterable[_Union[ReadingItemLine, _Mapping]]] = ..., payment_method: _Optional[str] = ..., low_code: _Optional[str] = ..., rd_code: _Optional[str] = ..., identification_name: _Optional[str] = ..., description: _Optional[str] = ..., destination: _Optional[str] = ..., total_km_to_waste_center: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., hazardous: _Optional[bool] = ..., producer_name: _Optional[str] = ..., producer_tax_id: _Optional[str] = ..., carrier_name: _Optional[str] = ..., carrier_tax_id: _Optional[str] = ..., iban: _Optional[str] = ..., bic: _Optional[str] = ..., account_number: _Optional[str] = ..., opening_balance: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., closing_balance: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., transactions: _Optional[_Iterable[_Union[ReadingItemTransaction, _Mapping]]] = ..., title: _Optional[str] = ..., amount_due: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., allowance_amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., charge_amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., withheld_amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., document_type: _Optional[str] = ..., intervals: _Optional[_Iterable[_Union[ReadingItemInterval, _Mapping]]] = ..., supply_point: _Optional[str] = ...) -> None: ...

class ReadingItemTariffPeriod(_message.Message):
    __slots__ = ("period", "quantity", "contracted_power", "unit_price", "amount")
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    CONTRACTED_POWER_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    period: str
    quantity: _decimal_pb2.Decimal
    contracted_power: _decimal_pb2.Decimal
    unit_price: _decimal_pb2.Decimal
    amount: _decimal_pb2.Decimal
    def __init__(self, period: _Optional[str] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., contracted_power: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., unit_price: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class ReadingItemTax(_message.Message):
    __slots__ = ("name", "rate", "base", "amount")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RATE_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    name: str
    rate: _decimal_pb2.Decimal
    base: _decimal_pb2.Decimal
    amount: _decimal_pb2.Decimal
    def __init__(self, name: _Optional[str] = ..., rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., base: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class ReadingItemLine(_message.Message):
    __slots__ = ("description", "code", "quantity", "unit_name", "unit_price", "tax_rate", "amount")
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_NAME_FIELD_NUMBER: _ClassVar[int]
    UNIT_PRICE_FIELD_NUMBER: _ClassVar[int]
    TAX_RATE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    description: str
    code: str
    quantity: _decimal_pb2.Decimal
    unit_name: str
    unit_price: _decimal_pb2.Decimal
    tax_rate: _decimal_pb2.Decimal
    amount: _decimal_pb2.Decimal
    def __init__(self, description: _Optional[str] = ..., code: _Optional[str] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., unit_name: _Optional[str] = ..., unit_price: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., tax_rate: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class ReadingItemTransaction(_message.Message):
    __slots__ = ("date", "value_date", "description", "reference", "amount", "balance", "counterparty", "counterparty_account")
    DATE_FIELD_NUMBER: _ClassVar[int]
    VALUE_DATE_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    BALANCE_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTY_FIELD_NUMBER: _ClassVar[int]
    COUNTERPARTY_ACCOUNT_FIELD_NUMBER: _ClassVar[int]
    date: str
    value_date: str
    description: str
    reference: str
    amount: _decimal_pb2.Decimal
    balance: _decimal_pb2.Decimal
    counterparty: str
    counterparty_account: str
    def __init__(self, date: _Optional[str] = ..., value_date: _Optional[str] = ..., description: _Optional[str] = ..., reference: _Optional[str] = ..., amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., balance: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., counterparty: _Optional[str] = ..., counterparty_account: _Optional[str] = ...) -> None: ...

class ReadingItemInterval(_message.Message):
    __slots__ = ("start", "end", "quantity", "amount")
    START_FIELD_NUMBER: _ClassVar[int]
    END_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    start: str
    end: str
    quantity: _decimal_pb2.Decimal
    amount: _decimal_pb2.Decimal
    def __init__(self, start: _Optional[str] = ..., end: _Optional[str] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., amount: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...
