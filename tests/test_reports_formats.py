"""Whatever the format, a report's numbers are the same; and they are those of the corpus."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import subprocess
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from lxml import html as reader
from openpyxl import load_workbook

from tcncode.export import files_for, render, render_all, write
from tcncode.importing.codings import CodingRow
from tcncode.model import Table
from tcncode.project import Project
from tcncode.project.reporting import MADE
from tcncode.text import Span
from tcncode.text.words import words as words_of

MAKER = Path(__file__).parents[2] / "shared" / "bench" / "make_corpus.py"


@pytest.fixture
def tables(study: Project) -> list[Table]:
    """Every table of every report, of a study with two coders."""
    places = {"letter": (0, 30, "sharing/peer-learning"), "arabic": (3, 20, "shaming")}
    for name, (start, end, code) in places.items():
        study.code(study.document_id(name), Span(start, end), code)
    with Project.open(study.path, coder="ben") as ben:
        ben.code(ben.document_id("letter"), Span(9, 60), "storytelling")
    made = []
    for name in MADE:
        options = {"argument": "EUROCITIES"} if name == "profile" else {}
        made += study.report_tables(name, **options)
    assert len(made) > 20 and all(table.columns for table in made)
    return made


def as_words(value: Any) -> str:
    """A value as CSV has it."""
    return "" if value is None else str(value)


def test_csv_and_json_carry_the_numbers_of_every_report(tables: list[Table]) -> None:
    for table in tables:
        header, *found = csv.reader(io.StringIO(render(table, "csv"), newline=""))
        assert tuple(header) == table.columns
        assert found == [[as_words(value) for value in row] for row in table.rows], table.title
        assert json.loads(render(table, "json")) == table.records(), table.title


def test_a_workbook_carries_the_numbers_of_every_report_and_all_notes(
    tables: list[Table], tmp_path: Path
) -> None:
    write(tables, tmp_path / "all.xlsx", "xlsx")
    *sheets, notes = load_workbook(tmp_path / "all.xlsx").worksheets
    assert len(sheets) == len(tables)
    said = {row[0]: row[3] for row in notes.iter_rows(min_row=2, values_only=True)}
    for sheet, table in zip(sheets, tables, strict=True):
        assert sheet.freeze_panes == "A2"
        assert said[sheet.title] == table.note
        header, *found = (row for row in sheet.iter_rows(values_only=True))
        assert header == table.columns
        for row, values in zip(found, table.rows, strict=True):
            for cell, value in zip(row, values, strict=True):
                if isinstance(value, bool):
                    assert cell == ("yes" if value else "no")
                elif isinstance(value, int | float):
                    assert cell == pytest.approx(value, rel=1e-15) and not isinstance(cell, str)
                else:
                    assert (cell or "") == (value or ""), (table.title, value)


def test_a_page_carries_the_numbers_of_every_report(tables: list[Table]) -> None:
    page = reader.fromstring(render_all(tables, "html"))
    found = page.findall(".//table")
    assert [table.findtext("caption") for table in found] == [table.title for table in tables]
    assert [p.text for p in page.findall(".//p[@class='note']")] == [t.note for t in tables]
    for element, table in zip(found, tables, strict=True):
        heads = element.findall("thead/tr/th")
        assert [h.text for h in heads] == list(table.columns)
        assert {h.get("scope") for h in heads} == {"col"}
        lines = element.findall("tbody/tr")
        for line, values in zip(lines, table.rows, strict=True):
            assert [cell.tag for cell in line] == ["th", *["td"] * (len(values) - 1)]
            for cell, value in zip(line, values, strict=True):
                exact = cell.find("data")
                if isinstance(value, float):
                    assert float(exact.get("value")) == value
                    assert exact.text == f"{value:.3f}"
                elif isinstance(value, int) and not isinstance(value, bool):
                    assert cell.text == str(value)
    assert page.find(".//script") is None


def test_a_page_shows_words_as_words() -> None:
    table = Table("<b>T</b>", ("a&b",), (("<script>alert(1)</script>\x1b[31m",),), "n < 3")
    page = render(table, "html")
    assert "<script" not in page and "\x1b" not in page
    assert "&lt;script&gt;" in page and "n &lt; 3" in page and "a&amp;b" in page


def test_several_tables_in_json_are_an_object_by_title(tcncode: Run, study: Project) -> None:
    study.code(study.document_id("letter"), Span(0, 30), "sharing")
    ran = tcncode("-p", study.path, "report", "profile", "EUROCITIES", "--format", "json")
    found = json.loads(ran.out)
    assert "EUROCITIES: functions" in found and len(found) == 7
    ran = tcncode("-p", study.path, "report", "profile", "EUROCITIES")
    assert "\nEUROCITIES: purposes\n" in ran.out and ran.code == 0


def test_one_of_several_tables_can_be_asked_for(tcncode: Run, study: Project) -> None:
    study.code(study.document_id("letter"), Span(0, 30), "sharing")
    whole = study.report_tables("coverage")
    for wanted, expected in (("2", whole[1]), ("of documents", whole[0])):
        command = ("-p", study.path, "report", "coverage", "--table", wanted)
        found = json.loads(tcncode(*command, "--format", "json").out)
        assert found == expected.records()
        assert f"report coverage --table {shlex.quote(wanted)}\n" in tcncode(*command).err
    for wanted in ("3", "coverage", "0"):
        ran = tcncode("-p", study.path, "report", "coverage", "--table", wanted)
        assert (ran.code, ran.out) == (2, "")
        assert "1 Coverage of documents; 2 Coverage of networks" in ran.err


def test_of_several_tables_csv_has_a_file_each_that_a_program_can_read(
    tcncode: Run, study: Project, tmp_path: Path
) -> None:
    study.code(study.document_id("letter"), Span(0, 30), "sharing")
    whole = study.report_tables("coverage")
    command = ("-p", study.path, "report", "coverage")
    ran = tcncode(*command, "-o", "c.csv")
    assert ran.code == 0 and not (tmp_path / "c.csv").exists()
    for table, name in zip(whole, ("documents", "networks"), strict=True):
        text = (tmp_path / f"c-coverage-of-{name}.csv").read_text(encoding="utf-8")
        header, *found = csv.reader(io.StringIO(text, newline=""))
        assert tuple(header) == table.columns and len(found) == len(table.rows)
        assert f"c-coverage-of-{name}.csv: {len(table.rows)} rows" in ran.err
        assert table.note in ran.err
    ran = tcncode(*command, "--format", "csv")
    assert (ran.code, ran.out) == (1, "") and "1 Coverage of documents; 2" in ran.err
    ran = tcncode(*command, "--table", "2", "--format", "csv")
    assert ran.code == 0 and ran.out == render(whole[1], "csv")


def test_files_of_tables_with_one_title_are_two() -> None:
    tables = [Table(title, ("a",), ()) for title in ("One: same", "Two: same", "???")]
    names = [path.name for path in files_for(Path("x.csv"), tables)]
    assert names == ["x-same.csv", "x-same-2.csv", "x-3.csv"]


@pytest.mark.parametrize(
    "words",
    [
        ("report", "quotes", "-o", "out.md"), ("report", "full", "-o", "out.html"),
        ("export", "codebook", "-o", "out.yaml"), ("export", "workbook", "-o", "out.xlsx"),
        ("report", "figures", "-o", "out", "--format", "svg", "--figure", "coverage-by-network"),
        ("codings", "-o", "out.csv"),
    ],
)  # fmt: skip
def test_a_file_that_was_there_is_not_replaced_in_silence(
    tcncode: Run, study: Project, words: tuple[str, ...]
) -> None:
    study.code(study.document_id("letter"), Span(0, 30), "sharing")
    first = tcncode("-p", study.path, *words)
    again = tcncode("-p", study.path, *words)
    assert (first.code, again.code) == (0, 0)
    assert "(replaced): " not in first.err
    assert "(replaced): " in again.err


# An independent count


@pytest.mark.skipif(not MAKER.exists(), reason="make_corpus.py is not in ../shared/bench")
@pytest.mark.parametrize(
    ("seed", "documents", "words", "codings"),
    [(3, 24, 200, 6), (11, 61, 500, 15), (99, 9, 1500, 120)],
)
def test_networks_are_those_of_an_independent_count(
    seed: int, documents: int, words: int, codings: int, tmp_path: Path, tcncode: Run
) -> None:
    """Codings, documents and characters as the corpus' maker knows them; words, passages and
    coders counted here, line by line, as each coding is a line of the text."""
    size = ["--docs", documents, "--words", words, "--codings", codings, "--seed", seed]
    corpus = tmp_path / "corpus"
    command = [sys.executable, str(MAKER), str(corpus), *map(str, size)]
    subprocess.run(command, check=True, capture_output=True)
    assert tcncode("init", "s.tcn", "--coder", "A").code == 0
    manifest = corpus / "manifest.csv"
    assert tcncode("import", corpus / "txt", "--manifest", manifest).code == 0
    assert tcncode("import", "--codings", corpus / "codings.csv").code == 0
    rows = json.loads(tcncode("report", "networks", "--format", "json").out)
    found = {(r["network"], r["code"]): r for r in rows}

    truth = json.loads((corpus / "truth.json").read_text(encoding="utf-8"))["networks"]
    with manifest.open(encoding="utf-8") as file:
        network_of = {row["file"]: row["network"] for row in csv.DictReader(file)}
    texts = {name: (corpus / "txt" / name).read_text(encoding="utf-8") for name in network_of}
    lines: dict[tuple[str, str], set[tuple[str, int, int]]] = defaultdict(set)
    coders: dict[tuple[str, str], set[str]] = defaultdict(set)
    with (corpus / "codings.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = network_of[row["document"]], row["code"]
            lines[key].add((row["document"], int(row["start"]), int(row["end"])))
            coders[key].add(row["coder"])
    word = re.compile(r"[\w]+(?:[-’'][\w]+)*")
    length = {
        network: sum(len(words_of(t)) for n, t in texts.items() if network_of[n] == network)
        for network in truth
    }
    used = set(network_of.values())
    assert {network for network, _ in found} == used
    for network in used:
        coded = set().union(*(lines[network, code] for code in truth[network]))
        own = sum(len(word.findall(texts[d][s:e])) for d, s, e in coded)
        for code, counts in truth[network].items():
            record = found[network, code]
            assert {key: record[key] for key in counts} == counts, (network, code)
            mine = lines[network, code]
            count = sum(len(word.findall(texts[d][s:e])) for d, s, e in mine)
            assert record["words"] == count
            assert record["passages"] == len(mine)
            assert record["coders"] == len(coders[network, code])
            assert record["share_of_network"] == (pytest.approx(count / own) if own else None)
            rate = 1000 * len(mine) / length[network]
            assert record["per_1000_words"] == pytest.approx(rate)
            if record["share_of_network_low"] is not None:
                low, high = record["share_of_network_low"], record["share_of_network_high"]
                assert low <= record["share_of_network"] <= high


def test_exported_codings_are_everybodys_and_those_of_settled(
    study: Project, tcncode: Run, tmp_path: Path
) -> None:
    row = CodingRow(study.path, 2, "letter", "amina", "sharing", Span(0, 8), None, "")
    study.import_codings([replace(row, coder=name) for name in ("amina", "ben", "settled")])
    assert tcncode("export", "codings", "-o", "all.json").code == 0
    told = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert [row["coder"] for row in told] == ["amina", "ben", "settled"]
    assert tcncode("export", "codings", "--coder", "settled", "-o", "one.json").code == 0
    told = json.loads((tmp_path / "one.json").read_text("utf-8"))
    assert [row["coder"] for row in told] == ["settled"]
    assert tcncode("export", "workbook", "-o", "all.xlsx").code == 0
    *_, sheet, notes = load_workbook(tmp_path / "all.xlsx").worksheets
    assert [row[4].value for row in sheet.iter_rows(min_row=2)] == ["amina", "ben", "settled"]
    note = str(notes.cell(notes.max_row, 4).value)
    assert "Coders: amina, ben, settled. Codebook" in note
