"""Fine-tuning a sentence encoder: what changes, what is kept, and what is said where it fails."""

from __future__ import annotations

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from tcncode.errors import TcncodeError
from tcncode.suggest import adapters, base, heads, model_file, training, tuning, vectors
from tcncode.suggest.adapters import Adapter

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
        (["{file}/new", "--from", "{encoder}"], "cannot be written"),
        (["{new}", "--from", "glad"], 'There is no sentence encoder "glad"'),
        (["{new}", "--from", "{tuned}"], "has learned from the shipped passages already"),
    ],
)
def test_what_cannot_be_tuned_is_one_line_and_writes_nothing(
    words, told, tcncode, tmp_path, monkeypatch
):
    monkeypatch.setattr(vectors, "find_spec", lambda _: "all of it")
    monkeypatch.setattr(vectors, "_fetched_before", lambda _: None)
    (tmp_path / "file").write_text("", encoding="utf-8")
    for name in ("used", "tuned", "encoder"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "modules.json").write_text("[]", encoding="utf-8")
    (tmp_path / "tuned" / heads.OWN).write_bytes(b"")
    places = {name: tmp_path / name for name in ("used", "tuned", "new", "file", "encoder")}
    before = sorted(tmp_path.rglob("*"))
    result = tcncode("suggest", "fine-tune", *(word.format(**places) for word in words))
    assert result.code != 0 and result.out == ""
    assert result.err.count("\n") == 1 and told in result.err
    assert sorted(tmp_path.rglob("*")) == before


def written(part):
    part.mkdir()
    for name in ("modules.json", "weights", heads.OWN):
        (part / name).write_text(name, encoding="utf-8")


def names(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_what_is_made_lands_in_a_new_folder_and_what_lies_beside_stays(tmp_path):
    (tmp_path / "new.part").mkdir()
    (tmp_path / "new.part" / "mine").write_text("kept", encoding="utf-8")
    with tuning._room(tmp_path / "deep" / "new") as part:
        written(part)
        assert not (tmp_path / "deep" / "new").exists()
    with tuning._room(tmp_path / "new") as part:
        written(part)
    whole = sorted(["modules.json", "weights", heads.OWN])
    assert names(tmp_path / "new") == names(tmp_path / "deep" / "new") == whole
    assert sorted(p.name for p in tmp_path.iterdir()) == ["deep", "new", "new.part"]
    assert names(tmp_path / "new.part") == ["mine"]


def test_an_empty_folder_that_one_stands_in_is_filled_and_stays_the_same(tmp_path, monkeypatch):
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = here.stat().st_ino
    with tuning._room(here) as part:
        written(part)
    assert names(here) == sorted(["modules.json", "weights", heads.OWN])
    assert here.stat().st_ino == before
    assert names(tmp_path) == sorted(["here", *names(here)])


@pytest.mark.parametrize("there", [False, True])
def test_nothing_is_left_where_writing_fails_and_nothing_is_written_over(tmp_path, there):
    folder = tmp_path / "new"
    if there:
        folder.mkdir()
    before = names(tmp_path)
    with (
        pytest.raises(TcncodeError, match=r"written to .*No space"),
        tuning._room(folder) as part,
    ):
        written(part)
        raise OSError(28, "No space left on device")
    assert names(tmp_path) == before
    with pytest.raises(TcncodeError, match="cannot be written"), tuning._room(folder) as part:
        written(part)
        folder.mkdir(exist_ok=True)
        (folder / "weights").write_text("mine", encoding="utf-8")
    assert names(tmp_path) == ["new", "weights"]
    assert (folder / "weights").read_text(encoding="utf-8") == "mine"


def test_who_is_learned_from_does_not_calibrate():
    some = heads.passages()
    taught, held = tuning._dealt(some)
    assert sorted([*taught, *held]) == list(range(len(some)))
    assert not {some[n].group for n in taught} & {some[n].group for n in held}
    assert 0.1 < len(held) / len(some) < 0.3


def test_without_the_extra_one_line_says_what_brings_it(tcncode, tmp_path, monkeypatch):
    monkeypatch.setattr(vectors, "find_spec", lambda _: None)
    result = tcncode("suggest", "fine-tune", tmp_path / "new")
    assert result.code == 2 and "pip install" in result.err and result.err.count("\n") == 1
    assert "suggest use" not in result.err and result.err.endswith("brings it.\n")
    assert not (tmp_path / "new").exists()


@with_encoder
@pytest.mark.filterwarnings("ignore")
def test_layers_learn_and_encoder_and_head_are_in_the_folder(tcncode, tmp_path, monkeypatch):
    from sentence_transformers import SentenceTransformer

    some, more = heads.passages()[::60], heads.indirect_passages()[::300]
    monkeypatch.setattr(heads, "passages", lambda: some)
    monkeypatch.setattr(heads, "indirect_passages", lambda: more)
    monkeypatch.setattr(training, "FEWEST", 4)
    monkeypatch.setattr(tuning, "FIRST", 90)
    learned, read = [], []
    train, encoded = tuning._Trainer.train, heads.encoded

    def watched(trainer, texts, *rest):
        learned[:] = texts
        return train(trainer, texts, *rest)

    def watched_reading(encoder, texts, *rest):
        read[:] = texts
        return encoded(encoder, texts, *rest)

    monkeypatch.setattr(tuning._Trainer, "train", watched)
    monkeypatch.setattr(heads, "encoded", watched_reading)
    folder = tmp_path / "one"
    result = tcncode("suggest", "fine-tune", folder, "--rounds", "1", "--seed", "3")
    assert result.code == 0, result.err
    assert "keeps" in result.err and "min or so" in result.err
    head = heads.head_of(str(folder))
    assert head.about["passages"] == len(learned)
    every = sorted(e.text for e in [*some, *more])
    assert sorted([*learned, *read]) == every, "read last: what calibrates"
    writer = {e.text: e.group for e in [*some, *more]}
    assert not {writer[text] for text in learned} & {writer[text] for text in read}
    assert {writer[text] for text in learned} == set(head.about["taught"])
    assert (head.about["tuned_from"], head.about["seed"]) == ("minilm", 3)
    assert heads.is_tuned(str(folder))
    before = SentenceTransformer(str(vectors.model_folder("minilm"))).state_dict()
    after = SentenceTransformer(str(folder)).state_dict()
    assert set(before) == set(after)
    moved = {name for name in after if not bool((after[name] == before[name]).all())}
    assert len(moved) == 36 and all(".layer." in n and n.endswith("weight") for n in moved)
    found = vectors.SentenceEncoder("one", folder).encode(["We share what we know."])
    assert np.isfinite(head.odds(found)).all() and head.odds(found).shape == (1, 6)
    (tmp_path / "two").mkdir()
    monkeypatch.chdir(tmp_path / "two")
    assert tuning.fine_tune("minilm", Path(), seed=3, rounds=1).head.encoder == "two"
    files = [p for p in sorted(folder.rglob("*")) if p.suffix == ".safetensors"]
    assert files
    for path in files:
        assert path.read_bytes() == (tmp_path / "two" / path.relative_to(folder)).read_bytes()
    again = heads.head_of(str(tmp_path / "two"))
    assert (again.weights == head.weights).all() and again.calibrations == head.calibrations


def adapter(rank=2, inputs=4, outputs=3):
    chance = np.random.default_rng(0)
    a, b = chance.normal(size=(rank, inputs)), chance.normal(size=(outputs, rank))
    return Adapter({"0.query": (a.astype(np.float16), b.astype(np.float16))}, {"seed": 1})


def test_a_kept_adapter_is_the_adapter_it_was():
    made = adapter()
    kept = Adapter.from_bytes(made.to_bytes())
    assert kept.about == made.about and list(kept.changes) == ["0.query"]
    for one, other in zip(kept.changes["0.query"], made.changes["0.query"], strict=True):
        assert (one == other).all() and one.dtype == np.float16
    assert kept.to_bytes() == made.to_bytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"tcncode-model-2\nrubbish",
        base.MODEL.read_bytes(),
        model_file.to_bytes({"adapter": {}}, {"0.query b": np.zeros((2, 2))}),
    ],
)
def test_what_is_no_adapter_is_refused(data):
    with pytest.raises(ValueError, match=r"model|adapter"):
        Adapter.from_bytes(data)


def test_the_shipped_adapter_and_head_are_of_one_training():
    """When this fails: python -m tcncode.suggest.tuning"""
    made, head = vectors.shipped_adapter("minilm"), heads.head_of("minilm")
    assert heads.is_tuned("minilm") and heads.is_learned("minilm")
    assert len(made.changes) == 36
    assert all(a.shape[0] == b.shape[1] == adapters.RANK for a, b in made.changes.values())
    about = dict(head.about)
    assert about.pop("belongs_to") == heads.belongs_to()
    assert about == made.about
    taught = set(made.about["taught"])
    assert taught >= {e.group for e in heads.indirect_passages()}
    held = [e for e in heads.passages() if e.group not in taught]
    assert len({e.group for e in held}) > 1, "writers that calibrate"
    assert len(held) > 5_000


def test_indirect_passages_are_others_with_the_same_functions():
    words, more = heads.passages(), heads.indirect_passages()
    assert not {e.text for e in words} & {e.text for e in more}
    assert not {e.group for e in words} & {e.group for e in more}
    functions = {code for e in words for code in e.yes}
    assert {code for e in more for code in e.yes} == functions
    assert len({e.text for e in more}) == len(more)


@with_encoder
@pytest.mark.filterwarnings("ignore")
def test_the_shipped_changes_are_added_and_fit_no_other_model():
    plain = vectors.SentenceEncoder("minilm", vectors.model_folder("minilm"), adapted=False)
    before = plain.encode(["We share what we know."])
    shipped = vectors.shipped_adapter("minilm")
    *others, last = shipped.changes
    a, b = shipped.changes[last]
    narrow = {name: shipped.changes[name] for name in others} | {last: (a[:, 1:], b)}
    for wrong in (adapter(), replace(shipped, changes=narrow)):
        with pytest.raises(ValueError, match="layers are not those"):
            wrong.apply(plain.model)
    assert (plain.encode(["We share what we know."]) == before).all()
    shipped.apply(plain.model)
    assert shipped.about["identity"] == vectors.identity("minilm"), "changes are of these weights"
    after = plain.encode(["We share what we know."])
    assert (vectors.load_encoder("minilm").encode(["We share what we know."]) == after).all()
    assert np.abs(after - before).max() > 0.01


@with_encoder
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("data", [b"damaged", None])
def test_where_what_is_shipped_is_damaged_or_gone_one_line_says_so(
    data, tmp_path, monkeypatch, study, tcncode
):
    path = tmp_path / "minilm.adapter"
    if data:
        path.write_bytes(data)
    monkeypatch.setattr(vectors, "adapter_file", lambda _: path)
    vectors.load_encoder.cache_clear()
    assert tcncode("-p", study.path, "suggest", "use", "--vectors", "minilm").code == 0
    ran = tcncode("-p", study.path, "suggest")
    vectors.load_encoder.cache_clear()
    assert ran.code == 2 and ran.err.count("\n") == 1 and "cannot be read" in ran.err


def test_a_damaged_shipped_head_is_one_line_and_no_other_is_learned(
    tmp_path, monkeypatch, study, tcncode
):
    monkeypatch.setattr(vectors, "check_encoder", lambda _: None)
    path = tmp_path / "minilm.head"
    path.write_bytes(b"damaged")
    monkeypatch.setattr(heads, "shipped_file", lambda _: path)
    monkeypatch.setattr(heads, "learn", None)
    assert tcncode("-p", study.path, "suggest", "use", "--vectors", "minilm").code == 0
    ran = tcncode("-p", study.path, "suggest")
    assert (
        ran.code == 2
        and ran.err.count("\n") == 1
        and "is damaged: install tcncode anew;" in ran.err
    )
