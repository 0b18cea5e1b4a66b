"""Who we are: logging in, the environment, the profile."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client.cli.conftest import Installation
from tests.client.cli.program import Program
from tests.system.support import Tenant

pytestmark = pytest.mark.long


def profiles_of(program: Program) -> Path:
    return Path(program.environment["HOME"]) / ".config" / "muniment" / "profiles.toml"


async def test_login_on_a_terminal_asks_and_does_not_show_the_key(
    nobody: Program, ours: Tenant, installation: Installation
) -> None:
    terminal = await nobody.terminal("login")
    await terminal.expect("Address")
    terminal.type(f"grpc://127.0.0.1:{installation.grpc.port}\n")
    await terminal.expect("Organization id")
    terminal.type(f"{ours.organization_id}\n")
    await terminal.expect("API key")
    terminal.type(f"{ours.api_key}\n")
    await terminal.expect(f"Logged in as {ours.email} to Acme")
    assert await terminal.end() == 0
    assert ours.api_key not in terminal.raw
    assert profiles_of(nobody).stat().st_mode & 0o777 == 0o600
    done = await nobody.ok("whoami")
    assert ours.email in done.out
    assert ours.api_key not in done.out + done.err


async def test_login_in_a_pipe_reads_the_key_alone(nobody: Program, ours: Tenant, installation: Installation) -> None:
    address = f"http://127.0.0.1:{installation.http.port}"
    refused = await nobody("login", stdin=ours.api_key)
    assert refused.code == 2
    assert "--address" in refused.err
    options = ["--address", address, "--organization", str(ours.organization_id), "--profile", "ci"]
    await nobody.ok("login", *options, stdin=f"{ours.api_key}\n")
    assert (await nobody.json("whoami", "--profile", "ci"))["organization_id"] == str(ours.organization_id)
    assert (await nobody("whoami", "--profile", "other")).code == 2


async def test_login_with_a_wrong_key_keeps_nothing(nobody: Program, ours: Tenant, installation: Installation) -> None:
    options = ["--address", f"grpc://127.0.0.1:{installation.grpc.port}", "--organization", str(ours.organization_id)]
    done = await nobody("login", *options, stdin="mk_wrong\n")
    assert done.code == 4
    assert "mk_wrong" not in done.out + done.err
    assert not profiles_of(nobody).exists()


async def test_key_is_no_option(nobody: Program, ours: Tenant) -> None:
    for option in ("--api-key", "--key", "--token"):
        assert (await nobody("login", option, ours.api_key)).code == 2


async def test_without_any_profile_the_error_says_how_to_get_one(nobody: Program) -> None:
    done = await nobody("whoami")
    assert done.code == 2
    assert "muniment login" in done.err


async def test_profile_that_others_can_read_is_refused(nobody: Program) -> None:
    file = profiles_of(nobody)
    file.parent.mkdir(parents=True)
    file.write_text('[default]\naddress = "grpc://127.0.0.1:1"\norganization = "x"\napi_key = "secret-key"\n')
    file.chmod(0o644)
    done = await nobody("whoami")
    assert done.code == 2
    assert "chmod 600" in done.err
    assert "secret-key" not in done.err


@pytest.mark.parametrize("address", ["grpc://127.0.0.1:1", "http://127.0.0.1:1"])
async def test_address_where_nobody_answers_is_exit_code_3(muniment: Program, address: str) -> None:
    done = await muniment.with_(MUNIMENT_ADDRESS=address)("whoami")
    assert done.code == 3
    assert "address" in done.err


async def test_foreign_organization_is_exit_code_4(
    muniment: Program, installation: Installation, over_http: Program
) -> None:
    theirs = await installation.system.tenant("Other")
    for program in (muniment, over_http):
        done = await program.with_(MUNIMENT_ORGANIZATION=str(theirs.organization_id))("whoami")
        assert done.code == 4, done


async def test_whoami_says_the_same_over_both_transports(muniment: Program, over_http: Program, ours: Tenant) -> None:
    answer = await muniment.json("whoami")
    assert answer == await over_http.json("whoami") == await ours.rest.get("/v1/whoami")


async def test_errors_are_json_for_programs(muniment: Program) -> None:
    import json

    done = await muniment.with_(MUNIMENT_API_KEY="mk_wrong")("whoami", "--json")
    assert done.code == 4
    error = json.loads(done.err)["error"]
    assert error["code"] == "INVALID_CREDENTIALS"
    assert error["message"]
    assert error["advice"]
    assert done.out == ""
