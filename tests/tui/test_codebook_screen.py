"""What the keys of the codebook screen store. Every test looks into the project."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from textual.binding import Binding
from textual.pilot import Pilot
from textual.widgets import Input, Label, TextArea
from tui.test_injection import EVIL, painted

from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.app import Workbench
from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.codebook_screen import CodebookScreen
from tcncode.tui.codebook_windows import TextsWindow
from tcncode.tui.windows import ConfirmWindow, LeaveWindow, LineWindow

PEERS = "sharing/peer-learning"
Does = Callable[[Pilot[None], CodebookScreen], Coroutine[Any, Any, None]]


def look(project: Project, does: Does, size: tuple[int, int] = (80, 24)) -> None:
    """Open the codebook over the workbench, let ``does`` press keys, close it."""

    async def run() -> None:
        app = Workbench(project, "letter")
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            screen = CodebookScreen(project)
            app.push_screen(screen)
            await pilot.pause()
            await does(pilot, screen)
            await pilot.pause()

    asyncio.run(run())


def press(project: Project, *keys: str) -> None:
    """Only keys, one after the other, each when the screen is still again."""

    async def does(pilot: Pilot[None], screen: CodebookScreen) -> None:
        await type_(pilot, *keys)

    look(project, does)


async def type_(pilot: Pilot[None], *keys: str) -> None:
    """Press keys, and wait for the screen after those that open or close something."""
    for key in keys:
        await pilot.press(key)
        if len(key) > 1 or key in "armgeckx":
            await pilot.pause()


def paths(project: Project) -> list[str]:
    return [code.path for code in project.codebook.codes]


def said(screen: CodebookScreen) -> str:
    return str(screen.query_one("#status").render())


@pytest.fixture
def coded(project: Project) -> Project:
    """amina and bo have coded with peer-learning and showcasing."""
    letter = project.document_entry("letter").id
    project.code(letter, Span(0, 8), PEERS, memo="mine")
    project.code(letter, Span(0, 8), "showcasing", memo="both")
    with Project.open(project.path, coder="bo") as other:
        other.code(letter, Span(9, 20), PEERS, memo="bo's")
    return project


@pytest.mark.parametrize(
    ("keys", "gone", "come"),
    [
        (["a", *"told", "enter", "enter"], set(), {"told"}),
        (["a", *"told", "enter", "escape"], set(), set()),
        (["a", *"told", "escape"], set(), set()),
        (["A", *"Study", "space", *"visits", "enter", "enter"], set(), {"sharing/study-visits"}),
        (["down", "r", *"Peers", "enter", "enter"], {PEERS}, {"sharing/peers"}),
        (["down", "m", *"top", "enter", "enter"], {PEERS}, {"peer-learning"}),
        (["down", "m", *"shaming", "enter", "enter"], {PEERS}, {"shaming/peer-learning"}),
        (["down", "m", *"shaming", "enter", "escape"], set(), set()),
        (["down", "g", *"shaming", "enter", "enter"], {PEERS}, set()),
        (["down", "x", "enter"], {PEERS}, set()),
        (["down", "x", "escape"], set(), set()),
        (["down", "x", "enter", "u"], set(), set()),
        (["down", "x", "enter", "u", "ctrl+r"], {PEERS}, set()),
        (["slash", *"support", "enter", "x", "enter"], {"seeking-support"}, set()),
        (["slash", *"peer", "escape", "up", "x", "escape"], set(), set()),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, list) else "",
)
def test_keys_leave_exactly_these_codes(project, keys, gone, come):
    before = set(paths(project))
    press(project, *keys)
    after = set(paths(project))
    assert (before - after, after - before) == (gone, come)
    assert project.problems() == []


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        (["J"], ["showcasing", "sharing", "storytelling"]),
        (["ctrl+down", "ctrl+down"], ["showcasing", "storytelling", "sharing"]),
        (["J", "J", "K"], ["showcasing", "sharing", "storytelling"]),
        (["J", "ctrl+up"], ["sharing", "showcasing", "storytelling"]),
        (["K"], ["sharing", "showcasing", "storytelling"]),
        (["J", "u"], ["sharing", "showcasing", "storytelling"]),
    ],
)
def test_a_code_changes_places_with_its_neighbours_at_once(project, keys, order):
    press(project, *keys)
    assert [code.path for code in project.codebook.top][:3] == order
    assert PEERS in paths(project)


def test_on_a_large_screen_the_same_keys_do_the_same(project):
    async def does(pilot, screen):
        await type_(pilot, "down", "r", *"Peers", "enter", "enter")

    look(project, does, (160, 50))
    assert "sharing/peers" in paths(project)


def test_the_last_code_goes_no_further(project):
    async def does(pilot, screen):
        await type_(pilot, "end", "J")
        assert "standard-setting is the last here already" in said(screen)

    look(project, does)
    assert paths(project)[-1] == "standard-setting"


@pytest.mark.parametrize(
    ("keys", "colours"),
    [
        (["c", "enter", "enter"], ("#ffaf87", "#875f00")),
        (["c", "down", "enter", "enter"], ("#00d7ff", "#005f87")),
        (["c", "down", "enter", "escape"], ("#ffaf87", "#875f00")),
        (["c", "tab", *"#123456", "enter", "enter"], ("#123456", "#875f00")),
        (["c", "tab", *"#123456", "space", *"#654321", "enter", "enter"], ("#123456", "#654321")),
        (["c", "tab", *"red", "enter"], ("#ffaf87", "#875f00")),
    ],
)
def test_a_colour_is_picked_or_written_and_the_sub_code_has_it_too(project, keys, colours):
    press(project, *keys)
    for path in ("sharing", PEERS):
        code = project.codebook.get(path)
        assert (code.colour, code.colour_light) == colours


def test_a_colour_too_near_another_is_said_before_it_is_taken(project):
    async def does(pilot, screen):
        await type_(pilot, "c", "down", "enter")
        shown = [str(line.render()) for line in pilot.app.screen.query(".told")]
        assert any("hard to tell from that of showcasing" in line for line in shown)
        await type_(pilot, "enter")
        assert "hard to tell from showcasing" in str(screen.query_one("#meaning").render())

    look(project, does)


def test_texts_are_written_in_a_form_and_cues_stay(project):
    cues = project.codebook.codes[0].cues

    async def does(pilot, screen):
        await type_(pilot, "e")
        assert isinstance(pilot.app.screen, TextsWindow)
        window = pilot.app.screen
        window.query_one("#text-definition", TextArea).text = "New.\nTwo lines."
        await type_(pilot, "tab", "tab", *"no")
        await type_(pilot, "escape")
        assert isinstance(pilot.app.screen, ConfirmWindow)
        assert project.codebook.codes[0].definition != "New.\nTwo lines."
        await type_(pilot, "enter")

    look(project, does)
    code = project.codebook.codes[0]
    assert (code.definition, code.when_not, code.when_to_use) == ("New.\nTwo lines.", "no", "")
    assert code.cues == cues


@pytest.mark.parametrize("keys", [["ctrl+r"], ["escape", "escape"]])
def test_texts_are_left_as_they_were(project, keys):
    before = project.codebook

    async def does(pilot, screen):
        await type_(pilot, "e", *"xyz", *keys)
        assert pilot.app.screen is screen

    look(project, does)
    assert project.codebook == before


@pytest.mark.parametrize(
    ("keys", "key"),
    [(["9", "enter", "enter"], 9), (["0", "enter", "enter"], None), (["2", "enter"], 1),
     (["x", "enter"], 1), (["escape"], 1)],
)  # fmt: skip
def test_a_key_is_given_taken_away_or_refused(project, keys, key):
    press(project, "k", *keys)
    assert project.codebook.get("sharing").key == key
    assert project.codebook.get("showcasing").key == 2


def test_merging_says_what_it_will_do_and_does_just_that(coded):
    planned = coded.merge_codes(PEERS, "showcasing", dry_run=True)

    async def does(pilot, screen):
        await type_(pilot, "down", "g", *"showc", "enter")
        window = pilot.app.screen
        assert isinstance(window, ConfirmWindow)
        assert [str(line.render()) for line in window.query(".told")] == list(planned.lines)
        assert coded.codebook.get(PEERS)
        await type_(pilot, "enter")
        assert said(screen) == "merge sharing/peer-learning into showcasing (u undoes)"

    look(coded, does)
    assert planned.lines[:2] == (
        "2 codings of 2 coders in 1 document become showcasing.",
        "1 passage that one coder had given both codes keeps one coding; the memos are joined.",
    )
    assert {(c.coder, c.code, c.memo) for c in coded.codings()} == {
        ("amina", "showcasing", "both\nmine"),
        ("bo", "showcasing", "bo's"),
    }
    before = coded.codings()
    coded.undo()
    assert len(coded.codings()) == 3 and coded.codings() != before
    assert coded.problems() == []


def test_what_changed_since_it_was_agreed_to_is_asked_anew(coded):
    async def does(pilot, screen):
        await type_(pilot, "down", "g", *"showc", "enter")
        with Project.open(coded.path, coder="cy") as other:
            other.code(coded.document_entry("letter").id, Span(30, 40), PEERS)
        await type_(pilot, "enter")
        assert "Somebody changed the project meanwhile" in said(screen)
        assert isinstance(pilot.app.screen, ConfirmWindow)
        assert coded.codebook.get(PEERS), "nothing was done yet"
        await type_(pilot, "enter")

    look(coded, does)
    assert PEERS not in paths(coded)
    assert len(coded.codings(code="showcasing")) == 3


def test_a_code_in_use_is_not_removed_and_the_reason_is_said(coded):
    async def does(pilot, screen):
        await type_(pilot, "down", "x")
        assert pilot.app.screen is screen
        assert "has 2 codings. Merge it into another code" in said(screen)

    look(coded, does)
    assert PEERS in paths(coded)


def test_an_empty_or_taken_name_is_refused_on_the_status_line(project):
    async def does(pilot, screen):
        await type_(pilot, "a", "enter")
        assert "is empty" in said(screen)
        await type_(pilot, "r", *"shaming", "enter")
        assert "There is a code shaming already" in said(screen)

    look(project, does)
    assert len(project.codebook.codes) == 7


def test_counts_are_ones_own_of_all_and_the_meaning_names_the_coders(coded):
    async def does(pilot, screen):
        tree = screen.tree_of_codes
        labels = [str(tree.get_node_at_line(n).label) for n in range(3)]
        assert labels[0].endswith("1/2") and labels[1].endswith("1/2")
        assert labels[2].endswith("1/1")
        await type_(pilot, "down")
        shown = str(screen.query_one("#meaning").render())
        assert "2 (amina 1, bo 1) in 1 document" in shown
        assert "A colleague shows a colleague." in shown

    look(coded, does)


def test_the_cursor_stays_with_its_code_wherever_that_goes(project):
    async def does(pilot, screen):
        await type_(pilot, "down", "m", *"shaming", "enter", "enter")
        assert screen.tree_of_codes.code.path == "shaming/peer-learning"
        await type_(pilot, "r", *"Other", "enter", "enter")
        assert screen.tree_of_codes.code.path == "shaming/other"
        await type_(pilot, "J")
        await type_(pilot, "u", "u")
        assert screen.tree_of_codes.code.id == PEERS

    look(project, does)
    assert PEERS in paths(project)


def test_what_another_process_writes_is_shown(project):
    async def does(pilot, screen):
        with Project.open(project.path, coder="bo") as other:
            other.add_code("sharing/told")
        # Whoever asks first is told; here it is the screen below.
        screen.look_outside()
        await pilot.pause()
        shown = [str(node.label) for node in screen.tree_of_codes.root.children[0].children]
        assert any("Told" in label for label in shown)

    look(project, does)


def test_esc_leaves_the_filter_first_and_then_the_screen(project):
    async def does(pilot, screen):
        await type_(pilot, "slash", *"peer", "enter")
        assert screen.tree_of_codes.last_line == 1
        await type_(pilot, "escape")
        assert pilot.app.screen is screen
        assert screen.tree_of_codes.last_line == 6
        await type_(pilot, "escape")
        assert isinstance(pilot.app.screen, CodeScreen)

    look(project, does)


def test_all_codes_can_be_removed_and_the_first_one_added_again(project):
    async def does(pilot, screen):
        for _ in range(6):
            await type_(pilot, "x", "enter")
        assert project.codebook.codes == ()
        for key in ("r", "x", "e", "m", "g", "c", "k", "J"):
            await type_(pilot, key)
            assert pilot.app.screen is screen
            assert "No code is chosen" in said(screen)
        await type_(pilot, "A", *"first", "enter", "enter")

    look(project, does)
    assert paths(project) == ["first"]


def test_nothing_from_a_codebook_or_a_window_reaches_the_terminal_as_a_command(project):
    hostile = project.codebook.codes[0]
    evil = type(hostile)(
        hostile.id, hostile.path, f"Sharing{EVIL}", f"p{EVIL}", f"Means {EVIL}", f"{EVIL}", key=1
    )
    book = type(project.codebook)(f"Book{EVIL}", (evil, *project.codebook.codes[1:]))

    async def does(pilot, screen):
        for keys in ([], ["r"], ["c"], ["e"], ["m"], ["k"]):
            project._codebook = book
            screen._show()
            await type_(pilot, *keys)
            assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e\u2066]", painted(pilot.app))
            while pilot.app.screen is not screen:
                await type_(pilot, "escape")

    look(project, does)


def test_every_key_of_the_screen_has_an_id_and_none_is_one_that_terminals_take():
    keys = [binding for binding in CodebookScreen.BINDINGS if isinstance(binding, Binding)]
    assert all(binding.id and binding.id.startswith("codebook.") for binding in keys)
    single = [key for binding in keys for key in binding.key.split(",")]
    assert len(set(single)) == len(single)
    forbidden = {f"ctrl+{c}" for c in "mihjscba["} | {"ctrl+z", "f10", "f11"}
    assert not forbidden & set(single)


def test_the_name_of_a_code_is_there_to_be_changed(project):
    async def does(pilot, screen):
        await type_(pilot, "down", "r")
        assert isinstance(pilot.app.screen, LineWindow)
        assert pilot.app.screen.query_one(Input).value == "Peer learning"
        await type_(pilot, "enter")
        assert pilot.app.screen is screen

    look(project, does)
    assert PEERS in paths(project)


def test_ctrl_q_asks_before_texts_are_lost(project):
    """Esc goes back to what was typed; ctrl+q once more leaves."""
    before = project.codebook

    async def does(pilot, screen):
        await type_(pilot, "e")
        await pilot.press(*"more")
        await type_(pilot, "ctrl+q")
        assert isinstance(pilot.app.screen, LeaveWindow) and pilot.app.is_running
        words = " ".join(str(s.render()) for s in pilot.app.screen.query(Label).results())
        assert "what you wrote on sharing" in words
        await type_(pilot, "escape")
        assert isinstance(pilot.app.screen, TextsWindow)
        assert "more" in pilot.app.screen.query_one("#text-definition", TextArea).text
        await type_(pilot, "ctrl+q", "ctrl+q")

    look(project, does)
    assert project.codebook == before


def test_ctrl_q_does_not_ask_where_nothing_was_changed(project):
    left = []

    async def does(pilot, screen):
        await type_(pilot, "e", "ctrl+q")
        left.append(pilot.app._exit)

    look(project, does)
    assert left == [True]


def test_changing_places_counts_no_codings(coded, monkeypatch):
    """What it costs does not grow with them; the figures on show stay right."""
    counted = []
    count = Project.code_use
    monkeypatch.setattr(Project, "code_use", lambda self: counted.append(1) or count(self))

    async def does(pilot, screen):
        labels = sorted(str(node.label) for node in screen.tree_of_codes.root.children)
        counted.clear()
        await type_(pilot, "J", "J", "K")
        assert counted == []
        assert sorted(str(n.label) for n in screen.tree_of_codes.root.children) == labels
        with Project.open(coded.path, coder="bo") as bo:
            bo.code(coded.document_id("letter"), Span(60, 70), "shaming")
        await type_(pilot, "J")
        assert counted

    look(coded, does)
