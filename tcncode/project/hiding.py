"""Documents without suggestions, drawn by chance, to see what suggestions do to coding."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tcncode.errors import TcncodeError
from tcncode.model import SETTLED
from tcncode.project.suggesting import Suggesting

if TYPE_CHECKING:
    from tcncode.suggest.effect import Effect


@dataclass(frozen=True, slots=True)
class EffectReport:
    """How coding differs where suggestions were shown."""

    effects: tuple[Effect, ...]
    """``(all codes)`` first, then the codes at the top."""
    shown: int
    """Finished documents with suggestions."""
    hidden: int
    from_suggestions: int
    """Codings, in documents with suggestions, that began as one."""
    codings: int
    """All codings there."""
    share: float
    """The share of documents that was to be hidden, 0 to 1."""


class Hiding(Suggesting):
    """Compares coding with and without suggestions."""

    def suggestion_effect(self) -> EffectReport:
        """Rates of coding in finished documents with suggestions shown and hidden.

        A coding of a sub-code counts for the code at its top, and each coder's for itself; what
        was settled is nobody's. Of documents that are coded blind, only this coder's own count.

        Raises:
            TcncodeError: no documents are hidden, or none of either kind is finished.
        """
        from tcncode.suggest.effect import effect

        share = self.hidden_share()
        if not share:
            raise TcncodeError(
                "Suggestions are shown for all documents here, so there is nothing to compare."
                ' "tcncode init STUDY.tcn --hide-suggestions 0.2" hides them in a fifth.'
            )
        words = {entry.id: entry.words for entry in self._store.document_entries()}
        unseen = self._store.blind_documents()
        finished = {
            (a.document, a.coder)
            for a in self._store.assignments()
            if a.finished
            and words.get(a.document)
            and a.coder != SETTLED
            and (a.coder == self.coder or a.document not in unseen)
        }
        read = Counter(document for document, _ in finished)
        groups = {
            hidden: sorted(d for d in read if self.hides_suggestions(d) is hidden)
            for hidden in (False, True)
        }
        for hidden, documents in groups.items():
            if not documents:
                kind = "without" if hidden else "with"
                raise TcncodeError(
                    f"No document {kind} suggestions is finished yet: mark some as finished"
                    ' ("tcncode finish DOCUMENT"), or import more.'
                )
        top = {code.id: code.path.split("/")[0] for code in self.codebook.codes}
        counts: Counter[tuple[str, str]] = Counter()
        began: Counter[str] = Counter()
        for coding in self._store.codings():
            if (coding.document, coding.coder) in finished and coding.code in top:
                counts[coding.document, top[coding.code]] += 1
                counts[coding.document, "(all codes)"] += 1
                began[coding.document] += coding.origin == "suggestion"
        names = ["(all codes)", *(c.path for c in self.codebook.codes if c.depth == 0)]
        effects = tuple(
            effect(
                name,
                [(counts[d, name], words[d] * read[d]) for d in groups[False]],
                [(counts[d, name], words[d] * read[d]) for d in groups[True]],
            )
            for name in names
        )
        return EffectReport(
            effects, len(groups[False]), len(groups[True]),
            sum(began[d] for d in groups[False]), effects[0].shown_codings, share,
        )  # fmt: skip
