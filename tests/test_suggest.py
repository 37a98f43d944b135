"""Cues, names and patterns: what is suggested, why, and what is not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tcncode.model import City, Code, Codebook, Cue, Evidence, Network, suggestion_id
from tcncode.suggest import CueSuggester, pattern_problem
from tcncode.suggest.pipeline import chunks, lemma_of
from tcncode.suggest.weighing import Hit, Sign, _heaviest, _standing, counted
from tcncode.text import Span

FUND_CITIES = ({"LEMMA": {"IN": ["fund", "finance"]}}, {"OP": "*"}, {"LEMMA": "city"})
CODES = (
    Code(
        "sharing",
        "sharing",
        "Sharing",
        cues=(
            Cue("good practice", weight=0.6),
            Cue("exchange", weight=0.4),
            Cue("exchange of experience", weight=0.6),
        ),
        negative_cues=(Cue("exchange rate", weight=0.5), Cue("burden", weight=0.3)),
    ),
    Code(
        "peer", "sharing/peer-learning", "Peer learning", cues=(Cue("peer learning", weight=0.7),)
    ),
    Code("funding", "funding", "Funding", cues=(Cue(pattern=FUND_CITIES, weight=0.5),)),
)
NETWORKS = (
    Network("eurocities", "Eurocities"),
    Network("solidarity-cities", "Solidarity Cities"),
    Network("icorn", "International Cities of Refuge Network", "ICORN"),
)
CITIES = (City("barcelona", "Barcelona"), City("nice", "Nice"), City("paris", "Paris"))


@pytest.fixture(scope="module")
def suggester() -> CueSuggester:
    return CueSuggester(Codebook("study", CODES), networks=NETWORKS, cities=CITIES)


def sentences_of(text: str) -> list[Span]:
    return [Span(*m.span()) for m in re.finditer(r"[^.\s][^.]*\.?", text)]


def scores(suggester: CueSuggester, text: str, threshold: float = 0.01) -> dict[str, float]:
    whole = [Span(0, len(text))]
    found = suggester.suggest(text, whole, document="d", threshold=threshold)
    return {s.code: s.score for s in found}


def test_distinct_cues_add_up_as_a_noisy_or(suggester):
    found = scores(suggester, "Good practices, good practice and an exchange.")
    assert found == {"sharing": pytest.approx(1 - 0.4 * 0.6)}


def test_of_overlapping_cues_the_heaviest_counts(suggester):
    assert scores(suggester, "An exchange of experiences.") == {"sharing": 0.6}


def test_a_negative_cue_silences_the_cue_it_overlaps(suggester):
    assert scores(suggester, "The exchange rate fell.") == {}
    assert scores(suggester, "The exchange rate; a good practice.") == {"sharing": 0.6}


def test_a_negative_cue_elsewhere_in_the_sentence_lowers_the_score(suggester):
    assert scores(suggester, "Good practices on the burden.") == {"sharing": pytest.approx(0.3)}
    text = "Good practices. The burden."
    found = suggester.suggest(text, sentences_of(text), document="d")
    assert [s.score for s in found] == [0.6]


def test_negative_cues_are_shown_as_evidence(suggester):
    text = "Good practices on the burden."
    (found,) = suggester.suggest(text, [Span(0, len(text))], document="d", threshold=0.1)
    assert [(e.kind, e.words) for e in found.evidence] == [
        ("cue", "Good practices"),
        ("negative cue", "burden"),
    ]


def test_best_practice_is_not_good_practice(suggester):
    assert scores(suggester, "A best practice.") == {}


def test_seconded_is_not_second():
    assert lemma_of("seconded") != lemma_of("second")


@pytest.mark.parametrize(
    "written",
    ["peer learning", "peer-learning", "Peer\n  learning", "peer‑learning", "peer–learning"],
)
def test_a_phrase_is_found_hyphenated_and_broken_over_lines(suggester, written):
    text = f"😀 It is {written} again."
    (found,) = suggester.suggest(text, [Span(0, len(text))], document="d")
    assert found.code == "peer"
    assert found.evidence[0].words == written


@pytest.mark.parametrize("name", ["Val d’Oise", "Val d'Oise"])
@pytest.mark.parametrize("written", ["Val d’Oise", "Val d'Oise", "Val\u00a0d’Oise"])
def test_a_name_with_an_apostrophe_is_found_however_that_is_written(name, written):
    suggester = CueSuggester(Codebook("study", CODES), cities=(City("val", name),))
    (found,) = suggester.entities(f"In {written} it is.", [Span(0, 20)])
    assert (found.kind, found.id, found.score) == ("city", "val", 100)


def test_the_child_is_suggested_and_not_its_parent_too(suggester):
    assert scores(suggester, "Peer learning and good practice.", 0.5) == {"peer": 0.7}
    assert scores(suggester, "Good practice.", 0.5) == {"sharing": 0.6}


def test_a_pattern_with_a_wildcard_stays_in_its_sentence(suggester):
    text = "They fund it. The city waits. They finance many cities."
    found = suggester.suggest(text, sentences_of(text), document="d")
    assert [(s.code, s.evidence[0].words) for s in found] == [("funding", "finance many cities")]


def test_skipped_stretches_are_not_suggested(suggester):
    text = "Good practice one. Good practice two. Good practice three."
    spans = sentences_of(text)
    found = suggester.suggest(text, spans, document="d", skip=[Span(20, 25)])
    assert [s.span for s in found] == [spans[0], spans[2]]


def test_names_are_evidence_without_weight(suggester):
    text = "Solidarity Citties share good practice with Barcelona."
    (found,) = suggester.suggest(text, [Span(0, len(text))], document="d")
    assert found.score == 0.6
    assert [(e.kind, e.words, e.weight, e.detail) for e in found.evidence[1:]] == [
        ("network", "Solidarity Citties", 0.0, "Solidarity Cities"),
        ("city", "Barcelona", 0.0, "Barcelona"),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We met Solidarity Citties.", [("Solidarity Citties", "solidarity-cities")]),
        ("We met Euro Cities.", [("Euro Cities", "eurocities")]),
        ("We met EUROCITIES.", [("EUROCITIES", "eurocities")]),
        ("The ICORN network.", [("ICORN", "icorn")]),
        ("Integrated Solidarity City.", []),
        ("A Parish in Paris.", [("Paris", "paris")]),
        ("Nice to meet you in Nice. How nice.", [("Nice", "nice")]),
        ("שלום Barcelona 😀 Barcelonna", [("Barcelona", "barcelona"), ("Barcelonna", "barcelona")]),
    ],
)
def test_names_are_recognised_also_mistyped(suggester, text, expected):
    found = suggester.entities(text, sentences_of(text))
    assert [(e.words, e.id) for e in found] == expected
    assert all(e.span.of(text) == e.words and e.score >= 90 for e in found)


PIECES = st.sampled_from(
    ["good practice", "Good\n practices", "peer-learning", "fund", "cities", "exchange rate"]
) | st.sampled_from(
    ["e\u0301change", "שלום", "Barcelona", "Solidarity  Citties", "so\u00adft", "’s", ",", "\r\n😀"]
)


@settings(deadline=None, max_examples=150)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=8), min_size=1, max_size=6))
def test_evidence_stands_in_its_sentence_as_it_says(suggester, parts):
    text, spans = "", []
    for words in parts:
        start = len(text)
        text += " ".join(words) + "."
        spans.append(Span(start, len(text)))
        text += " "
    found = suggester.suggest(text, spans, document="d", threshold=0.2)
    for suggestion in found:
        assert suggestion.span in spans
        assert suggestion.id == suggestion_id("d", suggestion.span, suggestion.code)
        assert 0.2 <= suggestion.score <= 1
        assert suggestion.evidence
        for e in suggestion.evidence:
            assert e.span.of(text) == e.words
            assert suggestion.span.start <= e.span.start < e.span.end <= suggestion.span.end
    assert found == suggester.suggest(text, spans, document="d", threshold=0.2)
    # A sentence is read the same alone and among others.
    alone = [x for s in spans for x in suggester.suggest(text, [s], document="d", threshold=0.2)]
    assert [(s.span, s.code, s.score) for s in found] == [(s.span, s.code, s.score) for s in alone]


@given(st.lists(st.text("a \n\u00ad’é\t", min_size=1), min_size=1), st.integers(1, 30))
def test_every_tidy_character_leads_back_to_its_own(parts, size):
    text, spans = "", []
    for part in parts:
        spans.append(Span(len(text), len(text) + len(part)))
        text += part
    seen = []
    for chunk in chunks(text, spans, size=size):
        seen += chunk.sentences
        for number in range(len(chunk.sentences)):
            for at in range(*chunk.bounds(number)):
                where = chunk.span(at, at + 1)
                assert chunk.sentences[number].start <= where.start < chunk.sentences[number].end
                assert chunk.text[at] in (where.of(text)[0], " ", "'")
    assert seen == spans


@pytest.mark.parametrize(
    "pattern",
    [
        [{"LOWER": "fund"}, {"LOWER": {"IN": ["city", "cities"]}}],
        [{"LEMMA": "fund", "OP": "+"}, {"LOWER": "cities"}],
        [{"LOWER": "fund", "OP": "?"}, {"IS_TITLE": False, "OP": "*"}, {"ORTH": "cities"}],
        [{"TEXT": {"REGEX": "^cit"}}],
    ],
)
def test_a_pattern_fires_wherever_spacy_says_so(pattern):
    """Patterns are put only to sentences that hold their words: that must lose nothing."""
    from spacy.matcher import Matcher

    code = Code("c", "c", "C", cues=(Cue(pattern=tuple(pattern)),))
    suggester = CueSuggester(Codebook("study", (code,)))
    matcher = Matcher(suggester.nlp.vocab)
    matcher.add("p", [pattern])
    for text in (
        "fund cities",
        "Fund fund cities",
        "fund the cities",
        "the city",
        "funds city",
        "x",
    ):
        found = suggester.suggest(text, [Span(0, len(text))], document="d")
        assert bool(found) == bool(matcher(suggester.nlp(text))), text


WORDS = ("share", "shared", "the", "a", "lot", "3", "two", "Share")
TOKENS = st.fixed_dictionaries(
    {},
    optional={
        "LOWER": st.sampled_from(WORDS) | st.fixed_dictionaries(
            {"IN": st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)}
        ),
        "LEMMA": st.sampled_from(["share", "a", "lot"]),
        "LIKE_NUM": st.just(True),
        "OP": st.sampled_from(["?", "1", "+", "*", "{1,2}"]),
    },
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(TOKENS, min_size=1, max_size=4), st.lists(st.sampled_from(WORDS), max_size=9))
def test_a_pattern_fires_on_the_words_that_spacy_says(pattern, words):
    """The quick way for patterns of words alone is the Matcher's, to the letter."""
    from spacy.matcher import Matcher

    if pattern_problem(pattern):
        return
    code = Code("c", "c", "C", cues=(Cue(pattern=tuple(pattern)),))
    suggester = CueSuggester(Codebook("study", (code,)))
    matcher = Matcher(suggester.nlp.vocab)
    matcher.add("p", [pattern], greedy="LONGEST")
    text = " ".join(words)
    doc = suggester.nlp(text)
    expected = {doc[first:past].text for _, first, past in matcher(doc)}
    places = {(doc[f].idx, doc[p - 1].idx + len(doc[p - 1])) for _, f, p in matcher(doc)}
    read = suggester.reader.read([(text, [Span(0, len(text))] if words else [])])
    found = suggester.hits(read).of(0) if words else []
    assert {(hit.span.start, hit.span.end) for hit in found} == places
    assert {hit.span.of(text) for hit in found} == expected


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from(list("aE1.,;:()'-/@ ")) | st.characters(codec="utf-8"), max_size=40))
def test_words_are_read_as_the_pipeline_reads_them(suggester, text):
    """Each stretch between spaces is remembered, so a second time nothing may have changed."""
    spans = [Span(0, len(text))] if text.strip() else []
    strings = suggester.nlp.vocab.strings
    for _ in range(2):
        read = suggester.reader.read([(text, spans)])
        words = read.numbers
        for chunk in chunks(text, spans):
            doc = suggester.nlp(chunk.text)
            orth, lemma = (
                [strings[word] for word in column.of(read.lexicon)[words].tolist()]
                for column in (read.lexicon.orth, read.lexicon.lemma)
            )
            assert orth == [token.text for token in doc]
            assert lemma == [token.lemma_ for token in doc]
            places = [chunk.span(token.idx, token.idx + len(token)) for token in doc]
            found = zip(read.starts.tolist(), read.ends.tolist(), strict=True)
            assert list(found) == [(place.start, place.end) for place in places]


def test_a_language_without_a_table_still_matches_words():
    suggester = CueSuggester(Codebook("study", CODES), language="xx")
    assert scores(suggester, "Peer learning.") == {"peer": 0.7}


def test_an_empty_document_or_codebook_gives_nothing(suggester):
    assert suggester.suggest("", [], document="d") == []
    assert CueSuggester(Codebook("none", ())).suggest("a b", [Span(0, 3)], document="d") == []


def test_lemmas_do_not_depend_on_case():
    assert lemma_of("Practices") == lemma_of("PRACTICE") == "practice"


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ([{"LEMMA": "share"}], None),
        ([{"POS": "VERB"}, {"DEP": "x"}], "DEP, POS are never set"),
        ([{"LEMA": "x"}], "LEMA"),
        ([{"LEMMA": "a", "OP": "!!"}], "OP"),
        ([{"TEXT": {"REGEX": "("}}], "unterminated"),
        ([{"OP": "*"}], "optional"),
        ([], "list of tokens"),
        ([3], "not a token"),
    ],
)
def test_a_pattern_is_checked_with_one_line(pattern, problem):
    said = pattern_problem(pattern)
    assert (said is None) if problem is None else (problem in said and "\n" not in said)


def test_evidence_is_told_in_one_line_where_the_page_breaks_it():
    found = Evidence("cue", "funded by \n\nthe EU", Span(0, 17), 0.8, "funded by")
    assert found.told == "cue: funded by the EU"


@given(
    st.lists(
        st.tuples(
            st.integers(0, 30), st.integers(1, 6), st.sampled_from([0.3, 0.5]), st.booleans()
        ),
        min_size=1,
        max_size=6,
    )
)
def test_cues_that_stand_apart_count_as_where_all_are_weighed(places):
    hits = [
        Hit(Sign(0, Cue(f"cue {n}", weight=weight), negative, n, ""), Span(start, start + size))
        for n, (start, size, weight, negative) in enumerate(places)
    ]
    hits.sort(key=lambda hit: (hit.span.start, hit.sign.order))
    negatives = _heaviest([hit for hit in hits if hit.sign.negative])
    positives = [
        hit
        for hit in hits
        if not hit.sign.negative and not any(hit.span.overlaps(n.span) for n in negatives)
    ]
    standing, against = _standing(hits)
    numbers = [sorted(h.sign.order for h in some) for some in (standing, against)]
    assert numbers == [
        sorted(h.sign.order for h in some) for some in (_heaviest(positives), negatives)
    ]
    starts = [hit.span.start for hit in counted(hits)]
    assert starts == sorted(starts)
