"""Fine-tuning a sentence encoder: what changes, what is kept, and what is said where it fails."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pytest

from tcncode.suggest import heads, training, tuning, vectors

with_encoder = pytest.mark.skipif(
    not all(map(find_spec, ("sentence_transformers", vectors.ENCODERS["minilm"]))),
    reason="the extra vectors is not installed",
)


def test_each_round_draws_every_passage_once_and_likewise_for_a_seed():
    texts = ["word " * (n % 17 + 1) for n in range(1000)]

    def drawn(seed):
        return list(tuning._batches(texts, np.random.default_rng(seed)))

    batches = drawn(0)
    assert sorted(n for batch in batches for n in batch) == list(range(1000))
    assert batches == drawn(0) != drawn(1)
    assert all(0 < len(batch) <= tuning.BATCH for batch in batches)
    spread = [np.ptp([len(texts[n]) for n in batch]) for batch in batches]
    assert np.mean(spread) <= 10, "passages of a batch are about equally long: less is padding"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["{used}"], "is in use"),
        (["{new}", "--from", "glad"], 'There is no sentence encoder "glad"'),
        (["{new}", "--from", "{tuned}"], "has learned from the shipped passages already"),
    ],
)
def test_what_cannot_be_tuned_is_one_line_and_writes_nothing(
    words, told, tcncode, tmp_path, monkeypatch
):
    monkeypatch.setattr(vectors, "find_spec", lambda _: "all of it")
    monkeypatch.setattr(vectors, "_fetched_before", lambda _: None)
    for name in ("used", "tuned"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modules.json").write_text("[]", encoding="utf-8")
    (tmp_path / "tuned" / heads.OWN).write_bytes(b"")
    places = {name: tmp_path / name for name in ("used", "tuned", "new")}
    before = sorted(tmp_path.rglob("*"))
    result = tcncode("suggest", "fine-tune", *(word.format(**places) for word in words))
    assert result.code != 0 and result.out == ""
    assert result.err.count("\n") == 1 and told in result.err
    assert sorted(tmp_path.rglob("*")) == before


def test_without_the_extra_one_line_says_what_brings_it(tcncode, tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "find_spec", lambda _: None)
    result = tcncode("suggest", "fine-tune", tmp_path / "new")
    assert result.code == 2 and "pip install" in result.err and result.err.count("\n") == 1
    assert not (tmp_path / "new").exists()


@with_encoder
@pytest.mark.filterwarnings("ignore")
def test_upper_layers_learn_and_encoder_and_head_are_in_the_folder(tcncode, tmp_path, monkeypatch):
    from sentence_transformers import SentenceTransformer

    some = heads.passages()[::60]
    monkeypatch.setattr(heads, "passages", lambda: some)
    monkeypatch.setattr(training, "FEWEST", 4)
    folder = tmp_path / "one"
    result = tcncode("suggest", "fine-tune", folder, "--rounds", "1", "--seed", "3")
    assert result.code == 0, result.err
    assert "keeps" in result.err and "min or so" in result.err
    head = heads.head_of(str(folder))
    assert head.about["passages"] + len([e for e in some if e.group == "writer 5"]) <= len(some)
    assert (head.about["tuned_from"], head.about["seed"]) == ("minilm", 3)
    assert heads.is_tuned(str(folder)) and not heads.is_tuned("minilm")
    before = SentenceTransformer(str(vectors.model_folder("minilm"))).state_dict()
    after = SentenceTransformer(str(folder)).state_dict()
    moved = {name for name in after if not bool((after[name] == before[name]).all())}
    assert moved and all("layer.4." in name or "layer.5." in name for name in moved)
    found = vectors.SentenceEncoder("one", folder).encode(["We share what we know."])
    assert np.isfinite(head.odds(found)).all() and head.odds(found).shape == (1, 6)
    tuning.fine_tune("minilm", tmp_path / "two", seed=3, rounds=1)
    files = [p for p in sorted(folder.rglob("*")) if p.suffix == ".safetensors"]
    assert files
    for path in files:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(folder)).read_bytes()
    again = heads.head_of(str(tmp_path / "two"))
    assert (again.weights == head.weights).all() and again.calibrations == head.calibrations
