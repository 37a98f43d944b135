"""What an open project says: what was done, and reports."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Set
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcncode import journal, reports
from tcncode.errors import UsageError
from tcncode.model import DocumentEntry, Table
from tcncode.project.blindness import Blindness
from tcncode.project.reporting import MADE, WITHOUT_CODINGS, repeated
from tcncode.reports import NO_NETWORK, SETTLED, Filters
from tcncode.reports.choosing import UNION, Given
from tcncode.text import Span
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from sqlite_utils import Database

    from tcncode.reports.columns import Segments
    from tcncode.reports.material import Material

REPORTS = tuple(MADE)
"""What ``Project.report`` and ``tcncode report`` can make, by name."""


_KEPT = 2
"""Choices whose codings stay in memory."""


class Results(Blindness):
    """Gathers what ``reports`` count."""

    def __init__(self, database: Database, path: Path, coder: str | None) -> None:
        super().__init__(database, path, coder)
        self._gathered: dict[Hashable, Material] = {}
        self._done: tuple[Hashable, set[str]] | None = None
        self._listed: tuple[Hashable, list[DocumentEntry]] | None = None

    def log(
        self, *, document: str | None = None, span: Span | None = None, limit: int = 50
    ) -> Table:
        """What was done, newest first; for one document or passage if given.

        What others did in a document that is coded blind is not told: see ``Assignment``.
        """
        rows = None
        if document is not None:
            rows = self._store.rows_about(self.document_id(document), span)
        hidden = sorted(self._store.blind_documents())
        return journal.log(self._database, rows=rows, limit=limit, hidden=hidden, me=self.coder)

    # -- whose codings count, and where ------------------------------------------------

    def chosen(self, filters: Filters | Given | None = None) -> Filters:
        """Filters with names as they are kept: ids of documents and networks, whole coders.

        Raises:
            UnknownNameError, AmbiguousNameError: none or several fit a name.
            UsageError: no document is in the language.
        """
        asked = Filters.of(filters)
        network = asked.network
        return replace(
            asked,
            language=self._language(asked.language) if asked.language else None,
            document=self.document_id(asked.document) if asked.document else None,
            network=self.network(network).id if network and network != NO_NETWORK else network,
            code=self.codebook.get(asked.code).path if asked.code else None,
            coders=tuple(dict.fromkeys(self.known_coder(name) for name in asked.coders)),
        )

    def counted_documents(self, filters: Filters) -> list[DocumentEntry]:
        """The documents in question, as ``chosen`` filters say; with 0 codings."""
        entries = self._all_entries()
        done = self.done_with(filters) if filters.finished else {e.id for e in entries}
        return [
            e
            for e in entries
            if filters.document in (None, e.id) and e.id in done and filters.counts(e)
        ]

    def _all_entries(self) -> list[DocumentEntry]:
        """All documents, with 0 codings; kept until anything changes, as one report asks often."""
        key = (self.state(), self._store.data_version())
        if self._listed is None or self._listed[0] != key:
            self._listed = key, self._store.uncounted_entries()
        return self._listed[1]

    def done_with(self, filters: Filters) -> set[str]:
        """Ids of the documents that those whose codings count have finished.

        One of them has finished it, and so has each who was asked to code it or has begun: the
        rule by which agreement takes a group's document for finished. What is still coded blind
        is not. Decisions (``settled``) matter where they alone are asked for.
        """
        coders = set(self.counting_coders(filters))
        coders = coders - {SETTLED} or coders
        key = (frozenset(coders), self.coder, self.state(), self._store.data_version())
        if self._done is None or self._done[0] != key:
            self._done = key, self._finished_by(coders)
        return self._done[1]

    def _finished_by(self, coders: Set[str]) -> set[str]:
        asked = [row for row in self._store.progress() if row[1] in coders]
        finished = {(document, coder) for document, coder, _, done in asked if done}
        documents = {document for document, _ in finished}
        busy = {(document, coder) for document, coder, assigned, _ in asked if assigned}
        # Where all of them have finished all of these, their codings need not be looked at.
        if len(finished) < len(documents) * len(coders):
            busy |= {pair for pair in self._store.begun() if pair[1] in coders}
        still_open = {document for document, _ in busy - finished}
        return documents - still_open - self._store.blind_documents()

    def _language(self, wanted: str) -> str:
        """A language as documents have it.

        Raises:
            UsageError: none is in it.
        """
        known = {e.language for e in self._all_entries() if e.language}
        found = next((each for each in known if each.casefold() == wanted.casefold()), None)
        if found is None:
            there = ", ".join(sorted(known)) or "none of which anybody has said it"
            raise UsageError(f'No document is said to be in "{wanted}". Languages: {there}.')
        return found

    def _limits(self, filters: Filters, entries: Sequence[DocumentEntry]) -> str:
        """What a note says of what limits the documents that count.

        Args:
            entries: those that are left.
        """
        none = "" if entries else self._none_fits(filters)
        return none + self._unfinished(filters) + self._undated(filters)

    def _none_fits(self, filters: Filters) -> str:
        """Why: how many documents fit each limit alone, and what there is where none does."""
        told = []
        for name in ("document", "network", "kind", "language", "since", "until", "role"):
            value = getattr(filters, name)
            if value:
                fit = len(self._meant(Filters(**{name: value})))
                many = counted(fit, "document") if fit else f"none{self._there(name)}"
                told.append(f"{name} = {value} {many}")
        if filters.finished:
            alone = self.counted_documents(Filters(coders=filters.coders, finished=True))
            told.append(
                f"finished {counted(len(alone), 'document')}"
                if alone
                else 'finished none ("tcncode finish" marks a document as finished)'
            )
        if not told:
            return ""
        return f"What fits each limit alone: {'; '.join(told)}. "

    def _there(self, name: str) -> str:
        """What documents have, for a limit that none of them fits."""
        entries = self._all_entries()
        if name == "network":
            found, are = (
                sorted({e.network or NO_NETWORK for e in entries}),
                "networks with documents",
            )
        elif name == "kind":
            found, are = sorted({e.kind for e in entries}), "kinds"
        elif name == "role":
            found, are = sorted({t[4] for t in self._store.speaker_turns() if t[4]}), "roles"
        elif name in ("since", "until"):
            dates = sorted({e.date for e in entries if e.date})
            found, are = [f"{dates[0]} to {dates[-1]}"] if dates else [], "dates"
        else:
            return ""
        return f" ({are} there are: {', '.join(found) or 'none'})"

    def _unfinished(self, filters: Filters) -> str:
        if not filters.finished:
            return ""
        every = self.counted_documents(replace(filters, finished=False))
        left = counted(len(every) - len(self.counted_documents(filters)), "other document")
        return (
            "Finished: by one of those whose codings count, and by each of them who was asked to"
            f" code the document or has begun; {left} left out. "
        )

    def _undated(self, filters: Filters) -> str:
        if not filters.by_date:
            return ""
        undated = [
            e
            for e in self.counted_documents(replace(filters, since=None, until=None))
            if e.date is None
        ]
        left = counted(len(undated), "document")
        rule = "A year or month as a date fits if one of its days does"
        return f"{rule}; {left} without a date left out. "

    def counting_coders(self, filters: Filters) -> tuple[str, ...]:
        """Whose codings count: those named, or all but ``settled``."""
        if filters.coders:
            return filters.coders
        wanted = filters.origin == "settled"
        return tuple(coder for coder in self.coders() if wanted or coder != SETTLED)

    def material(self, filters: Filters | Given | None = None, *, facts: bool = False) -> Material:
        """What reports count: codings that fit, and the documents they were looked for in.

        Others' codings of a document that is coded blind are left out: see ``Assignment``.

        Args:
            facts: with origin and day of each coding.
        """
        asked = self.chosen(filters)
        # Several reports of one choice share what was read and joined, until anything changes.
        key = (asked, facts, self.coder, self.state(), self._store.data_version())
        if key not in self._gathered:
            if len(self._gathered) >= _KEPT:
                self._gathered.pop(next(iter(self._gathered)))
            # Coders, codings and the codebook are read one after another.
            with self._store.snapshot():
                self._gathered[key] = self._gather(asked, facts)
        return self._gathered[key]

    def _gather(self, asked: Filters, facts: bool) -> Material:
        from tcncode.reports.columns import ORIGINS, PACKED, Columns
        from tcncode.reports.material import gathered
        from tcncode.reports.speakers import LABELS_COUNT, kept_text

        coders = self.counting_coders(asked)
        turns = self._store.speaker_turns() if asked.role or asked.no_interviewers else []
        entries = self._meant(asked)
        with_origin = facts or asked.origin is not None
        packed = self._store.packed_places(
            PACKED, origins=ORIGINS if with_origin else (), documents=[e.id for e in entries]
        )
        if packed is None:
            rows = self._store.places(coders, origins=True, days=True)
        columns = Columns.of(rows) if packed is None else Columns.unpacked(*packed)
        finished: set[tuple[str, str]] = set()
        if asked.combine == "majority":  # a union does not ask who coded nothing
            finished = {(key, coder) for key, coder, _, done in self._store.progress() if done}
        hidden = self._store.blind_documents()
        if hidden:
            columns = columns.open_to(self.coder, hidden)
            finished = {f for f in finished if f[1] == self.coder or f[0] not in hidden}
        left_out = set(self.coders()) - set(coders) if not asked.coders else set()
        said = "Codings of settled are left out. " if left_out else ""
        said = self.told_blind(entries) + said + self._limits(asked, entries)
        if not turns and self._store.has_turns({e.id for e in entries}):
            said += LABELS_COUNT
        found = gathered(
            columns, entries, self.codebook, self._text,
            filters=replace(asked, coders=coders),
            said=f"{said}Codebook {self.codebook_version}.", finished=finished,
            texts=self._store.texts,
        )  # fmt: skip
        return kept_text(found, turns) if turns else found

    def _meant(self, asked: Filters) -> list[DocumentEntry]:
        """The documents that reports are about."""
        entries = self.counted_documents(asked)
        if asked.role is None:
            return entries
        speaking = {turn[0] for turn in self._store.speaker_turns() if turn[4] == asked.role}
        return [e for e in entries if e.id in speaking]

    def sentences(self, material: Material) -> Segments:
        """The sentences of the documents that have codings."""
        from tcncode.reports.columns import Segments

        coded = [material.documents[n].id for n in material.coded.tolist()]
        return Segments.unpacked(self._store.packed_stretches("sentence", coded))

    def first_coded(self, coders: Sequence[str]) -> dict[str, str]:
        """Document id -> when the first coding of one of these coders was made there.

        Others' codings of a document that is coded blind are left out.
        """
        hidden = self._store.blind_documents()
        found = self._store.first_coded(coders)
        if not hidden:
            return found
        mine = self._store.first_coded([self.coder] if self.coder in coders else [])
        shown = {key: when for key, when in found.items() if key not in hidden}
        return shown | {key: when for key, when in mine.items() if key in hidden}

    # -- reports -----------------------------------------------------------------------

    def report(self, name: str, filters: Filters | Given | None = None, **options: Any) -> Table:
        """The first table of a report: see ``report_tables``."""
        return self.report_tables(name, filters, **options)[0]

    def report_tables(
        self, name: str, filters: Filters | Given | None = None, **options: Any
    ) -> list[Table]:
        """A report by its name; its notes say the command that repeats it.

        Args:
            name: one of ``reporting.MADE``.
            options: what the report can be told besides filters; see its module in ``reports``.

        Raises:
            UsageError: there is no such report.
        """
        if name not in MADE:
            raise UsageError(f'There is no report "{name}". There are: {", ".join(MADE)}.')
        asked = self.chosen(filters)
        tables = MADE[name](self, asked, **options)
        again = f" Repeat: {repeated(name, asked, options)}"
        entries = self._meant(asked)
        told = self.told_blind(entries)
        if not entries and name not in WITHOUT_CODINGS:
            told += f"No document fits. {self._none_fits(asked)}"
        return [
            replace(table, note=table.note + again, warning=f"{told}{table.warning}".strip())
            for table in tables
        ]

    def report_networks(
        self, filters: Filters | Given | None = None, *, sub_codes: bool = False
    ) -> Table:
        """See ``reports.networks``."""
        return self.report("networks", filters, sub_codes=sub_codes)

    def quotations(self, filters: Filters | Given | None = None, **more: str | None) -> Table:
        """Every coding that fits with its words, those of ``settled`` too; see
        ``reports.quotations``.

        Args:
            more: filters by name, instead of ``filters``.

        Raises:
            UsageError: a filter that cuts codings or joins them: ``role``, ``no_interviewers``,
                ``combine``.
        """
        asked = self.chosen(more if filters is None else filters)
        for name in ("role", "no_interviewers", "combine"):
            if getattr(asked, name) != getattr(Filters(), name):
                raise UsageError(
                    f'Codings are listed one by one, as they were made: "{name}" is for reports.'
                )
        documents = {e.id: e for e in self.counted_documents(asked)}
        found = self._store.codings(
            documents=[asked.document] if asked.document else None,
            network=asked.network if asked.network != NO_NETWORK else None,
            codes=[code.id for code in self.codebook.under(asked.code)] if asked.code else None,
            coders=asked.coders or None,
        )
        kept = [
            c
            for c in self._open_to_me(found)
            if c.document in documents and asked.counts_origin(c.origin)
        ]
        # A list: nothing is joined across coders.
        said = asked.words(sorted({c.coder for c in kept})).replace(UNION, "")
        blind = self.told_blind(documents.values())
        said = f"{said} {self._limits(asked, [*documents.values()])}{blind}"
        note = f"{said}Codebook {self.codebook_version}."
        made = reports.quotations.table(
            reports.Coded(kept, documents, self.codebook, self._text, note)
        )
        return replace(made, warning=blind.strip())
