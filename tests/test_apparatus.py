"""Notes, references and bits of lines are told from what a document says."""

from __future__ import annotations

import re

import pytest
from conftest import add
from hypothesis import given
from hypothesis import strategies as st

from tcncode.text import Span
from tcncode.text import apparatus as apparatuses
from tcncode.text.apparatus import apparatus
from tcncode.text.segments import segment

BODY = """\
Mayors carry the burden together.1 They ask the ministries to pay for it, as in spring.2
Nobody answered them in writing.

1 The forum of mayors was founded by two networks and a bank.
2 These include the coalition of cities for rights and the league of ports.

The networks went on without an answer.
"""
REFERENCES = """\
The networks went on without an answer, and will go on.

References

Abel, K. (2015) Cities that write to parliaments. Utrecht: Kade.

Brandt, L. (2017) A charter of their own, https://example.org/charter.

Cole, M. (2019) Mayors before the court. Leiden: Rijn.
"""


def found(text: str) -> tuple[list[Span], list[Span]]:
    """All sentences, and those that belong to the apparatus."""
    parts = segment(text)
    every, paragraphs, headings = (
        sorted(s.span for s in parts if s.kind == kind)
        for kind in ("sentence", "paragraph", "heading")
    )
    return every, apparatus(text, every, paragraphs, headings)


def left_out(text: str) -> list[str]:
    return [" ".join(span.of(text).split()) for span in found(text)[1]]


def test_notes_whose_marks_hang_on_words_are_left_out():
    assert [words[:8] for words in left_out(BODY)] == ["1 The fo", "2 These "]


def test_a_numbered_demand_is_no_note():
    """No mark in the text names it, or it stands alone."""
    demands = "1 The ministries pay the towns.\n\n2 The towns open their doors.\n"
    assert left_out(demands) == []
    assert left_out("As agreed in Ghent.1 We go on.\n\n1 The ministries pay the towns.\n") == []


def test_raised_numbers_begin_notes():
    text = "We go on.¹ They do not.²\n\n¹ See the letter of the mayors.\n\n² Ask the two towns.\n"
    assert [words[0] for words in left_out(text)] == ["¹", "²"]


def test_a_list_of_references_is_left_out_from_its_heading_on():
    listed = left_out(REFERENCES)
    assert listed[0] == "References" and any("Leiden" in words for words in listed)
    assert not any("networks" in words for words in listed)


@pytest.mark.parametrize("heading", ["Notes", "Sources", "## References"])
def test_a_heading_of_that_name_over_other_text_hides_nothing(heading):
    said = "In 2015, the mayors came to see it. It began in 2014. They want it paid (all of it)."
    assert not any("mayors" in w for w in left_out(f"{heading}\n{said}\n{said}\n{said}\n"))
    assert not any("mayors" in w for w in left_out(f"{heading}\n\n{said}\n\n{said}\n"))


def test_text_behind_the_references_is_read_again():
    text = REFERENCES + "\n" + "\n\n".join(
        f"The {n} town opened its doors to whoever came over the border." for n in
        ("first", "second", "third", "fourth", "fifth")
    )  # fmt: skip
    assert not any("third town" in words for words in left_out(text))


@pytest.mark.parametrize("heading", ["# Annex: Declaration\n\n", ""])
def test_numbered_demands_behind_the_references_are_read(heading):
    demands = "\n\n".join(f"{n}. The cities shall open door {n} to all." for n in range(1, 6))
    said = left_out(f"{REFERENCES}\n{heading}{demands}\n")
    assert any("Leiden" in words for words in said)
    assert not any("door" in words for words in said)


def test_sentences_in_scripts_without_blanks_are_read():
    assert left_out("市長たちは話し合った。\n\n都市は学ぶ。\n") == []


def test_however_many_headings_each_paragraph_is_looked_at_a_few_times(monkeypatch):
    class Counting:
        looks = 0

        def search(self, words):
            self.looks += 1

    counting = Counting()
    monkeypatch.setattr(apparatuses, "_ENTRY", counting)
    text = "Notes:\nThe mayors came to see it.\n" * 500
    every = [Span(m.start(), m.end()) for m in re.finditer(r"[^\n]+", text)]
    apparatus(text, every, every)
    assert 0 < counting.looks <= 5 * len(every)


def test_bits_of_lines_are_left_out_and_short_sentences_are_not():
    text = "cities.\n\nShame on Rome.\n\nNo budget.\n\nWe pay for it all, alone.\n"
    assert left_out(text) == ["cities."]


@given(st.text(alphabet="ab .\n1²²References(2015)", max_size=300))
def test_whatever_the_text_it_names_sentences_of_it(text):
    every, beside = found(text)
    assert set(beside) <= set(every)


def test_nothing_is_suggested_there(study, tmp_path):
    call = "We call on the ministry to fund the shelters that cities run."
    text = f"{call}1 Nobody came.2\n\n1 {call}\n\n2 See the letter.\n\n{call}\n"
    document = add(study, tmp_path, "noted", text)
    study.suggest([document])
    starts = [s.span.start for s in study.suggestions(document=document)]
    assert starts and text.index("1 We call") not in starts
    assert text.rindex(call) in starts
    judged = [span.of(text) for span in study._sentences_to_judge(document)]
    assert "1 " + call in judged, "what a coder codes there is a suggestion that was missed"
    assert len(study._probabilities(study.suggester(), document)) == len(judged)
