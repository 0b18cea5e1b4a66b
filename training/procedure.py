"""Making the model: documents are made and learned, and what real ones say decides how much the model counts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.domain.category import Category
from service.processing.reader.category_model import CategoryModel, scores_in_order
from service.processing.reader.category_terms import term_scores
from service.processing.reader.layout import fold
from training.corpus import KnownText
from training.fitting import HeldOut, calibrated, example, fit
from training.makers import LANGUAGES, Made, Share, made_documents


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and the documents that it was calibrated on, scored by models that had not seen them."""

    model: CategoryModel
    held_out: tuple[HeldOut, ...]
    made: int
    known: int


def train(
    known: Sequence[KnownText], *, seed: int, size: int, version: str, languages: tuple[str, ...] = LANGUAGES
) -> Trained:
    """A model of made documents (`size` of each kind and language), weighed on known ones, of which none is needed.

    Known documents are not learned: those of one source look alike, and what is learned of a dozen sources is wrong for
    the next. They, and documents made of phrases that the judging model has not seen, decide how much the model counts
    beside the vocabulary.
    """
    learned = [example(made.text, made.category) for made in made_documents(seed, size, languages)]
    model = fit(learned, seed, version)
    fewer = made_documents(seed, max(1, size // 2), languages, Share.TRAINED)
    judge = fit([example(made.text, made.category) for made in fewer], seed, "held out")
    unseen = made_documents(seed + 1, max(1, size // 6), languages, Share.HELD_BACK)
    held_out = [*_known(model, known), *_made_and_held_out(judge, unseen, max(1, len(known)))]
    return Trained(calibrated(model, held_out), tuple(held_out), len(learned), len(known))


def _known(model: CategoryModel, known: Sequence[KnownText]) -> Iterator[HeldOut]:
    for entry in known:
        terms = scores_in_order(entry.terms, model.categories)
        yield HeldOut(True, model.scores(entry.text), terms, entry.categories, 1.0)


def _made_and_held_out(judge: CategoryModel, made: Iterator[Made], worth: int) -> Iterator[HeldOut]:
    """Made documents of phrases held back; together they count as much as the known ones."""
    documents = [entry for entry in made if entry.category is not None]
    for entry in documents:
        terms = scores_in_order(_terms(entry.text), judge.categories)
        right = frozenset({entry.category} if entry.category else ())
        yield HeldOut(False, judge.scores(entry.text), terms, right, worth / len(documents))


def _terms(text: str) -> dict[Category, float]:
    """What terms say of a text that has no layout."""
    return term_scores(fold(text), slip=False)
