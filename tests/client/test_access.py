"""Members and API keys by the library."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from muniment_client import AlreadyExistsError, AsyncClient, MemberRole, NotFoundError


async def test_member_is_made_and_leaves(client: AsyncClient) -> None:
    member = await client.members.create("grace@example.com", MemberRole.VIEWER, name="Grace")
    assert await client.members.get(member.user_id) == member
    assert member in await client.members.list()
    with pytest.raises(AlreadyExistsError):
        await client.members.create("grace@example.com", MemberRole.VIEWER)
    await client.members.delete(member.user_id)
    with pytest.raises(NotFoundError):
        await client.members.get(member.user_id)


async def test_key_is_made_rotated_and_revoked(client: AsyncClient) -> None:
    ends = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)
    made = await client.api_keys.create("nightly", scopes=["files:read"], expires_at=ends)
    assert (made.api_key.name, made.api_key.scopes, made.api_key.expires_at) == ("nightly", ("files:read",), ends)
    assert made.secret.startswith(made.api_key.prefix)
    assert made.secret not in repr(made)
    renewed = await client.api_keys.rotate(made.api_key.id, overlap_seconds=60)
    assert renewed.api_key.rotated_from_id == made.api_key.id
    await client.api_keys.revoke(renewed.api_key.id)
    assert (await client.api_keys.get(renewed.api_key.id)).revoked_at is not None
    assert {made.api_key.id, renewed.api_key.id} <= {key.id for key in await client.api_keys.list()}
