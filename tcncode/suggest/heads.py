"""Heads: what an encoder's vectors of the passages say of their codes, and where that is kept.

One logistic model a code over the vectors, calibrated on registers left out, then joined with the
classifier's log odds, likewise left out. That of an encoder as it comes is fitted when it is
chosen, which takes as long as encoding the shipped passages does, and kept in the user's cache,
under what is in the encoder's files and in the shipped model: so it is found again by every
project, and is not mistaken for another. An encoder that was tuned on the passages has a head that
``tuning`` made, for it cannot be judged on what it has learned: in its own folder, or, that of
``minilm``, in the package.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from tcncode.errors import TcncodeError
from tcncode.model import Code, Codebook
from tcncode.shipped import shipped
from tcncode.suggest import base, training, vectors
from tcncode.suggest.classifier import Calibration
from tcncode.suggest.examples import Example, folds, functions_in, read_corpus
from tcncode.suggest.features import Floats
from tcncode.suggest.pipeline import make_pipeline
from tcncode.suggest.vectors import Encoder, Head, NoEncoderError

SCALE = 2.0
"""Vectors have length 1, and are multiplied by this before weights are fitted to them."""
STRENGTH = 2.0
"""How far the weights of these may go."""
OWN = "tcncode.head"
"""The head of a tuned encoder, in its folder."""
AT_ONCE = 256
"""Passages encoded between two signs of life."""

Tick = Callable[[int, int], None]


def passages() -> list[Example]:
    """The shipped ones; codes are named by their paths."""
    return _read(shipped("corpus") / "training")


def indirect_passages() -> list[Example]:
    """Those that say what they do in few or none of its usual words: encoders alone learn from
    them, since a model of words does no better for them (``tests/benchmarks/README.md``)."""
    return _read(shipped("corpus") / "training" / "indirect")


def _read(folder: Path) -> list[Example]:
    book = Codebook("shipped", tuple(Code(n, n, n) for n in functions_in(folder)))
    return read_corpus(folder, book)


def head_of(name: str) -> Head:
    """What an encoder has learned; codes are named by their paths.

    Raises:
        NoEncoderError: the encoder is not here, or nothing is kept for it.
    """
    for path in _places(name):
        if path.is_file():
            try:
                return Head.from_bytes(path.read_bytes())
            except (ValueError, KeyError, TypeError):
                raise NoEncoderError(
                    f"{path} is damaged: install tcncode anew"
                    if name in vectors.ENCODERS
                    else f"{path} is damaged: remove it, and choose the encoder again with"
                    f' "tcncode suggest use --vectors {name}"'
                ) from None
    raise NoEncoderError(
        f'What the sentence encoder "{name}" makes of the functions has not been learned on this'
        f' computer: "tcncode suggest use --vectors {name}" does'
    )


def is_tuned(name: str) -> bool:
    """Whether an encoder has itself learned from the shipped passages."""
    return name in vectors.ENCODERS or (vectors.model_folder(name) / OWN).is_file()


def is_learned(name: str) -> bool:
    """Whether a head is kept for an encoder: those of ``vectors.ENCODERS`` are shipped."""
    return name in vectors.ENCODERS or any(path.is_file() for path in _places(name))


def shipped_file(name: str) -> Path:
    """Where the head of an encoder is that comes with the package."""
    return Path(__file__).parent / f"{name}.head"


def belongs_to() -> str:
    """Names the shipped model, with which heads are joined, and how they are fitted.

    Returns:
        16 hexadecimal digits: of all bytes of the model, so of whatever it was made with.
    """
    settings = json.dumps([SCALE, STRENGTH]).encode()
    return hashlib.sha256(base.MODEL.read_bytes() + settings).hexdigest()[:16]


def outdated(name: str) -> str:
    """What is to be said of a tuned encoder that is joined with another shipped model than today's.

    Others are learned anew for each (``learn``).

    Returns:
        One line; empty: there is nothing to say.
    """
    try:
        about = head_of(name).about if is_tuned(name) else {}
    except NoEncoderError:  # said where it is used
        return ""
    if not about or about.get("belongs_to") == belongs_to():
        return ""
    return (
        f"{name} was fine-tuned for another version of the shipped model, so its scores and"
        ' thresholds may be off. Tune anew: "tcncode suggest fine-tune NEW_FOLDER", then'
        ' "tcncode suggest use --vectors NEW_FOLDER".'
    )


def _places(name: str) -> Iterator[Path]:
    """Where an encoder's head may be, in the order to look."""
    if name in vectors.ENCODERS:
        yield shipped_file(name)
        return
    yield vectors.model_folder(name) / OWN
    yield _cached(name, belongs_to())  # costs reading all of its files


def _cached(name: str, model: str) -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("tcncode") / "heads" / f"{vectors.identity(name)}-{model}.head"


def learn(name: str, *, say: Callable[[str], None] | None = None, tick: Tick | None = None) -> Head:
    """Fit the head of an encoder to the shipped passages, and keep it in the user's cache.

    Args:
        say: is told beforehand how long it will take.

    Raises:
        NoEncoderError: the encoder is not here, or cannot be read.
        TcncodeError: the cache cannot be written.
    """
    encoder, texts = vectors.load_encoder(name), [e.text for e in passages()]
    encoder.encode(texts[:8])
    before = perf_counter()
    encoder.encode(texts[:64])
    minutes = (perf_counter() - before) / 64 * len(texts) / 60
    if say:
        say(f"It reads the {len(texts):,} shipped passages once: {minutes + 0.5:.0f} min or so.")
    head = made(encoder, tick)
    path = _cached(name, belongs_to())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all, also where two commands learn the same at once.
        with TemporaryDirectory(dir=path.parent) as room:
            part = Path(room) / path.name
            part.write_bytes(head.to_bytes())
            part.replace(path)
    except OSError as error:
        raise TcncodeError(
            f"What was learned cannot be kept in {path.parent} ({error.strerror}). Make that folder"
            " writable, or set XDG_CACHE_HOME to one that is."
        ) from None
    return head


def made(encoder: Encoder, tick: Tick | None = None) -> Head:
    """The head of an encoder, fitted to the shipped passages; codes are named by their paths."""
    examples = passages()
    trained = training.train(examples, make_pipeline())
    if trained is None:
        raise ValueError("the passages teach nothing")
    found = encoded(encoder, [e.text for e in examples], tick)
    return fitted(encoder.name, examples, trained, found, about={"belongs_to": belongs_to()})


def encoded(encoder: Encoder, texts: Sequence[str], tick: Tick | None = None) -> Floats:
    """Vectors of many texts (at least one), texts x dimensions."""
    out = []
    for at in range(0, len(texts), AT_ONCE):
        out.append(encoder.encode(texts[at : at + AT_ONCE]))
        if tick:
            tick(min(at + AT_ONCE, len(texts)), len(texts))
    return np.vstack(out)


def fitted(
    name: str, examples: Sequence[Example], trained: training.Trained, found: Floats,
    *, seed: int = 0, about: dict[str, str] | None = None,
) -> Head:  # fmt: skip
    """A head for the codes that a classifier has learned from the same examples.

    Args:
        name: of the encoder.
        trained: on these examples, in this order.
        found: the encoder's vectors of them, examples x dimensions.
    """
    scaled = found * SCALE
    fold = np.array(folds([e.kind or e.group for e in examples], training.FOLDS))
    raw = np.zeros(trained.labels.shape)
    models = []
    for k in range(len(trained.classifier.codes)):
        labels = trained.labels[:, k]
        known = labels >= 0
        for part in sorted(set(fold.tolist())):
            inside, outside = known & (fold != part), fold == part
            model = training.fit(scaled, labels, inside, seed, STRENGTH)
            raw[outside, k] = training.apply(scaled[outside], model)
        models.append(training.fit(scaled, labels, known, seed, STRENGTH))
    return calibrated(name, trained, slice(None), raw, models, seed=seed, about=about or {})


def calibrated(
    name: str, trained: training.Trained, rows: Any, raw: Floats,
    models: Sequence[training.Fitted], *, seed: int, about: Mapping[str, Any],
) -> Head:  # fmt: skip
    """A head whose log odds, and their weighted mean with the classifier's, mean what they say.

    Args:
        name: of the encoder.
        rows: which of the examples that the classifier was trained on it is calibrated on.
        raw: log odds of these by models that have not learned from them, examples x codes.
        models: weights of vectors times ``SCALE`` and bias, one for each of the classifier's codes.
    """
    weights, bias = [], []
    calibrations: list[Calibration] = []
    for k, (coefficients, own) in enumerate(models):
        labels = trained.labels[rows, k]
        slope, shift = training.sigmoid(raw[:, k], labels, seed)
        weights.append(coefficients * SCALE * slope)
        bias.append(own * slope + shift)
        by_words = vectors.log_odds(trained.held_out[rows, k])
        both = vectors.mixed(by_words, raw[:, k] * slope + shift)
        calibrations.append(training.calibrated(both, labels, seed, training.AIM))
    return Head(
        name, trained.classifier.codes, np.stack(weights, axis=1).astype(np.float32),
        np.array(bias), tuple(calibrations), about,
    )  # fmt: skip
