"""The servicer of members: converts, calls one use case, converts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muniment.organizations.v1 import member_pb2, member_service_pb2, member_service_pb2_grpc

from service.organizations.members import Members
from service.postgres.organizations import MemberRow
from service.rpc.context import scope_of
from service.rpc.convert import timestamp

_PREFIX = "MEMBER_ROLE_"
_ROLES: dict[str, Any] = {name.removeprefix(_PREFIX).lower(): number for name, number in member_pb2.MemberRole.items()}
_ROLE_NAMES = {number: name for name, number in _ROLES.items()}


class MemberService(member_service_pb2_grpc.MemberServiceServicer):
    """The servicer of `muniment.organizations.v1.MemberService`."""

    def __init__(self, members: Members) -> None:
        self._members = members

    async def CreateMember(
        self, request: member_service_pb2.CreateMemberRequest, context: Any
    ) -> member_service_pb2.CreateMemberResponse:
        name = request.name if request.HasField("name") else None
        role = _ROLE_NAMES[request.role]
        row = await self._members.create(scope_of(context), email=request.email, name=name, role=role)
        return member_service_pb2.CreateMemberResponse(member=_message(row))

    async def GetMember(
        self, request: member_service_pb2.GetMemberRequest, context: Any
    ) -> member_service_pb2.GetMemberResponse:
        row = await self._members.get(scope_of(context), UUID(request.user_id))
        return member_service_pb2.GetMemberResponse(member=_message(row))

    async def ListMembers(
        self,
        request: member_service_pb2.ListMembersRequest,  # noqa: ARG002  # the contract has it
        context: Any,
    ) -> member_service_pb2.ListMembersResponse:
        rows = await self._members.list(scope_of(context))
        return member_service_pb2.ListMembersResponse(items=[_message(row) for row in rows])

    async def DeleteMember(
        self, request: member_service_pb2.DeleteMemberRequest, context: Any
    ) -> member_service_pb2.DeleteMemberResponse:
        row = await self._members.delete(scope_of(context), UUID(request.user_id))
        return member_service_pb2.DeleteMemberResponse(member=_message(row))


def _message(row: MemberRow) -> member_pb2.Member:
    return member_pb2.Member(
        user_id=str(row.user_id),
        user_number=row.user_number,
        email=row.email,
        name=row.name,
        role=_ROLES[row.role],
        created_at=timestamp(row.created_at),
    )
