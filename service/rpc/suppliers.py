"""The servicer of suppliers: converts, calls one use case, converts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muniment.organizations.v1 import supplier_pb2, supplier_service_pb2, supplier_service_pb2_grpc

from service.organizations.suppliers import Suppliers
from service.postgres.organizations_named import SupplierRow
from service.rpc.context import scope_of
from service.rpc.convert import timestamp
from service.rpc.pages import name_of, page_asked, page_fields


class SupplierService(supplier_service_pb2_grpc.SupplierServiceServicer):
    """The servicer of `muniment.organizations.v1.SupplierService`."""

    def __init__(self, suppliers: Suppliers) -> None:
        self._suppliers = suppliers

    async def CreateSupplier(
        self, request: supplier_service_pb2.CreateSupplierRequest, context: Any
    ) -> supplier_service_pb2.CreateSupplierResponse:
        row = await self._suppliers.create(
            scope_of(context),
            name=request.name,
            tax_id=request.tax_id if request.HasField("tax_id") else None,
            country=request.country if request.HasField("country") else None,
        )
        return supplier_service_pb2.CreateSupplierResponse(supplier=_message(row))

    async def GetSupplier(
        self, request: supplier_service_pb2.GetSupplierRequest, context: Any
    ) -> supplier_service_pb2.GetSupplierResponse:
        row = await self._suppliers.get(scope_of(context), UUID(request.supplier_id))
        return supplier_service_pb2.GetSupplierResponse(supplier=_message(row))

    async def ListSuppliers(
        self, request: supplier_service_pb2.ListSuppliersRequest, context: Any
    ) -> supplier_service_pb2.ListSuppliersResponse:
        page = await self._suppliers.list(
            scope_of(context),
            name=name_of(request),
            **page_asked(request),
        )
        return supplier_service_pb2.ListSuppliersResponse(
            items=[_message(row) for row in page.items], **page_fields(page)
        )


def _message(row: SupplierRow) -> supplier_pb2.Supplier:
    return supplier_pb2.Supplier(
        id=str(row.id), name=row.name, tax_id=row.tax_id, country=row.country, created_at=timestamp(row.created_at)
    )
