"""For which organization: the one place where a scope is made from a call."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from grpc_interceptor.server import AsyncServerInterceptor

from service.domain.errors import (
    InvalidRequestError,
    OrganizationRequiredError,
    PermissionDeniedError,
    UserMismatchError,
    Violation,
)
from service.domain.scope import Principal, Scope
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
            context.scope = await self._scope(context, principal_of(context))
            if policy.permission not in context.scope.permissions:
                raise PermissionDeniedError(f"the call needs the permission {policy.permission}")
        return await method(request_or_iterator, context)

    async def _scope(self, context: ScopedContext, principal: Principal) -> Scope:
        organization_id = _organization(context)
        membership = await self._authenticator.membership(principal, organization_id)
        return Scope(
            organization_id=organization_id,
            user_id=principal.user_id,
            permissions=membership.permissions,
            role=membership.role,
            principal=principal,
            channel=_channel(context),
        )


def _organization(context: ScopedContext) -> UUID:
    sent = (context.metadata.get(ORGANIZATION) or "").strip()
    if not sent:
        raise OrganizationRequiredError(f"the call names no organization: send its id as {ORGANIZATION}")
    if not _UUID.fullmatch(sent):
        raise InvalidRequestError([Violation(ORGANIZATION, "must be the UUID of an organization")])
    return UUID(sent)


def _check_user(context: ScopedContext, principal: Principal) -> None:
    sent = context.metadata.get(_USER)
    if sent is not None and sent.strip().lower() != str(principal.user_id):
        raise UserMismatchError(f"{_USER} names another user than the credential's own: leave it out")


def _channel(context: ScopedContext) -> str | None:
    channel = context.metadata.get(_CHANNEL)
    if not channel:
        return None
    if len(channel) > _LONGEST_CHANNEL:
        raise InvalidRequestError([Violation(_CHANNEL, f"must have at most {_LONGEST_CHANNEL} characters")])
    return channel
