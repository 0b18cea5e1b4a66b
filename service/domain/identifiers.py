"""Form and check digits of the identifiers that documents carry. Every function takes text with or without spaces."""

import re
from functools import cache
from importlib.resources import files

_CUPS_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_VAT_FORMS = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}",
    "GB": r"(\d{9}|\d{12}|GD\d{3}|HA\d{3})",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"(\d{7}[A-W][A-I]?|\d[A-Z+*]\d{5}[A-W])",
    "IT": r"\d{11}",
    "LT": r"(\d{9}|\d{12})",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
}


def compact(text: str) -> str:
    """Upper case without spaces, points and hyphens."""
    return re.sub(r"[\s.\-·/]", "", text).upper()


def is_cups(text: str) -> bool:
    """Whether this is a CUPS with right control letters (Spanish supply point; Resolution of 2009, P.O. 10.8)."""
    code = compact(text)
    match = re.fullmatch(r"ES(\d{16})([A-Z]{2})(\d[FPRCXYZ])?", code)
    if not match:
        return False
    first, second = divmod(int(match[1]) % 529, 23)
    return match[2] == _CUPS_LETTERS[first] + _CUPS_LETTERS[second]


def is_spanish_tax_id(text: str) -> bool:
    """Whether this is a Spanish NIF of a person, NIE or NIF of an entity (CIF) with a right control character."""
    code = compact(text).removeprefix("ES")
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    if re.fullmatch(r"\d{8}[A-Z]", code):
        return code[8] == letters[int(code[:8]) % 23]
    if re.fullmatch(r"[XYZ]\d{7}[A-Z]", code):
        return code[8] == letters[int(str("XYZ".index(code[0])) + code[1:8]) % 23]
    if re.fullmatch(r"[ABCDEFGHJKLMNPQRSUVW]\d{7}[0-9A-J]", code):
        return code[8] in _entity_controls(code)
    return False


def _entity_controls(code: str) -> str:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in code[1:8:2])
    control = (10 - (doubled + sum(int(digit) for digit in code[2:8:2])) % 10) % 10
    letter = "JABCDEFGHI"[control]
    if code[0] in "NPQRSW":
        return letter
    return str(control) if code[0] in "ABEH" else str(control) + letter


def is_portuguese_tax_id(text: str) -> bool:
    """Whether this is a Portuguese NIF (nine digits, mod 11)."""
    code = compact(text).removeprefix("PT")
    if not re.fullmatch(r"[1-35689]\d{8}", code):
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(code, range(9, 1, -1), strict=False)) % 11
    return int(code[8]) == (0 if rest < 2 else 11 - rest)


def has_vat_form(text: str) -> bool:
    """Whether this has the form of a VAT number of the EU or the UK, country letters included."""
    code = compact(text)
    form = _VAT_FORMS.get(code[:2])
    return form is not None and re.fullmatch(form, code[2:]) is not None


def is_iban(text: str) -> bool:
    """Whether this is an IBAN with a right checksum (ISO 13616, mod 97)."""
    code = compact(text)
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", code):
        return False
    digits = "".join(str(int(char, 36)) for char in code[4:] + code[:4])
    return int(digits) % 97 == 1


@cache
def waste_codes() -> dict[str, bool]:
    """The six-digit codes of the European list of waste (Decision 2000/532/EC) and whether each is hazardous."""
    text = files("service.domain").joinpath("waste_codes.tsv").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {code: hazardous == "1" for code, hazardous in pairs}


def is_waste_code(text: str) -> bool:
    """Whether this is a code of the European list of waste."""
    return compact(text).rstrip("*") in waste_codes()


def is_operation(text: str) -> bool:
    """Whether this is an operation of recovery or disposal (Directive 2008/98/EC, annexes II and I: R1-R13, D1-D15).

    Two more digits may tell its kind, as in `R1201` (Spain, Law 7/2022, annexes II and III).
    """
    return re.fullmatch(r"(R(1[0-3]|[1-9])|D(1[0-5]|[1-9]))(\d{2})?", compact(text)) is not None


def is_french_company_number(text: str) -> bool:
    """Whether this is a SIREN (9 digits) or a SIRET (14) with right check digits (Luhn, ISO/IEC 7812-1 annex B).

    The establishments of La Poste have a rule of their own: their digits add up to a multiple of five.
    """
    code = compact(text)
    if not re.fullmatch(r"\d{9}(\d{5})?", code):
        return False
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(code)))
    if sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0:
        return True
    return len(code) == 14 and code.startswith("356000000") and sum(map(int, code)) % 5 == 0
