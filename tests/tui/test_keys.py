"""What keys and clicks store. Every test looks into the project, not at the screen."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from dataclasses import replace

import pytest
from textual.binding import Binding
from textual.widgets import OptionList
from tui.screen_study import LETTER, add, play

from tcncode.model import Coding
from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.app import Workbench
from tcncode.tui.keys import SCREEN_KEYS
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.palette import Palette
from tcncode.tui.pickers import CodePicker
from tcncode.tui.reader import Reader
from tcncode.tui.report_screen import ReportScreen

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
MAYOR = LETTER.split("\n")[2].split(" Nobody")[0]
FIRST = "We share what we learned in Łódź."


def stored(project: Project) -> list[tuple[str, str]]:
    """(words, code id) of every coding, in the order of the text."""
    codings = sorted(project.codings(), key=lambda c: (c.span, c.code))
    return [(words(project, coding), coding.code) for coding in codings]


def words(project: Project, coding: Coding) -> str:
    return project.quote(coding.document, coding.span)


@SIZES
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["1"], [(FIRST, "sharing")]),
        (["s", "2", "3"], [(FIRST, "showcasing"), (FIRST, "storytelling")]),
        (["s", "s", "4"], [(f"{FIRST} The café 👩‍👩‍👧 stayed open.", "shaming")]),
        (["w", "plus", "1"], [("share", "sharing")]),
        (["w", "v", "w", "w", "5"], [("share what", "seeking-support")]),
        (["w", "shift+right", "shift+right", "1"], [("sh", "sharing")]),
        (["p", "1", "u"], []),
        (["p", "6", "u", "ctrl+r"], [(LETTER.split("\n")[0], "standard-setting")]),
        (["right_curly_bracket", "s", "1"], [(MAYOR, "sharing")]),
        (
            ["1", "right_parenthesis", "full_stop"],
            [(FIRST, "sharing"), ("The café 👩‍👩‍👧 stayed open.", "sharing")],
        ),
        (["1", "x"], []),
        (["1", "2", "x", "2"], [(FIRST, "sharing")]),
        (["c", "p", "e", "e", "r", "enter"], [(FIRST, "peer-learning")]),
        (["c", "escape"], []),
        (["enter", "s", "t", "a", "n", "d", "enter"], [(FIRST, "standard-setting")]),
        (["G", "1"], [("Members must report once a year.", "sharing")]),
        (["slash", "n", "o", "b", "o", "enter", "1"], [("Nobody answered.", "sharing")]),
        (["w", "plus", "plus", "minus", "1"], [("share", "sharing")]),
        (["w", "plus", "z", "b", "escape", "plus", "1"], [("We", "sharing")]),
        (["7"], []),
    ],
    ids=lambda value: "-".join(value) if value and isinstance(value[0], str) else "",
)
def test_keys_store_exactly_these_codings(project, size, keys, expected):
    async def does(pilot, screen):
        await pilot.press(*keys)
        await pilot.pause()

    play(project, size, does)
    assert stored(project) == [(text, code_id(project, code)) for text, code in expected]


def code_id(project: Project, slug: str) -> str:
    """Ids of sub-codes may carry their parents."""
    return next(c.id for c in project.codebook.codes if re.search(rf"(^|/){slug}$", c.path))


@SIZES
def test_a_family_emoji_is_one_step_and_is_never_cut(project, size):
    start = LETTER.index("👩")

    async def does(pilot, screen):
        screen.reader.place(start)
        await pilot.press("shift+right", "1")

    play(project, size, does)
    assert [text for text, _ in stored(project)] == ["👩‍👩‍👧"]


@SIZES
def test_the_right_half_of_a_wide_character_is_that_character(project, size):
    async def does(pilot, screen):
        reader = screen.reader
        row, cell = reader.text_layout.cell_of(LETTER.index("阪"))
        await pilot.click(Reader, offset=(cell + reader.text_column + 1, row))
        assert reader.cursor == LETTER.index("阪")

    play(project, size, does)


def test_a_memo_is_kept_when_its_window_closes(project):
    async def does(pilot, screen):
        await pilot.press("1", "m")
        assert isinstance(pilot.app.screen, MemoEditor)
        await pilot.press("o", "k", "escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [coding.memo for coding in project.codings()] == ["ok"]


def test_quitting_keeps_a_memo_being_written_and_the_place(project):
    async def does(pilot, screen):
        await pilot.press("right_curly_bracket", "1", "m", "a", "b", "ctrl+q")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [coding.memo for coding in project.codings()] == ["ab"]

    async def look(pilot, screen):
        assert screen.document.name == "letter"
        assert screen.reader.cursor == LETTER.index("The mayor")

    play(project, (80, 24), look, document=None)


def test_codings_of_others_are_hidden_until_asked_for_and_never_removed(project):
    document = project.document("letter")
    project.code(document.id, Span(0, 8), "shaming")
    with Project.open(project.path, coder="bo") as other:

        async def does(pilot, screen):
            assert len(screen.reader.index) == 0
            await pilot.press("o")
            assert len(screen.reader.index) == 1
            await pilot.press("x")

        play(other, (80, 24), does)
    assert len(project.codings()) == 1


def test_what_another_process_writes_appears(project):
    async def does(pilot, screen):
        screen.look_outside()
        with Project.open(project.path, coder="amina") as other:
            other.code(screen.document.id, Span(0, 8), "shaming")
        screen.look_outside()
        assert len(screen.reader.index) == 1

    play(project, (80, 24), does)


def test_a_suggestion_counts_only_when_accepted(project):
    assert project.suggest() >= 1

    async def does(pilot, screen):
        begin = len(screen.suggestions)
        await pilot.press("greater_than_sign")
        assert screen.reader.selection == (0, len(FIRST))
        await pilot.press("a")
        assert len(screen.suggestions) == begin - 1

    play(project, (80, 24), does)
    assert [(text, project.codings()[0].origin) for text, _ in stored(project)] == [
        (FIRST, "suggestion")
    ]


def test_a_rejected_suggestion_leaves_no_coding_and_undo_brings_it_back(project):
    project.suggest()

    async def does(pilot, screen):
        begin = [s.id for s in screen.suggestions]
        await pilot.press("f4", "d")
        await pilot.pause()
        left = [s.id for s in screen.suggestions]
        assert len(left) == len(begin) - 1 and left == [key for key in begin if key in left]
        await pilot.press("u")
        await pilot.pause()
        assert [s.id for s in screen.suggestions] == begin

    play(project, (80, 24), does)
    assert stored(project) == []


def test_next_and_previous_coding(project):
    document = project.document("letter")
    spans = [Span(0, 8), Span(40, 50), Span(120, 130)]
    for span in spans:
        project.code(document.id, span, "sharing")

    async def does(pilot, screen):
        seen = []
        for key in ("right_square_bracket",) * 3 + ("left_square_bracket",):
            await pilot.press(key)
            seen.append(screen.reader.cursor)
        assert seen == [40, 120, 120, 40]

    play(project, (80, 24), does)


def test_clicks_and_drags(project):
    async def does(pilot, screen):
        reader = screen.reader
        gutter = reader.text_column
        await pilot.click(Reader, offset=(gutter + 5, 0), times=2)
        assert reader.selection == (3, 8)
        await pilot.click(Reader, offset=(gutter + 5, 0), times=3)
        assert reader.selection == (0, len(FIRST))
        await pilot.mouse_down(Reader, offset=(gutter + 3, 0))
        await pilot.hover(Reader, offset=(gutter + 13, 0))
        await pilot.mouse_up(Reader, offset=(gutter + 13, 0))
        await pilot.press("2")
        await pilot.press("escape")
        await pilot.click(Reader, offset=(0, 0))
        await pilot.pause()
        assert reader.selection == (3, 13)

    play(project, (80, 24), does)
    assert [text for text, _ in stored(project)] == ["share what"]


def test_another_document_by_the_drawer(project):
    async def does(pilot, screen):
        await pilot.press("f2", "down", "enter")
        await pilot.pause()
        assert screen.document.name == "notes"
        assert screen.focused is screen.reader
        await pilot.press("2")

    play(project, (80, 24), does)
    assert [text for text, _ in stored(project)] == ["A short note about a meeting."]


def test_report_help_and_palette_open_and_close(project):
    async def does(pilot, screen):
        for opens, closes in (("f5", "escape"), ("question_mark", "escape"), ("ctrl+p", "escape")):
            await pilot.press(opens)
            await pilot.pause()
            assert pilot.app.screen is not screen
            if opens == "f5":
                assert isinstance(pilot.app.screen, ReportScreen)
            await pilot.press(closes)
            await pilot.pause()
            assert pilot.app.screen is screen

    play(project, (80, 24), does)


def test_a_key_paints_only_the_rows_it_changes(project, tmp_path):
    """A page has 20 rows; a cursor key may cost two, a code as many as its span has.

    In another sentence the mark of what would be coded moves: that costs the rows of both.
    """
    text = "The network shared what it had learned with all the others. " * 400
    add(project, tmp_path / "long.txt", text + "\n")

    async def does(pilot, screen):
        reader = screen.reader
        for key in ("down", "right", "w", "left", "up", "shift+right", "shift+down"):
            await pilot.pause()
            before = reader.rows_painted
            await pilot.press(key)
            await pilot.pause()
            assert reader.rows_painted - before <= (4 if key in ("down", "up") else 2), key
        await pilot.press("escape", "s")
        start, end = reader.selection
        rows = reader.text_layout.row_of(end - 1) - reader.text_layout.row_of(start) + 1
        await pilot.pause()
        before = reader.rows_painted
        await pilot.press("1")
        await pilot.pause()
        # The first use of a code brings its tint to the front: a page, once.
        await pilot.press("right_parenthesis", "s")
        await pilot.pause()
        before = reader.rows_painted
        await pilot.press("1")
        await pilot.pause()
        assert reader.rows_painted - before <= rows + 2

    play(project, (80, 24), does, document="long")


def test_on_a_blank_line_no_sentence_is_coded_unseen(project, tmp_path):
    add(project, tmp_path / "gap.txt", "A title here\n\nThe body of it.\n")

    async def does(pilot, screen):
        await pilot.press("down", "1", "down", "2")

    play(project, (80, 24), does, document="gap")
    text = project.document("gap").text
    coded = [c.span.of(text) for c in project.codings(document="gap")]
    assert coded == ["The body of it."]


def test_the_picker_puts_the_code_with_a_typed_key_first(project):
    async def does(pilot, screen):
        await pilot.press("c", "4", "enter")

    play(project, (80, 24), does)
    assert [c.code for c in project.codings()] == ["shaming"]


def test_resizing_keeps_the_cursor_in_sight(project, tmp_path):
    add(project, tmp_path / "long.txt", "The network shared it with all the others. " * 400)

    async def does(pilot, screen):
        await pilot.press(*["pagedown"] * 4)
        at = screen.reader.cursor
        for size in ((60, 15), (150, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.2)
            reader = screen.reader
            row = reader.text_layout.row_of(at)
            assert reader.cursor == at
            assert 0 <= row - reader.scroll_offset.y < reader.size.height

    play(project, (80, 24), does, document="long")


def test_no_key_means_two_things_and_none_is_the_terminals_own():
    taken = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c"}
    bindings = [b for b in (*SCREEN_KEYS, *Reader.BINDINGS) if isinstance(b, Binding)]
    keys = Counter(key for b in bindings for key in b.key.split(","))
    # esc drops the selection in the reader, and elsewhere goes back to it.
    assert {key for key, n in keys.items() if n > 1} == {"escape"}
    assert not taken & set(keys)
    ids = Counter(b.id for b in bindings)
    assert max(ids.values()) == 1


def test_the_picker_puts_a_whole_name_first_and_shows_names_that_codes_are_found_by(project):
    book = project.codebook
    names = {"code-211": "Code 21 long", "code-21": "A long name", "code-212": "Code 21 longer"}
    codes = [replace(book.codes[0], id=key, path=key, name=names[key]) for key in names]
    book = replace(book, codes=(*book.codes, *codes))
    picker = CodePicker(book, Palette(book, dark=True, colours=None), "Code with")
    offered = [(path, line.plain) for path, line in picker.offers("code 21")]
    assert [path for path, _ in offered] == ["code-21", "code-211", "code-212"]
    assert "code-21 A long name  " in offered[0][1]
    shown = [line.plain for path, line in picker.offers("") if path == "sharing/peer-learning"]
    assert "peer-learning  A colleague" in shown[0]  # the name says no more than that


def test_a_picker_stays_and_says_so_where_nothing_fits(project):
    """Enter then takes nothing, whatever arrow was pressed before; the words can be mended."""
    took = []

    async def run() -> None:
        app = Workbench(project)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            picker = CodePicker(
                project.codebook, Palette(project.codebook, dark=True, colours=None), "Code with"
            )
            await app.push_screen(picker, took.append)
            await pilot.press(*"zzzz", "down", "enter")
            await pilot.pause()
            assert app.screen is picker and took == []
            (line,) = picker.query_one(OptionList).options
            assert "Nothing fits" in str(line.prompt)
            await pilot.press(*["backspace"] * 4, *"peer-l", "enter")
            await pilot.pause()

    asyncio.run(run())
    assert took == ["sharing/peer-learning"]
