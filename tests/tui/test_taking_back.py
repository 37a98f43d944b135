"""Undo and redo on screen: what is asked first, where it goes, what it says of the place."""

from __future__ import annotations

import pytest
from textual.widgets import Static
from tui.screen_study import CODEBOOK, LETTER, NOTES, add, play
from tui.test_keys import stored

from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.project import Project
from tcncode.text import Span
from tcncode.tui.document_tree import DocumentTree
from tcncode.tui.quotations_screen import QuotationsScreen
from tcncode.tui.windows import ConfirmWindow


def status(screen) -> str:
    return str(screen.query_one("#status").render())


def listed(screen) -> list[str]:
    tree = screen.query_one(DocumentTree)
    return [str(leaf.label) for branch in tree.root.children for leaf in branch.children]


def headings(screen) -> list[str]:
    return [str(branch.label) for branch in screen.query_one(DocumentTree).root.children]


@pytest.fixture
def fresh(tmp_path):
    """A project whose only action is the import of two documents."""
    book = tmp_path / "codebook.yaml"
    book.write_text(CODEBOOK, encoding="utf-8")
    items = []
    for name, text in (("letter", LETTER), ("notes", NOTES)):
        path = tmp_path / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        items.append(read_one(path, options=Metadata(network="ICORN"), row=None))
    with Project.create(tmp_path / "study.tcn", codebook=book, coder="amina") as made:
        made.import_files(items)
        yield made


def test_an_import_is_not_taken_back_unasked_and_redo_brings_the_screen_back(fresh):
    async def does(pilot, screen):
        await pilot.press("1", "u")
        await pilot.pause()
        assert pilot.app.screen is screen, "one coding is taken back unasked"
        await pilot.press("right", "right", "u")
        await pilot.pause()
        window = pilot.app.screen
        assert isinstance(window, ConfirmWindow) and len(fresh.documents()) == 2
        said = " ".join(str(part.render()) for part in window.query(Static))
        assert "2 documents out of the project: " in said
        assert "letter" in said and "notes" in said
        await pilot.press("n")
        await pilot.pause()
        assert len(fresh.documents()) == 2 and "Left as it was" in status(screen)
        await pilot.press("u", "enter")
        await pilot.pause()
        assert fresh.documents() == [] and screen.document is None and listed(screen) == []
        await pilot.press("ctrl+r")
        await pilot.pause(0.1)
        assert screen.document is not None and screen.document.name == "letter"
        assert screen.reader.cursor == 2, "at the same place"
        assert len(listed(screen)) == 2
        assert "letter" in str(screen.query_one("#title").render())

    play(fresh, (80, 24), does)


def test_many_codings_are_not_taken_back_unasked(project):
    letter = project.document("letter").id
    project.code_all([(letter, Span(n, n + 2)) for n in range(0, 40, 4)], "sharing")

    async def does(pilot, screen):
        await pilot.press("u")
        await pilot.pause()
        said = " ".join(str(part.render()) for part in pilot.app.screen.query(Static))
        assert "10 codings" in said and "code 10 passages as sharing" in said
        assert len(stored(project)) == 10
        await pilot.press("y")
        await pilot.pause()

    play(project, (80, 24), does)
    assert stored(project) == []


def test_undo_names_the_document_that_is_not_on_screen(project):
    project.code(project.document("notes").id, Span(2, 7), "sharing")

    async def does(pilot, screen):
        await pilot.press("u")
        await pilot.pause()
        assert status(screen).startswith("undone in notes: ")
        await pilot.press("ctrl+r")
        await pilot.pause()
        assert status(screen).startswith("done again in notes: ")
        await pilot.press("1", "u")
        await pilot.pause()
        assert status(screen).startswith("undone: ")
        await pilot.press("f6", "x", "u")
        await pilot.pause()
        assert isinstance(pilot.app.screen, QuotationsScreen)
        assert status(pilot.app.screen).startswith("undone in notes: remove")

    play(project, (80, 24), does)


def test_undo_goes_to_the_place_in_the_open_document(project, tmp_path):
    add(project, tmp_path / "long.txt", "A sentence of some words. " * 400)

    async def does(pilot, screen):
        reader = screen.reader
        await pilot.press("right_parenthesis", "1", "G")
        await pilot.pause()
        far = reader.cursor
        assert far > 10_000
        await pilot.press("u")
        await pilot.pause(0.05)
        assert reader.cursor < 60 and reader.scroll_y == 0
        assert status(screen).startswith("undone: ")
        await pilot.press("G", "ctrl+r")
        await pilot.pause(0.05)
        assert reader.cursor < 60 and status(screen).startswith("done again: ")

    play(project, (80, 24), does, "long")


def test_a_document_just_begun_stands_under_begun_at_once(project):
    async def does(pilot, screen):
        await pilot.press("f2", "g", "g", "g", "g", "escape")
        await pilot.pause()
        assert [head.split(" ")[0] for head in headings(screen)] == ["not"]
        await pilot.press("1")
        await pilot.pause()
        assert [head.split(" ")[0] for head in headings(screen)] == ["begun", "not"]
        await pilot.press("u")
        await pilot.pause()
        assert [head.split(" ")[0] for head in headings(screen)] == ["not"]

    play(project, (80, 24), does)
