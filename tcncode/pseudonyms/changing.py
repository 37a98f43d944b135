"""What a copy changes: names to pseudonyms, and pseudonyms back to names."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from tcncode.journal.rows import Row
from tcncode.model import document_id
from tcncode.pseudonyms.finding import Finder
from tcncode.pseudonyms.key import Carried, Name
from tcncode.pseudonyms.rewriting import Replacement, Rewrite
from tcncode.schema import JOURNALED, SHARED_COLUMNS
from tcncode.text import Segment, Span

NOTES = ("coding", "memo", "settlement", "suggestion_answer")
"""Tables that hold what coders made."""

_NAMED = frozenset(("coder", "codebook", "code"))
"""Tables whose rows others may name, deleted or not."""
_BARE: dict[str, dict[str, Any]] = {
    "city": {"country": "", "networks_declared": None, "population": None, "size_class": "",
             "capital": None, "non_eu_share": None, "politics": "", "source": "", "note": ""},
    "network": {"short_name": "", "url": "", "initiator": "", "source": "", "note": ""},
}  # fmt: skip
"""What would tell which city or network a pseudonym stands for."""


class Changes:
    """What a copy changes."""

    def __init__(self, rewrites: Mapping[str, Rewrite], ids: Mapping[str, Mapping[str, str]]):
        self.rewrites, self.ids = rewrites, ids
        self.deleted: frozenset[str] = _NAMED
        """Tables of which deleted rows come along."""
        self.carried = Carried()

    def words(self, words: str) -> str:
        """A label, memo, title or description."""
        raise NotImplementedError

    def holds_names(self, table: str, row: Row) -> bool:
        """Whether the words of a row are to be changed."""
        return True

    def cell(self, where: str, before: Any, after: Any) -> Any:
        """A cell that would change. ``where``: table, id and column, as before."""
        return after

    def span(self, where: str, document: str, span: Span) -> Span:
        """A span. ``where``: table and id, as before; ``document``: its id before."""
        found = self.rewrites.get(document)
        return found.span(span) if found else span

    def segments(self, document: str, segments: list[Segment]) -> list[Segment]:
        """The segments of a document that is rewritten."""
        return self.rewrites[document].segments(segments)

    def row(self, table: str, row: Row) -> dict[str, Any]:
        """What changes of a city or network that gets another id, names aside."""
        return {}

    def parted(self, table: str, row: Row) -> list[dict[str, Any]]:
        """Rows that are added beside one: those that had become the same as it."""
        return []

    def leaves_out(self, table: str, row: Row) -> bool:
        """Whether a row does not come along."""
        return False

    def is_changed_by(self, row: Row) -> bool:
        """Whether a row that one becomes the same as counts as changed when that one was."""
        return False


class Forward(Changes):
    """Names -> pseudonyms."""

    def __init__(self, finder: Finder, pseudonyms: Sequence[str], rewrites: dict[str, Rewrite],
                 ids: dict[str, dict[str, str]]) -> None:  # fmt: skip
        super().__init__(rewrites, ids)
        self._finder, self._pseudonyms = finder, pseudonyms

    def words(self, words: str) -> str:
        hits = self._finder.find(words)
        new = Rewrite(words, (Replacement(h.span, self._pseudonyms[h.name]) for h in hits))
        return new.text

    def segments(self, document: str, segments: list[Segment]) -> list[Segment]:
        rewrite = self.rewrites[document]
        labels = {s.speaker: self.words(s.speaker) for s in segments if s.speaker}
        new = [
            replace(s, speaker=labels[s.speaker] if s.speaker else None)
            for s in rewrite.segments(segments)
        ]
        told: dict[str, Any] = {
            "back": [[b.span.start, b.span.end, b.words] for b in rewrite.back],
            "labels": {new: old for old, new in labels.items() if new != old},
        }
        self.carried.documents[document_id(rewrite.text)] = told
        if _back(rewrite.text, told, new) != sorted(segments, key=_order):
            told["segments"] = [
                [s.kind, s.number, s.span.start, s.span.end, s.speaker, s.seconds] for s in segments
            ]
        return new

    def row(self, table: str, row: Row) -> dict[str, Any]:
        return _BARE[table]


class Backward(Changes):
    """Pseudonyms -> names."""

    def __init__(
        self, rewrites: dict[str, Rewrite], carried: Carried, names: Sequence[Name]
    ) -> None:
        ids: dict[str, dict[str, str]] = {"city": {}, "network": {}}
        for where, row in carried.rows.items():
            table, _, key = where.partition("/")
            ids[table][key] = str(row["id"])
        super().__init__(rewrites, ids)
        # What was deleted in the copy was made there, and is to be deleted at home, too.
        self.deleted = frozenset(JOURNALED)
        self._from, self._hidden = carried, frozenset(carried.hidden)
        # "the accountant" in a new memo may be any; and what stands for two people, for nobody.
        often = Counter(name.pseudonym for name in names)
        sure = [n for n in names if often[n.pseudonym] == 1 and n.pseudonym != n.pseudonym.lower()]
        self._main = [name.forms[0] for name in sure]
        self._finder = Finder([name.pseudonym for name in sure])

    def words(self, words: str) -> str:
        hits = self._finder.find(words)
        return Rewrite(words, (Replacement(h.span, self._main[h.name]) for h in hits)).text

    def holds_names(self, table: str, row: Row) -> bool:
        # What was there before comes back as it was. Of what was written in the copy only notes
        # speak of persons: a codebook's "the accountant" is nobody's pseudonym.
        return table in NOTES and self.is_changed_by(row)

    def cell(self, where: str, before: Any, after: Any) -> Any:
        there, was = self._from.cells.get(where, (None, None))
        return was if where in self._from.cells and there == before else after

    def span(self, where: str, document: str, span: Span) -> Span:
        was = self._from.spans.get(where)
        return Span(*was) if was else super().span(where, document, span)

    def segments(self, document: str, segments: list[Segment]) -> list[Segment]:
        told = self._from.documents[document]
        if "segments" in told:
            return [
                Segment(kind, n, Span(start, end), who, at)
                for kind, n, start, end, who, at in told["segments"]
            ]
        return _relabelled(self.rewrites[document].segments(segments), told["labels"])

    def row(self, table: str, row: Row) -> dict[str, Any]:
        was = self._from.rows[f"{table}/{row['id']}"]
        # What somebody wrote there since stays.
        return {column: was[column] for column, bare in _BARE[table].items() if row[column] == bare}

    def parted(self, table: str, row: Row) -> list[dict[str, Any]]:
        lost = self._from.lost.get(f"{table}/{row['id']}", [])
        if not row["retired"]:
            return lost
        # Who deleted the one that they had become meant them all.
        gone = {column: row[column] for column in SHARED_COLUMNS}
        return [one | gone for one in lost]

    def leaves_out(self, table: str, row: Row) -> bool:
        # Brought back with other words or another place it would stand beside what it was made
        # of, which is in the project that the copy was made of.
        return f"{table}/{row['id']}" in self._hidden and not self.is_changed_by(row)

    def is_changed_by(self, row: Row) -> bool:
        return bool(row["stamp"] > self._from.since)


def _order(segment: Segment) -> tuple[str, Span]:
    return segment.kind, segment.span


def _relabelled(segments: list[Segment], labels: dict[str, str]) -> list[Segment]:
    return [replace(s, speaker=labels.get(s.speaker or "", s.speaker)) for s in segments]


def _back(text: str, told: dict[str, Any], segments: list[Segment]) -> list[Segment]:
    return sorted(_relabelled(reverse(text, told).segments(segments), told["labels"]), key=_order)


def reverse(text: str, told: dict[str, Any]) -> Rewrite:
    return Rewrite(text, (Replacement(Span(s, e), words) for s, e, words in told["back"]))
