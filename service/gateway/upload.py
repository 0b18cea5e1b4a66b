"""Uploads: a multipart form as the request stream of a client-streaming RPC."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import grpc
from google.protobuf.message import Message

from service.gateway.binding import HttpRule, PathBinder
from service.gateway.call import Call, ClientGone
from service.gateway.context import RpcAborted
from service.gateway.envelope import Envelope
from service.gateway.fields import descriptor_of, message_of
from service.gateway.form import Event, Form, PartBegin, PartData, boundary_of
from service.gateway.json_read import unknown_name
from service.gateway.json_render import dumps, render_answer
from service.gateway.problems import FieldProblem, Problem, Refused, invalid, malformed, plain_path
from service.gateway.query import TextBinder, parse_query
from service.rpc.registry import Rpc


class UploadEndpoint:
    """One binding of an RPC whose request stream has `header`, `chunk` and `options`."""

    def __init__(self, rpc: Rpc, rule: HttpRule, envelope: Envelope) -> None:
        self.label = rule.template.text
        self._handler = rpc.handler
        self._wrap = envelope.wrap
        self._status = rpc.rules.http_status or 200
        self._render = render_answer(descriptor_of(rpc.response_class), rule.response_body)
        self.binder = FormBinder(rpc, rule)

    async def serve(self, call: Call) -> None:
        """Stream the form to the handler and render its answer. Raises `Refused`, `RpcAborted` or `ClientGone`."""
        call.check_json_accepted()
        call.check_not_encoded()
        context = call.make_context(None)
        upload = Upload(call, self.binder, Form(boundary_of(call.headers.get(b"content-type"))))
        try:
            response = await self._handler(upload.messages(), context)
        except Exception as error:
            # The stream's own failure is the cause of whatever the handler made of it.
            if upload.failure is not None:
                raise upload.failure from None
            if isinstance(error, RpcAborted):
                raise Refused(self.binder.rewrite(error.problem)) from None
            raise
        finally:
            context.finish()
        if upload.failure is not None:
            raise upload.failure
        context.raise_if_failed()
        await call.answer_json(self._status, dumps(self._wrap(self._render(response))))


class FormBinder:
    """What the parts, the query and the path of a form are bound to."""

    def __init__(self, rpc: Rpc, rule: HttpRule) -> None:
        options = message_of(descriptor_of(rpc.request_class).fields_by_name["options"])
        self.request_class = rpc.request_class
        self.file_parts = tuple(rpc.rules.multipart_file_parts)
        self.path = PathBinder(rule.template, options)
        self.query = TextBinder(options, self.path.names)
        self.parts = TextBinder(options, self.path.names, location="body")

    def options(self, call: Call, parts: list[tuple[str, str]]) -> Message:
        """A request message with the options of path, query and the form's parts so far. Raises `Refused`."""
        message = self.request_class()
        options: Message = message.options  # type: ignore[attr-defined]
        options.SetInParent()
        problems: list[FieldProblem] = []
        if call.query:
            self.query.bind(options, parse_query(call.query), problems)
        self.parts.bind(options, parts, problems)
        self.path.bind(options, call.segments, problems)
        if problems:
            raise invalid(problems)
        return message

    def rewrite(self, problem: Problem) -> Problem:
        """Fields of `options` and `header` are named without them, as in the form."""
        if not problem.fields:
            return problem
        return problem.renamed(
            tuple(
                FieldProblem(plain_path(f.field).removeprefix("options.").removeprefix("header."), f.message)
                for f in problem.fields
            )
        )


class Upload:
    """One form on its way to a handler."""

    def __init__(self, call: Call, binder: FormBinder, form: Form) -> None:
        self.failure: Exception | None = None
        self._call = call
        self._binder = binder
        self._form = form
        self._options: list[tuple[str, str]] = []
        self._options_sent = 0
        self._part: PartBegin | None = None
        self._in_file = False
        self._parts = self._files = 0
        self._buffer: list[bytes] = []
        self._buffered = 0

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
        while (data := await self._next(stream)) is not None:
            for event in self._form.feed(data):
                message = self._take(event)
                if message is not None:
                    if message.WhichOneof("payload") == "header" and self._options_sent < len(self._options):
                        yield self._take_options()
                    yield message
        self._form.finish()
        if not self._files:
            names = self._binder.file_parts
            raise invalid([FieldProblem(names[0], "is missing: send the file as a part of this name, with a filename")])
        if self._options_sent < len(self._options):
            yield self._take_options()

    async def _next(self, stream: AsyncIterator[bytes]) -> bytes | None:
        try:
            async with asyncio.timeout(self._call.settings.idle_seconds):
                return await anext(stream, None)
        except TimeoutError:
            message = "The upload stood still for too long."
            raise Refused(Problem(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", message)) from None

    def _take_options(self) -> Message:
        self._options_sent = len(self._options)
        return self._binder.options(self._call, self._options)

    def _take(self, event: Event) -> Message | None:
        """The message that an event completes, if it does."""
        if isinstance(event, PartData):
            return self._add(event.data)
        return self._begin(event) if isinstance(event, PartBegin) else self._end()

    def _begin(self, part: PartBegin) -> Message | None:
        self._part = part
        self._parts += 1
        self._in_file = part.name in self._binder.file_parts
        if self._parts > self._call.settings.max_form_parts:
            raise malformed(f"The form has more than {self._call.settings.max_form_parts} parts.")
        if not self._in_file:
            if part.name not in self._binder.parts.names:
                known = [*self._binder.file_parts, *self._binder.parts.names]
                raise invalid([FieldProblem(part.name, unknown_name(part.name, known))])
            return None
        if part.file_name is None:
            raise invalid([FieldProblem(part.name, "must be a file: the part has no filename")])
        self._files += 1
        header = {"file_name": part.file_name}
        if part.content_type:
            header["mime_type"] = part.content_type
        return self._message(header=header)

    def _add(self, data: bytes) -> Message | None:
        settings = self._call.settings
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
            return self._chunk() if self._buffered else None
        assert self._part is not None
        try:
            text = self._flush().decode()
        except UnicodeDecodeError:
            raise invalid([FieldProblem(self._part.name, "is not UTF-8")]) from None
        self._options.append((self._part.name, text))
        return None

    def _chunk(self) -> Message:
        return self._message(chunk=self._flush())

    def _flush(self) -> bytes:
        data = self._buffer[0] if len(self._buffer) == 1 else b"".join(self._buffer)
        self._buffer.clear()
        self._buffered = 0
        return data

    def _message(self, **fields: object) -> Message:
        return self._binder.request_class(**fields)
