"""What goes wrong, as people read it: what is wrong, what to do next, and the exit code that programs look at."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from muniment_client.errors import MunimentError

DONE = 0
SOME_FAILED = 1
WRONG_USAGE = 2
NOT_REACHABLE = 3
NOT_ALLOWED = 4
INTERRUPTED = 130
"""Ctrl-C, as shells have it: 128 + SIGINT."""


class CommandError(Exception):
    """Ends a command: what is wrong, and what to do next."""

    def __init__(self, message: str, advice: str = "", *, code: int = SOME_FAILED, reason: str = "FAILED") -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice
        self.code = code
        self.reason = reason
        self.fields: Sequence[tuple[str, str]] = ()


class UsageError(CommandError):
    """The command was called wrongly."""

    def __init__(self, message: str, advice: str = "") -> None:
        super().__init__(message, advice, code=WRONG_USAGE, reason="WRONG_USAGE")


def as_command_error(error: MunimentError) -> CommandError:
    """Say what the library says, with its exit code."""
    from muniment_client import errors

    said = CommandError(error.message, error.advice, code=exit_code_of(error), reason=error.reason)
    said.fields = [(field.field, field.message) for field in error.fields]
    if said.fields:
        # The service's message repeats what it says of each field.
        said.message = "What was sent isn't right."
    if isinstance(error, errors.RecordsExistError):
        there = ", ".join([*error.invoice_ids, *error.waste_ids])
        said.message = f"Records were made from this reading before: {there}."
    return said


def exit_code_of(error: MunimentError) -> int:
    """Give the exit code that an error of the library ends a command with."""
    from muniment_client import errors

    if isinstance(error, (errors.ConnectionFailedError, errors.UnavailableError, errors.DeadlineExceededError)):
        return NOT_REACHABLE
    if isinstance(error, (errors.AuthenticationError, errors.PermissionDeniedError)):
        return NOT_ALLOWED
    if isinstance(error, errors.ConfigurationError):
        return WRONG_USAGE
    return SOME_FAILED


def is_final(error: MunimentError) -> bool:
    """Whether what comes after would fail for the same reason: nobody answers, or we aren't let in."""
    return exit_code_of(error) in (NOT_REACHABLE, NOT_ALLOWED, WRONG_USAGE)


def plain_error(error: CommandError) -> dict[str, Any]:
    """Write an error as `--json` shows it."""
    plain: dict[str, Any] = {"code": error.reason, "message": error.message, "advice": error.advice}
    if error.fields:
        plain["details"] = [{"field": field, "message": message} for field, message in error.fields]
    return plain


def end_with(error: CommandError, *, as_json: bool = False) -> NoReturn:
    """Write an error to standard error, and exit."""
    if as_json:
        print(json.dumps({"error": plain_error(error)}, ensure_ascii=False), file=sys.stderr)
        raise SystemExit(error.code)
    from service.client.content import mistakes_of, show_mistakes
    from service.client.output import error_console, printable

    console = error_console()
    console.print("Error: ", style="bold red", end="")
    console.print(printable(_sentence(error.message)))
    show_mistakes(mistakes_of(error.fields))
    if error.advice:
        console.print(printable(error.advice), style="dim")
    raise SystemExit(error.code)


def _sentence(text: str) -> str:
    """Begin with a capital letter and end with a full stop; a path or an address stays as it is."""
    if text.partition(" ")[0].isalpha():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."
