from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.type import decimal_pb2 as _decimal_pb2
from muniment.files.v1 import file_service_pb2 as _file_service_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from muniment.readings.v1 import reading_pb2 as _reading_pb2
from muniment.records.v1 import record_pb2 as _record_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ReadingEntryType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    READING_ENTRY_TYPE_UNSPECIFIED: _ClassVar[ReadingEntryType]
    READING_ENTRY_TYPE_FOLDER: _ClassVar[ReadingEntryType]
    READING_ENTRY_TYPE_FILE: _ClassVar[ReadingEntryType]
READING_ENTRY_TYPE_UNSPECIFIED: ReadingEntryType
READING_ENTRY_TYPE_FOLDER: ReadingEntryType
READING_ENTRY_TYPE_FILE: ReadingEntryType

class ListReadingsRequest(_message.Message):
    __slots__ = ("file_id", "folder_id", "project_id", "linked", "name", "category", "page", "size", "cursor")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    LINKED_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    file_id: _containers.RepeatedScalarFieldContainer[str]
    folder_id: str
    project_id: str
    linked: bool
    name: str
    category: _containers.RepeatedScalarFieldContainer[_reading_pb2.Category]
    page: int
    size: int
    cursor: str
    def __init__(self, file_id: _Optional[_Iterable[str]] = ..., folder_id: _Optional[str] = ..., project_id: _Optional[str] = ..., linked: _Optional[bool] = ..., name: _Optional[str] = ..., category: _Optional[_Iterable[_Union[_reading_pb2.Category, str]]] = ..., page: _Optional[int] = ..., size: _Optional[int] = ..., cursor: _Optional[str] = ...) -> None: ...

class ListReadingsResponse(_message.Message):
    __slots__ = ("items", "total", "page", "size", "pages", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ReadingEntry]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[ReadingEntry, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., size: _Optional[int] = ..., pages: _Optional[int] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class ReadingEntry(_message.Message):
    __slots__ = ("type", "id", "name", "tags", "category", "reading", "linked", "folder_id")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    READING_FIELD_NUMBER: _ClassVar[int]
    LINKED_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    type: ReadingEntryType
    id: str
    name: str
    tags: _containers.RepeatedScalarFieldContainer[str]
    category: _reading_pb2.Category
    reading: _reading_pb2.Reading
    linked: bool
    folder_id: str
    def __init__(self, type: _Optional[_Union[ReadingEntryType, str]] = ..., id: _Optional[str] = ..., name: _Optional[str] = ..., tags: _Optional[_Iterable[str]] = ..., category: _Optional[_Union[_reading_pb2.Category, str]] = ..., reading: _Optional[_Union[_reading_pb2.Reading, _Mapping]] = ..., linked: _Optional[bool] = ..., folder_id: _Optional[str] = ...) -> None: ...

class GetReadingRequest(_message.Message):
    __slots__ = ("file_reading_id",)
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    file_reading_id: str
    def __init__(self, file_reading_id: _Optional[str] = ...) -> None: ...

class GetReadingResponse(_message.Message):
    __slots__ = ("reading",)
    READING_FIELD_NUMBER: _ClassVar[int]
    reading: _reading_pb2.Reading
    def __init__(self, reading: _Optional[_Union[_reading_pb2.Reading, _Mapping]] = ...) -> None: ...

class GetReadingEvidenceRequest(_message.Message):
    __slots__ = ("file_reading_id",)
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    file_reading_id: str
    def __init__(self, file_reading_id: _Optional[str] = ...) -> None: ...

class GetReadingEvidenceResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_reading_pb2.Evidence]
    def __init__(self, items: _Optional[_Iterable[_Union[_reading_pb2.Evidence, _Mapping]]] = ...) -> None: ...

class DownloadPageRequest(_message.Message):
    __slots__ = ("file_reading_id", "file_id", "page", "evidence", "read_offset", "read_limit", "info_only")
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    READ_OFFSET_FIELD_NUMBER: _ClassVar[int]
    READ_LIMIT_FIELD_NUMBER: _ClassVar[int]
    INFO_ONLY_FIELD_NUMBER: _ClassVar[int]
    file_reading_id: str
    file_id: str
    page: str
    evidence: bool
    read_offset: int
    read_limit: int
    info_only: bool
    def __init__(self, file_reading_id: _Optional[str] = ..., file_id: _Optional[str] = ..., page: _Optional[str] = ..., evidence: _Optional[bool] = ..., read_offset: _Optional[int] = ..., read_limit: _Optional[int] = ..., info_only: _Optional[bool] = ...) -> None: ...

class DownloadPageResponse(_message.Message):
    __slots__ = ("info", "chunk")
    INFO_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    info: _file_service_pb2.DownloadInfo
    chunk: bytes
    def __init__(self, info: _Optional[_Union[_file_service_pb2.DownloadInfo, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class UpdateReadingRequest(_message.Message):
    __slots__ = ("file_reading_id", "content", "category")
    FILE_READING_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    file_reading_id: str
    content: _reading_pb2.ReadingContent
    category: _reading_pb2.Category
    def __init__(self, file_reading_id: _Optional[str] = ..., content: _Optional[_Union[_reading_pb2.ReadingContent, _Mapping]] = ..., category: _Optional[_Union[_reading_pb2.Category, str]] = ...) -> None: ...

class UpdateReadingResponse(_message.Message):
    __slots__ = ("reading",)
    READING_FIELD_NUMBER: _ClassVar[int]
    reading: _reading_pb2.Reading
    def __init__(self, reading: _Optional[_Union[_reading_pb2.Reading, _Mapping]] = ...) -> None: ...

class CreateRecordsRequest(_message.Message):
    __slots__ = ("file_readings", "facilities", "project_id", "supplier_id")
    FILE_READINGS_FIELD_NUMBER: _ClassVar[int]
    FACILITIES_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    SUPPLIER_ID_FIELD_NUMBER: _ClassVar[int]
    file_readings: _containers.RepeatedCompositeFieldContainer[FileReadingReference]
    facilities: _containers.RepeatedCompositeFieldContainer[FacilityShare]
    project_id: str
    supplier_id: str
    def __init__(self, file_readings: _Optional[_Iterable[_Union[FileReadingReference, _Mapping]]] = ..., facilities: _Optional[_Iterable[_Union[FacilityShare, _Mapping]]] = ..., project_id: _Optional[str] = ..., supplier_id: _Optional[str] = ...) -> None: ...

class FileReadingReference(_message.Message):
    __slots__ = ("id",)
    ID_FIELD_NUMBER: _ClassVar[int]
    id: str
    def __init__(self, id: _Optional[str] = ...) -> None: ...

class FacilityShare(_message.Message):
    __slots__ = ("id", "percentage")
    ID_FIELD_NUMBER: _ClassVar[int]
    PERCENTAGE_FIELD_NUMBER: _ClassVar[int]
    id: str
    percentage: _decimal_pb2.Decimal
    def __init__(self, id: _Optional[str] = ..., percentage: _Optional[_Union[_decimal_pb2.Decimal, _Mapping]] = ...) -> None: ...

class CreateRecordsResponse(_message.Message):
    __slots__ = ("invoices", "wastes")
    INVOICES_FIELD_NUMBER: _ClassVar[int]
    WASTES_FIELD_NUMBER: _ClassVar[int]
    invoices: _containers.RepeatedCompositeFieldContainer[_record_pb2.Invoice]
    wastes: _containers.RepeatedCompositeFieldContainer[_record_pb2.Waste]
    def __init__(self, invoices: _Optional[_Iterable[_Union[_record_pb2.Invoice, _Mapping]]] = ..., wastes: _Optional[_Iterable[_Union[_record_pb2.Waste, _Mapping]]] = ...) -> None: ...

class GetReadingSchemaRequest(_message.Message):
    __slots__ = ("category",)
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    category: str
    def __init__(self, category: _Optional[str] = ...) -> None: ...

class GetReadingSchemaResponse(_message.Message):
    __slots__ = ("schema",)
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    schema: _struct_pb2.Struct
    def __init__(self, schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...

class ListReadingSchemasRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListReadingSchemasResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[ReadingSchema]
    def __init__(self, items: _Optional[_Iterable[_Union[ReadingSchema, _Mapping]]] = ...) -> None: ...

class ReadingSchema(_message.Message):
    __slots__ = ("category", "schema")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    SCHEMA_FIELD_NUMBER: _ClassVar[int]
    category: _reading_pb2.Category
    schema: _struct_pb2.Struct
    def __init__(self, category: _Optional[_Union[_reading_pb2.Category, str]] = ..., schema: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ...) -> None: ...
