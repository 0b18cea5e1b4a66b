"""Whether a document proves by itself that it is an account statement, in whatever language."""

from itertools import pairwise

from service.processing.reader.content import Content
from service.processing.reader.statement_lines import printed_rows

#: Steps from one balance to the next that a statement shows at least, and the share of them that must be right.
_FEWEST_STEPS, _LEAST_RIGHT = 3, 0.75


def proves_statement(content: Content) -> bool:
    """Whether dated lines have a balance that each line's own amount leads to from that of the line before.

    The newest line may be the first or the last one.
    """
    pairs = [row.amounts[-2:] for row in printed_rows(content) if row.told is None and len(row.amounts) > 1]
    steps = [
        abs(after.signed - before.signed) in (amount.value, earlier.value)
        for (earlier, before), (amount, after) in pairwise(pairs)
        if amount.value and after.signed != before.signed
    ]
    return len(steps) >= _FEWEST_STEPS and sum(steps) >= _LEAST_RIGHT * len(steps)
