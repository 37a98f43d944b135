"""What a sentence encoder knows, made small enough to ship. Needs the extra ``vectors``.

    python -m tcncode.suggest.distil table

makes ``likeness.table``. The encoder, as it comes, gives a vector for each word of its vocabulary
and of the shipped passages, read alone. These are moved, as little as needed, so that the sum over
a passage's words comes near the encoder's vector of the whole passage (ridge regression in its dual
form, one equation a passage). The first 160 principal components are kept, each number in one byte.
Labels play no part. When passages are added the table need not be made anew; when it is, ``base``
and the heads must be.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from tcncode.suggest import heads, training, vectors
from tcncode.suggest.features import WORD_BITS, Floats
from tcncode.suggest.likeness import TABLE, Likeness
from tcncode.suggest.pipeline import make_pipeline

DIMENSIONS = 160
NEAR = 1.0
"""How little words are moved, as a multiple of a passage's own squared length."""
NEARLY = 1e-4
"""How exactly the equations are solved."""
LENGTH = 2.0
"""Mean length of a passage's sum: with it the models of words and of likeness are equally free."""


def distil(encoder: vectors.Encoder, texts: Sequence[str], words: Sequence[str]) -> Likeness:
    """A table of like words.

    Args:
        texts: passages that the words' vectors are fitted to.
        words: of the encoder's vocabulary; those that two of the passages have are added.
    """
    from scipy import sparse
    from scipy.sparse.linalg import LinearOperator, cg

    nlp = make_pipeline()
    tokens = training.read(nlp, texts)
    made = training.design(tokens, nlp.vocab.strings, Likeness((), np.zeros((0, 1))))
    rarity = made.rarity[: 1 << WORD_BITS]
    hashes, counts = np.unique(tokens.words, return_counts=True)
    own = {nlp.vocab.strings[int(h)]: int(n) for h, n in zip(hashes, counts, strict=True)}
    columns_of = training.placed(sorted(own), nlp.vocab.strings, rarity, len(texts))
    often = {sorted(own)[n] for c, n in zip(columns_of[0], columns_of[1], strict=True) if rarity[c]}
    # Of two words in one column the one that the passages have more often is kept.
    known = sorted(
        {*words, *(word for word in often if word.isalpha())}, key=lambda w: (-own.get(w, 0), w)
    )
    columns, first, weights = training.placed(known, nlp.vocab.strings, rarity, len(texts))
    known = [known[n] for n in first]

    alone = encoder.encode(known)
    alone -= alone.mean(axis=0)
    alone /= np.linalg.norm(alone, axis=1, keepdims=True)
    whole = encoder.encode(texts)
    whole -= whole.mean(axis=0)
    sums = (made.shares[:, columns] @ sparse.diags(weights)).tocsr()
    guess = sums @ alone
    scale = float((guess * whole).sum() / (guess**2).sum())
    ridge = NEAR * float(np.median(np.asarray(sums.multiply(sums).sum(axis=1))))
    # Passages x passages would not fit into memory as a matrix, and is not needed as one.
    gram = LinearOperator(
        (len(texts), len(texts)), matvec=lambda one: sums @ (sums.T @ one) + ridge * one
    )
    missing = np.stack([cg(gram, column, rtol=NEARLY)[0] for column in (whole - scale * guess).T])
    moved = scale * alone + sums.T @ missing.T

    held = np.asarray((sums > 0).sum(axis=0)).ravel()
    _, _, axes = np.linalg.svd(moved * np.sqrt(held + 1)[:, None], full_matrices=False)
    kept: Floats = moved @ axes[:DIMENSIONS].T
    kept *= LENGTH / np.linalg.norm(sums @ kept, axis=1).mean()
    return Likeness(tuple(known), kept)


def main(name: str = "minilm") -> None:
    """Make the table."""
    folder = vectors.model_folder(name)
    encoder = vectors.SentenceEncoder(name, folder, adapted=False)
    texts = [e.text for e in heads.passages()]
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8")
    words = [w for w in vocabulary.split("\n") if len(w) > 1 and w.isascii() and w.isalpha()]
    TABLE.write_bytes(distil(encoder, texts, words).to_bytes())


if __name__ == "__main__":
    if sys.argv[1:] != ["table"]:
        sys.exit("Say what to make: table.")
    main()
