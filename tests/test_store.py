"""A project file is opened only when it is one, brought up to date safely, and can be checked."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from conftest import make_older

from tcncode import schema
from tcncode.errors import ProjectError
from tcncode.project import Project
from tcncode.schema import MIGRATIONS, migrate
from tcncode.store import open_database
from tcncode.text import Span


def by_hand(path, *statements):
    """Change the file as somebody with another SQLite program would."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_database_of_another_program_is_refused_and_stays_as_it_is(tmp_path):
    path = tmp_path / "other.tcn"
    by_hand(path, "CREATE TABLE bookmarks (url TEXT)")
    before = path.read_bytes()
    with pytest.raises(ProjectError, match="is a database of another program"):
        Project.open(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("data", [b"We share what we learn.\n" * 200, bytes(range(256)) * 20])
def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(tmp_path, data):
    path = tmp_path / "notes.tcn"
    path.write_bytes(data)
    with pytest.raises(ProjectError, match="cannot be opened"):
        Project.open(path)
    assert path.read_bytes() == data


def test_a_missing_project_is_not_made_by_opening_it(tmp_path):
    with pytest.raises(ProjectError, match="no such project"):
        Project.open(tmp_path / "gone.tcn")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_overwritten(study):
    with pytest.raises(ProjectError, match="is already there"):
        open_database(study.path, create=True)


def test_a_project_of_a_newer_format_is_refused(study):
    study.close()
    by_hand(study.path, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(ProjectError, match="newer tcncode"):
        Project.open(study.path)


def test_a_migration_keeps_the_file_as_it_was(study):
    made = study.code(study.document_entry("letter").id, Span(0, 8), "sharing")

    def extra(connection):
        connection.execute("ALTER TABLE coding ADD COLUMN weight REAL")

    backup = migrate(study._database, study.path, migrations=(*MIGRATIONS, extra))
    assert backup == study.path.with_name(f"study.tcn.format-{len(MIGRATIONS)}.backup")
    with closing(sqlite3.connect(study.path)) as new:
        assert new.execute("SELECT id, weight FROM coding").fetchall() == [(made.id, None)]
        assert new.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 1,)
    with Project.open(backup) as old:
        assert old.codings() == [made]
        assert old.problems() == []


def test_users_own_views_of_the_tables_outlive_a_migration(study):
    study.close()
    make_older(study.path, 2)
    by_hand(study.path, "CREATE VIEW who_did AS SELECT coder, count(*) FROM action GROUP BY coder")
    with Project.open(study.path) as opened:
        assert opened.backup is not None and opened.problems() == []
    with closing(sqlite3.connect(study.path)) as new:
        assert ("amina",) in new.execute("SELECT coder FROM who_did").fetchall()


def test_of_two_that_open_an_old_file_neither_keeps_a_newer_one_as_the_old(study, monkeypatch):
    study.close()
    make_older(study.path, 2)
    asked = []

    def overtaken(connection, version=schema._version):
        found = version(connection)
        asked.append(found)
        if len(asked) == 1:
            Project.open(study.path).close()
        return found

    monkeypatch.setattr(schema, "_version", overtaken)
    Project.open(study.path).close()
    (backup,) = study.path.parent.glob("*.backup")
    assert backup.name == "study.tcn.format-2.backup"
    with closing(sqlite3.connect(backup)) as old:
        assert old.execute("PRAGMA user_version").fetchone() == (2,)


def test_a_file_that_cannot_be_opened_is_let_go_again(tmp_path, monkeypatch):
    path = tmp_path / "other.tcn"
    by_hand(path, "CREATE TABLE bookmarks (url TEXT)")
    connection = sqlite3.connect(path)
    monkeypatch.setattr(sqlite3, "connect", lambda *_, **__: connection)
    with pytest.raises(ProjectError):
        Project.open(path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")


def test_a_migration_that_fails_changes_nothing(study):
    def broken(connection):
        connection.execute("DROP TABLE journal")
        raise RuntimeError("half way")

    with pytest.raises(RuntimeError):
        migrate(study._database, study.path, migrations=(*MIGRATIONS, broken))
    assert study.problems() == []
    assert study._database.conn.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (['UPDATE coding SET "end" = 5000'], "is outside its text of"),
        (["UPDATE text SET body = replace(body, 'learn', 'earn')"], "do not fit its hash"),
        (
            ["DROP TRIGGER journal_coding_update", "UPDATE coding SET memo = 'slipped in'"],
            "differs from what the journal says",
        ),
        (["DELETE FROM coding"], "was removed from the table outside tcncode"),
        (
            ["PRAGMA foreign_keys = OFF", "UPDATE coding SET code = 'nothing'"],
            "points at a code that is not there",
        ),
    ],
)
def test_check_finds_what_was_done_to_the_file_elsewhere(study, statements, told):
    study.code(study.document_entry("letter").id, Span(0, 8), "sharing")
    assert study.problems() == []
    by_hand(study.path, *statements)
    problems = study.problems()
    assert [told in line for line in problems] == [True], problems


def test_a_text_comes_back_to_the_character(study):
    text = study.document("letter").text
    assert text.startswith("We learn from each other 👩‍👩‍👧 in Łódź.\nThe cafe\u0301 stayed")
    with Project.open(study.path) as again:
        assert again.document("letter").text == text
        entry = again.document_entry("letter")
    assert entry.characters == len(text)


def test_the_view_for_other_programs_quotes_what_the_program_quotes(study):
    letter = study.document_entry("letter").id
    span = Span(9, 35)
    made = study.code(letter, span, "sharing/peer-learning")
    with closing(sqlite3.connect(study.path)) as connection:
        rows = connection.execute("SELECT coding, quotation FROM coded_passage").fetchall()
    assert rows == [(made.id, study.quote(letter, span))]


def test_a_second_process_is_noticed(study):
    before = study.state()
    assert study.state() == before
    with Project.open(study.path, coder="bo") as other:
        other.code(other.document_entry("notes").id, Span(0, 7), "sharing")
    after = study.state()
    assert after != before and study.state() == after
    assert len(study.codings()) == 1
