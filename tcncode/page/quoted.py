"""Quotations in a report, as HTML, Markdown, XLSX and CSV have them.

A quotation is whatever carries a document, a start, an end and a hash: an element with ``data-``
attributes, or a row of a table with these columns.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tcncode.errors import ReadError

NEEDED = ("document", "start", "end", "hash")
STATED = ("name", "network", "place", "speaker", "coders", "coder", "coding")
"""What a quotation may be attributed to besides its code, as columns of a table are named."""
_NAMES = re.compile(r"\w+")


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


def quotations_in(path: Path) -> Iterator[Quoted]:
    """The quotations of a report, in its order.

    Raises:
        ReadError: the file cannot be read, or is of another kind.
    """
    yield from (each for each in read(path) if each is not None)


def read(path: Path) -> Iterator[Quoted | None]:
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
                where, at["document"], whole(at.get("start", "")), whole(at.get("end", "")),
                at["hash"], at.get("quotation"), at.get("code", ""),
                {name: at[name].strip() for name in STATED if name in at},
            )  # fmt: skip


def whole(value: str) -> str:
    """A number as a spreadsheet may have turned it round: ``12.0`` is 12."""
    return value.strip().removesuffix(".0")
