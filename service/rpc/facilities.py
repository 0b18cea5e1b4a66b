"""The servicer of facilities: converts, calls one use case, converts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muniment.organizations.v1 import facility_pb2, facility_service_pb2, facility_service_pb2_grpc

from service.organizations.facilities import Facilities
from service.postgres.organizations_named import FacilityRow
from service.rpc.context import scope_of
from service.rpc.convert import timestamp
from service.rpc.pages import name_of, page_asked, page_fields


class FacilityService(facility_service_pb2_grpc.FacilityServiceServicer):
    """The servicer of `muniment.organizations.v1.FacilityService`."""

    def __init__(self, facilities: Facilities) -> None:
        self._facilities = facilities

    async def CreateFacility(
        self, request: facility_service_pb2.CreateFacilityRequest, context: Any
    ) -> facility_service_pb2.CreateFacilityResponse:
        row = await self._facilities.create(
            scope_of(context),
            name=request.name,
            country=request.country,
            address=request.address if request.HasField("address") else None,
        )
        return facility_service_pb2.CreateFacilityResponse(facility=_message(row))

    async def GetFacility(
        self, request: facility_service_pb2.GetFacilityRequest, context: Any
    ) -> facility_service_pb2.GetFacilityResponse:
        row = await self._facilities.get(scope_of(context), UUID(request.facility_id))
        return facility_service_pb2.GetFacilityResponse(facility=_message(row))

    async def ListFacilities(
        self, request: facility_service_pb2.ListFacilitiesRequest, context: Any
    ) -> facility_service_pb2.ListFacilitiesResponse:
        page = await self._facilities.list(
            scope_of(context),
            name=name_of(request),
            **page_asked(request),
        )
        return facility_service_pb2.ListFacilitiesResponse(
            items=[_message(row) for row in page.items], **page_fields(page)
        )


def _message(row: FacilityRow) -> facility_pb2.Facility:
    return facility_pb2.Facility(
        id=str(row.id), name=row.name, country=row.country, address=row.address, created_at=timestamp(row.created_at)
    )
