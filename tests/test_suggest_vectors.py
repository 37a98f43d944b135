"""Sentence encoders: what one adds to suggestions, and what is said where none is installed."""

from __future__ import annotations

import warnings
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import pytest

from tcncode.codebook import load
from tcncode.errors import TcncodeError
from tcncode.model import Code, Codebook, Cue
from tcncode.shipped import shipped
from tcncode.suggest import base, heads, training, vectors
from tcncode.suggest.classifier import Calibration
from tcncode.suggest.examples import Example
from tcncode.suggest.pipeline import make_pipeline
from tcncode.suggest.suggester import Suggester
from tcncode.text import Span

BOOK = Codebook("farm", (Code("p1", "praise", "Praise"), Code("b1", "blame", "Blame")))


class Glad:
    """Knows two things of a sentence: whether it is glad, and whether not."""

    name = "glad"

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode(self, texts):
        self.read += texts
        return np.array([[1.0, 0.0] if "hurrah" in text else [0.0, 1.0] for text in texts])


HEAD = vectors.Head(
    "glad", ("praise",), np.array([[4.0], [-4.0]]), np.array([0.5]),
    (Calibration(2.0, 0.0, 0.625, 0.8, 0.5),), {"made_from": "nothing"},
)  # fmt: skip


def classifier():
    """Of both codes; it tells little, for it has read little."""
    some = [
        Example(f"{word} {n}", frozenset({code}), frozenset({"p1", "b1"}) - {code}, f"w{n % 3}")
        for n in range(12) for word, code in (("splendid", "p1"), ("shabby", "b1"))
    ]  # fmt: skip
    trained = training.train(some, make_pipeline())
    assert trained is not None
    return trained.classifier


@pytest.fixture(scope="module")
def learned():
    return classifier()


def whole(suggester, text):
    return suggester.probabilities(text, [Span(0, len(text))])[0]


def test_an_encoder_and_the_classifier_say_the_weighted_mean_of_their_log_odds(learned):
    plain = Suggester(BOOK, classifier=learned)
    joined = Suggester(
        BOOK, classifier=learned, sentences=vectors.Sentences(Glad(), HEAD, {"praise": "p1"})
    )
    for text, own in (("hurrah, a barn", 4.5), ("a barn", -3.5)):
        alone = whole(plain, text)
        both = [float(vectors.log_odds(np.array(alone["p1"]))), own]
        mean = np.average(both, weights=[1 - vectors.SHARE, vectors.SHARE])
        assert whole(joined, text)["p1"] == pytest.approx(1 / (1 + np.exp(-2 * mean)), abs=1e-3)
        assert whole(joined, text)["b1"] == alone["b1"], "the head has not learned it"


def test_the_joined_score_has_thresholds_of_its_own_and_suggestions_name_the_encoder(learned):
    told = vectors.Sentences(Glad(), HEAD, {"praise": "p1"})
    joined = Suggester(BOOK, classifier=learned, sentences=told)
    assert joined.threshold("p1") == 0.625
    assert joined.threshold("b1") == learned.calibrations[0].threshold
    (made,) = [
        s for s in joined.suggest("hurrah, splendid", [Span(0, 16)], document="d")
        if s.code == "p1"
    ]  # fmt: skip
    assert made.method.endswith("; sentence vectors by glad")


def by_the_encoder(suggestion):
    return [e for e in suggestion.evidence if e.kind == "sentence"]


def test_what_the_encoder_makes_of_each_sentence_by_itself_is_among_the_evidence(learned):
    told = vectors.Sentences(Glad(), HEAD, {"praise": "p1"})
    text = "hurrah, splendid. splendid and shabby."
    spans = [Span(0, 17), Span(18, len(text))]
    joined = Suggester(BOOK, classifier=learned, sentences=told)
    made = {s.code: s for s in joined.suggest(text, spans, document="d", threshold=0.01)}
    found = by_the_encoder(made["p1"])
    assert [(e.words, e.span) for e in found] == [(s.of(text), s) for s in spans], "one a sentence"
    for part, odds in zip(found, (4.5, -3.5), strict=True):
        assert part.weight == pytest.approx(1 / (1 + np.exp(-odds)), abs=1e-3), "not of neighbours"
    assert found[0].told == "sentence by itself: 0.99 by glad (“hurrah, splendid.”)"
    assert by_the_encoder(made["b1"]) == [], "it has not learned that code"
    plain = Suggester(BOOK, classifier=learned).suggest(text, spans, document="d", threshold=0.01)
    assert not any(map(by_the_encoder, plain))


def test_of_a_sub_code_the_encoder_tells_of_the_function_above_it(learned):
    book = Codebook(
        "farm", (*BOOK.codes, Code("p2", "praise/loud", "Loud", cues=(Cue("hurrah", weight=0.9),)))
    )
    told = vectors.Sentences(Glad(), HEAD, {"praise": "p1"})
    made = Suggester(book, classifier=learned, sentences=told).suggest(
        "hurrah, splendid", [Span(0, 16)], document="d"
    )
    assert [(s.code, len(by_the_encoder(s))) for s in made] == [("p2", 1)]


def test_in_running_text_a_sentence_is_read_with_its_neighbours(learned):
    told = vectors.Sentences(Glad(), HEAD, {"praise": "p1"})
    suggester = Suggester(BOOK, classifier=learned, sentences=told)

    def first(text):
        half = text.index(".") + 1
        return suggester.probabilities(text, [Span(0, half), Span(half + 1, len(text))])[0]["p1"]

    assert first("A barn stands. hurrah again") > first("A barn stands. nothing again")
    assert suggester.probabilities("", []) == []


def test_a_codebook_without_a_classifier_asks_no_encoder():
    encoder = Glad()
    suggester = Suggester(BOOK, sentences=vectors.Sentences(encoder, HEAD, {"praise": "p1"}))
    assert whole(suggester, "hurrah") == {}
    assert encoder.read == []


def test_a_kept_head_is_the_head_it_was():
    kept = vectors.Head.from_bytes(HEAD.to_bytes())
    assert replace(kept, weights=None, bias=None) == replace(HEAD, weights=None, bias=None)
    assert (kept.weights == HEAD.weights).all() and (kept.bias == HEAD.bias).all()


def test_the_shipped_head_was_made_from_what_is_shipped_now():
    """When this fails: python -m tcncode.suggest.tuning head"""
    head = heads.head_of("minilm")
    assert head.about["belongs_to"] == heads.belongs_to()
    assert set(head.codes) == {c.id for c in load(shipped("codebook.yaml")).codes if not c.depth}
    assert head.weights.shape == (384, len(head.codes))


def test_a_head_belongs_to_one_model_fitted_in_one_way(tmp_path, monkeypatch):
    """Also where nothing but the calibration of the model differs."""
    seen = {heads.belongs_to()}
    kept = base._shipped_model()
    first, *others = kept.calibrations
    moved = replace(kept, calibrations=(replace(first, shift=first.shift + 0.25), *others))
    assert moved.about == kept.about
    monkeypatch.setattr(base, "MODEL", tmp_path / "base.model")
    base.MODEL.write_bytes(moved.to_bytes())
    seen.add(heads.belongs_to())
    for setting in ("SCALE", "STRENGTH"):
        monkeypatch.setattr(heads, setting, 3.0)
        seen.add(heads.belongs_to())
    assert len(seen) == 4


@pytest.mark.parametrize(
    ("name", "installed", "told"),
    [
        ("minilm", None, "pip install"),
        ("glad", None, "pip install"),
        ("glad", "all of it", "Known are minilm, a folder"),
        ("{empty}", "all of it", "has no modules.json"),
    ],
)
def test_an_encoder_that_is_not_here_is_one_line_and_changes_nothing(
    name, installed, told, study, tcncode, monkeypatch, tmp_path
):
    monkeypatch.setattr(vectors, "find_spec", lambda _: installed)
    monkeypatch.setattr(vectors, "_fetched_before", lambda _: None)
    before = study.vectors()
    (tmp_path / "empty").mkdir()
    result = tcncode("suggest", "use", "--vectors", name.format(empty=tmp_path / "empty"))
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert told in result.err and "--vectors none" in result.err
    assert study.vectors() == before == ""


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """An encoder in a folder, a user's cache, and few passages to learn from."""
    folder = tmp_path / "encoder"
    folder.mkdir()
    (folder / "modules.json").write_text("[]", encoding="utf-8")
    some = heads.passages()[::40]
    monkeypatch.setattr(heads, "passages", lambda: some)
    monkeypatch.setattr("tcncode.suggest.examples.read_corpus", lambda *_: some)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / "cache" / name)
    monkeypatch.setattr(vectors, "check_encoder", lambda _: None)
    encoder = Glad()
    monkeypatch.setattr(vectors, "load_encoder", lambda _: encoder)
    return folder, encoder, some


def test_an_encoder_in_a_folder_reads_the_passages_once(elsewhere, study, tcncode):
    folder, encoder, some = elsewhere
    result = tcncode("suggest", "use", "--vectors", folder)
    assert result.code == 0 and "vectors" in result.out
    assert f"reads the {len(some):,} shipped passages once" in result.err
    assert {e.text for e in some} <= set(encoder.read)
    assert study.vectors() == str(folder)
    head = study.suggester().sentences.head
    assert head.encoder == "glad" and head.weights.shape == (2, 6)
    encoder.read.clear()
    assert tcncode("suggest", "use", "--vectors", folder).code == 0
    assert encoder.read == [], "what was learned is kept"


def test_what_was_learned_with_other_files_is_not_used(elsewhere, study, tcncode):
    folder, _, _ = elsewhere
    assert tcncode("suggest", "use", "--vectors", folder).code == 0
    (folder / "model.safetensors").write_bytes(b"another encoder")
    result = tcncode("suggest")
    assert result.code == 2 and result.err.count("\n") == 1
    assert f"tcncode suggest use --vectors {folder}" in result.err


def test_a_cache_that_cannot_be_written_is_one_line_and_changes_nothing(
    elsewhere, study, tcncode, tmp_path
):
    folder, _, _ = elsewhere
    (tmp_path / "cache").write_text("a file where the folder should be", encoding="utf-8")
    result = tcncode("suggest", "use", "--vectors", folder)
    assert result.code == 1 and "cannot be kept" in result.err.splitlines()[-1]
    assert study.vectors() == ""


def test_what_was_learned_is_kept_whole_or_not_at_all(elsewhere, tmp_path, monkeypatch):
    folder, _, _ = elsewhere

    def full(path, target):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pathlib.Path.replace", full)
        with pytest.raises(TcncodeError, match="cannot be kept"):
            heads.learn(str(folder))
    assert list((tmp_path / "cache" / "tcncode" / "heads").iterdir()) == []
    heads.learn(str(folder))
    (kept,) = (tmp_path / "cache" / "tcncode" / "heads").iterdir()
    assert kept.suffix == ".head" and heads.is_learned(str(folder))


def test_a_head_of_its_own_spares_reading_all_of_an_encoders_files(elsewhere, monkeypatch):
    folder, _, _ = elsewhere
    (folder / heads.OWN).write_bytes(HEAD.to_bytes())
    monkeypatch.delattr(vectors, "identity")
    assert heads.head_of(str(folder)).encoder == "glad" and heads.is_learned(str(folder))


def test_an_encoder_tuned_for_another_shipped_model_is_used_and_one_line_says_so(
    elsewhere, study, tcncode, monkeypatch
):
    import tcncode.components as components

    folder, encoder, _ = elsewhere
    monkeypatch.setattr(components, "load_encoder", lambda _: encoder)
    for model, times in (("older", 1), (heads.belongs_to(), 0)):
        head = replace(HEAD, about={"belongs_to": model})
        (folder / heads.OWN).write_bytes(head.to_bytes())
        passages = study.path.with_name("p.jsonl")
        passages.write_text('{"id": "1", "text": "Glad.", "codes": ["sharing"]}', encoding="utf-8")
        judged = ["evaluate", "--passages", passages]
        for words in (["use", "--vectors", folder], ["use"], [], judged):
            result = tcncode("suggest", *words)
            assert result.code == 0
            said = [line for line in result.err.splitlines() if "another version" in line]
            assert len(said) == times, words
            assert all("fine-tune NEW_FOLDER" in line and str(folder) in line for line in said)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert components.Functions(
                codebook=None, project=str(study.path), threshold=None, trained=True
            ).suggester.sentences
        assert len([w for w in caught if "another version" in str(w.message)]) == times


def test_judged_on_the_shipped_passages_a_head_learns_from_the_other_writers_alone(
    elsewhere, study, monkeypatch
):
    folder, encoder, _ = elsewhere
    study.use_vectors(str(folder))
    made = []
    fitted = heads.fitted

    def watched(name, examples, *rest, **more):
        made.append({e.group for e in examples})
        return fitted(name, examples, *rest, **more)

    monkeypatch.setattr(heads, "fitted", watched)
    parts, told = study._crossed(True, 0, None)
    assert "Without" not in told and len(made) == 3
    for (suggester, held), learned in zip(parts, made, strict=True):
        assert suggester.sentences.encoder is encoder
        assert not {p.id.rsplit(" ", 1)[0] for p in held} & learned
    (folder / heads.OWN).write_bytes(HEAD.to_bytes())
    parts, told = study._crossed(True, 0, None)
    assert "Without the sentence encoder" in told, "it has itself learned from all of them"
    assert all(suggester.sentences is None for suggester, _ in parts)


def test_a_component_asks_the_projects_encoder_and_keeps_what_it_learned(
    elsewhere, study, tmp_path, monkeypatch
):
    import spacy

    import tcncode.components as components

    folder, encoder, _ = elsewhere
    study.use_vectors(str(folder))
    monkeypatch.setattr(components, "load_encoder", lambda _: encoder)
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("tcncode_functions", config={"project": str(study.path)})
    nlp("hurrah, a barn. Another barn.")
    assert encoder.read[-2:] == ["hurrah, a barn.", "Another barn."]
    nlp.to_disk(tmp_path / "saved")
    encoder.read.clear()
    again = spacy.load(tmp_path / "saved")
    again("hurrah, a barn. Another barn.")
    assert encoder.read == ["hurrah, a barn.", "Another barn."]
    kept = again.get_pipe("tcncode_functions").suggester.sentences
    assert kept.head.to_bytes() == study.suggester().sentences.head.to_bytes()
    assert kept.ids == study.suggester().sentences.ids


def test_an_encoder_that_was_taken_away_is_one_line_when_suggesting(study, tcncode, monkeypatch):
    study._store.set_setting(vectors.SETTING, "minilm")
    vectors.load_encoder.cache_clear()
    monkeypatch.setattr(vectors, "find_spec", lambda _: None)
    result = tcncode("suggest")
    assert result.code == 2
    assert "is not installed" in result.err and result.err.count("\n") == 1
    assert "none" in result.err, "says how to go on without"


def test_a_project_asks_the_encoder_that_it_was_told_to_use(study, tcncode, monkeypatch):
    encoder = Glad()
    encoder.encode = lambda texts: np.tile(np.eye(384)[0], (len(texts), 1))
    monkeypatch.setattr(vectors, "check_encoder", lambda _: None)
    monkeypatch.setattr(vectors, "load_encoder", lambda _: encoder)
    shown = tcncode("suggest", "use", "--vectors", "minilm").out
    assert "minilm" in shown
    assert study.suggester().sentences.encoder is encoder
    assert "minilm" not in tcncode("suggest", "use", "--vectors", "none").out
    assert study.suggester().sentences is None


@pytest.mark.skipif(
    not all(map(find_spec, ("sentence_transformers", vectors.ENCODERS["minilm"]))),
    reason="the extra vectors is not installed",
)
@pytest.mark.filterwarnings("ignore")
def test_the_encoder_finds_sentences_alike_that_share_no_word():
    one, other, third = vectors.load_encoder("minilm").encode(
        ["The mayor scolded the ministry.", "City leaders criticise national government.",
         "Boil the rice for ten minutes."]
    )  # fmt: skip
    assert np.linalg.norm(one) == pytest.approx(1, abs=1e-4)
    assert one @ other > one @ third + 0.2
