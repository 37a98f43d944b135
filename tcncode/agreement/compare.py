"""All coefficients of a material: per code and over all codes, for all coders and each pair.

Parts are summed over the documents before anything is divided, so that a long document weighs
more than a short one; a mean of the documents' coefficients is another number (``means``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from tcncode.agreement.bootstrap import Parts, Resampling, Trust
from tcncode.agreement.coefficients import Number, Quotients, Ratings, Value
from tcncode.agreement.intervals import Line, Material, Pieces, patterns, pieces
from tcncode.agreement.sets import set_alpha
from tcncode.agreement.statistics import ALL_CODES, Statistic, of_ratings, statistic
from tcncode.agreement.unitizing import (
    Continuum,
    bar_u_alpha,
    coverage,
    cu_alpha,
    ku_alpha,
    u_alpha,
)
from tcncode.errors import UsageError
from tcncode.model import REPLICATES, SEED, AgreementResult

if TYPE_CHECKING:
    from tcncode.agreement.intervals import Ints


def compare(
    material: Material,
    *,
    unit: str,
    statistics: Sequence[str],
    groups: Mapping[str, Sequence[int]] | None = None,
    replicates: int = REPLICATES,
    seed: int = SEED,
) -> list[AgreementResult]:
    """Every statistic asked for, for each code that is shown, then for all codes.

    Where some codes are not shown, all codes together have only the statistics that there are for
    nothing less.

    Args:
        material: documents that at least two of the coders have finished, and what they coded.
        unit: what the material's units are called; ``"character"`` where it has none.
        statistics: names or short names, see ``statistics.STATISTICS``.
        groups: names of groups of documents, with the documents' numbers; a group gets results
            of its own. None: all documents together.
        replicates: of the bootstrap; 0 leaves the intervals out.

    Returns:
        For each group, code and set of coders (all together where they are three or more, then
        each pair), one result a statistic.

    Raises:
        UsageError: a statistic that is not known.
    """
    wanted = [statistic(name) for name in statistics]
    comparing = _Comparing(material, unit, replicates, seed)
    everything = {"": list(range(len(material.documents)))} if groups is None else groups
    coders = range(len(material.coders))
    sets = [tuple(coders)] if len(coders) > 2 else []
    sets += list(combinations(coders, 2))
    results = []
    for name, numbers in everything.items():
        documents = np.array(sorted(numbers), dtype=np.int64)
        for line in (*material.shown, None):
            for some in sets:
                found = comparing.results(wanted, line, some, documents)
                results += [replace(result, group=name) for result in found]
    return results


def parts(material: Material, statistic_name: str, line: Line | None) -> Parts:
    """What a coefficient of labels is made of, document by document: for planning.

    Args:
        material: compared are all its coders, in the documents that at least two have finished.
        line: a code; None: all codes.

    Raises:
        UsageError: a statistic that is not known, or not made of labels.
    """
    wanted = statistic(statistic_name)
    if wanted.quotients is None:
        raise UsageError(f"{wanted.name} is not made of labels: plan with kappa or alpha.")
    quotients = wanted.quotients
    coders = tuple(range(len(material.coders)))
    common = np.flatnonzero(material.finished.sum(axis=1) > 1).astype(np.int64)
    table = _Comparing(material, "", 0, 0)._table(line, coders, common)
    return Parts(
        table.parts,
        lambda weights: quotients(replace(table.ratings, weights=tuple(weights))),
        wanted.undefined,
    )


def means(
    results: Iterable[AgreementResult], weights: Mapping[str, int] | None = None
) -> tuple[float | None, int]:
    """The mean of coefficients, and how many were left out because they are not defined.

    Args:
        weights: of each result by its ``group``, such as the lengths of documents.
    """
    total, whole, undefined = 0.0, 0, 0
    for result in results:
        weight = 1 if weights is None else weights[result.group]
        if result.value is None:
            undefined += 1
        else:
            total += weight * result.value
            whole += weight
    return (total / whole if whole else None), undefined


@dataclass(frozen=True)
class _Table:
    """Two or more coders' answers to one line, in the documents that they have finished."""

    parts: Ints
    """Documents x kinds of answers."""
    ratings: Ratings
    resampling: Resampling

    def quotients(self, wanted: Statistic, weights: list[Number]) -> Quotients:
        assert wanted.quotients is not None
        return wanted.quotients(replace(self.ratings, weights=tuple(weights)))

    def cells(self) -> tuple[int, int, int, int]:
        """Both, first only, second only, neither: for two coders."""
        cells = dict(self.ratings.weighted())
        return cells[1, 1], cells[1, 0], cells[0, 1], cells[0, 0]


class _Comparing:
    """Cuts the material once, and computes what is asked of it."""

    def __init__(self, material: Material, unit: str, replicates: int, seed: int) -> None:
        self.material = material
        self.unit = unit
        self.replicates = replicates
        self.seed = seed
        self._cells: dict[str, Ints] = {}
        self._cuts: dict[object, Continuum] = {}

    # -- one line, some coders, some documents --------------------------------------

    def results(
        self, wanted: Sequence[Statistic], line: Line | None, coders: tuple[int, ...],
        documents: Ints,
    ) -> list[AgreementResult]:  # fmt: skip
        """Results of all statistics that there are for so many coders; None: all codes."""
        finished = self.material.finished[np.ix_(documents, np.array(coders))]
        common = documents[finished.sum(axis=1) > 1]
        table = None
        found = []
        for each in wanted:
            if not self._fits(each, line, coders):
                continue
            if each.kind == "labels":
                table = table or self._table(line, coders, common)
                result = self._of_labels(each, table, line, coders)
            else:
                result = self._of_spans(each, line, coders, common)
            if not len(common):
                result = replace(result, reason="no_common_document")
            found.append(replace(result, documents=len(common)))
        return found

    def _fits(self, wanted: Statistic, line: Line | None, coders: tuple[int, ...]) -> bool:
        """Whether there is such a statistic for one code or all, for so many coders."""
        if wanted.lines != "both" and (wanted.lines == "all") != (line is None):
            return False
        if (
            line is None
            and wanted.lines == "both"
            and len(self.material.shown) < len(self.material.lines)
        ):
            return False
        if wanted.key == "ku-alpha" and line is not None and not line.top:
            return False
        several = len(coders) > 2
        return wanted.coders == "any" or (wanted.coders == "all") == several

    def _result(
        self, wanted: Statistic, line: Line | None, coders: tuple[int, ...], value: Value, n: int,
        trust: Trust, unit: str,
    ) -> AgreementResult:  # fmt: skip
        return AgreementResult(
            code=ALL_CODES if line is None else line.name,
            unit=unit,
            coders=tuple(self.material.coders[c] for c in coders),
            statistic=wanted.name,
            value=value.value,
            n=n,
            reason=value.reason,
            low=None if value.value is None else trust.low,
            high=None if value.value is None else trust.high,
            error=None if value.value is None else trust.error,
            undefined=trust.undefined,
        )

    # -- there or not there ----------------------------------------------------------

    def _line_cells(self, line: Line | None) -> Ints:
        """Documents x patterns of answers; over all codes the sum of the top lines'."""
        if line is None:
            size = (len(self.material.documents), 2 ** len(self.material.coders))
            tops = (self._line_cells(each) for each in self.material.lines if each.top)
            return sum(tops, np.zeros(size, np.int64))
        if line.name not in self._cells:
            found = pieces(self.material, [line])
            self._cells[line.name] = patterns(found, 0, len(self.material.documents))
        return self._cells[line.name]

    def _table(self, line: Line | None, coders: tuple[int, ...], documents: Ints) -> _Table:
        cells = self._line_cells(line)[documents]
        every = np.arange(cells.shape[1])
        own = sum((((every >> c) & 1) << n for n, c in enumerate(coders)), np.int64(0))
        asked = self.material.finished[np.ix_(documents, np.array(coders))]
        columns, rows = [], []
        bits = (asked * 2 ** np.arange(len(coders))).sum(axis=1)
        for kind in sorted(set(bits.tolist())):
            here, who = bits == kind, [bool(kind >> n & 1) for n in range(len(coders))]
            for pattern in range(2 ** len(coders)):
                answers = tuple((pattern >> n) & 1 if y else None for n, y in enumerate(who))
                if any(y is None and (pattern >> n) & 1 for n, y in enumerate(answers)):
                    continue  # an answer of somebody who was not asked
                columns.append(cells[:, own == pattern].sum(axis=1) * here)
                rows.append(answers)
        if not rows:
            rows = [(1, 1), (1, 0), (0, 1), (0, 0)]
            columns = [np.zeros(0, np.int64)] * 4
        parts = np.column_stack(columns)
        weights = tuple(parts.sum(axis=0).tolist())
        resampling = Resampling(parts, replicates=self.replicates, seed=self.seed)
        return _Table(parts, Ratings(tuple(rows), weights, (0, 1)), resampling)

    def _of_labels(
        self, wanted: Statistic, table: _Table, line: Line | None, coders: tuple[int, ...]
    ) -> AgreementResult:
        value = of_ratings(wanted, table.ratings)
        trust = Trust()
        if value.value is not None:
            trust = table.resampling.trust(lambda weights: table.quotients(wanted, weights))
        n = sum(table.ratings.weights)
        result = self._result(wanted, line, coders, value, n, trust, self.unit)
        if len(coders) > 2:
            return result
        both, first, second, neither = table.cells()
        return replace(result, both=both, first_only=first, second_only=second, neither=neither)

    # -- codings with their boundaries -------------------------------------------------

    def _of_spans(
        self, wanted: Statistic, line: Line | None, coders: tuple[int, ...], documents: Ints
    ) -> AgreementResult:
        tops = [each for each in self.material.lines if each.top]
        lengths = int(self.material.lengths[documents].sum())
        reason = "" if lengths else "no_text"
        share = None
        if wanted.kind == "spans":
            parts = self._equal_spans([line] if line else tops, coders)[documents]
            equal, first, second = parts.sum(axis=0).tolist()
            made = Parts(parts, lambda p: [(2 * p[0], p[1] + p[2])], wanted.undefined)
            result = self._finish(
                wanted, line, coders, made, reason, first + second - equal, "coding"
            )
            return replace(result, both=equal, first_only=first - equal, second_only=second - equal)
        if wanted.kind == "sets":
            n = int(self._joint.weight[np.isin(self._joint.document, documents)].sum())
            reason = reason or ("" if n else "no_text")
            made = set_alpha(self._joint, self.material.finished, coders, documents, wanted.key)
            return self._finish(wanted, line, coders, made, reason, n, self.unit)
        documents = documents[
            self.material.finished[np.ix_(documents, np.array(coders))].all(axis=1)
        ]
        one = wanted.key == "u-alpha" and line is not None
        cut = self._continuum([line] if one and line else tops, coders)
        if not len(documents):
            reason = "not_everybody"
        elif len(coders) > 2 and wanted.key in ("cu-alpha", "ku-alpha"):
            reason = "two_coders_only"
        elif not one and cut.overlaps(documents):
            reason = "codes_overlap"
        if reason:
            made = Parts(np.zeros((0, 1), np.int64), lambda _: [(0, 0)])
        elif wanted.key == "u-alpha":
            made = u_alpha(cut, documents)
        elif wanted.key == "bar-u-alpha":
            made = bar_u_alpha(cut, documents)
        elif wanted.key == "cu-alpha":
            made, share = cu_alpha(cut, documents), coverage(cut, documents)
        else:
            k = tops.index(line) if line else 0
            made, share = ku_alpha(cut, documents, k), coverage(cut, documents, k)
        n = int(self.material.lengths[documents].sum())
        return replace(
            self._finish(wanted, line, coders, made, reason, n, "character"), coverage=share
        )

    def _finish(
        self, wanted: Statistic, line: Line | None, coders: tuple[int, ...], made: Parts,
        reason: str, n: int, unit: str,
    ) -> AgreementResult:  # fmt: skip
        value, trust = Value(None, reason), Trust()
        if not reason:
            value = made.value()
        if value.value is not None:
            resampling = Resampling(made.sums, replicates=self.replicates, seed=self.seed)
            trust = resampling.trust(made.quotients)
        return self._result(wanted, line, coders, value, n, trust, unit)

    def _continuum(self, lines: list[Line], coders: tuple[int, ...]) -> Continuum:
        key = (tuple(line.name for line in lines), coders)
        if key not in self._cuts:
            self._cuts[key] = Continuum.of(self.material, lines, coders)
        return self._cuts[key]

    @cached_property
    def _joint(self) -> Pieces:
        """Pieces cut by all codes that count for all codes together."""
        return pieces(self.material, [line for line in self.material.lines if line.top])

    def _equal_spans(self, lines: Sequence[Line], coders: tuple[int, ...]) -> Ints:
        """By document: codings that two coders made alike, and how many each made."""
        counts = np.zeros((len(self.material.documents), 3), np.int64)
        borders = self.material.borders
        for line in lines:
            own: list[Ints] = []
            for number, coder in enumerate(coders, 1):
                spans = np.unique(np.column_stack(self.material.of(line, coder)), axis=0)
                document = np.searchsorted(borders, spans[:, 0], side="right") - 1
                np.add.at(counts[:, number], document, 1)
                own.append(spans)
            both, times = np.unique(np.concatenate(own), axis=0, return_counts=True)
            document = np.searchsorted(borders, both[:, 0], side="right") - 1
            np.add.at(counts[:, 0], document, (times == len(coders)).astype(np.int64))
        return counts
