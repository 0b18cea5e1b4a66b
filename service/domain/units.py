"""Units of quantity: their published spelling, and the spellings that people and documents use."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType


class Dimension(StrEnum):
    """What a unit measures; quantities of one dimension can be converted into each other."""

    ENERGY = "energy"
    VOLUME = "volume"
    MASS = "mass"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Unit:
    """One unit: its published name, its dimension, and its size in the dimension's base unit (kWh, m³, kg, piece)."""

    name: str
    dimension: Dimension
    factor: Decimal
    spellings: tuple[str, ...]


_ENERGY, _VOLUME, _MASS, _COUNT = Dimension.ENERGY, Dimension.VOLUME, Dimension.MASS, Dimension.COUNT

# Sizes: SI brochure (9th edition); thermal units as in ISO 31-4; gallons as in NIST Handbook 44, appendix C.
UNITS: tuple[Unit, ...] = (
    Unit(
        "kilowatt_hour_(kwh)",
        _ENERGY,
        Decimal(1),
        (
            "kwh",
            "kw h",
            "kw.h",
            "kw/h",
            "kw·h",
            "kilowatt hour",
            "kilowatt hours",
            "kilowatt-hour",
            "kilowattstunden",
            "kilovatio hora",
            "kilovatios hora",
            "quilowatt-hora",
            "chilowattora",
        ),
    ),
    Unit("megawatt_hour_(mwh)", _ENERGY, Decimal(1000), ("mwh", "megawatt hour", "megawatt hours", "megavatio hora")),
    Unit("gigawatt_hour_(gwh)", _ENERGY, Decimal(1000000), ("gwh", "gigawatt hour", "gigawatt hours")),
    Unit("watt_hour_(wh)", _ENERGY, Decimal("0.001"), ("wh", "watt hour", "watt hours")),
    Unit("megajoule_(mj)", _ENERGY, Decimal(1) / Decimal("3.6"), ("mj", "megajoule", "megajoules")),
    Unit("gigajoule_(gj)", _ENERGY, Decimal(1000) / Decimal("3.6"), ("gj", "gigajoule", "gigajoules")),
    Unit("therm_(thm)", _ENERGY, Decimal("29.3071"), ("thm", "therm", "therms")),
    Unit("thermie_(th)", _ENERGY, Decimal("1.163"), ("th", "thermie", "thermies", "termia", "termias")),
    Unit(
        "cubic_metre_(m3)",
        _VOLUME,
        Decimal(1),
        (
            "m3",
            "m³",
            "m^3",
            "mc",
            "cbm",
            "m3n",
            "nm3",
            "nm³",
            "sm3",
            "smc",
            "cubic metre",
            "cubic metres",
            "cubic meter",
            "cubic meters",
            "metro cubico",
            "metros cubicos",
            "metre cube",
            "metres cubes",
            "kubikmeter",
            "metri cubi",
            "metro cubo",
            "metres cubics",
        ),
    ),
    Unit(
        "litre_(l)",
        _VOLUME,
        Decimal("0.001"),
        ("l", "lt", "lts", "ltr", "ltrs", "lit", "litre", "litres", "liter", "liters", "litro", "litros", "litri"),
    ),
    Unit("hectolitre_(hl)", _VOLUME, Decimal("0.1"), ("hl", "hectolitre", "hectolitres", "hectolitro", "hectolitros")),
    Unit(
        "us_gallon_(gal)", _VOLUME, Decimal("0.003785411784"), ("gal", "gallon", "gallons", "us gallon", "us gallons")
    ),
    Unit("imperial_gallon_(imp_gal)", _VOLUME, Decimal("0.00454609"), ("imp gal", "imperial gallon", "uk gallon")),
    Unit(
        "kilogram_(kg)",
        _MASS,
        Decimal(1),
        (
            "kg",
            "kgs",
            "kilo",
            "kilos",
            "kilogram",
            "kilograms",
            "kilogramme",
            "kilogrammes",
            "kilogramm",
            "kilogramo",
            "kilogramos",
            "quilograma",
            "quilogramas",
            "quilogram",
            "quilos",
            "chilogrammi",
        ),
    ),
    Unit(
        "tonne_(t)",
        _MASS,
        Decimal(1000),
        (
            "t",
            "tn",
            "tm",
            "ton",
            "tons",
            "tonne",
            "tonnes",
            "tonelada",
            "toneladas",
            "tona",
            "tones",
            "tonnellate",
            "tonnen",
            "metric ton",
            "metric tons",
            "mt",
        ),
    ),
    Unit("gram_(g)", _MASS, Decimal("0.001"), ("g", "gr", "gram", "grams", "gramme", "grammes", "gramo", "gramos")),
    Unit("pound_(lb)", _MASS, Decimal("0.45359237"), ("lb", "lbs", "pound", "pounds", "libra", "libras")),
    Unit(
        "unit_(u)",
        _COUNT,
        Decimal(1),
        (
            "u",
            "ud",
            "uds",
            "un",
            "unit",
            "units",
            "unidad",
            "unidades",
            "pc",
            "pcs",
            "piece",
            "pieces",
            "stk",
            "stück",
            "pz",
        ),
    ),
)

UNIT_BY_NAME: Mapping[str, Unit] = MappingProxyType({unit.name: unit for unit in UNITS})
UNIT_NAMES: tuple[str, ...] = tuple(unit.name for unit in UNITS)


def _fold(text: str) -> str:
    """Lower-case without accents, superscripts as digits, one space between words."""
    decomposed = unicodedata.normalize("NFKD", text.strip().lower())
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[\s_]+", " ", plain).strip(" .")


_BY_SPELLING: dict[str, Unit] = {_fold(spelling): unit for unit in UNITS for spelling in (unit.name, *unit.spellings)}


def find_unit(spelling: str) -> Unit | None:
    """Return the unit that a spelling such as `kWh`, `m³` or `cubic_metre_(m3)` means, or None."""
    return _BY_SPELLING.get(_fold(spelling))


def convert(quantity: Decimal, source: Unit, target: Unit) -> Decimal:
    """Convert a quantity; raises ValueError between dimensions (no densities or calorific values are assumed)."""
    if source.dimension is not target.dimension:
        raise ValueError(f"{source.name} cannot be converted to {target.name}")
    return quantity * source.factor / target.factor
