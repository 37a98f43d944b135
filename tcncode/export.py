"""Tables to text, CSV, JSON, Markdown and XLSX.

CSV and JSON carry the exact words of the data. Text and Markdown are for eyes, so control
characters are made harmless there. What goes to a screen as CSV or JSON is made harmless by
the command line, which knows that it is a screen.
"""

from __future__ import annotations

import csv
import io
import json
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tcncode.errors import TcncodeError
from tcncode.model import Table
from tcncode.text.safe import safe_line

FORMATS = ("text", "csv", "json", "md", "xlsx")
_CELL_LIMIT = 32_767
"""What a spreadsheet cell can hold, in UTF-16 units."""
_TEXT_CELL = 60
"""Terminal cells that a column of words may take in a text table."""


def render(table: Table, form: str) -> str:
    """A table as one string; ``form`` is any of ``FORMATS`` but ``xlsx``."""
    return {"text": _text, "csv": _csv, "json": _json, "md": _markdown}[form](table)


def format_for(path: Path | None, form: str | None) -> str:
    """The format asked for, else what the file's name ends in, else text.

    Raises:
        TcncodeError: a spreadsheet was asked for, but no file to put it in.
    """
    if form is None and path is not None:
        suffix = path.suffix.lower().lstrip(".")
        form = {"txt": "text", "markdown": "md"}.get(suffix, suffix)
        if form not in FORMATS:
            raise TcncodeError(
                f"{path}: cannot tell a format from this name. Use --format {'|'.join(FORMATS)}."
            )
    if form == "xlsx" and path is None:
        raise TcncodeError("A spreadsheet needs a file to go into: add -o FILE.xlsx.")
    return form or "text"


def write(tables: Sequence[Table], path: Path, form: str) -> None:
    """Write tables to a file, whole or not at all; a spreadsheet gets one sheet a table.

    Raises:
        TcncodeError: the file cannot be written.
    """
    if form == "xlsx":
        data = _xlsx(tables)
    else:
        data = "\n".join(render(table, form) for table in tables).encode("utf-8")
    write_bytes(data, path)


def write_bytes(data: bytes, path: Path) -> None:
    """Write a file through a temporary one beside it, so that no half file can be left.

    Raises:
        TcncodeError: the file cannot be written.
    """
    try:
        path = path.resolve()  # what a link points at is written, not the link
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or pipe has nothing to be replaced
            return
        # mkstemp makes files private; the reader of a report expects the rights it had.
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tcncode-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
    except OSError as error:
        raise TcncodeError(f"{path}: cannot be written ({error.strerror}).") from None


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _csv(table: Table) -> str:
    out = io.StringIO()
    # Python before 3.13 leaves a lone carriage return unquoted, which breaks the row in two.
    returns = any("\r" in v for row in table.rows for v in row if isinstance(v, str))
    writer = csv.writer(
        out, lineterminator="\n", quoting=csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL
    )
    writer.writerow(table.columns)
    writer.writerows([["" if v is None else v for v in row] for row in table.rows])
    return out.getvalue()


def _json(table: Table) -> str:
    return json.dumps(table.records(), ensure_ascii=False, indent=1) + "\n"


def _shown(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    return safe_line(str(value))


def _markdown(table: Table) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(c.replace("\\", "\\\\").replace("|", "\\|") for c in cells) + " |"

    numeric = _numeric(table)
    lines = [f"**{safe_line(table.title)}**", "", line([safe_line(c) for c in table.columns])]
    lines.append("| " + " | ".join("---:" if n else "---" for n in numeric) + " |")
    lines += [line([_shown(v) for v in row]) for row in table.rows]
    if table.note:
        lines += ["", safe_line(table.note)]
    return "\n".join(lines) + "\n"


def _numeric(table: Table) -> list[bool]:
    """Which columns hold numbers (and nothing else but gaps)."""
    return [
        any(isinstance(row[n], int | float) for row in table.rows)
        and all(row[n] is None or isinstance(row[n], int | float) for row in table.rows)
        for n in range(len(table.columns))
    ]


def _text(table: Table) -> str:
    from rich.cells import cell_len, set_cell_size

    def clipped(value: str) -> str:
        if cell_len(value) <= _TEXT_CELL:
            return value
        return set_cell_size(value, _TEXT_CELL - 1).rstrip() + "…"

    cells = [[clipped(_shown(v)) for v in row] for row in table.rows]
    heads = [safe_line(c) for c in table.columns]
    widths = [max([cell_len(h), *(cell_len(r[n]) for r in cells)]) for n, h in enumerate(heads)]
    numeric = _numeric(table)

    def line(row: Sequence[str]) -> str:
        parts = []
        for value, width, number in zip(row, widths, numeric, strict=True):
            gap = " " * (width - cell_len(value))
            parts.append(gap + value if number else value + gap)
        return "  ".join(parts).rstrip()

    lines = [line(heads), line(["─" * w for w in widths]), *(line(r) for r in cells)]
    if not table.rows:
        lines.append("(nothing)")
    return "\n".join(lines) + "\n"


def _xlsx(tables: Sequence[Table]) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True})
        taken: set[str] = set()
        for number, table in enumerate(tables, 1):
            kept = "".join(c for c in safe_line(table.title) if c not in "[]:*?/\\'")[:25]
            if not kept.strip() or kept.casefold() in taken:
                kept = f"{kept} {number}".strip()
            taken.add(kept.casefold())
            sheet = book.add_worksheet(kept)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(table.columns):
                sheet.write_string(0, column, safe_line(name), bold)
            for line, row in enumerate(table.rows, 1):
                for column, value in enumerate(row):
                    _xlsx_cell(sheet, line, column, value)
            if table.note:
                sheet.write_string(len(table.rows) + 2, 0, _spreadsheet_words(table.note))
    return out.getvalue()


def _xlsx_cell(sheet: Any, line: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool | str):
        shown = _shown(value) if isinstance(value, bool) else _spreadsheet_words(value)
        sheet.write_string(line, column, shown)
    else:
        sheet.write_number(line, column, value)


def _spreadsheet_words(value: str) -> str:
    """Words as a spreadsheet file can hold them: no control characters, and not too long."""
    from tcncode.text.safe import safe

    value = safe(value)
    if value.startswith("<r>") and value.endswith("</r>"):
        value += "\u200b"  # XlsxWriter would take it for markup; the mark is not seen
    note = " [cut: a cell holds no more]"
    if len(value.encode("utf-16-le")) // 2 <= _CELL_LIMIT:
        return value
    room = 2 * (_CELL_LIMIT - len(note))
    return value.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note
