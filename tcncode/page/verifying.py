"""Quotations in a report, held against the project: does each still stand where it says?

Reads HTML, Markdown, XLSX and CSV (see ``quoted``). A quotation's words in the report are compared
too, as far as they are there: somebody may have mended them by hand. So is what the report
attributes them to: code, document, network, place, speaker, coding.

A report keeps the names that codes had when it was written. Codes that were renamed, moved or
merged since are followed to what they are called now; that is told, and is no mistake.
"""

from __future__ import annotations

import shlex
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tcncode.codebook.former import Former
from tcncode.errors import ReadError, UsageError
from tcncode.model import Coding, Table, coding_id, merged
from tcncode.page.quoted import Quoted, read, whole
from tcncode.project import Project
from tcncode.reports.quotations import quotation_hash
from tcncode.reports.quotes import Places
from tcncode.text.numbers import counted
from tcncode.text.safe import safe

_DIGITS = 18
_CUT = ("…", "[…]", "[cut: a cell holds no more]")
"""How words end that were cut for want of room."""


def verify(project: Project, path: Path) -> tuple[Table, int]:
    """Hold the quotations of a report against the project.

    Returns:
        A row for each that does not match: ``where`` in the report, ``document``, ``start``,
        ``end``, ``hash``, ``problem``, ``there`` (what the project has at that place); and how
        many quotations were looked at. The table's warning names codes that the report calls
        otherwise than the codebook does by now.

    Raises:
        ReadError: the file cannot be read, or has no quotation that could be verified.
    """
    quotations = list(read(path))
    found = [each for each in quotations if each is not None]
    if not quotations:
        raise ReadError(
            path, "no quotation here says where it is from",
            'One needs document, start, end and hash; "tcncode report quotes" and "report full"'
            " write them.",
        )  # fmt: skip
    there = _Project(project)
    rows: list[tuple[Any, ...]] = []
    followed: Counter[tuple[str, str]] = Counter()
    for each in found:
        problem, words, names = _problem(there, each)
        if not problem:
            followed.update((each.code, now) for now in names)
        else:
            rows.append(
                (each.where, each.document, each.start, each.end, each.hash, problem, words)
            )
    columns = ("where", "document", "start", "end", "hash", "problem", "there")
    again = shlex.join(("tcncode", "verify", str(path)))
    note = f"There are no quotations in {path}. Repeat: {again}"
    if not found:
        return Table("Quotations that do not match", columns, (), note), 0
    renamed = _renamed(followed)
    note = (
        f"{len(found) - len(rows)} of {counted(len(found), 'quotation')} of {path} match the"
        " project: the hash of the words at their place is theirs, and so are the words that the"
        " report shows. Compared as far as stated: code, document name, network, place, speaker,"
        " coder and id of the coding; of a number of coders, that it is not more than coded it so."
        f"{renamed and ' '}{renamed} Repeat: {again}"
    )
    return Table("Quotations that do not match", columns, tuple(rows), note, renamed), len(found)


def _renamed(followed: Mapping[tuple[str, str], int]) -> str:
    """Codes whose names have changed since the report, in one sentence."""
    if not followed:
        return ""
    each = (f"{was} is {now} ({n})" for (was, now), n in sorted(followed.items()))
    return (
        "Codes that have been renamed, moved or merged since, with the number of quotations that"
        f" still match under the new name: {', '.join(each)}."
    )


class _Project:
    """What quotations are held against; each document is read once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.entries = {entry.id: entry for entry in project.documents()}
        self._documents = {key: key for key in self.entries}
        self._places = Places(project.segments)
        self._coded: dict[str, _Coded | None] = {}
        self._once: dict[str, _Coded] = {}
        self._paths = {code.id: code.path for code in project.codebook.codes}

    def document(self, reference: str) -> str | None:
        """The id of a document, given by its id or as people write it; None: there is none."""
        if reference not in self._documents:
            try:
                self._documents[reference] = self.project.document_id(reference)
            except UsageError:
                self._documents[reference] = ""
        return self._documents[reference] or None

    @cached_property
    def former(self) -> Former:
        """What the codes were called before; looked up where a name of the report needs it."""
        return self.project.former_codes()

    def coding_problem(
        self, document: str, each: Quoted, span: tuple[int, int]
    ) -> tuple[str, Sequence[str]]:
        """How a quotation's coding is no longer the one in the report; empty if it is, and where
        others' codings are hidden, so that one cannot say. And what its code is called now, where
        only another name than the report's was found."""
        if document not in self._coded:
            blind = self.project.is_blind(document)
            codings = () if blind else self.project.codings_in(document)
            names = {key: (path,) for key, path in self._paths.items()}
            self._coded[document] = None if blind else _coded(document, codings, names, {})
        coded = self._coded[document]
        problem = coded.problem(each, span) if coded else ""
        if not problem or each.code not in self._names_that_went:
            return problem, ()
        if document not in self._once:
            codings = self.project.codings_in(document)
            self._once[document] = _coded(document, codings, self.former.paths, self.former.merged)
        problem = self._once[document].problem(each, span)
        now = self._now(document, each.code, span)
        if problem and now:
            called = f"{each.code}, now {' or '.join(now)},"
            problem = problem.replace(f"coded {each.code} ", f"coded {called} ")
        return problem, now

    @cached_property
    def _names_that_went(self) -> set[str]:
        """Paths that a code once had, and the codes above it."""
        return {
            above
            for key, paths in self.former.paths.items()
            for path in paths - {self._paths[key]}
            for above in _above(path)
        }

    def _now(self, document: str, code: str, span: tuple[int, int]) -> list[str]:
        """What a code of the report is called now: itself, or else those that stood below it and
        are given to the passage."""
        paths = self.former.paths
        itself = [now for key, now in self._paths.items() if code in paths[key] and now != code]
        below = {
            self._paths[c.code]
            for c in self.project.codings_in(document)
            if c.span.start < span[1]
            and c.span.end > span[0]
            and any(path.startswith(code + "/") for path in paths[c.code])
        }
        return itself or sorted(below)

    def attributes(self, document: str, span: tuple[int, int]) -> dict[str, str]:
        """What reports say of a passage, by the name of the column."""
        entry = self.entries[document]
        place, speaker = self._places.of(document, *span)
        return {"name": entry.name, "network": entry.network or "", "place": place,
                "speaker": speaker or ""}  # fmt: skip


@dataclass(frozen=True)
class _Coded:
    """The codings of a document."""

    ids: Mapping[str, str]
    """Coding id -> its coder."""
    under: Mapping[str, list[tuple[int, int]]]
    """Path of a code -> the text that it, or one below it, covers."""
    of: Mapping[str, Mapping[str, list[tuple[int, int]]]]
    """Path of a top code -> coder -> the text that they gave it."""

    def problem(self, each: Quoted, span: tuple[int, int]) -> str:
        """How its coding is no longer the one in the report; empty if it is."""
        if each.code:
            covered = self.under.get(each.code, [])
            if not _meets(covered, span):
                return f"the passage is not coded {each.code} any more"
            if not _holds(covered, span):
                return f"only part of the passage is coded {each.code} any more"
        told = each.stated
        coding = told.get("coding", "")
        if coding and coding not in self.ids:
            return f"coding {coding} is not there any more, though others have this code here"
        coder = told.get("coder", "")
        if coder and coding and self.ids[coding] != coder:
            return f"the report says it is {coder}'s, the project {self.ids[coding]}'s"
        number = whole(told.get("coders", ""))
        if each.code and number.isdecimal() and len(number) < _DIGITS:
            by = self.of.get(each.code.split("/")[0], {})
            there = sum(_meets(spans, span) for spans in by.values())
            if int(number) > there:
                return f"the report says coders {number}, the project has {there} here"
        return ""


def _coded(
    document: str,
    codings: Iterable[Coding],
    paths: Mapping[str, Iterable[str]],
    merged_into: Mapping[str, Iterable[str]],
) -> _Coded:
    """A document's codings by the paths of their codes.

    Args:
        paths: id of a code -> what it is called.
        merged_into: id of a code -> those whose codings are its own by now.
    """
    ids: dict[str, str] = {}
    under: dict[str, list[tuple[int, int]]] = {}
    of: dict[str, dict[str, list[tuple[int, int]]]] = {}
    for coding in codings:
        span = coding.span.start, coding.span.end
        ids[coding.id] = coding.coder
        for code in (coding.code, *merged_into.get(coding.code, ())):
            ids[coding_id(document, coding.span, code, coding.coder)] = coding.coder
        for path in {above for name in paths[coding.code] for above in _above(name)}:
            under.setdefault(path, []).append(span)
            if "/" not in path:
                of.setdefault(path, {}).setdefault(coding.coder, []).append(span)
    return _Coded(
        ids,
        {path: merged(spans) for path, spans in under.items()},
        {top: {who: merged(spans) for who, spans in by.items()} for top, by in of.items()},
    )


def _above(path: str) -> list[str]:
    """A path and those of the codes above it."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


def _holds(stretches: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether one of these, in order and apart, covers the whole of a passage."""
    at = bisect_right(stretches, (span[0], sys.maxsize)) - 1
    return at >= 0 and span[1] <= stretches[at][1]


def _meets(stretches: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether one of these shares a character with a passage."""
    at = bisect_right(stretches, (span[1] - 1, sys.maxsize)) - 1
    return at >= 0 and stretches[at][1] > span[0]


def _problem(there: _Project, each: Quoted) -> tuple[str, str | None, Sequence[str]]:
    """What is wrong with a quotation, empty if nothing; what stands there now; and what its code
    is called now, if otherwise."""
    document = there.document(each.document)
    if document is None:
        return "the project has no such document", None, ()
    text = there.project.text(document)
    if not (each.start.isdecimal() and each.end.isdecimal()):
        return "start or end is not a number", None, ()
    # Python refuses to read numbers of thousands of digits; no text is as long as this.
    far = max(len(each.start.lstrip("0")), len(each.end.lstrip("0"))) > _DIGITS
    start, end = (0, 0) if far else (int(each.start), int(each.end))
    if not start < end <= len(text):
        return f"the document has {len(text)} characters", None, ()
    words = text[start:end]
    if quotation_hash(words) != each.hash.lower():
        return "other words stand there", words, ()
    if each.words is not None and not _same(each.words, words):
        return "the report shows other words", words, ()
    problem, names = there.coding_problem(document, each, (start, end))
    return problem or _misattributed(there, document, each, (start, end)), words, names


def _misattributed(there: _Project, document: str, each: Quoted, span: tuple[int, int]) -> str:
    """What the report says of where a passage stands and who speaks, and the project does not."""
    if not each.stated:
        return ""
    for name, value in there.attributes(document, span).items():
        told = each.stated.get(name, value)
        # Tables for eyes show a dash where there is nothing.
        if not _same(told, value) and (value or told != "-"):
            said = told or "(none)"
            return f"the report says {name} {said}, the project {value or '(none)'}"
    return ""


def _same(shown: str, there: str) -> bool:
    """Whether words are those of the text, whatever their line ends; they may be cut."""
    shown, there = _plain(shown), _plain(there)
    if shown == there:
        return True
    for mark in _CUT:
        kept = shown.removesuffix(mark).rstrip()
        if kept != shown and kept and there.startswith(kept):
            return True
    return False


def _plain(words: str) -> str:
    # As reports show words: harmless, and with any white space as one blank.
    return " ".join(safe(words).replace("\u200b", "").split())
