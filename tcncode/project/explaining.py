"""Agreement of an open project, explained: why, where coders differ, and the methods paragraph."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from tcncode import __version__
from tcncode.agreement.asking import Compared, Comparison, agree_command, sentences, without_units
from tcncode.agreement.coefficients import Counts
from tcncode.agreement.drawing import BEGINS, Draw
from tcncode.agreement.statistics import ALL_CODES
from tcncode.agreement.telling import Facts, boundary_table, explanation, methods, plain
from tcncode.errors import UsageError
from tcncode.journal.effects import in_effect
from tcncode.model import SETTLED, Table
from tcncode.project.agreeing import Agreeing, Gathered
from tcncode.project.names import short
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.agreement.explain import Differences

SHOWN = 10
"""Disagreements that an explanation lists for each pair of coders."""


@dataclass(frozen=True, slots=True)
class Explained:
    """Why two coders' kappa of a code is what it is."""

    coders: tuple[str, str]
    words: str
    """Paragraphs in Markdown."""
    costliest: Table
    """The disagreements that cost most, or all of them."""


class Explaining(Agreeing):
    """Says what a coefficient rests on."""

    def explain_agreement(
        self, asked: Comparison, code: str, *, most: int | None = SHOWN
    ) -> list[Explained]:
        """For each pair of coders: formula, counts, prevalence, and the costliest disagreements.

        Everything is counted in characters.

        Args:
            most: how many disagreements of each pair; None: all.

        Raises:
            UsageError: what is asked for does not go with an explanation, as another unit.
        """
        _refuse(asked, "explain", "statistics", "code", "purposes", "sub_codes")
        path = self.codebook.get(code).path
        asked = replace(asked, statistics=("kappa",), sub_codes="/" in path)
        gathered = self.gathered(asked)
        trusted = {
            r.coders: r for r in self.agree(replace(asked, code=path)).results if r.code == path
        }
        out = []
        for found in self._differences(gathered, only=path):
            trust = trusted[found.coders]
            boundary = found.characters("boundary")
            words = explanation(path, found.coders, found.counts, boundary, trust)
            costliest = self._costliest(found, gathered, most)
            out.append(Explained(found.coders, "\n\n".join(words), costliest))
        return out

    def boundaries(self, asked: Comparison) -> Table:
        """How much of the disagreement would go if boundaries were ignored, code by code.

        Raises:
            UsageError: what is asked for does not go with it, as another unit.
        """
        _refuse(asked, "boundaries", "statistics")
        gathered = self.gathered(asked)
        found = self._differences(gathered)
        top = {line.name for line in gathered.material.lines if line.top}
        rows = [(f.line, f.coders, f.counts, f.without_boundaries, _kinds([f])) for f in found]
        for coders in dict.fromkeys(f.coders for f in found if not asked.code):
            own = [f for f in found if f.coders == coders and f.line in top]
            whole = sum((f.counts for f in own), Counts())
            without = sum((f.without_boundaries for f in own), Counts())
            rows.append((ALL_CODES, coders, whole, without, _kinds(own)))
        note = (
            "Characters. boundary: in passages that both coded in part; code differs: the other"
            " coder gave some of the stretch another code; one coded: the other gave it none."
            " boundary_share: of all that differ, what would go if boundaries were ignored;"
            " kappa_without_boundaries: both count as having coded the whole of such passages."
            f" {counted(len(gathered.entries), 'document')}."
            f" Repeat: {agree_command(gathered.asked)} --boundaries"
        )
        return boundary_table(rows, note)

    def agreement_methods(self, asked: Comparison) -> str:
        """A paragraph for the methods section of a paper, in Markdown, with figures and sources.

        Raises:
            UsageError: results for parts of the documents, with and without suggestions, or of
                ``settled`` were asked for.
        """
        if asked.by or asked.over:
            raise UsageError(
                "The methods paragraph is about all documents: leave out --by, --over."
            )
        _refuse_both(asked, "methods")
        if SETTLED in {*asked.coders, *(c for of in asked.groups.values() for c in of)}:
            raise UsageError(
                f'"{SETTLED}" is what was decided from the coders\' own codings: agreement with it'
                " is no reliability, and has no methods paragraph."
            )
        compared = self.agree(asked)
        gathered = self.gathered(asked)
        entries = self.documents(network=asked.network, kind=asked.kind)
        whole = sum(e.characters for e in entries)
        part = sum(e.characters for e in gathered.entries)
        early = self.seen_early(gathered.blind, set(gathered.members))
        facts = Facts(
            coders=compared.coders,
            documents=len(compared.documents),
            of=compared.of,
            share=part / whole if whole else None,
            unit=asked.unit,
            codes=self._scheme(asked, gathered),
            codebook_version=compared.codebook_version,
            program=f"tcncode {__version__}",
            replicates=asked.replicates,
            seed=asked.seed,
            notes=(
                *_only(gathered.asked),
                *sentences(asked),
                *_without_units(compared),
                *compared.warnings,
            ),
            command=f"{agree_command(compared.asked)} --methods",
            chosen=self._chosen(gathered),
            blind=len(gathered.blind - early.keys()),
        )
        return methods(facts, compared.results)

    def _chosen(self, gathered: Gathered) -> tuple[str, ...]:
        """How the documents were chosen, as far as the project knows: those drawn by chance."""
        compared = {entry.id for entry in gathered.entries}
        left, out = set(compared), []
        draws = in_effect(self._database, BEGINS, "assignment")
        # The first draw that gave a document to one of these coders is the one that chose it.
        for action, (words, rows) in draws.items():
            how = Draw.read(words)
            given: dict[str, set[str]] = {}
            for row in rows:
                document, _, coder = row.partition("/")
                given.setdefault(document, set()).add(coder)
            drawn = {
                document for document, coders in given.items()
                if document in left and coders.intersection(gathered.members)
                and how is not None
                and (not how.rest or len(coders) > 1 or self._had_others(document, action))
            }  # fmt: skip
            if how is not None and drawn:
                out.append(replace(how, among=plain(how.among)).told(len(drawn), len(compared)))
            left -= drawn
        if out and left:
            out.append(
                f"How the other {counted(len(left), 'document')} came to be coded by several is"
                " not on record."
            )
        return tuple(out)

    def _had_others(self, document: str, action: str) -> bool:
        """Whether somebody had coded a document, or was asked to, before an action."""
        marks = self._store.assignment_marks([document]).get(document, [])
        earlier = {mark[0] for mark in marks} | {*self._store.first_actions(document).values()}
        return min(earlier, default=action) < action

    def _scheme(self, asked: Comparison, gathered: Gathered) -> str:
        """How many codes there were to code with, in words."""
        every = self.codebook.codes
        lines = [line for line in gathered.material.lines if line.top]
        if asked.purposes:
            return f"{counted(len(every), 'code')} rolled up to {counted(len(lines), 'purpose')}"
        below, codes = len(every) - len(lines), counted(len(lines), "code")
        their = "its" if len(lines) == 1 else "their"
        return f"{codes} and {their} {counted(below, 'sub-code')}" if below else codes

    def _differences(self, gathered: Gathered, only: str | None = None) -> list[Differences]:
        from tcncode.agreement.explain import differences

        material = gathered.material
        pairs = list(combinations(range(len(material.coders)), 2))
        return [
            differences(material, line, pair)
            for line in material.shown
            if only is None or line.name == only
            for pair in pairs
        ]

    def _costliest(self, found: Differences, gathered: Gathered, most: int | None) -> Table:
        rows = []
        for d in found.found[:most]:
            entry = gathered.entries[d.document]
            words = short(self._text(entry.id)[d.start : d.end])
            other = next(coder for coder in found.coders if coder != d.coder)
            rows.append(
                (entry.id, entry.name, found.line, d.coder, other, d.start, d.end, d.characters)
                + (d.kind, ", ".join(d.instead) or None, d.cost, words)
            )
        columns = (
            "document", "name", "code", "coded_by", "not_by", "start", "end", "characters", "kind",
            "instead", "cost", "quotation",
        )  # fmt: skip
        note = (
            f"{len(rows)} of {len(found.found)} disagreements, longest first. cost: how much"
            " higher kappa would be if both had coded it; instead: what else the other coder gave"
            " some of the stretch from start to end, nothing if empty."
        )
        return Table("Disagreements", columns, tuple(rows), note)


def _only(asked: Comparison) -> list[str]:
    """That agreement is of one code, though coders had others."""
    below = " and its sub-codes" if asked.sub_codes else ""
    return [f"Reported here: only {plain(asked.code)}{below}."] if asked.code else []


def _without_units(compared: Compared) -> list[str]:
    n = without_units(compared)
    told = f"{counted(n, 'document')} that all had finished without {compared.asked.unit}s"
    return [f"Left out: {told}."] if n else []


def _refuse(asked: Comparison, option: str, *more: str) -> None:
    """What counts characters, of all documents and codings at once, cannot do otherwise."""
    usual = Comparison()
    if asked.unit != usual.unit:
        raise UsageError(
            f"--{option} counts characters, whatever the unit: leave out --unit {asked.unit}."
        )
    for name in ("by", "over", *more):
        if getattr(asked, name) != getattr(usual, name):
            flag = name.removesuffix("s") if name == "statistics" else name.replace("_", "-")
            raise UsageError(f"--{flag} does not go with --{option}: leave it out.")
    _refuse_both(asked, option)


def _refuse_both(asked: Comparison, option: str) -> None:
    if asked.origin == "both":
        raise UsageError(
            f"--{option} takes codings of one choice: --origin all, or --origin 'no suggestions'."
        )


def _kinds(found: Iterable[Differences]) -> dict[str, int]:
    from tcncode.agreement.explain import KINDS

    each = list(found)
    return {kind: sum(f.characters(kind) for f in each) for kind in KINDS}
