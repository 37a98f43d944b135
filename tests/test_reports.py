"""Reports: every number recomputed by hand, or by painting characters one at a time."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from report_study import (
    BOOK,
    HAND,
    NETWORKS,
    TEXTS,
    TOP,
    by_hand,
    coding,
    listed,
    made,
    numbers,
    on,
    rows,
    some_codings,
)

from tcncode.model import Coding
from tcncode.project import Project
from tcncode.reports import NO_NETWORK, Filters, matrix, quotation_hash
from tcncode.reports.frequencies import table as frequencies
from tcncode.reports.networks import table as networks
from tcncode.reports.quotations import table as quotations
from tcncode.text import Span

# Frequencies


def test_a_sub_code_counts_for_every_code_above_it() -> None:
    found = rows(frequencies(made([on("a", "two three", "sharing/peers/visits")])), "code")
    for path in ("sharing", "sharing/peers", "sharing/peers/visits"):
        assert numbers(found[path]) == (1, 1, 9, 2), path
        assert found[path]["share"] == 1.0


def test_a_code_that_only_begins_like_another_is_not_below_it() -> None:
    found = rows(frequencies(made([on("a", "two", "sharing-not")])), "code")
    assert numbers(found["sharing"]) == (0, 0, 0, 0)
    assert numbers(found["sharing-not"]) == (1, 1, 3, 1)


def test_one_passage_of_one_coder_coded_with_a_code_and_its_sub_code_counts_once() -> None:
    both = [on("a", "two three", code) for code in ("sharing", "sharing/peers")]
    found = rows(frequencies(made(both)), "code")
    assert numbers(found["sharing"]) == (1, 1, 9, 2)
    assert numbers(found["sharing/peers"]) == (1, 1, 9, 2)


def test_one_passage_of_one_coder_with_two_sub_codes_counts_once_for_the_code_above() -> None:
    both = [on("a", "two three", code) for code in ("sharing/old-name", "sharing/peers")]
    found = rows(frequencies(made(both)), "code")
    assert [found[p]["codings"] for p in ("sharing", "sharing/peers", "sharing/new-name")] == [
        1, 1, 1,
    ]  # fmt: skip


def test_two_coders_on_one_passage_are_two_codings_but_its_text_counts_once() -> None:
    both = [on("a", "two three", "sharing", coder) for coder in ("amina", "ben")]
    assert numbers(rows(frequencies(made(both)), "code")["sharing"]) == (2, 1, 9, 2)


def test_overlapping_passages_are_two_codings_but_the_overlap_counts_once() -> None:
    both = [on("a", words, "sharing") for words in ("two three", "three four")]
    found = rows(frequencies(made(both)), "code")["sharing"]
    assert numbers(found) == (2, 1, len("two three four"), 3)


def test_a_renamed_code_counts_under_its_new_path() -> None:
    found = rows(frequencies(made([on("b", "beta", "sharing/old-name")])), "code")
    assert numbers(found["sharing/new-name"]) == (1, 1, 4, 1)
    assert numbers(found["sharing"]) == (1, 1, 4, 1)
    assert "sharing/old-name" not in found


def test_an_unused_top_code_has_a_row_of_zeros_and_an_unused_sub_code_has_none() -> None:
    found = rows(frequencies(made([on("a", "two", "sharing")])), "code")
    assert list(found) == TOP
    assert numbers(found["unused"]) == (0, 0, 0, 0)
    assert found["unused"]["share"] == 0.0


def test_without_sub_codes_only_top_codes_have_rows_with_the_same_numbers() -> None:
    coded = made([on("a", "two", "sharing/peers"), on("b", "beta", "sharing")])
    short = rows(frequencies(coded, sub_codes=False), "code")
    full = rows(frequencies(coded), "code")
    assert list(short) == TOP
    assert short == {path: full[path] for path in TOP}


def test_codes_stand_in_the_order_of_the_codebook() -> None:
    used = [on("a", "two", code.id) for code in reversed(BOOK.codes)]
    assert list(rows(frequencies(made(used)), "code")) == [code.path for code in BOOK.codes]


def test_shares_are_of_the_words_coded_at_all_and_may_add_up_to_more_than_one() -> None:
    coded = made([on("a", "one two three", "sharing"), on("a", "three four", "sharing-not")])
    found = rows(frequencies(coded), "code")
    assert (found["sharing"]["share"], found["sharing-not"]["share"]) == (3 / 4, 2 / 4)


def test_shares_are_undefined_when_nothing_is_coded() -> None:
    nothing = frequencies(made([]))
    assert nothing.rows == tuple((path, 0, 0, 0, 0, None, 0, 0) for path in TOP)
    for record in networks(made([])).records():
        assert (record["share"], record["share_of_network"]) == (None, None)
        assert record["per_1000_words"] == 0.0


# The same by brute force


def painted(codings: Sequence[Coding]) -> tuple[int, int, int]:
    """Codings, documents, characters, with one mark for each character."""
    marks = {key: [False] * len(text) for key, text in TEXTS.items()}
    for c in codings:
        for place in range(c.span.start, c.span.end):
            marks[c.document][place] = True
    passages = {(c.document, c.span.start, c.span.end, c.coder) for c in codings}
    return len(passages), sum(any(m) for m in marks.values()), sum(map(sum, marks.values()))


def below(codings: Sequence[Coding], path: str) -> list[Coding]:
    """The codings at a code or under it."""
    ids = {c.id for c in BOOK.under(path)}
    return [c for c in codings if c.code in ids]


@example_settings(deadline=None)
@given(some_codings())
def test_frequencies_agree_with_painting_every_character(codings: list[Coding]) -> None:
    found = rows(frequencies(made(codings)), "code")
    used = {code.path for code in BOOK.codes if below(codings, code.path)}
    assert set(found) == used | set(TOP)
    for path, record in found.items():
        assert numbers(record)[:3] == painted(below(codings, path)), path


@example_settings(deadline=None)
@given(some_codings())
def test_networks_agree_with_painting_every_character(codings: list[Coding]) -> None:
    found = rows(networks(made(codings), sub_codes=True), "network", "code")
    for (network, path), record in found.items():
        own = [c for c in codings if (NETWORKS[c.document] or NO_NETWORK) == network]
        assert numbers(record)[:3] == painted(below(own, path)), (network, path)


@example_settings(deadline=None)
@given(some_codings())
def test_codings_and_text_of_all_networks_add_up_to_the_frequencies(codings: list[Coding]) -> None:
    coded = made(codings)
    by_network = networks(coded, sub_codes=True).records()
    for record in frequencies(coded).records():
        parts = [numbers(r) for r in by_network if r["code"] == record["code"]]
        assert tuple(map(sum, zip(*parts, strict=True))) == numbers(record)


# Networks


@pytest.mark.parametrize(
    ("network", "code", "counts", "share", "of_network", "per_1000"),
    [
        ("EUROCITIES", "sharing", (1, 1, 13, 3), 3 / 8, 3 / 5, 100.0),
        ("EUROCITIES", "sharing-not", (1, 1, 8, 2), 2 / 8, 2 / 5, 100.0),
        ("EUROCITIES", "unused", (0, 0, 0, 0), 0.0, 0.0, 0.0),
        ("ICORN", "sharing", (2, 1, 5, 1), 1 / 8, 1 / 2, 1000 / 9),
        ("ICORN", "sharing-not", (1, 1, 5, 1), 1 / 8, 1 / 2, 1000 / 9),
        (NO_NETWORK, "sharing", (1, 1, 7, 1), 1 / 8, 1.0, 1000 / 3),
        (NO_NETWORK, "sharing-not", (0, 0, 0, 0), 0.0, 0.0, 0.0),
    ],
)
def test_shares_and_rates_of_a_network_are_those_computed_by_hand(
    network: str,
    code: str,
    counts: tuple[int, ...],
    share: float,
    of_network: float,
    per_1000: float,
) -> None:
    record = rows(networks(by_hand()), "network", "code")[network, code]
    assert numbers(record) == counts
    assert record["share"] == pytest.approx(share)
    assert record["share_of_network"] == pytest.approx(of_network)
    assert record["per_1000_words"] == pytest.approx(per_1000)


def test_each_network_has_a_row_for_each_top_code() -> None:
    expected = {(n, c) for n in ("EUROCITIES", "ICORN", NO_NETWORK) for c in TOP}
    assert set(rows(networks(by_hand()), "network", "code")) == expected


def test_sub_codes_have_rows_in_every_network_when_asked_for_and_used_anywhere() -> None:
    found = rows(networks(by_hand(), sub_codes=True), "network", "code")
    assert {n for n, code in found if code == "sharing/peers"} == {
        "EUROCITIES", "ICORN", NO_NETWORK,
    }  # fmt: skip
    assert numbers(found["ICORN", "sharing/peers"]) == (0, 0, 0, 0)


def test_documents_without_a_network_appear_as_none_in_brackets() -> None:
    table = networks(made([on("c", "belongs", "sharing")], {"c": TEXTS["c"]}))
    assert {r["network"] for r in table.records()} == {"(none)"}


def test_a_network_without_codings_has_rows_and_an_undefined_share_of_its_own() -> None:
    found = rows(networks(made([on("a", "two", "sharing")])), "network", "code")["ICORN", "sharing"]
    assert (found["share"], found["share_of_network"], found["per_1000_words"]) == (0.0, None, 0.0)


def test_a_network_without_words_has_no_rate() -> None:
    found = networks(made([], {"a": ""})).records()
    assert [r["per_1000_words"] for r in found] == [None] * len(TOP)


# Matrix


@pytest.mark.parametrize(
    "value", ["codings", "documents", "characters", "words", "share", "share_of_network"]
)
def test_a_matrix_has_every_value_in_its_cell(value: str) -> None:
    long = networks(by_hand(), sub_codes=True)
    wide = matrix(long, value=value)
    by_network = rows(wide, "network")
    assert wide.columns == ("network", *dict.fromkeys(r["code"] for r in long.records()))
    assert list(by_network) == list(dict.fromkeys(r["network"] for r in long.records()))
    for record in long.records():
        assert by_network[record["network"]][record["code"]] == record[value]


def test_a_matrix_names_its_value_and_keeps_the_note() -> None:
    long = networks(by_hand())
    wide = matrix(long, value="words")
    assert wide.title.endswith(": words")
    assert wide.note == long.note


# Quotations


def test_a_quotation_is_the_slice_of_the_text_that_was_coded() -> None:
    texts = {"a": "Łódź 👩‍👩‍👧 says\n“welcome”.", "c": "قالت المدينة: مرحبا"}
    codings = [coding("a", 0, 4, "sharing"), coding("a", 5, 12, "sharing"),
               coding("a", 8, 20, "sharing-not"), coding("c", 5, 12, "unused")]  # fmt: skip
    found = quotations(listed(codings, texts)).records()
    assert [r["quotation"] for r in found] == [
        texts[c.document][c.span.start : c.span.end] for c in codings
    ]
    assert all(texts[r["document"]][r["start"] : r["end"]] == r["quotation"] for r in found)


def test_a_quotation_says_whose_it_is_and_how_it_came_about() -> None:
    one = coding("b", 6, 10, "sharing/old-name", "ben", "why?", "suggestion")
    assert quotations(listed([one])).records() == [
        {
            "coding": one.id, "document": "b", "name": "text b", "network": "ICORN",
            "coder": "ben", "code": "sharing/new-name", "start": 6, "end": 10,
            "quotation": "beta", "memo": "why?", "origin": "suggestion", "created": "2024-01-01",
            "hash": quotation_hash("beta"),
        }
    ]  # fmt: skip


def test_every_coding_is_one_quotation_in_the_order_given() -> None:
    table = quotations(listed(HAND))
    assert [r["coding"] for r in table.records()] == [c.id for c in HAND]
    assert table.note.startswith(f"{len(HAND)} codings")


# Notes


def test_the_note_names_the_number_of_codings_and_of_documents() -> None:
    for table in (frequencies(by_hand()), networks(by_hand())):
        assert "n = 6 codings in 3 of 4 documents." in table.note


def test_the_note_names_coders_filters_and_what_the_caller_says() -> None:
    filters = Filters(code="sharing", coders=("amina",))
    coded = made([on("a", "two", "sharing")], note="Codebook 1.", filters=filters)
    for table in (frequencies(coded), networks(coded)):
        assert table.note.endswith(" Coders: amina; code = sharing. Codebook 1.")


def test_a_projects_reports_name_their_coders(study: Project) -> None:
    note = study.report("frequencies").note
    assert "n = 0 codings in 0 of 3 documents. No coding fits. Coders: none." in note
    document = study.documents()[0].id
    study.code(document, Span(0, 5), study.codebook.top[0].path)
    note = study.report("frequencies").note
    assert "n = 1 coding in 1 of 3 documents. Coders: amina." in note
