"""Processes are killed; what was acknowledged is still there, and nothing is left running."""

import json
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from service.embedded import EmbeddedPostgres, EmbeddedSeaweedFS, EmbeddedStack
from service.embedded.supervision import SupervisedServer
from tests.embedded.conftest import Program, s3_client
from tests.embedded.observe import is_running, processes_of, wait_until

pytestmark = pytest.mark.long

Run = Callable[..., Program]

BODY = b"acknowledged" * 1000


def test_data_survives_a_restart_and_ports_and_keys_stay(tmp_path: Path) -> None:
    """Durable settings here, as in production."""
    stack = EmbeddedStack(tmp_path)
    seen = []
    for start in (1, 2):
        with stack:
            _insert(stack.postgres.dsn())
            _put(stack.seaweedfs)
            seen.append((stack.postgres.dsn(), stack.seaweedfs.endpoint_url, stack.seaweedfs.access_key))
            assert (_rows(stack.postgres.dsn()), _whole_objects(stack.seaweedfs)) == (start, start)
        wait_until(lambda: processes_of(tmp_path) == [])
    assert seen[0] == seen[1]


def test_killed_postgres_is_replaced_with_what_was_committed(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path, fsync=False) as server:
        for number, victim in enumerate((_server, _keeper, _server), start=1):
            _insert(server.dsn())
            _kill_and_wait(server, victim)
            assert _rows(server.dsn()) == number


def test_killed_seaweedfs_is_replaced_with_what_was_acknowledged(tmp_path: Path) -> None:
    with EmbeddedSeaweedFS(tmp_path) as server:
        _put(server)
        _kill_and_wait(server, _server)
        assert _whole_objects(server) == 1


@pytest.mark.parametrize("with_keepers", [False, True])
def test_nothing_outlives_a_killed_program_and_the_next_start_recovers(
    tmp_path: Path, run: Run, with_keepers: bool
) -> None:
    program = run(tmp_path)
    first = program.details()
    keepers = [psutil.Process(first[name]).parent() for name in ("postgres_pid", "s3_pid")]
    _insert(first["postgres_dsn"])
    program.process.kill()
    for keeper in keepers:
        assert keeper
        if with_keepers:
            keeper.kill()
    if with_keepers:
        wait_until(lambda: processes_of(tmp_path) == [])
    # Otherwise at once, while the keepers are still stopping the servers.
    second = run(tmp_path).details()
    assert (second["s3_url"], second["postgres_dsn"]) == (first["s3_url"], first["postgres_dsn"])
    assert not is_running(first["postgres_pid"])
    assert not is_running(first["s3_pid"])
    assert _rows(second["postgres_dsn"]) == 1


def test_ctrl_c_stops_all_with_clients_connected(tmp_path: Path, run: Run) -> None:
    program = run(tmp_path)
    details = program.details()
    assert len(processes_of(tmp_path)) > 4
    inner = json.loads((tmp_path / "seaweedfs" / "ports.json").read_text())
    socket = Path(f"/tmp/seaweedfs-master-grpc-{inner['master'] + 10_000}.sock")
    assert socket.is_socket()
    with psycopg.connect(details["postgres_dsn"]):
        program.interrupt()
        # The client is connected until it has ended.
        assert program.process.wait(120) == 0
    wait_until(lambda: processes_of(tmp_path) == [])
    assert not socket.exists()
    log = (tmp_path / "postgres" / "server.log").read_text()
    assert "received fast shutdown request" in log
    assert "database system is shut down" in log


def test_process_id_reused_by_a_stranger_does_not_hinder_the_start(tmp_path: Path) -> None:
    """postmaster.pid of a killed run may name a process that has nothing to do with PostgreSQL."""
    server = EmbeddedPostgres(tmp_path, fsync=False)
    file = tmp_path / "data" / "postmaster.pid"
    with server:
        content = file.read_text()
    file.write_text(content.replace(content.split("\n", 1)[0], str(os.getppid()), 1))
    with server:
        _insert(server.dsn())


def _server(pid: int) -> int:
    return pid


def _keeper(pid: int) -> int:
    return int(psutil.Process(pid).ppid())


def _kill_and_wait(server: SupervisedServer, victim: Callable[[int], int]) -> None:
    pid, restarts = server.pid, server.restarts
    assert pid is not None
    os.kill(victim(pid), signal.SIGKILL)
    wait_until(lambda: server.restarts > restarts and server.pid is not None)
    assert not is_running(pid)


def _insert(dsn: str) -> None:
    with psycopg.connect(dsn) as connection:
        connection.execute("create table if not exists kept (at timestamptz default now())")
        connection.execute("insert into kept default values")


def _rows(dsn: str) -> int:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("select count(*) from kept").fetchone()
    assert row
    return int(row[0])


def _put(server: EmbeddedSeaweedFS) -> None:
    with s3_client(server.endpoint_url, server.access_key, server.secret_key) as s3:
        if not s3.list_buckets().get("Buckets"):
            s3.create_bucket(Bucket="kept")
        s3.put_object(Bucket="kept", Key=str(time.monotonic_ns()), Body=BODY)


def _whole_objects(server: EmbeddedSeaweedFS) -> int:
    with s3_client(server.endpoint_url, server.access_key, server.secret_key) as s3:
        keys = [item["Key"] for item in s3.list_objects_v2(Bucket="kept")["Contents"]]
        bodies = [s3.get_object(Bucket="kept", Key=key)["Body"].read() for key in keys]
    return bodies.count(BODY)
