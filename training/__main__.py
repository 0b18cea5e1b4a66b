"""`python -m training`: make the model that tells categories of documents apart, and say how right it is."""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

from evaluation.corpus import Part
from training.corpus import KnownText, known_texts
from training.judging import judged
from training.procedure import Trained, train

_ROOT = Path(__file__).resolve().parents[1]
_CORPUS = _ROOT.parent / "shared" / "corpus"
_MODELS = _ROOT / "service" / "processing" / "reader" / "models"
_VERSION = "2"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=_CORPUS, help="folder with manifest.json; its development part")
    parser.add_argument("--kept-text", type=Path, default=_ROOT / ".cache" / "training-texts", help="texts found once")
    parser.add_argument("--size", type=int, default=16, help="documents to make, of each kind and language")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same bytes")
    parser.add_argument("--write", action="store_true", help="write the model that the package ships")
    return parser.parse_args()


def _known(corpus: Path, kept_text: Path) -> list[KnownText]:
    if not (corpus / "manifest.json").is_file():
        print(f"{corpus} has no manifest.json: the model learns from made documents alone")
        return []
    return asyncio.run(known_texts(corpus, Part.DEVELOPMENT, kept_text))


def _said(trained: Trained, seed: int, size: int) -> dict[str, object]:
    """What the model was made of, and how right it was on what it had not seen."""
    known = [entry for entry in trained.held_out if entry.known]
    made = [entry for entry in trained.held_out if not entry.known]
    return {
        "trained_on": {"made": trained.made, "development": trained.known, "seed": seed, "size": size},
        "held_out": {
            "development, by source": judged(trained.model, known).to_dict(),
            "made, by phrase": judged(trained.model, made).to_dict(),
        },
    }


def main() -> int:
    """Train, print, and write when asked to."""
    arguments = _arguments()
    known = _known(arguments.corpus, arguments.kept_text)
    trained = train(known, seed=arguments.seed, size=arguments.size, version=_VERSION)
    archive, said = trained.model.to_bytes()
    said |= _said(trained, arguments.seed, arguments.size)
    text = json.dumps(said, indent=2) + "\n"
    print(text + f"{len(archive)} bytes")
    if arguments.write:
        _MODELS.mkdir(exist_ok=True)
        (_MODELS / "categories.npz").write_bytes(archive)
        (_MODELS / "categories.json").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
