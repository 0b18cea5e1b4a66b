"""Presigned uploads: preparing them, confirming them."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import structlog

from service.domain.errors import (
    DomainError,
    FileNotFoundInOrganizationError,
    FileStatusConflictError,
    InvalidRequestError,
    PayloadTooLargeError,
    ProjectNotFoundError,
    UnavailableError,
    UploadEmptyError,
    UploadMissingError,
    UploadSizeMismatchError,
    Violation,
)
from service.domain.events import CLASSIFY_DOCUMENT
from service.domain.files import (
    CONFIRMABLE,
    KILOBYTE,
    File,
    FileProblem,
    FileStatus,
    UploadMethod,
    join_name,
    kilobytes,
)
from service.domain.ids import new_id, time_of
from service.domain.names import search_form
from service.domain.reading import Track
from service.domain.scope import Scope
from service.files.details import details_violations
from service.files.settings import FileSettings
from service.objects.keys import fresh_key, incoming_key, planned_key
from service.objects.store import ObjectChangedError, ObjectStore, PresignedUpload
from service.postgres import files as rows
from service.postgres.database import Database
from service.postgres.files import NO_EXTRAS, Confirmation, FileExtras, FileQueries, NewFile
from service.postgres.jobs import emit

log = structlog.get_logger(__name__)

# The loop serves others between so many signatures of about 20 µs each.
_SIGNED_IN_ONE_BREATH = 25


@dataclass(frozen=True, slots=True)
class UploadRequest:
    """One upload to prepare."""

    name: str
    extension: str
    mime_type: str
    size_kb: int | None
    """None when it isn't known; a form POST then takes any size."""
    folder_id: UUID | None = None
    size_bytes: int | None = None
    checksum_sha256: str | None = None
    """In base64."""
    external_file_id: str | None = None
    processing_track: str = Track.DEFAULT.value
    method: UploadMethod = UploadMethod.PUT
    file_name: str | None = None
    """The whole name, in place of name and extension."""
    project_id: UUID | None = None
    purpose: str | None = None
    data_source_id: str | None = None
    last_modified_at: datetime | None = None
    expires_at: datetime | None = None
    ephemeral: bool = False
    """Expires after the configured time."""
    resource_info: Mapping[str, Any] | None = None
    permission_info: Mapping[str, Any] | None = None
    confirm_on_arrival: bool = False
    """A sweep confirms the upload when its bytes are there."""


@dataclass(frozen=True, slots=True)
class PreparedUpload:
    """A pending file, and how its bytes are sent."""

    file_id: UUID
    url: str
    presigned: PresignedUpload


class PresignedUploads:
    """The handshake: prepare, PUT by the client, confirm."""

    def __init__(self, database: Database, files: FileQueries, store: ObjectStore, settings: FileSettings) -> None:
        self._database = database
        self._files = files
        self._store = store
        self._settings = settings
        self._clean_ups: set[asyncio.Task[None]] = set()

    async def prepare(self, scope: Scope, requests: Sequence[UploadRequest]) -> list[PreparedUpload]:
        """Make pending files, and sign an upload for each. All or nothing.

        Raises:
            InvalidRequestError: a size above the maximum, or a checksum for a form, which can't bind it.
            FolderNotFoundError, ProjectNotFoundError: the organization doesn't have it.
        """
        self._check_requests(requests)
        ephemeral_until = datetime.now(UTC) + self._settings.ephemeral_lifetime
        new_files = [_pending_file(scope, request, ephemeral_until) for request in requests]
        await self._files.insert(scope, new_files)
        prepared, now = [], datetime.now(UTC)
        for index, (request, file) in enumerate(zip(requests, new_files, strict=True), 1):
            prepared.append(self._sign(request, file, now))
            if index % _SIGNED_IN_ONE_BREATH == 0:
                await asyncio.sleep(0)
        return prepared

    async def confirm(
        self, scope: Scope, file_ids: Sequence[UUID], project_id: UUID | None = None
    ) -> list[tuple[File, FileProblem | None]]:
        """Make files `uploaded` whose bytes have arrived; answers all files in the order asked, each once.

        A file whose bytes are missing or wrong stays as it is and comes back with a problem; the others proceed.

        Raises:
            FileNotFoundInOrganizationError: one of the files isn't there; nothing was changed.
            FileStatusConflictError: one of the files is deleted; nothing was changed.
        """
        ids, files = await self._asked_for(scope, file_ids, project_id)
        for file in files.values():
            _refuse_deleted(file)
        waiting = [file for file in files.values() if file.status in CONFIRMABLE]
        arrivals = await self._collect(scope, waiting)
        await self._record(scope, ids, arrivals, project_id)
        return await self._answer(scope, ids, {k: a for k, a in arrivals.items() if isinstance(a, DomainError)})

    async def confirm_arrived(self, scope: Scope, file_ids: Sequence[UUID]) -> int:
        """Confirm those whose bytes have arrived, and leave the others as they are; answer how many were confirmed."""
        gate = asyncio.Semaphore(self._settings.confirmations_at_once)

        async def has_arrived(file: File) -> bool:
            async with gate:
                return file.incoming_key is not None and await self._store.head(file.incoming_key) is not None

        files = list((await self._files.get_many(scope, file_ids)).values())
        waiting = [file for file in files if file.status == FileStatus.PENDING]
        arrivals = await asyncio.gather(*map(has_arrived, waiting))
        arrived = [file.id for file, is_there in zip(waiting, arrivals, strict=True) if is_there]
        if not arrived:
            return 0
        return sum(problem is None for _, problem in await self.confirm(scope, arrived))

    async def fail(
        self, scope: Scope, file_ids: Sequence[UUID], project_id: UUID | None = None
    ) -> list[tuple[File, FileProblem | None]]:
        """Note that the client's uploads failed.

        Raises:
            FileNotFoundInOrganizationError: one of the files isn't there; nothing was changed.
            FileStatusConflictError: one of the files is uploaded or deleted; nothing was changed.
        """
        ids, _ = await self._asked_for(scope, file_ids, project_id)
        async with self._database.transaction(scope) as tx:
            for file in (await rows.lock(tx, ids)).values():
                _refuse_deleted(file)
                if file.is_confirmed:
                    raise FileStatusConflictError(f"the file {file.id} is uploaded already: it can't become an error")
            await rows.set_status(tx, ids, FileStatus.ERROR)
            if project_id is not None:
                await rows.link_project(tx, ids, project_id)
        return await self._answer(scope, ids, {})

    def _check_requests(self, requests: Sequence[UploadRequest]) -> None:
        limit = self._settings.max_size_bytes
        violations = []
        for index, request in enumerate(requests):
            path = f"uploads[{index}]"
            if request.size_kb is not None and request.size_kb > kilobytes(limit):
                violations.append(Violation(f"{path}.size_kb", f"must be at most {kilobytes(limit)}"))
            if request.size_bytes is not None and request.size_bytes > limit:
                violations.append(Violation(f"{path}.size_bytes", f"must be at most {limit}"))
            if request.checksum_sha256 is not None and request.method is UploadMethod.POST:
                violations.append(
                    Violation(
                        f"{path}.checksum_sha256",
                        "can't be bound into a form POST: use upload_method PUT, or leave the checksum out",
                    )
                )
            violations += details_violations(request, f"{path}.")
        if violations:
            raise InvalidRequestError(violations)

    def _sign(self, request: UploadRequest, file: NewFile, now: datetime) -> PreparedUpload:
        assert file.incoming_key is not None
        lifetime = self._settings.upload_lifetime
        if request.method is UploadMethod.POST:
            declared = self._settings.max_size_bytes if request.size_kb is None else request.size_kb * KILOBYTE
            sizes = (request.size_bytes or 1, request.size_bytes or max(declared, 1))
            presigned = self._store.presign_post(
                file.incoming_key,
                content_type=request.mime_type,
                sizes=sizes,
                expires_in=lifetime,
                now=now,
            )
        else:
            presigned = self._store.presign_put(
                file.incoming_key,
                content_type=request.mime_type,
                checksum_sha256=request.checksum_sha256,
                expires_in=lifetime,
                now=now,
            )
        return PreparedUpload(file.id, self._store.object_url(file.object_key), presigned)

    async def _asked_for(
        self, scope: Scope, file_ids: Sequence[UUID], project_id: UUID | None
    ) -> tuple[list[UUID], dict[UUID, File]]:
        ids = list(dict.fromkeys(file_ids))
        files = await self._files.get_many(scope, ids)
        for file_id in ids:
            if file_id not in files:
                raise FileNotFoundInOrganizationError(f"the organization has no file {file_id}")
        if project_id is not None and not await self._files.project_exists(scope, project_id):
            raise ProjectNotFoundError(f"the organization has no project {project_id}")
        return ids, files

    async def _collect(self, scope: Scope, waiting: Sequence[File]) -> dict[UUID, Confirmation | DomainError]:
        if not waiting:
            return {}
        async with self._database.transaction(scope) as tx:
            planned = await rows.take_keys(tx, [file.id for file in waiting])
        gate = asyncio.Semaphore(self._settings.confirmations_at_once)

        async def collect(file: File) -> Confirmation | DomainError:
            target = file.object_key if file.id in planned else fresh_key(scope.organization_id, file.id)
            async with gate:
                try:
                    return await self._fetch_upload(file, target)
                except UnavailableError:
                    raise
                except DomainError as problem:
                    return problem

        collecting = [asyncio.create_task(collect(file)) for file in waiting]
        try:
            results = await asyncio.gather(*collecting)
        finally:
            # When the store is away for one, the others needn't find out one by one.
            for task in collecting:
                task.cancel()
        return {file.id: result for file, result in zip(waiting, results, strict=True)}

    async def _fetch_upload(self, file: File, target: str) -> Confirmation:
        """Look at an upload, and copy it to where its presigned URL doesn't reach."""
        assert file.incoming_key is not None
        info = await self._store.head(file.incoming_key)
        if info is None:
            raise UploadMissingError("no bytes have arrived: PUT them to presigned_url, then confirm again")
        if info.size == 0:
            raise UploadEmptyError("the upload is empty: PUT the file's bytes to presigned_url, then confirm again")
        if file.size_bytes is not None and info.size != file.size_bytes:
            raise UploadSizeMismatchError(
                f"the upload has {info.size} bytes, but {file.size_bytes} were declared: send the whole file again"
            )
        if info.size > self._settings.max_size_bytes:
            raise PayloadTooLargeError(
                f"the upload has {info.size} bytes; a file may have {self._settings.max_size_bytes} at most"
            )
        try:
            etag = await self._store.copy(file.incoming_key, target, if_match=info.etag, content_type=file.mime_type)
        except ObjectChangedError as error:
            raise UploadMissingError("the upload was replaced while it was confirmed: confirm again") from error
        return Confirmation(file.id, target, etag, info.size)

    async def _record(
        self,
        scope: Scope,
        ids: Sequence[UUID],
        arrivals: dict[UUID, Confirmation | DomainError],
        project_id: UUID | None,
    ) -> None:
        confirmations, obsolete = [], []
        async with self._database.transaction(scope) as tx:
            files = await rows.lock(tx, ids)
            for file_id, arrival in arrivals.items():
                file = files[file_id]
                is_waiting = file.status in CONFIRMABLE
                if isinstance(arrival, DomainError):
                    if is_waiting:
                        await rows.set_problem(tx, file_id, arrival.reason, arrival.message)
                elif is_waiting:
                    confirmations.append(arrival)
                    obsolete.append(file.incoming_key)
                else:
                    obsolete.append(arrival.object_key)
            confirmed = [confirmation.file_id for confirmation in confirmations]
            if project_id is not None:
                uploaded = {*confirmed, *(file.id for file in files.values() if file.is_confirmed)}
                await rows.link_project(tx, [file_id for file_id in ids if file_id in uploaded], project_id)
            if confirmations:
                await rows.confirm(tx, confirmations)
                await emit(tx, CLASSIFY_DOCUMENT, confirmed, confirmation=True)
        self._delete_later([key for key in obsolete if key])

    def _delete_later(self, keys: list[str]) -> None:
        # A convenience: the sweep deletes them as well.
        if keys:
            task = asyncio.create_task(self._delete(keys))
            self._clean_ups.add(task)
            task.add_done_callback(self._clean_ups.discard)

    async def _delete(self, keys: list[str]) -> None:
        try:
            await self._store.delete(keys)
        except UnavailableError:
            log.info("objects_left_to_sweep", count=len(keys))

    async def _answer(
        self, scope: Scope, ids: Sequence[UUID], problems: dict[UUID, DomainError]
    ) -> list[tuple[File, FileProblem | None]]:
        files = await self._files.get_many(scope, ids)
        answer: list[tuple[File, FileProblem | None]] = []
        for file_id in ids:
            problem = problems.get(file_id)
            file = files[file_id]
            told = problem is not None and not file.is_confirmed
            answer.append((file, FileProblem(problem.reason, problem.message) if problem and told else file.problem))
        return answer


def _pending_file(scope: Scope, request: UploadRequest, ephemeral_until: datetime) -> NewFile:
    file_id = new_id()
    file_name = request.file_name or join_name(request.name, request.extension)
    return NewFile(
        id=file_id,
        file_name=file_name,
        search_name=search_form(file_name),
        mime_type=request.mime_type,
        size_kb=kilobytes(request.size_bytes or 0) if request.size_kb is None else request.size_kb,
        size_bytes=request.size_bytes,
        status=FileStatus.PENDING.value,
        object_key=planned_key(scope.organization_id, file_id),
        incoming_key=incoming_key(scope.organization_id, file_id),
        folder_id=request.folder_id,
        checksum_sha256=base64.b64decode(request.checksum_sha256) if request.checksum_sha256 else None,
        etag=None,
        external_file_id=request.external_file_id,
        processing_track=request.processing_track,
        channel=scope.channel,
        created_by=scope.user_id,
        created_at=time_of(file_id),
        confirmed_at=None,
        extras=_extras(request, ephemeral_until),
    )


def _extras(request: UploadRequest, ephemeral_until: datetime) -> FileExtras | None:
    extras = FileExtras(
        purpose=request.purpose,
        data_source_id=request.data_source_id,
        last_modified_at=request.last_modified_at,
        expires_at=ephemeral_until if request.ephemeral else request.expires_at,
        resource_info=request.resource_info,
        permission_info=request.permission_info,
        confirm_on_arrival=request.confirm_on_arrival,
        project_id=request.project_id,
    )
    return None if extras == NO_EXTRAS else extras


def _refuse_deleted(file: File) -> None:
    if file.expunged_at is not None:
        raise FileStatusConflictError(f"the file {file.id} was deleted for good")
    if file.status == FileStatus.DELETED:
        raise FileStatusConflictError(f"the file {file.id} is deleted: recover it first")
