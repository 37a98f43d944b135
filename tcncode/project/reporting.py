"""Each report by its name: what it needs of the project, and the module that makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from inspect import signature
from typing import TYPE_CHECKING, Any

from tcncode.errors import UsageError
from tcncode.model import Table, coding_id
from tcncode.reports import Filters, report_command
from tcncode.text import Span

if TYPE_CHECKING:
    from tcncode.project.results import Results

Maker = Callable[..., list[Table]]
"""An open project, filters and options -> tables. Options are the report's own."""


def _frequencies(project: Results, filters: Filters, *, sub_codes: bool = True) -> list[Table]:
    from tcncode.reports import frequencies

    return [frequencies.table(project.material(filters), sub_codes=sub_codes)]


def _networks(project: Results, filters: Filters, *, sub_codes: bool = False) -> list[Table]:
    from tcncode.reports import networks

    return [networks.table(project.material(filters), sub_codes=sub_codes)]


def _purposes(project: Results, filters: Filters) -> list[Table]:
    from tcncode.reports import networks

    return [networks.purposes(project.material(filters))]


def _kinds(project: Results, filters: Filters, *, sub_codes: bool = False) -> list[Table]:
    from tcncode.reports import kinds

    return [kinds.table(project.material(filters), sub_codes=sub_codes)]


def _time(project: Results, filters: Filters, *, sub_codes: bool = False) -> list[Table]:
    from tcncode.reports import time

    return [time.table(project.material(filters), sub_codes=sub_codes)]


def _speakers(project: Results, filters: Filters, *, by: str = "role") -> list[Table]:
    from tcncode.reports import speakers

    turns = project._store.speaker_turns()
    return [speakers.table(project.material(filters), turns, by=by)]


def _profile(project: Results, filters: Filters, *, argument: str = "") -> list[Table]:
    from tcncode.reports import mentions, profile, quotes, time

    if not argument:
        raise UsageError('Name a network: report profile NETWORK. "networks list" has them.')
    network = project.network(argument)
    material = project.material(replace(filters, network=network.id))
    cities, memberships = project.cities(), project.memberships()
    named = mentions.table(material, project.networks(), cities)
    best = quotes.table(
        material, project.sentences(material), project.segments, _coding_id,
        per_code=6,
    )  # fmt: skip
    years = time.table(material)
    return [
        profile.attributes(network, cities, memberships),
        profile.documents(material, network),
        profile.functions(material, network),
        profile.purposes(material, network),
        replace(best, title=f"{network.name}: best quotations by function"),
        replace(years, title=f"{network.name}: over time"),
        replace(named, title=f"{network.name}: mentions"),
    ]


def _overlap(project: Results, filters: Filters, *, sub_codes: bool = False) -> list[Table]:
    from tcncode.reports import overlap

    # With a network named: whom it duplicates, so all are counted.
    material = project.material(replace(filters, network=None))
    made = overlap.table(
        material, project.memberships(), sub_codes=sub_codes, of=filters.network
    )  # fmt: skip
    return [made]


def _cooccurrence(
    project: Results, filters: Filters, *, near: int = 1, sub_codes: bool = False
) -> list[Table]:
    from tcncode.reports import cooccurrence

    if near < 0:
        raise UsageError(f"--near {near}: say how many sentences apart, 0 or more.")
    material = project.material(filters)
    sentences = project.sentences(material)
    return [cooccurrence.table(material, sentences, near=near, sub_codes=sub_codes)]


def _coverage(project: Results, filters: Filters) -> list[Table]:
    from tcncode.reports import coverage

    material = project.material(filters)
    return [coverage.table(material), coverage.by_network(material)]


def _saturation(project: Results, filters: Filters, *, order: str = "coded") -> list[Table]:
    from tcncode.reports import saturation

    material = project.material(filters)
    return [saturation.table(material, project.first_coded(material.coders), order=order)]


def _cities(project: Results, filters: Filters) -> list[Table]:
    from tcncode.reports import cities

    known, memberships = project.cities(), project.memberships()
    return [
        cities.table(known, memberships),
        cities.correlations(known, memberships),
        cities.politics(known),
        cities.networks(project.networks(), memberships),
    ]


def _mentions(project: Results, filters: Filters) -> list[Table]:
    from tcncode.reports import mentions

    material = project.material(filters)
    return [mentions.table(material, project.networks(), project.cities())]


def _quotes(
    project: Results, filters: Filters, *, limit: int = 50, per_code: int = 0
) -> list[Table]:
    from tcncode.reports import quotes

    if limit < 0 or per_code < 0:
        raise UsageError("How many quotations? Say 1 or more, or 0 for all.")
    material = project.material(filters)
    made = quotes.table(
        material, project.sentences(material), project.segments, _coding_id,
        limit=limit, per_code=per_code,
    )  # fmt: skip
    return [made]


def _coders(project: Results, filters: Filters) -> list[Table]:
    from tcncode.reports import coders

    # Each for themselves, so the team's decisions may stand beside them.
    wanted = filters.coders or tuple(project.coders())
    material = project.material(replace(filters, coders=wanted), facts=True)
    told = coders.table(material, project._store.progress())
    early = project.told_early(material.documents, wanted)
    return [replace(told, note=" ".join((told.note, *early)), warning=" ".join(early))]


def _codebook(project: Results, filters: Filters) -> list[Table]:
    from tcncode.reports import codebook

    return [codebook.table(project.material(filters))]


def _coding_id(document: str, start: int, end: int, code: str, coder: str) -> str:
    return coding_id(document, Span(start, end), code, coder)


MADE: Mapping[str, Maker] = {
    "networks": _networks,
    "purposes": _purposes,
    "frequencies": _frequencies,
    "profile": _profile,
    "overlap": _overlap,
    "cities": _cities,
    "kinds": _kinds,
    "time": _time,
    "speakers": _speakers,
    "cooccurrence": _cooccurrence,
    "mentions": _mentions,
    "coverage": _coverage,
    "saturation": _saturation,
    "quotes": _quotes,
    "coders": _coders,
    "codebook": _codebook,
}
"""Name -> how it is made; in the order in which they are listed."""


def repeated(name: str, filters: Filters, options: Mapping[str, Any]) -> str:
    """The command that makes a report again."""
    known = signature(MADE[name]).parameters
    # Most switches have no "--no-" form: one that is off anyway is not said.
    said = {key: value for key, value in options.items() if value or value != known[key].default}
    return report_command(name, Filters() if name in WITHOUT_CODINGS else filters, **said)


WITHOUT_CODINGS = ("cities",)
"""Reports that nothing limits."""
