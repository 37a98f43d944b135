"""spaCy's own text categorisers on the shipped passages and the seeds' sentences, for comparison.

    python tests/benchmarks/bench_textcat.py [bow|ensemble ...] [--epochs 6] [--save]

``textcat_multilabel`` with its two architectures, bag of words and ensemble, as they come, from a
blank pipeline, with a fixed seed; judged as ``bench_suggest.py`` judges: a third of the writers
left out in turn, and the seeds' labelled sentences, from one half on. Takes many minutes, the
ensemble most of them; nothing of tcncode uses what is trained here.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
from bench_suggest import CODES, Row, judged, run_folder, seeds, told

from tcncode import codebook as codebooks
from tcncode.shipped import shipped
from tcncode.suggest.examples import folds, read_corpus

BATCH = 64
MODELS: dict[str, dict[str, Any]] = {
    "bow": {
        "@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False, "ngram_size": 2,
        "no_output_layer": False, "length": 262144,
    },
    "ensemble": {
        "@architectures": "spacy.TextCatEnsemble.v2",
        "tok2vec": {
            "@architectures": "spacy.Tok2Vec.v2",
            "embed": {
                "@architectures": "spacy.MultiHashEmbed.v2", "width": 64,
                "rows": [2000, 2000, 500, 1000, 500],
                "attrs": ["NORM", "LOWER", "PREFIX", "SUFFIX", "SHAPE"],
                "include_static_vectors": False,
            },
            "encode": {
                "@architectures": "spacy.MaxoutWindowEncoder.v2", "width": 64, "window_size": 1,
                "maxout_pieces": 3, "depth": 2,
            },
        },
        "linear_model": {
            "@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False,
            "ngram_size": 1, "no_output_layer": False, "length": 262144,
        },
    },
}  # fmt: skip


def trained(kind: str, texts: Sequence[str], labels: Any, epochs: int) -> Any:
    """A pipeline that has seen the texts so many times."""
    import spacy
    from spacy.training import Example
    from spacy.util import fix_random_seed

    fix_random_seed(0)
    nlp = spacy.blank("en")
    nlp.add_pipe("textcat_multilabel", config={"model": MODELS[kind]})
    examples = [
        Example.from_dict(nlp.make_doc(text), {"cats": dict(zip(CODES, row, strict=True))})
        for text, row in zip(texts, labels.tolist(), strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)
    order = random.Random(0)
    for _ in range(epochs):
        order.shuffle(examples)
        for at in range(0, len(examples), BATCH):
            nlp.update(examples[at : at + BATCH], sgd=optimizer, drop=0.2)
    return nlp


def said(nlp: Any, texts: Sequence[str]) -> Any:
    """Texts x codes: 0 to 1."""
    return np.array([[doc.cats[code] for code in CODES] for doc in nlp.pipe(texts)])


def measured(kind: str, epochs: int) -> list[Row]:
    """One architecture, judged on writers left out and on the seeds."""
    book = codebooks.load(shipped("codebook.yaml"))
    examples = read_corpus(shipped("corpus") / "training", book)
    texts, truth = [e.text for e in examples], told([e.yes for e in examples])
    dealt = np.array(folds([e.group for e in examples], 3))
    half = np.full(len(CODES), 0.5)
    held = np.zeros(truth.shape)
    started = time.process_time()
    for part in range(3):
        inside = np.flatnonzero(dealt != part)
        nlp = trained(kind, [texts[n] for n in inside], truth[inside], epochs)
        held[dealt == part] = said(nlp, [texts[n] for n in np.flatnonzero(dealt == part)])
    rows = [judged(f"spaCy textcat, {kind}", "writers", truth, held, half)]
    test = seeds()
    if test:
        nlp = trained(kind, texts, truth, epochs)
        found = said(nlp, [text for text, _ in test])
        labels = told([codes for _, codes in test])
        rows.append(judged(f"spaCy textcat, {kind}", "seeds", labels, found, half))
    for row in rows:
        row |= {"epochs": epochs, "cpu_s": round(time.process_time() - started)}
    return rows


def main() -> int:
    """Measure and print; keep with ``--save``."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("kinds", nargs="*", default=list(MODELS), metavar="KIND")
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--save", action="store_true", help="keep the figures beside this script")
    options = parser.parse_args()
    rows = []
    for kind in options.kinds or list(MODELS):
        for row in measured(kind, options.epochs):
            rows.append(row)
            print(row, flush=True)
    if options.save:
        path = run_folder() / "textcat.json"
        path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
