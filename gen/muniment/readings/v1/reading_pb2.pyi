import datetime

from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from muniment.readings.v1 import reading_item_pb2 as _reading_item_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CheckOutcome(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CHECK_OUTCOME_UNSPECIFIED: _ClassVar[CheckOutcome]
    CHECK_OUTCOME_PASS: _ClassVar[CheckOutcome]
    CHECK_OUTCOME_FAIL: _ClassVar[CheckOutcome]
    CHECK_OUTCOME_NOT_APPLICABLE: _ClassVar[CheckOutcome]

class ReadingStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    READING_STATUS_UNSPECIFIED: _ClassVar[ReadingStatus]
    READING_STATUS_SUCCESS: _ClassVar[ReadingStatus]
    READING_STATUS_ERROR: _ClassVar[ReadingStatus]

class Category(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CATEGORY_UNSPECIFIED: _ClassVar[Category]
    CATEGORY_ELECTRICITY: _ClassVar[Category]
    CATEGORY_WATER: _ClassVar[Category]
    CATEGORY_GAS: _ClassVar[Category]
    CATEGORY_FUEL_DELIVERY: _ClassVar[Category]
    CATEGORY_RECHARGES: _ClassVar[Category]
    CATEGORY_WASTES: _ClassVar[Category]
    CATEGORY_INVOICE: _ClassVar[Category]
    CATEGORY_RECEIPT: _ClassVar[Category]
    CATEGORY_BANK_STATEMENT: _ClassVar[Category]
    CATEGORY_OTHER: _ClassVar[Category]
    CATEGORY_UNKNOWN: _ClassVar[Category]
CHECK_OUTCOME_UNSPECIFIED: CheckOutcome
CHECK_OUTCOME_PASS: CheckOutcome
CHECK_OUTCOME_FAIL: CheckOutcome
CHECK_OUTCOME_NOT_APPLICABLE: CheckOutcome
READING_STATUS_UNSPECIFIED: ReadingStatus
READING_STATUS_SUCCESS: ReadingStatus
READING_STATUS_ERROR: ReadingStatus
CATEGORY_UNSPECIFIED: Category
CATEGORY_ELECTRICITY: Category
CATEGORY_WATER: Category
CATEGORY_GAS: Category
CATEGORY_FUEL_DELIVERY: Category
CATEGORY_RECHARGES: Category
CATEGORY_WASTES: Category
CATEGORY_INVOICE: Category
CATEGORY_RECEIPT: Category
CATEGORY_BANK_STATEMENT: Category
CATEGORY_OTHER: Category
CATEGORY_UNKNOWN: Category

class Reading(_message.Message):
    __slots__ = ("id", "file_id", "status", "category", "category_confidence", "content", "machine_content", "corrected", "corrected_by", "corrected_at", "supplier_id", "error", "linked", "checks", "created_at", "updated_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    MACHINE_CONTENT_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_BY_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_AT_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_ID_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    LINKED_FIELD_NUMBER: _ClassVar[int]
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    file_id: str
    status: ReadingStatus
    category: Category
    category_confidence: float
    content: ReadingContent
    machine_content: ReadingContent
    corrected: bool
    corrected_by: str
    corrected_at: _timestamp_pb2.Timestamp
    supplier_id: str
    error: ReadingError
    linked: bool
    checks: _containers.RepeatedCompositeFieldContainer[Check]
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., file_id: _Optional[str] = ..., status: _Optional[_Union[ReadingStatus, str]] = ..., category: _Optional[_Union[Category, str]] = ..., category_confidence: _Optional[float] = ..., content: _Optional[_Union[ReadingContent, _Mapping]] = ..., machine_content: _Optional[_Union[ReadingContent, _Mapping]] = ..., corrected: _Optional[bool] = ..., corrected_by: _Optional[str] = ..., corrected_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., supplier_id: _Optional[str] = ..., error: _Optional[_Union[ReadingError, _Mapping]] = ..., linked: _Optional[bool] = ..., checks: _Optional[_Iterable[_Union[Check, _Mapping]]] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReadingContent(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_reading_item_pb2.ReadingItem]
    def __init__(self, items: _Optional[_Iterable[_Union[_reading_item_pb2.ReadingItem, _Mapping]]] = ...) -> None: ...

class ReadingError(_message.Message):
    __slots__ = ("code", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...

class Check(_message.Message):
    __slots__ = ("rule", "version", "outcome", "item", "fields", "message")
    RULE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    ITEM_FIELD_NUMBER: _ClassVar[int]
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    rule: str
    version: str
    outcome: CheckOutcome
    item: int
    fields: _containers.RepeatedScalarFieldContainer[str]
    message: str
    def __init__(self, rule: _Optional[str] = ..., version: _Optional[str] = ..., outcome: _Optional[_Union[CheckOutcome, str]] = ..., item: _Optional[int] = ..., fields: _Optional[_Iterable[str]] = ..., message: _Optional[str] = ...) -> None: ...

class Evidence(_message.Message):
    __slots__ = ("item", "field", "page", "box", "raw_text", "producer", "producer_version", "confidence", "derived_from", "alternatives", "path")
    ITEM_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    BOX_FIELD_NUMBER: _ClassVar[int]
    RAW_TEXT_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_FIELD_NUMBER: _ClassVar[int]
    PRODUCER_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONFIDENCE_FIELD_NUMBER: _ClassVar[int]
    DERIVED_FROM_FIELD_NUMBER: _ClassVar[int]
    ALTERNATIVES_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    item: int
    field: str
    page: int
    box: Box
    raw_text: str
    producer: str
    producer_version: str
    confidence: float
    derived_from: _containers.RepeatedScalarFieldContainer[str]
    alternatives: _containers.RepeatedScalarFieldContainer[str]
    path: str
    def __init__(self, item: _Optional[int] = ..., field: _Optional[str] = ..., page: _Optional[int] = ..., box: _Optional[_Union[Box, _Mapping]] = ..., raw_text: _Optional[str] = ..., producer: _Optional[str] = ..., producer_version: _Optional[str] = ..., confidence: _Optional[float] = ..., derived_from: _Optional[_Iterable[str]] = ..., alternatives: _Optional[_Iterable[str]] = ..., path: _Optional[str] = ...) -> None: ...

class Box(_message.Message):
    __slots__ = ("x0", "y0", "x1", "y1")
    X0_FIELD_NUMBER: _ClassVar[int]
    Y0_FIELD_NUMBER: _ClassVar[int]
    X1_FIELD_NUMBER: _ClassVar[int]
    Y1_FIELD_NUMBER: _ClassVar[int]
    x0: float
    y0: float
    x1: float
    y1: float
    def __init__(self, x0: _Optional[float] = ..., y0: _Optional[float] = ..., x1: _Optional[float] = ..., y1: _Optional[float] = ...) -> None: ...
