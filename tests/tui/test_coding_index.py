"""The index of codings agrees with a slow and obvious one, whatever came and went before."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.model import Coding
from tcncode.text import Span
from tcncode.tui.coding_index import CodingIndex
from tcncode.tui.edges import Edges
from tcncode.tui.lanes import LANES, NEAR

LENGTH = 3000
TEXT = ("Ł é 👩‍👩‍👧 word \n \n" * LENGTH)[:LENGTH]


def coding(start: int, length: int, code: str = "a", coder: str = "me", memo: str = "") -> Coding:
    end = min(start + length, LENGTH)
    return Coding(f"{start}-{end}-{code}-{coder}", "d", Span(start, end), code, coder, memo)


# Short and long ones, often on the same places.
CODINGS = st.builds(
    coding,
    st.one_of(st.integers(0, 40), st.integers(0, LENGTH - 1)),
    st.one_of(st.integers(1, 20), st.integers(1, LENGTH)),
    st.sampled_from("abc"),
    st.sampled_from(["me", "me", "bo"]),
)
STEPS = st.lists(st.one_of(CODINGS, st.integers(0, 99)), max_size=40)
"""A coding comes, or the one of some number goes."""


def stripped(start: int, end: int) -> tuple[int, int] | None:
    inside = [i for i in range(start, end) if not TEXT[i].isspace()]
    return (inside[0], inside[-1] + 1) if inside else None


def uncoded(codings: list[Coding]) -> list[tuple[int, int]]:
    """A slow and obvious version: one flag a character."""
    flags = [False] * LENGTH
    for c in codings:
        flags[c.span.start : c.span.end] = [True] * len(c.span)
    edges = [0, *(i for i in range(1, LENGTH) if flags[i] != flags[i - 1]), LENGTH]
    found = [stripped(a, b) for a, b in pairwise(edges) if not flags[a]]
    return [stretch for stretch in found if stretch is not None]


def agrees(index: CodingIndex, codings: dict[str, Coding], places: list[int]) -> None:
    every = list(codings.values())
    own = [c for c in every if c.coder == "me"]
    flags = {i for c in own for i in range(c.span.start, c.span.end)}
    assert len(index) == len(every)
    assert {c.id: c for c in index} == codings
    assert index.covered() == len(flags)
    assert index.starts() == sorted({c.span.start for c in every})
    free = uncoded(own)
    for at in [-1, 0, LENGTH, *places]:
        assert index.next_uncoded(at) == next((s for s in free if s[0] > at), None)
        assert index.previous_uncoded(at) == next((s for s in free[::-1] if s[0] < at), None)
        starts = index.starts()
        assert index.next_start(at) == next((s for s in starts if s > at), None)
        assert index.previous_start(at) == next((s for s in starts[::-1] if s < at), None)
    for at in places:
        here = [c for c in every if c.span.start <= at < c.span.end]
        here.sort(key=lambda c: (c.coder != "me", len(c.span), c.span.start, c.id))
        assert index.at(at) == here
        assert index.at(at, 2) == here[:2]
        assert index.depth(at) == len(here)
        ends = sorted({c.span.end for c in every if c.span.start == at})
        assert index.beginning(at) == ends
    for low, high in pairwise(sorted(set(places))):
        shared = [c for c in every if c.span.start < high and low < c.span.end]
        shared.sort(key=lambda c: (c.span.start, -c.span.end, c.id))
        assert index.within(low, high) == shared
        assert index.count(low, high) == len(shared)
        mine = {i for c in own if c.code == "a" for i in range(c.span.start, c.span.end)}
        found = [i for a, b in index.covered_by("a", low, high) for i in range(a, b)]
        assert found == [i for i in range(low, high) if i in mine]
    for c in every[:5]:
        same = {o.id for o in every if o.span == c.span}
        assert {o.id for o in index.exactly(c.span.start, c.span.end)} == same
    lanes_hold(index, codings)


def lanes_hold(index: CodingIndex, codings: dict[str, Coding]) -> None:
    assert set(index.lanes) == set(codings)
    for lane in range(LANES):
        drawn = [c for c in codings.values() if index.lanes[c.id] == lane]
        drawn.sort(key=lambda c: c.span.start)
        assert index.in_lane(lane, 0, LENGTH) == drawn
        for a, b in pairwise(drawn):
            same = (a.code, a.coder) == (b.code, b.coder)
            assert a.span.end + (0 if same else NEAR) <= b.span.start
    hidden = [c for c in codings.values() if index.lanes[c.id] >= 4]
    for at in range(0, LENGTH, 250):
        there = any(c.span.start < at + 70 and at < c.span.end for c in hidden)
        assert index.has_more(4, at, at + 70) == there


@given(STEPS, st.lists(st.integers(0, LENGTH - 1), min_size=3, max_size=8))
def test_adding_and_removing_one_by_one(steps, places):
    index, kept = CodingIndex(text=TEXT, coder="me"), {}
    for step in steps:
        if isinstance(step, Coding):
            assert step in index.add(step)
            kept[step.id] = step
        elif kept:
            gone = kept.pop(sorted(kept)[step % len(kept)])
            assert gone in index.remove(gone.id)
        assert index.remove("nobody's") == []
        assert index.covered() == len(
            {i for c in kept.values() if c.coder == "me" for i in range(c.span.start, c.span.end)}
        )
    agrees(index, kept, places)


@given(st.integers(0, 2**32), st.integers(0, 150), st.integers(0, 150))
def test_taking_many_in_at_once_is_taking_them_in_one_by_one(seed, first, second):
    rnd = random.Random(seed)
    some = [
        coding(rnd.randrange(LENGTH), rnd.choice((5, 60, 700)), rnd.choice("abc"),
               rnd.choice(("me", "bo")))
        for _ in range(first + second)
    ]  # fmt: skip
    index = CodingIndex(some[:first], text=TEXT, coder="me")
    index.extend(some[first:])
    agrees(index, {c.id: c for c in some}, sorted(rnd.sample(range(LENGTH), 6)))
    changed = index.update(some[: first // 2])
    kept = {c.id: c for c in some[: first // 2]}
    gone = {c.id for c in some} - set(kept)
    assert gone <= {c.id for c in changed}
    agrees(index, kept, sorted(rnd.sample(range(LENGTH), 6)))


def test_a_new_memo_changes_the_coding_and_nothing_else():
    index = CodingIndex([coding(0, 9)], text=TEXT)
    lane = index.lanes[coding(0, 9).id]
    changed = index.update([coding(0, 9, memo="new")])
    assert [c.memo for c in changed] == ["new"]
    assert index.at(3)[0].memo == "new"
    assert (len(index), index.covered(), index.lanes[changed[0].id]) == (1, 9, lane)
    assert index.update([coding(0, 9, memo="new")]) == []


def test_ones_own_codings_have_the_first_lanes_and_are_in_front():
    theirs = [coding(0, 5 + i, coder="bo") for i in range(LANES)]
    for many in (1, 100):  # one by one, and all at once
        more = [coding(1000 + i, 5, coder="bo") for i in range(many)]
        index = CodingIndex([*theirs, *more, coding(0, 50)], text=TEXT, coder="me")
        assert index.lanes[coding(0, 50).id] == 0
        assert index.at(2)[0] == coding(0, 50)


def test_all_that_find_room_move_up_when_a_long_coding_goes():
    long = [coding(0, 900, str(i)) for i in range(LANES)]
    short = [coding(100 * i, 20, "x") for i in range(1, 6)]
    index = CodingIndex([*long, *short], text=TEXT)
    assert {index.lanes[c.id] for c in short} == {LANES}
    changed = index.remove(long[0].id)
    assert changed == [long[0], *short] and {index.lanes[c.id] for c in short} == {0}


@pytest.mark.parametrize("order", [1, -1])
def test_neighbours_with_one_code_keep_one_lane(order):
    sentences = [coding(10 * i, 9) for i in range(12)]
    between = [coding(12, 5, "b"), coding(47, 20, "b")]
    for first, then in ((sentences, between), (between[:1], [*sentences, between[1]])):
        index = CodingIndex(text=TEXT)
        index.extend(first[::order])
        for one in then[::order]:
            index.add(one)
        assert len({index.lanes[c.id] for c in sentences}) == 1
        assert len({index.lanes[c.id] for c in between}) == 1
        index.remove(sentences[3].id)
        index.add(sentences[3])
        assert len({index.lanes[c.id] for c in sentences}) == 1
    whole = CodingIndex([*sentences, *between, coding(0, 300, "c")], text=TEXT)
    assert sorted(set(whole.lanes.values())) == [0, 1, 2]


def test_a_coding_without_a_lane_moves_up_when_one_is_free():
    codings = [coding(0, 100, str(i)) for i in range(LANES + 2)]
    index = CodingIndex(codings, text=TEXT)
    assert sorted(index.lanes.values()) == [*range(LANES), LANES, LANES]
    changed = index.remove(codings[2].id)
    assert len(changed) == 2
    assert index.lanes[changed[1].id] == 2


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 12))), st.integers(0, 40))
def test_edges_know_what_is_covered(pairs, low):
    edges = Edges()
    for start, length in pairs:
        edges.add(start, start + length)
    covered = {i for start, length in pairs for i in range(start, start + length)}
    assert edges.measure() == len(covered)
    assert [i for a, b in edges.gaps(low, 45) for i in range(a, b)] == [
        i for i in range(low, 45) if i not in covered
    ]
    back = list(edges.gaps_back(low, 45))
    assert back == sorted(back, reverse=True)
    assert {i for a, b in back for i in range(a, b) if i < low} == {
        i for i in range(low) if i not in covered
    }
