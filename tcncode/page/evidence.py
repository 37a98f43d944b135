"""Sections that a reader trusts the others by: agreement, quotations, codebook, commands."""

from __future__ import annotations

import shlex
from typing import Any

from tcncode import __version__
from tcncode.agreement.statistics import ALL_CODES, STATISTICS
from tcncode.agreement.tables import review_table
from tcncode.model import Table
from tcncode.page.contents import Quotation, Section, Study, command_of, joined
from tcncode.page.lines import Estimate, estimates
from tcncode.page.quoted import STATED
from tcncode.reports import NO_NETWORK, report_command


def agreement(study: Study) -> Section:
    """How far coders agree, and the methods paragraph."""
    compared = study.compared
    title = "How far coders agree"
    if isinstance(compared, str):
        return Section("agreement", title, [f"Agreement was not computed. {compared}"])
    table = review_table(compared.results, compared.note)
    corrected = [r.statistic for r in compared.results if STATISTICS[r.statistic].source]
    chosen = next(iter(corrected), None)
    own = [r for r in compared.results if r.statistic == chosen]
    # Of several coders all together; where no such figure is, each pair over all codes.
    own = [r for r in own if r.coders == compared.coders] or [r for r in own if r.code == ALL_CODES]
    figures = []
    if chosen:
        several = len({r.coders for r in own}) > 1
        each = [
            Estimate(f"{r.code}, {' / '.join(r.coders)}" if several else r.code,
                     r.value, r.low, r.high)
            for r in own
        ]  # fmt: skip
        caption = (
            f"{chosen} with its 95 % interval by bootstrap over documents. 1 is perfect, 0 is what"
            " chance alone would give."
        )
        figures.append(
            estimates("agreement-by-code", f"{chosen} by code", table, each, caption=caption)
        )
    methods = study.project.agreement_methods(study.comparison)
    # The page has the table already, with its headings marked.
    words = "\n\n".join(block for block in methods.split("\n\n") if not block.startswith("|"))
    left = [f"{name} ({why})" for name, why in compared.left_out.items()]
    told = [f"Left out: {joined(left, most=20)}."] if left else []
    return Section(
        "agreement", title, told, figures=figures, markdown=words,
        tables=[] if figures else [table],
    )  # fmt: skip


def quotations(study: Study) -> Section | None:
    """The best quotations of each network and function."""
    if not study.quotations:
        return None
    table = study.report("quotes", per_code=study.quotations)
    groups: dict[str, list[Quotation]] = {}
    for row in table.records():
        network = study.named(row["network"] or NO_NETWORK)
        groups.setdefault(network, []).append(_quotation(study, row))
    if not groups:
        return None
    words = [f"{table.note[0].upper()}{table.note[1:]}"]
    return Section("quotations", "Quotations", words, quotations=sorted(groups.items()))


def _quotation(study: Study, row: dict[str, Any]) -> Quotation:
    entry = study.documents[row["document"]]
    said = [row["place"], f"{row['speaker']} speaking" if row["speaker"] else ""]
    many = row["coders"]
    return Quotation(
        row["document"], row["name"], row["start"], row["end"], row["hash"], row["quotation"],
        code=row["code"], place=", ".join(each for each in said if each),
        date=row["date"] or "",
        coders=f"{many} coders" if many > 1 else "1 coder",
        role=study.colours.code(row["code"]), language=entry.language,
        stated={key: "" if row[key] is None else str(row[key]) for key in STATED if key in row},
    )  # fmt: skip


def codebook(study: Study) -> Section:
    """The codebook, for the appendix."""
    book = study.project.codebook
    codes = [
        {
            "path": code.path, "name": code.name, "depth": code.depth, "purpose": code.purpose,
            "definition": code.definition, "when_to_use": code.when_to_use,
            "when_not": code.when_not, "example": code.example, "source": code.source,
            "role": study.colours.code(code.path),
        }
        for code in book.codes
    ]  # fmt: skip
    words = [f"{book.name}, version {study.project.codebook_version}."]
    words += [f"Source: {source}" for source in book.sources]
    return Section("codebook", "The codebook", words, codes=codes)


def appendix(study: Study) -> Section:
    """Every command that the page's tables came from."""
    commands = [
        (tables[0].title, command)
        for tables in study.made.values()
        if tables and (command := command_of(tables[0]))
    ]
    if not isinstance(study.compared, str):
        found = command_of(Table("", (), (), study.compared.note))
        commands += [("Agreement", found), ("Methods paragraph", f"{found} --methods")]
    commands += [
        ("Cities: declared and listed", "tcncode networks check"),
        ("Networks and cities", "tcncode networks list; tcncode networks cities"),
        ("Codebook", "tcncode codebook show"),
        ("This page", f"{page_command(study)} -o report.html"),
        ("Its figures for a paper", f"{figure_command(study)} -o figures"),
        ("Quotations held against the project", "tcncode verify REPORT.html"),
    ]
    words = [
        f"Made with tcncode {__version__}. Codebook {study.project.codebook_version}. Each"
        " command prints its table from the project as it then is.",
    ]
    return Section("commands", "How to repeat it", words, commands=commands)


def page_command(study: Study) -> str:
    """The command that makes the page again, without the file it goes to."""
    made = report_command("full", study.filters)
    if study.statements is not None:
        made += " --statements"
        made += "" if study.shipped else f" {shlex.quote(str(study.statements))}"
    if study.quotations != 2:
        made += f" --quotations {study.quotations}"
    return made


def figure_command(study: Study) -> str:
    """The command that makes its figures again, without the folder they go to."""
    return report_command("figures", study.filters)
