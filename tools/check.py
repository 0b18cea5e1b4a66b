"""Everything that can be checked without running the service; the same here and in CI."""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHECKS: dict[str, list[str]] = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "import-linter": ["lint-imports"],
    "buf lint": ["buf", "lint"],
    "buf format": ["buf", "format", "--diff", "--exit-code", "proto"],
    "buf breaking": ["buf", "breaking", "proto", "--against", "proto/released.binpb"],
}


def main() -> None:
    subprocess.run([sys.executable, "tools/generate.py", "--third-party-only"], cwd=ROOT, check=True)
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    if not generated_code_is_current():
        failed.append("generated code")
    if failed:
        sys.exit(f"\nfailed: {', '.join(failed)}")
    print("\nall checks passed")


def passes(name: str, command: list[str]) -> bool:
    print(f"== {name}", flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


def generated_code_is_current() -> bool:
    """Generate anew beside `gen/` and compare."""
    print("== generated code", flush=True)
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run([sys.executable, "tools/generate.py", "--into", directory], cwd=ROOT, check=True)
        differences = list(differing(Path(directory), ROOT / "gen"))
    for name in differences:
        print(f"gen/{name} is not what `make generate` makes")
    return not differences


def differing(fresh: Path, kept: Path) -> list[str]:
    names = {
        str(path.relative_to(root))
        for root in (fresh, kept)
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    return sorted(
        name
        for name in names
        if not (fresh / name).exists()
        or not (kept / name).exists()
        or not filecmp.cmp(fresh / name, kept / name, shallow=False)
    )


if __name__ == "__main__":
    assert shutil.which("buf"), "run it by `make check`, which puts the environment on the path"
    main()
