from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from muniment.dialects.snapbooks.v1 import file_pb2 as _file_pb2
from muniment.files.v1 import file_pb2 as _file_pb2_1
from muniment.files.v1 import file_service_pb2 as _file_service_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class FileVersion(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    FILE_VERSION_UNSPECIFIED: _ClassVar[FileVersion]
    FILE_VERSION_ORIGINAL: _ClassVar[FileVersion]
    FILE_VERSION_OPTIMIZED: _ClassVar[FileVersion]
FILE_VERSION_UNSPECIFIED: FileVersion
FILE_VERSION_ORIGINAL: FileVersion
FILE_VERSION_OPTIMIZED: FileVersion

class ListFilesRequest(_message.Message):
    __slots__ = ("client_account_id", "type", "is_active", "page", "per_page")
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PER_PAGE_FIELD_NUMBER: _ClassVar[int]
    client_account_id: int
    type: _file_pb2.FileType
    is_active: bool
    page: int
    per_page: int
    def __init__(self, client_account_id: _Optional[int] = ..., type: _Optional[_Union[_file_pb2.FileType, str]] = ..., is_active: _Optional[bool] = ..., page: _Optional[int] = ..., per_page: _Optional[int] = ...) -> None: ...

class ListFilesResponse(_message.Message):
    __slots__ = ("files", "total", "page", "per_page")
    FILES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PER_PAGE_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    total: int
    page: int
    per_page: int
    def __init__(self, files: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., per_page: _Optional[int] = ...) -> None: ...

class UploadFileRequest(_message.Message):
    __slots__ = ("header", "chunk", "options")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    header: _file_service_pb2.UploadFileHeader
    chunk: bytes
    options: UploadFileOptions
    def __init__(self, header: _Optional[_Union[_file_service_pb2.UploadFileHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ..., options: _Optional[_Union[UploadFileOptions, _Mapping]] = ...) -> None: ...

class UploadFileOptions(_message.Message):
    __slots__ = ("client_account_id", "processing_track", "file_name", "content_type")
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    client_account_id: int
    processing_track: _file_pb2_1.ProcessingTrack
    file_name: str
    content_type: str
    def __init__(self, client_account_id: _Optional[int] = ..., processing_track: _Optional[_Union[_file_pb2_1.ProcessingTrack, str]] = ..., file_name: _Optional[str] = ..., content_type: _Optional[str] = ...) -> None: ...

class UploadFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class GetFileRequest(_message.Message):
    __slots__ = ("id", "client_account_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    client_account_id: int
    def __init__(self, id: _Optional[int] = ..., client_account_id: _Optional[int] = ...) -> None: ...

class GetFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class UpdateFileRequest(_message.Message):
    __slots__ = ("id", "client_account_id", "file")
    ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    id: int
    client_account_id: int
    file: FileUpdate
    def __init__(self, id: _Optional[int] = ..., client_account_id: _Optional[int] = ..., file: _Optional[_Union[FileUpdate, _Mapping]] = ...) -> None: ...

class FileUpdate(_message.Message):
    __slots__ = ("is_active",)
    IS_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    is_active: bool
    def __init__(self, is_active: _Optional[bool] = ...) -> None: ...

class UpdateFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class DeleteFileRequest(_message.Message):
    __slots__ = ("id", "client_account_id")
    ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    id: int
    client_account_id: int
    def __init__(self, id: _Optional[int] = ..., client_account_id: _Optional[int] = ...) -> None: ...

class DeleteFileResponse(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class DownloadFileRequest(_message.Message):
    __slots__ = ("id", "client_account_id", "version", "read_offset", "read_limit", "info_only")
    ID_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    READ_OFFSET_FIELD_NUMBER: _ClassVar[int]
    READ_LIMIT_FIELD_NUMBER: _ClassVar[int]
    INFO_ONLY_FIELD_NUMBER: _ClassVar[int]
    id: int
    client_account_id: int
    version: FileVersion
    read_offset: int
    read_limit: int
    info_only: bool
    def __init__(self, id: _Optional[int] = ..., client_account_id: _Optional[int] = ..., version: _Optional[_Union[FileVersion, str]] = ..., read_offset: _Optional[int] = ..., read_limit: _Optional[int] = ..., info_only: _Optional[bool] = ...) -> None: ...

class DownloadFileResponse(_message.Message):
    __slots__ = ("info", "chunk")
    INFO_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    info: _file_service_pb2.DownloadInfo
    chunk: bytes
    def __init__(self, info: _Optional[_Union[_file_service_pb2.DownloadInfo, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...
