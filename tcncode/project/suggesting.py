"""Suggestions in an open project: made, answered."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tcncode import journal, reports
from tcncode.errors import UnknownNameError, UsageError
from tcncode.model import Answer, Change, Coding, Suggestion, coding_id
from tcncode.project.documents import Progress
from tcncode.project.learning import Learning
from tcncode.project.names import find, short
from tcncode.text import Span
from tcncode.text.numbers import counted

if TYPE_CHECKING:
    from tcncode.suggest.lots import Asked

MUTE_AFTER = 20
"""Answers from which on a code may mute itself."""
MUTE_BELOW = 0.4
"""Least share of them that must be accepted."""
BY_HAND = "muted by hand"
"""Why a code is not suggested that somebody muted."""
AT_ONCE = 50
"""Documents whose suggestions are saved together."""


@dataclass(frozen=True, slots=True)
class Record:
    """How a coder has answered the suggestions of one code."""

    accepted: int = 0
    rejected: int = 0

    @property
    def answered(self) -> int:
        """How many there were."""
        return self.accepted + self.rejected


class Suggesting(Learning):
    """The program proposes, the coder decides."""

    _counted: tuple[int, Counter[tuple[str, str]]] | None = None
    """All coders' answers, as of so many entries of the journal: every screen asks for them."""

    def suggest(
        self,
        documents: Sequence[str] | None = None,
        *,
        threshold: float | None = None,
        progress: Progress | None = None,
    ) -> int:
        """Make suggestions for documents (ids; all when None). Answered ones do not come back.

        Args:
            threshold: 0 to 1; None: each code's own.

        Returns:
            How many are open in these documents now.
        """
        if documents is None:
            documents = [entry.id for entry in self._store.document_entries()]
        suggester = self.suggester()
        muted = set(self.muted())
        for first in range(0, len(documents), AT_ONCE):
            batch = documents[first : first + AT_ONCE]
            shown = [d for d in batch if not self.hides_suggestions(d)]
            asked = (self._asked_of(document) for document in shown)
            made = suggester.suggest_all(asked, threshold=threshold, leave_out=muted)
            found = {document: list[Suggestion]() for document in batch}
            for n, (document, suggestions) in enumerate(zip(shown, made, strict=True), first + 1):
                found[document] = suggestions
                if progress:
                    progress(n, len(documents))
            if progress and len(shown) < len(batch):
                progress(first + len(batch), len(documents))
            # Kept as it goes: memory does not grow, and others who save do not wait for the whole.
            with self._action(f"suggest for {counted(len(batch), 'document')}"):
                for document, suggestions in found.items():
                    self._store.replace_suggestions(document, suggestions)
        counts = self._store.open_counts(self.coder, documents=documents)
        return sum(n for code, n in counts.items() if code not in muted)

    def _asked_of(self, document: str) -> Asked:
        """A document (its id) as the suggester wants it."""
        from tcncode.suggest.lots import Asked

        return Asked(
            document,
            self._text(document),
            self._sentences(document),
            skip=self._silent(document),
            blocks=self._blocks(document),
        )

    def hidden_share(self) -> float:
        """The share of documents, 0 to 1, for which no suggestions are made; set at the start."""
        return float(self._store.setting("suggest.hidden") or 0)

    def hides_suggestions(self, document: str) -> bool:
        """Whether a document (its id) is one of those."""
        from tcncode.suggest.effect import is_hidden

        return is_hidden(document, self.hidden_share())

    def hidden_documents(self, documents: Sequence[str] | None = None) -> int:
        """How many of some documents (ids; all when None) get no suggestions."""
        if not self.hidden_share():
            return 0
        if documents is None:
            documents = [entry.id for entry in self._store.document_entries()]
        return sum(map(self.hides_suggestions, documents))

    # -- open ones ----------------------------------------------------------------

    def suggestions(
        self,
        *,
        document: str | None = None,
        network: str | None = None,
        code: str | None = None,
        threshold: float = 0.0,
        ids: Sequence[str] | None = None,
    ) -> list[Suggestion]:
        """Open suggestions that fit all that is given, best first within a document.

        Names or ids; a code brings its sub-codes. ``network`` may be ``reports.NO_NETWORK``.
        Those of muted codes are left out, unless asked for by ``ids``.
        """
        nowhere = network == reports.NO_NETWORK
        found = self._store.suggestions(
            self.coder,
            ids=ids,
            documents=[self.document_id(document)] if document else None,
            codes=self._code_ids(code) if code else None,
            network=self.network(network).id if network and not nowhere else None,
            score=threshold,
            muted=self.muted() if ids is None else (),
        )
        if nowhere:
            outside = {e.id for e in self._store.document_entries() if e.network is None}
            found = [s for s in found if s.document in outside]
        return found

    def suggestions_in(self, document: str) -> list[Suggestion]:
        """Open suggestions of a document given by its id; none where it was taken back."""
        return self._store.suggestions(self.coder, documents=[document], muted=self.muted())

    def open_suggestions(self) -> set[str]:
        """Ids of all open suggestions, to see cheaply which came and went."""
        return self._store.open_suggestions(self.coder, muted=self.muted())

    def muted_open(self) -> dict[str, int]:
        """How many suggestions are open and not shown, by the id of their muted code."""
        counts = self._store.open_counts(self.coder)
        return {code: counts[code] for code in self.muted() if code in counts}

    def suggestion(self, reference: str) -> Suggestion:
        """An open suggestion by its id, or an unambiguous beginning of it.

        Raises:
            UsageError: it is answered already, or there is none or more than one.
        """
        suggestion, answer = self.explained(reference)
        if answer is not None:
            words = short(self.quote(suggestion.document, suggestion.span))
            path = self.codebook.by_id()[suggestion.code].path
            raise UsageError(
                f'{self.coder} has {answer} suggestion {suggestion.id} ({path} for "{words}").'
                ' "tcncode suggest list" shows what is open.'
            )
        return suggestion

    def explained(self, reference: str) -> tuple[Suggestion, Answer | None]:
        """A suggestion by its id, or an unambiguous beginning of it, and this coder's answer.

        Raises:
            UnknownNameError: none that is open or answered has this id.
            AmbiguousNameError: several do.
        """
        exact = self.suggestions(ids=[reference])
        if exact:
            return exact[0], None
        try:
            return find("suggestion", reference, self.suggestions(), _its_id), None
        except UnknownNameError:
            answered = {s.id: (s, answer) for s, answer in self._store.answered(self.coder)}
            if not answered:
                raise
            known = [suggestion for suggestion, _ in answered.values()]
            return answered[find("suggestion", reference, known, _its_id).id]

    def track_record(self) -> dict[str, Record]:
        """How this coder has answered so far, by code id; codes never answered are left out."""
        counts: Counter[tuple[str, Answer]] = Counter()
        for code, answer, n in self._store.answers(self.coder):
            counts[code, answer] += n
        return {
            code: Record(counts[code, "accepted"], counts[code, "rejected"])
            for code in sorted({code for code, _ in counts})
        }

    # -- muting -------------------------------------------------------------------

    def muted(self) -> dict[str, str]:
        """Codes (ids) that are not suggested, with why.

        A code mutes itself when ``MUTE_AFTER`` answers or more, of all coders, were accepted in
        less than ``MUTE_BELOW``, whatever those under it do; ``set_muted`` has the last word.
        """
        said, counts = self._mute_settings(), self._answers_of_all()
        out = {}
        for code in self.codebook.codes:
            choice = said.get("codes", {}).get(code.id)
            right = counts[code.id, "accepted"]
            answered = right + counts[code.id, "rejected"]
            if choice == "muted":
                out[code.id] = BY_HAND
            elif choice is None and answered >= MUTE_AFTER and right < MUTE_BELOW * answered:
                out[code.id] = f"right {right} of {answered}"
        return out

    def set_muted(self, code_name: str, muted: bool) -> list[str]:
        """Mute a code and those under it, or have them suggested whatever their track record.

        Returns:
            Their ids, the code's own first.
        """
        codes = self._code_ids(code_name)
        said = self._mute_settings()
        choice = "muted" if muted else "heard"
        said.setdefault("codes", {}).update(dict.fromkeys(codes, choice))
        with self._writable():
            self._store.set_setting("suggest.mute", json.dumps(said, sort_keys=True))
            self._store.others_are_open()
        return codes

    def _answers_of_all(self) -> Mapping[tuple[str, str], int]:
        """How often each code got each answer; counted anew only after something changed there."""
        number = journal.last_number(self._database)
        known = self._counted
        if known is None or journal.touched(
            self._database, known[0], "suggestion_answer", "document"
        ):
            counts = {(code, answer): n for code, answer, n in self._store.answers()}
            known = number, Counter(counts)
        self._counted = number, known[1]
        return known[1]

    def _mute_settings(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._store.setting("suggest.mute") or "{}")
        return found

    # -- answers ------------------------------------------------------------------

    def accept(self, reference: str, span: Span | None = None) -> Coding:
        """Make a suggestion one's own coding, with other boundaries if given.

        Raises:
            UsageError: those have nothing in common with the suggestion's.
        """
        suggestion = self.suggestion(reference)
        where = self._place(suggestion, span)
        words = short(self._refuse_blank(suggestion.document, where))
        path = self.codebook.by_id()[suggestion.code].path
        with self._action(f'accept {path} for "{words}"') as change:
            self._put_answers([suggestion], "accepted", change)
            return self._put_coding(
                suggestion.document, where, suggestion.code, "", "suggestion", change
            )

    def accept_as(self, reference: str, code_name: str, span: Span | None = None) -> Coding:
        """Code the passage of a suggestion with another code, and turn the suggestion down.

        The coding is one "by hand": the program did not think of it.

        Raises:
            UsageError: it is the code that was suggested, or another passage.
        """
        suggestion = self.suggestion(reference)
        code = self.codebook.get(code_name)
        if code.id == suggestion.code:
            raise UsageError(f"{code.path} is what was suggested: accept it as it is.")
        where = self._place(suggestion, span)
        words = short(self._refuse_blank(suggestion.document, where))
        was = self.codebook.by_id()[suggestion.code].path
        with self._action(f'code "{words}" as {code.path}, not {was} as suggested') as change:
            self._put_answers([suggestion], "rejected", change)
            return self._put_coding(suggestion.document, where, code.id, "", "by hand", change)

    def _place(self, suggestion: Suggestion, span: Span | None) -> Span:
        """Where a suggestion is accepted: a coding of other words would not come from it."""
        there = suggestion.span
        if span is None or span.overlaps(there):
            return span or there
        name = self._entries([suggestion.document])[0].name
        raise UsageError(
            f"{span.start}:{span.end} has no character of suggestion {suggestion.id}, which is at"
            f" {there.start}:{there.end} in {name}."
            f' "tcncode code {suggestion.document} CODE --at {span.start}:{span.end}" codes'
            " other words."
        )

    def reject(self, reference: str) -> Suggestion:
        """Turn a suggestion down; it does not come back, unless that is undone."""
        suggestion = self.suggestion(reference)
        words = short(self.quote(suggestion.document, suggestion.span))
        path = self.codebook.by_id()[suggestion.code].path
        with self._action(f'reject {path} for "{words}"') as change:
            self._put_answers([suggestion], "rejected", change)
        return suggestion

    def accept_many(self, ids: Sequence[str]) -> list[Coding]:
        """Make several suggestions (full ids) one's own codings: one action, all or none.

        Raises:
            UnknownNameError: one of them is not open; nothing was changed.
        """
        moment, version = journal.now(), self.codebook_version
        made = {}
        with self._action(f"accept {counted(len(set(ids)), 'suggestion')}") as change:
            suggestions = self._all_open(ids)
            for s in suggestions:
                key = coding_id(s.document, s.span, s.code, self.coder)
                made[key] = Coding(
                    key, s.document, s.span, s.code, self.coder, "", "suggestion", moment, version
                )
            self._put_answers(suggestions, "accepted", change)
            # What was coded before, perhaps with a memo, stays as it is.
            made |= {c.id: c for c in self._store.codings(ids=list(made))}
            self._store.put_codings(made.values(), change)
        return list(made.values())

    def reject_many(self, ids: Sequence[str]) -> list[Suggestion]:
        """Turn several suggestions (full ids) down: one action, all or none.

        Raises:
            UnknownNameError: one of them is not open; nothing was changed.
        """
        with self._action(f"reject {counted(len(set(ids)), 'suggestion')}") as change:
            suggestions = self._all_open(ids)
            self._put_answers(suggestions, "rejected", change)
        return suggestions

    def _all_open(self, ids: Sequence[str]) -> list[Suggestion]:
        wanted = list(dict.fromkeys(ids))
        found = {s.id: s for s in self.suggestions(ids=wanted)}
        for key in wanted:
            if key not in found:
                raise UnknownNameError("suggestion", key, lister="tcncode suggest list")
        return [found[key] for key in wanted]

    def _put_answers(
        self, suggestions: Sequence[Suggestion], answer: Answer, change: Change
    ) -> None:
        self._store.put_coders([self.coder], change)
        self._store.put_answers(suggestions, answer=answer, coder=self.coder, change=change)


def _its_id(suggestion: Suggestion) -> tuple[str]:
    return (suggestion.id,)
