"""One signed S3 request with the standard library, to see whether a server really answers its key.

Signature version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html.
"""

import hashlib
import hmac
import http.client
from datetime import UTC, datetime

_EMPTY_BODY = hashlib.sha256(b"").hexdigest()
_SIGNED_HEADERS = "host;x-amz-content-sha256;x-amz-date"


def answers_signed_request(host: str, port: int, access_key: str, secret_key: str, region: str) -> bool:
    """Whether ``GET /`` (list buckets) signed with the key is answered with 200 within two seconds."""
    connection = http.client.HTTPConnection(host, port, timeout=2.0)
    try:
        connection.request("GET", "/", headers=_headers(f"{host}:{port}", access_key, secret_key, region))
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _headers(authority: str, access_key: str, secret_key: str, region: str) -> dict[str, str]:
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{region}/s3/aws4_request"
    canonical = (
        f"GET\n/\n\nhost:{authority}\nx-amz-content-sha256:{_EMPTY_BODY}\nx-amz-date:{now}\n\n"
        f"{_SIGNED_HEADERS}\n{_EMPTY_BODY}"
    )
    to_sign = f"AWS4-HMAC-SHA256\n{now}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = b"AWS4" + secret_key.encode()
    for part in (*scope.split("/"), to_sign):
        key = hmac.digest(key, part.encode(), "sha256")
    credential = f"Credential={access_key}/{scope}, SignedHeaders={_SIGNED_HEADERS}, Signature={key.hex()}"
    return {
        "Host": authority,
        "x-amz-content-sha256": _EMPTY_BODY,
        "x-amz-date": now,
        "Authorization": f"AWS4-HMAC-SHA256 {credential}",
    }
