"""What a page is made of, and what its sections ask the project."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcncode.errors import UsageError
from tcncode.model import SETTLED, DocumentEntry, Table
from tcncode.page.drawing import LONGEST_LABEL, Figure
from tcncode.page.palette import Palette, palette
from tcncode.project import Compared, Comparison, Project
from tcncode.reports import NO_NETWORK, Filters
from tcncode.text.safe import safe_line

if TYPE_CHECKING:
    from tcncode.reports.material import Material

_NOT_COMPARED = ("document", "language", "since", "until", "role")
"""Filters of reports that no comparison of coders has."""


@dataclass(frozen=True)
class Quotation:
    """The words of a passage, and how they are found and known again."""

    document: str
    """Document id."""
    name: str
    """The document's."""
    start: int
    end: int
    hash: str
    """See ``reports.quotations.quotation_hash``."""
    words: str
    code: str = ""
    place: str = ""
    """Page, turn or paragraph, as far as known."""
    date: str = ""
    coders: str = ""
    role: str = ""
    """Of its code's colour."""
    language: str | None = None
    stated: Mapping[str, str] = field(default_factory=dict)
    """What else ``verify`` compares, as ``network``, ``speaker`` or ``coding`` (its id)."""


@dataclass(frozen=True)
class Section:
    """A part of the page. A template shows words, figures, tables, quotations, in this order."""

    id: str
    title: str
    words: Sequence[str] = ()
    """Paragraphs."""
    facts: Sequence[tuple[str, str]] = ()
    """Outstanding numbers: what, how many."""
    figures: Sequence[Figure] = ()
    tables: Sequence[Table] = ()
    folded: Sequence[Table] = ()
    """Tables that a reader opens."""
    quotations: Sequence[tuple[str, Sequence[Quotation]]] = ()
    """Groups of quotations, with their headings."""
    markdown: str = ""
    """Longer words, such as a methods paragraph."""
    codes: Sequence[Mapping[str, Any]] = ()
    """The codebook's entries."""
    commands: Sequence[tuple[str, str]] = ()
    """What, and the command that makes it again."""


@dataclass
class Study:
    """What sections ask: the reports of a project under some filters, each made once."""

    project: Project
    filters: Filters
    """As ``Project.chosen`` gives them."""
    statements: Path | None = None
    """A file with statements of a publication, see ``tcncode.statements``."""
    shipped: bool = False
    """Whether that file is the program's own."""
    quotations: int = 2
    """How many of each network and function."""
    made: dict[str, list[Table]] = field(default_factory=dict)
    """Reports by what was asked, in that order: the appendix lists them."""

    def tables(self, name: str, **options: Any) -> list[Table]:
        """The tables of a report under the page's filters."""
        key = " ".join([name, *(f"{k}={v}" for k, v in sorted(options.items()))])
        if key not in self.made:
            self.made[key] = self.project.report_tables(name, self.filters, **options)
        return self.made[key]

    def report(self, name: str, **options: Any) -> Table:
        """The first table of a report."""
        return self.tables(name, **options)[0]

    @cached_property
    def colours(self) -> Palette:
        """The page's colours."""
        return palette(self.project.codebook)

    @cached_property
    def codes(self) -> list[str]:
        """The paths of the top codes, in the codebook's order."""
        return [code.path for code in self.project.codebook.top]

    @cached_property
    def documents(self) -> dict[str, DocumentEntry]:
        """The documents in question, by id."""
        return {entry.id: entry for entry in self.project.counted_documents(self.filters)}

    @cached_property
    def words(self) -> int:
        """Words of the text in question, as far as the filters let it count."""
        return int(self.material.lengths.sum())

    @property
    def material(self) -> Material:
        """What the page's tables count."""
        return self.project.material(self.filters)

    @cached_property
    def names(self) -> dict[str, str]:
        """Network id -> what readers see: its name where a figure has room for that, else short.

        Of networks that would be called alike, each is called by its id.
        """
        networks = self.project.networks()
        wanted = {
            n.id: safe_line(n.name if n.name and len(n.name) <= LONGEST_LABEL
                            else n.short_name or n.name or n.id)
            for n in networks
        }  # fmt: skip
        used = Counter(wanted.values())
        taken = {NO_NETWORK, *wanted}
        return {
            key: name if used[name] == 1 and (name == key or name not in taken) else key
            for key, name in wanted.items()
        }

    def named(self, network: str) -> str:
        """What readers see of a network that a table has by its id."""
        return self.names.get(network, network)

    def shown(self, table: Table) -> Table:
        """A table with networks as readers see them."""
        at = [n for n, column in enumerate(table.columns) if column in table.network_columns]
        if not at:
            return table

        def changed(row: tuple[Any, ...]) -> tuple[Any, ...]:
            cells = list(row)
            for n in at:
                if isinstance(cells[n], str):
                    cells[n] = "; ".join(map(self.named, cells[n].split("; ")))
            return tuple(cells)

        return replace(table, rows=tuple(map(changed, table.rows)))

    @cached_property
    def compared(self) -> Compared | str:
        """Agreement of all coders who finished documents, or why there is none."""
        filters = self.filters
        narrowed = [f"--{name}" for name in _NOT_COMPARED if getattr(filters, name)]
        if filters.network == NO_NETWORK:
            narrowed.append(f"--network {NO_NETWORK}")
        if narrowed:
            # Figures of more documents or words than the page's would pass for the page's.
            return f'Coders are not compared within {joined(narrowed)}; "tcncode agree" compares.'
        if len(filters.coders) == 1:
            return f"The page is about the codings of {filters.coders[0]} alone."
        if SETTLED in filters.coders:
            return (
                f'"{SETTLED}" is what was decided from the coders\' own codings: agreement with it'
                " is no reliability."
            )
        try:
            found = self.project.agree(self.comparison)
        except UsageError as error:
            return str(error)
        if filters.finished and not {e.name for e in self.documents.values()} >= {*found.documents}:
            return (
                "The coders have finished documents that others still code, which the page leaves"
                ' out; "tcncode agree" compares them.'
            )
        return found

    @property
    def comparison(self) -> Comparison:
        """What is compared under the page's filters, by character; see ``_NOT_COMPARED``."""
        filters = self.filters
        return Comparison(
            filters.coders,
            network=filters.network,
            kind=filters.kind,
            code=filters.code,
            origin=filters.origin or "all",
            no_interviewers=filters.no_interviewers,
        )


Maker = Callable[[Study], Section | None]
"""Makes a section; None where the project has nothing to tell there."""

_REPEAT = re.compile(r"\s*Repeat: (.+)$", re.DOTALL)


def command_of(table: Table) -> str:
    """The command that repeats a table, from its note; empty where it has none."""
    found = _REPEAT.search(table.note)
    return " ".join(found[1].split()) if found else ""


def column(table: Table, name: str) -> list[Any]:
    """The values of a column."""
    at = table.columns.index(name)
    return [row[at] for row in table.rows]


def joined(words: Sequence[str], *, most: int = 6) -> str:
    """Words as a list in a sentence; what is too many is counted."""
    shown = list(words[:most])
    if len(words) > most:
        shown.append(f"{len(words) - most} more")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def per_cent(share: float) -> str:
    """A share as whole per cents; small ones are not made nothing."""
    if 0 < share < 0.005:
        return "<1"
    return f"{100 * share:.0f}"


def ranged(value: float, low: float | None, high: float | None) -> str:
    """A value with its 95 % interval, where it has one."""
    if low is None or high is None:
        return f"{value:.2f} (too few documents for an interval)"
    return f"{value:.2f} (95 % {low:.2f} to {high:.2f})"
