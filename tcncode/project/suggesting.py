"""Suggestions in an open project: made, answered."""

from __future__ import annotations

from collections.abc import Sequence

from tcncode.model import Coding, Suggestion
from tcncode.project.codings import Codings
from tcncode.project.documents import Progress
from tcncode.project.names import find, short
from tcncode.text import Span


class Suggesting(Codings):
    """The program proposes, the coder decides."""

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
        return exact[0] if exact else find("suggestion", reference, self.suggestions(), _its_id)

    def accept(self, reference: str, span: Span | None = None) -> Coding:
        """Make a suggestion one's own coding, with other boundaries if given."""
        suggestion = self.suggestion(reference)
        where = span or suggestion.span
        words = short(self.quote(suggestion.document, where))
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
        words = short(self.quote(suggestion.document, suggestion.span))
        path = self.codebook.by_id()[suggestion.code].path
        with self._action(f'reject {path} for "{words}"') as change:
            self._store.put_coders([self.coder], change)
            self._store.put_answer(suggestion, answer="rejected", coder=self.coder, change=change)
        return suggestion


def _its_id(suggestion: Suggestion) -> tuple[str]:
    return (suggestion.id,)
