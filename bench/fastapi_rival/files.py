"""The calls on files."""

import asyncio
import base64
import binascii
import datetime as dt
import math
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote
from uuid import UUID, uuid4

from fastapi import APIRouter, Form, HTTPException, Query, UploadFile
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bench.fastapi_rival import storage
from bench.fastapi_rival.auth import Caller, CallerDep
from bench.fastapi_rival.database import SessionDep
from bench.fastapi_rival.models import Event, File, FileProject
from bench.fastapi_rival.schemas import BatchUpdate, FileOut, FilePage, PresignedUpload, Status, UploadRequest
from bench.fastapi_rival.settings import get_settings

router = APIRouter(prefix="/v1/files", tags=["files"])


@router.post("/presigned-urls")
async def create_presigned_urls(
    uploads: list[UploadRequest], caller: CallerDep, session: SessionDep
) -> list[PresignedUpload]:
    files = [_pending_file(upload, caller) for upload in uploads]
    session.add_all(files)
    await session.commit()
    expires_at = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=get_settings().presigned_url_seconds)
    urls = await run_in_threadpool(lambda: [storage.presign_put(file.object_key, file.mime_type) for file in files])
    return [
        PresignedUpload(
            id=file.id,
            status="pending",
            url=file.url,
            presigned_url=url,
            expires_at=expires_at,
            headers={"Content-Type": file.mime_type},
            client_ref=upload.client_ref,
        )
        for file, url, upload in zip(files, urls, uploads, strict=True)
    ]


@router.patch("/batch-update", response_model=list[FileOut])
async def batch_update(update: BatchUpdate, caller: CallerDep, session: SessionDep) -> list[File]:
    ids = list(dict.fromkeys(update.file_ids))
    query = select(File).where(File.organization_id == caller.organization_id, File.id.in_(ids))
    found = {file.id: file for file in await session.scalars(query.with_for_update(of=File))}
    if len(found) != len(ids):
        raise HTTPException(404, "File not found")
    files = [found[file_id] for file_id in ids]
    if update.status == "error":
        _mark_failed(files)
    else:
        await _confirm(files, caller, session)
    if update.project_id is not None:
        links = [{"file_id": file_id, "project_id": update.project_id} for file_id in ids]
        await session.execute(insert(FileProject).values(links).on_conflict_do_nothing())
    await session.commit()
    fresh = await session.scalars(query.execution_options(populate_existing=True))
    by_id = {file.id: file for file in fresh}
    return [by_id[file_id] for file_id in ids]


@router.post("/upload", response_model=list[FileOut])
async def upload_files(
    file: list[UploadFile],
    caller: CallerDep,
    session: SessionDep,
    folder_id: Annotated[UUID | None, Form()] = None,
    project_id: Annotated[UUID | None, Form()] = None,
) -> list[File]:
    stored = await asyncio.gather(*(_store(part, folder_id, caller) for part in file))
    session.add_all(stored)
    await session.flush()
    session.add_all(_classify_event(each, caller) for each in stored)
    if project_id is not None:
        session.add_all(FileProject(file_id=each.id, project_id=project_id) for each in stored)
    await session.commit()
    for each in stored:
        await session.refresh(each)
    return stored


@router.get("", response_model=FilePage)
async def list_files(
    caller: CallerDep,
    session: SessionDep,
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1)] = 50,
    cursor: str | None = None,
    folder_id: UUID | None = None,
    status: Status | None = None,
) -> dict[str, object]:
    size = min(size, 100)
    conditions = _listed(caller, folder_id, status)
    total = await session.scalar(select(func.count()).select_from(File).where(*conditions)) or 0
    query = select(File).where(*conditions).order_by(File.created_at.desc(), File.id.desc()).limit(size)
    if cursor is None:
        query = query.offset((page - 1) * size)
    else:
        query = query.where(tuple_(File.created_at, File.id) < _decode_cursor(cursor))
    items = (await session.scalars(query)).all()
    return {
        "items": items,
        "total": total,
        "page": page if cursor is None else None,
        "size": size,
        "pages": math.ceil(total / size),
        "next_cursor": _encode_cursor(items[-1]) if len(items) == size else None,
    }


@router.get("/{file_id}", response_model=FileOut)
async def get_file(file_id: UUID, caller: CallerDep, session: SessionDep) -> File:
    return await _find(file_id, caller, session)


@router.get("/{file_id}/download")
async def download_file(file_id: UUID, caller: CallerDep, session: SessionDep) -> StreamingResponse:
    file = await _find(file_id, caller, session)
    if file.status != "uploaded":
        raise HTTPException(409, "The file has no content")
    size, chunks = await run_in_threadpool(storage.open_object, file.object_key)
    return StreamingResponse(
        chunks,
        media_type=file.mime_type,
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.file_name)}",
        },
    )


async def _find(file_id: UUID, caller: Caller, session: AsyncSession) -> File:
    query = select(File).where(File.id == file_id, File.organization_id == caller.organization_id)
    file = await session.scalar(query)
    if file is None:
        raise HTTPException(404, "File not found")
    return file


def _pending_file(upload: UploadRequest, caller: Caller) -> File:
    file_id = uuid4()
    extension = upload.extension.removeprefix(".")
    key = storage.object_key(caller.organization_id, file_id)
    return File(
        id=file_id,
        organization_id=caller.organization_id,
        name=upload.name,
        extension=extension,
        file_name=f"{upload.name}.{extension}",
        mime_type=upload.mime_type,
        size_kb=upload.size_kb,
        size_bytes=upload.size_bytes,
        object_key=key,
        url=storage.object_url(key),
        folder_id=upload.folder_id,
        checksum_sha256=upload.checksum_sha256,
        external_file_id=upload.external_file_id,
        processing_track=upload.processing_track,
        channel=caller.channel,
        created_by=caller.user_id,
    )


async def _store(part: UploadFile, folder_id: UUID | None, caller: Caller) -> File:
    file_id = uuid4()
    file_name = part.filename or "unnamed"
    mime_type = part.content_type or "application/octet-stream"
    size = part.size or 0
    key = storage.object_key(caller.organization_id, file_id)
    await run_in_threadpool(storage.upload, key, part.file, mime_type)
    return File(
        id=file_id,
        organization_id=caller.organization_id,
        name=PurePath(file_name).stem,
        extension=PurePath(file_name).suffix.removeprefix("."),
        file_name=file_name,
        mime_type=mime_type,
        size_kb=math.ceil(size / 1024),
        size_bytes=size,
        status="uploaded",
        object_key=key,
        url=storage.object_url(key),
        folder_id=folder_id,
        channel=caller.channel,
        created_by=caller.user_id,
    )


def _mark_failed(files: list[File]) -> None:
    if any(file.status in {"uploaded", "deleted"} for file in files):
        raise HTTPException(409, "The file's status doesn't allow this")
    for file in files:
        file.status = "error"


async def _confirm(files: list[File], caller: Caller, session: AsyncSession) -> None:
    if any(file.status == "deleted" for file in files):
        raise HTTPException(409, "The file's status doesn't allow this")
    waiting = [file for file in files if file.status != "uploaded"]
    sizes = await asyncio.gather(*(run_in_threadpool(storage.size_of, file.object_key) for file in waiting))
    for file, size in zip(waiting, sizes, strict=True):
        if not size:
            file.error = {"code": "UPLOAD_MISSING", "message": "The bytes aren't in the store"}
        elif file.size_bytes not in {None, size}:
            file.error = {"code": "UPLOAD_SIZE_MISMATCH", "message": f"{size} bytes, declared {file.size_bytes}"}
        else:
            file.status = "uploaded"
            file.size_bytes = size
            file.size_kb = math.ceil(size / 1024)
            file.error = None
            session.add(_classify_event(file, caller))


def _classify_event(file: File, caller: Caller) -> Event:
    payload = {
        "resource": "POST",
        "method": "/classify-document",
        "file_id": str(file.id),
        "user_id": str(caller.user_id),
        "organization_id": str(caller.organization_id),
    }
    return Event(
        organization_id=caller.organization_id, file_id=file.id, event_type="CLASSIFY_DOCUMENT", payload=payload
    )


def _listed(caller: Caller, folder_id: UUID | None, status: Status | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        File.organization_id == caller.organization_id,
        File.source_file_id.is_(None),
        File.status != "deleted" if status is None else File.status == status,
    ]
    if folder_id is not None:
        conditions.append(File.folder_id == folder_id)
    return conditions


def _encode_cursor(file: File) -> str:
    return base64.urlsafe_b64encode(f"{file.created_at.isoformat()}|{file.id}".encode()).decode()


def _decode_cursor(cursor: str) -> tuple[dt.datetime, UUID]:
    try:
        created_at, _, file_id = base64.urlsafe_b64decode(cursor).decode().partition("|")
        return dt.datetime.fromisoformat(created_at), UUID(file_id)
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise HTTPException(400, "Invalid cursor") from None
