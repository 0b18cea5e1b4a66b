"""PostgreSQL and SeaweedFS together under one data directory that only one process may use at a time."""

import fcntl
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from types import TracebackType
from typing import Self

from service.embedded.accounts import require_own
from service.embedded.errors import AlreadyRunningError
from service.embedded.postgres import EmbeddedPostgres
from service.embedded.seaweedfs import EmbeddedSeaweedFS
from service.embedded.supervision import LOCK_NAME, SupervisedServer


class DirectoryLock:
    """An exclusive lock on a data directory that ends with the process that holds it, and says who that is."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Raises AlreadyRunningError when another holder is alive."""
        descriptor = os.open(self._data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid, urls = _read_holder(descriptor)
            os.close(descriptor)
            raise AlreadyRunningError(self._data_dir, pid, urls) from None
        self._descriptor = descriptor
        self.describe({})

    def describe(self, urls: Mapping[str, str]) -> None:
        """Write what a second start is told about this one."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, json.dumps({"pid": os.getpid(), "urls": dict(urls)}).encode(), 0)

    def release(self) -> None:
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None


class EmbeddedStack:
    """Both servers: a context manager for tests, ``start`` and ``stop`` for a program.

    Blocking; from an event loop use ``await asyncio.to_thread(stack.start)``. Everything listens on loopback only.
    Both die with this process, however it dies; what a killed run left is recovered at the next start.
    ``postgres_port`` and ``s3_port``: None means the ones of the last start, else free ones. ``option_names`` maps
    these two words to what the error about a taken port should call them.
    ``fsync=False``: PostgreSQL without durability against a crash of the machine, for tests only.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        postgres_port: int | None = None,
        s3_port: int | None = None,
        fsync: bool = True,
        max_connections: int = 100,
        postgres_settings: Mapping[str, str] | None = None,
        option_names: Mapping[str, str] | None = None,
    ) -> None:
        names = {"postgres_port": "postgres_port", "s3_port": "s3_port", **(option_names or {})}
        self.data_dir = data_dir.absolute()
        self.postgres = EmbeddedPostgres(
            self.data_dir / "postgres",
            port=postgres_port,
            port_option=names["postgres_port"],
            fsync=fsync,
            max_connections=max_connections,
            settings=postgres_settings,
        )
        self.seaweedfs = EmbeddedSeaweedFS(self.data_dir / "seaweedfs", s3_port=s3_port, port_option=names["s3_port"])
        self._lock = DirectoryLock(self.data_dir)

    @property
    def urls(self) -> dict[str, str]:
        """Addresses without secrets."""
        return {
            "s3_url": self.seaweedfs.endpoint_url,
            "postgres_url": f"postgresql://127.0.0.1:{self.postgres.port}/",
        }

    def announce(self, urls: Mapping[str, str]) -> None:
        """Add addresses (``http_url``, ``grpc_target``) to what a second start on this directory is told."""
        self._lock.describe({**urls, **self.urls})

    def require_unused(self) -> None:
        """Raise AlreadyRunningError when a run on this directory is under way; cheap, and starts nothing."""
        if (self.data_dir / LOCK_NAME).exists():
            self._lock.acquire()
            self._lock.release()

    def start(self) -> None:
        """Start both and wait until both answer. When one fails the other is stopped, and the error is raised.

        Raises AlreadyRunningError, PortInUseError, StartError or EmbeddedError.
        """
        # Searchable by PostgreSQL's own account when we are root; everything secret below is 0600 or 0700.
        self.data_dir.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        require_own(self.data_dir / LOCK_NAME)
        self._lock.acquire()
        try:
            self._for_both(lambda server: server.start())
        except BaseException:
            self.stop()
            raise
        self.announce({})

    def stop(self) -> None:
        """Stop both within five seconds; harmless when they aren't running."""
        try:
            self._for_both(lambda server: server.stop())
        finally:
            self._lock.release()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _for_both(self, action: Callable[[SupervisedServer], None]) -> None:
        servers = (self.postgres, self.seaweedfs)
        pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="embedded")
        try:
            for future in as_completed([pool.submit(action, server) for server in servers]):
                future.result()
        except BaseException:
            # Also when the wait is interrupted: it makes the one that is still starting give up.
            for server in servers:
                server.stop()
            raise
        finally:
            pool.shutdown()


def _read_holder(descriptor: int) -> tuple[int | None, dict[str, str]]:
    try:
        holder = json.loads(os.pread(descriptor, 65536, 0))
        return int(holder["pid"]), {str(name): str(url) for name, url in holder["urls"].items()}
    except (ValueError, KeyError):
        return None, {}
