"""A project's file searched for names: cell by cell, then byte by byte."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tcncode.pseudonyms.finding import LONGEST, Finder, same

_RUN = re.compile(r"[^\W_]+")
_HASH = re.compile(r"\b(?=[a-f]*[0-9])[0-9a-f]{8,}\b")
"""Ids and the like, in which letters between digits ("ada") are no name."""
_CHOSEN = frozenset(("kind", "noun", "origin", "reader", "encoding", "role"))
"""Columns with the program's own words: a "page" is nobody called Page."""
_TITLES = frozenset(
    (
        ("document", "name"),
        ("document", "source"),
        ("segment", "speaker"),
        ("speaker", "id"),
        ("speaker", "label"),
    )
)
"""Where ordinary words in small letters are names, too."""
_BLOCK = 1 << 20
_OVERLAP = 8 * LONGEST
"""Bytes of one block that are read with the next: more than any name takes."""


def left_over(path: Path, finder: Finder, written: set[str], coders: set[str]) -> Iterator[str]:
    """Where names still stand in a file: in its cells, then in its bytes.

    Args:
        finder: of all names that were replaced.
        written: the names as they stood in the texts.
        coders: who works in the project; they keep their names, and what is part of them.
    """
    whole = _whole(coders)
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
        ).fetchall()
        for (table,) in tables:
            asked = connection.execute(f'SELECT * FROM "{table}"')
            columns = [c[0] for c in asked.description]
            for row in asked:
                for column, value in zip(columns, row, strict=True):
                    if not isinstance(value, str) or (table, column) == ("journal", "before"):
                        continue
                    if (table, column) == ("journal", "after"):
                        continue  # the row itself, which is searched in its own table
                    if column in _CHOSEN:
                        continue
                    if (table, column) == ("text", "body"):
                        hits = finder.find_in_text(value)
                    else:
                        value = _blanked(whole, _HASH.sub(" ", value))
                        hits = finder.find(value)
                    for words in (hit.span.of(value) for hit in hits):
                        # "by hand" in a decision, "hope" in a codebook is no Hand and no Hope.
                        if (table, column) in _TITLES or words not in finder.ordinary:
                            yield f"{table}.{column}: {words}"
    for name in _in_bytes(path, written, coders):
        yield f"the file's bytes: {name}"


def _whole(coders: set[str]) -> re.Pattern[str] | None:
    either = "|".join(re.escape(c) for c in sorted(coders, key=len, reverse=True) if c)
    return re.compile(rf"(?i)(?<![^\W_])(?:{either})(?![^\W_])") if either else None


def _blanked(whole: re.Pattern[str] | None, text: str) -> str:
    """A text without the coders, everything else where it was."""
    return whole.sub(lambda found: "\0" * len(found[0]), text) if whole else text


def _in_bytes(path: Path, names: set[str], coders: set[str]) -> Iterator[str]:
    """Those of some names that stand as such in a file, whatever surrounds them; but in coders'."""
    by_first: dict[str, list[tuple[int, str]]] = {}
    part_of: dict[str, list[tuple[int, str]]] = {}
    for name in sorted(names):
        first = _RUN.search(name)
        # The index of words keeps ends of words in small letters: of "somali" perhaps "ali".
        if first is not None and name != name.lower():
            by_first.setdefault(first[0], []).append((first.start(), name))
            for coder in coders:
                part_of.setdefault(name, []).extend(
                    (found.start(), coder)
                    for found in re.finditer(re.escape(name.casefold()), coder.casefold())
                )
    with path.open("rb") as file:
        kept = b""
        while block := file.read(_BLOCK):
            text = (kept + block).decode("utf-8", "replace")
            for run in _RUN.finditer(text):
                for before, name in by_first.get(run[0], ()):
                    start = run.start() - before
                    if start >= 0 and text.startswith(name, start):
                        around = text[max(start - 1, 0) : start], text[start + len(name) :][:1]
                        # Half of a name with a hyphen is another name.
                        if any(c.isalnum() or c in "-‐" for c in "".join(around)):
                            continue
                        # Cells stand side by side: what follows a coder may be a letter.
                        if not any(
                            start >= at and same(text[start - at :][: len(coder)], coder)
                            for at, coder in part_of[name]
                        ):
                            yield name
            kept = block[-_OVERLAP:]
