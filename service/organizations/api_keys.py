"""The API keys of an organization.

A key never gives more than its maker has: a key with few scopes can't make one with many. Admins see and revoke
everyone's keys; others their own. Nobody gets the secret of another user's key.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from service.domain.errors import ApiKeyNotFoundError, InvalidRequestError, PermissionDeniedError, Violation
from service.domain.ids import new_id
from service.domain.permissions import ADMIN, PERMISSIONS, unknown_permissions
from service.domain.scope import Scope
from service.organizations.key_secrets import SHOWN, digest_of, new_secret
from service.postgres import organizations_keys as queries
from service.postgres.database import Database, Transaction
from service.postgres.organizations_keys import ApiKeyRow, NewApiKey

DEFAULT_OVERLAP = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MadeKey:
    """A new key, and the only copy of its secret."""

    row: ApiKeyRow
    secret: str


class ApiKeys:
    """Keys by which programs act as users. `changed` is called when a key ends, or is to end sooner than before."""

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._changed = changed

    async def create(self, scope: Scope, *, name: str, scopes: Sequence[str], expires_at: datetime | None) -> MadeKey:
        """Make a key for the caller.

        Raises:
            InvalidRequestError: a scope is no permission.
            PermissionDeniedError: a scope is none of the caller's.
        """
        check_scopes(scopes)
        async with self._database.transaction(scope) as transaction:
            return await make_key(
                transaction,
                user_id=_user(scope),
                name=name,
                scopes=_granted(scope, frozenset(scopes)),
                expires_at=expires_at,
            )

    async def get(self, scope: Scope, api_key_id: UUID) -> ApiKeyRow:
        """Fetch one key.

        Raises:
            ApiKeyNotFoundError: there is none that the caller may see.
        """
        row = await queries.get_key(self._database, scope, api_key_id)
        return _visible(scope, row, api_key_id)

    async def list(self, scope: Scope) -> list[ApiKeyRow]:
        """List the keys that the caller may see, newest first."""
        return await queries.list_keys(self._database, scope, None if scope.role == ADMIN else _user(scope))

    async def rotate(self, scope: Scope, api_key_id: UUID, *, overlap: timedelta = DEFAULT_OVERLAP) -> MadeKey:
        """Make a key with the name, scopes and lifetime of another, which goes on working for `overlap`.

        Raises:
            ApiKeyNotFoundError: there is none that the caller may see, or it has ended.
            PermissionDeniedError: it is another user's, or may do more than the caller.
        """
        now = datetime.now(UTC)
        async with self._database.transaction(scope) as transaction:
            old = _visible(scope, await queries.lock_key(transaction, api_key_id), api_key_id)
            if old.user_id != scope.user_id:
                raise PermissionDeniedError("a key can be rotated by its own user alone: revoke it instead")
            made = await rotate_key(transaction, old, _granted(scope, frozenset(old.scopes)), now, overlap)
        self._changed()
        return made

    async def revoke(self, scope: Scope, api_key_id: UUID) -> ApiKeyRow:
        """Revoke a key at once; a revoked one stays as it is.

        Raises:
            ApiKeyNotFoundError: there is none that the caller may see.
        """
        async with self._database.transaction(scope) as transaction:
            _visible(scope, await queries.lock_key(transaction, api_key_id), api_key_id)
            row = await queries.revoke_key(transaction, api_key_id)
        self._changed()
        return _visible(scope, row, api_key_id)


def check_scopes(scopes: Sequence[str]) -> None:
    """Check that scopes are permissions.

    Raises:
        InvalidRequestError: some aren't.
    """
    unknown = set(unknown_permissions(scopes))
    known = ", ".join(sorted(PERMISSIONS))
    violations = [
        Violation(f"scopes[{index}]", f"must be one of {known}") for index, s in enumerate(scopes) if s in unknown
    ]
    if violations:
        raise InvalidRequestError(violations)


async def make_key(
    transaction: Transaction,
    *,
    user_id: UUID,
    name: str,
    scopes: frozenset[str],
    expires_at: datetime | None,
    rotated_from_id: UUID | None = None,
) -> MadeKey:
    """Make a key of a user in the transaction's organization."""
    secret = new_secret()
    row = await queries.insert_key(
        transaction,
        NewApiKey(
            id=new_id(),
            user_id=user_id,
            name=name,
            prefix=secret[:SHOWN],
            secret_sha256=digest_of(secret),
            scopes=sorted(scopes),
            expires_at=expires_at,
            rotated_from_id=rotated_from_id,
        ),
    )
    return MadeKey(row, secret)


async def rotate_key(
    transaction: Transaction, old: ApiKeyRow, scopes: frozenset[str], now: datetime, overlap: timedelta
) -> MadeKey:
    """Make the follower of a key, and let the old one end after `overlap`, or sooner if it does so anyway.

    Raises:
        ApiKeyNotFoundError: the old one has ended.
    """
    if old.revoked_at is not None or (old.expires_at is not None and old.expires_at <= now):
        raise ApiKeyNotFoundError(f"the API key {old.id} has ended: make a new one")
    made = await make_key(
        transaction,
        user_id=old.user_id,
        name=old.name,
        scopes=scopes,
        expires_at=now + (old.expires_at - old.created_at) if old.expires_at else None,
        rotated_from_id=old.id,
    )
    end = now + overlap
    await queries.end_key(transaction, old.id, min(end, old.expires_at) if old.expires_at else end)
    return made


def _granted(scope: Scope, asked: frozenset[str]) -> frozenset[str]:
    """What a key may carry that this caller asks for: no scopes mean all of the caller's own."""
    beyond = asked - scope.permissions
    if beyond:
        raise PermissionDeniedError(f"a key can't have more permissions than its maker: {', '.join(sorted(beyond))}")
    narrowed = scope.principal is not None and bool(scope.principal.scopes)
    return scope.permissions if narrowed and not asked else asked


def _visible(scope: Scope, row: ApiKeyRow | None, api_key_id: UUID) -> ApiKeyRow:
    if row is None or (scope.role != ADMIN and row.user_id != scope.user_id):
        raise ApiKeyNotFoundError(f"there is no API key {api_key_id} in the organization")
    return row


def _user(scope: Scope) -> UUID:
    if scope.user_id is None:
        raise PermissionDeniedError("API keys belong to users")
    return scope.user_id
