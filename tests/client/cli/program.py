"""The program as people and other programs start it: in a pseudo-terminal, and in a pipe."""

from __future__ import annotations

import asyncio
import codecs
import fcntl
import json
import os
import pty
import re
import signal
import struct
import sys
import termios
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.client.cli.nursery import Nursery

ROOT = Path(__file__).parents[3]
PROGRAM = (str(Path(sys.executable).parent / "muniment"),)
SECONDS = 180.0

# So that Ctrl-C in it reaches the program, as on a real one. Before exec, and not after fork: gRPC has threads here.
_WITH_TERMINAL = """
import fcntl, os, sys, termios
os.setsid()
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execv(sys.argv[1], sys.argv[1:])
"""
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|[\r\x0f]")


@dataclass(frozen=True)
class Done:
    """How a run in a pipe ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer; decimals with their exact digits."""
        return json.loads(self.out, parse_float=Decimal)

    @property
    def lines(self) -> list[list[str]]:
        """The words of each line."""
        return [line.split() for line in self.out.splitlines()]


@dataclass(frozen=True)
class Program:
    """Who calls, and from where."""

    environment: Mapping[str, str]
    folder: Path
    nursery: Nursery | None = None
    """Where runs in a pipe come from; without one each starts anew."""

    def with_(self, **variables: str | None) -> Program:
        """Other variables; None leaves one out."""
        kept = {name: value for name, value in self.environment.items() if name not in variables}
        given = {name: value for name, value in variables.items() if value is not None}
        return Program(kept | given, self.folder, self.nursery)

    async def start(self, *arguments: str) -> asyncio.subprocess.Process:
        """Start it in a pipe, and don't wait."""
        return await asyncio.create_subprocess_exec(
            *PROGRAM,
            *arguments,
            env=dict(self.environment),
            cwd=self.folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )

    async def __call__(self, *arguments: str, stdin: str = "") -> Done:
        """Run it in a pipe, to its end."""
        if self.nursery is not None:
            command = [*PROGRAM, *arguments]
            code, written, said = await self.nursery.run(
                command, self.environment, self.folder, stdin.encode(), SECONDS
            )
            return Done(code, written.decode(), said.decode())
        process = await self.start(*arguments)
        try:
            out, err = await asyncio.wait_for(process.communicate(stdin.encode()), SECONDS)
        except TimeoutError:
            process.kill()
            raise
        assert process.returncode is not None
        return Done(process.returncode, out.decode(), err.decode())

    async def ok(self, *arguments: str, stdin: str = "") -> Done:
        """Run it in a pipe; it has to succeed."""
        done = await self(*arguments, stdin=stdin)
        assert done.code == 0, (arguments, done)
        return done

    async def json(self, *arguments: str, stdin: str = "") -> Any:
        """Run it with --json; answers what it wrote."""
        return (await self.ok(*arguments, "--json", stdin=stdin)).json

    async def terminal(self, *arguments: str, columns: int = 140) -> Terminal:
        """Start it in a pseudo-terminal."""
        main, side = pty.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _WITH_TERMINAL),
            *PROGRAM,
            *arguments,
            env={**self.environment, "TERM": "xterm-256color"},
            cwd=self.folder,
            stdin=side,
            stdout=side,
            stderr=side,
        )
        os.close(side)
        return Terminal(process, main)


@dataclass
class Terminal:
    """A program in a pseudo-terminal."""

    process: asyncio.subprocess.Process
    main: int
    raw: str = ""
    """All that was written, with colours and movements."""
    _reader: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def text(self) -> str:
        """All that was written, without colours and movements."""
        return _ESCAPE.sub("", self.raw)

    def _read(self) -> None:
        # A character may come in two pieces.
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            try:
                chunk = os.read(self.main, 65536)
            except OSError:
                return
            if not chunk:
                return
            self.raw += decoder.decode(chunk)

    async def expect(self, pattern: str, *, seconds: float = SECONDS) -> str:
        """Wait until this was written; answers what was."""
        end = time.monotonic() + seconds
        while (found := re.search(pattern, self.text)) is None:
            assert time.monotonic() < end, (pattern, self.text)
            # After its end nothing more is written, but what was may still have to be read.
            assert self._reader.is_alive() or re.search(pattern, self.text), (pattern, self.text)
            await asyncio.sleep(0.02)
        return found[0]

    def type(self, text: str) -> None:
        os.write(self.main, text.encode())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.type("\x03")

    async def end(self, *, seconds: float = SECONDS) -> int:
        """Wait for its end; answers the exit code."""
        try:
            code = await asyncio.wait_for(self.process.wait(), seconds)
        except TimeoutError:
            self.process.send_signal(signal.SIGKILL)
            raise
        await asyncio.to_thread(self._reader.join, SECONDS)
        os.close(self.main)
        return code
