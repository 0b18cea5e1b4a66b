"""Making the model: documents are made, judged on what was held back, and all of them are learned."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.category import Category
from service.processing.reader.category_model import CategoryModel, scores_in_order
from service.processing.reader.category_terms import term_scores
from service.processing.reader.layout import fold
from training.corpus import KnownText
from training.fitting import Example, HeldOut, calibrated, example, fit
from training.makers import Made, Share, made_documents
from training.noise import noisy

#: Real documents are learned in so many versions, each with other noise.
_VERSIONS = 5
_FOLDS = 4
_LOOKED_AT = 6_000
#: Where several categories are right, the one that says most is learned.
_TELLING = (Category.FUEL_DELIVERY, Category.ELECTRICITY, Category.GAS, Category.OTHER)


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and the documents that it was calibrated on, scored by models that had not seen them."""

    model: CategoryModel
    held_out: tuple[HeldOut, ...]
    made: int
    known: int


def train(known: Sequence[KnownText], *, seed: int, size: int, version: str) -> Trained:
    """A calibrated model of made documents (`size` of each kind and language) and known ones, of which none is needed.

    Held out are, in turn, the known documents of some sources, and documents made of phrases that are in no other.
    """
    learned = [(entry, _examples(entry, random.Random(f"{seed} {entry.name}"))) for entry in known]  # noqa: S311
    held_out = list(_held_out(learned, seed, size))
    made = [_made_example(document) for document in made_documents(seed, size)]
    model = fit(made + [each for _, examples in learned for each in examples], seed, version)
    return Trained(calibrated(model, held_out), tuple(held_out), len(made), len(known))


def _held_out(learned: Sequence[tuple[KnownText, list[Example]]], seed: int, size: int) -> Iterator[HeldOut]:
    made = [_made_example(entry) for entry in made_documents(seed, size // 2, share=Share.TRAINED)]
    sources = sorted({entry.source for entry, _ in learned})
    folds = [sources[start::_FOLDS] for start in range(min(_FOLDS, len(sources)))] or [[]]
    for number, fold_sources in enumerate(folds):
        rest = [each for entry, examples in learned if entry.source not in fold_sources for each in examples]
        judge = fit(made + rest, seed, "held out")
        for entry, _ in learned:
            if entry.source in fold_sources:
                terms = scores_in_order(entry.terms, judge.categories)
                yield HeldOut(True, judge.scores(entry.text), terms, entry.categories, 1.0)
        if number == 0:
            yield from _made_and_held_out(judge, seed + 1, max(1, size // 10), max(1, len(learned)))


def _made_and_held_out(judge: CategoryModel, seed: int, size: int, worth: int) -> Iterator[HeldOut]:
    """Made documents of phrases held back; together they count as much as the known ones."""
    documents = [entry for entry in made_documents(seed, size, share=Share.HELD_BACK) if entry.category is not None]
    for entry in documents:
        terms = scores_in_order(_terms(entry.text), judge.categories)
        right = frozenset({entry.category} if entry.category else ())
        yield HeldOut(False, judge.scores(entry.text), terms, right, worth / len(documents))


def _terms(text: str) -> dict[Category, float]:
    """What terms say of a text that has no layout."""
    return term_scores(fold(text), slip=False)


def _made_example(made: Made) -> Example:
    return example(made.text, _terms(made.text), made.category)


def _examples(known: KnownText, rng: random.Random) -> list[Example]:
    """A known document as it is, and with noise."""
    category = next((told for told in _TELLING if told in known.categories), min(known.categories))
    texts = [noisy(known.text, rng) for _ in range(_VERSIONS - 1)]
    return [
        example(known.text, known.terms, category),
        *(example(text, _terms(text[:_LOOKED_AT]), category) for text in texts),
    ]
