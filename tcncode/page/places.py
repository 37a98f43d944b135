"""Sections on cities and their networks, and on what publications say of them."""

from __future__ import annotations

from tcncode.model import Table
from tcncode.page.contents import Section, Study, counted
from tcncode.page.graph import city_graph


def cities(study: Study) -> Section | None:
    """Cities and their networks; where the tables contradict each other."""
    from tcncode.networks import check

    project = study.project
    known, memberships = project.cities(), project.memberships()
    networks = project.networks()
    if not known:
        return None
    table = Table(
        "Memberships",
        ("city", "network", "verified", "source", "note"),
        tuple((m.city, m.network, m.verified, m.source, m.note) for m in memberships),
        f"{len(memberships)} memberships as listed, with the source of each.",
    )
    figures = []
    if memberships:
        names = {city.id: city.name for city in known}
        figures.append(city_graph(memberships, names, study.names, table))
    contradictions = check(networks, known, memberships)
    notes = Table(
        "What the sources of the cities say, with contradictions",
        ("city", "name", "networks_declared", "source", "note"),
        tuple((c.id, c.name, c.networks_declared, c.source, c.note) for c in known),
        f"{counted(len(known), 'city', 'cities')} as the sources print them; the note says where a"
        " source contradicts itself or another. Nothing was put right.",
    )
    words = [
        f"The project lists {counted(len(known), 'city', 'cities')} and"
        f" {counted(len(memberships), 'membership')}. Codings do not enter here.",
    ]
    differ = [row for row in contradictions.rows if row[2] != row[3]]
    if differ:
        words.append(
            f"For {counted(len(differ), 'city', 'cities')} what the source declares and what is"
            " listed differ: the table of contradictions has both, and neither was changed."
        )
    centrality, *others = study.tables("cities")
    return Section(
        "cities", "Cities and networks", words, figures=figures,
        folded=[*([contradictions] if contradictions.rows else []), centrality, notes, *others],
    )  # fmt: skip


def statements(study: Study) -> Section | None:
    """What publications say of networks and cities, beside what the tables give."""
    if study.statements is None:
        return None
    table = study.project.statements(study.statements, shipped=study.shipped)
    study.made["statements"] = [table]
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
