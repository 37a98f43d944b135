"""The components, in pipelines that know nothing of this program."""

from __future__ import annotations

import importlib
import re
import tomllib
from pathlib import Path

import spacy
from conftest import CODEBOOK

import tcncode.components
from tcncode.codebook import load
from tcncode.components import Functions

README = Path(__file__).parents[1] / "README.md"
TEXT = (
    "We learn from each other 👩‍👩‍👧 in Łódź. The ministry has failed our residents; shame on it."
)


def pipeline(name: str = "tcncode_functions", **config: object) -> spacy.language.Language:
    assert tcncode.components.Functions
    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe(name, config=config)
    return nlp


def said(doc):
    group = doc.spans["tcncode"]
    return [(s.text, s.label_) for s in group], group.attrs["scores"], doc.cats


def test_a_document_gets_spans_categories_and_evidence():
    doc = pipeline(threshold=0.3)(TEXT)
    spans, scores, cats = said(doc)
    first, second = TEXT[: TEXT.index(" The")], TEXT[TEXT.index("The") :]
    assert (first, "sharing/peer-learning") in spans
    assert second in [text for text, label in spans if label.startswith("shaming")]
    best = {label: score for (_, label), score in zip(spans, scores, strict=True)}
    assert cats["sharing"] == cats["sharing/peer-learning"] == best["sharing/peer-learning"]
    assert set(cats) == {code.path for code in load(CODEBOOK).codes} and cats["storytelling"] == 0
    evidence = [(span.text, span.label_) for span in doc.spans["tcncode_evidence"]]
    assert ("learn from each other", "cue") in evidence
    assert all(doc.text.find(words) >= 0 for words, _ in evidence)


def test_cues_alone_have_no_classifier():
    nlp = pipeline("tcncode_cues", threshold=0.3)
    assert nlp.get_pipe("tcncode_cues").suggester.classifier is None
    doc = nlp(TEXT)
    assert doc.cats["sharing"] > 0 and "word" not in {
        s.label_ for s in doc.spans["tcncode_evidence"]
    }


def test_without_sentences_a_document_is_one_and_an_empty_one_has_none():
    nlp = spacy.blank("de")
    nlp.add_pipe("tcncode_functions", config={"threshold": 0.1})
    doc = nlp(TEXT)
    assert {span.text for span in doc.spans["tcncode"]} == {TEXT}
    for text in ("", " \n "):
        doc = nlp(text)
        assert len(doc.spans["tcncode"]) == 0 and set(doc.cats.values()) == {0.0}


def test_saved_and_loaded_it_says_the_same(tmp_path):
    nlp = pipeline(threshold=0.2)
    nlp.to_disk(tmp_path / "functions")
    again = spacy.load(tmp_path / "functions")
    texts = [TEXT, "Members must report every year. A good practice: the one-stop shop."]
    assert [said(doc) for doc in again.pipe(texts)] == [said(doc) for doc in nlp.pipe(texts)]


def test_a_projects_own_codebook_and_model_are_used_and_saved_with_it(study, tmp_path):
    study.edit_code("sharing", definition="Giving and taking.")
    only = study.classifier().renamed({"sharing": "sharing"})
    with study._writable():
        study._store.put_suggester("2026-01-31T12:00:00Z", '{"decisions": 3}', only.to_bytes())
    nlp = pipeline(project=str(study.path), threshold=0.2)
    made = nlp.get_pipe("tcncode_functions").suggester
    assert made.classifier == only and made.codebook == study.codebook
    nlp.to_disk(tmp_path / "functions")
    expected = said(nlp(TEXT))
    study.path.unlink()
    assert said(spacy.load(tmp_path / "functions")(TEXT)) == expected


def test_what_the_package_announces_to_spacy_is_there():
    """So that an installed package needs no import of the module."""
    told = tomllib.loads((README.parent / "pyproject.toml").read_text(encoding="utf-8"))
    announced = told["project"]["entry-points"]["spacy_factories"]
    assert set(announced) == {"tcncode_functions", "tcncode_cues"}
    for name, place in announced.items():
        module, _, function = place.partition(":")
        assert callable(getattr(importlib.import_module(module), function))
        assert spacy.blank("en").has_factory(name)


def test_the_readmes_script_runs(study, monkeypatch, capsys):
    (script,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(study.path.parent)
    exec(compile(script, "README.md", "exec"), {})
    first, second = capsys.readouterr().out.splitlines()
    assert "We learn from each other.', 'sharing" in first and "'cue'" in second
    assert (study.path.parent / "functions" / "config.cfg").exists()


def test_a_codebook_and_a_project_at_once_are_refused():
    try:
        Functions(codebook="a.yaml", project="b.tcn", threshold=None, trained=True)
    except ValueError as error:
        assert "not both" in str(error)
    else:
        raise AssertionError("both were taken")
