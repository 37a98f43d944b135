"""Sections on the texts: codes that meet, time, kinds, speakers, mentions, coverage, saturation."""

from __future__ import annotations

from tcncode import reports
from tcncode.model import Table
from tcncode.page.between import INTERVALS_DRAWN, coded, intervals
from tcncode.page.charts import MOST_ROWS, Grid, grid, heat_map, panels
from tcncode.page.contents import Section, Study, column, counted, joined, per_cent
from tcncode.page.lines import curve
from tcncode.reports.counting import LEAST, coded_documents
from tcncode.reports.time import of_years

_MOST_NAMED = 12
"""Cities and networks that the figure of mentions has columns for."""


def together(study: Study) -> Section | None:
    """Which codes meet."""
    table = study.report("cooccurrence")
    cells: dict[tuple[str, str], float | None] = {}
    near = next((r for r in column(table, "relation") if str(r).startswith("near")), None)
    for row in table.records():
        pair = row["first"], row["second"]
        if row["relation"] == "overlapping":
            cells[pair[1], pair[0]] = row["jaccard"]
        elif row["relation"] == near:
            cells[pair] = row["jaccard"]
    values = Grid(study.codes, study.codes, cells)
    if not values.most:
        return None
    strong = [
        row for row in table.records()
        if row["relation"] == near and row["lift"] is not None and row["both"]
    ]  # fmt: skip
    words = []
    if strong:
        top = max(strong, key=lambda row: row["lift"])
        words.append(
            f"Near each other most often beyond chance: {top['first']} and {top['second']}, lift"
            f" {top['lift']:.2f}, in {counted(top['both'], top['unit'])}. A lift of 1 is chance."
        )
    figure = heat_map(
        "codes-together", "Functions that meet", table, values=values, show=_tenth,
        caption="Jaccard index in per cent. Below the diagonal: words that carry both, of the words"
        " that carry either. Above it: sentences with both at most one sentence apart.",
    )  # fmt: skip
    return Section("together", "Which functions meet", words, figures=[figure])


def over_time(study: Study) -> Section | None:
    """Functions by year."""
    table = study.report("time")
    values = coded(grid(reports.matrix(table, value="share_of_year")))
    if not values.rows:
        return None
    turned = Grid(study.codes, values.rows, {(c, y): v for (y, c), v in values.cells.items()})
    many = coded_documents(study.material, of_years(study.material))
    ranges = {
        (code, year): ends
        for (year, code), ends in intervals(table, "share_of_year").items()
        if many.get(year, 0) >= LEAST
    }
    figure = panels(
        "functions-over-time", "Functions by year", table, turned,
        colour=lambda code, _: study.colours.code(code), show=per_cent, intervals=ranges,
        caption="Per cent of the year's coded words that carry the function; by the date of the"
        " document." + INTERVALS_DRAWN,
    )  # fmt: skip
    return Section("time", "Over time", figures=[figure])


def kinds(study: Study) -> Section | None:
    """What kinds of document carry, and who speaks in them."""
    figures = []
    table = study.report("kinds")
    values = coded(grid(reports.matrix(table, value="share_of_kind")))
    if values.rows:
        figures.append(
            heat_map(
                "kinds-by-functions", "Kinds of document by functions", table, values=values,
                show=per_cent, caption="Per cent of the coded words of documents of the kind.",
            )
        )  # fmt: skip
    spoken = study.report("speakers")
    values = coded(grid(reports.matrix(spoken, value="share_of_spoken")))
    if values.rows:
        figures.append(
            heat_map(
                "speakers-by-functions", "Speakers' roles by functions", spoken, values=values,
                show=per_cent,
                caption="Transcripts: per cent of the coded words that speakers of the role say.",
            )
        )  # fmt: skip
    return Section("kinds", "Who says it, and where", figures=figures) if figures else None


def mentions(study: Study) -> Section | None:
    """Who names whom."""
    table = study.report("mentions")
    names = {city.id: city.name for city in study.project.cities()}
    times: dict[str, int] = {}
    cells: dict[tuple[str, str], float | None] = {}
    for row in table.records():
        if not row["itself"]:
            city = row["kind"] == "city"
            found = row["mentioned"]
            named = f"{names.get(found, '')} (city)" if city else study.named(found)
            times[named] = times.get(named, 0) + row["mentions"]
            cells[study.named(row["network"]), named] = float(row["mentions"])
    if not times:
        return None
    most = sorted(times, key=lambda name: (-times[name], name))
    shown = most[:_MOST_NAMED]
    rows = [
        name for name in dict.fromkeys(map(study.named, column(table, "network")))
        if any((name, c) in cells for c in shown)
    ]  # fmt: skip
    figure = heat_map(
        "named-by-networks", "Cities and other networks that the documents name", table,
        values=Grid(rows, shown, cells), show=lambda value: f"{value:.0f}",
        caption="How often the documents of a network name a city or another network."
        + (f" The {_MOST_NAMED} named most." if len(most) > _MOST_NAMED else ""),
    )  # fmt: skip
    words = [f"Named most: {joined([f'{n} {times[n]}' for n in most[:5]])}."]
    return Section("mentions", "Who names whom", words, figures=[figure])


def coverage(study: Study) -> Section | None:
    """How much of the text is coded, and whether further documents still bring new codes."""
    by_document, by_network = study.tables("coverage")[:2]
    shares = {study.named(r["network"]): r["coded_share"] for r in by_network.records()}
    if not any(shares.values()):
        return None
    label = "coded words of all words"
    kept = list(shares)[:MOST_ROWS]
    figures = [
        panels(
            "coverage-by-network", "How much of each network's text is coded", by_network,
            Grid([label], kept, {(label, name): shares[name] for name in kept}),
            colour=lambda *_: "mark", show=per_cent, caption="In per cent.",
        )
    ]  # fmt: skip
    alone = [study.named(row["network"]) for row in by_network.records() if row["carried_alone"]]
    words = []
    if alone:
        words.append(
            "A single document carries a function alone in"
            f" {counted(len(alone), 'network')}: {joined(alone, most=12)}."
        )
    saturation = study.report("saturation")
    reached = [row["share"] for row in saturation.records() if row["share"] is not None]
    if len(reached) > 1:
        last = [row["number"] for row in saturation.records() if row["new"]]
        words.append(
            f"The last new code came with document {last[-1]} of {len(reached)}"
            " (see the curve below)."
        )
        figures.append(
            curve(
                "saturation", "Codes in use, document by document", saturation, reached,
                below="documents, as they were first coded",
                caption="Share of all codes in use, sub-codes included, that the documents so far"
                " have.",
            )
        )  # fmt: skip
    return Section("coverage", "How much is coded", words, figures=figures, folded=[by_document])


def coders(study: Study) -> Section:
    """Who has coded how much."""
    table: Table = study.report("coders")
    return Section("coders", "Who coded", tables=[table])


def _tenth(value: float) -> str:
    """A share as per cent, with a tenth where it is small."""
    return f"{100 * value:.0f}" if value >= 0.095 or value == 0 else f"{100 * value:.1f}"
