"""Agreement: what must hold for any codings, and what is not defined says why."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from agreeing import CODED, LENGTH, SPANS, marks, material, one, results
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tcncode.agreement import ALL_CODES, KEYS, REASONS, STATISTICS, Counts, Ratings, of_ratings
from tcncode.agreement.bootstrap import Resampling
from tcncode.agreement.coefficients import krippendorff_alpha, value_of
from tcncode.agreement.compare import compare
from tcncode.agreement.intervals import covered, pieces, union
from tcncode.agreement.sets import by_jaccard, by_masi
from tcncode.errors import SpanError, UsageError

EVERY = list(STATISTICS)
OF_LABELS = [name for name, each in STATISTICS.items() if each.kind == "labels"]
CELLS = ("both", "first_only", "second_only", "neither")


def cells(result):
    return tuple(getattr(result, cell) for cell in CELLS)


def kappa(counts: Counts):
    return of_ratings(STATISTICS["Cohen's kappa"], counts.ratings())


# A few facts, held wherever the reference data is not


def test_nvivo_help_example():
    """NVivo help: 1,000 characters, 50 coded by both, 150 by one, 800 by neither: 85 %."""
    subject = material([{"A": {"x": [(0, 150)]}, "B": {"x": [(100, 200)]}}], lengths=1000)
    found = {r.statistic: r for r in results(subject, "agreement", "kappa") if r.code == "x"}
    assert cells(found["Cohen's kappa"]) == (50, 100, 50, 800)
    assert found["observed agreement"].value == pytest.approx(0.85)
    assert found["Cohen's kappa"].value == pytest.approx(0.318181818182)


@pytest.mark.parametrize(
    ("first", "second", "length", "counts", "value"),
    [
        pytest.param([(10, 60)], [(100, 150)], 200, (0, 50, 50, 100), -1 / 3, id="disjoint"),
        pytest.param([(100, 150)], [(101, 151)], 300, (49, 1, 1, 249), 0.976, id="shifted by 1"),
        pytest.param([(100, 150)], [(120, 170)], 300, (30, 20, 20, 230), 0.52, id="shifted by 20"),
        pytest.param([(5, 20)], [], 100, (0, 15, 0, 85), 0.0, id="one coded nothing"),
    ],
)
def test_character_kappa_of_two_spans(first, second, length, counts, value):
    subject = material([{"A": {"x": first}, "B": {"x": second}}], lengths=length)
    result = one(subject, "kappa")
    assert cells(result) == counts
    assert result.value == pytest.approx(value)


def test_spans_of_one_coder_are_never_taken_for_the_other_coder():
    """Duplicates and overlaps by one coder: 20 characters are coded by both, not 0."""
    coded = {"A": {"x": [(0, 20), (0, 20), (10, 30)]}, "B": {"x": [(10, 20), (20, 30)]}}
    assert cells(one(material([coded], lengths=100), "kappa")) == (20, 10, 0, 70)


def test_document_is_a_unit():
    """A document without text is none."""
    subject = material(
        [{"A": {"x": [(0, 5)]}, "B": {"x": [(90, 99)]}}, {"A": {"x": [(0, 5)]}}, {}],
        lengths=(100, 50, 0), units=[[(0, 100)], [(0, 50)], [(0, 0)]],
    )  # fmt: skip
    assert cells(one(subject, "agreement", unit="document")) == (1, 1, 0, 0)


def test_every_statistic_has_a_short_name_that_finds_it():
    assert {STATISTICS[name].key for name in STATISTICS} == set(KEYS)
    subject = material([{"A": {"x": [(0, 9)]}, "B": {"x": [(3, 9)]}}], coders="AB")
    assert {r.statistic for r in results(subject, *KEYS)} == {
        name for name, each in STATISTICS.items() if each.coders != "all"
    }


# What is not defined says why


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (Counts(neither=100), "no_variation"),
        (Counts(both=100), "no_variation"),
        (Counts(), "no_text"),
    ],
)
def test_kappa_that_is_not_defined_is_none_with_a_reason(counts, reason):
    assert kappa(counts) == (None, reason)


def test_nothing_to_compare_has_no_observed_agreement_either():
    assert of_ratings(STATISTICS["observed agreement"], Counts().ratings()) == (None, "no_text")


def test_kappa_is_not_undefined_because_a_number_was_rounded():
    """In 10^9 characters the expected agreement is 1.0 as a double, and kappa is still 1."""
    assert kappa(Counts(both=1, neither=10**9)) == (1.0, "")


def test_coders_without_a_common_document_are_told_so():
    for subject in (material([]), material([{"A": {"x": [(0, 5)]}}], finished=["A"])):
        found = results(subject, *EVERY)
        assert {(r.value, r.reason) for r in found} == {(None, "no_common_document")}


@pytest.mark.parametrize(
    ("documents", "options", "name", "reason"),
    [
        ([{}], {"coders": "ABC", "finished": ["AB"]}, "fleiss", "not_everybody"),
        ([{}], {}, "jaccard", "nobody_coded"),
        ([{}], {}, "holsti", "nobody_coded"),
        ([{}], {"lengths": 0}, "u-alpha", "no_text"),
        ([{}], {"lengths": 0}, "sets", "no_text"),
        ([{}], {"units": [[]]}, "alpha", "no_text"),
        ([{"A": {"x": [(0, 9)], "y": [(4, 12)]}}], {"codes": "xy"}, "cu-alpha", "codes_overlap"),
        ([{"A": {"x": [(0, 9)]}}], {"coders": "ABC"}, "cu-alpha", "two_coders_only"),
        ([{"A": {"x": [(0, 9)]}}], {"coders": "ABC"}, "light", "pair_undefined"),
    ],
)  # fmt: skip
def test_each_reason_is_given_where_it_is_one(documents, options, name, reason):
    subject = material(documents, **options)
    found = results(subject, name)
    assert (found[0].value, found[0].reason) == (None, reason)
    assert {r.reason for r in found} - {""} <= set(REASONS)


def test_coded_nothing_and_was_not_asked_are_different():
    """Beside B, who coded nothing, A has kappa 0; where B was not asked, there is nothing."""
    coded = [{"A": {"x": [(0, 9)]}}]
    assert one(material(coded), "kappa").value == 0
    assert one(material(coded, finished=["A"]), "kappa").value is None


def test_what_somebody_coded_and_has_not_finished_counts_for_nothing():
    coded = {"A": {"x": [(0, 9)]}, "B": {"x": [(2, 9)]}, "C": {"x": [(0, 30)]}}
    subject = material([coded], coders="ABC", finished=["AB"])
    two = material([coded])
    assert one(subject, "alpha").value == pytest.approx(one(two, "alpha").value)


def test_statistic_nobody_knows_is_refused_by_name():
    with pytest.raises(UsageError, match=r'"kapa".*Did you mean "kappa".*agreement, kappa'):
        compare(material([]), unit="character", statistics=["kapa"])


def test_too_many_coders_at_once_are_refused():
    with pytest.raises(UsageError, match="12 at most"):
        material([], coders="ABCDEFGHIJKLM")


@pytest.mark.parametrize("span", [(5, 5), (7, 3), (-1, 4), (95, 101)])
def test_span_that_is_no_stretch_of_the_text_is_refused(span):
    with pytest.raises(SpanError):
        material([{"A": {"x": [span]}}], lengths=100)


# What holds for any codings


@given(st.lists(CODED, min_size=1, max_size=3), st.integers(1, 3))
def test_characters_are_counted_as_arrays_of_characters_would(documents, coders):
    """Every statistic of labels, for one to three coders, over pooled documents."""
    names = "ABC"[: max(coders, 2)]
    found = results(material(documents, coders=names, codes="xyz"), *OF_LABELS)
    rows = {
        code: [
            tuple(int(m) for m in answers)
            for document in documents
            for answers in zip(
                *(marks(document.get(c, {}).get(code, [])) for c in names), strict=True
            )
        ]
        for code in "xyz"
    }
    rows[ALL_CODES] = [row for code in "xyz" for row in rows[code]]
    for result in found:
        kept = [names.index(c) for c in result.coders]
        slow = Ratings.of([[row[c] for c in kept] for row in rows[result.code]], (0, 1))
        want = of_ratings(STATISTICS[result.statistic], slow)
        assert (result.value, result.reason) == (want.value, want.reason)
        assert result.n == sum(slow.weights)


@given(SPANS, SPANS, SPANS, st.booleans())
def test_units_are_counted_as_looking_at_each_would(first, second, units, disjoint):
    """Units side by side, touching, overlapping or inside one another."""
    if disjoint:
        cuts = sorted({edge for unit in units for edge in unit})
        units = list(zip(cuts[:-1:2], cuts[1::2], strict=True))
    present = [
        tuple(any(start < e and s < end for s, e in spans) for spans in (first, second))
        for start, end in units
    ]
    subject = material([{"A": {"x": first}, "B": {"x": second}}], units=[units])
    counted = Counter(present)
    assert cells(one(subject, "agreement", unit="sentence")) == tuple(
        counted[pair] for pair in [(True, True), (True, False), (False, True), (False, False)]
    )


@given(st.lists(CODED, min_size=1, max_size=3))
def test_sets_of_codes_are_compared_as_character_by_character(documents):
    subject = material(documents, coders="ABC", codes="xyz")
    rows = [
        [
            frozenset(
                code for code in "xyz"
                if any(s <= i < e for s, e in document.get(c, {}).get(code, []))
            )
            for c in "ABC"
        ]
        for document in documents for i in range(LENGTH)
    ]  # fmt: skip
    slow = Ratings.of(rows)
    for name, metric in (("sets-jaccard", by_jaccard), ("sets-masi", by_masi)):
        want = value_of(krippendorff_alpha(slow, metric)).value
        assert one(subject, name).value == (None if want is None else pytest.approx(want))
    want = value_of(krippendorff_alpha(slow)).value
    assert one(subject, "sets").value == (None if want is None else pytest.approx(want))


def slow_u_alpha(document, coders: str) -> float | None:
    """Krippendorff et al. (2016) for one code, by looking at each character and each unit."""
    flags = [marks(document.get(c, {}).get("x", [])) for c in coders]
    m, total = len(coders), len(coders) * LENGTH
    apart = sum(
        flags[a][i] != flags[b][i] for a in range(m) for b in range(m) if a != b
        for i in range(LENGTH)
    ) / (m - 1)  # fmt: skip
    coded = sum(map(sum, flags))
    squares = 0
    for c in coders:
        joined: list[list[int]] = []
        for start, end in sorted(document.get(c, {}).get("x", [])):
            if joined and start < joined[-1][1]:
                joined[-1][1] = max(joined[-1][1], end)
            else:
                joined.append([start, end])
        squares += sum((end - start) ** 2 for start, end in joined)
    own = squares + (total - coded)
    expected = 2 * coded * (total - coded) / (total - own / total)
    return None if expected == 0 else 1 - apart / expected


@given(CODED)
def test_u_alpha_is_what_looking_at_each_character_gives(document):
    for coders in ("AB", "ABC"):
        want = slow_u_alpha(document, coders)
        found = one(material([document], coders=coders), "u-alpha").value
        assert found == (None if want is None else pytest.approx(want))


@settings(max_examples=25)  # every coefficient of every code and pair: 0.1 s each
@given(st.lists(CODED, min_size=1, max_size=3))
def test_agreement_does_not_care_in_which_order_coders_are_named(documents):
    one_way = results(material(documents, coders="ABC", codes="xyz"), *EVERY)
    other_way = results(material(documents, coders="CBA", codes="xyz"), *EVERY)
    swapped = {(r.code, r.statistic, frozenset(r.coders)): r for r in other_way}
    for result in one_way:
        other = swapped[result.code, result.statistic, frozenset(result.coders)]
        assert result.reason == other.reason
        assert result.value == (None if other.value is None else pytest.approx(other.value))


@settings(max_examples=25)  # every coefficient of every code and pair: 0.1 s each
@given(st.lists(CODED, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_order_of_codings_and_documents_does_not_matter(documents, random):
    subject = material(documents, coders="ABC", codes="xyz")
    mixed = [
        {c: {k: random.sample(s, len(s)) for k, s in of.items()} for c, of in d.items()}
        for d in random.sample(documents, len(documents))
    ]
    again = material(mixed, coders="ABC", codes="xyz")
    for a, b in zip(results(subject, *EVERY), results(again, *EVERY), strict=True):
        assert (a.n, a.reason, a.both) == (b.n, b.reason, b.both)
        assert a.value == (None if b.value is None else pytest.approx(b.value))


@settings(max_examples=25)  # every coefficient of every code and pair: 0.1 s each
@given(CODED)
def test_a_passage_in_overlapping_pieces_counts_as_the_whole(document):
    """For everything but equal spans, whose boundaries are what is compared."""
    names = [name for name in EVERY if name != "exact F1 (Holsti)"]
    pieces_of = {
        c: {
            k: [p for s, e in spans for p in ((s, (s + e) // 2 + 1), ((s + e) // 2, e))]
            for k, spans in of.items()
        }
        for c, of in document.items()
    }
    whole = results(material([document], coders="ABC", codes="xyz"), *names)
    parts = results(material([pieces_of], coders="ABC", codes="xyz"), *names)
    assert [replace(r, value=None) for r in whole] == [replace(r, value=None) for r in parts]
    for a, b in zip(whole, parts, strict=True):
        assert a.value == (None if b.value is None else pytest.approx(b.value))


@settings(max_examples=25)  # every coefficient of every code and pair: 0.1 s each
@given(st.lists(st.dictionaries(st.sampled_from("xyz"), SPANS), min_size=1, max_size=3))
def test_perfect_agreement_is_one_or_not_defined(codes):
    subject = material([dict.fromkeys("ABC", of) for of in codes], coders="ABC", codes="xyz")
    for result in results(subject, *EVERY):
        assert result.value is None or result.value == pytest.approx(1)


@given(st.lists(st.tuples(SPANS, SPANS), min_size=1, max_size=4))
def test_documents_are_pooled_by_summing_their_cells(rows):
    documents = [{"A": {"x": a}, "B": {"x": b}} for a, b in rows]
    groups = {str(n): [n] for n in range(len(rows))}
    subject = material(documents)
    each = [r for r in results(subject, "kappa", groups=groups) if r.code == "x"]
    assert cells(one(subject, "kappa")) == tuple(map(sum, zip(*map(cells, each), strict=True)))


@given(SPANS, SPANS, st.booleans())
def test_intervals_are_joined_and_covered_as_characters_are(first, second, touching):
    columns = [
        np.array([s[i] for s in spans], np.int64) for spans in (first, second) for i in (0, 1)
    ]
    starts, ends = union(*columns[:2], touching=touching)
    joined = [i for s, e in zip(starts, ends, strict=True) for i in range(s, e)]
    assert joined == [i for i, m in enumerate(marks(first)) if m]
    own = marks(first)
    assert list(covered(*columns[2:], *columns[:2])) == [sum(own[s:e]) for s, e in second]


@given(CODED, SPANS)
def test_text_that_is_left_out_is_as_if_it_were_not_there(document, gone):
    """Codings across it are one; what lay in it is gone."""
    subject = material([document], coders="ABC", codes="xyz")
    left = marks(gone)
    kept = [i for i in range(LENGTH) if not left[i]]
    places = material([{"A": {"x": gone}}]).places
    found = results(subject.without(places), *OF_LABELS)
    for result in found:
        if result.code == ALL_CODES:
            continue
        own = [marks(document.get(c, {}).get(result.code, [])) for c in result.coders]
        slow = Ratings.of([[int(flags[i]) for flags in own] for i in kept], (0, 1))
        want = of_ratings(STATISTICS[result.statistic], slow)
        assert (result.value, result.reason) == (want.value, want.reason)


# Intervals


def many_documents(n: int = 14):
    """Documents of different lengths in which two coders differ now and then."""
    return material(
        [
            {"A": {"x": [(i % 5, i % 5 + 9)]}, "B": {"x": [(i % 3, i % 3 + 8 + i % 4)]}}
            for i in range(n)
        ],
        lengths=[30 + 3 * i for i in range(n)],
    )


def test_the_interval_is_that_of_recomputing_each_replicate():
    """The fast version, all replicates at once, against one replicate after the other."""
    subject = many_documents()
    for key in ("kappa", "alpha", "ac1", "f1", "u-alpha", "sets-masi", "holsti"):
        result = compare(subject, unit="character", statistics=[key], replicates=60, seed=5)[-1]
        random = np.random.default_rng(5)
        values = []
        for drawn in random.integers(0, 14, (60, 14)):
            again = material(
                [_document(subject, int(n)) for n in drawn],
                lengths=[int(subject.lengths[n]) for n in drawn],
            )
            values.append(results(again, key)[-1].value)
        assert result.low == pytest.approx(np.quantile(values, 0.025)), key
        assert result.high == pytest.approx(np.quantile(values, 0.975)), key
        assert result.low <= result.value <= result.high


def _document(subject, number: int):
    spans: dict[str, dict[str, list[tuple[int, int]]]] = {"A": {"x": []}, "B": {"x": []}}
    places = subject.places
    for n, c, s, e in zip(places.document, places.coder, places.start, places.end, strict=True):
        if n == number:
            spans["AB"[c]]["x"].append((int(s), int(e)))
    return spans


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    subject = many_documents()
    a, b, c = (
        compare(subject, unit="character", statistics=["kappa"], replicates=200, seed=seed)[0]
        for seed in (1, 1, 2)
    )
    assert (a.low, a.high) == (b.low, b.high) != (c.low, c.high)


def test_one_document_has_no_interval():
    result = compare(many_documents(1), unit="character", statistics=["kappa"])[0]
    assert result.value is not None
    assert (result.low, result.high, result.error) == (None, None, None)


def test_replicates_without_a_value_are_left_out_and_counted():
    """Half of the documents have no coding: now and then none with one is drawn."""
    parts = np.array([[5, 1, 1, 90], [0, 0, 0, 90], [0, 0, 0, 90]])
    trust = Resampling(parts, replicates=500).trust(lambda p: [(2 * p[0], 2 * p[0] + p[1] + p[2])])
    assert 0 < trust.undefined < 500
    assert trust.low == trust.high == pytest.approx(10 / 12)
    assert trust.error is None


def test_pieces_lie_end_to_end_and_cover_the_documents():
    subject = many_documents()
    found = pieces(subject, subject.lines)
    assert int(found.weight.sum()) == int(subject.lengths.sum())
    assert list(found.start[1:]) == list(np.cumsum(found.weight)[:-1])


@given(st.lists(st.tuples(*[st.sampled_from("abc")] * 2), min_size=1))
def test_kappa_does_not_care_who_is_named_first(pairs):
    swapped = [(b, a) for a, b in pairs]
    name = STATISTICS["Cohen's kappa"]
    assert of_ratings(name, Ratings.of(pairs)) == of_ratings(name, Ratings.of(swapped))


@given(st.lists(st.tuples(*[st.sampled_from([0, 1, None])] * 3), min_size=1))
def test_light_is_the_mean_over_the_pairs(rows):
    ratings = Ratings.of(rows, (0, 1))
    assume(ratings.pairable())
    light = of_ratings(STATISTICS["Light's kappa"], ratings).value
    pairs = [
        of_ratings(STATISTICS["Cohen's kappa"], ratings.pair(a, b)).value
        for a, b in combinations(range(3), 2)
    ]
    if None in pairs:
        assert light is None
    else:
        assert light == pytest.approx(sum(pairs) / 3)
