"""A user's settings hold from the start, and a mistake in them costs only itself."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from itertools import combinations

import pytest
from textual.app import App
from textual.color import Color
from tui.screen_study import LETTER

from tcncode.project import Project
from tcncode.tui import keymap, settings
from tcncode.tui.app import Workbench
from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.themes import THEMES

MULTIPLEXERS = {"ctrl+m", "ctrl+i", "ctrl+h", "ctrl+s", "ctrl+z", "ctrl+b", "ctrl+a", "ctrl+c"}


@pytest.fixture
def config(tmp_path, monkeypatch):
    """Writes the settings file; what the workbench remembers is in the test's folder, too."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "config.toml"
    monkeypatch.setenv("TCNCODE_CONFIG", str(path))

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")

    write("")
    return write


def started(project: Project, *keys: str) -> Workbench:
    """The workbench as ``run`` makes it, after some keys."""
    found, problems = settings.load()
    app = Workbench(project, "letter", settings=found, problems=problems, remembers=True)

    async def run() -> None:
        async with app.run_test(size=(80, 24), notifications=True) as pilot:
            await pilot.pause()
            assert isinstance(app.screen, CodeScreen)
            await pilot.press(*keys)
            await pilot.pause()

    asyncio.run(run())
    return app


def coded(project: Project) -> list[tuple[str, str]]:
    return [(project.quote(c.document, c.span), c.code) for c in project.codings()]


# Keys


@pytest.mark.parametrize("preset", keymap.PRESETS)
def test_no_preset_has_a_key_that_means_two_things_on_one_screen(preset):
    assert keymap.clashes(keymap.PRESETS[preset]) == []


def test_the_programs_own_keys_hide_one_another_only_where_that_is_meant():
    """A pane takes keys that lead out of it, a list its arrows; else a key would lie."""
    for levels in keymap._levels():
        for key, holders in keymap._holders(levels, {}).items():
            for (n, a), (m, b) in combinations(holders, 2):
                same = a.action.removeprefix("app.") == b.action.removeprefix("app.")
                leads_out = key in {"escape", "backspace", "enter", "tab", "f1", "slash", "down"}
                # Screens whose own keys close them again by the key that opened them.
                closes = b.action.startswith("screen(") or b.action == "go"
                assert same or (n != m and (leads_out or closes)), (key, a.id, b.id)


@pytest.mark.parametrize("preset", keymap.PRESETS)
def test_presets_name_bindings_and_keys_that_exist_and_none_that_terminals_keep(preset):
    known = {key.id for key in keymap.known()}
    for key_id, keys in keymap.PRESETS[preset].items():
        assert key_id in known
        names = keymap.keys_of(keys)
        assert names and all(keymap.is_key(key) for key in names), keys
        assert not MULTIPLEXERS & set(names)


def test_no_letter_moves_with_the_arrows_preset():
    now = keymap.PRESETS["arrows"]
    for key in keymap.known():
        if key.id.startswith("reader.") and key.action.startswith(("move", "edge")):
            keys = keymap.keys_of(now.get(key.id, key.keys))
            assert not any(k.isalpha() and len(k) == 1 for k in keys)


def test_every_key_of_ours_has_an_id():
    for cls in keymap._classes():
        for binding in keymap.own_bindings(cls):
            assert binding.id, (cls.__name__, binding)


def test_keys_from_the_file_act_and_the_usual_ones_do_not(project, config):
    config('[keys]\n"code.key1" = "y,f12"\ncode.key2 = "1"\n')
    started(project, "y", "1")
    assert coded(project) == [(LETTER[:33], "sharing"), (LETTER[:33], "showcasing")]


def test_two_keys_may_change_places(project, config):
    config('[keys]\n"code.undo" = "x"\n"code.remove" = "u"\n')
    assert settings.load()[1] == []
    started(project, "1", "2", "x")
    assert coded(project) == [(LETTER[:33], "sharing")]


@pytest.mark.parametrize(
    ("text", "told", "kept"),
    [
        ('[keys]\n"code.pik" = "y"', ['no key has the id "code.pik"', '"code.pick"'], {}),
        ('[keys]\n"code.undo" = "x"', ['code.undo = "x" clashes with code.remove'], {}),
        ('[keys]\n"reader.down" = "n"', ["reader.down", "clashes with code.hit"], {}),
        ('[keys]\n"app.go" = "c"', ["app.go", "clashes with code.pick"], {}),
        ('[keys]\n"code.undo" = "y"\n"code.memo" = "y"', ["clashes with code."], {}),
        ('[keys]\n"code.undo" = "ctrl+foo"', ['there is no key "ctrl+foo"'], {}),
        ('[keys]\n"code.undo" = ""', ["has no keys"], {}),
        ('[keys]\n"code.undo" = 3', ["write lines such as"], {}),
        ("keys = 3", ["write lines such as"], {}),
        ('theme = "tcncode-drak"', ['no theme "tcncode-drak"', "tcncode-dark"], {}),
        ('emoji = "none"', ['no emoji "none"'], {}),
        ('preset = "emacs"', ['no preset "emacs"'], {}),
        ('colour = "red"', ['no setting "colour"'], {}),
        (
            '[keys]\n"code.undo" = "x"\n"code.memo" = "y"',
            ["code.undo"],
            {"code.memo": "y"},
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_wrong_entry_is_named_in_a_line_and_only_it_is_left_out(
    project, config, text, told, kept
):
    config(text)
    found, problems = settings.load()
    assert all(words in problems[0] for words in told), problems
    assert all("\n" not in line and line.startswith("config.toml") for line in problems)
    assert found == settings.Settings(keys=kept)
    app = started(project, "1")
    assert len(coded(project)) == 1
    assert next(n.message for n in app._notifications).startswith(problems[0])


@pytest.mark.parametrize("text", ["theme = ", "\x00\xff", "[keys\n"])
def test_a_file_that_is_not_toml_is_one_line_and_the_workbench_starts(project, config, text):
    config(text)
    found, problems = settings.load()
    assert found == settings.Settings() and len(problems) == 1 and "\n" not in problems[0]
    started(project, "1")
    assert len(coded(project)) == 1


def test_a_file_that_is_named_but_not_there_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("TCNCODE_CONFIG", str(tmp_path / "none.toml"))
    assert "no such file" in settings.load()[1][0]
    monkeypatch.delenv("TCNCODE_CONFIG")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert settings.load() == (settings.Settings(), [])


def test_keys_lists_every_key_as_it_is_now(config, tcncode):
    config('preset = "arrows"\n[keys]\n"code.undo" = "f12"\n"code.redo" = "x"')
    ran = tcncode("keys", "--format", "json")
    rows = {row["id"]: row for row in json.loads(ran.out)}
    assert rows["code.undo"]["keys"] == "f12" and rows["code.undo"]["usual"] == "u"
    assert rows["reader.down"]["keys"] == "down" and rows["reader.down"]["usual"] == "down,j"
    assert rows["code.redo"]["keys"] == "ctrl+r"
    assert "code.redo" in ran.err and "clashes" in ran.err
    assert set(rows) == {key.id for key in keymap.known()}
    table = list(csv.DictReader(io.StringIO(tcncode("keys", "--format", "csv").out)))
    assert {row["id"] for row in table} == set(rows)
    assert "| code.undo | f12 |" in tcncode("keys", "--format", "md").out
    assert tcncode("keys").out.startswith("id ")


def test_what_keys_writes_can_be_written_in_the_file():
    for key in keymap.known():
        assert keymap.keys_of(keymap.written(key.keys)) == keymap.keys_of(key.keys)


# Themes


def test_a_theme_chosen_is_the_theme_of_the_next_start_and_the_file_stays(
    project, config, tmp_path
):
    config('theme = "tcncode-light"\n')
    found, _ = settings.load()
    app = Workbench(project, settings=found, remembers=True)
    assert app.theme == "tcncode-light"

    async def choose() -> None:
        async with app.run_test() as pilot:
            await pilot.pause()
            app.theme = "tcncode-contrast"
            await pilot.pause()

    asyncio.run(choose())
    assert Workbench(project, settings=found, remembers=True).theme == "tcncode-contrast"
    assert Workbench(project, settings=found).theme == "tcncode-light"
    assert (tmp_path / "config.toml").read_text() == 'theme = "tcncode-light"\n'
    # A theme written into the file since is the later choice.
    config('theme = "tcncode-16"\n')
    found, _ = settings.load()
    assert Workbench(project, settings=found, remembers=True).theme == "tcncode-16"


def test_a_start_without_a_choice_remembers_nothing(project, config, tmp_path):
    started(project)
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("theme", [theme.name for theme in THEMES])
def test_the_environments_theme_goes_first(project, config, monkeypatch, theme):
    config('theme = "tcncode-light"\n')
    monkeypatch.setenv("TEXTUAL_THEME", theme)
    monkeypatch.setattr(App.theme, "_default", theme)  # as if Textual were loaded only now
    found, _ = settings.load()

    async def shown() -> str:
        app = Workbench(project, settings=found)
        async with app.run_test() as pilot:
            await pilot.pause()
            assert app.theme == theme
            return app.screen.styles.background.hex

    ours = next(known for known in THEMES if known.name == theme)
    assert asyncio.run(shown()) == Color.parse(ours.background).hex


def test_an_unknown_theme_in_the_environment_is_told(project, config, monkeypatch):
    monkeypatch.setenv("TEXTUAL_THEME", "mauve")
    app = started(project, "1")
    assert app.theme == "tcncode-dark"
    assert "mauve" in next(iter(app._notifications)).message


def test_a_terminal_of_sixteen_colours_gets_their_theme(project, config, monkeypatch):
    monkeypatch.setattr("textual.constants.COLOR_SYSTEM", "standard")
    assert Workbench(project).theme == "tcncode-16"


def test_state_that_cannot_be_read_or_written_is_no_reason_to_stop(project, config, tmp_path):
    state = tmp_path / "state" / "tcncode" / "workbench.json"
    for content in ("", "[]", '{"theme": 3, "instead_of": null}'):
        state.parent.mkdir(parents=True, exist_ok=True)
        state.write_text(content, encoding="utf-8")
        assert settings.remembered_theme(settings.Settings()) is None
    state.unlink()
    state.parent.rmdir()
    state.parent.write_text("a file where the folder should be")
    settings.remember_theme("tcncode-light", settings.Settings())
    assert settings.remembered_theme(settings.Settings()) is None
