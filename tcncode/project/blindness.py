"""Whether documents that were coded blind stayed so, from what the journal says."""

from __future__ import annotations

from collections.abc import Iterable

from tcncode.agreement.blindness import Early, Mark, openings, told
from tcncode.model import DocumentEntry
from tcncode.project.codings import Codings


class Blindness(Codings):
    """Asks the journal who could see what."""

    def seen_early(self, documents: Iterable[str]) -> dict[str, Early]:
        """Document id -> coders who could see others' codings while theirs were to be blind.

        Only documents where there are such. Nothing is told of what is still coded blind.
        """
        asked = set(documents) - self._store.blind_documents()
        found: dict[str, Early] = {}
        for document, marks in self._store.assignment_marks(asked).items():
            open_times = openings(Mark(*mark) for mark in marks)
            if not open_times:
                continue
            lifted: set[str] = set()
            if any(each.unfinished for each in open_times):
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
            since: dict[str, str] = {}
            for each in open_times:
                for coder in each.finished - lifted:
                    since.setdefault(coder, each.begin)
            changed = {
                coder
                for coder, action, was, now in self._store.changed_codings(
                    document, min(since.values(), default=None)
                )
                if coder in since and action > since[coder] and was != now
            }
            if lifted or changed:
                found[document] = Early(tuple(sorted(lifted)), tuple(sorted(changed)))
        return found

    def told_early(
        self, entries: Iterable[DocumentEntry], coders: Iterable[str] | None = None
    ) -> list[str]:
        """Likewise in words, a sentence each; of these coders alone, or all."""
        each = list(entries)
        early = self.seen_early(entry.id for entry in each)
        if coders is not None:
            wanted = set(coders)
            early = {document: found.among(wanted) for document, found in early.items()}
        return told((entry.name, early[entry.id]) for entry in each if entry.id in early)
