"""Uploads: a form, or JSON with a file in base64, as the request stream of a client-streaming RPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import grpc
from google.protobuf.message import Message

from service.gateway.base64_text import Base64Decoder
from service.gateway.binding import HttpRule, PathBinder
from service.gateway.call import Call, ClientGone, is_json, too_large
from service.gateway.context import RpcAborted
from service.gateway.convert import WrongValue
from service.gateway.envelope import Envelope
from service.gateway.fields import descriptor_of, message_of
from service.gateway.form import Event, Form, FormParser, PartBegin, PartData, boundary_of
from service.gateway.json_form import JsonForm
from service.gateway.json_read import Problems, Readers, unknown_name
from service.gateway.json_render import dumps, render_answer
from service.gateway.problems import FieldProblem, Problem, Refused, invalid, malformed, plain_path
from service.gateway.query import TextBinder, parse_query
from service.gateway.settings import GatewaySettings
from service.gateway.unary import refusal
from service.gateway.urlencoded_form import UrlencodedForm
from service.rpc.registry import Rpc

# Descriptors are the process's own, and so is what is compiled from them.
_READERS = Readers()


class UploadEndpoint:
    """One binding of an RPC whose request stream has `header`, `chunk` and `options`."""

    def __init__(self, rpc: Rpc, rule: HttpRule, envelope: Envelope) -> None:
        self.label = rule.template.text
        self._rpc = rpc
        self._handler = rpc.handler
        self._wrap = envelope.wrap
        self._status = rpc.rules.http_status or 200
        self._render = render_answer(descriptor_of(rpc.response_class), rule.response_body)
        self.binder = FormBinder(rpc, rule)

    async def serve(self, call: Call) -> None:
        """Stream the body to the handler and render its answer. Raises `Refused`, `RpcAborted` or `ClientGone`."""
        try:
            call.check_json_accepted()
            call.check_not_encoded()
            upload = Upload(call, self.binder)
        except Refused as error:
            raise await refusal(self._rpc, call, error) from None
        context = call.make_context(None)
        try:
            response = await self._handler(upload.messages(), context)
        except Exception as error:
            # The stream's own failure is the cause of whatever the handler made of it.
            if upload.failure is not None:
                raise upload.failure from None
            if isinstance(error, RpcAborted):
                raise Refused(self.binder.rewrite(error.problem, call, upload.file_sent)) from None
            raise
        finally:
            context.finish()
        if upload.failure is not None:
            raise upload.failure
        context.raise_if_failed()
        await call.answer_json(self._status, dumps(self._wrap(self._render(response))))


class FormBinder:
    """What the parts, the query and the path of a form are bound to, or the fields of a JSON object."""

    def __init__(self, rpc: Rpc, rule: HttpRule) -> None:
        options = message_of(descriptor_of(rpc.request_class).fields_by_name["options"])
        self.request_class = rpc.request_class
        self.file_parts = tuple(rpc.rules.multipart_file_parts)
        self.base64_part = rpc.rules.base64_part
        self.path = PathBinder(rule.template, options)
        self.query = TextBinder(options, self.path.names)
        self.parts = TextBinder(options, self.path.names, location="body")
        self._json = _READERS.message(options).compile()

    @property
    def file_names(self) -> list[str]:
        """The names that carry files."""
        return [*self.file_parts, *([self.base64_part] if self.base64_part else [])]

    def options(self, call: Call, parts: list[tuple[str, str]], values: dict[str, Any]) -> Message:
        """A request message with the options of path, query, and the form's parts or the JSON object's values so far.

        Raises `Refused`.
        """
        message = self.request_class()
        options: Message = message.options  # type: ignore[attr-defined]
        options.SetInParent()
        problems: list[FieldProblem] = []
        if call.query:
            self.query.bind(options, parse_query(call.query), problems)
        self.parts.bind(options, parts, problems)
        if values:
            found = Problems()
            self._json.fill(options, values, None, found)
            problems += found.found
        self.path.bind(options, call.segments, problems)
        if problems:
            raise invalid(problems)
        return message

    def rewrite(self, problem: Problem, call: Call, file_sent: str) -> Problem:
        """Fields of `options` and `header` are named as they were sent; the file's name came with `file_sent`."""
        if not problem.fields:
            return problem
        in_query = {name for name, _ in parse_query(call.query)}
        names = [plain_path(f.field).removeprefix("options.") for f in problem.fields]
        if file_sent:
            names = [f"{file_sent}.filename" if name == "header.file_name" else name for name in names]
        names = [name.removeprefix("header.") for name in names]
        return problem.renamed(
            tuple(
                FieldProblem(name or "body", f.message, "query" if name in in_query else "body")
                for name, f in zip(names, problem.fields, strict=True)
            )
        )


class Upload:
    """One body on its way to a handler."""

    def __init__(self, call: Call, binder: FormBinder) -> None:
        self.failure: Exception | None = None
        self._call = call
        self._binder = binder
        self._form, self._limit = form_of(call, binder)
        self._options: list[tuple[str, str]] = []
        self._values: dict[str, Any] = {}
        self._options_sent = 0
        self._part: PartBegin | None = None
        self._in_file = False
        self._file_part: str | None = None
        self._decoder: Base64Decoder | None = None
        self._parts = self._files = 0
        self._buffer: list[bytes] = []
        self._buffered = 0

    @property
    def file_sent(self) -> str:
        """The part that brought the last file, such as `file`, or `file[1]` for a second one; empty when none did."""
        if self._file_part is None:
            return ""
        return f"{self._file_part}[{self._files - 1}]" if self._files > 1 else self._file_part

    async def messages(self) -> AsyncIterator[Message]:
        """The request stream. What goes wrong is kept in `failure` and raised as `RpcAborted`."""
        try:
            async for message in self._read():
                yield message
        except Refused as error:
            self.failure = error
            raise RpcAborted(error.problem) from None
        except ClientGone as error:
            self.failure = error
            raise RpcAborted(Problem(grpc.StatusCode.CANCELLED, "DEADLINE_EXCEEDED", "The client went away.")) from None

    async def _read(self) -> AsyncIterator[Message]:
        if self._call.query or self._binder.path.names:
            yield self._take_options()
        stream = self._call.stream()
        size = 0
        while (data := await self._next(stream)) is not None:
            size += len(data)
            if self._limit is not None and size > self._limit:
                raise too_large(self._limit)
            for message in self._messages_of(self._form.feed(data)):
                yield message
        for message in self._messages_of(self._form.finish()):
            yield message
        self._values = self._form.values
        if not self._files:
            raise self._no_file()
        if self._values or self._options_sent < len(self._options):
            yield self._take_options()

    def _messages_of(self, events: list[Event]) -> Iterator[Message]:
        for event in events:
            message = self._take(event)
            if message is not None:
                if message.WhichOneof("payload") == "header" and self._options_sent < len(self._options):
                    yield self._take_options()
                yield message

    def _no_file(self) -> Refused:
        if not isinstance(self._form, Form):
            return invalid([FieldProblem(self._binder.base64_part, "is missing: send the file's bytes in base64")])
        name = self._binder.file_names[0]
        return invalid([FieldProblem(name, "is missing: send the file as a part of this name, with a filename")])

    async def _next(self, stream: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(self._call.settings.idle_seconds):
                return await anext(stream, None)
        except TimeoutError:
            message = "The upload stood still for too long."
            raise Refused(Problem(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", message)) from None

    def _take_options(self) -> Message:
        self._options_sent = len(self._options)
        return self._binder.options(self._call, self._options, self._values)

    def _take(self, event: Event) -> Message | None:
        """The message that an event completes, if it does."""
        if isinstance(event, PartData):
            return self._add(event.data)
        return self._begin(event) if isinstance(event, PartBegin) else self._end()

    def _begin(self, part: PartBegin) -> Message | None:
        self._part = part
        self._parts += 1
        encoded = bool(part.name) and part.name == self._binder.base64_part
        self._decoder = Base64Decoder() if encoded else None
        self._in_file = encoded or part.name in self._binder.file_parts
        if self._parts > self._call.settings.max_form_parts:
            raise malformed(f"The form has more than {self._call.settings.max_form_parts} parts.")
        if not self._in_file:
            if part.name not in self._binder.parts.names:
                known = [*self._binder.file_names, *self._binder.parts.names]
                raise invalid([FieldProblem(part.name, unknown_name(part.name, known))])
            return None
        if part.file_name is None and not encoded:
            raise invalid([FieldProblem(part.name, "must be a file: the part has no filename")])
        if part.file_name == "" and "file_name" not in self._binder.parts.names:
            raise invalid([FieldProblem(part.name, "must be a file: its filename is empty")])
        self._files += 1
        self._file_part = None if encoded else part.name
        if encoded and self._files > 1:
            raise invalid([FieldProblem(part.name, "must be the only file of the call")])
        header = {"file_name": part.file_name or ""}
        if part.content_type:
            header["mime_type"] = part.content_type
        return self._message(header=header)

    def _add(self, data: bytes) -> Message | None:
        settings = self._call.settings
        if self._decoder is not None:
            data = self._decoded(data)
        self._buffer.append(data)
        self._buffered += len(data)
        if self._in_file:
            return self._chunk() if self._buffered >= settings.upload_chunk_bytes else None
        if self._buffered > settings.max_form_field_bytes:
            assert self._part is not None
            limit = settings.max_form_field_bytes
            raise invalid([FieldProblem(self._part.name, f"must have at most {limit} bytes")])
        return None

    def _end(self) -> Message | None:
        if self._in_file:
            if self._decoder is not None:
                self._buffer.append(self._decoded(None))
                self._buffered += len(self._buffer[-1])
            return self._chunk() if self._buffered else None
        assert self._part is not None
        try:
            text = self._flush().decode()
        except UnicodeDecodeError:
            raise invalid([FieldProblem(self._part.name, "is not UTF-8")]) from None
        self._options.append((self._part.name, text))
        return None

    def _decoded(self, text: bytes | None) -> bytes:
        """What a piece of base64 stands for; None is its end."""
        assert self._decoder is not None
        try:
            return self._decoder.finish() if text is None else self._decoder.feed(text)
        except WrongValue as error:
            raise invalid([FieldProblem(self._binder.base64_part, str(error))]) from None

    def _chunk(self) -> Message:
        return self._message(chunk=self._flush())

    def _flush(self) -> bytes:
        data = self._buffer[0] if len(self._buffer) == 1 else b"".join(self._buffer)
        self._buffer.clear()
        self._buffered = 0
        return data

    def _message(self, **fields: object) -> Message:
        return self._binder.request_class(**fields)


def form_of(call: Call, binder: FormBinder) -> tuple[FormParser, int | None]:
    """The parser of a body, and how many bytes it may have; None is any number. Raises `Refused`."""
    content_type = call.headers.get(b"content-type")
    if not binder.base64_part:
        return Form(boundary_of(content_type)), None
    parser = parser_of_base64(content_type or b"", binder.base64_part, call.settings)
    if parser is None:
        return Form(boundary_of(content_type, ", application/x-www-form-urlencoded or application/json")), None
    limit = call.settings.max_upload_json_bytes
    declared = call.headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        raise too_large(limit)
    return parser, limit


def parser_of_base64(content_type: bytes, base64_part: str, settings: GatewaySettings) -> FormParser | None:
    """The parser of a body in which a file can come as base64 alone."""
    if is_json(content_type):
        return JsonForm(base64_part, settings.max_json_bytes)
    if content_type.partition(b";")[0].strip().lower() == b"application/x-www-form-urlencoded":
        return UrlencodedForm(base64_part)
    return None
