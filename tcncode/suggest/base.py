"""The model that the shipped passages give: trained on first use, then kept in the user's cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from tcncode.model import Codebook
from tcncode.suggest.classifier import Classifier
from tcncode.suggest.examples import corpus_hash, read_corpus
from tcncode.suggest.features import PRIOR, Vectors
from tcncode.suggest.training import AIM, FOLDS, LEAST, STRENGTH, Tick, train

FORMAT = 1
"""Greater when features or training change: what older programs kept is not used."""


def base_classifier(
    folder: Path,
    codebook: Codebook,
    nlp: Any,
    vectors: Vectors,
    *,
    cache: Path | None = None,
    say: Callable[[str], None] | None = None,
    progress: Tick | None = None,
) -> Classifier | None:
    """A classifier for the functions that the codebook shares with the shipped passages.

    Args:
        folder: where the passages are.
        cache: a folder to keep the model in; None: the user's own.

    Returns:
        None where the codebook has none of these functions.
    """
    examples = read_corpus(folder, codebook)
    if not examples:
        return None
    codes = sorted({code for example in examples for code in example.yes | example.no})
    key = json.dumps(
        [
            FORMAT,
            corpus_hash(folder),
            codes,
            vectors.fingerprint,
            AIM,
            LEAST,
            FOLDS,
            STRENGTH,
            PRIOR,
        ]
    )
    name = f"suggester-{hashlib.sha256(key.encode()).hexdigest()[:16]}.model"
    path = (_cache_folder() if cache is None else cache) / name
    with suppress(OSError, ValueError):
        return Classifier.from_bytes(path.read_bytes(), vectors)
    if say:
        say(
            f"Learning from {len(examples):,} shipped passages, this once;"
            f" the model is kept in {path.parent}."
        )
    trained = train(examples, nlp, vectors, progress=progress)
    if trained is None:
        return None
    # A cache that cannot be written costs a few seconds next time, and nothing else.
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        unfinished.write_bytes(trained.classifier.to_bytes())
        unfinished.replace(path)
    return trained.classifier


def _cache_folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("tcncode", appauthor=False)
