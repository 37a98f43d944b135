"""Agreement in words: why a coefficient is what it is, and the paragraph for the paper.

Everything here is Markdown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tcncode.agreement.asking import FEW_DOCUMENTS
from tcncode.agreement.coefficients import REASONS, Counts
from tcncode.agreement.statistics import ALL_CODES, STATISTICS, of_ratings
from tcncode.agreement.tables import short
from tcncode.model import AgreementResult, Table

WIDE = 0.2
"""Observed agreement this far above kappa needs explaining."""
HALF = 0.5
"""More than this is most of it. Where less of the text that either coded was coded by both, rarity
is no excuse."""
GWET, BP = "Gwet's AC1", "Brennan-Prediger"
_FORM = "(Po - Pe) / (1 - Pe)"
_SIGNS = re.compile(r"[\\`*\[\]<|]|(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a methods paragraph says beside the coefficients."""

    coders: tuple[str, ...]
    documents: int
    """Documents that count."""
    of: int
    """Documents of the study, as far as the comparison reaches."""
    share: float | None
    """Characters of the documents that count / of all."""
    unit: str
    codes: str
    """What was coded with, such as ``6 codes and their 18 sub-codes``."""
    codebook_version: str
    program: str
    replicates: int
    seed: int
    notes: tuple[str, ...]
    """What was left out or put together, a sentence each."""
    command: str
    chosen: tuple[str, ...]
    """How these documents were chosen, a sentence each; none where that is not known."""
    blind: int
    """Documents of which nobody could see the others' codings before all had finished."""


def plain(name: str) -> str:
    """A name so that Markdown shows it as it is.

    >>> plain("mary_ann"), plain("*bo* | [co]")
    ('mary_ann', '\\\\*bo\\\\* \\\\| \\\\[co\\\\]')
    """
    return _SIGNS.sub(r"\\\g<0>", name)


def code_span(words: str) -> str:
    """Words as they are, in a code span that backticks among them do not end.

    >>> code_span("agree bo"), code_span("agree 'b`o'"), code_span("agree b`")
    ('`agree bo`', "``agree 'b`o'``", '`` agree b` ``')
    """
    longest = max(map(len, re.findall("`+", words)), default=0)
    fence = "`" * (longest + 1)
    room = " " if words[:1] == "`" or words[-1:] == "`" else ""
    return f"{fence}{room}{words}{room}{fence}"


def explanation(
    line: str, coders: tuple[str, str], counts: Counts, boundary: int, trust: AgreementResult
) -> list[str]:
    """Formula, counts, prevalence, and why kappa is what it is, in paragraphs.

    Args:
        counts: in characters.
        boundary: characters of the disagreement that are about boundaries only.
        trust: kappa with its interval.
    """
    line = plain(line)
    first, second = coders = plain(coders[0]), plain(coders[1])
    both, one, two, neither, n = (
        counts.both, counts.first_only, counts.second_only, counts.neither, counts.n
    )  # fmt: skip
    out = [
        f"## {line}: {first} and {second}",
        "\n".join(
            [
                f"| characters | {second}: coded | {second}: not | sum |",
                "| --- | ---: | ---: | ---: |",
                f"| {first}: coded | {both} | {one} | {both + one} |",
                f"| {first}: not | {two} | {neither} | {two + neither} |",
                f"| sum | {both + two} | {one + neither} | {n} |",
            ]
        ),
    ]
    if not n:
        return [*out, "There is no text that both have finished."]
    a, b = (both + one) / n, (both + two) / n
    observed, expected = (both + neither) / n, a * b + (1 - a) * (1 - b)
    told = (
        f"{STATISTICS[trust.statistic].formula}; pA = {short(a)} is the share that {first} coded,"
        f" pB = {short(b)} what {second} did. Po = ({both} + {neither}) / {n} = {short(observed)};"
        f" Pe = {short(expected)}."
    )
    if trust.value is None:
        return [*out, f"kappa is not defined: {REASONS[trust.reason]}. {told}"]
    interval = ""
    if trust.low is not None and trust.high is not None:
        interval = f", 95 % {short(trust.low)} to {short(trust.high)} (bootstrap over documents)"
    out.append(f"kappa = {told.replace(_FORM, f'{_FORM} = {short(trust.value)}{interval}', 1)}")
    out.append(_why(line, coders, counts, observed, expected, trust.value))
    if one + two:
        out.append(_boundaries(one + two, boundary))
    return out


def _boundaries(differ: int, boundary: int) -> str:
    """How much of a disagreement, in characters, is about boundaries."""
    if not boundary:
        return (
            f"None of the {differ} characters on which they differ lies in a passage that both"
            " coded in part: they differ on what is coded, not on its boundaries."
        )
    if boundary == differ:
        return (
            f"All {differ} characters on which they differ lie in passages that both coded in"
            " part: they differ on boundaries alone."
        )
    share = boundary / differ
    half = "mostly on the boundaries" if share > HALF else "mostly on what is coded at all"
    return (
        f"Of {differ} characters on which they differ, {boundary} ({share:.0%})"
        f" lie in passages that both coded in part: they differ {half}."
    )


def _why(
    line: str, coders: tuple[str, str], counts: Counts, observed: float, expected: float,
    kappa: float,
) -> str:  # fmt: skip
    """What prevalence and unequal totals do to kappa."""
    n = counts.n
    a = (counts.both + counts.first_only) / n
    b = (counts.both + counts.second_only) / n
    rated = counts.ratings()
    values = {
        name: of_ratings(STATISTICS[name], rated).value for name in (GWET, BP, "Jaccard", "F1")
    }
    coded, other = values["Jaccard"], values["F1"]
    said = []
    chance = f"answers at random with these shares would agree on {expected:.1%}"
    if not counts.both and (counts.first_only or counts.second_only):
        silent = [name for name, share in zip(coders, (a, b), strict=True) if not share]
        said.append(
            (f"{silent[0]} coded none of the text. " if silent else "No text was coded by both. ")
            + f"They agree on {observed:.1%} of it only because neither coded that; {chance}."
        )
    elif observed - kappa > WIDE and coded is not None and coded < HALF:
        said.append(
            "kappa is low because what one coded, the other mostly did not. They agree on"
            f" {observed:.1%} of the text, the {counts.neither / n:.1%} that neither coded and the"
            f" {counts.both / n:.1%} that both did; {chance} (prevalence {(a + b) / 2:.1%})."
        )
    elif observed - kappa > WIDE:
        rare = (a + b) / 2 < HALF
        said.append(
            f"kappa is lower than the agreement on {observed:.1%} of the text, because"
            f" {'little' if rare else 'most'} of it has {line} (prevalence {(a + b) / 2:.1%}):"
            f" {chance} already, so"
            f" only {1 - expected:.1%} is left in which to agree better than chance."
        )
    else:
        said.append(f"Prevalence {(a + b) / 2:.1%}; {chance}.")
    if counts.both and coded is not None and other is not None:
        said.append(
            f"Of the text that either coded, both coded {coded:.1%} (Jaccard; F1 {short(other)})."
        )
    reach = min(a, b) + min(1 - a, 1 - b)
    most = (reach - expected) / (1 - expected)
    if most < 1:
        more = coders[0] if a > b else coders[1]
        said.append(
            f"{more} coded more, so kappa could at most be {short(most)} with these totals."
        )
    said.append(
        f"Coefficients with other chance terms: Gwet's AC1 {_shown(values[GWET])},"
        f" Brennan-Prediger {_shown(values[BP])}."
    )
    return " ".join(said)


def _shown(value: float | None) -> str:
    return "not defined" if value is None else short(value)


def methods(facts: Facts, results: Sequence[AgreementResult]) -> str:
    """A methods paragraph with its table and references, in Markdown.

    Args:
        results: for all coders together where they are three or more; of all documents together.
    """
    facts = replace(
        facts, coders=tuple(map(plain, facts.coders)), notes=tuple(map(plain, facts.notes))
    )
    results = [replace(r, code=plain(r.code)) for r in results]
    whole = {tuple(r.coders) for r in results if len(r.coders) == len(facts.coders)}
    results = [r for r in results if tuple(r.coders) in whole and r.code != ALL_CODES] + [
        r for r in results if tuple(r.coders) in whole and r.code == ALL_CODES
    ]
    shown = list(dict.fromkeys(r.statistic for r in results))
    said = [_sample(facts), *facts.chosen, *_blind(facts), _unit(facts, shown, results)]
    said += [*facts.notes, *_interval(facts, results)]
    said += _figures(results, shown)
    undefined = [r for r in results if r.value is None]
    if undefined:
        why: dict[tuple[str, str], dict[str, None]] = {}
        for r in undefined:
            why.setdefault((r.statistic, r.reason), {})[r.code] = None
        told = [
            f"{name} of {', '.join(codes)} ({REASONS[reason]})"
            for (name, reason), codes in why.items()
        ]
        said.append(f"Not defined, and left out of any statement: {'; '.join(told)}.")
    said.append(
        f"Computed with {facts.program}; codebook version {facts.codebook_version};"
        f" {code_span(facts.command)}."
    )
    return "\n\n".join([" ".join(said), _markdown(results, shown), _references(shown)]) + "\n"


def _sample(facts: Facts) -> str:
    who = ", ".join(facts.coders[:-1]) + f" and {facts.coders[-1]}"
    share = "" if facts.share is None else f" ({facts.share:.0%} of the text)"
    blind = ", without seeing each other's codings" if facts.blind == facts.documents else ""
    return (
        f"{who} each coded {facts.documents} of {facts.of} documents{share} with"
        f" {facts.codes}{blind}; only documents that all of them had finished were compared."
        if facts.of
        else f"{who} have no document in common."
    )


def _blind(facts: Facts) -> list[str]:
    """How many documents were coded blind, where not all were."""
    if facts.blind == facts.documents:
        return []
    if not facts.blind:
        return ["The project has no record that these documents were coded blind."]
    are = "was" if facts.blind == 1 else "were"
    return [
        f"{facts.blind} of these {facts.documents} documents {are} coded without seeing each"
        " other's codings; of the others the project has no such record."
    ]


def _unit(facts: Facts, shown: Sequence[str], results: Sequence[AgreementResult]) -> str:
    n = max((r.n for r in results if r.code != ALL_CODES), default=0)
    names = ", ".join(
        f"{name} ({STATISTICS[name].source})" if STATISTICS[name].source else name for name in shown
    )
    return (
        f"Agreement was computed per code, as coded or not coded, with the {facts.unit} as unit"
        f" ({n:,} units per code); cells were summed over the documents before dividing."
        f" Coefficients: {names}."
    )


def _interval(facts: Facts, results: Sequence[AgreementResult]) -> list[str]:
    if not any(r.low is not None for r in results):
        if facts.documents == 1 and facts.replicates:
            return [
                "No interval is given: of a single document nothing tells how much they differ."
            ]
        return []
    few = facts.documents < FEW_DOCUMENTS
    return [
        "Intervals are 95 % percentile intervals of a bootstrap over documents"
        f" ({facts.replicates:,} replicates, seed {facts.seed})"
        + ("; with so few documents they are not to be relied on." if few else ".")
    ]


_WORDS = ("observed", "alpha of", "exact")
"""What names of coefficients begin with that are words, not symbols: u-alpha is not U-alpha."""


def _figures(results: Sequence[AgreementResult], shown: Sequence[str]) -> list[str]:
    said = []
    for name in shown:
        rows = [r for r in results if r.statistic == name and r.code != ALL_CODES]
        defined = sorted((r for r in rows if r.value is not None), key=lambda r: r.value or 0.0)
        overall = [r for r in results if r.statistic == name and r.code == ALL_CODES]
        if defined:
            low, high = defined[0], defined[-1]
            begun = name[:1].upper() + name[1:] if name.startswith(_WORDS) else name
            text = f"{begun} was between {_of(low)} ({low.code}) and {_of(high)} ({high.code})"
            if low is high:
                text = f"{begun} was {_of(low)} ({low.code})"
            elif low.value == high.value:
                text = f"{begun} was {short(low.value or 0.0)} for each code"
            pooled = [r for r in overall if r.value is not None]
            said.append(text + (f"; {_of(pooled[0])} over all codes." if pooled else "."))
        elif overall and overall[0].value is not None:
            said.append(f"{name} was {_of(overall[0])}.")
    return said


def _of(result: AgreementResult) -> str:
    if result.value is None:
        return "not defined"
    if result.low is None or result.high is None or not STATISTICS[result.statistic].source:
        return short(result.value)
    return f"{short(result.value)} [{short(result.low)}, {short(result.high)}]"


def _markdown(results: Sequence[AgreementResult], shown: Sequence[str]) -> str:
    cells = {(r.code, r.statistic): r for r in results}
    lines = ["| code | " + " | ".join(shown) + " |", "| --- |" + " ---: |" * len(shown)]
    for code in dict.fromkeys(r.code for r in results):
        row = [cells.get((code, name)) for name in shown]
        lines.append(f"| {code} | " + " | ".join("" if r is None else _of(r) for r in row) + " |")
    return "\n".join(lines)


REFERENCES = {
    "Cohen 1960": "Cohen, J. (1960). A coefficient of agreement for nominal scales. *Educational"
    " and Psychological Measurement*, 20(1), 37-46.",
    "Light 1971": "Light, R. J. (1971). Measures of response agreement for qualitative data."
    " *Psychological Bulletin*, 76(5), 365-377.",
    "Fleiss 1971": "Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters."
    " *Psychological Bulletin*, 76(5), 378-382.",
    "Krippendorff 2019": "Krippendorff, K. (2019). *Content Analysis: An Introduction to Its"
    " Methodology* (4th ed.). Sage.",
    "Scott 1955": "Scott, W. A. (1955). Reliability of content analysis: The case of nominal"
    " scale coding. *Public Opinion Quarterly*, 19(3), 321-325.",
    "Gwet 2008": "Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the"
    " presence of high agreement. *British Journal of Mathematical and Statistical Psychology*,"
    " 61(1), 29-48.",
    "Brennan & Prediger 1981": "Brennan, R. L., & Prediger, D. J. (1981). Coefficient kappa: Some"
    " uses, misuses, and alternatives. *Educational and Psychological Measurement*, 41(3),"
    " 687-699.",
    "Holsti 1969": "Holsti, O. R. (1969). *Content Analysis for the Social Sciences and"
    " Humanities*. Addison-Wesley.",
    "Passonneau 2006": "Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for"
    " semantic and pragmatic annotation. *Proceedings of LREC*.",
    "Krippendorff et al. 2016": "Krippendorff, K., Mathet, Y., Bouvry, S., & Widlöcher, A. (2016)."
    " On the reliability of unitizing textual continua: Further developments. *Quality &"
    " Quantity*, 50(6), 2347-2364.",
}
"""What a statistic's ``source`` stands for."""


def _references(shown: Sequence[str]) -> str:
    sources = dict.fromkeys(STATISTICS[name].source for name in shown)
    return "\n".join(f"- {REFERENCES[source]}" for source in sorted(sources) if source)


def boundary_table(
    rows: Sequence[tuple[str, tuple[str, ...], Counts, Counts, dict[str, int]]], note: str
) -> Table:
    """How much of the disagreement would go if boundaries were ignored.

    Args:
        rows: code, coders, counts, counts without boundary differences, characters by kind.
    """
    out = []
    for code, coders, counts, without, kinds in rows:
        differ = counts.first_only + counts.second_only
        kappa = STATISTICS["Cohen's kappa"]
        out.append(
            (code, " / ".join(coders), counts.both, differ, *kinds.values())
            + (kinds["boundary"] / differ if differ else None,)
            + (of_ratings(kappa, counts.ratings()).value,)
            + (of_ratings(kappa, without.ratings()).value,)
        )
    columns = (
        "code", "coders", "both", "differ", "boundary", "code differs", "one coded",
        "boundary_share", "kappa", "kappa_without_boundaries",
    )  # fmt: skip
    return Table("Boundaries and meaning", columns, tuple(out), note)
