"""Lock every package by version and hash: once for running, once with the tools of development as well."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMPILE = ["uv", "pip", "compile", "pyproject.toml", "--extra", "service", "--quiet", "--universal"]
FORM = ["--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]


def main() -> None:
    compile_lock("requirements-dev.lock", "--upgrade", "--group", "build", "--group", "dev")
    compile_lock("requirements.lock", "--group", "build", "--constraint", "requirements-dev.lock")


def compile_lock(name: str, *options: str) -> None:
    (ROOT / name).unlink(missing_ok=True)
    command = [*COMPILE, *FORM, *options, "--output-file", name]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
