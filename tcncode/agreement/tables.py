"""Results as tables: one row a coefficient for programs, one row a code for readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tcncode.agreement.statistics import ALL_CODES, STATISTICS
from tcncode.model import AgreementResult, Table

COLUMNS = (
    "code", "unit", "coders", "statistic", "value", "n", "both", "first_only", "second_only",
    "neither", "reason", "group", "documents", "low", "high", "error", "coverage",
)  # fmt: skip


def long_table(
    results: Sequence[AgreementResult], note: str, *, more: dict[str, Any] | None = None
) -> Table:
    """One row a coefficient, with its parts: for CSV, JSON and spreadsheets.

    Args:
        more: columns that have one value throughout.
    """
    constant = more or {}
    rows = tuple(
        (r.code, r.unit, " / ".join(r.coders), r.statistic, r.value, r.n, r.both, r.first_only)
        + (r.second_only, r.neither, r.reason or None, r.group or None, r.documents, r.low)
        + (r.high, r.error, r.coverage, *constant.values())
        for r in results
    )
    return Table("Agreement", (*COLUMNS, *constant), rows, note)


def review_table(results: Sequence[AgreementResult], note: str) -> Table:
    """One row a code and set of coders, a column a coefficient, its interval behind it.

    The counts are of the first coefficient that has them. Intervals are shown for coefficients
    that correct for chance. Columns that say nothing (one set of coders, no groups) are left out.
    """
    names = [name for name in STATISTICS if any(r.statistic == name for r in results)]
    rows: dict[tuple[str, str, tuple[str, ...]], dict[str, AgreementResult]] = {}
    for result in results:
        rows.setdefault((result.group, result.code, result.coders), {})[result.statistic] = result
    groups = any(result.group for result in results)
    coders = len({result.coders for result in results}) > 1
    counted = any(r.both is not None for r in results)
    codes = {r.code for r in results}
    lone = (
        len(codes) == 2
        and ALL_CODES in codes
        and not any(STATISTICS[n].lines == "all" for n in names)
    )
    columns = [
        *(["group"] if groups else []), "code", *(["coders"] if coders else []),
        *(["both", "one", "neither"] if counted else []),
    ]  # fmt: skip
    ranges = {r.statistic for r in results if r.low is not None and STATISTICS[r.statistic].source}
    for name in names:
        columns += [STATISTICS[name].key] + (["95 %"] if name in ranges else [])
    shown = []
    for (group, code, who), cells in rows.items():
        if lone and code == ALL_CODES:
            continue
        row: list[Any] = [group] if groups else []
        row += [code, *([" / ".join(who)] if coders else [])]
        if counted:
            row += _counts(cells)
        for name in names:
            found = cells.get(name)
            row.append(_value(found))
            if name in ranges:
                row.append(_range(found))
        shown.append(tuple(row))
    return Table("Agreement", tuple(columns), tuple(shown), note)


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
