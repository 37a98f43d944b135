"""Stretches of a text are found by place as a slow and obvious search finds them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.tui.units import Stretches, Units, trimmed

PARTS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda p: (p[0], p[0] + p[1])),
    max_size=15,
)
WORDS = st.text("ab é’- \n.都e\u0301", max_size=80)


@given(PARTS, st.integers(0, 70), st.integers(1, 5))
def test_stretches_are_found_by_place(parts, at, count):
    found = Stretches(parts)
    ordered = sorted(parts)
    assert list(found) == ordered
    ahead = [p for p in ordered if p[0] > at]
    behind = [p for p in ordered if p[0] < at]
    assert found.next(at, count) == (ahead[:count][-1] if ahead else None)
    assert found.previous(at, count) == (behind[-count:][0] if behind else None)
    assert found.within(at, at + 3) == [p for p in ordered if p[0] < at + 3 and at < p[1]]
    assert found.after((at, at)) == next((p for p in ordered if p > (at, at)), None)
    assert found.before((at, at)) == next((p for p in ordered[::-1] if p < (at, at)), None)
    assert found.number(at) == len([p for p in ordered if p[0] <= at])


@given(WORDS, st.integers(0, 80), st.integers(1, 6))
def test_so_many_words_on_and_back(text, at, count):
    units = Units(text)
    at = min(at, len(text))
    starts = [m.start() for m in re.finditer(r"\w[\w\u0301]*(?:['’\-](?=\w)[\w\u0301]+)*", text)]
    ahead = [s for s in starts if s > at]
    behind = [s for s in starts if s < at]
    expected_on = ahead[count - 1] if len(ahead) >= count else len(text)
    assert units.next("word", at, count) == expected_on
    assert units.previous("word", at, count) == (behind[-count] if len(behind) >= count else 0)


@pytest.mark.parametrize("edge", range(995, 1006))
def test_words_at_the_edge_of_what_is_searched_are_whole(edge):
    text = "x" * edge + " yy " + "z" * 3000 + " end"
    units = Units(text)
    assert units.previous("word", len(text)) == len(text) - 3
    assert units.previous("word", len(text) - 3) == edge + 4
    assert units.previous("word", len(text), 3) == edge + 1
    assert units.previous("word", len(text), 9) == 0


@given(WORDS, st.integers(0, 80), st.integers(1, 6))
def test_an_end_goes_from_the_end_of_a_word_to_the_next_ones(text, at, count):
    at = min(at, len(text))
    ends = [m.end() for m in re.finditer(r"\w[\w\u0301]*(?:['’\-](?=\w)[\w\u0301]+)*", text)]
    ahead = [end for end in ends if end > at]
    expected = ahead[count - 1] if len(ahead) >= count else len(text)
    assert Units(text).next_end("word", at, count) == expected


def test_an_end_goes_from_the_end_of_a_sentence_to_the_next_ones():
    units = Units("One. Two. Three.\n", [(0, 4), (5, 9), (10, 16)])
    assert [units.next_end("sentence", at) for at in (0, 3, 4, 5, 9, 16)] == [4, 4, 9, 9, 16, 17]
    assert units.next_end("sentence", 0, 2) == 9


@given(WORDS, st.integers(0, 80), st.integers(0, 80))
def test_trimming_leaves_what_strip_leaves(text, low, high):
    low, high = sorted((min(low, len(text)), min(high, len(text))))
    found = trimmed(text, low, high)
    assert (text[slice(*found)] if found else "") == text[low:high].strip()


def test_lines_stand_in_where_nothing_is_stored():
    units = Units("one\n \n two \n")
    assert list(units.paragraphs) == list(units.sentences) == [(0, 3), (6, 11)]
    assert units.at("turn", 3) is None


def test_growing_and_shrinking_go_through_the_units():
    text = "Ann: Yes we did. It was 👍🏽.\nSo it was. Bo: No."
    first, second = (5, 16), (17, 27)
    third = (28, 38)
    units = Units(
        text, [first, second, third, (43, 46)], [(0, 27), (28, 38), (39, 46)],
        turns=[(0, 38), (39, 46)],
    )  # fmt: skip
    grown = [(6, 7)]
    for _ in range(6):
        grown.append(units.grown(*grown[-1]))
    assert grown == [(6, 7), (5, 8), first, (5, 27), (5, 38), (5, 46), (5, 46)]
    assert units.shrunk(5, 38) == (5, 27)
    assert units.shrunk(5, 27) == (5, 16)
    assert units.shrunk(5, 16) == (5, 16)
    assert units.shrunk(5, 38, from_start=True) == (17, 38)
    assert units.shrunk(28, 38, from_start=True) == (28, 38)


@pytest.mark.parametrize("emoji", ["🤷‍♀️", "👩‍👩‍👧", "1️⃣", "🏳️‍🌈", "é̂", "कि"])
def test_going_word_by_word_leaves_every_cluster(emoji):
    text = f"She said {emoji} and left"
    units = Units(text)
    at, places = 0, []
    while at < len(text):
        at = units.next("word", at)
        places.append(at)
    inside = range(len("She said ") + 1, len("She said ") + len(emoji))
    assert not set(places) & set(inside)
    assert text.index("and") in places
