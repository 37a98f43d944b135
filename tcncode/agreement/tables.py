"""Results as tables: one row a coefficient for programs, one row a code for readers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tcncode.agreement.statistics import ALL_CODES, STATISTICS
from tcncode.agreement.words import SCALES
from tcncode.model import AgreementResult, Table

COLUMNS = (
    "code", "unit", "coders", "statistic", "value", "n", "both", "first_only", "second_only",
    "neither", "reason", "group", "documents", "low", "high", "error", "coverage", "origin",
    "undefined",
)  # fmt: skip


def long_table(
    results: Sequence[AgreementResult],
    note: str,
    *,
    scale: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> Table:
    """One row a coefficient, with its parts: for CSV, JSON and spreadsheets.

    Args:
        scale: name of a scale of ``words``; adds what it calls the lower end of each interval.
        more: columns that have one value throughout.
    """
    constant = more or {}
    worded = ("words",) if scale else ()
    rows = tuple(
        (r.code, r.unit, " / ".join(r.coders), r.statistic, r.value, r.n, r.both, r.first_only)
        + (r.second_only, r.neither, r.reason or None, r.group or None, r.documents, r.low)
        + (r.high, r.error, r.coverage, r.origin, r.undefined, *constant.values())
        + ((_word(r, scale),) if scale else ())
        for r in results
    )
    return Table("Agreement", (*COLUMNS, *constant, *worded), rows, _worded(note, scale))


def review_table(
    results: Sequence[AgreementResult], note: str, *, scale: str | None = None
) -> Table:
    """One row a code and set of coders, a column a coefficient, its interval behind it.

    The counts are of the first coefficient that has them. Intervals are shown for coefficients
    that correct for chance. Columns that say nothing (one set of coders, no groups) are left out.
    """
    names = [name for name in STATISTICS if any(r.statistic == name for r in results)]
    rows: dict[tuple[str, ...], dict[str, AgreementResult]] = {}
    for r in results:
        key = (r.origin, r.group, r.code, " / ".join(r.coders))
        rows.setdefault(key, {})[r.statistic] = r
    varied = [len({key[at] for key in rows}) > 1 or at == 2 for at in range(4)]
    varied[1] = varied[1] or any(key[1] for key in rows)
    counted = any(r.both is not None and r.neither is not None for r in results)
    ranges = {r.statistic for r in results if r.low is not None and STATISTICS[r.statistic].source}
    columns = [n for n, v in zip(("origin", "group", "code", "coders"), varied, strict=True) if v]
    columns += ["both", "one", "neither"] if counted else []
    for name in names:
        columns += [STATISTICS[name].key] + (["95 %"] if name in ranges else [])
        columns += ["words"] if scale and name in ranges else []
    shown: list[tuple[Any, ...]] = []
    for where, cells in rows.items():
        row: list[Any] = [word for word, v in zip(where, varied, strict=True) if v]
        row += _counts(cells) if counted else []
        for name in names:
            found = cells.get(name)
            row.append(_value(found))
            row += [_range(found)] if name in ranges else []
            row += [_word(found, scale)] if scale and name in ranges else []
        shown.append(tuple(row))
    if _one_code(results):
        at = columns.index("code")
        shown = [row for row in shown if row[at] != ALL_CODES]
    return Table("Agreement", tuple(columns), tuple(shown), _worded(note, scale))


def _one_code(results: Sequence[AgreementResult]) -> bool:
    """Whether the row over all codes would say what the only code's row says."""
    codes = {r.code for r in results}
    joint = any(STATISTICS[r.statistic].lines == "all" for r in results)
    return len(codes) == 2 and ALL_CODES in codes and not joint


def _word(result: AgreementResult | None, scale: str | None) -> str | None:
    """What a scale calls the lower end of the interval."""
    if result is None or scale is None or result.low is None:
        return None
    chosen = SCALES[scale]
    if not STATISTICS[result.statistic].source or chosen.only not in ("", result.statistic):
        return None
    return chosen.word(result.low)


def _worded(note: str, scale: str | None) -> str:
    if scale is None:
        return note
    told = (
        f"words: the lower end of the interval after {SCALES[scale].source}; such bands are"
        " conventions, and depend on prevalence and unit."
    )
    said, repeat, command = note.partition(" Repeat: ")
    return f"{said} {told}" + (f"{repeat}{command} --words {scale}" if repeat else "")


def _counts(cells: dict[str, AgreementResult]) -> list[int | None]:
    for result in cells.values():
        if result.both is not None and result.neither is not None:
            one = (result.first_only or 0) + (result.second_only or 0)
            return [result.both, one, result.neither]
    return [None, None, None]


def _value(result: AgreementResult | None) -> str | float | None:
    if result is None:
        return None
    return result.reason if result.value is None else result.value


def _range(result: AgreementResult | None) -> str | None:
    if result is None or result.low is None or result.high is None:
        return None
    return f"{short(result.low)} to {short(result.high)}"


def short(value: float) -> str:
    """A coefficient as papers print it: ``.892``, ``-.050``, ``1.000``."""
    return f"{value:.3f}".replace("0.", ".", 1) if abs(value) < 0.9995 else f"{value:.3f}"
