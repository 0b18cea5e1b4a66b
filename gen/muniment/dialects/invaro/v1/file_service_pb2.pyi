from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from muniment.dialects.invaro.v1 import file_pb2 as _file_pb2
from muniment.files.v1 import file_service_pb2 as _file_service_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class UploadFilesRequest(_message.Message):
    __slots__ = ("header", "chunk", "options")
    HEADER_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    header: _file_service_pb2.UploadFileHeader
    chunk: bytes
    options: UploadFilesOptions
    def __init__(self, header: _Optional[_Union[_file_service_pb2.UploadFileHeader, _Mapping]] = ..., chunk: _Optional[bytes] = ..., options: _Optional[_Union[UploadFilesOptions, _Mapping]] = ...) -> None: ...

class UploadFilesOptions(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class UploadFilesResponse(_message.Message):
    __slots__ = ("files", "status")
    FILES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[_file_pb2.UploadedFile]
    status: str
    def __init__(self, files: _Optional[_Iterable[_Union[_file_pb2.UploadedFile, _Mapping]]] = ..., status: _Optional[str] = ...) -> None: ...

class ListFilesRequest(_message.Message):
    __slots__ = ("page", "page_size", "type", "status")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    page: int
    page_size: int
    type: _file_pb2.DocumentType
    status: _file_pb2.FileStatus
    def __init__(self, page: _Optional[int] = ..., page_size: _Optional[int] = ..., type: _Optional[_Union[_file_pb2.DocumentType, str]] = ..., status: _Optional[_Union[_file_pb2.FileStatus, str]] = ...) -> None: ...

class ListFilesResponse(_message.Message):
    __slots__ = ("files", "page", "page_size", "total")
    FILES_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[_file_pb2.File]
    page: int
    page_size: int
    total: int
    def __init__(self, files: _Optional[_Iterable[_Union[_file_pb2.File, _Mapping]]] = ..., page: _Optional[int] = ..., page_size: _Optional[int] = ..., total: _Optional[int] = ...) -> None: ...

class GetFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class GetFileResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.FileDetails
    def __init__(self, file: _Optional[_Union[_file_pb2.FileDetails, _Mapping]] = ...) -> None: ...

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
    info: _file_service_pb2.DownloadInfo
    chunk: bytes
    def __init__(self, info: _Optional[_Union[_file_service_pb2.DownloadInfo, _Mapping]] = ..., chunk: _Optional[bytes] = ...) -> None: ...

class DeleteFileRequest(_message.Message):
    __slots__ = ("file_id",)
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    def __init__(self, file_id: _Optional[str] = ...) -> None: ...

class DeleteFileResponse(_message.Message):
    __slots__ = ("file_id", "message")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    message: str
    def __init__(self, file_id: _Optional[str] = ..., message: _Optional[str] = ...) -> None: ...
