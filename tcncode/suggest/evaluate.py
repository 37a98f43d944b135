"""How good suggestions are: measures for each code, beside two baselines.

The baselines: ``keywords`` (the codebook's cues alone, from 0.5 on) and ``most_frequent`` (the most
frequent answer for each code, which is nearly always "not": it finds nothing and is never wrong).
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tcncode.errors import ReadError
from tcncode.model import Codebook
from tcncode.suggest.features import Floats
from tcncode.text import Span

BINS = 10
"""Of the reliability table: probabilities 0 to 0.1, and so on."""


@dataclass(frozen=True, slots=True)
class Quality:
    """How one system does on one code, or on all."""

    system: str
    """``tcncode``, ``keywords`` or ``most_frequent``."""
    code: str
    """A path, ``macro`` (mean over codes with support) or ``micro`` (all decisions together)."""
    precision: float | None
    """None where nothing was suggested."""
    recall: float | None
    """None where no passage has the code."""
    f1: float | None
    average_precision: float | None
    support: int
    """Passages with the code."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One labelled passage of a file."""

    id: str
    text: str
    codes: frozenset[str]
    """Code ids."""
    document: str = ""
    """Id of the document it stands in; empty: it stands alone."""
    span: Span | None = None


def read_passages(path: Path, codebook: Codebook) -> list[Passage]:
    """Lines of ``{"id", "text", "codes": [...]}``; underscores and hyphens are the same.

    Raises:
        ReadError: a line is not such an object, names a code that the codebook lacks, or
            contradicts another.
    """
    ids = {code.path.replace("_", "-"): code.id for code in codebook.codes}
    try:
        data = path.read_bytes()
        lines = data.decode("utf-8-sig").split("\n")  # other ends of lines may be in a text
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        # The offset is one of the bytes that are decoded, and a mark at their start is none.
        at = data.removeprefix(codecs.BOM_UTF8)[: error.start].count(b"\n") + 1
        raise ReadError(path, f"line {at} is not UTF-8", "Save it as UTF-8.") from None
    out = []
    said: dict[tuple[str, str], tuple[int, frozenset[str]]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            text, codes, key = row["text"], row["codes"], str(row.get("id", number))
        except ValueError:
            raise ReadError(
                path,
                f"line {number} is no JSON",
                'Each line is {"id": ..., "text": ..., "codes": [...]}.',
            ) from None
        except (KeyError, TypeError, AttributeError):
            raise ReadError(path, f'line {number} is not {{"id", "text", "codes"}}') from None
        if not isinstance(text, str) or not text.strip():
            raise ReadError(path, f'line {number}: "text" is to be words')
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise ReadError(
                path, f'line {number}: "codes" is to be a list, such as ["sharing"], or []'
            )
        named = [code.replace("_", "-") for code in codes]
        for name in named:
            if name not in ids:
                raise ReadError(path, f'line {number}: the codebook has no code "{name}"')
        have = frozenset(ids[name] for name in named)
        first, had = said.setdefault((key, text), (number, have))
        if had != have:
            raise ReadError(
                path, f'lines {first} and {number} give the same passage, "{key}", other codes'
            )
        out.append(Passage(key, text, have))
    if not out:
        raise ReadError(path, "holds no passages")
    return out


def qualities(
    system: str, names: Sequence[str], labels: Floats, scores: Floats, limits: Floats
) -> list[Quality]:
    """Of each code, then ``macro`` and ``micro`` over the codes at the top.

    A sub-code counts there for the code above it, and has its own row besides. ``macro`` is over
    the codes that a passage has: of others there is no recall to take the mean of.

    Args:
        names: paths of the codes.
        labels: 0 or 1, passages x codes.
        scores: 0 to 1, passages x codes.
        limits: from which score on it is suggested: by code, or passages x codes.
    """
    shown = (scores >= limits) & (scores > 0)
    rows = []
    for k, name in enumerate(names):
        hits = int((shown[:, k] & (labels[:, k] == 1)).sum())
        rows.append(
            _quality(
                system, name, hits, int(shown[:, k].sum()), int(labels[:, k].sum()),
                average_precision(labels[:, k], scores[:, k]),
            )
        )  # fmt: skip
    top = [k for k, name in enumerate(names) if "/" not in name]
    labels, scores, shown = labels[:, top], scores[:, top], shown[:, top]
    support = int(labels.sum())

    def mean(values: Sequence[float | None]) -> float | None:
        # A code without a suggestion found nothing: 0, as scikit-learn counts it.
        return float(np.mean([v or 0.0 for v in values])) if values else None

    counted = [row for row in rows if row.support and "/" not in row.code]
    rows.append(
        Quality(
            system, "macro",
            mean([r.precision for r in counted]), mean([r.recall for r in counted]),
            mean([r.f1 for r in counted]), mean([r.average_precision for r in counted]), support,
        )
    )  # fmt: skip
    hits = int((shown & (labels == 1)).sum())
    together = average_precision(labels.ravel(), scores.ravel())
    rows.append(_quality(system, "micro", hits, int(shown.sum()), support, together))
    return rows


def _quality(
    system: str, name: str, hits: int, shown: int, support: int, average: float | None
) -> Quality:
    f1 = 2 * hits / (shown + support) if support else None
    return Quality(
        system, name, hits / shown if shown else None, hits / support if support else None,
        f1, average, support,
    )  # fmt: skip


def average_precision(labels: Floats, scores: Floats) -> float | None:
    """The mean of the precisions at each passage that has the code, best score first.

    Passages with equal scores come together. None where no passage has the code.
    """
    total = float(np.sum(labels))
    if not total:
        return None
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(labels[order])
    last = np.append(np.diff(scores[order]) != 0, True)
    recalls = np.concatenate([[0.0], hits[last] / total])
    precisions = (hits / np.arange(1, len(order) + 1))[last]
    return float(np.sum(np.diff(recalls) * precisions))


def reliability(labels: Floats, scores: Floats) -> list[tuple[float, float, int]]:
    """Mean stated probability, share that is right, and how many, for each tenth that occurs."""
    tenth = np.minimum((scores * BINS).astype(int), BINS - 1).ravel()
    flat, right = scores.ravel(), labels.ravel()
    return [
        (float(flat[tenth == b].mean()), float(right[tenth == b].mean()), int((tenth == b).sum()))
        for b in range(BINS)
        if (tenth == b).any()
    ]


def calibration_error(labels: Floats, scores: Floats) -> float:
    """Mean distance between what is stated and what is right, 0 to 1, over all decisions."""
    table = reliability(labels, scores)
    total = sum(n for *_, n in table)
    return sum(abs(stated - right) * n for stated, right, n in table) / max(total, 1)


def matrix(found: Sequence[Mapping[str, float]], codes: Sequence[str]) -> Floats:
    """Probabilities as passages x codes; 0 where nothing is said."""
    return np.array([[row.get(code, 0.0) for code in codes] for row in found]).reshape(
        len(found), len(codes)
    )
