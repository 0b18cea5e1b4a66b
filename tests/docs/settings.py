"""The table of all settings; `python -m tests.docs.settings` writes it into docs/operations.md."""

from __future__ import annotations

from pydantic import SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from service.settings import PREFIX, Settings
from tests.docs.surface import ROOT

OPERATIONS = ROOT / "docs" / "operations.md"
BEGIN = "<!-- settings: written by `python -m tests.docs.settings` -->\n"
END = "<!-- end of settings -->\n"


def table() -> str:
    """The table as Markdown."""
    lines = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        secret = " (secret)" if SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ())) else ""
        lines.append(f"| `{PREFIX}{name.upper()}` | {_default(field)} | {field.description}{secret} |")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "one for each processor"
    if field.default is PydanticUndefined:
        return "required"
    if field.default in (None, ()):
        return ""
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


if __name__ == "__main__":
    before, rest = OPERATIONS.read_text().split(BEGIN)
    OPERATIONS.write_text(before + BEGIN + table() + END + rest.split(END)[1])
