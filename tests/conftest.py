"""The small study every test starts from, and the command line without a second process."""

from __future__ import annotations

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tcncode import cli
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.project import Project

CODEBOOK = Path(__file__).parents[1] / "codebook.yaml"
TEXTS = {
    "letter": (
        "\ufeffWe learn from each other 👩‍👩‍👧 in Łódź.\r\nThe cafe\u0301 stayed open.\r\n\r\n"
        "The ministry has failed our residents; shame on it. Members must report.\r\n",
        "EUROCITIES",
    ),
    "arabic": ("قالت المدينة: مرحبا بالجميع. The city said: welcome, all of you.\n", "ICORN"),
    "notes": ("A short note about a meeting 😀. The tables were too small.\n", None),
}
"""Name -> what is in the file, and the network it belongs to."""


def add(project: Project, folder: Path, name: str, text: str, network: str | None = None) -> str:
    """Import one text; its document's id."""
    path = folder / f"{name}.txt"
    path.write_bytes(text.encode("utf-8"))
    item = read_one(path, options=Metadata(network=network), row=None)
    project.import_files([item])
    return item.document.id


def make(folder: Path, name: str = "study.tcn", coder: str = "amina") -> Project:
    """A project with the three texts, nothing coded."""
    project = Project.create(folder / name, codebook=CODEBOOK, coder=coder)
    for title, (text, network) in TEXTS.items():
        add(project, folder, title, text, network)
    return project


_BACK = {
    5: (
        "DROP INDEX coding_by_place",
        "CREATE INDEX coding_by_document ON coding (document, start)",
    ),
    4: ("DROP TABLE settlement",),
    3: ("DROP TABLE suggester", "DROP INDEX suggestion_answer_by_document"),
    2: ("DROP TABLE as_written", "ALTER TABLE action DROP COLUMN brought"),
    1: (
        "DROP TABLE memo",
        "DROP TABLE assignment",
        "DROP INDEX suggestion_answer_by_code",
    ),
}
"""Format -> what makes a file of it out of one of the next."""


def make_older(path: Path, version: int) -> None:
    """Bring a project file back to an older format, as an older program would have left it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for step in sorted(_BACK, reverse=True):
            for statement in _BACK[step] if step >= version else ():
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")


@pytest.fixture(scope="session")
def made_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The study's file, made once; every test works on a copy."""
    with make(tmp_path_factory.mktemp("made")) as project:
        return project.path


@pytest.fixture
def study(made_study: Path, tmp_path: Path) -> Iterator[Project]:
    """An open project with three texts; the coder is amina."""
    with Project.open(shutil.copy(made_study, tmp_path / "study.tcn"), coder="amina") as project:
        yield project


@pytest.fixture
def new_study(
    made_study: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[], Project]]:
    """Opens a copy in a folder of its own each time, for properties and second projects."""
    opened: list[Project] = []

    def fresh() -> Project:
        path = shutil.copy(made_study, tmp_path_factory.mktemp("copy") / "study.tcn")
        opened.append(Project.open(path, coder="amina"))
        return opened[-1]

    yield fresh
    for project in opened:
        project.close()


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def tcncode(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command in ``tmp_path``, as a shell would."""
    monkeypatch.chdir(tmp_path)
    for name in ("TCNCODE_CODER", "TCNCODE_PROJECT"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: object) -> Ran:
        capsys.readouterr()
        monkeypatch.setattr(sys, "argv", ["tcncode", *map(str, args)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else 0, said.out, said.err)

    return run


# Machines that run the checks are shared and slow at times: a slow example is not a wrong one.
# The examples are the same in each run, so that a change is judged by what it changed;
# `pytest --hypothesis-profile explore` looks for new ones.
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("same")
