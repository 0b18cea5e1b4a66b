"""What corrections teach, on real pairs: each document of the development part is corrected by its known answers, and
every other one of the same supplier is then read with that lesson. `python -m evaluation.learning FOLDER`
"""

from __future__ import annotations

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

from evaluation.corpus import Document, Part, documents
from evaluation.matching import same
from evaluation.reading import Read, prepared, read
from service.domain.bills import supplier_keys
from service.domain.items import ITEM_SCHEMAS, Item, ItemsInvalidError, validate_items
from service.domain.reading import Reading
from service.processing.reader.lessons import LEARNED, apply, learn, suppliers_on
from service.processing.reader.sandbox import ReaderPool


@dataclass(frozen=True)
class Case:
    """A document that was read, with who could have issued it."""

    document: Document
    reading: Reading
    read: Read
    suppliers: frozenset[str]

    @property
    def machine(self) -> list[Item]:
        """What the machine read, an item for each that is known."""
        return [dict(item) for item in self.reading.items] or [{}]

    @property
    def answers(self) -> Sequence[Mapping[str, Any]]:
        return self.document.truth.items

    def corrected(self) -> list[Item]:
        """What a person would write: the machine's values, put right where the answer is known."""
        return [self._put_right(item, answers) for item, answers in zip(self.machine, self.answers, strict=True)]

    def _put_right(self, written: Item, answers: Mapping[str, Any]) -> Item:
        known = {field.name for field in ITEM_SCHEMAS[self.reading.category]} & answers.keys()
        for name in known:
            try:
                written |= validate_items(self.reading.category, [{name: answers[name]}])[0]
            except ItemsInvalidError:
                continue  # The answer has more, or less, than the field.
        return written


async def cases(folder: Path, kept_text: Path | None, kinds: list[str]) -> list[Case]:
    """The documents with words whose answers are known for every item; of these kinds alone, if some are given."""
    found = []
    async with ReaderPool() as pool:
        for document in documents(folder):
            left_out = bool(kinds) and document.kind not in kinds
            if left_out or document.part is not Part.DEVELOPMENT or not document.truth.items:
                continue
            with prepared(document) as path:
                one = await read(path, pool, kept_text)
            reading = one.reading
            if reading is None or max(1, len(reading.items)) != len(document.truth.items):
                continue
            if not any(page.structured or page.rows for page in one.pages):
                found.append(Case(document, reading, one, frozenset(suppliers_on(one.pages))))
    return found


def pairs(found: Sequence[Case]) -> Iterator[tuple[Case, Case]]:
    """A corrected document, and another of the same supplier and category."""
    for teacher, pupil in permutations(found, 2):
        if teacher.reading.category is pupil.reading.category:
            issuers = {key for item in (*teacher.corrected(), *teacher.machine) for key in supplier_keys(item)}
            if pupil.suppliers & issuers:
                yield teacher, pupil


def outcomes(teacher: Case, pupil: Case) -> Iterator[tuple[str, bool, bool]]:
    """For each known value of a pupil that a lesson is about: its field, and whether it was right before and after."""
    category = teacher.reading.category
    lesson = learn(category, teacher.read.pages, teacher.reading.items, teacher.corrected())
    if not lesson:
        return
    items, said = apply(category, pupil.reading.items, pupil.reading.evidence, pupil.read.pages, [lesson])
    learnt = {entry.field for entry in said if entry.producer == LEARNED}
    for before, after, answers in zip(pupil.machine, items, pupil.answers, strict=True):
        for name in learnt & answers.keys():
            wanted = answers[name]
            yield name, _same(name, wanted, before.get(name)), _same(name, wanted, after.get(name))


def _same(name: str, wanted: Any, value: Any) -> bool:
    return value is not None and same(name, wanted, value)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kept-text", type=Path, help="keep the text of documents here, and find it only once")
    parser.add_argument("--kind", action="append", default=[], help="read this kind alone; may be repeated")
    arguments = parser.parse_args()
    found = await cases(arguments.folder, arguments.kept_text, arguments.kind)
    taught = list(pairs(found))
    counts = Counter(outcome for teacher, pupil in taught for outcome in outcomes(teacher, pupil))
    documents_taught = {pupil.document.name for _, pupil in taught}
    print(
        f"{len(taught)} pairs of a corrected document and another of the same supplier, {len(documents_taught)} taught"
    )
    print(f"{'field':24} {'put right':>10} {'stayed right':>13} {'stayed wrong':>13} {'made wrong':>11}")
    for name in sorted({name for name, _, _ in counts}):
        row = [counts[name, *pair] for pair in ((False, True), (True, True), (False, False), (True, False))]
        print(f"{name:24} {row[0]:10} {row[1]:13} {row[2]:13} {row[3]:11}")


if __name__ == "__main__":
    asyncio.run(main())
