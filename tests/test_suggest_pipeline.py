"""A trained spaCy pipeline, set for the project: what it adds, and what happens without it."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
import spacy
from spacy.lookups import Lookups
from spacy.training import Example

from tcncode.errors import TcncodeError
from tcncode.model import Code, Codebook, Cue
from tcncode.suggest.pipeline import blank, load_pipeline
from tcncode.suggest.suggester import Suggester
from tcncode.text import Span

TEXT = "Zorblax gleamered in Paris. The best office was closed."
BOOK = Codebook("s", (Code("shine", "shine", "Shine", cues=(Cue("gleam", weight=0.9),)),))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A pipeline trained here: lemmas from a table, and one person's name."""
    nlp = spacy.blank("en")
    nlp.meta.update({"name": "tiny", "version": "1.2.3"})
    lookups = Lookups()
    lookups.add_table("lemma_lookup", {"gleamered": "gleam", "best": "good"})
    nlp.add_pipe("lemmatizer", config={"mode": "lookup"}).initialize(lookups=lookups)
    ner = nlp.add_pipe("ner")
    ner.add_label("PERSON")
    told = [("Zorblax came.", [(0, 7, "PERSON")]), ("The office was closed.", []),
            ("We saw Zorblax in Paris.", [(7, 14, "PERSON")])]  # fmt: skip
    examples = [Example.from_dict(nlp.make_doc(t), {"entities": e}) for t, e in told]
    spacy.util.fix_random_seed(0)
    with nlp.select_pipes(enable=["ner"]):
        optimizer = nlp.initialize(lambda: examples)
        for _ in range(30):
            random.Random(0).shuffle(examples)
            nlp.update(examples, sgd=optimizer)
    path = tmp_path_factory.mktemp("pipeline") / "tiny"
    nlp.to_disk(path)
    return path


def made(suggester):
    spans = [Span(0, 27), Span(28, len(TEXT))]
    return suggester.suggest(TEXT, spans, document="d", threshold=0.1)


def test_its_lemmas_and_entities_are_used_and_its_name_is_kept(folder):
    pipeline = load_pipeline(str(folder))
    assert pipeline.gives == ("tokens", "lemmas", "entities")
    (found,) = made(Suggester(BOOK, pipeline=pipeline))
    assert found.span == Span(0, 27) and found.method == "cues; tiny 1.2.3"
    cue, name = sorted(found.evidence, key=lambda e: e.kind)
    assert (cue.kind, cue.words, cue.span.of(TEXT)) == ("cue", "gleamered", "gleamered")
    assert (name.kind, name.words, name.detail) == ("entity", "Zorblax", "person")
    assert made(Suggester(BOOK)) == made(Suggester(BOOK, pipeline=blank())) == []


def test_what_the_table_of_lemmas_finds_is_found_with_it_too(folder):
    cues = (Cue("close office"), Cue("office", weight=0.3), Cue("good office", weight=0.9))
    pattern = ({"LEMMA": "office"}, {"LOWER": "was"}, {"TEXT": {"REGEX": "^clo"}})
    code = Code("c", "c", "C", cues=(*cues, Cue(pattern=pattern, weight=0.6)))
    book = Codebook("s", (code,))
    alone, together = (
        made(Suggester(book, pipeline=p)) for p in (blank(), load_pipeline(str(folder)))
    )
    assert [(s.span, s.score) for s in alone] == [(s.span, s.score) for s in together]
    assert [e.words for e in alone[0].evidence] == [e.words for e in together[0].evidence]
    # "best" stays "best", as in the table: one sign must not count for another.
    assert alone[0].score == 0.6


def test_it_is_set_shown_used_and_taken_back(study, tcncode, folder, monkeypatch):
    monkeypatch.chdir(folder.parent)
    ran = tcncode("-p", study.path, "suggest", "use", "--pipeline", "tiny", "--format", "json")
    shown = tcncode("-p", study.path, "suggest", "use", "--format", "json")
    row = {"what": "pipeline", "name": str(folder), "version": "1.2.3"}
    row["gives"] = "tokens, lemmas, entities"
    assert ran.code == shown.code == 0
    model = {"what": "model", "name": "shipped", "version": None}
    model["gives"] = "probabilities for 6 codes"
    assert json.loads(ran.out) == json.loads(shown.out) == [row, model]
    study.suggest(threshold=0.05)
    assert {s.method for s in study.suggestions()} == {"classifier and cues; tiny 1.2.3"}
    ran = tcncode("-p", study.path, "suggest", "use", "--blank", "--format", "json")
    assert json.loads(ran.out)[0]["name"] == "blank"
    study.suggest(threshold=0.05)
    assert {s.method for s in study.suggestions()} == {"classifier and cues"}


@pytest.mark.parametrize("name", ["en_core_web_nonesuch", "no/such/folder"])
def test_one_that_is_missing_is_one_line_and_nothing_changes(study, tcncode, name):
    before = study.path.read_bytes()
    ran = tcncode("-p", study.path, "suggest", "use", "--pipeline", name)
    assert ran.code == 1 and ran.out == "" and ran.err.count("\n") == 1
    assert name in ran.err and "--blank" in ran.err
    assert ("spacy download" in ran.err) == ("/" not in name)
    assert study.path.read_bytes() == before and study.pipeline().name == ""


def test_a_folder_that_holds_none_is_one_line(study, tcncode, tmp_path):
    (tmp_path / "meta.json").write_text("{}", encoding="utf-8")
    ran = tcncode("-p", study.path, "suggest", "use", "--pipeline", tmp_path)
    assert ran.code == 1 and ran.err.count("\n") == 1 and "cannot be used with spaCy" in ran.err
    assert study.pipeline().name == ""


def test_one_that_has_gone_since_is_one_line_and_suggestions_stay(study, tcncode, folder, tmp_path):
    moved = tmp_path / "moved"
    folder.rename(moved)
    study.use_pipeline(str(moved))
    study.suggest(threshold=0.05)
    before = study.suggestions()
    moved.rename(folder)
    ran = tcncode("-p", study.path, "suggest")
    assert ran.code == 1 and ran.out == "" and ran.err.count("\n") == 1 and "--blank" in ran.err
    assert study.suggestions() == before
    with pytest.raises(TcncodeError, match="--blank"):
        study.pipeline()


def test_two_wishes_at_once_are_refused(study, tcncode):
    ran = tcncode("-p", study.path, "suggest", "use", "--pipeline", "x", "--blank")
    assert ran.code == 2 and ran.err.count("\n") == 1
