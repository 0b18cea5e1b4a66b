"""What an organization has besides files: folders, projects, facilities, suppliers."""

# ruff: noqa: ASYNC109  # operations take their deadline as `timeout`

from __future__ import annotations

from muniment.models import Facility, Folder, Project, Supplier
from muniment.organizations.v1 import facility_service_pb2 as facilities_pb
from muniment.organizations.v1 import folder_service_pb2 as folders_pb
from muniment.organizations.v1 import project_service_pb2 as projects_pb
from muniment.organizations.v1 import supplier_service_pb2 as suppliers_pb

from muniment_client._calls import Calls
from muniment_client._faces import Async, Face, Faced, listing, operation
from muniment_client._pages import Pages, list_of
from muniment_client._wire import decode


class Folders(Faced[Face]):
    """Folders of files."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(
        self: Folders[Async], *, name: str | None = None, parent_id: str | None = None, page_size: int | None = None
    ) -> Pages[Async, Folder]:
        """List folders, newest first: those whose name contains `name`, those in `parent_id`."""
        request = folders_pb.ListFoldersRequest(name=name, parent_id=parent_id, size=page_size)
        return list_of(self._calls, request, folders_pb.ListFoldersResponse, Folder)

    @operation
    async def get(self: Folders[Async], folder_id: str, *, timeout: float | None = None) -> Folder:
        """Get a folder."""
        request = folders_pb.GetFolderRequest(folder_id=folder_id)
        answer = await self._calls.unary(request, folders_pb.GetFolderResponse, timeout)
        return decode(answer.folder, Folder)

    @operation
    async def create(
        self: Folders[Async], name: str, *, parent_id: str | None = None, timeout: float | None = None
    ) -> Folder:
        """Make a folder, at the root or in `parent_id`.

        Raises:
            AlreadyExistsError: there is one of this name there.
        """
        request = folders_pb.CreateFolderRequest(name=name, parent_id=parent_id)
        answer = await self._calls.unary(request, folders_pb.CreateFolderResponse, timeout)
        return decode(answer.folder, Folder)


class Projects(Faced[Face]):
    """Projects that files and records can be linked to."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(self: Projects[Async], *, name: str | None = None, page_size: int | None = None) -> Pages[Async, Project]:
        """List projects, newest first: those whose name contains `name`."""
        request = projects_pb.ListProjectsRequest(name=name, size=page_size)
        return list_of(self._calls, request, projects_pb.ListProjectsResponse, Project)

    @operation
    async def get(self: Projects[Async], project_id: str, *, timeout: float | None = None) -> Project:
        """Get a project."""
        request = projects_pb.GetProjectRequest(project_id=project_id)
        answer = await self._calls.unary(request, projects_pb.GetProjectResponse, timeout)
        return decode(answer.project, Project)

    @operation
    async def create(self: Projects[Async], name: str, *, timeout: float | None = None) -> Project:
        """Make a project."""
        request = projects_pb.CreateProjectRequest(name=name)
        answer = await self._calls.unary(request, projects_pb.CreateProjectResponse, timeout)
        return decode(answer.project, Project)


class Facilities(Faced[Face]):
    """Places that consume or produce."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(
        self: Facilities[Async], *, name: str | None = None, page_size: int | None = None
    ) -> Pages[Async, Facility]:
        """List facilities, newest first: those whose name contains `name`."""
        request = facilities_pb.ListFacilitiesRequest(name=name, size=page_size)
        return list_of(self._calls, request, facilities_pb.ListFacilitiesResponse, Facility)

    @operation
    async def get(self: Facilities[Async], facility_id: str, *, timeout: float | None = None) -> Facility:
        """Get a facility."""
        request = facilities_pb.GetFacilityRequest(facility_id=facility_id)
        answer = await self._calls.unary(request, facilities_pb.GetFacilityResponse, timeout)
        return decode(answer.facility, Facility)

    @operation
    async def create(
        self: Facilities[Async], name: str, country: str, *, address: str | None = None, timeout: float | None = None
    ) -> Facility:
        """Make a facility. `country` is two capital letters of ISO 3166-1 alpha-2, such as `ES`."""
        request = facilities_pb.CreateFacilityRequest(name=name, country=country, address=address)
        answer = await self._calls.unary(request, facilities_pb.CreateFacilityResponse, timeout)
        return decode(answer.facility, Facility)


class Suppliers(Faced[Face]):
    """Companies that send invoices."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    @listing
    def list(
        self: Suppliers[Async], *, name: str | None = None, page_size: int | None = None
    ) -> Pages[Async, Supplier]:
        """List suppliers, newest first: those whose name contains `name`."""
        request = suppliers_pb.ListSuppliersRequest(name=name, size=page_size)
        return list_of(self._calls, request, suppliers_pb.ListSuppliersResponse, Supplier)

    @operation
    async def get(self: Suppliers[Async], supplier_id: str, *, timeout: float | None = None) -> Supplier:
        """Get a supplier."""
        request = suppliers_pb.GetSupplierRequest(supplier_id=supplier_id)
        answer = await self._calls.unary(request, suppliers_pb.GetSupplierResponse, timeout)
        return decode(answer.supplier, Supplier)

    @operation
    async def create(
        self: Suppliers[Async],
        name: str,
        *,
        tax_id: str | None = None,
        country: str | None = None,
        timeout: float | None = None,
    ) -> Supplier:
        """Make a supplier.

        Raises:
            AlreadyExistsError: there is one of this tax identifier.
        """
        request = suppliers_pb.CreateSupplierRequest(name=name, tax_id=tax_id, country=country)
        answer = await self._calls.unary(request, suppliers_pb.CreateSupplierResponse, timeout)
        return decode(answer.supplier, Supplier)
