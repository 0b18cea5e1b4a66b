"""Parts of an allocation are exact."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.allocation import add_up, parse_shares, part_of
from service.domain.errors import AllocationExceededError, InvalidRequestError
from service.domain.ids import new_id

ONE = 10**10

_quantities = st.builds(
    lambda digits, exponent, sign: Decimal(digits).scaleb(exponent) * sign,
    st.integers(0, 10**27 - 1),
    st.integers(-30, 0),
    st.sampled_from([1, -1]),
)


@st.composite
def _splits(draw: st.DrawFn) -> list[Decimal]:
    """Percentages of at most ten decimals that add up to exactly 1."""
    cuts = sorted(draw(st.sets(st.integers(1, ONE - 1), max_size=12)))
    edges = [0, *cuts, ONE]
    return [Decimal(b - a).scaleb(-10) for a, b in pairwise(edges)]


@given(base=_quantities, percentages=_splits())
def test_parts_of_a_whole_add_up_to_it_exactly(base: Decimal, percentages: list[Decimal]) -> None:
    assert add_up(part_of(base, percentage) for percentage in percentages) == base


@given(base=_quantities, percentages=_splits(), kept=st.integers(0, 12))
def test_parts_add_up_to_exactly_what_was_allocated(base: Decimal, percentages: list[Decimal], kept: int) -> None:
    some = percentages[:kept]
    assert add_up(part_of(base, percentage) for percentage in some) == part_of(base, add_up(some))


@given(percentages=_splits())
def test_shares_that_add_up_to_one_are_taken_as_they_are(percentages: list[Decimal]) -> None:
    asked = [(new_id(), format(percentage, "f")) for percentage in percentages]
    assert [(share.facility_id, share.percentage) for share in parse_shares(asked)] == [
        (facility, Decimal(text)) for facility, text in asked
    ]


@given(percentages=_splits())
def test_one_ten_billionth_too_much_is_refused(percentages: list[Decimal]) -> None:
    asked = [(new_id(), format(percentage, "f")) for percentage in percentages]
    with pytest.raises(AllocationExceededError):
        parse_shares([*asked, (new_id(), "0.0000000001")])


@pytest.mark.parametrize(
    "text", ["", "abc", "NaN", "Infinity", "-0.5", "0", "0.0", "0.12345678901", "1e-11", "1_0", "٠.٥", "1e999999999"]
)
def test_malformed_percentage_is_named(text: str) -> None:
    with pytest.raises(InvalidRequestError) as caught:
        parse_shares([(new_id(), "0.1"), (new_id(), text)])
    assert [violation.field for violation in caught.value.violations] == ["facilities[1].percentage"]


@pytest.mark.parametrize("text", ["1", "1.0", "0.5", "1e-10", "0.10000000000000"])
def test_wellformed_percentage_is_taken(text: str) -> None:
    assert parse_shares([(new_id(), text)])[0].percentage == Decimal(text)


def test_more_than_one_is_too_much_and_not_malformed() -> None:
    with pytest.raises(AllocationExceededError):
        parse_shares([(new_id(), "1.5")])


def test_same_facility_twice_is_refused() -> None:
    facility = UUID(int=7)
    with pytest.raises(InvalidRequestError) as caught:
        parse_shares([(facility, "0.1"), (new_id(), "0.1"), (facility, "0.1")])
    assert [violation.field for violation in caught.value.violations] == ["facilities[2].id"]
