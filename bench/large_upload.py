"""One large upload through the service, beside the same bytes PUT straight to S3."""

import os
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from bench.load.http1 import http_head
from bench.parts import Parts
from bench.processes import peak_memory
from bench.rows import Comparison
from bench.sides import BOUNDARY, Side, multipart_frame

MIB = 1024 * 1024
BUCKET = "straight"


@dataclass(frozen=True, slots=True)
class _Memory:
    before: int
    peak: int

    @property
    def extra_mib(self) -> float:
        return (self.peak - self.before) / MIB


def compare(parts: Parts, side: Side, size_mib: int, rounds: int) -> list[Comparison]:
    """Speed, and the memory that the service's processes took more than before."""
    client = parts.s3_client()
    client.create_bucket(Bucket=BUCKET)
    through, straight, memory = [], [], []
    upload_through(side, 16)
    for round_number in range(rounds):
        key = f"{round_number}"
        parameters = {"Bucket": BUCKET, "Key": key, "ContentType": "application/pdf"}
        url = client.generate_presigned_url("put_object", Params=parameters)
        straight.append(upload_straight(url, size_mib))
        client.delete_object(Bucket=BUCKET, Key=key)
        with peak_memory(side.process) as seen:
            through.append(upload_through(side, size_mib))
        memory.append(_Memory(*seen))
    ratios = [a / b for a, b in zip(through, straight, strict=True)]
    what = f"upload of {size_mib:,} MiB through the backend"
    speed = Comparison(what, _rate(through), f"{_rate(straight)} straight to S3", ratios, 0.7, "at least")
    before, peak = memory[-1].before / MIB, memory[-1].peak / MIB
    extra = [each.extra_mib / 64 for each in memory]
    most = f"{max(each.extra_mib for each in memory):.0f} MiB more ({before:.0f} → {peak:.0f})"
    return [speed, Comparison(f"{what}: memory", most, "64 MiB", extra, 1.0, "at most")]


def upload_straight(url: str, size_mib: int) -> float:
    """PUT to a presigned URL; MiB per second."""
    parts = urlsplit(url)
    headers = {"Content-Type": "application/pdf"}
    return _send("PUT", parts.netloc, f"{parts.path}?{parts.query}", headers, (b"", b""), size_mib)


def upload_through(side: Side, size_mib: int) -> float:
    """A multipart form to the service; MiB per second."""
    headers = side.headers("writes") | {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    frame = multipart_frame("large.pdf")
    return _send("POST", urlsplit(side.http_url).netloc, "/v1/files/upload", headers, frame, size_mib)


def _send(
    method: str, netloc: str, path: str, headers: dict[str, str], frame: tuple[bytes, bytes], size_mib: int
) -> float:
    host, _, port = netloc.rpartition(":")
    length = len(frame[0]) + size_mib * MIB + len(frame[1])
    head = http_head(method, path, netloc, headers | {"Content-Length": str(length), "Connection": "close"})
    started = time.perf_counter()
    with socket.create_connection((host, int(port)), timeout=600) as connection:
        for chunk in (head + frame[0], *_content(size_mib), frame[1]):
            connection.sendall(chunk)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    elapsed = time.perf_counter() - started
    if answer[9:10] != b"2":
        raise RuntimeError(f"{method} {path} answered {answer[:500]!r}")
    return size_mib / elapsed


def _content(size_mib: int) -> Iterator[bytes]:
    # The bytes don't compress, and no two chunks are alike.
    block = os.urandom(MIB)
    for number in range(size_mib):
        yield number.to_bytes(8, "big") + block[8:]


def _rate(speeds: list[float]) -> str:
    return f"{sorted(speeds)[len(speeds) // 2]:.0f} MiB/s"
