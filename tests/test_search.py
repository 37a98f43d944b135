"""Words, patterns and near matches are found where they stand."""

from __future__ import annotations

import sqlite3
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tcncode.errors import UsageError
from tcncode.search import (
    find_fuzzy,
    find_regex,
    find_words,
    fold,
    fts_query,
    keyword_in_context,
)
from tcncode.text import Span

TEXTS = st.text(st.sampled_from("aAéEe\u0301ßﬁœİıñ שלום\u05b0😀\u200d\n\r\t-'\"*x가ς\u00ad"))


@given(TEXTS)
@example("cafe\u0301 Straße ﬁn")
def test_each_folded_character_comes_from_where_the_map_says(text):
    folded, offsets = fold(text)
    places = list(range(len(folded))) if offsets is None else offsets
    assert len(places) == len(folded)
    assert places == sorted(places)
    for c, at in zip(folded, places, strict=True):
        assert c in fold(text[at])[0]
    assert not any(unicodedata.combining(c) for c in folded)


@given(TEXTS)
def test_folding_does_not_see_normalisation_or_case(text):
    folded = fold(text)[0]
    assert fold(unicodedata.normalize("NFD", text))[0] == folded
    assert fold(folded)[0] == folded


@given(TEXTS, st.text("aeßéxsoefi", min_size=1, max_size=3))
def test_found_words_fold_to_the_query(text, word):
    spans = find_words(text, word)
    assert all(fold(span.of(text))[0].strip("\u00ad") == fold(word)[0] for span in spans)
    assert spans == sorted(set(spans))
    assert find_words(f"{text} {word} {text}", word)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("cafe", ["Cafe\u0301"]),
        ("CAFÉ malaga", ["Cafe\u0301", "Málaga"]),
        ("cafe london", []),
        ('"cafe in malaga"', ["Cafe\u0301 in\r\nMálaga"]),
        ("strass*", ["Straßen"]),
        ("strasse", []),
        ("peer-learning", ["peer learning"]),
        ("שלום", ["שלום"]),
        ("", []),
        ('"', []),
        ("😀", []),
    ],
)
def test_words_phrases_and_beginnings(query, expected):
    text = "😀 Cafe\u0301 in\r\nMálaga, Straßen, peer learning שלום."
    assert [span.of(text) for span in find_words(text, query)] == expected


@given(st.text())
def test_no_query_is_a_syntax_error_to_sqlite(query):
    with sqlite3.connect(":memory:") as db:
        db.execute("create virtual table t using fts5(x)")
        written = fts_query(query)
        if written and all(ord(c) < 0xD800 or ord(c) > 0xDFFF for c in written):
            db.execute("select * from t where t match ?", [written]).fetchall()
    db.close()


def test_regex_finds_and_ignores_case_and_empty_matches():
    assert find_regex("Ab ab\nAB", "^ab|x*") == [Span(0, 2), Span(6, 8)]


@pytest.mark.parametrize("pattern", ["[a", "(a+)+c$", "*"])
def test_a_bad_or_endless_pattern_is_one_line(pattern, monkeypatch):
    monkeypatch.setattr("tcncode.search.TIMEOUT", 0.1)
    with pytest.raises(UsageError) as caught:
        find_regex("a" * 5000 + "b", pattern)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "query", "expected"),
    [
        ("The pier learnng of cities", "peer learning", ["pier learnng"]),
        ("peerlearning is", "peer learning", ["peerlearning"]),
        ("Solidarité\u0301 Citties!", "solidarite cities", ["Solidarité\u0301 Citties"]),
        ("nothing of the kind", "peer learning", []),
        ("", "peer", []),
        ("peer", "", []),
        ("x refugees y", "refugee", ["refugees"]),
    ],
)
def test_near_matches(text, query, expected):
    assert [span.of(text) for span, _ in find_fuzzy(text, query)] == expected


@given(TEXTS, st.text("aexs ", min_size=1))
def test_the_words_themselves_are_a_near_match(text, query):
    found = find_fuzzy(f"{text} {query} {text}", query)
    assert bool(found) == bool(query.strip())
    ends = [span for span, _ in found]
    assert all(a.end <= b.start for a, b in pairwise(ends))


def test_keyword_in_context_is_one_line_of_whole_words():
    text = "abc def\n ghi jkl mno pqr"
    assert keyword_in_context(text, Span(9, 12), 6) == ("def ", "ghi", " jkl")


@given(TEXTS.filter(bool), st.data(), st.integers(0, 20))
def test_context_keeps_its_width(text, data, width):
    start = data.draw(st.integers(0, len(text) - 1))
    span = Span(start, data.draw(st.integers(start + 1, len(text))))
    left, words, right = keyword_in_context(text, span, width)
    assert len(left) <= width and len(right) <= width
    assert words == " ".join(span.of(text).split())
    assert not any(c in "\r\n" for c in left + words + right)
