"""What the search screen's keys find and store. Tests look into the project, not at the screen."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import chain

import pytest
from rich.style import Style
from textual.app import App
from textual.binding import Binding
from tui.screen_study import LETTER, NOTES, add

from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.app import Workbench
from tcncode.tui.line_filter import _CONTROL
from tcncode.tui.long_list import ChoiceList, LongList
from tcncode.tui.pickers import CodePicker
from tcncode.tui.search_screen import _KEPT, SearchScreen
from tcncode.tui.windows import ConfirmWindow

FIRST = "We share what we learned in Łódź."


@pytest.fixture(autouse=True)
def jumps(monkeypatch):
    """Where the app was told to go."""
    gone: list[tuple[str, Span]] = []
    go_to = lambda app, document, span: gone.append((document, span))  # noqa: E731
    monkeypatch.setattr(Workbench, "go_to", go_to, raising=False)
    return gone


def play(project, does, size=(80, 24), app=None):
    """Open the search screen, let ``does`` press keys, close it."""

    async def run() -> None:
        bench = app or Workbench(project, "letter")
        async with bench.run_test(size=size) as pilot:
            await pilot.pause()
            screen = SearchScreen(project)
            bench.push_screen(screen)
            await settled(pilot)
            await does(pilot, screen)

    asyncio.run(run())


async def settled(pilot) -> None:
    """Until what was typed has been looked for."""
    await pilot.pause()
    screen = pilot.app.screen
    if isinstance(screen, SearchScreen) and screen._pause is not None:
        screen._pause.stop()
        screen.look()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def typed(pilot, *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def found(screen) -> list[str]:
    return [screen.project.quote(hit.document, hit.span) for hit in screen.hits.items]


def coded(project) -> list[tuple[str, str]]:
    return [(project.quote(c.document, c.span), c.code) for c in project.codings()]


TYPED = [
    ([*"lodz"], ["Łódź"]),
    ([*"ask", "asterisk"], ["asked", "asked"]),
    ([*"lodz", "backspace", "backspace"], []),
    ([*"mayr", "ctrl+t"], ["mayor"]),
    ([*"mayr", "ctrl+t", "ctrl+t"], []),
    ([*"ask", "full_stop", "d", "ctrl+t", "ctrl+t"], ["asked", "asked"]),
    ([*"lodz", "ctrl+t", "ctrl+t", "ctrl+t"], ["Łódź"]),
    ([*"mayr", "enter", "t", "minus", "minus"], ["mayor"]),
    ([*"mayr", "enter", "t", "plus", "plus"], []),
    # Letters are text in the query line: c, p and t do nothing else there.
    ([*"cpt"], []),
    (["slash"], []),
]


def test_what_is_typed_is_found(project):
    async def does(pilot, screen):
        for keys, expected in TYPED:
            pilot.app.pop_screen()
            _KEPT.clear()
            again = SearchScreen(project)
            pilot.app.push_screen(again)
            await pilot.pause()
            await typed(pilot, *keys)
            assert found(again) == expected, keys
            assert again.asked.passage == "sentence"

    play(project, does)
    assert coded(project) == []


def test_a_bad_pattern_is_a_line_and_goes_with_the_next_key(project):
    async def does(pilot, screen):
        await typed(pilot, "ctrl+t", "ctrl+t", "left_square_bracket", "a")
        status = screen.query_one("#status")
        assert status.has_class("-bad") and found(screen) == []
        await typed(pilot, "right_square_bracket")
        assert not status.has_class("-bad")
        assert len(found(screen)) == Counter((LETTER + NOTES).casefold())["a"]

    play(project, does)


@pytest.mark.parametrize("query", ["x*", "^", "(?=a)"])
def test_a_pattern_that_fits_nothing_finds_nothing(project, query):
    async def does(pilot, screen):
        await pilot.press("ctrl+t", "ctrl+t")
        screen.query_one("#query").value = query
        await settled(pilot)
        assert found(screen) == []
        assert not screen.query_one("#status").has_class("-bad")

    play(project, does)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        # The chosen one alone, without a question.
        (["space", "c", "4", "enter"], ["The mayor"]),
        # Both hits are in one sentence: one coding; all are asked about.
        (["c", "4", "enter", "enter"], ["The mayor"]),
        (["c", "4", "enter", "escape"], []),
        (["c", "escape"], []),
        (["p", "c", "4", "enter", "y"], ["The mayor", "in the spring, when"]),
        (["p", "p", "space", "space", "c", "4", "enter"], ["asked", "asked"]),
        (["p", "p", "p", "asterisk", "c", "4", "enter"], ["The mayor"]),
        (["space", "asterisk", "asterisk", "c", "4", "enter", "n"], []),
        (["space", "c", "4", "enter", "u"], []),
        (["space", "c", "4", "enter", "u", "ctrl+r"], ["The mayor"]),
    ],
    ids=lambda value: "-".join(value),
)
def test_keys_code_what_was_found(project, before, expected):
    async def does(pilot, screen):
        await typed(pilot, *"ask", "asterisk", "enter")
        assert len(screen.hits.items) == 2
        for key in before:
            await pilot.press(key)
            await pilot.pause()

    play(project, does)
    made = coded(project)
    assert {code for _, code in made} <= {"shaming"}
    if expected == ["The mayor", "in the spring, when"]:
        ((words, _),) = made  # the paragraph
        assert all(part in words for part in expected)
        assert "Nobody answered." in words
    else:
        assert len(made) == len(expected)
        for (words, _), begin in zip(made, expected, strict=True):
            assert words.startswith(begin)


def test_all_of_it_is_one_action_and_what_is_coded_already_is_said(project):
    async def does(pilot, screen):
        await typed(pilot, *"we ", "enter")
        await typed(pilot, "slash", "backspace", "backspace", "backspace", *"the", "enter")
        before = len(screen.hits.items)
        assert before > 3
        await pilot.press("c", "1", "enter", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, SearchScreen)
        made = len(project.codings())
        assert made > 1
        await pilot.press("c", "1", "enter")
        await pilot.pause()
        assert f"{made} have it already" in str(screen.query_one("#status").render())
        await pilot.press("u")
        await pilot.pause()
        assert project.codings() == []

    play(project, does)


def test_what_is_coded_shows_its_letter(project):
    letter = project.document("letter")
    project.code(letter.id, Span(0, len(FIRST)), "sharing")
    project.code(letter.id, Span(0, 8), "shaming")
    with Project.open(project.path, coder="bo") as other:
        other.code(letter.id, Span(0, 8), "showcasing")

    async def does(pilot, screen):
        await typed(pilot, *"share", "enter")
        row = screen.hits.render_line(1).text
        assert row[2:4] == "14" or row[2:4] == "41"
        assert "2" not in row[:6]

    play(project, does)


def test_a_network_narrows_the_search(project, tmp_path):
    add(project, tmp_path / "more.txt", "The mayor again.\n", "Eurocities")
    add(project, tmp_path / "none.txt", "A mayor of nowhere.\n")

    async def does(pilot, screen):
        await typed(pilot, *"mayor", "enter")
        assert len(found(screen)) == 3
        await typed(pilot, "f", *"euroc", "enter")
        assert [hit.document for hit in screen.hits.items] == [project.document_id("more")]
        await typed(pilot, "f", *"without", "enter")
        assert [hit.document for hit in screen.hits.items] == [project.document_id("none")]
        await typed(pilot, "f", *"all doc", "enter")
        assert len(found(screen)) == 3
        await typed(pilot, "f", "escape")
        assert len(found(screen)) == 3

    play(project, does)


def test_enter_goes_to_the_place_and_the_screen_is_as_it_was_left(project, jumps):
    start = LETTER.index("asked again")

    async def does(pilot, screen):
        await typed(pilot, *"ask", "asterisk", "enter")
        await pilot.press("down", "p", "enter")
        await pilot.pause()
        assert jumps == [(project.document_id("letter"), Span(start, start + 5))]
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen
        again = SearchScreen(project)
        pilot.app.push_screen(again)
        await settled(pilot)
        assert (again.asked.query, again.asked.passage) == ("ask*", "paragraph")
        assert again.hits.has_focus and again.hits.cursor == 1
        await pilot.press("backspace")
        await pilot.pause()
        assert pilot.app.screen is not again

    play(project, does)


def test_down_and_enter_and_slash_go_between_query_and_hits(project):
    async def does(pilot, screen):
        await typed(pilot, *"the")
        for key in ("down", "enter", "tab"):
            await pilot.press(key)
            assert screen.hits.has_focus, key
            await pilot.press("slash")
            assert screen.query_one("#query").has_focus
        assert screen.query_one("#query").value == "the"

    play(project, does)


def test_several_hits_with_nothing_found_or_chosen_do_nothing(project):
    async def does(pilot, screen):
        await typed(pilot, *"zebra", "enter")
        for key in ("c", "space", "asterisk", "enter", "down", "end", "right_curly_bracket"):
            await pilot.press(key)
            await pilot.pause()
            assert pilot.app.screen is screen

    play(project, does)
    assert coded(project) == []


def test_windows_ask_with_the_number_of_passages(project):
    async def does(pilot, screen):
        await typed(pilot, *"ask", "asterisk", "enter", "c")
        assert isinstance(pilot.app.screen, CodePicker)
        assert pilot.app.screen._asks == "Code all 1 sentence with"
        await pilot.press("4", "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ConfirmWindow)
        assert pilot.app.screen._asks == "Code all 2 hits, 1 sentence, shaming?"

    play(project, does)


def test_nothing_harmful_is_painted(project, tmp_path):
    from tcncode.importing.study import Imported
    from tcncode.model import Document, document_id
    from tcncode.text.segments import segment

    evil = "\x1b]0;taken\x07\x1b[31m\x9b2J\u202e"
    text = f"zebra {evil} one.\n{evil}\tzebra {evil}\n"
    document = Document(document_id(text), f"evil{evil}", text, f"Net{evil}")
    project.import_files([Imported(tmp_path, document, segment(text), (), 4, "0" * 64)])

    async def does(pilot, screen):
        await typed(pilot, *"zebra", "enter")
        rows = [screen.hits.render_line(y) for y in range(4)]
        assert "zebra" in rows[1].text
        assert not any(_CONTROL.search(row.text) for row in rows)
        assert {row.cell_length for row in rows} == {79}

    play(project, does)


def test_no_key_of_the_screen_means_two_things():
    lists = [vars(each).get("BINDINGS", ()) for each in (ChoiceList, LongList)]
    bindings = [b for b in chain(SearchScreen.BINDINGS, *lists) if isinstance(b, Binding)]
    keys = Counter(key for b in bindings for key in b.key.split(","))
    # On the list it is the next item, elsewhere it goes to the list.
    assert {key for key, n in keys.items() if n > 1} == {"down"}
    taken = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c"}
    assert not taken & set(keys)
    assert max(Counter(b.id for b in bindings).values()) == 1


# -- the list ----------------------------------------------------------------------------


class ListApp(App[None]):
    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self.sizes = sizes

    def compose(self):
        yield ChoiceList(lambda item, width: [(f"item {item}", Style())])


def in_list(sizes: list[int], does) -> None:
    """A list with groups of these sizes."""

    async def run() -> None:
        app = ListApp(sizes)
        async with app.run_test(size=(40, 12)) as pilot:
            results = app.query_one(ChoiceList)
            firsts = [sum(sizes[:n]) for n in range(len(sizes))]
            groups = [(first, f"group {n}") for n, first in enumerate(firsts)]
            results.show(range(sum(sizes)), groups)
            results.focus()
            await pilot.pause()
            await does(pilot, results)

    asyncio.run(run())


@pytest.mark.parametrize("sizes", [[3], [1, 1, 1], [5, 1, 30], [40, 2]])
def test_every_item_and_heading_has_its_row(sizes):
    expected: list[str] = []
    number = 0
    for n, size in enumerate(sizes):
        expected.append(f"group {n}")
        expected += [f"item {number + i}" for i in range(size)]
        number += size

    async def does(pilot, results):
        assert results.virtual_size.height == len(expected)
        for row, words in enumerate(expected):
            place, group = results.at_row(row)
            assert (f"group {group}" if place is None else f"item {place}") == words
            if place is not None:
                assert results.row_of(place) == row
        shown = [results.render_line(y).text for y in range(min(12, len(expected)))]
        for words, row in zip(expected, shown, strict=False):
            assert words in row

    in_list(sizes, does)


def test_keys_move_and_choose_and_the_cursor_stays_in_sight():
    async def does(pilot, results):
        for key, cursor in (
            ("down", 1), ("j", 2), ("up", 1), ("k", 0), ("k", 0), ("right_curly_bracket", 5),
            ("right_curly_bracket", 6), ("right_curly_bracket", 6), ("down", 7),
            ("left_curly_bracket", 6), ("left_curly_bracket", 5), ("end", 35), ("g", 0),
            ("G", 35), ("pageup", 25), ("pagedown", 35), ("home", 0), ("ctrl+d", 10),
            ("ctrl+u", 0),
        ):  # fmt: skip
            await pilot.press(key)
            await pilot.pause()
            assert results.cursor == cursor, key
            row = results.row_of(cursor) - results.scroll_offset.y
            assert 0 <= row < results.size.height
        await pilot.press("space", "space", "down", "space")
        assert results.chosen == {0, 1, 3}
        await pilot.press("up", "up", "up", "space")
        assert results.chosen == {0, 3}
        await pilot.press("asterisk")
        assert len(results.chosen) == 36
        await pilot.press("asterisk")
        assert results.chosen == set()
        await pilot.click(ChoiceList, offset=(3, 2))
        assert results.cursor == results.at_row(2 + results.scroll_offset.y)[0]

    in_list([5, 1, 30], does)


def test_a_key_paints_two_lines_of_a_hundred_thousand():
    async def does(pilot, results):
        await pilot.press("end")
        await pilot.pause()
        assert results.cursor == 99_999
        for key in ("up", "up", "space", "up"):
            before = results.lines_painted
            await pilot.press(key)
            await pilot.pause()
            assert results.lines_painted - before <= 2, key

    in_list([100] * 1000, does)


def test_a_query_that_cannot_be_read_is_told_and_stays_to_be_corrected(
    project,
):
    async def does(pilot, screen):
        await pilot.press("ctrl+t", "ctrl+t", *"(sha", "enter")
        await settled(pilot)
        status = str(screen.query_one("#status").render())
        assert "not a regular expression" in status and "--" not in status
        assert screen.query_one("#query").has_focus
        await pilot.press("enter")
        await pilot.pause()
        assert screen.query_one("#query").has_focus
        await pilot.press(*"re)", "enter")
        await settled(pilot)
        assert screen.hits.has_focus and screen.hits.items

    play(project, does)
