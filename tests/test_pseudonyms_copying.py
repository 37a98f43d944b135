"""Copies without names lead back to the very same rows, whatever was coded across the names."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import CODEBOOK
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.model import Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.pseudonyms.key import Key, read_key
from tcncode.pseudonyms.rewriting import Replacement, Rewrite
from tcncode.schema import JOURNALED
from tcncode.text import Span

TALK = (
    "Amina Khan: We came 👩‍👩‍👧 with Danie\u0308l Voorbeeld.\n\nAmina: Good.\n\n"
    "Amina Khan: Yes, Amina.\n"
)
OTHER = "Somebody met Amina Khan there. Nobody else did.\n"


def brought(project: Project, folder: Path, name: str, text: str) -> str:
    """Import an interview; its document's id."""
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    item = read_one(path, options=Metadata(kind="interview"), row=None)
    project.import_files([item])
    return item.document.id


@dataclass(frozen=True)
class Study:
    """A project in a folder of its own; the coder is bo."""

    project: Project
    folder: Path
    talk: str
    """The id of the interview."""

    def pseudonymise(self, **asked: object) -> None:
        """Make ``copy.tcn`` and ``key.json``."""
        key = Key()
        plan = self.project.find_names(["talk"], key=key, **asked)  # type: ignore[arg-type]
        self.project.pseudonymise(plan, self.copy, key, self.key)

    def restore(self) -> None:
        """Make ``home.tcn``."""
        with Project.open(self.copy, coder="bo") as project:
            project.restore(read_key(self.key), self.home)

    def as_coder(self, coder: str) -> Project:
        return Project.open(self.project.path, coder=coder)

    @property
    def copy(self) -> Path:
        return self.folder / "copy.tcn"

    @property
    def key(self) -> Path:
        return self.folder / "key.json"

    @property
    def home(self) -> Path:
        return self.folder / "home.tcn"


@pytest.fixture(scope="session")
def made_talks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("talks")
    with Project.create(folder / "study.tcn", codebook=CODEBOOK, coder="bo") as project:
        brought(project, folder, "talk", TALK)
        brought(project, folder, "other", OTHER)
        return project.path


@pytest.fixture
def new_talks(made_talks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    opened: list[Project] = []

    def fresh() -> Study:
        folder = tmp_path_factory.mktemp("study")
        opened.append(Project.open(Path(shutil.copy(made_talks, folder / "study.tcn")), coder="bo"))
        return Study(opened[-1], folder, opened[-1].document_id("talk"))

    yield fresh
    for project in opened:
        project.close()


@pytest.fixture
def talks(new_talks) -> Study:
    return new_talks()


def rows(path: Path) -> dict[str, list[tuple]]:
    """All that is there, by table: every column, who wrote it and when."""
    with closing(sqlite3.connect(path)) as connection:
        found = {
            table: connection.execute(
                f"SELECT * FROM {table} WHERE NOT retired ORDER BY id"
            ).fetchall()
            for table in JOURNALED
        }
        # The number of a text is SQLite's own.
        for table in ("text", "segment", "codebook_version"):
            columns = "hash, characters, body" if table == "text" else "*"
            asked = connection.execute(f"SELECT {columns} FROM {table}")
            found[table] = sorted(asked.fetchall(), key=repr)
        return found


PLACES = [
    (start, end)
    for at in (0, TALK.index("Danie"), TALK.rindex("Amina Khan"))
    for start, end in (
        (at, at + 10), (at, at + 5), (at + 6, at + 10), (at + 2, at + 8), (at, at + 4),
        (at + 3, at + 10), (at, at + 14), (at + 7, at + 15),
    )
]  # fmt: skip
PLACE = st.sampled_from(PLACES)
CODE = st.sampled_from(["sharing", "shaming"])
MEMO = st.sampled_from(["", "plain", "as Khan said", "amina, again"])
WHO = st.sampled_from(["bo", "cem"])
STEP = st.one_of(
    st.tuples(st.just("code"), WHO, PLACE, CODE, MEMO),
    st.tuples(st.just("code"), WHO, st.sampled_from(PLACES[:6]), st.just("sharing"), MEMO),
    st.tuples(st.just("uncode"), WHO, st.integers(0, 9)),
    st.tuples(st.just("answer"), WHO, PLACE, CODE, st.booleans()),
    st.tuples(st.just("settle"), WHO, st.integers(0, 9), st.sampled_from(["both", "union"]), MEMO),
)


def take(study: Study, project: Project, step: tuple) -> None:
    """One thing that a coder does."""
    what, _, *rest = step
    document = study.talk
    if what == "code":
        place, code, memo = rest
        project.code(document, Span(*place), code, memo=memo)
    elif what == "uncode":
        mine = [c.id for c in project.codings(document=document) if c.coder == project.coder]
        if mine:
            project.uncode(mine[rest[0] % len(mine)])
    elif what == "answer":
        place, code, accepted = rest
        key = suggestion_id(document, Span(*place), code)
        with project._action("suggest"):
            project._store.replace_suggestions(
                document, [Suggestion(key, document, Span(*place), code, 0.9, ())]
            )
        if any(one.id == key for one in project.suggestions()):  # not what was answered before
            (project.accept if accepted else project.reject)(key)
    else:
        number, how, memo = rest
        differences = project.to_settle(["bo", "cem"]).differences
        if differences:
            project.settle(differences[number % len(differences)], how, memo=memo)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=1, max_size=10))
def test_the_way_back_gives_the_same_rows_whatever_was_coded(new_talks, steps):
    study: Study = new_talks()
    with study.as_coder("cem") as cem:
        for project in (study.project, cem):
            project.code(study.talk, Span(0, 5), "sharing")
            project.finish([study.talk])
        for step in steps:
            take(study, study.project if step[1] == "bo" else cem, step)
    before = rows(study.project.path)
    study.pseudonymise()
    study.restore()
    assert rows(study.home) == before
    for path in (study.copy, study.home):
        with Project.open(path, coder="bo") as made:
            assert made.problems() == []
    study.project.merge([study.home])
    merged = rows(study.project.path)
    for each in (merged, before):  # what follows from decisions any merge works out anew
        each["coding"] = [row for row in each["coding"] if "settled" not in row]
    assert merged == before, "nothing is lost or doubled where it came from"


def codings(path: Path) -> list[tuple[str, str, str]]:
    """Coder, quotation and memo of each coding."""
    with Project.open(path, coder="bo") as project:
        return sorted(
            (c.coder, project.quote(c.document, c.span), c.memo) for c in project.codings()
        )


@pytest.mark.parametrize("part", [(0, 5), (6, 10), (2, 8), (0, 4), (3, 10)])
@pytest.mark.parametrize("memos", [("plain", "of Khan"), ("of Khan", "plain"), ("", "")])
def test_a_name_and_a_part_of_it_that_are_coded_alike_are_parted_again(talks, part, memos):
    talks.project.code(talks.talk, Span(0, 10), "sharing", memo=memos[0])
    talks.project.code(talks.talk, Span(*part), "sharing", memo=memos[1])
    before = rows(talks.project.path)
    talks.pseudonymise()
    joined = "\n\n".join(filter(None, memos)).replace("Khan", "Person 1")
    assert codings(talks.copy) == [("bo", "Person 1", joined)], "the whole name's memo first"
    talks.restore()
    assert rows(talks.home) == before


@pytest.mark.parametrize("part", [(0, 5), (6, 10), (2, 8), (0, 4), (3, 10)])
def test_what_was_deleted_moves_nothing_that_is_there(talks, part):
    gone = talks.project.code(talks.talk, Span(*part), "sharing", memo="by mistake, Khan")
    talks.project.uncode(gone.id)
    talks.project.code(talks.talk, Span(0, 10), "sharing", memo="as Khan said")
    before = rows(talks.project.path)
    talks.pseudonymise()
    talks.restore()
    assert rows(talks.home) == before
    assert "by mistake" not in talks.key.read_text(encoding="utf-8")


def test_a_text_is_led_back_once_however_many_codings_it_has(talks, monkeypatch):
    for start, end in PLACES:
        talks.project.code(talks.talk, Span(start, end), "sharing")
    made = []
    build = Rewrite.__init__

    def counted(self: Rewrite, text: str, replacements: Iterable[Replacement]) -> None:
        made.append(text)
        build(self, text, replacements)

    monkeypatch.setattr(Rewrite, "__init__", counted)
    talks.pseudonymise()
    assert sum(text.startswith("Person 1: We came") for text in made) <= 2  # spans, and segments
