"""Files to send, and what the service says of them."""

from __future__ import annotations

import base64
import hashlib
import random
from pathlib import Path
from typing import Any

from tests.system.support import Tenant

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"


def some_bytes(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def sha256(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def make(folder: Path, count: int, size: int = 2000, seed: int = 0) -> list[Path]:
    """So many files that nothing reads, each with other bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"f{number:03}.bin" for number in range(count)]
    for number, file in enumerate(files):
        file.write_bytes(some_bytes(size, seed * 10_000 + number))
    return files


async def there(ours: Tenant, status: str = "uploaded") -> list[Any]:
    """All files of the organization of this status."""
    found: list[Any] = []
    query: dict[str, Any] = {"status": status, "size": 100}
    while True:
        page = await ours.rest.get("/v1/files", **query)
        found += page["items"]
        if not page["next_cursor"]:
            return found
        query["cursor"] = page["next_cursor"]


async def names_there(ours: Tenant, status: str = "uploaded") -> list[str]:
    return sorted(file["file_name"] for file in await there(ours, status))
