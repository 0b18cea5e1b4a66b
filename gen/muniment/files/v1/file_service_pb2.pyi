import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import field_mask_pb2 as _field_mask_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from muniment.files.v1 import file_pb2 as _file_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UploadMethod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    UPLOAD_METHOD_UNSPECIFIED: _ClassVar[UploadMethod]
    UPLOAD_METHOD_PUT: _ClassVar[UploadMethod]
    UPLOAD_METHOD_POST: _ClassVar[UploadMethod]
UPLOAD_METHOD_UNSPECIFIED: UploadMethod
UPLOAD_METHOD_PUT: UploadMethod
UPLOAD_METHOD_POST: UploadMethod

class CreatePresignedUploadsRequest(_message.Message):
    __slots__ = ("uploads",)
    UPLOADS_FIELD_NUMBER: _ClassVar[int]
    uploads: _containers.RepeatedCompositeFieldContainer[UploadRequest]
    def __init__(self, uploads: _Optional[_Iterable[_Union[UploadRequest, _Mapping]]] = ...) -> None: ...

class UploadRequest(_message.Message):
    __slots__ = ("name", "extension", "mime_type", "size_kb", "folder_id", "size_bytes", "checksum_sha256", "external_file_id", "processing_track", "upload_method", "client_ref", "purpose", "data_source_id", "last_modified_at", "expires_at", "ephemeral", "resource_info", "permission_info", "confirm_on_arrival")
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_KB_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_SHA256_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_METHOD_FIELD_NUMBER: _ClassVar[int]
    CLIENT_REF_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    EPHEMERAL_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_INFO_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_INFO_FIELD_NUMBER: _ClassVar[int]
    CONFIRM_ON_ARRIVAL_FIELD_NUMBER: _ClassVar[int]
    name: str
    extension: str
    mime_type: str
    size_kb: int
    folder_id: str
    size_bytes: int
    checksum_sha256: str
    external_file_id: str
    processing_track: _file_pb2.ProcessingTrack
    upload_method: UploadMethod
    client_ref: str
    purpose: str
    data_source_id: str
    last_modified_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    ephemeral: bool
    resource_info: _struct_pb2.Struct
    permission_info: _struct_pb2.Struct
    confirm_on_arrival: bool
    def __init__(self, name: _Optional[str] = ..., extension: _Optional[str] = ..., mime_type: _Optional[str] = ..., size_kb: _Optional[int] = ..., folder_id: _Optional[str] = ..., size_bytes: _Optional[int] = ..., checksum_sha256: _Optional[str] = ..., external_file_id: _Optional[str] = ..., processing_track: _Optional[_Union[_file_pb2.ProcessingTrack, str]] = ..., upload_method: _Optional[_Union[UploadMethod, str]] = ..., client_ref: _Optional[str] = ..., purpose: _Optional[str] = ..., data_source_id: _Optional[str] = ..., last_modified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ephemeral: _Optional[bool] = ..., resource_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., permission_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., confirm_on_arrival: _Optional[bool] = ...) -> None: ...

class CreatePresignedUploadsResponse(_message.Message):
    __slots__ = ("uploads",)
    UPLOADS_FIELD_NUMBER: _ClassVar[int]
    uploads: _containers.RepeatedCompositeFieldContainer[PresignedUpload]
    def __init__(self, uploads: _Optional[_Iterable[_Union[PresignedUpload, _Mapping]]] = ...) -> None: ...

class PresignedUpload(_message.Message):
    __slots__ = ("id", "status", "url", "presigned_url", "expires_at", "headers", "form_fields", "client_ref", "upload_method")
    class HeadersEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    class FormFieldsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    PRESIGNED_URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELDS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_REF_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_METHOD_FIELD_NUMBER: _ClassVar[int]
    id: str
    status: _file_pb2.FileStatus
    url: str
    presigned_url: str
    expires_at: _timestamp_pb2.Timestamp
    headers: _containers.ScalarMap[str, str]
    form_fields: _containers.ScalarMap[str, str]
    client_ref: str
    upload_method: UploadMethod
    def __init__(self, id: _Optional[str] = ..., status: _Optional[_Union[_file_pb2.FileStatus, str]] = ..., url: _Optional[str] = ..., presigned_url: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., headers: _Optional[_Mapping[str, str]] = ..., form_fields: _Optional[_Mapping[str, str]] = ..., client_ref: _Optional[str] = ..., upload_method: _Optional[_Union[UploadMethod, str]] = ...) -> None: ...

class BatchUpdateFilesRequest(_message.Message):
    __slots__ = ("file_ids", "status", "project_id")
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    status: _file_pb2.FileStatus
    project_id: str
    def __init__(self, file_ids: _Optional[_Iterable[str]] = ..., status: _Optional[_Union[_file_pb2.FileStatus, str]] = ..., project_id: _Optional[str] = ...) -> None: ...

class BatchUpdateFilesResponse(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    def __init__(self, files: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ...) -> None: ...

class UploadFilesRequest(_message.Message):
    __slots__ = ("header", "chunk", "options")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    header: UploadFileHeader
    chunk: bytes
    options: UploadFilesOptions
    def __init__(self, header: _Optional[_Union[UploadFileHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ..., options: _Optional[_Union[UploadFilesOptions, _Mapping]] = ...) -> None: ...

class UploadFileHeader(_message.Message):
    __slots__ = ("file_name", "mime_type", "size_bytes", "checksum_sha256")
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_SHA256_FIELD_NUMBER: _ClassVar[int]
    file_name: str
    mime_type: str
    size_bytes: int
    checksum_sha256: str
    def __init__(self, file_name: _Optional[str] = ..., mime_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., checksum_sha256: _Optional[str] = ...) -> None: ...

class UploadFilesOptions(_message.Message):
    __slots__ = ("folder_id", "project_id", "processing_track", "external_file_id", "purpose", "data_source_id", "last_modified_at", "expires_at", "ephemeral", "resource_info", "permission_info", "file_name", "mime_type", "classify_seconds")
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    EPHEMERAL_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_INFO_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_INFO_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    CLASSIFY_SECONDS_FIELD_NUMBER: _ClassVar[int]
    folder_id: str
    project_id: str
    processing_track: _file_pb2.ProcessingTrack
    external_file_id: str
    purpose: str
    data_source_id: str
    last_modified_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    ephemeral: bool
    resource_info: _struct_pb2.Struct
    permission_info: _struct_pb2.Struct
    file_name: str
    mime_type: str
    classify_seconds: float
    def __init__(self, folder_id: _Optional[str] = ..., project_id: _Optional[str] = ..., processing_track: _Optional[_Union[_file_pb2.ProcessingTrack, str]] = ..., external_file_id: _Optional[str] = ..., purpose: _Optional[str] = ..., data_source_id: _Optional[str] = ..., last_modified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ephemeral: _Optional[bool] = ..., resource_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., permission_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., file_name: _Optional[str] = ..., mime_type: _Optional[str] = ..., classify_seconds: _Optional[float] = ...) -> None: ...

class UploadFilesResponse(_message.Message):
    __slots__ = ("files",)
    FILES_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    def __init__(self, files: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ...) -> None: ...

class ListFilesRequest(_message.Message):
    __slots__ = ("page", "size", "cursor", "folder_id", "project_id", "status", "name", "category", "tag", "created_after", "created_before", "is_active", "type", "file_ids", "file_name", "external_file_id", "purpose", "data_source_id", "has_data_source", "processing_status", "link_type", "link_id", "number", "checksum_sha256", "order_by")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    TAG_FIELD_NUMBER: _ClassVar[int]
    CREATED_AFTER_FIELD_NUMBER: _ClassVar[int]
    CREATED_BEFORE_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    HAS_DATA_SOURCE_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_STATUS_FIELD_NUMBER: _ClassVar[int]
    LINK_TYPE_FIELD_NUMBER: _ClassVar[int]
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_SHA256_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    page: int
    size: int
    cursor: str
    folder_id: str
    project_id: str
    status: _file_pb2.FileStatus
    name: str
    category: str
    tag: str
    created_after: _timestamp_pb2.Timestamp
    created_before: _timestamp_pb2.Timestamp
    is_active: bool
    type: _file_pb2.FileType
    file_ids: _containers.RepeatedScalarFieldContainer[str]
    file_name: str
    external_file_id: str
    purpose: str
    data_source_id: str
    has_data_source: bool
    processing_status: _file_pb2.ProcessingStatus
    link_type: str
    link_id: str
    number: int
    checksum_sha256: _containers.RepeatedScalarFieldContainer[str]
    order_by: str
    def __init__(self, page: _Optional[int] = ..., size: _Optional[int] = ..., cursor: _Optional[str] = ..., folder_id: _Optional[str] = ..., project_id: _Optional[str] = ..., status: _Optional[_Union[_file_pb2.FileStatus, str]] = ..., name: _Optional[str] = ..., category: _Optional[str] = ..., tag: _Optional[str] = ..., created_after: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_before: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., is_active: _Optional[bool] = ..., type: _Optional[_Union[_file_pb2.FileType, str]] = ..., file_ids: _Optional[_Iterable[str]] = ..., file_name: _Optional[str] = ..., external_file_id: _Optional[str] = ..., purpose: _Optional[str] = ..., data_source_id: _Optional[str] = ..., has_data_source: _Optional[bool] = ..., processing_status: _Optional[_Union[_file_pb2.ProcessingStatus, str]] = ..., link_type: _Optional[str] = ..., link_id: _Optional[str] = ..., number: _Optional[int] = ..., checksum_sha256: _Optional[_Iterable[str]] = ..., order_by: _Optional[str] = ...) -> None: ...

class ListFilesResponse(_message.Message):
    __slots__ = ("items", "total", "page", "size", "pages", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., size: _Optional[int] = ..., pages: _Optional[int] = ..., next_cursor: _Optional[str] = ...) -> None: ...

class GetFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class GetFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class DownloadFileRequest(_message.Message):
    __slots__ = ("file_id", "read_offset", "read_limit", "info_only")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    READ_OFFSET_FIELD_NUMBER: _ClassVar[int]
    READ_LIMIT_FIELD_NUMBER: _ClassVar[int]
    INFO_ONLY_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    read_offset: int
    read_limit: int
    info_only: bool
    def __init__(self, file_id: _Optional[str] = ..., read_offset: _Optional[int] = ..., read_limit: _Optional[int] = ..., info_only: _Optional[bool] = ...) -> None: ...

class DownloadFileResponse(_message.Message):
    __slots__ = ("info", "chunk")
    INFO_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    info: DownloadInfo
    chunk: bytes
    def __init__(self, info: _Optional[_Union[DownloadInfo, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class DownloadInfo(_message.Message):
    __slots__ = ("file_name", "mime_type", "size_bytes", "etag", "offset", "length", "last_modified")
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    ETAG_FIELD_NUMBER: _ClassVar[int]
    OFFSET_FIELD_NUMBER: _ClassVar[int]
    LENGTH_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_FIELD_NUMBER: _ClassVar[int]
    file_name: str
    mime_type: str
    size_bytes: int
    etag: str
    offset: int
    length: int
    last_modified: _timestamp_pb2.Timestamp
    def __init__(self, file_name: _Optional[str] = ..., mime_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., etag: _Optional[str] = ..., offset: _Optional[int] = ..., length: _Optional[int] = ..., last_modified: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetDownloadUrlRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class GetDownloadUrlResponse(_message.Message):
    __slots__ = ("url", "expires_at")
    URL_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    url: str
    expires_at: _timestamp_pb2.Timestamp
    def __init__(self, url: _Optional[str] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class UpdateFileRequest(_message.Message):
    __slots__ = ("file_id", "is_active", "purpose", "external_file_id", "data_source_id", "last_modified_at", "expires_at", "resource_info", "permission_info", "update_mask", "processing_track")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_INFO_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_INFO_FIELD_NUMBER: _ClassVar[int]
    UPDATE_MASK_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    is_active: bool
    purpose: str
    external_file_id: str
    data_source_id: str
    last_modified_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    resource_info: _struct_pb2.Struct
    permission_info: _struct_pb2.Struct
    update_mask: _field_mask_pb2.FieldMask
    processing_track: _file_pb2.ProcessingTrack
    def __init__(self, file_id: _Optional[str] = ..., is_active: _Optional[bool] = ..., purpose: _Optional[str] = ..., external_file_id: _Optional[str] = ..., data_source_id: _Optional[str] = ..., last_modified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., permission_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., update_mask: _Optional[_Union[_field_mask_pb2.FieldMask, _Mapping]] = ..., processing_track: _Optional[_Union[_file_pb2.ProcessingTrack, str]] = ...) -> None: ...

class UpdateFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class PutFileLinksRequest(_message.Message):
    __slots__ = ("file_id", "links")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    links: _containers.RepeatedCompositeFieldContainer[_file_pb2.FileLink]
    def __init__(self, file_id: _Optional[str] = ..., links: _Optional[_Iterable[_Union[_file_pb2.FileLink, _Mapping]]] = ...) -> None: ...

class PutFileLinksResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class DeleteFileLinkRequest(_message.Message):
    __slots__ = ("file_id", "link_type", "link_id")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    LINK_TYPE_FIELD_NUMBER: _ClassVar[int]
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    link_type: str
    link_id: str
    def __init__(self, file_id: _Optional[str] = ..., link_type: _Optional[str] = ..., link_id: _Optional[str] = ...) -> None: ...

class DeleteFileLinkResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class DeleteFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class DeleteFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class RecoverFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class RecoverFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class ExpungeFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class ExpungeFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class SendEventRequest(_message.Message):
    __slots__ = ("event_type", "detail")
    EVENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    event_type: str
    detail: SendEventDetail
    def __init__(self, event_type: _Optional[str] = ..., detail: _Optional[_Union[SendEventDetail, _Mapping]] = ...) -> None: ...

class SendEventDetail(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class SendEventResponse(_message.Message):
    __slots__ = ("accepted",)
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    accepted: bool
    def __init__(self, accepted: _Optional[bool] = ...) -> None: ...
