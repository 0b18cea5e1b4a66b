"""Makers of documents as text: the phrases of a language, random values, and layouts that differ by chance."""

from __future__ import annotations

import random
import string
import tomllib
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from service.domain.category import Category
from training.noise import noisy
from training.values import Values

#: By kind and by part of a document.
Phrases = Mapping[str, Mapping[str, list[str]]]

_PHRASES = Path(__file__).parent / "phrases"
LANGUAGES = ("ca", "cs", "de", "en", "es", "fr", "it", "nl", "pl", "pt", "ro", "sv")

#: Which category each kind of document is, and how many there are beside the others.
_KINDS: Mapping[str, tuple[Category, float]] = {
    "electricity": (Category.ELECTRICITY, 1.0),
    "water": (Category.WATER, 1.0),
    "gas": (Category.GAS, 1.0),
    "fuel_delivery": (Category.FUEL_DELIVERY, 0.7),
    "fuel_ticket": (Category.FUEL_DELIVERY, 0.4),
    "recharges": (Category.RECHARGES, 1.0),
    "wastes": (Category.WASTES, 1.0),
    "invoice": (Category.INVOICE, 1.2),
    "receipt": (Category.RECEIPT, 1.0),
    "bank_statement": (Category.BANK_STATEMENT, 1.0),
    "contract": (Category.OTHER, 0.5),
    "cv": (Category.OTHER, 0.3),
    "letter": (Category.OTHER, 0.5),
    "form": (Category.OTHER, 0.6),
    "paper": (Category.OTHER, 0.4),
    "brochure": (Category.OTHER, 0.4),
    "offer": (Category.OTHER, 0.4),
    "bank_letter": (Category.OTHER, 0.4),
    "hotel": (Category.RECEIPT, 0.3),
}
_SLIPS = ("receipt", "fuel_ticket")
_PROSE = ("contract", "cv", "letter", "paper", "brochure", "offer", "bank_letter")
#: How many goods, services or payees have names of which nothing can be learned.
_STRANGE_GOODS = {"receipt": 0.6, "invoice": 0.6, "bank_statement": 0.6, "form": 0.4}
_LETTER_HEADS = ("electricity", "water", "gas", "bank_statement", "wastes", "invoice", "fuel_delivery")


@dataclass(frozen=True, slots=True)
class Made:
    """A made document. `category` is None where the text says nothing that could decide it."""

    text: str
    category: Category | None
    language: str


class Share(StrEnum):
    """Which phrases documents are made of: those held back are in no document that a model to be judged has seen."""

    ALL = "all"
    TRAINED = "trained"
    HELD_BACK = "held back"


def made_documents(
    seed: int, size: int, languages: tuple[str, ...] = LANGUAGES, share: Share = Share.ALL
) -> Iterator[Made]:
    """Documents of all kinds in all languages; `size` of each kind and language, more or fewer for some."""
    for language in languages:
        rng = random.Random(f"{seed} {language}")  # noqa: S311  # not for secrets
        phrases = _phrases(language, share)
        for kind, (category, often) in _KINDS.items():
            if kind in phrases:
                for _ in range(max(1, round(size * often))):
                    made = _Maker(rng, language, kind, phrases).text()
                    yield Made(noisy(made, rng), category, language)
        for _ in range(max(1, size // 2)):
            yield Made(noisy(_meaningless(rng, language, phrases), rng), None, language)


@cache
def _phrases(language: str, share: Share) -> Phrases:
    found = tomllib.loads((_PHRASES / f"{language}.toml").read_text(encoding="utf-8"))
    return {
        kind: {name: _shared(text.strip().splitlines(), share) for name, text in parts.items()}
        for kind, parts in found.items()
    }


def _shared(phrases: list[str], share: Share) -> list[str]:
    """Those of a share, by a hash that never changes; all where none would be left."""
    if share is Share.ALL:
        return phrases
    back = share is Share.HELD_BACK
    return [phrase for phrase in phrases if (zlib.crc32(phrase.encode()) % 3 == 0) is back] or phrases


def _meaningless(rng: random.Random, language: str, phrases: Phrases) -> str:
    """Letters by chance, names, dates and addresses alone, or labels that every kind of document has."""
    values = Values(rng, language)
    chance = rng.random()
    if chance < 0.4:
        words = ("".join(rng.choices(string.ascii_lowercase, k=rng.randint(2, 10))) for _ in range(rng.randint(5, 150)))
        return "\n".join(" ".join(group) for group in zip(*[words] * rng.randint(1, 5), strict=False))
    if chance < 0.6:
        labels = (_label_and_kind(rng.choice(phrases["common"]["fields"])) for _ in range(rng.randint(1, 4)))
        return "\n".join(f"{label} {values.of(kind) if kind != 'pay' else ''}" for label, kind in labels)
    makers = (values.person, values.address, values.town, values.day, values.digits, values.code)
    return "\n".join(rng.choice(makers)() for _ in range(rng.randint(1, 25)))


class _Maker:
    """One document of a kind."""

    def __init__(self, rng: random.Random, language: str, kind: str, phrases: Phrases) -> None:
        self._rng = rng
        self._values = Values(rng, language)
        self._phrases = phrases
        self._kind = kind
        self._own = phrases[kind]
        self._common = phrases["common"]
        self._label_ending = rng.choice([": ", ":\t", "\t", " ", ". . . . "])

    def text(self) -> str:
        if self._kind in _PROSE:
            return "\n".join(self._prose())
        blocks = [self._head(), self._title(), self._customer(), self._fields(), self._table(), self._notes()]
        if self._kind in _SLIPS:
            blocks = [self._head(), self._title(), self._table(), self._fields(), self._notes()]
        elif self._rng.random() < 0.3:
            self._rng.shuffle(blocks)
        elif self._rng.random() < 0.3:
            blocks[2:4] = [_beside(blocks[2], blocks[3])]
        return "\n".join(line for block in blocks for line in block)

    def _some(self, phrases: list[str], low: int, high: int) -> list[str]:
        return self._rng.sample(phrases, min(len(phrases), self._rng.randint(low, high)))

    def _issuer(self, kind: str) -> str:
        stems = self._phrases.get(kind, {}).get("issuers", [""])
        return self._values.company(self._rng.choice(stems) if self._rng.random() < 0.75 else "")

    def _value(self, kind: str) -> str:
        if kind == "pay":
            return self._rng.choice(self._common["payments"])
        if kind == "waste":
            return _label_and_kind(self._rng.choice(self._own["rows"]))[0]
        return self._values.of(kind)

    def _head(self) -> list[str]:
        issuer = self._issuer(self._kind)
        lines = [issuer.upper() if self._rng.random() < 0.3 else issuer, self._values.address(), self._values.town()]
        lines += [self._values.of("tax"), f"Tel. {self._values.of('phone')}", f"www.{issuer.split()[0].lower()}.com"]
        return lines[: self._rng.randint(1, len(lines))]

    def _title(self) -> list[str]:
        return self._some(self._own["titles"], 0 if self._rng.random() < 0.2 else 1, 1)

    def _customer(self) -> list[str]:
        lines = [self._values.person() if self._rng.random() < 0.5 else self._values.company()]
        return [*lines, self._values.address(), self._values.town()][: self._rng.randint(0, 3)]

    def _fields(self) -> list[str]:
        slip = self._kind in _SLIPS
        chosen = self._some(self._common["fields"], 0, 3 if slip else 9)
        chosen += self._some(self._own.get("fields", []), 1, 5 if slip else 10)
        self._rng.shuffle(chosen)
        pairs = [_label_and_kind(entry) for entry in chosen]
        if self._rng.random() < 0.2:
            return [line for label, kind in pairs for line in (label, self._value(kind))]
        if self._rng.random() < 0.15:
            return ["\t".join(label for label, _ in pairs), "\t".join(self._value(kind) for _, kind in pairs)]
        lines = [f"{label}{self._label_ending}{self._value(kind)}" for label, kind in pairs]
        return _beside(lines[::2], lines[1::2]) if self._rng.random() < 0.2 else lines

    def _table(self) -> list[str]:
        if self._kind == "bank_statement":
            return self._movements()
        rows = self._own.get("rows", [])
        chosen = [_label_and_kind(self._rng.choice(rows)) for _ in range(self._rng.randint(0, 9))] if rows else []
        strange = _STRANGE_GOODS.get(self._kind, 0.1)
        lines = [
            self._row(self._values.words() if self._rng.random() < strange else description, unit)
            for description, unit in chosen
        ]
        if self._kind in ("wastes", "recharges", "form") and self._rng.random() < 0.6:
            return lines
        totals = self._some(self._common["totals"], 1, 4)
        return lines + [f"{_label_and_kind(entry)[0]}{self._label_ending}{self._values.money()}" for entry in totals]

    def _row(self, description: str, unit: str) -> str:
        cells = [description, self._values.quantity(unit), self._values.of("rate"), self._values.money()]
        if self._rng.random() < 0.3:
            cells.insert(self._rng.randint(0, 3), self._values.code())
        if self._rng.random() < 0.3:
            cells = [cells[1], cells[0], cells[-1]]
        return self._rng.choice([" ", "\t"]).join(cells)

    def _movements(self) -> list[str]:
        lines = self._some(self._own["heads"], 0, 1)
        gap = self._rng.choice([" ", "\t"])
        for _ in range(self._rng.randint(3, 25)):
            own = self._rng.random() < 1 - _STRANGE_GOODS[self._kind]
            text = self._rng.choice(self._own["rows"]) if own else self._values.words().upper()
            amount = (
                self._rng.choice(["", "-", "+"])
                + self._values.number(1, 3000, 2)
                + self._rng.choice(["", "", " CR", " D"])
            )
            cells = [self._values.day(), text, amount]
            if self._rng.random() < 0.5:
                cells.append(self._values.number(1, 9000, 2))
            if self._rng.random() < 0.3:
                cells.insert(1, self._values.day())
            lines.append(gap.join(cells))
        return lines

    def _notes(self) -> list[str]:
        low = 0 if self._kind in _SLIPS else 1
        lines = self._some(self._own["notes"], low, 4) + self._some(self._common["notes"], 0, 3)
        if self._rng.random() < 0.15:
            stranger = self._rng.choice(sorted(set(self._phrases) & set(_LETTER_HEADS)))
            lines += self._some(self._phrases[stranger]["notes"], 1, 1)
        if self._kind not in _SLIPS and self._rng.random() < 0.35:
            # Terms on the back of a bill, or news beside it.
            prose = self._rng.choice(["contract", "letter"])
            lines += self._some(self._phrases[prose]["notes"], 1, 5)
        if self._rng.random() < 0.4:
            lines += [self._values.words(3, 14) for _ in range(self._rng.randint(1, 8))]
        self._rng.shuffle(lines)
        return lines

    def _prose(self) -> list[str]:
        """Letters, contracts and lives: sentences under the head of any company, even a supplier's or a bank's."""
        lines = self._head() if self._rng.random() < 0.5 else []
        if self._rng.random() < 0.6:
            lines = [self._issuer(self._rng.choice(_LETTER_HEADS)), self._values.address(), self._values.town()]
        lines += self._customer() + self._title()
        sentences = self._own["notes"]
        if self._rng.random() < 0.6:
            others = [kind for kind in ("contract", "letter") if kind != self._kind]
            sentences = sentences + self._phrases[self._rng.choice(others)]["notes"]
        for sentence in self._some(sentences, min(3, len(sentences)), len(sentences)):
            lines.append(
                sentence + self._rng.choice([".", ".", f" ({self._values.day()}).", f", {self._values.money()}."])
            )
        lines += [*self._some(self._common["notes"], 0, 2), self._values.person()]
        labels = [_label_and_kind(entry) for entry in self._some(self._common["fields"], 0, 3)]
        return [*lines, *(f"{label}{self._label_ending}{self._value(kind)}" for label, kind in labels)]


def _label_and_kind(entry: str) -> tuple[str, str]:
    label, _, kind = entry.rpartition(" = ")
    return label, kind


def _beside(left: list[str], right: list[str]) -> list[str]:
    """Two blocks beside each other, line by line."""
    height = max(len(left), len(right))
    columns = zip(left + [""] * (height - len(left)), right + [""] * (height - len(right)), strict=True)
    return ["\t".join(cells).strip() for cells in columns]
