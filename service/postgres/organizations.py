"""Queries on organizations, their members, and users."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import psycopg
from sqlalchemy import ARRAY, Uuid, bindparam, delete, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as postgres_insert

from service.domain.errors import AlreadyExistsError
from service.domain.scope import Scope
from service.postgres import tables
from service.postgres.access import OrganizationRow
from service.postgres.database import Database, Transaction, query


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member, with the user."""

    user_id: UUID
    user_number: int
    email: str
    name: str | None
    role: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class UserRow:
    """A user."""

    id: UUID
    number: int
    email: str
    subject: str | None


@dataclass(frozen=True, slots=True)
class UserNumberRow:
    """A user's number."""

    id: UUID
    number: int


_o, _u, _m = tables.organizations.c, tables.users.c, tables.members.c
_MEMBER_COLUMNS = (_m.user_id, _u.number, _u.email, _m.name, _m.role, _m.created_at)
_members = (
    select(*_MEMBER_COLUMNS)
    .join(tables.users, _u.id == _m.user_id)
    .where(_m.organization_id == bindparam("organization_id"))
)

_ORGANIZATION = query(
    select(_o.id, _o.number, _o.name, _o.default_project_id, _o.created_at).where(_o.id == bindparam("organization_id"))
)
_ALL_ORGANIZATIONS = query(
    select(_o.id, _o.number, _o.name, _o.default_project_id, _o.created_at).order_by(_o.name, _o.id)
)
_NEW_ORGANIZATION = query(
    insert(tables.organizations)
    .values(id=bindparam("organization_id"), name=bindparam("name"), default_project_id=bindparam("default_project_id"))
    .returning(_o.id, _o.number, _o.name, _o.default_project_id, _o.created_at)
)
_MEMBERS = query(_members.order_by(_u.email))
_MEMBER = query(_members.where(_m.user_id == bindparam("user")))
_NEW_MEMBER = query(
    insert(tables.members).values(
        organization_id=bindparam("organization_id"),
        user_id=bindparam("user"),
        name=bindparam("name"),
        role=bindparam("role"),
    )
)
_USER_NUMBERS = query(
    select(_u.id, _u.number)
    .join(tables.members, _u.id == _m.user_id)
    .where(_m.organization_id == bindparam("organization_id"), _u.id == func.any(bindparam("ids", type_=ARRAY(Uuid))))
)
_DELETE_MEMBER = query(
    delete(tables.members).where(_m.organization_id == bindparam("organization_id"), _m.user_id == bindparam("user"))
)
_ADMINS = query(
    select(_m.user_id.label("id"))
    .where(_m.organization_id == bindparam("organization_id"), _m.role == "admin")
    .order_by(_m.user_id)
    .with_for_update()
)
_SAY_EMAIL = query(select(text("set_config('muniment.email', :email, true)")))
_NEW_USER = query(
    postgres_insert(tables.users)
    .values(id=bindparam("id"), email=bindparam("email"))
    .on_conflict_do_nothing(index_elements=[_u.email])
)
_NEW_USER_WITH_SUBJECT = query(
    insert(tables.users)
    .values(id=bindparam("id"), email=bindparam("email"), subject=bindparam("subject"))
    .returning(_u.id, _u.number, _u.email, _u.subject)
)
_USER_OF_EMAIL = query(select(_u.id, _u.number, _u.email, _u.subject).where(_u.email == bindparam("email")))


@asynccontextmanager
async def unique(message: str) -> AsyncIterator[None]:
    """Say that something exists already, when the database says so."""
    try:
        yield
    except psycopg.errors.UniqueViolation as error:
        raise AlreadyExistsError(message) from error


async def get_organization(database: Database, scope: Scope) -> OrganizationRow | None:
    """Fetch the scope's organization."""
    rows = await database.read(scope, _ORGANIZATION, OrganizationRow)
    return rows[0] if rows else None


async def list_all_organizations(transaction: Transaction) -> list[OrganizationRow]:
    """List those that row-level security shows: all of them to the owner of the tables."""
    return await transaction.all(_ALL_ORGANIZATIONS, OrganizationRow)


async def insert_organization(transaction: Transaction, name: str, default_project_id: UUID) -> OrganizationRow:
    """Make the scope's organization."""
    row = await transaction.first(_NEW_ORGANIZATION, OrganizationRow, name=name, default_project_id=default_project_id)
    assert row is not None
    return row


async def list_members(database: Database, scope: Scope) -> list[MemberRow]:
    """List the members by email address."""
    return await database.read(scope, _MEMBERS, MemberRow)


async def user_numbers(database: Database, scope: Scope, ids: Sequence[UUID]) -> list[UserNumberRow]:
    """Fetch the numbers of those of these users who are members."""
    return await database.read(scope, _USER_NUMBERS, UserNumberRow, ids=list(ids))


async def get_member(database: Database, scope: Scope, user_id: UUID) -> MemberRow | None:
    """Fetch one member."""
    rows = await database.read(scope, _MEMBER, MemberRow, user=user_id)
    return rows[0] if rows else None


async def get_member_in(transaction: Transaction, user_id: UUID) -> MemberRow | None:
    """Fetch one member, as the transaction sees it."""
    return await transaction.first(_MEMBER, MemberRow, user=user_id)


async def insert_member(transaction: Transaction, user_id: UUID, role: str, name: str | None) -> MemberRow:
    """Make a user a member.

    Raises:
        AlreadyExistsError: the user is one.
    """
    async with unique("the user is a member already"):
        await transaction.execute(_NEW_MEMBER, user=user_id, role=role, name=name)
    row = await get_member_in(transaction, user_id)
    assert row is not None
    return row


async def delete_member(transaction: Transaction, user_id: UUID) -> MemberRow | None:
    """End a membership; give what it was, or None when there was none."""
    row = await get_member_in(transaction, user_id)
    return row if row is not None and await transaction.execute(_DELETE_MEMBER, user=user_id) else None


async def lock_admins(transaction: Transaction) -> list[UUID]:
    """The users who are admins; none of them leaves before the transaction ends."""
    return [row.id for row in await transaction.all(_ADMINS, _Id)]


async def ensure_user(transaction: Transaction, identifier: UUID, email: str) -> UserRow:
    """Find the user with an email address, or make one with this identifier."""
    await transaction.rows(_SAY_EMAIL, email=email)
    await transaction.execute(_NEW_USER, id=identifier, email=email)
    row = await transaction.first(_USER_OF_EMAIL, UserRow, email=email)
    assert row is not None
    return row


async def insert_user(transaction: Transaction, identifier: UUID, email: str, subject: str | None) -> UserRow:
    """Make a user.

    Raises:
        AlreadyExistsError: there is one with the email address or the subject.
    """
    await transaction.rows(_SAY_EMAIL, email=email)
    async with unique("there is a user with this email address or subject already"):
        row = await transaction.first(_NEW_USER_WITH_SUBJECT, UserRow, id=identifier, email=email, subject=subject)
    assert row is not None
    return row


async def get_user_of_email(transaction: Transaction, email: str) -> UserRow | None:
    """Fetch the user with an email address."""
    await transaction.rows(_SAY_EMAIL, email=email)
    return await transaction.first(_USER_OF_EMAIL, UserRow, email=email)
