"""The number of the contract or policy, else of the account that the customer has with the issuer."""

import re
from collections.abc import Iterator

from service.domain.identifiers import compact, is_cups, is_spanish_tax_id
from service.processing.reader.content import Content, Spot
from service.processing.reader.find import Candidate, best, candidates, find_identifier

_SHORTEST = 4
#: A bank account in groups of four, with stars in place of what is kept private.
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[\dA-Z*]{4}){3}")
#: What a tax number is printed with, stars in place of what is kept private among it; then a number that ends the cell.
_BESIDE_TAX_ID = re.compile(r"[\s:.]*[\d*Xx][\d*Xx./-]{8,}\s+(?P<account>\d{7,12})\s*$")
#: Nothing says what this number is but where it stands.
_UNLABELLED = 0.5


def find_contract(content: Content) -> Candidate | None:
    """The likeliest number that is labelled as a contract's or an account's, else the one beside the holder's."""
    return best(list(_labelled(content))) or best(list(_beside_the_holder(content)))


def _labelled(content: Content) -> Iterator[Candidate]:
    for candidate in candidates(content, ("contract_number",), find_identifier):
        spot = candidate.spot
        is_bank_account = _IBAN.match(spot.line.text, spot.start) is not None
        if _is_account(compact(str(candidate.value))) and not is_bank_account and not _is_decimal(spot):
            yield candidate


def _is_account(code: str) -> bool:
    """Whether a code may be an account's: long enough, and none of the codes that have a form of their own."""
    return len(code) >= _SHORTEST and not (is_spanish_tax_id(code) or is_cups(code))


def _is_decimal(spot: Spot) -> bool:
    """Whether an identifier is a part of a number with decimals."""
    text = spot.line.text
    return re.match(r",\d", text[spot.end :]) is not None or re.search(r"\d,$", text[: spot.start]) is not None


def _beside_the_holder(content: Content) -> Iterator[Candidate]:
    """The number behind the holder's tax number: of forms whose labels are a picture the text has the values alone."""
    for line, label in content.labelled("customer_tax_id", "-tax_id"):
        match = _BESIDE_TAX_ID.match(line.text, label.end)
        if match is not None:
            spot = Spot(line, match.start("account"), match.end("account"))
            yield Candidate("contract_number", spot.text, spot, _UNLABELLED)
