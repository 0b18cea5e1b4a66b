"""Uploads in parts: begin, sign, PUT, complete."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from io import BytesIO
from typing import Any

import aiohttp
import pytest

from service.domain.errors import (
    FileNotFoundInOrganizationError,
    FileStatusConflictError,
    InvalidRequestError,
    MultipartUploadNotFoundError,
    PayloadTooLargeError,
    UploadChecksumMismatchError,
    UploadMissingError,
    UploadSizeMismatchError,
)
from service.domain.scope import Scope
from service.files.multipart import BegunUpload, MultipartUploads, PartChecksum
from service.files.presigned import UploadRequest
from service.objects.parts import MultipartStore
from tests.files.conftest import SETTINGS, Files
from tests.world import World

# The store's smallest part, but for the last one.
FIRST = b"a" * (5 * 1024 * 1024)
PARTS = [FIRST, b"the end"]


def checksums(parts: list[bytes]) -> list[PartChecksum]:
    return [
        PartChecksum(number, base64.b64encode(hashlib.sha256(part).digest()).decode())
        for number, part in enumerate(parts, 1)
    ]


class Uploader:
    """Does what a client does."""

    def __init__(self, files: Files, scope: Scope) -> None:
        self.use_case = MultipartUploads(files.presigned, files.queries, MultipartStore(files.store), SETTINGS)
        self.scope = scope

    async def begin(self, **given: Any) -> BegunUpload:
        request = UploadRequest(name="plans", extension="zip", mime_type="application/zip", size_kb=0)
        return await self.use_case.begin(self.scope, replace(request, **given))

    async def put(self, begun: BegunUpload, parts: list[bytes], *, said: list[bytes] | None = None) -> list[int]:
        named = checksums(parts if said is None else said)
        signed = await self.use_case.sign(self.scope, begun.file_id, begun.upload_id, named)
        statuses = []
        async with aiohttp.ClientSession() as session:
            for part, data in zip(signed, parts, strict=True):
                async with session.put(part.url, data=BytesIO(data), headers=part.headers) as response:
                    statuses.append(response.status)
        return statuses

    async def complete(self, begun: BegunUpload, parts: list[bytes]) -> Any:
        return await self.use_case.complete(
            self.scope, begun.file_id, begun.upload_id, checksums(parts), project_id=None
        )


@pytest.fixture
def uploader(files: Files, scope: Scope) -> Uploader:
    return Uploader(files, scope)


async def test_parts_become_the_file(uploader: Uploader, files: Files, scope: Scope) -> None:
    begun = await uploader.begin(size_bytes=len(b"".join(PARTS)))
    assert await uploader.put(begun, PARTS) == [200, 200]
    for _ in range(2):
        file, problem = await uploader.complete(begun, PARTS)
        assert (file.status, file.size_bytes, problem) == ("uploaded", len(b"".join(PARTS)), None)
    download = await files.library.open_download(scope, begun.file_id)
    assert b"".join([chunk async for chunk in files.library.stream(download)]) == b"".join(PARTS)


async def test_names_without_extension_stay_as_they_are(uploader: Uploader) -> None:
    begun = await uploader.begin(name="plans", extension="")
    await uploader.put(begun, [b"x"])
    file, _ = await uploader.complete(begun, [b"x"])
    assert file.file_name == "plans"


async def test_store_refuses_a_part_with_other_bytes(uploader: Uploader, scope: Scope) -> None:
    begun = await uploader.begin()
    assert await uploader.put(begun, [b"changed"], said=[b"what was said"]) == [400]
    assert await uploader.use_case.arrived(scope, begun.file_id, begun.upload_id) == []


async def test_arrived_parts_are_listed_and_missing_ones_named(uploader: Uploader, scope: Scope) -> None:
    begun = await uploader.begin()
    await uploader.put(begun, [FIRST])
    arrived = await uploader.use_case.arrived(scope, begun.file_id, begun.upload_id)
    assert [(part.number, part.size) for part in arrived] == [(1, len(FIRST))]
    with pytest.raises(UploadMissingError, match="1 of 2 parts haven't arrived: send 2"):
        await uploader.complete(begun, PARTS)


async def test_parts_that_differ_from_what_was_said_are_not_completed(uploader: Uploader) -> None:
    begun = await uploader.begin(size_bytes=3)
    await uploader.put(begun, [b"one"])
    with pytest.raises(UploadChecksumMismatchError):
        await uploader.complete(begun, [b"two"])
    longer = await uploader.begin(size_bytes=2)
    await uploader.put(longer, [b"one"])
    with pytest.raises(UploadSizeMismatchError, match="3 bytes, but 2 were declared"):
        await uploader.complete(longer, [b"one"])


async def test_parts_are_all_parts_in_order(uploader: Uploader, scope: Scope) -> None:
    begun = await uploader.begin()
    await uploader.put(begun, [b"one"])
    for wrong in ([PartChecksum(2, checksums([b"one"])[0].checksum_sha256)], checksums([b"one"]) * 2):
        with pytest.raises(InvalidRequestError):
            await uploader.use_case.complete(scope, begun.file_id, begun.upload_id, wrong, None)


async def test_parts_together_have_the_limit_of_a_file(uploader: Uploader) -> None:
    begun = await uploader.begin()
    parts = [FIRST] * 4 + [b"one too many"]
    await uploader.put(begun, parts)
    with pytest.raises(PayloadTooLargeError):
        await uploader.complete(begun, parts)


async def test_aborted_upload_is_an_error_and_over(uploader: Uploader, scope: Scope) -> None:
    begun = await uploader.begin()
    await uploader.put(begun, [b"one"])
    for _ in range(2):
        file, _ = await uploader.use_case.abort(scope, begun.file_id, begun.upload_id)
        assert file.status == "error"
    with pytest.raises(MultipartUploadNotFoundError):
        await uploader.use_case.arrived(scope, begun.file_id, begun.upload_id)
    with pytest.raises(MultipartUploadNotFoundError):
        await uploader.complete(begun, [b"one"])


async def test_upload_of_another_file_or_organization_is_not_found(
    uploader: Uploader, files: Files, world: World, scope: Scope
) -> None:
    begun, other = await uploader.begin(), await uploader.begin()
    with pytest.raises(MultipartUploadNotFoundError):
        await uploader.use_case.arrived(scope, other.file_id, begun.upload_id)
    stranger = Uploader(files, world.organization())
    with pytest.raises(FileNotFoundInOrganizationError):
        await stranger.put(begun, [b"one"])


async def test_uploaded_file_takes_no_more_parts(uploader: Uploader) -> None:
    begun = await uploader.begin()
    await uploader.put(begun, [b"one"])
    await uploader.complete(begun, [b"one"])
    with pytest.raises(FileStatusConflictError):
        await uploader.put(begun, [b"two"])
