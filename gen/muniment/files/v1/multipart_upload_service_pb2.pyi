from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from muniment.files.v1 import file_pb2 as _file_pb2
from muniment.files.v1 import multipart_upload_pb2 as _multipart_upload_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateMultipartUploadRequest(_message.Message):
    __slots__ = ("file_name", "mime_type", "size_bytes", "checksum_sha256", "folder_id", "processing_track", "external_file_id")
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    MIME_TYPE_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_SHA256_FIELD_NUMBER: _ClassVar[int]
    FOLDER_ID_FIELD_NUMBER: _ClassVar[int]
    PROCESSING_TRACK_FIELD_NUMBER: _ClassVar[int]
    EXTERNAL_FILE_ID_FIELD_NUMBER: _ClassVar[int]
    file_name: str
    mime_type: str
    size_bytes: int
    checksum_sha256: str
    folder_id: str
    processing_track: _file_pb2.ProcessingTrack
    external_file_id: str
    def __init__(self, file_name: _Optional[str] = ..., mime_type: _Optional[str] = ..., size_bytes: _Optional[int] = ..., checksum_sha256: _Optional[str] = ..., folder_id: _Optional[str] = ..., processing_track: _Optional[_Union[_file_pb2.ProcessingTrack, str]] = ..., external_file_id: _Optional[str] = ...) -> None: ...

class CreateMultipartUploadResponse(_message.Message):
    __slots__ = ("upload",)
    UPLOAD_FIELD_NUMBER: _ClassVar[int]
    upload: _multipart_upload_pb2.MultipartUpload
    def __init__(self, upload: _Optional[_Union[_multipart_upload_pb2.MultipartUpload, _Mapping]] = ...) -> None: ...

class CreatePresignedPartsRequest(_message.Message):
    __slots__ = ("file_id", "upload_id", "parts")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    upload_id: str
    parts: _containers.RepeatedCompositeFieldContainer[PartChecksum]
    def __init__(self, file_id: _Optional[str] = ..., upload_id: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[PartChecksum, _Mapping]]] = ...) -> None: ...

class PartChecksum(_message.Message):
    __slots__ = ("number", "checksum_sha256")
    NUMBER_FIELD_NUMBER: _ClassVar[int]
    CHECKSUM_SHA256_FIELD_NUMBER: _ClassVar[int]
    number: int
    checksum_sha256: str
    def __init__(self, number: _Optional[int] = ..., checksum_sha256: _Optional[str] = ...) -> None: ...

class CreatePresignedPartsResponse(_message.Message):
    __slots__ = ("parts",)
    PARTS_FIELD_NUMBER: _ClassVar[int]
    parts: _containers.RepeatedCompositeFieldContainer[_multipart_upload_pb2.PresignedPart]
    def __init__(self, parts: _Optional[_Iterable[_Union[_multipart_upload_pb2.PresignedPart, _Mapping]]] = ...) -> None: ...

class ListUploadedPartsRequest(_message.Message):
    __slots__ = ("file_id", "upload_id")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    upload_id: str
    def __init__(self, file_id: _Optional[str] = ..., upload_id: _Optional[str] = ...) -> None: ...

class ListUploadedPartsResponse(_message.Message):
    __slots__ = ("items",)
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_multipart_upload_pb2.UploadedPart]
    def __init__(self, items: _Optional[_Iterable[_Union[_multipart_upload_pb2.UploadedPart, _Mapping]]] = ...) -> None: ...

class CompleteMultipartUploadRequest(_message.Message):
    __slots__ = ("file_id", "upload_id", "parts", "project_id")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    PARTS_FIELD_NUMBER: _ClassVar[int]
    PROJECT_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    upload_id: str
    parts: _containers.RepeatedCompositeFieldContainer[PartChecksum]
    project_id: str
    def __init__(self, file_id: _Optional[str] = ..., upload_id: _Optional[str] = ..., parts: _Optional[_Iterable[_Union[PartChecksum, _Mapping]]] = ..., project_id: _Optional[str] = ...) -> None: ...

class CompleteMultipartUploadResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...

class AbortMultipartUploadRequest(_message.Message):
    __slots__ = ("file_id", "upload_id")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    UPLOAD_ID_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    upload_id: str
    def __init__(self, file_id: _Optional[str] = ..., upload_id: _Optional[str] = ...) -> None: ...

class AbortMultipartUploadResponse(_message.Message):
    __slots__ = ("file",)
    FILE_FIELD_NUMBER: _ClassVar[int]
    file: _file_pb2.File
    def __init__(self, file: _Optional[_Union[_file_pb2.File, _Mapping]] = ...) -> None: ...
