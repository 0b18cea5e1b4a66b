import datetime

from buf.validate import validate_pb2 as _validate_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from google.protobuf import struct_pb2 as _struct_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FileLinkRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_LINK_ROLE_UNSPECIFIED: _ClassVar[FileLinkRole]
    FILE_LINK_ROLE_DOCUMENT: _ClassVar[FileLinkRole]
    FILE_LINK_ROLE_ATTACHMENT: _ClassVar[FileLinkRole]

class FileStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_STATUS_UNSPECIFIED: _ClassVar[FileStatus]
    FILE_STATUS_PENDING: _ClassVar[FileStatus]
    FILE_STATUS_UPLOADED: _ClassVar[FileStatus]
    FILE_STATUS_ERROR: _ClassVar[FileStatus]
    FILE_STATUS_DELETED: _ClassVar[FileStatus]

class ProcessingStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROCESSING_STATUS_UNSPECIFIED: _ClassVar[ProcessingStatus]
    PROCESSING_STATUS_PENDING: _ClassVar[ProcessingStatus]
    PROCESSING_STATUS_PROCESSING: _ClassVar[ProcessingStatus]
    PROCESSING_STATUS_COMPLETED: _ClassVar[ProcessingStatus]
    PROCESSING_STATUS_FAILED: _ClassVar[ProcessingStatus]

class ProcessingTrack(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROCESSING_TRACK_UNSPECIFIED: _ClassVar[ProcessingTrack]
    PROCESSING_TRACK_DEFAULT: _ClassVar[ProcessingTrack]
    PROCESSING_TRACK_MANUAL: _ClassVar[ProcessingTrack]
    PROCESSING_TRACK_FASTTRACK: _ClassVar[ProcessingTrack]

class FileType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_TYPE_UNSPECIFIED: _ClassVar[FileType]
    FILE_TYPE_FILE: _ClassVar[FileType]
    FILE_TYPE_THUMBNAIL: _ClassVar[FileType]
    FILE_TYPE_OPTIMIZED: _ClassVar[FileType]
FILE_LINK_ROLE_UNSPECIFIED: FileLinkRole
FILE_LINK_ROLE_DOCUMENT: FileLinkRole
FILE_LINK_ROLE_ATTACHMENT: FileLinkRole
FILE_STATUS_UNSPECIFIED: FileStatus
FILE_STATUS_PENDING: FileStatus
FILE_STATUS_UPLOADED: FileStatus
FILE_STATUS_ERROR: FileStatus
FILE_STATUS_DELETED: FileStatus
PROCESSING_STATUS_UNSPECIFIED: ProcessingStatus
PROCESSING_STATUS_PENDING: ProcessingStatus
PROCESSING_STATUS_PROCESSING: ProcessingStatus
PROCESSING_STATUS_COMPLETED: ProcessingStatus
PROCESSING_STATUS_FAILED: ProcessingStatus
PROCESSING_TRACK_UNSPECIFIED: ProcessingTrack
PROCESSING_TRACK_DEFAULT: ProcessingTrack
PROCESSING_TRACK_MANUAL: ProcessingTrack
PROCESSING_TRACK_FASTTRACK: ProcessingTrack
FILE_TYPE_UNSPECIFIED: FileType
FILE_TYPE_FILE: FileType
FILE_TYPE_THUMBNAIL: FileType
FILE_TYPE_OPTIMIZED: FileType

class File(_message.Message):
    __slots__ = ("id", "number", "name", "extension", "file_name", "mime_type", "size_kb", "size_bytes", "status", "url", "folder_id", "project_ids", "tags", "category", "checksum_sha256", "page_count", "processing_status", "processing_track", "channel", "created_by", "created_at", "updated_at", "deleted_at", "metadata", "linked", "error", "external_file_id", "source_file_id", "target_file_ids", "type", "updated_by", "is_active", "purpose", "data_source_id", "last_modified_at", "expires_at", "expunged_at", "processed_at", "resource_info", "permission_info", "links")
    ID_FIELD_NUMBER: _ClassVar[int]
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    EXTENSION_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_KB_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    URL_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    PROJECT_IDS_FIELD_NUMBER: _ClassVar[int]
    TAGS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_SHA256_FIELD_NUMBER: _ClassVar[int]
    PAGE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_STATUS_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    DELETED_AT_FIELD_NUMBER: _ClassVar[int]
    METADATA_FIELD_NUMBER: _ClassVar[int]
    LINKED_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_FILE_IDS_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    DATA_SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_MODIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    EXPUNGED_AT_FIELD_NUMBER: _ClassVar[int]
    PROCESSED_AT_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_INFO_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_INFO_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    id: str
    number: int
    name: str
    extension: str
    file_name: str
    mime_type: str
    size_kb: int
    size_bytes: int
    status: FileStatus
    url: str
    folder_id: str
    project_ids: _containers.RepeatedScalarFieldContainer[str]
    tags: _containers.RepeatedScalarFieldContainer[str]
    category: str
    checksum_sha256: str
    page_count: int
    processing_status: ProcessingStatus
    processing_track: ProcessingTrack
    channel: str
    created_by: str
    created_at: _timestamp_pb2.Timestamp
    updated_at: _timestamp_pb2.Timestamp
    deleted_at: _timestamp_pb2.Timestamp
    metadata: _struct_pb2.Struct
    linked: bool
    error: FileError
    external_file_id: str
    source_file_id: str
    target_file_ids: _containers.RepeatedScalarFieldContainer[str]
    type: FileType
    updated_by: str
    is_active: bool
    purpose: str
    data_source_id: str
    last_modified_at: _timestamp_pb2.Timestamp
    expires_at: _timestamp_pb2.Timestamp
    expunged_at: _timestamp_pb2.Timestamp
    processed_at: _timestamp_pb2.Timestamp
    resource_info: _struct_pb2.Struct
    permission_info: _struct_pb2.Struct
    links: _containers.RepeatedCompositeFieldContainer[FileLink]
    def __init__(self, id: _Optional[str] = ..., number: _Optional[int] = ..., name: _Optional[str] = ..., extension: _Optional[str] = ..., file_name: _Optional[str] = ..., mime_type: _Optional[str] = ..., size_kb: _Optional[int] = ..., size_bytes: _Optional[int] = ..., status: _Optional[_Union[FileStatus, str]] = ..., url: _Optional[str] = ..., folder_id: _Optional[str] = ..., project_ids: _Optional[_Iterable[str]] = ..., tags: _Optional[_Iterable[str]] = ..., category: _Optional[str] = ..., checksum_sha256: _Optional[str] = ..., page_count: _Optional[int] = ..., processing_status: _Optional[_Union[ProcessingStatus, str]] = ..., processing_track: _Optional[_Union[ProcessingTrack, str]] = ..., channel: _Optional[str] = ..., created_by: _Optional[str] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., deleted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., metadata: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., linked: _Optional[bool] = ..., error: _Optional[_Union[FileError, _Mapping]] = ..., external_file_id: _Optional[str] = ..., source_file_id: _Optional[str] = ..., target_file_ids: _Optional[_Iterable[str]] = ..., type: _Optional[_Union[FileType, str]] = ..., updated_by: _Optional[str] = ..., is_active: _Optional[bool] = ..., purpose: _Optional[str] = ..., data_source_id: _Optional[str] = ..., last_modified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expires_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., expunged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., processed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resource_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., permission_info: _Optional[_Union[_struct_pb2.Struct, _Mapping]] = ..., links: _Optional[_Iterable[_Union[FileLink, _Mapping]]] = ...) -> None: ...

class FileLink(_message.Message):
    __slots__ = ("type", "id", "role")
    TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    type: str
    id: str
    role: FileLinkRole
    def __init__(self, type: _Optional[str] = ..., id: _Optional[str] = ..., role: _Optional[_Union[FileLinkRole, str]] = ...) -> None: ...

class FileError(_message.Message):
    __slots__ = ("code", "message")
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    code: str
    message: str
    def __init__(self, code: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
