"""Fine-tuning: a sentence encoder learns from the shipped passages. Needs the extra ``vectors``.

The encoder's layers are trained by low-rank changes (``adapters``), together with one logistic
model a code on top of its vectors, which starts as what ``heads`` would fit; so the layers start
from something that is right already, and are moved less (A. Kumar et al., "Fine-Tuning can Distort
Pretrained Features and Underperform Out-of-Distribution", ICLR 2022). What it brings is in
``tests/benchmarks/README.md``.

An eighth of the passages, by whole writers, is not trained on. On these, and on those that other
writers have added since, the encoder's log odds are calibrated, joined with the classifier's
(likewise learned without them, by register), and thresholds set. All that is kept in the new
encoder's own folder (``heads.OWN``).

For minilm it comes with the package instead, as ``minilm.adapter`` and ``minilm.head``:

    python -m tcncode.suggest.tuning encoder    makes both anew, which takes an hour
    python -m tcncode.suggest.tuning head       the head alone

The head is to be made anew whenever ``base`` is; a test says so. The encoder need not be when
passages are added: those by writers that it has not learned from calibrate.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import numpy as np

from tcncode.errors import TcncodeError, UsageError
from tcncode.suggest import adapters, heads, training, vectors
from tcncode.suggest.adapters import Adapter
from tcncode.suggest.examples import Example, folds
from tcncode.suggest.features import Floats
from tcncode.suggest.heads import SCALE, Tick
from tcncode.suggest.pipeline import make_pipeline
from tcncode.suggest.vectors import Head

ROUNDS = 2
"""Times that each passage is learned from."""
PARTS = 8
"""One of so many parts is kept for calibration."""
FIRST = 5_000
"""Passages that the head is fitted to before the layers are trained."""
BATCH = 32
LAYERS_RATE, HEAD_RATE = 1e-3, 2e-3
"""Learning rates at their highest, after a tenth of the steps; then they fall to nothing."""
DECAY = 0.01
SPREAD = 20
"""Batches that are dealt passages of like length from one draw."""


@dataclass(frozen=True, slots=True)
class Tuned:
    """What fine-tuning made."""

    folder: Path
    learned: int
    """Passages trained on."""
    kept_apart: int
    """Passages that calibrate."""
    head: Head


def fine_tune(
    name: str, folder: Path, *, seed: int = 0, rounds: int = ROUNDS,
    say: Callable[[str], None] | None = None, tick: Tick | None = None,
) -> Tuned:  # fmt: skip
    """Fine-tune an encoder on the shipped passages and save it, with its head, in a new folder.

    Deterministic for the seed, on one machine with one number of threads.

    Args:
        name: of the encoder to start from, or its folder.
        folder: must not exist, or be empty. What is made is kept beside or in it until it is whole.
        rounds: 1 or more.
        say: is told beforehand how long it will take.

    Raises:
        TcncodeError: the folder is in use or cannot be written, or the encoder has no layers that
            could be trained.
        UsageError: the encoder is not here, or cannot be read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise TcncodeError(f"{folder} is in use. Name a new folder for the encoder.")
    try:
        vectors.check_encoder(name)
        if name not in vectors.ENCODERS and heads.is_tuned(name):
            raise TcncodeError(
                f"{name} has learned from the shipped passages already, so there is none left to"
                " calibrate it on. Start from another, such as minilm."
            )
        with _room(folder.resolve()) as part:
            return _tuned(name, folder, part, seed, rounds, say, tick)
    except vectors.NoEncoderError as error:  # going on without one makes no sense here
        raise UsageError(f"{error.why}.") from None


def _tuned(
    name: str, folder: Path, part: Path, seed: int, rounds: int,
    say: Callable[[str], None] | None, tick: Tick | None,
) -> Tuned:  # fmt: skip
    """Train, and write encoder and head to ``part``, which becomes the folder."""
    # Not the one that load_encoder keeps: this one is going to be changed.
    encoder = vectors.SentenceEncoder(name, vectors.model_folder(name), adapted=False)
    examples = heads.passages()
    made = _learned(encoder, name, examples, seed, rounds, say, tick)
    head = _head(folder.resolve().name, encoder, examples, made)
    _save(encoder.model, head, part)
    return Tuned(folder, int(made.adapter.about["passages"]), len(_apart(examples, made)), head)


@dataclass(frozen=True, slots=True)
class Made:
    """What training made: the encoder has the changes in its weights."""

    adapter: Adapter
    weights: Floats
    """Of the head, for vectors times ``SCALE``: codes x dimensions."""
    bias: Floats


def _learned(
    encoder: vectors.SentenceEncoder, name: str, examples: Sequence[Example], seed: int,
    rounds: int, say: Callable[[str], None] | None, tick: Tick | None,
) -> Made:  # fmt: skip
    """Train an encoder on all passages but those that calibrate."""
    taught, held = _dealt(examples)
    told = [*(examples[n] for n in taught), *heads.indirect_passages()]
    texts = [e.text for e in told]
    trainer = _Trainer(encoder.model, seed)
    if say:
        seconds = trainer.seconds(texts[:BATCH]) * rounds * len(texts) / BATCH
        seconds += trainer.seconds_to_read(encoder, texts[:BATCH]) * (FIRST + len(held)) / BATCH
        say(
            f"It learns from {len(texts):,} shipped passages in {rounds} rounds and keeps"
            f" {len(held):,} apart: {seconds / 60 + 1:.0f} min or so."
        )
    codes = training.learnable(examples)
    labels = np.maximum(training.labels_of(told, codes), 0)
    # A start is all that is wanted of these, so a part will do.
    some = np.unique(np.linspace(0, len(texts) - 1, FIRST).astype(int))
    found = heads.encoded(encoder, [texts[n] for n in some]) * SCALE
    every = np.ones(len(some), dtype=bool)
    fits = [
        training.fit(found, labels[some, k], every, seed, heads.STRENGTH) for k in range(len(codes))
    ]
    weights, bias = trainer.train(
        texts, labels, np.stack([w for w, _ in fits]), np.array([b for _, b in fits]), rounds, tick
    )
    about = {
        "tuned_from": encoder.name, "identity": vectors.identity(name),
        "passages": len(told), "taught": sorted({e.group for e in told}),
        "rounds": rounds, "seed": seed,
    }  # fmt: skip
    return Made(trainer.learning.finish(encoder.model, about), weights, bias)


def _head(name: str, encoder: vectors.Encoder, examples: Sequence[Example], made: Made) -> Head:
    """The head of a tuned encoder, joined with the shipped model on what was kept apart."""
    trained = training.train(examples, make_pipeline())
    if trained is None:
        raise ValueError("the passages teach nothing")
    held = _apart(examples, made)
    found = heads.encoded(encoder, [examples[n].text for n in held])
    about = {**made.adapter.about, "belongs_to": heads.belongs_to()}
    return heads.calibrated(
        name, trained, held, found * SCALE @ made.weights.T + made.bias,
        list(zip(made.weights, made.bias, strict=True)), seed=0, about=about,
    )  # fmt: skip


def _apart(examples: Sequence[Example], made: Made) -> Any:
    """Numbers of the passages by writers that an encoder has not learned from."""
    taught = set(made.adapter.about["taught"])
    return np.flatnonzero([e.group not in taught for e in examples])


def make_shipped(*, head_alone: bool = False) -> None:
    """Make the adapter and the head of minilm anew, or its head alone."""
    name, examples = "minilm", heads.passages()
    encoder = vectors.SentenceEncoder(name, vectors.model_folder(name), adapted=head_alone)
    if head_alone:
        # Its weights are calibrated already: what is done again changes them little.
        old = heads.head_of(name)
        made = Made(vectors.shipped_adapter(name), old.weights.T / SCALE, old.bias)
    else:
        made = _learned(encoder, name, examples, 0, ROUNDS, print, None)
        vectors.adapter_file(name).write_bytes(made.adapter.to_bytes())
    heads.shipped_file(name).write_bytes(_head(name, encoder, examples, made).to_bytes())


def _dealt(examples: Sequence[Example]) -> tuple[Any, Any]:
    """Numbers of those to train on, and of those by other writers that calibrate."""
    part = np.array(folds([e.group for e in examples], PARTS))
    return np.flatnonzero(part != 0), np.flatnonzero(part == 0)


@contextmanager
def _room(folder: Path) -> Iterator[Path]:
    """Where to write what becomes this folder (absolute) at the end; gone where anything fails.

    Raises:
        TcncodeError: nothing can be written there.
    """
    try:
        # One that is there stays: somebody may stand in it, or a disk be mounted on it.
        there = folder.exists()
        near = folder if there else folder.parent
        near.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}.", dir=near) as room:
            # In it, since a temporary folder itself is closed to everybody else.
            part = Path(room) / "encoder"
            yield part
            if not there:
                part.rename(folder)
                return
            if any(path != Path(room) for path in folder.iterdir()):
                raise OSError("something else was written there meanwhile")
            # Without this file a folder is no encoder's, so it comes last.
            for path in sorted(part.iterdir(), key=lambda path: path.name == "modules.json"):
                path.rename(folder / path.name)
    except OSError as error:
        raise TcncodeError(
            f"The encoder cannot be written to {folder} ({error.strerror or error}). Name a folder"
            " where there is room and you may write."
        ) from None


def _save(model: Any, head: Head, part: Path) -> None:
    """Write encoder and head.

    Raises:
        OSError: they cannot be written.
    """
    from safetensors import SafetensorError

    try:
        model.save(str(part), create_model_card=False)
    except SafetensorError as error:  # what it makes of a full disk
        raise OSError(str(error)) from None
    (part / heads.OWN).write_bytes(head.to_bytes())


class _Trainer:
    """Trains the layers of a model of sentence-transformers."""

    def __init__(self, model: Any, seed: int) -> None:
        import torch

        torch.manual_seed(seed)
        self.model, self.seed = model.float(), seed
        self.learning = adapters.Learning(model)
        # Twice as quick where the processor can; elsewhere many times slower. There is no public
        # way to ask; without an answer all 32 bits are used.
        can = getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)
        self.half = partial(torch.autocast, "cpu", torch.bfloat16, enabled=bool(can()))

    def encode(self, texts: Sequence[str]) -> Any:
        """Vectors of length 1 that can be trained through."""
        from torch.nn.functional import normalize

        # Renamed in version 6 of the library.
        split = getattr(self.model, "preprocess", None) or self.model.tokenize
        with self.half():
            found = self.model(split(list(texts)))["sentence_embedding"]
        return normalize(found.float(), dim=1)

    def seconds(self, texts: Sequence[str]) -> float:
        """How long one step with these takes."""
        for _ in range(2):  # the first of all steps can take ten times as long
            before = perf_counter()
            self.encode(texts).sum().backward()
            took = perf_counter() - before
        for parameter in self.learning.parameters():
            parameter.grad = None
        return took

    @staticmethod
    def seconds_to_read(encoder: vectors.Encoder, texts: Sequence[str]) -> float:
        """How long reading these takes."""
        before = perf_counter()
        encoder.encode(texts)
        return perf_counter() - before

    def train(
        self, texts: Sequence[str], labels: Any, weights: Floats, bias: Floats, rounds: int,
        tick: Tick | None,
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Train, from this head on.

        Args:
            labels: 0 or 1, texts x codes.
            weights: codes x dimensions, for vectors times ``SCALE``.

        Returns:
            The head as it is then: weights and bias.
        """
        import torch

        torch.manual_seed(self.seed)  # for what is dropped, whatever was drawn before
        live = self.learning.parameters()
        chance = np.random.default_rng(self.seed)
        head = torch.nn.Linear(weights.shape[1], weights.shape[0])
        head.weight.data = torch.tensor(weights, dtype=torch.float32)
        head.bias.data = torch.tensor(bias, dtype=torch.float32)
        rates = [
            {"params": live, "lr": LAYERS_RATE},
            {"params": list(head.parameters()), "lr": HEAD_RATE},
        ]
        optimizer = torch.optim.AdamW(rates, weight_decay=DECAY)
        batches = [batch for _ in range(rounds) for batch in _batches(texts, chance)]
        steps, rise = len(batches), max(len(batches) // 10, 1)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda done: min(1.0, (done + 1) / rise) * (1 - done / steps)
        )
        wanted = torch.tensor(labels, dtype=torch.float32)
        self.model.train()
        for done, batch in enumerate(batches, 1):
            odds = head(self.encode([texts[n] for n in batch]) * SCALE)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(odds, wanted[batch])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(live, 1.0)
            optimizer.step()
            schedule.step()
            if tick:
                tick(done, steps)
        self.model.eval()
        return (
            head.weight.detach().numpy().astype(np.float64),
            head.bias.detach().numpy().astype(np.float64),
        )


def _batches(texts: Sequence[str], chance: Any) -> Iterator[list[int]]:
    """Numbers of all texts in random order, those of a batch about equally long."""
    order = chance.permutation(len(texts)).tolist()
    found: list[list[int]] = []
    for at in range(0, len(order), BATCH * SPREAD):
        some = sorted(order[at : at + BATCH * SPREAD], key=lambda n: len(texts[n]))
        found += [some[n : n + BATCH] for n in range(0, len(some), BATCH)]
    for n in chance.permutation(len(found)).tolist():
        yield found[n]


if __name__ == "__main__":
    if sys.argv[1:] not in (["encoder"], ["head"]):
        sys.exit("Say what to make: encoder or head.")
    make_shipped(head_alone=sys.argv[1] == "head")
