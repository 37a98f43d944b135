"""Quotations in a report, held against the project: does each still stand where it says?

Reads HTML, Markdown, XLSX and CSV. A quotation is whatever carries a document, a start, an end and
a hash: an element with ``data-`` attributes, or a row of a table with these columns. Its words
in the report are compared too, as far as they are there: somebody may have mended them by hand.
So is what the report attributes them to: code, document, network, place, speaker, coding.
"""

from __future__ import annotations

import csv
import io
import re
import shlex
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tcncode.errors import ReadError, UsageError
from tcncode.model import Table, coding_id, merged
from tcncode.project import Project
from tcncode.reports.quotations import quotation_hash
from tcncode.reports.quotes import Places
from tcncode.text.numbers import counted
from tcncode.text.safe import safe

NEEDED = ("document", "start", "end", "hash")
STATED = ("name", "network", "place", "speaker", "coders", "coder", "coding")
"""What a quotation may be attributed to besides its code, as columns of a table are named."""
_NAMES = re.compile(r"\w+")
_DIGITS = 18
_CUT = ("…", "[…]", "[cut: a cell holds no more]")
"""How words end that were cut for want of room."""


@dataclass(frozen=True)
class Quoted:
    """A quotation as a report has it."""

    where: str
    """Line, row or sheet of the report."""
    document: str
    start: str
    end: str
    hash: str
    words: str | None = None
    """None where the report does not show them."""
    code: str = ""
    stated: Mapping[str, str] = field(default_factory=dict)
    """Those of ``STATED`` that the report has."""


def verify(project: Project, path: Path) -> tuple[Table, int]:
    """Hold the quotations of a report against the project.

    Returns:
        A row for each that does not match: ``where`` in the report, ``document``, ``start``,
        ``end``, ``hash``, ``problem``, ``there`` (what the project has at that place); and how
        many quotations were looked at.

    Raises:
        ReadError: the file cannot be read, or has no quotation that could be verified.
    """
    read = list(_read(path))
    found = [each for each in read if each is not None]
    if not read:
        raise ReadError(
            path, "no quotation here says where it is from",
            'One needs document, start, end and hash; "tcncode report quotes" and "report full"'
            " write them.",
        )  # fmt: skip
    there = _Project(project)
    rows: list[tuple[Any, ...]] = []
    for each in found:
        problem, words = _problem(there, each)
        if problem:
            rows.append(
                (each.where, each.document, each.start, each.end, each.hash, problem, words)
            )
    columns = ("where", "document", "start", "end", "hash", "problem", "there")
    again = shlex.join(("tcncode", "verify", str(path)))
    note = f"There are no quotations in {path}. Repeat: {again}"
    if not found:
        return Table("Quotations that do not match", columns, (), note), 0
    note = (
        f"{len(found) - len(rows)} of {counted(len(found), 'quotation')} of {path} match the"
        " project: the hash of the words at their place is theirs, and so are the words that the"
        " report shows. Compared as far as stated: code, document name, network, place, speaker,"
        " coder and id of the coding; of a number of coders, that it is not more than coded it so."
        f" Repeat: {again}"
    )
    return Table("Quotations that do not match", columns, tuple(rows), note), len(found)


class _Project:
    """What quotations are held against; each document is read once."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.entries = {entry.id: entry for entry in project.documents()}
        self._documents = {key: key for key in self.entries}
        self._places = Places(project.segments)
        self._coded: dict[str, _Coded | None] = {}
        book = project.codebook
        self._paths = {code.id: code.path for code in book.codes}

    def document(self, reference: str) -> str | None:
        """The id of a document, given by its id or as people write it; None: there is none."""
        if reference not in self._documents:
            try:
                self._documents[reference] = self.project.document_id(reference)
            except UsageError:
                self._documents[reference] = ""
        return self._documents[reference] or None

    def coded(self, document: str) -> _Coded | None:
        """A document's codings; None where others' are hidden, so that one cannot say."""
        if document not in self._coded:
            hidden = self.project.is_blind(document)
            self._coded[document] = None if hidden else self._read(document)
        return self._coded[document]

    def _read(self, document: str) -> _Coded:
        ids: dict[str, str] = {}
        under: dict[str, list[tuple[int, int]]] = {}
        of: dict[str, dict[str, list[tuple[int, int]]]] = {}
        for coding in self.project.codings_in(document):
            span = coding.span.start, coding.span.end
            ids[coding.id] = coding.coder
            ids[coding_id(document, coding.span, coding.code, coding.coder)] = coding.coder
            parts = self._paths[coding.code].split("/")
            for depth in range(len(parts)):
                under.setdefault("/".join(parts[: depth + 1]), []).append(span)
            of.setdefault(parts[0], {}).setdefault(coding.coder, []).append(span)
        return _Coded(
            ids,
            {path: merged(spans) for path, spans in under.items()},
            {top: {who: merged(spans) for who, spans in by.items()} for top, by in of.items()},
        )

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
        number = _whole(told.get("coders", ""))
        if each.code and number.isdecimal() and len(number) < _DIGITS:
            by = self.of.get(each.code.split("/")[0], {})
            there = sum(_meets(spans, span) for spans in by.values())
            if int(number) > there:
                return f"the report says coders {number}, the project has {there} here"
        return ""


def _holds(stretches: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether one of these, in order and apart, covers the whole of a passage."""
    at = bisect_right(stretches, (span[0], sys.maxsize)) - 1
    return at >= 0 and span[1] <= stretches[at][1]


def _meets(stretches: Sequence[tuple[int, int]], span: tuple[int, int]) -> bool:
    """Whether one of these shares a character with a passage."""
    at = bisect_right(stretches, (span[1] - 1, sys.maxsize)) - 1
    return at >= 0 and stretches[at][1] > span[0]


def _problem(there: _Project, each: Quoted) -> tuple[str, str | None]:
    """What is wrong with a quotation, empty if nothing; and what stands there now."""
    document = there.document(each.document)
    if document is None:
        return "the project has no such document", None
    text = there.project.text(document)
    if not (each.start.isdecimal() and each.end.isdecimal()):
        return "start or end is not a number", None
    # Python refuses to read numbers of thousands of digits; no text is as long as this.
    far = max(len(each.start.lstrip("0")), len(each.end.lstrip("0"))) > _DIGITS
    start, end = (0, 0) if far else (int(each.start), int(each.end))
    if not start < end <= len(text):
        return f"the document has {len(text)} characters", None
    words = text[start:end]
    if quotation_hash(words) != each.hash.lower():
        return "other words stand there", words
    if each.words is not None and not _same(each.words, words):
        return "the report shows other words", words
    coded = there.coded(document)
    problem = coded.problem(each, (start, end)) if coded else ""
    return problem or _misattributed(there, document, each, (start, end)), words


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


def quotations_in(path: Path) -> Iterator[Quoted]:
    """The quotations of a report, in its order.

    Raises:
        ReadError: the file cannot be read, or is of another kind.
    """
    yield from (each for each in _read(path) if each is not None)


def _read(path: Path) -> Iterator[Quoted | None]:
    """The quotations of a report, and None wherever one could stand: it may have none to show."""
    readers = {
        ".html": _html, ".htm": _html, ".md": _markdown, ".markdown": _markdown, ".csv": _csv,
        ".xlsx": _xlsx,
    }  # fmt: skip
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise ReadError(
            path, "is no report that can be verified", "It can be HTML, Markdown, CSV or XLSX."
        )
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ReadError(path, f"cannot be read ({error.strerror})") from None
    yield from reader(path, data)


def _html(path: Path, data: bytes) -> Iterator[Quoted | None]:
    from lxml import etree, html

    if not data.strip():
        return
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True)
    try:
        root: Any = html.document_fromstring(data, parser=parser)
    except etree.ParserError:  # nothing but a comment
        return
    if root.xpath("//meta[@name='generator' and starts-with(@content, 'tcncode ')]"):
        yield None
    for node in root.xpath("//*[@data-document and @data-hash]"):
        row = node.tag == "tr"
        words = _cell_of(node, "quotation") if row else "".join(node.itertext())
        start, end = node.get("data-start", ""), node.get("data-end", "")
        yield Quoted(
            f"line {node.sourceline}", node.get("data-document"), start, end,
            node.get("data-hash"), words, node.get("data-code", ""), _stated(node, row),
        )  # fmt: skip
    for table in root.xpath("//table[not(.//tr[@data-hash])]"):
        lines = [["".join(c.itertext()).strip() for c in row] for row in table.iter("tr")]
        if lines:
            at = f"line {table.sourceline}"
            rows = ((f"{at}, row {n}", line) for n, line in enumerate(lines[1:], 1))
            yield from _rows(lines[0], rows)


def _stated(node: Any, row: bool) -> dict[str, str]:
    """What an element says of its quotation: in a row's cells, else in ``data-`` attributes."""
    found = {name: _cell_of(node, name) if row else node.get(f"data-{name}") for name in STATED}
    return {name: value.strip() for name, value in found.items() if value is not None}


def _cell_of(row: Any, name: str) -> str | None:
    """The words of a row's cell in the column of this name."""
    heads = row.xpath("ancestor::table[1]//thead//th")
    names = ["".join(head.itertext()).strip() for head in heads]
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if name not in names or names.index(name) >= len(cells):
        return None
    return "".join(cells[names.index(name)].itertext())


def _markdown(path: Path, data: bytes) -> Iterator[Quoted | None]:
    header: list[str] | None = None
    for number, line in enumerate(_decoded(path, data).splitlines(), 1):
        if not line.lstrip().startswith("|"):
            header = None
        elif header is None:
            header = _cells(line)
            yield from _rows(header, [])
        elif set(line) - set("|-: "):
            yield from _rows(header, [(f"line {number}", _cells(line))])


def _cells(line: str) -> list[str]:
    """The cells of a row of a Markdown table, without what escapes bars and backslashes."""
    inner = line.strip().removeprefix("|")
    cells = re.findall(r"((?:\\.|[^|\\])*)\|", inner)
    return [re.sub(r"\\([\\|])", r"\1", cell).strip() for cell in cells]


def _csv(path: Path, data: bytes) -> Iterator[Quoted | None]:
    text = _decoded(path, data)
    # Several tables may stand in one file, each after its title.
    heads = [line for line in text.splitlines() if set(NEEDED) <= set(_NAMES.findall(line.lower()))]
    if not heads:
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=heads[0].count))
    limit = csv.field_size_limit(2**31 - 1)  # a quotation may be a whole document
    header: Sequence[str] = ()
    try:
        for row in reader:
            if not row or set(NEEDED) <= {cell.strip().lower() for cell in row}:
                header = row
                yield from _rows(header, [])
            else:
                yield from _rows(header, [(f"line {reader.line_num}", row)])
    except csv.Error as error:
        raise ReadError(path, f"line {reader.line_num}: {error}") from None
    finally:
        csv.field_size_limit(limit)


def _decoded(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReadError(path, "is not UTF-8", "Save it as UTF-8.") from None


def _xlsx(path: Path, data: bytes) -> Iterator[Quoted | None]:
    import zlib
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        for sheet in book.worksheets:
            lines = sheet.iter_rows(values_only=True)
            header = [str(value or "") for value in next(lines, ())]
            rows = (
                (f"{sheet.title}, row {number}", ["" if v is None else str(v) for v in row])
                for number, row in enumerate(lines, 2)
            )
            yield from _rows(header, rows)
    except (
        BadZipFile, InvalidFileException, LookupError, ValueError, TypeError, AttributeError,
        OSError, zlib.error,
        SyntaxError,  # of broken XML, whichever parser openpyxl has
    ):  # fmt: skip
        raise ReadError(
            path, "is no spreadsheet that can be read", "Save it again, or as CSV."
        ) from None


def _rows(
    header: Sequence[str],
    rows: Iterator[tuple[str, Sequence[str]]] | Sequence[tuple[str, Sequence[str]]],
) -> Iterator[Quoted | None]:
    """None and the quotations of a table's rows, where its columns say what is needed."""
    names = [name.strip().lower() for name in header]
    if not set(NEEDED) <= set(names):
        return
    yield None
    for where, row in rows:
        at: Mapping[str, str] = dict(zip(names, row, strict=False))
        if at.get("document") and at.get("hash"):
            yield Quoted(
                where, at["document"], _whole(at.get("start", "")), _whole(at.get("end", "")),
                at["hash"], at.get("quotation"), at.get("code", ""),
                {name: at[name].strip() for name in STATED if name in at},
            )  # fmt: skip


def _whole(value: str) -> str:
    """A number as a spreadsheet may have turned it round: ``12.0`` is 12."""
    return value.strip().removesuffix(".0")
