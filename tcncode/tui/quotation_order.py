"""Which quotations are asked for, in what order they stand, and under which headings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, get_args

from tcncode.model import DOCUMENT_KINDS, Codebook, Coding, DocumentEntry, Origin
from tcncode.project.finding import ANY
from tcncode.reports import NO_NETWORK
from tcncode.reports.choosing import NO_SUGGESTIONS
from tcncode.tui.long_list import Group

if TYPE_CHECKING:
    from tcncode.project import Project

ORDERS = ("place", "code", "coder", "length")
FILTERS = (
    ("n", "network"), ("d", "document"), ("c", "code"), ("b", "coder"), ("t", "kind"),
    ("o", "origin"), ("f", "text"), ("M", "memo"),
)  # fmt: skip
"""Key -> the filter it sets."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which quotations; see ``Project.quotations_where``. None and empty: all."""

    where: str = ""
    network: str | None = None
    document: str | None = None
    code: str | None = None
    coder: str | None = None
    kind: str | None = None
    origin: str | None = None
    text: str | None = None
    memo: str | None = None
    any_coder: bool = False
    year: str | None = None
    role: str | None = None
    no_interviewers: bool = False
    language: str | None = None
    since: str | None = None
    until: str | None = None
    finished_by: str | None = None

    def filters(self) -> dict[str, str | None]:
        """What is set, in words, for the note under a table."""
        named = {name: getattr(self, name) for _, name in FILTERS}
        across = "across coders" if self.any_coder and self.where else None
        return {**named, **self.more(), "where": self.where, "codes meet": across}

    def more(self) -> dict[str, str | None]:
        """Likewise what no key of its own sets: the window of more limits does, or a report."""
        finished = "all whose codings count" if self.finished_by == ANY else self.finished_by
        return {
            "year": self.year, "since": self.since, "until": self.until,
            "language": self.language, "role": self.role,
            "interviewers": "left out" if self.no_interviewers else None, "finished by": finished,
        }  # fmt: skip


def choices(project: Project, name: str) -> list[tuple[str, str]]:
    """What a filter can be set to: as it is shown, and what it stands for."""
    if name == "network":
        found = [(f"{n.name} ({n.id})", n.id) for n in project.networks()]
        return [*found, ("without a network", NO_NETWORK)]
    if name == "document":
        return [(e.name, e.id) for e in project.documents()]
    if name == "code":
        return [(c.path, c.path) for c in project.codebook.codes]
    origins = (*get_args(Origin), NO_SUGGESTIONS)
    values = {"coder": project.coders(), "kind": DOCUMENT_KINDS, "origin": origins}
    return [(value, value) for value in values[name]]


def in_order(codings: Sequence[Coding], order: str, codebook: Codebook) -> list[Coding]:
    """Codings, given by their place in the texts, in one of the orders."""
    if order == "length":
        return sorted(codings, key=lambda c: -len(c.span))
    if order == "coder":
        return sorted(codings, key=lambda c: c.coder)
    if order == "code":
        places = {code.id: n for n, code in enumerate(codebook.codes)}
        return sorted(codings, key=lambda c: places.get(c.code, len(places)))
    return list(codings)


def headings(
    codings: Sequence[Coding],
    order: str,
    entries: Mapping[str, DocumentEntry],
    named: Callable[[str], str],
) -> list[Group]:
    """Headings between codings in an order; ``named`` gives the path of a code."""
    if order == "length":
        return []
    keys: dict[str, Callable[[Coding], str]] = {
        "place": lambda c: c.document, "code": lambda c: c.code, "coder": lambda c: c.coder,
    }  # fmt: skip
    groups, first = [], 0
    for key, here in groupby(codings, key=keys[order]):
        count = sum(1 for _ in here)
        words = key
        if order == "place":
            words = f"{entries[key].network or 'no network'} · {entries[key].name}"
        elif order == "code":
            words = named(key)
        groups.append((first, f"{count} · {words}"))
        first += count
    return groups
