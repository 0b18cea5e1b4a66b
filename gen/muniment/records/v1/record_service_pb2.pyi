from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from muniment.records.v1 import record_pb2 as _record_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListInvoicesRequest(_message.Message):
    __slots__ = ("page", "size", "cursor", "file_id", "facility_id", "project_id", "file_reading_id", "type")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    page: int
    size: int
    cursor: str
    file_id: str
    facility_id: str
    project_id: str
    file_reading_id: str
    type: _record_pb2.InvoiceType
    def __init__(self, page: _Optional[int] = ..., size: _Optional[int] = ..., cursor: _Optional[str] = ..., file_id: _Optional[str] = ..., facility_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file_reading_id: _Optional[str] = ..., type: _Optional[_Union[_record_pb2.InvoiceType, str]] = ...) -> None: ...

class ListInvoicesResponse(_message.Message):
    __slots__ = ("items", "total", "page", "size", "pages", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_record_pb2.Invoice]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[_record_pb2.Invoice, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., size: _Optional[int] = ..., pages: _Optional[int] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class GetInvoiceRequest(_message.Message):
    __slots__ = ("invoice_id",)
    INVOICE_ID_FIELD_NUMBER: _ClassVar[int]
    invoice_id: str
    def __init__(self, invoice_id: _Optional[str] = ...) -> None: ...

class GetInvoiceResponse(_message.Message):
    __slots__ = ("invoice",)
    INVOICE_FIELD_NUMBER: _ClassVar[int]
    invoice: _record_pb2.Invoice
    def __init__(self, invoice: _Optional[_Union[_record_pb2.Invoice, _Mapping]] = ...) -> None: ...

class ListWastesRequest(_message.Message):
    __slots__ = ("page", "size", "cursor", "file_id", "facility_id", "project_id", "file_reading_id")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FACILITY_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    page: int
    size: int
    cursor: str
    file_id: str
    facility_id: str
    project_id: str
    file_reading_id: str
    def __init__(self, page: _Optional[int] = ..., size: _Optional[int] = ..., cursor: _Optional[str] = ..., file_id: _Optional[str] = ..., facility_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file_reading_id: _Optional[str] = ...) -> None: ...

class ListWastesResponse(_message.Message):
    __slots__ = ("items", "total", "page", "size", "pages", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_record_pb2.Waste]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[_record_pb2.Waste, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., size: _Optional[int] = ..., pages: _Optional[int] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class GetWasteRequest(_message.Message):
    __slots__ = ("waste_id",)
    WASTE_ID_FIELD_NUMBER: _ClassVar[int]
    waste_id: str
    def __init__(self, waste_id: _Optional[str] = ...) -> None: ...

class GetWasteResponse(_message.Message):
    __slots__ = ("waste",)
    WASTE_FIELD_NUMBER: _ClassVar[int]
    waste: _record_pb2.Waste
    def __init__(self, waste: _Optional[_Union[_record_pb2.Waste, _Mapping]] = ...) -> None: ...
