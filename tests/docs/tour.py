"""The tour of the README, as a reader would paste it: its shell blocks in order, in one shell."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.docs.surface import README

_HEADING = "## A tour in five minutes\n"
_BLOCK = re.compile(r"^```(sh|json)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "@@@ end of step"
_ANYTHING = "…"


@dataclass(slots=True)
class Step:
    """A shell block, and the JSON that the README shows below it."""

    commands: str
    shown: Any = None
    output: str = ""

    @property
    def answers(self) -> list[Any]:
        """All JSON values that the commands wrote."""
        return list(_json_values(self.output))


def read_steps() -> list[Step]:
    """Take the tour out of the README."""
    tour = README.read_text().split(_HEADING)[1].split("\n## ")[0]
    steps: list[Step] = []
    for language, content in _BLOCK.findall(tour):
        if language == "sh":
            steps.append(Step(content))
        else:
            steps[-1].shown = json.loads(content)
    return steps


def run(steps: list[Step], directory: Path, environment: dict[str, str], timeout: float) -> str:
    """Run the steps in one shell that stops at the first command that fails; fill in their output.

    Returns what was written to standard error.
    """
    script = "set -eu -o pipefail\n" + "".join(f"{step.commands}\necho '{_MARK}'\n" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=directory,
        env=environment,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    outputs = done.stdout.split(_MARK + "\n")
    for step, output in zip(steps, outputs, strict=False):
        step.output = output
    if done.returncode != 0:
        failed = steps[len(outputs) - 1]
        raise AssertionError(f"failed:\n{failed.commands}\n{failed.output}\n{done.stderr}")
    return done.stderr


def shows(shown: Any, actual: Any) -> bool:
    """Whether an answer has all that the README shows of it.

    An object may have more fields, a list more entries between those that are shown; `…` stands for any value.
    """
    if isinstance(shown, dict):
        return isinstance(actual, dict) and all(
            key in actual and shows(value, actual[key]) for key, value in shown.items()
        )
    if isinstance(shown, list):
        entries: Iterator[Any] = iter(actual if isinstance(actual, list) else ())
        return isinstance(actual, list) and all(any(shows(one, entry) for entry in entries) for one in shown)
    if shown == _ANYTHING:
        return bool(actual)
    return type(shown) is type(actual) and bool(shown == actual)


def _json_values(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder()
    position = 0
    for line in text.splitlines(keepends=True):
        start, position = position, position + len(line)
        if line.startswith(("{", "[")):
            try:
                yield decoder.raw_decode(text, start)[0]
            except json.JSONDecodeError:
                continue
