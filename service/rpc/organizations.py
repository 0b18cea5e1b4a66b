"""The servicer of organizations: converts, calls one use case, converts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muniment.organizations.v1 import organization_pb2, organization_service_pb2, organization_service_pb2_grpc

from service.organizations.organizations import Identity, Organizations
from service.postgres.access import OrganizationRow
from service.rpc.context import principal_of, scope_of
from service.rpc.convert import timestamp


class OrganizationService(organization_service_pb2_grpc.OrganizationServiceServicer):
    """The servicer of `muniment.organizations.v1.OrganizationService`."""

    def __init__(self, organizations: Organizations) -> None:
        self._organizations = organizations

    async def WhoAmI(
        self,
        request: organization_service_pb2.WhoAmIRequest,  # noqa: ARG002  # the contract has it
        context: Any,
    ) -> organization_service_pb2.WhoAmIResponse:
        identity = await self._organizations.who_am_i(scope_of(context))
        return organization_service_pb2.WhoAmIResponse(identity=_identity(identity))

    async def ListOrganizations(
        self,
        request: organization_service_pb2.ListOrganizationsRequest,  # noqa: ARG002  # the contract has it
        context: Any,
    ) -> organization_service_pb2.ListOrganizationsResponse:
        rows = await self._organizations.list_own(principal_of(context))
        return organization_service_pb2.ListOrganizationsResponse(items=[_organization(row) for row in rows])

    async def GetOrganization(
        self, request: organization_service_pb2.GetOrganizationRequest, context: Any
    ) -> organization_service_pb2.GetOrganizationResponse:
        row = await self._organizations.get(scope_of(context), UUID(request.organization_id))
        return organization_service_pb2.GetOrganizationResponse(organization=_organization(row))


def _organization(row: OrganizationRow) -> organization_pb2.Organization:
    return organization_pb2.Organization(
        id=str(row.id),
        number=row.number,
        name=row.name,
        default_project_id=str(row.default_project_id),
        created_at=timestamp(row.created_at),
    )


def _identity(identity: Identity) -> organization_pb2.Identity:
    member, organization = identity.member, identity.organization
    return organization_pb2.Identity(
        user_id=str(member.user_id),
        user_number=member.user_number,
        email=member.email,
        name=member.name,
        organization_id=str(organization.id),
        organization_number=organization.number,
        organization_name=organization.name,
        default_project_id=str(organization.default_project_id),
        role=member.role,
        permissions=identity.permissions,
        credential=identity.credential,
        api_key_id=str(identity.api_key_id) if identity.api_key_id else None,
    )
