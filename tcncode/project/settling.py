"""Differences between coders, decided one by one; the decisions are codings of ``settled``.

A document's settled codings always follow from what its coders agree on and what was decided: each
decision works them out anew, in one action of whoever decides. Nobody else's codings change. A
decision is about certain codings; once its coder changes one of them it no longer fits, is taken
back with the next decision in that document, and the difference waits for another.

Compared are, in each document, those coders who were to code it; all of them must have finished.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tcncode import journal
from tcncode.agreement.settling import Difference, Sorted, decide, follows, sort_out
from tcncode.errors import AmbiguousNameError, UnknownNameError, UsageError
from tcncode.model import (
    SETTLED,
    Assignment,
    Change,
    Coding,
    DocumentEntry,
    Settlement,
    coding_id,
)
from tcncode.project.agreeing import Agreeing
from tcncode.project.differences import Decided, DocumentToSettle, ToSettle
from tcncode.project.names import short
from tcncode.text import Span
from tcncode.text.numbers import counted
from tcncode.text.settle import settle as settled_text

if TYPE_CHECKING:
    from tcncode.agreement.settling import Place


_MEANWHILE = "A coding there was changed meanwhile. Nothing was done; look again."


class Settling(Agreeing):
    """Reads the differences, and writes the decisions."""

    def to_settle(
        self,
        coders: Sequence[str] = (),
        *,
        document: str | None = None,
        network: str | None = None,
    ) -> ToSettle:
        """Documents that their coders have finished, with what they agree and differ on.

        Documents that anybody codes blind are left out until all have finished.

        Args:
            coders: compare these alone, all of them; none: whoever was to code each document.
            document: only this one, a name or id.
            network: only this one's documents, a name or id.

        Raises:
            UsageError: one coder was named alone, or ``settled``.
        """
        named = self._named_coders(coders)
        wanted = self.document_id(document) if document else None
        entries = self._store.uncounted_entries(
            network=self.network(network).id if network else None
        )
        entries = [e for e in entries if wanted in (None, e.id)]
        teams, left_out = self._teams(entries, named, wanted)
        ids = list(teams) if wanted or network else None
        among = sorted({coder for team in teams.values() for coder in team} | {SETTLED})
        codings: dict[str, list[Coding]] = {}
        for coding in self._store.codings(documents=ids, coders=among):
            codings.setdefault(coding.document, []).append(coding)
        decisions: dict[str, list[Settlement]] = {}
        for settlement in self._store.settlements(wanted):
            decisions.setdefault(settlement.document, []).append(settlement)
        done = {a.document for a in self._store.assignments(coder=SETTLED) if a.finished}
        return ToSettle(
            {
                e.id: self._document_to_settle(
                    e, teams[e.id], codings.get(e.id, []), decisions.get(e.id, []), e.id in done
                )
                for e in entries if e.id in teams
            },
            left_out,
        )  # fmt: skip

    def settled_documents(self) -> set[str]:
        """Ids of the documents that are marked as settled."""
        return {a.document for a in self._store.assignments(coder=SETTLED) if a.finished}

    def difference(self, reference: str, coders: Sequence[str] = ()) -> Difference:
        """A difference by its id, or an unambiguous beginning of it."""
        found = {d.id: d for d in self.to_settle(coders).differences}
        if reference in found:
            return found[reference]
        begun = [key for key in found if len(reference) >= 4 and key.startswith(reference)]
        if len(begun) > 1:
            raise AmbiguousNameError("difference", reference, begun)
        if not begun:
            raise UnknownNameError("difference", reference, lister="tcncode settle list --all")
        return found[begun[0]]

    # -- deciding --------------------------------------------------------------------

    def settle(
        self,
        difference: Difference,
        how: str,
        *,
        span: Span | None = None,
        codes: Sequence[str] = (),
        memo: str = "",
    ) -> Decided:
        """Decide a difference, or decide it anew. One action; see ``decide`` for the ways.

        The last decision in a document marks it as settled.

        Args:
            codes: names of codes.
            memo: why; it stands with the decision, and as memo on what is coded.

        Raises:
            UsageError: the way does not fit, or one of the codings was changed meanwhile.
        """
        chosen = [self.codebook.get(code).id for code in codes]
        how, result = decide(difference, how, span=span, codes=chosen)
        for start, end, _ in result:
            self._refuse_blank(difference.document, Span(start, end))
        made = Settlement(
            difference.id, difference.document, difference.span, difference.coders,
            tuple(sorted(c.id for c in difference.codings)), how, result, settled_text(memo),
            journal.now(), self.coder,
        )  # fmt: skip
        words = short(self.quote(difference.document, difference.span))
        with self._action(f'settle "{words}": {how}') as change:
            self._refuse_stale(difference.codings)
            self._store.put_settlements([made], change)
            outdated, done, still = self._work_out(difference.document, difference.coders, change)
            if difference.id not in still:
                raise UsageError(_MEANWHILE)
        return Decided(made, outdated, done)

    def unsettle(self, difference: Difference) -> Decided:
        """Take a decision back, so that the difference is open again.

        Raises:
            UsageError: it was not decided.
        """
        words = short(self.quote(difference.document, difference.span))
        with self._action(f'open "{words}" again') as change:
            known = {s.id for s in self._store.settlements(difference.document)}
            if difference.id not in known:
                raise UsageError(f"Difference {difference.id} is not decided.")
            self._store.retire("settlement", [difference.id], change)
            outdated, done, _ = self._work_out(difference.document, difference.coders, change)
        return Decided(None, outdated, done)

    def note_settlement(self, difference: Difference, memo: str) -> Decided:
        """Say why something was decided as it was. Whoever says so stands for the decision then.

        Raises:
            UsageError: it is not decided.
        """
        memo = settled_text(memo)
        with self._action(f'say why: "{short(memo)}"') as change:
            # Read in here: somebody else may have decided it anew, or opened it, meanwhile.
            known = {s.id: s for s in self._store.settlements(difference.document)}
            if difference.id not in known:
                raise UsageError(f"Difference {difference.id} is not decided.")
            noted = replace(known[difference.id], memo=memo)
            self._store.put_settlements([noted], change)
            outdated, done, _ = self._work_out(difference.document, difference.coders, change)
        return Decided(noted, outdated, done)

    def settle_agreed(
        self, coders: Sequence[str] = (), *, document: str | None = None
    ) -> list[DocumentToSettle]:
        """Settle what needs no decision: documents where nothing is open. One action.

        Where something is open, settled codings that do not follow from agreement and decisions
        are brought to what does.

        Returns:
            The documents that are marked as settled now, or whose settled codings changed, as
            they were before.
        """
        found = self.to_settle(coders, document=document).documents.values()
        ready = [
            d for d in found
            if d.behind or (not d.open and not (d.finished and not d.outdated))
        ]  # fmt: skip
        if not ready:
            return []
        what = f"settle what is agreed or decided in {counted(len(ready), 'document')}"
        with self._action(what) as change:
            for each in ready:
                self._work_out(each.entry.id, each.coders, change)
        return ready

    def _taken_back(self, change: Change) -> None:
        """What follows from others' decisions in the document stays, whatever was taken back."""
        super()._taken_back(change)
        for document in self._store.decided_in(change.stamp):
            live = self._store.settlements(document)
            if live:
                coders = max(live, key=lambda s: (s.decided, s.id)).coders
                self._work_out(document, coders, change, forget=False)
            elif document not in self.settled_documents():
                left = self._store.codings(documents=[document], coders=[SETTLED])
                kept = [c.id for c in left if c.origin == "settled"]
                self._store.retire("coding", kept, change)

    def _work_out(
        self, document: str, coders: Sequence[str], change: Change, *, forget: bool = True
    ) -> tuple[int, bool, set[str]]:
        """Bring a document's settled codings to what follows from agreement and decisions.

        Args:
            forget: take back decisions about codings that have been changed since.

        Returns:
            How many decisions were outdated, whether all is decided, ids of the differences.
        """
        store = self._store
        there = store.codings(documents=[document], coders=[*coders, SETTLED])
        sorted_ = sort_out(document, there, coders, self._tops())
        current = {d.id for d in sorted_.differences}
        decided = {s.id: s for s in store.settlements(document)}
        outdated = [key for key in decided if key not in current]
        store.retire("settlement", outdated if forget else (), change)
        live = [s for key, s in decided.items() if key in current]
        wanted = self._follows(document, sorted_, live)
        own = {c.id: c for c in there if c.coder == SETTLED}
        store.retire(
            "coding",
            [c.id for c in own.values() if c.origin == "settled" and c.id not in wanted], change,
        )  # fmt: skip
        store.put_coders([SETTLED], change)
        moment, version = journal.now(), self.codebook_version
        store.put_codings(
            (
                replace(own[key], memo=memo) if key in own
                else Coding(key, document, Span(start, end), code, SETTLED, memo, "settled",
                            moment, version)
                for key, ((start, end, code), memo) in wanted.items()
                if key not in own or own[key].origin == "settled"
            ),
            change,
        )  # fmt: skip
        done = current <= decided.keys()
        mark = next(iter(store.assignments(document=document, coder=SETTLED)), None)
        if done != bool(mark and mark.finished):
            mark = mark or Assignment(document, SETTLED)
            store.put_assignments([replace(mark, finished=moment if done else None)], change)
        return len(outdated), done, current

    def _follows(
        self, document: str, found: Sorted, decided: Iterable[Settlement]
    ) -> dict[str, tuple[Place, str]]:
        """What is to be coded, with the memo on it, by the coding's id."""
        return {
            coding_id(document, Span(start, end), code, SETTLED): ((start, end, code), memo)
            for (start, end, code), memo in follows(found, decided, self._tops()).items()
        }

    # -- who and what ------------------------------------------------------------------

    def _named_coders(self, coders: Sequence[str]) -> list[str]:
        meant = SETTLED in coders
        named = list(dict.fromkeys(self.known_coder(coder) for coder in coders if not meant))
        if meant or SETTLED in named:
            raise UsageError(
                f'"{SETTLED}" is what was decided, and is not compared here.'
                f' "tcncode settle agreement" compares each coder with it.'
            )
        return named

    def _teams(
        self, entries: Iterable[DocumentEntry], named: Sequence[str], only: str | None
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
        """Document id -> who is compared there; and names of other documents with the reason."""
        if len(named) == 1:
            raise UsageError(f"{named[0]} alone differs from nobody. Name two coders, or none.")
        known: dict[str, dict[str, Assignment]] = {}
        for a in self._store.assignments():
            known.setdefault(a.document, {})[a.coder] = a
        everybody = {c for of in known.values() for c, a in of.items() if a.finished} - {SETTLED}
        among = set(named) or everybody
        begun: dict[str, set[str]] = {}
        for document, coder in self._store.begun(only):
            begun.setdefault(document, set()).add(coder)
        blind = self._store.blind_documents()
        teams: dict[str, tuple[str, ...]] = {}
        left_out: dict[str, str] = {}
        for entry in entries:
            own = known.get(entry.id, {})
            asked = {c for c, a in own.items() if a.assigned or a.finished}
            busy = sorted((asked | begun.get(entry.id, set())) & (among | asked) - {SETTLED})
            busy = [c for c in busy if c in among] if named else busy
            team = list(named) or busy
            missing = [c for c in team if c not in own or not own[c].finished]
            if entry.id in blind:
                if busy:
                    left_out[entry.name] = "coded blind, and not all have finished"
            elif len(team) > 1 and not missing:
                teams[entry.id] = tuple(team)
            elif len(busy) > 1 or (named and busy):
                left_out[entry.name] = f"not finished by {', '.join(missing)}"
        return teams, left_out

    def _document_to_settle(
        self,
        entry: DocumentEntry,
        coders: tuple[str, ...],
        codings: Sequence[Coding],
        decisions: Sequence[Settlement],
        finished: bool,
    ) -> DocumentToSettle:
        found = sort_out(entry.id, codings, coders, self._tops())
        current = {d.id for d in found.differences}
        decided = {s.id: s for s in decisions if s.id in current}
        outdated = tuple(s for s in decisions if s.id not in current)
        there = {c.id for c in codings if c.coder == SETTLED and c.origin == "settled"}
        kept = {c.id for c in codings if c.coder == SETTLED} - there
        wanted = self._follows(entry.id, found, decided.values()).keys() - kept
        begun = bool(there or decided or finished)
        behind = len(there ^ wanted) if begun else 0
        finished = finished and current <= decided.keys() and not behind
        return DocumentToSettle(entry, coders, found, decided, outdated, finished, behind)

    def _tops(self) -> Mapping[str, str]:
        """Code id -> the top code that it counts for."""
        book = self.codebook
        if self._tops_of[0] != book.codes:
            self._tops_of = book.codes, {c.id: c.path.partition("/")[0] for c in book.codes}
        return self._tops_of[1]

    _tops_of: tuple[object, Mapping[str, str]] = ((), {})
