"""Where two coders differ on a code, and what the other one coded there instead."""

from __future__ import annotations

from dataclasses import replace

import pytest
from agreeing import CODED, LENGTH, marks, material
from hypothesis import given
from hypothesis import strategies as st

from tcncode.agreement import intervals
from tcncode.agreement.explain import differences


@given(st.lists(CODED, min_size=1, max_size=3))
def test_disagreements_are_what_looking_at_each_character_gives(documents):
    subject = material(documents, codes="xyz")
    found = differences(subject, subject.lines[0], (0, 1))
    expected = []
    for number, document in enumerate(documents):
        flags = {
            (coder, code): marks(document.get(coder, {}).get(code, ()))
            for coder in "AB"
            for code in "xyz"
        }
        begin = 0
        while begin < LENGTH:
            # A passage: characters that at least one of the two coded, without a gap.
            passage = []
            while begin < LENGTH and (flags["A", "x"][begin] or flags["B", "x"][begin]):
                passage.append(begin)
                begin += 1
            begin += not passage
            shared = any(flags["A", "x"][i] and flags["B", "x"][i] for i in passage)
            for coder, other in (("A", "B"), ("B", "A")):
                alone = [i for i in passage if flags[coder, "x"][i] and not flags[other, "x"][i]]
                starts = [i for i in alone if i - 1 not in alone]
                ends = [i + 1 for i in alone if i + 1 not in alone]
                for start, end in zip(starts, ends, strict=True):
                    here = range(start, end)
                    instead = tuple(c for c in "yz" if any(flags[other, c][i] for i in here))
                    kind = "boundary" if shared else "code differs" if instead else "one coded"
                    expected.append((number, start, end, coder, kind, instead))
    assert sorted(expected) == sorted(
        (d.document, d.start, d.end, d.coder, d.kind, d.instead) for d in found.found
    )


@pytest.mark.parametrize("siblings", [2, 20])
def test_each_coding_is_looked_at_once_a_code_however_many_siblings_there_are(
    monkeypatch, siblings
):
    codes = "".join(chr(ord("A") + n) for n in range(siblings + 1))
    spans = {code: [(n, n + 5)] for n, code in enumerate(codes)}
    subject = material([{"A": spans, "B": {codes[0]: [(2, 9)]}}], codes=codes)
    # Each code is a line of its own below a top code that counts for all.
    lines = [replace(line, top=False) for line in subject.lines]
    subject = replace(subject, lines=lines, single=subject.lines)
    cut, looked_at = intervals._cut, []

    def counted(borders, of_lines):
        looked_at.append(sum(len(start) for line in of_lines for start, _ in line))
        return cut(borders, of_lines)

    monkeypatch.setattr(intervals, "_cut", counted)
    found = differences(subject, subject.lines[0], (0, 1))
    assert looked_at == [2]
    others = tuple(code for n, code in enumerate(codes) if 0 < n < 9)
    assert [(d.coder, d.instead) for d in found.found] == [("B", others), ("A", ())]
