"""What is looked up before there is a scope: keys, users and memberships.

A caller proves itself: row-level security shows a key to who presents its digest, and a user's own rows to the user.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from psycopg import AsyncClientCursor
from psycopg.rows import AsyncRowFactory, args_row, scalar_row
from sqlalchemy import bindparam, func, select, update

from service.domain.scope import Scope
from service.postgres import tables
from service.postgres.database import Database, Query, query

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyRow:
    """An API key, as far as it matters for who calls."""

    id: UUID
    organization_id: UUID
    user_id: UUID
    scopes: list[str]
    expires_at: datetime | None
    revoked_at: datetime | None


@dataclass(frozen=True, slots=True)
class OrganizationRow:
    """An organization."""

    id: UUID
    number: int
    name: str
    default_project_id: UUID
    created_at: datetime


_keys, _users, _members, _organizations = tables.api_keys.c, tables.users.c, tables.members.c, tables.organizations.c

_KEY = query(
    select(_keys.id, _keys.organization_id, _keys.user_id, _keys.scopes, _keys.expires_at, _keys.revoked_at).where(
        _keys.secret_sha256 == bindparam("digest")
    )
)
_USER_OF_SUBJECT = query(
    select(_users.id)
    .where((_users.subject == bindparam("subject")) | (_users.id == bindparam("user")))
    .order_by(func.coalesce(_users.subject == bindparam("subject"), False).desc())
    .limit(1)
)
_ROLE = query(
    select(_members.role).where(
        _members.organization_id == bindparam("organization"), _members.user_id == bindparam("user")
    )
)
_ORGANIZATIONS_OF_USER = query(
    select(
        _organizations.id,
        _organizations.number,
        _organizations.name,
        _organizations.default_project_id,
        _organizations.created_at,
    )
    .join(tables.members, _members.organization_id == _organizations.id)
    .where(_members.user_id == bindparam("user"))
    .order_by(_organizations.name, _organizations.id)
)
_ORGANIZATION_BY_NUMBER = query(
    select(_organizations.id)
    .join(tables.members, _members.organization_id == _organizations.id)
    .where(_organizations.number == bindparam("number"), _members.user_id == bindparam("user"))
)
_USED = query(
    update(tables.api_keys)
    .where(
        _keys.organization_id == bindparam("organization_id"),
        _keys.id == bindparam("key"),
        func.coalesce(_keys.last_used_at, func.to_timestamp(0)) < bindparam("moment"),
    )
    .values(last_used_at=bindparam("moment"))
)


class AccessQueries:
    """Look-ups by what a caller presents."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def key(self, digest: bytes) -> KeyRow | None:
        """Find the key with this SHA-256, whatever its state."""
        rows = await self._fetch({"muniment.api_key_sha256": digest.hex()}, _KEY, args_row(KeyRow), digest=digest)
        return rows[0] if rows else None

    async def user_of_subject(self, subject: str) -> UUID | None:
        """Find the user whom a token's `sub` names: by `users.subject`, else by the user's own id."""
        try:
            user: UUID | None = UUID(subject)
        except ValueError:
            user = None
        settings = {"muniment.subject": subject, "muniment.user_id": str(user or "")}
        rows: list[UUID] = await self._fetch(settings, _USER_OF_SUBJECT, scalar_row, subject=subject, user=user)
        return rows[0] if rows else None

    async def role(self, user_id: UUID, organization_id: UUID) -> str | None:
        """Give a user's role in an organization; None when there is no membership, or no organization."""
        settings = {"muniment.user_id": str(user_id)}
        values = {"organization": organization_id, "user": user_id}
        rows: list[str] = await self._fetch(settings, _ROLE, scalar_row, **values)
        return rows[0] if rows else None

    async def organization_by_number(self, user_id: UUID, number: int) -> UUID | None:
        """Find an organization by its number among those that a user is a member of."""
        settings = {"muniment.user_id": str(user_id)}
        values = {"number": number, "user": user_id}
        rows: list[UUID] = await self._fetch(settings, _ORGANIZATION_BY_NUMBER, scalar_row, **values)
        return rows[0] if rows else None

    async def organizations(self, user_id: UUID) -> list[OrganizationRow]:
        """List the organizations that a user is a member of, by name."""
        settings = {"muniment.user_id": str(user_id)}
        return await self._fetch(settings, _ORGANIZATIONS_OF_USER, args_row(OrganizationRow), user=user_id)

    async def used(self, organization_id: UUID, moments: Mapping[UUID, datetime]) -> None:
        """Write down when keys of an organization were last used."""
        async with self._database.transaction(Scope.of_service(organization_id)) as transaction:
            for key, moment in sorted(moments.items()):
                await transaction.execute(_USED, key=key, moment=moment)

    async def _fetch(
        self, settings: Mapping[str, str], statement: Query, row_factory: AsyncRowFactory[T], **values: Any
    ) -> list[T]:
        """Run a statement under settings that end with it: both go in one message, which is one transaction."""
        names = list(settings)
        prelude = ", ".join(f"set_config('{name}', %(setting_{i})s, true)" for i, name in enumerate(names))
        bound = {**statement.constants, **values, **{f"setting_{i}": settings[name] for i, name in enumerate(names)}}
        async with self._database.connection() as connection:
            cursor = AsyncClientCursor(connection, row_factory=row_factory)
            await cursor.execute(f"SELECT {prelude}; {statement.sql}".encode(), bound)
            cursor.nextset()
            return await cursor.fetchall()
