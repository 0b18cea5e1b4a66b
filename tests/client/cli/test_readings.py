"""Looking at readings, correcting them, and making records of them."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.client.cli.conftest import Installation
from tests.client.cli.files import SAMPLES
from tests.client.cli.program import Program
from tests.system.given import WATER, facility, given
from tests.system.support import Tenant

pytestmark = pytest.mark.long

CORRECTED = [{**WATER, "quantity": 33.25}]


def reading_of(installation: Installation, ours: Tenant, category: str = "water", **columns: object) -> tuple[str, str]:
    return given(installation.system, ours, category, **columns)  # type: ignore[arg-type]


def editor(program: Program, *steps: str) -> Program:
    """An editor that does these steps of `sed`, one each time it is opened."""
    script = program.folder.parent / "editor"
    lines = ["#!/bin/sh", f"count=$(cat {script}.count 2>/dev/null || echo 0)", f"echo $((count + 1)) > {script}.count"]
    for number, step in enumerate(steps):
        lines.append(f'[ "$count" = {number} ] && sed -i {step!r} "$1"')
    script.write_text("\n".join([*lines, "exit 0", ""]))
    script.chmod(0o755)
    return program.with_(EDITOR=str(script))


def opened(program: Program) -> int:
    return int((program.folder.parent / "editor.count").read_text())


def taken_away(name: str) -> str:
    text = Path(name).read_text()
    Path(name).unlink()
    return text


async def test_readings_are_listed_with_their_filters(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    water, reading = reading_of(installation, ours)
    gas, _ = reading_of(installation, ours, "gas")
    assert {entry["id"] for entry in (await muniment.json("file", "reading", "list"))["items"]} == {water, gas}
    one = await muniment.json("file", "reading", "list", "--file-id", water)
    assert [entry["reading"]["id"] for entry in one["items"]] == [reading]
    both = await muniment.json("file", "reading", "list", "--category", "gas", "--category", "water")
    assert both["total"] == 2
    assert (await muniment.json("file", "reading", "list", "--linked"))["items"] == []
    text = await muniment.ok("file", "reading", "list", "--category", "water")
    assert text.lines[1][:3] == [water, "given.pdf", "water"]


async def test_reading_is_shown_by_its_file(muniment: Program, ours: Tenant, installation: Installation) -> None:
    file, reading = reading_of(installation, ours)
    shown = await muniment.json("file", "reading", "show", file)
    assert shown == await ours.rest.get(f"/v1/files/readings/{reading}")
    text = (await muniment.ok("file", "reading", "show", file)).out
    assert "WTR-2024-03" in text
    assert "32.1" in text


async def test_evidence_says_where_values_stand(muniment: Program, ours: Tenant) -> None:
    answer = await muniment.json("file", "upload", str(SAMPLES / "water-bill.pdf"), "--wait")
    file_id = answer["files"][0]["file"]["id"]
    shown = await muniment.json("file", "reading", "show", file_id, "--evidence")
    quantity = next(each for each in shown["evidence"] if each["field"] == "quantity")
    assert (quantity["page"], quantity["raw_text"]) == (1, "127")
    text = (await muniment.ok("file", "reading", "show", file_id, "--evidence")).out
    assert "AS IT STANDS THERE" in text


async def test_file_without_a_reading_says_so(muniment: Program, ours: Tenant, installation: Installation) -> None:
    from service.domain.scope import Scope

    file = installation.system.world.file(Scope(ours.organization_id, ours.user_id))
    done = await muniment("file", "reading", "show", str(file))
    assert done.code == 1
    assert "has no reading" in done.err


@pytest.mark.parametrize("content", [CORRECTED, {"content": {"items": CORRECTED}}], ids=["list", "content"])
@pytest.mark.parametrize("way", ["file", "pipe"])
async def test_content_of_a_file_replaces_the_items_and_shows_the_difference(
    muniment: Program, ours: Tenant, installation: Installation, content: object, way: str
) -> None:
    _, reading = reading_of(installation, ours)
    (muniment.folder / "items.json").write_text(json.dumps(content))
    name, stdin = ("items.json", "") if way == "file" else ("-", json.dumps(content))
    done = await muniment.ok("file", "reading", "update", reading, "--content-file", name, "--json", stdin=stdin)
    assert done.json["content"]["items"][0]["quantity"] == Decimal("33.25")
    assert done.json["machine_content"]["items"][0]["quantity"] == Decimal("32.1")
    assert '-    "quantity": 32.1,' in done.err
    assert '+    "quantity": 33.25,' in done.err


@pytest.mark.parametrize("transport", ["grpc", "http"])
async def test_mistakes_name_item_field_and_what_would_be_right(
    muniment: Program, over_http: Program, ours: Tenant, installation: Installation, transport: str
) -> None:
    program = muniment if transport == "grpc" else over_http
    _, reading = reading_of(installation, ours)
    wrong = [WATER, {**WATER, "end_date": "2024-13-01", "unit": "bathtubs"}]
    done = await program("file", "reading", "update", reading, "--content-file", "-", stdin=json.dumps(wrong))
    assert done.code == 1
    lines = [line for line in done.err.splitlines() if line.startswith("item 1")]
    assert any(line.startswith("item 1  end_date") for line in lines), done.err
    assert any(line.startswith("item 1  unit") for line in lines), done.err
    assert (await ours.rest.get(f"/v1/files/readings/{reading}"))["corrected"] is False


@pytest.mark.parametrize("transport", ["grpc", "http"])
async def test_unknown_field_suggests_the_nearest(
    muniment: Program, over_http: Program, ours: Tenant, installation: Installation, transport: str
) -> None:
    program = muniment if transport == "grpc" else over_http
    _, reading = reading_of(installation, ours)
    wrong = json.dumps([{"quantty": 3}])
    done = await program("file", "reading", "update", reading, "--content-file", "-", stdin=wrong)
    assert done.code == 1
    assert "item 0  quantty" in done.err
    assert "quantity" in done.err


async def test_content_that_is_no_json_is_wrong_usage_and_says_where(muniment: Program) -> None:
    done = await muniment("file", "reading", "update", "x", "--content-file", "-", stdin='[{"quantity": }]')
    assert done.code == 2
    assert "line 1 column" in done.err


async def test_same_content_is_not_sent(muniment: Program, ours: Tenant, installation: Installation) -> None:
    _, reading = reading_of(installation, ours)
    done = await muniment.ok("file", "reading", "update", reading, "--content-file", "-", stdin=json.dumps([WATER]))
    assert "nothing was sent" in done.err
    assert (await ours.rest.get(f"/v1/files/readings/{reading}"))["corrected"] is False


async def test_editor_opens_shows_the_difference_in_colour_and_sends(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours)
    terminal = await editor(muniment, "s/32.1/131/").terminal("file", "reading", "update", reading)
    await terminal.expect(r'\+ +"quantity": 131')
    await terminal.expect(r"Send it\?")
    assert "\x1b[31m" in terminal.raw
    assert "\x1b[32m" in terminal.raw
    terminal.type("y\n")
    assert await terminal.end() == 0
    assert (await ours.rest.get(f"/v1/files/readings/{reading}"))["content"]["items"][0]["quantity"] == 131


async def test_mistakes_open_the_editor_again_with_the_text_as_it_was(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours)
    program = editor(muniment, "s/2024-03-31/2024-02-01/", "s/2024-02-01/2024-04-30/", "s/}$/}}/", "s/}}$/}/")
    terminal = await program.terminal("file", "reading", "update", reading, "--yes")
    await terminal.expect(r"0 +end_date +\S")
    await terminal.expect(r"Open the editor again\?")
    terminal.type("\n")
    assert await terminal.end() == 0
    assert opened(program) == 2
    assert (await ours.rest.get(f"/v1/files/readings/{reading}"))["content"]["items"][0]["end_date"] == "2024-04-30"


async def test_text_that_is_no_json_opens_the_editor_again(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours)
    program = editor(muniment, "s/32.1,/32.1/", "s/32.1/35,/")
    terminal = await program.terminal("file", "reading", "update", reading, "--yes")
    await terminal.expect("This isn't JSON")
    terminal.type("y\n")
    assert await terminal.end() == 0
    assert (await ours.rest.get(f"/v1/files/readings/{reading}"))["content"]["items"][0]["quantity"] == 35


async def test_editing_can_be_given_up_and_keeps_the_text(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours)
    terminal = await editor(muniment, "s/32.1/77/").terminal("file", "reading", "update", reading)
    await terminal.expect(r"Send it\?")
    terminal.interrupt()
    assert await terminal.end() == 130
    kept = (await terminal.expect(r"kept in (\S+\.json)")).removeprefix("kept in ")
    assert "77" in taken_away(kept)
    assert (await ours.rest.get(f"/v1/files/readings/{reading}"))["corrected"] is False


async def test_reading_with_records_is_not_opened_for_nothing(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours)
    await muniment.ok("file", "reading", "create-records", reading, "--facility", f"{await facility(ours)}=1")
    terminal = await editor(muniment, "s/32.1/77/").terminal("file", "reading", "update", reading)
    assert await terminal.end() == 1
    assert "can't change any more" in terminal.text
    assert not (muniment.folder.parent / "editor.count").exists()


async def test_without_terminal_and_file_there_is_nothing_to_edit(muniment: Program) -> None:
    done = await muniment("file", "reading", "update", "x")
    assert done.code == 2
    assert "--content-file" in done.err


async def test_dry_run_shows_what_would_be_made_and_makes_nothing(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours)
    office, plant = await facility(ours, name="Office"), await facility(ours, name="Plant")
    shares = ["--facility", f"{office}=0.35", "--facility", f"{plant}=0.65"]
    planned = await muniment.json("file", "reading", "create-records", reading, *shares, "--dry-run")
    assert planned["dry_run"] is True
    assert planned["objections"] == []
    assert (await muniment.json("invoice", "list"))["total"] == 0
    made = await muniment.json("file", "reading", "create-records", reading, *shares)
    assert {(each["facility_id"], each["quantity"]) for each in planned["records"]} == {
        (each["facility_id"], each["quantity"]) for each in made["invoices"]
    }
    assert sum(each["quantity"] for each in made["invoices"]) == Decimal("32.1")
    again = await muniment("file", "reading", "create-records", reading, *shares)
    assert again.code == 1
    assert all(each["id"] in again.err for each in made["invoices"])


async def test_dry_run_names_what_stands_against_it(
    muniment: Program, ours: Tenant, installation: Installation
) -> None:
    _, reading = reading_of(installation, ours, "electricity", items=[{"quantity": 5, "unit": "kilowatt_hour_(kwh)"}])
    madrid = await facility(ours, "ES", "Madrid")
    done = await muniment("file", "reading", "create-records", reading, "--facility", f"{madrid}=1", "--dry-run")
    assert done.code == 1
    assert "--supplier-id" in done.err
    refused = await muniment("file", "reading", "create-records", reading, "--facility", f"{madrid}=1")
    assert refused.code == 1
    supplier = (await muniment.json("supplier", "create", "Iberdrola", "--tax-id", "A95758389"))["id"]
    options = ["--facility", f"{madrid}=1", "--supplier-id", supplier]
    assert (await muniment.json("file", "reading", "create-records", reading, *options))["invoices"]


async def test_parts_of_more_than_the_whole_are_wrong_usage(muniment: Program) -> None:
    done = await muniment("file", "reading", "create-records", "x", "--facility", "a=0.6", "--facility", "b=0.6")
    assert done.code == 2
    assert "1.2" in done.err
