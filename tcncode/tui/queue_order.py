"""The queue of open suggestions: which are shown, in what order. No screen here.

An answered one leaves the list, and whatever came after it moves up: the place in the list
stays, the next one stands there. One put off goes to the end until the screen is left.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from tcncode.model import Suggestion
from tcncode.suggest.usefulness import doubt, rounds

Grouping = Literal["document", "code", "score", "usefulness"]
GROUPINGS: tuple[Grouping, ...] = ("document", "code", "score", "usefulness")


class Queue:
    """Open suggestions in an order that holds while they are answered."""

    def __init__(self) -> None:
        self.grouping: Grouping = "document"
        self.shown: list[Suggestion] = []
        """Those that fit the filters, in order."""
        self.known: dict[str, Suggestion] = {}
        """All that were ever open here, so that an undone one need not be read again."""
        self._open: set[str] = set()
        self._skipped: dict[str, int] = {}
        self._documents: Mapping[str, int] = {}
        self._codes: Mapping[str, int] = {}
        self._only_documents: frozenset[str] | None = None
        self._only_codes: frozenset[str] | None = None
        self._least = 0.0
        self._rounds: dict[str, int] = {}

    def load(
        self, suggestions: Iterable[Suggestion], *, documents: Sequence[str], codes: Sequence[str]
    ) -> None:
        """All open suggestions; documents and codes (ids) in the order they are listed in."""
        self.known = {s.id: s for s in suggestions}
        self._open = set(self.known)
        self._documents = {key: n for n, key in enumerate(documents)}
        self._codes = {key: n for n, key in enumerate(codes)}
        self.arrange()

    def narrow(
        self,
        *,
        documents: Iterable[str] | None = None,
        codes: Iterable[str] | None = None,
        least: float = 0.0,
    ) -> None:
        """Show only those in these documents, of these codes (ids), with at least this score."""
        self._only_documents = None if documents is None else frozenset(documents)
        self._only_codes = None if codes is None else frozenset(codes)
        self._least = least
        self.arrange()

    def arrange(self, grouping: Grouping | None = None) -> None:
        """Put all in order."""
        self.grouping = grouping or self.grouping
        if self.grouping == "usefulness":
            self._rounds = rounds(self.known[key] for key in self._open)
        self.shown = sorted(
            (self.known[key] for key in self._open if self._fits(key)), key=self._key
        )

    def _fits(self, key: str) -> bool:
        s = self.known[key]
        return (
            s.score >= self._least
            and (self._only_documents is None or s.document in self._only_documents)
            and (self._only_codes is None or s.code in self._only_codes)
        )

    def _key(self, s: Suggestion) -> tuple[Any, ...]:
        document = self._documents.get(s.document, len(self._documents))
        code = self._codes.get(s.code, len(self._codes))
        order: tuple[Any, ...] = {
            "document": (document, s.span.start, -s.score, code),
            "code": (code, -s.score, document, s.span.start),
            "score": (-s.score, document, s.span.start, code),
            "usefulness": (self._rounds.get(s.id, 0), doubt(s), document, s.span.start, code),
        }[self.grouping]
        return (self._skipped.get(s.id, 0), *order, s.id)

    def row_of(self, key: str) -> int | None:
        """Where a suggestion stands in the list."""
        wanted = self.known.get(key)
        if wanted is None or key not in self._open:
            return None
        row = bisect_left(self.shown, self._key(wanted), key=self._key)
        return row if row < len(self.shown) and self.shown[row].id == key else None

    def place_of(self, suggestion: Suggestion) -> int:
        """Where one stands that may have been made anew, or where it would stand."""
        now = self.known.get(suggestion.id, suggestion)
        return bisect_left(self.shown, self._key(now), key=self._key)

    def skip(self, row: int) -> None:
        """Put one off: behind all others."""
        s = self.shown.pop(row)
        self._skipped[s.id] = max(self._skipped.values(), default=0) + 1
        insort(self.shown, s, key=self._key)

    def drop(self, keys: Iterable[str]) -> None:
        """These are answered."""
        gone = set(keys) & self._open
        if len(gone) > 1:
            self._open -= gone
            self.shown = [s for s in self.shown if s.id not in gone]
        for key in gone if len(gone) == 1 else ():
            row = self.row_of(key)
            self._open.discard(key)
            if row is not None:
                del self.shown[row]

    def add(self, suggestions: Iterable[Suggestion]) -> None:
        """These are open, or open again."""
        for s in suggestions:
            if s.id not in self._open:
                self.known[s.id] = s
                self._open.add(s.id)
                if self._fits(s.id):
                    insort(self.shown, s, key=self._key)

    def missing(self, now_open: set[str]) -> tuple[set[str], set[str]]:
        """What came and what went, compared with what is open now."""
        return now_open - self._open, self._open - now_open

    def beside(self, row: int, step: int) -> int | None:
        """The first row of the next or previous document in the list; None where there is none."""
        here = self.shown[row].document
        at = row
        while 0 <= at < len(self.shown) and self.shown[at].document == here:
            at += step
        if not 0 <= at < len(self.shown):
            return None
        if step < 0:  # to where that one begins
            other = self.shown[at].document
            while at > 0 and self.shown[at - 1].document == other:
                at -= 1
        return at
