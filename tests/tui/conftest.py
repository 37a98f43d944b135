"""The project and the terminal that every test of the screen has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tui.screen_study import CODEBOOK, LETTER, NOTES, add

from tcncode.project import Project


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same terminal everywhere."""
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for name in ("NO_COLOR", "TEXTUAL_THEME", "TCNCODE_CODER", "TCNCODE_PROJECT"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    """An open project with two documents, ``letter`` and ``notes``; nothing coded."""
    book = tmp_path / "codebook.yaml"
    book.write_text(CODEBOOK, encoding="utf-8")
    with Project.create(tmp_path / "study.tcn", codebook=book, coder="amina") as made:
        add(made, tmp_path / "letter.txt", LETTER, "ICORN")
        add(made, tmp_path / "notes.txt", NOTES, "ICORN")
        yield made
