"""Documents drawn for several coders: in proportion, evenly dealt, as many as an interval needs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from conftest import Run, add
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement.bootstrap import Parts, Resampling
from tcncode.agreement.coefficients import Ratings, cohen_kappa
from tcncode.agreement.drawing import Draw, Drawable, deal, draw
from tcncode.agreement.planning import need
from tcncode.errors import UsageError
from tcncode.project import Comparison, Dealt, Project, Sample
from tcncode.text import Span

FRAMES = st.lists(
    st.tuples(st.sampled_from("NMKL"), st.sampled_from("abc"), st.integers(0, 2)), max_size=40
).map(
    lambda rows: [
        Drawable(f"d{n}", network, kind, frozenset("xyz"[:have]))
        for n, (network, kind, have) in enumerate(rows)
    ]
)


# Drawing


@given(FRAMES, st.integers(0, 45), st.integers(0, 5))
def test_so_many_are_drawn_in_whatever_order_documents_are_listed(frame, wanted, seed):
    drawn = draw(frame, wanted, seed=seed)
    there = sum(len(d.coders) > 1 for d in frame)
    assert len(drawn) == max(0, min(wanted, len(frame)) - there)
    assert len({d.id for d in drawn}) == len(drawn)
    assert all(len(d.coders) < 2 for d in drawn)
    assert draw(frame[::-1], wanted, seed=seed) == drawn
    # What is drawn counts the next time, so that nothing more is drawn then.
    ids = {d.id for d in drawn}
    after = [
        Drawable(d.id, d.network, d.kind, frozenset("xy")) if d.id in ids else d for d in frame
    ]
    assert draw(after, wanted, seed=seed) == []


@given(FRAMES, st.integers(0, 40), st.integers(0, 3))
def test_each_network_has_its_share_to_less_than_a_document(frame, wanted, seed):
    frame = [Drawable(d.id, d.network, d.kind) for d in frame]
    wanted = min(wanted, len(frame))
    drawn = Counter(d.network for d in draw(frame, wanted, seed=seed))
    for network, count in Counter(d.network for d in frame).items():
        assert abs(drawn[network] - wanted * count / len(frame)) < 1


def test_kinds_are_kept_in_proportion_within_a_network_and_over_all():
    frame = [
        Drawable(f"d{n}", f"n{n % 10}", "interview" if n < 60 else "policy") for n in range(100)
    ]
    drawn = draw(frame, 20, seed=3)
    assert Counter(d.network for d in drawn) == {f"n{n}": 2 for n in range(10)}
    assert Counter(d.kind for d in drawn) == {"interview": 12, "policy": 8}


def test_every_document_is_drawn_about_as_often_as_any_other():
    frame = [Drawable(f"d{n}", f"n{n % 3}", "ab"[n % 2]) for n in range(30)]
    times = Counter(d.id for seed in range(400) for d in draw(frame, 6, seed=seed))
    assert len(times) == 30
    # 80 times each is expected; the binomial's standard deviation is 8.
    assert all(40 < n < 120 for n in times.values())


# Dealing


@given(st.integers(1, 60), st.integers(2, 6), st.integers(2, 3), st.integers(0, 3))
def test_documents_are_dealt_evenly(documents, coders, each, seed):
    names = [f"c{n}" for n in range(coders)]
    each = min(each, coders)
    frame = [Drawable(f"d{n}", "n", "k") for n in range(documents)]
    dealt = deal(frame, names, each=each, seed=seed)
    assert all(len(set(group)) == each for group in dealt.values())
    loads = Counter(c for group in dealt.values() for c in group)
    loads = [loads[name] for name in names]
    assert max(loads) - min(loads) <= 1


def test_pairs_of_coders_meet_about_equally_often():
    frame = [Drawable(f"d{n}", "n", "k") for n in range(60)]
    dealt = deal(frame, ["a", "b", "c", "d"])
    pairs = Counter(frozenset(group) for group in dealt.values())
    assert set(pairs) == {frozenset(pair) for pair in combinations("abcd", 2)}
    assert max(pairs.values()) - min(pairs.values()) <= 2


def test_whoever_codes_a_document_already_is_one_of_its_coders_and_gets_less():
    frame = [Drawable("d0", "n", "k", frozenset("a")), Drawable("d1", "n", "k")]
    dealt = deal(frame, ["a", "b", "c"], loads={"a": 9})
    assert len(dealt["d0"]) == 1 and "a" not in dealt["d0"]
    assert dealt["d1"] == ("b", "c")


# How many


def population(seed: int, documents: int) -> np.ndarray:
    """Cells of two coders in documents that differ in length, prevalence and agreement."""
    rng = np.random.default_rng(seed)
    lengths = rng.integers(2_000, 12_000, documents)
    coded = (lengths * rng.beta(1.5, 12, documents)).astype(int)
    both = (coded * rng.beta(4, 2, documents)).astype(int)
    first = rng.binomial(coded - both, 0.5)
    return np.column_stack((both, first, coded - both - first, lengths - coded))


def kappa_parts(cells: np.ndarray) -> Parts:
    rows = ((1, 1), (1, 0), (0, 1), (0, 0))
    return Parts(cells, lambda weights: cohen_kappa(Ratings(rows, tuple(weights), (0, 1))))


def half_width(cells: np.ndarray) -> float:
    trust = Resampling(cells, replicates=500).trust(kappa_parts(cells).quotients)
    return (trust.high - trust.low) / 2


def test_the_number_told_from_a_pilot_gives_intervals_as_narrow_as_was_wanted():
    """Forty pilots of 30 documents; their plans are tried on new documents of one population.

    Intervals of new samples of the plans' median size are about as wide as was wanted. Single
    plans scatter around it, as the pilots do.
    """
    wanted = 0.03
    whole = population(0, 20_000)
    rng = np.random.default_rng(1)

    def tried(documents: int) -> float:
        samples = (whole[rng.integers(0, len(whole), documents)] for _ in range(30))
        return float(np.median([half_width(cells) for cells in samples]))

    plans = []
    for _ in range(40):
        pilot = whole[rng.integers(0, len(whole), 30)]
        found = need(kappa_parts(pilot), wanted, replicates=500)
        assert found.documents == 30 and found.needed is not None
        plans.append(found.needed)
    plan = int(np.median(plans))
    assert plan > 90  # many more than the pilot, so that it is a prediction
    assert tried(plan) == pytest.approx(wanted, rel=0.12)
    assert tried(plan // 2) > 1.2 * wanted and tried(2 * plan) < 0.85 * wanted
    near = [abs(n - plan) / plan < 0.2 for n in plans]
    assert sum(near) >= len(near) / 3


def test_half_the_width_needs_about_four_times_the_documents():
    cells = population(5, 40)
    first, second = (
        need(kappa_parts(cells), width, replicates=500).needed for width in (0.1, 0.05)
    )
    assert second == pytest.approx(4 * first, rel=0.15)


def test_what_cannot_be_planned_says_why():
    rare = np.array([[0, 0, 0, 100], [0, 0, 0, 100]])
    assert need(kappa_parts(rare), 0.1).reason == "no_variation"
    one = np.array([[10, 5, 5, 100]])
    assert need(kappa_parts(one), 0.1).reason == "one_document"
    found = need(kappa_parts(population(5, 40)), 0.0001, replicates=200)
    assert (found.needed, found.reason) == (None, "too_many")


# In a project


@pytest.fixture
def larger(study: Project, tmp_path) -> Project:
    """Twenty documents more, of two networks."""
    for n in range(20):
        text = f"Document {n}. " + "The city shares what it has learned with the others. " * (n + 2)
        add(study, tmp_path, f"more-{n:02}", text, "EUROCITIES" if n % 2 else "ICORN")
    return study


def teams(project: Project) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for a in project.assignments():
        found.setdefault(a.document, set()).add(a.coder)
    return found


def test_a_share_is_drawn_dealt_blind_and_undone_in_one(larger):
    asked = Sample(("a", "b", "c"), share=0.25, blind=True, rest=True)
    shown = larger.assign_sample(asked, dry_run=True)
    assert larger.assignments() == [] and shown.changed == 0
    dealt = larger.assign_sample(asked)
    assert dealt.table == shown.table
    found = teams(larger)
    assert Counter(map(len, found.values())) == {2: 6, 1: 17}
    loads = Counter(coder for team in found.values() for coder in team)
    assert max(loads.values()) - min(loads.values()) <= 1
    assert all(a.blind == (len(found[a.document]) == 2) for a in larger.assignments())
    again = larger.assign_sample(asked)
    assert again.changed == 0 and again.table.rows == ()
    larger.undo()
    assert larger.assignments() == []


def test_another_seed_draws_others_and_documents_already_coded_by_two_count(larger):
    first = {
        r[0] for r in larger.assign_sample(Sample(("a", "b"), share=0.3), dry_run=True).table.rows
    }
    other = {
        r[0]
        for r in larger.assign_sample(
            Sample(("a", "b"), share=0.3, seed=2), dry_run=True
        ).table.rows
    }
    assert len(first) == len(other) == 7 and first != other
    larger.assign(["letter", "notes"], ["a", "b"])
    rows = larger.assign_sample(Sample(("a", "b"), share=0.3), dry_run=True).table.rows
    assert len(rows) == 5


def test_a_document_that_one_has_coded_gets_a_second_coder_blind_from_the_first(larger):
    larger.code(
        larger.document_id("letter"),
        larger.segments(larger.document_id("letter"), "sentence")[0].span,
        "sharing",
    )
    larger.finish(["letter"])
    larger.assign_sample(Sample(("amina", "b"), share=1.0, documents=("letter",), blind=True))
    mine, theirs = larger.assignments(document="letter")
    assert (mine.coder, mine.finished is not None, mine.blind) == ("amina", True, True)
    assert (theirs.coder, theirs.assigned, theirs.blind) == ("b", True, True)


@pytest.mark.parametrize("drawn", [True, False])
def test_whoever_began_a_document_unasked_does_not_see_its_blind_coders_either(larger, drawn):
    letter = larger.document_id("letter")
    with Project.open(larger.path, coder="bo") as bo, Project.open(larger.path, coder="c") as c:
        mine = bo.code(letter, Span(0, 8), "sharing")
        if drawn:
            larger.assign_sample(Sample(("c", "d"), share=1.0, documents=("letter",), blind=True))
        else:
            larger.assign(["letter"], ["c", "d"], blind=True)
        theirs = c.code(letter, Span(0, 8), "shaming")
        assert bo.codings() == [mine] and c.codings() == [theirs]
        (kept,) = larger.assignments(document="letter", coder="bo")
        assert (kept.assigned, kept.blind) == (False, True)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--share", "50%", "--within", "0.1"], "--share and --within both say"),
        (["nosuch", "--kind", "policy"], 'no document "nosuch"'),
        (["letter", "--kind", "policy", "--rest"], "beside --kind and --rest"),
    ],
)
def test_what_does_not_go_together_is_named(larger, tcncode: Run, words, told):
    ran = tcncode("-p", larger.path, "assign", *words, "--to", "a", "--to", "b")
    assert ran.code and not ran.out
    assert told in ran.err and len(ran.err.splitlines()) == 1
    assert not larger.assignments()


@pytest.mark.parametrize("how", [["letter"], ["--share", "50%", "--to", "amina"]])
def test_a_slip_in_a_coders_name_is_told(larger, tcncode: Run, how):
    larger.assign(["notes"], ["bea", "coder-a"])
    ran = tcncode("-p", larger.path, "assign", *how, "--to", "baea", "--to", "coder-b")
    assert ran.code == 0, ran.err
    assert "baea is a new coder here; did you mean bea?" in ran.err
    # One more of a series is no slip.
    assert "coder-b is a new coder here." in ran.err
    assert "new coder" not in tcncode("-p", larger.path, "assign", "letter", "--to", "baea").err


# What the methods paragraph says of it


def methods(project: Project, *coders: str) -> str:
    return project.agreement_methods(Comparison(coders, replicates=0))


def finish(project: Project, documents: Collection[str], *coders: str) -> None:
    for coder in coders:
        project.coder = coder
        project.finish(documents)


def drawn_by(dealt: Dealt) -> list[str]:
    return [row["document"] for row in dealt.table.records() if row["sample"] == "drawn"]


def test_the_methods_paragraph_says_how_documents_were_drawn(larger):
    of = len(larger.documents())
    drawn = drawn_by(larger.assign_sample(Sample(("a", "b"), share=0.5, seed=9, blind=True)))
    finish(larger, drawn, "a", "b")
    said = methods(larger, "a", "b")
    assert (
        f"The documents compared were drawn by chance from {of} documents (in proportion to network"
        " and kind; until 50% of these had 2 coders each; seed 9)." in said
    )
    assert "without seeing each other's codings;" in said
    assert "no such record" not in said and "not on record" not in said


def test_the_methods_paragraph_counts_what_was_drawn_and_what_was_coded_blind(larger):
    network = larger.network("EUROCITIES")
    named, *others = [e.id for e in larger.documents(network="EUROCITIES")]
    larger.assign([named], ["a", "b"])
    asked = Sample(("a", "b"), share=0.5, network="EUROCITIES", blind=True, rest=True, seed=4)
    dealt = larger.assign_sample(asked)
    drawn = drawn_by(dealt)
    rest = [row["document"] for row in dealt.table.records() if row["sample"] == "rest"]
    assert drawn and rest
    compared = {named, *drawn, rest[0]}
    finish(larger, compared, "a", "b")
    said = methods(larger, "a", "b")
    n, of = len(drawn), len(compared)
    was = "was" if n == 1 else "were"
    assert (
        f"{n} of the {of} documents compared {was} drawn by chance from {len(others) + 1} documents"
        f" of {network.name} (in proportion to network and kind; until 50% of these had 2 coders"
        " each; 1 that had as many coders before counted towards it; seed 4). How the other"
        " 2 documents came to be coded by several is not on record." in said
    )
    assert f"{n} of these {of} documents {was} coded without seeing each other's codings" in said


def test_a_document_drawn_for_a_second_coder_is_told_from_the_rest(larger):
    letter = larger.document_id("letter")
    larger.coder = "a"
    larger.code(letter, Span(0, 8), "sharing")
    drawn = drawn_by(larger.assign_sample(Sample(("a", "b"), share=1.0, rest=True)))
    assert letter in drawn
    finish(larger, [letter], "a", "b")
    assert "The documents compared were drawn by chance" in methods(larger, "a", "b")


def test_a_draw_that_was_taken_back_chose_nothing(larger):
    drawn = drawn_by(larger.assign_sample(Sample(("a", "b"), share=0.5)))
    larger.undo()
    finish(larger, drawn, "a", "b")
    said = methods(larger, "a", "b")
    assert "drawn by chance" not in said
    assert "The project has no record that these documents were coded blind." in said


def test_a_draw_that_was_taken_back_and_done_again_counts(larger):
    drawn = drawn_by(larger.assign_sample(Sample(("a", "b"), share=0.5)))
    larger.undo()
    larger.redo()
    finish(larger, drawn, "a", "b")
    assert "drawn by chance" in methods(larger, "a", "b")


@given(
    st.builds(
        Draw, st.integers(0, 99), st.integers(0, 99),
        st.sampled_from(["", " of kind policy", " chosen by name of Cities (for 3 coders)"]),
        st.integers(2, 5), st.integers(-9, 9), st.sampled_from(["20%", "12.5%"]), st.just(""),
        st.integers(0, 9), st.booleans(),
    )
)  # fmt: skip
def test_a_draw_is_read_back_from_the_journal_as_it_was_told(draw):
    assert Draw.read(draw.words()) == draw
    within = replace(draw, share="", within="0.05")
    blind = within.words() + ", blind"
    assert Draw.read(blind) == within


def test_a_draw_of_all_there_were_does_not_claim_to_have_been_enough():
    draw = Draw(4, 10, "", 2, 7, within="0.05", before=2)
    assert "as many as seemed needed for a 95 % interval of half width 0.05" in draw.told(6, 6)
    assert "all that there were for a 95 % interval" in replace(draw, drawn=8).told(10, 10)


def test_of_a_draw_that_told_less_no_more_is_said():
    before = Draw.read("draw 4 documents for 2 coders each (seed 7), blind")
    assert before == Draw(4, None, "", 2, 7)
    assert before.told(4, 4) == (
        "The documents compared were drawn by chance (in proportion to network and kind; seed 7)."
    )
    assert Draw.read("draw a map") is None


def test_an_interval_is_planned_by_what_was_finished(larger):
    with pytest.raises(UsageError, match="Begin with a share"):
        larger.assign_sample(Sample(("a", "b"), within=0.1))
    names = [e.name for e in larger.documents()]
    rng = np.random.default_rng(3)
    for coder in ("a", "b"):
        larger.coder = coder
        for name in names[:12]:
            key = larger.document_id(name)
            sentences = larger.segments(key, "sentence")
            for s in sentences:
                if rng.random() < (0.5 if s.number % 2 else 0.15):
                    larger.code(key, s.span, "sharing")
        larger.finish(names[:12])
    with pytest.raises(UsageError) as refused:
        larger.assign_sample(Sample(("a", "b"), within=0.001, code="sharing"))
    assert "too_many" not in str(refused.value)
    (guess,) = re.findall(r"sharing would need ([\d,]+) documents", str(refused.value))
    plan = larger.interval_plan(Sample((), within=0.1, code="sharing"), ("a", "b"))
    note = larger.interval_plan(Sample((), within=0.001, code="sharing"), ("a", "b")).note
    assert f"sharing {guess} documents" in note
    # A hundredth of the width needs ten thousand times the documents.
    rough = 12 * (plan.records()[0]["half_width"] / 0.001) ** 2
    assert int(guess.replace(",", "")) == pytest.approx(rough, rel=0.01)
    (row,) = plan.records()
    compared = larger.agree(_asked())
    (found,) = [r for r in compared.results if r.code == "sharing"]
    assert row["documents"] == 12 and row["value"] == pytest.approx(found.value)
    assert row["half_width"] == pytest.approx((found.high - found.low) / 2)
    assert row["more"] == max(0, row["needed"] - 12)
    dealt = larger.assign_sample(Sample(("a", "b"), within=0.1, code="sharing"), dry_run=True)
    assert len(dealt.table.rows) + dealt.missing == row["more"]
    # Codes that nobody used have no interval, and none is planned for them.
    every = {
        r["code"]: r for r in larger.interval_plan(Sample((), within=0.1), ("a", "b")).records()
    }
    assert every["shaming"]["needed"] is None and every["shaming"]["reason"] == "no_variation"


def _asked():
    from tcncode.project import Comparison

    return Comparison(("a", "b"), statistics=("kappa",), code="sharing")


def test_the_command_prints_seed_and_sample_and_changes_nothing_in_a_dry_run(larger, tcncode: Run):
    asked = ("assign", "--share", "25%", "--to", "a", "--to", "b", "--blind")
    dry = tcncode("-p", larger.path, *asked, "--dry-run", "--format", "json")
    assert dry.code == 0 and "Nothing was changed" in dry.err
    assert larger.assignments() == []
    text = tcncode("-p", larger.path, *asked, "--seed", "20190501")
    assert "Seed 20190501" in text.err and "6 of 23 documents are coded by 2" in text.err
    drawn = {row["document"] for row in json.loads(dry.out)}
    assert set(teams(larger)) == drawn and len(drawn) == 6
    progress = json.loads(tcncode("-p", larger.path, "report", "coders", "--format", "json").out)
    assert {(r["coder"], r["assigned"], r["finished"]) for r in progress} == {
        ("a", 6, 0), ("b", 6, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        ["--share", "20%"], ["--share", "20%", "--to", "a"], ["--share", "0", "--to", "a"],
        ["--share", "120%", "--to", "a"], ["--share", "x", "--to", "a"], ["--dry-run"],
        ["--share", "20%", "--within", "0.1", "--to", "a", "--to", "b"],
        ["--share", "20%", "--to", "a", "--to", "settled"], ["--within", "0"], ["--rest"],
        ["--within", "0.1", "--to", "a", "--to", "b"], ["--seed", "3", "letter"],
        ["--share", "20%", "--to", "a", "--to", "b", "--back"],
        ["--share", "20%", "--to", "a", "--to", "b", "--kind", "policy"],
        ["--share", "20%", "--to", "a", "--to", "b", "--network", "nothing-like-it"],
    ],
)  # fmt: skip
def test_what_makes_no_sample_is_refused_in_one_line(study, tcncode: Run, words):
    ran = tcncode("-p", study.path, "assign", *words)
    assert (ran.code, ran.out) == (2, "") and len(ran.err.splitlines()) == 1
    assert study.assignments() == []
