"""Who calls, and what they may do: by API key or token, looked up once in a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from service.domain.errors import InvalidCredentialsError, OrganizationForbiddenError
from service.domain.permissions import permissions_of
from service.domain.scope import Principal, Scope
from service.organizations.cache import ExpiringCache
from service.organizations.key_secrets import BEGINNING, digest_of, is_secret
from service.organizations.last_use import LastUse
from service.organizations.tokens import TokenVerifier
from service.postgres.access import AccessQueries

_UNKNOWN = "the credential is unknown, expired or revoked"
_NO_MEMBER = "the organization doesn't exist, or you are no member of it"


@dataclass(frozen=True, slots=True)
class _Proven:
    principal: Principal
    expires_at: float | None
    """Seconds since 1970."""


class Authenticator:
    """Turns credentials into principals and principals into members.

    What it found is kept for `ttl_seconds`, and forgotten at once when `forget` is called: what changes access in this
    process does that, and an `AccessListener` for the other processes. The end of a key or token is looked at in every
    call.
    """

    def __init__(
        self,
        queries: AccessQueries,
        *,
        tokens: TokenVerifier | None = None,
        last_use: LastUse | None = None,
        ttl_seconds: float = 5.0,
        capacity: int = 10_000,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._queries = queries
        self._tokens = tokens
        self._last_use = last_use
        self._clock = clock
        self._keys: ExpiringCache[bytes, _Proven] = ExpiringCache(
            self._load_key, ttl_seconds=ttl_seconds, capacity=capacity
        )
        self._bearers: ExpiringCache[str, _Proven] = ExpiringCache(
            self._load_token, ttl_seconds=ttl_seconds, capacity=capacity
        )
        self._scopes: ExpiringCache[tuple[UUID, str], Scope] = ExpiringCache(
            self._load_scope, ttl_seconds=ttl_seconds, capacity=capacity
        )
        self._numbers: ExpiringCache[tuple[UUID, int], UUID] = ExpiringCache(
            self._load_number, ttl_seconds=ttl_seconds, capacity=capacity
        )

    def forget(self) -> None:
        """Drop all that is cached, because keys or memberships have changed."""
        self._keys.forget()
        self._bearers.forget()
        self._scopes.forget()
        self._numbers.forget()

    async def principal(self, credential: str) -> Principal:
        """Say who presents a credential.

        Raises:
            InvalidCredentialsError: it is unknown, expired or revoked.
        """
        if credential.startswith(BEGINNING):
            digest = digest_of(credential)
            proven = self._keys.kept(digest)
            if proven is None and is_secret(credential):
                proven = await self._keys.get(digest)
        elif self._tokens is not None:
            proven = await self._bearers.get(credential)
        else:
            proven = None
        if proven is None or (proven.expires_at is not None and proven.expires_at <= self._clock()):
            raise InvalidCredentialsError(_UNKNOWN)
        principal = proven.principal
        if self._last_use is not None and principal.api_key_id is not None:
            self._last_use.note(principal)
        return principal

    async def scope(self, principal: Principal, organization_id: str) -> Scope:
        """Give a principal's scope in the organization with this UUID.

        Raises:
            OrganizationForbiddenError: the principal is no member; the organization may not even exist.
        """
        key = (principal.api_key_id or principal.user_id, organization_id)
        scope = self._scopes.kept(key)
        if scope is None:
            scope = await self._scopes.get(key, principal)
        if scope is None:
            raise OrganizationForbiddenError(_NO_MEMBER)
        return scope

    async def organization_by_number(self, principal: Principal, number: int) -> UUID:
        """Give the UUID of the organization with this number.

        Raises:
            OrganizationForbiddenError: the principal's user is no member; the organization may not even exist.
        """
        organization_id = await self._numbers.get((principal.user_id, number))
        if organization_id is None:
            raise OrganizationForbiddenError(_NO_MEMBER)
        return organization_id

    async def _load_key(self, digest: bytes) -> _Proven | None:
        row = await self._queries.key(digest)
        if row is None or row.revoked_at is not None:
            return None
        principal = Principal(
            user_id=row.user_id,
            credential="api_key",
            api_key_id=row.id,
            organization_id=row.organization_id,
            scopes=frozenset(row.scopes),
        )
        return _Proven(principal, row.expires_at.timestamp() if row.expires_at else None)

    async def _load_token(self, token: str) -> _Proven | None:
        assert self._tokens is not None
        claims = await self._tokens.verify(token)
        user_id = await self._queries.user_of_subject(claims.subject)
        if user_id is None:
            return None
        return _Proven(Principal(user_id=user_id, credential="jwt"), claims.expires_at)

    async def _load_number(self, key: tuple[UUID, int]) -> UUID | None:
        return await self._queries.organization_by_number(*key)

    async def _load_scope(self, key: tuple[UUID, str], principal: Principal) -> Scope | None:
        organization_id = UUID(key[1])
        if principal.organization_id not in (None, organization_id):
            return None
        role = await self._queries.role(principal.user_id, organization_id)
        if role is None:
            return None
        return Scope(
            organization_id=organization_id,
            user_id=principal.user_id,
            permissions=permissions_of(role, principal.scopes),
            role=role,
            principal=principal,
        )
