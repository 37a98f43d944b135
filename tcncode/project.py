"""One project file, opened: gathers, calls the module that does the work, saves.

Both front ends stand on this. Every method that writes is one action: saved whole before it
returns, in the journal, and open to ``undo``.
"""

from __future__ import annotations

import getpass
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from tcncode import agreement, journal, reports, search
from tcncode import codebook as codebooks
from tcncode.errors import (
    AmbiguousNameError,
    ProjectError,
    TcncodeError,
    UnknownNameError,
    UsageError,
)
from tcncode.model import (
    AgreementResult,
    Change,
    City,
    Codebook,
    Coding,
    Document,
    DocumentEntry,
    Membership,
    Network,
    Origin,
    Speaker,
    Suggestion,
    Table,
    coding_id,
    nearest,
)
from tcncode.store import Store, open_database
from tcncode.text import Segment, SegmentKind, Span
from tcncode.text.settle import settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlite_utils import Database

    from tcncode.importing.codings import CodingRow
    from tcncode.importing.study import Imported

Progress = Callable[[int, int], None]
"""Called with how many are done, and of how many."""

T = TypeVar("T")

UNITS = ("character", "sentence", "paragraph", "turn", "document")


@dataclass(frozen=True, slots=True)
class Compared:
    """Agreement between two coders, with what it rests on."""

    results: list[AgreementResult]
    documents: tuple[str, ...]
    """Names of the documents that both have coded."""
    left_out: tuple[str, ...]
    """Names of the documents that only one of them has coded."""


class Project:
    """An open project file. Use it as a context manager, or call ``close``."""

    def __init__(self, database: Database, path: Path, coder: str | None) -> None:
        self.path = path
        self._database = database
        self._store = Store(database)
        self._system_user = _system_user()
        remembered = self._store.setting(f"coder:{self._system_user}")
        self.coder = coder_name(remembered or self._system_user if coder is None else coder)
        self._codebook: Codebook | None = None
        self._seen = self._store.data_version()
        self._text = lru_cache(maxsize=2048)(self._store.text)

    @classmethod
    def create(cls, path: Path, *, codebook: Path, coder: str | None = None) -> Project:
        """Make a project file with a codebook in it.

        Raises:
            ProjectError: the file is already there, or its folder is not.
            CodebookError: the codebook has problems; no file is made.
        """
        from tcncode.suggest import pattern_problem

        book = codebooks.load(codebook, pattern_problem=pattern_problem)
        if coder is not None:
            coder_name(coder)
        if not path.parent.is_dir():
            raise ProjectError(path, f"there is no folder {path.parent}", "Make it first.")
        database, _ = open_database(path, create=True)
        try:
            project = cls(database, path, coder)
            project.remember("coder", project.coder)
            # Not the coder's own action: there is no going back behind the codebook.
            with journal.action(database, "tcncode", f"begin with {book.name}") as change:
                project._put_codebook(book, change)
        except BaseException:
            database.conn.close()
            path.unlink(missing_ok=True)
            raise
        return project

    @classmethod
    def open(cls, path: Path, *, coder: str | None = None) -> Project:
        """Open a project file; tables of an older format are brought up to date, with a backup.

        Raises:
            ProjectError: missing, not a project, newer than this program, damaged.
        """
        database, backup = open_database(path)
        project = cls(database, path, coder)
        project.backup = backup
        return project

    backup: Path | None = None
    """The copy that was made because the file's format was brought up to date."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file. Everything is saved already."""
        self._database.conn.close()

    @contextmanager
    def _action(self, what: str) -> Iterator[Change]:
        with self._writable(), journal.action(self._database, self.coder, what) as change:
            yield change

    @contextmanager
    def _writable(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise ProjectError(
                self.path, f"cannot be written ({error})", "Is another program holding it?"
            ) from None

    # -- codebook -----------------------------------------------------------------

    @property
    def codebook(self) -> Codebook:
        """The codebook as the project has it now."""
        if self._codebook is None:
            codes = tuple(codebooks.from_json(row) for row in self._store.code_rows())
            name, _, sources, purposes = self._store.codebook() or ("", "", "[]", "{}")
            self._codebook = Codebook(name, codes, tuple(json.loads(sources)), json.loads(purposes))
        return self._codebook

    @property
    def codebook_version(self) -> str:
        """12 hexadecimal digits that change with the codebook's content."""
        found = self._store.codebook()
        return found[1] if found else ""

    def load_codebook(self, path: Path) -> list[str]:
        """Take in an edited codebook file. Codings stay; a code in use cannot be left out.

        Returns:
            What changed, a line each.

        Raises:
            CodebookError: the file has problems.
            TcncodeError: a code that has codings is not in the file.
        """
        from tcncode.suggest import pattern_problem

        new = codebooks.load(path, pattern_problem=pattern_problem)
        old = self.codebook
        said = codebooks.changes(old, new)
        if not said:
            return []
        kept = {code.id for code in new.codes}
        with self._action(f"load the codebook {path.name}: {len(said)} changes") as change:
            used = self._store.used_codes()
            lost = [c for c in old.codes if c.id not in kept and c.id in used]
            if lost:
                raise TcncodeError(
                    f"{path} leaves out {lost[0].path}, which has {used[lost[0].id]} codings."
                    " Put it back, or remove or recode them first. Nothing was changed."
                )
            self._put_codebook(new, change)
        self._codebook = None
        return said

    def _put_codebook(self, book: Codebook, change: Change) -> None:
        version = codebooks.version(book)
        rows = [(c.id, c.path, codebooks.as_json(c)) for c in book.codes]
        gone = {code.id for code in self.codebook.codes} - {row[0] for row in rows}
        self._store.put_codes(rows, change)
        self._store.retire("code", gone, change)
        self._store.put_codebook(
            book.name,
            version,
            sources=json.dumps(book.sources, ensure_ascii=False),
            purposes=json.dumps(dict(book.purposes), ensure_ascii=False),
            change=change,
        )
        self._store.put_codebook_version(version, saved=journal.now(), content=codebooks.dump(book))
        self._codebook = None

    # -- documents ----------------------------------------------------------------

    def documents(
        self, *, network: str | None = None, kind: str | None = None
    ) -> list[DocumentEntry]:
        """The documents, by network and name. ``network`` is a name or id."""
        wanted = self.network(network).id if network else None
        return self._store.document_entries(network=wanted, kind=kind)

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
        return _find("document", reference, self._store.document_names(), lambda names: names)[0]

    def document_entry(self, reference: str) -> DocumentEntry:
        """Like ``document``, without the text."""
        key = self.document_id(reference)
        return next(entry for entry in self._store.document_entries() if entry.id == key)

    def segments(self, document: str, kind: SegmentKind) -> list[Segment]:
        """Segments of one kind, in the order of the text. ``document`` is an id."""
        return self._store.segments(document, kind)

    def speakers(self, document: str) -> list[Speaker]:
        """Who speaks in a document, given by its id."""
        return self._store.speakers(document)

    def import_files(
        self,
        items: Iterable[Imported],
        *,
        progress: Progress | None = None,
    ) -> list[tuple[Imported, str]]:
        """Save documents that were read; see ``importing.study.read_all``.

        Returns:
            Each with what became of it: ``"new"``, or the name of the document that has the
            same text already.
        """
        entries = self._store.document_entries()
        there = {entry.id: entry.name for entry in entries}
        taken = {entry.name for entry in entries}
        done: list[tuple[Imported, str]] = []
        with self._action("import documents") as change:
            networks = NetworkNames(self.networks())
            for item in items:
                document = item.document
                if document.id in there:
                    done.append((item, there[document.id]))
                    continue
                if document.network:
                    known = networks.find(document.network)
                    if known is None:
                        known = networks.add(document.network)
                        self._store.put_networks([known], change)
                        item = replace(item, notes=(*item.notes, f'network "{known.id}" added'))
                    document = replace(document, network=known.id)
                document = replace(document, name=_free_name(document.name, taken))
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
                there[document.id] = document.name
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
        return _find("network", reference, self.networks(), lambda n: (n.id, n.name, n.short_name))

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
            f"load {len(networks)} networks, {len(cities)} cities, {len(memberships)} memberships"
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

    # -- coding -------------------------------------------------------------------

    def coders(self) -> list[str]:
        """Everybody who has codings here, by name."""
        return self._store.coders()

    def known_coder(self, name: str) -> str:
        """The coder of this name, or of an unambiguous beginning of it."""
        return _find("coder", name, self.coders(), lambda coder: (coder,))

    def codings(
        self,
        *,
        document: str | None = None,
        network: str | None = None,
        code: str | None = None,
        coder: str | None = None,
    ) -> list[Coding]:
        """Codings that fit all that is given; a code brings its sub-codes. Names or ids."""
        return self._store.codings(
            documents=[self.document_id(document)] if document else None,
            network=self.network(network).id if network else None,
            codes=self._code_ids(code) if code else None,
            coders=[self.known_coder(coder)] if coder else None,
        )

    def _code_ids(self, name: str) -> list[str]:
        return [c.id for c in self.codebook.under(self.codebook.get(name).path)]

    def code(
        self,
        document: str,
        span: Span,
        code_name: str,
        *,
        memo: str = "",
        origin: Origin = "by hand",
    ) -> Coding:
        """Code a span of a document (given by its id). Doing it twice leaves one coding.

        Raises:
            SpanError: the span reaches past the end of the text.
            UnknownNameError: the codebook has no such code.
        """
        code = self.codebook.get(code_name)
        words = self.quote(document, span)
        if not words.strip():
            raise UsageError(f"There are only blanks at {span.start}:{span.end}.")
        what = f'code "{_short(words)}" as {code.path}'
        with self._action(what) as change:
            self._store.put_coders([self.coder], change)
            return self._put_coding(document, span, code.id, memo, origin, change)

    def _put_coding(
        self, document: str, span: Span, code: str, memo: str, origin: Origin, change: Change
    ) -> Coding:
        # Another process may have deleted either since this one last looked.
        for noun, row in (("document", document), ("code", code)):
            if not self._store.is_live(noun, row):
                raise UnknownNameError(noun, row)
        key = coding_id(document, span, code, self.coder)
        there = self._store.coding(key)
        if there is not None and (not memo or memo == there.memo):
            return there
        made = there or Coding(
            key,
            document,
            span,
            code,
            self.coder,
            origin=origin,
            created=journal.now(),
            codebook_version=self.codebook_version,
        )
        made = replace(made, memo=settle(memo))
        self._store.put_codings([made], change)
        return made

    def text(self, document: str) -> str:
        """The text of a document, given by its id."""
        return self._text(document)

    def quote(self, document: str, span: Span) -> str:
        """The words of a span.

        Raises:
            SpanError: it reaches past the end of the text.
        """
        return span.of(self._text(document))

    def coding(self, reference: str) -> Coding:
        """A coding by its id, or an unambiguous beginning of it."""
        found = self._store.coding(reference)
        if found is not None:
            return found
        hexadecimal = len(reference) >= 4 and set(reference) <= set("0123456789abcdef")
        ids = self._store.coding_ids(reference) if hexadecimal else []
        if len(ids) > 1:
            raise AmbiguousNameError("coding", reference, ids)
        only = self._store.coding(ids[0]) if ids else None
        if only is None:
            raise UnknownNameError("coding", reference, lister="tcncode codings")
        return only

    def uncode(self, reference: str) -> Coding:
        """Remove a coding of one's own. It can be undone, and stays in the journal.

        Raises:
            UsageError: it is somebody else's.
        """
        coding = self._own(reference)
        path = self.codebook.by_id()[coding.code].path
        words = _short(self.quote(coding.document, coding.span))
        with self._action(f'remove {path} from "{words}"') as change:
            self._store.retire("coding", [coding.id], change)
        return coding

    def memo(self, reference: str, text: str) -> Coding:
        """Put a memo on a coding of one's own; an empty one takes it away."""
        coding = replace(self._own(reference), memo=settle(text))
        with self._action(f'memo "{_short(text)}"' if text else "remove a memo") as change:
            self._store.put_codings([coding], change)
        return coding

    def _own(self, reference: str) -> Coding:
        coding = self.coding(reference)
        if coding.coder != self.coder:
            raise UsageError(
                f"That coding is {coding.coder}'s, and you are {self.coder}."
                " Nobody changes another's codings; --coder says who you are."
            )
        return coding

    def import_codings(self, rows: Iterable[CodingRow]) -> tuple[int, int]:
        """Take in codings from a table, all or none. Those already there stay as they are.

        Returns:
            How many were new, and how many were there already.

        Raises:
            TableError: a row names an unknown document or code, or its quotation differs.
        """
        documents = _by_name(self._store.document_names())
        codes = {c.id: c.id for c in self.codebook.codes}
        codes |= {c.path: c.id for c in self.codebook.codes}
        made: dict[str, Coding] = {}
        moment, version = journal.now(), self.codebook_version
        for row in rows:
            named = documents.get(row.document, [])
            if len(named) != 1:
                how = "several documents are called" if named else "the project has no document"
                raise row.error(f'{how} "{row.document}"')
            if row.code not in codes:
                near = "".join(f'. Did you mean "{n}"?' for n in nearest(row.code, codes))
                raise row.error(f'the codebook has no code "{row.code}"{near}')
            text = self._text(named[0])
            if row.span.end > len(text):
                raise row.error(
                    f"{row.span.start}:{row.span.end} is outside {row.document},"
                    f" which has {len(text)} characters"
                )
            if row.quotation and row.quotation != row.span.of(text):
                raise row.error(
                    f"the quotation is not what stands at {row.span.start}:{row.span.end} of"
                    f' {row.document}, which is "{_short(row.span.of(text))}"'
                )
            key = coding_id(named[0], row.span, codes[row.code], row.coder)
            memo = settle(row.memo)
            if key in made and made[key].memo != memo:
                raise row.error("the same coding stands in the table before, with another memo")
            made[key] = Coding(
                key, named[0], row.span, codes[row.code], row.coder, memo, "imported", moment,
                version,
            )  # fmt: skip
        with self._action(f"import {len(made)} codings") as change:
            self._store.put_coders(sorted({c.coder for c in made.values()}), change)
            there = {c.id for c in self._store.codings(ids=list(made))}
            fresh = [c for c in made.values() if c.id not in there]
            self._store.put_codings(fresh, change)
        return len(fresh), len(there)

    # -- undo, redo, log, check ---------------------------------------------------

    def undo(self) -> str:
        """Take back this coder's last action. Returns it in words; raises ``UndoError``."""
        return self._take_back(journal.undo)

    def redo(self) -> str:
        """Do again what was undone last. Returns it in words; raises ``UndoError``."""
        return self._take_back(journal.redo)

    def _take_back(self, how: Callable[[Database, str], str]) -> str:
        with self._writable():
            said = how(self._database, self.coder)
        self._codebook = None
        return said

    def log(
        self, *, document: str | None = None, span: Span | None = None, limit: int = 50
    ) -> Table:
        """What was done, newest first; for one document or passage if given."""
        rows = None
        if document is not None:
            rows = self._store.rows_about(self.document_id(document), span)
        return journal.log(self._database, rows=rows, limit=limit)

    def problems(self) -> list[str]:
        """What ``tcncode check`` finds wrong. Empty when all is well."""
        return self._store.problems() + journal.problems(self._database)

    def changed_outside(self) -> bool:
        """Whether another process has written since this was last asked."""
        before, self._seen = self._seen, self._store.data_version()
        changed = before != self._seen
        if changed:
            self._codebook = None
        return changed

    def remember(self, key: str, value: str) -> None:
        """Keep something for this system user, such as the last place read."""
        # A place not remembered is no loss, and a busy or read-only file no reason to stop.
        with suppress(sqlite3.OperationalError):
            self._store.set_setting(f"{key}:{self._system_user}", value)

    def recall(self, key: str) -> str | None:
        """What ``remember`` kept."""
        return self._store.setting(f"{key}:{self._system_user}")

    # -- search -------------------------------------------------------------------

    def search(
        self, query: str, *, mode: str = "words", score: float = 85, network: str | None = None
    ) -> list[search.Hit]:
        """Where a query stands in the texts: by ``words``, ``regex`` or ``fuzzy``."""
        entries = self.documents(network=network)
        query = settle(query)
        if not query.strip():
            raise UsageError("There is nothing to look for. Give a word or two.")
        if mode == "words":
            match = search.fts_query(search.fold(query)[0])
            found = set(self._store.documents_matching(match)) if match else set()
            entries = [entry for entry in entries if entry.id in found]
        hits: list[search.Hit] = []
        for entry in entries:
            text = self._text(entry.id)
            if mode == "fuzzy":
                hits += [
                    search.Hit(entry.id, span, likeness)
                    for span, likeness in search.find_fuzzy(text, query, score)
                ]
            else:
                find = search.find_words if mode == "words" else search.find_regex
                hits += [search.Hit(entry.id, span, 100.0) for span in find(text, query)]
        return hits

    # -- suggestions --------------------------------------------------------------

    def suggest(
        self,
        documents: Sequence[str] | None = None,
        *,
        threshold: float = 0.5,
        progress: Progress | None = None,
    ) -> int:
        """Make suggestions for documents (ids; all when None). Answered ones do not come back.

        Returns:
            How many are open in these documents now.
        """
        from tcncode.suggest import CueSuggester

        entries = self._store.document_entries()
        ids = [e.id for e in entries] if documents is None else list(documents)
        suggester = CueSuggester(self.codebook, networks=self.networks(), cities=self.cities())
        found: list[tuple[str, list[Suggestion]]] = []
        for n, document in enumerate(ids, 1):
            asked = {s.label for s in self.speakers(document) if s.role == "interviewer"}
            skip = [t.span for t in self.segments(document, "turn") if t.speaker in asked]
            sentences = [s.span for s in self.segments(document, "sentence")]
            text = self._text(document)
            found.append(
                (
                    document,
                    suggester.suggest(
                        text, sentences, document=document, threshold=threshold, skip=skip
                    ),
                )
            )
            if progress:
                progress(n, len(ids))
        with self._action(f"suggest for {len(ids)} documents"):
            for document, made in found:
                self._store.replace_suggestions(document, made)
        return len(self._store.suggestions(self.coder, documents=ids))

    def suggestions(
        self, *, document: str | None = None, code: str | None = None
    ) -> list[Suggestion]:
        """Open suggestions, best first within a document. Names or ids."""
        return self._store.suggestions(
            self.coder,
            documents=[self.document_id(document)] if document else None,
            codes=self._code_ids(code) if code else None,
        )

    def suggestion(self, reference: str) -> Suggestion:
        """An open suggestion by its id, or an unambiguous beginning of it."""
        exact = self._store.suggestions(self.coder, key=reference)
        return exact[0] if exact else _find("suggestion", reference, self.suggestions(), _its_id)

    def accept(self, reference: str, span: Span | None = None) -> Coding:
        """Make a suggestion one's own coding, with other boundaries if given."""
        suggestion = self.suggestion(reference)
        where = span or suggestion.span
        words = _short(self.quote(suggestion.document, where))
        path = self.codebook.by_id()[suggestion.code].path
        with self._action(f'accept {path} for "{words}"') as change:
            self._store.put_coders([self.coder], change)
            self._store.put_answer(suggestion, answer="accepted", coder=self.coder, change=change)
            return self._put_coding(
                suggestion.document, where, suggestion.code, "", "suggestion", change
            )

    def reject(self, reference: str) -> Suggestion:
        """Turn a suggestion down; it does not come back, unless that is undone."""
        suggestion = self.suggestion(reference)
        words = _short(self.quote(suggestion.document, suggestion.span))
        path = self.codebook.by_id()[suggestion.code].path
        with self._action(f'reject {path} for "{words}"') as change:
            self._store.put_coders([self.coder], change)
            self._store.put_answer(suggestion, answer="rejected", coder=self.coder, change=change)
        return suggestion

    # -- agreement and reports ----------------------------------------------------

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
        """How far two coders agree on the documents that both have coded.

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
        both = [e for e in entries if len(spans.get(e.id, {})) == 2]
        one = [e for e in entries if len(spans.get(e.id, {})) == 1]
        compared = [
            agreement.DocumentCodings(e.id, e.characters, self._units(e, unit), spans[e.id])
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
        """What a report is to count: codings that fit, and the documents they were sought in."""
        entries = self.documents(network=network, kind=kind)
        if document:
            key = self.document_id(document)
            entries = [e for e in entries if e.id == key]
        documents = {e.id: e for e in entries}
        found = self.codings(document=document, network=network, coder=coder)
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

    def quotations(self, **filters: str | None) -> Table:
        """See ``reports.quotations``; filters as in ``coded``."""
        return reports.quotations(self.coded(**filters))

    def codebook_table(self) -> Table:
        """The code tree with its counts."""
        counts = Counter(c.code for c in self._store.codings())
        return codebooks.tree_table(self.codebook, counts)


class NetworkNames:
    """Finds a network by what people write: case, accents and punctuation do not matter."""

    def __init__(self, networks: Iterable[Network]) -> None:
        self._by_name: dict[str, Network] = {}
        for network in networks:
            self._index(network)

    def _index(self, network: Network) -> None:
        for name in (network.short_name, network.name, network.id):
            if name:
                self._by_name[_plain(name)] = network

    def find(self, name: str) -> Network | None:
        """The network of this id, name or short name."""
        return self._by_name.get(_plain(name))

    def add(self, name: str) -> Network:
        """Make a network that so far is only a name; the name is its id too."""
        network = Network(" ".join(name.split()), " ".join(name.split()))
        self._index(network)
        return network


_LISTERS = {
    "document": "tcncode documents",
    "network": "tcncode networks list",
    "suggestion": "tcncode suggest list",
    "coder": "tcncode codings",
}
"""Noun -> the command that lists what there is."""


def _find(noun: str, reference: str, things: Sequence[T], names: Callable[[T], Sequence[str]]) -> T:
    """The one thing that has this name, or a name that begins like this."""
    wanted = _plain(reference)
    tests: list[Callable[[str], bool]] = [
        lambda name: name == reference,
        lambda name: bool(wanted) and _plain(name) == wanted,
        lambda name: bool(wanted) and _plain(name).startswith(wanted),
    ]
    for fits in tests:
        found = [thing for thing in things if any(fits(name) for name in names(thing) if name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError(noun, reference, [names(thing)[0] for thing in found])
    near = nearest(reference, (name for thing in things for name in names(thing) if name))
    lister = _LISTERS.get(noun, "")
    raise UnknownNameError(noun, reference, near=near, lister=lister)


def _plain(name: str) -> str:
    folded, _ = search.fold(name)
    return "".join(ch for ch in folded if ch.isalnum())


def _its_id(suggestion: Suggestion) -> tuple[str]:
    return (suggestion.id,)


def _by_name(documents: Iterable[tuple[str, str, str]]) -> dict[str, list[str]]:
    """Ids by id, name and file name; an id goes before a name, and a name before a file's."""
    found: dict[str, list[str]] = {}
    rows = list(documents)
    for column in range(3):
        level: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            level[row[column]].append(row[0])
        found = {**level, **found}
    return found


def coder_name(name: str) -> str:
    """A coder's name as it is kept.

    Raises:
        UsageError: it is blank.
    """
    kept = " ".join(settle(name).split())
    if not kept:
        raise UsageError("A coder needs a name. Use --coder NAME.")
    return kept


def _free_name(name: str, taken: set[str]) -> str:
    """``name``, or with a number behind it where another document has it."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name} ({number})"
    return free


def _below(path: str, other: str) -> tuple[str, ...]:
    return (other,) if other.startswith(path + "/") else ()


def _short(words: str) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= 50 else flat[:47].rstrip() + "..."


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "coder"
