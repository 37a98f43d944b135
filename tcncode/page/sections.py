"""The sections of the full report, in their order; and its summary."""

from __future__ import annotations

from tcncode.agreement.statistics import ALL_CODES, STATISTICS
from tcncode.page import between, evidence, places, texts
from tcncode.page.contents import Maker, Section, Study, column, counted, joined


def summary(study: Study) -> Section:
    """How large the study is, and what stands out."""
    table = study.report("networks")
    codings = study.report("coders")
    with_codings = {row["network"] for row in table.records() if row["codings"]}
    facts = [
        ("documents", f"{len(study.material.documents):,}"),
        ("words", f"{study.words:,}"),
        ("networks with codings", f"{len(with_codings):,}"),
        ("codes", f"{len(study.project.codebook.codes):,}"),
        ("coders", f"{len(codings.rows):,}"),
        ("codings", f"{sum(column(codings, 'codings')):,}"),
    ]
    own: dict[str, dict[str, int]] = {}
    for row in table.records():
        own.setdefault(row["network"], {})[row["code"]] = row["words"]
    leads: dict[str, list[str]] = {}
    for network, counts in own.items():
        most = [code for code, n in counts.items() if n and n == max(counts.values())]
        if len(most) == 1:
            leads.setdefault(most[0], []).append(network)
    words = [table.warning] if table.warning else []
    words += [
        f"{code} has more coded words than any other function in"
        f" {counted(len(networks), 'network')}: {joined([*map(study.named, networks)], most=8)}."
        for code, networks in sorted(leads.items(), key=lambda each: (-len(each[1]), each[0]))
    ]
    words += _agreement(study)
    words.append(
        "Every table says how it was made and which command repeats it; every figure has the"
        " table with its numbers behind it; every quotation carries its document, its place and a"
        ' short hash of its words, so that "tcncode verify" can hold it against the project.'
    )
    return Section("summary", "Summary", words, facts)


def _agreement(study: Study) -> list[str]:
    compared = study.compared
    if isinstance(compared, str):
        return [f"Agreement was not computed. {compared}"]
    pooled = [
        r for r in compared.results
        if r.code == ALL_CODES and r.low is not None and STATISTICS[r.statistic].source
        and r.coders == compared.coders
    ]  # fmt: skip
    return [
        f"{r.statistic} over all codes is {r.value:.2f} (95 % {r.low:.2f} to {r.high:.2f}), from"
        f" {counted(r.documents, 'document')} that {joined(compared.coders)} finished."
        for r in pooled[:1]
    ]


SECTIONS: dict[str, Maker] = {
    "summary": summary,
    "networks": between.functions,
    "purposes": between.purposes,
    "overlap": between.overlap,
    "cities": places.cities,
    "statements": places.statements,
    "together": texts.together,
    "time": texts.over_time,
    "kinds": texts.kinds,
    "mentions": texts.mentions,
    "agreement": evidence.agreement,
    "coverage": texts.coverage,
    "coders": texts.coders,
    "quotations": evidence.quotations,
    "codebook": evidence.codebook,
    "commands": evidence.appendix,
}
"""Name -> what makes the section, in the page's order; ``commands`` lists what the others asked."""
