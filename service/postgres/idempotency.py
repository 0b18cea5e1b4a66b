"""Idempotency keys: which request a key was used for, and what it was answered.

A call that runs holds a lease, which it renews. When its process dies the lease runs out, and the next call with the
same key and request runs instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import INTERVAL, insert

from service.domain.scope import Scope
from service.postgres.database import Database, query
from service.postgres.tables import idempotency_keys

KEPT_FOR = timedelta(hours=24)
LEASE = timedelta(seconds=30)

_MOST_DELETED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to run the call of a key. It holds while nobody else has the key."""

    key: str
    until: datetime


@dataclass(frozen=True, slots=True)
class FirstCall:
    """What is known of the call that a key was used for first."""

    method: str
    fingerprint: bytes | None
    """None while a stream is still being read."""
    answer: bytes | None
    """None while the call runs."""
    failed: bool
    """The answer is a google.rpc.Status."""


_c = idempotency_keys.c
_mine = (
    (_c.organization_id == bindparam("organization_id"))
    & (_c.user_id == bindparam("user"))
    & (_c.key == bindparam("key"))
)
_leased = _mine & (_c.leased_until == bindparam("until"))
_lease_end = func.clock_timestamp() + literal(LEASE, INTERVAL)
_expired = _c.created_at < func.now() - literal(KEPT_FOR, INTERVAL)
_new = insert(idempotency_keys).values(
    organization_id=bindparam("organization_id"),
    user_id=bindparam("user"),
    key=bindparam("key"),
    method=bindparam("method"),
    fingerprint=bindparam("fingerprint"),
    leased_until=_lease_end,
)
_abandoned = (
    _c.answer.is_(None)
    & (_c.leased_until < func.clock_timestamp())
    & (_c.method == _new.excluded.method)
    & or_(_c.fingerprint.is_(None), _new.excluded.fingerprint.is_(None), _c.fingerprint == _new.excluded.fingerprint)
)
_TAKE = query(
    _new.on_conflict_do_update(
        index_elements=[_c.organization_id, _c.user_id, _c.key],
        set_={
            "method": _new.excluded.method,
            "fingerprint": _new.excluded.fingerprint,
            "answer": None,
            "failed": False,
            "leased_until": _new.excluded.leased_until,
            "created_at": func.now(),
        },
        where=or_(_expired, _abandoned),
    ).returning(_c.key, _c.leased_until)
)
_LOOK = query(select(_c.method, _c.fingerprint, _c.answer, _c.failed).where(_mine))
_RENEW = query(
    update(idempotency_keys).where(_leased).values(leased_until=_lease_end).returning(_c.key, _c.leased_until)
)
_KEEP = query(
    update(idempotency_keys)
    .where(_leased)
    .values(answer=bindparam("answer"), failed=bindparam("failed"), fingerprint=bindparam("fingerprint"))
)
_RELEASE = query(delete(idempotency_keys).where(_leased & _c.answer.is_(None)))
_old = (
    select(_c.user_id, _c.key)
    .where(_c.organization_id == bindparam("organization_id"), _expired)
    .limit(_MOST_DELETED_AT_ONCE)
    .with_for_update(skip_locked=True)
    .cte("old")
)
_DELETE_OLD = query(
    delete(idempotency_keys).where(
        _c.organization_id == bindparam("organization_id"), _c.user_id == _old.c.user_id, _c.key == _old.c.key
    )
)


class IdempotencyKeys:
    """The idempotency keys of users in organizations."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, scope: Scope, key: str, method: str, fingerprint: bytes | None) -> Lease | FirstCall:
        """Take a key for a call; else say what it was taken for."""
        user = _user(scope)
        async with self._database.transaction(scope) as transaction:
            lease = await transaction.first(_TAKE, Lease, user=user, key=key, method=method, fingerprint=fingerprint)
            if lease is not None:
                await transaction.execute(_DELETE_OLD)
                return lease
            first = await transaction.first(_LOOK, FirstCall, user=user, key=key)
        # Released between the two statements: the key is free again.
        return first if first is not None else await self.take(scope, key, method, fingerprint)

    async def renew(self, scope: Scope, lease: Lease) -> Lease | None:
        """Hold a key for longer; None when another call has taken it."""
        async with self._database.transaction(scope) as transaction:
            return await transaction.first(_RENEW, Lease, user=_user(scope), key=lease.key, until=lease.until)

    async def keep(self, scope: Scope, lease: Lease, fingerprint: bytes, answer: bytes, *, failed: bool) -> None:
        """Keep the answer, for all who come with the same key."""
        values = {"fingerprint": fingerprint, "answer": answer, "failed": failed}
        async with self._database.transaction(scope) as transaction:
            await transaction.execute(_KEEP, user=_user(scope), key=lease.key, until=lease.until, **values)

    async def release(self, scope: Scope, lease: Lease) -> None:
        """Give a key back: the call had no answer that should be given again."""
        async with self._database.transaction(scope) as transaction:
            await transaction.execute(_RELEASE, user=_user(scope), key=lease.key, until=lease.until)


def _user(scope: Scope) -> UUID:
    if scope.user_id is None:
        raise ValueError("idempotency keys belong to users")
    return scope.user_id
