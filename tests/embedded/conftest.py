"""One running stack for the tests that leave it running; a program of its own for those that kill things."""

import json
import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from service.embedded import EmbeddedSeaweedFS, EmbeddedStack

ROOT = Path(__file__).parents[2]


@contextmanager
def s3_client(url: str, access_key: str, secret_key: str) -> Iterator[Any]:
    client = boto3.client(
        "s3",
        endpoint_url=url,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name=EmbeddedSeaweedFS.region,
        config=Config(
            s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, connect_timeout=60, read_timeout=120
        ),
    )
    with closing(client):
        yield client


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedStack]:
    with EmbeddedStack(tmp_path_factory.mktemp("stack"), fsync=False) as running:
        yield running


@pytest.fixture(scope="module")
def s3(stack: EmbeddedStack) -> Iterator[Any]:
    server = stack.seaweedfs
    with s3_client(server.endpoint_url, server.access_key, server.secret_key) as client:
        yield client


class Program:
    """``python -m service.embedded`` in a session of its own."""

    def __init__(self, data_dir: Path, *options: str, python: str = sys.executable, user: int | None = None) -> None:
        self.process = subprocess.Popen(
            [python, "-m", "service.embedded", "--data-dir", str(data_dir), *options],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), sysconfig.get_path("purelib")])},
            user=user,
            group=user,
            extra_groups=None if user is None else [],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def details(self) -> dict[str, Any]:
        """What it prints once both servers answer."""
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        details: dict[str, Any] = json.loads(line)
        return details

    def interrupt(self) -> None:
        """Ctrl-C: the signal goes to the whole process group."""
        os.killpg(self.process.pid, signal.SIGINT)


@pytest.fixture
def run() -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def start(data_dir: Path, *options: str, **more: Any) -> Program:
        program = Program(data_dir, *options, **more)
        started.append(program)
        return program

    yield start
    for program in started:
        if program.process.poll() is None:
            program.process.terminate()
        program.process.communicate()
