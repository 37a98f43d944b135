"""What the report screen shows is what the project counts, and each key does what it says."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections import Counter
from types import ModuleType

import openpyxl
import pytest
from textual.binding import Binding
from textual.screen import Screen
from textual.widgets import Input, Static
from tui.screen_study import CODEBOOK, LETTER, add

from tcncode.model import City, Membership, Network
from tcncode.project import Project
from tcncode.reports import NO_NETWORK, NO_PURPOSE, matrix
from tcncode.text import Span
from tcncode.tui import report_screen
from tcncode.tui.app import Workbench
from tcncode.tui.bars import bar, ground
from tcncode.tui.report_screen import ReportScreen
from tcncode.tui.report_view import DIGITS, KINDS
from tcncode.tui.windows import TextWindow

SIZES = pytest.mark.parametrize("size", [(80, 24), (140, 40)], ids=["80x24", "140x40"])
PURPOSES = {
    "sharing": "practical", "seeking-support": "practical", "showcasing": "symbolic",
    "storytelling": "symbolic", "shaming": "symbolic",
}  # fmt: skip


@pytest.fixture
def coded(tmp_path):
    """Three networks' documents and one of none, coded by two coders; one code has no purpose."""
    book = tmp_path / "book.yaml"
    text = CODEBOOK
    for code, purpose in PURPOSES.items():
        text = text.replace(f"  - id: {code}\n", f"  - id: {code}\n    purpose: {purpose}\n")
    book.write_text(text, encoding="utf-8")
    with Project.create(tmp_path / "coded.tcn", codebook=book, coder="amina") as project:
        ids = {
            name: add(project, tmp_path / f"{name}.txt", f"{name}. {LETTER}", network)
            for name, network in (
                ("one", "ICORN"), ("two", "ICORN"), ("three", "大阪 network"), ("four", None),
            )
        }  # fmt: skip
        project.code(ids["one"], Span(5, 40), "sharing")
        project.code(ids["one"], Span(5, 40), "sharing/peer-learning")
        project.code(ids["one"], Span(50, 90), "sharing/peer-learning")
        project.code(ids["two"], Span(10, 30), "shaming")
        project.code(ids["three"], Span(10, 60), "seeking-support")
        project.code(ids["three"], Span(10, 60), "sharing")
        project.code(ids["four"], Span(0, 9), "standard-setting")
        with Project.open(project.path, coder="bo") as bo:
            bo.code(ids["one"], Span(5, 40), "sharing")
            bo.code(ids["four"], Span(3, 30), "storytelling")
        yield project


def play(project, size, does, *keys):
    """Open the reports in the workbench, press keys, let ``does`` look, close it."""

    async def run() -> None:
        app = Workbench(project)
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            screen = ReportScreen(project)
            await app.push_screen(screen)
            await counted(pilot, screen)
            for key in keys:
                await pilot.press(key)
                await counted(pilot, screen)
            await does(pilot, screen)

    asyncio.run(run())


async def counted(pilot, screen) -> None:
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


def said(screen, selector="#status") -> str:
    return str(screen.query_one(selector, Static).render())


def cells(screen) -> list[list[str]]:
    """The grid as it is read."""
    grid = screen.grid
    return [[str(c).strip() for c in grid.get_row_at(n)] for n in range(grid.row_count)]


@SIZES
@pytest.mark.parametrize("name", ["networks", "purposes", "frequencies", "coders"])
def test_a_digit_shows_the_report_as_the_project_counts_it(coded, size, name):
    digit = str(["networks", "purposes", "frequencies", "coders"].index(name) + 1)
    expected = coded.report(name)

    async def does(pilot, screen):
        table = matrix(expected, value="codings") if name in ("networks", "purposes") else expected
        assert screen.shown.rows == table.rows
        assert screen.grid.row_count == len(table.rows)
        assert [row[-1] for row in cells(screen)] == [
            "–" if row[-1] is None else str(row[-1]) if not isinstance(row[-1], float)
            else f"{row[-1]:.3f}" for row in table.rows
        ]  # fmt: skip
        assert f" {digit} {name} " in said(screen, "#tables")

    play(coded, size, does, digit)


OTHERS = [kind.name for kind in KINDS[DIGITS:]]


@pytest.mark.parametrize("name", OTHERS)
def test_any_table_is_chosen_from_a_list_sorted_and_narrowed(coded, name):
    coded.load_networks(
        [Network("ICORN", "ICORN"), Network("大阪 network", "Osaka")],
        [City("ghent", "Ghent", networks_declared=2), City("oslo", "Oslo")],
        [Membership("ghent", "ICORN"), Membership("oslo", "ICORN")],
    )
    kind = next(kind for kind in KINDS if kind.name == name)
    counted_rows = coded.report(name)

    async def does(pilot, screen):
        assert f" t {name} " in said(screen, "#tables")
        if not kind.share:
            assert screen.shown.rows == counted_rows.rows
        assert (
            screen.shown.note.rstrip("0123456789")
            .split("Repeat: ")[1]
            .startswith(f"tcncode report {name}")
        )
        await pilot.press("b")
        assert screen.shown.columns[-1] == kind.values[0]
        values = [row[-1] for row in screen.shown.rows if row[-1] is not None]
        await pilot.press("right", "right", "right", "right", "s")
        assert [row[-1] for row in screen.shown.rows][: len(values)] == sorted(values, reverse=True)
        if values:
            await pilot.press("enter")
            await counted(pilot, screen)
            opened = pilot.app.screen is not screen
            assert opened == (name != "mentions"), "of text there is nothing coded to open"

    play(coded, (140, 40), does, "t", *name, "enter")


@SIZES
def test_v_goes_through_the_figures_and_back(coded, size):
    values = ["codings", "documents", "words", "share_of_network", "per_1000_words"]
    table = coded.report("networks")

    async def does(pilot, screen):
        for value in [*values[1:], values[0]]:
            await pilot.press("v")
            assert screen.shown.rows == matrix(table, value=value).rows
            assert value in said(screen, "#title")
            assert screen.shown.note.endswith(f"tcncode report networks --matrix {value}")
        await pilot.press("V")
        assert screen.shown.rows == matrix(table, value=values[-1]).rows

    play(coded, size, does)


@SIZES
def test_l_shows_all_columns(coded, size):
    async def does(pilot, screen):
        assert screen.shown.rows == coded.report("networks").rows
        await pilot.press("l")
        assert screen.shown.rows == matrix(coded.report("networks"), value="codings").rows

    play(coded, size, does, "l")


@SIZES
def test_bars_are_as_long_as_their_figures_and_carry_letters(coded, size):
    async def does(pilot, screen):
        rows = cells(screen)
        # Two labels, the figure, the bar.
        assert {len(row) for row in rows} == {4}
        by_figure = sorted(rows, key=lambda row: int(row[2]))
        lengths = [len(row[3]) for row in by_figure]
        assert lengths == sorted(lengths) and lengths[-1] > lengths[0] == 0
        figures = {row[2]: row[3] for row in rows}
        largest = max(int(row[2]) for row in rows)
        assert len(figures["1"]) == pytest.approx(len(figures[str(largest)]) / largest, abs=1)
        assert {row[1][:2] for row in rows} == {f"{n} " for n in range(1, 7)}
        assert max(screen.grid.virtual_size.width, size[0]) == size[0]

    play(coded, size, does, "b")


def test_b_again_goes_back_to_the_matrix(coded):
    async def does(pilot, screen):
        assert screen.shown.rows == matrix(coded.report("networks"), value="codings").rows

    play(coded, (80, 24), does, "b", "b")


def test_bars_have_their_room_before_anything_is_drawn(coded):
    async def does(pilot, screen):
        screen.action_bars()
        bars = screen.grid.ordered_columns[-1]
        longest = max(cell.cell_len for cell in screen.grid.get_column(bars.key))
        assert 0 < longest <= bars.get_render_width(screen.grid)

    play(coded, (160, 40), does)


def test_a_bar_has_eighths_and_nothing_has_none():
    assert bar(1, 1, 10) == "█" * 10
    assert bar(0.5, 1, 5) == "██▌"
    assert bar(1, 1_000_000, 10) == "▏"
    assert bar(0, 5, 10) == bar(1, 0, 10) == ""


@pytest.mark.parametrize("dark", [True, False])
def test_a_figure_can_be_read_on_every_ground(dark):
    """Contrast after WCAG 2.1: at least 4.5 to 1."""

    def light(colour) -> float:
        parts = [c / 255 for c in colour.triplet]
        linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    seen = set()
    for share in (0.01, 0.1, 0.2, 0.4, 0.9):
        style = ground(share, dark=dark, colours="256")
        a, b = sorted((light(style.bgcolor), light(style.color)))
        assert (b + 0.05) / (a + 0.05) >= 4.5
        seen.add(style.bgcolor.name)
    assert len(seen) == 5
    for nothing in (ground(0.5, dark=dark, colours=None), ground(0, dark=dark, colours="256")):
        assert nothing.bgcolor is None


@SIZES
def test_the_cells_of_the_matrix_are_shaded_by_share(coded, size):
    shares = {(r["network"], r["code"]): r["share_of_network"]
              for r in coded.report("networks").records()}  # fmt: skip

    async def does(pilot, screen):
        for n, row in enumerate(screen.shown.rows):
            for m, column in enumerate(screen.shown.columns[1:], 1):
                cell = screen.grid.get_row_at(n)[m]
                grounds = {s.style.bgcolor.name for s in cell.spans if s.style.bgcolor}
                wanted = ground(shares[row[0], column], dark=True, colours="truecolor").bgcolor
                assert grounds == ({wanted.name} if wanted else set())

    play(coded, size, does)


def test_without_colour_no_cell_is_shaded(coded, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def does(pilot, screen):
        for n in range(screen.grid.row_count):
            assert not any(s.style.bgcolor for c in screen.grid.get_row_at(n) for s in c.spans)

    play(coded, (80, 24), does)


@SIZES
def test_s_sorts_by_the_column_of_the_cursor_and_turns_round(coded, size):
    async def does(pilot, screen):
        figures = [row[1] for row in screen.shown.rows]
        assert figures == sorted(figures, reverse=True)
        await pilot.press("s")
        assert [row[1] for row in screen.shown.rows] == sorted(figures)
        await pilot.press("home", "s")
        names = [row[0] for row in screen.shown.rows]
        assert names == sorted(names, key=str.casefold)

    play(coded, size, does, "s")


@SIZES
def test_a_click_on_a_head_sorts_by_it(coded, size):
    async def does(pilot, screen):
        await pilot.click("#grid", offset=(18, 1))
        await pilot.pause()
        figures = [row[1] for row in screen.shown.rows]
        assert figures == sorted(figures, reverse=True) and "▼" in str(
            screen.grid.ordered_columns[1].label
        )

    play(coded, size, does)


def test_what_is_undefined_comes_last_whichever_way(coded):
    add(coded, coded.path.parent / "five.txt", "Nothing is coded here.", "Aaa")

    async def does(pilot, screen):
        for _ in range(2):
            await pilot.press("s")
            assert screen.shown.rows[-1][0] == "Aaa"

    play(coded, (80, 24), does, "v", "v", "v")


@SIZES
def test_typing_narrows_the_rows_and_esc_shows_all(coded, size):
    async def does(pilot, screen):
        everything = screen.shown.rows
        await pilot.press("slash", "i", "c", "o")
        await pilot.pause()
        assert [row[0] for row in screen.shown.rows] == ["ICORN"]
        await pilot.press("enter")
        assert screen.focused is screen.grid
        assert "Only rows with" in screen.shown.note
        await pilot.press("slash", "escape")
        await pilot.pause()
        assert screen.shown.rows == everything
        assert pilot.app.screen is screen and screen.focused is screen.grid
        # Letters that are keys of the screen are letters in the line.
        await pilot.press("slash", "b", "w", "1")
        await pilot.pause()
        assert screen.query_one("#filter", Input).value == "bw1"
        assert screen.shown.rows == ()
        assert "esc" in said(screen)

    play(coded, size, does)


@SIZES
@pytest.mark.parametrize(
    ("typed", "filters"),
    [
        ("network: icorn", {"network": "ICORN"}),
        ("network: (none)", {"network": NO_NETWORK}),
        ("coder: bo", {"coder": "bo"}),
        ("kind: other", {"kind": "other"}),
        ("origin: suggestion", {"origin": "suggestion"}),
    ],
)
def test_f_counts_only_what_was_chosen(coded, size, typed, filters):
    async def does(pilot, screen):
        everything = screen.shown.rows
        await pilot.press("f")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = typed
        await pilot.pause()
        await pilot.press("enter")
        await counted(pilot, screen)
        expected = coded.report("networks", filters)
        assert screen.shown.rows == matrix(expected, value="codings").rows
        ((key, value),) = filters.items()
        assert f"{key} {value}" in said(screen, "#title")
        assert f"--{key}" in screen.shown.note
        await pilot.press("F")
        await counted(pilot, screen)
        assert screen.shown.rows == everything

    play(coded, size, does)


@SIZES
def test_o_counts_ones_own_and_then_everybodys(coded, size):
    async def does(pilot, screen):
        own = coded.report("networks", {"coder": "amina"})
        assert screen.shown.rows == matrix(own, value="codings").rows
        await pilot.press("o")
        await counted(pilot, screen)
        assert screen.shown.rows == matrix(coded.report("networks"), value="codings").rows

    play(coded, size, does, "o")


def test_o_says_so_when_there_is_nothing_of_ones_own(coded):
    with Project.open(coded.path, coder="cem") as cem:

        async def does(pilot, screen):
            assert "cem has no codings yet" in said(screen)
            assert sum(map(sum, (row[1:] for row in screen.shown.rows))) > 0

        play(cem, (80, 24), does, "o")


def test_counting_in_a_thread_gives_the_same_and_says_that_it_counts(coded, monkeypatch):
    monkeypatch.setattr(report_screen, "_AT_ONCE", 0)
    titles = []
    show = ReportScreen._show_title
    monkeypatch.setattr(
        ReportScreen, "_show_title",
        lambda self: (show(self), titles.append(said(self, "#title"))),
    )  # fmt: skip

    async def does(pilot, screen):
        assert any("counting..." in title for title in titles)
        assert "counting..." not in titles[-1]
        assert screen.shown.rows == matrix(coded.report("purposes"), value="codings").rows

    play(coded, (80, 24), does, "2")


def test_a_fault_while_counting_is_shown_and_the_screen_stays(coded, monkeypatch):
    async def does(pilot, screen):
        before = screen.shown.rows

        def fails(*args, **kw):
            raise RuntimeError("no figures")

        monkeypatch.setattr(report_screen, "_AT_ONCE", 0)
        monkeypatch.setattr(Project, "report", fails)
        await pilot.press("2")
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()
        assert "RuntimeError: no figures" in said(screen)
        assert screen.shown.rows == before and "counting" not in said(screen, "#title")

    play(coded, (80, 24), does)


def test_what_is_coded_meanwhile_counts_and_the_cursor_stays_on_its_figure(coded):
    async def does(pilot, screen):
        await pilot.press("down", "down", "right", "right")
        row, column = screen.grid.cursor_coordinate
        name = screen.shown.rows[row][0], screen.shown.columns[column]
        before = screen.shown.rows[row][column]
        letter = add(coded, coded.path.parent / "new.txt", "A new one of a new network.", "AAA")
        with Project.open(coded.path, coder="bo") as bo:
            bo.code(letter, Span(0, 5), "sharing")
            document = next(d.id for d in bo.documents() if (d.network or NO_NETWORK) == name[0])
            bo.code(document, Span(0, 4), name[1])
        screen.look_outside()
        await counted(pilot, screen)
        row, column = screen.grid.cursor_coordinate
        assert (screen.shown.rows[row][0], screen.shown.columns[column]) == name
        assert screen.shown.rows[row][column] == before + 1
        # One's own are noticed, too, on coming back.
        await pilot.app.push_screen(Screen())
        coded.uncode(coded.codings(coder="amina")[0].id)
        pilot.app.pop_screen()
        await counted(pilot, screen)
        assert screen.shown.rows == matrix(coded.report("networks"), value="codings").rows

    play(coded, (80, 24), does)


# The quotations behind a figure


@pytest.fixture
def asked(monkeypatch):
    """What the screen of quotations was asked for, each time."""
    calls: list[dict[str, str]] = []

    class Recorder(Screen[None]):
        def __init__(self, project, **arguments):
            super().__init__()
            calls.append(arguments)

    module = ModuleType("tcncode.tui.quotations_screen")
    module.QuotationsScreen = Recorder
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return calls


def passages(project, asked) -> set[tuple[str, int, int, str]]:
    """The passages that were asked for, picked by hand from all codings."""
    entries = {e.id: e for e in project.documents()}
    codes = project.codebook.by_id()
    wanted = {part.strip()[2:-1] for part in asked.get("where", "").split(" or ") if part}
    return {
        (c.document, c.span.start, c.span.end, c.coder)
        for c in project.codings()
        if (entries[c.document].network or NO_NETWORK)
        == asked.get("network", entries[c.document].network or NO_NETWORK)
        and f"{codes[c.code].path}/".startswith(f"{asked['code']}/" if "code" in asked else "")
        and c.coder == asked.get("coder", c.coder)
        and (not wanted or codes[c.code].path in wanted)
    }


@SIZES
@pytest.mark.parametrize(
    "keys", [(), ("2",), ("3",), ("b",), ("2", "b"), ("l",), ("o",)], ids=lambda k: "-".join(k)
)
def test_enter_opens_exactly_the_quotations_that_the_figure_counts(coded, asked, size, keys):
    async def does(pilot, screen):
        shown = screen.shown
        figures = range(1, len(shown.columns)) if screen._view.is_matrix else [
            shown.columns.index("codings")
        ]  # fmt: skip
        for row in range(len(shown.rows)):
            for column in figures:
                screen.grid.move_cursor(row=row, column=column)
                await pilot.press("enter")
                await pilot.pause()
                if pilot.app.screen is screen:
                    assert "No code has the purpose jurisgenerative" in said(screen)
                    assert shown.rows[row][column] == 0
                    continue
                assert len(passages(coded, asked[-1])) == shown.rows[row][column], asked[-1]
                pilot.app.pop_screen()
                await pilot.pause()
        opened = len(shown.rows) * len(figures)
        assert len(asked) == opened - (3 if "2" in keys else 0)

    play(coded, size, does, *keys)


@SIZES
def test_enter_on_a_name_opens_all_of_it(coded, asked, size):
    async def does(pilot, screen):
        await pilot.press("home", "enter")
        await pilot.pause()

    play(coded, size, does, "4")
    assert asked == [{"coder": "amina"}]


def test_filters_go_along_to_the_quotations(coded, asked):
    async def does(pilot, screen):
        screen._filters |= {"kind": "other", "origin": "by hand", "coder": "bo"}
        await pilot.press("enter")
        await pilot.pause()

    play(coded, (80, 24), does, "3")
    assert asked == [{"kind": "other", "origin": "by hand", "coder": "bo", "code": "sharing"}]


@SIZES
@pytest.mark.parametrize("keys", [(), ("2",)], ids=["functions", "purposes"])
def test_the_screen_of_quotations_lists_them(coded, size, keys):
    """With the real screen, cell by cell: as many passages as the figure says."""
    pytest.importorskip("tcncode.tui.quotations_screen", exc_type=ImportError)

    async def does(pilot, screen):
        shown = screen.shown
        for row in range(len(shown.rows)):
            for column in range(1, len(shown.columns)):
                if not shown.rows[row][column]:
                    continue  # there are no quotations, and perhaps no code to ask for
                screen.grid.move_cursor(row=row, column=column)
                await pilot.press("enter")
                await pilot.pause()
                listed = {(c.document, c.span, c.coder) for c in pilot.app.screen.results.items}
                assert len(listed) == shown.rows[row][column]
                pilot.app.pop_screen()
                await pilot.pause()

    play(coded, size, does, *keys)


# Writing


@SIZES
@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.md", "out.xlsx"])
def test_w_writes_the_table_on_show(coded, size, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async def does(pilot, screen):
        await pilot.press("w")
        await pilot.pause()
        pilot.app.screen.query_one(Input).value = name
        await pilot.press("enter")
        await pilot.pause()
        assert "rows written" in said(screen)
        read(tmp_path / name, screen.shown)

    play(coded, size, does, "s")


def read(path, table) -> None:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as file:
            assert list(csv.reader(file)) == [
                list(table.columns), *([str(v) for v in row] for row in table.rows)
            ]  # fmt: skip
    elif path.suffix == ".json":
        assert json.loads(path.read_text(encoding="utf-8")) == table.records()
    elif path.suffix == ".md":
        text = path.read_text(encoding="utf-8")
        assert text.count("\n| ") == len(table.rows) + 2 and "Repeat: tcncode report" in text
    else:
        sheet, notes = openpyxl.load_workbook(path).worksheets
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[: len(table.rows) + 1] == [table.columns, *table.rows]
        assert notes["D2"].value == table.note


def test_a_file_is_not_written_over_unasked(coded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    there = tmp_path / "networks.csv"
    there.write_text("mine", encoding="utf-8")

    async def does(pilot, screen):
        await pilot.press("w", "enter")
        await pilot.pause()
        await pilot.press("enter", "y", "enter", "escape")
        await pilot.pause()
        assert there.read_text(encoding="utf-8") == "mine"
        assert "left as it is" in said(screen)
        await pilot.press("w", "enter")
        await pilot.pause()
        await pilot.press("o", "v", "e", "r", "enter")
        await pilot.pause()
        read(there, screen.shown)

    play(coded, (80, 24), does)


def test_a_name_without_a_known_ending_is_asked_for_again(coded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.iterdir())

    async def does(pilot, screen):
        await pilot.press("w")
        await pilot.pause()
        window = pilot.app.screen
        window.query_one(Input).value = "report.docx"
        await pilot.press("enter")
        await pilot.pause()
        assert pilot.app.screen is window and "must end in" in said(window, "#wrong")
        await pilot.press("escape")

    play(coded, (80, 24), does)
    assert {p for p in tmp_path.iterdir() if p.suffix == ".docx"} == set()
    assert {p.name for p in set(tmp_path.iterdir()) - before} <= {"coded.tcn-shm", "coded.tcn-wal"}


# The rest


@SIZES
def test_i_tells_how_the_table_was_made(coded, size):
    async def does(pilot, screen):
        note = screen.shown.note
        await pilot.press("i")
        await pilot.pause()
        window = pilot.app.screen
        words = " ".join(str(s.render()) for s in window.query(Static))
        assert note in words and "tcncode report networks --matrix codings" in words
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen

    play(coded, size, does)


def test_the_command_in_the_note_makes_the_same_table(coded, tmp_path, capsys, monkeypatch):
    import shlex

    from tcncode import cli

    monkeypatch.chdir(tmp_path)
    for name in ("networks", "purposes", "frequencies", "coders"):
        table = coded.report(name, {"network": NO_NETWORK, "coder": "bo"})
        words = shlex.split(table.note[table.note.rindex("tcncode report") :])
        monkeypatch.setattr(sys, "argv", [*words, "-p", str(coded.path), "--format", "json"])
        capsys.readouterr()
        with pytest.raises(SystemExit):
            cli.main()
        assert json.loads(capsys.readouterr().out) == table.records()


def test_purposes_count_a_passage_of_two_functions_once(coded):
    rows = {(r["network"], r["purpose"]): r for r in coded.report("purposes").records()}
    # three: sharing and seeking support on one passage, both practical.
    assert rows["大阪 network", "practical"]["codings"] == 1
    assert rows["大阪 network", "practical"]["share_of_network"] == 1.0
    # one: the same passage as sharing and as peer learning by amina, once by bo; and another.
    assert rows["ICORN", "practical"]["codings"] == 3
    assert rows[NO_NETWORK, NO_PURPOSE]["codings"] == 1
    assert rows["ICORN", NO_PURPOSE]["codings"] == 0


def test_coders_progress_counts_documents_and_each_coding(coded):
    coded.finish(["one", "two"])
    coded.assign(["three"], ["cem"])
    rows = {r["coder"]: r for r in coded.report("coders").records()}
    told = ("documents", "finished", "assigned", "of", "codings")
    assert {coder: tuple(row[column] for column in told) for coder, row in rows.items()} == {
        "amina": (4, 2, 0, 4, 7), "bo": (2, 0, 0, 4, 2), "cem": (0, 0, 1, 4, 0),
    }  # fmt: skip
    assert rows["bo"]["share_of_documents"] == 0.5


@SIZES
def test_esc_and_help(coded, size):
    async def does(pilot, screen):
        await pilot.press("question_mark")
        await pilot.pause()
        assert pilot.app.screen is not screen
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is not screen

    play(coded, size, does)


def test_no_key_means_two_things_and_none_is_the_terminals_own():
    taken = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c"}
    bindings = [b for b in ReportScreen.BINDINGS if isinstance(b, Binding)]
    keys = Counter(key for b in bindings for key in b.key.split(","))
    assert max(keys.values()) == 1 and not taken & set(keys)
    assert max(Counter(b.id for b in bindings).values()) == 1


# Figures of the other tables


@pytest.fixture
def told(coded, tmp_path):
    """Dates, a transcript with two roles, codes that meet, cities that are shared."""
    one = coded.document_id("one")
    coded.describe([one], {"date": "2019-05-01"})
    coded.describe([coded.document_id("three")], {"date": "2021"})
    talk = "Mayor: We asked Ghent how they did it.\nClerk: They came and showed us.\n"
    made = add(coded, tmp_path / "talk.txt", talk, "ICORN")
    coded.describe([made], {}, speakers="Mayor=mayor; Clerk=civil servant")
    coded.code(made, Span(7, 38), "seeking-support")
    clerk = talk.index("They came")
    coded.code(made, Span(clerk, clerk + 9), "sharing")
    coded.code(one, Span(20, 60), "shaming")
    coded.code(one, Span(5, 40), "storytelling")
    return coded


def table_of(name: str) -> int:
    return next(n for n, kind in enumerate(KINDS) if kind.name == name)


async def opened(pilot, screen) -> list:
    """The quotations that Enter opens on the figure under the cursor; the screen is left."""
    await pilot.press("enter")
    await pilot.pause()
    for _ in range(200):
        over = pilot.app.screen
        if getattr(over, "_entries", None):  # it has looked
            break
        await pilot.pause(0.02)
    assert type(over).__name__ == "QuotationsScreen", said(screen)
    items = list(over.results.items)
    assert not over.query_one("#status").has_class("-bad"), said(over)
    await pilot.pause()
    pilot.app.pop_screen()
    for _ in range(200):
        await pilot.pause(0.005)
        if pilot.app.screen is screen and screen.grid.has_focus:
            break
    return items


@pytest.mark.parametrize("name", ["time", "speakers"])
def test_years_and_speakers_open_the_quotations_behind_each_figure(told, name):
    async def does(pilot, screen):
        screen.action_table(table_of(name))
        await counted(pilot, screen)
        if name == "speakers":
            await pilot.press("v")  # passages
        shown, seen = screen.shown, 0
        assert {"time": "2019", "speakers": "mayor"}[name] in [row[0] for row in shown.rows]
        for row in range(len(shown.rows)):
            for column in range(1, len(shown.columns)):
                screen.grid.move_cursor(row=row, column=column)
                items = await opened(pilot, screen)
                # A coder's passage counts once; what somebody says, once whoever coded it.
                coders = name == "time"
                found = len({(c.document, c.span, c.coder if coders else "") for c in items})
                assert found == shown.rows[row][column], (shown.rows[row][0], shown.columns[column])
                seen += found
        assert seen > 5

    play(told, (160, 50), does)


def test_codes_that_meet_open_the_codings_of_both(told):
    async def does(pilot, screen):
        screen.action_table(table_of("cooccurrence"))
        await counted(pilot, screen)
        places = {row[:3]: n for n, row in enumerate(screen.shown.rows)}
        codes = told.codebook.by_id()

        async def at(*pair):
            screen.grid.move_cursor(row=places[pair], column=6)
            items = await opened(pilot, screen)
            return sorted((codes[c.code].path, c.span.start, c.coder) for c in items)

        assert await at("sharing", "storytelling", "same") == [
            ("sharing", 5, "amina"), ("sharing", 5, "bo"), ("sharing/peer-learning", 5, "amina"),
            ("storytelling", 5, "amina"),
        ]  # fmt: skip
        assert await at("storytelling", "shaming", "overlapping") == [
            ("shaming", 20, "amina"), ("storytelling", 5, "amina"),
        ]  # fmt: skip
        near = await at("sharing", "seeking-support", "near 1")
        assert ("sharing", 46, "amina") in near and ("seeking-support", 7, "amina") in near

    play(told, (160, 50), does)


def test_figures_without_quotations_say_what_they_are_made_of(told, tmp_path):
    network = told.documents()[0].network
    other = next(e.network for e in told.documents() if e.network not in (None, network))
    told.load_networks(
        told.networks(), [City("ghent", "Ghent"), City("oslo", "Oslo")],
        [Membership("ghent", n, True, "its page") for n in (network, other)]
        + [Membership("oslo", network)],
    )  # fmt: skip

    async def does(pilot, screen):
        screen.action_table(table_of("overlap"))
        await counted(pilot, screen)
        heads = screen.shown.columns
        first = screen.shown.rows[0][0]
        for head, words in (("jaccard", "1 in both: Ghent"), ("cosine", "sharing")):
            screen.grid.move_cursor(row=0, column=heads.index(head))
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(pilot.app.screen, TextWindow)
            assert words in " ".join(str(part.render()) for part in pilot.app.screen.query(Static))
            await pilot.press("escape")
        screen.grid.move_cursor(row=0, column=heads.index("first_words"))
        items = await opened(pilot, screen)
        assert {told.document_entry(c.document).network for c in items} == {first}
        screen.action_table(table_of("cities"))
        await counted(pilot, screen)
        await pilot.press("enter")
        await pilot.pause()
        said_there = " ".join(str(part.render()) for part in pilot.app.screen.query(Static))
        assert "Networks that list Ghent" in said_there and "its page" in said_there

    play(told, (160, 50), does)


def test_b_stays_on_the_figure_of_the_same_network_and_function(coded):
    async def does(pilot, screen):
        shown = screen.shown
        row = next(n for n, r in enumerate(shown.rows) if r[0] == "ICORN")
        column = shown.columns.index("shaming")
        screen.grid.move_cursor(row=row, column=column)
        await pilot.press("b")
        await pilot.pause()
        at = screen.shown.rows[screen.grid.cursor_row]
        assert at[:2] == ("ICORN", "shaming")
        await pilot.press("b")
        await pilot.pause()
        assert screen.grid.cursor_coordinate == (row, column)

    play(coded, (80, 24), does)


def test_the_cursor_goes_on_from_where_keys_have_taken_it_before_the_screen_is_drawn(
    coded, monkeypatch
):
    """On a busy machine keys come before what waits for the next drawing of the screen."""

    async def does(pilot, screen):
        late = []
        monkeypatch.setattr(
            screen, "call_after_refresh", lambda f, *a, **kw: late.append((f, a, kw))
        )
        screen.action_bars()
        assert late
        before = screen.grid.cursor_coordinate
        await pilot.press("down", "right", "right")
        at = screen.grid.cursor_coordinate
        assert at != before
        for function, arguments, more in late:
            function(*arguments, **more)
        await pilot.pause()
        assert screen.grid.cursor_coordinate == at

    play(coded, (80, 24), does)


# Limits: what counts, on screen as on the command line


async def limit(pilot, screen, line: str, typed: str | None = None) -> None:
    """Pick a line of the window of limits, and type a date where one is asked for."""
    await pilot.press("f")
    await pilot.pause()
    pilot.app.screen.query_one(Input).value = line
    await pilot.pause()
    await pilot.press("enter")
    await pilot.pause()
    if typed is not None:
        pilot.app.screen.query_one(Input).value = typed
        await pilot.press("enter")
    await counted(pilot, screen)


@pytest.fixture
def limited(told, tmp_path):
    """Languages, interviewers, and a document that both have finished, beside those of ``told``."""
    told.describe([told.document_id("one")], {"language": "en"})
    told.describe([told.document_id("two")], {"date": "2020-03", "language": "sv"})
    words = "Ann: And did it help?\nMayor: It did, I would say so.\n"
    made = add(told, tmp_path / "asked.txt", words, "ICORN")
    told.describe([made], {"date": "2022-01-05"}, speakers="Ann=interviewer; Mayor=mayor")
    told.code(made, Span(5, 21), "shaming")
    told.code(made, Span(29, 40), "showcasing")
    told.code(made, Span(15, 40), "storytelling")
    told.finish([told.document_id("one"), made])
    with Project.open(told.path, coder="bo") as bo:
        bo.finish([told.document_id("one")])
        bo.code(told.document_id("two"), Span(10, 30), "shaming")
    return told


LIMITED = [
    ("since: 2020", None, {"since": "2020"}, "--since 2020", "since 2020"),
    ("until: 2020", None, {"until": "2020"}, "--until 2020", "until 2020"),
    ("since: another", "2019-05", {"since": "2019-05"}, "--since 2019-05", "since 2019-05"),
    ("until: another", "2020-02", {"until": "2020-02"}, "--until 2020-02", "until 2020-02"),
    ("language: sv", None, {"language": "sv"}, "--language sv", "language sv"),
    ("role: mayor", None, {"role": "mayor"}, "--role mayor", "role mayor"),
    (
        "no interviewers", None, {"no_interviewers": True}, "--no-interviewers",
        "without interviewers' turns",
    ),
    ("finished", None, {"finished": True}, "--finished", "finished documents only"),
    ("origin: no sugg", None, {"origin": "no suggestions"}, "--origin 'no suggestions'", "origin"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "typed", "filters", "option", "title"), LIMITED, ids=[each[3] for each in LIMITED]
)
def test_each_limit_counts_as_the_command_does_and_goes_along_to_the_quotations(
    limited, line, typed, filters, option, title
):
    expected = matrix(limited.report("networks", filters), value="codings")

    async def does(pilot, screen):
        everything = screen.shown.rows
        await limit(pilot, screen, line, typed)
        assert screen.shown.rows == expected.rows
        assert (screen.shown.rows != everything) == (filters.get("origin") is None)
        assert f" {option} " in f"{screen.shown.note} " and title in said(screen, "#title")
        assert screen.shown.note.endswith("--matrix codings")
        # Cell by cell: as many passages as the figure says.
        opened_any = 0
        for row in range(len(screen.shown.rows)):
            for column in range(1, len(screen.shown.columns)):
                screen.grid.move_cursor(row=row, column=column)
                items = await opened(pilot, screen)
                found = {(c.document, c.span, c.coder) for c in items}
                assert len(found) == screen.shown.rows[row][column], (row, column)
                opened_any += len(found)
        assert opened_any
        (key,) = filters
        await limit(pilot, screen, f"{key.replace('_', ' ')}: all")
        assert screen.shown.rows == everything and title not in said(screen, "#title")

    play(limited, (160, 50), does)


def test_who_finished_is_asked_of_all_also_behind_the_row_of_one_coder(limited):
    """amina has finished more documents alone than both have."""

    async def does(pilot, screen):
        await limit(pilot, screen, "finished")
        await pilot.press("4")
        await counted(pilot, screen)
        at = screen.shown.columns.index("codings")
        row = next(n for n, r in enumerate(screen.shown.rows) if r[0] == "amina")
        screen.grid.move_cursor(row=row, column=at)
        items = await opened(pilot, screen)
        assert {c.document for c in items} == {
            limited.document_id("one"), limited.document_id("asked")
        }  # fmt: skip

    play(limited, (160, 50), does)


def test_a_date_that_is_none_is_asked_for_again_and_no_time_is_offered_that_is_empty(limited):
    async def does(pilot, screen):
        before = screen.shown.rows
        await limit(pilot, screen, "until: 2020")
        await pilot.press("f")
        await pilot.pause()
        lines = [str(option.prompt) for option in pilot.app.screen.query_one("OptionList").options]
        assert "since: 2019" in lines and "since: 2021" not in lines
        await pilot.press("escape")
        await limit(pilot, screen, "since: another", "2021")
        window = pilot.app.screen
        assert window is not screen
        assert "No time is both since 2021 and until 2020" in said(window, "#wrong")
        window.query_one(Input).value = "last year"
        await pilot.press("enter")
        await pilot.pause()
        assert '"last year" is no date' in said(window, "#wrong")
        await pilot.press("escape", "F")
        await counted(pilot, screen)
        assert screen.shown.rows == before

    play(limited, (100, 40), does)


def test_two_limits_hold_together(limited):
    both = {"since": "2020", "language": "sv"}

    async def does(pilot, screen):
        await limit(pilot, screen, "since: 2020")
        await limit(pilot, screen, "language: sv")
        assert screen.shown.rows == matrix(
            limited.report("networks", both), value="codings").rows  # fmt: skip
        assert "--language sv --since 2020" in screen.shown.note

    play(limited, (80, 24), does)


def test_filters_that_cannot_be_counted_leave_those_of_the_table(limited, monkeypatch):
    from tcncode.errors import TcncodeError

    report = Project.report

    def fails(project, name, filters=None, **options):
        if filters and filters.get("language"):
            raise TcncodeError("no figures")
        return report(project, name, filters, **options)

    monkeypatch.setattr(Project, "report", fails)

    async def does(pilot, screen):
        before = screen.shown.rows
        await limit(pilot, screen, "language: sv")
        assert "no figures" in said(screen) and "language" not in said(screen, "#title")
        screen.read_back()
        await counted(pilot, screen)
        assert screen.shown.rows == before and not screen.query_one("#status").has_class("-bad")

    play(limited, (80, 24), does)
