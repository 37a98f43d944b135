"""What the quotations screen lists and its keys store. Tests look into the project."""

from __future__ import annotations

import asyncio
import csv
from collections import Counter

import pytest
from textual.binding import Binding
from tui.screen_study import LETTER, add

from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui import quotations_screen
from tcncode.tui.app import Workbench
from tcncode.tui.line_filter import _CONTROL
from tcncode.tui.long_list import LongList
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.quotation_order import FILTERS
from tcncode.tui.quotations_screen import QuotationsScreen

FIRST = "We share what we learned in Łódź."


@pytest.fixture(autouse=True)
def jumps(monkeypatch):
    """Where the app was told to go."""
    gone: list[tuple[str, Span]] = []
    go_to = lambda app, document, span: gone.append((document, span))  # noqa: E731
    monkeypatch.setattr(Workbench, "go_to", go_to, raising=False)
    return gone


@pytest.fixture
def coded(project, tmp_path):
    """Five codings by two coders in three documents; amina is at the keys."""
    letter, notes = project.document_id("letter"), project.document_id("notes")
    more = add(project, tmp_path / "more.txt", "The mayor came again.\n", "Eurocities")
    mayor = LETTER.index("The mayor")
    with Project.open(project.path, coder="bo") as bo:
        bo.code(letter, Span(0, 8), "shaming", memo="harsh")
    project.code(letter, Span(0, len(FIRST)), "sharing")
    project.code(letter, Span(mayor, mayor + 9), "seeking-support", memo="asks for money")
    project.code(notes, Span(0, 12), "sharing/peer-learning")
    project.code(more, Span(0, 9), "shaming")
    return project


def play(project, does, size=(80, 24), **asked):
    """Open the quotations screen, let ``does`` press keys, close it."""

    async def run() -> None:
        bench = Workbench(project, "letter")
        async with bench.run_test(size=size) as pilot:
            await pilot.pause()
            screen = QuotationsScreen(project, **asked)
            bench.push_screen(screen)
            await pilot.pause()
            await does(pilot, screen)

    asyncio.run(run())


async def pressed(pilot, *keys: str) -> None:
    """Press, and do not wait for a pause in typing."""
    await pilot.press(*keys)
    await pilot.pause()
    screen = pilot.app.screen
    if isinstance(screen, QuotationsScreen) and screen._pause is not None:
        screen._pause.stop()
        screen.look()
        await pilot.pause()


def listed(screen) -> list[str]:
    return [screen.project.quote(c.document, c.span) for c in screen.results.items]


def title(screen) -> str:
    return str(screen.query_one("#title").render())


ALL = ["The mayor", FIRST, "We share", "The mayor", "A short note"]


def test_everything_is_listed_with_its_figures(coded):
    async def does(pilot, screen):
        assert sorted(listed(screen)) == sorted(ALL)
        assert title(screen).startswith(
            "quotations: 5 in 3 documents of 2 networks, 2 coders · by place"
        )

    play(coded, does)


FILTERED = [
    (["n", *"euroc", "enter"], ["The mayor"]),
    (["n", *"with", "enter"], []),
    (["d", *"notes", "enter"], ["A short note"]),
    (["c", *"sharing", "enter"], [FIRST, "A short note"]),
    (["b", *"bo", "enter"], ["We share"]),
    (["t", *"pol", "enter"], []),
    (["t", *"other", "enter", "b", *"bo", "enter"], ["We share"]),
    (["o", *"by hand", "enter"], None),
    (["o", *"sugg", "enter"], []),
    (["f", *"mayor", "enter"], ["The mayor", "The mayor"]),
    (["f", *"mayor", "escape"], None),
    (["M", *"money", "enter"], ["The mayor"]),
    (["M", "asterisk", "enter"], ["We share", "The mayor"]),
    (["b", *"bo", "enter", "0"], None),
    (["b", *"bo", "enter", "b", "enter"], None),
    (["slash", *"sharing", "enter"], [FIRST, "A short note"]),
    (["slash", *"=sharing", "down"], [FIRST]),
    (["slash", *"sharing and shaming", "enter"], []),
    (["slash", *"sharing and shaming", "enter", "a"], [FIRST]),
    (["slash", *"sharing", "enter", "0"], None),
    # What cannot be read leaves the list, and says why.
    (["slash", *"sharing and", "enter"], None),
]


def test_filters_and_expression_leave_these(coded):
    async def does(pilot, screen):
        for keys, expected in FILTERED:
            await pressed(pilot, *keys)
            found = listed(screen)
            assert Counter(found) == Counter(ALL if expected is None else expected), keys
            assert title(screen).startswith(f"quotations: {len(found)} in"), keys
            bad = screen.query_one("#status").has_class("-bad")
            assert bad == ("".join(keys[-5:-1]) == " and"), keys
            assert screen.results.has_focus != bad, keys
            await pressed(pilot, "down", "0")
            assert Counter(listed(screen)) == Counter(ALL), keys

    play(coded, does)
    assert len(coded.codings()) == 5


FIGURES = [
    ({"network": "icorn", "code": "sharing"}, [FIRST, "A short note"]),
    ({"coder": "amina", "code": "shaming"}, ["The mayor"]),
    ({"document": "letter", "where": "shaming"}, ["We share"]),
    ({"where": '="sharing" or ="shaming"'}, ["The mayor", FIRST, "We share"]),
    ({"network": "(none)"}, []),
    ({"kind": "other", "origin": "by hand", "coder": "bo"}, ["We share"]),
    ({}, ALL),
]


def test_a_figures_quotations_are_shown_and_not_remembered(coded):
    async def does(pilot, screen):
        for asked, expected in FIGURES:
            await pressed(pilot, "escape")
            screen = QuotationsScreen(coded, **asked)
            pilot.app.push_screen(screen)
            await pilot.pause()
            assert Counter(listed(screen)) == Counter(expected), asked

    play(coded, does)


def test_the_list_has_just_what_a_reports_figure_counts(coded):
    letter = coded.document_id("letter")
    # The same passage at a code and below it: a report counts it once.
    coded.code(letter, Span(0, len(FIRST)), "sharing/peer-learning")
    record = next(
        r
        for r in coded.report_networks().records()
        if (r["network"], r["code"]) == ("ICORN", "sharing")
    )

    async def does(pilot, screen):
        assert len({(c.document, c.span, c.coder) for c in screen.results.items}) == 2
        assert record["codings"] == 2
        assert title(screen).startswith("quotations: 3 (2 passages) in 2 documents")

    play(coded, does, network="ICORN", code="sharing")


def test_sorting_goes_round_and_the_cursor_stays_on_its_coding(coded):
    codes = [code.id for code in coded.codebook.codes]
    keys = [
        lambda c: codes.index(c.code),
        lambda c: c.coder,
        lambda c: -len(c.span),
    ]

    async def does(pilot, screen):
        by_place = screen.results.items
        await pilot.press("down", "down")
        at = screen.results.item
        for key in keys:
            await pressed(pilot, "s")
            found = [key(c) for c in screen.results.items]
            assert found == sorted(found) and len(found) == 5
            assert screen.results.item == at
        await pressed(pilot, "s")
        assert screen.results.items == by_place

    play(coded, does)


async def go_to(pilot, screen, words: str) -> None:
    screen.results.place(listed(screen).index(words))
    await pilot.pause()


@pytest.mark.parametrize(
    ("keys", "gone"),
    [(["x"], [FIRST]), (["x", "u"], []), (["x", "u", "ctrl+r"], [FIRST])],
)
def test_own_codings_are_removed_and_come_back(coded, keys, gone):
    left = [words for words in ALL if words not in gone]

    async def does(pilot, screen):
        await go_to(pilot, screen, FIRST)
        await pressed(pilot, *keys)
        assert Counter(listed(screen)) == Counter(left)

    play(coded, does)
    stored = [coded.quote(c.document, c.span) for c in coded.codings()]
    assert Counter(stored) == Counter(left)


def test_nobody_removes_recodes_or_writes_on_anothers(coded):
    async def does(pilot, screen):
        await go_to(pilot, screen, "We share")
        for key in ("x", "R", "m"):
            await pressed(pilot, key)
            assert pilot.app.screen is screen
            assert "bo's" in str(screen.query_one("#status").render())

    before = coded.codings()
    play(coded, does)
    assert coded.codings() == before


def test_a_memo_is_written_and_shown(coded):
    async def does(pilot, screen):
        await go_to(pilot, screen, FIRST)
        await pressed(pilot, "m")
        assert isinstance(pilot.app.screen, MemoEditor)
        await pressed(pilot, *"ok", "escape")
        assert screen.results.item.memo == "ok"
        assert "memo: ok" in str(screen.query_one("#words").render())

    play(coded, does)
    assert [c.memo for c in coded.codings() if c.code == "sharing"] == ["ok"]


def test_a_coding_gets_another_code_and_the_cursor_stays_on_it(coded):
    async def does(pilot, screen):
        await go_to(pilot, screen, FIRST)
        await pressed(pilot, "R", "6", "enter")
        assert screen.results.item.code == "standard-setting"
        assert coded.quote(screen.results.item.document, screen.results.item.span) == FIRST
        await pressed(pilot, "u")

    play(coded, does)
    assert "sharing" in {c.code for c in coded.codings()}


def test_the_highlighted_one_is_shown_in_full_with_a_sentence_either_side(coded):
    async def does(pilot, screen):
        await go_to(pilot, screen, FIRST)
        words = str(screen.query_one("#words").render())
        assert words.startswith("1 sharing · letter · amina")
        assert f"0:{len(FIRST)}" in words and "by hand" in words
        assert words.endswith(f"{FIRST} The café 👩‍👩‍👧 stayed open.")
        screen.results.place(2)
        mayors = [n for n, w in enumerate(listed(screen)) if w == "The mayor"]
        screen.results.place(next(n for n in mayors if screen.results.items[n].memo))
        await pilot.pause()
        words = str(screen.query_one("#words").render())
        assert "memo: asks for money" in words
        assert "It won a prize." in words and "Nobody answered." in words
        assert "café" not in words and "Members must" not in words

    play(coded, does)


def test_copying_takes_words_and_source(coded, monkeypatch):
    copied: list[str] = []
    monkeypatch.setattr(Workbench, "copy_to_clipboard", lambda app, text: copied.append(text))

    async def does(pilot, screen):
        await go_to(pilot, screen, "A short note")
        await pressed(pilot, "y")

    play(coded, does)
    assert copied == [
        "“A short note” (notes, ICORN, characters 0 to 12; sharing/peer-learning, coded by amina)"
    ]


def test_the_list_on_show_is_written_to_a_file(coded, tmp_path):
    path = tmp_path / "out.csv"

    async def does(pilot, screen):
        await pressed(pilot, "c", *"sharing", "enter", "s", "s", "s", "w")
        pilot.app.screen.query_one("Input").value = str(path)
        await pressed(pilot, "enter")

    play(coded, does)
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["quotation"] for row in rows] == [FIRST, "A short note"]
    assert rows[0]["coder"] == "amina"


def test_enter_goes_to_the_place_and_the_screen_is_as_it_was_left(coded, jumps):
    async def does(pilot, screen):
        await pressed(pilot, "slash", *"sharing", "enter", "b", *"amina", "enter", "s", "down")
        coding = screen.results.item
        await pressed(pilot, "enter")
        assert jumps == [(coding.document, coding.span)]
        await pressed(pilot, "backspace")
        assert pilot.app.screen is not screen
        again = QuotationsScreen(coded)
        pilot.app.push_screen(again)
        await pilot.pause()
        assert (again.asked.where, again.asked.coder, again.order) == ("sharing", "amina", "code")
        assert again.results.item == coding

    play(coded, does)


def test_with_nothing_listed_no_key_does_harm(project):
    async def does(pilot, screen):
        for key in ("x", "m", "R", "y", "enter", "ctrl+r", "s", "a", "space", "down", "G"):
            await pressed(pilot, key)
            assert pilot.app.screen is screen, key
        await pressed(pilot, "u")  # of the import of the documents, which is asked about
        await pressed(pilot, "escape")
        assert pilot.app.screen is screen and len(project.documents()) == 2

    play(project, does)
    assert project.codings() == []


@pytest.mark.parametrize("size", [(80, 24), (160, 50), (60, 15)])
def test_list_and_quotation_have_room(coded, size):
    async def does(pilot, screen):
        words, results = screen.query_one("#quotation"), screen.results
        assert words.size.height >= 2 and results.size.height >= 3
        assert (words.region.y > results.region.y) == (size[0] < 120)
        row = results.render_line(1)
        assert row.cell_length == results.scrollable_content_region.width

    play(coded, does, size=size)


def test_nothing_harmful_is_painted(project, tmp_path):
    from tcncode.importing.study import Imported
    from tcncode.model import Document, document_id
    from tcncode.text.segments import segment

    evil = "\x1b]0;taken\x07\x1b[31m\x9b2J\u202e"
    text = f"zebra {evil} one.\n{evil}\tzebra {evil}\n"
    document = Document(document_id(text), f"evil{evil}", text, f"Net{evil}")
    project.import_files([Imported(tmp_path, document, segment(text), (), 4, "0" * 64)])
    coding = project.code(document.id, Span(0, 20), "sharing", memo=f"memo {evil}")

    async def does(pilot, screen):
        rows = [screen.results.render_line(y) for y in range(3)]
        assert "zebra" in rows[1].text
        assert not any(_CONTROL.search(row.text) for row in rows)
        assert not _CONTROL.search(str(screen.query_one("#words").render()).replace("\n", ""))
        assert screen.results.item == coding

    play(project, does)


def test_no_key_of_the_screen_means_two_things():
    own = [b for b in QuotationsScreen.BINDINGS if isinstance(b, Binding)]
    keys = Counter(key for b in own for key in b.key.split(","))
    assert max(keys.values()) == 1
    # "down" goes to the list from elsewhere; here nothing can be chosen.
    bindings = [b for b in LongList.BINDINGS if isinstance(b, Binding)]
    assert {key for b in bindings for key in b.key.split(",")} & set(keys) == {"down"}
    assert {key for key, _ in FILTERS} <= set(keys)
    assert max(Counter(b.id for b in own).values()) == 1


async def until(holds, pilot) -> None:
    for _ in range(100):
        if holds():
            return
        await pilot.pause(0.02)
    raise AssertionError("it did not come")


def test_in_a_large_project_a_thread_looks_and_keys_stay_alive(coded, monkeypatch):
    """The same are found; the last question wins, whichever thread ends first."""
    monkeypatch.setattr(quotations_screen, "_AT_ONCE", 0)

    async def does(pilot, screen):
        await until(lambda: len(screen.results.items) == 5, pilot)
        screen.ask_for(code="shaming")
        screen.ask_for(code="sharing")
        await until(lambda: len(screen.results.items) == 2, pilot)
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert {c.code for c in screen.results.items} == {"sharing", "sharing/peer-learning"}
        await pilot.press("x")
        await until(lambda: len(screen.results.items) == 1, pilot)
        assert "removed" in str(screen.query_one("#status").render())

    play(coded, does)
    assert len(coded.codings(code="sharing")) == 1


def test_a_fault_in_the_thread_is_shown_and_the_screen_stays(coded, monkeypatch):
    monkeypatch.setattr(quotations_screen, "_AT_ONCE", 0)

    def fails(*args, **kw):
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr(Project, "quotations_where", fails)

    async def does(pilot, screen):
        await until(lambda: "disk" in str(screen.query_one("#status").render()), pilot)
        assert "RuntimeError: the disk is gone" in str(screen.query_one("#status").render())
        assert pilot.app.screen is screen and pilot.app.is_running

    play(coded, does)


def test_a_wrong_expression_leaves_the_last_list_under_its_own_heading(coded):
    async def does(pilot, screen):
        await pressed(pilot, "slash", *"sharing", "enter")
        before = listed(screen)
        assert len(before) == 2 and "still" not in title(screen)
        await pressed(pilot, "slash", "end", *" and nosuchcode", "enter")
        assert listed(screen) == before
        assert "still where sharing" in title(screen)
        assert str(screen.query_one("#asks").render()) == "not read"
        assert 'has no code "nosuchcode"' in str(screen.query_one("#status").render())
        assert screen.focused is screen.query_one("#where"), "it is to be corrected"
        screen.ask_for(coder="amina")  # a filter goes with the list on show
        assert screen.asked.where == "sharing" and "still" not in title(screen)
        assert str(screen.query_one("#asks").render()) == "where"

    play(coded, does, size=(120, 30))


def test_not_alone_is_told_what_to_write(coded):
    async def does(pilot, screen):
        await pressed(pilot, "slash", *"not sharing", "enter")
        assert '"* and not CODE"' in str(screen.query_one("#status").render())
        screen.query_one("#where").value = ""
        await pressed(pilot, *"* and not sharing", "enter")
        assert len(listed(screen)) == 3

    play(coded, does, size=(120, 30))


@pytest.fixture
def dated(coded, tmp_path):
    """The same with dates, languages, a transcript, and a finished document."""
    coded.describe([coded.document_id("letter")], {"date": "2018-04", "language": "en"})
    coded.describe([coded.document_id("notes")], {"date": "2020", "language": "sv"})
    talk = "Ann: Did it help? Did it?\nMayor: It did.\n"
    made = add(coded, tmp_path / "talk.txt", talk, "ICORN")
    coded.describe([made], {"date": "2021-06-01"}, speakers="Ann=interviewer; Mayor=mayor")
    coded.code(made, Span(5, 17), "shaming")
    coded.code(made, Span(18, 40), "sharing")
    coded.code(made, Span(26, 32), "storytelling")  # a label
    coded.finish([coded.document_id("notes")])
    return coded


NOTES, LETTERS = ["A short note"], [FIRST, "We share", "The mayor"]
ANSWER = "Did it?\nMayor: It did."
LIMITS = [
    ("since: 2020", None, [*NOTES, "Did it help?", ANSWER, "Mayor:"], {"since": "2020"}),
    ("until: 2018", None, LETTERS, {"until": "2018"}),
    ("since: another", "2021-06", ["Did it help?", ANSWER, "Mayor:"], {"since": "2021-06"}),
    ("language: sv", None, NOTES, {"language": "sv"}),
    ("role: mayor", None, [ANSWER], {"role": "mayor"}),
    ("role: interviewer", None, ["Did it help?", ANSWER], {"role": "interviewer"}),
    ("no interviewers", None, [*ALL, ANSWER], {"interviewers": "left out"}),
    ("finished", None, NOTES, {"finished by": "all whose codings count"}),
]


@pytest.mark.parametrize(("line", "typed", "expected", "told"), LIMITS, ids=[x[0] for x in LIMITS])
def test_l_limits_the_list_as_reports_are_limited(dated, line, typed, expected, told):
    async def does(pilot, screen):
        before = listed(screen)
        await pressed(pilot, "l")
        pilot.app.screen.query_one("Input").value = line
        await pressed(pilot, "enter")
        if typed is not None:
            pilot.app.screen.query_one("Input").value = typed
            await pressed(pilot, "enter")
        assert Counter(listed(screen)) == Counter(expected)
        ((name, value),) = told.items()
        assert f"{name}: {value}" in str(screen.query_one("#filters").render())
        assert screen._shown.filters()[name] == value
        await pressed(pilot, "0")
        assert listed(screen) == before
        await pressed(pilot, "l")
        pilot.app.screen.query_one("Input").value = line
        await pressed(pilot, "escape")
        assert listed(screen) == before

    play(dated, does, size=(160, 40))


def test_the_command_lists_the_same_under_the_same_limits(dated, tcncode):
    options = {
        "since: 2020": ["--since", "2020"], "until: 2018": ["--until", "2018"],
        "since: another": ["--since", "2021-06"], "language: sv": ["--language", "sv"],
        "role: mayor": ["--role", "mayor"], "role: interviewer": ["--role", "interviewer"],
        "no interviewers": ["--no-interviewers"], "finished": ["--finished"],
    }  # fmt: skip
    for line, _, expected, _ in LIMITS:
        ran = tcncode("-p", dated.path, "codings", "--format", "csv", *options[line])
        assert ran.code == 0
        found = [row["quotation"] for row in csv.DictReader(ran.out.splitlines(keepends=True))]
        assert Counter(found) == Counter(expected), line
