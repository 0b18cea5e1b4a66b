from google.protobuf import descriptor_pb2 as _descriptor_pb2
from muniment.errors.v1 import error_reason_pb2 as _error_reason_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class OrganizationSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ORGANIZATION_SOURCE_UNSPECIFIED: _ClassVar[OrganizationSource]
    ORGANIZATION_SOURCE_KEY: _ClassVar[OrganizationSource]

class Access(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCESS_UNSPECIFIED: _ClassVar[Access]
    ACCESS_AUTHENTICATED: _ClassVar[Access]
    ACCESS_PUBLIC: _ClassVar[Access]

class EnumCase(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENUM_CASE_UNSPECIFIED: _ClassVar[EnumCase]
    ENUM_CASE_UPPER: _ClassVar[EnumCase]
ORGANIZATION_SOURCE_UNSPECIFIED: OrganizationSource
ORGANIZATION_SOURCE_KEY: OrganizationSource
ACCESS_UNSPECIFIED: Access
ACCESS_AUTHENTICATED: Access
ACCESS_PUBLIC: Access
ENUM_CASE_UNSPECIFIED: EnumCase
ENUM_CASE_UPPER: EnumCase
RULES_FIELD_NUMBER: _ClassVar[int]
rules: _descriptor.FieldDescriptor
JSON_CASE_FIELD_NUMBER: _ClassVar[int]
json_case: _descriptor.FieldDescriptor
OMIT_UNSET_FIELD_NUMBER: _ClassVar[int]
omit_unset: _descriptor.FieldDescriptor
OMIT_FIELD_UNSET_FIELD_NUMBER: _ClassVar[int]
omit_field_unset: _descriptor.FieldDescriptor
ITEM_FIELD_NUMBER: _ClassVar[int]
item: _descriptor.FieldDescriptor

class MethodRules(_message.Message):
    __slots__ = ("permission", "access", "errors", "http_status", "single_object_body", "multipart_file_parts", "download", "organization", "organization_id_field", "organization_number_field", "base64_part", "rate_limit", "headers")
    PERMISSION_FIELD_NUMBER: _ClassVar[int]
    ACCESS_FIELD_NUMBER: _ClassVar[int]
    ERRORS_FIELD_NUMBER: _ClassVar[int]
    HTTP_STATUS_FIELD_NUMBER: _ClassVar[int]
    SINGLE_OBJECT_BODY_FIELD_NUMBER: _ClassVar[int]
    MULTIPART_FILE_PARTS_FIELD_NUMBER: _ClassVar[int]
    DOWNLOAD_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_NUMBER_FIELD_FIELD_NUMBER: _ClassVar[int]
    BASE64_PART_FIELD_NUMBER: _ClassVar[int]
    RATE_LIMIT_FIELD_NUMBER: _ClassVar[int]
    HEADERS_FIELD_NUMBER: _ClassVar[int]
    permission: str
    access: Access
    errors: _containers.RepeatedScalarFieldContainer[_error_reason_pb2.ErrorReason]
    http_status: int
    single_object_body: bool
    multipart_file_parts: _containers.RepeatedScalarFieldContainer[str]
    download: bool
    organization: OrganizationSource
    organization_id_field: str
    organization_number_field: str
    base64_part: str
    rate_limit: str
    headers: _containers.RepeatedCompositeFieldContainer[AnswerHeader]
    def __init__(self, permission: _Optional[str] = ..., access: _Optional[_Union[Access, str]] = ..., errors: _Optional[_Iterable[_Union[_error_reason_pb2.ErrorReason, str]]] = ..., http_status: _Optional[int] = ..., single_object_body: _Optional[bool] = ..., multipart_file_parts: _Optional[_Iterable[str]] = ..., download: _Optional[bool] = ..., organization: _Optional[_Union[OrganizationSource, str]] = ..., organization_id_field: _Optional[str] = ..., organization_number_field: _Optional[str] = ..., base64_part: _Optional[str] = ..., rate_limit: _Optional[str] = ..., headers: _Optional[_Iterable[_Union[AnswerHeader, _Mapping]]] = ...) -> None: ...

class AnswerHeader(_message.Message):
    __slots__ = ("name", "description", "integer")
    NAME_FIELD_NUMBER: _ClassVar[int]
    DESCRIPTION_FIELD_NUMBER: _ClassVar[int]
    INTEGER_FIELD_NUMBER: _ClassVar[int]
    name: str
    description: str
    integer: bool
    def __init__(self, name: _Optional[str] = ..., description: _Optional[str] = ..., integer: _Optional[bool] = ...) -> None: ...

class ItemFieldRules(_message.Message):
    __slots__ = ("categories",)
    CATEGORIES_FIELD_NUMBER: _ClassVar[int]
    categories: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, categories: _Optional[_Iterable[str]] = ...) -> None: ...
