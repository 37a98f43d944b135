"""The model that the shipped passages give, kept in the package, so that nobody waits for it.

    python -m tcncode.suggest.base

makes ``base.model`` anew; it is to be run when the passages, the features or training change, and
a test says so. The file is plain numbers behind a header in JSON (``model_file``): nothing in it
can be executed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from tcncode.model import Code, Codebook
from tcncode.shipped import shipped
from tcncode.suggest import features, training
from tcncode.suggest.classifier import Classifier
from tcncode.suggest.examples import corpus_hash, functions_in, plain, read_corpus
from tcncode.suggest.likeness import table_hash

MODEL = Path(__file__).parent / "base.model"
DROPPED = 5
"""Of the 10 bits behind the point of a kept weight so many are 0: that keeps the file below 2 MB,
and leaves numbers exact to one or two per cent."""


def base_classifier(codebook: Codebook) -> Classifier | None:
    """A classifier for the functions that the codebook shares with the shipped passages.

    Returns:
        None where the codebook has none of these functions.
    """
    ids = {plain(code.path): code.id for code in codebook.codes if code.depth == 0}
    return _shipped_model().renamed(ids)


@lru_cache(maxsize=1)
def _shipped_model() -> Classifier:
    return Classifier.from_bytes(MODEL.read_bytes())


def fingerprint(folder: Path) -> str:
    """Names the passages and settings that the model was made from: 16 hexadecimal digits.

    Code that was changed meanwhile is not in it; for that the model has to be made again.
    """
    rests_on = [
        corpus_hash(folder), table_hash(),
        training.AIM, training.LEAST, training.FOLDS, training.STRENGTH, training.FEWEST,
        training.ALIKE,
        features.layout(), DROPPED,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(rests_on).encode()).hexdigest()[:16]


def make_base() -> Classifier:
    """Train on the shipped passages; codes are named by their paths."""
    from tcncode.suggest.pipeline import make_pipeline

    folder = shipped("corpus") / "training"
    book = Codebook("shipped", tuple(Code(n, n, n) for n in functions_in(folder)))
    examples = read_corpus(folder, book)
    trained = training.train(examples, make_pipeline())
    if trained is None:
        raise ValueError("the shipped passages teach nothing")
    trained.classifier.about["made_from"] = fingerprint(folder)
    weights = trained.classifier.weights
    short = {name: shortened(getattr(weights, name)) for name in ("words", "pairs", "pieces")}
    return replace(trained.classifier, weights=replace(weights, **short))


def shortened(numbers: Any) -> Any:
    """Numbers whose last bits are 0 when they are kept in 16."""
    bits = numbers.astype(np.float16).view(np.uint16).astype(np.uint32)
    rounded = (bits + (1 << DROPPED - 1)) >> DROPPED << DROPPED
    return rounded.astype(np.uint16).view(np.float16).astype(np.float32)


if __name__ == "__main__":
    MODEL.write_bytes(make_base().to_bytes())
