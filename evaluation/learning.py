"""What corrections teach, on real pairs: each document of the development part is corrected by its known answers, and
every other one of the same supplier is then read with that lesson. `python -m evaluation.learning FOLDER`
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

from evaluation.corpus import Document, Part, documents
from evaluation.reading import Read, prepared, read
from service.domain.bills import supplier_keys
from service.domain.items import ITEM_SCHEMAS, Item, ItemsInvalidError, validate_items
from service.domain.reading import Reading
from service.processing.reader.lessons import apply, learn, suppliers_on
from service.processing.reader.sandbox import ReaderPool


@dataclass(frozen=True)
class Case:
    """A document that was read, with who could have issued it."""

    document: Document
    reading: Reading
    read: Read
    suppliers: frozenset[str]

    @property
    def machine(self) -> Item:
        return dict(self.reading.items[0]) if self.reading.items else {}

    @property
    def answers(self) -> Mapping[str, Any]:
        return self.document.truth.items[0]

    def corrected(self) -> Item:
        """What a person would write: the machine's values, put right where the answer is known."""
        known = {field.name for field in ITEM_SCHEMAS[self.reading.category]} & self.answers.keys()
        written = self.machine
        for name in known:
            try:
                written |= validate_items(self.reading.category, [{name: self.answers[name]}])[0]
            except ItemsInvalidError:
                continue  # The answer has more, or less, than the field.
        return written


async def cases(folder: Path, kept_text: Path | None, kinds: list[str]) -> list[Case]:
    """The documents with words and one item, whose answers are known; of these kinds alone, if some are given."""
    found = []
    async with ReaderPool() as pool:
        for document in documents(folder):
            left_out = bool(kinds) and document.kind not in kinds
            if left_out or document.part is not Part.DEVELOPMENT or len(document.truth.items) != 1:
                continue
            with prepared(document) as path:
                one = await read(path, pool, kept_text)
            reading = one.reading
            if reading and len(reading.items) <= 1 and not any(page.structured or page.rows for page in one.pages):
                found.append(Case(document, reading, one, frozenset(suppliers_on(one.pages))))
    return found


def outcomes(found: list[Case]) -> Iterator[tuple[str, bool, bool]]:
    """For each field of a pair that a lesson is about: its name, and whether it was right before and after."""
    by_category = defaultdict(list)
    for case in found:
        by_category[case.reading.category].append(case)
    for category, group in by_category.items():
        for teacher, pupil in permutations(group, 2):
            person = teacher.corrected()
            if not pupil.suppliers & {*supplier_keys(person), *supplier_keys(teacher.machine)}:
                continue
            lesson = learn(category, teacher.read.pages, teacher.reading.items, [person])
            if not lesson:
                continue
            items, said = apply(category, pupil.reading.items, pupil.reading.evidence, pupil.read.pages, [lesson])
            for name in {entry.field for entry in said if entry.producer == "learned"} & pupil.answers.keys():
                wanted = pupil.answers[name]
                yield name, _same(pupil.machine.get(name), wanted), _same(items[0].get(name), wanted)


def _same(value: Any, wanted: Any) -> bool:
    if isinstance(value, Decimal) and isinstance(wanted, Decimal):
        return value == wanted
    return _plain(value) == _plain(wanted)


def _plain(value: Any) -> str:
    return "".join(filter(str.isalnum, str(value).casefold()))


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kept-text", type=Path, help="keep the text of documents here, and find it only once")
    parser.add_argument("--kind", action="append", default=[], help="read this kind alone; may be repeated")
    arguments = parser.parse_args()
    counts = Counter(outcomes(await cases(arguments.folder, arguments.kept_text, arguments.kind)))
    print(f"{'field':24} {'put right':>10} {'stayed right':>13} {'stayed wrong':>13} {'made wrong':>11}")
    for name in sorted({name for name, _, _ in counts}):
        row = [counts[name, *pair] for pair in ((False, True), (True, True), (False, False), (True, False))]
        print(f"{name:24} {row[0]:10} {row[1]:13} {row[2]:13} {row[3]:11}")


if __name__ == "__main__":
    asyncio.run(main())
