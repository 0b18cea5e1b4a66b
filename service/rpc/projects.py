"""The servicer of projects: converts, calls one use case, converts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muniment.organizations.v1 import project_pb2, project_service_pb2, project_service_pb2_grpc

from service.organizations.projects import Projects
from service.postgres.organizations_named import ProjectRow
from service.rpc.context import scope_of
from service.rpc.convert import timestamp
from service.rpc.pages import name_of, page_asked, page_fields


class ProjectService(project_service_pb2_grpc.ProjectServiceServicer):
    """The servicer of `muniment.organizations.v1.ProjectService`."""

    def __init__(self, projects: Projects) -> None:
        self._projects = projects

    async def CreateProject(
        self, request: project_service_pb2.CreateProjectRequest, context: Any
    ) -> project_service_pb2.CreateProjectResponse:
        row = await self._projects.create(scope_of(context), name=request.name)
        return project_service_pb2.CreateProjectResponse(project=_message(row))

    async def GetProject(
        self, request: project_service_pb2.GetProjectRequest, context: Any
    ) -> project_service_pb2.GetProjectResponse:
        row = await self._projects.get(scope_of(context), UUID(request.project_id))
        return project_service_pb2.GetProjectResponse(project=_message(row))

    async def ListProjects(
        self, request: project_service_pb2.ListProjectsRequest, context: Any
    ) -> project_service_pb2.ListProjectsResponse:
        page = await self._projects.list(
            scope_of(context),
            name=name_of(request),
            **page_asked(request),
        )
        return project_service_pb2.ListProjectsResponse(
            items=[_message(row) for row in page.items], **page_fields(page)
        )


def _message(row: ProjectRow) -> project_pb2.Project:
    return project_pb2.Project(id=str(row.id), name=row.name, created_at=timestamp(row.created_at))
