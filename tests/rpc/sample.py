"""A small dialect for tests: what the contract's dialects may ask of the chain and of the gateway, all in one.

It is built as descriptors, so that it needs no generated code.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from google.api import annotations_pb2
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from muniment.options.v1 import options_pb2

from service.rpc.chain import Chain
from service.rpc.policy import path_of, rules_of
from service.rpc.registry import Rpc

PACKAGE = "muniment.dialects.sample.v1"
_Field = descriptor_pb2.FieldDescriptorProto
_STRING, _INT64, _BYTES, _MESSAGE = _Field.TYPE_STRING, _Field.TYPE_INT64, _Field.TYPE_BYTES, _Field.TYPE_MESSAGE

LIMITED = "sample"
"""The group of limited calls that `GetPaper` and `PutPapers` are in."""


@cache
def methods() -> dict[str, MethodDescriptor]:
    """The RPCs of `PaperService` by name."""
    pool: Any = descriptor_pool.Default()
    pool.AddSerializedFile(_file().SerializeToString())
    service = pool.FindServiceByName(f"{PACKAGE}.PaperService")
    return {method.name: method for method in service.methods}


def message(name: str, /, **values: Any) -> Any:
    methods()
    pool: Any = descriptor_pool.Default()
    return GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}"))(**values)


def rpc(name: str, handler: Callable[..., Any], chain: Chain | None = None) -> Rpc:
    """One RPC of the dialect, behind a chain or bare."""
    method = methods()[name]
    return Rpc(
        method=method,
        path=path_of(method),
        rules=rules_of(method),
        request_class=GetMessageClass(method.input_type),
        response_class=GetMessageClass(method.output_type),
        handler=handler if chain is None else chain.compose(method, handler),
        refuse=None if chain is None else chain.compose_refusal(method),
    )


def paper(**values: Any) -> Message:
    answer: Message = message("Paper", **values)
    return answer


def _file() -> descriptor_pb2.FileDescriptorProto:
    file = descriptor_pb2.FileDescriptorProto(
        name="muniment/dialects/sample/v1/paper_service.proto",
        package=PACKAGE,
        syntax="proto3",
        dependency=["google/api/annotations.proto", "muniment/options/v1/options.proto"],
    )
    _add_message(file, "GetPaperRequest", ("paper_id", _STRING), ("account", _STRING), ("account_number", _INT64))
    _add_message(file, "Paper", ("paper_id", _STRING), ("name", _STRING), ("size", _INT64))
    _add_message(file, "PaperHeader", ("file_name", _STRING), ("mime_type", _STRING))
    _add_message(file, "PaperOptions", ("name", _STRING), ("account_number", _INT64), ("kind", _STRING))
    upload = _add_message(file, "PutPapersRequest")
    upload.oneof_decl.add(name="payload")
    for number, (name, kind, type_name) in enumerate(
        (("header", _MESSAGE, "PaperHeader"), ("chunk", _BYTES, ""), ("options", _MESSAGE, "PaperOptions")), 1
    ):
        field = upload.field.add(name=name, number=number, type=kind, label=_Field.LABEL_OPTIONAL, oneof_index=0)
        if type_name:
            field.type_name = f".{PACKAGE}.{type_name}"
    _add_service(file)
    return file


def _add_message(
    file: descriptor_pb2.FileDescriptorProto, name: str, *fields: tuple[str, Any]
) -> descriptor_pb2.DescriptorProto:
    made = file.message_type.add(name=name)
    for number, (field, kind) in enumerate(fields, 1):
        made.oneof_decl.add(name=f"_{field}")
        made.field.add(
            name=field,
            number=number,
            type=kind,
            label=_Field.LABEL_OPTIONAL,
            proto3_optional=True,
            oneof_index=len(made.oneof_decl) - 1,
        )
    return made


def _add_service(file: descriptor_pb2.FileDescriptorProto) -> None:
    service = file.service.add(name="PaperService")
    get = service.method.add(name="GetPaper", input_type=f".{PACKAGE}.GetPaperRequest", output_type=f".{PACKAGE}.Paper")
    _options(get).Extensions[annotations_pb2.http].get = "/sample/papers/{paper_id}"
    _options(get).Extensions[options_pb2.rules].CopyFrom(
        options_pb2.MethodRules(
            permission="files:read",
            organization=options_pb2.ORGANIZATION_SOURCE_KEY,
            organization_id_field="account",
            organization_number_field="account_number",
            rate_limit=LIMITED,
        )
    )
    put = service.method.add(
        name="PutPapers",
        input_type=f".{PACKAGE}.PutPapersRequest",
        output_type=f".{PACKAGE}.Paper",
        client_streaming=True,
    )
    http = _options(put).Extensions[annotations_pb2.http]
    http.post, http.body = "/sample/papers", "*"
    _options(put).Extensions[options_pb2.rules].CopyFrom(
        options_pb2.MethodRules(
            permission="files:write",
            organization=options_pb2.ORGANIZATION_SOURCE_KEY,
            organization_number_field="account_number",
            multipart_file_parts=["file"],
            base64_part="content_base64",
            rate_limit=LIMITED,
            http_status=201,
        )
    )


def _options(method: descriptor_pb2.MethodDescriptorProto) -> Any:
    return method.options
