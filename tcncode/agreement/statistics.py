"""The statistics that ``agree`` knows, by name: what each needs, how it is computed, who made it.

``of_ratings`` computes those that rest on labels alone. Nothing here imports numpy, so that the
command line can offer the names without loading it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from tcncode.agreement.coefficients import (
    Quotients,
    Ratings,
    Value,
    brennan_prediger,
    cohen_kappa,
    f1,
    fleiss_kappa,
    gwet_ac1,
    jaccard,
    krippendorff_alpha,
    light_kappa,
    observed_agreement,
    scott_pi,
    value_of,
)
from tcncode.errors import UsageError
from tcncode.model import nearest

ALL_CODES = "(all codes)"
"""What stands in the ``code`` of rows over all codes."""
UNITS = ("character", "sentence", "paragraph", "turn", "document")


@dataclass(frozen=True, slots=True)
class Statistic:
    """One coefficient."""

    key: str
    """What is quick to type."""
    name: str
    """What stands in tables."""
    kind: Literal["labels", "spans", "sets", "unitizing"]
    """What it is computed from: there or not in each unit; equal spans; sets of codes; units with
    boundaries."""
    formula: str
    source: str
    """Author and year, as a paper would cite it."""
    coders: Literal["two", "any", "all"] = "any"
    """For two coders; for two or more; or for three or more together."""
    lines: Literal["both", "codes", "all"] = "both"
    """Whether there is a value for each code, for all codes together, or both."""
    quotients: Callable[[Ratings], Quotients] | None = None
    complete: bool = False
    """Whether every coder must have finished every document."""
    undefined: str = "no_variation"
    """Why it is not defined when there is something to compare."""


_FORM = "(Po - Pe) / (1 - Pe)"
_ALL = (
    Statistic(
        "agreement", "observed agreement", "labels",
        "Po = the share of units on which two coders gave the same answer", "",
        quotients=observed_agreement,
    ),
    Statistic(
        "kappa", "Cohen's kappa", "labels",
        f"{_FORM}, Pe = pA pB + (1 - pA)(1 - pB)", "Cohen 1960",
        coders="two", quotients=cohen_kappa,
    ),
    Statistic(
        "light", "Light's kappa", "labels", "the mean of Cohen's kappas over the pairs of coders",
        "Light 1971", coders="all", quotients=light_kappa, undefined="pair_undefined",
    ),
    Statistic(
        "fleiss", "Fleiss' kappa", "labels",
        f"{_FORM}, Pe = p^2 + (1 - p)^2, p = the share of yes of all answers", "Fleiss 1971",
        quotients=fleiss_kappa, complete=True,
    ),
    Statistic(
        "alpha", "Krippendorff's alpha", "labels",
        "1 - Do / De, Do = disagreement within units, De = between all answers; nominal",
        "Krippendorff 2019", quotients=krippendorff_alpha,
    ),
    Statistic(
        "scott", "Scott's pi", "labels",
        f"{_FORM}, Pe = p^2 + (1 - p)^2, p = (pA + pB) / 2", "Scott 1955",
        coders="two", quotients=scott_pi,
    ),
    Statistic(
        "ac1", "Gwet's AC1", "labels", f"{_FORM}, Pe = 2 p (1 - p)", "Gwet 2008",
        quotients=gwet_ac1,
    ),
    Statistic(
        "bp", "Brennan-Prediger", "labels", f"{_FORM}, Pe = 1 / 2: there, or not there",
        "Brennan & Prediger 1981", quotients=brennan_prediger,
    ),
    Statistic(
        "jaccard", "Jaccard", "labels", "coded by both / coded by at least one", "",
        coders="two", quotients=jaccard, undefined="nobody_coded",
    ),
    Statistic(
        "f1", "F1", "labels", "2 x coded by both / (coded by the first + coded by the second)", "",
        coders="two", quotients=f1, undefined="nobody_coded",
    ),
    Statistic(
        "holsti", "exact F1 (Holsti)", "spans",
        "2 M / (N1 + N2), M = codings with the same boundaries", "Holsti 1969",
        coders="two", undefined="nobody_coded",
    ),
    Statistic(
        "sets", "alpha of sets, nominal", "sets",
        "Krippendorff's alpha; a unit's label is its set of codes, equal or not",
        "Krippendorff 2019", lines="all",
    ),
    Statistic(
        "sets-jaccard", "alpha of sets, Jaccard", "sets",
        "Krippendorff's alpha; distance of sets 1 - common / all; two empty sets 0",
        "Krippendorff 2019", lines="all",
    ),
    Statistic(
        "sets-masi", "alpha of sets, MASI", "sets",
        "Krippendorff's alpha; distance of sets 1 - Jaccard x (1 equal, 2/3 one within the"
        " other, 1/3 they meet, 0)",
        "Passonneau 2006", lines="all",
    ),
    Statistic(
        "u-alpha", "u-alpha", "unitizing",
        "1 - Do / De of the continuum: where the units are, and what",
        "Krippendorff et al. 2016",
    ),
    Statistic(
        "bar-u-alpha", "|u-alpha", "unitizing", "the same for coded against not coded",
        "Krippendorff et al. 2016", lines="all",
    ),
    Statistic(
        "cu-alpha", "cu-alpha", "unitizing",
        "the same for the text that both coded: with which code",
        "Krippendorff et al. 2016", lines="all",
    ),
    Statistic(
        "ku-alpha", "(k)u-alpha", "unitizing",
        "the same for one code against the others, in the text that both coded",
        "Krippendorff et al. 2016", lines="codes",
    ),
)  # fmt: skip
STATISTICS = {statistic.name: statistic for statistic in _ALL}
"""Every statistic by its name, in the order of tables."""
KEYS = {statistic.key: statistic.name for statistic in _ALL}
"""What is quick to type -> the name."""
FOR_TWO = ("observed agreement", "Cohen's kappa", "F1")
FOR_MORE = ("observed agreement", "Cohen's kappa", "Light's kappa", "Krippendorff's alpha")
"""What is shown where nothing was asked for, by the number of coders."""


def statistic(name: str) -> Statistic:
    """The statistic of this name, or of this short name.

    Raises:
        UsageError: there is none.
    """
    found = STATISTICS.get(KEYS.get(name, name))
    if found is None:
        near = "".join(f' Did you mean "{n}"?' for n in nearest(name, [*KEYS, *STATISTICS]))
        raise UsageError(f'There is no statistic "{name}".{near} There are: {", ".join(KEYS)}.')
    return found


def of_ratings(wanted: Statistic, ratings: Ratings) -> Value:
    """A statistic of labels, with the reason where it is not defined."""
    assert wanted.quotients is not None, wanted.name
    if not any(ratings.weights):
        return Value(None, "no_text")
    if not ratings.pairable():
        return Value(None, "no_pair")
    if wanted.complete and not ratings.complete:
        return Value(None, "not_everybody")
    return value_of(wanted.quotients(ratings), wanted.undefined)
