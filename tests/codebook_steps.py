"""Edits of a codebook as Hypothesis draws them, and what must be true after any of them."""

from __future__ import annotations

import sqlite3

from hypothesis import strategies as st

from tcncode import codebook as codebooks
from tcncode.codebook import editing
from tcncode.codebook.colours import MEASURED
from tcncode.codebook.records import in_order
from tcncode.errors import TcncodeError
from tcncode.model import Codebook, Suggestion, suggestion_id
from tcncode.project import Project
from tcncode.text import Span

TREE = """\
name: Tree
codes:
  - id: sharing
    name: Sharing
    purpose: practical
    key: 1
    colour: "#ffaf87"
    colour_light: "#875f00"
    definition: Cities pass knowledge on.
    children:
      - {id: peers, name: Peers, definition: From peers., cues: {phrases: [peer learning]}}
      - id: visits
        name: Visits
        definition: Going there.
        cues: {phrases: [study visit, peer learning], negative: {phrases: [visiting card]}}
        children:
          - {id: abroad, name: Abroad, definition: "", purpose: symbolic}
          - {id: at-home, name: At home, definition: ""}
  - {id: shaming, name: Shaming, purpose: symbolic, key: 4, colour: "#ffff00", definition: Blame.}
"""


def paths(book: Codebook) -> list[str]:
    return [code.path for code in book.codes]


def ids(book: Codebook) -> dict[str, str]:
    return {code.path: code.id for code in book.codes}


def sound(book: Codebook) -> None:
    """What must be true of any codebook: and a file of it says the same."""
    assert len(set(paths(book))) == len(book.codes) == len({c.id for c in book.codes})
    seen: set[str] = set()
    for code in book.codes:
        assert code.parent is None or code.parent in seen, "parents before their children"
        seen.add(code.path)
    assert paths(book) == [c.path for c in in_order(book)]
    keys = [code.key for code in book.codes if code.key]
    assert len(set(keys)) == len(keys)
    again = codebooks.parse(codebooks.dump(book))
    assert codebooks.version(again) == codebooks.version(book)
    assert ids(again) == ids(book)


MEMOS = st.sampled_from(["", "a", "b", "c\n"])
SLUGS = st.sampled_from(["a", "b", "c", "Two words", "مدينة", "a-2"])
COLOURS = st.sampled_from([*(dark for _, dark, _ in MEASURED), "#123456"])
PLACES = st.integers(0, 30)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), PLACES, SLUGS),
        st.tuples(st.just("rename"), PLACES, SLUGS),
        st.tuples(st.sampled_from(["under", "before", "after", "merge"]), PLACES, PLACES),
        st.tuples(st.just("recolour"), PLACES, COLOURS),
        st.tuples(st.just("key"), PLACES, st.integers(0, 9)),
        st.tuples(st.just("purpose"), PLACES, st.sampled_from(["practical", "symbolic", ""])),
        st.tuples(st.just("define"), PLACES, st.sampled_from(["", "x: y", "two\n\nlines"])),
        st.tuples(st.just("remove"), PLACES, st.none()),
    ),
    max_size=12,
)


def step(book: Codebook, how: str, number: int, value) -> Codebook:
    """One edit of one of the codes; the codebook as it was where that is refused."""
    if not book.codes:
        return editing.add(book, value, under="") if how == "add" else book

    def nth(n):
        return book.codes[n % len(book.codes)].path

    path = nth(number)
    try:
        match how:
            case "add":
                return editing.add(book, value, under=path if number % 3 else "")
            case "rename":
                return editing.rename(book, path, value)
            case "under" | "before" | "after":
                return editing.move(book, path, **{how: nth(value)})
            case "merge":
                return editing.merge(book, path, nth(value))
            case "recolour":
                return editing.recolour(book, path, value)
            case "key":
                return editing.set_key(book, path, value or None)
            case "purpose":
                return editing.edit(book, path, purpose=value)
            case "define":
                return editing.edit(book, path, definition=value)
            case _:
                return editing.remove(book, path, {})
    except TcncodeError as refused:
        assert "\n" not in str(refused)
        return book


def everything(project: Project) -> tuple[object, ...]:
    """The study as it stands: codes, codings and answers with all their fields."""
    rows = []
    connection = sqlite3.connect(project.path)
    try:
        for table in ("code", "codebook", "coding", "suggestion_answer", "memo"):
            found = connection.execute(f"SELECT * FROM {table} WHERE NOT retired ORDER BY id")
            names = [column[0] for column in found.description]
            keep = [n for n, name in enumerate(names) if name not in ("stamp", "author")]
            rows += [(table, *(row[n] for n in keep)) for row in found.fetchall()]
    finally:
        connection.close()
    return (tuple(rows), project.codebook, project.codebook_version, tuple(project.suggestions()))


def edit(project: Project, how: str, number: int, value) -> None:
    """The same steps as above, through the project; without a code only adding does something."""
    codes = project.codebook.codes
    if not codes:
        if how == "add":
            project.add_code(value)
        return

    def nth(n):
        return codes[n % len(codes)].path

    path = nth(number)
    match how:
        case "add":
            project.add_code(value, under=path if number % 3 else "")
        case "rename":
            project.rename_code(path, value)
        case "under" | "before" | "after":
            project.move_code(path, **{how: nth(value)})
        case "merge":
            project.merge_codes(path, nth(value))
        case "recolour":
            project.recolour_code(path, value)
        case "key":
            project.edit_code(path, key=value)
        case "purpose":
            project.edit_code(path, purpose=value)
        case "define":
            project.edit_code(path, definition=value)
        case _:
            project.remove_code(path)


def coded(project: Project, numbers: list[tuple[int, int, str]]) -> None:
    letter = project.document_entry("letter").id
    for number, start, memo in numbers:
        codes = project.codebook.codes
        path = codes[number % len(codes)].path
        project.code(letter, Span(start, start + 6), path, memo=memo)
        if number % 5 == 0 and memo:
            project.write_memo("code", path, memo)


def suggested(project: Project, numbers: list[int]) -> None:
    """A suggestion on the letter's beginning for some of the codes, every second one answered."""
    letter, span = project.document_entry("letter").id, Span(0, 30)
    codes = project.codebook.codes
    chosen = dict.fromkeys(codes[n % len(codes)].id for n in numbers)
    made = [Suggestion(suggestion_id(letter, span, c), letter, span, c, 0.7) for c in chosen]
    project._store.replace_suggestions(letter, made)
    for number, suggestion in zip(numbers, made, strict=False):
        # One that was accepted takes those of the codes above it along.
        if number % 2 and suggestion.id in {s.id for s in project.suggestions()}:
            (project.accept if number % 4 == 1 else project.reject)(suggestion.id)
