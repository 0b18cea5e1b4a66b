"""A document's text prepared for searching: lines, labels, language, currency and conventions, computed once."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from service.domain.evidence import Evidence
from service.processing.reader.labels import GENERAL, Label, find_labels
from service.processing.reader.layout import Line, lines_of
from service.processing.reader.model import SEMICOLON_NOTE, Page, TextSource
from service.processing.reader.values import Convention, learn_convention

GENERAL_READER = "general-reader"
GENERAL_READER_VERSION = "1"

_CURRENCY_SIGNS = {
    "EUR": r"€|(?:\b|(?<=\d))eur(?:os?)?\b",
    "GBP": r"£|\bgbp\b",
    "BRL": r"r\$|\bbrl\b",
    "USD": r"(?<!r)(?<!\bs)\$|\busd\b",
    "CHF": r"\bchf\b|\bsfr\b",
    "PLN": r"\bpln\b|\bzł",
    "SEK": r"\bsek\b",
    "NOK": r"\bnok\b",
    "DKK": r"\bdkk\b",
    "CZK": r"\bczk\b|\bkč",
    "INR": r"₹|\binr\b|\brs\.?\s?(?=\d)",
    "MYR": r"\brm(?:\b|(?=\d))|\bmyr\b",
    "SGD": r"\bsgd\b|s\$",
    "RON": r"\bron\b|\d\s?lei\b|[-(]\s?lei\s?[-)]",
    "HUF": r"\bhuf\b",
    "JPY": r"¥|\bjpy\b",
    "MXN": r"\bmxn\b",
    "CAD": r"\bcad\b",
    "AUD": r"\baud\b",
    "NZD": r"\bnzd\b",
}
_STATES = (
    "a[klrz]|c[aot]|d[ce]|fl|ga|hi|i[adln]|k[sy]|la|m[adeinost]|n[cdehjmvy]|o[hkr]|pa|ri|s[cd]|t[nx]|ut|v[at]|w[aivy]"
)
#: What is printed beside addresses, companies and tax numbers of places with a currency of their own.
_CURRENCY_PLACES = {
    "USD": rf"\b(?:{_STATES})\W{{1,2}}\d{{5}}(?:-\d{{4}})?\b",
    "MYR": r"\bs[do]n\.? ?bhd\b|\b(?:jalan|jln|selangor|kuala lumpur|johor|penang|perak|sarawak|sabah|kedah)\b",
    "SGD": r"\bpte\.? ltd\b|\bsingapore \d{6}\b",
    "GBP": r"\b[a-z]{1,2}\d{1,2}[a-z]? \d[a-z]{2}\b"
    r"|\bvat\W+(?:reg\W+)?(?:no\W*|number\W*)?(?:gb ?)?\d{3} ?\d{4} ?\d{2}\b",
    "AUD": r"\babn\W{0,3}\d{2} ?\d{3} ?\d{3} ?\d{3}\b|\b(?:nsw|vic|qld|tas) \d{4}\b",
    "CAD": r"\b[a-ceghj-nprstvxy]\d[a-z] \d[a-z]\d\b|\btps\b[^\n]*\n[^\n]*\btvq\b|\bhst\b",
    "NZD": r"\bgst\W+(?:no\W+|number\W+|reg\W+)?\d{2,3}-\d{3}-\d{3}\b",
    "MXN": r"\br\.?f\.?c\.?\W{0,3}[a-z&ñ]{3,4}-?\d{6}|\bpesos?\b[^\n]{0,30}\bm\.?n\.?\b",
    "INR": r"\bgstin\b",
    "BRL": r"\bcnpj\b",
    "DKK": r"\bcvr\b",
    "SEK": r"\bbankgiro\b|\bmomsreg",
    "NOK": r"\b\d{9} ?mva\b",
    "CHF": r"\bche-?\d{3}",
    "EUR": r"\bp\.? ?iva\W{0,3}\d{11}\b|\bsiret\b|\brcs\b|\bust-?id|\bsteuer-? ?(?:nr|nummer)\W{0,3}\d|\bnipc\b"
    r"|\b[cn]\.? ?i\.? ?f\.?\W{0,3}(?:es)?[a-z]?-?\d{7,8}"
    r"|\b(?:fr ?[\da-z]{2} ?\d{3} ?\d{3} ?\d{3}|nl ?\d{9} ?b\d\d|be ?0\d{9}|atu\d{8}|de ?\d{9})\b",
}
_STOP_WORDS = {
    "es": "de la el en los las del por con para una fecha factura importe su periodo consumo cliente total",
    "ca": "de la el els les amb per del al data factura import consum període client dels una",
    "pt": "de da do em os as dos das com para uma data fatura valor período consumo cliente não",
    "en": "the of and to for your in on this is date invoice amount period total customer bill",
    "fr": "de la le les du des en et pour votre vous sur facture montant période client une au",
    "de": "der die das und von für ihr sie mit rechnung betrag zeitraum kunde den zum im auf nr datum menge nummer",
    "nl": "het een van en voor met op uw aan factuur datum bedrag klant totaal btw te",
    "pl": "na do nr faktura data termin kwota wartość netto brutto razem sprzedawca nabywca zapłaty",
    "cs": "na do faktura datum celkem dph dodavatel odběratel částka cena kč ks",
    "da": "og af til for med den det faktura dato beløb moms alt betaling kunde",
    "sv": "och av till för med den det faktura datum belopp moms att betala summa kund",
    "fi": "ja lasku laskun päivämäärä päiväys eräpäivä yhteensä alv summa maksettava asiakas kpl",
    "ro": "și cu pe din în factura data valoare total tva furnizor client lei buc",
    "eu": "eta faktura fakturaren data zenbatekoa bez guztira bezeroa oinarria kopurua",
    "gl": "de do da os as dos das con para unha data factura importe prezo cantidade cliente ive",
    "it": "di la il le del della per con una data fattura importo periodo consumo cliente che lo gli",
}


#: Currencies that a bare dollar sign is printed for, where they are named or the place is one of theirs.
_OTHER_DOLLARS = ("MYR", "SGD", "AUD", "CAD", "NZD", "MXN")
#: What is called by a label of its own wherever it stands; other labels may be parts of longer ones.
_PARTING = frozenset(
    ("invoice_number", "issue_date", "due_date", "contract_number", "meter_number", "supply_point", "cups", "-period")
)
_VALUE_AFTER = re.compile(r"\s*[:.]|\s(?:[A-Z]{1,4}[-/]?)?\d")
_LEAST_WORDS = 3
#: Heights of its lines that a till slip is wide: it has some forty characters a line.
_NARROW = 22
_LEAST_SLIP_LINES, _LEAST_SLIP_LINES_ON_PAPER, _MOST_SLIP_WORDS = 8, 6, 5


@dataclass(frozen=True)
class Spot:
    """A piece of a line: characters `start` to `end`."""

    line: Line
    start: int
    end: int

    @property
    def text(self) -> str:
        """The piece as printed."""
        return self.line.text[self.start : self.end].replace("\t", " ").strip()

    def evidence(self, field: str, confidence: float, item: int = 0, alternatives: tuple[str, ...] = ()) -> Evidence:
        """The evidence that this piece gives for a field."""
        sure = confidence * self.line.confidence_between(self.start, self.end)
        return Evidence(
            item=item,
            field=field,
            producer=GENERAL_READER,
            producer_version=GENERAL_READER_VERSION,
            confidence=round(max(0.0, min(1.0, sure)), 3),
            page=self.line.page,
            box=self.line.box_between(self.start, self.end),
            raw_text=self.text,
            alternatives=alternatives,
        )


class Content:
    """The lines of some pages with their labels; language, currency and conventions of the whole document."""

    #: The labels that are looked for.
    vocabulary = GENERAL

    def __init__(self, pages: Sequence[Page]) -> None:
        self.pages = tuple(pages)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines, page by page from top to bottom; those of a plain text are parted where a label begins."""
        found = []
        for page in self.pages:
            lines = lines_of(page) if page.source is not TextSource.TABLE else []
            found += [self._parted(line) for line in lines] if page.source is TextSource.PLAIN else lines
        return tuple(found)

    def _parted(self, line: Line) -> Line:
        """A line with a gap before each label of a value that stands behind something else.

        A text that was taken out of a page often has the columns of a line one behind the other.
        """
        starts = [
            label.start
            for label in find_labels(line, self.vocabulary)
            if label.field in _PARTING and _VALUE_AFTER.match(line.text, label.end)
        ]
        return line.parted(starts)

    @cached_property
    def labels(self) -> dict[tuple[int, int], list[Label]]:
        """The labels of each line, by (page, line index)."""
        return {(line.page, line.index): find_labels(line, self.vocabulary) for line in self.lines}

    def labels_of(self, line: Line) -> list[Label]:
        """The labels of one line from left to right."""
        return self.labels.get((line.page, line.index), [])

    def labelled(self, *fields: str) -> Iterator[tuple[Line, Label]]:
        """Each label of one of these fields, in reading order."""
        for line in self.lines:
            for label in self.labels_of(line):
                if label.field in fields:
                    yield line, label

    def upper_lines(self, part: float) -> list[Line]:
        """The lines of the first page that begin in its upper part, which is a share of its height."""
        if not self.lines:
            return []
        page = self.lines[0].page
        _, height = self.page_size(page)
        return [line for line in self.lines if line.page == page and line.box.y0 <= part * height]

    def below(self, line: Line, count: int) -> list[Line]:
        """Up to `count` lines under a line on its page."""
        position = self._positions[(line.page, line.index)]
        return [other for other in self.lines[position + 1 : position + 1 + count] if other.page == line.page]

    def above(self, line: Line, count: int) -> list[Line]:
        """Up to `count` lines over a line on its page, nearest first."""
        position = self._positions[(line.page, line.index)]
        return [other for other in self.lines[max(0, position - count) : position][::-1] if other.page == line.page]

    def page_size(self, number: int) -> tuple[float, float]:
        """Width and height of a page in points."""
        for page in self.pages:
            if page.number == number:
                return page.width, page.height
        return 595.0, 842.0

    @cached_property
    def is_slip(self) -> bool:
        """Whether the first page's text stands in one narrow column of short lines, as on a till slip."""
        lines = [line for line in self.lines if line.page == self.lines[0].page]
        on_paper = any(page.source is TextSource.OCR for page in self.pages)
        if len(lines) < (_LEAST_SLIP_LINES_ON_PAPER if on_paper else _LEAST_SLIP_LINES):
            return False
        width = max(line.box.x1 for line in lines) - min(line.box.x0 for line in lines)
        height = lines[-1].box.y1 - lines[0].box.y0
        words = sorted(len(line.words) for line in lines)[len(lines) // 2]
        tall = max(sorted(line.box.y1 - line.box.y0 for line in lines)[len(lines) // 2], 1.0)
        narrow = width < _NARROW * tall or (width < 0.7 * height and width < 45 * tall)
        return narrow and words <= _MOST_SLIP_WORDS

    @cached_property
    def _positions(self) -> dict[tuple[int, int], int]:
        return {(line.page, line.index): position for position, line in enumerate(self.lines)}

    @cached_property
    def text(self) -> str:
        """The whole text, tables included."""
        parts = [line.text for line in self.lines]
        parts += ["\t".join(row) for page in self.pages for row in page.rows[:2000]]
        return "\n".join(parts)

    @cached_property
    def language(self) -> str | None:
        """The language by its commonest little words, or None."""
        counts = Counter(re.findall(r"[^\W\d_]+", self.text.lower()))
        scores = {
            language: sum(min(counts[word], 10) for word in words.split()) for language, words in _STOP_WORDS.items()
        }
        best = max(scores, key=lambda language: scores[language])
        # Words such as `total` are of many languages: a tie with English, whose days stand otherwise, tells nothing.
        return best if scores[best] >= _LEAST_WORDS and (best == "en" or scores[best] > scores["en"]) else None

    @cached_property
    def currency(self) -> tuple[str, Spot | None] | None:
        """The commonest currency of the document and one place where it is printed."""
        folded = self.text.lower()
        counts = {code: len(re.findall(pattern, folded)) for code, pattern in _CURRENCY_SIGNS.items()}
        best = max(counts, key=lambda code: counts[code])
        if not counts[best]:
            return None
        if best == "USD" and not re.search(r"\busd\b|\bus\$", folded):
            named = max(_OTHER_DOLLARS, key=lambda code: counts[code])
            if counts[named]:
                best = named
            elif self.local_currency and self.local_currency[0] in _OTHER_DOLLARS:
                # A bare dollar sign beside an address in Malaysia means ringgit.
                return self.local_currency
        for line in self.lines:
            match = re.search(_CURRENCY_SIGNS[best], line.text.lower())
            if match:
                return best, Spot(line, match.start(), match.end())
        return best, None

    @cached_property
    def local_currency(self) -> tuple[str, Spot] | None:
        """The currency of the place of a document that prints none, and what tells the place; else None."""
        found: dict[str, Spot] = {}
        for line in self.lines:
            for code, pattern in _CURRENCY_PLACES.items():
                match = re.search(pattern, line.folded)
                if match:
                    found.setdefault(code, Spot(line, match.start(), match.end()))
        return next(iter(found.items())) if len(found) == 1 else None

    @cached_property
    def convention(self) -> Convention:
        """How this document writes numbers and dates."""
        currency = self.currency or self.local_currency
        learnt = learn_convention([self.text], self.language, currency[0] if currency else None)
        if learnt.decimal_mark is None and any(SEMICOLON_NOTE in page.notes for page in self.pages):
            # Programs part columns by semicolons where the comma is the decimal mark.
            return replace(learnt, decimal_mark=",")
        return learnt
