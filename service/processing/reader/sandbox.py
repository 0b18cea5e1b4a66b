"""Stages in a process of their own, with limits on memory, processor time and wall time.

A `ReaderPool` keeps warm children: each reads one document stage at a time and is replaced when it crashes, takes
too long or grows too large. A child holds no descriptor of its parent but its pipe, and dies with its parent.
"""

import asyncio
import ctypes
import json
import os
import resource
import signal
import struct
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from service.domain.category import Category
from service.domain.documents import DrawnPage
from service.domain.errors import UnavailableError
from service.domain.files import FileType
from service.domain.items import validate_items
from service.domain.reading import FailureReason, Reading, ReadingFailedError, Track
from service.processing.reader.model import (
    Classification,
    DocumentReading,
    Inspection,
    Limits,
    Page,
    pages_from_json,
    pages_to_json,
)

_HEADER = struct.Struct(">I")
_MAX_MESSAGE = 512 * 1024 * 1024
_START_SECONDS = 120.0
_RECYCLE_RSS = 1_200 * 1024 * 1024
# Against what libraries lose bit by bit; a start costs a second of processor time, so it has to be rare.
_MAX_RUNS = 2_000
_PR_SET_PDEATHSIG = 1
# What C++ libraries end with that can't get memory, or find the document beyond what they can represent.
_GIVEN_UP = (-signal.SIGABRT, -signal.SIGTRAP, -signal.SIGILL)


class Stage(StrEnum):
    """What a child can be asked to do."""

    INSPECT = "inspect"
    DERIVE = "derive"
    TEXT = "text"
    CLASSIFY = "classify"
    READ_ITEMS = "read_items"
    DOCUMENT = "document"
    DRAW = "draw"
    QUESTION = "question"
    SUPPLIERS = "suppliers"
    LEARN = "learn"


@dataclass(slots=True)
class Allowance:
    """What is left of the wall time of a document over all its stages, in seconds; a part of it spends the whole."""

    seconds: float
    whole: "Allowance | None" = None

    def part(self, seconds: float) -> "Allowance":
        """So many seconds of it at most."""
        return Allowance(min(seconds, self.seconds), self)

    def spend(self, seconds: float) -> None:
        """Note that so many seconds are gone."""
        self.seconds -= seconds
        if self.whole is not None:
            self.whole.spend(seconds)


class ReaderPool:
    """A bounded number of reader processes for one event loop.

    Every method raises ReadingFailedError: the stage's own reason, or PROCESSING_TIMEOUT, DOCUMENT_TOO_COMPLEX
    (memory), READER_CRASHED; and UnavailableError when no process can be started.
    Use as `async with ReaderPool(processes=2) as pool`.

    Each stage may take the limits' wall time; stages that share an allowance may not take more than it together.
    """

    def __init__(self, *, processes: int = 1, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._free: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        self._children = [_Child(self.limits) for _ in range(max(1, processes))]
        for child in self._children:
            self._free.put_nowait(child)

    async def __aenter__(self) -> "ReaderPool":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Start the children so that the first document does not wait for imports."""
        await asyncio.gather(*(child.ensure_started() for child in self._children))

    async def close(self) -> None:
        """End all children."""
        await asyncio.gather(*(child.stop() for child in self._children))

    async def inspect(self, path: Path, *, file_name: str = "", declared_type: str | None = None) -> Inspection:
        """Stage 1."""
        answer = await self.run(Stage.INSPECT, path, {"file_name": file_name, "declared_type": declared_type})
        return Inspection.from_dict(answer)

    async def derive(
        self, kind: FileType, path: Path, inspection: Inspection, output: Path, allowance: Allowance | None = None
    ) -> str | None:
        """Stage 2: one derivative, written to `output`. Answers its media type, None when the document has none."""
        request = {"kind": kind.value, "inspection": inspection.to_dict(), "output": str(output)}
        answer: str | None = await self.run(Stage.DERIVE, path, request, allowance)
        return answer

    async def extract_text(self, path: Path, inspection: Inspection) -> tuple[Page, ...]:
        """Stage 3."""
        return pages_from_json(await self.run(Stage.TEXT, path, {"inspection": inspection.to_dict()}))

    async def classify(self, pages: tuple[Page, ...]) -> Classification:
        """Stage 4."""
        return Classification.from_dict(await self.run(Stage.CLASSIFY, None, {"pages": pages_to_json(pages)}))

    async def read_items(self, classification: Classification, pages: tuple[Page, ...], track: Track) -> Reading:
        """Stages 5 and 6."""
        request = {"classification": classification.to_dict(), "pages": pages_to_json(pages), "track": track.value}
        return Reading.from_dict(await self.run(Stage.READ_ITEMS, None, request))

    async def read_document(
        self, path: Path, *, file_name: str, declared_type: str | None = None, track: Track = Track.DEFAULT
    ) -> DocumentReading:
        """All stages at once."""
        request = {"file_name": file_name, "declared_type": declared_type, "track": track.value}
        return DocumentReading.from_dict(await self.run(Stage.DOCUMENT, path, request))

    async def draw(self, path: Path, asked: DrawnPage, output: Path, *, declared_type: str | None) -> int:
        """Draw a page to `output`, as PNG. Answers how many the document has; without that page none is drawn."""
        request = {"declared_type": declared_type, "asked": asked.to_dict(), "output": str(output)}
        count: int = await self.run(Stage.DRAW, path, request)
        return count

    async def run(
        self, stage: Stage, path: Path | None, request: Mapping[str, Any], allowance: Allowance | None = None
    ) -> Any:
        """Run one stage in a free child and return its JSON answer. Neither waiting for it nor its start is charged."""
        asked = {"stage": stage.value, "path": str(path) if path else None, "limits": self.limits.to_dict(), **request}
        allowance = allowance or Allowance(self.limits.wall_seconds)
        if allowance.seconds <= 0:
            raise _timed_out(self.limits)
        child = await self._free.get()
        try:
            process = await child.ensure_started()
            began = time.monotonic()
            try:
                return await child.call(process, asked, min(allowance.seconds, self.limits.wall_seconds))
            finally:
                allowance.spend(time.monotonic() - began)
        finally:
            self._free.put_nowait(child)


class _Child:
    """One process that is started when needed and replaced when it fails."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._process: asyncio.subprocess.Process | None = None
        self._runs = 0

    async def ensure_started(self) -> asyncio.subprocess.Process:
        if self._process is not None and self._process.returncode is None:
            return self._process
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "service.processing.reader.sandbox",
            str(os.getpid()),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            close_fds=True,
            start_new_session=True,
            env=_child_environment(),
        )
        self._runs = 0
        try:
            async with asyncio.timeout(_START_SECONDS):
                await _receive(self._process)
        except (TimeoutError, asyncio.IncompleteReadError):
            await self.stop()
            # No document is to blame: whoever sent one, or the queue, tries again.
            raise UnavailableError("the reader process did not start; try again in a moment") from None
        return self._process

    async def call(self, process: asyncio.subprocess.Process, request: Mapping[str, Any], seconds: float) -> Any:
        try:
            async with asyncio.timeout(seconds):
                await _send(process, request)
                answer = await _receive(process)
        except TimeoutError:
            await self.stop()
            raise _timed_out(self._limits) from None
        except (asyncio.IncompleteReadError, ConnectionError, ValueError):
            raise await self._post_mortem() from None
        except BaseException:
            # Cancelled half way: the child may still write an answer that nobody reads.
            await self.stop()
            raise
        self._runs += 1
        if self._runs >= _MAX_RUNS or answer.get("rss", 0) > _RECYCLE_RSS or answer.get("recycle"):
            await self.stop()
        failure = answer.get("failure")
        if failure is not None:
            raise ReadingFailedError(FailureReason(failure["reason"]), failure["detail"])
        return answer["result"]

    async def stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
        await process.wait()

    async def _post_mortem(self) -> ReadingFailedError:
        process = self._process
        code = None
        if process is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(10):
                    code = await process.wait()
        await self.stop()
        if code == -signal.SIGXCPU:
            return ReadingFailedError(
                FailureReason.PROCESSING_TIMEOUT,
                f"reading took more than {self._limits.cpu_seconds} s of processor time",
            )
        if code in _GIVEN_UP:
            return ReadingFailedError(
                FailureReason.DOCUMENT_TOO_COMPLEX, "the document can't be opened within the memory that is allowed"
            )
        return ReadingFailedError(FailureReason.READER_CRASHED, f"the reader process ended unexpectedly ({code})")


def _timed_out(limits: Limits) -> ReadingFailedError:
    return ReadingFailedError(FailureReason.PROCESSING_TIMEOUT, f"reading took more than {limits.wall_seconds:g} s")


def _child_environment() -> dict[str, str]:
    """Only what an interpreter needs: no credential of the service reaches the process that opens documents."""
    kept = ("PATH", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    root = str(Path(__file__).resolve().parents[3])
    paths = [root, *environment.get("PYTHONPATH", "").split(os.pathsep)]
    environment["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(path for path in paths if path))
    environment["OMP_NUM_THREADS"] = "1"
    environment["PYTHONHASHSEED"] = "0"
    return environment


async def _send(process: asyncio.subprocess.Process, message: Mapping[str, Any]) -> None:
    if process.stdin is None:
        raise ConnectionError
    data = json.dumps(message).encode()
    process.stdin.write(_HEADER.pack(len(data)) + data)
    await process.stdin.drain()


async def _receive(process: asyncio.subprocess.Process) -> dict[str, Any]:
    if process.stdout is None:
        raise ConnectionError
    (size,) = _HEADER.unpack(await process.stdout.readexactly(_HEADER.size))
    if size > _MAX_MESSAGE:
        raise ValueError("the answer is too large")
    answer: dict[str, Any] = json.loads(await process.stdout.readexactly(size))
    return answer


# ── the child ──────────────────────────────────────────────────────────────────────────────────────────────────────


def child_main(parent: int) -> None:
    """Serve requests on the standard streams until they close."""
    _die_with_parent(parent)
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    # A library that prints must not corrupt the protocol.
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    _warm_up()
    _reply(sink, {"result": "ready"})
    while header := source.read(_HEADER.size):
        (size,) = _HEADER.unpack(header)
        request = json.loads(source.read(size))
        _reply(sink, _answer(request))


def _die_with_parent(parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _warm_up() -> None:
    """Import what every document needs; recognition is loaded by the first scan."""
    import service.processing.reader.document  # noqa: F401, PLC0415


def _reply(sink: Any, message: Mapping[str, Any]) -> None:
    data = json.dumps(message).encode()
    sink.write(_HEADER.pack(len(data)) + data)
    sink.flush()


def _answer(request: Mapping[str, Any]) -> dict[str, Any]:
    limits = Limits.from_dict(request["limits"])
    _limit(limits)
    recycle = False
    try:
        answer: dict[str, Any] = {"result": _perform(Stage(request["stage"]), request, limits)}
    except ReadingFailedError as error:
        answer = {"failure": {"reason": error.reason.value, "detail": error.detail}}
    except MemoryError:
        recycle = True
        answer = {"failure": {"reason": "DOCUMENT_TOO_COMPLEX", "detail": "reading needs more memory than is allowed"}}
    except RecursionError:
        answer = {"failure": {"reason": "DOCUMENT_TOO_COMPLEX", "detail": "the document is nested too deeply"}}
    except Exception as error:  # an unforeseen fault of one document must not take the service's queue with it
        recycle = True
        answer = {"failure": {"reason": "READER_CRASHED", "detail": f"unforeseen {type(error).__name__} while reading"}}
    return answer | {"rss": _resident_bytes(), "recycle": recycle}


def _resident_bytes() -> int:
    """Memory held now; `ru_maxrss` would not do, since it survives exec and so may be the parent's."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()


def _limit(limits: Limits) -> None:
    """Limits of this request. Processor time counts from the process's start, so what was used is added."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + limits.cpu_seconds + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, hard))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _perform(stage: Stage, request: Mapping[str, Any], limits: Limits) -> Any:  # noqa: PLR0911  # one a stage
    from service.processing.reader import (  # noqa: PLC0415
        classify,
        derivatives,
        document,
        drawing,
        inspection,
        lessons,
        suggestions,
        text,
    )

    path = Path(request["path"]) if request.get("path") else Path()
    match stage:
        case Stage.INSPECT:
            return inspection.inspect(
                path, limits, file_name=request["file_name"], declared_type=request["declared_type"]
            ).to_dict()
        case Stage.DERIVE:
            asked = Inspection.from_dict(request["inspection"])
            return derivatives.make(FileType(request["kind"]), path, asked, limits, Path(request["output"]))
        case Stage.DRAW:
            seen = inspection.inspect(path, limits, file_name="", declared_type=request["declared_type"])
            return drawing.draw(path, seen, DrawnPage.from_dict(request["asked"]), limits, Path(request["output"]))
        case Stage.TEXT:
            return pages_to_json(text.extract_text(path, Inspection.from_dict(request["inspection"]), limits))
        case Stage.CLASSIFY:
            return classify.classify(pages_from_json(request["pages"])).to_dict()
        case Stage.READ_ITEMS:
            classification = Classification.from_dict(request["classification"])
            pages = pages_from_json(request["pages"])
            track, answer = Track(request["track"]), request.get("answer")
            taught = request.get("lessons") or ()
            return document.read_items(classification, pages, track, answer=answer, lessons=taught).to_dict()
        case Stage.SUPPLIERS:
            return lessons.suppliers_on(pages_from_json(request["pages"]))
        case Stage.LEARN:
            category, pages = Category(request["category"]), pages_from_json(request["pages"])
            machine, person = (validate_items(category, request[whose]) for whose in ("machine", "person"))
            return lessons.learn(category, pages, machine, person)
        case Stage.QUESTION:
            return suggestions.question_for(Category(request["category"]), pages_from_json(request["pages"]))
        case Stage.DOCUMENT:
            return document.read_document(
                path,
                file_name=request["file_name"],
                declared_type=request["declared_type"],
                track=Track(request["track"]),
                limits=limits,
            ).to_dict()


if __name__ == "__main__":
    child_main(int(sys.argv[1]))
