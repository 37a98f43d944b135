"""Export: what a table holds is what its files hold, and a failed write leaves nothing."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from rich.cells import cell_len

from tcncode.errors import TcncodeError
from tcncode.export import FORMATS, format_for, render, write, write_bytes
from tcncode.model import Table
from tcncode.project import Project

COLUMNS = ("code", "codings", "share", "quotation", "coded")
ROWS = (
    ("sharing", 3, 0.1, "Łódź, “welcome”", True),
    ("sharing/peers", 0, None, 'say "yes", or\nnot; a|b', False),
    ("قالت المدينة", -12, 1 / 3, "  spaces around  ", None),
)
TABLE = Table("Frequencies", COLUMNS, ROWS, "n = 3 codings.")
FORMULAS = ("=1+1", "@x", "-3", "+4", '=HYPERLINK("http://x")', "{=1}", "http://example.org", "7")
EVIL = "a\x1b[31mred\x07\x00\x7f\x9b2J\u202eback\u2066"


def one(*values: Any) -> Table:
    """A table of one column."""
    return Table("One", ("value",), tuple((v,) for v in values))


def sheets(tables: list[Table], folder: Path) -> list[Worksheet]:
    """What a spreadsheet program finds in the tables' file."""
    path = folder / "tables.xlsx"
    write(tables, path, "xlsx")
    book = load_workbook(path)
    *found, notes = book.worksheets
    book.close()
    assert notes.title == "Notes"
    return found


def column(table: Table, folder: Path) -> list[Any]:
    """The values of a table of one column, as they stand in a spreadsheet."""
    (sheet,) = sheets([table], folder)
    return [sheet.cell(line, 1).value for line in range(2, len(table.rows) + 2)]


# The table's values


def test_csv_holds_the_tables_values() -> None:
    found = list(csv.reader(io.StringIO(render(TABLE, "csv"), newline="")))
    assert found[0] == list(COLUMNS)
    assert found[1:] == [["" if v is None else str(v) for v in row] for row in ROWS]
    assert [float(row[2]) for row in found[1:] if row[2]] == [0.1, 1 / 3]


@given(st.lists(st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.text('\r\n,"a'))))
def test_csv_gives_back_every_text_to_the_character(values: list[tuple[str, str]]) -> None:
    table = Table("Texts", ("one", "two"), tuple(values))
    found = list(csv.reader(io.StringIO(render(table, "csv"), newline="")))
    assert [tuple(row) for row in found[1:]] == values


def test_json_holds_the_tables_values_and_their_types() -> None:
    assert json.loads(render(TABLE, "json")) == TABLE.records()


@given(st.lists(st.text() | st.integers() | st.booleans() | st.none()))
def test_json_gives_back_every_value(values: list[Any]) -> None:
    found = json.loads(render(one(*values), "json"))
    assert [(type(r["value"]), r["value"]) for r in found] == [(type(v), v) for v in values]


def test_markdown_holds_title_columns_values_and_note() -> None:
    assert render(TABLE, "md").splitlines() == [
        "**Frequencies**",
        "",
        "| code | codings | share | quotation | coded |",
        "| --- | ---: | ---: | --- | ---: |",
        "| sharing | 3 | 0.100 | Łódź, “welcome” | yes |",
        '| sharing/peers | 0 | - | say "yes", or not; a\\|b | no |',
        "| قالت المدينة | -12 | 0.333 |   spaces around   | - |",
        "",
        "n = 3 codings.",
    ]


@given(st.lists(st.text("|\\\n\ra"), min_size=1, max_size=4))
def test_no_value_can_end_its_cell_in_a_markdown_table(values: list[str]) -> None:
    table = Table("T", tuple("abcd"[: len(values)]), (tuple(values),))
    row = render(table, "md").split("\n")[4]
    bars = sum(c == "|" and _backslashes(row[:n]) % 2 == 0 for n, c in enumerate(row))
    assert bars == len(values) + 1


def _backslashes(text: str) -> int:
    return len(text) - len(text.rstrip("\\"))


def test_text_holds_the_columns_and_values() -> None:
    table = Table("T", ("code", "n", "share"), (("sharing", 3, 0.25), ("x", 12, None)))
    assert render(table, "text").splitlines() == [
        "code      n  share",
        "───────  ──  ─────",
        "sharing   3  0.250",
        "x        12      -",
    ]


def test_text_says_that_a_table_is_empty() -> None:
    assert render(Table("T", ("code",), ()), "text").splitlines()[-1] == "(nothing)"


def test_xlsx_holds_the_tables_values(tmp_path: Path) -> None:
    (sheet,) = sheets([TABLE], tmp_path)
    found = [tuple(cell.value for cell in row) for row in sheet.iter_rows(max_row=4)]
    assert found[0] == COLUMNS
    for row, values in zip(found[1:], ROWS, strict=True):
        assert row[:4] == values[:4]
        assert [type(v) for v in row[:4]] == [type(v) for v in values[:4]]
    assert [row[4] for row in found[1:]] == ["yes", "no", None]


def test_xlsx_says_on_a_sheet_of_notes_how_each_table_was_made(tmp_path: Path) -> None:
    path = tmp_path / "tables.xlsx"
    write([TABLE, one("x")], path, "xlsx")
    notes = load_workbook(path)["Notes"]
    assert list(notes.iter_rows(values_only=True)) == [
        ("sheet", "table", "rows", "how it was made"),
        ("Frequencies", "Frequencies", 3, "n = 3 codings."),
        ("One", "One", 1, ""),
    ]


def test_a_spreadsheets_numbers_are_numbers_and_its_header_stays_in_sight(tmp_path: Path) -> None:
    (sheet,) = sheets([TABLE], tmp_path)
    assert sheet.freeze_panes == "A2"
    assert [type(sheet.cell(2, n).value) for n in range(1, 4)] == [str, int, float]
    widths = [sheet.column_dimensions[letter].width for letter in "ABCDE"]
    assert all(8 <= width <= 61 for width in widths)


def test_xlsx_has_a_sheet_for_each_table_in_order(tmp_path: Path) -> None:
    found = sheets([TABLE, one("x")], tmp_path)
    assert [(s.title, s["A2"].value) for s in found] == [("Frequencies", "sharing"), ("One", "x")]


def test_a_title_that_no_sheet_may_have_does_not_stop_a_spreadsheet(tmp_path: Path) -> None:
    titles = ["Networks x functions: share_of_network", "[]:*?/\\", "'quoted'"]
    found = sheets([Table(t, ("a",), ((n,),)) for n, t in enumerate(titles)], tmp_path)
    assert [s["A2"].value for s in found] == [0, 1, 2]


@pytest.mark.parametrize("form", ["csv", "json", "md", "text"])
def test_a_file_holds_what_is_rendered_in_utf_8(form: str, tmp_path: Path) -> None:
    path = tmp_path / "table"
    write([TABLE], path, form)
    assert path.read_bytes() == render(TABLE, form).encode("utf-8")


# What must not be taken for something else


def test_a_text_that_looks_like_a_formula_stays_a_text_in_a_spreadsheet(tmp_path: Path) -> None:
    (sheet,) = sheets([one(*FORMULAS)], tmp_path)
    cells = [sheet.cell(line, 1) for line in range(2, len(FORMULAS) + 2)]
    assert [cell.value for cell in cells] == list(FORMULAS)
    assert {cell.data_type for cell in cells} == {"s"}
    assert not any(cell.hyperlink for cell in cells)


def test_headings_and_notes_that_look_like_formulas_stay_texts(tmp_path: Path) -> None:
    write([Table("T", ("=1+1",), (("x",),), "=2+2")], tmp_path / "tables.xlsx", "xlsx")
    sheet, notes = load_workbook(tmp_path / "tables.xlsx").worksheets
    found = [(cell.value, cell.data_type) for (cell,) in sheet.iter_rows() if cell.value]
    assert found == [("=1+1", "s"), ("x", "s")]
    assert (notes["D2"].value, notes["D2"].data_type) == ("=2+2", "s")


def test_a_cell_that_is_too_long_for_a_spreadsheet_is_cut_and_says_so(tmp_path: Path) -> None:
    fits, long = "x" * 32_767, "y" * 40_000
    kept, cut = column(one(fits, long), tmp_path)
    assert kept == fits
    assert len(cut) == 32_767
    words, note = cut.rstrip("]").split(" [")
    assert long.startswith(words)
    assert "cut" in note


@pytest.mark.parametrize("form", ["csv", "json"])
def test_csv_and_json_hold_long_texts_whole(form: str) -> None:
    assert "y" * 40_000 in render(one("y" * 40_000), form)


def test_a_long_text_is_cut_in_a_text_table_and_says_so() -> None:
    shown = render(one("word " * 50), "text").splitlines()[-1]
    assert shown.endswith("…")
    assert cell_len(shown) <= 60


def harmless(text: str) -> bool:
    """No control character, and nothing that turns the direction of writing."""
    return all(
        c in "\n\t" or (unicodedata.category(c) != "Cc" and c not in "\u202e\u2066") for c in text
    )


@pytest.mark.parametrize("form", ["text", "md"])
def test_control_characters_are_harmless_wherever_they_stand(form: str) -> None:
    shown = render(Table(EVIL, (EVIL,), ((EVIL,),), EVIL), form)
    assert harmless(shown)
    assert "a␛[31mred␇␀" in shown


@pytest.mark.parametrize("form", ["text", "md"])
@given(value=st.text(st.characters(exclude_categories=["Cs"])))
def test_no_value_adds_a_line_to_a_table_for_eyes(form: str, value: str) -> None:
    assert len(render(one(value), form).splitlines()) == len(render(one("x"), form).splitlines())


def test_control_characters_are_harmless_in_a_spreadsheet(tmp_path: Path) -> None:
    (found,) = column(one(EVIL), tmp_path)
    assert harmless(found)
    assert found.startswith("a␛[31mred␇␀")


def test_lines_of_a_quotation_stay_apart_in_a_spreadsheet(tmp_path: Path) -> None:
    assert column(one("one\n\ttwo"), tmp_path) == ["one\n\ttwo"]


@pytest.mark.parametrize("form", ["csv", "json"])
def test_csv_and_json_carry_control_characters_as_they_are(form: str) -> None:
    written = render(one(EVIL), form)
    if form == "json":
        assert json.loads(written) == [{"value": EVIL}]
    else:
        assert EVIL in written


# Columns that align


@pytest.mark.parametrize(
    "word", ["plain", "中文字", "Łódź", "cafe\u0301", "مرحبا", "👍 yes", "ｗｉｄｅ", "", "漢" * 60]
)
def test_columns_of_a_text_table_align_for_wide_characters(word: str) -> None:
    table = Table(
        "T", ("word", "n", "end"), ((word, 1, "END"), ("ab", 22, "END"), (None, 3, "END"))
    )
    lines = render(table, "text").splitlines()[2:]
    starts = [cell_len(line.removesuffix("END")) for line in lines]
    assert len(set(starts)) == 1


@given(st.lists(st.text("a é中漢ｗ한あ·—", max_size=45), min_size=1, max_size=5))
def test_columns_align_whatever_wide_and_narrow_characters_are_mixed(words: list[str]) -> None:
    table = Table("T", ("列 word", "end"), tuple((word, "END") for word in words))
    head, rule, *lines = render(table, "text").splitlines()
    starts = {cell_len(line.removesuffix("END")) for line in lines}
    starts |= {cell_len(head.removesuffix("end")), rule.rindex("  ") + 2}
    assert len(starts) == 1


# Whole or not at all


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_in_a_missing_folder_is_an_error_that_names_it(form: str, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "table.out"
    with pytest.raises(TcncodeError, match="cannot be written") as error:
        write([TABLE], path, form)
    assert str(path) in str(error.value)
    assert f"there is no folder {path.parent}" in str(error.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("form", FORMATS)
def test_a_write_that_fails_at_the_end_leaves_neither_file_nor_temporary_file(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(TcncodeError, match="No space left on device") as error:
        write([TABLE], tmp_path / "table.out", form)
    monkeypatch.undo()
    assert str(tmp_path / "table.out") in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_write_that_fails_leaves_the_file_that_was_there_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "table.csv"
    path.write_text("before")

    def refused(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(TcncodeError):
        write([TABLE], path, "csv")
    monkeypatch.undo()
    assert [p.read_text() for p in tmp_path.iterdir()] == ["before"]


def test_a_write_that_is_interrupted_leaves_no_temporary_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write([TABLE], tmp_path / "table.csv", "csv")
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_files_place_is_an_error_and_stays(tmp_path: Path) -> None:
    (tmp_path / "table.csv").mkdir()
    with pytest.raises(TcncodeError, match="cannot be written"):
        write([TABLE], tmp_path / "table.csv", "csv")
    assert [p.name for p in tmp_path.iterdir()] == ["table.csv"]


def test_a_write_replaces_the_file_that_was_there_and_leaves_only_it(tmp_path: Path) -> None:
    path = tmp_path / "table.bin"
    path.write_bytes(b"before, and longer")
    write_bytes(b"after", path)
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("table.bin", b"after")]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_a_written_file_has_the_rights_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_bytes(b"x", tmp_path / "written")
    assert (tmp_path / "written").stat().st_mode == (tmp_path / "usual").stat().st_mode


# Formats


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.csv", "csv"), ("a.CSV", "csv"), ("a.json", "json"), ("a.md", "md"),
        ("a.markdown", "md"), ("a.txt", "text"), ("a.text", "text"), ("b.csv.xlsx", "xlsx"),
    ],
)  # fmt: skip
def test_a_files_name_says_its_format(name: str, form: str) -> None:
    assert format_for(Path(name), None) == form


@pytest.mark.parametrize("name", ["a.pdf", "a", ".csv", "a.xls", "csv"])
def test_a_name_that_says_no_known_format_is_an_error_with_the_formats(name: str) -> None:
    with pytest.raises(TcncodeError) as error:
        format_for(Path(name), None)
    assert name in str(error.value)
    assert all(form in str(error.value) for form in FORMATS)


@pytest.mark.parametrize("form", FORMATS)
def test_a_format_that_was_asked_for_goes_before_the_files_name(form: str) -> None:
    assert format_for(Path("a.csv"), form) == form
    assert format_for(Path("a.unknown"), form) == form


def test_without_file_and_wish_the_format_is_text() -> None:
    assert format_for(None, None) == "text"


def test_a_spreadsheet_without_a_file_is_an_error_that_says_what_to_add() -> None:
    with pytest.raises(TcncodeError, match=r"-o FILE\.xlsx"):
        format_for(None, "xlsx")


@pytest.mark.parametrize("name", ["other.tcn", "study.db", "study.tcn-wal"])
def test_no_file_is_written_over_a_project(name: str, study: Project) -> None:
    copy = study.path.with_name("study.db")
    copy.write_bytes(study.path.read_bytes())
    with pytest.raises(TcncodeError, match="project"):
        write([Table("T", ("a",), ((1,),), "")], study.path.with_name(name), "csv")
    assert copy.read_bytes().startswith(b"SQLite format 3")
    assert not study.path.with_name("other.tcn").exists()
