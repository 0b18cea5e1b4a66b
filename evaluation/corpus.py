"""The documents of a corpus folder: what kind each is, which part it belongs to, and what it should be read as."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from evaluation.truth import Truth, bank_file_kind, of_the_page, transactions_in, truth_of

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
    statements: dict[str, list[Mapping[str, Any]]] = {}
    for entry in _entries(folder):
        kind = _kind_of(entry)
        if kind is None:
            continue
        group = _group_of(entry)
        if kind == _PAGE_TEXTS:
            # Each page is a file of its own, the answers are those of the whole statement.
            statements.setdefault(group, []).append(entry)
            continue
        path = folder / entry["source"] / entry["file"]
        if path.is_file():
            name, truth = f"{entry['source']}/{entry['file']}", truth_of(entry, folder)
            yield Document(name, kind, (path,), part_of(group), truth)
            if kind == "e-invoice in PDF":
                alone = f"{name} (page alone)"
                seen = of_the_page(truth, entry)
                yield Document(alone, "e-invoice PDF, page alone", (path,), part_of(group), seen, page_alone=True)
    for group, pages in statements.items():
        yield from _statements_of_pages(folder, group, pages)


def _statements_of_pages(folder: Path, group: str, pages: Sequence[Mapping[str, Any]]) -> Iterator[Document]:
    source = folder / pages[0]["source"]
    files = tuple(source / page["file"] for page in sorted(pages, key=lambda page: str(page["file"])))
    if all(path.is_file() for path in files):
        truth = truth_of(pages[0], folder)
        yield Document(f"{source.name}/{group}", _PAGE_TEXTS, files, part_of(group), truth)
    table = source / str((pages[0].get("truth") or {}).get("transactions_csv", ""))
    if table.is_file():
        name = f"{source.name}/{table.name}"
        yield Document(name, "bank statement, CSV", (table,), part_of(group), transactions_in(table))


def left_out(folder: Path) -> Counter[str]:
    """Why entries of the manifest are no documents to be read, and how many."""
    reasons: Counter[str] = Counter()
    for entry in _entries(folder):
        if not (folder / entry["source"] / entry["file"]).is_file():
            reasons["the file is missing"] += 1
        elif _kind_of(entry) is None:
            hostile = entry["source"] == "hostile"
            reasons["hostile files" if hostile else f"{entry['doc_type']} ({_suffix_of(entry)})"] += 1
    return reasons


def _entries(folder: Path) -> list[Mapping[str, Any]]:
    """The entries of a manifest, with the least that each must say. Raises ValueError when it is none."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    entries = manifest.get("documents") if isinstance(manifest, dict) else manifest
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry.get("file") for entry in entries):
        raise ValueError("manifest.json needs `documents`: a list of objects, each with at least `source` and `file`")
    return [{"source": "", "doc_type": "document", **entry} for entry in entries]


def _group_of(entry: Mapping[str, Any]) -> str:
    return str(entry.get("group") or entry["file"])


def _suffix_of(entry: Mapping[str, Any]) -> str:
    return str(entry["file"]).rsplit(".", 1)[-1].lower()


_PAGE_TEXTS = "bank statement, page text"
_STRUCTURED_SOURCES = {
    "facturae-oca": "Facturae",
    "gestionatr-f1": "ATR F1",
    "greenbutton": "Green Button",
}
_SYNTAXES = ("CII", "UBL", "FatturaPA", "Facturae", "ATR F1")
_BANK_FOLDERS = {"camt": "camt", "ofx": "OFX", "ofx-quirks": "OFX", "n43": "Norma 43", "cfonb": "CFONB 120"}
_PICTURES = {
    "my-receipts": "receipt, scan",
    "softmatic-receipts": "receipt, photo",
    "sroie": "receipt, scan",
    "trackdechets-bsd": "waste form",
    "nystron-rge": "electricity bill, text",
}
_SKIPPED_TYPES = ("truth", "table", "schema", "AV test", "hostile", "encrypted")
_NOT_READ = {"edifact", "zip", "coda", "json", "pydata"}


def _kind_of(entry: Mapping[str, Any]) -> str | None:
    """The kind under which a document is counted; None for what is no document to be read."""
    source, doc_type, form = entry["source"], entry["doc_type"], entry.get("format")
    suffix, told = _suffix_of(entry), entry.get("truth") or {}
    if source == "hostile" or doc_type.startswith(_SKIPPED_TYPES) or {form, suffix} & _NOT_READ:
        return None
    if source == "bank-formats":
        return _BANK_FOLDERS.get(entry["file"].split("/")[0])
    if suffix in ("xml", "xsig") and source not in _STRUCTURED_SOURCES:
        return next((name for name in _SYNTAXES if name in str(told.get("syntax", ""))), "XML") if told else None
    return _kind_by_answers(doc_type, told) or _STRUCTURED_SOURCES.get(source) or _kind_of_page(entry, suffix)


def _kind_by_answers(doc_type: str, told: Mapping[str, Any]) -> str | None:
    if "negative" in doc_type or doc_type.startswith("other"):
        return "other"
    if "expected" in told or doc_type == "bank statement (page text)":
        return _PAGE_TEXTS
    return "camt" if "statements" in told else None


def _kind_of_page(entry: Mapping[str, Any], suffix: str) -> str:
    source, doc_type = entry["source"], entry["doc_type"]
    if entry.get("format") == "pdf+xml":
        return "e-invoice in PDF"
    if source in _PICTURES or bank_file_kind(entry["file"]):
        return bank_file_kind(entry["file"]) or _PICTURES[source]
    medium = {"png": "picture", "jpg": "picture", "jpeg": "picture", "txt": "text", "csv": "CSV"}.get(suffix, "PDF")
    marks = ("receipt", "statement", "waste", "electricity", "water", "gas", "fuel", "recharge")
    mark = next((mark for mark in marks if mark in doc_type), "invoice")
    if mark == "fuel" and suffix == "txt":
        return "invoice, text"
    return f"{'bank statement' if mark == 'statement' else mark}, {medium}"
