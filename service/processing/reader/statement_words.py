"""What account statements say beside their columns: the words for balances, sections and sums."""

from __future__ import annotations

import re
from functools import cache

from service.processing.reader.content import Content
from service.processing.reader.layout import fold
from service.processing.reader.statement_money import leading_days
from service.processing.reader.vocabulary import load

#: Characters that the name of a balance has at most; a longer text only speaks of one.
LONGEST_LABEL = 60
_SPACED_OUT = re.compile(r"(?<=\b[^\W\d_]) (?=[^\W\d_]\b)")


@cache
def words_of(name: str) -> re.Pattern[str]:
    """Any of the words of a list of the vocabulary, in folded text."""
    words = sorted(map(fold, load("statement_words")[name]), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")


def balance_named(text: str) -> str | None:
    """The balance that a text names, `opening_balance` or `closing_balance`; None when it names no balance."""
    said = fold(text).strip()
    if len(said) > LONGEST_LABEL or not tells_balance(said):
        return None
    if words_of("opening").search(said):
        return "opening_balance"
    return "closing_balance" if words_of("closing").search(said) else None


def tells_balance(said: str) -> bool:
    """Whether folded text speaks of a balance, which may be spaced out: `S A L D O`."""
    said = _SPACED_OUT.sub("", said)
    return words_of("balance").search(said) is not None and not re.search(r"balance (?:transfer|adjust|enquiry)", said)


def is_other_balance(said: str) -> bool:
    """Whether folded text speaks of a balance that is none of the account's on a day: average, minimum, available."""
    return words_of("other_balance").search(said) is not None and balance_named(said) is None


def is_card(content: Content) -> bool:
    """Whether a statement is of a credit card: what was bought has no sign, and balances are what is owed."""
    # A transaction of an account may pay a card; only a card's own thanks for its payment.
    undated = "\n".join(line.folded for line in content.lines if not leading_days(line)[0])
    return any(words_of(name).search(said) for name, said in (("card", undated), ("card_thanks", fold(content.text))))
