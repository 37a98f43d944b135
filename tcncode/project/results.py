"""What an open project says: what was done, and reports."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import replace

from tcncode import journal, reports
from tcncode.errors import UsageError
from tcncode.model import Table
from tcncode.project.codings import Codings
from tcncode.text import Span

REPORTS = ("networks", "purposes", "frequencies", "coders")
"""What ``Project.report`` and ``tcncode report`` can count, by name."""


class Results(Codings):
    """Gathers what ``reports`` count."""

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
