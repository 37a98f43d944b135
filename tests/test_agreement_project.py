"""Agreement in a project: who counts, what is left out, and what the commands say."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import TEXTS, Run, add

from tcncode.agreement.statistics import KEYS, STATISTICS
from tcncode.project import Comparison, Project, agree_command
from tcncode.text import Span

LETTER = TEXTS["letter"][0].removeprefix("\ufeff").replace("\r\n", "\n")
TALK = "Interviewer: How did it begin?\n\nMayor: We asked Ghent. They told us how.\n"


@pytest.fixture
def coded(study: Project) -> Project:
    """amina and ben finished the letter and the notes, cem the letter alone; see each span."""
    for coder, document, code, span in (
        ("amina", "letter", "sharing", (0, 24)),
        ("amina", "letter", "shaming", (71, 110)),
        ("amina", "notes", "sharing/peer-learning", (0, 14)),
        ("ben", "letter", "sharing", (3, 24)),
        ("ben", "notes", "sharing", (0, 20)),
        ("ben", "arabic", "showcasing", (0, 9)),
        ("cem", "letter", "sharing", (30, 40)),
        ("cem", "letter", "shaming", (71, 110)),
    ):
        as_coder(study, coder).code(study.document_id(document), Span(*span), code)
    for coder, documents in (
        ("amina", ["letter", "notes"]), ("ben", ["letter", "notes"]), ("cem", ["letter"]),
    ):  # fmt: skip
        as_coder(study, coder).finish(documents)
    return as_coder(study, "amina")


def as_coder(project: Project, coder: str) -> Project:
    project.coder = coder
    return project


def found(project: Project, code: str, statistic: str = "Cohen's kappa", **asked):
    """Results for a code: coders -> result."""
    options = {"replicates": 0, "statistics": ("agreement", "kappa", "alpha", "light")} | asked
    compared = project.agree(Comparison(**options))
    return {
        r.coders: r for r in compared.results if (r.code, r.statistic) == (code, statistic)
    }, compared


def rows(ran) -> list[dict[str, object]]:
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_only_documents_finished_by_all_count_and_others_are_named_with_the_reason(coded):
    pairs, compared = found(coded, "sharing", coders=("amina", "ben", "cem"))
    assert compared.documents == ("letter",)
    assert compared.left_out == {
        "arabic": "not finished by amina, ben, cem",
        "notes": "not finished by cem",
    }
    assert {r.n for r in pairs.values()} == {len(LETTER)}


def test_partial_also_counts_documents_that_two_have_finished(coded):
    asked = {"coders": ("amina", "ben", "cem"), "partial": True}
    pairs, compared = found(coded, "sharing", **asked)
    assert compared.documents == ("letter", "notes")
    lengths = [len(LETTER), len(TEXTS["notes"][0])]
    assert pairs["amina", "ben"].n == sum(lengths)
    assert pairs["amina", "cem"].n == lengths[0]
    three, _ = found(coded, "sharing", "Krippendorff's alpha", **asked)
    assert three["amina", "ben", "cem"].documents == 2
    complete, _ = found(coded, "sharing", "Fleiss' kappa", statistics=("fleiss",), **asked)
    assert complete["amina", "ben", "cem"].reason == "not_everybody"


def test_without_names_everybody_who_has_finished_something_is_compared(coded):
    assert coded.agree(Comparison(replicates=0)).coders == ("amina", "ben", "cem")


def test_a_sub_code_counts_for_the_codes_above_it(coded):
    pairs, _ = found(coded, "sharing", coders=("amina", "ben"))
    result = pairs["amina", "ben"]
    assert (result.both, result.first_only, result.second_only) == (21 + 14, 3, 6)
    below, _ = found(coded, "sharing/peer-learning", coders=("amina", "ben"), sub_codes=True)
    assert (below["amina", "ben"].both, below["amina", "ben"].first_only) == (0, 14)
    whole, _ = found(coded, "(all codes)", coders=("amina", "ben"), sub_codes=True)
    flat, _ = found(coded, "(all codes)", coders=("amina", "ben"))
    assert whole == flat


def test_codes_are_rolled_up_to_purposes(coded):
    names = [c.path for c in coded.codebook.codes if c.purpose == "practical" and c.depth == 0]
    each = [found(coded, name, coders=("amina", "ben"))[0]["amina", "ben"] for name in names]
    pairs, _ = found(coded, "practical", coders=("amina", "ben"), purposes=True)
    assert pairs["amina", "ben"].both == sum(r.both for r in each)


def test_a_groups_coding_is_what_any_of_them_coded(coded):
    asked = {"coders": ("ben",), "groups": {"others": ("amina", "cem")}}
    pairs, compared = found(coded, "sharing", **asked)
    assert compared.coders == ("ben", "others")
    result = pairs["ben", "others"]
    assert (result.both, result.first_only, result.second_only) == (35, 6, 3 + 10)
    assert compared.documents == ("letter", "notes")


def test_a_group_may_be_named_among_the_coders_too(coded, tcncode):
    group = ("--group", "others=amina,cem", "--format", "json", "--statistic", "kappa")
    runs = [
        tcncode("-p", coded.path, "agree", *who, *group) for who in (["ben"], ["others", "ben"])
    ]
    assert runs[0].code == 0 and runs[1].code == 0, runs[1].err
    assert runs[0].out == runs[1].out != ""
    both = tcncode("-p", coded.path, "agree", "ben", "cem", "--group", "cem=amina,ben")
    assert both.code == 2 and "compared with themselves" in both.err


def test_a_group_has_not_finished_what_one_of_them_was_asked_to_and_has_not(coded):
    coded.assign(["notes"], ["cem"])
    _, compared = found(coded, "sharing", coders=("ben",), groups={"others": ("amina", "cem")})
    assert compared.left_out["notes"] == "not finished by others"


@pytest.mark.parametrize(
    "words",
    [
        ["amina", "amina"],
        ["amina", "--group", "x=amina,ben"],
        ["amina", "nobody"],
        ["amina"],
        ["amina", "ben", "--statistic", "kapa"],
        ["amina", "ben", "--by", "document", "--over", "week"],
        ["amina", "ben", "--methods", "--by", "kind"],
        ["amina", "ben", "--methods", "--boundaries"],
        ["--group", "x", "amina"],
        ["--group", "x=amina", "--group", "x=ben"],
    ],
)
def test_what_makes_no_comparison_is_refused_in_one_line(coded, tcncode: Run, words):
    ran = tcncode("-p", coded.path, "agree", *words)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1


def test_codings_that_began_as_suggestions_can_be_left_out(coded, tcncode: Run):
    with sqlite3.connect(coded.path) as database:
        database.execute("UPDATE coding SET origin = 'suggestion' WHERE coder = 'ben'")
    both = rows(
        tcncode("-p", coded.path, "agree", "amina", "ben", "--origin", "both", "--statistic",
                "agreement", "--format", "json")
    )  # fmt: skip
    told = {r["origin"]: r["both"] for r in both if r["code"] == "sharing"}
    assert told == {"all": 35, "no suggestions": 0}


def test_interviewers_turns_can_be_left_out(tcncode: Run, study: Project, tmp_path: Path):
    add(study, tmp_path, "talk", TALK)
    key = study.document_id("talk")
    mayor = TALK.index("We asked")
    as_coder(study, "amina").code(key, Span(0, len(TALK) - 1), "sharing")
    as_coder(study, "ben").code(key, Span(mayor, mayor + 14), "sharing")
    for coder in ("amina", "ben"):
        as_coder(study, coder).finish(["talk"])
    pairs, _ = found(study, "sharing", coders=("amina", "ben"))
    assert pairs["amina", "ben"].n == len(TALK)
    (asked,) = [s for s in study.segments(key, "turn") if s.speaker == "Interviewer"]
    left = found(study, "sharing", coders=("amina", "ben"), no_interviewers=True)[0]["amina", "ben"]
    assert left.n == len(TALK) - (asked.span.end - asked.span.start)
    assert left.both == 14
    turns = found(study, "sharing", coders=("amina", "ben"), no_interviewers=True, unit="turn")[0]
    assert turns["amina", "ben"].n == 1
    explained = study.explain_agreement(
        Comparison(("amina", "ben"), no_interviewers=True), "sharing"
    )[0]
    for row in explained.costliest.records():
        there = " ".join(TALK[row["start"] : row["end"]].split())
        assert there.startswith(row["quotation"].removesuffix("...")) and there
        assert row["end"] <= len(TALK)


def test_nobody_learns_of_blind_codings_before_all_have_finished(coded):
    coded.assign(["letter"], ["amina", "ben", "dora"], blind=True)
    as_coder(coded, "dora")
    _, compared = found(coded, "sharing", coders=("amina", "ben"))
    assert compared.left_out["letter"] == "coded blind, and not all have finished"
    assert compared.documents == ("notes",)


def test_results_by_document_network_and_kind_add_up(coded):
    for by in ("document", "network", "kind"):
        compared = coded.agree(
            Comparison(("amina", "ben"), by=by, statistics=("agreement",), replicates=0)
        )
        parts = [r for r in compared.results if r.code == "sharing"]
        assert sum(r.both for r in parts) == 35 and sum(r.documents for r in parts) == 2
    assert {r.group for r in parts} == {"other"}


def test_drift_by_week_order_and_codebook(coded, monkeypatch):
    with sqlite3.connect(coded.path) as database:
        for coder, document, day in (
            ("amina", "letter", "2026-01-05"), ("ben", "letter", "2026-01-13"),
            ("amina", "notes", "2026-01-06"), ("ben", "notes", "2026-01-07"),
        ):  # fmt: skip
            key = f"{coded.document_id(document)}/{coder}"
            database.execute(
                "UPDATE assignment SET finished = ? WHERE id = ?", (f"{day}T10:00:00Z", key)
            )
        database.execute(
            "UPDATE coding SET codebook_version = 'older' WHERE document = ?",
            (coded.document_id("letter"),),
        )

    def groups(over: str) -> list[tuple[str, int]]:
        asked = Comparison(("amina", "ben"), over=over, statistics=("agreement",), replicates=0)
        return [(r.group, r.n) for r in coded.agree(asked).results if r.code == "sharing"]

    letter, notes = len(LETTER), len(TEXTS["notes"][0])
    assert groups("week") == [("2026-W02", notes), ("2026-W03", letter)]
    assert groups("order") == [("documents 1-1", notes), ("documents 2-2", letter)]
    now = f"codebook {coded.codebook_version}"
    assert dict(groups("codebook")) == {"codebook older": letter, now: notes}
    with sqlite3.connect(coded.path) as database:
        database.execute(
            "UPDATE coding SET created = CASE codebook_version WHEN 'older' THEN"
            " '2026-01-01T10:00:00Z' ELSE '2026-02-01T10:00:00Z' END"
        )
    assert [name for name, _ in groups("codebook")] == ["codebook older", now]
    with sqlite3.connect(coded.path) as database:
        database.execute(
            "UPDATE coding SET created = '2025-01-01T10:00:00Z' WHERE codebook_version <> 'older'"
        )
    assert [name for name, _ in groups("codebook")] == [now, "codebook older"]


def test_explain_shows_the_table_the_formula_and_the_costliest_disagreements(coded, tcncode: Run):
    ran = tcncode("-p", coded.path, "agree", "amina", "ben", "--explain", "sharing")
    assert ran.code == 0, ran.err
    for words in (
        "| amina: coded | 35 | 3 | 38 |",
        "(Po - Pe) / (1 - Pe)",
        "Gwet's AC1",
        "Jaccard",
    ):
        assert words in ran.out
    found = rows(
        tcncode("-p", coded.path, "agree", "amina", "ben", "--explain", "sharing", "--format",
                "json")
    )  # fmt: skip
    told = {(r["name"], r["coded_by"], r["start"], r["end"], r["kind"]) for r in found}
    assert told == {
        ("notes", "ben", 14, 20, "boundary"),
        ("letter", "amina", 0, 3, "boundary"),
    }
    assert [r["characters"] for r in found] == [6, 3]
    assert all(r["cost"] > 0 for r in found)


def test_boundaries_are_told_from_meaning(coded):
    coded.coder = "ben"
    coded.code(coded.document_id("letter"), Span(80, 90), "showcasing")
    table = {r["code"]: r for r in coded.boundaries(Comparison(("amina", "ben"))).records()}
    sharing, shaming = table["sharing"], table["shaming"]
    assert (sharing["differ"], sharing["boundary"], sharing["boundary_share"]) == (9, 9, 1)
    assert sharing["kappa_without_boundaries"] == 1
    assert (shaming["boundary"], shaming["code differs"], shaming["one coded"]) == (0, 39, 0)
    assert shaming["kappa_without_boundaries"] == shaming["kappa"]
    assert table["showcasing"]["code differs"] == 10


@pytest.fixture
def crossed(coded: Project) -> Project:
    """ben gave other codes, at the top and below, to passages that amina coded."""
    coded.coder = "ben"
    for document, code, span in (
        ("letter", "shaming", (60, 80)),
        ("letter", "showcasing", (80, 90)),
        ("letter", "sharing/information-tools", (26, 30)),
    ):
        coded.code(coded.document_id(document), Span(*span), code)
    coded.coder = "amina"
    coded.code(coded.document_id("letter"), Span(26, 30), "sharing/peer-learning")
    return coded


def same(results) -> list[tuple[object, ...]]:
    return [
        (r.code, r.coders, r.statistic, r.value, r.n, r.both, r.first_only, r.reason, r.coverage,
         r.low, r.high)
        for r in results
    ]  # fmt: skip


@pytest.mark.parametrize("sub_codes", [False, True])
@pytest.mark.parametrize("coders", [("amina", "ben"), ("amina", "ben", "cem")])
def test_asking_for_one_code_changes_no_figure_of_it(crossed, coders, sub_codes):
    asked = Comparison(coders, statistics=tuple(KEYS), sub_codes=sub_codes, replicates=100)
    every = crossed.agree(asked).results
    joint = {s.name for s in STATISTICS.values() if s.lines == "all"}
    for code in ("shaming", "sharing"):
        wanted = [
            r for r in every
            if r.code == code or (sub_codes and r.code.startswith(f"{code}/"))
            or (r.code == "(all codes)" and r.statistic in joint)
        ]  # fmt: skip
        only = crossed.agree(replace(asked, code=code))
        assert same(only.results) == same(wanted)
        assert f"not on {code} alone" in only.note
    told = {r.statistic: r.value for r in every if r.code in ("shaming", "(all codes)")}
    if len(coders) == 2:
        assert None not in (told["cu-alpha"], told["(k)u-alpha"], told["alpha of sets, MASI"])


def test_a_sub_codes_figures_are_those_of_its_line_among_all(crossed):
    asked = Comparison(("amina", "ben"), statistics=tuple(KEYS), replicates=0, sub_codes=True)
    name = "sharing/peer-learning"
    every = [r for r in crossed.agree(asked).results if r.code == name]
    only = crossed.agree(replace(asked, code=name, sub_codes=False)).results
    assert same(r for r in only if r.code == name) == same(every)


def test_boundaries_of_one_code_are_told_apart_by_all_codes(crossed):
    asked = Comparison(("amina", "ben"))
    every = {r["code"]: r for r in crossed.boundaries(asked).records()}
    for code in ("shaming", "showcasing", "sharing"):
        only = crossed.boundaries(replace(asked, code=code)).records()
        assert only == [every[code]]
    assert every["showcasing"]["code differs"] == 10


def test_a_sub_code_differs_from_its_neighbour_as_from_any_other_code(crossed):
    asked = Comparison(("amina", "ben"), sub_codes=True)
    table = {r["code"]: r for r in crossed.boundaries(asked).records()}
    for code, differ in (("sharing/information-tools", 4), ("sharing/peer-learning", 18)):
        row = table[code]
        # In the notes ben gave the passage the code above: another code than the sub-code, too.
        assert (row["differ"], row["code differs"], row["one coded"]) == (differ, differ, 0)
    (told,) = crossed.explain_agreement(Comparison(("amina", "ben")), "sharing/peer-learning")
    assert {r["instead"] for r in told.costliest.records()} == {
        "sharing", "sharing/information-tools",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--purposes", "--code", "sharing"], "leave out --code"),
        (["--purposes", "--sub-codes"], "leave out --sub-codes"),
        (["--statistic", "light"], "three coders or more"),
        (["--statistic", "ku-alpha", "--code", "sharing/peer-learning"], "at the top"),
    ],
)
def test_what_would_be_an_empty_or_another_table_is_refused(coded, tcncode: Run, words, told):
    ran = tcncode("-p", coded.path, "agree", "amina", "ben", *words)
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err and len(ran.err.splitlines()) == 1


def test_the_methods_paragraph_carries_the_figures_and_their_sources(coded, tcncode: Run):
    ran = tcncode("-p", coded.path, "agree", "amina", "ben", "--methods", "-o", "methods.md")
    assert ran.code == 0 and ran.out == ""
    text = Path("methods.md").read_text(encoding="utf-8")
    pairs, _ = found(coded, "sharing", coders=("amina", "ben"))
    kappa = f"{pairs['amina', 'ben'].value:.3f}".removeprefix("0")
    for words in (
        "amina and ben each coded 2 of 3 documents", kappa, "Cohen, J. (1960)", "20190501",
        "not to be relied on", "Not defined", coded.codebook_version,
        "tcncode agree amina ben --methods",
    ):  # fmt: skip
        assert words in text
    assert "without seeing" not in text


def test_words_come_only_when_asked_with_their_source_for_the_lower_end(tcncode: Run, coded):
    plain = tcncode("-p", coded.path, "agree", "amina", "ben", "--format", "csv")
    assert "words" not in plain.out
    asked = ("amina", "ben", "--words", "landis-koch", "--format", "csv")
    worded = tcncode("-p", coded.path, "agree", *asked)
    for row in csv.DictReader(io.StringIO(worded.out)):
        if row["words"]:
            assert row["statistic"] == "Cohen's kappa" and row["low"]
    shown = tcncode("-p", coded.path, "agree", "amina", "ben", "--words", "krippendorff")
    assert "Krippendorff 2019" in shown.err and "reliable" not in shown.out


def test_the_command_in_the_note_repeats_the_comparison(coded, tcncode: Run):
    asked = Comparison(
        ("ben",), {"the rest": ("amina", "cem")}, unit="sentence", statistics=("kappa", "alpha"),
        partial=True, replicates=100, seed=3, origin="no suggestions",
    )  # fmt: skip
    compared = coded.agree(asked)
    command = agree_command(asked)
    assert command in compared.note
    import shlex

    words = shlex.split(command)[1:]
    again = rows(tcncode("-p", coded.path, *words, "--format", "json"))
    assert [(r["value"], r["low"], r["seed"]) for r in again] == [
        (r.value, r.low, 3) for r in compared.results
    ]


def test_documents_one_by_one_say_that_their_mean_is_another_number(coded, tcncode: Run):
    ran = tcncode("-p", coded.path, "agree", "amina", "ben", "--by", "document")
    assert ran.code == 0
    assert "mean of 2 documents' kappas" in ran.err and "pooled" in ran.err


def test_few_documents_make_no_interval_to_rely_on(coded, tcncode: Run):
    ran = tcncode("-p", coded.path, "agree", "amina", "ben")
    assert "2 documents are few" in ran.err


def test_why_a_single_document_has_no_interval_is_said(coded, tcncode: Run):
    """In the note and in the methods paragraph; not where nobody asked for one."""
    words = ("-p", coded.path, "agree", "amina", "cem")
    said = "Of a single document there is no interval."
    assert said in tcncode(*words).err
    assert said not in tcncode(*words, "--replicates", "0").err
    assert said not in tcncode("-p", coded.path, "agree", "amina", "ben").err
    paragraph = tcncode(*words, "--methods").out
    assert "No interval is given: of a single document nothing tells" in paragraph
    assert "No interval" not in tcncode(*words, "--methods", "--replicates", "0").out
    assert "1 document. Repeat" in tcncode(*words, "--boundaries").err
