"""The tables of one network, kind, year, speaker, pair of codes, ...: counted by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from report_study import BOOK, TEXTS, by_hand, made, on, rows, some_codings

from tcncode.agreement.bootstrap import Resampling
from tcncode.model import Codebook, Coding, Membership
from tcncode.project import Project
from tcncode.reports import (
    NO_DATE,
    cooccurrence,
    coverage,
    kinds,
    overlap,
    profile,
    quotation_hash,
    quotes,
    saturation,
    speakers,
    time,
)
from tcncode.reports.columns import Segments
from tcncode.reports.counting import Counts, _intervals
from tcncode.reports.networks import table as networks
from tcncode.text import Segment, SegmentKind, Span

SENTENCES = {  # every two words are a sentence here
    key: [
        (text.index(a), text.index(b) + len(b))
        for a, b in zip(text.split()[::2], text.split()[1::2], strict=False)
    ]
    for key, text in TEXTS.items()
}


def sentences() -> Segments:
    """The sentences of ``TEXTS``, in no particular order."""
    found = [(key, s, e) for key in "dbca" for s, e in SENTENCES[key]]
    number = {key: n for n, key in enumerate("dbca")}
    columns = zip(*[(number[key], s, e) for key, s, e in found], strict=True)
    return Segments("dbca", *(np.array(column, np.int64) for column in columns))


def segments(document: str, kind: SegmentKind) -> list[Segment]:
    """Each document is one turn of hers, on page 3, in two paragraphs."""
    length = len(TEXTS[document])
    spans = {"page": [(0, length)], "turn": [(0, length)], "paragraph": [(0, 9), (9, length)]}
    first = 3 if kind == "page" else 1
    return [
        Segment(kind, first + n, Span(*span), "She" if kind == "turn" else None)
        for n, span in enumerate(spans.get(kind, []))
    ]


def best(codings: list[Coding], **options: Any) -> list[dict[str, Any]]:
    """Quotations, best first."""
    name = lambda d, s, e, code, coder: f"{d}.{s}.{e}.{code}.{coder}"  # noqa: E731
    return quotes.table(made(codings), sentences(), segments, name, **options).records()


# Kinds and years


def test_kinds_and_years_have_shares_of_their_own() -> None:
    found = rows(kinds.table(by_hand()), "kind", "code")
    assert found["report", "sharing"]["share_of_kind"] == pytest.approx(2 / 3)
    assert found["report", "sharing"]["share"] == pytest.approx(2 / 8)
    assert found["report", "sharing"]["per_1000_words"] == pytest.approx(2000 / 7)
    years = rows(time.table(by_hand()), "year", "code")
    assert [year for year, code in years if code == "sharing"] == ["2018", "2019", NO_DATE]
    assert years["2018", "sharing"]["share_of_year"] == pytest.approx(3 / 5)
    assert years[NO_DATE, "sharing"]["words"] == 1


@example_settings(deadline=None)
@given(some_codings())
def test_networks_kinds_and_years_add_up_to_the_same(codings: list[Coding]) -> None:
    sums = []
    for table in (networks, kinds.table, time.table):
        counted = table(made(codings), sub_codes=True)
        found: dict[str, list[int]] = {}
        for record in counted.records():
            had = found.setdefault(record["code"], [0, 0, 0])
            had[:] = [
                a + record[c] for a, c in zip(had, ("codings", "words", "passages"), strict=True)
            ]
        sums.append(found)
    assert sums[0] == sums[1] == sums[2]


# Intervals


def test_there_is_no_interval_where_a_single_document_has_codings() -> None:
    found = rows(networks(by_hand()), "network", "code")
    assert found["EUROCITIES", "sharing"]["share_of_network_low"] is None
    # Of b and d only b has codings: nothing tells how much documents differ.
    assert found["ICORN", "sharing"]["share_of_network_low"] is None


def test_an_interval_is_as_wide_as_documents_differ() -> None:
    codings = [
        on("b", "alpha beta gamma", "sharing"), on("b", "delta", "sharing-not"),
        on("d", "nothing", "sharing"), on("d", "was found in here", "sharing-not"),
    ]  # fmt: skip
    found = rows(networks(made(codings)), "network", "code")["ICORN", "sharing"]
    assert found["share_of_network"] == pytest.approx(4 / 9)
    # Four draws of two documents: both b, both d, or one of each.
    assert found["share_of_network_low"] == pytest.approx(1 / 5)
    assert found["share_of_network_high"] == pytest.approx(3 / 4)


def test_a_rate_has_its_interval_over_all_documents_and_a_share_over_those_with_codings() -> None:
    """Where all have codings both rest on the same draws, else each on its own documents."""
    codings = [
        on("b", "alpha beta gamma", "sharing"), on("b", "delta", "sharing-not"),
        on("d", "nothing", "sharing"), on("d", "was found in here", "sharing-not"),
    ]  # fmt: skip
    material = made(codings)
    mine = [n for n, e in enumerate(material.documents) if e.network == "ICORN"]
    of = {e.id: int(material.lengths[n]) for n, e in enumerate(material.documents)}
    record = rows(networks(material), "network", "code")["ICORN", "sharing"]
    assert record["per_1000_words"] == pytest.approx(2000 / (of["b"] + of["d"]))
    assert len(mine) == 2
    # Four draws of two documents: both b, both d, or one of each.
    ends = sorted((1000 / of["b"], 1000 / of["d"]))
    assert record["per_1000_words_low"] == pytest.approx(ends[0])
    assert record["per_1000_words_high"] == pytest.approx(ends[1])
    # Everybody's documents together, where one has no codings: it counts for the rate alone.
    words, passages = np.array([4, 5, 0]), np.array([1, 1, 0])
    counted = Counts(passages, passages, words, words, np.ones((3, 1), np.bool_))
    lengths, inside = np.array([10, 20, 30]), np.ones(3, np.bool_)
    shares, rates = _intervals([counted], 2 * words, lengths, inside, 2000)
    assert shares == [(0.5, 0.5)]
    alone = Resampling(np.stack([passages, lengths], axis=1), replicates=2000)
    assert rates == alone.intervals(slice(0, 1), 1, scale=1000) and rates[0][0] == 0
    one = np.array([4, 0, 0])
    assert _intervals([counted], one, lengths, inside, 2000) == ([(None, None)], [(None, None)])


def test_intervals_of_all_lines_together_are_those_of_each_alone() -> None:
    random = np.random.default_rng(7)
    sums = random.integers(0, 9, (6, 4))
    sums[:3, 3] = 0  # of a draw of the first three alone nothing is a share
    drawn = Resampling(sums, replicates=300)
    each = [drawn.trust(lambda s, n=n: [(1000 * s[n], s[-1])]) for n in range(3)]
    assert any(t.undefined for t in each)
    expected = [(t.low, t.high) for t in each]
    assert drawn.intervals(slice(0, 3), 3, scale=1000) == expected
    assert Resampling(sums[:1], replicates=300).intervals(slice(0, 3), 3) == [(None, None)] * 3


# Speakers


def test_what_speakers_say_is_counted_by_role_and_by_whom_they_speak_for() -> None:
    text = TEXTS["a"]
    four = text.index("four")
    turns = [
        ("a", 0, four, "Interviewer", "interviewer", None),
        ("a", four, text.index("nine"), "Ann", "mayor", "ghent"),
        ("b", 0, len(TEXTS["b"]), "Bo", "mayor", None),
    ]
    codings = [
        on("a", "three four five", "sharing"), on("a", "nine", "sharing"),
        on("b", "beta", "sharing-not"),
    ]  # fmt: skip
    found = rows(speakers.table(made(codings), turns), "role", "code")
    mayor = found["mayor", "sharing"]
    assert (mayor["speakers"], mayor["spoken"], mayor["words"]) == (2, 9, 2)
    assert (mayor["documents"], mayor["passages"]) == (1, 1)
    assert mayor["share_of_spoken"] == pytest.approx(2 / 3)
    assert mayor["per_1000_words"] == pytest.approx(1000 / 9)
    assert found["interviewer", "sharing"]["words"] == 1
    silent = found[speakers.NO_TURN, "sharing"]
    assert (silent["words"], silent["spoken"]) == (1, 2 + 3 + 5)
    by_city = rows(speakers.table(made(codings), turns, by="affiliation"), "affiliation", "code")
    assert by_city["ghent", "sharing"]["spoken"] == 5
    assert by_city[speakers.NOT_SAID, "sharing-not"]["words"] == 1


# Co-occurrence


def test_codes_meet_on_the_same_span_on_words_and_near_each_other() -> None:
    codings = [
        on("a", "one two", "sharing"), on("a", "one two", "sharing-not", "ben"),
        on("a", "three four", "sharing"), on("a", "four five", "sharing-not"),
        on("b", "alpha", "sharing"), on("b", "delta", "sharing-not"),
    ]  # fmt: skip
    table = cooccurrence.table(made(codings), sentences(), near=1)
    found = rows(table, "first", "second", "relation")

    def figures(relation: str) -> tuple[Any, ...]:
        record = found["sharing", "sharing-not", relation]
        keys = ("first_count", "second_count", "both", "either", "of", "jaccard", "lift")
        return tuple(record[key] for key in keys)

    assert figures("same") == (3, 3, 1, 5, 5, 1 / 5, pytest.approx(5 / 9))
    # one two four of the words of a and b: 5 with the first (alpha too), 5 with the second.
    assert figures("overlapping") == (5, 5, 3, 7, 14, 3 / 7, pytest.approx(3 * 14 / 25))
    # Sentences of a: 12 34 56 78 910, of b: alpha-beta, gamma-delta; all with a code have the
    # other one in the next at most.
    assert figures("near 1")[:6] == (3, 4, 5, 5, 7, 1.0)
    same = cooccurrence.table(made(codings), sentences(), near=0)
    zero = rows(same, "first", "second", "relation")["sharing", "sharing-not", "near 0"]
    assert (zero["both"], zero["either"], zero["lift"]) == (2, 5, pytest.approx(2 * 7 / 12))


@example_settings(deadline=None)
@given(some_codings())
def test_what_meets_is_never_more_than_either_and_the_same_is_never_less_near(
    codings: list[Coding],
) -> None:
    near = [cooccurrence.table(made(codings), sentences(), near=n).records() for n in range(3)]
    for record in near[1]:
        assert 0 <= record["both"] <= record["either"] <= record["of"]
        assert record["either"] <= record["first_count"] + record["second_count"]
        assert record["jaccard"] is None or 0 <= record["jaccard"] <= 1
    for closer, farther in ((near[0], near[1]), (near[1], near[2])):
        for a, b in zip(closer, farther, strict=True):
            assert a["both"] <= b["both"]


def test_a_code_and_the_one_above_it_are_no_pair() -> None:
    found = cooccurrence.table(made([on("a", "two", "sharing/peers")]), sentences(), sub_codes=True)
    pairs = {(r["first"], r["second"]) for r in found.records()}
    assert ("sharing", "sharing/peers") not in pairs
    assert ("sharing/peers", "sharing-not") in pairs


# Coverage and saturation


def test_coverage_says_what_is_coded_and_where_nothing_is() -> None:
    found = rows(coverage.table(by_hand()), "document")
    a = found["a"]
    assert (a["words"], a["coded_words"], a["coded_share"]) == (10, 5, 0.5)
    assert (a["uncoded_stretches"], a["longest_uncoded"]) == (1, 5)
    assert TEXTS["a"][a["start"] : a["end"]].strip() == "four five six seven eight"
    b = found["b"]
    assert (b["coded_words"], b["longest_uncoded"], b["codes"]) == (2, 2, 2)
    assert b["share_of_network"] == 1.0
    d = found["d"]
    assert (d["coded_words"], d["uncoded_stretches"], d["longest_uncoded"]) == (0, 1, 5)
    assert (d["start"], d["end"]) == (0, len(TEXTS["d"]))


def test_a_document_carries_alone_what_no_other_coded_one_of_its_network_has() -> None:
    codings = [
        on("b", "alpha", "sharing"), on("b", "delta", "sharing-not"), on("d", "found", "sharing"),
    ]  # fmt: skip
    found = rows(coverage.table(made(codings)), "document")
    assert (found["b"]["alone_for"], found["d"]["alone_for"]) == ("sharing-not", "")
    # With one coded document in a network there is nobody it could differ from.
    assert rows(coverage.table(by_hand()), "document")["b"]["alone_for"] == ""
    icorn = rows(coverage.by_network(made(codings)), "network")["ICORN"]
    assert (icorn["coded_documents"], icorn["coded_words"], icorn["words"]) == (2, 3, 9)
    assert (icorn["largest"], icorn["largest_share"]) == ("text b", pytest.approx(2 / 3))


@example_settings(deadline=None)
@given(some_codings())
def test_coded_and_uncoded_text_do_not_overlap_and_leave_out_no_word(
    codings: list[Coding],
) -> None:
    for record in coverage.table(made(codings)).records():
        here = [c for c in codings if c.document == record["document"]]
        text = TEXTS[record["document"]]
        free = [all(not c.span.start <= n < c.span.end for c in here) for n in range(len(text))]
        place = slice(record["start"], record["end"])
        if record["longest_uncoded"]:
            assert all(free[place])
            assert len(text[place].split()) >= record["longest_uncoded"]
        assert record["coded_words"] + record["longest_uncoded"] <= record["words"]
        assert (record["coded_words"] == record["words"]) <= (record["uncoded_stretches"] == 0)


def test_saturation_counts_codes_new_in_each_document_in_an_order_that_is_told() -> None:
    codings = [
        on("b", "beta", "sharing/peers"), on("a", "one", "sharing/peers"),
        on("a", "two", "sharing"), on("c", "here", "sharing/old-name"),
    ]  # fmt: skip
    first = {"b": "2024-01-01T10:00:00Z", "a": "2024-01-01T11:00:00Z", "c": "2024-01-02"}
    coded = saturation.table(made(codings), first).records()
    assert [(r["document"], r["codes"], r["new"], r["so_far"]) for r in coded] == [
        ("b", 1, 1, 1), ("a", 2, 1, 2), ("c", 1, 1, 3),
    ]  # fmt: skip
    assert [r["new_codes"] for r in coded] == ["sharing/peers", "sharing", "sharing/new-name"]
    assert [r["share"] for r in coded] == [1 / 3, 2 / 3, 1.0]
    by_date = saturation.table(made(codings), first, order="date").records()
    assert [r["document"] for r in by_date] == ["a", "b", "c"]
    assert [r["new"] for r in by_date] == [2, 0, 1]


# Overlap


def test_overlap_is_the_cosine_of_profiles_beside_the_jaccard_of_members() -> None:
    members = [Membership(f"city {n}", "ICORN") for n in range(10)]
    members += [Membership(f"city {n}", "EUROCITIES") for n in range(5)]
    table = overlap.table(by_hand(), members)
    found = rows(table, "first", "second")["EUROCITIES", "ICORN"]
    # Words: 3 sharing and 2 sharing-not; 1 and 1.
    cosine = (3 + 2) / (13 * 2) ** 0.5
    assert found["cosine"] == pytest.approx(cosine)
    assert (found["shared"], found["either"], found["jaccard"]) == (5, 10, 0.5)
    assert found["duplication"] == pytest.approx((cosine * 0.5) ** 0.5)
    assert found["cosine_low"] is None  # EUROCITIES has one document
    assert {r["second"] for r in overlap.table(by_hand(), members, of="(none)").records()} == {
        "EUROCITIES", "ICORN",
    }  # fmt: skip


def test_networks_are_sorted_by_duplication_only_where_enough_cities_are_listed() -> None:
    """Two networks of which one city is known have an index of 1, and duplicate nobody by that."""
    codings = [
        on("a", "one two three", "sharing"), on("a", "nine", "sharing-not"),
        on("b", "alpha beta gamma", "sharing"), on("c", "nobody", "sharing-not"),
    ]  # fmt: skip
    alike, unlike = ("EUROCITIES", "ICORN"), ("(none)", "EUROCITIES")

    def listed(many: int) -> list[Membership]:
        return [Membership(f"city {n}", network) for network in unlike for n in range(many)]

    def order(members: list[Membership]) -> list[tuple[str, str]]:
        found = overlap.table(made(codings), members).records()
        return [(r["first"], r["second"]) for r in found]

    assert order([])[0] == order(listed(4))[0] == alike
    few = rows(overlap.table(made(codings), listed(4)), "first", "second")[unlike]
    assert (few["jaccard"], few["duplication"]) == (1.0, None)
    assert order(listed(5))[0] == unlike
    nothing = [Membership("ghent", "x"), Membership("ghent", "y")]  # and nothing coded
    shared = [Membership(f"city {n}", key) for n in range(9) for key in ("y", "z")]
    found = overlap.table(made([]), [*nothing, *shared]).records()
    assert [(r["first"], r["second"]) for r in found] == [("y", "z"), ("x", "y"), ("x", "z")]
    assert "where 5 or more cities are listed for both" in overlap.table(made(codings)).note


def test_networks_that_do_the_same_have_a_cosine_of_one_however_much_they_do() -> None:
    codings = [on("a", "one two three", "sharing"), on("b", "alpha", "sharing")]
    found = rows(overlap.table(made(codings)), "first", "second")["EUROCITIES", "ICORN"]
    assert found["cosine"] == 1.0 and found["duplication"] is None and found["jaccard"] is None


def test_members_are_compared_where_the_codebook_has_no_code() -> None:
    members = [Membership("oslo", "ICORN"), Membership("oslo", "EUROCITIES")]
    found = overlap.table(replace(made([]), codebook=Codebook("Empty", ())), members).records()
    assert [(r["cosine"], r["jaccard"]) for r in found] == [(None, 1.0)]
    assert not overlap.table(replace(made([]), codebook=Codebook("Empty", ()))).rows


@example_settings(deadline=None, max_examples=25)
@given(some_codings())
def test_cosines_lie_within_their_interval_and_between_0_and_1(codings: list[Coding]) -> None:
    for record in overlap.table(made(codings), replicates=200).records():
        if record["cosine"] is not None:
            assert 0 <= record["cosine"] <= 1
        if record["cosine_low"] is not None:
            assert 0 <= record["cosine_low"] <= record["cosine_high"] <= 1


# Quotations


def test_what_more_coders_coded_comes_first_then_whole_sentences_then_length() -> None:
    codings = [
        on("a", "one two", "sharing"),  # a whole sentence
        on("b", "alpha", "sharing"),  # not
        on("c", "nobody belongs", "sharing"), on("c", "nobody", "sharing/peers", "ben"),
    ]  # fmt: skip
    found = best(codings)
    assert [(r["document"], r["coders"], r["whole"]) for r in found] == [
        ("c", 2, True), ("a", 1, True), ("b", 1, False),
    ]  # fmt: skip
    # Of the two on one passage the whole sentence is shown.
    assert found[0]["quotation"] == "nobody belongs"


def test_each_document_has_its_best_one_before_any_second_one() -> None:
    codings = [
        on("a", "one two", "sharing"), on("a", "three four", "sharing"), on("a", "six", "sharing"),
        on("b", "alpha", "sharing"),
    ]  # fmt: skip
    assert [r["document"] for r in best(codings)] == ["a", "b", "a", "a"]
    assert len(best(codings, limit=2)) == 2
    assert len(best(codings, limit=0)) == 4


def test_a_quotation_can_be_found_again() -> None:
    (found,) = best([on("b", "gamma delta", "sharing-not", "ben")])
    text = TEXTS[found["document"]]
    assert text[found["start"] : found["end"]] == found["quotation"] == "gamma delta"
    assert found["hash"] == quotation_hash("gamma delta") and len(found["hash"]) == 8
    assert found["coding"] == "b.11.22.sharing-not.ben"
    assert (found["place"], found["speaker"]) == ("p. 3, turn 1, paragraph 2", "She")


def test_so_many_of_each_function_are_shown_where_that_is_asked() -> None:
    codings = [
        on("b", "alpha", "sharing/peers"), on("b", "beta", "sharing"), on("d", "was", "sharing"),
        on("d", "found", "sharing-not"), on("a", "one", "sharing"),
    ]  # fmt: skip
    found = best(codings, per_code=2)
    assert [(r["network"], r["code"], r["document"]) for r in found] == [
        ("EUROCITIES", "sharing", "a"), ("ICORN", "sharing/peers", "b"), ("ICORN", "sharing", "d"),
        ("ICORN", "sharing-not", "d"),
    ]  # fmt: skip


# Profile


def test_a_profile_is_all_about_one_network(study: Project) -> None:
    letter = study.document_id("letter")
    study.code(letter, Span(0, 30), "sharing/peer-learning")
    tables = study.report_tables("profile", argument="EUROCITIES")
    assert len(tables) == 7
    attributes = rows(tables[0], "attribute")
    assert attributes["name"]["value"] == "EUROCITIES"
    assert [r["document"] for r in tables[1].records()] == [letter]
    functions = rows(tables[2], "code")
    assert functions["sharing"]["share_of_network"] == 1.0
    whole = rows(study.report("networks", {"network": "EUROCITIES"}), "code")
    assert functions["sharing"]["per_1000_words"] == whole["sharing"]["per_1000_words"]
    assert all(table.note.endswith("report profile EUROCITIES") for table in tables)


def test_the_hand_made_codebook_lists_every_code_with_its_use() -> None:
    from tcncode.reports import codebook

    found = rows(codebook.table(by_hand()), "code")
    assert list(found) == [code.path for code in BOOK.codes]
    assert (found["sharing"]["passages"], found["unused"]["passages"]) == (3, 0)
    assert profile.FOCUS[1].startswith("1")
