"""One running stack: what it offers, and who can reach it."""

import http.client
import json
import socket
import struct
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from service.embedded import AlreadyRunningError, EmbeddedPostgres, EmbeddedSeaweedFS, EmbeddedStack, PortInUseError
from tests.embedded.observe import processes_of


def test_cluster_is_utf8_with_builtin_locale_and_durable_commits(stack: EmbeddedStack) -> None:
    with psycopg.connect(stack.postgres.dsn()) as connection:
        row = connection.execute(
            "select current_setting('server_version_num')::int / 10000, pg_encoding_to_char(encoding), datlocprovider,"
            " datlocale, current_setting('synchronous_commit'), current_setting('data_checksums'),"
            " current_setting('TimeZone') from pg_database where datname = 'postgres'"
        ).fetchone()
    assert row == (18, "UTF8", "b", "C.UTF-8", "on", "on", "UTC")


@pytest.mark.parametrize("tcp", [False, True])
def test_superuser_needs_the_password(stack: EmbeddedStack, tcp: bool) -> None:
    with psycopg.connect(stack.postgres.dsn(tcp=tcp)) as connection:
        row = connection.execute("select current_user, inet_server_addr() is null").fetchone()
        assert row == ("postgres", not tcp)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stack.postgres.dsn(user="postgres", password="guessed", tcp=tcp))


def test_dsn_of_another_user_never_carries_the_superusers_password(stack: EmbeddedStack) -> None:
    assert stack.postgres.password not in stack.postgres.dsn("muniment", user="muniment_app")


def test_secrets_are_readable_by_their_owner_alone(stack: EmbeddedStack) -> None:
    files = [path for path in stack.data_dir.rglob("*.json") if "data" not in path.parts]
    assert {"superuser.json", "keys.json", "s3.json"} <= {path.name for path in files}
    assert {path.stat().st_mode & 0o077 for path in files} == {0}


def test_object_of_several_chunks_comes_back_whole(s3: Any) -> None:
    body = bytes(range(256)) * 80_000
    s3.create_bucket(Bucket="chunks")
    s3.put_object(Bucket="chunks", Key="large", Body=body)
    with s3.get_object(Bucket="chunks", Key="large")["Body"] as stream:
        assert stream.read() == body


def test_many_buckets_do_not_exhaust_volumes(s3: Any) -> None:
    for number in range(10):
        s3.create_bucket(Bucket=f"many-{number}")
        s3.put_object(Bucket=f"many-{number}", Key="k", Body=b"x")
    assert sum(bucket["Name"].startswith("many-") for bucket in s3.list_buckets()["Buckets"]) == 10


def test_unsigned_request_is_refused(stack: EmbeddedStack) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{stack.seaweedfs.endpoint_url}/chunks/large")
    with caught.value as refusal:
        assert refusal.code == 403


def test_browser_may_put_to_presigned_url(stack: EmbeddedStack, s3: Any) -> None:
    s3.create_bucket(Bucket="browser")
    url = s3.generate_presigned_url(
        "put_object", Params={"Bucket": "browser", "Key": "k", "ContentType": "application/pdf"}
    )
    origin = {"Origin": "https://app.example"}
    asked = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
    with urllib.request.urlopen(urllib.request.Request(url, method="OPTIONS", headers=origin | asked)) as preflight:
        assert preflight.headers["Access-Control-Allow-Origin"] in {"*", origin["Origin"]}
        assert "PUT" in preflight.headers["Access-Control-Allow-Methods"]
        assert preflight.headers["Access-Control-Allow-Headers"].lower() in {"*", "content-type"}
    put = urllib.request.Request(url, method="PUT", data=b"%PDF", headers=origin | {"Content-Type": "application/pdf"})
    with urllib.request.urlopen(put) as answer:
        assert answer.headers["Access-Control-Allow-Origin"] in {"*", origin["Origin"]}


def test_bytes_cannot_be_read_past_s3(stack: EmbeddedStack, s3: Any) -> None:
    """Neither the filer nor the volume server gives anything to a local user without a token."""
    s3.create_bucket(Bucket="secret")
    s3.put_object(Bucket="secret", Key="k", Body=b"x" * 100_000)
    inner = json.loads((stack.seaweedfs.directory / "ports.json").read_text())
    assert _status(inner["filer"], "/buckets/secret/k") == 404
    assert _status(inner["volume"], f"/{_file_id(stack, 'secret')}") == 401


def test_everything_listens_on_loopback_only(stack: EmbeddedStack) -> None:
    addresses = {
        connection.laddr.ip
        for process in processes_of(stack.data_dir)
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN or connection.type == socket.SOCK_DGRAM
    }
    assert addresses == {"127.0.0.1"}


def test_second_start_is_refused_and_says_who_runs(stack: EmbeddedStack) -> None:
    stack.announce({"http_url": "http://127.0.0.1:8000"})
    with pytest.raises(AlreadyRunningError) as caught:
        EmbeddedStack(stack.data_dir).start()
    assert caught.value.pid == psutil.Process().pid
    assert caught.value.urls["http_url"] == "http://127.0.0.1:8000"
    assert stack.seaweedfs.endpoint_url in str(caught.value)


def test_use_of_a_directory_is_seen_without_a_start(stack: EmbeddedStack, tmp_path: Path) -> None:
    with pytest.raises(AlreadyRunningError, match=str(psutil.Process().pid)):
        EmbeddedStack(stack.data_dir).require_unused()
    EmbeddedStack(tmp_path / "absent").require_unused()
    assert not (tmp_path / "absent").exists()


def test_taken_port_is_named_with_its_option(stack: EmbeddedStack, tmp_path: Path) -> None:
    taken = stack.seaweedfs.s3_port
    options = {"s3_port": "--s3-port", "postgres_port": "--postgres-port"}
    with pytest.raises(PortInUseError, match=rf"{taken} .*--s3-port"):
        EmbeddedSeaweedFS(tmp_path, s3_port=taken, port_option="--s3-port").start()
    with pytest.raises(PortInUseError, match=rf"{taken} .*--postgres-port"):
        EmbeddedStack(tmp_path, postgres_port=taken, option_names=options, fsync=False).start()
    assert processes_of(tmp_path) == []


def test_path_too_long_for_a_socket_is_served_over_tcp(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path / ("d" * 100) / "postgres", fsync=False) as server:
        assert server.host == "127.0.0.1"
        with psycopg.connect(server.dsn()) as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def _file_id(stack: EmbeddedStack, bucket: str) -> str:
    """Volume, key and cookie of a bucket's first needle, from SeaweedFS's files (wiki, "Volume Files Structure")."""
    index = next((stack.seaweedfs.directory / "volumes").glob(f"{bucket}_*.idx"))
    key, offset = struct.unpack(">QI", index.read_bytes()[:12])
    with index.with_suffix(".dat").open("rb") as needles:
        needles.seek(offset * 8)
        (cookie,) = struct.unpack(">I", needles.read(4))
    return f"{index.stem.removeprefix(f'{bucket}_')},{key:x}{cookie:08x}"


def _status(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    status = connection.getresponse().status
    connection.close()
    return status
