"""The object store: one bucket, any S3.

What is called often (PUT, GET, HEAD, copy, parts) goes over one asyncio HTTP client with presigned URLs; what is called
seldom (buckets, listings, multipart book-keeping) over boto3 in a bounded pool of threads.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import html
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import boto3
import yarl
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from service.domain.errors import UnavailableError
from service.objects.signing import Credentials, Presigner

T = TypeVar("T")

CHUNK_BYTES = 256 * 1024
_INTERNAL_LIFETIME = timedelta(hours=1)
_DELETE_BATCH = 1000
_HTTP_ERROR = 400
_NOT_FOUND = 404
_PRECONDITION_FAILED = 412
_BUCKET_IS_THERE = ("BucketAlreadyOwnedByYou", "BucketAlreadyExists")
_CONNECTIONS = 256
# How long a call waits for one of them, when clients that read slowly hold them all.
_CONNECT_SECONDS = 15.0
# How long the store may be silent. It is while it copies, which took a minute for 5 GB on one slow disk.
_IDLE_SECONDS = 60.0
_COPY_SECONDS = 1800.0


class ObjectChangedError(Exception):
    """The object isn't the one that was asked for any more."""


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """Where the objects are."""

    endpoint_url: str
    """Where the service reaches the store."""
    public_endpoint_url: str
    """Where clients reach it: presigned URLs point there."""
    bucket: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"
    threads: int = 8


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """What the store knows of an object."""

    size: int
    etag: str
    """With its quotes."""
    content_type: str
    last_modified: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An entry of a listing."""

    key: str
    size: int
    last_modified: datetime


@dataclass(frozen=True, slots=True)
class PresignedUpload:
    """How a client sends bytes to the store."""

    url: str
    headers: Mapping[str, str]
    form_fields: Mapping[str, str]
    expires_at: datetime


class ObjectStore:
    """One bucket of an S3."""

    def __init__(self, settings: StoreSettings) -> None:
        credentials = Credentials(settings.access_key, settings.secret_key, settings.region)
        self.settings = settings
        self._internal = Presigner(settings.endpoint_url, settings.bucket, credentials)
        self._public = Presigner(settings.public_endpoint_url, settings.bucket, credentials)
        self._threads = ThreadPoolExecutor(settings.threads, thread_name_prefix="s3")
        self._client = self._boto3_client(settings.endpoint_url)
        self._public_client = self._boto3_client(settings.public_endpoint_url)
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Open the HTTP client. It needs a running loop."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_CONNECTIONS, keepalive_timeout=30),
            timeout=_patience(_IDLE_SECONDS),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Content-Type"),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
        self._threads.shutdown(wait=False, cancel_futures=True)

    # Signing for clients

    def object_url(self, key: str) -> str:
        """Give the bare, public address of an object."""
        return self._public.object_url(key)

    def presign_put(
        self, key: str, *, content_type: str, checksum_sha256: str | None, expires_in: timedelta, now: datetime
    ) -> PresignedUpload:
        """Sign a PUT of this content type and, when given, of bytes with this SHA-256 (base64)."""
        headers = {"Content-Type": content_type}
        if checksum_sha256 is not None:
            headers["x-amz-checksum-sha256"] = checksum_sha256
        url = self._public.url("PUT", key, expires_in=expires_in, headers=headers, now=now)
        return PresignedUpload(url, headers, {}, now + expires_in)

    def presign_post(
        self, key: str, *, content_type: str, sizes: tuple[int, int], expires_in: timedelta, now: datetime
    ) -> PresignedUpload:
        """Sign a form POST whose body has this content type and at least, at most so many bytes."""
        answer = self._public_client.generate_presigned_post(
            self.settings.bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", *sizes]],
            ExpiresIn=int(expires_in.total_seconds()),
        )
        return PresignedUpload(answer["url"], {}, answer["fields"], now + expires_in)

    def presign_get(
        self, key: str, *, content_type: str, content_disposition: str, expires_in: timedelta, now: datetime
    ) -> str:
        """Sign a GET that answers with these headers."""
        query = {"response-content-type": content_type, "response-content-disposition": content_disposition}
        return self._public.url("GET", key, expires_in=expires_in, query=query, now=now)

    def presign_url(
        self,
        method: str,
        key: str,
        *,
        expires_in: timedelta,
        headers: Mapping[str, str],
        query: Mapping[str, str],
        now: datetime,
    ) -> str:
        """Sign any request of a client with these headers and parameters."""
        return self._public.url(method, key, expires_in=expires_in, headers=headers, query=query, now=now)

    # Single objects

    async def head(self, key: str) -> ObjectInfo | None:
        """Look at an object; None when there is none."""
        async with self._request("HEAD", key) as response:
            if response.status == _NOT_FOUND:
                return None
            await _check(response, key)
            return ObjectInfo(
                size=int(response.headers.get("Content-Length", "0")),
                etag=response.headers.get("ETag", ""),
                content_type=response.headers.get("Content-Type", ""),
                last_modified=_moment_of(response.headers.get("Last-Modified")),
            )

    async def put_bytes(
        self, key: str, data: bytes | bytearray | memoryview, content_type: str, *, sha256: bytes | None = None
    ) -> str:
        """Write a small object whole; the store refuses bytes with another SHA-256. Answers the ETag."""
        digest = sha256 if sha256 is not None else await asyncio.to_thread(_sha256, data)
        headers = {"Content-Type": content_type, "x-amz-checksum-sha256": base64.b64encode(digest).decode()}
        async with self._request("PUT", key, headers=headers, data=data) as response:
            await _check(response, key)
            return response.headers.get("ETag", "")

    async def copy(self, source: str, target: str, *, if_match: str, content_type: str) -> str:
        """Copy an object inside the store. Answers the copy's ETag.

        Raises:
            ObjectChangedError: the source isn't the one with this ETag any more.
        """
        headers = {
            "x-amz-copy-source": f"/{self.settings.bucket}/{source}",
            "x-amz-copy-source-if-match": if_match,
            "x-amz-metadata-directive": "REPLACE",
            "Content-Type": content_type,
        }
        async with self._request("PUT", target, headers=headers, idle_seconds=_COPY_SECONDS) as response:
            if response.status in (_NOT_FOUND, _PRECONDITION_FAILED):
                raise ObjectChangedError(source)
            await _check(response, source)
            body = await response.text()
        # S3 may begin its answer with 200 and fail afterwards: the body tells.
        if "<CopyObjectResult" not in body:
            raise UnavailableError("the object store could not copy the upload; try again in a moment")
        etag = html.unescape(body.partition("<ETag>")[2].partition("</ETag>")[0])
        return f'"{etag.strip(chr(34))}"'

    @asynccontextmanager
    async def read(
        self, key: str, *, offset: int = 0, length: int | None = None
    ) -> AsyncIterator[aiohttp.StreamReader]:
        """Open a stream over an object's bytes, or a range of them."""
        headers = {}
        if offset or length is not None:
            headers["Range"] = f"bytes={offset}-{'' if length is None else offset + length - 1}"
        async with self._request("GET", key, headers=headers, signed_headers={}) as response:
            await _check(response, key)
            yield response.content

    async def chunks(self, key: str, *, offset: int = 0, length: int | None = None) -> AsyncIterator[bytes]:
        """Stream an object's bytes, or a range of them, in chunks of at most 256 KiB.

        Raises:
            UnavailableError: the store ended the stream early.
        """
        seen = 0
        async with self.read(key, offset=offset, length=length) as stream:
            while chunk := await _translate(stream.read(CHUNK_BYTES)):
                seen += len(chunk)
                yield chunk
        if length is not None and seen != length:
            raise UnavailableError("the object store ended the download early; try again in a moment")

    async def download_to(self, key: str, path: Path) -> None:
        """Write an object into a local file."""
        with path.open("wb") as file:
            async for chunk in self.chunks(key):
                await asyncio.to_thread(file.write, chunk)

    # Multipart uploads

    async def begin_parts(self, key: str, content_type: str) -> str:
        """Begin a multipart upload. Answers its id."""
        answer = await self.call(
            lambda: self._client.create_multipart_upload(Bucket=self.settings.bucket, Key=key, ContentType=content_type)
        )
        return str(answer["UploadId"])

    async def put_part(self, key: str, upload_id: str, number: int, data: bytes | bytearray) -> str:
        """Write one part, numbered from 1. Answers its ETag."""
        query = {"partNumber": str(number), "uploadId": upload_id}
        async with self._request("PUT", key, query=query, data=data) as response:
            await _check(response, key)
            return response.headers.get("ETag", "")

    async def finish_parts(self, key: str, upload_id: str, etags: list[str]) -> str:
        """Make the parts one object. Answers its ETag."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(etags, 1)]
        answer = await self.call(
            lambda: self._client.complete_multipart_upload(
                Bucket=self.settings.bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": parts}
            )
        )
        return str(answer["ETag"])

    async def abandon_parts(self, key: str, upload_id: str) -> None:
        """Throw the parts away."""
        await self.call(
            lambda: self._client.abort_multipart_upload(Bucket=self.settings.bucket, Key=key, UploadId=upload_id)
        )

    # Many objects

    async def list_objects(self, prefix: str = "", *, start_after: str = "") -> list[StoredObject]:
        """List up to 1,000 objects in the order of their keys."""
        answer = await self.call(
            lambda: self._client.list_objects_v2(
                Bucket=self.settings.bucket, Prefix=prefix, StartAfter=start_after, MaxKeys=_DELETE_BATCH
            )
        )
        return [StoredObject(o["Key"], o["Size"], o["LastModified"]) for o in answer.get("Contents", ())]

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that aren't there are no error."""
        remaining = list(keys)
        while remaining:
            batch, remaining = remaining[:_DELETE_BATCH], remaining[_DELETE_BATCH:]
            await self.call(self._delete_batch, batch)

    async def abandon_stale_parts(self, older_than: datetime, prefix: str = "") -> int:
        """Throw away the parts of multipart uploads that were begun before `older_than` and never finished."""
        return await self.call(self._abandon_stale_parts, older_than, prefix)

    # The bucket

    async def ensure_bucket(self, cors_origins: Iterable[str] = ()) -> None:
        """Make the bucket, if it isn't there, and let browsers of these origins send and fetch."""
        await self.call(self._ensure_bucket, tuple(cors_origins))

    async def is_ready(self) -> bool:
        """Tell whether the store answers for the bucket."""
        try:
            async with asyncio.timeout(3), self._request("HEAD", "") as response:
                return response.status < _HTTP_ERROR
        except (TimeoutError, UnavailableError):
            return False

    async def with_client(self, function: Callable[[Any], T]) -> T:
        """Run something with the boto3 client in the pool of threads."""
        return await self.call(function, self._client)

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """Run a blocking call to boto3 in the pool of threads."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, lambda: function(*arguments))
        except (BotoCoreError, ClientError) as error:
            raise UnavailableError("the object store can't do this just now; try again in a moment") from error

    def _boto3_client(self, endpoint_url: str) -> Any:
        return boto3.client(
            "s3",
            endpoint_url=endpoint_url,
            aws_access_key_id=self.settings.access_key,
            aws_secret_access_key=self.settings.secret_key,
            region_name=self.settings.region,
            config=Config(
                signature_version="s3v4",
                s3={"addressing_style": "path"},
                max_pool_connections=self.settings.threads,
                retries={"max_attempts": 3, "mode": "standard"},
                connect_timeout=5,
                read_timeout=60,
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )

    def _ensure_bucket(self, cors_origins: tuple[str, ...]) -> None:
        try:
            self._client.head_bucket(Bucket=self.settings.bucket)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") != _NOT_FOUND:
                raise
            self._create_bucket()
        if cors_origins:
            rule = {
                "AllowedOrigins": list(cors_origins),
                "AllowedMethods": ["GET", "HEAD", "PUT", "POST"],
                "AllowedHeaders": ["*"],
                "ExposeHeaders": ["ETag"],
                "MaxAgeSeconds": 3600,
            }
            self._client.put_bucket_cors(Bucket=self.settings.bucket, CORSConfiguration={"CORSRules": [rule]})

    def _create_bucket(self) -> None:
        try:
            self._client.create_bucket(Bucket=self.settings.bucket, **_placed_in(self.settings.region))
        except ClientError as error:
            # Another process of ours that started at the same moment has made it.
            if error.response.get("Error", {}).get("Code") not in _BUCKET_IS_THERE:
                raise

    def _delete_batch(self, keys: list[str]) -> None:
        self._client.delete_objects(
            Bucket=self.settings.bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
        )

    def _abandon_stale_parts(self, older_than: datetime, prefix: str) -> int:
        answer = self._client.list_multipart_uploads(Bucket=self.settings.bucket, Prefix=prefix)
        stale = [upload for upload in answer.get("Uploads", ()) if upload["Initiated"] < older_than]
        for upload in stale:
            self._client.abort_multipart_upload(
                Bucket=self.settings.bucket, Key=upload["Key"], UploadId=upload["UploadId"]
            )
        return len(stale)

    @asynccontextmanager
    async def _request(
        self,
        method: str,
        key: str,
        *,
        headers: Mapping[str, str] | None = None,
        signed_headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        data: bytes | bytearray | memoryview | None = None,
        idle_seconds: float | None = None,
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        assert self._session is not None, "open() comes first"
        signed = headers if signed_headers is None else signed_headers
        url = self._internal.url(method, key, expires_in=_INTERNAL_LIFETIME, headers=signed, query=query)
        try:
            async with self._session.request(
                method,
                yarl.URL(url, encoded=True),
                headers=headers if data is None else {**(headers or {}), "Content-Length": str(len(data))},
                data=_body(data),
                allow_redirects=False,
                timeout=_patience(idle_seconds or _IDLE_SECONDS),
            ) as response:
                yield response
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnavailableError("the object store can't be reached just now; try again in a moment") from error


def _patience(idle_seconds: float) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(total=None, connect=_CONNECT_SECONDS, sock_connect=5, sock_read=idle_seconds)


def _placed_in(region: str) -> dict[str, Any]:
    # The first region must not be named: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
    return {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}


def _body(data: bytes | bytearray | memoryview | None) -> Any:
    return _slices(data) if data is not None and len(data) > CHUNK_BYTES else data


async def _slices(data: bytes | bytearray | memoryview) -> AsyncIterator[memoryview]:
    # Slice by slice, so that the loop serves others while a large body is on its way.
    view = memoryview(data)
    for start in range(0, len(view), CHUNK_BYTES):
        yield view[start : start + CHUNK_BYTES]


async def _check(response: aiohttp.ClientResponse, key: str) -> None:
    if response.status >= _HTTP_ERROR:
        body = (await response.text())[:500]
        raise UnavailableError("the object store refused; try again in a moment") from StoreRefusedError(
            response.status, key, body
        )


class StoreRefusedError(Exception):
    """What the store answered, for the log."""

    def __init__(self, status: int, key: str, body: str) -> None:
        super().__init__(f"{status} for {key or 'the bucket'}: {body}")


async def _translate(reading: Any) -> bytes:
    try:
        return bytes(await reading)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise UnavailableError("the object store ended the download early; try again in a moment") from error


def _sha256(data: bytes | bytearray | memoryview) -> bytes:
    return hashlib.sha256(data).digest()


def _moment_of(header: str | None) -> datetime:
    return parsedate_to_datetime(header) if header else datetime.now(UTC)
