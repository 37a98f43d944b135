"""What a publication says of its networks and cities, held against the tables of the project.

A statement is a row of a CSV file: the sentence, where it stands, what it says as a number or as
names, and how that is worked out from a table. Where the two differ, both are shown and nothing
is put right: either may be wrong.
"""

from __future__ import annotations

import operator
import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from tcncode.errors import TableError
from tcncode.model import City, Membership, Network, Table
from tcncode.networks import table_rows

LEVEL = 0.05
"""Correlations with a greater p count as none."""
_CONDITION = re.compile(r"(\w+)\s*(!=|>=|<=|=|>|<|~)\s*(.*)")
_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
_SAID = re.compile(r"(>=|<=|>|<)?\s*(-?\d+(?:\.\d+)?)")
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of a publication that a table can bear out or contradict."""

    statement: str
    source: str
    """Publication, and page, section or footnote."""
    table: str
    """``networks``, ``cities`` or ``memberships``."""
    where: str
    """Conditions on the table's columns, joined by ``;``; empty: all rows.

    ``focus = 1``, ``politics = Center-right | Right-wing`` (any of these), ``note ~ words`` (has
    them in it), ``population >= 100000``, ``parent != -`` (``-``: nothing there).
    """
    measure: str
    """``count``; ``names``; ``mean COLUMN``; ``value COLUMN``; ``share WHERE`` (of the rows, those
    that also meet a condition); ``least N COLUMN`` and ``greatest N COLUMN`` (names);
    ``correlation COLUMN COLUMN`` (Spearman's rho; 0 where p is above .05)."""
    said: str
    """A number, one with ``>`` or the like before it, or names joined by ``;``."""
    to_nearest: str = ""
    """How exact the sentence is: 1000 for "about 250,000"; empty: to the digit."""
    note: str = ""


def read_statements(path: Path) -> list[Statement]:
    """Statements from a CSV file with the columns of ``Statement``.

    Raises:
        ReadError: there is no such file.
        TableError: a row, or the header, could not be read.
    """
    columns = tuple(Statement.__dataclass_fields__)

    def build(row: Mapping[str, str]) -> Statement:
        statement = Statement(**{name: row.get(name, "") for name in columns})
        if not statement.said or not statement.measure:
            raise ValueError("said or measure is empty")
        if statement.table not in ("networks", "cities", "memberships"):
            raise ValueError(f'table is "{statement.table}": not networks, cities or memberships')
        _conditions(statement.where)
        return statement

    needed = ("statement", "source", "table", "measure", "said")
    return list(table_rows(path, build, Statement, needed, key=lambda s: (s.statement, s.source)))


def statement_table(
    statements: Sequence[Statement],
    networks: Sequence[Network],
    cities: Sequence[City],
    memberships: Sequence[Membership],
    path: Path,
    *,
    shipped: bool = False,
) -> Table:
    """Each statement beside what the tables give.

    Args:
        path: the file they come from, for messages and for the command that repeats it.
        shipped: whether it is the program's own, which need not be named.

    Returns:
        ``statement``, ``source``, ``said``, ``given`` (from the tables), ``agrees``, ``computed``
        (how), ``note``. ``given`` is None where the tables have nothing to work it out from.

    Raises:
        TableError: a statement asks for a column or measure that there is not.
    """
    tables: dict[str, list[Row]] = {
        "networks": [{"network": n.id, **asdict(n)} for n in networks],
        "cities": [{"city": c.id, **asdict(c)} for c in cities],
        "memberships": [{**asdict(m), "name": m.network} for m in memberships],
    }
    rows = []
    for number, each in enumerate(statements, 2):
        try:
            kept = _kept(tables[each.table], each.where)
            given, agrees, told = _given(each, kept)
        except (ValueError, OverflowError) as error:
            raise TableError(path, number, f'"{each.statement}": {error}') from None
        how = f"{each.table}{f' where {each.where}' if each.where else ''}: {each.measure}"
        rows.append((each.statement, each.source, each.said, given, agrees, how + told, each.note))
    differ = sum(not row[4] for row in rows)
    columns = ("statement", "source", "said", "given", "agrees", "computed", "note")
    note = (
        f"{len(rows)} statements, of which {len(rows) - differ} agree with the tables and {differ}"
        " do not: both values are shown, and nothing was put right. said: what the publication"
        " says; given: what the project's tables give; correlation: Spearman's rho, none where p"
        f" is above {LEVEL} (see report cities)."
        f" Repeat: tcncode networks statements{'' if shipped else f' {shlex.quote(str(path))}'}"
    )
    return Table("What the publications say, and what the tables give", columns, tuple(rows), note)


def _conditions(where: str) -> list[tuple[str, str, list[str]]]:
    found = []
    for part in filter(None, (each.strip() for each in where.split(";"))):
        matched = _CONDITION.fullmatch(part)
        if matched is None:
            raise ValueError(f'"{part}" is no condition such as focus = 1')
        column, sign, values = matched.groups()
        found.append((column, sign, [value.strip() for value in values.split("|")]))
    return found


def _kept(rows: Iterable[Row], where: str) -> list[Row]:
    conditions = _conditions(where)
    return [row for row in rows if all(_meets(row, *each) for each in conditions)]


def _meets(row: Row, column: str, sign: str, values: Sequence[str]) -> bool:
    value = _of(row, column)
    shown = _word(value)
    if sign == "=":
        return any(shown == each for each in values)
    if sign == "!=":
        return all(shown != each for each in values)
    if sign == "~":
        return any(each.casefold() in shown.casefold() for each in values)
    return isinstance(value, int | float) and _COMPARED[sign](value, _number(values[0]))


def _of(row: Row, column: str) -> Any:
    if column not in row:
        raise ValueError(f'there is no column "{column}"; there are: {", ".join(row)}')
    return row[column]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None or value == "" else str(value)


def _number(words: str) -> float:
    try:
        number = float(words.replace(",", ""))
    except ValueError:
        raise ValueError(f'"{words}" is not a number') from None
    if not isfinite(number):
        raise ValueError(f'"{words}" is too great a number')
    return number


def _given(each: Statement, kept: Sequence[Row]) -> tuple[str | None, bool, str]:
    """What the tables give, in words; whether it agrees; and what else is to be told."""
    kind, *words = each.measure.split(maxsplit=1)
    rest = words[0] if words else ""
    if kind in ("names", "least", "greatest"):
        names = _names(kind, rest, kept)
        said = {name.strip().casefold() for name in each.said.split(";")}
        return "; ".join(names), said == {name.casefold() for name in names}, ""
    value, told = _value(kind, rest, kept)
    if value is None:
        return None, False, told
    if kind == "correlation" and value == 0:
        return "none", _agrees(each, value), told
    shown = f"{value:.2f}" if kind in ("share", "correlation") else f"{round(value, 1):.10g}"
    return shown, _agrees(each, value), told


def _names(kind: str, rest: str, kept: Sequence[Row]) -> list[str]:
    if kind == "names":
        return sorted(str(row["name"]) for row in kept)
    number, _, column = rest.partition(" ")
    known = [row for row in kept if isinstance(_of(row, column), int | float)]
    known.sort(key=lambda row: (row[column], row["name"]), reverse=kind == "greatest")
    return [str(row["name"]) for row in known[: int(_number(number))]]


def _value(kind: str, rest: str, kept: Sequence[Row]) -> tuple[float | None, str]:
    if kind == "count":
        return len(kept), ""
    if kind == "share":
        return (len(_kept(kept, rest)) / len(kept) if kept else None), f"; of {len(kept)}"
    if kind == "correlation":
        first, _, second = rest.partition(" ")
        pairs = [(_of(row, first), _of(row, second)) for row in kept]
        return _correlation([(a, b) for a, b in pairs if a is not None and b is not None])
    if kind not in ("mean", "value"):
        raise ValueError(f'"{kind}" is no measure')
    values = [row[rest] for row in kept if isinstance(_of(row, rest), int | float)]
    if kind == "value" and len(values) != 1:
        return None, f"; {len(values)} values"
    return (sum(values) / len(values) if values else None), f"; of {len(values)}"


def _agrees(each: Statement, value: float) -> bool:
    if each.said.strip().casefold() == "none":
        return value == 0
    matched = _SAID.fullmatch(each.said.strip().replace(",", ""))
    if matched is None:
        raise ValueError(f'said is "{each.said}": no number, and the measure is one')
    sign, number = matched[1], float(matched[2])
    if sign:
        return _COMPARED[sign](value, number)
    if each.to_nearest:
        unit = _number(each.to_nearest)
        if unit <= 0:
            raise ValueError(f'to_nearest is "{each.to_nearest}": not above 0')
        return abs(round(value / unit) * unit - number) < unit / 2
    return abs(value - number) < 1e-9


def _correlation(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, str]:
    """Spearman's rho, 0 where chance gives as great a one too often; and both in words."""
    from tcncode.reports.cities import spearman

    rho, p = spearman(pairs)
    if rho is None or p is None:
        return None, f"; {len(pairs)} pairs, or one value throughout"
    told = f"; Spearman's rho {rho:.2f}, p = {p:.2f}, n = {len(pairs)}"
    return (rho if p <= LEVEL else 0.0), told
