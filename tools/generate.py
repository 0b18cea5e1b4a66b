"""Generate `gen/` from `proto/`.

Third-party contracts are taken from the packages that publish them and kept in `.cache/proto`; `gen/` is replaced
whole, so that nothing of an older contract stays behind.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from google.protobuf import descriptor_pb2

from tools.generate_models import models_of

ROOT = Path(__file__).resolve().parent.parent
PROTO = ROOT / "proto"
GEN = ROOT / "gen"
THIRD_PARTY = ROOT / ".cache" / "proto"

# The source distribution is the only package that carries `validate.proto`; the hash pins its content.
VALIDATE_SDIST = "protovalidate==1.2.0"
VALIDATE_SHA256 = "4cb9a5065f32abc9baf2cf25c5bd09a139f7dffb7b8692f636a8e3e6883bb9a2"
VALIDATE_MEMBER = "upstream/proto/buf/validate/validate.proto"
SERVICE_CONFIG = "service_config.json"
GOOGLE_CONTRACTS = (
    "google/api/annotations.proto",
    "google/api/field_behavior.proto",
    "google/api/http.proto",
    "google/type/decimal.proto",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--third-party-only", action="store_true", help="only fill .cache/proto")
    parser.add_argument("--into", type=Path, default=GEN, help="the folder to replace (gen)")
    arguments = parser.parse_args()
    collect_third_party()
    if not arguments.third_party_only:
        generate(arguments.into)


def collect_third_party() -> None:
    """Put the third-party contracts into `.cache/proto`, unless they are there."""
    for name in GOOGLE_CONTRACTS:
        source = package_root("google.api").parent.parent / name
        copy(source, THIRD_PARTY / name)
    validate = THIRD_PARTY / "buf/validate/validate.proto"
    if not validate.exists():
        download_validate(validate)


def package_root(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        sys.exit(f"{name} is not installed: run `make generate`, which installs it.")
    return Path(spec.submodule_search_locations[0])


def copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def download_validate(target: Path) -> None:
    with tempfile.TemporaryDirectory() as directory:
        requirement = Path(directory) / "requirement.txt"
        requirement.write_text(f"{VALIDATE_SDIST} --hash=sha256:{VALIDATE_SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, "--require-hashes", "-r", str(requirement), "-d", directory], check=True)
        archive = next(Path(directory).glob("*.tar.gz"))
        with tarfile.open(archive) as tar:
            member = next(m for m in tar.getmembers() if m.name.endswith(VALIDATE_MEMBER))
            content = tar.extractfile(member)
            assert content is not None
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())


def generate(into: Path) -> None:
    """Replace a folder once everything is generated: a mistake in a contract leaves it as it was."""
    with tempfile.TemporaryDirectory(dir=into.parent) as directory:
        fresh = Path(directory) / into.name
        fresh.mkdir()
        generate_all(fresh)
        shutil.rmtree(into, ignore_errors=True)
        fresh.rename(into)


def generate_all(into: Path) -> None:
    ours = sorted(str(path.relative_to(PROTO)) for path in PROTO.rglob("*.proto"))
    services = [name for name in ours if name.endswith("_service.proto")]
    # The runtime of `buf.validate` isn't published for google.protobuf, so its messages are generated with ours.
    protoc([*ours, "buf/validate/validate.proto"], f"--python_out={into}", f"--pyi_out={into}")
    protoc(services, f"--grpc_python_out={into}", f"--mypy_grpc_out=quiet:{into}")
    described = describe(ours)
    comments = comments_of(described)
    package = into / "muniment"
    text = json.dumps(comments, indent=1, sort_keys=True, ensure_ascii=False)
    (package / "comments.json").write_text(text + "\n")
    (package / "models.py").write_text(models_of(described, comments))
    copy(PROTO / "muniment" / SERVICE_CONFIG, package / SERVICE_CONFIG)


def protoc(names: list[str], *outputs: str) -> None:
    command = [sys.executable, "-m", "grpc_tools.protoc", f"-I{PROTO}", f"-I{THIRD_PARTY}"]
    # The plugins are installed beside the interpreter, whoever calls it.
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run([*command, *outputs, *names], check=True, cwd=ROOT, env={**os.environ, "PATH": path})


def describe(names: list[str]) -> descriptor_pb2.FileDescriptorSet:
    """The contract with its comments, which generated modules lack."""
    with tempfile.TemporaryDirectory() as directory:
        target = Path(directory) / "descriptors.binpb"
        protoc(names, "--include_source_info", f"--descriptor_set_out={target}")
        return descriptor_pb2.FileDescriptorSet.FromString(target.read_bytes())


def comments_of(described: descriptor_pb2.FileDescriptorSet) -> dict[str, str]:
    """The comment of each element by its full name. The OpenAPI description is made of them."""
    comments: dict[str, str] = {}
    for file in described.file:
        for location in file.source_code_info.location:
            if location.leading_comments and location.path[0] in (4, 5, 6):
                comments[element_name(file, list(location.path))] = tidy(location.leading_comments)
    return comments


def element_name(file: descriptor_pb2.FileDescriptorProto, path: list[int]) -> str:
    """The full name of what a source path leads to: pairs of a field's number and an index (descriptor.proto)."""
    element: Any = file
    name = file.package
    while len(path) > 1:
        number, index, *path = path
        element = getattr(element, element.DESCRIPTOR.fields_by_number[number].name)[index]
        name += "." + element.name
    return name


def tidy(comment: str) -> str:
    """A comment without its margin, its paragraphs as one line each."""
    paragraphs = "\n".join(line.strip() for line in comment.splitlines()).strip().split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)


if __name__ == "__main__":
    main()
