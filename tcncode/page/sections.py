"""The sections of the full report, in their order. Each asks the project and tells what it got."""

from __future__ import annotations

import shlex

from tcncode import __version__, reports
from tcncode.agreement.statistics import ALL_CODES, STATISTICS
from tcncode.agreement.tables import review_table
from tcncode.model import Table
from tcncode.page.charts import Estimate, Grid, dots, estimates, grid, heat_map, panels
from tcncode.page.contents import (
    Maker,
    Section,
    Study,
    column,
    command_of,
    counted,
    joined,
    per_cent,
)  # fmt: skip
from tcncode.page.graph import city_graph

_SHARE = "share_of_network"
_SHARE_TOLD = (
    "Per cent of a network's coded words that carry the function. Passages may carry several, so"
    " a row may add up to more than 100."
)


def summary(study: Study) -> Section:
    """How large the study is, and what stands out."""
    project = study.project
    table = study.report("networks")
    codings = study.report("coders")
    entries = [e for e in study.documents.values() if _among(study, e.network, e.kind)]
    with_codings = {row["network"] for row in table.records() if row["codings"]}
    facts = [
        ("documents", f"{len(entries):,}"),
        ("words", f"{sum(e.words for e in entries):,}"),
        ("networks with codings", f"{len(with_codings):,}"),
        ("codes", f"{len(project.codebook.codes):,}"),
        ("coders", f"{len(codings.rows):,}"),
        ("codings", f"{sum(column(codings, 'codings')):,}"),
    ]
    words = []
    leads: dict[str, list[str]] = {}
    for network in dict.fromkeys(column(table, "network")):
        own = [r for r in table.records() if r["network"] == network and r["words"]]
        if own:
            best = max(own, key=lambda row: row["words"])
            leads.setdefault(best["code"], []).append(network)
    for code, networks in sorted(leads.items(), key=lambda each: (-len(each[1]), each[0])):
        words.append(
            f"{code} has more coded words than any other function in"
            f" {counted(len(networks), 'network')}: {joined(networks, most=8)}."
        )
    compared = study.compared
    if not isinstance(compared, str):
        pooled = [
            r for r in compared.results
            if r.code == ALL_CODES and r.low is not None and STATISTICS[r.statistic].source
        ]  # fmt: skip
        words += [
            f"{r.statistic} over all codes is {r.value:.2f} (95 % {r.low:.2f} to {r.high:.2f}),"
            f" from {counted(r.documents, 'document')} that {joined(compared.coders)} finished."
            for r in pooled[:1]
        ]  # fmt: skip
    else:
        words.append(f"Agreement was not computed. {compared}")
    words.append(
        "Every table says how it was made and which command repeats it; every figure has the"
        " table with its numbers behind it; every quotation carries its document, its place and a"
        ' short hash of its words, so that "tcncode verify" can hold it against the project.'
    )
    return Section("summary", "Summary", words, facts)


def _among(study: Study, network: str | None, kind: str) -> bool:
    asked, of_kind = study.filters.get("network"), study.filters.get("kind")
    wanted = study.project.network(asked).id if asked and asked != reports.NO_NETWORK else None
    return (wanted is None or network == wanted) and (not of_kind or kind == of_kind)


def functions(study: Study) -> Section:
    """Networks by functions, as a heat map and as profiles."""
    long = study.report("networks")
    matrix = reports.matrix(long, value=_SHARE)
    shares = grid(matrix)
    coded = [r for r in shares.rows if any(shares.cells[r, c] for c in shares.columns)]
    drawn = Grid(coded, shares.columns, shares.cells)
    codings = {
        name: sum(row["codings"] for row in long.records() if row["network"] == name)
        for name in shares.rows
    }
    ranges = {}
    if {"low", "high"} <= set(long.columns):
        ranges = {
            (row["network"], row["code"]): (row["low"], row["high"])
            for row in long.records()
            if row["low"] is not None and row["high"] is not None
        }
    silent = [name for name in shares.rows if name not in coded]
    words = []
    if silent:
        words.append(f"Without codings, so not drawn: {joined(silent, most=12)}.")
    profile = study.report("networks")
    return Section(
        "networks",
        "What each network does",
        words,
        figures=[
            heat_map(
                "networks-by-functions", "Networks by functions", matrix,
                values=drawn, show=per_cent, caption=_SHARE_TOLD,
                told="Share of each network's coded words by function, in per cent",
            ),
            panels(
                "network-profiles", "Profiles of the networks", profile, drawn,
                colour=study.colours.code, show=per_cent, intervals=ranges,
                order=lambda name: (-codings[name], name),
                caption=_SHARE_TOLD
                + (" Lines: 95 % intervals by bootstrap over documents." if ranges else ""),
            ),
        ] if coded else [],
        folded=[study.report("frequencies")],
    )  # fmt: skip


def purposes(study: Study) -> Section | None:
    """The functions rolled up to what they are for."""
    table = study.report("purposes")
    if not table.rows:
        return None
    shares = grid(reports.matrix(table, value=_SHARE))
    coded = [r for r in shares.rows if any(shares.cells[r, c] for c in shares.columns)]
    if not coded:
        return None
    caption = (
        "Per cent of a network's coded words that serve the purpose. A passage that one coder"
        " coded with two functions of one purpose counts once there."
    )
    figure = dots(
        "networks-by-purposes", "Networks by purposes", table,
        Grid(coded, shares.columns, {k: 100 * v if v is not None else None
                                     for k, v in shares.cells.items()}),
        caption=caption, show=lambda value: f"{value:.0f} %",
    )  # fmt: skip
    told = [
        f"{name}: {words}"
        for name, words in study.project.codebook.purposes.items()
        if name in shares.columns and words
    ]
    return Section("purposes", "What the functions are for", told, figures=[figure])


def cities(study: Study) -> Section | None:
    """Cities and their networks; where the tables contradict each other."""
    from tcncode.networks import check, membership_overlap

    project = study.project
    networks, all_cities, memberships = (
        project.networks(), project.cities(), project.memberships()
    )  # fmt: skip
    if not all_cities:
        return None
    names = {city.id: city.name for city in all_cities}
    table = Table(
        "Memberships",
        ("city", "network", "verified", "source", "note"),
        tuple((m.city, m.network, m.verified, m.source, m.note) for m in memberships),
        f"{len(memberships)} memberships as listed, with the source of each.",
    )
    figures = []
    if memberships:
        short = {n.id: n.short_name or n.name for n in networks}
        figures.append(city_graph(memberships, names, short, table))
    contradictions = check(networks, all_cities, memberships)
    notes = Table(
        "Cities",
        ("city", "name", "country", "networks_declared", "population", "politics", "note"),
        tuple(
            (c.id, c.name, c.country, c.networks_declared, c.population, c.politics, c.note)
            for c in all_cities
        ),
        f"{len(all_cities)} cities as their sources print them; the note says where a source"
        " contradicts itself or another. Nothing was put right.",
    )
    words = [
        f"The project lists {counted(len(all_cities), 'city', 'cities')} and"
        f" {counted(len(memberships), 'membership')}.",
    ]
    if contradictions.rows:
        words.append(
            f"For {counted(len(contradictions.rows), 'city', 'cities')} what the source declares"
            " and what is listed differ: both are shown below, and neither was changed."
        )
    return Section(
        "cities", "Cities and networks", words, figures=figures,
        tables=[contradictions] if contradictions.rows else [],
        folded=[notes, *([membership_overlap(memberships)] if memberships else [])],
    )  # fmt: skip


def statements(study: Study) -> Section | None:
    """What publications say of networks and cities, beside what the tables give."""
    if study.statements is None:
        return None
    table = study.project.statements(study.statements)
    study.made["statements"] = table
    at = table.columns.index("agrees")
    differ = Table(
        "Where text and table contradict each other",
        tuple(name for name in table.columns if name != "agrees"),
        tuple(row[:at] + row[at + 1 :] for row in table.rows if not row[at]),
        "said: what the publication says; given: what the project's tables give. Both stand as"
        " they are: either may be wrong.",
    )
    words = [
        f"{len(table.rows) - len(differ.rows)} of {len(table.rows)} statements of the publications"
        f" agree with the tables of networks, cities and memberships; {len(differ.rows)} do not."
    ]
    return Section(
        "statements", "What the publications say, and what the tables give", words,
        tables=[differ] if differ.rows else [], folded=[table],
    )  # fmt: skip


def agreement(study: Study) -> Section:
    """How far coders agree, and the methods paragraph."""
    compared = study.compared
    title = "How far coders agree"
    if isinstance(compared, str):
        return Section("agreement", title, [f"Agreement was not computed. {compared}"])
    table = review_table(compared.results, compared.note)
    corrected = [r.statistic for r in compared.results if STATISTICS[r.statistic].source]
    chosen = next(iter(corrected), None)
    own = [r for r in compared.results if r.statistic == chosen]
    pairs = {r.coders for r in own}
    figures = []
    if chosen:
        each = [
            Estimate(
                r.code if len(pairs) == 1 else f"{r.code}, {' / '.join(r.coders)}",
                r.value, r.low, r.high,
            )
            for r in own
        ]  # fmt: skip
        caption = (
            f"{chosen} with its 95 % interval by bootstrap over documents. 1 is perfect, 0 is what"
            " chance alone would give."
        )
        figures.append(estimates("agreement-by-code", f"{chosen} by code", table, each,
                                 caption=caption))  # fmt: skip
    methods = study.project.agreement_methods(study.comparison)
    # The page has the table already, with its headings marked.
    words = "\n\n".join(block for block in methods.split("\n\n") if not block.startswith("|"))
    left = [f"{name} ({why})" for name, why in compared.left_out.items()]
    told = [f"Left out: {joined(left, most=20)}."] if left else []
    return Section("agreement", title, told, figures=figures, markdown=words,
                   tables=[] if figures else [table])  # fmt: skip


def coders(study: Study) -> Section:
    """Who has coded how much."""
    return Section("coders", "Who coded", tables=[study.report("coders")])


def codebook(study: Study) -> Section:
    """The codebook, for the appendix."""
    book = study.project.codebook
    codes = [
        {
            "path": code.path, "name": code.name, "depth": code.depth, "purpose": code.purpose,
            "definition": code.definition, "when_to_use": code.when_to_use,
            "when_not": code.when_not, "example": code.example, "source": code.source,
            "role": study.colours.code(code.path),
        }
        for code in book.codes
    ]  # fmt: skip
    words = [f"{book.name}, version {study.project.codebook_version}."]
    words += [f"Source: {source}" for source in book.sources]
    return Section("codebook", "The codebook", words, codes=codes)


def appendix(study: Study) -> Section:
    """Every command that the page's tables came from."""
    commands = [
        (table.title, command) for table in study.made.values() if (command := command_of(table))
    ]
    compared = study.compared
    if not isinstance(compared, str):
        found = command_of(Table("", (), (), compared.note))
        commands += [("Agreement", found), ("Methods paragraph", f"{found} --methods")]
    commands += [
        ("Cities: declared and listed", "tcncode networks check"),
        ("Networks and cities", "tcncode networks list; tcncode networks cities"),
        ("Codebook", "tcncode codebook show"),
        ("This page", page_command(study)),
        ("Quotations held against the project", "tcncode verify REPORT.html"),
    ]
    words = [
        f"Made with tcncode {__version__}. Codebook {study.project.codebook_version}. Each"
        " command prints its table from the project as it then is.",
    ]
    return Section("commands", "How to repeat it", words, commands=commands)


def page_command(study: Study, words: str = "report full", output: str = "report.html") -> str:
    """The command that makes the page, or part of it, again."""
    from tcncode.project import report_command

    made = report_command(words.partition(" ")[2], study.filters)
    if study.statements is not None:
        made += f" --statements {shlex.quote(str(study.statements))}"
    return f"{made} -o {output}"


SECTIONS: dict[str, Maker] = {
    "summary": summary,
    "networks": functions,
    "purposes": purposes,
    "cities": cities,
    "statements": statements,
    "agreement": agreement,
    "coders": coders,
    "codebook": codebook,
    "commands": appendix,
}
"""Name -> what makes the section, in the page's order; ``commands`` lists what the others asked."""
