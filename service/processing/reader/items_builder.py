"""One item under construction: values, each with its evidence."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from service.domain.category import Category
from service.domain.evidence import Evidence
from service.domain.items import ITEM_SCHEMAS, Item
from service.processing.reader.content import GENERAL_READER, GENERAL_READER_VERSION, Spot
from service.processing.reader.find import Candidate


class ItemBuilder:
    """Collects the values of item number `index`; fields that the category does not have are dropped."""

    def __init__(self, category: Category, index: int = 0) -> None:
        self._allowed = {field.name for field in ITEM_SCHEMAS[category]}
        self.index = index
        self.values: Item = {}
        self.evidence: list[Evidence] = []

    def take(self, candidate: Candidate | None, field: str | None = None) -> bool:
        """Set a field from a candidate unless it is set already; its score becomes the confidence."""
        if candidate is None:
            return False
        name = field or candidate.field
        return self.set(name, candidate.value, candidate.spot, candidate.score, candidate.alternatives)

    def set(self, field: str, value: Any, spot: Spot, confidence: float, alternatives: tuple[str, ...] = ()) -> bool:
        """Set a field from a place on the page unless it is set already."""
        if field not in self._allowed or field in self.values:
            return False
        self.values[field] = value
        # An ambiguous value is at best a coin toss.
        sure = min(confidence, 0.5) if alternatives else min(confidence, 0.99)
        self.evidence.append(spot.evidence(field, sure, self.index, alternatives))
        return True

    def add(self, evidence: Evidence, value: Any) -> bool:
        """Set a field with evidence made elsewhere unless it is set already."""
        if evidence.field not in self._allowed or evidence.field in self.values:
            return False
        self.values[evidence.field] = value
        self.evidence.append(evidence)
        return True

    def derive(self, field: str, value: str | Decimal | bool, sources: tuple[str, ...], confidence: float) -> bool:
        """Set a field that follows from other fields unless it is set already."""
        return self.add(self._derived(field, sources, confidence), value)

    def derive_cell(self, field: str, sources: tuple[str, ...], confidence: float) -> None:
        """Say that a cell of a row that was set, such as `taxes[0].base`, follows from other fields."""
        self.evidence.append(self._derived(field, sources, confidence))

    def _derived(self, field: str, sources: tuple[str, ...], confidence: float) -> Evidence:
        return Evidence(
            item=self.index,
            field=field,
            producer=GENERAL_READER,
            producer_version=GENERAL_READER_VERSION,
            confidence=round(confidence, 3),
            derived_from=sources,
        )

    def add_rows(self, field: str, rows: list[tuple[dict[str, Any], Spot]], confidence: float) -> None:
        """Set a field of rows; each cell's evidence names its row."""
        if field not in self._allowed or field in self.values or not rows:
            return
        self.values[field] = [row for row, _ in rows]
        for number, (row, spot) in enumerate(rows):
            for name in row:
                self.evidence.append(spot.evidence(f"{field}[{number}].{name}", confidence, self.index))

    def add_spotted_rows(self, field: str, rows: Sequence[tuple[dict[str, Any], dict[str, Spot], float]]) -> None:
        """Set a field of rows whose cells each have a place of their own, with the confidence of the row."""
        if field not in self._allowed or field in self.values or not rows:
            return
        self.values[field] = [values for values, _, _ in rows]
        for number, (values, spots, confidence) in enumerate(rows):
            for name in values:
                if name in spots:
                    self.evidence.append(spots[name].evidence(f"{field}[{number}].{name}", confidence, self.index))
