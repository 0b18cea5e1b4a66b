"""Calls with a JSON answer: one request, one response."""

from __future__ import annotations

import asyncio

import grpc
from google.protobuf.message import Message

from service.gateway.binding import HttpRule, RequestBinder
from service.gateway.call import Call
from service.gateway.context import HttpContext, RpcAborted
from service.gateway.envelope import Envelope
from service.gateway.fields import descriptor_of
from service.gateway.json_render import dumps, render_answer, render_first
from service.gateway.problems import Problem, Refused
from service.rpc.registry import Rpc

NO_CONTENT = 204
DEADLINE_MESSAGE = "The call took longer than its deadline."


class UnaryEndpoint:
    """One binding of a unary RPC."""

    def __init__(self, rpc: Rpc, rule: HttpRule, envelope: Envelope) -> None:
        response = descriptor_of(rpc.response_class)
        self.label = rule.template.text
        self._rpc = rpc
        self._handler = rpc.handler
        self._wrap = envelope.wrap
        self._status = rpc.rules.http_status or 200
        self._binder = RequestBinder(rpc.request_class, rule, rpc.rules.single_object_body)
        self._render = render_answer(response, rule.response_body)
        field = response.fields_by_name.get(rule.response_body)
        several = rpc.rules.single_object_body and field is not None and field.is_repeated
        self._render_single = render_first(response, rule.response_body) if several else None

    async def serve(self, call: Call) -> None:
        """Bind, call the handler, render. Raises `Refused` or `RpcAborted`."""
        seconds = call.settings.request_seconds
        single = False
        try:
            async with asyncio.timeout(seconds) as timeout:
                try:
                    call.check_json_accepted()
                    request, single = await self._binder.bind(call)
                except Refused as error:
                    raise await refusal(self._rpc, call, error) from None
                response = await self._call(request, call.make_context(seconds))
        except TimeoutError:
            if timeout.expired():
                raise deadline_exceeded() from None
            raise
        except RpcAborted as error:
            raise Refused(self._binder.rewrite(error.problem, single)) from None
        if self._status == NO_CONTENT:
            await call.answer(NO_CONTENT, [])
            return
        render = self._render_single if single and self._render_single is not None else self._render
        await call.answer_json(self._status, dumps(self._wrap(render(response))))

    async def _call(self, request: Message, context: HttpContext) -> Message:
        try:
            response: Message = await self._handler(request, context)
        finally:
            context.finish()
        context.raise_if_failed()
        return response


async def refusal(rpc: Rpc, call: Call, refused: Refused) -> Refused:
    """What to tell the caller of a request that makes no sense: that, or why the caller isn't let in at all."""
    if rpc.refuse is None:
        return refused
    context = call.make_context(call.settings.request_seconds)
    try:
        await rpc.refuse(RpcAborted(refused.problem), context)
    except RpcAborted as error:
        # Its headers are what a problem has besides what a status can say.
        return refused if error.problem is refused.problem else Refused(error.problem)
    finally:
        context.finish()
    return refused


def deadline_exceeded() -> Refused:
    return Refused(Problem(grpc.StatusCode.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", DEADLINE_MESSAGE))
