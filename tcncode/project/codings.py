"""Codings of an open project: made, removed, taken in from a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from tcncode import journal
from tcncode.errors import AmbiguousNameError, UnknownNameError, UsageError
from tcncode.model import Assignment, Change, Coding, Origin, coding_id, nearest
from tcncode.project.codes import Codes
from tcncode.project.documents import Documents
from tcncode.project.names import by_name, find, short
from tcncode.text import Span
from tcncode.text.numbers import counted
from tcncode.text.settle import settle

if TYPE_CHECKING:
    from tcncode.importing.codings import CodingRow


class Codings(Codes, Documents):
    """Everybody may read them; nobody changes another's."""

    def coders(self) -> list[str]:
        """Everybody who has codings here or documents to code, by name."""
        return self._store.coders()

    def known_coder(self, name: str) -> str:
        """The coder of this name; a beginning might be somebody else's."""
        return find("coder", name, self.coders(), lambda coder: (coder,), whole=True)

    def codings(
        self,
        *,
        document: str | None = None,
        network: str | None = None,
        code: str | None = None,
        coder: str | None = None,
    ) -> list[Coding]:
        """Codings that fit all that is given; a code brings its sub-codes. Names or ids.

        Others' codings of a document that is coded blind are left out: see ``Assignment``.
        """
        return self._open_to_me(
            self._store.codings(
                documents=[self.document_id(document)] if document else None,
                network=self.network(network).id if network else None,
                codes=self._code_ids(code) if code else None,
                coders=[self.known_coder(coder)] if coder else None,
            )
        )

    def coding_count(self) -> int:
        """How many codings there are, everybody's: tells what looking through them will cost."""
        return self._store.coding_count()

    def codings_in(self, document: str) -> list[Coding]:
        """The codings of a document given by its id; none where it was taken back meanwhile."""
        return self._open_to_me(self._store.codings(documents=[document]))

    def codings_among(self, ids: Iterable[str]) -> list[Coding]:
        """Those of these codings that are there, and not hidden: see ``codings``."""
        return self._open_to_me(self._store.codings(ids=list(ids)))

    def codings_page(self, document: str, after: Coding | None = None) -> list[Coding]:
        """A document's codings a few thousand at a time, by place; ``document`` is an id.

        Args:
            after: the last coding of the page before; None begins.

        Returns:
            What comes next. Empty at the end.
        """
        key = (-1, "") if after is None else (after.span.start, after.id)
        page = self._store.codings_page(document, after=key)
        while page:
            shown = self._open_to_me(page)
            if shown:
                return shown
            page = self._store.codings_page(document, after=(page[-1].span.start, page[-1].id))
        return []

    def work(self) -> dict[str, Mapping[str, int]]:
        """Document id -> coder -> how many codings the coder has there."""
        found: dict[str, dict[str, int]] = {}
        hidden = self._store.blind_documents()
        for document, coder, count in self._store.work(hidden, self.coder):
            found.setdefault(document, {})[coder] = count
        return dict(found)

    def passages_elsewhere(self, document: str) -> dict[str, tuple[int, int]]:
        """Code id -> passages in all other documents: one's own, all coders' but ``SETTLED``'s.

        Sub-codes count for the codes above them; a passage with both counts once for each coder.
        """
        book = self.codebook
        groups = {code.id: [c.id for c in book.under(code.path)] for code in book.codes}
        hidden = self._store.blind_documents()
        return self._store.passages(groups, hidden=hidden, me=self.coder, but=document)

    def _open_to_me(self, codings: list[Coding]) -> list[Coding]:
        hidden = self._store.blind_documents()
        if not hidden:
            return codings
        return [c for c in codings if c.coder == self.coder or c.document not in hidden]

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
        words = self._refuse_blank(document, span)
        what = f'code "{short(words)}" as {code.path}'
        with self._action(what) as change:
            self._store.put_coders([self.coder], change)
            return self._put_coding(document, span, code.id, memo, origin, change)

    def _refuse_blank(self, document: str, span: Span) -> str:
        """The words of a span; raises ``UsageError`` where there are none."""
        words = self.quote(document, span)
        if not words.strip():
            raise UsageError(f"There are only blanks at {span.start}:{span.end}.")
        return words

    def _put_coding(
        self, document: str, span: Span, code: str, memo: str, origin: Origin, change: Change
    ) -> Coding:
        self._refuse_gone(document, code)
        key, memo = coding_id(document, span, code, self.coder), settle(memo)
        there = self._store.coding(key)
        if there is not None:
            memo = joined_memos(there.memo, memo)
            if memo == there.memo:
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
        made = replace(made, memo=memo)
        self._store.put_codings([made], change)
        return made

    def _refuse_gone(self, document: str, code: str) -> None:
        """Another process may have deleted either since this one last looked."""
        for noun, row in (("document", document), ("code", code)):
            if not self._store.is_live(noun, row):
                raise UnknownNameError(noun, row)

    def _refuse_stale(self, codings: Iterable[Coding]) -> None:
        """Inside an action: these are still as they were read before it began."""
        for coding in codings:
            if self._store.coding(coding.id) != coding:
                raise UsageError("That coding was changed meanwhile. Nothing was done; look again.")

    def coding(self, reference: str) -> Coding:
        """A coding by its id, or an unambiguous beginning of it."""
        hexadecimal = len(reference) >= 4 and set(reference) <= set("0123456789abcdef")
        ids = self._store.coding_ids(reference) if hexadecimal else []
        found = self.codings_among([reference] if reference in ids else ids)
        if len(found) > 1:
            raise AmbiguousNameError("coding", reference, [c.id for c in found])
        if not found:
            raise UnknownNameError("coding", reference, lister="tcncode codings")
        return found[0]

    def uncode(self, reference: str) -> Coding:
        """Remove a coding of one's own. It can be undone, and stays in the journal.

        Raises:
            UsageError: it is somebody else's.
        """
        coding = self._own(reference)
        path = self.codebook.by_id()[coding.code].path
        words = short(self.quote(coding.document, coding.span))
        with self._action(f'remove {path} from "{words}"') as change:
            self._refuse_stale([coding])
            self._store.retire("coding", [coding.id], change)
        return coding

    def memo(self, reference: str, text: str) -> Coding:
        """Put a memo on a coding of one's own; an empty one takes it away."""
        before = self._own(reference)
        coding = replace(before, memo=settle(text))
        with self._action(f'memo "{short(text)}"' if text else "remove a memo") as change:
            self._refuse_stale([before])
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

    def import_codings(self, rows: Iterable[CodingRow]) -> tuple[int, int, dict[str, int]]:
        """Take in codings from a table, all or none. Those already there stay as they are.

        A table is a coder's finished work: the documents in it are marked as finished.

        Returns:
            How many were new, how many were there already, and coder -> how many documents are
            marked as finished by them that were not before.

        Raises:
            TableError: a row names an unknown document or code, or its quotation differs.
        """
        documents = by_name(self._store.document_names())
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
                    f' {row.document}, which is "{short(row.span.of(text))}"'
                )
            key = coding_id(named[0], row.span, codes[row.code], row.coder)
            memo = settle(row.memo)
            if key in made and made[key].memo != memo:
                raise row.error("the same coding stands in the table before, with another memo")
            made[key] = Coding(
                key, named[0], row.span, codes[row.code], row.coder, memo, "imported", moment,
                version,
            )  # fmt: skip
        with self._action(f"import {counted(len(made), 'coding')}") as change:
            self._store.put_coders(sorted({c.coder for c in made.values()}), change)
            there = {c.id for c in self._store.codings(ids=list(made))}
            fresh = [c for c in made.values() if c.id not in there]
            self._store.put_codings(fresh, change)
            done = self._put_finished({(c.document, c.coder) for c in made.values()}, change)
        return len(fresh), len(there), done

    def _put_finished(self, pairs: Iterable[tuple[str, str]], change: Change) -> dict[str, int]:
        """Mark documents as finished by coders; what was finished keeps its date.

        Returns:
            Coder -> how many were not finished before.
        """
        known = {(a.document, a.coder): a for a in self._store.assignments()}
        asked = (known.get(pair, Assignment(*pair)) for pair in sorted(pairs))
        done = [replace(a, finished=journal.now()) for a in asked if a.finished is None]
        self._store.put_assignments(done, change)
        return dict(sorted(Counter(a.coder for a in done).items()))


def joined_memos(*memos: str) -> str:
    """Several memos as one: each text once, none lost."""
    joined = ""
    for memo in memos:
        if memo and f"\n{memo}\n" not in f"\n{joined}\n":
            joined = f"{joined}\n{memo}" if joined else memo
    return joined
