import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import decimal_pb2 as _decimal_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class InvoiceType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INVOICE_TYPE_UNSPECIFIED: _ClassVar[InvoiceType]
    INVOICE_TYPE_WATER: _ClassVar[InvoiceType]
    INVOICE_TYPE_ELECTRICITY: _ClassVar[InvoiceType]
    INVOICE_TYPE_COMBUSTION: _ClassVar[InvoiceType]
    INVOICE_TYPE_RECHARGE: _ClassVar[InvoiceType]

class RecordStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RECORD_STATUS_UNSPECIFIED: _ClassVar[RecordStatus]
    RECORD_STATUS_ACTIVE: _ClassVar[RecordStatus]
INVOICE_TYPE_UNSPECIFIED: InvoiceType
INVOICE_TYPE_WATER: InvoiceType
INVOICE_TYPE_ELECTRICITY: InvoiceType
INVOICE_TYPE_COMBUSTION: InvoiceType
INVOICE_TYPE_RECHARGE: InvoiceType
RECORD_STATUS_UNSPECIFIED: RecordStatus
RECORD_STATUS_ACTIVE: RecordStatus

class Invoice(_message.Message):
    __slots__ = ("id", "type", "status", "base_quantity", "quantity", "unit", "start_date", "end_date", "invoice_id", "facility_id", "percentage", "supplier_id", "cups", "file_id", "source_invoice_id", "uploaded_by", "project_id", "file_reading_id", "item", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BASE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    INVOICE_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_ID_FIELD_NUMBER: _ClassVar[int]
    PERCENTAGE_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_ID_FIELD_NUMBER: _ClassVar[int]
    CUPS_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_INVOICE_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_BY_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    type: InvoiceType
    status: RecordStatus
    base_quantity: _decimal_pb2.Decimal
    quantity: _decimal_pb2.Decimal
    unit: str
    start_date: str
    end_date: str
    invoice_id: str
    facility_id: str
    percentage: _decimal_pb2.Decimal
    supplier_id: str
    cups: str
    file_id: str
    source_invoice_id: str
    uploaded_by: str
    project_id: str
    file_reading_id: str
    item: int
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., type: _Optional[_Union[InvoiceType, str]] = ..., status: _Optional[_Union[RecordStatus, str]] = ..., base_quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., unit: _Optional[str] = ..., start_date: _Optional[str] = ..., end_date: _Optional[str] = ..., invoice_id: _Optional[str] = ..., facility_id: _Optional[str] = ..., percentage: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., supplier_id: _Optional[str] = ..., cups: _Optional[str] = ..., file_id: _Optional[str] = ..., source_invoice_id: _Optional[str] = ..., uploaded_by: _Optional[str] = ..., project_id: _Optional[str] = ..., file_reading_id: _Optional[str] = ..., item: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Waste(_message.Message):
    __slots__ = ("id", "identification_name", "description", "destination", "total_km_to_waste_center", "base_quantity", "quantity", "unit", "start_date", "end_date", "low_code", "rd_code", "facility_id", "percentage", "status", "file_id", "file_reading_id", "item", "uploaded_by", "project_id", "created_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    IDENTIFICATION_NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_FIELD_NUMBER: _ClassVar[int]
    TOTAL_KM_TO_WASTE_CENTER_FIELD_NUMBER: _ClassVar[int]
    BASE_QUANTITY_FIELD_NUMBER: _ClassVar[int]
    QUANTITY_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    START_DATE_FIELD_NUMBER: _ClassVar[int]
    END_DATE_FIELD_NUMBER: _ClassVar[int]
    LOW_CODE_FIELD_NUMBER: _ClassVar[int]
    RD_CODE_FIELD_NUMBER: _ClassVar[int]
    FACILITY_ID_FIELD_NUMBER: _ClassVar[int]
    PERCENTAGE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    UPLOADED_BY_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    identification_name: str
    description: str
    destination: str
    total_km_to_waste_center: _decimal_pb2.Decimal
    base_quantity: _decimal_pb2.Decimal
    quantity: _decimal_pb2.Decimal
    unit: str
    start_date: str
    end_date: str
    low_code: str
    rd_code: str
    facility_id: str
    percentage: _decimal_pb2.Decimal
    status: RecordStatus
    file_id: str
    file_reading_id: str
    item: int
    uploaded_by: str
    project_id: str
    created_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., identification_name: _Optional[str] = ..., description: _Optional[str] = ..., destination: _Optional[str] = ..., total_km_to_waste_center: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., base_quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., quantity: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., unit: _Optional[str] = ..., start_date: _Optional[str] = ..., end_date: _Optional[str] = ..., low_code: _Optional[str] = ..., rd_code: _Optional[str] = ..., facility_id: _Optional[str] = ..., percentage: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ..., status: _Optional[_Union[RecordStatus, str]] = ..., file_id: _Optional[str] = ..., file_reading_id: _Optional[str] = ..., item: _Optional[int] = ..., uploaded_by: _Optional[str] = ..., project_id: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
