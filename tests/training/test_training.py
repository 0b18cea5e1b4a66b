"""Training: the same seed gives the same bytes, and what is made doesn't hold what is held back."""

import tomllib
from collections import Counter
from pathlib import Path

import pytest

from service.domain.category import Category
from service.processing.reader.category_model import CategoryModel
from training.corpus import KnownText
from training.fitting import CATEGORIES
from training.judging import judged
from training.makers import LANGUAGES, Share, made_documents
from training.procedure import Trained, train

pytestmark = pytest.mark.long

PHRASES = Path(__file__).resolve().parents[2] / "training" / "phrases"
KNOWN = [
    KnownText(
        name=f"{source}/{number}",
        kind="receipt, photo",
        source=source,
        text=f"CAFE {source}\nEspresso {number}.50\nTOTAL {number}.50\nCash",
        terms={Category.RECEIPT: 6.0},
        categories=frozenset({Category.RECEIPT}),
    )
    for source in ("one", "two")
    for number in (1, 2)
]


@pytest.fixture(scope="module")
def trained() -> Trained:
    return train(KNOWN, seed=5, size=1, version="test", languages=("en", "es"))


def test_same_seed_gives_the_same_bytes(trained: Trained) -> None:
    assert (
        train(KNOWN, seed=5, size=1, version="test", languages=("en", "es")).model.to_bytes()
        == trained.model.to_bytes()
    )


def test_model_survives_being_written(trained: Trained) -> None:
    archive, said = trained.model.to_bytes()
    read = CategoryModel.from_bytes(archive, said)
    assert read.to_bytes() == (archive, said)
    text, terms = "Factura de luz, consumo 120 kWh", {Category.ELECTRICITY: 5.0}
    assert read.probabilities(text, terms) == trained.model.probabilities(text, terms)


def test_weights_of_other_categories_are_refused(trained: Trained) -> None:
    archive, said = trained.model.to_bytes()
    with pytest.raises(ValueError, match="are expected"):
        CategoryModel.from_bytes(archive, said | {"categories": ["water"]})


def test_every_known_document_is_judged_once_and_none_is_learned(trained: Trained) -> None:
    known = [entry for entry in trained.held_out if entry.known]
    assert len(known) == len(KNOWN) == trained.known
    made = [entry for entry in trained.held_out if not entry.known]
    assert judged(trained.model, made).documents == len(made) > 30


def test_documents_of_all_categories_and_languages_are_made() -> None:
    made = list(made_documents(3, 2))
    assert {entry.language for entry in made} == set(LANGUAGES)
    counts = Counter(entry.category for entry in made)
    assert set(counts) == {*CATEGORIES, None}
    assert list(made_documents(3, 2)) == made
    assert list(made_documents(4, 2)) != made


def test_no_sentence_is_both_learned_and_judged_on() -> None:
    sentences = (
        tomllib.loads((PHRASES / "en.toml").read_text(encoding="utf-8"))["contract"]["notes"].strip().splitlines()
    )
    texts = {
        share: "\n".join(made.text for made in made_documents(3, 12, ("en",), share)).casefold()
        for share in (Share.TRAINED, Share.HELD_BACK)
    }
    found = {share: {line for line in sentences if line.casefold() in text} for share, text in texts.items()}
    assert all(found.values())
    assert not set.intersection(*found.values())
