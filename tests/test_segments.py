"""Words, sentences, paragraphs and turns are found where a reader would see them."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.text.paragraphs import paragraphs
from tcncode.text.segments import segment
from tcncode.text.sentences import sentences
from tcncode.text.turns import find_turns as turns
from tcncode.text.words import word_count, words

SEEDS = Path(__file__).parents[1].parent / "shared" / "seeds"
PIECES = st.sampled_from(
    [". ", ".", "? ", "…", "\n", "\n\n", "\t", "A", "b", " ", "1", "19", "¹", "Anna: ",
     "- ", "[00:01:02] ", "et al. ", "”", "(", ")", "e\u0301", "👍",
     "שלום ", "。", "# ", "\f", "I. ", "word "]
)  # fmt: skip


def said(text: str, language: str | None = None) -> list[str]:
    return [span.of(text) for span in sentences(text, language)]


@given(st.lists(PIECES, max_size=60).map("".join) | st.text(max_size=80))
def test_segments_lie_in_order_inside_the_text_and_are_never_blank(text: str) -> None:
    parts = segment(text)
    for kind in ("sentence", "paragraph", "turn", "page", "heading"):
        spans = [part.span for part in parts if part.kind == kind]
        assert [p.number for p in parts if p.kind == kind] == list(range(1, len(spans) + 1))
        assert all(a.end <= b.start for a, b in pairwise(spans))
        assert all(span.of(text).strip() for span in spans)
    for span in sentences(text):
        assert span.of(text) == span.of(text).strip()
    blocks = paragraphs(text)
    assert all(any(b.start <= s.start and s.end <= b.end for b in blocks) for s in sentences(text))
    outside = list(text)
    for block in blocks:
        outside[block.start : block.end] = " " * len(block)
    assert not "".join(outside).strip()


@pytest.mark.parametrize(
    "text",
    [
        "Urban communities,1 cities occupy spaces.|Next comes.",
        "They study migration.12|Next they act.",
        "It met its objectives.¹⁹|Genoa joined.",
        "See Oomen et al. (2019), cf. p. 4, e.g. Dr. Smith in St. Denis.|I. Daalder is No. 5.",
        "It is so (Eurocities n.d.), i.e. now.|The U.S. Department spoke vs. them.",
        "It grew by 3.5 percent to 1.2 million.|Well... maybe.|I left…|Then he came.",
        "“We have a … duty.”19|The rest (it was late.)|And so on.",
        "“Why?” he asked.|No.|I did not!|Yes.",
        "Dat is bijv. zo, o.a. in Gent.|Wir kamen z.B. am 3. Mai an.|Fue p.ej. así.",
        "In St Denis in 2002.40|The European Coalition acts.|See http://x.org/a.b?c=1.|It works.",
        "He said so. (laughs) Then he went.".replace(". (", ".|("),
        "这是。|那是！|好？",
    ],
)
def test_a_sentence_ends_where_a_reader_ends_it(text: str) -> None:
    assert [part.strip() for part in said(text.replace("|", " "))] == text.split("|")


def test_bullets_headings_and_addresses_need_no_full_stop() -> None:
    text = (
        "Main aims\n\n● share what\n  works\n● lobby\n\n1. First. Then.\n\nMayor's Office\nGhent\n"
    )
    assert said(text) == ["Main aims", "share what\n  works", "lobby", "1. First.", "Then.",
                          "Mayor's Office", "Ghent"]  # fmt: skip


def test_lines_wrapped_by_hand_are_one_paragraph() -> None:
    text = (
        "Cities claim an ever larger role in the governance of migration,\n"
        "often by means of policies that part with those of the state.\n"
        "\nA second one follows.\n"
    )
    assert [len(p.of(text).split("\n")) for p in paragraphs(text)] == [2, 1]
    assert len(sentences(text)) == 2


def test_a_blank_line_after_every_line_separates_nothing() -> None:
    lines = ["Whether cities share what they know or look for money, the networks that"] + [
        "they join offer them an infrastructure on which all of them can rely and"
    ] * 12
    text = "\n\n".join([*lines, "that ends here.", "Another paragraph begins with this one"])
    assert len(paragraphs(text)) == 2


def test_turns_carry_label_and_time() -> None:
    text = "[00:01:05] Anna: Hello. You?\n[00:01:15] Bo: fine\nand well\n[01:01:25] Anna: Good.\n"
    assert [(label, seconds) for _, label, seconds in turns(text)] == [
        ("Anna", 65.0), ("Bo", 75.0), ("Anna", 3685.0)]  # fmt: skip
    assert turns(text)[1][0].of(text) == "[00:01:15] Bo: fine\nand well"
    assert said(text) == ["Hello.", "You?", "fine\nand well", "Good."]


@pytest.mark.parametrize(
    "text",
    [
        "Anna: One two.\n\nBo: Three four.\n\nAnna: Five six.\n",
        "**Anna:** One two.\n\n**Bo:** Three four.\n\n**Anna:** Five six.\n",
        "**Anna**: One two.\n\n__Bo:__ Three four.\n\n**Anna**: Five six.\n",
        "Anna (00:03): One two.\n\nBo (00:09): Three four.\n\nAnna (01:00): Five six.\n",
        "Anna  0:03\nOne two.\n\nBo  0:09\nThree four.\n\nAnna  1:00\nFive six.\n",
        "[00:00:03] Anna\nOne two.\n\n[00:00:09] Bo\nThree four.\n\n[00:01:00] Anna\nFive six.\n",
    ],
)
def test_transcripts_come_in_many_forms(text: str) -> None:
    assert [label for _, label, _ in turns(text)] == ["Anna", "Bo", "Anna"]
    assert said(text) == ["One two.", "Three four.", "Five six."]
    assert len(paragraphs(text)) == 3


def test_a_note_is_not_a_speaker() -> None:
    text = "Note: this stays.\n\nThe city went on for years.\n\nSource: the city.\n\nIt went on.\n"
    assert turns(text) == []
    interview = "Date: 6 May\nPlace: office\n\nI: What?\n\nMayor: One thing: no.\n\nI: Why?\n"
    assert [label for _, label, _ in turns(interview, transcript=True)] == ["I", "Mayor", "I"]
    assert turns(interview, transcript=False) == []


def test_words_keep_apostrophes_hyphens_and_marks() -> None:
    text = "Cities' don't – vis-à-vis cafe\u0301 شَمس 3.5"
    assert [w.of(text) for w in words(text)] == [
        "Cities", "don't", "vis-à-vis", "cafe\u0301", "شَمس", "3", "5"]  # fmt: skip
    assert word_count(text) == 7


def _steps(text: str) -> int:
    """How many calls, Python's own included, taking a text apart makes."""
    made = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal made
        made += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        segment(text)
    finally:
        sys.setprofile(before)
    return made


@pytest.mark.parametrize("hard", [".", ".)", "a", "A: b\n", "\n", ".1,2,", "(((", "One. two\n\n"])
def test_twice_the_text_takes_twice_the_steps(hard: str) -> None:
    """On texts that nobody writes, too; of a long one every part still lies within it."""
    once, twice = _steps(hard * 1000), _steps(hard * 2000)
    assert twice <= 2.2 * once + 100
    text = hard * 60_000
    parts = segment(text)
    assert all(0 <= part.span.start < part.span.end <= len(text) for part in parts)
    assert bool(text.strip()) == any(part.kind == "sentence" for part in parts)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seeds are not part of the repository")
def test_the_seeds_come_apart_as_a_reader_would_take_them() -> None:
    brief, article = (path.read_text("utf-8") for path in sorted(SEEDS.glob("00*.txt")))
    flat = [" ".join(s.split()) for s in said(brief)]
    assert any(s.startswith("Driven partly by") and s.endswith("they identify.") for s in flat)
    assert "2 Zapata-Barrero, Caponio, and Scholten 2017, Bauder 2017." in flat
    heads = [p.span.of(brief) for p in segment(brief) if p.kind == "heading"]
    assert heads[:3] == ["Executive Summary", "Introduction",
                         "Transnational city networks and migration"]  # fmt: skip
    flat = said(article)
    assert any(s.startswith("As a result") and s.endswith("in June 2018.") for s in flat)
    assert "¹ www.mayorsmigrationcouncil.org" in flat
    assert sum(1 for s in flat if s.startswith("(2019)")) == 1
