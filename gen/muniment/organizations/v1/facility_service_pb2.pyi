from buf.validate import validate_pb2 as _validate_pb2
from google.api import annotations_pb2 as _annotations_pb2
from google.api import field_behavior_pb2 as _field_behavior_pb2
from muniment.options.v1 import options_pb2 as _options_pb2
from muniment.organizations.v1 import facility_pb2 as _facility_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreateFacilityRequest(_message.Message):
    __slots__ = ("name", "country", "address")
    NAME_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    name: str
    country: str
    address: str
    def __init__(self, name: _Optional[str] = ..., country: _Optional[str] = ..., address: _Optional[str] = ...) -> None: ...

class CreateFacilityResponse(_message.Message):
    __slots__ = ("facility",)
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    facility: _facility_pb2.Facility
    def __init__(self, facility: _Optional[_Union[_facility_pb2.Facility, _Mapping]] = ...) -> None: ...

class GetFacilityRequest(_message.Message):
    __slots__ = ("facility_id",)
    FACILITY_ID_FIELD_NUMBER: _ClassVar[int]
    facility_id: str
    def __init__(self, facility_id: _Optional[str] = ...) -> None: ...

class GetFacilityResponse(_message.Message):
    __slots__ = ("facility",)
    FACILITY_FIELD_NUMBER: _ClassVar[int]
    facility: _facility_pb2.Facility
    def __init__(self, facility: _Optional[_Union[_facility_pb2.Facility, _Mapping]] = ...) -> None: ...

class ListFacilitiesRequest(_message.Message):
    __slots__ = ("page", "size", "cursor", "name")
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    CURSOR_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    page: int
    size: int
    cursor: str
    name: str
    def __init__(self, page: _Optional[int] = ..., size: _Optional[int] = ..., cursor: _Optional[str] = ..., name: _Optional[str] = ...) -> None: ...

class ListFacilitiesResponse(_message.Message):
    __slots__ = ("items", "total", "page", "size", "pages", "next_cursor")
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    PAGE_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_CURSOR_FIELD_NUMBER: _ClassVar[int]
    items: _containers.RepeatedCompositeFieldContainer[_facility_pb2.Facility]
    total: int
    page: int
    size: int
    pages: int
    next_cursor: str
    def __init__(self, items: _Optional[_Iterable[_Union[_facility_pb2.Facility, _Mapping]]] = ..., total: _Optional[int] = ..., page: _Optional[int] = ..., size: _Optional[int] = ..., pages: _Optional[int] = ..., next_cursor: _Optional[str] = ...) -> None: ...
