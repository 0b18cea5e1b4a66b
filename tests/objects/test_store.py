"""The object store, on a real S3."""

from __future__ import annotations

import asyncio
import hashlib
import io
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import aiohttp
import pytest

from service.domain.errors import UnavailableError
from service.objects.store import ObjectChangedError, ObjectStore, StoreSettings
from service.objects.writer import PART_BYTES, ObjectWriter
from tests.system.support import until


@pytest.fixture
def key() -> str:
    return f"tests/{uuid4()}/a b ü"


async def content(store: ObjectStore, key: str) -> bytes:
    return b"".join([chunk async for chunk in store.chunks(key)])


async def test_bytes_come_back_as_they_went(object_store: ObjectStore, key: str) -> None:
    etag = await object_store.put_bytes(key, b"hello", "text/plain")
    info = await object_store.head(key)
    assert info is not None
    assert (info.size, info.etag, info.content_type) == (5, etag, "text/plain")
    assert await content(object_store, key) == b"hello"


async def test_bytes_with_another_checksum_are_refused(object_store: ObjectStore, key: str) -> None:
    with pytest.raises(UnavailableError):
        await object_store.put_bytes(key, b"hello", "text/plain", sha256=hashlib.sha256(b"other").digest())
    assert await object_store.head(key) is None


@pytest.mark.parametrize("size", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 3 * PART_BYTES + 5])
async def test_writer_keeps_every_byte(object_store: ObjectStore, key: str, size: int) -> None:
    data = os.urandom(size)
    async with ObjectWriter(object_store, key, "application/octet-stream") as writer:
        for start in range(0, size, 300_000):
            await writer.write(data[start : start + 300_000])
        await writer.finish()
    assert writer.sha256 == hashlib.sha256(data).digest()
    assert hashlib.sha256(await content(object_store, key)).digest() == writer.sha256


async def test_unfinished_write_leaves_nothing(object_store: ObjectStore, key: str) -> None:
    async with ObjectWriter(object_store, key, "application/octet-stream") as writer:
        await writer.write(os.urandom(PART_BYTES + 1))
        assert await uploads_of(object_store, key) == [key]
    assert await object_store.head(key) is None
    assert await uploads_of(object_store, key) == []


async def test_stale_parts_below_a_prefix_are_thrown_away_and_others_kept(object_store: ObjectStore, key: str) -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    for name in (f"{key}/mine", f"{key}/other"):
        await object_store.begin_parts(name, "text/plain")
    assert await object_store.abandon_stale_parts(later - timedelta(hours=2), f"{key}/mine") == 0
    assert await object_store.abandon_stale_parts(later, f"{key}/mine") == 1
    assert await uploads_of(object_store, key) == [f"{key}/other"]


async def uploads_of(store: ObjectStore, prefix: str) -> list[str]:
    """Keys of the multipart uploads under way below a prefix; the bucket has those of other tests too."""
    answer = await store.with_client(
        lambda client: client.list_multipart_uploads(Bucket=store.settings.bucket, Prefix=prefix)
    )
    return [upload["Key"] for upload in answer.get("Uploads", ())]


async def test_range_is_that_range(object_store: ObjectStore, key: str) -> None:
    await object_store.put_bytes(key, b"0123456789", "text/plain")
    assert b"".join([chunk async for chunk in object_store.chunks(key, offset=3, length=4)]) == b"3456"


async def test_store_may_take_its_time_to_copy(
    object_store: ObjectStore, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    etag = await object_store.put_bytes(key, b"first", "text/plain")
    pipe = await asyncio.start_server(partial(_late, urlsplit(object_store.settings.endpoint_url).netloc), "127.0.0.1")
    monkeypatch.setattr("service.objects.store._IDLE_SECONDS", 0.3)
    endpoint = f"http://127.0.0.1:{pipe.sockets[0].getsockname()[1]}"
    slow = ObjectStore(replace(object_store.settings, endpoint_url=endpoint))
    await slow.open()
    try:
        assert await slow.copy(key, f"{key}-copy", if_match=etag, content_type="text/plain") == etag
        with pytest.raises(UnavailableError):
            await slow.head(key)
    finally:
        await slow.close()
        pipe.close()
    assert await content(object_store, f"{key}-copy") == b"first"


async def _late(upstream: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on one request at once, and its answer later than idle connections are borne with."""
    host, _, port = upstream.partition(":")
    request = await reader.readuntil(b"\r\n\r\n")
    there, back = await asyncio.open_connection(host, int(port))
    back.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
    answer = await there.read()
    await asyncio.sleep(1)
    writer.write(answer)
    writer.close()
    back.close()


async def test_copy_of_a_changed_object_is_refused(object_store: ObjectStore, key: str) -> None:
    etag = await object_store.put_bytes(key, b"first", "text/plain")
    await object_store.put_bytes(key, b"second", "text/plain")
    with pytest.raises(ObjectChangedError):
        await object_store.copy(key, key + "-copy", if_match=etag, content_type="text/plain")
    assert await object_store.head(key + "-copy") is None


async def test_copy_has_the_same_bytes(object_store: ObjectStore, key: str) -> None:
    etag = await object_store.put_bytes(key, b"first", "text/plain")
    copied = await object_store.copy(key, key + "-copy", if_match=etag, content_type="application/pdf")
    info = await object_store.head(key + "-copy")
    assert info is not None
    assert (info.etag, info.content_type) == (copied, "application/pdf")


async def test_presigned_put_refuses_another_content_type(object_store: ObjectStore, key: str) -> None:
    upload = object_store.presign_put(
        key,
        content_type="application/pdf",
        checksum_sha256=None,
        expires_in=timedelta(minutes=1),
        now=datetime.now(UTC),
    )
    async with aiohttp.ClientSession() as session:
        async with session.put(upload.url, data=b"x", headers={"Content-Type": "text/plain"}) as response:
            assert response.status == 403
        async with session.put(upload.url, data=b"x", headers=upload.headers) as response:
            assert response.status == 200


async def test_presigned_put_expires(object_store: ObjectStore, key: str) -> None:
    upload = object_store.presign_put(
        key,
        content_type="application/pdf",
        checksum_sha256=None,
        expires_in=timedelta(minutes=1),
        now=datetime.now(UTC) - timedelta(minutes=2),
    )
    async with (
        aiohttp.ClientSession() as session,
        session.put(upload.url, data=b"x", headers=upload.headers) as response,
    ):
        assert response.status == 403


async def test_presigned_post_limits_the_size(object_store: ObjectStore, key: str) -> None:
    upload = object_store.presign_post(
        key, content_type="application/pdf", sizes=(5, 5), expires_in=timedelta(minutes=1), now=datetime.now(UTC)
    )
    async with aiohttp.ClientSession() as session:
        for data, expected in ((b"123456", 400), (b"12345", 204)):
            form = aiohttp.FormData(upload.form_fields)
            form.add_field("file", io.BytesIO(data), content_type="application/pdf")
            async with session.post(upload.url, data=form) as response:
                assert response.status == expected


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1"])
async def test_bucket_is_made_in_the_region(store_settings: StoreSettings, region: str) -> None:
    asked: list[dict[str, Any]] = []
    store = ObjectStore(replace(store_settings, bucket=f"b-{uuid4()}", region=region))
    store._client.meta.events.register(
        "provide-client-params.s3.CreateBucket", lambda params, **_: asked.append(params)
    )
    await store.open()
    await store.ensure_bucket()
    await until(store.is_ready)
    assert [entry.get("CreateBucketConfiguration") for entry in asked] == [
        None if region == "us-east-1" else {"LocationConstraint": region}
    ]
    await store.close()


async def test_store_that_is_away_is_unavailable(store_settings: StoreSettings) -> None:
    store = ObjectStore(replace(store_settings, endpoint_url="http://127.0.0.1:1"))
    await store.open()
    with pytest.raises(UnavailableError):
        await store.head("key")
    with pytest.raises(UnavailableError):
        await store.list_objects()
    assert not await store.is_ready()
    await store.close()


async def test_bucket_that_several_make_at_once_is_made(store_settings: StoreSettings) -> None:
    stores = [ObjectStore(replace(store_settings, bucket=f"raced-{uuid4()}")) for _ in range(1)]
    stores += [ObjectStore(stores[0].settings) for _ in range(5)]
    for store in stores:
        await store.open()
    await asyncio.gather(*(store.ensure_bucket() for store in stores))
    await until(stores[0].is_ready)
    for store in stores:
        await store.close()
