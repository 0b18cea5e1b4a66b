"""Who hands a waste over, who carries it and who receives it, by the boxes of the form."""

import re
from collections.abc import Iterator
from dataclasses import replace

from service.domain.identifiers import compact
from service.processing.reader.content import Spot
from service.processing.reader.find import Candidate, best
from service.processing.reader.forms import ROLES, Form, Section, spot_after, trimmed
from service.processing.reader.labels import Label, leads
from service.processing.reader.layout import CELL_GAP, Cell, Line
from service.processing.reader.party_names import is_company, is_street
from service.processing.reader.values import DATE
from service.processing.reader.vocabulary import any_of

_FIELD_OF = {"producer": "producer_name", "carrier": "carrier_name", "destination": "destination"}
#: A box for either the plant or a store on the way counts less than one for the plant.
_STORE = re.compile(rf"\b{any_of('forms', 'parties', 'store')}\b")
_ARRIVED = re.compile(rf"\b{any_of('forms', 'parties', 'arrived')}\b")
_TAX_ID = re.compile(
    r"(?<![A-Za-z0-9])(?:[A-Z]{2}[ -]?)?[A-Z0-9]?(?:[ .-]?\d){7,14}[ .-]?[A-Z0-9]?(?:B\d\d)?(?![A-Za-z0-9])"
)
#: An address or a number behind a name, in folded text.
_WHERE = re.compile(
    rf"\s*(?:,|;|\s[-–|/·])\s*(?=\d|{any_of('forms', 'parties', 'address')}(?!\w)"
    rf"|(?:[\w'-]+ ){{1,3}}{any_of('forms', 'parties', 'streets')}\b)"
    rf"|\s+\(?{any_of('forms', 'parties', 'numbers')}\b\W"
)
#: Recognition takes the last letter of `S.r.l.` for a capital i.
_LEGAL_FORM = re.compile(r"(\bS\.? ?r\.? ?)I(\.?)$", re.IGNORECASE)
_MOST_LINES_DOWN = 5
#: Languages in which `firma` is a signature; elsewhere it is a company.
_SIGNATURES = ("es", "ca", "it", "pt")
_BOX_MARKS = "□☐☒☑◻○●■✓✔✗✘×"


def find_waste_parties(form: Form) -> dict[str, Candidate]:
    """The best name and tax number of producer, carrier and destination, by the names of their fields."""
    found: dict[str, Candidate] = {}
    for role in ROLES:
        named = [(section, name) for section in form.with_role(role) if (name := party_name(section)) is not None]
        if not named:
            continue
        # The first carrier takes the waste over; others follow it.
        section, name = max(named, key=lambda entry: entry[1].score)
        found[_FIELD_OF[role]] = replace(name, field=_FIELD_OF[role])
        number = _tax_number(section)
        if number is not None and role != "destination":
            found[f"{role}_tax_id"] = replace(number, field=f"{role}_tax_id")
    return found


def party_name(section: Section) -> Candidate | None:
    """The name of the party that a box is about; None when the box isn't filled."""
    heading = section.heading
    if heading is None:
        return None
    weight = heading.weight - (0.25 if _STORE.search(section.title) else 0.0)
    weight += 0.03 if _ARRIVED.search(section.title) else 0.0
    labelled = list(_labelled(section))
    found = [candidate for candidate in (*labelled, _behind_colon(section)) if candidate is not None]
    if not labelled and not found:
        # A box that has a label for the name but nothing beside it isn't filled.
        found = [
            candidate for candidate in (_beside_heading(section), _under_heading(section)) if candidate is not None
        ]
    chosen = best(found)
    return replace(chosen, score=chosen.score * weight) if chosen else None


def _labelled(section: Section) -> Iterator[Candidate | None]:
    """The names beside or under a label for names; None for one that nothing was written to."""
    content = section.content
    for line in content.lines:
        for label in content.labels_of(line):
            if label.field != "name" or (
                line.folded[label.start : label.end] == "firma" and content.language in _SIGNATURES
            ):
                continue
            spot = spot_after(line, label)
            if spot is not None and _is_label(section, line, spot.start, spot.end):
                spot = None  # `Name, address`, which asks for both
            elif spot is None and not _blank_after(line, label):
                continue  # a part of a sentence
            if spot is None:
                spot = _next_cell(section, line, line.cell_at(label.start)) or _cell_under(section, line, label)
            name = _as_name(section, spot)
            yield name and replace(name, score=0.95 * label.weight)


def _blank_after(line: Line, label: Label) -> bool:
    rest = line.text[label.end : line.cell_at(label.start).end]
    return not re.sub(r"\([^)]*\)|[\W_]", "", rest.split(":", 1)[0] if ":" in rest else rest) or ":" in rest


def _next_cell(section: Section, line: Line, cell: Cell) -> Spot | None:
    """What stands right of a cell, unless that is a label itself."""
    following = next((other for other in line.cells if other.start >= cell.end), None)
    if following is None or _is_label(section, line, following.start, following.end):
        return None
    return trimmed(line, following.start, following.end)


def _cell_under(section: Section, line: Line, label: Label) -> Spot | None:
    box = line.box_between(label.start, label.end)
    height = max(box.y1 - box.y0, 4.0)
    for other in section.content.below(line, 2):
        if other.box.y0 - box.y1 > 1.8 * height:
            return None
        for cell in other.cells:
            if (
                min(cell.box.x1, box.x1 + 4 * height) > max(cell.box.x0, box.x0 - height)
                and cell.box.x0 > box.x0 - 3 * height
            ):
                if _is_label(section, other, cell.start, cell.end):
                    return None
                return trimmed(other, cell.start, cell.end)
    return None


def _behind_colon(section: Section) -> Candidate | None:
    """`Carrier: ACME Ltd`."""
    home = _same_line(section)
    if home is None or ":" not in home[0].text[home[1].end : home[0].cell_at(home[1].start).end]:
        return None
    name = _as_name(section, spot_after(*home))
    return name and replace(name, score=0.9)


def _beside_heading(section: Section) -> Candidate | None:
    """The name in the cell after a role that fills its own."""
    home = _same_line(section)
    if home is None:
        return None
    line, label = home
    cell = line.cell_at(label.start)
    rest = line.text[label.end : cell.end]
    if ":" not in rest and re.sub(r"\([^)]*\)|[\W_\d]", "", rest):
        return None
    name = _as_name(section, _next_cell(section, line, cell))
    return name and replace(name, score=0.82)


def _same_line(section: Section) -> tuple[Line, Label] | None:
    """The heading's line and label among the section's own lines."""
    heading = section.heading
    assert heading is not None
    for line in section.content.lines[:3]:
        for label in section.content.labels_of(line):
            if label.field == heading.role:
                return line, label
    return None


def _under_heading(section: Section) -> Candidate | None:
    """The first line under a heading that can be a name."""
    heading = section.heading
    assert heading is not None
    box = heading.box
    for position, line in enumerate(_below_heading(section)):
        cells = [cell for cell in line.cells if cell.box.x1 > box.x0 - 5] or list(line.cells)
        cell = min(cells, key=lambda cell: abs(cell.box.x0 - box.x0))
        if _is_label(section, line, cell.start, cell.end):
            continue
        name = _as_name(section, trimmed(line, cell.start, cell.end))
        if name is not None:
            return replace(name, score=(0.85 if is_company(str(name.value)) else 0.65) - 0.03 * position)
    return None


def _below_heading(section: Section) -> list[Line]:
    heading = section.heading
    assert heading is not None
    middle = (heading.box.y0 + heading.box.y1) / 2
    return [line for line in section.content.lines if line.box.y0 > middle][:_MOST_LINES_DOWN]


def _is_label(section: Section, line: Line, start: int, end: int) -> bool:
    """Whether a piece begins with a label that has a colon, fills the piece or has a short value behind it."""
    for label in section.content.labels_of(line):
        if start <= label.start < end and leads(line, label.start):
            rest = line.text[label.end : end]
            if not re.sub(r"\([^)]*\)|[\W_\d]", "", rest) or ":" in rest[:12]:
                return True
            if label.field in ("tax_id", "-person", "low_code", "-date", "name"):
                return True
        if label.start >= end:
            break
    return False


def _as_name(section: Section, spot: Spot | None) -> Candidate | None:
    """A piece of text as a party's name: without its address and numbers; None when it can't be a name."""
    if spot is None:
        return None
    line, end = spot.line, spot.end
    for label in section.content.labels_of(line):
        if spot.start < label.start < end and (
            label.field == "tax_id" or re.match(r"\W{0,3}:", line.text[label.end : label.end + 4])
        ):
            end = label.start
    cut = _WHERE.search(line.folded[spot.start : end])
    if cut and cut.start() > 0:
        end = spot.start + cut.start()
    kept = trimmed(line, spot.start, end)
    if kept is None:
        return None
    text = kept.text.strip(_BOX_MARKS + " ")
    first = line.text.find(text, kept.start) if text else -1
    if first < 0 or not _can_be_name(text):
        return None
    # A company's last point belongs to it.
    last = first + len(text)
    if line.text[last : last + 1] == "." and is_company(text + "."):
        last += 1
    return Candidate("", _LEGAL_FORM.sub(r"\1l\2", line.text[first:last]), Spot(line, first, last), 0.8)


def _can_be_name(text: str) -> bool:
    letters = sum(char.isalpha() for char in text)
    return (
        3 <= len(text) <= 100
        and letters >= 3
        and letters > 0.5 * len(text.replace(" ", ""))
        and "@" not in text
        and not next(char for char in text if char.isalpha()).islower()
        and not DATE.search(text.lower())
        and not is_street(text)
        and not re.match(
            r"[\W_]*(?:si|no|yes|oui|non|ja|nein|nee|tak|nie)\b[\W_]*(?:$|[\u25a0-\u25ff\u2610-\u2612])", text.lower()
        )
        and len(text.split()) <= 12
    )


def _tax_number(section: Section) -> Candidate | None:
    """The number beside or under the box's label for tax numbers."""
    content = section.content
    for line in content.lines:
        for label in content.labels_of(line):
            if label.field != "tax_id":
                continue
            match = _TAX_ID.search(line.text, label.end, label.end + 30)
            if (
                match
                and not re.search(r"[^\W\d_]{4,}", line.text[label.end : match.start()])
                and CELL_GAP * 2 not in match.group()
            ):
                return Candidate("", compact(match.group()), Spot(line, match.start(), match.end()), 0.9)
            for other in content.below(line, 1):
                box = line.box_between(label.start, label.end)
                for match in _TAX_ID.finditer(other.text):
                    here = other.box_between(match.start(), match.end())
                    if min(here.x1, box.x1 + 10) > max(here.x0, box.x0 - 10):
                        return Candidate("", compact(match.group()), Spot(other, match.start(), match.end()), 0.8)
    return None
