"""The members of an organization."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from service.domain.errors import LastAdminError, MemberNotFoundError
from service.domain.ids import new_id
from service.domain.scope import Scope
from service.postgres import organizations as queries
from service.postgres.database import Database
from service.postgres.organizations import MemberRow
from service.postgres.organizations_keys import revoke_keys_of_user


class Members:
    """Who belongs to an organization. `changed` is called when somebody may do less than before."""

    def __init__(self, database: Database, changed: Callable[[], None] = lambda: None) -> None:
        self._database = database
        self._changed = changed

    async def create(self, scope: Scope, *, email: str, name: str | None, role: str) -> MemberRow:
        """Make a user a member, under a name of this organization's; a user who is new to the service is created.

        Raises:
            AlreadyExistsError: the user is a member already.
        """
        async with self._database.transaction(scope) as transaction:
            user = await queries.ensure_user(transaction, new_id(), normal_email(email))
            return await queries.insert_member(transaction, user.id, role, name)

    async def get(self, scope: Scope, user_id: UUID) -> MemberRow:
        """Fetch one member.

        Raises:
            MemberNotFoundError: there is none.
        """
        row = await queries.get_member(self._database, scope, user_id)
        if row is None:
            raise _not_found(user_id)
        return row

    async def list(self, scope: Scope) -> list[MemberRow]:
        """List the members by email address."""
        return await queries.list_members(self._database, scope)

    async def delete(self, scope: Scope, user_id: UUID) -> MemberRow:
        """End a membership, and revoke the user's keys, so that they stay dead if the user comes back.

        Raises:
            MemberNotFoundError: there is none.
            LastAdminError: nobody would be left who may let members in.
        """
        async with self._database.transaction(scope) as transaction:
            if await queries.lock_admins(transaction) == [user_id]:
                raise LastAdminError(f"{user_id} is the organization's only admin: make another member one before")
            row = await queries.delete_member(transaction, user_id)
            if row is None:
                raise _not_found(user_id)
            await revoke_keys_of_user(transaction, user_id)
        self._changed()
        return row


def normal_email(email: str) -> str:
    """Write an email address as it is kept: one spelling for one mailbox."""
    return email.strip().lower()


def _not_found(user_id: UUID) -> MemberNotFoundError:
    return MemberNotFoundError(f"there is no member {user_id} in the organization")
