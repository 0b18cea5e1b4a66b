"""Units of measure as documents print them beside numbers and in headers."""

import re

from service.domain.units import Unit, find_unit

_WORD = (
    r"kwh|kw\.h|kw/h|kw·h|mwh|gwh|m3|m³|m\^3|nm3|nm³|litros?|litres?|liters?|ltrs?|lts?|liter|litri|litrow|l"
    r"|kilogram(?:os|s|me|mes)?|kilos?|kgs?|lbs?|pounds?"
    r"|toneladas?|tonnes?|tons?|tn|tm|t|therms?|gal(?:lons?)?|gj|mj|mc|smc|sm3|hl|metros c[uú]bicos|metri cubi"
    r"|m[eè]tres cubes|metres c[uú]bics|cubic met(?:re|er)s?|kubikmeter|kubieke meters?"
)
#: A unit right after a number: not that of a rate (`kg CO2`, `m3/d`).
UNIT_AFTER = re.compile(rf"\s?\(?({_WORD})(?![\w³]|\s?co2|/d|/m|/a|\s?/\s?d[ií]a)", re.IGNORECASE)
#: A unit anywhere, such as in a header; `L.` before a word abbreviates another.
UNIT_ANYWHERE = re.compile(rf"(?<![\w€£$/'’])({_WORD})(?![\w³'’]|\.\s?[^\W\d_]{{3}})", re.IGNORECASE)
_IN_BRACKETS = re.compile(rf"[(\[]\s?({_WORD})\s?[)\]]", re.IGNORECASE)
#: Power after a number; in France it is subscribed in kVA.
KW_AFTER = re.compile(r"\s?(?:kw|kva)(?![\w.·/])(?!\s?h\b)", re.IGNORECASE)


def unit_in(text: str) -> Unit | None:
    """The unit that a header such as `Consumo (kWh)` names."""
    match = _IN_BRACKETS.search(text) or UNIT_ANYWHERE.search(text)
    return find_unit(match[1]) if match else None
