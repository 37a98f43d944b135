"""What a figure is made of that has no quotations behind it, in words. No screen here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tcncode.project import Project

OF_MEMBERS = (
    "declared", "listed", "difference", "jaccard", "shared", "either", "first_cities",
    "second_cities",
)  # fmt: skip
"""Columns that count members of networks."""
_MOST = 200
"""Cities that are named one by one."""


def overlap_parts(
    project: Project, first: str, second: str, column: str, filters: Mapping[str, Any]
) -> tuple[str, str]:
    """Title and lines: which cities two networks share, or how each divides its coded words."""
    if column in OF_MEMBERS:
        names = {city.id: city.name for city in project.cities()}
        members: dict[str, set[str]] = {first: set(), second: set()}
        for membership in project.memberships():
            if membership.network in members:
                members[membership.network].add(
                    names.get(membership.city, membership.city)
                )  # fmt: skip
        parts = (
            ("in both", members[first] & members[second]),
            (f"in {first} alone", members[first] - members[second]),
            (f"in {second} alone", members[second] - members[first]),
        )
        lines = [f"{len(cities)} {where}: {_listed(cities)}" for where, cities in parts]
        return f"Cities listed as members of {first} and {second}", "\n\n".join(lines)
    kept = {key: value for key, value in filters.items() if key != "network"}
    table = project.report("networks", kept)
    at = {name: n for n, name in enumerate(table.columns)}
    words: dict[str, dict[str, int]] = {}
    for row in table.rows:
        words.setdefault(row[at["code"]], {})[row[at["network"]]] = row[at["words"]]
    lines = [f"{'words coded':<28} {first[:20]:>20} {second[:20]:>20}"]
    lines += [
        f"{code[:28]:<28} {by.get(first, 0):>20,} {by.get(second, 0):>20,}"
        for code, by in words.items()
    ]
    lines += [
        "",
        "cosine: 1 where both divide their coded words alike over the functions, 0 where they"
        " share none. Enter on first or second opens that network's quotations.",
    ]
    return f"What {first} and {second} do", "\n".join(lines)


def city_parts(project: Project, city: str) -> tuple[str, str]:
    """Title and lines: the networks that a city (its id) is listed in, and who says so."""
    networks = {network.id: network.name for network in project.networks()}
    name = next((c.name for c in project.cities() if c.id == city), city)
    lines = [
        f"{networks.get(m.network, m.network)}: "
        + (f"{m.source or 'no source'}{'' if m.verified else ' (not verified)'}")
        for m in project.memberships()
        if m.city == city
    ]
    lines = lines or ["In none: no membership of it is listed."]
    lines += [
        "",
        "Centrality counts these lists; all else is from the table of cities.",
    ]
    return f"Networks that list {name}", "\n".join(lines)


def _listed(cities: set[str]) -> str:
    names = sorted(cities)
    more = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return (", ".join(names[:_MOST]) or "none") + more
