"""What is asked of a comparison, what it answers, and how both are put in words."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tcncode.agreement.statistics import ALL_CODES, statistic
from tcncode.model import REPLICATES, SEED, SETTLED, AgreementResult

ORIGINS = ("all", "no suggestions", "both", "by hand", "suggestion", "imported", "settled")
"""Which codings count; ``both`` gives results for all, and once more without suggestions."""
FEW_DOCUMENTS = 10
"""Below this many documents an interval is not to be relied on."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is to be compared, and how."""

    coders: tuple[str, ...] = ()
    """Names; none, and no groups: everybody who has finished a document."""
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Name of a group -> its coders. A group's coding is all that any of them coded."""
    unit: str = "character"
    statistics: tuple[str, ...] = ()
    """Names or short names; none: the usual ones."""
    network: str | None = None
    kind: str | None = None
    code: str | None = None
    """Only results for this code. What rests on all codes at once is computed from all of them."""
    sub_codes: bool = False
    """A line for each sub-code too."""
    purposes: bool = False
    """A line for each purpose instead of each code."""
    partial: bool = False
    """Also documents that not all, but at least two have finished."""
    origin: str = "all"
    """One of ``ORIGINS``: which codings count, by how they began."""
    no_interviewers: bool = False
    """Without the text of interviewers' turns."""
    by: str = ""
    """``document``, ``network`` or ``kind``: results for each; empty: for all together."""
    over: str = ""
    """``week``, ``order`` or ``codebook``: results for each, in the order of time."""
    replicates: int = REPLICATES
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Compared:
    """Agreement, with what it rests on."""

    asked: Comparison
    results: list[AgreementResult]
    coders: tuple[str, ...]
    """Coders and groups, in the order compared."""
    documents: tuple[str, ...]
    """Names of the documents that counted."""
    left_out: Mapping[str, str]
    """Names of documents that somebody compared has begun or was asked to code -> why they do
    not count."""
    of: int
    """All documents that fit what was asked, whether or not anybody has begun them."""
    codebook_version: str = ""
    early: tuple[str, ...] = ()
    """Where somebody could see others' codings while theirs were to be blind, a sentence each."""
    unasked: tuple[str, ...] = ()
    """Who was compared because they had finished documents, though nobody had asked them to code,
    and had asked others."""

    @property
    def note(self) -> str:
        """How it was made."""
        return _note(self)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What speaks against the comparison, a sentence each: ``early`` and ``unasked``."""
        if not self.unasked:
            return self.early
        said = "nobody asked them to code, but they finished documents and are compared, too."
        return (*self.early, f"{', '.join(self.unasked)}: {said}")


def agree_command(asked: Comparison) -> str:
    """The command that makes a comparison again."""
    words = [*asked.coders]
    for group, coders in asked.groups.items():
        words += ["--group", f"{group}={','.join(coders)}"]
    words += ["--unit", asked.unit] if asked.unit != "character" else []
    for name in asked.statistics:
        words += ["--statistic", name]
    for flag in ("network", "kind", "code", "by", "over"):
        words += [f"--{flag}", getattr(asked, flag)] if getattr(asked, flag) else []
    for flag in ("sub_codes", "purposes", "partial", "no_interviewers"):
        words += [f"--{flag.replace('_', '-')}"] if getattr(asked, flag) else []
    plain = Comparison()
    for flag in ("origin", "replicates", "seed"):
        value = getattr(asked, flag)
        words += [f"--{flag}", str(value)] if value != getattr(plain, flag) else []
    return shlex.join(["tcncode", "agree", *words])


def sentences(asked: Comparison) -> list[str]:
    """What was put together or left out, a sentence each."""
    said = [
        f"{group}: all that any of {', '.join(coders)} coded."
        for group, coders in asked.groups.items()
    ]
    said.append(
        "Codes are rolled up to their purposes."
        if asked.purposes
        else "A sub-code counts for the codes above it."
    )
    if asked.origin == "no suggestions":
        said.append("Without codings that began as suggestions.")
    elif asked.origin == "both":
        said.append("Twice: all codings, and without those that began as suggestions.")
    elif asked.origin != "all":
        said.append(f"Only codings of this origin: {asked.origin}.")
    if asked.no_interviewers:
        said.append("Without interviewers' turns.")
    return said


_BESIDE = {"turn": "; text outside turns does not count"}
"""What is said of units that do not hold all the text."""


def without_units(compared: Compared) -> int:
    """How many documents have no such units: finished, and left out all the same."""
    return sum(why == f"without {compared.asked.unit}s" for why in compared.left_out.values())


def _left_out(compared: Compared) -> str:
    bare = without_units(compared)
    begun = len(compared.left_out) - bare
    said = [f"{begun} begun or assigned, left out"] if begun else []
    said += [f"{bare} more without {compared.asked.unit}s, left out"] if bare else []
    return f" ({'; '.join(said)})" if said else ""


def _note(compared: Compared) -> str:
    asked, n = compared.asked, len(compared.documents)
    finished = "by at least two" if asked.partial else "by both"
    if len(compared.coders) > 2 and not asked.partial:
        finished = "by all"
    said = [
        f"Documents finished {finished} of {', '.join(compared.coders)}: {n} of {compared.of}"
        + _left_out(compared)
        + ".",
        f"Unit: {asked.unit}{_BESIDE.get(asked.unit, '')}. Cells are summed over the documents; no"
        " mean of documents' values.",
    ]
    said += sentences(asked)
    if asked.code and any(r.code == ALL_CODES for r in compared.results):
        said.append(f"{ALL_CODES}: what rests on all codes at once, not on {asked.code} alone.")
    if asked.code and any(statistic(r.statistic).key == "ku-alpha" for r in compared.results):
        said.append(f"(k)u-alpha: {asked.code} against all other codes, though not shown.")
    said += compared.warnings
    if SETTLED in compared.coders:
        said.append(f"{SETTLED}: decided from these codings, so this is no measure of reliability.")
    if asked.over == "codebook":
        said.append("By the codebook that a document was coded with, the one used first on top.")
    if asked.replicates and any(r.low is not None for r in compared.results):
        said.append(
            f"95 %: bootstrap over documents, {asked.replicates:,} replicates, seed {asked.seed}."
        )
    if asked.replicates and any(r.documents == 1 for r in compared.results):
        said.append("Of a single document there is no interval.")
    shown = dict.fromkeys(r.statistic for r in compared.results)
    sources = [
        f"{each.key}: {each.name}" + (f" ({each.source})" if each.source else "")
        for each in map(statistic, shown)
    ]
    if sources:
        said.append("; ".join(sources) + ".")
    said.append(f"Codebook {compared.codebook_version}. Repeat: {agree_command(asked)}")
    return " ".join(said)
