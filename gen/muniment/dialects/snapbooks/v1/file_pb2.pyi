import datetime

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

class FileType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_TYPE_UNSPECIFIED: _ClassVar[FileType]
    FILE_TYPE_FILE: _ClassVar[FileType]
    FILE_TYPE_VOUCHER: _ClassVar[FileType]
    FILE_TYPE_THUMBNAIL: _ClassVar[FileType]
    FILE_TYPE_OPTIMIZED: _ClassVar[FileType]
FILE_TYPE_UNSPECIFIED: FileType
FILE_TYPE_FILE: FileType
FILE_TYPE_VOUCHER: FileType
FILE_TYPE_THUMBNAIL: FileType
FILE_TYPE_OPTIMIZED: FileType

class File(_message.Message):
    __slots__ = ("id", "created_at", "created_by_id", "updated_at", "updated_by_id", "client_account_id", "type", "file_name", "content_type", "channel", "processing_track", "file_size", "is_active", "thumbnail_url", "download_url", "original_url", "source_file", "target_files", "links")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    FILE_SIZE_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    THUMBNAIL_URL_FIELD_NUMBER: _ClassVar[int]
    DOWNLOAD_URL_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_URL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FILE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FILES_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    id: int
    created_at: _timestamp_pb2.Timestamp
    created_by_id: int
    updated_at: _timestamp_pb2.Timestamp
    updated_by_id: int
    client_account_id: int
    type: FileType
    file_name: str
    content_type: str
    channel: str
    processing_track: _file_pb2.ProcessingTrack
    file_size: int
    is_active: bool
    thumbnail_url: str
    download_url: str
    original_url: str
    source_file: RelatedFile
    target_files: _containers.RepeatedCompositeFieldContainer[RelatedFile]
    links: _containers.RepeatedCompositeFieldContainer[_file_pb2.FileLink]
    def __init__(self, id: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by_id: _Optional[int] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by_id: _Optional[int] = ..., client_account_id: _Optional[int] = ..., type: _Optional[_Union[FileType, str]] = ..., file_name: _Optional[str] = ..., content_type: _Optional[str] = ..., channel: _Optional[str] = ..., processing_track: _Optional[_Union[_file_pb2.ProcessingTrack, str]] = ..., file_size: _Optional[int] = ..., is_active: _Optional[bool] = ..., thumbnail_url: _Optional[str] = ..., download_url: _Optional[str] = ..., original_url: _Optional[str] = ..., source_file: _Optional[_Union[RelatedFile, _Mapping]] = ..., target_files: _Optional[_Iterable[_Union[RelatedFile, _Mapping]]] = ..., links: _Optional[_Iterable[_Union[_file_pb2.FileLink, _Mapping]]] = ...) -> None: ...

class RelatedFile(_message.Message):
    __slots__ = ("id", "created_at", "created_by_id", "updated_at", "updated_by_id", "client_account_id", "type", "file_name", "content_type", "channel", "processing_track", "file_size", "is_active", "thumbnail_url", "download_url", "original_url")
    ID_FIELD_NUMBER: _ClassVar[int]
    CREATED_AT_FIELD_NUMBER: _ClassVar[int]
    CREATED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    UPDATED_AT_FIELD_NUMBER: _ClassVar[int]
    UPDATED_BY_ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    FILE_SIZE_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    THUMBNAIL_URL_FIELD_NUMBER: _ClassVar[int]
    DOWNLOAD_URL_FIELD_NUMBER: _ClassVar[int]
    ORIGINAL_URL_FIELD_NUMBER: _ClassVar[int]
    id: int
    created_at: _timestamp_pb2.Timestamp
    created_by_id: int
    updated_at: _timestamp_pb2.Timestamp
    updated_by_id: int
    client_account_id: int
    type: FileType
    file_name: str
    content_type: str
    channel: str
    processing_track: _file_pb2.ProcessingTrack
    file_size: int
    is_active: bool
    thumbnail_url: str
    download_url: str
    original_url: str
    def __init__(self, id: _Optional[int] = ..., created_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., created_by_id: _Optional[int] = ..., updated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., updated_by_id: _Optional[int] = ..., client_account_id: _Optional[int] = ..., type: _Optional[_Union[FileType, str]] = ..., file_name: _Optional[str] = ..., content_type: _Optional[str] = ..., channel: _Optional[str] = ..., processing_track: _Optional[_Union[_file_pb2.ProcessingTrack, str]] = ..., file_size: _Optional[int] = ..., is_active: _Optional[bool] = ..., thumbnail_url: _Optional[str] = ..., download_url: _Optional[str] = ..., original_url: _Optional[str] = ...) -> None: ...
