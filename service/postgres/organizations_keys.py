"""Queries on API keys, inside a scope. Their digests stay in the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, func, insert, select, update

from service.domain.scope import Scope
from service.postgres import tables
from service.postgres.database import Database, Transaction, query


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """What is kept of an API key."""

    id: UUID
    name: str
    prefix: str
    user_id: UUID
    scopes: list[str]
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    rotated_from_id: UUID | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that is about to be made."""

    id: UUID
    user_id: UUID
    name: str
    prefix: str
    secret_sha256: bytes
    scopes: list[str]
    expires_at: datetime | None
    rotated_from_id: UUID | None = None


_c = tables.api_keys.c
_COLUMNS = (
    _c.id,
    _c.name,
    _c.prefix,
    _c.user_id,
    _c.scopes,
    _c.expires_at,
    _c.last_used_at,
    _c.revoked_at,
    _c.rotated_from_id,
    _c.created_at,
)
_keys = select(*_COLUMNS).where(_c.organization_id == bindparam("organization_id"))
_one = (_c.organization_id == bindparam("organization_id")) & (_c.id == bindparam("id"))

_ALL = query(_keys.order_by(_c.id.desc()))
_OF_USER = query(_keys.where(_c.user_id == bindparam("user")).order_by(_c.id.desc()))
_ONE = query(_keys.where(_c.id == bindparam("id")))
_LOCKED = query(_keys.where(_c.id == bindparam("id")).with_for_update())
_NEW = query(
    insert(tables.api_keys)
    .values(
        {
            name: bindparam(name)
            for name in (
                "id",
                "organization_id",
                "user_id",
                "name",
                "prefix",
                "secret_sha256",
                "scopes",
                "expires_at",
                "rotated_from_id",
            )
        }
    )
    .returning(*_COLUMNS)
)
_END = query(update(tables.api_keys).where(_one).values(expires_at=bindparam("expires_at")))
_REVOKE = query(update(tables.api_keys).where(_one, _c.revoked_at.is_(None)).values(revoked_at=func.now()))
_REVOKE_OF_USER = query(
    update(tables.api_keys)
    .where(_c.organization_id == bindparam("organization_id"), _c.user_id == bindparam("user"), _c.revoked_at.is_(None))
    .values(revoked_at=func.now())
)


async def list_keys(database: Database, scope: Scope, user_id: UUID | None) -> list[ApiKeyRow]:
    """List the keys, newest first: all of them, or one user's."""
    if user_id is None:
        return await database.read(scope, _ALL, ApiKeyRow)
    return await database.read(scope, _OF_USER, ApiKeyRow, user=user_id)


async def get_key(database: Database, scope: Scope, identifier: UUID) -> ApiKeyRow | None:
    """Fetch one key."""
    rows = await database.read(scope, _ONE, ApiKeyRow, id=identifier)
    return rows[0] if rows else None


async def lock_key(transaction: Transaction, identifier: UUID) -> ApiKeyRow | None:
    """Fetch one key, and keep others from changing it until the transaction ends."""
    return await transaction.first(_LOCKED, ApiKeyRow, id=identifier)


async def insert_key(transaction: Transaction, key: NewApiKey) -> ApiKeyRow:
    """Make a key."""
    row = await transaction.first(
        _NEW,
        ApiKeyRow,
        id=key.id,
        user_id=key.user_id,
        name=key.name,
        prefix=key.prefix,
        secret_sha256=key.secret_sha256,
        scopes=key.scopes,
        expires_at=key.expires_at,
        rotated_from_id=key.rotated_from_id,
    )
    assert row is not None
    return row


async def end_key(transaction: Transaction, identifier: UUID, moment: datetime) -> None:
    """Let a key end at a moment."""
    await transaction.execute(_END, id=identifier, expires_at=moment)


async def revoke_key(transaction: Transaction, identifier: UUID) -> ApiKeyRow | None:
    """Revoke a key, if it isn't; None when there is none."""
    await transaction.execute(_REVOKE, id=identifier)
    return await transaction.first(_ONE, ApiKeyRow, id=identifier)


async def revoke_keys_of_user(transaction: Transaction, user_id: UUID) -> None:
    """Revoke all keys of a user in the organization."""
    await transaction.execute(_REVOKE_OF_USER, user=user_id)
