"""Tables to text, CSV, JSON, Markdown, XLSX and HTML.

CSV and JSON carry the exact words of the data. Text and Markdown are for eyes, so control
characters are made harmless there. What goes to a screen as CSV or JSON is made harmless by
the command line, which knows that it is a screen.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tcncode.errors import TcncodeError
from tcncode.model import Table
from tcncode.text.safe import safe, safe_line

FORMATS = ("text", "csv", "json", "md", "xlsx", "html")
_SQLITE = b"SQLite format 3\0"
_CELL_LIMIT = 32_767
"""What a spreadsheet cell can hold, in UTF-16 units."""
_TEXT_CELL = 60
"""Terminal cells that a column of words may take in a text table."""


def render(table: Table, form: str) -> str:
    """A table as one string; ``form`` is any of ``FORMATS`` but ``xlsx``."""
    how: dict[str, Callable[[Table], str]] = {
        "text": _text, "csv": _csv, "json": _json, "md": _markdown, "html": lambda t: _html([t]),
    }  # fmt: skip
    return how[form](table)


def render_all(tables: Sequence[Table], form: str) -> str:
    """Tables as one string: JSON as an object with the rows by title, unless there is only one.

    Raises:
        TcncodeError: several tables as CSV, which no reader takes apart again.
    """
    if len(tables) == 1:
        return render(tables[0], form)
    if form == "csv":
        titles = "; ".join(f"{n} {safe_line(t.title)}" for n, t in enumerate(tables, 1))
        raise TcncodeError(
            f"CSV holds one table, and these are {len(tables)}: {titles}. Say which with --table;"
            " or -o FILE.csv, which makes a file for each; JSON and XLSX hold all."
        )
    if form == "json":
        found = {table.title: table.records() for table in tables}
        return json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if form == "html":
        return _html(tables)
    parts = [render(table, form) for table in tables]
    if form != "md":
        parts = [f"{safe_line(t.title)}\n{part}" for t, part in zip(tables, parts, strict=True)]
    return "\n".join(parts)


def files_for(path: Path, tables: Sequence[Table]) -> list[Path]:
    """A file beside this one for each table, named by its title.

    >>> files_for(Path("icorn.csv"), [Table("ICORN: best quotations", (), ())])
    [PosixPath('icorn-best-quotations.csv')]
    """
    found: list[Path] = []
    for number, table in enumerate(tables, 1):
        words = re.findall(r"\w+", table.title.rpartition(": ")[2].lower())
        name = "-".join([path.stem, *words])
        if path.with_name(name + path.suffix) in found or not words:
            name += f"-{number}"
        found.append(path.with_name(name + path.suffix))
    return found


def format_for(path: Path | None, form: str | None, *, by_name: bool = False) -> str:
    """The format asked for, else what the file's name ends in, else text.

    Args:
        by_name: nothing but the name can tell it.

    Raises:
        TcncodeError: a spreadsheet was asked for, but no file to put it in.
    """
    if form is None and path is not None:
        suffix = path.suffix.lower().lstrip(".")
        form = {"txt": "text", "markdown": "md", "htm": "html"}.get(suffix, suffix)
        if form not in FORMATS:
            if by_name:
                hint = "End it in .csv, .json, .md, .xlsx, .html or .txt."
            else:
                hint = f"Use --format {'|'.join(FORMATS)}."
            raise TcncodeError(f"{path}: cannot tell a format from this name. {hint}")
    if form == "xlsx" and path is None:
        raise TcncodeError("A spreadsheet needs a file to go into: add -o FILE.xlsx.")
    return form or "text"


def write(tables: Sequence[Table], path: Path, form: str) -> bool:
    """Write tables to a file, whole or not at all; a spreadsheet gets one sheet a table.

    Returns:
        Whether it took the place of a file.

    Raises:
        TcncodeError: the file cannot be written.
    """
    data = _xlsx(tables) if form == "xlsx" else render_all(tables, form).encode("utf-8")
    return write_bytes(data, path)


def write_bytes(data: bytes, path: Path) -> bool:
    """Write a file through a temporary one beside it, so that no half file can be left.

    Returns:
        Whether it took the place of a file: whoever writes says so.

    Raises:
        TcncodeError: the file cannot be written, or a project has that name.
    """
    refuse_unwritable(path)
    try:
        path = path.resolve()  # what a link points at is written, not the link
        if path.exists() and not path.is_file():
            path.write_bytes(data)  # a device or pipe has nothing to be replaced
            return False
        there = path.exists()
        # mkstemp makes files private; the reader of a report expects the rights it had.
        mode = path.stat().st_mode & 0o777 if there else 0o666 & ~_umask()
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tcncode-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            os.unlink(name)
            raise
        return there
    except OSError as error:
        raise TcncodeError(f"{path}: cannot be written ({error.strerror}).") from None


def refuse_unwritable(path: Path) -> None:
    """Find out whether a file could be written, before the work that is to go into it.

    Raises:
        TcncodeError: it could not, or a project has that name.
    """
    try:
        there = path.resolve()
        if _is_project(there):
            raise TcncodeError(f"{path}: a project has this name. Choose another one for the file.")
        if there.is_dir():
            raise TcncodeError(f"{path}: cannot be written (it is a folder). Name a file in it.")
        if not there.parent.is_dir():
            raise TcncodeError(
                f"{path}: cannot be written (there is no folder {path.parent}). Make it first, or"
                " name another file."
            )
        if not os.access(
            there if there.exists() and not there.is_file() else there.parent, os.W_OK
        ):
            raise TcncodeError(f"{path}: cannot be written (no right to write there).")
    except OSError as error:
        raise TcncodeError(f"{path}: cannot be written ({error.strerror}).") from None


def _is_project(path: Path) -> bool:
    """A study would be lost where a table takes its name, or that of a file beside it."""
    if path.name.endswith((".tcn", ".tcn-wal", ".tcn-shm")):
        return True
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(len(_SQLITE)) == _SQLITE


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


_STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; }
caption { font-weight: bold; text-align: left; padding: .5rem 0; }
th, td { padding: .25rem .6rem; text-align: left; vertical-align: top; white-space: pre-line; }
thead th { border-bottom: 2px solid; position: sticky; top: 0; background: Canvas; }
tbody tr { border-bottom: 1px solid color-mix(in srgb, currentColor 25%, transparent); }
.n { text-align: right; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; }
.note { max-width: 60rem; }
@media print { thead th { position: static; } }
"""


def _html(tables: Sequence[Table]) -> str:
    """A page by itself: no script, no font, no link."""
    from html import escape

    def words(value: Any) -> str:
        if isinstance(value, float):  # as it is shown, and as it is
            return f'<data value="{value!r}">{_shown(value)}</data>'
        return escape(safe(value) if isinstance(value, str) else _shown(value))

    # "ICORN: documents", "ICORN: functions", ... are a page on ICORN.
    about = {table.title.partition(": ")[0] for table in tables}
    title = words(about.pop() if len(about) == 1 and tables[1:] else tables[0].title)
    out = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        '<head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style></head>",
        "<body>",
        "<main>",
        f"<h1>{title}</h1>",
    ]
    for table in tables:
        classes = [' class="n"' if number else "" for number in _numeric(table)]
        about_it = f'role="region" aria-label="{words(table.title)}"'
        out.append(f'<div class="wide" tabindex="0" {about_it}><table>')
        out.append(f"<caption>{words(table.title)}</caption>")
        heads = zip(classes, table.columns, strict=True)
        cells = "".join(f'<th scope="col"{c}>{words(name)}</th>' for c, name in heads)
        out += [f"<thead><tr>{cells}</tr></thead>", "<tbody>"]
        for row in table.rows:
            shown = [words(v) for v in row]
            first = f'<th scope="row"{classes[0]}>{shown[0]}</th>' if row else ""
            rest = zip(classes[1:], shown[1:], strict=True)
            out.append(f"<tr>{first}{''.join(f'<td{c}>{v}</td>' for c, v in rest)}</tr>")
        out += ["</tbody></table></div>"]
        out += [f'<p class="note">{words(table.note)}</p>'] if table.note else []
    return "\n".join([*out, "</main>", "</body>", "</html>"]) + "\n"


_NARROWEST, _WIDEST = 6, 60
"""Characters that a column of a spreadsheet is wide, at least and at most."""
_SHEET_NAME = 31
"""Characters that a sheet's name may have."""
NOTES = "Notes"
"""The sheet that says of each other sheet how it was made."""


def _xlsx(tables: Sequence[Table]) -> bytes:
    from xlsxwriter import Workbook

    out = io.BytesIO()
    with Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"valign": "top"})
        wrapped = book.add_format({"valign": "top", "text_wrap": True})
        decimal = book.add_format({"valign": "top", "num_format": "0.000"})
        taken = {NOTES.casefold()}
        names = []
        for number, table in enumerate(tables, 1):
            # Of a long title the end says more: "ICORN ...: functions".
            title = safe_line(table.title)
            title = title if len(title) <= _SHEET_NAME else title.rpartition(": ")[2]
            kept = "".join(c for c in title if c not in "[]:*?/\\'")[:_SHEET_NAME].strip()
            if not kept or kept.casefold() in taken:
                kept = f"{kept[: _SHEET_NAME - 6]} {number}".strip()
            taken.add(kept.casefold())
            names.append(kept)
            sheet = book.add_worksheet(kept)
            sheet.freeze_panes(1, 0)
            for column, name in enumerate(table.columns):
                cells = [row[column] for row in table.rows]
                width = _width(name, cells)
                real = any(isinstance(value, float) for value in cells)
                long = width == _WIDEST
                form = decimal if real else wrapped if long else plain
                sheet.set_column(column, column, width, form)
                sheet.write_string(0, column, safe_line(name), bold)
            for line, row in enumerate(table.rows, 1):
                for column, value in enumerate(row):
                    _xlsx_cell(sheet, line, column, value)
            if table.rows:
                sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        notes = book.add_worksheet(NOTES)
        notes.freeze_panes(1, 0)
        notes.set_column(0, 1, 30, wrapped)
        notes.set_column(2, 2, 8, plain)
        notes.set_column(3, 3, 100, wrapped)
        for column, name in enumerate(("sheet", "table", "rows", "how it was made")):
            notes.write_string(0, column, name, bold)
        for line, (name, table) in enumerate(zip(names, tables, strict=True), 1):
            notes.write_string(line, 0, name)
            notes.write_string(line, 1, _spreadsheet_words(table.title))
            notes.write_number(line, 2, len(table.rows))
            notes.write_string(line, 3, _spreadsheet_words(table.note))
    return out.getvalue()


def _width(name: str, cells: Sequence[Any]) -> int:
    """How wide a column should be, in characters; by its first cells, which are like the rest."""
    longest = max((len(_shown(value)) for value in cells[:200]), default=0)
    return min(max(longest, len(name), _NARROWEST) + 2, _WIDEST)


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
    value = safe(value)
    if value.startswith("<r>") and value.endswith("</r>"):
        value += "\u200b"  # XlsxWriter would take it for markup; the mark is not seen
    note = " [cut: a cell holds no more]"
    if len(value.encode("utf-16-le")) // 2 <= _CELL_LIMIT:
        return value
    room = 2 * (_CELL_LIMIT - len(note))
    return value.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + note
