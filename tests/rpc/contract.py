"""All services and RPCs of the contract, found by looking, so that a new one can't be forgotten."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

ROOT = Path(__file__).parents[2]


def services() -> list[ServiceDescriptor]:
    found = []
    for path in sorted((ROOT / "gen" / "muniment").rglob("*_service_pb2.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT / "gen").with_suffix("").parts))
        found.extend(module.DESCRIPTOR.services_by_name.values())
    return found


def methods() -> list[MethodDescriptor]:
    return [method for service in services() for method in service.methods]


def comment_of(method: MethodDescriptor) -> str:
    """The comment above an RPC in its proto file; generated code has none."""
    source = (ROOT / "proto" / method.containing_service.file.name).read_text()
    found = re.search(rf"((?:^ *//.*\n)*)^ *rpc {method.name}\(", source, re.MULTILINE)
    assert found, method.full_name
    return re.sub(r"^ *// ?", "", found[1], flags=re.MULTILINE).strip()
