"""The texts of a corpus folder's documents that are read by their words, with the categories that are right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evaluation.corpus import Document, Part, documents
from evaluation.reading import pages_of, prepared
from service.domain.category import Category
from service.domain.reading import ReadingFailedError
from service.processing.reader.classify import terms_of
from service.processing.reader.content import Content
from service.processing.reader.sandbox import ReaderPool


@dataclass(frozen=True, slots=True)
class KnownText:
    """The text of one document. `categories` are those that are right; documents of one `source` look alike."""

    name: str
    kind: str
    source: str
    text: str
    terms: Mapping[Category, float]
    categories: frozenset[Category]


async def known_texts(corpus: Path, part: Part, kept_text: Path) -> list[KnownText]:
    """The documents of one part that have no structured part; what can't be read is left out.

    Text is kept in `kept_text`, since recognising pictures takes seconds a page.
    """
    chosen = sorted(_of_words(documents(corpus), part), key=lambda document: document.name)
    texts = []
    async with ReaderPool(processes=1) as pool:
        for document in chosen:
            try:
                with prepared(document) as path:
                    pages = await pages_of(path, pool, kept_text)
            except ReadingFailedError:
                continue
            if not any(page.structured for page in pages):
                content = Content(pages)
                source = document.name.split("/", 1)[0]
                right = document.truth.categories
                texts.append(KnownText(document.name, document.kind, source, content.text, terms_of(content), right))
    return texts


def _of_words(chosen: Iterable[Document], part: Part) -> list[Document]:
    readable = (".pdf", ".png", ".jpg", ".jpeg", ".txt")
    return [
        document
        for document in chosen
        if document.part is part
        and document.files[0].suffix.lower() in readable
        and document.kind != "e-invoice in PDF"
    ]
