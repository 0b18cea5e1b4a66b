"""Who may use an organization: its members, and their API keys."""

# ruff: noqa: ASYNC109  # operations take their deadline as `timeout`

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from muniment.models import ApiKey, Member, MemberRole
from muniment.organizations.v1 import api_key_service_pb2 as keys_pb
from muniment.organizations.v1 import member_pb2
from muniment.organizations.v1 import member_service_pb2 as members_pb

from muniment_client._calls import Calls
from muniment_client._faces import Async, Face, Faced, operation
from muniment_client._wire import decode, decode_all, enum_number, timestamp_message


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key that was just made. `secret` is shown this once."""

    api_key: ApiKey
    secret: str = field(repr=False)


class Members(Faced[Face]):
    """The members of an organization."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @operation
    async def list(self: Members[Async], *, timeout: float | None = None) -> tuple[Member, ...]:
        """List the members, by email address."""
        answer = await self._calls.unary(members_pb.ListMembersRequest(), members_pb.ListMembersResponse, timeout)
        return decode_all(answer.items, Member)

    @operation
    async def get(self: Members[Async], user_id: str, *, timeout: float | None = None) -> Member:
        """Get a member."""
        request = members_pb.GetMemberRequest(user_id=user_id)
        answer = await self._calls.unary(request, members_pb.GetMemberResponse, timeout)
        return decode(answer.member, Member)

    @operation
    async def create(
        self: Members[Async], email: str, role: MemberRole, *, name: str | None = None, timeout: float | None = None
    ) -> Member:
        """Make a user a member, by email address.

        Raises:
            AlreadyExistsError: the user is one.
        """
        number = enum_number(member_pb2.MemberRole.DESCRIPTOR, role)
        request = members_pb.CreateMemberRequest(email=email, name=name, role=number)
        answer = await self._calls.unary(request, members_pb.CreateMemberResponse, timeout)
        return decode(answer.member, Member)

    @operation
    async def delete(self: Members[Async], user_id: str, *, timeout: float | None = None) -> None:
        """End a membership; the user's keys for the organization end with it."""
        request = members_pb.DeleteMemberRequest(user_id=user_id)
        await self._calls.unary(request, members_pb.DeleteMemberResponse, timeout)


class ApiKeys(Faced[Face]):
    """The API keys of an organization."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @operation
    async def list(self: ApiKeys[Async], *, timeout: float | None = None) -> tuple[ApiKey, ...]:
        """List the keys, newest first, without their secrets."""
        answer = await self._calls.unary(keys_pb.ListApiKeysRequest(), keys_pb.ListApiKeysResponse, timeout)
        return decode_all(answer.items, ApiKey)

    @operation
    async def get(self: ApiKeys[Async], api_key_id: str, *, timeout: float | None = None) -> ApiKey:
        """Get a key, without its secret."""
        request = keys_pb.GetApiKeyRequest(api_key_id=api_key_id)
        answer = await self._calls.unary(request, keys_pb.GetApiKeyResponse, timeout)
        return decode(answer.api_key, ApiKey)

    @operation
    async def create(
        self: ApiKeys[Async],
        name: str,
        *,
        scopes: Iterable[str] = (),
        expires_at: datetime | None = None,
        timeout: float | None = None,
    ) -> NewApiKey:
        """Make a key for the caller; without `scopes`, it may do all that the caller may."""
        request = keys_pb.CreateApiKeyRequest(name=name, scopes=tuple(scopes), expires_at=timestamp_message(expires_at))
        answer = await self._calls.unary(request, keys_pb.CreateApiKeyResponse, timeout)
        return NewApiKey(decode(answer.api_key, ApiKey), answer.secret)

    @operation
    async def rotate(
        self: ApiKeys[Async], api_key_id: str, *, overlap_seconds: int | None = None, timeout: float | None = None
    ) -> NewApiKey:
        """Make a new key like an old one, which goes on working for the overlap."""
        request = keys_pb.RotateApiKeyRequest(api_key_id=api_key_id, overlap_seconds=overlap_seconds)
        answer = await self._calls.unary(request, keys_pb.RotateApiKeyResponse, timeout)
        return NewApiKey(decode(answer.api_key, ApiKey), answer.secret)

    @operation
    async def revoke(self: ApiKeys[Async], api_key_id: str, *, timeout: float | None = None) -> None:
        """Revoke a key at once."""
        request = keys_pb.RevokeApiKeyRequest(api_key_id=api_key_id)
        await self._calls.unary(request, keys_pb.RevokeApiKeyResponse, timeout)
