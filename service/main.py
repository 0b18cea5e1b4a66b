"""The program `muniment`: the operator's commands, and those of users, which need the client's packages alone."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from service.client.app import mount
from service.client.failures import INTERRUPTED
from service.client.options import examples

if TYPE_CHECKING:
    import asyncio

    from service.settings import Settings

# We start processes while gRPC runs, and never go on in a forked copy of this one.
os.environ.setdefault("GRPC_ENABLE_FORK_SUPPORT", "0")


class _Program(TyperGroup):
    """All commands. Ctrl-C ends each of them without a word, also at a question."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, typer.Abort):
            raise SystemExit(INTERRUPTED) from None


app = typer.Typer(
    cls=_Program,
    help="Takes a company's documents in, reads them, and makes records that can be traced back to the page.",
    epilog=examples(
        "muniment up",
        "muniment login",
        "muniment file upload invoices/ --recursive --wait",
        "muniment file reading list --category water --all --csv > water.csv",
    ),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_OPERATOR = "For operators"
_FAILED = 1
_WRONG_USAGE = 2
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def _say_version(is_asked: bool) -> None:
    if is_asked:
        from importlib.metadata import version

        typer.echo(f"muniment {version('muniment')}")
        raise typer.Exit


@app.callback()
def _program(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_say_version, help="Say the version and exit.")
    ] = False,
) -> None:
    """Takes its help from the program's."""


@app.command(
    rich_help_panel=_OPERATOR,
    epilog=examples("muniment up", "muniment up --data-dir /var/lib/muniment --http-port 8081"),
)
def up(
    data_dir: Annotated[Path, typer.Option(help="Where everything is kept.")] = Path(".muniment"),
    http_port: Annotated[int, typer.Option(min=1, max=65535, help="The port of the HTTP gateway.")] = 8080,
    grpc_port: Annotated[int, typer.Option(min=1, max=65535, help="The port of gRPC.")] = 9090,
    s3_port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="The port of the object store; a free one by default.")
    ] = None,
) -> None:
    """Start everything on this machine: PostgreSQL, an object store, the service, a worker, a demo organization."""
    from service import logs
    from service.up import run_everything

    logs.configure("warning", "console")
    _run(lambda stop: run_everything(data_dir, http_port=http_port, grpc_port=grpc_port, s3_port=s3_port, stop=stop))


@app.command(rich_help_panel=_OPERATOR, epilog=examples("muniment serve", "muniment serve --workers 4"))
def serve(
    workers: Annotated[int, typer.Option(min=1, max=256, help="How many processes share the ports.")] = 1,
) -> None:
    """Serve gRPC and HTTP."""
    settings = _settings()
    from service.serving import serve_alone, serve_with
    from service.wiring import prove_parts

    _run(lambda _: prove_parts(settings))
    if workers == 1:
        _run(lambda stop: serve_alone(settings, stop))
    else:
        sys.exit(serve_with(workers))


@app.command(hidden=True)
def serve_one() -> None:
    """Serve as one of several processes that share the ports."""
    settings = _settings()
    from service.serving import CANT_START, serve_shared

    _run(lambda stop: serve_shared(settings, stop), failed=CANT_START)


@app.command(rich_help_panel=_OPERATOR, epilog=examples("muniment work"))
def work() -> None:
    """Read documents: take jobs from the queue until told to stop. Run as many as you like, on any machine."""
    settings = _settings()
    from service.serving import work_alone

    _run(lambda stop: work_alone(settings, stop))


@app.command(rich_help_panel=_OPERATOR, epilog=examples("muniment migrate"))
def migrate() -> None:
    """Bring the database to the newest schema, and give the service's role access to it."""
    settings = _settings()
    from service.postgres.migrate import MigrationError
    from service.postgres.migrate import migrate as run_migrations
    from service.settings import PREFIX

    if settings.owner_database_url is None:
        _fail(f"{PREFIX}OWNER_DATABASE_URL is not set: migrations run as the tables' owner", _WRONG_USAGE)
    try:
        run_migrations(settings.owner_database_url.get_secret_value(), settings.database_url.get_secret_value())
    except MigrationError as error:
        _fail(str(error))
    print("The database is up to date.")


@app.command(rich_help_panel=_OPERATOR, epilog=examples("muniment settings"))
def settings() -> None:
    """List all settings: the environment variable, its value now or by default, and what it means."""
    from rich.console import Console
    from rich.table import Table

    from service.settings import PREFIX, Settings

    table = Table("Variable", "Value", "Meaning", show_lines=False)
    for name, field in Settings.model_fields.items():
        variable = PREFIX + name.upper()
        table.add_row(variable, _shown(os.environ.get(variable), field), field.description or "")
    Console().print(table)


class _AdminGroup(TyperGroup):
    """The commands of `muniment admin`, which are read when one of them is asked for: they need the whole service."""

    _is_read = False

    def list_commands(self, ctx: Any) -> list[str]:
        self._read()
        return super().list_commands(ctx)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        self._read()
        return super().get_command(ctx, cmd_name)

    def _read(self) -> None:
        if not self._is_read:
            from service.admin_cli import app as admin

            self.commands.update(typer.main.get_group(admin).commands)
            self._is_read = True


app.add_typer(
    typer.Typer(help="Organizations, users, members, API keys and what they have.", no_args_is_help=True),
    name="admin",
    cls=_AdminGroup,
    rich_help_panel=_OPERATOR,
)
mount(app)


def main() -> None:
    """Run the command line."""
    try:
        app()
    except ModuleNotFoundError as error:
        if (error.name or "").split(".")[0] in {"service", "muniment", "muniment_client"}:
            raise
        _fail(f"{error.name} is not installed. For the operator's commands: pip install 'muniment[service]'")


def _settings() -> Settings:
    from service import logs
    from service.settings import SettingsError, load_settings

    try:
        loaded = load_settings()
    except SettingsError as error:
        _fail(str(error), _WRONG_USAGE)
    logs.configure(loaded.log_level, loaded.log_format)
    return loaded


def _run(run: Callable[[asyncio.Event], Awaitable[None]], *, failed: int = _FAILED) -> None:
    """Run until done, or until a signal sets the event that `run` is given; exit with `failed` when it can't start."""
    import asyncio

    import uvloop

    from service.embedded import EmbeddedError
    from service.wiring import StartError

    async def with_signals() -> None:
        stop = asyncio.Event()
        for number in _STOP_SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
        await run(stop)

    try:
        uvloop.run(with_signals())
    except (StartError, EmbeddedError) as error:
        _fail(str(error), failed)


def _fail(message: str, code: int = _FAILED) -> NoReturn:
    print(message, file=sys.stderr)
    sys.exit(code)


def _shown(value: str | None, field: Any) -> str:
    from pydantic import SecretStr
    from pydantic_core import PydanticUndefined

    is_secret = SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ()))
    if value is not None:
        return "(set)" if is_secret else value
    if field.default_factory is not None:
        return str(field.default_factory())
    if field.default is PydanticUndefined:
        return "(required)"
    return "" if field.default in (None, ()) else str(field.default)


if __name__ == "__main__":
    main()
