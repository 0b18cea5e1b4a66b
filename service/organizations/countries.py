"""Checks countries that callers name."""

from __future__ import annotations

from service.domain.countries import is_country
from service.domain.errors import InvalidRequestError, Violation


def check_country(code: str) -> None:
    """Check that `code` is a country.

    Raises:
        InvalidRequestError: it isn't.
    """
    if not is_country(code):
        message = f"must be a country of ISO 3166-1 alpha-2, such as ES; {code!r} is none"
        raise InvalidRequestError([Violation("country", message)])
