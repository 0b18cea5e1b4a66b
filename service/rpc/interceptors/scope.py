"""For which organization: the one place where a scope is made from a call."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import (
    InvalidRequestError,
    OrganizationRequiredError,
    PermissionDeniedError,
    UserMismatchError,
    Violation,
)
from service.domain.scope import Principal
from service.organizations.authentication import Authenticator
from service.rpc.context import ScopedContext, principal_of
from service.rpc.policy import Policy

ORGANIZATION = "x-organization-id"
_USER = "x-user-id"
_CHANNEL = "x-partner"
_LONGEST_CHANNEL = 255
_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


class ScopeInterceptor(AsyncServerInterceptor):
    """Lets a call through whose caller is a member of the organization that it names, with the permission it needs."""

    def __init__(self, authenticator: Authenticator, policy: Policy) -> None:
        self._authenticator = authenticator
        self._policy = policy

    async def intercept(self, method: Any, request_or_iterator: Any, context: Any, method_name: str) -> Any:
        policy = self._policy.of(method_name)
        if not policy.public:
            _check_user(context, principal_of(context))
        if policy.member:
            scope = await self._authenticator.scope(principal_of(context), _organization(context))
            if policy.permission not in scope.permissions:
                raise PermissionDeniedError(f"the call needs the permission {policy.permission}")
            channel = _channel(context)
            context.scope = replace(scope, channel=channel) if channel else scope
        return await method(request_or_iterator, context)


def _organization(context: ScopedContext) -> str:
    sent: str = context.metadata.get(ORGANIZATION, "").strip()
    if not sent:
        raise OrganizationRequiredError(f"the call names no organization: send its id as {ORGANIZATION}")
    if not _UUID.fullmatch(sent):
        raise InvalidRequestError([Violation(ORGANIZATION, "must be the UUID of an organization")])
    return sent.lower()


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
