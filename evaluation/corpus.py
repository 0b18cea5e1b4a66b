"""The documents of a corpus folder: what kind each is, which part it belongs to, and what it should be read as."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from evaluation.truth import Truth, of_the_page, transactions_in, truth_of

#: Of ten groups of documents, so many are for testing alone.
_TEST_TENTHS = 3


class Part(StrEnum):
    """What a document is for."""

    DEVELOPMENT = "development"
    TEST = "test"


@dataclass(frozen=True, slots=True)
class Document:
    """One document. `files` are read as one, page after page; `page_alone` hides the structured part of a PDF."""

    name: str
    kind: str
    files: tuple[Path, ...]
    part: Part
    truth: Truth
    page_alone: bool = False


def part_of(group: str) -> Part:
    """The part of a group: by a hash of its name, so that it never changes and twins stay together."""
    digest = hashlib.sha256(group.encode()).digest()
    return Part.TEST if digest[0] % 10 < _TEST_TENTHS else Part.DEVELOPMENT


def documents(folder: Path) -> Iterator[Document]:
    """Every document of the folder that has known answers, or at least a known category."""
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["documents"]
    statements: dict[str, list[Mapping[str, Any]]] = {}
    for entry in entries:
        kind = _kind_of(entry)
        if kind is None:
            continue
        group = str(entry.get("group") or entry["file"])
        if kind == "bank statement, page text":
            # Each page is a file of its own, the answers are those of the whole statement.
            statements.setdefault(group, []).append(entry)
            continue
        path = folder / entry["source"] / entry["file"]
        truth = truth_of(entry, folder)
        if path.is_file() and truth is not None:
            yield Document(f"{entry['source']}/{entry['file']}", kind, (path,), part_of(group), truth)
            if kind == "e-invoice in PDF":
                name = f"{entry['source']}/{entry['file']} (page alone)"
                yield Document(
                    name,
                    "e-invoice PDF, page alone",
                    (path,),
                    part_of(group),
                    of_the_page(truth, entry),
                    page_alone=True,
                )
    for group, pages in statements.items():
        truth = truth_of(pages[0], folder)
        files = tuple(folder / page["source"] / page["file"] for page in sorted(pages, key=lambda page: page["file"]))
        if truth is not None:
            name = f"{pages[0]['source']}/{group}"
            yield Document(name, "bank statement, page text", files, part_of(group), truth)
        table = folder / pages[0]["source"] / str((pages[0].get("truth") or {}).get("transactions_csv", ""))
        if table.is_file():
            name = f"{pages[0]['source']}/{table.name}"
            yield Document(name, "bank statement, CSV", (table,), part_of(group), transactions_in(table))


_STRUCTURED_SOURCES = {
    "facturae-oca": "Facturae",
    "gestionatr-f1": "ATR F1",
    "greenbutton": "Green Button",
}
_SYNTAXES = {"CII": "CII", "UBL": "UBL", "FatturaPA": "FatturaPA"}
_BANK_FOLDERS = {"camt": "camt", "ofx": "OFX", "ofx-quirks": "OFX", "n43": "Norma 43", "cfonb": "CFONB 120"}
_PICTURES = {
    "my-receipts": "receipt, scan",
    "softmatic-receipts": "receipt, photo",
    "sroie": "receipt, scan",
    "trackdechets-bsd": "waste form",
    "nystron-rge": "electricity bill, text",
    "monopoly-statements": "bank statement, page text",
}
_SKIPPED_TYPES = ("truth", "table", "schema", "AV test", "hostile", "encrypted")
_NOT_READ = {"edifact", "zip", "coda", "json", "pydata"}


def _kind_of(entry: Mapping[str, Any]) -> str | None:
    """The kind under which a document is counted; None for what is no document to be read."""
    source, doc_type, form = entry["source"], entry["doc_type"], entry.get("format")
    suffix = entry["file"].rsplit(".", 1)[-1].lower()
    if source == "hostile" or doc_type.startswith(_SKIPPED_TYPES) or {form, suffix} & _NOT_READ:
        return None
    if doc_type == "other (negative class)":
        return "other"
    if source == "bank-formats":
        return _BANK_FOLDERS.get(entry["file"].split("/")[0])
    if suffix == "xml" and source not in _STRUCTURED_SOURCES:
        return _SYNTAXES.get((entry.get("truth") or {}).get("syntax", ""))
    return _STRUCTURED_SOURCES.get(source) or _kind_of_page(source, doc_type, form, suffix)


def _kind_of_page(source: str, doc_type: str, form: str | None, suffix: str) -> str:
    if form == "pdf+xml":
        return "e-invoice in PDF"
    if source in _PICTURES and not (source == "monopoly-statements" and suffix == "pdf"):
        return _PICTURES[source]
    if suffix in ("png", "jpg", "jpeg"):
        return "receipt, picture" if "receipt" in doc_type else "invoice, picture"
    if "statement" in doc_type:
        return "bank statement, PDF"
    return "invoice, text" if suffix == "txt" else "invoice, PDF"
