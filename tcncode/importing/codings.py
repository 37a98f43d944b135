"""A table of codings (CSV) -> rows that name their line."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tcncode.errors import ReadError, SpanError, TableError
from tcncode.text import Span

REQUIRED = ("document", "coder", "code", "start", "end")
OPTIONAL = ("quotation", "memo")


@dataclass(frozen=True, slots=True)
class CodingRow:
    """One coding as a table gives it."""

    path: Path
    line: int
    document: str
    """Id, name or file name."""
    coder: str
    code: str
    span: Span
    quotation: str | None
    """None or empty where the table has none; else it must be what the text says."""
    memo: str

    def error(self, problem: str) -> TableError:
        """What to raise when the row does not fit the project."""
        return TableError(self.path, self.line, problem)


def ignored_columns(path: Path) -> list[str]:
    """Columns of the table that nobody reads."""
    with opened_table(path) as (_, header):
        return [name for name in header if name not in (*REQUIRED, *OPTIONAL)]


def read_codings(path: Path) -> Iterator[CodingRow]:
    """The rows of a table of codings, one by one.

    Raises:
        ReadError: the file cannot be read.
        TableError: a column is missing, or a row cannot be read.
    """
    with opened_table(path) as (reader, header):
        place = {name: n for n, name in enumerate(header)}
        if len(place) != len(header):
            raise TableError(path, 1, "two columns have the same name")
        missing = [name for name in REQUIRED if name not in place]
        if missing:
            raise TableError(path, 1, f'the column "{missing[0]}" is missing')
        for row in reader:
            line = reader.line_num
            if not row:
                continue
            if len(row) != len(header):
                raise TableError(path, line, f"{len(row)} cells where {len(header)} belong")
            get = {name: row[n] for name, n in place.items()}
            if not get["coder"].strip():
                raise TableError(path, line, "the coder is missing")
            yield CodingRow(
                path, line, get["document"], get["coder"].strip(), get["code"].strip(),
                _span(path, line, get["start"], get["end"]),
                get.get("quotation"), get.get("memo", ""),
            )  # fmt: skip


def _span(path: Path, line: int, start: str, end: str) -> Span:
    try:
        return Span(int(start), int(end))
    except ValueError:
        raise TableError(path, line, f'"{start}" and "{end}" are not two whole numbers') from None
    except SpanError as error:
        raise TableError(path, line, str(error)) from None


class opened_table:
    """The table's reader and header; closes the file, and says what is wrong with it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> tuple[Any, list[str]]:
        try:
            # newline="" keeps a line break inside a quotation as it is.
            self._file = open(self._path, encoding="utf-8-sig", newline="")
        except OSError as error:
            raise ReadError(self._path, f"cannot be read ({error.strerror})") from None
        csv.field_size_limit(sys.maxsize)  # a quotation may be a whole document
        reader = csv.reader(self._file)
        try:
            header = next(reader, [])
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return reader, header

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._file.close()
        if isinstance(error, UnicodeDecodeError):
            raise ReadError(
                self._path, "is not in UTF-8", "Save it as CSV UTF-8 in the spreadsheet program."
            ) from None
        if isinstance(error, csv.Error):
            raise ReadError(self._path, f"is not a readable CSV ({error})") from None
