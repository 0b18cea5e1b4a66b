"""The real PostgreSQL and the real S3 that all servers share."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import psycopg
from botocore.config import Config

from service.embedded import EmbeddedPostgres, EmbeddedSeaweedFS


@dataclass(frozen=True, slots=True)
class Parts:
    """``directory`` is kept between runs, with the seeded databases; objects aren't."""

    directory: Path
    postgres: EmbeddedPostgres
    seaweedfs: EmbeddedSeaweedFS

    def dsn(self, database: str) -> str:
        """A libpq URL of the superuser, by TCP as in production."""
        return self.postgres.dsn(database, tcp=True)

    def make_database(self, name: str) -> bool:
        """Whether it was made now, and so is empty."""
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
            if found is None:
                connection.execute(f'CREATE DATABASE "{name}"')
        return found is None

    def drop_database(self, name: str) -> None:
        with psycopg.connect(self.dsn("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def s3_client(self) -> Any:
        """A boto3 client with all rights."""
        return boto3.client(
            "s3",
            endpoint_url=self.seaweedfs.endpoint_url,
            aws_access_key_id=self.seaweedfs.access_key,
            aws_secret_access_key=self.seaweedfs.secret_key,
            region_name="us-east-1",
            config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
        )


@contextlib.contextmanager
def running_parts(directory: Path) -> Iterator[Parts]:
    """Both servers, stopped at the end."""
    directory.mkdir(mode=0o711, parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="s3-", dir=directory) as objects,
        EmbeddedPostgres(directory / "postgres") as postgres,
        EmbeddedSeaweedFS(Path(objects)) as seaweedfs,
    ):
        yield Parts(directory, postgres, seaweedfs)
