"""Documents, networks and cities of an open project."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tcncode import search
from tcncode.errors import UnknownNameError
from tcncode.model import City, Document, DocumentEntry, Membership, Network, Speaker, Table
from tcncode.project.names import NetworkNames, find, free_name
from tcncode.project.opened import Opened
from tcncode.text import Segment, SegmentKind, Span
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.importing.study import Imported

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""


class Documents(Opened):
    """Takes documents in and finds them again."""

    def documents(
        self, *, network: str | None = None, kind: str | None = None
    ) -> list[DocumentEntry]:
        """The documents, by network and name. ``network`` is a name or id."""
        wanted = self.network(network).id if network else None
        hidden = self._store.blind_documents()
        return self._store.document_entries(
            network=wanted, kind=kind, hidden=hidden, me=self.coder
        )  # fmt: skip

    def told_blind(self, entries: Iterable[DocumentEntry]) -> str:
        """A sentence and a blank for a table's note: of which documents it lacks others' codings.

        It is the table's ``warning``, too.

        Empty where there are none; see ``Assignment`` for what is coded blind.
        """
        blind = self._store.blind_documents()
        n = sum(entry.id in blind for entry in entries)
        if not n:
            return ""
        return (
            "Coded blind and not finished by all, so without others' codings here:"
            f" {counted(n, 'document')}. "
        )

    def document(self, reference: str) -> Document:
        """A document by id, name, file name, or an unambiguous beginning of one.

        Raises:
            UnknownNameError, AmbiguousNameError: none or several fit.
        """
        found = self._store.document(self.document_id(reference))
        assert found is not None
        return found

    def document_id(self, reference: str) -> str:
        """The id of a document; see ``document``."""
        return find("document", reference, self._store.document_names(), lambda names: names)[0]

    def document_entry(self, reference: str) -> DocumentEntry:
        """Like ``document``, without the text."""
        return self._entries([self.document_id(reference)])[0]

    def _entries(self, ids: Iterable[str]) -> list[DocumentEntry]:
        """The documents with these ids, as far as they are there."""
        hidden = self._store.blind_documents()
        return self._store.document_entries(ids=ids, hidden=hidden, me=self.coder)

    def segments(self, document: str, kind: SegmentKind) -> list[Segment]:
        """Segments of one kind, in the order of the text. ``document`` is an id."""
        return self._store.segments(document, kind)

    def stretches(self, document: str, kind: SegmentKind) -> list[tuple[int, int]]:
        """Likewise as pairs of start and end: quick for long texts."""
        return self._store.stretches(document, kind)

    def speakers(self, document: str) -> list[Speaker]:
        """Who speaks in a document, given by its id."""
        return self._store.speakers(document)

    def speaker_roles(self) -> list[str]:
        """The roles that speakers have in any document."""
        return self._store.speaker_roles()

    def import_files(
        self,
        items: Iterable[Imported],
        *,
        progress: Progress | None = None,
    ) -> list[tuple[Imported, str]]:
        """Save documents that were read; see ``importing.study.read_all``.

        Returns:
            Each with what became of it: ``"new"``, or the name of the document that has the
            same text already. That document stays as it is: what is given back is its network,
            kind, date and language, and the notes say what else was asked for.
        """
        done: list[tuple[Imported, str]] = []
        with self._action("import documents") as change:
            # Read where nobody else can import any more.
            entries = self._store.document_entries()
            there = {entry.id: entry for entry in entries}
            taken = {entry.name for entry in entries}
            networks = NetworkNames(self.networks())
            for item in items:
                document = item.document
                if document.id in there:
                    kept = there[document.id]
                    done.append((_as_kept(item, kept, networks), kept.name))
                    continue
                if document.network:
                    known = networks.find(document.network)
                    if known is None:
                        known = networks.add(document.network)
                        self._store.put_networks([known], change)
                        item = replace(item, notes=(*item.notes, f'network "{known.id}" added'))
                    document = replace(document, network=known.id)
                document = replace(document, name=free_name(document.name, taken))
                item = replace(item, document=document)
                self._store.put_document(
                    document,
                    segments=item.segments,
                    speakers=item.speakers,
                    folded=search.fold(document.text)[0],
                    words=item.words,
                    source_hash=item.source_hash,
                    change=change,
                )
                there[document.id] = DocumentEntry(
                    document.id, document.name, document.network, document.kind, document.date,
                    document.language, document.source, len(document.text), item.words, 0,
                )  # fmt: skip
                taken.add(document.name)
                done.append((item, "new"))
                if progress:
                    progress(len(done), 0)
        return done

    # -- networks and cities ------------------------------------------------------

    def networks(self) -> list[Network]:
        """All networks, by id."""
        return self._store.networks()

    def cities(self) -> list[City]:
        """All cities, by id."""
        return self._store.cities()

    def memberships(self) -> list[Membership]:
        """Which city belongs to which network."""
        return self._store.memberships()

    def network(self, reference: str) -> Network:
        """A network by id, name, short name, or an unambiguous beginning of one."""
        return find("network", reference, self.networks(), lambda n: (n.id, n.name, n.short_name))

    def load_networks(
        self,
        networks: Sequence[Network],
        cities: Sequence[City],
        memberships: Sequence[Membership],
    ) -> None:
        """Add networks, cities and memberships, or correct those already there.

        Raises:
            UnknownNameError: a membership of a city or network that nobody has described.
        """
        with self._action(
            f"load {counted(len(networks), 'network')}, {counted(len(cities), 'city', 'cities')},"
            f" {counted(len(memberships), 'membership')}"
        ) as change:
            # A network that an import made from its name alone gives way to the described one.
            before = NetworkNames(self.networks())
            self._store.put_networks(networks, change)
            for network in networks:
                known = before.find(network.name) or before.find(network.id)
                if known and known.id != network.id and known == Network(known.id, known.id):
                    self._store.move_documents(known.id, network.id, change)
            self._store.put_cities(cities, change)
            have = {n.id for n in self.networks()}, {c.id for c in self.cities()}
            for m in memberships:
                if m.network not in have[0]:
                    raise UnknownNameError("network", m.network, lister="tcncode networks list")
                if m.city not in have[1]:
                    raise UnknownNameError("city", m.city, lister="tcncode networks cities")
            self._store.put_memberships(memberships, change)

    def statements(self, path: Path, *, shipped: bool = False) -> Table:
        """Statements of a publication beside what the tables give; see ``statement_table``.

        Raises:
            ReadError, TableError: they cannot be read, or ask for what there is not.
        """
        from tcncode.statements import read_statements, statement_table

        asked = read_statements(path)
        return statement_table(
            asked, self.networks(), self.cities(), self.memberships(), path, shipped=shipped
        )

    def text(self, document: str) -> str:
        """The text of a document, given by its id."""
        return self._text(document)

    def quote(self, document: str, span: Span) -> str:
        """The words of a span.

        Raises:
            SpanError: it reaches past the end of the text.
        """
        return span.of(self._text(document))


def _as_kept(item: Imported, kept: DocumentEntry, networks: NetworkNames) -> Imported:
    """A file whose text is there already, described as the document that has it."""
    document = item.document
    found = networks.find(document.network) if document.network else None
    asked = {
        "network": found.id if found else document.network,
        "kind": None if document.kind == "other" else document.kind,
        "date": document.date,
        "language": document.language,
    }
    told = [
        f"{name} stays {getattr(kept, name) or 'unsaid'}, not {value}"
        for name, value in asked.items()
        if value and value != getattr(kept, name)
    ]
    notes = [*item.notes, f'{"; ".join(told)}: "describe" changes it'] if told else item.notes
    same = replace(
        document, name=kept.name, network=kept.network, kind=kept.kind, date=kept.date,
        language=kept.language,
    )  # fmt: skip
    return replace(item, document=same, notes=tuple(notes))
