"""The table of all error reasons; `python -m tests.docs.reasons` writes it into docs/api.md."""

from __future__ import annotations

import json

import grpc
from muniment.errors.v1 import error_reason_pb2

from service.gateway.problems import HTTP_STATUS, REASON_OF_CODE, STATUS_OF_REASON
from service.rpc.errors import CODES
from tests.docs.surface import ROOT

API = ROOT / "docs" / "api.md"
BEGIN = "<!-- reasons: written by `python -m tests.docs.reasons` -->\n"
END = "<!-- end of reasons -->\n"

_PREFIX = "ERROR_REASON_"


def table() -> str:
    """The table as Markdown."""
    comments = json.loads((ROOT / "gen" / "muniment" / "comments.json").read_text())
    lines = ["| reason | HTTP | gRPC | |", "|---|---|---|---|"]
    for name, number in error_reason_pb2.ErrorReason.items():
        if number:
            reason = name.removeprefix(_PREFIX)
            meaning = " ".join(_comment(comments, name).split())
            lines.append(f"| `{reason}` | {_statuses(reason)} | {meaning} |")
    return "\n".join(lines) + "\n"


def _statuses(reason: str) -> str:
    code = next((code for error, code in CODES.items() if error.reason == reason), None)
    code = code or next((code for code, name in REASON_OF_CODE.items() if name == reason), None)
    if code is None and reason in STATUS_OF_REASON:
        return f"{STATUS_OF_REASON[reason]} | "
    if code is None and reason == "INTERNAL":
        code = grpc.StatusCode.INTERNAL
    if code is None:
        return "on the file | on the file"
    return f"{STATUS_OF_REASON.get(reason) or HTTP_STATUS[code]} | `{code.name}`"


def _comment(comments: dict[str, str], name: str) -> str:
    return next(text for element, text in comments.items() if element.endswith(f".{name}"))


if __name__ == "__main__":
    before, rest = API.read_text().split(BEGIN)
    API.write_text(before + BEGIN + table() + END + rest.split(END)[1])
