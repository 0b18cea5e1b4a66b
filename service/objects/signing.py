"""Presigned URLs: AWS Signature Version 4 in the query string.

botocore's signer takes about 0.1 ms for a URL and boto3's client 0.4 ms, mostly for what doesn't change from one URL to
the next. This one derives the day's key once and hashes three short strings for a URL; a test holds it to botocore's
output to the letter. https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

_ALGORITHM = "AWS4-HMAC-SHA256"
_PAYLOAD = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who signs."""

    access_key: str
    secret_key: str
    region: str


class Presigner:
    """Signs requests to one bucket, addressed by path, at one endpoint."""

    def __init__(self, endpoint_url: str, bucket: str, credentials: Credentials) -> None:
        endpoint = urlsplit(endpoint_url)
        self._origin = f"{endpoint.scheme}://{endpoint.netloc}"
        self._host = endpoint.netloc
        self._base_path = f"{endpoint.path.rstrip('/')}/{quote(bucket)}"
        self._credentials = credentials
        self._day = ""
        self._day_key = b""

    def object_url(self, key: str) -> str:
        """Give the bare address of an object."""
        return self._origin + self._path(key)

    def url(
        self,
        method: str,
        key: str,
        *,
        expires_in: timedelta,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
        now: datetime | None = None,
    ) -> str:
        """Sign a request.

        Args:
            method: the HTTP method.
            key: the object's key; empty for the bucket itself.
            expires_in: for how long the URL works; S3 allows up to seven days.
            headers: those that the request must carry just so, besides `host`.
            query: further parameters.
            now: when the URL begins to work.
        """
        moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        day = moment[:8]
        signed = {"host": self._host} | {name.lower(): value.strip() for name, value in (headers or {}).items()}
        names = sorted(signed)
        signed_names = ";".join(names)
        credential_scope = f"{day}/{self._credentials.region}/s3/aws4_request"
        parameters = {
            "X-Amz-Algorithm": _ALGORITHM,
            "X-Amz-Credential": f"{self._credentials.access_key}/{credential_scope}",
            "X-Amz-Date": moment,
            "X-Amz-Expires": str(int(expires_in.total_seconds())),
            "X-Amz-SignedHeaders": signed_names,
            **(query or {}),
        }
        path = self._path(key)
        canonical_query = "&".join(
            f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in sorted(parameters.items())
        )
        canonical_headers = "".join(f"{name}:{signed[name]}\n" for name in names)
        canonical = f"{method}\n{path}\n{canonical_query}\n{canonical_headers}\n{signed_names}\n{_PAYLOAD}"
        to_sign = f"{_ALGORITHM}\n{moment}\n{credential_scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.digest(self._key_of(day), to_sign.encode(), "sha256").hex()
        return f"{self._origin}{path}?{canonical_query}&X-Amz-Signature={signature}"

    def _path(self, key: str) -> str:
        return f"{self._base_path}/{quote(key, safe='/-_.~')}" if key else self._base_path

    def _key_of(self, day: str) -> bytes:
        if day != self._day:
            key = f"AWS4{self._credentials.secret_key}".encode()
            for part in (day, self._credentials.region, "s3", "aws4_request"):
                key = hmac.digest(key, part.encode(), "sha256")
            self._day, self._day_key = day, key
        return self._day_key
