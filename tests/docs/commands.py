"""The users' commands with their options and examples; `python -m tests.docs.commands` writes them into docs/cli.md."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import typer

from service.client.app import mount
from tests.docs.surface import ROOT

PAGE = ROOT / "docs" / "cli.md"
BEGIN = "<!-- commands: written by `python -m tests.docs.commands` -->\n"
END = "<!-- end of commands -->\n"


def users_commands() -> Iterator[tuple[str, Any]]:
    """All commands of users, each with its whole name."""
    program = typer.Typer()
    mount(program)
    yield from _leaves("muniment", typer.main.get_command(program))


def sections() -> str:
    """The commands as Markdown."""
    return "\n".join(_section(name, command) for name, command in users_commands())


def _leaves(name: str, command: Any) -> Iterator[tuple[str, Any]]:
    commands = getattr(command, "commands", None)
    if commands is None:
        yield name, command
        return
    for word, each in commands.items():
        yield from _leaves(f"{name} {word}", each)


def _section(name: str, command: Any) -> str:
    shown = [param for param in command.params if not getattr(param, "hidden", False)]
    arguments = [param.metavar or param.name.upper() for param in shown if param.param_type_name == "argument"]
    lines = [f"### `{' '.join([name, *arguments])}`", "", inspect.cleandoc(command.help or ""), ""]
    options = [param for param in shown if param.param_type_name == "option" and "--help" not in param.opts]
    if options:
        lines += ["| option | |", "|---|---|", *(_option(option) for option in options), ""]
    if command.epilog:
        examples = [line.removeprefix("$ ") for line in command.epilog.split("\n\n") if line.startswith("$ ")]
        lines += ["```console", *(f"$ {line}" for line in examples), "```", ""]
    return "\n".join(lines)


def _option(option: Any) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    values = "" if option.is_flag else option.metavar or "\\|".join(_choices(option.type_descriptor.annotation))
    default = f" Default: {option.default}." if option.default not in (None, False, True) else ""
    needed = " Required." if option.required else ""
    return f"| {names}{f' {values}' if values else ''} | {option.help}{default}{needed} |"


def _choices(annotation: Any) -> list[str]:
    for each in (annotation, *get_args(annotation)):
        if isinstance(each, type) and issubclass(each, Enum):
            return [str(member.value) for member in each]
    return []


if __name__ == "__main__":
    before, rest = PAGE.read_text().split(BEGIN)
    PAGE.write_text(before + BEGIN + sections() + END + rest.split(END)[1])
