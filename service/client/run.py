"""How a command runs: connected to the service, quiet when it is interrupted, with the exit code that was promised."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from service.client.failures import INTERRUPTED, CommandError, UsageError, as_command_error, end_with
from service.client.output import Format

if TYPE_CHECKING:
    from muniment_client import AsyncClient
    from muniment_client.config import Profile

T = TypeVar("T")

_SIGPIPE_EXIT = 141
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


def run(work: Callable[[AsyncClient], Awaitable[T]], profile: str | None = None, form: Format = "text") -> T:
    """Do `work` as the profile of this name, or as the environment says."""
    return run_as(lambda: _profile(profile), work, form)


def run_as(resolve: Callable[[], Profile], work: Callable[[AsyncClient], Awaitable[T]], form: Format = "text") -> T:
    """Do `work` with a client; errors end the program, and are said in the format of the answer."""
    import asyncio

    # gRPC's own lines would stand between ours; what it couldn't do, its errors say.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    from muniment_client import AsyncClient
    from muniment_client.errors import MunimentError

    async def connected(who: Profile) -> T:
        ca_file = Path(who.ca_file) if who.ca_file else None
        async with AsyncClient(
            who.address, organization=who.organization, api_key=who.api_key, ca_file=ca_file
        ) as client:
            try:
                return await work(client)
            except asyncio.CancelledError:
                # Ctrl-C is quiet: what breaks because of it is no news.
                asyncio.get_running_loop().set_exception_handler(lambda *_: None)
                raise

    _write_what_can_be_written()
    try:
        done = asyncio.run(connected(resolve()))
        sys.stdout.flush()
        return done
    except CommandError as error:
        end_with(error, as_json=form == "json")
    except MunimentError as error:
        end_with(as_command_error(error), as_json=form == "json")
    except BrokenPipeError:
        _give_up_standard_output()
        raise SystemExit(_SIGPIPE_EXIT) from None
    except OSError as error:
        if error.filename is None and error.errno in _FULL:
            _give_up_standard_output()
        place = error.filename or "Standard output"
        end_with(CommandError(f"{place}: {error.strerror or error}", "Make room, or mend that, and try again."))
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None


def checked(check: Callable[[], T], form: Format = "text") -> T:
    """Do what needs no service; an error ends the program."""
    try:
        return check()
    except CommandError as error:
        end_with(error, as_json=form == "json")


def _profile(name: str | None) -> Profile:
    """Whom we are. A profile that an option names stands alone: the environment has no part in it."""
    from muniment_client import config
    from muniment_client.errors import ConfigurationError

    if name is None:
        try:
            return config.resolve()
        except ConfigurationError as error:
            raise UsageError(error.message, "`muniment login` keeps address, organization and key.") from None
    profiles = config.load_profiles()
    if name not in profiles:
        known = ", ".join(sorted(profiles)) or "none"
        raise UsageError(f"There is no profile {name!r}; known: {known}.", f"Run `muniment login --profile {name}`.")
    return profiles[name]


def _write_what_can_be_written() -> None:
    """Let no name of a file end a command because standard output is in another encoding than the names."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _give_up_standard_output() -> None:
    # Nobody reads any more, as behind `| head`, or there is no room. What is still buffered must not be written at the
    # exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
