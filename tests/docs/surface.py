"""The table of all RPCs and paths, made from the contract; `python -m tests.docs.surface` writes it into the README."""

from __future__ import annotations

import importlib
import json
import re
from pathlib import Path
from typing import Any

from google.api import annotations_pb2
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from muniment.options.v1 import options_pb2

ROOT = Path(__file__).resolve().parent.parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- surface: written by `python -m tests.docs.surface` -->\n", "<!-- end of surface -->\n"


def services() -> list[ServiceDescriptor]:
    """All services of the contract, by their names."""
    found = []
    for file in sorted((ROOT / "gen" / "muniment").rglob("*_service_pb2.py")):
        module = importlib.import_module(".".join(file.relative_to(ROOT / "gen").with_suffix("").parts))
        found += list(module.DESCRIPTOR.services_by_name.values())
    return found


def table() -> str:
    """The table as Markdown."""
    comments = json.loads((ROOT / "gen" / "muniment" / "comments.json").read_text())
    lines = ["| RPC | REST | permission | |", "|---|---|---|---|"]
    for service in services():
        lines.append(f"| **{service.full_name}** | | | |")
        for method in service.methods:
            first_sentence = re.split(r"(?<=[.;:])\s", comments[method.full_name], maxsplit=1)[0].rstrip(".;:")
            permission = _permission(method)
            lines.append(f"| `{method.name}` | `{_path(method)}` | {permission} | {first_sentence} |")
    return "\n".join(lines) + "\n"


def _path(method: MethodDescriptor) -> str:
    options: Any = method.GetOptions()
    rule = options.Extensions[annotations_pb2.http]
    verb = rule.WhichOneof("pattern")
    return f"{verb.upper()} {getattr(rule, verb)}"


def _permission(method: MethodDescriptor) -> str:
    options: Any = method.GetOptions()
    rules = options.Extensions[options_pb2.rules]
    if rules.access == options_pb2.ACCESS_PUBLIC:
        return "none"
    return f"`{rules.permission}`" if rules.permission else "any caller"


def split(text: str) -> tuple[str, str, str]:
    """A text before, between and after the marks."""
    before, rest = text.split(BEGIN)
    between, after = rest.split(END)
    return before, between, after


if __name__ == "__main__":
    before, _, after = split(README.read_text())
    README.write_text(before + BEGIN + table() + END + after)
