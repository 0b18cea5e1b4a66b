"""Files with several documents give an item for each, with evidence on its own pages; one document stays one."""

from __future__ import annotations

from service.domain.category import Category
from service.domain.evidence import Box
from service.processing.reader.content import Content
from service.processing.reader.extract import Extraction, extract
from service.processing.reader.model import Page, TextSource, Word
from service.processing.reader.splitting import split


def _words(lines: list[str], left: float = 40, top: float = 40) -> tuple[Word, ...]:
    """Lines of words, six points for each letter; two spaces and more stay as wide as they are."""
    words = []
    for row, line in enumerate(lines):
        position = 0
        for piece in line.split(" "):
            if piece:
                x0 = left + 6 * position
                words.append(Word(piece, Box(x0, top + 14 * row, x0 + 6 * len(piece), top + 14 * row + 10)))
            position += len(piece) + 1
    return tuple(words)


def _page(number: int, words: tuple[Word, ...], source: TextSource = TextSource.TEXT_LAYER) -> Page:
    return Page(number, 595, 842, source, words)


def _invoice(number: str, tax_id: str, total: str, *more: str) -> list[str]:
    return [
        "Hierros del Norte, S.A.",
        f"CIF {tax_id}",
        f"Factura nº {number}",
        "Fecha de la factura 31/12/2023",
        f"Total factura {total} EUR",
        *more,
    ]


def _ticket(tax_id: str, number: str, day: str, total: str) -> list[str]:
    return [
        "Bar Central S.L.",
        f"NIF {tax_id}",
        f"Ticket {number}",
        f"Fecha {day}",
        "2 Cafe 3,00",
        f"TOTAL {total} EUR",
    ]


def _read(category: Category, *pages: Page) -> Extraction:
    return extract(category, pages, Content(pages))


def _totals(found: Extraction) -> list[str]:
    return [str(item.get("total_amount")) for item in found.items]


def test_three_invoices_of_one_issuer_are_three_items_on_their_own_pages() -> None:
    found = _read(
        Category.INVOICE,
        *(_page(number, _words(_invoice(f"F-2023/{number}88", "B64717838", f"{number}10,50"))) for number in (1, 2, 3)),
    )
    assert _totals(found) == ["110.50", "210.50", "310.50"]
    assert {(entry.item, entry.page) for entry in found.evidence if entry.page} == {(0, 1), (1, 2), (2, 3)}
    assert found.notes == ("3 documents in one file",)


def test_pages_of_one_invoice_stay_together() -> None:
    found = _read(
        Category.INVOICE,
        _page(1, _words(_invoice("F-2023/188", "B64717838", "110,50", "Página 1 de 2"))),
        _page(
            2,
            _words(["Factura nº F-2023/188", "Detalle de los conceptos", "Total factura 110,50 EUR", "Página 2 de 2"]),
        ),
    )
    assert _totals(found) == ["110.50"]


def test_page_that_names_the_invoice_before_belongs_to_it() -> None:
    found = _read(
        Category.INVOICE,
        _page(1, _words(_invoice("F-2023/188", "B64717838", "110,50"))),
        _page(2, _words(["Factura nº A-77/2022", "Anexo a la factura F-2023/188", "Total factura 99,00 EUR"])),
    )
    assert len(found.items) == 1


def test_count_of_pages_that_starts_again_begins_a_document() -> None:
    found = _read(
        Category.INVOICE,
        _page(1, _words(_invoice("F-2023/188", "B64717838", "110,50", "Página 1 de 2"))),
        _page(2, _words(["Detalle de los conceptos", "Página 2 de 2"])),
        _page(3, _words(_invoice("F-2023/189", "B64717838", "210,50", "Página 1 de 1"))),
    )
    assert _totals(found) == ["110.50", "210.50"]


def test_two_tickets_side_by_side_on_one_scan_are_two_items() -> None:
    first = _ticket("B64717838", "A-1001", "03/05/2023", "12,40")
    second = _ticket("A28015865", "B-2002", "04/05/2023", "31,90")
    words = _words(first) + _words(second, left=340)
    found = _read(Category.RECEIPT, _page(1, words, TextSource.OCR))
    assert _totals(found) == ["12.40", "31.90"]
    boxes = [entry.box for entry in found.evidence if entry.field == "total_amount"]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0].x1 < 300 < boxes[1].x0


def test_two_tickets_below_each_other_on_one_scan_are_two_items() -> None:
    first = _ticket("B64717838", "A-1001", "03/05/2023", "12,40")
    second = _ticket("A28015865", "B-2002", "04/05/2023", "31,90")
    words = _words(first) + _words(second, top=400)
    assert _totals(_read(Category.RECEIPT, _page(1, words, TextSource.OCR))) == ["12.40", "31.90"]


def test_slip_of_the_card_beside_its_ticket_is_no_second_document() -> None:
    first = _ticket("B64717838", "A-1001", "03/05/2023", "12,40")
    slip = [
        "Tarjeta VISA",
        "Comercio B64717838",
        "Fecha 03/05/2023",
        "Operacion 7788",
        "Autorizacion 99",
        "TOTAL 12,40 EUR",
    ]
    words = _words(first) + _words(slip, left=340)
    assert len(_read(Category.RECEIPT, _page(1, words, TextSource.OCR)).items) == 1


def test_each_page_of_a_long_document_is_looked_at_once() -> None:
    seen: list[int] = []

    def identify(part: Content) -> dict[str, str]:
        seen.extend(page.number for page in part.pages)
        return {"invoice_number": "2023/50906", "total_amount": "10"}

    content = Content([_page(number, _words([f"Factura nº 2023/50906, hoja {number}"])) for number in range(1, 31)])
    assert split(content, identify) == [content]
    assert seen == list(range(1, 31))
