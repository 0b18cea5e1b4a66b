"""Write `requirements.lock`: every package that the project needs, by version and hash, for all supported Pythons."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    subprocess.run(
        [
            "uv", "pip", "compile", "pyproject.toml", "--group", "dev", "--universal", "--python-version", "3.11",
            "--quiet", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url", "--upgrade",
            "--output-file", "requirements.lock",
        ],
        check=True,
        cwd=ROOT,
    )  # fmt: skip


if __name__ == "__main__":
    main()
