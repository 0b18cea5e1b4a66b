"""Who calls, and what they may do: by API key or token, looked up once in a few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from service.domain.errors import InvalidCredentialsError, OrganizationForbiddenError
from service.domain.permissions import permissions_of
from service.domain.scope import Principal
from service.organizations.cache import ExpiringCache
from service.organizations.key_secrets import BEGINNING, digest_of, is_secret
from service.organizations.last_use import LastUse
from service.organizations.tokens import TokenVerifier
from service.postgres.access import AccessQueries

_UNKNOWN = "the credential is unknown, expired or revoked"


@dataclass(frozen=True, slots=True)
class _Proven:
    principal: Principal
    expires_at: float | None
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Membership:
    """What a principal is and may do in an organization."""

    role: str
    permissions: frozenset[str]


class Authenticator:
    """Turns credentials into principals and principals into members.

    What it found is kept for `ttl_seconds`, and forgotten at once when `forget` is called: an `AccessListener` does
    that. The end of a key or token is looked at in every call.
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
        self._keys = ExpiringCache(self._load_key, ttl_seconds=ttl_seconds, capacity=capacity)
        self._bearers = ExpiringCache(self._load_token, ttl_seconds=ttl_seconds, capacity=capacity)
        self._members = ExpiringCache(self._load_member, ttl_seconds=ttl_seconds, capacity=capacity)

    def forget(self) -> None:
        """Drop all that is cached, because keys or memberships have changed."""
        self._keys.forget()
        self._bearers.forget()
        self._members.forget()

    async def principal(self, credential: str) -> Principal:
        """Say who presents a credential.

        Raises:
            InvalidCredentialsError: it is unknown, expired or revoked.
        """
        if credential.startswith(BEGINNING):
            proven = await self._keys.get(digest_of(credential)) if is_secret(credential) else None
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

    async def membership(self, principal: Principal, organization_id: UUID) -> Membership:
        """Say what a principal may do in an organization.

        Raises:
            OrganizationForbiddenError: nothing; the organization may not even exist.
        """
        if principal.organization_id is not None and principal.organization_id != organization_id:
            raise _forbidden()
        found = await self._members.get((principal.user_id, organization_id, principal.scopes))
        if found is None:
            raise _forbidden()
        return found

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

    async def _load_member(self, key: tuple[UUID, UUID, frozenset[str]]) -> Membership | None:
        user_id, organization_id, scopes = key
        role = await self._queries.role(user_id, organization_id)
        return None if role is None else Membership(role, permissions_of(role, scopes))


def _forbidden() -> OrganizationForbiddenError:
    return OrganizationForbiddenError("the organization doesn't exist, or you are no member of it")
