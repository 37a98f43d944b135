"""A study small enough to be counted by hand, as reports take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from tcncode.model import Code, Codebook, Coding, DocumentEntry, Origin, Table
from tcncode.reports import Coded, Filters
from tcncode.reports.columns import Columns
from tcncode.reports.material import Material, gathered
from tcncode.text import Span

# One code was renamed: its codings know it by the id it had.
BOOK = Codebook(
    "Small",
    (
        Code("sharing", "sharing", "Sharing"),
        Code("sharing/peers", "sharing/peers", "Peers"),
        Code("sharing/peers/visits", "sharing/peers/visits", "Visits"),
        Code("sharing/old-name", "sharing/new-name", "Renamed"),
        Code("sharing-not", "sharing-not", "No child of sharing, though it begins like one"),
        Code("unused", "unused", "Unused"),
        Code("unused/below", "unused/below", "Unused, too"),
    ),
)
TEXTS = {
    "a": "one two three four five six seven eight nine ten",
    "b": "alpha beta gamma delta",
    "c": "nobody belongs here",
    "d": "nothing was found in here",
}
NETWORKS = {"a": "EUROCITIES", "b": "ICORN", "c": None, "d": "ICORN"}
ABOUT = {
    "a": ("interview", "2018-04", "en"),
    "b": ("report", "2019", "en"),
    "c": ("report", None, "fr"),
    "d": ("policy", "2019-06-01", "en"),
}
"""Kind, date, language."""
TOP = ["sharing", "sharing-not", "unused"]


def coding(
    document: str,
    start: int,
    end: int,
    code: str,
    coder: str = "amina",
    memo: str = "",
    origin: Origin = "by hand",
) -> Coding:
    """A coding with an id of its own."""
    name = f"{document}.{start}.{end}.{code}.{coder}"
    return Coding(name, document, Span(start, end), code, coder, memo, origin, "2024-01-01")


def on(document: str, words: str, code: str, coder: str = "amina") -> Coding:
    """A coding of these words of a document."""
    start = TEXTS[document].index(words)
    return coding(document, start, start + len(words), code, coder)


def entries(codings: Sequence[Coding], texts: Mapping[str, str]) -> dict[str, DocumentEntry]:
    """The documents of these texts, by id."""
    return {
        key: DocumentEntry(
            key, f"text {key}", NETWORKS[key], *ABOUT[key], f"{key}.txt",
            len(text), len(text.split()), sum(c.document == key for c in codings),
        )
        for key, text in texts.items()
    }  # fmt: skip


def made(
    codings: Sequence[Coding],
    texts: Mapping[str, str] | None = None,
    note: str = "",
    filters: Filters | None = None,
    finished: Sequence[tuple[str, str]] = (),
) -> Material:
    """What a report counts: these codings in these texts."""
    texts = TEXTS if texts is None else texts
    found = [
        (c.document, c.coder, c.code, c.span.start, c.span.end, c.origin, c.created)
        for c in codings
    ]
    return gathered(
        Columns.of(found), [*entries(codings, texts).values()], BOOK, texts.__getitem__,
        filters=filters, said=note, finished=finished,
    )  # fmt: skip


def listed(codings: Sequence[Coding], texts: Mapping[str, str] | None = None) -> Coded:
    """The same, coding by coding."""
    texts = TEXTS if texts is None else texts
    return Coded(codings, entries(codings, texts), BOOK, texts.__getitem__)


def rows(table: Table, *keys: str) -> dict[Any, dict[str, Any]]:
    """The rows by their keys, which are unique."""
    records = table.records()
    found = {tuple(r[k] for k in keys) if len(keys) > 1 else r[keys[0]]: r for r in records}
    assert len(found) == len(records)
    return found


def numbers(record: Mapping[str, Any]) -> tuple[int, int, int, int]:
    """Codings, documents, characters, words."""
    return (record["codings"], record["documents"], record["characters"], record["words"])


@st.composite
def some_codings(draw: st.DrawFn, coders: Sequence[str] = ("amina", "ben")) -> list[Coding]:
    """Codings of ``TEXTS``; no coder codes one passage twice with one code."""
    chosen: dict[str, Coding] = {}
    for _ in range(draw(st.integers(0, 12))):
        key = draw(st.sampled_from("abcd"))
        start = draw(st.integers(0, len(TEXTS[key]) - 1))
        end = draw(st.integers(start + 1, min(len(TEXTS[key]), start + 12)))
        code = draw(st.sampled_from([c.id for c in BOOK.codes]))
        one = coding(key, start, end, code, draw(st.sampled_from(coders)))
        chosen[one.id] = one
    return list(chosen.values())


HAND = (
    on("a", "one two three", "sharing/peers"),
    on("a", "nine ten", "sharing-not"),
    on("b", "alpha", "sharing"),
    on("b", "alpha", "sharing", "ben"),
    on("b", "delta", "sharing-not"),
    on("c", "belongs", "sharing"),
)


def by_hand() -> Material:
    """Coded words: 5 of EUROCITIES's 10, 2 of ICORN's 4 + 5, 1 of the 3 without a network."""
    return made(HAND)
