"""Training the classifier, and how good it is out of its own folds.

Why this one: of what was compared on the same passages (``tests/benchmarks/README.md`` has the
table), linear models over words and pieces of words rank best on writers they have not read, before
spaCy's bag of words and its ensemble, which also take far longer to train. Cues and the prior on
short sentences (features.PRIOR) make the difference on texts of another kind. A second model over a
table of like words (``likeness``) is averaged with it: that brings 0.02 to 0.05 of average
precision on registers left out, 0.03 to 0.05 on the seeds, about nothing on documents. With the
cues, averaged log odds were better than one model over both blocks on all of these.

Thresholds are set on registers left out, which is harder than leaving out writers, and nearer to
what foreign texts are like: of what is shown on documents 0.03 more is right, for 0.02 of macro F1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from tcncode.suggest import features
from tcncode.suggest.classifier import (
    Calibration,
    Classifier,
    Weights,
    probability,
    threshold_for,
)
from tcncode.suggest.examples import Example, folds
from tcncode.suggest.features import (
    PAIR_BITS,
    PIECE_BITS,
    WORD_BITS,
    Floats,
    Tokens,
    joined,
    piece_columns,
    tokens_of,
    word_columns,
)
from tcncode.suggest.likeness import Likeness, likeness
from tcncode.suggest.pipeline import chunks
from tcncode.text import Span

FEWEST = 8
"""A code with fewer passages is not learned: its cues alone speak for it."""
FOLDS = 3
STRENGTH = 8.0
"""How far the weights may go (``C`` of scikit-learn's LogisticRegression)."""
EXACTLY = 1e-2
"""How near to the best weights training stops (``tol`` of scikit-learn). Models that are only asked
what they say of what they have not read may be ten times as far away: they take two thirds of the
time, and say the same to a hundredth."""
ALIKE = 0.35
"""The part of the model over the table of like words in the mean of the two; the one over words has
the rest. Chosen on sentences of documents, writers left out (``tests/benchmarks/README.md``)."""
_PARTS = (1 - ALIKE, ALIKE)
AIM = 0.7
"""Share of what reaches the threshold that is right, on the texts of writers left out."""
LEAST = 0.5
"""No default threshold below this, though registers left out would bear one: on texts of quite
another kind precision is 0.1 to 0.2 less, and what is shown is to be more likely right than not."""

Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Design:
    """Examples as one sparse matrix, with what it takes to fold the weights back."""

    matrix: Any
    """Examples x (words, pairs, pieces)."""
    rarity: Any
    """How rare each column of words, pairs and pieces is; 0: too rare to learn from."""
    shares: Any
    """Examples x columns of words: how often, brought to the length of the example."""
    alike: Any
    """Examples x dimensions of the table of like words: the sum of the words' vectors."""
    alike_columns: Any
    """Columns of the words in that table."""
    alike_rows: Any
    """What one occurrence of each of them adds: its vector, by how rare it is."""


def read(nlp: Any, texts: Sequence[str]) -> Tokens:
    """The words of passages, each passage one sentence."""
    whole = "\n".join(texts)
    spans, at = [], 0
    for text in texts:
        spans.append(Span(at, at + max(len(text), 1)))
        at += len(text) + 1
    parts = [tokens_of(nlp.make_doc(chunk.text), chunk)[0] for chunk in chunks(whole, spans)]
    return joined(parts)


def design(
    tokens: Tokens, strings: Any, table: Likeness | None = None, base: Classifier | None = None
) -> Design:
    """The matrix to learn from. Words that one passage alone has teach nothing, nor do pairs and
    pieces that only two have.

    Args:
        table: of like words; None: the one that comes with the package.
        base: the model that is to learn more: what it knows stays as rare as it was for it.
    """
    from scipy import sparse
    from sklearn.utils.sparsefuncs import inplace_column_scale, inplace_row_scale

    n = tokens.sentences
    types, type_of = np.unique(tokens.words, return_inverse=True)
    written = [strings[int(word)] for word in types]
    owners = tokens.owners()
    ones = np.ones(len(owners))
    counts = sparse.csr_matrix((ones, (owners, type_of)), shape=(n, len(types)))

    words = counts @ _one_column(word_columns(types), 1 << WORD_BITS)
    inside = owners[1:] == owners[:-1]
    pairs = sparse.csr_matrix(
        (ones[1:][inside], (owners[1:][inside], tokens.pairs()[inside])), shape=(n, 1 << PAIR_BITS)
    )
    cut = [piece_columns(word) for word in written]
    of_type = sparse.csr_matrix(
        (
            np.ones(sum(map(len, cut))),
            np.concatenate([*cut, np.zeros(0, dtype=np.int64)]),
            np.cumsum([0, *map(len, cut)]),
        ),
        shape=(len(types), 1 << PIECE_BITS),
    )
    of_type.sum_duplicates()
    pieces = counts @ of_type
    known = [base.weights.words, base.weights.pairs, base.weights.pieces] if base else [None] * 3
    before = int(base.about["examples"]) if base else 0
    word_rarity, pair_rarity, piece_rarity = (
        _rarity(matrix, least, table_, before)
        for matrix, least, table_ in zip((words, pairs, pieces), (2, 3, 3), known, strict=True)
    )

    # The lengths are those that suggesting can add up word by word: repetitions count apart.
    lengths = words @ word_rarity**2 + pairs @ pair_rarity**2
    type_lengths = of_type.power(2) @ piece_rarity**2

    def weighted(matrix: Any, rarity: Floats, squared: Floats) -> Any:
        # In place: of pieces there are 200 a sentence.
        inplace_column_scale(matrix, rarity)
        inplace_row_scale(matrix, 1 / np.sqrt(squared))
        matrix.eliminate_zeros()
        return matrix

    matrix = sparse.hstack(
        [
            weighted(words.copy(), word_rarity, lengths + features.PRIOR[0]),
            weighted(pairs, pair_rarity, lengths + features.PRIOR[0]),
            weighted(pieces, piece_rarity, counts @ type_lengths + features.PRIOR[1]),
        ],
        format="csr",
    )
    # Once, and not in each fit that finds them unsorted.
    matrix.sort_indices()
    table = table or likeness()
    columns, first, weights = placed(table.words, strings, word_rarity, before + n)
    rows = table.vectors[first] * weights[:, None]
    shares = sparse.diags(1 / np.sqrt(lengths + features.PRIOR[0])) @ words
    rarity = np.concatenate([word_rarity, pair_rarity, piece_rarity])
    return Design(matrix, rarity, shares, shares[:, columns] @ rows, columns, rows)


def placed(
    written: Sequence[str], strings: Any, rarity: Floats, passages: int
) -> tuple[Any, Any, Floats]:
    """Columns of words, the number of the word that stands in each, and how rare that is.

    Words that the passages lack count as rare ones. Of words in one column the first stands.
    """
    hashes = np.array([strings[word] for word in written], dtype=np.uint64)
    columns, first = np.unique(word_columns(hashes), return_index=True)
    rare = np.log((1 + passages) / 3) + 1.0
    return columns, first, np.where(rarity[columns] > 0, rarity[columns], rare)


def _one_column(columns: Any, width: int) -> Any:
    from scipy import sparse

    n = len(columns)
    return sparse.csr_matrix((np.ones(n), (np.arange(n), columns)), shape=(n, width))


def _rarity(matrix: Any, least: int, known: Any, before: int) -> Floats:
    """How rare each column is: inverse document frequency; 0 for what fewer passages have.

    Args:
        known: weights of a model that knows some columns; None: of none.
        before: how many passages that model has learned from.
    """
    held = np.bincount(matrix.indices, minlength=matrix.shape[1])
    n = before + matrix.shape[0]
    found: Floats = np.where(held >= least, np.log((1 + n) / (1 + held)) + 1.0, 0.0)
    if known is not None:
        rarity = np.sqrt(known[:, -1], dtype=np.float64)
        found = np.where(rarity > 0, rarity, found)
    return found


@dataclass(frozen=True, slots=True)
class Trained:
    """A classifier, and what it said of each example when that was not trained on."""

    classifier: Classifier
    held_out: Floats
    """Calibrated probabilities, examples x codes."""
    labels: Any
    """1, 0 or, where nothing is known, -1: examples x codes."""


def labels_of(examples: Sequence[Example], codes: Sequence[str]) -> Any:
    """1, 0, or -1 for not known."""
    return np.array(
        [[1 if c in e.yes else 0 if c in e.no else -1 for c in codes] for e in examples],
        dtype=np.int8,
    ).reshape(len(examples), len(codes))


def learnable(examples: Sequence[Example]) -> list[str]:
    """Codes with passages enough both ways, in the order of their ids."""
    yes: dict[str, int] = {}
    no: dict[str, int] = {}
    for example in examples:
        for code in example.yes:
            yes[code] = yes.get(code, 0) + 1
        for code in example.no:
            no[code] = no.get(code, 0) + 1
    return sorted(c for c, n in yes.items() if n >= FEWEST and no.get(c, 0) >= FEWEST)


def train(
    examples: Sequence[Example],
    nlp: Any,
    *,
    seed: int = 0,
    aim: float = AIM,
    progress: Tick | None = None,
) -> Trained | None:
    """A classifier for the codes that have examples enough; None where no code has.

    Deterministic for its examples, their order and the seed.

    Args:
        aim: the share of suggestions that is to be right at the default threshold.
    """
    codes = learnable(examples)
    if not codes:
        return None
    made = design(read(nlp, [e.text for e in examples]), nlp.vocab.strings)
    found = learned(made, examples, codes, seed=seed, aim=aim, progress=progress)
    classifier = Classifier(
        tuple(codes), found.calibrations, tables(found.folded, made.rarity, found.bias),
        {"examples": len(examples), "seed": seed},
    )  # fmt: skip
    return Trained(classifier, classifier.probabilities(found.joint), found.labels)


@dataclass(frozen=True, slots=True)
class LearnedCodes:
    """What was learned of some codes."""

    calibrations: tuple[Calibration, ...]
    folded: Any
    """What one occurrence of a column adds: columns x codes, of 16 bits."""
    bias: Floats
    joint: Floats
    """Log odds of each example by models that have not learned from it: examples x codes."""
    labels: Any
    """1, 0 or, where nothing is known, -1: examples x codes."""


def learned(
    made: Design, examples: Sequence[Example], codes: Sequence[str],
    *, seed: int, aim: float, progress: Tick | None = None,
) -> LearnedCodes:  # fmt: skip
    """A model for each of some codes, from examples and the matrix of them."""
    from threadpoolctl import threadpool_limits

    labels = labels_of(examples, codes)
    fold = np.array(folds([e.kind or e.group for e in examples], FOLDS))
    parts = sorted(set(fold.tolist()))
    blocks = [made.matrix, made.alike]
    raw = np.zeros((len(blocks), *labels.shape))
    joint = np.zeros(labels.shape)
    steps = len(codes) * (len(parts) + 1)
    done = 0
    fitted = []

    def each_block(wanted: Any, rows: Any, exactly: float) -> list[Fitted]:
        one = partial(fit, labels=wanted, rows=rows, seed=seed, exactly=exactly)
        # Side by side where at most one draws by chance, so that the result is the same each time.
        # With sums in one thread it is so on any number of cores, and both have a core of two.
        at_once = len(blocks) if sum(map(_draws, blocks)) < 2 else 1
        with threadpool_limits(1, "blas"), ThreadPoolExecutor(at_once) as pool:
            return list(pool.map(one, blocks))

    for column in range(len(codes)):
        wanted = labels[:, column]
        known = wanted >= 0
        for part in parts:
            outside = fold == part
            models = each_block(wanted, known & ~outside, 10 * EXACTLY)
            for b, (block, model) in enumerate(zip(blocks, models, strict=True)):
                raw[b, outside, column] = apply(block, model)[outside]
            done += 1
            if progress:
                progress(done, steps)
        # Each block's log odds are calibrated before they are weighted and joined: fitted together,
        # the many columns of words would leave the few of likeness nothing to say.
        shares = [sigmoid(said[:, column], wanted, seed) for said in raw]
        for said, (slope, shift), part_of in zip(raw, shares, _PARTS, strict=True):
            joint[:, column] += (said[:, column] * slope + shift) * part_of
        fitted.append(_joined(each_block(wanted, known, EXACTLY), shares))
        done += 1
        if progress:
            progress(done, steps)
    calibrations = tuple(
        calibrated(joint[:, k], labels[:, k], seed, aim) for k in range(len(codes))
    )
    bias = np.array([found.bias for found in fitted])
    return LearnedCodes(calibrations, _folded(made, fitted), bias, joint, labels)


Fitted = tuple[Any, float]


@dataclass(frozen=True, slots=True)
class Joined:
    """The models of one code as one: weights of columns, of likeness, and a bias."""

    columns: Any
    alike: Any
    bias: float


def _joined(models: Sequence[Fitted], shares: Sequence[tuple[float, float]]) -> Joined:
    """The weighted mean of the calibrated log odds of both blocks."""
    parts = list(zip(models, shares, _PARTS, strict=True))
    columns, alike = (found * slope * part for (found, _), (slope, _), part in parts)
    bias = sum((own * slope + shift) * part for (_, own), (slope, shift), part in parts)
    return Joined(columns, alike, bias)


def fit(
    matrix: Any, labels: Any, rows: Any, seed: int, strength: float = STRENGTH,
    exactly: float = EXACTLY,
) -> Fitted:  # fmt: skip
    """Weights and bias of one logistic model.

    Args:
        rows: which examples it learns from, a truth value each.
        strength: how far the weights may go.
        exactly: how near to the best weights is enough.
    """
    from sklearn.linear_model import LogisticRegression

    if len(set(labels[rows].tolist())) < 2:
        return np.zeros(matrix.shape[1]), -4.0
    # The dual problem is four times as quick where there are more columns than examples; where
    # there are fewer, Newton's method takes a third of its time (measured).
    if _draws(matrix):
        model = LogisticRegression(
            C=strength, solver="liblinear", dual=True, random_state=seed, tol=exactly
        )
    else:
        model = LogisticRegression(C=strength, solver="newton-cholesky", tol=exactly / 100)
    # Those of other rows are passed over. Taking the others out would copy the matrix each time.
    model.fit(matrix, (labels == 1) & rows, sample_weight=rows.astype(np.float64))
    return model.coef_[0], float(model.intercept_[0])


def _draws(matrix: Any) -> bool:
    """Whether ``fit`` solves the dual problem, which draws by chance, from one source for all."""
    return bool(matrix.shape[1] > matrix.shape[0])


def apply(matrix: Any, fitted: Fitted) -> Floats:
    """The raw sums of one logistic model, a row each."""
    out: Floats = matrix @ fitted[0] + fitted[1]
    return out


def sigmoid(raw: Floats, labels: Any, seed: int) -> tuple[float, float]:
    """Slope and shift that make log odds of raw sums, over what was held out.

    Fitted not to 1 and 0, but to what so few examples can say: a code with a dozen passages that
    are told apart without a mistake would else be sure of everything.

    Source:
        Platt (1999), Probabilistic Outputs for Support Vector Machines, section 2.2.
    """
    from sklearn.linear_model import LogisticRegression

    known = labels >= 0
    wanted = labels[known] == 1
    yes = int(wanted.sum())
    target = np.where(wanted, (yes + 1) / (yes + 2), 1 / (len(wanted) - yes + 2))
    # For one column and many rows: a twentieth of what the default solver takes (measured).
    model = LogisticRegression(C=1e3, solver="newton-cholesky", random_state=seed)
    model.fit(
        np.tile(raw[known], 2)[:, None],
        np.repeat([1, 0], len(wanted)),
        sample_weight=np.concatenate([target, 1 - target]),
    )
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def calibrated(raw: Floats, labels: Any, seed: int, aim: float) -> Calibration:
    """Platt's sigmoid over what was held out, then the threshold."""
    slope, shift = sigmoid(raw, labels, seed)
    known = labels >= 0
    wanted = labels[known]
    found = probability(raw[known] * slope + shift)
    threshold, precision, recall = threshold_for(found, wanted == 1, precision=aim, least=LEAST)
    return replace(
        Calibration(slope, shift), threshold=threshold, precision=precision, recall=recall
    )


def _folded(made: Design, fitted: Sequence[Joined]) -> Any:
    """What one occurrence of a column adds for each code: columns x codes, of 16 bits."""
    # A code at a time: all at once they would be the most that training holds.
    folded = np.empty((len(made.rarity), len(fitted)), dtype=np.float16)
    for n, found in enumerate(fitted):
        column = found.columns * made.rarity
        # A sum of vectors times weights is a sum of numbers: the table is not needed any more.
        column[made.alike_columns] += made.alike_rows @ found.alike
        folded[:, n] = column
    return folded


def tables(folded: Any, rarity: Floats, bias: Floats) -> Weights:
    """Weights of all columns as the classifier looks them up.

    Args:
        folded: what one occurrence of a column adds, columns x codes, of 16 bits: as they will come
            back from bytes, so that a saved model says what the fresh one says.
        rarity: of each column.
        bias: of each code.
    """
    whole = np.column_stack([folded, (rarity**2).astype(np.float16)]).astype(np.float32)
    at = [1 << WORD_BITS, (1 << WORD_BITS) + (1 << PAIR_BITS)]
    words, pairs, pieces = np.split(whole, at)
    return Weights(words, pairs, pieces, bias)
