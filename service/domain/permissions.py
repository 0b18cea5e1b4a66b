"""What may be done, and by which members."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

ADMIN = "admin"
EDITOR = "editor"
VIEWER = "viewer"

_READING = frozenset({"files:read", "readings:read", "records:read", "organizations:read"})
_WRITING = frozenset({"files:write", "readings:write", "records:write", "organizations:write"})
# An editor's hold for the editor's own keys: see service.organizations.api_keys.
_KEYS = frozenset({"api-keys:read", "api-keys:write"})
_MEMBERS = frozenset({"members:write"})

PERMISSIONS = _READING | _WRITING | _KEYS | _MEMBERS

ROLES: Mapping[str, frozenset[str]] = {
    ADMIN: PERMISSIONS,
    EDITOR: _READING | _WRITING | _KEYS,
    VIEWER: _READING,
}


def permissions_of(role: str, scopes: frozenset[str]) -> frozenset[str]:
    """Give what a member of `role` may do with a key of `scopes`. No scopes narrow nothing; an unknown role is none."""
    allowed = ROLES.get(role, frozenset())
    return allowed & scopes if scopes else allowed


def unknown_permissions(scopes: Iterable[str]) -> list[str]:
    """List those that are no permissions, in order."""
    return sorted(set(scopes) - PERMISSIONS)
