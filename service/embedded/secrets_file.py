"""Secrets that are made at the first start and kept in a file only its owner can read."""

import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path


def random_secret() -> str:
    """192 random bits, safe in URLs and in configuration files."""
    return secrets.token_hex(24)


def load_or_create(file: Path, makers: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    """The secrets in ``file`` (mode 0600), made by ``makers`` when there is none yet."""
    if file.exists():
        return {str(name): str(value) for name, value in json.loads(file.read_text()).items()}
    made = {name: make() for name, make in makers.items()}
    write_private(file, json.dumps(made) + "\n")
    return made


def write_private(file: Path, text: str) -> None:
    """Replace ``file`` at once by one with mode 0600, so that a crash never leaves half of it."""
    partial = file.with_name(f".{file.name}.partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    partial.replace(file)
