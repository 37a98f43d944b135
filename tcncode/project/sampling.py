"""A sample of the documents for double coding: how many, which, and who codes them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, sqrt
from typing import TYPE_CHECKING

from tcncode.agreement.asking import FEW_DOCUMENTS, Comparison
from tcncode.agreement.coefficients import REASONS
from tcncode.agreement.drawing import Draw, Drawable, deal, draw
from tcncode.agreement.statistics import statistic
from tcncode.errors import UsageError
from tcncode.model import SEED, SETTLED, Assignment, DocumentEntry, Table
from tcncode.project.agreeing import Agreeing
from tcncode.project.names import coder_name
from tcncode.project.team import Team
from tcncode.reports import NO_NETWORK

if TYPE_CHECKING:
    from tcncode.agreement.planning import Need


@dataclass(frozen=True, slots=True)
class Sample:
    """What is asked of a sample."""

    coders: tuple[str, ...]
    """Who is to code."""
    share: float | None = None
    """0 to 1: of the documents in question, so many are to be coded by several."""
    within: float | None = None
    """Or: as many as make the 95 % interval this much to either side."""
    code: str | None = None
    """For ``within``: the code whose interval counts; None: each code's."""
    statistic: str = ""
    """For ``within``; empty: kappa for two coders, alpha for more."""
    documents: tuple[str, ...] = ()
    """In question, by id or name; none: all that fit the rest."""
    network: str | None = None
    kind: str | None = None
    each: int = 2
    """Coders of a document that is drawn."""
    rest: bool = False
    """Deal the documents that are not drawn, too, to one coder each."""
    blind: bool | None = None
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Dealt:
    """What was drawn and dealt."""

    table: Table
    changed: int
    """Assignments that are new or changed."""
    plan: Table | None
    """For ``within``: what each code needs."""
    missing: int
    """Documents that the wanted number lacks, because there are no more."""


class Sampling(Team, Agreeing):
    """Draws documents for several coders, and deals them."""

    def assign_sample(self, asked: Sample, *, dry_run: bool = False) -> Dealt:
        """Draw documents in proportion to network and kind, and deal them evenly. One action.

        Documents that have so many coders already count towards the sample, so that asking again
        with the same seed draws nothing more.

        Raises:
            UsageError: too few coders, no share or interval, or nothing to judge an interval by.
        """
        coders = list(dict.fromkeys(coder_name(coder) for coder in asked.coders))
        self._refuse_sample(asked, coders)
        entries = self._in_question(asked)
        known: dict[str, dict[str, Assignment]] = {}
        for a in self._store.assignments():
            if a.coder != SETTLED:
                known.setdefault(a.document, {})[a.coder] = a
        begun: dict[str, set[str]] = {}
        for document, coder in self._store.begun():
            if coder != SETTLED:
                begun.setdefault(document, set()).add(coder)
        frame = [
            Drawable(e.id, e.network or NO_NETWORK, e.kind,
                     frozenset({*known.get(e.id, ()), *begun.get(e.id, ())}))
            for e in entries
        ]  # fmt: skip
        wanted, plan = self._wanted(asked, coders, len(frame))
        loads = Counter(
            a.coder for of in known.values() for a in of.values() if a.assigned or a.finished
        )
        several = [d for d in frame if len(d.coders) >= asked.each]
        drawn = draw(frame, wanted, each=asked.each, seed=asked.seed)
        dealt = deal(drawn, coders, each=asked.each, loads=loads, seed=asked.seed)
        for group in dealt.values():
            loads.update(group)
        if asked.rest:
            left = [d for d in frame if d.id not in dealt and not d.coders]
            dealt |= deal(left, coders, each=1, loads=loads, seed=asked.seed)
        changed = 0
        if not dry_run and any(dealt.values()):
            changed = self._put_dealt(
                asked,
                coders,
                dealt,
                {d.id for d in drawn},
                known,
                begun,
                self._drawn(asked, len(frame), len(several), len(drawn)),
            )
        table = self._dealt_table(asked, entries, dealt, drawn, frame, len(several), wanted)
        return Dealt(table, changed, plan, max(0, wanted - len(several) - len(drawn)))

    def _drawn(self, asked: Sample, of: int, before: int, drawn: int) -> Draw:
        among = f" of kind {asked.kind}" if asked.kind else ""
        among += f" of {self.network(asked.network).name}" if asked.network else ""
        among = " chosen by name" + among if asked.documents else among
        share = "" if asked.share is None else f"{100 * asked.share:g}%"
        within = "" if asked.within is None else f"{asked.within:g}"
        return Draw(drawn, of, among, asked.each, asked.seed, share, within, before, asked.rest)

    def _refuse_sample(self, asked: Sample, coders: Sequence[str]) -> None:
        if (asked.share is None) == (asked.within is None):
            raise UsageError("Say how much is to be coded by several: --share or --within.")
        if SETTLED in coders:
            raise UsageError(f'"{SETTLED}" is what a team decides, not somebody who codes.')
        if len(coders) < asked.each:
            raise UsageError(
                f"{len(coders)} coder{'s' if len(coders) != 1 else ''} cannot code a document"
                f" {asked.each} times. Name more: --to NAME."
            )

    def _in_question(self, asked: Sample) -> list[DocumentEntry]:
        network = self.network(asked.network).id if asked.network else None
        entries = self._store.uncounted_entries(network=network, kind=asked.kind)
        if asked.documents:
            ids = {self.document_id(reference) for reference in asked.documents}
            entries = [e for e in entries if e.id in ids]
        if not entries:
            raise UsageError('No document fits. "tcncode documents" lists them.')
        return entries

    def _put_dealt(
        self,
        asked: Sample,
        coders: Sequence[str],
        dealt: dict[str, tuple[str, ...]],
        drawn: set[str],
        known: dict[str, dict[str, Assignment]],
        begun: dict[str, set[str]],
        how: Draw,
    ) -> int:
        rows, closed = [], self._store.blind_documents()
        for document, group in dealt.items():
            own = known.get(document, {})
            # Who codes it already, asked or not, must not see the others either.
            there = {*own, *begun.get(document, ())} if asked.blind and document in drawn else set()
            for coder in (*group, *sorted(there.difference(group))):
                before = own.get(coder, Assignment(document, coder))
                blind = asked.blind and document in drawn
                if asked.blind is None:  # who joins those who code it blind does so, too
                    blind = before.blind or document in closed
                asked_to = before.assigned or coder in group
                rows.append(replace(before, assigned=asked_to, blind=bool(blind)))
        blind_too = {True: ", blind", False: ", not blind", None: ""}[asked.blind]
        what = how.words() + blind_too
        with self._action(what) as change:
            self._store.put_coders(coders, change)
            return self._store.put_assignments(rows, change)

    # -- how many ----------------------------------------------------------------------

    def _wanted(self, asked: Sample, coders: Sequence[str], of: int) -> tuple[int, Table | None]:
        if asked.share is not None:
            # A half is rounded up: 10 % of 5 documents is one.
            return int(asked.share * of + 0.5), None
        plan = self.interval_plan(asked, coders)
        needed = [row["needed"] for row in plan.records() if row["needed"] is not None]
        if not needed:
            raise UsageError(_too_narrow(plan, asked.within or 0, of))
        return max(needed), plan

    def interval_plan(self, asked: Sample, coders: Sequence[str]) -> Table:
        """How many documents each code needs for an interval as narrow as is wanted.

        Judged by the documents that two or more of the coders have finished, see
        ``agreement.planning.need``. A code is left open where its coefficient is not defined in
        most samples: it is too rare to plan with.

        Raises:
            UsageError: fewer than two documents to judge by.
        """
        from tcncode.agreement.compare import parts
        from tcncode.agreement.planning import need

        assert asked.within is not None
        there = [coder for coder in coders if coder in self.coders()]
        name = asked.statistic or ("kappa" if len(coders) == 2 else "alpha")
        if statistic(name).coders == "two" and len(coders) > 2:
            raise UsageError(f"{name} is for two coders: plan for more with alpha.")
        gathered = None
        if len(there) > 1:
            gathered = self.gathered(
                Comparison(tuple(there), code=asked.code, partial=True, statistics=(name,))
            )
        if gathered is None or len(gathered.entries) < 2:
            raise UsageError(
                "An interval is planned by documents that two of these coders have finished, and"
                " there are fewer than 2. Begin with a share: --share 10%."
            )
        found: list[tuple[str, Need]] = [
            (line.name, need(parts(gathered.material, name, line), asked.within, seed=asked.seed))
            for line in gathered.material.shown
        ]
        rows = tuple(
            (code, statistic(name).name, n.documents, n.value, n.half_width, n.needed)
            + (None if n.needed is None else max(0, n.needed - n.documents), n.reason or None)
            for code, n in found
        )
        columns = (
            "code", "statistic", "documents", "value", "half_width", "needed", "more", "reason",
        )  # fmt: skip
        note = (
            f"needed: documents coded by several for a 95 % interval of half width {asked.within:g}"
            f" (bootstrap over documents), judging by the {len(gathered.entries)} there are;"
            f" half_width: what those give. Seed {asked.seed}."
        )
        for reason in dict.fromkeys(row[-1] for row in rows if row[-1]):
            note += f" {reason}: {_WHY.get(reason, REASONS.get(reason))}."
        guesses = [
            f"{code} {_guess(n.documents, n.half_width, asked.within):,}"
            for code, n in found if n.reason == "too_many" and n.half_width
        ]  # fmt: skip
        if guesses:
            note += f" At a guess, by half widths alone: {', '.join(guesses)} documents."
        if len(gathered.entries) < FEW_DOCUMENTS:
            note += " So few documents are a rough guide: plan again once there are more."
        return Table("Documents needed", columns, rows, note)

    # -- telling -----------------------------------------------------------------------

    def _dealt_table(
        self,
        asked: Sample,
        entries: Sequence[DocumentEntry],
        dealt: dict[str, tuple[str, ...]],
        drawn: Sequence[Drawable],
        frame: Sequence[Drawable],
        several: int,
        wanted: int,
    ) -> Table:
        chosen = {d.id for d in drawn}
        there = {d.id: d.coders for d in frame}
        rows = tuple(
            (e.id, e.name, e.network, e.kind, "drawn" if e.id in chosen else "rest")
            + (" / ".join(dealt[e.id]), " / ".join(sorted(there[e.id])) or None)
            for e in entries if e.id in dealt
        )  # fmt: skip
        each = Counter(coder for group in dealt.values() for coder in group)
        shares = ", ".join(f"{coder} {each[coder]}" for coder in asked.coders)
        note = (
            f"{several + len(drawn)} of {len(frame)} documents are coded by {asked.each}"
            f" ({several} were before), in proportion to network and kind. Dealt: {shares};"
            " who had more before gets less."
            f" Seed {asked.seed}: the same seed draws the same documents."
        )
        columns = ("document", "name", "network", "kind", "sample", "to", "coders_before")
        return Table("Sample", columns, rows, note)


_WHY = {
    "too_many": "more documents than any study has",
    "one_document": "one document says nothing of how documents differ",
}
"""Why a number of documents cannot be told, beside ``REASONS``."""


def _guess(documents: int, half_width: float, within: float) -> int:
    """Documents for another half width: it shrinks about with the root of their number."""
    return ceil(documents * (half_width / within) ** 2)


def _too_narrow(plan: Table, within: float, of: int) -> str:
    """Why no code's interval can be planned, with the best guess where there is one."""
    guesses = [
        (_guess(row["documents"], row["half_width"], within), row["code"])
        for row in plan.records() if row["half_width"] and row["reason"] == "too_many"
    ]  # fmt: skip
    if not guesses:
        why = [
            f"{row['code']}: {_WHY.get(row['reason'], REASONS.get(row['reason']))}"
            for row in plan.records()
        ]
        return f"It cannot be told how many documents are needed ({'; '.join(why[:3])})."
    most, code = max(guesses)
    (now,) = (row for row in plan.records() if row["code"] == code)
    reach = now["half_width"] * sqrt(now["documents"] / of)
    return (
        f"No study is large enough for an interval of half width {within:g}: at a guess {code}"
        f" would need {most:,} documents. All {of} here would give it about {reach:.2g}: ask for a"
        " wider one."
    )
