"""The README tells the truth: its commands run, and print what it shows.

``UPDATE_README=1 pytest tests/test_readme.py`` writes what they print into the README.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tui.make_picture import PICTURES, drawn, pictures

from tcncode.cli import _COMMANDS, cli

README = Path(__file__).parents[1] / "README.md"
BLOCK = re.compile(r"```console\n(.*?)```\n", re.DOTALL)


@pytest.fixture
def shell(tmp_path):
    """Run a line as a reader would type it, with what it says on stdout and stderr."""
    scripts = str(Path(sys.executable).parent)
    env = {k: v for k, v in os.environ.items() if not k.startswith("TCNCODE_")}
    env |= {"PATH": scripts + os.pathsep + env["PATH"], "COLUMNS": "100", "TERM": "dumb"}
    env["XDG_CONFIG_HOME"] = str(tmp_path / "config")  # whatever the developer has settled
    here = [tmp_path]

    def run(line: str) -> str:
        if line.startswith("cd "):
            here[0] = (here[0] / line[3:]).resolve()
            return ""
        done = subprocess.run(
            line, shell=True, cwd=here[0], env=env, text=True, encoding="utf-8",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
        )  # fmt: skip
        assert done.returncode == 0, f"{line}\n{done.stdout}"
        return done.stdout

    return run


def _tidy(output: str) -> str:
    """What is shown: without the place where the package is installed, and times."""
    output = re.sub(r"\S*/(?:study/)?corpus\b", "corpus", output)
    output = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", "2026-01-31T12:00:00Z", output)
    return "\n".join(line.rstrip() for line in output.splitlines())


def _ran(block: str, shell) -> str:
    lines = []
    for command in re.findall(r"^\$ (.*)$", block, re.MULTILINE):
        output = _tidy(shell(command))
        lines += [f"$ {command}", *output.splitlines()]
    return "\n".join(lines) + "\n"


def test_every_command_in_the_readme_prints_what_it_shows(shell):
    text = README.read_text(encoding="utf-8")
    shown = BLOCK.findall(text)
    printed = [_ran(block, shell) for block in shown]
    if os.environ.get("UPDATE_README"):
        fresh = iter(printed)
        README.write_text(
            BLOCK.sub(lambda _: f"```console\n{next(fresh)}```\n", text), encoding="utf-8"
        )
    assert printed == shown or os.environ.get("UPDATE_README")


def test_the_two_set_up_commands_are_targets_of_the_makefile():
    done = subprocess.run(
        ["make", "-n", "demo", "test"], cwd=README.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "tcncode demo" in done.stdout and "pytest" in done.stdout


def test_every_command_has_help_and_is_in_the_readme():
    text = README.read_text(encoding="utf-8")
    for name in _COMMANDS:
        command = cli.get_command(None, name)
        assert command is not None and command.get_short_help_str(), name
        assert f"`{name}`" in text, name


@pytest.mark.parametrize("wanted", PICTURES, ids=lambda wanted: wanted.file)
def test_the_readmes_pictures_show_what_they_are_said_to(wanted):
    """Made by ``python tests/tui/make_picture.py``; each is named in the README, in words too."""
    path = README.parent / "tests" / "tui" / wanted.file
    words = re.findall(rf"!\[(.+)\]\(tests/tui/{wanted.file}\)", README.read_text(encoding="utf-8"))
    assert len(words) == 1 and len(words[0]) > 40
    picture = path.read_text(encoding="utf-8")
    assert picture.startswith("<svg") and len(picture) < 200_000
    shown = html.unescape(re.sub(r"<[^>]*>", " ", picture)).replace("\xa0", " ")
    assert [said for said in wanted.shows if said not in shown] == []


def test_the_readmes_pictures_are_of_the_screens_as_they_are(tmp_path):
    """Where this fails, look at what ``python tests/tui/make_picture.py`` makes, and keep it."""
    now = pictures(tmp_path)
    kept = {file: (README.parent / "tests" / "tui" / file).read_text("utf-8") for file in now}
    for file, svg in now.items():
        assert drawn(svg).splitlines() == drawn(kept[file]).splitlines(), file


def test_the_keys_in_the_readmes_table_do_something():
    """Every key named in the table of the workbench is bound on its main screen."""
    from textual.binding import Binding

    from tcncode.tui.app import Workbench
    from tcncode.tui.document_tree import DocumentTree
    from tcncode.tui.key_help import readable
    from tcncode.tui.keys import SCREEN_KEYS
    from tcncode.tui.reader import Reader

    bindings = [*SCREEN_KEYS, *Reader.BINDINGS, *Workbench.BINDINGS, *DocumentTree.BINDINGS]
    bound = {
        readable([key])
        for binding in bindings
        if isinstance(binding, Binding)
        for key in binding.key.split(",")
    }
    text = README.read_text(encoding="utf-8")
    table = text.split("| to | keys |", 1)[1].split("\n\n", 1)[0]
    named = re.findall(r"`([^`]+)`", table)
    assert len(named) > 50
    assert [key for key in named if key.replace("\\|", "|") not in bound] == []
