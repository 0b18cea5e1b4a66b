"""Many small files by `muniment file upload`, beside plain loops that PUT the same files to the store in parallel.

Each side is a program of its own, started anew, and reads the files from disk. All ask the store to check the SHA-256.
"""

import asyncio
import base64
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import aiohttp
import boto3
from botocore.config import Config

from bench.parts import Parts
from bench.rows import Comparison
from bench.sides import Side

BUCKET = "plain"
PARALLEL = 16
FILE_BYTES = 10 * 1024


def compare(parts: Parts, side: Side, files: int, rounds: int) -> list[Comparison]:
    """Files per second of the three, in turn; no two rounds send the same bytes."""
    parts.s3_client().create_bucket(Bucket=BUCKET)
    ways: dict[str, Callable[[Path], None]] = {
        "muniment": lambda folder: _by_program(side, folder),
        "aiohttp": lambda folder: _by_loop(parts, folder, "aiohttp"),
        "boto3": lambda folder: _by_loop(parts, folder, "boto3"),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for round_number in range(rounds + 1):
        for name, send in ways.items():
            with tempfile.TemporaryDirectory(prefix="small-") as folder:
                _make(Path(folder), files)
                started = time.perf_counter()
                send(Path(folder))
                # The first round fills caches and pools, and isn't recorded.
                if round_number:
                    rates[name].append(files / (time.perf_counter() - started))
    what = f"{files:,} files of {FILE_BYTES // 1024} KiB by `muniment file upload`"
    return [
        Comparison(
            f"{what}, beside a loop of {loop}",
            _rate(rates["muniment"]),
            _rate(rates[loop]),
            [ours / theirs for ours, theirs in zip(rates["muniment"], rates[loop], strict=True)],
            0.8,
            "at least",
        )
        for loop in ("boto3", "aiohttp")
    ]


def _make(folder: Path, files: int) -> None:
    for number in range(files):
        (folder / f"bill-{number:05}.pdf").write_bytes(os.urandom(FILE_BYTES))


def _by_program(side: Side, folder: Path) -> None:
    headers = side.headers("writes")
    with tempfile.TemporaryDirectory(prefix="state-") as state:
        environment = {
            **os.environ,
            "MUNIMENT_ADDRESS": f"grpc://{side.grpc_target}",
            "MUNIMENT_ORGANIZATION": headers["x-organization-id"],
            "MUNIMENT_API_KEY": headers["x-api-key"],
            "XDG_STATE_HOME": state,
        }
        program = Path(sys.executable).with_name("muniment")
        command = [str(program), "file", "upload", str(folder), "--parallel", str(PARALLEL)]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"muniment file upload ended with {done.returncode}: {done.stderr[-500:]!r}")
    if not all(line.startswith(b"uploaded ") for line in done.stdout.splitlines()):
        raise RuntimeError(f"not all were uploaded: {done.stderr[-500:]!r}")


def _by_loop(parts: Parts, folder: Path, loop: str) -> None:
    store = parts.seaweedfs
    asked = json.dumps([store.endpoint_url, store.access_key, store.secret_key, str(folder)])
    subprocess.run([sys.executable, "-m", "bench.small_uploads", loop], input=asked, text=True, check=True)


def _rate(rates: list[float]) -> str:
    return f"{sorted(rates)[len(rates) // 2]:.0f}/s"


def _client(endpoint: str, access_key: str, secret_key: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=endpoint,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        region_name="us-east-1",
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=PARALLEL),
    )


def _put_with_boto3(client: Any, folder: Path) -> None:
    def put(file: Path) -> None:
        content = file.read_bytes()
        client.put_object(
            Bucket=BUCKET, Key=f"{folder.name}/{file.name}", Body=content, ChecksumSHA256=_sha256(content)
        )

    with ThreadPoolExecutor(PARALLEL) as pool:
        list(pool.map(put, sorted(folder.iterdir())))


async def _put_with_aiohttp(client: Any, folder: str, files: Iterator[Path]) -> None:
    async def put_all(session: aiohttp.ClientSession) -> None:
        for file in files:
            content = file.read_bytes()
            checksum = _sha256(content)
            parameters = {"Bucket": BUCKET, "Key": f"{folder}/{file.name}", "ChecksumSHA256": checksum}
            url = client.generate_presigned_url("put_object", Params=parameters)
            async with session.put(url, data=content, headers={"x-amz-checksum-sha256": checksum}) as answer:
                if answer.status != 200:
                    raise RuntimeError(await answer.text())

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=PARALLEL)) as session:
        await asyncio.gather(*(put_all(session) for _ in range(PARALLEL)))


def _sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def main() -> None:
    """Be one of the plain loops."""
    endpoint, access_key, secret_key, folder = json.load(sys.stdin)
    client = _client(endpoint, access_key, secret_key)
    if sys.argv[1] == "boto3":
        _put_with_boto3(client, Path(folder))
    else:
        asyncio.run(_put_with_aiohttp(client, Path(folder).name, iter(sorted(Path(folder).iterdir()))))


if __name__ == "__main__":
    main()
