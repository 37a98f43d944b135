"""Words, patterns and near matches are found where they stand."""

from __future__ import annotations

import sqlite3
import unicodedata
from itertools import pairwise

import pytest
from conftest import Run
from hypothesis import example, given
from hypothesis import strategies as st

from tcncode.errors import UsageError
from tcncode.project import Project
from tcncode.search import (
    Hit,
    around,
    find_fuzzy,
    find_regex,
    find_words,
    fold,
    fts_query,
    keyword_in_context,
    regex_finder,
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


QUERIES = st.text(st.sampled_from("abAN DORTE:^*+-(){}\"'é😀\0\n_"))


@given(QUERIES | st.text(st.characters(max_codepoint=0x17F)))
@example('a AND "b')
@example("x:y* ^z NEAR(a b, 2)")
def test_no_query_is_a_syntax_error_to_sqlite(query):
    """And a text with the query's own words in it is found, one without any word is not."""
    written = fts_query(query)
    words = query.replace('"', " ").replace("*", " ")
    with sqlite3.connect(":memory:") as db:
        db.execute("create virtual table t using fts5(x)")
        db.executemany("insert into t values (?)", [(words,), ("... --- ...",)])
        if written:
            found = db.execute("select rowid from t where t match ?", [written]).fetchall()
            assert found == [(1,)]
        else:
            assert not any(unicodedata.category(c)[0] == "L" for c in query)
    db.close()


def test_regex_finds_and_ignores_case_and_empty_matches():
    assert find_regex("Ab ab\nAB", "^ab|x*") == [Span(0, 2), Span(6, 8)]


@pytest.mark.parametrize("pattern", ["", "x*", "^", "(?=b)", "$|^"])
def test_a_pattern_that_fits_nothing_at_all_finds_nothing(pattern):
    assert find_regex("ab\nab", pattern) == []


def test_a_pattern_may_take_so_long_for_all_texts_together(monkeypatch):
    monkeypatch.setattr("tcncode.search.PATIENCE", 0.0)
    find = regex_finder("(a+)+c$")
    with pytest.raises(UsageError, match="for all"):
        find("a" * 5000 + "b")


SPANS = st.tuples(st.integers(0, 30), st.integers(1, 10)).map(lambda t: Span(t[0], t[0] + t[1]))


@given(SPANS, st.lists(SPANS))
def test_the_sentences_around_a_hit_are_those_it_touches(span, some):
    apart = []
    for stretch in sorted(some):
        if not apart or stretch.start >= apart[-1].end:
            apart.append(stretch)
    touched = [stretch for stretch in apart if stretch.overlaps(span)]
    expected = Span(touched[0].start, touched[-1].end) if touched else span
    assert around(span, [(s.start, s.end) for s in apart]) == expected


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


# -- coding what was found ---------------------------------------------------------------


def coded(project: Project) -> list[tuple[str, str]]:
    """(code, words) of every coding."""
    return [(c.code, project.quote(c.document, c.span)) for c in project.codings()]


@pytest.mark.parametrize(
    ("query", "passage", "words"),
    [
        ("the", "hit", ["The", "The", "The", "The"]),
        ("cafe", "sentence", ["The cafe\u0301 stayed open."]),
        ("other stayed", "paragraph", None),
        # Twice in one sentence, once for each of two in one paragraph: one coding.
        ("s*", "sentence", None),
    ],
)
def test_hits_are_coded_once_per_passage_and_undone_at_once(study, query, passage, words):
    hits = study.search(query)
    assert len(hits) >= 2 or words
    planned = study.hits_to_code(hits, "sharing", passage=passage)
    codings, there = study.code_hits(hits, "sharing", passage=passage)
    made = coded(study)
    assert len(made) == len(codings) > 0 and there == 0
    assert {(c.document, c.span) for c in codings} == set(planned.fresh)
    if words is not None:
        assert [w for _, w in made] == words
    for hit in hits:
        assert any(
            c.document == hit.document and c.span.overlaps(hit.span) for c in study.codings()
        )
    assert study.code_hits(hits, "sharing", passage=passage) == ([], len(made))
    study.undo()
    assert coded(study) == []
    study.redo()
    assert coded(study) == made


def test_what_somebody_else_or_another_code_has_is_not_there_yet(study):
    hits = study.search("failed")
    with Project.open(study.path, coder="ben") as ben:
        assert len(ben.code_hits(hits, "shaming")[0]) == 1
    assert study.hits_to_code(hits, "shaming").there == 0
    study.code_hits(hits, "sharing")
    assert study.hits_to_code(hits, "shaming").there == 0
    study.code_hits(hits, "shaming")
    assert study.hits_to_code(hits, "shaming").there == 1
    assert len(study.codings()) == 3


def test_a_hit_of_blanks_is_not_coded_and_one_across_sentences_takes_both(study):
    letter = study.document("letter")
    gap = letter.text.index("\n\n")
    assert study.hits_to_code([Hit(letter.id, Span(gap, gap + 2))], "sharing").fresh == ()
    across = Hit(letter.id, Span(letter.text.index("Łódź"), letter.text.index("cafe")))
    ((_, span),) = study.hits_to_code([across], "sharing").fresh
    assert span.of(letter.text).startswith("We learn") and span.of(letter.text).endswith("open.")


def test_search_codes_by_command(study, tcncode: Run, monkeypatch):
    def search(*options: str):
        return tcncode("-p", study.path, "search", "open", "--code", "sharing", *options)

    assert search().code == 2
    listed = search("--dry-run", "--format", "json")
    assert '"quotation": "The cafe\u0301 stayed open."' in listed.out
    assert coded(study) == []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("click.confirm", lambda *_, **__: False)
    assert "Nothing was coded" in search().err
    assert coded(study) == []
    monkeypatch.setattr("click.confirm", lambda *_, **__: True)
    ran = search("--passage", "hit")
    assert ran.out == "" and "1 hit of 1 hit to be coded sharing; none has it yet." in ran.err
    assert coded(study) == [("sharing", "open")]
    ran = search("--yes", "--coder", "ben")
    assert ran.code == 0
    assert "1 have it already" in search("--yes", "--coder", "ben").err
    assert {c.coder for c in study.codings()} == {"amina", "ben"}
    assert tcncode("-p", study.path, "search", "open", "--yes").code == 2
