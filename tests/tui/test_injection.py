"""Nothing that comes from a file reaches the terminal as a command."""

from __future__ import annotations

import pytest
from rich.segment import Segment
from textual.color import Color
from tui.screen_study import CODEBOOK, play

from tcncode.errors import TcncodeError
from tcncode.importing.study import Imported
from tcncode.model import Document, document_id
from tcncode.project import Project
from tcncode.text import Span
from tcncode.text.segments import segment
from tcncode.tui.app import Workbench
from tcncode.tui.line_filter import _CONTROL, ControlFilter

EVIL = "\x1b]0;taken\x07\x1b[31m\x9b2J\x08\x0b\x0c\x85\u2028\u202e\u2066\x7f"


def painted(app: Workbench) -> str:
    """What the compositor hands to the terminal, row by row, as it would be written."""
    strips = app.screen._compositor.render_strips()
    return "".join(segment.text for strip in strips for segment in strip if not segment.control)


@pytest.fixture
def evil(tmp_path):
    """A project where the text, the document's name, a code and a memo hold escape sequences."""
    book = tmp_path / "codebook.yaml"
    book.write_text(CODEBOOK, encoding="utf-8")
    with Project.create(tmp_path / "study.tcn", codebook=book, coder="amina") as project:
        # Past the readers, which refuse such files: merged and synchronised rows never met them.
        text = f"One {EVIL} two.\n{EVIL}\tThree.\n"
        document = Document(document_id(text), f"evil{EVIL}", text, f"Net{EVIL}", source="evil.txt")
        item = Imported(tmp_path, document, segment(text), (), 4, "0" * 64)
        project.import_files([item])
        code = project.codebook.codes[0]
        hostile = type(code)(
            code.id, code.path, f"Sharing{EVIL}", code.purpose, f"Means {EVIL}", key=1
        )
        codes = (hostile, *project.codebook.codes[1:])
        project._codebook = type(project.codebook)(project.codebook.name, codes)
        coding = project.code(document.id, Span(0, 10), "sharing")
        project.memo(coding.id, f"memo {EVIL}")
        yield project


@pytest.mark.parametrize("keys", [
    [], ["f2"], ["f3"], ["f4"], ["c"], ["m"], ["s", "2"], ["1", "2", "x"], ["f5"],
    ["question_mark"], ["ctrl+p"], ["slash"], ["down", "v", "down"],
], ids="-".join)  # fmt: skip
def test_no_control_character_is_painted(evil, keys):
    name = evil.documents()[0].id

    async def does(pilot, screen):
        screen.project._codebook = evil._codebook
        await pilot.press(*keys)
        await pilot.pause()
        shown = painted(pilot.app)
        assert shown.strip()
        # The reader is clean without the filter, too, and as wide as it was.
        rows = [screen.reader.render_line(y) for y in range(4)]
        assert not any(_CONTROL.search(row.text) for row in rows)
        assert {row.cell_length for row in rows} == {screen.reader.size.width - 1}
        assert not _CONTROL.search(shown), sorted(set(_CONTROL.findall(shown)))

    play(evil, (100, 24), does, document=name)


def test_an_error_that_quotes_a_name_is_painted_harmless(evil):
    async def does(pilot, screen):
        def fails() -> str:
            raise TcncodeError(f"bad {EVIL}")

        screen.attempt(fails)
        await pilot.pause()
        assert not _CONTROL.search(painted(pilot.app))

    play(evil, (80, 24), does, document=evil.documents()[0].id)


def test_the_filter_deletes_control_characters_and_the_app_uses_it(evil):
    kept = ControlFilter().apply([Segment(f"a{EVIL}b")], Color(0, 0, 0))
    assert "".join(segment.text for segment in kept) == "a]0;taken[31m2Jb"
    assert any(isinstance(f, ControlFilter) for f in Workbench(evil).get_line_filters())
