"""Who issued a document, and which bill it is, as keys that the next document of the kind has too."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from service.domain.checks import CheckResult, Outcome
from service.domain.identifiers import compact


def tax_key(tax_id: str) -> str:
    """The key of a supplier by its tax number."""
    return f"tax:{compact(tax_id)}"


def name_key(name: str) -> str:
    """The key of a supplier by its name; letter case, accents and punctuation don't count."""
    return f"name:{_plain(name)}"


def supplier_keys(item: Mapping[str, Any]) -> list[str]:
    """The keys of the supplier that an item names, the surest first."""
    tax_id, name = item.get("supplier_tax_id"), item.get("supplier_name")
    keys = [tax_key(tax_id)] if isinstance(tax_id, str) and compact(tax_id) else []
    return [*keys, name_key(name)] if isinstance(name, str) and _plain(name) else keys


def bill_keys(items: Sequence[Mapping[str, Any]]) -> list[str | None]:
    """The key of each item's bill: supplier, number and year; None where one of them isn't known."""
    return [_bill_key(item) for item in items]


def seen_before(item: int, *, known: bool, where: str | None) -> CheckResult:
    """The check that no older file has an item's bill: `known` whether it has a key, `where` the file that has it."""
    outcome = Outcome.NOT_APPLICABLE if not known else Outcome.FAIL if where else Outcome.PASS
    said = f"the same supplier, number and year were read from file {where}" if where else ""
    looked_at = ("supplier_tax_id", "supplier_name", "invoice_number", "issue_date")
    return CheckResult("bill_not_seen_before", "1", item, outcome, looked_at, said)


def _bill_key(item: Mapping[str, Any]) -> str | None:
    suppliers, number = supplier_keys(item), _plain(str(item.get("invoice_number") or ""))
    day = next((item[name] for name in ("issue_date", "end_date", "start_date") if item.get(name)), None)
    return f"{suppliers[0]} {number} {str(day)[:4]}"[:500] if suppliers and number and day else None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKD", text).casefold()))
