"""What an open project says: agreement between coders, and reports."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tcncode import agreement, journal, reports
from tcncode.errors import UsageError
from tcncode.model import AgreementResult, DocumentEntry, Table
from tcncode.project.codings import Codings
from tcncode.text import SegmentKind, Span

REPORTS = ("networks", "purposes", "frequencies", "coders")
"""What ``Project.report`` and ``tcncode report`` can count, by name."""
UNITS = ("character", "sentence", "paragraph", "turn", "document")


@dataclass(frozen=True, slots=True)
class Compared:
    """Agreement between two coders, with what it rests on."""

    results: list[AgreementResult]
    documents: tuple[str, ...]
    """Names of the documents that both have finished."""
    left_out: tuple[str, ...]
    """Names of the documents that one of them has begun or finished, but not both finished."""


class Results(Codings):
    """Gathers what ``agreement`` and ``reports`` count."""

    def log(
        self, *, document: str | None = None, span: Span | None = None, limit: int = 50
    ) -> Table:
        """What was done, newest first; for one document or passage if given.

        What others did in a document that is coded blind is not told: see ``Assignment``.
        """
        rows = None
        if document is not None:
            rows = self._store.rows_about(self.document_id(document), span)
        hidden = sorted(self._store.hidden_documents(self.coder))
        return journal.log(self._database, rows=rows, limit=limit, hidden=hidden, me=self.coder)

    def agree(
        self,
        first: str,
        second: str,
        *,
        unit: str = "character",
        statistics: Sequence[str] = ("observed agreement", "Cohen's kappa"),
        network: str | None = None,
        sub_codes: bool = False,
    ) -> Compared:
        """How far two coders agree on the documents that both have finished.

        A sub-code's codings count for the codes above it too.
        """
        pair = (self.known_coder(first), self.known_coder(second))
        if pair[0] == pair[1]:
            raise UsageError("Agreement needs two different coders.")
        entries = self.documents(network=network)
        book = self.codebook
        paths = [c.path for c in book.codes if sub_codes or c.depth == 0]
        by_id = book.by_id()
        spans: defaultdict[str, dict[str, dict[str, list[tuple[int, int]]]]] = defaultdict(dict)
        wanted = set(paths)
        lines = {
            code.id: [p for p in paths if p in wanted and code.path in (p, *_below(p, code.path))]
            for code in by_id.values()
        }
        for c in self._store.codings(coders=pair):
            of_coder = spans[c.document].setdefault(c.coder, {})
            for path in lines[c.code]:
                of_coder.setdefault(path, []).append((c.span.start, c.span.end))
        done = {(a.document, a.coder) for a in self._store.assignments() if a.finished}
        hidden = self._store.hidden_documents(self.coder)
        both = [
            e
            for e in entries
            if e.id not in hidden and all((e.id, coder) in done for coder in pair)
        ]
        known = {e.id for e in both}
        one = [
            e
            for e in entries
            if e.id not in known and (e.id in spans or any((e.id, c) in done for c in pair))
        ]
        compared = [
            agreement.DocumentCodings(e.id, e.characters, self._units(e, unit), spans.get(e.id, {}))
            for e in both
        ]
        results = agreement.agree(
            compared, codes=paths, coders=pair, unit=unit, statistics=statistics
        )
        return Compared(results, tuple(e.name for e in both), tuple(e.name for e in one))

    def _units(self, entry: DocumentEntry, unit: str) -> list[tuple[int, int]]:
        if unit == "character":
            return []
        if unit == "document":
            return [(0, entry.characters)]
        kinds: Mapping[str, SegmentKind] = {
            "sentence": "sentence",
            "paragraph": "paragraph",
            "turn": "turn",
        }
        return [(s.span.start, s.span.end) for s in self.segments(entry.id, kinds[unit])]

    def coded(
        self,
        *,
        document: str | None = None,
        network: str | None = None,
        kind: str | None = None,
        code: str | None = None,
        coder: str | None = None,
        origin: str | None = None,
    ) -> reports.Coded:
        """What a report is to count: codings that fit, and the documents they were sought in.

        ``network`` may be ``reports.NO_NETWORK``: the documents that belong to none.
        """
        nowhere = network == reports.NO_NETWORK
        among = None if nowhere else network
        entries = self.documents(network=among, kind=kind)
        if nowhere:
            entries = [e for e in entries if e.network is None]
        if document:
            key = self.document_id(document)
            entries = [e for e in entries if e.id == key]
        documents = {e.id: e for e in entries}
        found = self.codings(document=document, network=among, coder=coder)
        kept = [
            c for c in found if c.document in documents and (origin is None or c.origin == origin)
        ]
        coders = ", ".join(sorted({c.coder for c in kept})) or "none"
        filters = {
            "document": document, "network": network, "kind": kind, "code": code, "origin": origin,
        }  # fmt: skip
        said = "".join(f"; {k} = {v}" for k, v in filters.items() if v)
        note = f"Coders: {coders}{said}. Codebook {self.codebook_version}."
        below = self.codebook.get(code).path if code else None
        return reports.Coded(kept, documents, self.codebook, self._text, note, below)

    def report_frequencies(
        self, filters: Mapping[str, str | None] | None = None, *, sub_codes: bool = True
    ) -> Table:
        """See ``reports.frequencies``; filters as in ``coded``."""
        return reports.frequencies(self.coded(**(filters or {})), sub_codes=sub_codes)

    def report_networks(
        self, filters: Mapping[str, str | None] | None = None, *, sub_codes: bool = False
    ) -> Table:
        """See ``reports.networks``; filters as in ``coded``."""
        return reports.networks(self.coded(**(filters or {})), sub_codes=sub_codes)

    def report_purposes(self, filters: Mapping[str, str | None] | None = None) -> Table:
        """See ``reports.purposes``; filters as in ``coded``."""
        return reports.purposes(self.coded(**(filters or {})))

    def report_coders(self, filters: Mapping[str, str | None] | None = None) -> Table:
        """See ``reports.coders``; filters as in ``coded``."""
        filters = filters or {}
        wanted = filters.get("coder")
        who = self.known_coder(wanted) if wanted else None
        return reports.coders(self.coded(**filters), self._store.assignments(coder=who))

    def report(self, name: str, filters: Mapping[str, str | None] | None = None) -> Table:
        """The report of this name, one of ``REPORTS``; its note says the command that repeats it.

        Raises:
            UsageError: there is no such report.
        """
        made: dict[str, Callable[[Mapping[str, str | None] | None], Table]] = {
            "networks": self.report_networks,
            "purposes": self.report_purposes,
            "frequencies": self.report_frequencies,
            "coders": self.report_coders,
        }
        if name not in made:
            raise UsageError(f'There is no report "{name}". There are: {", ".join(REPORTS)}.')
        table = made[name](filters)
        return replace(table, note=f"{table.note} Repeat: {report_command(name, filters)}")

    def quotations(self, **filters: str | None) -> Table:
        """See ``reports.quotations``; filters as in ``coded``."""
        return reports.quotations(self.coded(**filters))


def report_command(name: str, filters: Mapping[str, str | None] | None = None, **more: str) -> str:
    """The command that makes a report again, such as ``tcncode report networks --coder bo``.

    Args:
        more: further options, as ``matrix="words"``.
    """
    given = {**(filters or {}), **more}
    options = "".join(f" --{key} {shlex.quote(value)}" for key, value in given.items() if value)
    return f"tcncode report {name}{options}"


def _below(path: str, other: str) -> tuple[str, ...]:
    return (other,) if other.startswith(path + "/") else ()
