"""The codebook commands: what they print, what they ask, what they leave alone."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click
import pytest
from conftest import Ran

from tcncode.project import Project
from tcncode.text import Span

PEERS, TOOLS = "sharing/peer-learning", "sharing/information-tools"


@pytest.fixture
def file(made_study: Path, tmp_path: Path) -> Path:
    """A copy of the study, in which amina has coded two passages."""
    path = Path(shutil.copy(made_study, tmp_path / "study.tcn"))
    with Project.open(path, coder="amina") as project:
        letter = project.document_entry("letter").id
        project.code(letter, Span(0, 8), PEERS, memo="why")
        project.code(letter, Span(20, 28), TOOLS)
        project.remember_coder()
    return path


def paths(file: Path) -> list[str]:
    with Project.open(file) as project:
        return [code.path for code in project.codebook.codes]


def fine(ran: Ran) -> Ran:
    assert ran.code == 0, ran.err
    return ran


@pytest.mark.parametrize(
    ("words", "gone", "come"),
    [
        (["add", "sharing/visits"], set(), {"sharing/visits"}),
        (["add", "sharing/Study visits!"], set(), {"sharing/study-visits"}),
        (["add", "we were never asked"], set(), {"we-were-never-asked"}),
        (["rename", PEERS, "Learning from peers"], {PEERS}, {"sharing/learning-from-peers"}),
        (["rename", "sharing/peer", "peers", "--name", "P"], {PEERS}, {"sharing/peers"}),
        (["move", PEERS, "--under", "shaming"], {PEERS}, {"shaming/peer-learning"}),
        (["move", PEERS, "--top"], {PEERS}, {"peer-learning"}),
        (["move", PEERS, "--after", "showcasing"], {PEERS}, {"peer-learning"}),
        (["remove", "sharing/expertise-exchange"], {"sharing/expertise-exchange"}, set()),
        (["merge", PEERS, "--into", TOOLS], {PEERS}, set()),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_commands_leave_exactly_these_codes_and_a_dry_run_those_there_were(
    file, tcncode, words, gone, come
):
    before = set(paths(file))
    said = fine(tcncode("codebook", *words, "--dry-run"))
    assert said.err.endswith("Nothing was changed: this was a dry run.\n") and said.out == ""
    assert set(paths(file)) == before
    done = fine(tcncode("codebook", *words))
    after = set(paths(file))
    assert (before - after, after - before) == (gone, come)
    assert done.err.splitlines()[:-1] == said.err.splitlines()[:-1], "it does what it said"
    assert done.err.endswith('Done by amina; "tcncode undo" takes it back.\n')
    assert done.out == ("".join(come) + "\n" if words[0] == "add" else "")
    fine(tcncode("undo", "--coder", "amina"))
    assert set(paths(file)) == before
    fine(tcncode("check"))


def test_texts_keys_purposes_and_colours_are_set_by_option(file, tcncode):
    fine(tcncode(
        "codebook", "add", "told", "--name", "Told", "--definition", "D", "--when", "W",
        "--when-not", "N", "--example", "E", "--key", "7", "--purpose", "symbolic",
        "--colour", "#AAAAAA", "--light", "#222222", "--after", "sharing",
    ))  # fmt: skip
    with Project.open(file) as project:
        code = project.codebook.get("told")
        assert [c.path for c in project.codebook.top][1] == "told"
    assert (code.name, code.definition, code.when_to_use, code.when_not, code.example) == (
        "Told", "D", "W", "N", "E",
    )  # fmt: skip
    assert (code.key, code.purpose, code.colour, code.colour_light) == (
        7, "symbolic", "#aaaaaa", "#222222",
    )  # fmt: skip
    fine(tcncode("codebook", "edit", "told", "--key", "none", "--example", ""))
    fine(tcncode("codebook", "recolour", "told", "#00d7ff"))
    with Project.open(file) as project:
        code = project.codebook.get("told")
    assert (code.key, code.example, code.definition) == (None, "", "D")
    assert (code.colour, code.colour_light) == ("#00d7ff", "#005f87")


def test_colours_that_are_hard_to_tell_apart_are_named(file, tcncode):
    said = fine(tcncode("codebook", "recolour", "shaming", "#ffaf80")).err
    assert "hard to tell from that of sharing" in said


@pytest.mark.parametrize(
    ("words", "code", "line"),
    [
        (["remove", PEERS], 1, "has 1 coding. Merge it into another code"),
        (["merge", PEERS], 2, "--into"),
        (["merge", PEERS, "--into", "nothing"], 2, 'no code "nothing"'),
        (["move", PEERS], 2, "Say where"),
        (["move", PEERS, "--top", "--under", "shaming"], 2, "not both"),
        (["edit", PEERS], 2, "Say what is to change"),
        (["edit", PEERS, "--key", "x"], 2, "digit from 1 to 9"),
        (["edit", PEERS, "--key", "1"], 2, "is that of sharing"),
        (["rename", "s", "x"], 2, "fits"),
        (["recolour", PEERS, "red"], 2, "no colour"),
        (["add", "sharing"], 2, "a code sharing already"),
        (["save", "none/book.yaml"], 1, "none/book.yaml: cannot be written (No such file"),
        (["save", "."], 1, "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(file, tcncode, words, code, line):
    before = paths(file)
    ran = tcncode("codebook", *words)
    assert (ran.code, ran.out) == (code, "")
    assert len(ran.err.splitlines()) == 1 and line in ran.err
    assert paths(file) == before


def test_a_merge_asks_at_a_terminal_and_nothing_else_does(file, tcncode, monkeypatch):
    asked: list[str] = []

    def confirm(words: str, **_: object) -> bool:
        asked.append(words)
        return False

    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(click, "confirm", confirm)
    fine(tcncode("codebook", "rename", TOOLS, "tools"))
    fine(tcncode("codebook", "add", "sharing/visits"))
    fine(tcncode("codebook", "merge", "sharing/visits", "--into", PEERS))
    assert asked == [], "no coding is touched"
    refused = tcncode("codebook", "merge", PEERS, "--into", "sharing/tools")
    assert (refused.code, asked) == (1, ["Do it?"])
    assert refused.err.endswith("Nothing was changed.\n") and PEERS in paths(file)
    fine(tcncode("codebook", "merge", PEERS, "--into", "sharing/tools", "--yes"))
    assert asked == ["Do it?"] and PEERS not in paths(file)


def test_nothing_to_change_is_said(file, tcncode):
    assert fine(tcncode("codebook", "rename", "sharing", "Sharing")).err == "Nothing differs.\n"


def test_edits_are_saved_into_a_file_with_its_comments_and_lost_ones_are_named(file, tcncode):
    book = file.with_name("codebook.yaml")
    fine(tcncode("codebook", "save", book))
    text = book.read_text(encoding="utf-8")
    mine = text.replace("  - id: shaming", "  # Ask Hanna.\n  - id: shaming").replace(
        "      - id: expertise-exchange", "      # Hardly used.\n      - id: expertise-exchange"
    )
    book.write_text(mine, encoding="utf-8")
    fine(tcncode("codebook", "move", "shaming", "--before", "sharing"))
    assert "Ask" not in fine(tcncode("codebook", "save", book)).err
    assert "  # Ask Hanna.\n  - id: shaming" in book.read_text(encoding="utf-8")
    fine(tcncode("codebook", "remove", "sharing/expertise-exchange"))
    assert (
        "This comment is gone with what stood there: # Hardly used."
        in fine(tcncode("codebook", "save", book)).err
    )
    assert fine(tcncode("codebook", "load", book)).err == "Nothing differs.\n"


@pytest.mark.parametrize(
    "name", ["add", "rename", "move", "recolour", "edit", "remove", "merge", "save"]
)
def test_each_edit_has_help_with_an_example(tcncode, name):
    said = fine(tcncode("codebook", name, "--help")).out
    assert "Example:" in said and f"tcncode codebook {name}" in said


def test_show_tells_of_which_documents_it_lacks_the_codings_of_others(file, tcncode):
    with Project.open(file, coder="amina") as project:
        letter = project.document_id("letter")
        project.assign([letter], ["amina", "bo"], blind=True)
        before = project.codebook_table().rows
        with Project.open(file, coder="bo") as bo:
            bo.code(letter, Span(30, 40), "shaming")
        assert project.codebook_table().rows == before
    told = "Coded blind and not finished by all, so without others' codings here: 1 document."
    assert told in fine(tcncode("--coder", "amina", "codebook", "show")).err
    table = fine(tcncode("--coder", "amina", "codebook", "show", "--format", "json"))
    assert told in table.err and json.loads(table.out)
    with Project.open(file, coder="bo") as bo:
        bo.unassign([letter], "amina", lift=True)
        bo.finish([letter])
    assert "blind" not in fine(tcncode("--coder", "bo", "codebook", "show")).err


def test_one_code_is_shown_with_all_that_is_known_of_it(file, tcncode):
    fine(tcncode("-p", file, "codebook", "rename", TOOLS, "tools"))
    fine(tcncode("-p", file, "memo", "--on", "code", "sharing/tools", "Also for maps?"))
    with Project.open(file) as project:
        book = project.codebook
        tools, sharing = book.get("sharing/tools"), book.get("sharing")
    ran = fine(tcncode("-p", file, "codebook", "show", "sharing/too"))
    assert max(len(line) for line in ran.out.split("\n")) <= 100
    words = " ".join(ran.out.split())
    assert words.startswith(f"sharing/tools: {tools.name}")
    for text in (tools.definition, tools.when_to_use, tools.when_not, tools.example):
        assert " ".join(text.split()) in words
    for cue in (*tools.cues, *tools.negative_cues):
        assert cue.phrase in words
    assert f"formerly {TOOLS}" in words
    assert "used 1 coding in 1 document (amina 1)" in words
    assert "Also for maps?" in words and "amina" in words
    above = " ".join(fine(tcncode("-p", file, "codebook", "show", "sharing")).out.split())
    assert "used 0 codings; with sub-codes 2 codings in 1 document (amina 2)" in above
    (row,) = json.loads(
        fine(tcncode("-p", file, "codebook", "show", "sharing", "--format", "json")).out
    )
    assert (row["code"], row["codings"], row["codings_below"]) == ("sharing", 0, 2)
    assert row["definition"] == sharing.definition and row["formerly"] == ""
    patterns = [cue for cue in sharing.cues if cue.pattern]
    assert len([line for line in row["cue_patterns"].split("\n") if line]) == len(patterns)
    ran = tcncode("-p", file, "codebook", "show", "sharign")
    assert ran.code == 2 and 'no code "sharign"' in ran.err and ran.err.count("\n") == 1
    assert (
        max(map(len, fine(tcncode("-p", file, "codebook", "show", PEERS)).out.split("\n"))) <= 100
    )
