"""Quotations in a report, held against the project: does each still stand where it says?

Reads HTML, Markdown, XLSX and CSV (see ``quoted``). A quotation's words in the report are compared
too, as far as they are there: somebody may have mended them by hand. So is what the report
attributes them to: code, document, network, place, speaker, coding.

A report keeps the names that codes had when it was written. Codes that were renamed, moved or
merged since are followed to what they are called now; that is told, and is no mistake. Which code
had a name is taken from the codebook version that the report's notes tell. A report without one
(CSV has no notes) means the code that has the name now, or where none has, any that ever had it.
"""

from __future__ import annotations

import re
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
from tcncode.export import NOTES
from tcncode.model import Coding, Table, coding_id, merged
from tcncode.page.quoted import Quoted, read, whole
from tcncode.project import Project
from tcncode.reports.quotations import quotation_hash
from tcncode.reports.quotes import Places
from tcncode.text.numbers import counted
from tcncode.text.safe import safe

_DIGITS = 18
_VERSION = re.compile(r"(?:Codebook |· codebook )([0-9a-f]{12})\b")
"""The codebook version in a table's note, and at the head of the page."""
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
    there = _Project(project, path)
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

    def __init__(self, project: Project, path: Path) -> None:
        self.project = project
        self.path = path
        self.entries = {entry.id: entry for entry in project.documents()}
        self._documents = {key: key for key in self.entries}
        self._places = Places(project.segments)
        self._coded: dict[str, _Coded | None] = {}
        self._meant: dict[str, _Meant] = {}
        self._paths = {code.id: code.path for code in project.codebook.codes}
        self._ids = {path: key for key, path in self._paths.items()}

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
        """What the codes were called before."""
        return self.project.former_codes()

    @cached_property
    def _then(self) -> Mapping[str, str]:
        """Path -> id of the codes as they are by now (after merges), of the codebook version that
        the report tells; empty where it tells none that this project had, or several."""
        books = [self.project.codebook_at(version) for version in _versions(self.path)]
        known = [book for book in books if book]
        became = {old: key for key, olds in self.former.merged.items() for old in olds}
        codes = known[0].codes if len(known) == 1 else ()
        return {code.path: became.get(code.id, code.id) for code in codes}

    def coding_problem(
        self, document: str, each: Quoted, span: tuple[int, int]
    ) -> tuple[str, Sequence[str]]:
        """How a quotation's coding is no longer the one in the report; empty if it is, and where
        others' codings are hidden, so that one cannot say. And what its code is called now, where
        only another name than the report's was found."""
        if document not in self._coded:
            blind = self.project.is_blind(document)
            codings = () if blind else self.project.codings_in(document)
            merged_into = self.former.merged
            self._coded[document] = None if blind else _Coded(document, codings, merged_into)
        coded = self._coded[document]
        if coded is None:
            return "", ()
        code = each.code
        meant, top = self.meant(code), self.meant(code.split("/")[0])
        problem = coded.problem(each, span, meant.all, meant.all | top.all)
        own = meant.itself.get(code)
        if not problem and own and _holds(coded.covered(own), span):
            return "", ()
        itself = {path: keys for path, keys in meant.itself.items() if path != code}
        now = coded.there(itself, span) or coded.there(meant.below, span)
        if problem:
            now = sorted(itself) or now
            called = f"{code}, now {' or '.join(now)}," if now else code
            others = " or ".join(coded.there(meant.others, span))
            but = f", but {others}, which had that name before" if others else ""
            problem = problem.replace(f"coded {code} any more", f"coded {called} any more{but}")
        return problem, now

    def meant(self, name: str) -> _Meant:
        """Which codes a name of the report means.

        Where the report tells its codebook version, the one that had the name then; else the one
        that has it now, or else each that ever had it. And those that stood below it.
        """
        if name not in self._meant:
            holder = self._ids.get(name)
            had = self.former.held.get(name, frozenset()) - {holder}
            others: Iterable[str] = ()
            if name in self._then:
                itself: Iterable[str] = (self._then[name],)
                held = {path: frozenset((key,)) for path, key in self._then.items()}
            elif holder and had:
                # What moved away from below the name may have stood below another code.
                itself, others, held = (holder,), had, {}
            else:
                itself = (holder,) if holder else had
                held = dict(self.former.held)
            found = self._now(itself)
            below = {k for path, keys in held.items() if path.startswith(f"{name}/") for k in keys}
            apart = self._now(below.difference(*found.values()))
            self._meant[name] = _Meant(found, apart, self._now(others))
        return self._meant[name]

    def _now(self, codes: Iterable[str]) -> dict[str, frozenset[str]]:
        """What those of these codes that are there are called now -> it and all below it."""
        paths = sorted(self._paths[key] for key in codes if key in self._paths)
        return {
            path: frozenset(k for k, at in self._paths.items() if f"{at}/".startswith(f"{path}/"))
            for path in paths
        }

    def attributes(self, document: str, span: tuple[int, int]) -> dict[str, str]:
        """What reports say of a passage, by the name of the column."""
        entry = self.entries[document]
        place, speaker = self._places.of(document, *span)
        return {"name": entry.name, "network": entry.network or "", "place": place,
                "speaker": speaker or ""}  # fmt: skip


@dataclass(frozen=True)
class _Meant:
    """What a name of the report means: present path of a code -> ids of it and all below it."""

    itself: Mapping[str, frozenset[str]]
    below: Mapping[str, frozenset[str]]
    """Codes that stood below it and are elsewhere by now."""
    others: Mapping[str, frozenset[str]]
    """Codes that once had the name, and are not meant: another has it now."""

    @cached_property
    def all(self) -> frozenset[str]:
        """Ids of every code that is meant."""
        return frozenset().union(*self.itself.values(), *self.below.values())


class _Coded:
    """The codings of a document."""

    def __init__(
        self, document: str, codings: Iterable[Coding], merged_into: Mapping[str, Iterable[str]]
    ) -> None:
        self.ids: dict[str, str] = {}
        """Coding id -> its coder; also the id that it had under a code that was merged since."""
        self._spans: dict[str, dict[str, list[tuple[int, int]]]] = {}
        """Code -> coder -> the passages that they gave it."""
        self._by: dict[frozenset[str], dict[str, list[tuple[int, int]]]] = {}
        self._covered: dict[frozenset[str], list[tuple[int, int]]] = {}
        for c in codings:
            self.ids[c.id] = c.coder
            for code in merged_into.get(c.code, ()):
                self.ids[coding_id(document, c.span, code, c.coder)] = c.coder
            by = self._spans.setdefault(c.code, {})
            by.setdefault(c.coder, []).append((c.span.start, c.span.end))

    def by(self, codes: frozenset[str]) -> Mapping[str, list[tuple[int, int]]]:
        """Coder -> the text that they gave one of these codes, in order and apart."""
        if codes not in self._by:
            found: dict[str, list[tuple[int, int]]] = {}
            for code in codes & self._spans.keys():
                for coder, spans in self._spans[code].items():
                    found.setdefault(coder, []).extend(spans)
            self._by[codes] = {coder: merged(spans) for coder, spans in found.items()}
        return self._by[codes]

    def covered(self, codes: frozenset[str]) -> list[tuple[int, int]]:
        """The text that has one of these codes, in order and apart."""
        if codes not in self._covered:
            self._covered[codes] = merged([s for spans in self.by(codes).values() for s in spans])
        return self._covered[codes]

    def there(self, codes: Mapping[str, frozenset[str]], span: tuple[int, int]) -> list[str]:
        """Those of these paths whose codes some of a passage has."""
        return [path for path, keys in codes.items() if _meets(self.covered(keys), span)]

    def problem(
        self, each: Quoted, span: tuple[int, int], codes: frozenset[str], top: frozenset[str]
    ) -> str:
        """How its coding is no longer the one in the report; empty if it is.

        Args:
            codes: those that its code means.
            top: those that count where coders are counted: likewise for its top code.
        """
        if each.code:
            covered = self.covered(codes)
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
            there = sum(_meets(spans, span) for spans in self.by(top).values())
            if int(number) > there:
                return f"the report says coders {number}, the project has {there} here"
        return ""


def _versions(path: Path) -> set[str]:
    """The codebook versions that a report's notes tell; a CSV file has no notes."""
    if path.suffix.lower() == ".xlsx":
        from openpyxl import load_workbook

        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book[NOTES] if NOTES in book.sheetnames else ()
        words = "\n".join(str(cell.value) for row in sheet for cell in row)
        book.close()
    else:
        words = path.read_text(encoding="utf-8", errors="replace")
    return set(_VERSION.findall(words))


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
