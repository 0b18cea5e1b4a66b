"""Proof, at the start, that clients will be able to send and fetch bytes."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import aiohttp

from service.domain.errors import UnavailableError
from service.objects.store import ObjectStore

_LIFETIME = timedelta(minutes=5)
_TYPE = "text/plain"
_OK = 200
# A store makes room for a bucket when its first object comes, which takes its time on a busy machine.
_PATIENCE_SECONDS = 60.0
_FORBIDDEN = 403


class StoreNotFitError(Exception):
    """The store can't be used as it is set; the message says what to do."""


async def run(store: ObjectStore) -> None:
    """Make the bucket if need be; PUT an object as a client does, see it as the service does, GET it back as a client.

    Raises:
        StoreNotFitError: one of these can't be done.
    """
    try:
        await store.ensure_bucket()
    except UnavailableError as error:
        raise StoreNotFitError(
            f"the bucket {store.settings.bucket} can't be used at {store.settings.endpoint_url}: {error.__cause__}. "
            "Look at MUNIMENT_S3_ENDPOINT_URL, MUNIMENT_S3_BUCKET and the keys"
        ) from error
    key = f"self-test/{secrets.token_hex(8)}"
    data = secrets.token_bytes(32)
    try:
        await _put(store, key, data)
        info = await store.head(key)
        if info is None or info.size != len(data):
            raise StoreNotFitError(
                "an object that was PUT through MUNIMENT_S3_PUBLIC_ENDPOINT_URL isn't there through "
                "MUNIMENT_S3_ENDPOINT_URL: they lead to different stores"
            )
        await _get(store, key, data)
    finally:
        await store.delete([key])


async def _put(store: ObjectStore, key: str, data: bytes) -> None:
    upload = store.presign_put(
        key, content_type=_TYPE, checksum_sha256=None, expires_in=_LIFETIME, now=datetime.now(UTC)
    )
    status, body = await _call("PUT", upload.url, data=data, headers=dict(upload.headers))
    _require(status, body, f"PUT to {store.settings.public_endpoint_url}")


async def _get(store: ObjectStore, key: str, data: bytes) -> None:
    url = store.presign_get(
        key, content_type=_TYPE, content_disposition="attachment", expires_in=_LIFETIME, now=datetime.now(UTC)
    )
    status, body = await _call("GET", url)
    _require(status, body, f"GET from {store.settings.public_endpoint_url}")
    if body != data:
        raise StoreNotFitError(f"GET from {store.settings.public_endpoint_url} answers other bytes than were PUT")


async def _call(
    method: str, url: str, data: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, bytes]:
    timeout = aiohttp.ClientTimeout(total=_PATIENCE_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.request(method, url, data=data, headers=headers) as response,
        ):
            return response.status, await response.read()
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise StoreNotFitError(
            f"a client's {method} doesn't reach the store: {error}. Look at MUNIMENT_S3_PUBLIC_ENDPOINT_URL, or set "
            "MUNIMENT_S3_SELF_TEST=false when that address can't be reached from here"
        ) from error


def _require(status: int, body: bytes, what: str) -> None:
    if status == _OK:
        return
    hint = " (a wrong key, region or clock)" if status == _FORBIDDEN else ""
    raise StoreNotFitError(f"{what} was answered with {status}{hint}: {body[:300].decode(errors='replace')}")
