"""Labels in lines of text."""

import pytest

from service.domain.evidence import Box
from service.processing.reader.labels import find_labels
from service.processing.reader.layout import lines_of
from service.processing.reader.model import Page, TextSource, Word


def _labels(text: str) -> list[tuple[str, str]]:
    words, x = [], 0.0
    for word in text.split():
        words.append(Word(word, Box(x, 0, x + 6 * len(word), 10)))
        x += 6 * len(word) + 4
    (line,) = lines_of(Page(1, 600, 800, TextSource.OCR, tuple(words)))
    return [(label.field, line.text[label.start : label.end]) for label in find_labels(line)]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("VAT No: 663758203", ("-tax_id", "VAT No")),
        ("Your VAT No: 663758203", ("customer_tax_id", "Your VAT No")),
        ("Factura 0694/21", ("invoice_number", "Factura")),
        ("Factura a: Talleres Ejemplo", ("customer_name", "Factura a")),
    ],
)
def test_a_little_word_counts_where_it_makes_another_label(text: str, wanted: tuple[str, str]) -> None:
    assert _labels(text) == [wanted]
