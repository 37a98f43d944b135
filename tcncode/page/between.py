"""Sections on what networks do, what for, and who duplicates whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tcncode import reports
from tcncode.model import Table
from tcncode.page.charts import Grid, grid, heat_map, panels
from tcncode.page.contents import Section, Study, joined, per_cent, ranged
from tcncode.page.lines import dots
from tcncode.reports.counting import LEAST, coded_documents
from tcncode.reports.networks import of_networks
from tcncode.reports.overlap import LEAST_CITIES

_SHARE = "share_of_network"
_SHARE_TOLD = (
    "Per cent of a network's coded words that carry the function. Passages may carry several, so"
    " a row may add up to more than 100."
)
INTERVALS_DRAWN = (
    f" Lines: 95 % intervals by bootstrap over documents, from {LEAST} coded documents on."
)
_MOST = 30
"""Networks that the matrix of overlap has room for."""


def functions(study: Study) -> Section:
    """Networks by functions, as a heat map and as profiles."""
    long = study.report("networks")
    matrix = reports.matrix(long, value=_SHARE)
    shares = grid(matrix)
    drawn = coded(shares)
    silent = [name for name in shares.rows if name not in drawn.rows]
    told = joined([*map(study.named, silent)], most=12)
    words = [f"Without codings, so not drawn: {told}."] if silent else []
    if not drawn.rows:
        return Section("networks", "What each network does", words, tables=[long])
    codings: dict[str, int] = {}
    for row in long.records():
        name = study.named(row["network"])
        codings[name] = codings.get(name, 0) + row["codings"]
    many = coded_documents(study.material, of_networks(study.material))
    drawn, ranges = by_name(study, drawn), intervals(long, _SHARE)
    figures = [
        heat_map(
            "networks-by-functions", "Networks by functions", matrix, values=drawn,
            show=per_cent, caption=_SHARE_TOLD,
            told="Share of each network's coded words by function, in per cent",
        ),
        panels(
            "network-profiles", "Profiles of the networks", long, drawn,
            colour=lambda _, code: study.colours.code(code), show=per_cent,
            intervals={(study.named(n), c): ends for (n, c), ends in ranges.items()
                       if many.get(n, 0) >= LEAST},
            order=lambda name: (-codings[name], name),
            caption=_SHARE_TOLD + INTERVALS_DRAWN,
        ),
    ]  # fmt: skip
    return Section(
        "networks", "What each network does", words, figures=figures,
        folded=[study.report("frequencies")],
    )  # fmt: skip


def purposes(study: Study) -> Section | None:
    """The functions rolled up to what they are for."""
    table = study.report("purposes")
    drawn = by_name(study, coded(grid(reports.matrix(table, value=_SHARE))))
    if not drawn.rows:
        return None
    cells = {key: 100 * value if value is not None else None for key, value in drawn.cells.items()}
    figure = dots(
        "networks-by-purposes", "Networks by purposes", table,
        Grid(drawn.rows, drawn.columns, cells), show=lambda value: f"{value:.0f} %",
        caption="Per cent of a network's coded words that serve the purpose. A passage with two"
        " functions of one purpose counts once there.",
    )  # fmt: skip
    told = [
        f"{name}: {words}"
        for name, words in study.project.codebook.purposes.items()
        if name in drawn.columns and words
    ]
    return Section("purposes", "What the functions are for", told, figures=[figure])


def overlap(study: Study) -> Section | None:
    """Who duplicates whom: in what they do, and in who belongs to them."""
    table = study.report("overlap")
    pairs = [row for row in study.shown(table).records() if row["cosine"] is not None]
    if not pairs:
        return None
    order = seriated({(r["first"], r["second"]): r["cosine"] for r in pairs})[:_MOST]
    at = {name: number for number, name in enumerate(order)}
    cells: dict[tuple[str, str], float | None] = {}
    for row in pairs:
        if row["first"] in at and row["second"] in at:
            low, high = sorted((row["first"], row["second"]), key=at.__getitem__)
            cells[high, low] = row["cosine"]
            enough = min(row["first_cities"], row["second_cities"]) >= LEAST_CITIES
            cells[low, high] = row["jaccard"] if enough else None
    most = max(pairs, key=lambda row: row["cosine"])
    words = [
        f"Most alike in what they do: {most['first']} and {most['second']}, cosine"
        f" {ranged(most['cosine'], most['cosine_low'], most['cosine_high'])},"
        f" from {most['first_documents']} and {most['second_documents']} coded documents."
    ]
    both = [row for row in pairs if row["duplication"]]
    if not any(row["duplication"] is not None for row in pairs):
        words.append(
            f"No two networks have {LEAST_CITIES} or more listed cities each, so how far their"
            " members are the same cannot be told."
        )
    if both:
        same = max(both, key=lambda row: row["duplication"])
        words.append(
            f"Alike both in what they do and in their cities: {same['first']} and"
            f" {same['second']}, cosine {same['cosine']:.2f}, Jaccard {same['jaccard']:.2f}"
            f" ({same['shared']} of {same['either']} listed cities)."
        )
    figure = heat_map(
        "network-overlap", "How far networks duplicate each other", table,
        values=Grid(order, order, cells), most=1.0, show=_index,
        least=max(0.0, int(10 * min(row["cosine"] for row in pairs)) / 10),
        caption="Below the diagonal: cosine of what two networks do, 1 is the same profile. Above"
        " it: Jaccard index of their listed cities, 1 is the same cities; empty where a network has"
        f" fewer than {LEAST_CITIES} listed. Networks that do alike stand near each other.",
    )  # fmt: skip
    return Section("overlap", "Who duplicates whom", words, figures=[figure])


def _index(value: float) -> str:
    """An index from 0 to 1 as a cell has room for it."""
    if 0.005 <= value < 0.995:
        return f"{value:.2f}"[1:]
    return f"{value:.0f}"


def coded(values: Grid) -> Grid:
    """The rows that have anything."""
    kept = [row for row in values.rows if any(values.cells[row, c] for c in values.columns)]
    return Grid(kept, values.columns, values.cells)


def by_name(study: Study, values: Grid) -> Grid:
    """Values by network, the networks called as readers see them."""
    cells = {(study.named(row), column): value for (row, column), value in values.cells.items()}
    return Grid([study.named(row) for row in values.rows], values.columns, cells)


def intervals(table: Table, column: str) -> dict[tuple[str, str], tuple[float, float]]:
    """The intervals of a column of a long table, by its first two columns."""
    low, high = f"{column}_low", f"{column}_high"
    return {
        (str(row[table.columns[0]]), str(row[table.columns[1]])): (row[low], row[high])
        for row in table.records()
        if row[low] is not None and row[high] is not None
    }


def seriated(likeness: Mapping[tuple[str, str], float]) -> Sequence[str]:
    """Names in an order in which those that are alike stand near each other.

    By the Fiedler vector of the graph whose weights are the likenesses (0 to 1).

    Source:
        Atkins, Boman & Hendrickson (1998), SIAM Journal on Computing 28(1), 297-310.
    """
    import numpy as np

    names = sorted({name for pair in likeness for name in pair})
    if len(names) < 3:
        return names
    at = {name: number for number, name in enumerate(names)}
    weights = np.zeros((len(names), len(names)))
    for (first, second), value in likeness.items():
        weights[at[first], at[second]] = weights[at[second], at[first]] = value
    _, vectors = np.linalg.eigh(np.diag(weights.sum(axis=0)) - weights)
    fiedler = np.round(vectors[:, 1], 9)
    # An eigenvector may come with either sign: the first name is on the left.
    if fiedler[0] > fiedler[-1]:
        fiedler = -fiedler
    return [names[n] for n in sorted(range(len(names)), key=lambda n: (fiedler[n], names[n]))]
