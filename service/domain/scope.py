"""Who calls, and for which organization."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls: a user, proven by an API key or a token."""

    user_id: UUID
    credential: str
    """`api_key` or `jwt`."""
    api_key_id: UUID | None = None
    organization_id: UUID | None = None
    """The one organization that an API key belongs to; None for a token."""
    scopes: frozenset[str] = frozenset()
    """What the key may do at most; empty means everything that the role may."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A principal inside one organization. Nothing reads a row of an organization without one."""

    organization_id: UUID
    user_id: UUID | None
    """None when the service itself acts, as a worker does."""
    permissions: frozenset[str] = frozenset()
    role: str = ""
    principal: Principal | None = None
    channel: str | None = None
    """The integration that the caller named (`x-partner`)."""

    @classmethod
    def of_service(cls, organization_id: UUID, user_id: UUID | None = None) -> Scope:
        """Make the scope of the service's own work for an organization."""
        return cls(organization_id=organization_id, user_id=user_id)
