"""Counts kept coding by coding are those counted anew."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tcncode.model import Code, Codebook, Coding, coding_id
from tcncode.text import Span
from tcncode.tui.use_counts import UseCounts

BOOK = Codebook("b", (Code("a", "a", "A"), Code("b", "a/b", "B"), Code("c", "c", "C")))
ABOVE = {"a": {"a"}, "b": {"a", "b"}, "c": {"c"}}


def coding(code: str, coder: str, start: int) -> Coding:
    span = Span(start, start + 2)
    return Coding(coding_id("d", span, code, coder), "d", span, code, coder)


CODINGS = st.builds(
    coding, st.sampled_from("abc"), st.sampled_from(["me", "you"]), st.integers(0, 3)
)


@given(st.lists(st.tuples(st.booleans(), CODINGS), max_size=40))
def test_counts_after_any_adding_and_removing_are_those_of_what_is_left(steps):
    counts, there = UseCounts(BOOK, "me"), dict[str, Coding]()
    for adds, one in steps:
        if adds and one.id not in there:
            there[one.id] = one
            counts.add([one])
        elif not adds and one.id in there:
            counts.remove([there.pop(one.id)])
    for code in "abc":
        passages = {(c.coder, c.span) for c in there.values() if code in ABOVE[c.code]}
        assert counts.all(code) == len(passages)
        assert counts.own(code) == sum(coder == "me" for coder, _ in passages)
    for coder in ("me", "you"):
        assert counts.by_coder[coder] == sum(c.coder == coder for c in there.values())
