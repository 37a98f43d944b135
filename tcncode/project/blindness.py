"""Whether documents that were coded blind stayed so, from what the journal says."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from tcncode import journal
from tcncode.agreement.blindness import (
    Early,
    Mark,
    Opening,
    bound,
    openings,
    shown_before,
    told,
)
from tcncode.model import SETTLED, DocumentEntry
from tcncode.project.codings import Codings


class Blindness(Codings):
    """Asks the journal who could see what."""

    def seen_early(self, documents: Iterable[str], coders: Collection[str]) -> dict[str, Early]:
        """Document id -> which of these coders could see others' codings, though coding blind.

        Only documents where there are such. Nothing is told of what is still coded blind.
        """
        asked = set(documents) - self._store.blind_documents()
        marks = {
            document: [Mark(*mark) for mark in rows]
            for document, rows in self._store.assignment_marks(asked).items()
        }
        begun = {key: max(since.values()) for key, of in marks.items() if (since := bound(of))}
        times = self._store.coding_times() if begun else {}
        found = {
            document: self._early(document, coders, action, marks[document], *times[document])
            for document, action in begun.items() if document in times
        }  # fmt: skip
        return {document: each for document, each in found.items() if each != Early()}

    def _early(
        self,
        document: str,
        coders: Collection[str],
        begun: str,
        marks: list[Mark],
        first_made: str,
        last_change: str,
    ) -> Early:
        """What is held against coders of one document, all bound since ``begun``.

        Args:
            first_made: the moment of its first coding. This and the next tell cheaply of most
                documents that nothing is.
            last_change: the action of the last change of a coding.
        """
        open_times = openings(marks)
        first: dict[str, str] = {}
        if any(each.unfinished for each in open_times) or first_made <= journal.moment(begun):
            first = self._store.first_actions(document)
        lifted = {
            coder
            for each in open_times
            for coder in each.unfinished
            if any(
                who != coder and (each.end is None or action < each.end)
                for who, action in first.items()
            )
        }
        since: dict[str, Opening] = {}
        for each in open_times:
            for coder in each.finished - lifted:
                since.setdefault(coder, each)

        def differ(coder: str, after: str, *, elsewhere: bool) -> bool:
            return last_change > after and self._store.has_changed_codings(
                document, coder, after, elsewhere=elsewhere
            )

        changed = {c for c, each in since.items() if differ(c, each.here, elsewhere=False)}
        apart = {c for c, each in since.items() if differ(c, each.begin, elsewhere=True)}
        before = shown_before(marks, first, coders)
        each_kind = (before, lifted, changed, apart - changed)
        return Early(*(tuple(sorted(of.intersection(coders))) for of in each_kind))

    def told_early(self, entries: Iterable[DocumentEntry], coders: Iterable[str]) -> list[str]:
        """Likewise in words, a sentence each."""
        each = list(entries)
        early = self.seen_early((entry.id for entry in each), set(coders) - {SETTLED})
        return told((entry.name, early[entry.id]) for entry in each if entry.id in early)
