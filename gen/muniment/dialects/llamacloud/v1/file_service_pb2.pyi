import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from muniment.dialects.llamacloud.v1 import file_pb2 as _file_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UploadFileRequest(_message.Message):
    __slots__ = ("header", "chunk", "options")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    header: UploadFileHeader
    chunk: bytes
    options: UploadFileOptions
    def __init__(self, header: _Optional[_Union[UploadFileHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ..., options: _Optional[_Union[UploadFileOptions, _Mapping]] = ...) -> None: ...

class UploadFileHeader(_message.Message):
    __slots__ = ("file_name", "mime_type")
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    file_name: str
    mime_type: str
    def __init__(self, file_name: _Optional[str] = ..., mime_type: _Optional[str] = ...) -> None: ...

class UploadFileOptions(_message.Message):
    __slots__ = ("organization_id", "project_id", "purpose", "external_file_id")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    purpose: str
    external_file_id: str
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., purpose: _Optional[str] = ..., external_file_id: _Optional[str] = ...) -> None: ...

class UploadFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class PrepareUploadRequest(_message.Message):
    __slots__ = ("organization_id", "project_id", "file")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    file: FileCreate
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file: _Optional[_Union[FileCreate, _Mapping]] = ...) -> None: ...

class FileCreate(_message.Message):
    __slots__ = ("name", "data_source_id", "external_file_id", "file_size", "last_modified_at", "permission_info", "resource_info", "storage_type")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_SIZE_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_INFO_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_INFO_FIELD_NUMBER: _ClassVar[int]
    STORAGE_TYPE_FIELD_NUMBER: _ClassVar[int]
    name: str
    data_source_id: str
    external_file_id: str
    file_size: int
    last_modified_at: _timestamp_pb2.Timestamp
    permission_info: _struct_pb2.Struct
    resource_info: _struct_pb2.Struct
    storage_type: _file_pb2.StorageType
    def __init__(self, name: _Optional[str] = ..., data_source_id: _Optional[str] = ..., external_file_id: _Optional[str] = ..., file_size: _Optional[int] = ..., last_modified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., permission_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., resource_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., storage_type: _Optional[_Union[_file_pb2.StorageType, str]] = ...) -> None: ...

class PrepareUploadResponse(_message.Message):
    __slots__ = ("file_id", "url", "expires_at", "form_fields")
    class FormFieldsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELDS_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    url: str
    expires_at: _timestamp_pb2.Timestamp
    form_fields: _containers.ScalarMap[str, str]
    def __init__(self, file_id: _Optional[str] = ..., url: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., form_fields: _Optional[_Mapping[str, str]] = ...) -> None: ...

class ListFilesRequest(_message.Message):
    __slots__ = ("organization_id", "project_id", "file_name", "file_ids", "external_file_id", "order_by", "page_size", "page_token", "expand")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    EXPAND_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    file_name: str
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    external_file_id: str
    order_by: str
    page_size: int
    page_token: str
    expand: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file_name: _Optional[str] = ..., file_ids: _Optional[_Iterable[str]] = ..., external_file_id: _Optional[str] = ..., order_by: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., expand: _Optional[_Iterable[str]] = ...) -> None: ...

class ListFilesResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "total_size")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    next_page_token: str
    total_size: int
    def __init__(self, items: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ...) -> None: ...

class QueryFilesRequest(_message.Message):
    __slots__ = ("organization_id", "project_id", "query")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    QUERY_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    query: FileQuery
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., query: _Optional[_Union[FileQuery, _Mapping]] = ...) -> None: ...

class FileQuery(_message.Message):
    __slots__ = ("filter", "order_by", "page_size", "page_token")
    FILTER_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    filter: FileFilter
    order_by: str
    page_size: int
    page_token: str
    def __init__(self, filter: _Optional[_Union[FileFilter, _Mapping]] = ..., order_by: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class FileFilter(_message.Message):
    __slots__ = ("data_source_id", "external_file_id", "file_ids", "file_name", "only_manually_uploaded", "project_id")
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    ONLY_MANUALLY_UPLOADED_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    data_source_id: str
    external_file_id: str
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    file_name: str
    only_manually_uploaded: bool
    project_id: str
    def __init__(self, data_source_id: _Optional[str] = ..., external_file_id: _Optional[str] = ..., file_ids: _Optional[_Iterable[str]] = ..., file_name: _Optional[str] = ..., only_manually_uploaded: _Optional[bool] = ..., project_id: _Optional[str] = ...) -> None: ...

class QueryFilesResponse(_message.Message):
    __slots__ = ("items", "next_page_token", "total_size")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    next_page_token: str
    total_size: int
    def __init__(self, items: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ...) -> None: ...

class GetFileRequest(_message.Message):
    __slots__ = ("organization_id", "project_id", "file_id", "expand")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    EXPAND_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    file_id: str
    expand: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file_id: _Optional[str] = ..., expand: _Optional[_Iterable[str]] = ...) -> None: ...

class GetFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class DeleteFileRequest(_message.Message):
    __slots__ = ("organization_id", "project_id", "file_id")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    file_id: str
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file_id: _Optional[str] = ...) -> None: ...

class DeleteFileResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetFileContentRequest(_message.Message):
    __slots__ = ("organization_id", "project_id", "file_id", "expires_at_seconds")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_SECONDS_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    project_id: str
    file_id: str
    expires_at_seconds: int
    def __init__(self, organization_id: _Optional[str] = ..., project_id: _Optional[str] = ..., file_id: _Optional[str] = ..., expires_at_seconds: _Optional[int] = ...) -> None: ...

class GetFileContentResponse(_message.Message):
    __slots__ = ("presigned_url",)
    PRESIGNED_URL_FIELD_NUMBER: _ClassVar[int]
    presigned_url: _file_pb2.PresignedUrl
    def __init__(self, presigned_url: _Optional[_Union[_file_pb2.PresignedUrl, _Mapping]] = ...) -> None: ...
