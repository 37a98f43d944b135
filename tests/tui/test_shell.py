"""Getting about: screens by key and letter, to a place in the text and back, help everywhere."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys

import pytest
from conftest import CODEBOOK
from rich.cells import cell_len
from rich.color import Color as RichColor
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.color import Color
from textual.widgets import Static
from tui.screen_study import LETTER, play
from tui.test_injection import painted

from tcncode import codebook as codebooks
from tcncode.model import Code, Codebook
from tcncode.text import Span
from tcncode.tui import themes
from tcncode.tui.app import Workbench
from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.key_help import KeyHelp, readable
from tcncode.tui.memo_editor import MemoEditor
from tcncode.tui.palette import Palette, of_sixteen
from tcncode.tui.plain_emoji import PlainEmoji
from tcncode.tui.report_screen import ReportScreen
from tcncode.tui.screens import SCREENS, ScreenPicker
from tcncode.tui.settings import Settings

NOBODY = Span(LETTER.index("Nobody"), LETTER.index("Nobody") + 16)


def kinds(app: Workbench) -> list[type]:
    return [type(screen) for screen in app.screen_stack[1:]]


# Screens


@pytest.mark.parametrize("row", [row for row in SCREENS if row.key], ids=lambda row: row.name)
def test_a_screens_key_opens_it_and_from_there_goes_back_to_the_text(project, row):
    async def does(pilot, screen):
        await pilot.press(row.key)
        await pilot.pause()
        assert kinds(pilot.app) == [CodeScreen, row.kind()]
        await pilot.press(row.key)
        await pilot.pause()
        assert kinds(pilot.app) == [CodeScreen]

    play(project, (80, 24), does)


@pytest.mark.parametrize("row", SCREENS, ids=lambda row: row.name)
def test_the_picker_reaches_every_screen_by_its_letter(project, row):
    async def does(pilot, screen):
        await pilot.press("ctrl+g")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ScreenPicker)
        await pilot.press(row.letter)
        await pilot.pause()
        assert kinds(pilot.app) == [CodeScreen] + ([row.kind()] if row.screen else [])
        if row.pane:
            assert screen.focused is screen.query_one(f"#{row.pane}")

    play(project, (80, 24), does)


def test_letters_keys_and_names_of_screens_are_each_their_own():
    for column in ("name", "letter", "label"):
        values = [getattr(row, column) for row in SCREENS]
        assert len(set(values)) == len(values)
    keys = [row.key for row in SCREENS if row.key]
    assert len(set(keys)) == len(keys)


def test_a_screen_takes_the_place_of_another_one(project, monkeypatch):
    class Other(ReportScreen):
        pass

    from dataclasses import replace

    from tcncode.tui import app as module

    rows = {row.name: row for row in SCREENS}
    other = replace(rows["report"], name="other")
    monkeypatch.setattr(module, "place", lambda name: other if name == "other" else rows[name])
    monkeypatch.setattr(
        type(other), "kind", lambda row: Other if row.name == "other" else ReportScreen
    )

    async def does(pilot, screen):
        app = pilot.app
        app.action_screen("report")
        await pilot.pause()
        app.action_screen("other")
        await pilot.pause()
        assert kinds(app) == [CodeScreen, Other]

    play(project, (80, 24), does)


def test_the_picker_by_arrows_and_left_by_escape(project):
    async def does(pilot, screen):
        await pilot.press("ctrl+g", "escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        place = [row.name for row in SCREENS].index("report")
        await pilot.press("ctrl+g", *["down"] * place, "enter")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReportScreen)

    play(project, (80, 24), does)


def test_a_memo_being_written_is_not_lost_to_a_screens_key(project):
    async def does(pilot, screen):
        await pilot.press("1", "m", "o", "f5", "ctrl+g", "k")
        await pilot.pause()
        assert isinstance(pilot.app.screen, MemoEditor)
        await pilot.press("escape")
        await pilot.pause()

    play(project, (80, 24), does)
    assert [coding.memo for coding in project.codings()] == ["ok"]


def test_the_palette_lists_every_screen_and_no_action_twice(project):
    async def does(pilot, screen):
        commands = list(pilot.app.get_system_commands(screen))
        titles = [command.title for command in commands]
        assert {row.label for row in SCREENS} <= set(titles)
        assert len(set(titles)) == len(titles)
        next(c for c in commands if c.title == "What each network does").callback()
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReportScreen)

    play(project, (80, 24), does)


# To a place in the text


def test_going_to_a_place_opens_its_document_and_selects_it(project):
    async def does(pilot, screen):
        app = pilot.app
        letter = project.document("letter").id
        await pilot.press("f2", "down", "enter")
        await pilot.pause()
        assert screen.document.name == "notes"
        await pilot.press("f5")
        await pilot.pause()
        app.go_to(letter, NOBODY)
        await pilot.pause()
        assert app.screen is screen and screen.focused is screen.reader
        assert screen.document.id == letter
        assert screen.reader.selection == (NOBODY.start, NOBODY.end)
        await pilot.press("2")

    play(project, (80, 24), does)
    coding = project.codings()[0]
    assert project.quote(coding.document, coding.span) == "Nobody answered."


def test_backspace_goes_back_to_the_screen_as_it_was_and_only_once(project):
    async def does(pilot, screen):
        app = pilot.app
        await pilot.press("f5", "o")
        await pilot.pause()
        report = app.screen
        title = str(report.query_one("#title", Static).render())
        app.go_to(screen.document.id, NOBODY)
        await pilot.pause()
        await pilot.press("down", "backspace")
        await pilot.pause()
        assert app.screen is report and report.is_running
        assert str(report.query_one("#title", Static).render()) == title
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is screen and not report.is_running
        await pilot.press("backspace")
        await pilot.pause()
        assert app.screen is screen

    play(project, (80, 24), does)


def test_going_to_a_place_again_keeps_only_the_last_screen(project):
    async def does(pilot, screen):
        app, seen = pilot.app, []
        for _ in range(3):
            await pilot.press("f5")
            await pilot.pause()
            seen.append(app.screen)
            app.go_to(screen.document.id, NOBODY)
            await pilot.pause()
        assert [s.is_running for s in seen] == [False, False, True]
        await pilot.press("f5")
        await pilot.pause()
        assert kinds(app) == [CodeScreen, ReportScreen] and not seen[2].is_running

    play(project, (80, 24), does)


# Help


async def helped(pilot) -> str:
    await pilot.press("f1")
    await pilot.pause()
    assert isinstance(pilot.app.screen, KeyHelp)
    grid = pilot.app.screen._grid()
    columns = [[getattr(cell, "plain", cell) for cell in c._cells] for c in grid.columns]
    return "\n".join(f"{keys}\t{words}" for keys, words in zip(*columns, strict=True))


def test_help_shows_the_keys_of_the_screen_one_is_in(project):
    async def does(pilot, screen):
        text = await helped(pilot)
        for line in ("1-9\tCode the selection", "s\tSelect the sentence", "ctrl+q\tQuit"):
            assert line in text, text
        assert "In the reader" in text and "In the suggestion list" in text
        assert "shift+drag" in text
        await pilot.press("f1", "f5")
        await pilot.pause()
        text = await helped(pilot)
        assert "o\tYour own codings, or everybody's" in text
        assert "Select the sentence" not in text and "shift+drag" not in text
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, ReportScreen)

    play(project, (80, 24), does)


def test_help_shows_keys_as_they_are_now(project):
    async def run() -> None:
        keys = {"code.undo": "f12", "app.help": "f1,f11", "suggestions.accept": "y"}
        app = Workbench(project, "letter", settings=Settings(keys=keys))
        async with app.run_test(size=(140, 40)) as pilot:
            await pilot.pause()
            text = await helped(pilot)
            assert "f12\tUndo" in text and "u\tUndo" not in text
            assert "In the suggestion list" in text and "y\tAccept" in text

    asyncio.run(run())


# Looks


def test_the_themes_are_there_and_the_reader_repaints_in_them(project):
    async def does(pilot, screen):
        await pilot.press("s")
        seen = set()
        for theme in themes.THEMES:
            pilot.app.theme = theme.name
            await pilot.pause()
            await pilot.pause()
            strip = screen.reader.render_line(0)
            grounds = {str(s.style.bgcolor.name) for s in strip if s.style and s.style.bgcolor}
            assert len(grounds) >= 2, theme.name  # the selection is not the ground
            seen.add(frozenset(grounds))
        assert len(seen) == len(themes.THEMES)

    play(project, (80, 24), does)


def test_the_sixteen_colour_theme_uses_only_those_and_no_two_codes_share_one(project):
    theme = next(t for t in themes.THEMES if t.name == "tcncode-16")
    given = [theme.primary, theme.secondary, theme.accent, theme.warning, theme.error]
    given += [theme.success, theme.foreground, theme.background, theme.surface, theme.panel]
    colours = [*given, *(v for v in theme.variables.values() if str(v).startswith("#"))]
    for colour in colours:
        exact = RichColor.parse(str(colour))
        number = exact.downgrade(ColorSystem.STANDARD).number
        back = RichColor.from_ansi(number).get_truecolor()
        nearest = {RichColor.parse(str(colour)).triplet}
        assert number is not None and len(nearest) == 1 and back is not None
        assert all(channel in (0x00, 0x55, 0xAA, 0xFF) for channel in exact.triplet)
    palette = Palette(project.codebook, dark=True, colours="standard")
    tops = [palette.colour(code.id) for code in project.codebook.top]
    assert len(set(tops)) == 6
    assert not {"white", "black", "bright_white", "default"} & set(tops)
    assert of_sixteen("#bcbcbc") == "white"
    light = Palette(project.codebook, dark=False, colours="standard")
    assert light.tint("sharing", several=False).underline


def contrast(one: Color, other: Color) -> float:
    """WCAG 2: 1 to 21."""

    def luminance(colour: Color) -> float:
        parts = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in colour.normalized
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_theme_has_the_greatest_contrast():
    theme = next(t for t in themes.THEMES if t.name == "tcncode-contrast")
    ground = Color.parse(theme.background)
    assert ground == Color(0, 0, 0)
    for colour in (theme.foreground, theme.primary, theme.variables["text-muted"]):
        assert contrast(Color.parse(colour), ground) > 15


def test_without_colour_every_screen_shows_where_one_is(project, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")

    async def does(pilot, screen):
        assert pilot.app.no_color
        await pilot.press("1", "s", "ctrl+g", "down")
        await pilot.pause()
        shown = painted(pilot.app)
        assert "What each network does" in shown
        strips = pilot.app.screen._compositor.render_strips()
        filters = pilot.app.get_line_filters()
        grounds = set()
        for strip in strips:
            for segment in strip.apply_filter(filters[1], Color(0, 0, 0)):
                if segment.style and segment.style.bgcolor:
                    red, green, blue = segment.style.bgcolor.get_truecolor()
                    assert red == green == blue
                    grounds.add(red)
        assert len(grounds) > 1

    play(project, (80, 24), does)


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("a 👩‍👩‍👧 b", "a 👩 b"),
        ("❤️!", "❤ !"),
        ("🇫🇷", "FR"),
        ("👍🏽", "👍"),
        ("1️⃣.", "1 ."),
        ("नमस्ते café", "नमस्ते café"),
    ],
)
def test_plain_emoji_keep_their_width_and_leave_scripts_alone(text, drawn):
    style = Style(bold=True)
    (segment,) = PlainEmoji().apply([Segment(text, style)], Color(0, 0, 0))
    assert segment.text == drawn and segment.style == style
    assert cell_len(segment.text) == cell_len(text)


def test_plain_emoji_are_drawn_where_the_settings_say_so(project):
    async def run(settings: Settings) -> str:
        app = Workbench(project, "letter", settings=settings)
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            for line_filter in app.get_line_filters()[1:]:
                strips = [s.apply_filter(line_filter, Color(0, 0, 0)) for s in strips]
            return "".join(s.text for s in strips)

    assert "👩‍👩‍👧" in asyncio.run(run(Settings()))
    assert "👩‍👩‍👧" not in (shown := asyncio.run(run(Settings(emoji="plain")))) and "👩" in shown


# Terminals


@pytest.mark.parametrize("term", ["dumb", "", "xterm-256color"])
def test_without_a_terminal_that_can_show_it_the_commands_are_named(project, term):
    """A pipe is no terminal; nor is one that calls itself dumb."""
    env = {k: v for k, v in os.environ.items() if k != "TERM"} | ({"TERM": term} if term else {})
    command = [sys.executable, "-m", "tcncode", "-p", str(project.path)]
    piped = term == "xterm-256color"
    if piped:
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True)
        code, err = done.returncode, done.stderr.decode()
    else:
        code, err = in_terminal(command, env)
    assert code == 1
    assert err.count("\n") == 1 and "tcncode read" in err and "tcncode --help" in err


def in_terminal(command: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run with a pseudo-terminal; the exit code and what stood on it."""
    import pty

    pid, fd = pty.fork()
    if pid == 0:  # pragma: no cover
        os.execve(command[0], command, env)
    out = b""
    try:
        while chunk := os.read(fd, 4096):
            out += chunk
    except OSError:
        pass
    _, status = os.waitpid(pid, 0)
    text = re.sub(r"\r\n?", "\n", out.decode("utf-8", "replace"))
    return os.waitstatus_to_exitcode(status), text


def test_the_way_back_from_a_figure_leads_through_every_screen(project):
    project.code(project.document("letter").id, NOBODY, "sharing")

    async def does(pilot, screen):
        app = pilot.app
        await pilot.press("f5")
        await app.workers.wait_for_complete()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert [type(s).__name__ for s in app.screen_stack[-2:]] == [
            "ReportScreen", "QuotationsScreen",
        ]  # fmt: skip
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen is screen and screen.reader.selection == (NOBODY.start, NOBODY.end)
        await pilot.press("backspace")
        await pilot.pause()
        assert type(app.screen).__name__ == "QuotationsScreen"
        await pilot.press("escape")
        await pilot.pause()
        assert type(app.screen).__name__ == "ReportScreen"
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen is screen

    play(project, (80, 24), does)


@pytest.mark.parametrize("row", [row for row in SCREENS if row.screen], ids=lambda row: row.name)
def test_the_help_of_each_screen_names_all_its_keys(project, row):
    """What a key does stands in the help if it does anything there, also off the footer."""

    async def does(pilot, screen):
        pilot.app.action_screen(row.name)
        await pilot.pause()
        here = pilot.app.screen
        assert isinstance(here, row.kind())
        declared = [b for b in row.kind().BINDINGS if isinstance(b, Binding)]
        declared += [
            b
            for cls in row.kind().__mro__
            if cls.__module__.startswith("tcncode.")
            for b in cls.__dict__.get("BINDINGS", ())
            if isinstance(b, Binding)
        ]
        await pilot.press("f1")
        await pilot.pause()
        assert isinstance(pilot.app.screen, KeyHelp)
        grid = pilot.app.screen._grid()
        told = {str(cell) for column in grid.columns for cell in column.cells}
        missing = [b.id for b in declared if (b.tooltip or b.description) not in {*told, ""}]
        assert missing == []

    play(project, (80, 24), does)


def test_every_code_has_a_letter_of_its_own():
    book = codebooks.load(CODEBOOK)
    palette = Palette(book, dark=True, colours=None)
    letters = [palette.letter(code.id) for code in book.codes]
    assert len(set(letters)) == len(letters)
    assert all(palette.letter(c.id) == str(c.key) for c in book.codes if c.key is not None)


def test_letters_go_on_after_those_of_a_name_are_taken():
    codes = [Code(str(n), f"c{n}", f"aa/{n}" if n % 2 else "مدينة") for n in range(60)]
    palette = Palette(Codebook("many", tuple(codes)), dark=True, colours=None)
    letters = [palette.letter(code.id) for code in codes]
    assert len(set(letters[:52])) == 52 and set(letters[52:]) == {"•"}
    assert palette.letter("gone") == "?"


def test_help_and_palette_show_signs_and_not_the_names_of_keys(project):
    """Whatever is bound to a sign is shown as that sign, on every screen."""
    from tcncode.tui.keymap import known

    shown = {readable([key]) for row in known() for key in row.keys.split(",")}
    assert {"*", "!", "(", "+", "ctrl+t", "PgDn", "esc"} <= shown
    assert not [name for name in shown if "_" in name or name in ("asterisk", "plus", "minus")]
