"""Codings changed after they were made: another code, other boundaries, split, joined.

A coding's id says what it is, so a changed coding is a new row, and the old one is retired in
the same action; memo, origin and date move along.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from tcncode.errors import UsageError
from tcncode.model import Change, Code, Coding, Origin, coding_id
from tcncode.project.codings import Codings, joined_memos
from tcncode.project.names import short
from tcncode.text import Span
from tcncode.text.numbers import counted


class Editing(Codings):
    """One's own codings may be changed; nobody changes another's."""

    def code_all(
        self, places: Iterable[tuple[str, Span]], code_name: str
    ) -> tuple[list[Coding], int]:
        """Code many passages (document id, span) in one action.

        Returns:
            The new codings, and how many passages had this coding already.
        """
        code = self.codebook.get(code_name)
        wanted = dict.fromkeys(places)
        for document, span in wanted:
            self._refuse_blank(document, span)
        there = {c.id for c in self._store.codings(coders=[self.coder], codes=[code.id])}
        fresh = [
            (document, span)
            for document, span in wanted
            if coding_id(document, span, code.id, self.coder) not in there
        ]
        with self._action(f"code {counted(len(fresh), 'passage')} as {code.path}") as change:
            self._store.put_coders([self.coder], change)
            made = [
                self._put_coding(document, span, code.id, "", "by hand", change)
                for document, span in fresh
            ]
        return made, len(wanted) - len(fresh)

    def code_as_new(self, document: str, span: Span, name: str, *, under: str = "") -> Coding:
        """Make a code of this name and code a span with it, in one action.

        Args:
            document: an id.
            under: path of the code it goes under; "" for the top.

        Raises:
            CodebookError: there is such a code, or there can be none; nothing was done.
        """
        words, made = short(self._refuse_blank(document, span)), list[Coding]()

        def then(code: Code, change: Change) -> None:
            self._store.put_coders([self.coder], change)
            made.append(self._put_coding(document, span, code.id, "", "by hand", change))

        self.add_code(name, under=under, then=then, more=f', and code "{words}"')
        return made[0]

    def recode(self, reference: str, code_name: str) -> Coding:
        """Give a coding of one's own another code."""
        coding, code = self._own(reference), self.codebook.get(code_name)
        before = self.codebook.by_id()[coding.code].path
        what = f'change {before} to {code.path} on "{self._words(coding)}"'
        with self._action(what) as change:
            return self._recoded(coding, code, change)

    def recode_as_new(self, reference: str, name: str, *, under: str = "") -> Coding:
        """Make a code and give a coding of one's own that one: see ``code_as_new``."""
        coding, made = self._own(reference), list[Coding]()
        before = self.codebook.by_id()[coding.code].path

        def then(code: Code, change: Change) -> None:
            made.append(self._recoded(coding, code, change))

        more = f' for {before} on "{self._words(coding)}"'
        self.add_code(name, under=under, then=then, more=more)
        return made[0]

    def _recoded(self, coding: Coding, code: Code, change: Change) -> Coding:
        # Nobody suggested the new code, and it is chosen by the codebook of today.
        origin: Origin = "by hand" if coding.origin == "suggestion" else coding.origin
        version = self.codebook_version
        new = replace(coding, code=code.id, origin=origin, codebook_version=version)
        return self._replaced([coding], new, change)

    def reshape(self, reference: str, span: Span) -> Coding:
        """Give a coding of one's own other boundaries.

        Raises:
            SpanError: the span reaches past the end of the text.
            UsageError: there are only blanks.
        """
        coding = self._own(reference)
        self._refuse_blank(coding.document, span)
        path = self.codebook.by_id()[coding.code].path
        with self._action(f'move the boundaries of {path} on "{self._words(coding)}"') as change:
            return self._replaced([coding], replace(coding, span=span), change)

    def split(self, reference: str, at: int) -> tuple[Coding, Coding]:
        """Make two codings of one, at an offset inside it; its memo stays with the first.

        Blanks on either side of the cut belong to neither.

        Raises:
            UsageError: one side would have no words.
        """
        coding = self._own(reference)
        text = self._text(coding.document)
        low, high = coding.span.start, coding.span.end
        first, second = text[low : max(at, low)].rstrip(), text[at:high].lstrip()
        if not low < at < high or not first.strip() or not second:
            raise UsageError("A coding is split inside, between words. Put the cursor there.")
        path = self.codebook.by_id()[coding.code].path
        with self._action(f'split {path} on "{self._words(coding)}"') as change:
            one = replace(coding, span=Span(low, low + len(first)))
            two = replace(coding, span=Span(high - len(second), high), memo="")
            one = self._replaced([coding], one, change)
            return one, self._replaced([], two, change)

    def join(self, references: Sequence[str]) -> Coding:
        """Make one coding of several with the same code that touch, overlap or follow each other.

        Between two of them there may be blanks and line ends, nothing else. Memos are joined.

        Raises:
            UsageError: fewer than two, different codes or documents, or words between them.
        """
        parts = sorted((self._own(r) for r in references), key=lambda c: c.span)
        if len(parts) < 2:
            raise UsageError("There is nothing to join: it takes two codings of the same code.")
        first = parts[0]
        if any((c.document, c.code) != (first.document, first.code) for c in parts):
            raise UsageError("Only codings of one code, in one document, can be joined.")
        text, end = self._text(first.document), first.span.end
        for part in parts[1:]:
            if text[end : part.span.start].strip():
                raise UsageError(
                    f'Between them stands "{short(text[end : part.span.start])}".'
                    " Only neighbours can be joined."
                )
            end = max(end, part.span.end)
        path = self.codebook.by_id()[first.code].path
        memo = joined_memos(*(c.memo for c in parts))
        whole = replace(first, span=Span(first.span.start, end), memo=memo)
        with self._action(f"join {counted(len(parts), 'coding')} of {path}") as change:
            return self._replaced(parts, whole, change)

    def _words(self, coding: Coding) -> str:
        return short(self.quote(coding.document, coding.span))

    def _replaced(self, old: Sequence[Coding], new: Coding, change: Change) -> Coding:
        """Put ``new`` where ``old`` were; where it is there already, both memos are kept."""
        self._refuse_stale(old)
        self._refuse_gone(new.document, new.code)
        key = coding_id(new.document, new.span, new.code, new.coder)
        there = self._store.coding(key)
        if there is not None:
            memo = new.memo if there in old else joined_memos(there.memo, new.memo)
            new = replace(there, memo=memo)
        new = replace(new, id=key)
        self._store.retire("coding", [c.id for c in old if c.id != key], change)
        self._store.put_codings([new], change)
        return new
