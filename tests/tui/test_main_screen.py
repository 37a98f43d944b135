"""What the main screen says and shows of codes, of the next suggestion, of what is finished."""

from __future__ import annotations

import sqlite3

import pytest
from textual import events
from textual.widgets import Input
from tui.screen_study import LETTER, add, play
from tui.test_keys import FIRST, stored

from tcncode.project import Project
from tcncode.tui.describe_window import DescribeWindow
from tcncode.tui.document_tree import DocumentTree
from tcncode.tui.here import Here
from tcncode.tui.key_line import KeyLine
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.pickers import CodePicker, CodingPicker
from tcncode.tui.suggestion_list import SuggestionList

CUES = (
    "We share what we learned with others.\n\nThe office is closed on Mondays.\n\n"
    "We share what we learned again.\n"
)


def title(screen) -> str:
    return str(screen.query_one("#title").render())


def status(screen) -> str:
    return str(screen.query_one("#status").render())


async def until(pilot, holds) -> None:
    """Wait for what a key sets going, on a slow machine, too."""
    for _ in range(100):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come")


def test_a_new_code_in_the_words_of_a_passage_is_one_action(project):
    """One key takes both back, the code and its coding."""
    before = project.codebook.codes

    async def does(pilot, screen):
        await pilot.press("w", "plus", "i", "enter")
        await pilot.pause()
        assert "1 word coded new code share" in status(screen)
        await pilot.press("u")
        await pilot.pause()

    play(project, (80, 24), does)
    assert stored(project) == [] and project.codebook.codes == before
    project.redo()
    assert stored(project) == [("share", "share")]


def test_recoding_to_a_new_code_is_one_action(project):
    async def does(pilot, screen):
        await pilot.press("1", "R", *"visits", "enter", "enter")
        await pilot.pause()
        assert [code for _, code in stored(project)] == ["visits"]
        await pilot.press("u")
        await pilot.pause()

    play(project, (80, 24), does)
    assert stored(project) == [(FIRST, "sharing")]
    assert "visits" not in {code.path for code in project.codebook.codes}


def test_an_answer_goes_on_to_the_next_suggestion(project, tmp_path):
    add(project, tmp_path / "cues.txt", CUES)
    project.suggest()

    async def does(pilot, screen):
        await pilot.press("greater_than_sign", "a")
        await pilot.pause()
        assert screen.reader.selection[0] == CUES.index("We share what we learned again")
        assert status(screen).startswith("accepted sharing (u undoes)   next: ? sharing 0.")
        await pilot.press("d")
        await pilot.pause()
        assert "last suggestion here" in status(screen)

    play(project, (80, 24), does, document="cues")
    found = [(project.quote(c.document, c.span), c.origin) for c in project.codings()]
    assert found == [("We share what we learned with others.", "suggestion")]


def test_the_pane_of_suggestions_follows_the_text(project, tmp_path):
    add(project, tmp_path / "cues.txt", CUES)
    project.suggest()

    async def does(pilot, screen):
        listed = screen.query_one(SuggestionList)
        for place in (0, 1):
            await pilot.press("greater_than_sign")
            await pilot.pause()
            assert listed.highlighted == place
            told = str(screen.query_one(Here).render())
            assert "suggested" in told and "Cities pass knowledge to one another." in told

    play(project, (160, 50), does, document="cues")


def test_coding_in_a_finished_document_is_remarked(project):
    async def does(pilot, screen):
        await pilot.press("1")
        assert "finished" not in status(screen)
        await pilot.press("F", "2")
        await pilot.pause()
        assert "coded showcasing" in status(screen)
        assert "This document is finished: F reopens it" in " ".join(status(screen).split())
        await pilot.press("F", "3")
        await pilot.pause()
        assert "finished" not in status(screen)

    play(project, (80, 24), does)
    assert len(stored(project)) == 3


@pytest.mark.parametrize("width", [80, 160])
def test_a_long_message_is_shown_whole(project, width):
    words = "The beginning of it. " + "Between them much is said. " * 5 + "The end matters."

    async def does(pilot, screen):
        screen.say(words, bad=True)
        await pilot.pause()
        line = screen.query_one("#status")
        shown = " ".join(
            "".join(s.text for s in line.render_line(y)).strip() for y in range(line.size.height)
        )
        assert shown == words
        await pilot.press("down")
        await pilot.pause()
        assert line.size.height == 1

    play(project, (width, 24), does)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
@pytest.mark.parametrize(("keys", "window"), [("c", CodePicker), ("m", MemoEditor)])
def test_a_window_leaves_the_passage_in_sight(project, tmp_path, size, keys, window):
    text = "\n\n".join(f"{n}. {LETTER.split(chr(10))[2]}" for n in range(40))
    add(project, tmp_path / "long.txt", text)

    async def does(pilot, screen):
        for n in (0, 1, 2, 3, 20, 39):
            span = project.document("long").text.index(f"{n}. The mayor")
            screen.reader.place(span + len(f"{n}. "))
            await pilot.press("1", keys)
            await until(pilot, lambda: isinstance(pilot.app.screen, window))
            await pilot.pause(0.1)
            box = pilot.app.screen.query_one(".window").region
            first, last = screen.reader.rows_of(*screen.reader.target)
            rows = range(box.y, box.bottom)
            assert last - first >= 1 and first not in rows and last not in rows
            for part in pilot.app.screen.query(".window > *").results():
                assert box.contains_region(part.region), part
            await pilot.press("escape")
            await until(pilot, lambda: pilot.app.screen is screen)

    play(project, size, does, document="long")


def test_each_coder_comes_back_to_a_place_of_their_own(project):
    async def leave(pilot, screen):
        await pilot.press("G", "1", "ctrl+q")

    async def look(pilot, screen):
        assert (screen.document.name, screen.reader.cursor) == ("letter", 0)
        assert screen.last_code is None

    async def again(pilot, screen):
        assert screen.reader.cursor == len(LETTER) and screen.last_code == "sharing"

    play(project, (80, 24), leave)
    with Project.open(project.path, coder="bo") as other:
        play(other, (80, 24), look, document=None)
    play(project, (80, 24), again, document=None)


def test_a_key_typed_as_a_window_closes_is_not_held_for_ever(project):
    """What tells that a key was handled may go with the window that the key closed."""

    async def does(pilot, screen):
        for _ in range(4):
            await pilot.press("1", "m")
            await until(pilot, lambda: isinstance(pilot.app.screen, MemoEditor))
            pilot.app.post_message(events.Key("escape", None))
            pilot.app.post_message(events.Key("2", "2"))
            await until(pilot, lambda: "showcasing" in {code for _, code in stored(project)})
            await pilot.press("u")
            await until(pilot, lambda: "showcasing" not in {code for _, code in stored(project)})

    play(project, (80, 24), does)


def test_a_document_is_described_in_the_list_and_that_is_undone(project, tmp_path):
    talk = "Interviewer: How so?\n\nMayor: So.\n\nInterviewer: And?\n\nMayor: That.\n"
    key = add(project, tmp_path / "talk.txt", talk, "ICORN")
    before = project.document_entry(key)

    def line(pilot, name: str) -> Input:
        return next(i for i in pilot.app.screen.query(Input).results() if i.name == name)

    async def does(pilot, screen):
        await pilot.press("f2", "E")
        await until(pilot, lambda: isinstance(pilot.app.screen, DescribeWindow))
        for name, typed in (("date", "May"), ("kind", "interview"), ("Mayor", "mayor")):
            line(pilot, name).value = typed
        line(pilot, "network").value = "Gruppo Nuovo"
        line(pilot, "name").focus()
        await pilot.press("end", *"_1", "enter")
        await pilot.pause()
        assert '"May" is not a date' in str(pilot.app.screen.query_one("#wrong").render())
        assert project.document_entry(key) == before
        line(pilot, "date").value = "2019-05"
        await pilot.press("enter")
        await until(pilot, lambda: pilot.app.screen is screen)
        assert "date 2019-05" in status(screen)
        headings = [str(node.label) for node in screen.query_one(DocumentTree).root.children]
        assert any("Gruppo Nuovo" in heading for heading in headings)
        assert "talk_1" in str(screen.query_one("#title").render())

    play(project, (80, 24), does, document="talk")
    e = project.document_entry(key)
    assert (e.name, e.network, e.kind, e.date) == (
        "talk_1", "Gruppo Nuovo", "interview", "2019-05",
    )  # fmt: skip
    assert {s.label: s.role for s in project.speakers(key)}["Mayor"] == "mayor"
    project.undo()
    assert project.document_entry(key) == before and project.problems() == []


def test_finishing_a_document_reads_no_list_of_all(project, tmp_path, monkeypatch):
    """Its mark and its heading's figure change; the other documents are not read."""
    for n in range(5):
        add(project, tmp_path / f"more{n}.txt", f"Text number {n}.\n", "ICORN")
    listed = []
    documents = Project.documents
    monkeypatch.setattr(
        Project, "documents", lambda self, **kw: listed.append(1) or documents(self, **kw)
    )

    def heading(screen) -> str:
        return str(screen.query_one(DocumentTree).root.children[0].label)

    def labels(screen) -> list[str]:
        branch = screen.query_one(DocumentTree).root.children[0]
        return [str(leaf.label) for leaf in branch.children]

    async def does(pilot, screen):
        assert heading(screen) == "ICORN 0/7"
        listed.clear()
        await pilot.press("F")
        await pilot.pause()
        assert heading(screen) == "ICORN 1/7"
        assert [label for label in labels(screen) if label.startswith("✓")] == ["✓ letter"]
        await pilot.press("D")
        await pilot.pause()
        assert screen.document.name != "letter" and listed == []
        await pilot.press("u")
        await pilot.pause()
        assert heading(screen) == "ICORN 0/7"

    play(project, (140, 40), does)


def test_j_and_k_move_in_the_lists_beside_the_text_and_are_typed_into_a_filter(project):
    async def does(pilot, screen):
        tree = screen.query_one(DocumentTree)
        await pilot.press("f2")
        await pilot.pause()
        at = tree.cursor_line
        await pilot.press("j")
        assert tree.cursor_line == at + 1
        await pilot.press("k")
        assert tree.cursor_line == at
        await pilot.press("slash", "j", "k")
        assert screen.query_one("#documents-pane Input", Input).value == "jk"
        await pilot.press("backspace", "backspace", "enter", "escape", "f3")
        await pilot.pause()
        codes = screen.query_one("#codes")
        at = codes.cursor_line
        await pilot.press("j", "j", "k")
        assert codes.cursor_line == at + 1
        assert stored(project) == []

    play(project, (80, 24), does)


def test_what_is_looked_for_is_found_under_a_folded_heading_which_is_folded_again(project):
    async def does(pilot, screen):
        tree = screen.query_one(DocumentTree)
        await pilot.press("f2")
        await pilot.pause()
        for node in tree.root.children:
            node.collapse()
        await pilot.pause()
        await pilot.press("slash", *"note", "enter")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert screen.document is not None and "note" in screen.document.name
        await pilot.press("f2", "slash", *["backspace"] * 4, "enter")
        await pilot.pause()
        assert not any(node.is_expanded for node in tree.root.children)

    play(project, (140, 40), does)


def test_in_the_list_of_documents_no_key_codes_the_text_behind_it(project):
    async def does(pilot, screen):
        await pilot.press("f2")
        await pilot.pause()
        await pilot.press("down", "3", "full_stop", "x", "a")
        await pilot.pause()
        assert stored(project) == []
        assert "Codes are given in the text" in str(screen.query_one("#status").render())
        await pilot.press("escape", "3")
        await pilot.pause()
        assert [code for _, code in stored(project)] == ["storytelling"]

    play(project, (80, 24), does)


def test_with_no_document_open_enter_in_the_list_opens_the_first(project):
    """As after the open one was taken out by somebody else."""

    async def does(pilot, screen):
        screen.document = None
        tree = screen.query_one(DocumentTree)
        screen.show_documents()
        await pilot.press("f2")
        await pilot.pause()
        assert tree.cursor_node is not None and tree.cursor_node.data in tree._leaves
        await pilot.press("enter")
        await pilot.pause()
        assert screen.document is not None and screen.document.name == "letter"

    play(project, (80, 24), does)


@pytest.mark.parametrize("width", [100, 139])
def test_suggestions_stand_beside_the_text_where_documents_and_codes_were(project, width):
    project.suggest()

    async def does(pilot, screen):
        left, right, reader = (screen.query_one(name) for name in ("#left", "#right", "Reader"))
        alone = reader.size.width
        await pilot.press("f4", "down")
        await pilot.pause()
        assert not left.display and right.display
        assert reader.region.right <= right.region.x and reader.size.width >= width - 46
        await pilot.press("escape")
        await pilot.pause()
        assert left.display and not right.display and reader.size.width == alone
        await pilot.press("f4", "f4")
        await pilot.pause()
        assert left.display and not right.display
        await pilot.press("f4", "f3")
        await pilot.pause()
        assert left.display and not right.display

    play(project, (width, 30), does)


@pytest.mark.parametrize("keys", [["2"], ["c", *"showcasing", "enter"]])
def test_after_another_code_a_nudged_coding_is_not_what_keys_mean(project, keys):
    async def does(pilot, screen):
        await pilot.press("1", "L", *keys, "x")
        await pilot.pause()
        assert isinstance(pilot.app.screen, CodingPicker)

    play(project, (80, 24), does)


def test_what_could_not_be_saved_stays_said_until_something_is(project):
    async def does(pilot, screen):
        reader = screen.reader
        with sqlite3.connect(project.path) as other:
            other.execute("BEGIN IMMEDIATE")
            project._database.conn.execute("PRAGMA busy_timeout = 1")
            await pilot.press("1")
            await pilot.pause()
            assert "NOT SAVED" in title(screen)
            await pilot.press("Z", "right_parenthesis", "right_parenthesis")
            await pilot.pause()
            assert reader.cursor > 0
            assert status(screen).startswith("NOT SAVED: ") and "cannot be written" in status(
                screen
            )
            assert "NOT SAVED" in title(screen)
            other.rollback()
        await pilot.press("1")
        await pilot.pause()
        assert "coded sharing" in status(screen) and "saved" in title(screen)
        await pilot.press("right_parenthesis")
        await pilot.pause()
        assert "NOT SAVED" not in status(screen) + title(screen)

    play(project, (80, 24), does)
    assert len(stored(project)) == 1


@pytest.mark.parametrize("keys", [["escape"], ["f3", "escape"]])
def test_esc_lets_go_of_what_could_not_be_saved(project, keys):
    async def does(pilot, screen):
        with sqlite3.connect(project.path) as other:
            other.execute("BEGIN IMMEDIATE")
            project._database.conn.execute("PRAGMA busy_timeout = 1")
            await pilot.press("1", *keys)
            await pilot.pause()
            other.rollback()
        assert "NOT SAVED" not in status(screen) + title(screen)

    play(project, (80, 24), does)
    assert stored(project) == []


def test_a_key_without_a_meaning_says_so(project):
    async def does(pilot, screen):
        for key, shown in (("Z", "Z"), ("exclamation_mark", "!"), ("f11", "f11")):
            await pilot.press(key)
            await pilot.pause()
            assert status(screen) == f"{shown} does nothing here; ? shows the keys."
        await pilot.press("w")
        await pilot.pause()
        assert "nothing here" not in status(screen)

    play(project, (80, 24), does)


@pytest.mark.parametrize("width", [40, 80, 100, 160])
def test_the_line_of_keys_has_whole_keys_and_the_way_out(project, width):
    async def does(pilot, screen):
        line = screen.query_one(KeyLine)
        await until(pilot, lambda: line.children)
        shown = line.children
        assert [key.key_display for key in shown][-1] == "^q"
        assert all(key.region.right <= width for key in shown)
        if width >= 80:
            assert {"f2", "f3", "f4"} <= {key.key_display for key in shown}

    play(project, (width, 24), does)


def test_the_line_of_keys_follows_the_width(project):
    async def does(pilot, screen):
        line = screen.query_one(KeyLine)
        await until(pilot, lambda: line.children)
        narrow = len(line.children)
        await pilot.resize_terminal(160, 40)
        await until(pilot, lambda: len(line.children) > narrow)
        await pilot.resize_terminal(50, 24)
        await until(pilot, lambda: len(line.children) <= narrow)
        assert len(line.children) == narrow

    play(project, (50, 24), does)
