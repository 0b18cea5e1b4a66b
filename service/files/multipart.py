"""Presigned uploads in parts, for files too large to be sent again from the start."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from service.domain.errors import (
    FileNotFoundInOrganizationError,
    FileStatusConflictError,
    InvalidRequestError,
    MultipartUploadNotFoundError,
    PayloadTooLargeError,
    UploadChecksumMismatchError,
    UploadMissingError,
    UploadSizeMismatchError,
    Violation,
)
from service.domain.files import CONFIRMABLE, File, FileProblem
from service.domain.scope import Scope
from service.files.presigned import PresignedUploads, UploadRequest
from service.files.settings import FileSettings
from service.objects.parts import MultipartStore, NoSuchUploadError, PartsRefusedError, PresignedPart, StoredPart
from service.postgres.files import FileQueries

# S3 takes 5 MiB at least, and 10,000 parts at most: enough for 160 GB.
PART_BYTES = 16 * 1024 * 1024
# The loop serves others between so many signatures of about 20 µs each.
_SIGNED_IN_ONE_BREATH = 25
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class BegunUpload:
    """A pending file whose bytes come in parts."""

    file_id: UUID
    upload_id: str
    part_size_bytes: int = PART_BYTES


@dataclass(frozen=True, slots=True)
class PartChecksum:
    """A part, from 1, and the SHA-256 of its bytes in base64."""

    number: int
    checksum_sha256: str


class MultipartUploads:
    """Begin, sign, complete. What an upload is beyond its file is known to the object store alone."""

    def __init__(
        self, presigned: PresignedUploads, files: FileQueries, store: MultipartStore, settings: FileSettings
    ) -> None:
        self._presigned = presigned
        self._files = files
        self._store = store
        self._settings = settings

    async def begin(self, scope: Scope, request: UploadRequest) -> BegunUpload:
        """Make a pending file, and begin an upload for its bytes.

        Raises:
            InvalidRequestError: a size above the maximum.
            FolderNotFoundError: the organization doesn't have the folder.
        """
        (prepared,) = await self._presigned.prepare(scope, [request])
        file = await self._waiting(scope, prepared.file_id)
        upload_id = await self._store.begin(_incoming(file), request.mime_type)
        return BegunUpload(file.id, upload_id)

    async def sign(
        self, scope: Scope, file_id: UUID, upload_id: str, parts: Sequence[PartChecksum]
    ) -> list[PresignedPart]:
        """Sign a PUT for each part, which takes only the bytes with its checksum.

        Raises:
            FileNotFoundInOrganizationError, FileStatusConflictError: there is no such file that waits for its bytes.
        """
        key = _incoming(await self._waiting(scope, file_id))
        signed, now = [], datetime.now(UTC)
        for index, part in enumerate(parts, 1):
            lifetime = self._settings.upload_lifetime
            signed.append(
                self._store.presign(key, upload_id, part.number, part.checksum_sha256, expires_in=lifetime, now=now)
            )
            if index % _SIGNED_IN_ONE_BREATH == 0:
                await asyncio.sleep(0)
        return signed

    async def arrived(self, scope: Scope, file_id: UUID, upload_id: str) -> list[StoredPart]:
        """List the parts that the store has.

        Raises:
            FileNotFoundInOrganizationError, FileStatusConflictError: there is no such file that waits for its bytes.
            MultipartUploadNotFoundError: the upload isn't the file's, or is over.
        """
        file = await self._waiting(scope, file_id)
        try:
            return await self._store.list_parts(_incoming(file), upload_id)
        except NoSuchUploadError:
            raise _not_found(file) from None

    async def complete(
        self, scope: Scope, file_id: UUID, upload_id: str, parts: Sequence[PartChecksum], project_id: UUID | None
    ) -> tuple[File, FileProblem | None]:
        """Make the parts one object and confirm the file. Completing a completed upload changes nothing.

        Raises:
            FileNotFoundInOrganizationError, ProjectNotFoundError: the organization doesn't have it.
            FileStatusConflictError: the file is deleted.
            MultipartUploadNotFoundError: the upload isn't the file's, or was given up.
            UploadMissingError, UploadSizeMismatchError, UploadChecksumMismatchError, PayloadTooLargeError: the parts
                aren't what they should be; they can be sent again.
        """
        file = await self._get(scope, file_id)
        if file.status in CONFIRMABLE:
            await self._join(file, upload_id, parts)
        (confirmed,) = await self._presigned.confirm(scope, [file_id], project_id)
        return confirmed

    async def abort(self, scope: Scope, file_id: UUID, upload_id: str) -> tuple[File, FileProblem | None]:
        """Throw the parts away and note that the upload failed.

        Raises:
            FileNotFoundInOrganizationError, FileStatusConflictError: there is no such file that waits for its bytes.
        """
        await self._store.abandon(_incoming(await self._waiting(scope, file_id)), upload_id)
        (failed,) = await self._presigned.fail(scope, [file_id])
        return failed

    async def _join(self, file: File, upload_id: str, parts: Sequence[PartChecksum]) -> None:
        key = _incoming(file)
        try:
            stored = {part.number: part for part in await self._store.list_parts(key, upload_id)}
            self._check(file, parts, stored)
            etags = [(part.number, stored[part.number].etag, part.checksum_sha256) for part in parts]
            await self._store.complete(key, upload_id, etags)
        except NoSuchUploadError:
            # The answer to an earlier call may have been lost.
            if await self._store.objects.head(key) is None:
                raise _not_found(file) from None
        except PartsRefusedError as error:
            raise UploadChecksumMismatchError(
                "a part has another SHA-256 than was given now: send the parts again"
            ) from error

    def _check(self, file: File, parts: Sequence[PartChecksum], stored: Mapping[int, StoredPart]) -> None:
        if [part.number for part in parts] != list(range(1, len(parts) + 1)):
            raise InvalidRequestError([Violation("parts", "must be all parts, in the order of their numbers from 1")])
        missing = [part.number for part in parts if part.number not in stored]
        if missing:
            named = ", ".join(map(str, missing[:_MOST_NAMED])) + (" …" if missing[_MOST_NAMED:] else "")
            raise UploadMissingError(f"{len(missing)} of {len(parts)} parts haven't arrived: send {named}")
        size, limit = sum(stored[part.number].size for part in parts), self._settings.max_size_bytes
        if file.size_bytes is not None and size != file.size_bytes:
            raise UploadSizeMismatchError(
                f"the parts have {size} bytes, but {file.size_bytes} were declared: send those that aren't whole again"
            )
        if size > limit:
            raise PayloadTooLargeError(f"the parts have {size} bytes; a file may have {limit} at most")

    async def _get(self, scope: Scope, file_id: UUID) -> File:
        file = (await self._files.get_many(scope, [file_id])).get(file_id)
        if file is None:
            raise FileNotFoundInOrganizationError(f"the organization has no file {file_id}")
        return file

    async def _waiting(self, scope: Scope, file_id: UUID) -> File:
        file = await self._get(scope, file_id)
        if file.status not in CONFIRMABLE:
            raise FileStatusConflictError(f"the file {file_id} is {file.status}: it doesn't wait for its bytes")
        return file


def _incoming(file: File) -> str:
    if file.incoming_key is None:
        raise FileStatusConflictError(f"the file {file.id} doesn't take its bytes from a presigned upload")
    return file.incoming_key


def _not_found(file: File) -> MultipartUploadNotFoundError:
    return MultipartUploadNotFoundError(f"the file {file.id} has no such upload in parts: begin a new one")
