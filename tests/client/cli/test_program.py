"""The program itself: what it imports, what it completes, how it is called wrongly."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import pytest
from typer.testing import CliRunner

import muniment_client
from service.client import file_commands, reading_commands, record_commands
from service.main import app
from tests.client.cli.program import PROGRAM, ROOT, Program

pytestmark = pytest.mark.long

SERVICE_ONLY = (
    "sqlalchemy",
    "psycopg",
    "boto3",
    "botocore",
    "procrastinate",
    "pydantic_settings",
    "structlog",
    "uvloop",
    "orjson",
    "protovalidate",
    "onnxruntime",
    "numpy",
    "alembic",
)
REFUSE = f"""
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {SERVICE_ONLY!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Refuse())
"""


@pytest.fixture
def client_only(tmp_path: Path, muniment: Program) -> Program:
    """An installation that has the client's packages alone."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(REFUSE)
    paths = [str(tmp_path / "site"), muniment.environment["PYTHONPATH"]]
    return replace(muniment.with_(PYTHONPATH=os.pathsep.join(paths)), nursery=None)


async def test_commands_of_users_need_the_packages_of_the_client_alone(client_only: Program) -> None:
    (client_only.folder / "bill.bin").write_bytes(b"a bill")
    await client_only.ok("whoami")
    await client_only.ok("file", "upload", "bill.bin", "--track", "MANUAL", "--wait")
    await client_only.ok("file", "list")
    await client_only.ok("--help")


async def test_commands_of_operators_say_what_to_install(client_only: Program) -> None:
    for command in (["serve"], ["admin", "organization", "list"]):
        done = await client_only(*command)
        assert done.code == 1
        assert "pip install 'muniment[service]'" in done.err
        assert "Traceback" not in done.err


def test_commands_of_users_import_nothing_of_the_service() -> None:
    code = """
import sys
from service.main import app
import typer
typer.main.get_command(app)
import service.client.uploading.command, service.client.editing, service.client.downloading, service.client.allocation
print(*sorted(name for name in sys.modules if name.split(".")[0] == "service"))
"""
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {name.split(".")[1] for name in out.split() if "." in name} <= {"main", "client"}


def test_help_loads_neither_grpc_nor_aiohttp() -> None:
    code = """
import sys
from typer.testing import CliRunner
from service.main import app
assert CliRunner().invoke(app, ["file", "--help"]).exit_code == 0
print(*sys.modules)
"""
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not {"grpc", "aiohttp", "google.protobuf", "muniment_client"} & set(out.split())


def test_version_is_said() -> None:
    done = CliRunner().invoke(app, ["--version"])
    assert (done.exit_code, done.output) == (0, f"muniment {version('muniment')}\n")


def test_words_of_options_are_those_of_the_contract() -> None:
    pairs = (
        (file_commands.Track, muniment_client.ProcessingTrack),
        (file_commands.Status, muniment_client.FileStatus),
        (reading_commands.CategoryName, muniment_client.Category),
        (record_commands.Type, muniment_client.InvoiceType),
        (file_commands.Mode, muniment_client.UploadMode),
    )
    for ours, theirs in pairs:
        assert {each.value for each in ours} == {each.value for each in theirs} - {"UNSPECIFIED", "unspecified", ""}


def test_shells_complete_commands_and_options() -> None:
    def complete(line: str) -> str:
        environment = {
            **os.environ,
            "_MUNIMENT_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(line.split(" ")) - 1),
        }
        return subprocess.run([*PROGRAM], env=environment, capture_output=True, text=True, check=False).stdout

    assert {"file", "facility", "folder"} <= set(complete("muniment f").split())
    assert set(complete("muniment file u").split()) == {"upload"}
    assert "--recursive" in complete("muniment file upload --re").split()
    assert set(complete("muniment file upload --mode ").split()) == {"presigned", "multipart"}
    assert "organization" in complete("muniment admin o").split()


@pytest.mark.parametrize(
    "command",
    [
        ["file"],
        ["file", "uplaod"],
        ["file", "upload"],
        ["file", "upload", "x", "--mode", "carrier-pigeon"],
        ["file", "list", "--limit", "0"],
        ["file", "list", "--created-after", "yesterday"],
        ["facility", "create", "X"],
        ["login", "--address", "grpc://127.0.0.1:1", "--organization", "Acme"],
        ["file", "reading", "create-records", "x", "--facility", "a=0.7", "--facility", "b=0.7"],
    ],
)
def test_wrong_usage_is_exit_code_2(command: list[str]) -> None:
    done = CliRunner().invoke(app, command, input="a key\n")
    assert done.exit_code == 2
    assert done.output
