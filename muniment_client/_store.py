"""The object store as a client sees it: presigned PUTs, checked and tried again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import aiohttp
import yarl

from muniment_client._calls import Deadline, pause_or_raise, unreachable
from muniment_client._policy import keyed_retries
from muniment_client._rest import connector, proxy_of
from muniment_client._sources import CHUNK_BYTES, Meter, Source
from muniment_client.errors import (
    MunimentError,
    PermissionDeniedError,
    UnavailableError,
    UploadError,
)

_IDLE_SECONDS = 60.0
_CONNECT_SECONDS = 10.0
_HTTP_ERROR = 400
# The S3 error codes of bytes that aren't the ones that were signed: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
_OTHER_BYTES = ("BadDigest", "InvalidDigest", "XAmzContentSHA256Mismatch", "XAmzContentChecksumMismatch")


class StoreClient:
    """Sends bytes to presigned URLs. `certificates` (PEM) are trusted in place of the system's."""

    def __init__(self, certificates: bytes | None) -> None:
        self._certificates = certificates
        self._session: aiohttp.ClientSession | None = None

    async def put(
        self, url: str, headers: Mapping[str, str], source: Source, span: tuple[int, int], meter: Meter
    ) -> None:
        """PUT a span (offset, length) of a source, with retries.

        Raises:
            UploadError: the bytes aren't the ones that were signed.
            PermissionDeniedError: the URL isn't valid any more.
            UnavailableError, ConnectionFailedError: the store is away.
        """
        number, deadline = 1, Deadline(None)
        while True:
            sent = _Sent(source, span, meter)
            try:
                return await self._put_once(url, headers, sent)
            except MunimentError as error:
                sent.take_back()
                await pause_or_raise(error, number, keyed_retries(), deadline)
            except BaseException:
                sent.take_back()
                raise
            number += 1

    async def close(self) -> None:
        """Give up all connections."""
        if self._session is not None:
            await self._session.close()

    async def _put_once(self, url: str, headers: Mapping[str, str], sent: _Sent) -> None:
        length = {"Content-Length": str(sent.span[1])}
        target = yarl.URL(url, encoded=True)
        try:
            async with self._open().put(
                target, data=await sent.body(), headers={**headers, **length}, proxy=proxy_of(target)
            ) as response:
                if response.status >= _HTTP_ERROR:
                    raise _refusal(response.status, await response.text(errors="replace"), sent.source.file_name)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            if sent.failure is not None:
                raise sent.failure from None
            raise unreachable(f"The object store at {target.origin()}", str(error) or "it is silent") from error

    def _open(self) -> aiohttp.ClientSession:
        # Made in the loop that uses it.
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=connector(self._certificates),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_SECONDS, sock_read=_IDLE_SECONDS),
                skip_auto_headers=("User-Agent", "Content-Type", "Accept-Encoding"),
            )
        return self._session


class _Sent:
    """One try to send a span of a source."""

    def __init__(self, source: Source, span: tuple[int, int], meter: Meter) -> None:
        self.source = source
        self.span = span
        self.failure: MunimentError | None = None
        self._meter = meter
        self._count = 0

    async def body(self) -> Any:
        """The body of a PUT: what is small at once, what is large as it is read."""
        offset, length = self.span
        if length > CHUNK_BYTES:
            return self._chunks(offset, length)
        content = await self.source.read(offset, length)
        self._add(length)
        return content

    def take_back(self) -> None:
        """Uncount what has to be sent again."""
        self._meter.add(-self._count)
        self._count = 0

    async def _chunks(self, offset: int, length: int) -> AsyncIterator[bytes]:
        try:
            async for chunk in self.source.chunks(offset, length):
                yield chunk
                self._add(len(chunk))
        except MunimentError as error:
            # aiohttp would tell of a broken connection.
            self.failure = error
            raise

    def _add(self, count: int) -> None:
        self._count += count
        self._meter.add(count)


def _refusal(status: int, body: str, name: str) -> MunimentError:
    code = body.partition("<Code>")[2].partition("</Code>")[0]
    if code in _OTHER_BYTES:
        return UploadError(
            f"The store refused {name}: its bytes aren't those whose checksum was announced. Did it change meanwhile?",
            reason="UPLOAD_CHECKSUM_MISMATCH",
        )
    if status in (429, 500, 502, 503, 504):
        return UnavailableError(f"The store is busy: {status} {code}.", reason="UNAVAILABLE", code="UNAVAILABLE")
    if status == 403:
        return PermissionDeniedError(f"The store refused {name}: {code or status}. Its URL may have expired.")
    return UploadError(f"The store refused {name}: {status} {code}.")
