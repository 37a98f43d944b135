"""Which words are alike: a small table of word vectors that training reads, and nothing else does.

A model of words alone knows nothing of a word that its passages lack, and little of a rare one. The
table lends each word what the words like it have taught: training fits one model more, over the sum
of a sentence's vectors, and folds it into the weights of the single words (``training``). So it
costs nothing when suggesting, and is not even loaded then.

``likeness.table`` is made by ``distil`` from the sentence encoder all-MiniLM-L6-v2 (Apache License
2.0, https://www.apache.org/licenses/LICENSE-2.0), from the words of its vocabulary and of the
shipped passages; it holds no text of anybody's.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from tcncode.suggest import model_file
from tcncode.suggest.features import Floats

TABLE = Path(__file__).parent / "likeness.table"


@dataclass(frozen=True, slots=True)
class Likeness:
    """Vectors of words; those of like words point alike."""

    words: tuple[str, ...]
    """In lower case."""
    vectors: Floats
    """Words x dimensions."""

    def to_bytes(self) -> bytes:
        """The table, each number in one byte."""
        scale = float(np.abs(self.vectors).max()) / 127
        # Dimension by dimension: the later ones are small numbers and compress well.
        small = np.round(self.vectors / scale).astype(np.int8).T
        return model_file.to_bytes({"words": list(self.words), "scale": scale}, {"vectors": small})

    @classmethod
    def from_bytes(cls, data: bytes) -> Likeness:
        """A table that was kept.

        Raises:
            ValueError: the bytes are not such a table.
        """
        told, arrays = model_file.from_bytes(data)
        return cls(tuple(told["words"]), arrays["vectors"].T * told["scale"])


@lru_cache(maxsize=1)
def likeness() -> Likeness:
    """The table that comes with the package."""
    return Likeness.from_bytes(TABLE.read_bytes())


def table_hash() -> str:
    """Names the table as it is: 16 hexadecimal digits."""
    return hashlib.sha256(TABLE.read_bytes()).hexdigest()[:16]
