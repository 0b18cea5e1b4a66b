"""`python -m evaluation`: read a corpus folder and say how well."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections import Counter
from pathlib import Path

from evaluation.calibrating import fitted, judged, observations, write
from evaluation.corpus import Document, Part, documents, left_out
from evaluation.matching import Match, Verdict, matches
from evaluation.places import Places
from evaluation.reading import Read, prepared, read
from evaluation.report import Kinds, earlier, keep, table
from evaluation.scores import Kind
from service.processing.reader.sandbox import ReaderPool

_CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=_CORPUS, help="folder with manifest.json")
    parser.add_argument("--part", choices=[part.value for part in Part], help="read this part alone")
    parser.add_argument("--kind", action="append", default=[], help="read kinds whose name has this; may be repeated")
    parser.add_argument("--kept-text", type=Path, help="keep the text of documents here and find it only once")
    parser.add_argument("--fields", action="store_true", help="print a line for each field")
    parser.add_argument("--mistakes", action="store_true", help="print what was not exact (development part alone)")
    parser.add_argument("--write", action="store_true", help="keep the results in evaluation/results.json")
    parser.add_argument(
        "--fit-confidence",
        action="store_true",
        help="fit the reader's confidence to the development part and write its table (needs --kept-text)",
    )
    arguments = parser.parse_args()
    if arguments.fit_confidence and (arguments.kept_text is None or arguments.kind or arguments.part):
        parser.error("--fit-confidence needs --kept-text, and takes all kinds of the development part")
    return arguments


#: Of fewer sources nothing can be said about documents of another.
_LEAST_SOURCES = 3
_NO_CORPUS = """{folder} has no manifest.json, so there is nothing to read.
Name a folder of documents with known answers: make eval ARGS="--corpus DIR". Its manifest.json has `documents`, a list
of objects with `source` (a folder in DIR), `file` (a path in that folder), `doc_type` (such as "receipt") and `truth`
(the known fields, such as {{"number": "A-1", "date": "2024-03-31", "total": 121.0}})."""


async def _evaluate(chosen: list[Document], kept_text: Path | None, *, mistakes: bool) -> Kinds:
    kinds: Kinds = {}
    async with ReaderPool(processes=1) as pool:
        for document in chosen:
            with prepared(document) as path:
                result = await read(path, pool, kept_text)
                places = Places(path, result.pages)
                found = matches(document.truth.items, result.reading, document.truth.doubted, places.lead_to)
            kind = kinds.setdefault((document.part, document.kind), Kind())
            right = result.reading is not None and result.reading.category in document.truth.categories
            kind.documents += 1
            kind.failed += result.failure is not None
            kind.right_category += right
            kind.pages += max(1, len(result.pages))
            kind.seconds += result.seconds
            kind.add(found)
            if mistakes and document.part is Part.DEVELOPMENT:
                _print_mistakes(document, result, found, right=right)
    return kinds


def _print_mistakes(document: Document, result: Read, found: list[Match], *, right: bool) -> None:
    if not right:
        read_as = result.reading.category.value if result.reading else result.failure
        print(f"{document.name}: category: {read_as}")
    for match in found:
        if match.verdict is Verdict.EXACT and not match.evidence:
            place = match.entry and (match.entry.raw_text, match.entry.path, match.entry.page, match.entry.box)
            print(f"{document.name}: {match.field}: no evidence: {match.read!r} at {place!r}")
        elif match.verdict is not Verdict.EXACT:
            print(f"{document.name}: {match.field}: {match.verdict.value}: {match.wanted!r} read as {match.read!r}")


def _print_uncounted(corpus: Path, chosen: list[Document]) -> None:
    """What the table says nothing about: entries that were not read, answers that no field is known for."""
    for reason, count in sorted(left_out(corpus).items()):
        print(f"not read: {count} × {reason}")
    unknown = Counter(name for document in chosen for name in document.truth.not_understood)
    for name, count in sorted(unknown.items()):
        print(f"not compared: the answer {name!r} of {count} documents; evaluation/answers.py knows no field for it")


def main() -> int:
    """Evaluate, print and keep. Ends with 2 when there is no corpus."""
    arguments = _arguments()
    if not (arguments.corpus / "manifest.json").is_file():
        print(_NO_CORPUS.format(folder=arguments.corpus), file=sys.stderr)
        return 2
    try:
        known = list(documents(arguments.corpus))
    except ValueError as error:
        print(f"{arguments.corpus}: {error}", file=sys.stderr)
        return 2
    if arguments.fit_confidence:
        seen = asyncio.run(observations(known, arguments.kept_text))
        if len({entry.source for entry in seen}) < _LEAST_SOURCES:
            print(f"{len(seen)} values of too few sources: the confidence stays as it is", file=sys.stderr)
            return 1
        print("\n".join(judged(seen)))
        print(f"{write(fitted(seen))}: fitted to {len(seen)} values")
        return 0
    chosen = [
        document
        for document in known
        if arguments.part in (None, document.part.value)
        and (not arguments.kind or any(kind in document.kind for kind in arguments.kind))
    ]
    kinds = asyncio.run(_evaluate(chosen, arguments.kept_text, mistakes=arguments.mistakes))
    before = earlier()
    print("\n".join(table(kinds, before, fields=arguments.fields)))
    _print_uncounted(arguments.corpus, chosen)
    if arguments.write:
        keep(kinds, before)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
