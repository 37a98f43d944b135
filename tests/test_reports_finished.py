"""Reports of finished documents: texts that nobody has read yet are no denominator."""

from __future__ import annotations

from html import unescape
from pathlib import Path

import pytest
from conftest import Run
from openpyxl import load_workbook
from report_study import rows

from tcncode.importing.codings import CodingRow
from tcncode.model import Network
from tcncode.page.contents import Study
from tcncode.page.verifying import verify
from tcncode.page.writing import full_report
from tcncode.project import Project
from tcncode.text import Span


def done(project: Project, coder: str, *names: str) -> None:
    with Project.open(project.path, coder=coder) as own:
        own.finish(names)


@pytest.fixture
def read(study: Project) -> Project:
    """amina has finished letter and arabic; ben has begun letter and finished notes."""
    study.code(study.document_id("letter"), Span(0, 8), "sharing")
    study.code(study.document_id("arabic"), Span(0, 4), "shaming")
    with Project.open(study.path, coder="ben") as ben:
        ben.code(ben.document_id("letter"), Span(0, 8), "sharing")
        ben.code(ben.document_id("notes"), Span(0, 3), "sharing")
    done(study, "amina", "letter", "arabic")
    done(study, "ben", "notes")
    return study


def counted_names(project: Project, **filters: object) -> set[str]:
    table = project.report("coverage", {"finished": True, **filters})
    return {str(record["name"]) for record in table.records()}


def test_a_document_is_finished_by_all_who_are_at_it(read: Project) -> None:
    assert counted_names(read) == {"arabic", "notes"}
    assert counted_names(read, coder="amina") == {"arabic", "letter"}
    assert counted_names(read, coder=["amina", "ben"]) == {"arabic", "notes"}
    done(read, "ben", "letter")
    assert counted_names(read) == {"arabic", "letter", "notes"}
    read.assign(["notes"], "amina")
    assert counted_names(read) == {"arabic", "letter"}
    assert counted_names(read, coder="ben") == {"letter", "notes"}


def test_what_is_coded_blind_is_not_finished(read: Project) -> None:
    read.assign(["arabic"], "cleo", blind=True)
    assert counted_names(read, coder="amina") == {"letter"}


def test_decisions_matter_where_they_alone_are_asked_for(read: Project) -> None:
    row = CodingRow(read.path, 2, "letter", "settled", "sharing", Span(0, 8), None, "")
    read.import_codings([row])
    assert counted_names(read, coder="settled") == {"letter"}
    assert counted_names(read) == {"arabic", "notes"}
    assert counted_names(read, coder=["settled", "amina"]) == {"arabic", "letter"}


def test_rates_and_shares_are_of_finished_documents(read: Project) -> None:
    length = {entry.name: entry.words for entry in read.documents()}
    table = read.report("networks", {"finished": True, "coder": "amina"})
    found = rows(table, "network", "code")
    assert found["EUROCITIES", "sharing"]["per_1000_words"] == 1000 / length["letter"]
    assert {network for network, _ in found} == {"EUROCITIES", "ICORN"}
    assert "all finished" in table.note and "finished documents only" in table.note
    assert "1 other document left out" in table.note
    assert "tcncode report networks --coder amina --finished" in table.note
    (coverage,) = (t for t in read.report_tables("coverage", {"finished": True})
                   if t.title.endswith("networks"))  # fmt: skip
    assert (
        sum(record["words"] for record in coverage.records()) == length["arabic"] + length["notes"]
    )
    unlimited = read.report("networks")
    assert "--finished: finished ones" in unlimited.note


@pytest.mark.parametrize("form", ["html", "md", "csv", "xlsx"])
def test_quotations_of_finished_documents_verify(
    read: Project, tcncode: Run, tmp_path: Path, form: str
) -> None:
    path = tmp_path / f"quotes.{form}"
    if form == "html":
        ran = tcncode("-p", read.path, "report", "full", "--finished", "-o", path)
    else:
        ran = tcncode("-p", read.path, "report", "quotes", "--finished", "-o", path)
    assert ran.code == 0, ran.err
    wrong, looked_at = verify(read, path)
    assert (wrong.rows, looked_at) == ((), 2)
    if form == "xlsx":
        notes = [row[3] for row in load_workbook(path)["Notes"].values]
        assert any("finished documents only" in str(note) for note in notes)
    if form == "html":
        assert "Asked for: <code>--finished</code>" in path.read_text(encoding="utf-8")


def test_figures_of_finished_documents_say_so(read: Project, tcncode: Run, tmp_path: Path) -> None:
    ran = tcncode("-p", read.path, "report", "figures", "--finished", "--format", "svg",
                  "--figure", "coverage-by-network", "-o", tmp_path / "figures")  # fmt: skip
    assert ran.code == 0, ran.err
    told = (tmp_path / "figures" / "coverage-by-network.csv").read_text(encoding="utf-8")
    assert "EUROCITIES" not in told and "ICORN" in told


def test_the_page_has_no_agreement_of_documents_that_it_leaves_out(read: Project) -> None:
    """cleo, who has finished nothing, has begun what both others have finished."""
    done(read, "ben", "letter")
    done(read, "amina", "notes")
    compared = Study(read, read.chosen({"finished": True})).compared
    assert not isinstance(compared, str) and set(compared.documents) == {"letter", "notes"}
    with Project.open(read.path, coder="cleo") as cleo:
        cleo.code(cleo.document_id("letter"), Span(0, 8), "sharing")
    told = Study(read, read.chosen({"finished": True})).compared
    assert isinstance(told, str) and "others still code" in told


# What fits nothing


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        ({"since": "2031"}, "since = 2031 none (dates there are: 2018 to 2019-05-02)"),
        ({"until": "1999"}, "until = 1999 none (dates there are: 2018 to 2019-05-02)"),
        ({"kind": "newsletter"}, "kind = newsletter none (kinds there are: other)"),
        ({"role": "mayor"}, "role = mayor none (roles there are: none)"),
        ({"network": "ICORN", "document": "letter"}, "network = ICORN 1 document"),
        ({"network": "C40"}, "(networks with documents there are: (none), EUROCITIES, ICORN)"),
        ({"finished": True, "coder": "ben"}, 'finished none ("tcncode finish" marks'),
    ],
)  # fmt: skip
def test_where_no_document_fits_the_note_says_what_there_is(
    study: Project, tcncode: Run, tmp_path: Path, filters: dict[str, object], told: str
) -> None:
    study.load_networks([*study.networks(), Network("C40", "C40")], [], [])
    study.describe(["letter"], {"date": "2018"})
    study.describe(["notes"], {"date": "2019-05-02"})
    with Project.open(study.path, coder="ben") as ben:
        ben.code(ben.document_id("letter"), Span(0, 8), "sharing")
    for table in study.report_tables("networks", filters):
        assert "No document fits." in table.note and told in table.note
        assert told in table.warning
    if "role" not in filters:
        assert told in study.quotations(filters).note
    options = [word for key, value in filters.items() for word in (f"--{key}", str(value))]
    options = [word for word in options if word != "True"]
    ran = tcncode("-p", study.path, "report", "networks", *options, "-o", tmp_path / "n.xlsx")
    assert ran.code == 0 and told in ran.err
    assert told in unescape(full_report(study, filters).html)


def test_where_documents_fit_nothing_is_said_of_limits(read: Project) -> None:
    table = read.report("networks", {"finished": True, "network": "ICORN"})
    assert "each limit alone" not in table.note and table.warning == ""
    assert "each limit alone" not in read.report("networks", {"origin": "settled"}).note
