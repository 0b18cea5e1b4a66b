"""Named, versioned rules that a reading is held against, and their outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self


class Outcome(StrEnum):
    """What a rule said."""

    PASS = "pass"  # noqa: S105  (no password)
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One rule's outcome on one item (`item` counts from 0; None: on the whole document). `looked_at` names fields."""

    name: str
    version: str
    item: int | None
    outcome: Outcome
    looked_at: tuple[str, ...]
    message: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A dictionary that `json.dumps` takes."""
        return {
            "name": self.name,
            "version": self.version,
            "item": self.item,
            "outcome": self.outcome.value,
            "looked_at": list(self.looked_at),
            "message": self.message,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The inverse of `to_dict`."""
        return cls(
            name=str(data["name"]),
            version=str(data["version"]),
            item=None if data.get("item") is None else int(data["item"]),
            outcome=Outcome(data["outcome"]),
            looked_at=tuple(data["looked_at"]),
            message=str(data.get("message", "")),
        )
