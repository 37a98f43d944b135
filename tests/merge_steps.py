"""What coders do in their copies of a project, as Hypothesis draws it, and what must be equal."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from conftest import CODEBOOK, add
from hypothesis import strategies as st

from tcncode import codebook as codebooks
from tcncode.agreement.settling import HOWS, follows
from tcncode.errors import TcncodeError
from tcncode.model import SETTLED, Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.project.differences import DocumentToSettle
from tcncode.schema import JOURNALED, SHARED_COLUMNS
from tcncode.text import Span

CODERS = ("amina", "bo")
TEXTS = ("One more text, found later.\n", "Ein Brief aus Łódź 😀.\n")
N = st.integers(0, 5)
STEP = st.one_of(
    st.tuples(
        st.sampled_from(["code", "code", "code", "uncode", "recode", "reshape", "split"]), N, N
    ),
    st.tuples(st.sampled_from(["memo", "note", "suggestion", "assign", "finish", "import"]), N, N),
    st.tuples(st.sampled_from(["add", "rename", "move", "merge", "remove", "define", "key"]), N, N),
    st.tuples(st.sampled_from(["undo", "undo", "redo", "settle", "settle", "unsettle"]), N, N),
)
STEPS = st.lists(st.tuples(st.sampled_from(CODERS), STEP), min_size=4, max_size=8)
SHIPPED = {code.id for code in codebooks.load(CODEBOOK).codes}


def rows(path: Path, table: str, *, live: bool = False) -> list[tuple]:
    """Every row of a journaled table, deleted ones too, with all its columns."""
    names = ", ".join(f'"{c}"' for c in (*JOURNALED[table], *SHARED_COLUMNS))
    where = " WHERE NOT retired" if live else ""
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"SELECT {names} FROM {table}{where} ORDER BY id").fetchall()


def content(path: Path) -> dict[str, list[tuple]]:
    return {table: rows(path, table) for table in JOURNALED}


def nth(things, number):
    return things[number % len(things)]


def take(project: Project, how: str, n: int, value: int, folder: Path) -> None:
    """One step of a coder's work; nothing where it cannot be done."""
    try:
        _take(project, how, n, value, folder)
    except TcncodeError as refused:
        assert "\n" not in str(refused)


def _take(project: Project, how: str, n: int, value: int, folder: Path) -> None:
    document = nth(sorted(e.id for e in project.documents()), n // 2)
    # A few codes and places, so that what is done in one copy meets what is done in another.
    codes = [c.path for c in project.codebook.codes if c.id not in SHIPPED] or ["sharing"]
    mine = sorted(c.id for c in project.codings() if c.coder == project.coder)
    match how:
        case "code":
            project.code(document, Span(value, value + 9), nth(codes, n), memo="a" * (n % 2))
        case "uncode" if mine:
            project.uncode(nth(mine, n))
        case "recode" if mine:
            project.recode(nth(mine, n), nth(codes, value))
        case "reshape" if mine:
            project.reshape(nth(mine, n), Span(value, value + 12))
        case "split" if mine:
            coding = project.coding(nth(mine, n))
            project.split(coding.id, coding.span.start + 1 + value)
        case "memo" if mine:
            project.memo(nth(mine, n), f"memo {value}" * (value % 3))
        case "note":
            noun, target = nth(
                [("project", ""), ("document", document), ("code", nth(codes, value))], n
            )
            project.write_memo(noun, target, f"note {value}" * (value % 4))
        case "suggestion":
            code, span = project.codebook.get(nth(codes, value)).id, Span(0, 5)
            key = suggestion_id(document, span, code)
            project._store.replace_suggestions(
                document, [Suggestion(key, document, span, code, 0.5)]
            )
            (project.accept if n % 2 else project.reject)(key)
        case "assign":
            project.assign([document], [nth(CODERS, value)], blind=False)
        case "finish":
            project.finish([document], finished=bool(value % 3))
        case "settle" if project.to_settle().differences:
            difference = nth(project.to_settle().differences, n)
            project.settle(difference, nth(HOWS, value), memo=f"why {n}" * (n % 2))
        case "unsettle" if project.to_settle().differences:
            project.unsettle(nth(project.to_settle().differences, n))
        case "import":
            add(project, folder, f"new-{n}", nth(TEXTS, value), nth([None, "Neu", "ICORN"], n))
        case "add":
            project.add_code(nth(["One new", "two-new"], value), under=nth([*codes, ""], n))
        case "rename":
            project.rename_code(nth(codes, n), nth(["one-new", "three-new"], value))
        case "move":
            project.move_code(nth(codes, n), under=nth([*codes, ""], value))
        case "merge":
            project.merge_codes(nth(codes, n), nth(codes, value))
        case "remove":
            project.remove_code(nth(codes, n))
        case "define":
            project.edit_code(nth(codes, n), definition=f"Definition {value}.")
        case "key":
            project.edit_code(nth(codes, n), key=nth([0, 7, 8], value))
        case "undo":
            project.undo()
        case "redo":
            project.redo()


def begin(path: Path) -> None:
    """What all copies have in common: three codes more, and codings of both coders."""
    for coder, memo in zip(CODERS, ("", "first"), strict=True):
        with Project.open(path, coder=coder) as project:
            if coder == CODERS[0]:
                for code in ("visits", "visits/abroad", "letters"):
                    project.add_code(code)
            for number, code in enumerate(("visits", "visits/abroad", "letters")):
                document = nth(sorted(e.id for e in project.documents()), number)
                # Each a character further on: the coders differ, and have something to settle.
                shift = number + CODERS.index(coder)
                project.code(document, Span(shift, shift + 9), code, memo=memo)
            project.finish([e.id for e in project.documents()])


def work(path: Path, steps) -> None:
    """Do what the coders do in one copy."""
    for number, (coder, step) in enumerate(steps):
        with Project.open(path, coder=coder) as project:
            take(project, *step, path.parent)
            assert project.problems() == [], (number, coder, step)


def merged(path: Path, others: list[Path], name: str) -> Path:
    """A new file: ``path`` with others merged into it at once."""
    target = path.with_name(f"{name}.tcn")
    shutil.copy(path, target)
    with Project.open(target, coder="lead") as project:
        project.merge(others)
        assert project.problems() == []
        book = project.codebook
        paths = [c.path for c in book.codes]
        assert len(set(paths)) == len(paths)
        assert all(c.parent is None or c.parent in paths[:n] for n, c in enumerate(book.codes))
        keys = [c.key for c in book.codes if c.key]
        assert len(set(keys)) == len(keys)
        assert len(project.codings()) == len(rows(target, "coding", live=True))
        for found in project.to_settle().documents.values():
            if found.decided or found.outdated:
                assert settled_in(project, found.entry.id) <= meant(project, found)
    return target


def settled_in(project: Project, document: str) -> set[tuple[int, int, str, str]]:
    """What is coded as settled, with the memos on it."""
    return {
        (c.span.start, c.span.end, c.code, c.memo)
        for c in project.codings_in(document) if c.coder == SETTLED
    }  # fmt: skip


def meant(project: Project, found: DocumentToSettle) -> set[tuple[int, int, str, str]]:
    """What is to be coded as settled, by the decisions that stand."""
    tops = {c.id: c.path.split("/")[0] for c in project.codebook.codes}
    standing = sorted(found.decided.values(), key=lambda s: (s.span, s.id))
    return {(*place, memo) for place, memo in follows(found.sorted, standing, tops).items()}


def standing(paths: list[Path]) -> dict[str, tuple | None]:
    """What must stand in the end, worked out plainly: of each coding, the last edit of all that
    nobody took back, without its stamp and author; None where every edit was taken back."""
    actions: dict[str, tuple[str, str | None]] = {}
    edits: dict[str, dict[str, tuple]] = {}
    for path in paths:
        with closing(sqlite3.connect(path)) as connection:
            for key, kind, undoes in connection.execute("SELECT id, kind, undoes FROM action"):
                actions[key] = kind, undoes
            for row, stamp, after in connection.execute(
                "SELECT row, action, after FROM journal WHERE \"table\" = 'coding' ORDER BY number"
            ):
                edits.setdefault(row, {})[stamp] = tuple(json.loads(after).values())

    def about(action: str | None) -> str | None:
        """The edit that undos and redos, one of the other, come down to."""
        while action in actions and actions[action][1]:
            action = actions[action][1]
        return action

    # Whoever spoke last of an edit, in whichever copy: its coder, an undo of it or a redo.
    last_word = {about(key): kind for key, (kind, _) in sorted(actions.items())}

    def taken_back(action: str) -> bool:
        return last_word[action] == "undo"

    found: dict[str, tuple | None] = {}
    for row, written in edits.items():
        meant = [s for s in written if actions[s][0] == "do" and not taken_back(s)]
        found[row] = without_stamp(written[max(meant)]) if meant else None
    return found


def without_stamp(row: tuple) -> tuple:
    """What a row of a journaled table says, but for the action that wrote it and its author."""
    return (*row[: -len(SHARED_COLUMNS)], row[-1])
