"""Presigned URLs are, to the letter, those of botocore."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import botocore.auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from hypothesis import given
from hypothesis import strategies as st

from service.objects.signing import Credentials, Presigner

NOW = datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
KEYS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=1, max_size=40).filter(
    lambda key: not key.startswith("/") and "//" not in key and not {".", ".."} & set(key.split("/"))
)


def botocore_url(method: str, url: str, headers: dict[str, str], seconds: int) -> str:
    credentials = BotocoreCredentials("AK", "SK")
    request = AWSRequest(method, url, headers=headers)
    with patch.object(botocore.auth, "get_current_datetime", lambda: NOW.replace(tzinfo=None)):
        botocore.auth.S3SigV4QueryAuth(credentials, "s3", "eu-west-1", expires=seconds).add_auth(request)
    return str(request.url)


@given(
    key=KEYS,
    seconds=st.integers(1, 604_800),
    content_type=st.sampled_from(["application/pdf", "text/csv; charset=utf-8"]),
)
def test_put_url_equals_botocores(key: str, seconds: int, content_type: str) -> None:
    presigner = Presigner("https://s3.example.com:9000", "a-bucket", Credentials("AK", "SK", "eu-west-1"))
    headers = {"Content-Type": content_type, "x-amz-checksum-sha256": "abc="}
    ours = presigner.url("PUT", key, expires_in=timedelta(seconds=seconds), headers=headers, now=NOW)
    assert ours == botocore_url("PUT", presigner.object_url(key), headers, seconds)


def test_endpoint_with_a_path_keeps_it() -> None:
    presigner = Presigner("https://example.com/s3/", "b", Credentials("AK", "SK", "eu-west-1"))
    assert presigner.object_url("a b") == "https://example.com/s3/b/a%20b"
