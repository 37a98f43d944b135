"""What agreement says in words follows from the counts, and what it does not do it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run, add

from tcncode.agreement.coefficients import Counts
from tcncode.agreement.ratings import formula
from tcncode.agreement.statistics import STATISTICS, of_ratings
from tcncode.agreement.telling import explanation
from tcncode.errors import UsageError
from tcncode.model import AgreementResult
from tcncode.project import Comparison, Project
from tcncode.text import Span

PAIR = ("amina", "bo")
TALK = "Interviewer: How did it begin?\n\nMayor: We asked Ghent. They told us how.\n"


def explained(counts: Counts, boundary: int = 0) -> str:
    value = of_ratings(STATISTICS["Cohen's kappa"], counts.ratings())
    trust = AgreementResult(
        code="sharing", unit="character", coders=PAIR, statistic="Cohen's kappa",
        value=value.value, n=counts.n, reason=value.reason,
    )  # fmt: skip
    return "\n".join(explanation("sharing", PAIR, counts, boundary, trust))


def test_prevalence_is_not_blamed_where_nothing_coincides():
    said = explained(Counts(0, 20, 30, 950))
    assert "No text was coded by both" in said and "prevalence" not in said
    assert "differ on what is coded, not on its boundaries" in said
    assert "bo coded none of the text" in explained(Counts(0, 20, 0, 980))
    assert "None" not in explained(Counts(20, 0, 0, 980))


def test_prevalence_is_not_blamed_where_they_seldom_coincide():
    said = explained(Counts(10, 40, 50, 900), boundary=90)
    assert "what one coded, the other mostly did not" in said and "because little" not in said
    assert "90.0% that neither coded and the 1.0% that both did" in said
    assert "boundaries alone" in said


def test_rare_codes_are_named_where_they_are_the_reason():
    said = explained(Counts(20, 8, 8, 964), boundary=6)
    assert "because little of it has sharing" in said
    assert "6 (38%) lie in passages that both coded in part: they differ mostly on what" in said
    assert "mostly on the boundaries" in explained(Counts(20, 8, 8, 964), boundary=9)


@pytest.fixture
def talks(study: Project, tmp_path) -> Project:
    """Both have finished three texts without turns and a talk with two."""
    add(study, tmp_path, "talk", TALK)
    names = ["letter", "arabic", "notes", "talk"]
    for coder in ("bo", "amina"):
        study.coder = coder
        for name in names:
            study.code(study.document_id(name), Span(0, 20), "sharing")
        study.finish(names)
    return study


def test_what_is_finished_and_has_no_such_units_is_not_told_to_be_unfinished(study, tcncode: Run):
    for study.coder in PAIR:
        study.code(study.document_id("letter"), Span(0, 20), "sharing")
        study.finish(["letter"])
    ran = tcncode("-p", study.path, "agree", *PAIR, "--unit", "turn")
    assert ran.code == 0 and "Left out (without turns): letter." in ran.err
    told = "of the documents that these coders have finished, none counts here."
    assert f"no_common_document: {told}" in ran.err


def test_documents_without_units_are_named(talks, tcncode: Run):
    asked = Comparison(PAIR, unit="turn", replicates=0)
    compared = talks.agree(asked)
    assert compared.documents == ("talk",) and compared.of == 4
    assert set(compared.left_out) == {"letter", "arabic", "notes"}
    assert "1 of 4 (3 more without turns, left out)" in compared.note
    ran = tcncode("-p", talks.path, "agree", *PAIR, "--unit", "turn")
    assert "Left out (without turns): letter; arabic; notes." in ran.err
    assert "marks them" not in ran.err
    methods = talks.agreement_methods(asked)
    assert "each coded 1 of 4 documents" in methods
    assert "Left out: 3 documents that all had finished without turns." in methods
    assert not talks.agree(Comparison(PAIR, unit="sentence", replicates=0)).left_out


def test_what_counts_characters_refuses_another_unit(talks, tcncode: Run):
    run = ("-p", talks.path, "agree", *PAIR)
    for words in (["--explain", "sharing"], ["--boundaries"]):
        for more in (
            ["--unit", "sentence"], ["--by", "kind"], ["--over", "week"], ["--origin", "both"],
            ["--statistic", "alpha"], ["--words", "landis-koch"],
        ):  # fmt: skip
            ran = tcncode(*run, *words, *more)
            assert ran.code == 2 and more[0] in ran.err, (words, more, ran.err)
            assert len(ran.err.splitlines()) == 1 and not ran.out
        assert tcncode(*run, *words, "--kind", "other").code == 0
    assert tcncode(*run, "--methods", "--origin", "both").code == 2


def test_a_backtick_in_a_name_does_not_end_the_command(study):
    names = ("am`ina", "b``o`")
    for coder in names:
        study.coder = coder
        study.code(study.document_id("letter"), Span(0, 8), "sharing")
        study.finish(["letter"])
    said = study.agreement_methods(Comparison(names, replicates=0))
    assert "```tcncode agree 'am`ina' 'b``o`' --replicates 0 --methods```." in said


def test_ratings_by_name_print_the_formula_for_as_many_values(tmp_path, tcncode: Run):
    path = tmp_path / "kinds.csv"
    path.write_text("a,b\nx,x\ny,z\nz,z\nx,y\n", encoding="utf-8")
    ran = tcncode("agree", "--ratings", path, "--level", "nominal", "--statistic", "all")
    assert ran.code == 0 and "sum over values" in ran.err
    for two_valued in ("1 / 2", "(1 - pA)", "2 p (1 - p)", "(1 - p)^2"):
        assert two_valued not in ran.err
    for each in STATISTICS.values():
        if ", Pe = " in each.formula:
            assert formula(each.name) != each.formula


def test_three_values_give_what_the_formula_of_ac1_says():
    """p = 3/8, 2/8, 3/8; q = 3: Pe = sum p (1 - p) / 2; Po = 2/4."""
    from tcncode.agreement.ratings import compare_ratings

    (result,) = compare_ratings(
        ("a", "b"), [("x", "x"), ("y", "z"), ("z", "z"), ("x", "y")], level="nominal",
        statistics=("ac1",), replicates=0,
    )  # fmt: skip
    chance = sum(p * (1 - p) for p in (3 / 8, 2 / 8, 3 / 8)) / 2
    assert result.value == pytest.approx((0.5 - chance) / (1 - chance))


def test_an_origin_of_both_is_for_the_table(talks):
    with pytest.raises(UsageError):
        talks.boundaries(Comparison(PAIR, origin="both"))


def test_too_few_replicates_make_no_interval(talks, tcncode: Run):
    run = ("-p", talks.path, "agree", *PAIR, "--replicates")
    ran = tcncode(*run, "20")
    assert ran.code == 2 and "100 replicates or more" in ran.err
    assert tcncode(*run, "0").code == tcncode(*run, "100").code == 0


def test_who_was_not_asked_and_is_compared_is_named_with_the_way_to_leave_them_out(
    talks, tcncode: Run
):
    talks.assign(["letter", "arabic"], PAIR)
    talks.coder = "cem"
    talks.finish(["letter"])
    run = ("-p", talks.path, "agree")
    said = tcncode(*run).err
    assert "cem: nobody asked them to code" in said and '"tcncode agree amina bo"' in said
    for form in ("csv", "json", "md"):
        assert "cem: nobody asked them to code" in tcncode(*run, "--format", form).err
    assert "cem: nobody asked them to code" in tcncode(*run, "--methods").out
    assert "cem: nobody asked them to code" in talks.agree(Comparison(replicates=0)).note
    assert "nobody asked" not in tcncode(*run, *PAIR).err
    assert "finished by both of amina, bo: 4 of 4" in tcncode(*run, *PAIR).err


def test_the_methods_paragraph_counts_sub_codes_and_purposes(talks):
    every = talks.codebook.codes
    tops = [code for code in every if code.depth == 0]
    said = talks.agreement_methods(Comparison(PAIR, replicates=0))
    assert f"with {len(tops)} codes and their {len(every) - len(tops)} sub-codes;" in said
    said = talks.agreement_methods(Comparison(PAIR, replicates=0, purposes=True))
    assert f"with {len(every)} codes rolled up to 3 purposes;" in said
    said = talks.agreement_methods(Comparison(PAIR, replicates=0, code="sharing/peer-learning"))
    # They coded with all of them, whichever are reported.
    assert f"with {len(tops)} codes and their {len(every) - len(tops)} sub-codes;" in said
    assert "Reported here: only sharing/peer-learning." in said and "over all codes" not in said


def test_what_was_settled_is_no_coder_whose_reliability_could_be_told(talks, tcncode: Run):
    talks.settle_agreed(document="letter")
    run = ("-p", talks.path, "agree", "amina", "settled")
    ran = tcncode(*run)
    assert "settled: decided from these codings, so this is no measure of reliability" in ran.err
    assert "Left out (not finished by settled)" in ran.err
    assert '"tcncode settle" lists' in ran.err and "finish DOCUMENT" not in ran.err
    ran = tcncode(*run, "--methods")
    assert ran.code == 2 and "no reliability" in ran.err
    chosen = ("--coder", "amina", "--coder", "settled", "-o", "page.html")
    assert tcncode("-p", talks.path, "report", "full", *chosen).code == 0
    assert "agreement with it is no reliability" in Path("page.html").read_text(encoding="utf-8")


def test_the_methods_paragraph_says_a_thing_once(talks):
    said = talks.agreement_methods(Comparison(PAIR, replicates=0))
    assert "Observed agreement was 1.000 for each code; 1.000 over all codes." in said
    assert said.count("all coders gave one and the same answer") == 1
