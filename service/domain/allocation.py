"""Splitting what a document says over facilities, exactly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation, localcontext
from uuid import UUID

from service.domain.errors import AllocationExceededError, InvalidRequestError, Violation

MAX_DECIMALS = 10
#: More digits than any product or sum of here can have: quantities have at most 30 significant digits with exponents
#: from -30 to 30, percentages at most 11.
EXACT = Context(prec=400)

_WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Share:
    """A facility's part: greater than 0, at most 1."""

    facility_id: UUID
    percentage: Decimal


def parse_shares(asked: Sequence[tuple[UUID, str]]) -> list[Share]:
    """Read the parts of an allocation, given as facility and decimal number.

    Raises:
        InvalidRequestError: a percentage is no number, not above 0 or has more than ten decimals, or a facility comes
            twice.
        AllocationExceededError: the percentages add up to more than 1.
    """
    violations: list[Violation] = []
    shares: list[Share] = []
    first_at: dict[UUID, int] = {}
    for index, (facility_id, text) in enumerate(asked):
        if facility_id in first_at:
            place = f"facilities[{first_at[facility_id]}]"
            violations.append(Violation(f"facilities[{index}].id", f"is the same as {place}: name each facility once"))
        first_at.setdefault(facility_id, index)
        percentage, problem = _percentage(text)
        if problem:
            violations.append(Violation(f"facilities[{index}].percentage", problem))
        else:
            shares.append(Share(facility_id, percentage))
    if violations:
        raise InvalidRequestError(violations)
    total = add_up(share.percentage for share in shares)
    if total > _WHOLE:
        raise AllocationExceededError(f"the percentages add up to {total:f}; together they can be 1 at most")
    return shares


def part_of(base: Decimal, percentage: Decimal) -> Decimal:
    """Give a part of a quantity: the exact product, unrounded."""
    return EXACT.multiply(base, percentage)


def add_up(numbers: Iterable[Decimal]) -> Decimal:
    """Add numbers exactly."""
    with localcontext(EXACT):
        return sum(numbers, Decimal(0))


def _percentage(text: str) -> tuple[Decimal, str]:
    wanted = "must be a decimal number greater than 0 and at most 1, such as 0.25"
    try:
        if not text.isascii() or "_" in text:
            return Decimal(0), wanted
        number = Decimal(text)
    except InvalidOperation:
        return Decimal(0), wanted
    if not number.is_finite() or number <= 0:
        return Decimal(0), wanted
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or len(number.as_tuple().digits) > 50 or exponent > 20:
        return Decimal(0), wanted
    if -exponent > MAX_DECIMALS and number != round(number, MAX_DECIMALS):
        return Decimal(0), f"has more than {MAX_DECIMALS} decimals; round it"
    return number, ""
