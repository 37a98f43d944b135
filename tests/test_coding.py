"""Quotations are found, and found again after the text was edited."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tcncode.coding import Anchor, find_quote, matching_blocks, parse_at, reanchor, whole_words
from tcncode.errors import QuoteNotFoundError, SpanError, UsageError
from tcncode.text import Span

TEXT = (
    "😀 The city of Málaga opened a welcome desk. The council paid for it.\r\n"
    "“We share what we\n  learn,” said the vice-mayor; שלום to all. The council agreed."
)
WORDS = st.text("ab \n.é\u0301😀ש", max_size=60)


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("opened a welcome desk", "opened a welcome desk"),
        ("  welcome desk\n", "welcome desk"),
        ("welcom", "welcome"),
        ('"We share what we learn,"', "“We share what we\n  learn,”"),
        ("שלום", "שלום"),
        ("😀", "😀"),
    ],
)
def test_a_quotation_is_found_whatever_its_blanks_and_quotation_marks(quote, expected):
    span, score = find_quote(TEXT, quote)
    assert (span.of(TEXT), score) == (expected, 100)


def test_a_quotation_with_slips_is_found_with_its_likeness():
    span, score = find_quote(TEXT, "The town of Malaga opend a welcome desk")
    assert span.of(TEXT) == "The city of Málaga opened a welcome desk"
    assert 80 <= score < 100


def test_words_that_stand_there_twice_need_an_occurrence():
    first, second = TEXT.index("The council"), TEXT.rindex("The council")
    offsets = f"2 times .{first}:{first + 11}, {second}:{second + 11}.[.]"
    with pytest.raises(UsageError, match=offsets):
        find_quote(TEXT, "The council")
    assert find_quote(TEXT, "The council", occurrence=2)[0] == Span(second, second + 11)
    with pytest.raises(UsageError, match="no occurrence 3"):
        find_quote(TEXT, "The council", occurrence=3)


def test_what_is_not_there_names_the_nearest():
    with pytest.raises(QuoteNotFoundError, match="nearest passage"):
        find_quote(TEXT, "The council bought an aeroplane and a lake")
    with pytest.raises(UsageError, match="blank"):
        find_quote(TEXT, " \n")
    with pytest.raises(QuoteNotFoundError):
        find_quote("", "anything")


@given(WORDS, st.text("ab \n.é", min_size=1, max_size=10))
def test_found_quotations_have_no_blank_edges_and_whole_words(text, quote):
    try:
        span, score = find_quote(text, quote)
    except (QuoteNotFoundError, UsageError):
        return
    assert span.of(text) == span.of(text).strip()
    assert whole_words(text, span) == span
    assert 80 <= score <= 100


def test_whole_words_leaves_chinese_alone_and_marks_together():
    assert whole_words("城市网络", Span(1, 2)) == Span(1, 2)
    assert whole_words("cafe\u0301 x", Span(0, 4)) == Span(0, 5)
    with pytest.raises(SpanError):
        whole_words("a  b", Span(1, 3))


def test_offsets_are_read():
    assert parse_at(" 12:40 ") == Span(12, 40)
    for written in ("12", "a:b", "-1:4", "1:2:3", "١:٢"):
        with pytest.raises(UsageError):
            parse_at(written)
    with pytest.raises(SpanError):
        parse_at("40:12")


@given(WORDS, WORDS)
def test_blocks_are_shared_and_in_order(old, new):
    i = j = 0
    for a, b, length in matching_blocks(old, new):
        assert a >= i and b >= j and length > 0
        assert old[a : a + length] == new[b : b + length]
        i, j = a + length, b + length
    if old == new and old:
        assert matching_blocks(old, new) == [(0, 0, len(old))]


@given(WORDS.filter(str.strip), WORDS, st.data())
def test_an_unchanged_text_moves_nothing_and_no_words_change_unseen(old, new, data):
    start = data.draw(st.integers(0, len(old) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(old))))
    assert reanchor(old, old, [span]) == [Anchor("same", span, 100.0)]
    (anchor,) = reanchor(old, new, [span])
    if anchor.status in ("same", "moved"):
        assert anchor.span is not None and anchor.span.of(new) == span.of(old)
        assert (anchor.status == "same") == (anchor.span == span)
    assert (anchor.status == "lost") == (anchor.span is None)


SENTENCES = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyz é", min_size=30, max_size=60).map(
        lambda s: s.strip() + ". "
    ),
    min_size=4,
    max_size=8,
    unique=True,
)


@given(SENTENCES, st.data())
def test_a_coding_moves_exactly_with_its_sentence(sentences, data):
    assume(all(len(s) > 25 for s in sentences))
    at = data.draw(st.integers(1, len(sentences) - 2))
    start = sum(map(len, sentences[:at]))
    span = Span(start, start + len(sentences[at]) - 1)
    new = ["A wholly new sentence at the start. ", *sentences[:-1], "Another end."]
    (anchor,) = reanchor("".join(sentences), "".join(new), [span])
    assert anchor == Anchor("moved", Span(span.start + len(new[0]), span.end + len(new[0])), 100.0)


LONG = "Before it nothing was said. The city opened a welcome desk in spring. Then it rained a lot."


def test_a_reworded_passage_is_changed_and_a_deleted_one_lost():
    span = Span(LONG.index("The city"), LONG.index(" Then"))
    changed = LONG.replace("a welcome desk", "its welcome desks")
    (anchor,) = reanchor(LONG, changed, [span])
    assert anchor.status == "changed"
    assert anchor.span.of(changed) == "The city opened its welcome desks in spring."
    assert anchor.score < 100
    gone = LONG.replace("The city opened a welcome desk in spring. ", "")
    assert reanchor(LONG, gone, [span])[0].status == "lost"


def test_a_short_passage_is_not_taken_for_another_of_the_same_words():
    old = "Mayors met in the city. Later they left by train and nobody wrote to them again."
    new = "Later they left by train and nobody wrote to them again. I never liked the city at all."
    span = Span(old.index("the city"), old.index("the city") + 8)
    assert reanchor(old, new, [span])[0].status == "lost"


def test_a_paragraph_put_elsewhere_takes_its_coding_along():
    parts = ["The first paragraph is about money and banks.\n", "The second one tells of a boat.\n"]
    parts += [f"Paragraph number {n} is filler that stays in its place.\n" for n in range(5)]
    old, new = "".join(parts), "".join([*parts[1:], parts[0]])
    (anchor,) = reanchor(old, new, [Span(4, 45)])
    assert anchor.status == "moved"
    assert anchor.span.of(new) == old[4:45]


def test_a_deleted_passage_is_not_taken_for_its_twin():
    """The same boilerplate stands elsewhere in both texts, coded or not on its own."""
    line = "Every member city signs the charter and pays the fee in January.\n"
    old = f"{line}Something that only the first page says.\n{line}And an end.\n"
    new = old[old.index("Something") :]
    assert reanchor(old, new, [Span(0, 40)])[0].status == "lost"
