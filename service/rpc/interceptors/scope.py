"""For which organization: the one place where a scope is made from a call."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from google.protobuf.message import Message
from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import (
    InvalidRequestError,
    OrganizationForbiddenError,
    OrganizationRequiredError,
    PermissionDeniedError,
    UserMismatchError,
    Violation,
)
from service.domain.scope import Principal
from service.organizations.authentication import Authenticator
from service.rpc.context import ScopedContext, principal_of
from service.rpc.policy import MethodPolicy, Policy

ORGANIZATION = "x-organization-id"
_USER = "x-user-id"
_CHANNEL = "x-partner"
_LONGEST_CHANNEL = 255
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class ScopeInterceptor(AsyncServerInterceptor):
    """Lets a call through whose caller is a member of the organization that it is for, with the permission it needs.

    The organization is the one that a field of the request selects, where the contract has such a field; else that of
    `x-organization-id`; else, where the contract says so, the API key's own. None of them proves anything.
    """

    def __init__(self, authenticator: Authenticator, policy: Policy) -> None:
        self._authenticator = authenticator
        self._policy = policy

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        policy = self._policy.of(method_name)
        if not policy.public:
            _check_user(context, principal_of(context))
        if not policy.member:
            return await method(request_or_iterator, context)
        principal = principal_of(context)
        organization = _named(context) or (_own(principal) if policy.by_key else None)
        request = request_or_iterator
        if policy.selects and isinstance(request, Message):
            organization = await self.selected(policy, principal, request, organization)
        elif policy.selects:
            request = _Selections(self, policy, principal, request)
            organization = await request.begin(organization)
        if organization is None:
            raise OrganizationRequiredError(f"the call names no organization: {_how_to_name(policy)}")
        scope = await self._authenticator.scope(principal, organization)
        if policy.permission not in scope.permissions:
            raise PermissionDeniedError(f"the call needs the permission {policy.permission}")
        channel = _channel(context)
        context.scope = replace(scope, channel=channel) if channel else scope
        return await method(request, context)

    async def selected(
        self, policy: MethodPolicy, principal: Principal, message: Any, organization: str | None
    ) -> str | None:
        """Give the organization that a message selects, else `organization`, which it must not contradict."""
        selected = organization
        for selecting in (
            _by_id(policy.organization_id_field, message),
            await self._by_number(policy.organization_number_field, principal, message),
        ):
            if selecting is None:
                continue
            if selected is not None and selecting != selected:
                raise OrganizationForbiddenError("the call is for another organization than the one that it names")
            selected = selecting
        return selected

    async def _by_number(self, name: str, principal: Principal, message: Any) -> str | None:
        if not name or not _has(message, name):
            return None
        return str(await self._authenticator.organization_by_number(principal, getattr(message, name)))


class _Selections:
    """A stream of requests whose `options`, wherever they come, may select the organization."""

    def __init__(
        self, interceptor: ScopeInterceptor, policy: MethodPolicy, principal: Principal, requests: Any
    ) -> None:
        self._interceptor = interceptor
        self._policy = policy
        self._principal = principal
        self._requests = requests
        self._opened: AsyncIterator[Any] | None = None
        self._first: list[Any] = []
        self._organization: str | None = None

    async def begin(self, organization: str | None) -> str | None:
        """Give the organization of the call: the first request is waited for only when nothing else names it."""
        self._organization = organization
        if organization is None:
            async for request in self._incoming():
                self._first.append(request)
                await self._check(request)
                break
        return self._organization

    async def __aiter__(self) -> AsyncIterator[Any]:
        while self._first:
            yield self._first.pop()
        async for request in self._incoming():
            await self._check(request)
            yield request

    def _incoming(self) -> AsyncIterator[Any]:
        # Not before somebody reads: of a call that is refused, grpc leaves an iterator behind that nobody awaits.
        if self._opened is None:
            self._opened = aiter(self._requests)
        return self._opened

    async def _check(self, request: Any) -> None:
        if request.HasField("options"):
            self._organization = await self._interceptor.selected(
                self._policy, self._principal, request.options, self._organization
            )


def _named(context: ScopedContext) -> str | None:
    sent: str = context.metadata.get(ORGANIZATION, "").strip()
    return _uuid(ORGANIZATION, sent) if sent else None


def _own(principal: Principal) -> str | None:
    return str(principal.organization_id) if principal.organization_id is not None else None


def _by_id(name: str, message: Any) -> str | None:
    # Clients write an absent value as `organization_id=` too.
    sent = getattr(message, name) if name else ""
    return _uuid(name, sent) if sent else None


def _has(message: Message, name: str) -> bool:
    field = message.DESCRIPTOR.fields_by_name[name]
    return message.HasField(name) if field.has_presence else bool(getattr(message, name))


def _uuid(name: str, sent: str) -> str:
    if not _UUID.fullmatch(sent):
        raise InvalidRequestError([Violation(name, "must be the UUID of an organization")])
    return sent.lower()


def _how_to_name(policy: MethodPolicy) -> str:
    fields = [name for name in (policy.organization_id_field, policy.organization_number_field) if name]
    return " or ".join(["send its id as " + ORGANIZATION, *(f"say it in {name}" for name in fields)])


def _check_user(context: ScopedContext, principal: Principal) -> None:
    sent = context.metadata.get(_USER)
    if sent is not None and sent.strip().lower() != str(principal.user_id):
        raise UserMismatchError(f"{_USER} names another user than the credential's own: leave it out")


def _channel(context: ScopedContext) -> str | None:
    channel: str | None = context.metadata.get(_CHANNEL)
    if not channel:
        return None
    if len(channel) > _LONGEST_CHANNEL:
        raise InvalidRequestError([Violation(_CHANNEL, f"must have at most {_LONGEST_CHANNEL} characters")])
    return channel
