"""Finding labels such as `Nº de factura` or `Invoice number` in lines of text.

Labels are compared word by word without accents, little words and punctuation, so `Fecha de la factura:` is
`fecha factura`. The longest label wins where several begin at one place.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from service.processing.reader.layout import Line, fold
from service.processing.reader.vocabulary import load

_LITTLE = frozenset(
    [
        "de",
        "del",
        "da",
        "do",
        "das",
        "dos",
        "di",
        "la",
        "el",
        "las",
        "los",
        "le",
        "les",
        "l",
        "d",
        "o",
        "a",
        "of",
        "the",
        "der",
        "die",
        "das",
        "den",
        "du",
        "des",
        "your",
        "su",
        "sua",
        "tu",
        "a",
        "al",
        "i",
        "y",
        "e",
        "und",
        "et",
        "and",
        "il",
        "lo",
        "della",
        "dell",
    ]
)
_BOX_NUMBER = re.compile(r"[A-Za-z]?\d{1,2}[a-z]?")
#: What may stand inside the label of an amount, as in `Total EUR incl. VAT`.
_CURRENCIES = frozenset(
    (
        *("eur", "euro", "euros", "gbp", "usd", "chf", "sek", "nok", "dkk", "pln", "czk", "kc", "ron", "lei", "huf"),
        *("ft", "try", "tl", "cad", "aud", "nzd", "mxn", "brl", "inr", "jpy"),
    )
)
_LONGEST_MARK = 4
#: The first part of a compound, as in `Art-Nr-Kunde`.
_COMPOUND = re.compile(r"[^\W\d_]-$")
_NUMBERED_BEFORE = re.compile(r"(?<![^\W_])[A-Za-z]*\d[A-Za-z\d]*[/_-]$")
_WEAK = 0.75
_SHORTEST = 2
_NUMBER_WORDS = frozenset(
    (
        *("n", "no", "num", "numero", "numeros", "nr", "nro", "nbr", "numer", "number", "nummer", "nums"),
        *("numar", "numarul", "zk", "zenbakia", "zbk", "cislo", "szama", "sorszama", "broj", "br", "aritmos", "ar"),
    )
)
# Words such as "Comercializadora" are also parts of names: these count as labels only where a cell begins.
_LEADING = frozenset(
    {
        "supplier_name",
        "customer_name",
        "producer_name",
        "carrier_name",
        "destination",
        "description",
        "product",
        "equipment",
        "currency",
        "payment_method",
        "total_km_to_waste_center",
    }
)


@dataclass(frozen=True, slots=True)
class Label:
    """A label of a field at characters `start` to `end`; `weight` (0 to 1) says how surely it means that field."""

    field: str
    weight: float
    start: int
    end: int


@dataclass(slots=True)
class _Node:
    children: dict[str, "_Node"] = field(default_factory=dict)
    meaning: tuple[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Labels as a tree of words; those of the fields `leading` count only where a cell begins.

    In `numbered` documents the number of a box may stand before its label, as in `4 Quantity`.
    """

    root: _Node
    leading: frozenset[str]
    numbered: bool = False


def _normal(token: str) -> str:
    return "no" if token in _NUMBER_WORDS else token


def _words(text: str) -> tuple[str, ...]:
    return tuple(_normal(token) for token in fold(text).split() if token not in _LITTLE)


def _all_words(text: str) -> tuple[str, ...]:
    return tuple(map(_normal, fold(text).split()))


def _add(root: _Node, tokens: Sequence[str], meaning: tuple[str, float]) -> None:
    node = root
    for token in tokens:
        node = node.children.setdefault(token, _Node())
    node.meaning = meaning


def vocabulary(name: str, leading: frozenset[str], *more: str, numbered: bool = False) -> Vocabulary:
    """The labels of a vocabulary file, and of `more` of them: a label means what the first file says that has it."""
    labels: dict[tuple[str, ...], tuple[str, float]] = {}
    for part in (name, *more):
        for tokens, meaning in _labels_in(part).items():
            labels.setdefault(tokens, meaning)
    root = _Node()
    for tokens, meaning in labels.items():
        _add(root, tokens, meaning)
    return Vocabulary(root, leading, numbered)


@cache
def _labels_in(part: str) -> dict[tuple[str, ...], tuple[str, float]]:
    """The labels of one file by their words; of equal ones the one of the greatest weight."""
    labels = [
        (name, float(weight), text)
        for name, by_weight in load(part).items()
        for weight, texts in by_weight.items()
        for text in texts
    ]
    plain = {_all_words(text): name for name, _, text in labels}
    found: dict[tuple[str, ...], tuple[str, float]] = {}
    for name, weight, text in labels:
        tokens = _words(text)
        if plain.get(tokens, name) != name or 0 < len("".join(tokens)) < _SHORTEST:
            # Without its little words this would be another label: `factura a` is not `factura`, `p i` no initial.
            tokens = _all_words(text)
        # Recognition often loses the spaces inside a label.
        for form in {tokens, ("".join(fold(text).split()),)} if len(tokens) > 1 else {tokens}:
            if form and (form not in found or found[form][1] < weight):
                found[form] = (name, weight)
    return found


#: The vocabulary files of documents of every kind.
GENERAL_FILES = ("labels", "labels_northern_eastern", "labels_southern_eastern")
#: What documents of every kind call their values.
GENERAL = vocabulary(GENERAL_FILES[0], _LEADING, *GENERAL_FILES[1:])


def find_labels(line: Line, words: Vocabulary = GENERAL) -> list[Label]:
    """The labels of a line from left to right, not overlapping."""
    return list(_scan(line, words))


#: What makes a word the beginning of a number, as in `INV-0017675`.
_PREFIX = re.compile(r"[-/_]\d{2}")


def _scan(line: Line, words: Vocabulary) -> Iterator[Label]:
    tokens = line.tokens
    index = 0
    while index < len(tokens):
        match = _longest(line, index, words.root)
        if match is None:
            index += 1
            continue
        (name, weight), after = match
        if _PREFIX.match(line.text, tokens[after - 1][2]):
            index += 1
            continue
        bare = after == index + 1 and _normal(tokens[index][0]) == "no"
        if _is_inside(line, tokens[index][1], tokens[after - 1][2]):
            index += 1
            continue
        if bare and _goes_on(line, after):
            index += 1
            continue
        if weight < _WEAK and name in words.leading and line.cell_at(tokens[index][1]).start != tokens[index][1]:
            index += 1  # a weak label, such as `To`, has to begin its cell
            continue
        if (bare or name in words.leading) and not leads(line, tokens[index][1], numbered=words.numbered):
            index += 1
            continue
        yield Label(name, weight, tokens[index][1], tokens[after - 1][2])
        index = after


def _goes_on(line: Line, after: int) -> bool:
    """Whether a word follows in the cell, so that the number is that of something else: `No inscripción`."""
    if after >= len(line.tokens):
        return False
    text, start, _ = line.tokens[after]
    return text.isalpha() and len(text) > 4 and start < line.cell_at(line.tokens[after - 1][1]).end


def leads(line: Line, position: int, *, numbered: bool = False) -> bool:
    """Whether nothing but a separator, or the number of a box, stands before a position in its cell."""
    before = line.text[line.cell_at(position).start : position].rstrip()
    if _COMPOUND.search(line.text[:position]):
        return False
    return not before or before[-1] in ":;|/–-.,•)" or (numbered and _BOX_NUMBER.fullmatch(before) is not None)


def _longest(line: Line, index: int, root: _Node) -> tuple[tuple[str, float], int] | None:
    """The longest label whose words start at token `index`, within one cell."""
    tokens, best = line.tokens, None
    limit = line.cell_at(tokens[index][1]).end
    ways = [(root, index)]
    while ways:
        node, position = ways.pop()
        if position >= len(tokens) or tokens[position][1] >= limit:
            continue
        if position > index and ":" in line.text[tokens[position - 1][2] : tokens[position][1]]:
            continue  # what follows a colon is the value
        text = tokens[position][0]
        normal = _normal(text)
        if (text in _LITTLE or text in _CURRENCIES) and position > index:
            ways.append((node, position + 1))  # a little word may be part of the label, or not
        if normal == "no" and position + 1 < len(tokens) and text == "n" and tokens[position + 1][0] in ("o", "os"):
            position += 1  # "N.º" is two tokens
        if normal in node.children:
            node = node.children[normal]
            begins_number = position > index and _PREFIX.match(line.text, tokens[position][2])
            if node.meaning is not None and not begins_number and (best is None or best[1] <= position + 1):
                best = (node.meaning, position + 1)
            ways.append((node, position + 1))
    return best


def _is_inside(line: Line, start: int, end: int) -> bool:
    """Whether a word is part of an identifier, such as the first of `INV/2024/7` or the last of `VE25-media`."""
    if _NUMBERED_BEFORE.search(line.text[:start]):
        return True
    if end - start > _LONGEST_MARK:
        return False
    before, after = line.text[max(0, start - 2) : start], line.text[end : end + 2]
    return re.fullmatch(r"[^\W_][/_-]", before) is not None or re.fullmatch(r"[/_-]\d", after) is not None
