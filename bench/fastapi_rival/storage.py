"""The object store. Everything here blocks: call it in a thread."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, BinaryIO
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from bench.fastapi_rival.settings import get_settings

CHUNK_BYTES = 256 * 1024


@lru_cache
def _client() -> Any:
    settings = get_settings()
    return boto3.client(
        "s3",
        endpoint_url=settings.s3_endpoint_url,
        aws_access_key_id=settings.s3_access_key,
        aws_secret_access_key=settings.s3_secret_key,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=50),
    )


def object_key(organization_id: UUID, file_id: UUID) -> str:
    return f"{organization_id}/{file_id}"


def object_url(key: str) -> str:
    settings = get_settings()
    return f"{settings.s3_endpoint_url}/{settings.s3_bucket}/{key}"


def presign_put(key: str, mime_type: str) -> str:
    settings = get_settings()
    url: str = _client().generate_presigned_url(
        "put_object",
        Params={"Bucket": settings.s3_bucket, "Key": key, "ContentType": mime_type},
        ExpiresIn=settings.presigned_url_seconds,
    )
    return url


def size_of(key: str) -> int | None:
    """Bytes of the object; None when it is absent."""
    try:
        return int(_client().head_object(Bucket=get_settings().s3_bucket, Key=key)["ContentLength"])
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise


def upload(key: str, body: BinaryIO, mime_type: str) -> None:
    _client().upload_fileobj(body, get_settings().s3_bucket, key, ExtraArgs={"ContentType": mime_type})


def open_object(key: str) -> tuple[int, Iterator[bytes]]:
    """The object's size in bytes, and its bytes."""
    answer = _client().get_object(Bucket=get_settings().s3_bucket, Key=key)
    return answer["ContentLength"], answer["Body"].iter_chunks(CHUNK_BYTES)
