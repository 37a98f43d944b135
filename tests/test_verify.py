"""Quotations of a report, held against the project: what matches, and each way of not matching."""

from __future__ import annotations

import csv
import re
import sqlite3
from pathlib import Path
from zipfile import ZipFile

import pytest
from conftest import add
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from tcncode import export
from tcncode.errors import ReadError
from tcncode.model import Table
from tcncode.page.contents import Quotation, Section, Study
from tcncode.page.quoted import quotations_in
from tcncode.page.verifying import verify
from tcncode.page.writing import full_report, written
from tcncode.project import Project
from tcncode.reports.quotations import quotation_hash
from tcncode.text import Span

FORMS = ["html", "md", "csv", "xlsx"]
COLUMNS = ("document", "start", "end", "hash", "quotation", "code")
WORDS = ("We learn from each other 👩‍👩‍👧 in Łódź.\nThe cafe\u0301 stayed open.", "sharing")


def quoted(project, *passages: tuple[str, str, str]) -> Table:
    """Document name, words, code -> the quotation as reports have it; coded by amina."""
    rows = []
    for name, words, code in passages:
        document = project.document_id(name)
        start = project.text(document).index(words)
        project.code(document, Span(start, start + len(words)), code)
        rows.append((document, start, start + len(words), quotation_hash(words), words, code))
    return Table("Quotations", COLUMNS, tuple(rows), "A note with | a bar.")


def put(project, table: Table, form: str, folder: Path) -> Path:
    """The table as a report of this kind."""
    path = folder / f"report.{form}"
    if form == "html":
        quotations = [
            Quotation(r["document"], "name <&>", r["start"], r["end"], r["hash"], r["quotation"],
                      r["code"])
            for r in table.records()
        ]  # fmt: skip
        section = Section("quotations", "Quotations", quotations=[("All", quotations)])
        path.write_text(written([section], Study(project, project.chosen(None))), encoding="utf-8")
    else:
        export.write([table], path, form)
    return path


@pytest.fixture
def three(study):
    return quoted(
        study,
        ("letter", *WORDS),
        ("letter", "shame on it", "shaming"),
        ("arabic", "قالت المدينة: مرحبا", "storytelling"),
    )


def problems(project, path) -> list[str]:
    table, _ = verify(project, path)
    return [row["problem"] for row in table.records()]


@pytest.mark.parametrize("form", FORMS)
def test_what_was_just_written_matches(study, three, form, tmp_path):
    path = put(study, three, form, tmp_path)
    table, number = verify(study, path)
    assert (table.rows, number) == ((), 3)
    found = {(q.document, int(q.start), int(q.end), q.hash) for q in quotations_in(path)}
    assert found == {row[:4] for row in three.rows}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [
        ("hash", "00000000", "other words stand there"),
        ("start", 3, "other words stand there"),
        ("end", 100_000, "the document has"),
        pytest.param("start", "9" * 5_000, "the document has", id="endless start"),
        pytest.param("end", "9" * 5_000, "the document has", id="endless end"),
        ("document", "feedfeedfeedfeed", "no such document"),
        ("quotation", "shame on them", "the report shows other words"),
        ("quotation", "shame", "the report shows other words"),
        ("code", "showcasing", "not coded showcasing any more"),
        ("code", "no-such-code", "not coded no-such-code any more"),
    ],
)
def test_each_way_of_not_matching_is_found(study, three, form, column, value, problem, tmp_path):
    rows = [list(row) for row in three.rows]
    rows[1][COLUMNS.index(column)] = value
    changed = Table("Quotations", COLUMNS, tuple(map(tuple, rows)))
    found = problems(study, put(study, changed, form, tmp_path))
    assert len(found) == 1 and problem in found[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_coding_taken_back_is_found(study, three, form, tmp_path):
    path = put(study, three, form, tmp_path)
    assert study.undo()
    assert problems(study, path) == ["the passage is not coded storytelling any more"]


def test_a_sub_code_counts_for_the_code_above_it(study, tmp_path):
    table = quoted(study, ("letter", "shame on it", "shaming/national-government"))
    path = put(study, table, "csv", tmp_path)
    assert problems(study, path) == []
    above = Table("Q", COLUMNS, tuple((*row[:5], "shaming") for row in table.rows))
    assert problems(study, put(study, above, "csv", tmp_path)) == []


@pytest.mark.parametrize("form", ["html", "md"])
def test_words_mended_by_hand_in_a_report_are_found(study, three, form, tmp_path):
    path = put(study, three, form, tmp_path)
    text = path.read_text(encoding="utf-8")
    assert "stayed open" in text
    path.write_text(text.replace("stayed open", "stayed closed"), encoding="utf-8")
    assert problems(study, path) == ["the report shows other words"]


def test_words_mended_in_a_spreadsheet_are_found(study, three, tmp_path):
    path = put(study, three, "xlsx", tmp_path)
    book = load_workbook(path)
    book.active["E3"] = "shame on all of them"
    book.save(path)
    table, _ = verify(study, path)
    assert [row["where"] for row in table.records()] == ["Quotations, row 3"]


def test_cut_words_match_and_other_cut_words_do_not(study, three, tmp_path):
    for shown, expected in (("We learn from…", []), ("We hope…", ["the report shows other words"])):
        rows = tuple((*row[:4], shown, row[5]) for row in three.rows[:1])
        path = put(study, Table("Q", COLUMNS, rows), "csv", tmp_path)
        assert problems(study, path) == expected


def test_columns_may_stand_in_any_order_and_semicolons_between(study, three, tmp_path):
    path = tmp_path / "other.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["quotation", "Hash", "end", "start", "more", "document"])
        for d, s, e, h, words, _ in three.rows:
            writer.writerow([words, h.upper(), f"{e}.0", s, "x", d])
    table, number = verify(study, path)
    assert (table.rows, number) == ((), 3)


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("none.html", b"<p>nothing here</p>", "no quotation here"),
        ("empty.html", b"", "no quotation here"),
        ("comment.html", b"<!-- nothing here -->", "no quotation here"),
        ("none.csv", b"a,b\n1,2\n", "no quotation here"),
        ("none.md", "# Łódź\n\n| a | b |\n| --- | --- |\n".encode(), "no quotation here"),
        ("bad.xlsx", b"PK\x03\x04 not really", "no spreadsheet"),
        ("bad.md", b"\xff\xff", "is not UTF-8"),
        ("report.pdf", b"%PDF", "HTML, Markdown, CSV or XLSX"),
    ],
)
def test_a_file_with_nothing_to_verify_is_told_in_one_line(tcncode, tmp_path, name, data, said):
    tcncode("init", "s.tcn")
    (tmp_path / name).write_bytes(data)
    ran = tcncode("verify", name)
    assert ran.code == 1 and said in ran.err and ran.err.count("\n") == 1


@pytest.mark.parametrize("form", ["csv", "md", "xlsx", "html"])
def test_a_report_without_a_quotation_passes_and_says_so(tcncode, study, tmp_path, form):
    name = f"report.{form}"
    made = ("report", "full") if form == "html" else ("report", "quotes")
    assert tcncode("-p", study.path, *made, "-o", name).code == 0
    ran = tcncode("-p", study.path, "verify", name)
    assert (ran.code, ran.out) == (0, "")
    assert "no quotations in it" in ran.err and ran.err.count("\n") == 1


def test_the_command_says_how_many_and_its_exit_code_whether_all(study, three, tcncode, tmp_path):
    path = put(study, three, "html", tmp_path)
    ran = tcncode("-p", study.path, "verify", path)
    assert (ran.code, ran.out) == (0, "")
    assert "all 3 quotations match" in ran.err
    study.undo()
    ran = tcncode("-p", study.path, "verify", path, "--format", "csv")
    assert ran.code == 1
    rows = list(csv.DictReader(ran.out.splitlines()))
    assert len(rows) == 1 and "1 of 3 quotations no longer match" in ran.err
    line = int(re.fullmatch(r"line (\d+)", rows[0]["where"])[1])
    assert rows[0]["hash"] in path.read_text(encoding="utf-8").splitlines()[line - 1]


def test_another_project_is_not_this_one(study, three, new_study, tmp_path):
    """The same texts, and nothing coded."""
    path = put(study, three, "md", tmp_path)
    assert all("any more" in each for each in problems(new_study(), path))
    assert len(problems(new_study(), path)) == 3


TEXTS = st.text(
    st.one_of(
        st.sampled_from("ab c\n\t|\\<&>\"'=;,`*_👩‍\u0301\u202e\x1b\u00a0–"),
        st.characters(exclude_categories=["Cs"], exclude_characters="\r\x00\ufeff"),
    ),
    min_size=1,
    max_size=60,
)


@given(TEXTS, st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_words_are_known_again_in_every_kind_of_report(study, tmp_path, text, data):
    project, plain = study, "Some plain words, so that it is text. " * 9
    text = plain + text
    document = add(project, tmp_path, "odd", text)
    settled = project.text(document)
    start = data.draw(st.integers(len(plain) - 9, len(settled) - 1))
    end = data.draw(st.integers(start + 1, len(settled)))
    words = settled[start:end]
    assume(words.strip())
    project.code(document, Span(start, end), "sharing")
    row = (document, start, end, quotation_hash(words), words, "sharing")
    for form in FORMS:
        path = put(project, Table("Quotations", COLUMNS, (row,)), form, tmp_path)
        assert problems(project, path) == [], (form, words)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_spreadsheet_with_a_broken_part_is_told_in_one_line(study, three, part, tmp_path):
    path = put(study, three, "xlsx", tmp_path)
    with ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with ZipFile(path, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data[: len(data) * 2 // 3] if name == part else data)
    with pytest.raises(ReadError, match="no spreadsheet that can be read"):
        verify(study, path)


def test_a_folder_is_told_in_one_line(study, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(ReadError, match="cannot be read"):
        verify(study, tmp_path / "folder.csv")


@pytest.mark.parametrize("form", FORMS)
def test_every_report_that_quotes_can_be_verified(study, three, tcncode, form):
    for words in (["report", "quotes"], ["report", "profile", "ICORN"], ["codings"]):
        ran = tcncode("-p", study.path, *words, "--format", form, "-o", f"r.{form}")
        assert ran.code == 0, ran.err
        name = "r-best-quotations-by-function.csv"  # CSV has a file for each table of a profile
        name = name if (words[1:2], form) == (["profile"], "csv") else f"r.{form}"
        ran = tcncode("-p", study.path, "verify", name)
        assert ran.code == 0 and re.search("quotations? match", ran.err)


def test_what_a_blind_coder_may_not_see_is_not_called_missing(study, three, tmp_path):
    """Whether others still code it so cannot be said, and must not be told."""
    path = put(study, three, "csv", tmp_path)
    letter = study.document_id("letter")
    study.assign([letter], ["amina", "bo"], blind=True)
    with Project.open(study.path, coder="bo") as blind:
        assert blind.is_blind(letter) and not blind.codings_in(letter)
        assert problems(blind, path) == []


@pytest.fixture
def attributed(study):
    """A passage that two coders coded, as "report quotes" has it, of one of them only."""
    document = study.document_id("letter")
    span = Span(0, 40)
    study.code(document, span, "sharing")
    with Project.open(study.path, coder="ben") as ben:
        ben.code(document, span, "sharing")
    return study.report_tables("quotes", {"coder": "amina"})[0]


def written_as(study, table, form, folder) -> Path:
    path = folder / f"quotes.{form}"
    export.write([table], path, form)
    return path


@pytest.mark.parametrize("form", ["csv", "md", "xlsx", "html"])
def test_whose_coding_it_was_is_compared(study, attributed, form, tmp_path):
    path = written_as(study, attributed, form, tmp_path)
    assert problems(study, path) == []
    assert study.undo()
    (found,) = problems(study, path)
    assert "is not there any more, though others have this code here" in found


@pytest.mark.parametrize("form", ["csv", "md", "xlsx", "html"])
@pytest.mark.parametrize("column", ["name", "network", "place", "speaker", "coders"])
def test_a_changed_attribution_is_found(study, attributed, form, column, tmp_path):
    at = attributed.columns.index(column)
    row = list(attributed.rows[0])
    row[at] = 3 if column == "coders" else "somebody else"
    changed = Table("Quotations", attributed.columns, (tuple(row),), "")
    (found,) = problems(study, written_as(study, changed, form, tmp_path))
    assert f"the report says {column}" in found


def test_a_passage_that_is_coded_in_part_is_said_to_be(study, attributed, tmp_path):
    path = written_as(study, attributed, "csv", tmp_path)
    document = study.document_id("letter")
    assert study.undo()
    with Project.open(study.path, coder="ben") as ben:
        for coding in ben.codings():
            ben.uncode(coding.id)
        ben.code(document, Span(0, 20), "sharing")
    assert problems(study, path) == ["only part of the passage is coded sharing any more"]


def test_the_page_states_whose_coding_it_shows(study, attributed, tmp_path):
    path = tmp_path / "page.html"
    made = full_report(study, {"coder": "amina"}, quotations=2).html
    path.write_text(made, encoding="utf-8")
    assert problems(study, path) == []
    path.write_text(made.replace('data-coders="1"', 'data-coders="9"'), encoding="utf-8")
    assert problems(study, path) == ["the report says coders 9, the project has 2 here"]


def renamed(project, path) -> str:
    """What verifying says of codes that are called otherwise by now; all must match."""
    table, _ = verify(project, path)
    assert table.rows == ()
    return table.warning


@pytest.mark.parametrize("form", ["html", "md", "csv", "xlsx"])
def test_a_code_that_was_renamed_moved_or_merged_since_is_followed(study, three, form, tmp_path):
    path = put(study, three, form, tmp_path)
    assert renamed(study, path) == ""
    study.rename_code("sharing", "Learning")
    assert "(2)" not in renamed(study, path)
    assert ": sharing is learning (1)." in renamed(study, path)
    study.move_code("shaming", under="showcasing")
    assert "shaming is showcasing/shaming (1), sharing is learning (1)." in renamed(study, path)
    study.merge_codes("storytelling", "showcasing/shaming")
    study.rename_code("showcasing/shaming", "blaming")
    said = renamed(study, path)
    assert "shaming is showcasing/blaming (1)" in said
    assert "storytelling is showcasing/blaming (1)" in said
    for _ in range(4):
        assert study.undo()
    assert renamed(study, path) == ""


def test_a_report_written_between_two_renames_is_followed_after_an_undo(study, tmp_path):
    study.rename_code("sharing", "learning")
    path = put(study, quoted(study, ("letter", "shame on it", "learning")), "csv", tmp_path)
    study.rename_code("learning", "teaching")
    assert "learning is teaching (1)" in renamed(study, path)


@pytest.mark.parametrize("how", ["taken off", "given another code", "made shorter"])
def test_a_coding_that_went_after_a_rename_is_still_missed(study, tmp_path, how):
    path = put(study, quoted(study, ("letter", "shame on it", "shaming")), "csv", tmp_path)
    study.rename_code("shaming", "blaming")
    (coding,) = study.codings()
    if how == "taken off":
        study.uncode(coding.id)
    elif how == "given another code":
        study.recode(coding.id, "sharing")
    else:
        study.reshape(coding.id, Span(coding.span.start, coding.span.end - 3))
    expected = {
        "taken off": "the passage is not coded shaming, now blaming, any more",
        "given another code": "the passage is not coded shaming, now blaming, any more",
        "made shorter": "only part of the passage is coded shaming, now blaming, any more",
    }
    assert problems(study, path) == [expected[how]]


def swap(project, one: str, other: str) -> None:
    """Two codes get each other's names."""
    for code, name in ((one, "in-between"), (other, one), ("in-between", other)):
        project.rename_code(code, name)


def telling(project, table: Table, form: str, folder: Path) -> Path:
    """The table as a report whose note tells the codebook version of now."""
    note = f"1 coding. Coders: amina. Codebook {project.codebook_version}."
    return written_as(project, Table("Q", table.columns, table.rows, note), form, folder)


@pytest.mark.parametrize("form", ["html", "md", "xlsx"])
def test_a_new_code_with_the_old_name_does_not_hide_the_renamed_one(study, form, tmp_path):
    table = quoted(study, ("letter", "shame on it", "shaming"))
    path = telling(study, table, form, tmp_path)
    study.rename_code("shaming", "blaming")
    study.add_code("shaming")
    assert "shaming is blaming (1)" in renamed(study, path)
    study.uncode(study.codings()[0].id)
    assert len(problems(study, path)) == 1


def test_without_a_version_a_name_is_that_of_the_code_which_has_it_now(study, tmp_path):
    path = put(study, quoted(study, ("letter", "shame on it", "shaming")), "csv", tmp_path)
    study.rename_code("shaming", "blaming")
    study.add_code("shaming")
    expected = "the passage is not coded shaming any more, but blaming, which had that name before"
    assert problems(study, path) == [expected]


@pytest.mark.parametrize("form", FORMS)
def test_a_passage_recoded_after_two_codes_swapped_names_is_found(study, form, tmp_path):
    """The code that it has now was once called as the report says, but not by then."""
    swap(study, "shaming", "showcasing")
    table = quoted(study, ("letter", "shame on it", "shaming"))
    path = telling(study, table, form, tmp_path)
    assert renamed(study, path) == ""
    study.recode(study.codings()[0].id, "showcasing")
    (found,) = problems(study, path)
    assert found.startswith("the passage is not coded shaming any more")


def test_the_page_tells_the_codebook_version_that_names_are_from(study, tmp_path):
    swap(study, "shaming", "showcasing")
    quoted(study, ("letter", "shame on it", "shaming"))
    made = full_report(study, {}, quotations=2).html
    path = tmp_path / "page.html"
    path.write_text(re.sub(r' data-coding="\w+"', "", made), encoding="utf-8")
    assert renamed(study, path) == ""
    swap(study, "shaming", "showcasing")
    assert "shaming is showcasing (" in renamed(study, path)
    study.recode(study.codings()[0].id, "shaming")
    assert "the passage is not coded shaming, now showcasing, any more" in problems(study, path)


@pytest.mark.parametrize("form", ["html", "md", "xlsx"])
def test_a_report_from_before_a_swap_of_names_means_the_code_of_then(study, form, tmp_path):
    below = quoted(study, ("letter", "shame on it", "shaming/national-government"))
    above = Table("Q", COLUMNS, tuple((*row[:5], "shaming") for row in below.rows))
    exact, rough = tmp_path / "exact", tmp_path / "rough"
    exact.mkdir()
    rough.mkdir()
    of_below = telling(study, below, form, exact)
    of_above = telling(study, above, form, rough)
    swap(study, "shaming", "showcasing")
    said = "shaming/national-government is showcasing/national-government (1)"
    assert said in renamed(study, of_below)
    assert "shaming is showcasing (1)" in renamed(study, of_above)
    study.recode(study.codings()[0].id, "shaming")
    expected = "the passage is not coded shaming, now showcasing, any more"
    assert problems(study, of_above) == [expected]


@pytest.mark.parametrize("how", ["never here", "unreadable", "two of them"])
def test_a_version_that_tells_nothing_leaves_names_as_they_are_now(study, how, tmp_path):
    path = telling(study, quoted(study, ("letter", "shame on it", "shaming")), "md", tmp_path)
    version = study.codebook_version
    swap(study, "shaming", "showcasing")
    assert "shaming is showcasing (1)" in renamed(study, path)
    text = path.read_text(encoding="utf-8")
    if how == "never here":
        path.write_text(text.replace(version, "0" * 12), encoding="utf-8")
    elif how == "two of them":
        path.write_text(f"{text}\nCodebook {study.codebook_version}.\n", encoding="utf-8")
    else:
        with sqlite3.connect(study.path) as database:
            change = "UPDATE codebook_version SET content = 'codes: [' WHERE id = ?"
            assert database.execute(change, (version,)).rowcount == 1
    (found,) = problems(study, path)
    assert "not coded shaming any more, but showcasing, which had that name before" in found


def test_of_several_codes_that_had_a_name_the_one_on_the_passage_is_named(study, tmp_path):
    table = quoted(study, ("letter", "shame on it", "shaming"))
    path = put(study, table, "csv", tmp_path)
    study.rename_code("shaming", "blaming")
    study.rename_code("sharing", "shaming")
    study.rename_code("shaming", "learning")
    assert ": shaming is blaming (1)." in renamed(study, path)
    study.recode(study.codings()[0].id, "learning")
    assert ": shaming is learning (1)." in renamed(study, path)
    study.recode(study.codings()[0].id, "showcasing")
    expected = "the passage is not coded shaming, now blaming or learning, any more"
    assert problems(study, path) == [expected]


def test_codings_of_a_document_are_read_once_whatever_was_renamed(study, monkeypatch, tmp_path):
    document, words = add(study, tmp_path, "long", "We share. " * 60), "We share."
    rows = []
    for start in range(0, 600, 10):
        code = "sharing/peer-learning" if start % 20 else "sharing"
        study.code(document, Span(start, start + 9), code)
        rows.append((document, start, start + 9, quotation_hash(words), words, code))
    path = put(study, Table("Quotations", COLUMNS, tuple(rows)), "csv", tmp_path)
    study.rename_code("sharing", "exchanging")
    read = Project.codings_in
    calls = []

    def counting(project, *asked):
        calls.append(asked)
        return read(project, *asked)

    monkeypatch.setattr(Project, "codings_in", counting)
    assert "sharing is exchanging (30)" in renamed(study, path)
    assert calls == [(document,)]


def test_a_passage_of_a_sub_code_that_moved_away_is_told_by_its_present_name(study, tmp_path):
    table = quoted(study, ("letter", "shame on it", "shaming/national-government"))
    above = Table("Q", COLUMNS, tuple((*row[:5], "shaming") for row in table.rows))
    path = put(study, above, "csv", tmp_path)
    study.move_code("shaming/national-government", under="sharing")
    assert "shaming is sharing/national-government (1)" in renamed(study, path)


@pytest.mark.parametrize("form", ["csv", "md", "xlsx", "html"])
def test_coder_and_coding_are_compared_after_a_merge_of_codes(study, attributed, form, tmp_path):
    """Merged codings have other ids: those of the report are known as theirs."""
    path = written_as(study, attributed, form, tmp_path)
    study.merge_codes("sharing", "shaming")
    assert "sharing is shaming (1)" in renamed(study, path)
    with Project.open(study.path, coder="amina") as amina:
        for coding in amina.codings():
            if coding.coder == "amina":
                amina.uncode(coding.id)
    (found,) = problems(study, path)
    assert "is not there any more, though others have this code here" in found


def test_the_command_tells_renamed_codes_and_passes(study, three, tcncode, tmp_path):
    path = put(study, three, "md", tmp_path)
    study.rename_code("sharing", "learning")
    ran = tcncode("-p", study.path, "verify", path)
    assert (ran.code, ran.out) == (0, "")
    assert "all 3 quotations match" in ran.err and "sharing is learning (1)" in ran.err
