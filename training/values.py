"""Random values as documents print them: amounts, dates, codes and names in the manner of a language."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import date, timedelta

from service.domain.identifiers import waste_codes

_CUPS_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_FIRST_NAMES = (
    "Marta Jordi Anna Luis Claire Pierre Hans Petra Giulia Marco João Inês Emma Oliver Sanne Pieter Núria Aoife"
)
_LAST_NAMES = (
    "García Puig Smith Durand Müller Rossi Silva Jansen Vidal Brown Moreau Schmidt Ferrari Santos Bakker O'Neill"
)
_PLACES = (
    "Girona Sevilla Leeds Lyon Köln Torino Braga Utrecht Reus Bristol Nantes Dresden Bari Porto Gent Cork Vic Austin"
)
_CONSONANTS = (*"bcdfghjlmnprstv", "br", "tr", "pl", "st", "ch", "qu")
_CODAS = ["", "", "", "n", "s", "r", "l", "t"]
_STREETS = {
    "es": "C/ {}, {}", "ca": "Carrer {}, {}", "en": "{1} {0} Street", "fr": "{1} rue {0}", "de": "{}straße {}",
    "it": "Via {}, {}", "pt": "Rua {}, {}", "nl": "{}laan {}",
    "pl": "ul. {} {}", "sv": "{}gatan {}", "cs": "{} {}", "ro": "Str. {} nr. {}",
}  # fmt: skip
_ENDINGS = {
    "es": "S.L.|S.A.|S.Coop.", "ca": "SL|SA|SCCL", "en": "Ltd|Inc.|plc|LLC", "fr": "SARL|SA|SAS", "de": "GmbH|AG|eG",
    "it": "S.p.A.|S.r.l.", "pt": "Lda|S.A.|Ltda", "nl": "B.V.|N.V.",
    "pl": "Sp. z o.o.|S.A.", "sv": "AB|HB", "cs": "s.r.o.|a.s.", "ro": "S.R.L.|S.A.",
}  # fmt: skip
_FUELS = "Gasóleo B|Heating oil|Diesel|Propane|Fioul|Heizöl EL|Gasolio|Mazout|Kerosene|Gasoil A|GNR|B7"
_REFRIGERANTS = "R410A|R-410A|R32|R-32|R134a|R404A|R407C|R449A|R448A|R290|R-22|R507A|R1234yf|R513A"
_HAZARDS = "HP 14|HP4|HP 3 HP 5|HP6/HP14|H14"
_SIGNS = {"en": "£|$|USD|GBP|€", "pt": "€|R$|EUR", "pl": "zł|PLN", "sv": "kr|SEK", "cs": "Kč|CZK", "ro": "lei|RON"}


class Values:
    """Values of one document: its language decides how numbers, dates and addresses are written."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self.rng = rng
        self.language = language
        self._sign = rng.choice(_SIGNS.get(language, "€|EUR|€").split("|"))
        self._point = language == "en" or rng.random() < 0.08
        self._day_form = rng.choice(
            ["%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d/%m/%y", "%Y-%m-%d"]
            if language != "en"
            else ["%d/%m/%Y", "%d %b %Y", "%m/%d/%Y", "%B %d, %Y", "%d-%b-%y"]
        )
        self._day = date(2016, 1, 1) + timedelta(days=rng.randrange(3800))

    def number(self, low: float, high: float, decimals: int) -> str:
        """A number in the document's convention."""
        text = f"{self.rng.uniform(low, high):,.{decimals}f}"
        return text if self._point else text.translate(str.maketrans(",.", ".,"))

    def money(self) -> str:
        """An amount, with or without the currency."""
        amount = self.number(0.5, 10 ** self.rng.uniform(1, 4), 2)
        return self.rng.choice([f"{amount} {self._sign}", f"{self._sign}{amount}", amount])

    def day(self) -> str:
        """A date of some days before or after the document's own."""
        return (self._day + timedelta(days=self.rng.randrange(-40, 40))).strftime(self._day_form)

    def code(self, length: int | None = None) -> str:
        """Letters and digits as in document numbers."""
        digits = "".join(self.rng.choices(string.digits, k=length or self.rng.randrange(4, 11)))
        head = self.rng.choice(["", "F", "FV-", "A/", "INV-", f"{self._day.year}/", "RE", "N"])
        return head + digits

    def digits(self, low: int = 1, high: int = 9) -> str:
        """A whole number of so many digits."""
        return "".join(self.rng.choices(string.digits, k=self.rng.randint(low, high)))

    def person(self) -> str:
        """A name of a person."""
        return f"{self.rng.choice(_FIRST_NAMES.split())} {self.rng.choice(_LAST_NAMES.split())}"

    def words(self, low: int = 1, high: int = 3) -> str:
        """Words that are none: names of goods, brands and people that nobody has seen before."""
        rng = self.rng
        said = (
            "".join(
                rng.choice(_CONSONANTS) + rng.choice("aeiou") + rng.choice(_CODAS) for _ in range(rng.randint(1, 4))
            )
            for _ in range(rng.randint(low, high))
        )
        return rng.choice([str.lower, str.title, str.upper])(" ".join(said))

    def company(self, stem: str = "") -> str:
        """A name of a company, around a word that says what it does."""
        known = self.rng.random() < 0.4
        name = self.rng.choice([*_LAST_NAMES.split(), *_PLACES.split()]) if known else self.words(1, 2)
        ending = self.rng.choice(_ENDINGS[self.language].split("|"))
        return f"{stem} {name} {ending}".strip() if self.rng.random() < 0.6 else f"{name} {stem}".strip()

    def address(self) -> str:
        """Street and number."""
        return _STREETS[self.language].format(self.rng.choice(_LAST_NAMES.split()), self.rng.randrange(1, 200))

    def town(self) -> str:
        """Postcode and town."""
        return f"{self.digits(5, 5)} {self.rng.choice(_PLACES.split())}"

    def cups(self) -> str:
        """A CUPS with right control letters (Spanish supply point)."""
        digits = "00" + self.digits(14, 14)
        first, second = divmod(int(digits) % 529, 23)
        return f"ES{digits}{_CUPS_LETTERS[first]}{_CUPS_LETTERS[second]}" + self.rng.choice(["", "0F", "1P"])

    def waste_code(self) -> str:
        """A code of the European list of waste."""
        code = self.rng.choice(sorted(waste_codes()))
        return code if self.rng.random() < 0.4 else f"{code[:2]} {code[2:4]} {code[4:6]}" + self.rng.choice(["", "*"])

    def of(self, kind: str) -> str:
        """A value of a kind that the phrases name."""
        return _MAKERS[kind](self)

    def quantity(self, unit: str) -> str:
        """A quantity for a row of a table."""
        return self.of(unit) if unit in _MAKERS and unit != "pct" else self.number(1, 40, self.rng.choice([0, 0, 2]))


def _measured(unit: str, high: float, decimals: int) -> Callable[[Values], str]:
    return lambda values: f"{values.number(1, high, decimals)}{values.rng.choice([' ', ' ', ''])}{unit}"


def _one_of(choices: str) -> Callable[[Values], str]:
    return lambda values: values.rng.choice(choices.split("|"))


_MAKERS: dict[str, Callable[[Values], str]] = {
    "id": Values.code,
    "n": Values.digits,
    "date": Values.day,
    "period": lambda values: f"{values.day()} - {values.day()}",
    "name": lambda values: values.person() if values.rng.random() < 0.5 else values.company(),
    "address": Values.address,
    "tax": lambda values: values.rng.choice(["B", "ES B", "GB", "DE", "FR", "IT", "PT", "NL"]) + values.digits(8, 11),
    "phone": lambda values: f"{values.digits(3, 3)} {values.digits(3, 3)} {values.digits(3, 3)}",
    "iban": lambda values: values.rng.choice(["ES", "DE", "FR", "IT", "GB", "PT", "NL"]) + values.digits(20, 20),
    "bic": lambda values: "".join(values.rng.choices(string.ascii_uppercase, k=8)),
    "card": lambda values: f"**** **** **** {values.digits(4, 4)}",
    "plate": lambda values: f"{values.digits(4, 4)} {''.join(values.rng.choices('BCDFGHJKLM', k=3))}",
    "money": Values.money,
    "rate": lambda values: values.number(0.01, 12, values.rng.choice([2, 4, 6])),
    "pct": lambda values: f"{values.number(0.5, 30, 2)} %",
    "kwh": _measured("kWh", 9000, 0),
    "kw": _measured("kW", 60, 3),
    "kva": _measured("kVA", 60, 1),
    "m3": lambda values: f"{values.number(1, 900, 0)} {values.rng.choice(['m3', 'm³', 'm3', ''])}",
    "m2": _measured("m2", 300, 0),
    "mm": _measured("mm", 40, 0),
    "m": _measured("m", 90, 0),
    "l": lambda values: f"{values.number(5, 5000, 2)} {values.rng.choice(['l', 'L', 'lt', 'litros', 'Ltr', ''])}",
    "kg": _measured("kg", 3000, 2),
    "lb": _measured("lb", 60, 1),
    "t": _measured("t", 25, 3),
    "h": _measured("h", 40, 1),
    "day": lambda values: values.digits(2, 2),
    "cups": Values.cups,
    "tariff": _one_of("2.0TD|3.0TD|6.1TD|2.0A|2.1DHA"),
    "gastariff": _one_of("RL.1|RL.2|RL.4|3.1|3.2"),
    "fuel": _one_of(_FUELS),
    "refrigerant": _one_of(_REFRIGERANTS),
    "ewc": Values.waste_code,
    "rd": lambda values: f"{values.rng.choice('RD')}{values.rng.randrange(1, 15)}",
    "hp": _one_of(_HAZARDS),
    "text": lambda values: values.rng.choice(["", "A", "1", values.person().split()[0]]),
}  # fmt: skip
