"""Multipart uploads whose parts clients send themselves. The store checks the SHA-256 of each part.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from service.objects.store import ObjectStore

T = TypeVar("T")

_CHECKSUM = "SHA256"
_GONE = ("NoSuchUpload", "NoSuchKey", "404")
_REFUSED = ("InvalidPart", "InvalidPartOrder", "InvalidRequest", "BadDigest", "EntityTooSmall")


class NoSuchUploadError(Exception):
    """The store has no such upload: it is over, or never was."""


class PartsRefusedError(Exception):
    """The store doesn't make an object of these parts."""


@dataclass(frozen=True, slots=True)
class PresignedPart:
    """How a client sends one part."""

    number: int
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredPart:
    """A part that the store has."""

    number: int
    size: int
    etag: str


class MultipartStore:
    """The multipart uploads of a bucket."""

    def __init__(self, objects: ObjectStore) -> None:
        self.objects = objects
        self._bucket = objects.settings.bucket

    async def begin(self, key: str, content_type: str) -> str:
        """Begin an upload whose parts have checksums. Answers its id."""
        answer = await self._call(
            lambda s3: s3.create_multipart_upload(
                Bucket=self._bucket, Key=key, ContentType=content_type, ChecksumAlgorithm=_CHECKSUM
            )
        )
        return str(answer["UploadId"])

    def presign(
        self, key: str, upload_id: str, number: int, checksum_sha256: str, *, expires_in: timedelta, now: datetime
    ) -> PresignedPart:
        """Sign a PUT of one part, numbered from 1, whose bytes have this SHA-256 (base64)."""
        headers = {"x-amz-checksum-sha256": checksum_sha256}
        query = {"partNumber": str(number), "uploadId": upload_id}
        url = self.objects.presign_url("PUT", key, expires_in=expires_in, headers=headers, query=query, now=now)
        return PresignedPart(number, url, headers, now + expires_in)

    async def list_parts(self, key: str, upload_id: str) -> list[StoredPart]:
        """List the parts that have arrived, by their numbers.

        Raises:
            NoSuchUploadError: there is no such upload.
        """
        return await self._call(lambda s3: _all_parts(s3, Bucket=self._bucket, Key=key, UploadId=upload_id))

    async def complete(self, key: str, upload_id: str, parts: Sequence[tuple[int, str, str]]) -> None:
        """Make an object of parts, each a number, an ETag and a SHA-256 in base64.

        Raises:
            NoSuchUploadError: there is no such upload.
            PartsRefusedError: the store has other parts.
        """
        listed = [{"PartNumber": number, "ETag": etag, "ChecksumSHA256": checksum} for number, etag, checksum in parts]
        await self._call(
            lambda s3: s3.complete_multipart_upload(
                Bucket=self._bucket, Key=key, UploadId=upload_id, MultipartUpload={"Parts": listed}
            )
        )

    async def abandon(self, key: str, upload_id: str) -> None:
        """Throw the parts away. An upload that is over is no error."""
        try:
            await self._call(lambda s3: s3.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload_id))
        except NoSuchUploadError:
            return

    async def _call(self, function: Callable[[Any], T]) -> T:
        def checked(s3: Any) -> T:
            try:
                return function(s3)
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code in _GONE:
                    raise NoSuchUploadError from error
                if code in _REFUSED:
                    raise PartsRefusedError(str(error)) from error
                raise

        return await self.objects.with_client(checked)


def _all_parts(s3: Any, **upload: str) -> list[StoredPart]:
    found: list[StoredPart] = []
    marker = 0
    while True:
        answer = s3.list_parts(**upload, PartNumberMarker=marker)
        found += [StoredPart(part["PartNumber"], part["Size"], part["ETag"]) for part in answer.get("Parts", ())]
        if not answer.get("IsTruncated"):
            return found
        marker = answer["NextPartNumberMarker"]
