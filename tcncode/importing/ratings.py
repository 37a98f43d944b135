"""A table of ratings (CSV), one unit a row, one coder a column -> values, None where none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path

from tcncode.errors import TableError, UsageError
from tcncode.importing.codings import opened_table

UNIT = "unit"
"""A column of this name says what a row is called and holds no ratings."""

Rating = str | Fraction
_DIGITS = 100
"""Beyond, sums of squares are no floats any more, and 1e99999999 exactly would fill the memory."""


@dataclass(frozen=True, slots=True)
class RatingTable:
    """Ratings as a table gives them."""

    coders: tuple[str, ...]
    rows: tuple[tuple[Rating | None, ...], ...]
    """Units x coders. Numbers are exact; an ordinal scale of words has their ranks, from 1."""
    scale: tuple[Rating, ...]
    """All values that there are, where they were named; else empty."""


def read_ratings(path: Path, level: str, scale: Sequence[str] = ()) -> RatingTable:
    """Read a table of ratings. An empty cell is a rating that was not given.

    Args:
        level: one of ``RATING_LEVELS``.
        scale: the values that there are, in order; for ordinal ones they may be words.

    Raises:
        ReadError: the file cannot be read.
        TableError: fewer than two coders, or a cell that is no value of this level.
        UsageError: a scale of ratios with a value below 0.
    """
    ranks = _ranks(level, scale)
    with opened_table(path) as (reader, header):
        names = [name.strip() for name in header]
        columns = [n for n, name in enumerate(names) if name.casefold() != UNIT]
        coders = tuple(names[n] for n in columns)
        if len(coders) < 2 or not all(coders) or len(set(coders)) < len(coders):
            raise TableError(
                path, 1, "the first row must name two coders or more, each by a name of its own"
            )
        rows = []
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) != len(header):
                problem = f"{len(row)} cells where {len(header)} belong"
                raise TableError(path, reader.line_num, problem)
            rows.append(
                tuple(_rating(path, reader.line_num, row[n], level, ranks) for n in columns)
            )
    return RatingTable(coders, tuple(rows), tuple(ranks.values()))


def _ranks(level: str, scale: Sequence[str]) -> dict[str, Rating]:
    """What each value of a scale stands for."""
    words = [word.strip() for word in scale]
    if level == "nominal":
        return {word: word for word in words}
    numbers = {word: _number(word) for word in words}
    below = [word for word, number in numbers.items() if number is not None and number < 0]
    if level == "ratio" and below:
        raise UsageError(f"--scale has {below[0]}: there is no ratio below 0.")
    if all(number is not None for number in numbers.values()):
        return {word: number for word, number in numbers.items() if number is not None}
    return {word: Fraction(rank) for rank, word in enumerate(words, 1)}


def _rating(
    path: Path, line: int, cell: str, level: str, ranks: dict[str, Rating]
) -> Rating | None:
    cell = cell.strip()
    if not cell:
        return None
    if ranks and cell not in ranks and _number(cell) not in ranks.values():
        known = ", ".join(ranks)
        raise TableError(path, line, f'"{cell}" is not on the scale ({known})')
    if cell in ranks:
        return ranks[cell]
    if level == "nominal":
        return cell
    number = _number(cell)
    if number is None:
        hint = "; name the values in order: --scale low,middle,high" if level == "ordinal" else ""
        raise TableError(
            path, line, f'"{cell}" is not a number (leave what is missing empty){hint}'
        )
    if level == "ratio" and number < 0:
        raise TableError(path, line, f"{cell} is below 0: there is no such ratio")
    return number


def _number(cell: str) -> Fraction | None:
    if "/" in cell:  # a date or a fraction, but nobody's rating
        return None
    try:
        if abs(Decimal(cell).adjusted()) > _DIGITS:
            return None
        return Fraction(cell)
    except (ValueError, InvalidOperation):
        return None
