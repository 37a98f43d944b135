"""What a classifier learns from: passages with what is known of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tcncode.errors import ReadError
from tcncode.model import Codebook
from tcncode.text import Span

CONTESTED = "contested.jsonl"
"""Passages on which the two labellings differ: not trained on."""
FROM_DOCUMENTS = "documents"
"""Where, beside the passages, single sentences of whole documents are."""


@dataclass(frozen=True, slots=True)
class Example:
    """A passage, and which codes it is known to have and not to have."""

    text: str
    yes: frozenset[str]
    """Ids of codes it has."""
    no: frozenset[str]
    """Ids of codes it has not; of others nothing is known."""
    group: str
    """What is left out together when it is asked how good the model is: a writer, a document."""
    span: Span | None = None
    """Where it stands, if the group is a document."""
    kind: str = ""
    """What is left out together, instead of the group, when thresholds are set: a register."""
    decided: str = ""
    """When somebody last coded it or turned a suggestion for it down, ISO 8601, UTC; empty: nobody
    did."""
    refused: frozenset[str] = frozenset()
    """Ids of codes, some of ``no``, that were suggested for it and turned down."""


def read_corpus(folder: Path, codebook: Codebook) -> list[Example]:
    """The shipped training passages, for those of their functions that the codebook has.

    A passage with a function that the codebook lacks teaches that it has none of the others.

    Raises:
        ReadError: a line is not what it should be; it is named.
    """
    ids = {plain(code.path): code.id for code in codebook.codes if code.depth == 0}
    passages = _passages(folder)
    taught = {plain(name) for _, names, _, _ in passages for name in names}
    known = frozenset(ids[name] for name in taught if name in ids)
    out = []
    for text, names, writer, register in passages:
        yes = frozenset(ids[plain(name)] for name in names if plain(name) in ids)
        out.append(Example(text, yes, known - yes, f"writer {writer}", kind=f"register {register}"))
    return out if known else []


def functions_in(folder: Path) -> list[str]:
    """The functions that the shipped passages have, in order."""
    return sorted({plain(name) for _, names, _, _ in _passages(folder) for name in names})


def _passages(folder: Path) -> list[tuple[str, list[str], str, str]]:
    """Text, functions, writer and register of each."""
    out: list[tuple[str, list[str], str, str]] = []
    for path in _files(folder):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                row = json.loads(line)
                out.append((row["text"], list(row["codes"]), str(row["writer"]), path.stem))
            except (ValueError, KeyError, TypeError):
                raise ReadError(path, f"line {number} is not a labelled passage") from None
    return out


def _files(folder: Path) -> list[Path]:
    """Those with passages, a register each, in order."""
    found = [*folder.glob("*.jsonl"), *(folder / FROM_DOCUMENTS).glob("*.jsonl")]
    return sorted(path for path in found if path.name != CONTESTED)


def corpus_hash(folder: Path) -> str:
    """Names the passages as they are: 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path in _files(folder):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def folds(groups: Sequence[str], most: int) -> list[int]:
    """A fold for each example: groups stay whole, folds are about equally large."""
    sizes: dict[str, int] = {}
    for group in groups:
        sizes[group] = sizes.get(group, 0) + 1
    filled = [0] * min(most, max(len(sizes), 1))
    fold: dict[str, int] = {}
    for group, size in sorted(sizes.items(), key=lambda item: (-item[1], item[0])):
        least = filled.index(min(filled))
        fold[group] = least
        filled[least] += size
    return [fold[group] for group in groups]


def plain(name: str) -> str:
    """A function's name with hyphens, as paths have it."""
    return name.replace("_", "-")
