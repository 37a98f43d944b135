"""The trained suggester: what it learns, says, and keeps; how it is judged."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from conftest import add
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score
from spacy.strings import hash_string

from tcncode.codebook import load
from tcncode.errors import ReadError, UndoError, UnknownNameError
from tcncode.importing.metadata import Metadata
from tcncode.importing.study import read_one
from tcncode.making import demo_project
from tcncode.model import Code, Codebook, Cue, Suggestion, suggestion_id
from tcncode.project import Project, learning
from tcncode.shipped import shipped
from tcncode.suggest import base, evaluate, features, model_file, training
from tcncode.suggest.classifier import Classifier, threshold_for
from tcncode.suggest.examples import Example, corpus_hash, folds, read_corpus
from tcncode.suggest.likeness import Likeness, likeness
from tcncode.suggest.lots import LONGEST
from tcncode.suggest.pipeline import make_pipeline
from tcncode.suggest.suggester import Suggester
from tcncode.suggest.usefulness import most_useful_first, rounds
from tcncode.suggest.witnesses import Coded, _Alike, _lemmas, shares_of_words
from tcncode.text import Span

BOOK = Codebook("farm", (Code("praise", "praise", "Praise", cues=(Cue("well done", weight=0.6),)),))
GOOD = ("The harvest was a wonder to behold", "What a splendid barn they built", "Splendid cows")
BAD = ("The bus leaves at nine", "Bring two forms and a pen", "The office is closed on Monday")


def examples(n: int = 12) -> list[Example]:
    one = frozenset({"praise"})
    return [
        Example(f"{text} {k}.", one if text in GOOD else frozenset(),
                frozenset() if text in GOOD else one, f"writer {k % 3}")
        for k in range(n) for text in (*GOOD, *BAD)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def trained():
    return training.train(examples(), make_pipeline())


@pytest.fixture(scope="module")
def base_again():
    """The shipped passages, learned once more."""
    return base.make_base()


@pytest.fixture(scope="module")
def suggester(trained):
    return Suggester(BOOK, classifier=trained.classifier)


def found(suggester, text, spans=None, **options):
    return suggester.suggest(text, spans or [Span(0, len(text))], document="d", **options)


def test_it_tells_what_it_learned_from_what_it_did_not(suggester):
    assert [s.code for s in found(suggester, "A splendid barn to behold.")] == ["praise"]
    assert found(suggester, "The office leaves forms on Monday.") == []


def test_training_again_gives_the_same_bytes(trained):
    again = training.train(examples(), make_pipeline())
    assert again.classifier.to_bytes() == trained.classifier.to_bytes()


def test_a_saved_model_says_what_the_fresh_one_says(trained, suggester):
    kept = Classifier.from_bytes(trained.classifier.to_bytes())
    assert kept == trained.classifier
    text = "A splendid bus."
    whole = [Span(0, len(text))]
    other = Suggester(BOOK, classifier=kept)
    assert other.probabilities(text, whole) == suggester.probabilities(text, whole)


def test_suggesting_adds_up_what_training_saw(trained):
    """The sums, word by word, are the rows of the training matrix times the weights."""
    nlp = make_pipeline()
    tokens = training.read(nlp, [e.text for e in examples()])
    made = training.design(tokens, nlp.vocab.strings)
    known = trained.labels[:, 0] >= 0
    fit = [
        training.fit(block, trained.labels[:, 0], known, 0) for block in (made.matrix, made.alike)
    ]
    shares = [(0.7, 0.1), (1.3, -0.4)]
    parts = (1 - training.ALIKE, training.ALIKE)
    slow = sum(
        (training.apply(block, fitted) * slope + shift) * part
        for block, fitted, (slope, shift), part in zip(
            (made.matrix, made.alike), fit, shares, parts, strict=True
        )
    )
    one = training._joined(fit, shares)
    weights = training.tables(training._folded(made, [one]), made.rarity, np.array([one.bias]))
    folded = Classifier(("praise",), trained.classifier.calibrations, weights, {})
    assert folded.raw(folded.sums(folded.read(tokens, nlp.vocab.strings)))[:, 0] == pytest.approx(
        slow, abs=1e-3
    )


@pytest.mark.parametrize("data", [b"", b"not a model", b"tcncode-model-2\nrubbish"])
def test_what_is_no_model_is_refused(data):
    with pytest.raises(ValueError, match="model"):
        Classifier.from_bytes(data)


def test_a_model_whose_parts_are_missing_or_point_outside_is_refused(trained):
    told, arrays = model_file.from_bytes(trained.classifier.to_bytes())
    without = {k: v for k, v in arrays.items() if k != "pairs_steps"}
    outside = arrays | {
        "words_steps": np.array([1 << 30], np.int32),
        "words_weights": np.ones((2, 1)),
    }
    for damaged in (without, outside):
        with pytest.raises(ValueError, match="damaged"):
            Classifier.from_bytes(model_file.to_bytes(told, damaged))


def test_a_model_that_read_words_in_another_way_is_refused(trained, monkeypatch):
    kept = trained.classifier.to_bytes()
    monkeypatch.setattr(features, "WORD_BITS", features.WORD_BITS - 2)
    with pytest.raises(ValueError, match="version"):
        Classifier.from_bytes(kept)


def test_a_project_whose_kept_model_is_damaged_suggests_with_the_shipped_one_and_says_so(study):
    assert study.models_outdated() == ""
    study._store.put_suggester("2026-01-31T12:00:00Z", '{"decisions": 3}', b"tcncode-model-1\nx")
    assert study.suggester().classifier == base.base_classifier(study.codebook)
    assert "suggest train" in study.models_outdated()


def test_neighbours_in_one_paragraph_are_one_suggestion_and_no_more_than_four(suggester):
    parts = ["Splendid cows and a splendid barn."] * 6
    text = " ".join(parts)
    spans = [Span(35 * n, 35 * n + 34) for n in range(6)]
    made = found(suggester, text, spans)
    assert [s.span for s in made] == [Span(0, spans[LONGEST - 1].end), Span(140, len(text))]
    apart = "\n\n".join(parts)
    spans = [Span(36 * n, 36 * n + 34) for n in range(6)]
    assert [s.span for s in found(suggester, apart, spans)] == spans


def test_a_word_it_has_never_read_weighs_what_words_like_it_weigh(trained):
    read = " ".join((*GOOD, *BAD))
    like_good, like_bad = ("magnificent", "gorgeous", "beautiful"), ("tuesday", "pencil", "closes")
    weights = {}
    for word in (*like_good, *like_bad):
        assert word not in read.lower()
        column = features.word_columns(np.array([hash_string(word)], dtype=np.uint64))[0]
        weights[word] = trained.classifier.weights.words[column, 0]
    # "splendid" and "wonder" were praised, "Monday", "closed" and "a pen" were not.
    assert min(weights[w] for w in like_good) > 0 > max(weights[w] for w in like_bad)


def test_common_words_have_a_vector_of_their_own():
    common = ("refugees", "information", "social", "ministry", "right", "this", "should", "office")
    assert set(common) <= set(likeness().words)
    columns = features.word_columns(
        np.array([hash_string(word) for word in likeness().words], dtype=np.uint64)
    )
    assert len(set(columns.tolist())) == len(columns)


def test_the_table_of_like_words_keeps_what_it_was_given_in_one_byte_a_number():
    made = Likeness(("a", "b"), np.array([[0.5, -1.0, 0.01], [0.0, 0.3, 1.0]]))
    kept = Likeness.from_bytes(made.to_bytes())
    assert kept.words == made.words
    assert np.abs(kept.vectors - made.vectors).max() <= 0.5 / 127 + 1e-12


def test_thresholds_are_set_on_registers_left_out_where_passages_tell_theirs(monkeypatch):
    seen = []
    real = training.folds
    monkeypatch.setattr(training, "folds", lambda keys, n: seen.append(keys) or real(keys, n))
    told = [replace(e, kind=f"register {n % 4}") for n, e in enumerate(examples())]
    training.train([*told, *examples()], make_pipeline())
    assert set(seen[0]) == {f"register {n}" for n in range(4)} | {f"writer {n}" for n in range(3)}
    shared = read_corpus(shipped("corpus") / "training", load(shipped("codebook.yaml")))
    assert {"register interview", "register website"} < {e.kind for e in shared}


def test_evidence_shows_the_words_that_weighed(suggester):
    (made,) = found(suggester, "A splendid barn to behold.")
    words = [e for e in made.evidence if e.kind == "word"]
    assert "splendid" in [e.words for e in words]
    assert all(e.weight > 0 for e in words)


def test_a_code_that_is_not_learned_is_left_to_its_cues():
    plain = Suggester(BOOK)
    assert [s.method for s in found(plain, "Well done, all of you.")] == ["cues"]
    assert found(plain, "A splendid barn.") == []


@pytest.mark.parametrize("text", ["It was not well done.", "Was it well done?", "Never well done."])
def test_a_cue_denied_or_asked_counts_half(text):
    (scores,) = Suggester(BOOK).probabilities(text, [Span(0, len(text))])
    assert scores == {"praise": pytest.approx(0.3)}


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=5))
def test_any_text_is_read(suggester, parts):
    text, spans = "", []
    for part in parts:
        spans.append(Span(len(text), len(text) + len(part)))
        text += part + "\n"
    for made in suggester.suggest(text, spans, document="d", threshold=0.01):
        assert 0.01 <= made.score <= 1
        assert all(e.span.of(text) == e.words for e in made.evidence if e.kind != "near")


def test_groups_stay_whole_when_folds_are_dealt():
    groups = ["a"] * 5 + ["b"] * 3 + ["c"] * 3 + ["d"]
    dealt = folds(groups, 3)
    assert len(set(dealt)) == 3
    assert all(len({f for g, f in zip(groups, dealt, strict=True) if g == x}) == 1 for x in "abcd")


def test_a_threshold_is_the_least_that_is_right_often_enough():
    scores, right = np.array([0.9, 0.8, 0.7, 0.6, 0.5]), [True, True, False, True, False]
    assert threshold_for(scores, right, precision=0.75, least=0.1)[0] == 0.6
    assert threshold_for(scores, right, precision=0.9, least=0.1)[0] == 0.8
    assert threshold_for(scores, [False] * 5, precision=0.5, least=0.1) == (0.95, None, None)


@given(st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.2, 0.5, 0.9])), min_size=1))
def test_average_precision_is_scikit_learns(pairs):
    labels = np.array([float(yes) for yes, _ in pairs])
    scores = np.array([score for _, score in pairs])
    ours = evaluate.average_precision(labels, scores)
    if labels.any():
        assert ours == pytest.approx(average_precision_score(labels, scores))
    else:
        assert ours is None


def test_a_perfect_and_a_silent_system():
    labels = np.array([[1.0, 0.0], [0.0, 1.0]])
    limits = np.full(2, 0.5)
    *_, macro, micro = evaluate.qualities("x", ["a", "b"], labels, labels, limits)
    assert (macro.f1, micro.f1, micro.support) == (1, 1, 2)
    rows = evaluate.qualities("x", ["a", "b"], labels, labels * 0, limits)
    assert rows[0].precision is None and rows[0].f1 == 0


def test_macro_and_micro_are_over_the_codes_at_the_top():
    labels = np.array([[1.0, 1.0], [0.0, 0.0], [1.0, 0.0]])
    scores = np.array([[0.9, 0.0], [0.1, 0.9], [0.9, 0.9]])
    limits = np.full(2, 0.5)
    top, child, macro, micro = evaluate.qualities("x", ["a", "a/b"], labels, scores, limits)
    assert (top.f1, child.f1) == (1, 0)
    assert (macro.f1, micro.f1, micro.support) == (1, 1, 2)


def test_passages_with_underscores_name_the_same_codes(tmp_path):
    book = load(shipped("codebook.yaml"))
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": "1", "text": "x", "codes": ["seeking_support"]}\n', encoding="utf-8")
    (passage,) = evaluate.read_passages(path, book)
    assert passage.codes == {"seeking-support"}
    path.write_text('{"id": "1", "text": "x", "codes": ["sheep"]}\n', encoding="utf-8")
    with pytest.raises(ReadError, match="line 1"):
        evaluate.read_passages(path, book)
    path.write_text('{"text": "x", "codes": []}\n', encoding="utf-8-sig")
    assert evaluate.read_passages(path, book)[0].text == "x", "a byte order mark is no text"


@pytest.mark.parametrize(
    "line",
    ['{"text": "", "codes": []}', '{"text": null, "codes": []}', '{"text": 7, "codes": []}',
     '{"text": "x", "codes": "sharing"}', '{"text": "x", "codes": [1]}', '["x"]', "x"],
)  # fmt: skip
def test_a_line_that_is_no_passage_is_named(tmp_path, line):
    path = tmp_path / "p.jsonl"
    path.write_text(f'{{"text": "x", "codes": []}}\n{line}\n', encoding="utf-8")
    with pytest.raises(ReadError, match="line 2"):
        evaluate.read_passages(path, load(shipped("codebook.yaml")))


def test_passages_that_are_not_utf_8_or_json_or_contradict_one_another_are_refused(tmp_path):
    path, book = tmp_path / "p.jsonl", load(shipped("codebook.yaml"))
    fine = b'{"id": 7, "text": "x", "codes": []}\n'
    for begin in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(begin + fine + '{"text": "Łódź café", "codes": []}'.encode("cp1250"))
        with pytest.raises(ReadError, match=r"line 2 is not UTF-8\. Save it as UTF-8\.") as error:
            evaluate.read_passages(path, book)
        assert "codec" not in str(error.value)
    path.write_bytes(fine + b"id;text;codes\n")
    with pytest.raises(ReadError, match="line 2 is no JSON"):
        evaluate.read_passages(path, book)
    path.write_bytes(fine + b"\n" + b'{"id": "7", "text": "x", "codes": ["sharing"]}\n')
    with pytest.raises(ReadError, match='lines 1 and 3 give the same passage, "7", other codes'):
        evaluate.read_passages(path, book)
    path.write_bytes(fine + '{"id": 7, "text": "y\u2028z", "codes": []}\r\n'.encode())
    assert [p.text for p in evaluate.read_passages(path, book)] == ["x", "y\u2028z"]
    path.write_bytes(b'{"text": "x", "codes": []}\n' * 2)
    assert [p.id for p in evaluate.read_passages(path, book)] == ["1", "2"]


@pytest.mark.parametrize(
    ("option", "name", "told"),
    [
        ("--errors", "nowhere/wrong.csv", "there is no folder nowhere"),
        ("-o", "nowhere/found.csv", "there is no folder nowhere"),
        ("--errors", "study.tcn", "a project has this name"),
        ("-o", "study.tcn", "a project has this name"),
        ("--errors", "wrong.docx", "End it in .csv, .json, .md, .xlsx, .html or .txt"),
        ("-o", "found.docx", "Use --format"),
    ],
)
def test_a_file_that_cannot_be_made_is_told_before_the_work(
    study, tcncode, tmp_path, monkeypatch, option, name, told
):
    """Judging takes minutes, and learning seconds: a slip in a name must not cost them."""

    def worked(*_, **__):
        raise AssertionError("began to work")

    monkeypatch.setattr(Project, "evaluate_suggestions", worked)
    monkeypatch.setattr(Project, "train_suggester", worked)
    monkeypatch.setattr("tcncode.suggest.tuning.fine_tune", worked)
    commands = [["evaluate", "-p", "study.tcn"]]
    if option == "-o":
        commands += [["train", "-p", "study.tcn"], ["fine-tune", "folder"]]
    for command in commands:
        ran = tcncode("suggest", *command, option, name)
        assert ran.code == 1 and ran.out == "" and ran.err.count("\n") == 1
        assert told in ran.err and ("--format" in ran.err) == (told == "Use --format")


@pytest.mark.parametrize("option", ["--errors", "--output"])
def test_mistakes_are_never_written_over_the_passages(study, tcncode, tmp_path, option):
    path = tmp_path / "p.json"
    path.write_text('{"text": "We learn from each other.", "codes": []}\n', encoding="utf-8")
    ran = tcncode("-p", study.path, "suggest", "evaluate", "--passages", path, option, path)
    assert ran.code == 2 and "another file" in ran.err
    assert path.read_text(encoding="utf-8").endswith('"codes": []}\n')


def test_a_heading_is_read_with_what_stands_below_it_and_never_suggested():
    book = load(shipped("codebook.yaml"))
    suggester = Suggester(book, classifier=base.base_classifier(book))
    heading = "We call on the ministry to pay"
    text = f"{heading}\n\nThere is a letter. It was sent in May."
    spans = [Span(text.index(words), text.index(words) + len(words)) for words in (
        heading, "There is a letter.", "It was sent in May.")]  # fmt: skip

    def asked(sentences, skip=()):
        return suggester.probabilities(text, sentences, skip=skip)[-2]["seeking-support"]

    below = asked(spans, spans[:1])
    assert len(suggester.probabilities(text, spans, skip=spans[:1])) == 2
    assert below == asked(spans) > 1.1 * asked(spans[1:]), "the heading is a neighbour"
    found = suggester.suggest(text, spans, document="d", threshold=0.2, skip=spans[:1])
    assert all(made.span.start >= spans[1].start for made in found)
    assert suggester.suggest(text, spans, document="d", threshold=0.2)[0].span == spans[0]


def test_on_writers_it_has_not_read_it_is_far_above_both_baselines():
    """A third of the shipped passages, whole writers left out. Both baselines are below 0.2."""
    book = load(shipped("codebook.yaml"))
    some = read_corpus(shipped("corpus") / "training", book)[::3]
    assert sum(not e.yes for e in some) > max(
        sum(code in e.yes for e in some) for code in ("sharing", "shaming", "storytelling")
    )
    made = training.train(some, make_pipeline())
    limits = np.array([c.threshold for c in made.classifier.calibrations])
    rows = evaluate.qualities(
        "tcncode", made.classifier.codes, made.labels.astype(float), made.held_out, limits
    )
    macro = next(row for row in rows if row.code == "macro")
    assert macro.f1 > 0.5 and macro.precision > 0.7
    truth = made.labels.astype(float)
    assert evaluate.calibration_error(truth, made.held_out) < 0.05
    # A stated 0.8 is right 8 times in 10, and so on, within a tenth (two standard errors at 100).
    for stated, right, n in evaluate.reliability(truth, made.held_out):
        assert n < 100 or right == pytest.approx(stated, abs=0.1), (stated, right, n)


def test_in_running_text_a_stated_probability_holds(tmp_path):
    """On the shipped study, from which the model has not learned: right within 0.15, each tenth."""
    path = demo_project(tmp_path / "demo", say=lambda _: None)
    truth, stated = [], []
    with Project.open(path, coder="me") as project:
        suggester, above = project.suggester(), project._above()
        codes = [c.id for c in project.codebook.codes if not c.depth]
        for entry in project.documents():
            codings = project.codings_in(entry.id)
            if not codings:
                continue
            spans = project._sentences_to_judge(entry.id)
            found = project._probabilities(suggester, entry.id)
            for span, said in zip(spans, found, strict=True):
                coders: dict[str, set[str]] = {"coder-a": set(), "coder-b": set()}
                for c in codings:
                    if min(span.end, c.span.end) - max(span.start, c.span.start) >= len(span) / 2:
                        coders[c.coder] |= above[c.code]
                one, other = coders.values()
                for code in codes:
                    if (code in one) == (code in other):
                        truth.append([float(code in one)])
                        stated.append([said.get(code, 0.0)])
    table = evaluate.reliability(np.array(truth), np.array(stated))
    assert len(table) == 10
    for said, right, n in table:
        assert n >= 40 and right == pytest.approx(said, abs=0.15), (said, right, n)


def test_a_project_learns_from_finished_documents_and_keeps_the_model(study, monkeypatch):
    monkeypatch.setattr("tcncode.suggest.base.base_classifier", lambda *_: None)
    assert study.train_suggester() is None
    letter = study.document_id("letter")
    for start, end in [(s.span.start, s.span.end) for s in study.segments(letter, "sentence")][:1]:
        study.code(letter, Span(start, end), "sharing")
    assert [e.no for e in study.team_examples()] == [frozenset()]
    study.finish([letter])
    told = study.team_examples()
    assert any(e.yes == {"sharing"} for e in told) and any("sharing" in e.no for e in told)


def test_nothing_is_learned_from_documents_coded_blind(study, tmp_path):
    kept, blind = study.document_id("letter"), study.document_id("notes")
    gone = add(study, tmp_path, "gone", "We learn from each other through workshops.\n")
    with Project.open(study.path, coder="bo") as bo:
        bo.finish([gone])
        for document in (kept, blind, gone):
            bo.reject(with_suggestion(bo, Span(0, 21), document=document).id)
        assert {e.group for e in bo.team_examples()} == {kept, blind, gone}
        assert bo.train_suggester().answers == 3
        bo.assign([blind], ["amina", "bo"], blind=True)
    with pytest.raises(UndoError, match="there are answers and assignments at its document gone"):
        study.undo()
    assert {e.group for e in study.team_examples()} == {kept, gone}
    assert study.train_suggester().answers == 2


def suggested(document, code, start, score):
    span = Span(start, start + 5)
    return Suggestion(suggestion_id(document, span, code), document, span, code, score, ())


def test_the_most_useful_come_first_in_turn():
    sure = [suggested("d", "sharing", n, 0.9 + n / 1000) for n in range(5)]
    unsure = suggested("d", "shaming", 90, 0.55)
    elsewhere = suggested("e", "sharing", 3, 0.7)
    order = most_useful_first([*sure, unsure, elsewhere])
    assert order[:3] == [unsure, elsewhere, sure[0]]
    assert order[3:] == sure[1:]


@given(
    st.lists(
        st.tuples(st.sampled_from("de"), st.sampled_from("xy"), st.integers(0, 99)), unique=True
    )
)
def test_each_round_has_one_of_each_code_in_each_document(keys):
    made = [suggested(d, c, start, start / 100) for d, c, start in keys]
    held = rounds(made)
    for n in set(held.values()):
        here = [(s.document, s.code) for s in made if held[s.id] == n]
        assert len(here) == len(set(here))
    assert sorted(held) == sorted(s.id for s in made)


def open_spans(project, code="sharing"):
    return [(s.span.start, s.span.end) for s in project.suggestions(code=code)]


def with_suggestion(project, span, code="sharing", document="letter"):
    """As if the suggester had found this."""
    key = project.document_id(document)
    made = Suggestion(suggestion_id(key, span, code), key, span, code, 0.9, ())
    with project._action("suggest") as _:
        project._store.replace_suggestions(key, [made])
    return made


def test_what_the_coder_has_coded_is_not_suggested_to_that_coder(study):
    """Mostly the same passage or part of it, with the code or one below; another coder sees it."""
    letter = study.document_id("letter")
    with_suggestion(study, Span(0, 40))
    coding = study.code(letter, Span(0, 21), "sharing/peer-learning")
    assert open_spans(study) == [] and study.open_suggestions() == set()
    study.coder = "bo"
    assert open_spans(study) == [(0, 40)]
    study.coder = "amina"
    study.uncode(coding.id)
    study.code(letter, Span(0, 40), "shaming")  # another code
    assert open_spans(study) == [(0, 40)]
    coding = study.code(letter, Span(30, 60), "sharing")  # less than half of either
    assert open_spans(study) == [(0, 40)]
    study.uncode(coding.id)
    study.code(letter, Span(0, 19), "sharing")  # lies in it: accepting would code it twice
    assert open_spans(study) == []


def test_headings_and_interviewers_are_not_suggested_or_learned_from(study, tmp_path):
    text = "# Shame on the ministry that failed\n\nShame on the ministry; it failed us again.\n"
    (tmp_path / "h.md").write_text(text, encoding="utf-8")
    talk = "Interviewer: Shame on the ministry that failed?\nMayor: Shame on it, it failed us.\n"
    (tmp_path / "talk.txt").write_text(talk, encoding="utf-8")
    for name, kind in (("h.md", "report"), ("talk.txt", "interview")):
        options = Metadata(kind=kind)
        study.import_files([read_one(tmp_path / name, options=options, row=None)])
    study.suggest(threshold=0.01)
    for name, wanted in (("h", "Shame on the ministry; it"), ("talk", "Shame on it, it")):
        key = study.document_id(name)
        found = {study.quote(key, s.span) for s in study.suggestions(document=key)}
        assert found and all(words.startswith(wanted) for words in found)
        assert all(study.quote(key, s).startswith(wanted) for s in study._sentences_to_read(key))


def test_a_suggestion_that_holds_what_was_coded_so_is_gone(study, tmp_path):
    call = "We call on the ministry to fund the shelters that cities run."
    document = add(study, tmp_path, "calls", f"{call} {call} {call}\n")
    study.suggest([document])
    (found, *_) = [
        s for s in study.suggestions(document=document, code="seeking-support")
        if len(s.span) > len(call)
    ]  # fmt: skip
    study.code(document, Span(0, len(call)), "seeking-support")
    assert found.id not in [s.id for s in study.suggestions(document=document)]


def test_a_rejected_suggestion_does_not_come_back_with_other_boundaries(study):
    study.reject(with_suggestion(study, Span(0, 40)).id)
    with_suggestion(study, Span(0, 44))
    assert open_spans(study) == []
    study.undo()
    assert open_spans(study) == [(0, 44)]


def test_what_speaks_for_a_suggestion_is_never_a_coding_of_that_place():
    text = "A splendid barn they built."
    here = Coded(text, "praise", "x, coded by bo", "d", Span(0, len(text)))
    there = Coded(text, "praise", "y, coded by bo", "e", Span(0, len(text)))
    model = training.train(examples(), make_pipeline()).classifier
    (made,) = found(Suggester(BOOK, classifier=model, coded=lambda _: [here, there]), text)
    assert [e.detail for e in made.evidence if e.kind == "near"] == ["y, coded by bo"]


def test_only_what_was_coded_with_a_suggested_code_is_read_and_once():
    model = training.train(examples(), make_pipeline()).classifier
    book = Codebook("farm", (*BOOK.codes, Code("blame", "blame", "Blame")))
    asked = []
    made = Suggester(book, classifier=model, coded=lambda code: asked.append(code) or [])
    assert asked == []
    for _ in range(2):
        assert [s.code for s in found(made, "A splendid barn to behold.")] == ["praise"]
    assert asked == ["praise"]


def test_evidence_shows_no_empty_words(suggester):
    for text in ("So what a splendid barn they would behold!", "They built on it, and so do we."):
        for made in found(suggester, text, threshold=0.01):
            words = {e.words.lower() for e in made.evidence if e.kind == "word"}
            assert not words & {"so", "would", "what", "a", "they", "on", "it", "and", "do", "we"}


def test_words_weigh_as_much_together_as_one_by_one(trained, suggester):
    """Evidence is made for a whole document at once; the model says what one sentence gives."""
    model, nlp = trained.classifier, make_pipeline()
    read = model.read(training.read(nlp, [*GOOD, "", "Splendid.", *BAD]), nlp.vocab.strings)
    pairs = [(n, k) for n in (0, 2, len(GOOD), len(GOOD) + 1, 1) for k in range(len(model.codes))]
    owners, words, shares = shares_of_words(read, np.array(pairs))
    for row, (n, k) in enumerate(pairs):
        expected = model.shares_of_words(read, n, k)
        assert np.allclose(shares[owners == row], expected, atol=1e-12)
        first = read.tokens.starts[n]
        assert words[owners == row].tolist() == list(range(first, first + len(expected)))


def likest(texts, words):
    alike = _Alike([Coded(text, "x", "") for text in texts])
    return [(p.text, round(like, 3)) for p, like in alike.to(_lemmas(words.split()))]


def test_the_likest_passages_share_rare_words():
    texts = ["the mayor praised the ferry", "the mayor praised the barn", "nothing of the kind"]
    assert [text for text, _ in likest(texts, "a ferry and its mayors")] == texts[:2]
    assert likest(texts, texts[0])[0] == (texts[0], 1.0)
    assert likest(texts, "q w e") == []


@given(st.lists(st.text("ab cdé\u05d0", max_size=30), min_size=1), st.text("ab cd", max_size=30))
def test_likeness_is_between_nought_and_one(texts, words):
    assert all(0 < like <= 1 for _, like in likest(texts, words))


def test_the_kept_model_was_made_from_what_is_shipped_now():
    """When this fails: python -m tcncode.suggest.base"""
    kept = base._shipped_model()
    assert kept.about["made_from"] == base.fingerprint(shipped("corpus") / "training")
    assert set(kept.codes) == {c.id for c in load(shipped("codebook.yaml")).codes if not c.depth}


@pytest.mark.parametrize(
    ("module", "setting"),
    [
        (training, "FEWEST"),
        (training, "STRENGTH"),
        (features, "LONGEST_WORD"),
        (features, "PRIOR"),
        (base, "DROPPED"),
    ],
)
def test_the_kept_model_is_out_of_date_when_a_setting_changes(module, setting, monkeypatch):
    folder = shipped("corpus") / "training"
    before = base.fingerprint(folder)
    monkeypatch.setattr(module, setting, 99)
    assert base.fingerprint(folder) != before


def test_training_again_gives_the_kept_model(base_again):
    kept = base._shipped_model()
    assert (base_again.codes, base_again.about) == (kept.codes, kept.about)
    for name in ("words", "pairs", "pieces", "bias"):
        again, before = getattr(base_again.weights, name), getattr(kept.weights, name)
        # Another processor may round the last bit that is kept the other way.
        assert np.allclose(again, before, atol=2e-3, rtol=2.0 ** (base.DROPPED - 10)), name
    for again, before in zip(base_again.calibrations, kept.calibrations, strict=True):
        assert again.threshold == pytest.approx(before.threshold, abs=0.005)


def test_the_package_holds_nothing_that_could_be_executed():
    for path in Path(base.__file__).parent.rglob("*"):
        assert path.suffix not in {".pkl", ".pickle", ".joblib"}
        assert not path.is_file() or path.stat().st_size < 2_000_000, path
    assert model_file.from_bytes(base.MODEL.read_bytes())[1]["bias"].dtype == float


def test_a_codebook_with_some_of_the_functions_gets_their_part_of_the_model():
    some = Codebook("s", (Code("x1", "shaming", "Shaming"), Code("x2", "farming", "Farming")))
    part, whole = base.base_classifier(some), base._shipped_model()
    assert part.codes == ("x1",)
    text = "The ministry left the sorting-out to us, again, and nobody answered our letters."
    ours = Suggester(some, classifier=part).probabilities(text, [Span(0, len(text))])[0]["x1"]
    all_of_it = Suggester(load(shipped("codebook.yaml")), classifier=whole)
    nlp = all_of_it.nlp
    raw = whole.raw(whole.sums(whole.read(training.read(nlp, [text]), nlp.vocab.strings)))
    column = whole.codes.index("shaming")
    assert ours == pytest.approx(float(whole.probabilities(raw)[0, column]), abs=1e-4)
    assert base.base_classifier(Codebook("f", (Code("f", "farming", "Farming"),))) is None


def test_a_muted_code_is_not_suggested(study):
    study.set_muted("shaming/european-institutions", True)
    assert study.muted() == {
        study.codebook.get("shaming/european-institutions").id: "muted by hand"
    }
    study.set_muted("shaming/european-institutions", False)
    assert study.muted() == {}


def test_muting_by_hand_takes_in_the_codes_under_it(study, tcncode, monkeypatch):
    """As "--code sharing" does elsewhere; by its track record each code mutes itself alone."""
    under = {c.id for c in study.codebook.under("sharing")}
    assert len(under) > 2
    ran = tcncode("-p", study.path, "suggest", "mute", "sharing")
    assert f"sharing and {len(under) - 1} codes under it are muted." in ran.err
    assert '"tcncode suggest unmute sharing" brings them back; "undo" does not.' in ran.err
    assert set(study.muted()) == under
    study.suggest(threshold=0.0)
    assert not under & {s.code for s in study.suggestions()}
    ran = tcncode("-p", study.path, "suggest", "letter")
    assert f"sharing and {len(under) - 1} codes under it are not suggested" in ran.err
    assert ran.err.count("not suggested") == 1
    ran = tcncode("-p", study.path, "suggest", "unmute", "sharing/peer-learning")
    assert ran.err.startswith("sharing/peer-learning is suggested again")
    assert set(study.muted()) == under - {study.codebook.get("sharing/peer-learning").id}
    ran = tcncode("-p", study.path, "suggest", "unmute", "sharing")
    assert f"sharing and {len(under) - 1} codes under it are suggested again" in ran.err
    assert study.muted() == {}
    study.suggest(threshold=0.0)
    monkeypatch.setattr("tcncode.project.suggesting.MUTE_AFTER", 1)
    study.reject(next(s for s in study.suggestions(code="shaming") if s.code == "shaming").id)
    assert set(study.muted()) == {"shaming"}


def test_the_teams_documents_are_judged_where_their_sentences_stand(study, monkeypatch, tcncode):
    """As when suggesting: with their neighbours, and by a model that has not learned from them."""
    monkeypatch.setattr("tcncode.suggest.adapting.adapted", lambda *_, **__: None)
    keys = [study.document_id(name) for name in ("letter", "notes", "arabic")]
    seen = []

    class Watched(Suggester):
        def probabilities(self, text, sentences, blocks=(), skip=()):
            seen.append((text, list(sentences)))
            return super().probabilities(text, sentences, blocks, skip)

    monkeypatch.setattr("tcncode.suggest.suggester.Suggester", Watched)
    beside = []
    real = learning.apparatus
    monkeypatch.setattr(learning, "apparatus", lambda *a: beside.append(a[0]) or real(*a))
    for key in keys:
        study.code(key, study.segments(key, "sentence")[0].span, "sharing")
    study.finish(keys)
    found = study.evaluate_suggestions()
    assert sorted(beside) == sorted(study.document(key).text for key in keys), "each once"
    assert {q.system for q in found.qualities} == {"tcncode", "keywords", "most_frequent"}
    (row,) = [q for q in found.qualities if (q.system, q.code) == ("tcncode", "sharing")]
    assert row.support == 3
    for key in keys:
        spans = [s.span for s in study.segments(key, "sentence")]
        assert (study.document(key).text, spans) in seen


def test_few_sentences_without_a_code_are_taught_and_all_are_judged(study, monkeypatch):
    """Precision would be overstated with most of what can be suggested wrongly left out."""
    monkeypatch.setattr("tcncode.suggest.drawing.LEAST_EMPTY", 0)
    monkeypatch.setattr("tcncode.suggest.drawing.MOST_EMPTY", 1)
    taught = []
    monkeypatch.setattr(
        "tcncode.suggest.adapting.adapted", lambda _, own, *__, **___: taught.append(own)
    )
    keys = [study.document_id(name) for name in ("letter", "notes", "arabic")]
    for key in keys:
        study.code(key, study.segments(key, "sentence")[0].span, "sharing")
    study.finish(keys)
    sentences = sum(len(study._sentences_to_read(key)) for key in keys)
    assert len(study.team_examples()) < len(study.all_examples()) == sentences
    assert study.evaluate_suggestions().told.startswith(f"{sentences} sentences")
    for own in taught:
        assert sum(not e.yes for e in own) == sum(bool(e.yes) for e in own) == 2


def test_too_few_finished_documents_are_one_line(study, tcncode):
    ran = tcncode("-p", study.path, "suggest", "evaluate")
    assert ran.code == 1 and ran.out == "" and "finished" in ran.err


def test_evaluate_prints_rows_that_scripts_can_read(study, tcncode, tmp_path):
    path = tmp_path / "p.jsonl"
    lines = [{"id": "1", "text": "We learn from each other.", "codes": ["shaming"]}]
    lines.append({"id": "2", "text": "The office is closed.", "codes": []})
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = tcncode("-p", study.path, "suggest", "evaluate", "--passages", path, "--format", "json",
                  "--errors", tmp_path / "e.csv")  # fmt: skip
    rows = json.loads(ran.out)
    assert {row["system"] for row in rows} == {"tcncode", "keywords", "most_frequent"}
    assert {"macro", "micro", "sharing"} <= {row["code"] for row in rows}
    wrong = csv.DictReader((tmp_path / "e.csv").read_text(encoding="utf-8-sig").splitlines())
    missed = next(row for row in wrong if row["mistake"] == "missed")
    assert (missed["id"], missed["code"]) == ("1", "shaming")
    assert missed["criterion"] == study.codebook.get("shaming").when_to_use


def test_open_suggestions_of_a_muted_code_are_hidden_and_said(study, tcncode):
    study.suggest(threshold=0.01)
    letter = study.document_id("letter")
    before = study.suggestions()
    gone = [s for s in before if s.code in {c.id for c in study.codebook.under("shaming")}]
    assert gone and len(gone) < len(before)
    ran = tcncode("-p", study.path, "suggest", "mute", "shaming")
    assert ran.code == 0 and f"{len(gone)} open suggestion" in ran.err
    left = {s.id for s in before} - {s.id for s in gone}
    assert {s.id for s in study.suggestions()} == study.open_suggestions() == left
    assert "shaming" not in {s.code for s in study.suggestions_in(letter)}
    ran = tcncode("-p", study.path, "suggest", "list", "--format", "json")
    assert {row["suggestion"] for row in json.loads(ran.out)} == left
    assert "not suggested (muted by hand)" in ran.err and "unmute shaming" in ran.err
    # By its id it can still be answered, and unmuting brings the rest back.
    assert study.suggestion(gone[0].id) == gone[0]
    tcncode("-p", study.path, "suggest", "unmute", "shaming")
    assert study.suggestions() == before


def test_answers_in_removed_documents_count_for_nothing(study):
    study.suggest(threshold=0.01)
    one, *_ = [s for s in study.suggestions() if s.document == study.document_id("letter")]
    other = next(s for s in study.suggestions() if s.document != one.document)
    study.code(one.document, Span(0, 8), "sharing")
    study.reject(one.id)
    study.reject(other.id)
    assert study.decisions() == 3
    with study._action("remove a document") as change:
        study._store.retire("document", [one.document], change)
    assert study.decisions() == 1
    assert sum(r.answered for r in study.track_record().values()) == 1
    study.undo()
    assert study.decisions() == 3


def test_suggestions_are_kept_as_they_are_made(study, monkeypatch):
    """What a long run has done is there when it is broken off, and is not held in memory."""
    monkeypatch.setattr("tcncode.project.suggesting.AT_ONCE", 1)
    keys = [study.document_id(name) for name in ("arabic", "notes", "letter")]
    made = study.suggest(keys, threshold=0.01)
    with_some = {s.document for s in study.suggestions()}
    assert made == len(study.suggestions()) and keys[2] in with_some and len(with_some) > 1
    with study._writable():
        for key in keys:
            study._store.replace_suggestions(key, [])

    def stop(done, of):
        if done == of:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        study.suggest(keys, threshold=0.01, progress=stop)
    assert {s.document for s in study.suggestions()} == with_some - {keys[2]}


def test_a_suggestion_is_told_with_what_the_codebook_asks(study, tcncode):
    study.suggest(threshold=0.01)
    made = study.suggestions()[0]
    code = study.codebook.by_id()[made.code]
    ran = tcncode("-p", study.path, "suggest", "list", "--format", "json")
    row = next(row for row in json.loads(ran.out) if row["suggestion"] == made.id)
    assert row["criterion"] == code.when_to_use != ""
    ran = tcncode("-p", study.path, "suggest", "explain", made.id[:10], "--format", "json")
    rows = json.loads(ran.out)
    assert [row["evidence"] for row in rows[:3]] == ["when to use", "when not", "definition"]
    assert [row["words"] for row in rows[:3]] == [code.when_to_use, code.when_not, code.definition]
    assert [(r["evidence"], r["words"], r["start"], r["weight"]) for r in rows[3:]] == [
        (e.kind, e.words, e.span.start, e.weight) for e in made.evidence
    ]
    plain = tcncode("-p", study.path, "suggest", "explain", made.id)
    assert code.when_to_use in plain.err and code.when_not in plain.err
    assert tcncode("-p", study.path, "suggest", "explain", "zzz").code == 2


def test_an_answered_suggestion_is_explained_with_its_answer(study, tcncode):
    study.suggest(threshold=0.01)
    first, other = study.suggestions(document="letter")[:2]
    study.reject(first.id)
    study.accept(other.id)
    for made, answer in ((first, "rejected"), (other, "accepted")):
        ran = tcncode("-p", study.path, "suggest", "explain", made.id[:12])
        assert ran.code == 0 and f"{made.score:.2f}, {answer} by {study.coder}" in ran.err
        ran = tcncode("-p", study.path, "suggest", "explain", made.id, "--format", "json")
        told = [(r["evidence"], r["words"]) for r in json.loads(ran.out)]
        assert told[-len(made.evidence) :] == [(e.kind, e.words) for e in made.evidence]
        refused = tcncode("-p", study.path, "suggest", "accept", made.id)
        assert refused.code == 2 and f"{study.coder} has {answer} suggestion" in refused.err
        assert study.explained(made.id)[1] == study.explained(made.id[:12].upper())[1] == answer
    assert tcncode("-p", study.path, "suggest", "explain", "zzz").code == 2
    # Another coder's answer is not told, and what was taken back is open again.
    with Project.open(study.path, coder="bo") as bo:
        assert bo.suggestion(first.id) == first
    study.undo()
    assert study.suggestion(other.id) == other


def test_the_id_of_a_suggestion_made_before_is_told_so(study, tcncode):
    study.suggest(threshold=0.01)
    for command in (["accept"], ["reject"], ["explain"]):
        ran = tcncode("-p", study.path, "suggest", *command, "0123456789abcdef")
        assert ran.code == 2 and ran.out == "" and ran.err.count("\n") == 1
        assert "made anew or answered since" in ran.err and '"tcncode suggest list"' in ran.err
    with pytest.raises(UnknownNameError, match="made anew or answered since"):
        study.accept_many(["0123456789abcdef"])


def test_answers_are_counted_anew_only_after_an_answer(study, monkeypatch):
    """Each opened document and each key that answers asks what is muted."""
    study.suggest(threshold=0.01)
    times, answers = [], study._store.answers
    monkeypatch.setattr(study._store, "answers", lambda *a: times.append(a) or answers(*a))
    monkeypatch.setattr("tcncode.project.suggesting.MUTE_AFTER", 1)
    (first, *_), letter = study.suggestions(document="letter"), study.document_id("letter")
    study.code(letter, Span(0, 5), "sharing")
    for _ in range(3):
        study.suggestions_in(letter)
        study.open_suggestions()
    assert times == []  # counted when the suggestions were made
    with Project.open(study.path, coder="bo") as other:  # by another process
        other.reject(first.id)
    assert study.muted() == {first.code: "right 0 of 1"}
    with Project.open(study.path, coder="bo") as other:
        other.undo()
    assert study.muted() == {} and len(times) == 2


def test_finishing_says_what_is_not_answered(study, tcncode):
    study.suggest(threshold=0.01)
    letter = study.document_id("letter")
    count = len(study.suggestions_in(letter))
    assert count > 1
    ran = tcncode("-p", study.path, "finish", "letter")
    assert f"{count} suggestions are still open there" in ran.err
    for suggestion in study.suggestions_in(letter):
        study.reject(suggestion.id)
    tcncode("-p", study.path, "finish", "letter", "--reopen")
    assert "still open" not in tcncode("-p", study.path, "finish", "letter").err


def judged(study, tmp_path, text, *codes):
    """One passage judged by the model in use; the rows of what tcncode suggests, by code."""
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps({"id": 1, "text": text, "codes": codes}), encoding="utf-8")
    result = study.evaluate_suggestions(passages=path)
    return {q.code: q for q in result.qualities if q.system == "tcncode"}, result


def test_a_sub_code_that_is_suggested_by_its_cues_is_judged_as_suggested(study, tmp_path):
    text = "We shall exchange good practices through study visits."
    (made,) = study.suggester().suggest(text, [Span(0, len(text))], document="d")
    rows, result = judged(study, tmp_path, text, "sharing/peer-learning")
    row = rows["sharing/peer-learning"]
    assert made.code == row.code and (row.precision, row.recall, row.f1) == (1, 1, 1)
    assert (rows["sharing"].f1, result.mistakes) == (1, ())
    # A passage that has only its sibling: the mistakes are in codes that passages have.
    _, result = judged(study, tmp_path, text, "sharing/information-tools")
    assert [(m.code, m.mistake, m.score) for m in result.mistakes] == [
        ("sharing/information-tools", "missed", 0)
    ]


def test_what_is_judged_of_a_text_is_what_is_suggested_for_it():
    """Texts have cues of two sub-codes, often of one function: it is shown under one of them."""
    book = load(shipped("codebook.yaml"))
    suggester = Suggester(book, classifier=base.base_classifier(book))
    cues = [cue.phrase for code in book.codes if code.depth for cue in code.cues if cue.phrase]
    pairs = zip(cues[::3], cues[5::3], strict=False)
    text = "\n\n".join(f"There is a {one} and the {two} here." for one, two in pairs)
    spans, at = [], 0
    for part in text.split("\n\n"):
        spans.append(Span(at, at + len(part)))
        at += len(part) + 2
    shown = {span: {} for span in spans}
    for made in suggester.suggest(text, spans, document="d"):
        shown[made.span] |= {made.code: made.score, made.code.split("/")[0]: made.score}
    told = suggester.probabilities(text, spans)
    over = [{c: p for c, p in said.items() if p >= suggester.threshold(c)} for said in told]
    assert over == list(shown.values())
    assert len({code for codes in shown.values() for code in codes if "/" in code}) > 10


def test_what_is_said_of_a_learned_sub_code_is_not_said_of_its_function():
    """Each is suggested by a threshold of its own."""
    both = Codebook("farm", (
        BOOK.codes[0], Code("cow", "praise/cow", "Cow", cues=(Cue("calf", weight=1.0),)),
    ))  # fmt: skip
    told = [
        replace(e, yes=e.yes | {"cow"}) if "cows" in e.text else replace(e, no=e.no | {"cow"})
        for e in examples()
    ]
    made = training.train(told, make_pipeline()).classifier
    assert set(made.codes) == {"praise", "cow"}
    text = "The office is closed on a calf."
    (said,) = Suggester(both, classifier=made).probabilities(text, [Span(0, len(text))])
    (alone,) = Suggester(BOOK, classifier=made).probabilities(text, [Span(0, len(text))])
    assert said["praise"] == alone["praise"] < 0.5 < said["cow"]


def test_a_sub_code_left_to_its_cues_counts_for_the_code_above_that_is_left_to_its_own():
    book = Codebook("f", (
        Code("farm", "farm", "Farm", cues=(Cue("barn", weight=0.2),)),
        Code("cow", "farm/cow", "Cow", cues=(Cue("calf", weight=0.8),)),
    ))  # fmt: skip
    text = "The barn has a calf."
    suggester = Suggester(book)
    assert [made.code for made in found(suggester, text)] == ["cow"]
    assert suggester.probabilities(text, [Span(0, len(text))]) == [{"farm": 0.8, "cow": 0.8}]


def test_the_note_says_which_codes_the_mean_is_over_and_counts_one_passage(study, tmp_path):
    _, result = judged(study, tmp_path, "We learn from each other.", "sharing")
    assert result.told.startswith("1 passage of one.jsonl")
    assert "macro is over 1 of 6 codes at the top, those with support;" in result.told
    tops = [code.path for code in study.codebook.codes if not code.depth]
    _, result = judged(study, tmp_path, "We learn from each other.", *tops)
    assert "macro" not in result.told


def test_judging_passages_gives_signs_of_life(study, tmp_path):
    path = tmp_path / "passages.jsonl"
    row = {"text": "Cities share what they know.", "codes": ["sharing"]}
    path.write_text("".join(json.dumps({"id": n, **row}) + "\n" for n in range(60)))
    seen = []
    study.evaluate_suggestions(passages=path, progress=lambda *told: seen.append(told))
    assert seen == [(25, 60), (50, 60)]


def test_sentences_of_documents_are_learned_from_beside_the_passages(tmp_path):
    """The same file in both places is two files, and each changes what the corpus is called."""
    (tmp_path / "documents").mkdir()
    book = load(shipped("codebook.yaml"))
    names = [corpus_hash(tmp_path)]
    for at, text in (("news.jsonl", "One."), ("documents/news.jsonl", "Another.")):
        row = {"text": text, "codes": ["sharing"], "writer": 1}
        (tmp_path / at).write_text(json.dumps(row) + "\n")
        names.append(corpus_hash(tmp_path))
    found = read_corpus(tmp_path, book)
    assert {e.text for e in found} == {"One.", "Another."}
    assert {e.kind for e in found} == {"register news"}
    (tmp_path / "contested.jsonl").write_text("not read")
    assert len(set(names)) == 3 and corpus_hash(tmp_path) == names[-1]
