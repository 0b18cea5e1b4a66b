"""The README's tour, command by command, against the whole service as `muniment up` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.embedded.ports import choose
from tests.docs.grpcurl import find_grpcurl
from tests.docs.surface import ROOT
from tests.docs.tour import Step, read_steps, run, shows

pytestmark = pytest.mark.long

TOUR_SECONDS = 300
STOP_SECONDS = 120


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with the documents of the repository, in which `muniment up` runs on free ports."""
    folder = tmp_path_factory.mktemp("tour")
    (folder / "docs").symlink_to(ROOT / "docs")
    (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    command = [str(Path(sys.executable).parent / "muniment"), "up"]
    log = (folder / "up.log").open("w")
    process = subprocess.Popen(
        [*command, "--http-port", str(choose(None)), "--grpc-port", str(choose(None))],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
    )
    assert process.stdout is not None
    try:
        started = any("Muniment is running" in line for line in process.stdout)
        assert started, (folder / "up.log").read_text()
        yield folder
    finally:
        process.send_signal(signal.SIGINT)
        exit_code = process.wait(STOP_SECONDS)
        process.stdout.close()
        log.close()
    assert exit_code == 0, (folder / "up.log").read_text()


@pytest.fixture(scope="module")
def tour(running: Path) -> list[Step]:
    """The tour, done."""
    grpcurl = find_grpcurl()
    programs = f"{grpcurl.parent}:{Path(sys.executable).parent}"
    environment = {
        **os.environ,
        "PATH": f"{programs}:{os.environ['PATH']}",
        "XDG_STATE_HOME": str(running / "state"),
        "XDG_CONFIG_HOME": str(running / "config"),
    }
    steps = read_steps()
    run(steps, running, environment, TOUR_SECONDS)
    return steps


def test_every_answer_is_as_the_readme_shows_it(tour: list[Step]) -> None:
    with_answer = [step for step in tour if step.shown is not None]
    assert len(with_answer) >= 9
    for step in with_answer:
        assert any(shows(step.shown, answer) for answer in step.answers), step.commands + step.output


def test_every_helper_and_call_of_the_tour_is_used(tour: list[Step]) -> None:
    text = "\n".join(step.commands for step in tour)
    for word in (
        "--upload-file",
        "--form",
        "batch-update",
        "/evidence",
        "/v1/invoices",
        "/v1/events",
        "grpcurl",
        "CreateRecords",
        "/api/v1/beta/files/",
        "muniment file upload",
    ):
        assert word in text, word


def test_quantities_of_the_invoices_add_up_to_the_corrected_quantity(tour: list[Step]) -> None:
    (made,) = [
        answer
        for step in tour
        for answer in step.answers
        if "invoices" in answer and "wastes" in answer and "/v1/" in step.commands
    ]
    assert [invoice["quantity"] for invoice in made["invoices"]] == [45.85, 85.15]


def test_one_event_classifies_each_file(tour: list[Step]) -> None:
    (log,) = [step.answers[0]["items"] for step in tour if "GET /v1/events" in step.commands]
    assert [event["type"] for event in log].count("CLASSIFY_DOCUMENT") == 1
    assert [event["sequence"] for event in log] == sorted(event["sequence"] for event in log)


def test_grpcurl_lists_and_describes_the_services(tour: list[Step]) -> None:
    (described,) = [step.output for step in tour if "describe" in step.commands]
    assert "muniment.files.v1.FileService\n" in described
    assert "rpc UpdateReading ( .muniment.readings.v1.UpdateReadingRequest )" in described


def test_credentials_are_for_their_owner_alone(running: Path) -> None:
    assert (running / ".muniment" / "credentials.json").stat().st_mode & 0o777 == 0o600
