"""What a team's own sentences teach a model, without reading again what it was made from.

Where the model knows a code, its weights are moved as little as explains the team's sentences: the
old ones are the mean of a normal prior whose standard deviation is 1 (maximum a posteriori
adaptation: Chelba and Acero 2004, "Adaptation of Maximum Entropy Capitalizer: Little Data Can Help
a Lot", EMNLP). That teaches what training on passages and sentences
together does, in a tenth of the time (``tests/benchmarks/README.md``): it depends on the team's
sentences alone. Thresholds and calibration stay. Codes that the model does not know are learned as
``training`` does, from the team's sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tcncode.suggest import training
from tcncode.suggest.classifier import Classifier
from tcncode.suggest.examples import Example
from tcncode.suggest.features import WORD_BITS, Floats
from tcncode.suggest.training import AIM, Design, Tick

LEAST_SLOPE = 0.3
"""However little the team's sentences agree with the model, its log odds are not divided by less
than this when a change of weights is measured in them."""


def adapted(
    base: Classifier | None,
    examples: Sequence[Example],
    nlp: Any,
    *,
    seed: int = 0,
    aim: float = AIM,
    progress: Tick | None = None,
) -> Classifier | None:
    """A model that knows what another does, and what some sentences teach; None: nothing at all.

    Codes of which they teach too little for suggestions to be right often enough are left out, so
    that their cues go on speaking for them.

    Deterministic for the model, the examples, their order and the seed.

    Args:
        base: None: all codes are learned from the examples.
        aim: the share of suggestions that is to be right at the default threshold, for the codes
            that the base does not know.
        progress: is told of each code that is moved, then of each fold of those that are new.
    """
    if base is None:
        trained = training.train(examples, nlp, seed=seed, aim=aim, progress=progress)
        return _within_reach(trained.classifier) if trained else None
    if not examples:
        return base
    made = training.design(
        training.read(nlp, [e.text for e in examples]), nlp.vocab.strings, base=base
    )
    new = [code for code in training.learnable(examples) if code not in base.codes]
    old, folds = len(base.codes), training.FOLDS + 1

    def tick(done: int, steps: int = folds * len(new)) -> None:
        if progress:
            progress(done, old + steps)

    moved = _moved(made, base, training.labels_of(examples, base.codes), tick)
    found = training.learned(
        made, examples, new, seed=seed, aim=aim, progress=lambda n, steps: tick(old + n, steps)
    )
    about = {**base.about, "sentences": len(examples), "seed": seed}
    weights = training.tables(
        np.hstack([moved, found.folded]), made.rarity,
        np.concatenate([base.weights.bias, found.bias]),
    )  # fmt: skip
    calibrations = (*base.calibrations, *found.calibrations)
    return _within_reach(Classifier((*base.codes, *new), calibrations, weights, about), base.codes)


def _within_reach(made: Classifier, always: Sequence[str] = ()) -> Classifier | None:
    """The codes that have a threshold from which on they are right often enough, and some more."""
    both = zip(made.codes, made.calibrations, strict=True)
    return made.renamed({c: c for c, k in both if c in always or k.precision is not None})


def _moved(made: Design, base: Classifier, labels: Any, tick: Callable[[int], None]) -> Any:
    """What one occurrence of a column adds for each of the base's codes, moved by the examples.

    Args:
        labels: 1, 0 or, where nothing is known, -1: examples x codes of the base.
    """
    from threadpoolctl import threadpool_limits

    old, words = base.weights, 1 << WORD_BITS
    folded = np.concatenate([t[:, :-1] for t in (old.words, old.pairs, old.pieces)])
    # Only the columns that the examples have can be moved.
    columns = np.flatnonzero(np.bincount(made.matrix.indices, minlength=len(folded)))
    rarity = made.rarity[columns]
    matrix = made.matrix[:, columns]
    # Words of the table of like words have weights also where no passage has them: no rarity.
    others = columns[columns >= words]
    raw = made.shares @ old.words[:, :-1] + old.bias
    raw += made.matrix[:, others] @ (folded[others] / made.rarity[others, None])
    # Sums this small take twenty times as long where threads share them (measured).
    with threadpool_limits(1, "blas"):
        for k, calibration in enumerate(base.calibrations):
            known = labels[:, k] >= 0
            odds = raw[known, k] * calibration.slope + calibration.shift
            change = moved(matrix[known], labels[known, k] == 1, odds)
            folded[columns, k] += change * rarity / calibration.slope
            tick(k + 1)
    return folded.astype(np.float16)


def moved(matrix: Any, labels: Any, odds: Floats) -> Floats:
    """How the weights of a calibrated model change by examples, in log odds of that model.

    How much the model has to be stretched and shifted for these examples is found beside, and left
    out: whether functions are rarer here than in passages is not what their words tell.

    Args:
        matrix: examples x columns.
        labels: whether each example has the code.
        odds: the model's log odds for each.
    """
    from scipy.optimize import minimize
    from scipy.special import expit

    if not matrix.shape[0]:
        return np.zeros(matrix.shape[1])
    turned = matrix.T.tocsr()
    wanted = labels.astype(np.float64)

    def loss(point: Floats) -> tuple[float, Floats]:
        change, slope, shift = point[:-2], point[-2], point[-1]
        said = slope * odds + shift + matrix @ change
        wrong = expit(said) - wanted
        cost = np.sum(np.logaddexp(0, said) - wanted * said)
        cost += (change @ change + (slope - 1) ** 2 + shift**2) / 2
        steep = np.append(turned @ wrong + change, [wrong @ odds + slope - 1, wrong.sum() + shift])
        return float(cost), steep

    start = np.append(np.zeros(matrix.shape[1]), [1.0, 0.0])
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    change: Floats = found[:-2] / max(found[-2], LEAST_SLOPE)
    return change
