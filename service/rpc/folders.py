"""The servicer of folders: converts, calls one use case, converts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from muniment.organizations.v1 import folder_pb2, folder_service_pb2, folder_service_pb2_grpc

from service.organizations.folders import Folders
from service.postgres.organizations_named import FolderRow
from service.rpc.context import scope_of
from service.rpc.convert import maybe_uuid, timestamp
from service.rpc.pages import name_of, page_asked, page_fields


class FolderService(folder_service_pb2_grpc.FolderServiceServicer):
    """The servicer of `muniment.organizations.v1.FolderService`."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders

    async def CreateFolder(
        self, request: folder_service_pb2.CreateFolderRequest, context: Any
    ) -> folder_service_pb2.CreateFolderResponse:
        row = await self._folders.create(scope_of(context), name=request.name, parent_id=maybe_uuid(request.parent_id))
        return folder_service_pb2.CreateFolderResponse(folder=_message(row))

    async def GetFolder(
        self, request: folder_service_pb2.GetFolderRequest, context: Any
    ) -> folder_service_pb2.GetFolderResponse:
        row = await self._folders.get(scope_of(context), UUID(request.folder_id))
        return folder_service_pb2.GetFolderResponse(folder=_message(row))

    async def ListFolders(
        self, request: folder_service_pb2.ListFoldersRequest, context: Any
    ) -> folder_service_pb2.ListFoldersResponse:
        page = await self._folders.list(
            scope_of(context),
            name=name_of(request),
            parent_id=maybe_uuid(request.parent_id),
            **page_asked(request),
        )
        return folder_service_pb2.ListFoldersResponse(items=[_message(row) for row in page.items], **page_fields(page))


def _message(row: FolderRow) -> folder_pb2.Folder:
    return folder_pb2.Folder(
        id=str(row.id),
        name=row.name,
        parent_id=str(row.parent_id) if row.parent_id else None,
        created_at=timestamp(row.created_at),
    )
