"""Networks, cities and memberships: tables in; where they contradict each other, and numbers, out.

Nothing here repairs data. A row that cannot be read stops the reading with its line number; what
two tables say differently is reported by ``check`` and left as it is.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from tcncode.errors import ReadError, TableError
from tcncode.model import City, Membership, Network, Table
from tcncode.text.numbers import counted

T = TypeVar("T")

_YES = ("yes", "y", "true", "1", "x")
_NO = ("no", "n", "false", "0")
_UNKNOWN = ("", "unknown", "n/a", "na", "-", "?")
_WHOLE = re.compile(r"\d+|\d{1,3}(?:[ ,\u00a0\u202f]\d{3})+")


class Rows(list[T]):
    """What a table held, in its order, with ``notes`` on what was not read."""

    notes: list[str]


def read_networks(path: Path | str) -> Rows[Network]:
    """Networks from a CSV file; only the columns ``network`` (the id) and ``name`` are required.

    Raises:
        ReadError: there is no such file.
        TableError: a row, or the header, could not be read.
    """

    def build(row: Mapping[str, str]) -> Network:
        return Network(
            id=_needed(row, "network"),
            name=_needed(row, "name"),
            short_name=row.get("short_name", ""),
            url=row.get("url", ""),
            focus=_one_of(row, "focus", (1, 2, 3)),
            membership=_one_of(row, "membership", (1, 2, 3)),
            parent=row.get("parent") or None,
            initiator=row.get("initiator", ""),
            horizontal=_yes_or_no(row, "horizontal"),
            source=row.get("source", ""),
            note=row.get("note", ""),
        )

    return table_rows(path, build, Network, ("network", "name"), key=lambda network: network.id)


def read_cities(path: Path | str) -> Rows[City]:
    """Cities from a CSV file; only the columns ``city`` (the id) and ``name`` are required.

    Raises:
        ReadError: there is no such file.
        TableError: a row, or the header, could not be read.
    """

    def build(row: Mapping[str, str]) -> City:
        return City(
            id=_needed(row, "city"),
            name=_needed(row, "name"),
            country=row.get("country", ""),
            networks_declared=_whole(row, "networks_declared"),
            population=_whole(row, "population"),
            size_class=row.get("size_class", ""),
            capital=_yes_or_no(row, "capital"),
            non_eu_share=_per_cent(row, "non_eu_share"),
            politics=row.get("politics", ""),
            source=row.get("source", ""),
            note=row.get("note", ""),
        )

    return table_rows(path, build, City, ("city", "name"), key=lambda city: city.id)


def read_memberships(path: Path | str) -> Rows[Membership]:
    """Memberships from a CSV file; only the columns ``city`` and ``network`` are required.

    Raises:
        ReadError: there is no such file.
        TableError: a row, or the header, could not be read.
    """

    def build(row: Mapping[str, str]) -> Membership:
        return Membership(
            city=_needed(row, "city"),
            network=_needed(row, "network"),
            verified=_yes_or_no(row, "verified") or False,
            source=row.get("source", ""),
            note=row.get("note", ""),
        )

    return table_rows(
        path, build, Membership, ("city", "network"), key=lambda m: (m.city, m.network)
    )


def check(
    networks: Sequence[Network], cities: Sequence[City], memberships: Sequence[Membership]
) -> Table:
    """Where the tables contradict each other: a row for each contradiction, none where all agree.

    ``declared`` is how many networks the city's source says it belongs to, ``listed`` how many
    the memberships name, ``difference`` is listed less declared, ``verified`` how many of the
    listed ones were verified. Cities whose source declares nothing are not compared.
    """
    known = {network.id for network in networks}
    by_city: dict[str, dict[str, bool]] = defaultdict(dict)
    for m in memberships:
        by_city[m.city][m.network] = by_city[m.city].get(m.network, False) or m.verified
    rows: list[tuple[Any, ...]] = []
    for city in cities:
        listed = by_city.get(city.id, {})
        if city.networks_declared is not None and city.networks_declared != len(listed):
            difference = len(listed) - city.networks_declared
            counts = (city.networks_declared, len(listed), difference, sum(listed.values()))
            rows.append((city.id, city.name, *counts, "declared and listed counts differ"))
    named = {city.id: city for city in cities}
    for city_id in sorted(by_city):
        listed = by_city[city_id]
        problems = [f'no network "{n}" in the table' for n in sorted(listed.keys() - known)]
        if city_id not in named:
            problems.insert(0, f'no city "{city_id}" in the table')
        there = named.get(city_id)
        name = there.name if there else None
        declared = there.networks_declared if there else None
        difference_or_none = None if declared is None else len(listed) - declared
        counts_or_none = (declared, len(listed), difference_or_none, sum(listed.values()))
        rows += [(city_id, name, *counts_or_none, problem) for problem in problems]
    compared = sum(city.networks_declared is not None for city in cities)
    return Table(
        "Contradictions between cities and memberships",
        ("city", "name", "declared", "listed", "difference", "verified", "problem"),
        tuple(rows),
        f"{counted(len(cities), 'city', 'cities')}, {compared} with a declared count;"
        f" {counted(len(memberships), 'membership')} in {counted(len(networks), 'network')}."
        " difference = listed - declared. Nothing was changed:"
        " a list of memberships that is known to be partial lists fewer than its source declares.",
    )


def centrality(memberships: Sequence[Membership], *, verified_only: bool = False) -> Table:
    """Degree and degree centrality of cities and networks in the two-mode graph of memberships.

    Returns:
        A row a city (``degree`` is its number of networks) and a row a network (its number of
        cities), highest first. ``centrality`` is degree over the number of nodes of the other
        kind, 0 to 1.

    Source:
        Borgatti & Everett (1997), Social Networks 19(3), 243-269: centrality in two-mode data.
    """
    from networkx import Graph
    from networkx.algorithms import bipartite

    graph: Any = Graph()
    for m in memberships:
        if m.verified or not verified_only:
            # A city and a network may have the same id.
            graph.add_edge(("city", m.city), ("network", m.network))
    cities = sorted(node for node in graph if node[0] == "city")
    share: Mapping[Any, float] = bipartite.degree_centrality(graph, cities) if cities else {}
    nodes = sorted(graph, key=lambda node: (node[0], -graph.degree[node], node[1]))
    return Table(
        "Cities and networks by degree",
        ("kind", "id", "degree", "centrality"),
        tuple((kind, name, graph.degree[kind, name], share[kind, name]) for kind, name in nodes),
        f"Two-mode graph: {counted(len(cities), 'city', 'cities')},"
        f" {counted(len(nodes) - len(cities), 'network')},"
        f" {counted(graph.number_of_edges(), 'membership')}"
        f"{', verified only' if verified_only else ''}. centrality = degree / nodes of the other"
        " kind (Borgatti & Everett 1997). Caution: it counts the memberships that are listed, among"
        " the networks studied; a city whose memberships were not looked up seems peripheral, and"
        " belonging says nothing of how active a member is.",
    )


def table_rows(
    path: Path | str,
    build: Callable[[Mapping[str, str]], T],
    noun: type[T],
    required: Sequence[str],
    *,
    key: Callable[[T], object],
) -> Rows[T]:
    """A CSV table, row by row, each given to ``build``, which says with ValueError what is wrong.

    Args:
        noun: the class that ``build`` makes; other columns than its fields are noted.
        required: columns that must be there.
        key: what no two rows may share.

    Raises:
        ReadError: there is no such file.
        TableError: a row, or the header, could not be read.
    """
    table = _lines(path)
    _, header = next(table, (1, []))
    columns = [name.strip().lower() for name in header]
    missing = [name for name in required if name not in columns]
    if missing:
        raise TableError(path, 1, f'the table has no column "{missing[0]}"')
    twice = [name for name, n in Counter(columns).items() if n > 1 and name]
    if twice:
        raise TableError(path, 1, f'the column "{twice[0]}" is there twice')
    out: Rows[T] = Rows()
    first_line: dict[object, int] = {}
    for line, cells in table:
        if len(cells) != len(columns):
            problem = f"{len(cells)} cells where the header has {len(columns)}"
            raise TableError(path, line, problem + "; is a comma outside quotation marks?")
        try:
            value = build(dict(zip(columns, (cell.strip() for cell in cells), strict=True)))
        except ValueError as error:
            raise TableError(path, line, str(error)) from error
        before = first_line.setdefault(key(value), line)
        if before != line:
            raise TableError(path, line, f"the same as line {before}: {_shown(key(value))}")
        out.append(value)
    fields = set(required) | {name for name in noun.__dataclass_fields__ if name != "id"}  # type: ignore[attr-defined]  # every noun is a dataclass
    unknown = [name for name in columns if name not in fields]
    out.notes = [f'{path}: the column "{name}" was not read.' for name in unknown]
    return out


def _lines(path: Path | str) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file that hold anything, with the line each begins on."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise TableError(path, line, "not UTF-8; save the table as CSV UTF-8") from error
    except OSError as error:
        raise ReadError(path, (error.strerror or "cannot be read").lower()) from error
    head = text.partition("\n")[0]
    # Spreadsheets write semicolons where the comma is the decimal mark.
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableError(path, line, str(error)) from error


def _shown(key: object) -> str:
    return " in ".join(key) if isinstance(key, tuple) else str(key)


def _needed(row: Mapping[str, str], column: str) -> str:
    if not row[column]:
        raise ValueError(f'the column "{column}" is empty')
    return row[column]


def _whole(row: Mapping[str, str], column: str) -> int | None:
    value = row.get(column, "")
    if value.lower() in _UNKNOWN:
        return None
    if not _WHOLE.fullmatch(value):
        raise ValueError(f'"{value}" in the column "{column}" is not a whole number')
    return int(re.sub(r"\D", "", value))


def _one_of(row: Mapping[str, str], column: str, allowed: Sequence[int]) -> int | None:
    value = _whole(row, column)
    if value is not None and value not in allowed:
        raise ValueError(f'{value} in the column "{column}" is none of {_listed(allowed)}')
    return value


def _listed(values: Sequence[int]) -> str:
    return ", ".join(map(str, values))


def _per_cent(row: Mapping[str, str], column: str) -> float | None:
    value = row.get(column, "")
    if value.lower() in _UNKNOWN:
        return None
    plain = value.removesuffix("%").strip().replace(",", ".")
    if not re.fullmatch(r"\d+(\.\d+)?", plain) or float(plain) > 100:
        raise ValueError(f'"{value}" in the column "{column}" is not a share from 0 to 100')
    return float(plain)


def _yes_or_no(row: Mapping[str, str], column: str) -> bool | None:
    value = row.get(column, "").lower()
    if value in _UNKNOWN:
        return None
    if value not in _YES + _NO:
        raise ValueError(f'"{value}" in the column "{column}" is neither yes nor no')
    return value in _YES
