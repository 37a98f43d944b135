"""The command line keeps its word: columns, exit codes, messages, and what it leaves alone."""

from __future__ import annotations

import csv
import getpass
import io
import json
import shutil
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest
from conftest import CODEBOOK, TEXTS, Ran, Run

from tcncode.project import Project
from tcncode.text import Span

COLUMNS = {
    ("documents",): "document name network kind date language characters words codings",
    ("codings",): (
        "coding document name network coder code start end quotation memo origin created"
    ),
    ("agree",): ("code unit coders statistic value n both first_only second_only neither reason"),
    ("report", "frequencies"): "code codings documents characters words share",
    ("report", "networks"): (
        "network code codings documents characters words share share_of_network per_1000_words"
    ),
    ("report", "purposes"): (
        "network purpose codings documents characters words share share_of_network per_1000_words"
    ),
    ("report", "coders"): (
        "coder documents finished assigned of share_of_documents codings words"
        " from_suggestions last"
    ),
}
"""Command -> the columns of DESIGN section 7. More may follow them."""
LETTER = TEXTS["letter"][0].removeprefix("\ufeff").replace("\r\n", "\n")
ESC = "\x1b"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.fixture
def study_file(made_study: Path, tmp_path: Path) -> Path:
    """A copy of the study that only the commands have open."""
    return Path(shutil.copy(made_study, tmp_path / "study.tcn"))


@pytest.fixture
def coded(study_file: Path, tcncode: Run) -> Path:
    """The study, coded by amina and ben; each has one document the other has not."""
    for coder, document, code, at in (
        ("amina", "letter", "sharing", "0:24"),
        ("amina", "letter", "shaming", "71:110"),
        ("ben", "letter", "sharing", "3:24"),
        ("amina", "arabic", "showcasing", "0:28"),
        ("ben", "notes", "sharing/peer-learning", "0:14"),
    ):
        fine(tcncode("code", document, code, "--at", at, "--coder", coder))
    return study_file


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


def refused(ran: Ran, code: int) -> str:
    """The one line that a refused command says."""
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err.startswith("tcncode: ") and ran.err.endswith("\n"), ran.err
    assert len(ran.err.splitlines()) == 1, ran.err
    return ran.err


def records(ran: Ran) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(fine(ran).out)
    return found


def csv_rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def dump(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a project file."""
    connection = sqlite3.connect(path)
    try:
        tables = [
            n for (n,) in connection.execute("select name from sqlite_master where type='table'")
        ]
        return {
            name: sorted(connection.execute(f'select * from "{name}"').fetchall(), key=repr)
            for name in tables
        }
    finally:
        connection.close()


def docx(path: Path, *paragraphs: str) -> Path:
    body = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{words}</w:t></w:r></w:p>' for words in paragraphs
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "word/document.xml", f"<w:document {W}><w:body>{body}</w:body></w:document>"
        )
    return path


# Columns


@pytest.mark.parametrize("command", COLUMNS, ids=" ".join)
def test_the_columns_that_scripts_rely_on_are_there_in_json_and_csv_alike(coded, tcncode, command):
    promised = COLUMNS[command].split()
    objects = records(tcncode(*command, "--format", "json"))
    header, *rows = csv_rows(fine(tcncode(*command, "--format", "csv")).out)
    assert objects and header[: len(promised)] == promised
    for values, row in zip(objects, rows, strict=True):
        assert list(values) == header
        assert not any(isinstance(value, list | dict) for value in values.values())
        assert ["" if v is None else str(v) for v in values.values()] == row


@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_table_in_json_and_csv_tells_its_note_beside_it(coded, tcncode, form, tmp_path):
    shown = fine(tcncode("report", "frequencies", "--kind", "report", "--format", form))
    file = tmp_path / f"table.{form}"
    kept = fine(tcncode("report", "frequencies", "--kind", "report", "-o", file))
    for told in (shown.err, kept.err):
        note = told.splitlines()[-1]
        assert "Coders: " in note and "kind = report" in note and "Codebook " in note
        assert note.endswith("Repeat: tcncode report frequencies --kind report")
    assert file.read_bytes().decode() == shown.out
    assert "Repeat" not in shown.out


def test_each_of_several_tables_tells_its_note_with_its_title(coded, tcncode):
    told = fine(tcncode("report", "coverage", "--format", "json")).err.splitlines()
    assert len(told) == 2 and told[0].partition(": ")[0] != told[1].partition(": ")[0]


TWICE = [
    ["report", "networks", "--network", "a", "--network", "b"],
    ["report", "quotes", "--kind", "report", "--kind", "interview"],
    ["report", "full", "-o", "r.html", "--role", "mayor", "--role", "expert"],
    ["report", "time", "--since", "2018", "--since=2019"],
    ["report", "kinds", "--language", "en", "--language", "fr"],
    ["report", "coders", "--origin", "by hand", "--origin", "imported"],
    ["codings", "--code", "a", "--code", "b"],
    ["codings", "--document", "a", "--document", "b"],
    ["search", "x", "--network", "a", "--network", "b"],
    ["agree", "--kind", "report", "--kind", "interview"],
    ["agree", "--code", "a", "--code", "a"],
    ["suggest", "list", "--document", "a", "--document", "b"],
    ["settle", "list", "--network", "a", "--network", "b"],
    ["export", "codings", "-o", "c.csv", "--coder", "a", "--coder", "b"],
    ["documents", "--network", "a", "--network", "b"],
]


@pytest.mark.parametrize("command", TWICE, ids=" ".join)
def test_a_filter_given_twice_is_refused_not_dropped(coded, tcncode, command):
    ran = tcncode(*command)
    assert ran.code == 2 and ran.out == ""
    assert "takes one value, and was given 2: " in ran.err and ran.err.count("\n") == 1


def test_several_coders_may_still_be_named(coded, tcncode):
    ran = fine(tcncode("report", "coders", "--coder", "amina", "--coder", "amina"))
    assert "amina" in ran.out


# Exit codes and messages


def test_a_command_that_worked_ends_with_0(study_file, tcncode):
    for command in (["documents"], ["codings"], ["--help"], ["--version"], ["check"], ["log"]):
        assert tcncode(*command).code == 0


@pytest.mark.parametrize(
    "command",
    [
        ["code", "letter", "sharing", "--quote", "an aeroplane and a lake in the garden"],
        ["undo", "--coder", "somebody-new"],
        ["redo"],
        ["-p", "nowhere.tcn", "documents"],
        ["import", "--codings", "nowhere.csv"],
        ["codebook", "load", "nowhere.yaml"],
        ["documents", "-o", "nowhere/x.csv"],
        ["documents", "-o", "x.unheard"],
        ["documents", "--format", "xlsx"],
        ["init", "study.tcn"],
    ],
    ids=" ".join,
)
def test_work_that_could_not_be_done_ends_with_1_and_one_line(study_file, tcncode, command):
    refused(tcncode(*command), 1)


@pytest.mark.parametrize(
    "command",
    [
        ["unheard-of"],
        ["documents", "--unheard-of"],
        ["documents", "--format", "docx"],
        ["documents", "--network", "nowhere"],
        ["report", "networks", "--kind", "nope"],
        ["report", "quotes", "--origin", "nope"],
        ["codings", "--kind", "nope"],
        ["agree", "--kind", "nope"],
        ["code", "letter", "sharing"],
        ["code", "letter", "sharing", "--at", "0:4", "--sentence", "1"],
        ["code", "letter", "sharing", "--at", "4:4"],
        ["code", "letter", "sharing", "--at", "2:3"],
        ["code", "letter", "sharing", "--sentence", "1", "--coder", ""],
        ["code", "letter", "sharing", "--sentence", "0"],
        ["code", "letter", "sharing", "--paragraph", "99"],
        ["code", "nothing-like-it", "sharing", "--at", "0:4"],
        ["uncode", "ffffffffffffffff"],
        ["import"],
        ["agree", "amina"],
        ["log", "--at", "0:4"],
        ["search", "a", "--regex", "--fuzzy", "90"],
        ["suggest", "accept", "ffffffffffffffff"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2_and_one_line(study_file, tcncode, command):
    refused(tcncode(*command), 2)


@pytest.mark.parametrize(
    "command",
    [
        ["suggest", "--threshold", "nan"],
        ["suggest", "list", "--threshold", "nan"],
        ["suggest", "reject", "--threshold", "NaN", "--yes"],
        ["search", "ministry", "--fuzzy", "nan"],
        ["assign", "--within", "nan", "--to", "amina", "--to", "bo"],
        ["assign", "--share", "nan", "--to", "amina", "--to", "bo"],
        ["report", "figures", "-o", "figures", "--width", "nan"],
        ["suggest", "train", "--seed", "-1"],
        ["suggest", "train", "--seed", "4294967296"],
        ["suggest", "evaluate", "--seed", "-1"],
        ["agree", "amina", "bo", "--seed", "-1"],
        ["assign", "--share", "20%", "--to", "amina", "--to", "bo", "--seed", "-1"],
    ],
    ids=" ".join,
)
def test_what_is_no_number_or_out_of_its_range_is_refused(study_file, tcncode, command):
    """click takes "nan" for a number in every range, and it empties what it limits."""
    told = refused(tcncode(*command), 2)
    assert any(option in told for option in command if option.startswith("--"))


def test_a_document_named_twice_is_one_and_a_slip_for_a_command_is_told(study_file, tcncode):
    assert "open in 1 document." in fine(tcncode("suggest", "letter", "letter")).err
    assert 'Did you mean "tcncode suggest list"?' in refused(tcncode("suggest", "lst"), 2)
    assert "tcncode suggest" not in refused(tcncode("suggest", "zzzz"), 2)
    assert "tcncode suggest" not in refused(tcncode("suggest", "letter", "lst"), 2)


def test_a_threshold_that_is_no_number_leaves_the_suggestions(study_file, tcncode):
    fine(tcncode("suggest", "--threshold", "0.1"))
    there = records(tcncode("suggest", "list", "--format", "json"))
    refused(tcncode("suggest", "--threshold", "nan"), 2)
    assert records(tcncode("suggest", "list", "--format", "json")) == there != []


def test_without_a_project_or_with_two_the_message_says_what_to_try(study_file, tcncode):
    shutil.copy(study_file, study_file.with_name("other.tcn"))
    assert "-p FILE" in refused(tcncode("documents"), 2)
    for path in study_file.parent.glob("*.tcn"):
        path.unlink()
    assert "tcncode init" in refused(tcncode("documents"), 2)


def test_a_file_that_is_no_project_is_named_and_left_as_it_is(tmp_path, tcncode):
    data = b"not a database, but long enough to look at" * 40
    (tmp_path / "other.tcn").write_bytes(data)
    assert "other.tcn" in refused(tcncode("documents"), 1)
    assert (tmp_path / "other.tcn").read_bytes() == data


@pytest.mark.parametrize(
    "command",
    [
        ["code", "letter", "sharng", "--at", "0:4"],
        ["codings", "--code", "sharng"],
        ["report", "frequencies", "--code", "sharng"],
        ["suggest", "list", "--code", "sharng"],
    ],
    ids=" ".join,
)
def test_an_unknown_code_is_answered_with_the_nearest(study_file, tcncode, command):
    assert 'Did you mean "sharing"?' in refused(tcncode(*command), 2)


# Bad input changes nothing


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["code", "no-such-text", "sharing", "--at", "0:4"], 2),
        (["code", "letter", "sharng", "--at", "0:4"], 2),
        (["code", "letter", "sharing", "--at", "4"], 2),
        (["code", "letter", "sharing", "--at", "9:4"], 2),
        (["code", "letter", "sharing", "--at", "-1:4"], 2),
        (["code", "letter", "sharing", "--at", "0:99999"], 2),
        (["code", "letter", "sharing", "--at", "a:b"], 2),
        (["code", "letter", "sharing", "--coder", " ", "--at", "0:4"], 2),
        (["import", "--codings", "bad.csv"], 1),
        (["codebook", "load", "less.yaml"], 1),
        (["codings", "--network", "nowhere"], 2),
        (["report", "networks", "--network", "nowhere"], 2),
        (["export", "codings", "--network", "nowhere", "-o", "out.csv"], 2),
        (["suggest", "no-such-text"], 2),
        (["networks", "load", "--cities", "bad.csv"], 1),
        (["import", "letter2.txt", "--date", "soon"], 2),
        (["import", "letter2.txt", "--manifest", "bad.csv"], 1),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_input_leaves_every_row_of_the_project_as_it_was(coded, tcncode, command, status):
    folder = coded.parent
    (folder / "letter2.txt").write_text("Another letter.\n", encoding="utf-8")
    (folder / "bad.csv").write_text(
        "document,coder,code,start,end\nletter,cem,sharing,0,4\nletter,cem,sharing,zero,9\n",
        encoding="utf-8",
    )
    (folder / "less.yaml").write_text(
        "name: Less\nversion: 2\ncodes:\n"
        "  - {id: only, name: Only, purpose: practical, definition: One., when_to_use: Always.}\n",
        encoding="utf-8",
    )
    fine(tcncode("codings"))
    before = dump(coded)
    refused(tcncode(*command), status)
    assert dump(coded) == before
    assert not (folder / "out.csv").exists()


@pytest.mark.parametrize(
    "row",
    [
        "no-such-text,cem,sharing,0,4,",
        "letter,cem,no-such-code,0,4,",
        "letter,cem,sharing,0,99999,",
        "letter,cem,sharing,4,4,",
        "letter,cem,sharing,x,4,",
        "letter,,sharing,0,4,",
        "letter,cem,sharing",
        "letter,cem,sharing,0,4,other words",
    ],
)
def test_one_bad_row_keeps_the_good_rows_of_its_table_out_and_is_named(coded, tcncode, row):
    good = f'letter,cem,sharing,0,2,"{LETTER[:2]}"'
    table = coded.parent / "rows.csv"
    table.write_text(f"document,coder,code,start,end,quotation\n{good}\n{row}\n", encoding="utf-8")
    before = dump(coded)
    assert "rows.csv, line 3:" in refused(tcncode("import", "--codings", table), 1)
    assert dump(coded) == before


# Nothing that is imported can steer the terminal


def test_no_escape_sequence_of_a_text_a_name_or_a_memo_reaches_the_terminal(
    study_file, tcncode, tmp_path, monkeypatch
):
    book = CODEBOOK.read_text(encoding="utf-8").replace("name: Sharing\n", 'name: "Sh\\e[5mng"\n')
    assert "\\e[5m" in book
    (tmp_path / "book.yaml").write_text(book, encoding="utf-8")
    evil = f"{ESC}]0;owned\x07 We welcome {ESC}[31mred\x9b2J words\u202e of the city.\n"
    path = tmp_path / f"evil{ESC}[2Jname.txt"
    path.write_text(evil, encoding="utf-8")
    fake = tmp_path / f"fake{ESC}[2J.doc"
    fake.write_text("no", encoding="utf-8")

    said = [tcncode("codebook", "load", "book.yaml")]
    assert "control character" in refused(said[0], 1)
    # So such a code can only come from another SQLite tool.
    connection = sqlite3.connect(study_file)
    name = f"Sh{ESC}[5mng"
    planted = connection.execute(
        "update code set definition = json_set(definition, '$.name', ?) where path = 'sharing'",
        [name],
    )
    assert planted.rowcount == 1
    connection.commit()
    connection.close()
    said += [tcncode("import", path, fake, "--network", f"Net{ESC}[2J")]
    (document,) = (
        str(r["document"]) for r in records(tcncode("documents", "--format", "json"))
        if "evil" in str(r["name"])
    )  # fmt: skip
    said += [
        fine(tcncode("code", document, "sharing", "--at", "0:40", "--memo", f"{ESC}[1mbold")),
        tcncode("code", document, f"sharng{ESC}[2J", "--at", "0:4"),
        tcncode("code", f"no{ESC}[2J", "sharing", "--at", "0:4"),
        tcncode("code", document, "sharing", "--quote", f"lake {ESC}[2J garden aeroplane"),
        fine(tcncode("codings")),
        fine(tcncode("codings", "--format", "md")),
        fine(tcncode("documents")),
        fine(tcncode("codebook", "show")),
        fine(tcncode("codebook", "show", "--format", "md")),
        fine(tcncode("networks", "list")),
        fine(tcncode("report", "networks")),
        fine(tcncode("log")),
        fine(tcncode("search", "welcome")),
        fine(tcncode("search", "wel.*", "--regex")),
        fine(tcncode("report", "frequencies")),
        fine(tcncode("show", document, "--codings")),
        fine(tcncode("undo")),
        fine(tcncode("redo")),
    ]
    assert any("␛[5mng" in ran.out for ran in said)
    for ran in said:
        for harmful in (ESC, "\x07", "\x9b", "\u202e"):
            assert harmful not in ran.out + ran.err, ran
    # A pipe may end at a terminal ("| cat"): one character for one, and harmless.
    shown = fine(tcncode("show", document)).out
    assert len(shown) == len(evil) and shown != evil and ESC not in shown
    # An export carries the text to the character, but not to a screen.
    assert ESC in fine(tcncode("export", "codings")).out
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert ESC not in fine(tcncode("export", "codings")).out


# Import


def test_files_that_cannot_be_read_are_named_and_the_good_one_comes_in(tmp_path, tcncode):
    fine(tcncode("init", "study.tcn", "--coder", "amina"))
    (tmp_path / "good.txt").write_text("The good text.\n", encoding="utf-8")
    (tmp_path / "empty.txt").touch()
    (tmp_path / "binary.txt").write_bytes(bytes(range(256)) * 40)
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("word/document.xml", bytes(300 << 20), compresslevel=1)
    (tmp_path / "damaged.docx").write_bytes(b"PK\x03\x04 not a package")
    (tmp_path / "old.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(200 << 20)
    bad = ["empty.txt", "binary.txt", "bomb.docx", "damaged.docx", "old.doc", "large.txt"]
    ran = tcncode("import", *bad, "missing.txt", "good.txt", "--format", "json")
    assert ran.code == 1
    assert [row["file"] for row in json.loads(ran.out)] == ["good.txt"]
    lines = ran.err.splitlines()
    for name in (*bad, "missing.txt"):
        assert sum(name in line for line in lines) == 1, (name, lines)
    assert "good.txt" not in ran.err
    assert [r["name"] for r in records(tcncode("documents", "--format", "json"))] == ["good"]


def test_the_same_text_twice_is_said_and_is_one_document(tmp_path, tcncode):
    fine(tcncode("init", "study.tcn", "--coder", "amina"))
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("The same text.\n", encoding="utf-8")
    first = records(tcncode("import", "one.txt", "two.txt", "--format", "json"))
    again = records(tcncode("import", "one.txt", "--format", "json"))
    assert [row["state"] for row in first + again] == ["new"] + ['is "one" already'] * 2
    assert len(records(tcncode("documents", "--format", "json"))) == 1


def test_a_text_that_is_there_keeps_its_network_and_the_receipt_says_so(tmp_path, tcncode):
    fine(tcncode("init", "study.tcn", "--coder", "amina"))
    (tmp_path / "one.txt").write_text("The same text.\n", encoding="utf-8")
    given = ("--network", "Eurocities", "--kind", "report", "--date", "2019")
    fine(tcncode("import", "one.txt", *given))
    other = ("--network", "ICORN", "--kind", "policy")
    (row,) = records(tcncode("import", "one.txt", *other, "--format", "json"))
    (kept,) = records(tcncode("documents", "--format", "json"))
    assert (row["network"], row["kind"]) == (kept["network"], kept["kind"])
    assert (
        f"network stays {kept['network']}, not ICORN; kind stays report, not policy"
        in (row["notes"])
    )
    assert "ICORN" not in fine(tcncode("networks", "list")).out
    (same,) = records(tcncode("import", "one.txt", *given, "--format", "json"))
    assert "stays" not in same["notes"]


def test_a_search_can_be_limited_to_a_document(study_file, tcncode):
    everywhere = records(tcncode("search", "we*", "--format", "json"))
    assert {row["name"] for row in everywhere} == {"letter", "arabic", "notes"}
    for mode in ((), ("--regex",), ("--fuzzy", "60")):
        query = "we" if mode else "we*"
        found = records(tcncode("search", query, *mode, "--document", "letter", "--format", "json"))
        assert {row["name"] for row in found} == {"letter"}, mode
    assert tcncode("search", "we*", "--document", "nowhere").code == 2


# Coding


@pytest.mark.parametrize(
    ("how", "words"),
    [
        (["--at", "0:24"], LETTER[:24]),
        (["--quote", "The cafe\u0301 stayed open."], "The cafe\u0301 stayed open."),
        (["--quote", "shame on it"], "shame on it"),
        (["--sentence", "1"], LETTER[: LETTER.index("\n")]),
        (["--sentence", "4"], "Members must report."),
        (["--paragraph", "1"], LETTER[: LETTER.index("\n\n")]),
        (["--paragraph", "2"], LETTER[LETTER.index("The ministry") :].rstrip()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_way_to_say_a_passage_codes_the_right_words(study_file, tcncode, how, words):
    coding = fine(tcncode("code", "letter", "sharing", *how, "--memo", "why")).out.strip()
    (row,) = records(tcncode("codings", "--format", "json"))
    assert (row["coding"], row["quotation"]) == (coding, words)
    assert LETTER[row["start"] : row["end"]] == words
    assert (row["coder"], row["memo"], row["origin"]) == ("amina", "why", "by hand")


def test_coding_a_passage_twice_leaves_one_coding_and_uncode_takes_it_away(study_file, tcncode):
    first = fine(tcncode("code", "letter", "sharing", "--at", "0:24")).out
    assert fine(tcncode("code", "letter", "sharing", "--at", "0:24")).out == first
    assert len(records(tcncode("codings", "--format", "json"))) == 1
    fine(tcncode("uncode", first.strip()))
    assert records(tcncode("codings", "--format", "json")) == []


def test_undo_and_redo_work_across_separate_commands(study_file, tcncode):
    def codes() -> list[object]:
        return [row["code"] for row in records(tcncode("codings", "--format", "json"))]

    fine(tcncode("code", "letter", "sharing", "--at", "0:24"))
    fine(tcncode("code", "letter", "shaming", "--at", "71:110"))
    for command, left in (
        ("undo", ["sharing"]),
        ("undo", []),
        ("redo", ["sharing"]),
        ("redo", ["sharing", "shaming"]),
    ):
        assert fine(tcncode(command)).err.count("\n") == 1
        assert codes() == left
    refused(tcncode("redo"), 1)


def test_undo_takes_back_nothing_of_another_coder(coded, tcncode):
    fine(tcncode("undo", "--coder", "ben"))
    coders = [row["coder"] for row in records(tcncode("codings", "--format", "json"))]
    assert sorted(map(str, coders)) == ["amina"] * 3 + ["ben"]


# Suggestions


def test_a_rejected_suggestion_does_not_come_back_and_an_accepted_one_says_so(study_file, tcncode):
    def open_ones() -> list[str]:
        return [
            str(r["suggestion"]) for r in records(tcncode("suggest", "list", "--format", "json"))
        ]

    fine(tcncode("suggest"))
    accepted, rejected, *others = open_ones()
    assert records(tcncode("codings", "--format", "json")) == []
    fine(tcncode("suggest", "accept", accepted))
    fine(tcncode("suggest", "reject", rejected))
    assert open_ones() == others
    fine(tcncode("suggest"))
    assert open_ones() == others
    (row,) = records(tcncode("codings", "--format", "json"))
    assert (row["origin"], row["coder"]) == ("suggestion", "amina")
    for origin, count in (("suggestion", 1), ("by hand", 0)):
        ran = tcncode("report", "quotes", "--origin", origin, "--format", "json")
        assert len(records(ran)) == count


def test_all_that_the_filters_leave_are_answered_with_yes_and_in_one_action(
    study_file, tcncode, tmp_path
):
    (tmp_path / "more.txt").write_text("A best practice of ours.\n", encoding="utf-8")
    fine(tcncode("import", "more.txt"))

    def open_ones(*filters: str) -> set[str]:
        ran = tcncode("suggest", "list", *filters, "--format", "json")
        return {str(row["suggestion"]) for row in records(ran)}

    fine(tcncode("suggest", "--threshold", "0.1"))
    everything, some = open_ones(), open_ones("--document", "letter", "--threshold", "0.3")
    assert 1 < len(some) < len(everything)
    filters = ("--document", "letter", "--threshold", "0.3")
    said = refused(tcncode("suggest", "accept", *filters), 2)
    assert f"{len(some)} suggestions fit" in said and "--yes" in said
    assert open_ones() == everything
    made = fine(tcncode("suggest", "accept", *filters, "--yes")).out.split()
    assert len(made) == len(some)
    assert open_ones() == everything - some
    fine(tcncode("undo"))
    assert open_ones() == everything
    assert records(tcncode("codings", "--format", "json")) == []
    fine(tcncode("suggest", "reject", *filters, "--yes"))
    assert open_ones() == everything - some
    rows = records(tcncode("suggest", "record", "--format", "json"))
    assert sum(int(str(row["rejected"])) for row in rows) == len(some)
    assert {tuple(row) for row in rows} == {("code", "accepted", "rejected", "right")}
    assert {row["right"] for row in rows} == {0.0}
    fine(tcncode("undo"))
    first, second = sorted(some)[:2]
    fine(tcncode("suggest", "reject", first, second))
    fine(tcncode("undo"))
    assert open_ones() == everything


def test_which_suggestions_are_meant_must_be_said_in_one_way(study_file, tcncode):
    fine(tcncode("suggest"))
    (row, *_) = records(tcncode("suggest", "list", "--format", "json"))
    for words in ((), ("--yes",), (row["suggestion"], "--code", "sharing")):
        refused(tcncode("suggest", "accept", *words), 2)
    told = refused(tcncode("suggest", "accept", row["suggestion"], "--threshold", "0.9"), 2)
    assert "Ids and --threshold cannot be given together" in told
    refused(tcncode("suggest", "reject", "--threshold", "1", "--yes"), 2)
    refused(tcncode("suggest", "accept", "--threshold", "0", "--yes", "--as", "shaming"), 2)
    assert records(tcncode("codings", "--format", "json")) == []


def test_a_suggestion_is_accepted_elsewhere_or_as_another_code(study_file, tcncode):
    fine(tcncode("suggest", "--threshold", "0.1"))
    first, second, *_ = records(tcncode("suggest", "list", "--format", "json"))
    at, end = int(str(first["start"])), int(str(first["end"]))
    for as_other in ([], ["--as", "shaming"]):
        elsewhere = ("accept", first["suggestion"], "--at", f"{end}:{end + 6}", *as_other)
        told = refused(tcncode("suggest", *elsewhere), 2)
        assert f"which is at {at}:{end} in {first['name']}" in told
    assert records(tcncode("codings", "--format", "json")) == []
    fine(tcncode("suggest", "accept", first["suggestion"], "--at", f"{at}:{at + 6}"))
    (row,) = records(tcncode("codings", "--format", "json"))
    assert (row["start"], row["end"], row["code"]) == (at, at + 6, first["code"])
    other = "storytelling" if second["code"] != "storytelling" else "shaming"
    refused(tcncode("suggest", "accept", second["suggestion"], "--as", second["code"]), 2)
    fine(tcncode("suggest", "accept", second["suggestion"], "--as", other))
    rows = records(tcncode("codings", "--format", "json"))
    assert [(r["code"], r["origin"]) for r in rows if r["code"] != row["code"]] == [
        (other, "by hand")
    ]
    fine(tcncode("undo"))
    assert len(records(tcncode("codings", "--format", "json"))) == 1
    assert str(second["suggestion"]) in tcncode("suggest", "list").out


# Agreement


def test_agree_leaves_out_and_names_the_documents_that_not_both_have_finished(coded, tcncode):
    for coder, documents in (("amina", ["letter", "arabic", "notes"]), ("ben", ["letter"])):
        fine(tcncode("finish", *documents, "--coder", coder))
    ran = tcncode("agree", "amina", "ben", "--format", "json")
    rows = records(ran)
    assert "arabic" in ran.err and "notes" in ran.err and "letter" not in ran.err
    assert {row["n"] for row in rows if row["code"] == "sharing"} == {len(LETTER)}
    (row,) = (r for r in rows if r["code"] == "sharing" and r["statistic"] == "observed agreement")
    assert (row["both"], row["first_only"], row["second_only"]) == (21, 3, 0)
    assert row["value"] == pytest.approx((len(LETTER) - 3) / len(LETTER))


def test_a_document_that_both_finished_and_only_one_coded_counts(coded, tcncode):
    for coder in ("amina", "ben"):
        fine(tcncode("finish", "notes", "--coder", coder))
    rows = records(tcncode("agree", "amina", "ben", "--format", "json"))
    (row,) = (r for r in rows if r["code"] == "sharing" and r["statistic"] == "observed agreement")
    assert (row["both"], row["first_only"], row["second_only"]) == (0, 0, 14)


# Export


def test_exported_quotations_are_what_show_prints_at_these_places(study_file, tcncode, tmp_path):
    (tmp_path / "page.html").write_text(
        "<html><head><title>Page</title></head><body><h1>Welcome 👩‍👩‍👧</h1>"
        "<p>Cities &amp; towns<br>share   what they know.</p><p>مرحبا Łódź.</p></body></html>",
        encoding="utf-8",
    )
    (tmp_path / "talk.vtt").write_text(
        "WEBVTT\n\n00:00.000 --> 00:02.000\n<v Mayor>We learn from each other 😀.\n\n"
        "00:02.000 --> 00:04.000\n<v Asker>The cafe\u0301 too?\n",
        encoding="utf-8",
    )
    docx(tmp_path / "word.docx", "A “welcome” desk 😀.", "Two  blanks, e\u0301, and مرحبا.")
    fine(tcncode("import", "page.html", "talk.vtt", "word.docx"))
    texts = {}
    for entry in records(tcncode("documents", "--format", "json")):
        name, length = str(entry["name"]), entry["characters"]
        texts[entry["document"]] = fine(tcncode("show", entry["document"])).out
        assert 0 <= len(texts[entry["document"]]) - length <= 1
        fine(tcncode("code", name, "sharing", "--paragraph", "1"))
        fine(tcncode("code", name, "shaming", "--at", f"0:{length}"))
        for start in range(0, length - 6, 7):
            if texts[entry["document"]][start : start + 6].strip():
                tcncode("code", name, "showcasing", "--at", f"{start}:{start + 6}")
    assert fine(tcncode("export", "codings", "-o", "all.csv")).out == ""
    with (tmp_path / "all.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["document"] for row in rows} == set(texts) and len(rows) > 30
    for row in rows:
        assert row["quotation"] == texts[row["document"]][int(row["start"]) : int(row["end"])]


def test_the_ending_of_the_file_tells_how_a_table_is_written(coded, tcncode, tmp_path):
    for suffix, begin in (
        ("csv", b"document,name,"),
        ("json", b"[\n"),
        ("md", b"**Documents**"),
        ("txt", b"document  "),
        ("xlsx", b"PK"),
    ):
        ran = fine(tcncode("documents", "-o", f"out.{suffix}"))
        assert ran.out == "" and f"out.{suffix}" in ran.err
        assert (tmp_path / f"out.{suffix}").read_bytes().startswith(begin)
    fine(tcncode("documents", "-o", "named.txt", "--format", "json"))
    assert len(json.loads((tmp_path / "named.txt").read_bytes())) == 3
    same = fine(tcncode("codings", "--format", "csv")).out.encode("utf-8")
    fine(tcncode("codings", "-o", "same.csv"))
    assert (tmp_path / "same.csv").read_bytes() == same


def test_exported_codings_come_into_a_second_project_as_the_same_codings(
    coded, made_study, tcncode, tmp_path
):
    fine(tcncode("code", "letter", "sharing", "--at", "0:45", "--memo", 'two\nlines, "quoted"'))
    fine(tcncode("export", "codings", "-o", "codings.csv"))
    second = tmp_path / "second" / "study.tcn"
    second.parent.mkdir()
    shutil.copy(made_study, second)
    ran = fine(tcncode("-p", second, "import", "--codings", "codings.csv"))
    assert " document marked as finished by " in ran.err or " documents marked as" in ran.err
    with Project.open(second) as project:
        for coder in {c.coder for c in project.codings()}:
            told = f"{len({c.document for c in project.codings() if c.coder == coder})} document"
            assert told in ran.err and f" marked as finished by {coder}." in ran.err

    def content(*project: object) -> list[tuple[object, ...]]:
        keys = "document", "coder", "code", "start", "end", "quotation", "memo"
        rows = records(tcncode(*project, "codings", "--format", "json"))
        return sorted(tuple(row[key] for key in keys) for row in rows)

    assert content("-p", second) == content("-p", coded) and len(content("-p", second)) == 6
    again = fine(tcncode("-p", second, "import", "--codings", "codings.csv"))
    assert "0 codings added, 6 there already" in again.err and "finished" not in again.err


def test_whoever_wrote_last_is_who_writes_next_and_each_line_says_who(study, tcncode):
    path = study.path
    study.close()
    ran = fine(tcncode("-p", path, "code", "letter", "sharing", "--at", "0:8"))
    assert "by amina" in ran.err
    fine(tcncode("-p", path, "--coder", "bo", "codings"))  # who only reads is not remembered
    assert "by amina" in fine(tcncode("-p", path, "code", "letter", "sharing", "--at", "9:13")).err
    fine(tcncode("-p", path, "--coder", "bo", "finish", "letter"))
    made = fine(tcncode("-p", path, "code", "letter", "sharing", "--at", "0:8"))
    assert "by bo" in made.err
    key = made.out.strip()
    assert "by bo" in fine(tcncode("-p", path, "recode", key, "shaming")).err
    assert "by bo" in fine(tcncode("-p", path, "memo", "letter", "why", "--on", "document")).err
    Path("new.txt").write_text("A text of its own.\n", encoding="utf-8")
    Path("networks.csv").write_text("network,name\nnew-net,New Net\n", encoding="utf-8")
    Path("c.csv").write_text("document,coder,code,start,end\nnew,cem,sharing,0,6\n", "utf-8")
    for words, told in (
        (["import", "new.txt"], "1 new document by bo, 0 there already"),
        (["networks", "load", "--networks", "networks.csv"], "Loaded by bo: 1 network."),
        (["import", "--codings", "c.csv"], "1 coding added by bo, 0 there already"),
        (["describe", "new", "--network", "Another"], 'Network "Another" added by bo.'),
        (["describe", "new", "--date", "2020"], "new described by bo: Another, "),
    ):
        assert told in fine(tcncode("-p", path, *words)).err
    assert fine(tcncode("-p", path, "undo")).err.startswith("Undone by bo: ")
    assert fine(tcncode("-p", path, "redo", "--coder", "bo")).err.startswith("Redone by bo: ")


def test_who_codes_in_the_workbench_is_remembered_for_the_commands(study):
    path = study.path
    study.close()
    with Project.open(path, coder="bo") as project:
        project.code(project.document_id("letter"), Span(0, 8), "sharing")
        key = "coder:" + getpass.getuser()
        assert project._store.setting(key) == "bo"
    with Project.open(path) as project:
        assert project.coder == "bo"
