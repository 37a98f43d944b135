"""Where something stands in an open project: words in texts, codings by their codes and place."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import Literal, get_args

from tcncode import reports, retrieval, search
from tcncode.errors import UsageError
from tcncode.model import Coding, DocumentEntry, Table, coding_id
from tcncode.near_identical import pairs
from tcncode.project.editing import Editing
from tcncode.project.results import Results
from tcncode.reports import Filters
from tcncode.search import Finder, Hit
from tcncode.text import Span
from tcncode.text.settle import settle
from tcncode.text.turns import speech_start

Passage = Literal["hit", "sentence", "paragraph"]
"""What is coded where something was found: its words alone, or the sentence or paragraph."""
PASSAGES: tuple[Passage, ...] = get_args(Passage)
ANY = "*"
"""As words of a memo: any memo at all. As who finished: all whose codings count."""


@dataclass(frozen=True, slots=True)
class HitsToCode:
    """What coding some hits comes to."""

    fresh: tuple[tuple[str, Span], ...]
    """Document id and passage, each once: those that do not have the code from this coder."""
    there: int
    """How many passages have it."""


class Finding(Editing, Results):
    """Searches texts and codings, and codes what was found."""

    # -- words in texts -----------------------------------------------------------

    def search(
        self,
        query: str,
        *,
        mode: str = "words",
        score: float = 85,
        network: str | None = None,
        document: str | None = None,
    ) -> list[Hit]:
        """Where a query stands in the texts: by ``words``, ``regex`` or ``fuzzy``."""
        found = self.each_found(query, mode=mode, score=score, network=network, document=document)
        return [hit for hits in found for hit in hits]

    def each_found(
        self,
        query: str,
        *,
        mode: str = "words",
        score: float = 85,
        network: str | None = None,
        document: str | None = None,
    ) -> Iterator[list[Hit]]:
        """Likewise, document by document as they are searched; empty lists where nothing is.

        Args:
            network: ``(none)`` for documents that belong to none.
            document: only this one, by id, name, or an unambiguous beginning of one.

        Raises:
            UnknownNameError, AmbiguousNameError: no or several documents are called so.
            UsageError: there is nothing to look for, or the regular expression is none or slow.
        """
        query = settle(query)
        if not query.strip():
            raise UsageError("There is nothing to look for. Give a word or two.")
        only = self.document_id(document) if document else None
        entries = [e for e in self._documents_of(network, None).values() if only in (None, e.id)]
        if mode == "words":
            match = search.fts_query(search.fold(query)[0])
            holding = set(self._store.documents_matching(match)) if match else set()
            entries = [entry for entry in entries if entry.id in holding]
        if mode == "fuzzy":
            for entry in entries:
                near = search.find_fuzzy(self._text(entry.id), query, score)
                yield [Hit(entry.id, span, likeness) for span, likeness in near]
            return
        find = search.word_finder(query) if mode == "words" else search.regex_finder(query)
        for entry in entries:
            yield [Hit(entry.id, span) for span in find(self._text(entry.id))]

    def passages(
        self, hits: Iterable[Hit], passage: Passage = "sentence"
    ) -> list[tuple[str, Span]]:
        """The passages that hits stand for, each once: document id and span.

        A hit in no sentence or paragraph stands for itself. Hits of nothing but blanks are left
        out.
        """
        by_document: dict[str, list[Span]] = {}
        for hit in hits:
            by_document.setdefault(hit.document, []).append(hit.span)
        found = []
        for document, spans in by_document.items():
            if passage != "hit":
                stretches = self.stretches(document, passage)
                spans = [search.around(span, stretches) for span in spans]
            text = self._text(document)
            found += [(document, s) for s in sorted(set(spans)) if s.of(text).strip()]
        return found

    def hits_to_code(
        self, hits: Iterable[Hit], code: str, *, passage: Passage = "sentence"
    ) -> HitsToCode:
        """What ``code_hits`` would do."""
        code_id = self.codebook.get(code).id
        passages = self.passages(hits, passage)
        own = {c.id for c in self._store.codings(codes=[code_id], coders=[self.coder])}
        fresh = [
            (document, span)
            for document, span in passages
            if coding_id(document, span, code_id, self.coder) not in own
        ]
        return HitsToCode(tuple(fresh), len(passages) - len(fresh))

    def code_hits(
        self, hits: Iterable[Hit], code: str, *, passage: Passage = "sentence"
    ) -> tuple[list[Coding], int]:
        """Code what was found, all of it in one action. What has the code already stays.

        Returns:
            The new codings, and how many passages had the code before.
        """
        return self.code_all(self.passages(hits, passage), code)

    # -- codings ------------------------------------------------------------------

    def quotations_where(
        self,
        expression: str = "",
        *,
        network: str | None = None,
        document: str | None = None,
        kind: str | None = None,
        code: str | None = None,
        coder: str | None = None,
        origin: str | None = None,
        text: str = "",
        memo: str = "",
        any_coder: bool = False,
        year: str | None = None,
        role: str | None = None,
        no_interviewers: bool = False,
        language: str | None = None,
        since: str | None = None,
        until: str | None = None,
        finished_by: str | None = None,
    ) -> list[Coding]:
        """Codings that fit all that is given, by document and place. Names or ids.

        Args:
            expression: see ``retrieval``; it looks at all codings of the documents, and the
                other filters at what it finds.
            network: ``(none)`` for documents that belong to none.
            code: brings its sub-codes.
            origin: also ``no suggestions``: all that did not begin as one.
            text: words that the quotation must have, as in ``search``.
            memo: words that the memo must have; ``*`` for any memo.
            any_coder: let codings of different coders meet in the expression.
            year: of the document's date; ``(no date)`` for documents that have none.
            role: of somebody who says words of the quotation; as in ``reports.speakers``.
            no_interviewers: leave out what lies in interviewers' turns and labels of turns alone.
            since: a year, month or day; see ``Filters``, and for ``language`` and ``until``, too.
            finished_by: a coder: documents that are finished as far as it is up to them; ``*``:
                to all whose codings count. See ``Results.done_with``.

        Raises:
            UsageError: the expression is none, a date is none, or no document is in the language.
        """
        entries = self._documents_of(network, kind)
        if language or since or until or finished_by:
            coders = () if finished_by in (None, ANY) else (finished_by or "",)
            limits = self.chosen(Filters(
                language=language or None, since=since or None, until=until or None,
                coders=coders, finished=bool(finished_by),
            ))  # fmt: skip
            fit = {e.id for e in self.counted_documents(limits)}
            entries = {key: e for key, e in entries.items() if key in fit}
        if year:
            entries = {
                key: e for key, e in entries.items()
                if (e.date[:4] if e.date else reports.NO_DATE) == year
            }  # fmt: skip
        if expression.strip():
            meant = retrieval.parse(expression, self.codebook)
            # Others than those wanted may be what they meet.
            found = self.codings(document=document, coder=None if any_coder else coder)
            found = [c for c in found if c.document in entries]
            starts = cache(self._unit_starts)
            found = retrieval.matching(meant, found, starts, any_coder=any_coder)
        else:
            found = self.codings(document=document, code=code, coder=coder)
            found = [c for c in found if c.document in entries]
        tests: list[Callable[[Coding], bool]] = []
        if coder:
            wanted = self.known_coder(coder)
            tests.append(lambda c: c.coder == wanted)
        if code:
            ids = set(self._code_ids(code))
            tests.append(lambda c: c.code in ids)
        if origin:
            wanted_origin = Filters(origin=origin)
            tests.append(lambda c: wanted_origin.counts_origin(c.origin))
        if memo.strip() == ANY:
            tests.append(lambda c: bool(c.memo))
        elif memo.strip():
            tests.append(partial(_has_words, search.word_finder(memo), lambda c: c.memo))
        if text.strip():
            words_of = lambda c: c.span.of(self._text(c.document))  # noqa: E731
            tests.append(partial(_has_words, search.word_finder(text), words_of))
        if role or no_interviewers:
            said = self._said_by(role, no_interviewers=no_interviewers)
            tests.append(lambda c: self._has_word_in(c, said(c.document)))
        return [c for c in found if all(test(c) for test in tests)]

    def _said_by(
        self, role: str | None, *, no_interviewers: bool
    ) -> Callable[[str], list[tuple[int, int]]]:
        """Gives for a document id what speakers of a role say in it, without their labels; without
        a role all that is not an interviewer's turn or a label."""
        from tcncode.reports.speakers import NO_TURN, NOT_SAID

        turns: defaultdict[str, list[tuple[int, int, str | None, str]]] = defaultdict(list)
        for document, start, end, label, whose, _ in self._store.speaker_turns():
            turns[document].append((start, end, label, whose or NOT_SAID))

        @cache
        def said(document: str) -> list[tuple[int, int]]:
            here, text = sorted(turns[document], key=lambda turn: turn[:2]), self._text(document)
            if role == NO_TURN:
                ends = [0, *(end for _, end, *_ in here)]
                return list(zip(ends, [*(start for start, *_ in here), len(text)], strict=True))
            spoken = [
                (start, min(speech_start(text, start, label), end), end, whose)
                for start, end, label, whose in here
                if not (no_interviewers and role == whose == "interviewer")
            ]
            if role:
                return [(first, end) for _, first, end, whose in spoken if whose == role]
            until = [0, *(end if whose == "interviewer" else first
                          for _, first, end, whose in spoken)]  # fmt: skip
            return list(zip(until, [*(start for start, *_ in spoken), len(text)], strict=True))

        return said

    def _has_word_in(self, coding: Coding, stretches: Sequence[tuple[int, int]]) -> bool:
        """Whether a coding has more than blanks in common with one of these stretches."""
        text, span = self._text(coding.document), coding.span
        first = bisect_right(stretches, (span.start, len(text))) - 1
        for start, end in stretches[max(first, 0) :]:
            if start >= span.end:
                return False
            if text[max(start, span.start) : min(end, span.end)].strip():
                return True
        return False

    def quotations_table(
        self, codings: Sequence[Coding], filters: Mapping[str, str | None] | None = None
    ) -> Table:
        """Codings with their words, in the order given.

        Args:
            filters: how they were chosen, for the table's note; empty ones are not named.
        """
        entries = {entry.id: entry for entry in self.documents()}
        coders = ", ".join(sorted({c.coder for c in codings})) or "none"
        said = "".join(f"; {key} = {value}" for key, value in (filters or {}).items() if value)
        given = filters or {}
        meant = self._documents_of(given.get("network"), given.get("kind"))
        one = self.document_id(given["document"] or "") if given.get("document") else None
        blind = self.told_blind(e for key, e in meant.items() if one in (None, key))
        note = f"Coders: {coders}{said}. {blind}Codebook {self.codebook_version}."
        coded = reports.Coded(codings, entries, self.codebook, self._text, note)
        return replace(reports.quotations.table(coded), warning=blind.strip())

    def _documents_of(self, network: str | None, kind: str | None) -> dict[str, DocumentEntry]:
        """By id: the documents of a network and a kind."""
        without = network == reports.NO_NETWORK
        entries = self.documents(network=None if without else network, kind=kind)
        return {e.id: e for e in entries if not without or e.network is None}

    def _unit_starts(self, document: str, unit: retrieval.Unit) -> list[int]:
        return [start for start, _ in self.stretches(document, unit)]

    # -- documents ----------------------------------------------------------------

    _alike: tuple[tuple[frozenset[str], float], dict[str, list[tuple[str, float]]]] | None = None

    def near_identical(self, threshold: float = 90.0) -> dict[str, list[tuple[str, float]]]:
        """Documents whose texts are nearly the same: id -> the others, likest first.

        Kept until documents come or go. See ``tcncode.near_identical`` for what likeness is.

        Args:
            threshold: least likeness, 0 to 100.
        """
        ids = [entry.id for entry in self.documents()]
        key = frozenset(ids), threshold
        if self._alike is None or self._alike[0] != key:
            alike: dict[str, list[tuple[str, float]]] = {}
            for one, other, likeness in pairs(ids, self._text, threshold=threshold):
                alike.setdefault(one, []).append((other, likeness))
                alike.setdefault(other, []).append((one, likeness))
            for others in alike.values():
                others.sort(key=lambda pair: (-pair[1], pair[0]))
            self._alike = key, alike
        return self._alike[1]


def _has_words(find: Finder, of: Callable[[Coding], str], coding: Coding) -> bool:
    return bool(find(of(coding)))
