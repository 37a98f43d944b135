"""A report as one looks at it: form, rows, order, and what is behind a figure. No screen here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from tcncode.model import Codebook, Table
from tcncode.project.finding import ANY
from tcncode.reports import NO_PURPOSE, matrix
from tcncode.retrieval import quoted

_FIGURES = ("codings", "documents", "words")
_BY_NETWORK = (*_FIGURES, "share_of_network", "per_1000_words")
Form = Literal["matrix", "long", "bars"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A report that can be chosen."""

    name: str
    """As ``Project.report`` knows it."""
    title: str
    labels: int
    """How many of its first columns say what the figures are about."""
    values: tuple[str, ...]
    """Columns to have as bars, or in the cells of a matrix."""
    share: str = ""
    """The column that the cells of its matrix are shaded by; empty: it makes no matrix."""
    opens: tuple[str, ...] = ("network", "code", "coder", "purpose")
    """The labels that quotations can be asked for by; none: a figure has none to open."""


KINDS = (
    Kind("networks", "Networks x functions", 2, _BY_NETWORK, "share_of_network"),
    Kind("purposes", "Networks x purposes", 2, _BY_NETWORK, "share_of_network"),
    Kind("frequencies", "Functions", 1, ("codings", "documents", "words", "share")),
    Kind(
        "coders",
        "Coders",
        1,
        ("documents", "finished", "share_of_documents", "codings", "words", "from_suggestions"),
    ),
    Kind(
        "overlap", "Overlap of networks", 2, ("cosine", "jaccard", "duplication", "shared"),
        opens=(),
    ),
    Kind(
        "cities", "Cities", 2,
        ("declared", "listed", "degree_centrality", "betweenness", "population"), opens=(),
    ),
    Kind(
        "kinds", "Kinds of document x functions", 2,
        (*_FIGURES, "share_of_kind", "per_1000_words"), "share_of_kind", ("kind", "code"),
    ),
    Kind(
        "time", "Years x functions", 2, (*_FIGURES, "share_of_year", "per_1000_words"),
        "share_of_year", ("year", "code"),
    ),
    Kind(
        "speakers", "Speakers x functions", 2,
        ("words", "passages", "documents", "share_of_spoken", "per_1000_words"),
        "share_of_spoken", ("role", "code"),
    ),
    Kind(
        "cooccurrence", "Co-occurrence", 3, ("both", "jaccard", "lift"),
        opens=("first", "second", "relation"),
    ),
    Kind(
        "mentions", "Mentions", 4, ("mentions", "documents", "in_coded_text"),
        opens=("network", "name"),
    ),
    Kind(
        "coverage", "Coverage of documents", 3,
        ("coded_share", "passages", "uncoded_stretches", "longest_uncoded"), opens=("document",),
    ),
    Kind("saturation", "Saturation", 3, ("new", "so_far", "codes"), opens=("document",)),
)  # fmt: skip
DIGITS = 4
"""So many of them have a digit; the others are chosen from a list."""


@dataclass(frozen=True, slots=True)
class View:
    """How a counted table is looked at. Two are equal when they show the same."""

    kind: Kind = KINDS[0]
    value: str = KINDS[0].values[0]
    """The figure in the cells of a matrix, or as bars."""
    form: Form = "matrix"
    words: str = ""
    """Only rows whose labels have all of these."""
    sort: tuple[str, bool] | None = None
    """Column, and whether the greatest comes first."""
    counted: Table = field(default=Table("", (), ()), repr=False)
    """As counted: one row for each pair of labels, all columns."""

    def of(self, kind: Kind) -> View:
        """The same look at another report."""
        value = self.value if self.value in kind.values else kind.values[0]
        return replace(self, kind=kind, value=value, sort=None)

    @property
    def is_matrix(self) -> bool:
        """Whether columns are labels, too."""
        return self.form == "matrix" and bool(self.kind.share)

    @property
    def labels(self) -> int:
        """How many columns on show say what the figures are about."""
        return 1 if self.is_matrix else self.kind.labels

    def shown(self) -> Table:
        """The table on show."""
        if not self.counted.columns:
            return self.counted
        table = self._formed()
        rows, note = list(table.rows), table.note
        if self.words:
            wanted = self.words.casefold().split()
            texts = [" ".join(map(str, row[: self.labels])).casefold() for row in rows]
            rows = [r for r, t in zip(rows, texts, strict=True) if all(w in t for w in wanted)]
            note = f'Only rows with "{self.words}". {note}'
        if self.sort is not None and self.sort[0] in table.columns:
            at, falling = table.columns.index(self.sort[0]), self.sort[1]
            known = sorted(
                (row for row in rows if row[at] is not None),
                key=lambda row: _order(row[at]),
                reverse=falling,
            )
            rows = known + [row for row in rows if row[at] is None]
        return Table(table.title, table.columns, tuple(rows), note)

    def _formed(self) -> Table:
        table = self.counted
        if self.is_matrix:
            made = matrix(table, value=self.value)
            # The note ends with the command that repeats it.
            return replace(made, note=f"{table.note} --matrix {self.value}")
        if self.form == "bars":
            kept = [*range(self.kind.labels), table.columns.index(self.value)]
            return Table(
                f"{table.title}: {self.value}",
                tuple(table.columns[n] for n in kept),
                tuple(tuple(row[n] for n in kept) for row in table.rows),
                table.note,
            )
        return table

    def sorted_by(self, column: int) -> View:
        """By this column: figures greatest first, names from a to z; asked again, turned round."""
        shown = self.shown()
        name = shown.columns[min(column, len(shown.columns) - 1)]
        if self.sort is not None and self.sort[0] == name:
            return replace(self, sort=(name, not self.sort[1]))
        at = shown.columns.index(name)
        figures = any(isinstance(row[at], int | float) for row in shown.rows)
        return replace(self, sort=(name, figures))

    def shares(self) -> dict[tuple[Any, Any], float | None]:
        """What the cells of the matrix are shaded by, by row and column."""
        if not self.is_matrix or not self.counted.columns:
            return {}
        at = self.counted.columns.index(self.kind.share)
        return {(row[0], row[1]): row[at] for row in self.counted.rows}

    def names(self, row: tuple[Any, ...], column: int) -> dict[str, str]:
        """What a cell is about: column name -> label."""
        about = dict(zip(self.counted.columns, row[: self.labels], strict=False))
        if self.is_matrix and column:
            about[self.counted.columns[1]] = self.shown().columns[column]
        return {key: str(label) for key, label in about.items()}

    def place_of(
        self, shown: Table, about: Mapping[str, str], head: str, otherwise: tuple[int, int]
    ) -> tuple[int, int]:
        """Row and column of a figure that was on show in another form.

        Args:
            shown: what ``shown`` has given.
            about: what the figure is about; see ``names``.
            head: the column that it stood in.
            otherwise: where the cursor was, for where there is no such figure.
        """
        labels, heads = self.counted.columns[: self.labels], shown.columns
        known = [(n, about[key]) for n, key in enumerate(labels) if key in about]
        fits = (n for n, row in enumerate(shown.rows) if all(str(row[at]) == v for at, v in known))
        row = next(fits, None) if known else None
        if row is None:
            row = min(otherwise[0], max(len(shown.rows) - 1, 0))
        if self.is_matrix and about.get(self.counted.columns[1]) in heads:
            head = about[self.counted.columns[1]]
        usual = min(self.labels, len(heads) - 1)
        return row, heads.index(head) if head in heads else usual


def behind(
    names: Mapping[str, str], filters: Mapping[str, Any], codebook: Codebook
) -> dict[str, Any]:
    """What to ask ``QuotationsScreen`` for to get the codings that a figure counts.

    ``where`` is an expression as ``retrieval`` reads it: a purpose is that of several codes, and
    of two codes that meet, the codings of both are asked for, whoever made them.
    """
    kept = {k: v for k, v in names.items() if k not in ("purpose", "first", "second", "relation")}
    asked: dict[str, Any] = {**filters, **kept}
    # Whose documents are finished does not change with the row of one coder.
    if asked.pop("finished", False):
        asked["finished_by"] = filters.get("coder", ANY)
    if "name" in asked:
        asked["text"] = f'"{asked.pop("name")}"'
    if "purpose" in names:
        codes = [c for c in codebook.codes if (c.purpose or NO_PURPOSE) == names["purpose"]]
        asked["where"] = " or ".join(f'="{code.path}"' for code in codes)
    if "relation" in names:
        one, other = quoted(names["first"]), quoted(names["second"])
        meets = {
            "same": "{0} within {1} containing {1}",
            "overlapping": "{0} and {1}",
        }.get(names["relation"], "{0} " + names["relation"] + " {1}")
        both = (meets.format(one, other), meets.format(other, one))
        asked["where"] = " or ".join(f"({each})" for each in both)
        asked["any_coder"] = True
    return asked


def in_words(value: Any) -> str:
    """A figure as it is read: shares with three places, the undefined as a dash."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _order(value: Any) -> Any:
    return value.casefold() if isinstance(value, str) else value
