"""What a merge brought, and what was edited on both sides, in words."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tcncode.journal.merging import Arrival, Clash
from tcncode.journal.rows import Row
from tcncode.model import Table
from tcncode.project.names import short
from tcncode.store import Store
from tcncode.text import Span
from tcncode.text.numbers import counted

COLUMNS = (
    "what", "coder", "noun", "rows", "name", "document", "quotation", "field", "kept",
    "overruled", "overruled_coder",
)  # fmt: skip
_DECIDED: dict[str, tuple[str, ...]] = {
    "coder": (),
    "document": ("name", "network", "kind", "date", "language"),
    "speaker": ("role", "affiliation"),
    "network": (
        "name", "short_name", "url", "focus", "membership", "parent", "initiator", "horizontal",
        "source", "note",
    ),
    "city": (
        "name", "country", "networks_declared", "population", "size_class", "capital",
        "non_eu_share", "politics", "source", "note",
    ),
    "membership": ("verified", "source", "note"),
    "codebook": ("name", "sources", "purposes"),
    "code": ("path",),
    "coding": ("memo",),
    "suggestion_answer": ("answer",),
    "memo": ("target", "text"),
    "assignment": ("assigned", "blind", "finished"),
    "settlement": ("how", "result", "memo"),
}  # fmt: skip
"""Table -> what somebody decided there; the rest says what a row is, or how it came about."""
_DEFINED = (
    "name", "purpose", "definition", "when_to_use", "when_not", "example", "source", "colour",
    "colour_light", "key", "cues", "negative_cues",
)  # fmt: skip
_NOUNS = {"suggestion_answer": "answer"}
_WHATS = ("new", "changed", "removed")


@dataclass(frozen=True, slots=True)
class _Edit:
    """A value that was overruled, or a code that is otherwise than it was written."""

    document: str
    """Id; empty where it is not in a document."""
    coder: str
    cells: tuple[Any, ...]


class Receipt:
    """Reads the rows that came in; the store must have them."""

    def __init__(
        self,
        store: Store,
        arrived: Sequence[Arrival],
        clashes: Sequence[Clash],
        codes: Mapping[str, str],
        codings: Mapping[str, str],
    ) -> None:
        self._store = store
        self._names = store.names()
        self._counts: Counter[tuple[str, str, str, str]] = Counter()
        """(document, coder, noun, what) -> rows."""
        for arrival in arrived:
            self._count(arrival)
        self._edits = [edit for clash in clashes for edit in self._clash(clash)]
        self._edits += self._kept(arrived, codes)
        self._edits += self._decided(arrived, codings)

    def table(self, title: str, reader: str, hidden: Collection[str]) -> Table:
        """The receipt as a table.

        Args:
            reader: the coder who merges.
            hidden: documents that are coded blind; what others did there is not told, nor how
                much it is.
        """
        shown: Counter[tuple[str, str, str]] = Counter()
        blind = False
        for (document, coder, noun, what), n in self._counts.items():
            if document in hidden and coder != reader:
                blind = True
            else:
                shown[coder, noun, what] += n
        rows = [
            (what, coder, noun, n, None, None, None, None, None, None, None)
            for (coder, noun, what), n in sorted(shown.items(), key=_place)
        ]
        edits = [e for e in self._edits if e.document not in hidden or e.coder == reader]
        both = sum(e.cells[0] == "both sides" for e in edits)
        coders = counted(len({key[0] for key in shown}), "coder")
        said = f"{counted(sum(shown.values()), 'row')} of {coders} came in"
        if both:
            were = "was" if both == 1 else "were"
            said += f"; {counted(both, 'value')} {were} edited on both sides: the later edit stands"
        said += "."
        if blind:
            said += " More of others came in documents that are coded blind."
        return Table(title, COLUMNS, (*rows, *(e.cells for e in edits)), said)

    def words(self, names: str, blind: Collection[str]) -> str:
        """The receipt for the journal: one line, and one for each value that was overruled.

        Args:
            blind: documents that anybody codes blind; the journal is open to them, too.
        """
        each: dict[str, list[str]] = {}
        total: Counter[tuple[str, str, str]] = Counter()
        for (document, coder, noun, what), n in self._counts.items():
            if document not in blind:
                total[coder, noun, what] += n
        for (coder, noun, what), n in sorted(total.items(), key=_place):
            each.setdefault(coder, []).append(f"{counted(n, noun)} {what}")
        said = "; ".join(f"{coder}: {', '.join(parts)}" for coder, parts in each.items())
        if any(document in blind for document, *_ in self._counts):
            said += ("; " if said else "") + "more in documents that are coded blind"
        lines = [f"merge {names} ({said or 'history only'})"]
        for edit in self._edits:
            what, _, noun, _, name, document, quotation, field, kept, lost, by = edit.cells
            if edit.document in blind:
                continue
            where = f' on "{quotation}" in {document}' if quotation else ""
            told = f"{kept!r} kept, not {lost!r} of {by}" if what == "both sides" else kept
            lines.append(f"{what}: {noun} {name}{where}, {field}: {told}")
        return "\n".join(lines)

    def _count(self, arrival: Arrival) -> None:
        table, before, after = arrival.table, arrival.before, arrival.after
        document = _document(table, after)
        coder = str(after.get("coder") or after["author"])
        noun = _NOUNS.get(table, table)
        was, there = before is not None and not before["retired"], not after["retired"]
        memos = [row["memo"] if row and "memo" in row else "" for row in (before, after)]
        if table == "coding":  # a memo on a coding stands in the coding's row
            one, other = memos[0] if was else "", memos[1] if there else ""
            if one != other:
                what = "changed" if one and other else "new" if other else "removed"
                self._counts[document, coder, "memo", what] += 1
        if table == "coder" or not (was or there):
            return
        what = "new" if not was else "removed" if not there else "changed"
        assert before is not None or what == "new"
        if what == "changed" and (table == "coding" or _said(table, before) == _said(table, after)):
            return
        self._counts[document, coder, noun, what] += 1

    def _clash(self, clash: Clash) -> Iterator[_Edit]:
        """The values of the overruled version that are lost, or were not there before."""
        kept, lost = _said(clash.table, clash.kept), _said(clash.table, clash.overruled)
        base = {} if clash.base is None else _said(clash.table, clash.base)
        document = _document(clash.table, clash.kept)
        coder = str(clash.kept.get("coder") or clash.kept["author"])
        name, quotation = self._called(clash.table, clash.kept)
        there = self._names["document"].get(document)
        for field, value in lost.items():
            # What only the later version changed overrules nothing.
            if value == kept[field] or (base and value == base.get(field) and field != "removed"):
                continue
            cells = (
                "both sides", str(clash.kept["author"]), _NOUNS.get(clash.table, clash.table), 1,
                name, there, quotation, field, kept[field], value, str(clash.overruled["author"]),
            )  # fmt: skip
            yield _Edit(document, coder, cells)

    def _kept(self, arrived: Sequence[Arrival], codes: Mapping[str, str]) -> Iterator[_Edit]:
        """What one copy deleted and another uses; codes that had to make room for each other."""
        alive = self._store.kept_alive()
        for arrival in arrived:
            table, row = arrival.table, arrival.after
            told = codes.get(row["id"], "") if table == "code" else ""
            if not told and table != "coding" and (table, row["id"]) in alive:
                told = "it was deleted in one copy and is used in another: it stays"
            if told and not row["retired"] and table != "coder":
                document = row["id"] if table == "document" else ""
                name, _ = self._called(table, row)
                cells = (
                    "settled", str(row["author"]), table, 1, name,
                    self._names["document"].get(document), None, None, told, None, None,
                )  # fmt: skip
                yield _Edit(document, str(row["author"]), cells)

    def _decided(self, arrived: Sequence[Arrival], codings: Mapping[str, str]) -> Iterator[_Edit]:
        """Settled codings that are otherwise than they were written, since decisions met."""
        for arrival in arrived:
            row = arrival.after
            if arrival.table == "coding" and row["id"] in codings:
                name, quotation = self._called("coding", row)
                document = str(row["document"])
                cells = (
                    "settled", str(row["author"]), "coding", 1, name,
                    self._names["document"].get(document), quotation, None, codings[row["id"]],
                    None, None,
                )  # fmt: skip
                yield _Edit(document, str(row["coder"]), cells)

    def _called(self, table: str, row: Row) -> tuple[str, str | None]:
        """What a row is called, and the words of a coding's passage."""
        names = self._names
        if table in ("coding", "suggestion_answer"):
            words = Span(row["start"], row["end"]).of(self._store.text(row["document"]))
            return names["code"][row["code"]], short(words)
        if table == "settlement":
            words = Span(row["start"], row["end"]).of(self._store.text(row["document"]))
            return str(row["how"]), short(words)
        if table == "memo":
            return names.get(row["noun"], {}).get(row["target"], str(row["noun"])), None
        if table == "assignment":
            return str(row["coder"]), None
        return names.get(table, {}).get(row["id"], str(row["id"])), None


def _document(table: str, row: Row) -> str:
    """The id of the document that a row is in; empty where it is in none."""
    if table == "document":
        return str(row["id"])
    if table == "memo":
        return str(row["target"]) if row["noun"] == "document" else ""
    return str(row.get("document", ""))


def _said(table: str, row: Row | None) -> dict[str, str]:
    """What somebody decided in a row, as words."""
    if row is None:
        return {}
    values = {name: row[name] for name in _DECIDED[table]}
    if table == "code":
        defined = json.loads(row["definition"])
        values |= {name: defined.get(name) for name in _DEFINED}
    said = {
        name: "" if value is None else value if isinstance(value, str) else json.dumps(value)
        for name, value in values.items()
    }
    return {**said, "removed": "yes" if row["retired"] else "no"}


def _place(entry: tuple[tuple[str, str, str], int]) -> tuple[str, str, int]:
    coder, noun, what = entry[0]
    return coder, noun, _WHATS.index(what)
