"""What a report or a list of quotations can be limited to, picked in one window.

A limit has the name that ``reports.Filters`` gives it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from tcncode.errors import UsageError
from tcncode.model import DOCUMENT_KINDS, DocumentEntry, Origin
from tcncode.reports import NO_NETWORK, Filters
from tcncode.reports.choosing import NO_SUGGESTIONS
from tcncode.tui.pickers import LinePicker
from tcncode.tui.windows import LineWindow

if TYPE_CHECKING:
    from textual.app import App

    from tcncode.project import Project

MORE = ("since", "until", "language", "role", "no_interviewers", "finished")
"""Limits of what is counted that are no column of a list of quotations."""
_DATES = ("since", "until")
_ANOTHER = object()
"""Stands for a date that is to be typed."""
_SAID = {
    ("no_interviewers", True): "without interviewers' turns",
    ("finished", True): "finished documents only",
}

Limit = tuple[str, Any]
"""A limit and its value; None takes it off."""


def in_words(limit: str, value: Any) -> str:
    """A limit that is set, as titles name it."""
    return _SAID.get((limit, value), f"{limit} {value}")


def ask_limit(
    app: App[Any],
    asks: str,
    offered: Sequence[Limit],
    given: Mapping[str, Any],
    then: Callable[[str, Any], object],
) -> None:
    """Let one of some limits be picked, a date also be typed; ``then`` takes it and its value.

    Args:
        given: what is set, that a date must go with.
    """

    def chosen(place: int | None) -> None:
        if place is None:
            return
        limit, value = offered[place]
        if value is not _ANOTHER:
            then(limit, value)
            return

        def wrong(typed: str) -> str | None:
            dates = {name: given.get(name) for name in _DATES} | {limit: typed.strip()}
            try:
                Filters.of(dates)
            except UsageError as error:
                return str(error)
            return None

        def typed(words: str | None) -> None:
            if words is not None:
                then(limit, words.strip() or None)

        line = LineWindow(
            f"{limit.capitalize()}: a year, month or day, as 2018, 2018-04 or 2018-04-12",
            str(given.get(limit) or ""), refuses=wrong,
        )  # fmt: skip
        app.push_screen(line, typed)

    app.push_screen(LinePicker(asks, [_line(*limit) for limit in offered]), chosen)


def _line(limit: str, value: Any) -> str:
    name = limit.replace("_", " ")
    if value is None:
        return f"{name}: all"
    if value is _ANOTHER:
        return f"{name}: another date..."
    return f"{name}: {_SAID.get((limit, value), value)}"


def all_limits(project: Project, given: Mapping[str, Any]) -> list[Limit]:
    """All that a report on show can be limited to; what takes a limit off stands in front."""
    entries = project.documents()
    return _offered(
        given,
        {
            "network": _networks(entries),
            "kind": _kinds(entries),
            "coder": project.coders(),
            "origin": [*get_args(Origin), NO_SUGGESTIONS],
            **_more(project, entries, given),
        },
    )


def more_limits(project: Project, given: Mapping[str, Any]) -> list[Limit]:
    """Those that no other key of a list of quotations sets: see ``MORE``."""
    return _offered(given, _more(project, project.documents(), given))


def _more(
    project: Project, entries: Sequence[DocumentEntry], given: Mapping[str, Any]
) -> dict[str, Sequence[Any]]:
    years = sorted({e.date[:4] for e in entries if e.date})
    since, until = (given.get(name) or "" for name in _DATES)
    roles = project.speaker_roles()
    return {
        # Not those that no time lies between; years are as long as each other.
        "since": [*(y for y in years if not until or y <= until[:4]), _ANOTHER],
        "until": [*(y for y in years if y >= since[:4]), _ANOTHER],
        "language": sorted({e.language for e in entries if e.language}),
        "role": roles,
        "no_interviewers": [True] if "interviewer" in roles else [],
        "finished": [True],
    }


def _offered(given: Mapping[str, Any], values: Mapping[str, Sequence[Any]]) -> list[Limit]:
    off: list[Limit] = [(limit, None) for limit in values if given.get(limit)]
    return off[::-1] + [(limit, value) for limit, each in values.items() for value in each]


def _networks(entries: Sequence[DocumentEntry]) -> list[str]:
    networks = sorted({e.network for e in entries if e.network is not None})
    return networks + ([NO_NETWORK] if any(e.network is None for e in entries) else [])


def _kinds(entries: Sequence[DocumentEntry]) -> list[str]:
    kinds = [kind for kind in DOCUMENT_KINDS if any(e.kind == kind for e in entries)]
    return kinds + sorted({e.kind for e in entries} - set(kinds))
