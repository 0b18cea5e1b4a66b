import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from muniment.readings.v1 import reading_pb2 as _reading_pb2
from muniment.readings.v1 import reading_item_pb2 as _reading_item_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DocumentType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DOCUMENT_TYPE_UNSPECIFIED: _ClassVar[DocumentType]
    DOCUMENT_TYPE_INVOICE: _ClassVar[DocumentType]
    DOCUMENT_TYPE_BANK_STATEMENT: _ClassVar[DocumentType]
    DOCUMENT_TYPE_RECEIPT: _ClassVar[DocumentType]
    DOCUMENT_TYPE_WASTE_DOCUMENT: _ClassVar[DocumentType]
    DOCUMENT_TYPE_OTHER: _ClassVar[DocumentType]
    DOCUMENT_TYPE_UNKNOWN: _ClassVar[DocumentType]

class FileStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_STATUS_UNSPECIFIED: _ClassVar[FileStatus]
    FILE_STATUS_PENDING: _ClassVar[FileStatus]
    FILE_STATUS_PROCESSING: _ClassVar[FileStatus]
    FILE_STATUS_COMPLETED: _ClassVar[FileStatus]
    FILE_STATUS_FAILED: _ClassVar[FileStatus]
    FILE_STATUS_DELETED: _ClassVar[FileStatus]
DOCUMENT_TYPE_UNSPECIFIED: DocumentType
DOCUMENT_TYPE_INVOICE: DocumentType
DOCUMENT_TYPE_BANK_STATEMENT: DocumentType
DOCUMENT_TYPE_RECEIPT: DocumentType
DOCUMENT_TYPE_WASTE_DOCUMENT: DocumentType
DOCUMENT_TYPE_OTHER: DocumentType
DOCUMENT_TYPE_UNKNOWN: DocumentType
FILE_STATUS_UNSPECIFIED: FileStatus
FILE_STATUS_PENDING: FileStatus
FILE_STATUS_PROCESSING: FileStatus
FILE_STATUS_COMPLETED: FileStatus
FILE_STATUS_FAILED: FileStatus
FILE_STATUS_DELETED: FileStatus

class File(_message.Message):
    __slots__ = ("id", "filename", "file_id", "type", "status", "size", "created_at", "completed_at")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    id: str
    filename: str
    file_id: str
    type: DocumentType
    status: FileStatus
    size: int
    created_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    def __init__(self, id: _Optional[str] = ..., filename: _Optional[str] = ..., file_id: _Optional[str] = ..., type: _Optional[_Union[DocumentType, str]] = ..., status: _Optional[_Union[FileStatus, str]] = ..., size: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FileDetails(_message.Message):
    __slots__ = ("id", "filename", "file_id", "type", "status", "size", "created_at", "completed_at", "processed_data")
    ID_FIELD_NUMBER: _ClassVar[int]
    FILENAME_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    COMPLETED_AT_FIELD_NUMBER: _ClassVar[int]
    PROCESSED_DATA_FIELD_NUMBER: _ClassVar[int]
    id: str
    filename: str
    file_id: str
    type: DocumentType
    status: FileStatus
    size: int
    created_at: _timestamp_pb2.Timestamp
    completed_at: _timestamp_pb2.Timestamp
    processed_data: ProcessedData
    def __init__(self, id: _Optional[str] = ..., filename: _Optional[str] = ..., file_id: _Optional[str] = ..., type: _Optional[_Union[DocumentType, str]] = ..., status: _Optional[_Union[FileStatus, str]] = ..., size: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., completed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., processed_data: _Optional[_Union[ProcessedData, _Mapping]] = ...) -> None: ...

class ProcessedData(_message.Message):
    __slots__ = ("category", "items", "corrected")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    CORRECTED_FIELD_NUMBER: _ClassVar[int]
    category: _reading_pb2.Category
    items: _containers.RepeatedCompositeFieldContainer[_reading_item_pb2.ReadingItem]
    corrected: bool
    def __init__(self, category: _Optional[_Union[_reading_pb2.Category, str]] = ..., items: _Optional[_Iterable[_Union[_reading_item_pb2.ReadingItem, _Mapping]]] = ..., corrected: _Optional[bool] = ...) -> None: ...

class UploadedFile(_message.Message):
    __slots__ = ("doc_id", "type", "validation")
    DOC_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    VALIDATION_FIELD_NUMBER: _ClassVar[int]
    doc_id: str
    type: DocumentType
    validation: FileValidation
    def __init__(self, doc_id: _Optional[str] = ..., type: _Optional[_Union[DocumentType, str]] = ..., validation: _Optional[_Union[FileValidation, _Mapping]] = ...) -> None: ...

class FileValidation(_message.Message):
    __slots__ = ("page_count", "file_size", "format")
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    FILE_SIZE_FIELD_NUMBER: _ClassVar[int]
    FORMAT_FIELD_NUMBER: _ClassVar[int]
    page_count: int
    file_size: int
    format: str
    def __init__(self, page_count: _Optional[int] = ..., file_size: _Optional[int] = ..., format: _Optional[str] = ...) -> None: ...
