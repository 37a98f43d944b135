"""A trained classifier as bytes: the same model gives the same bytes, on any day and machine."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

MAGIC = b"tcncode-model-2\n"


def to_bytes(about: Mapping[str, Any], arrays: Mapping[str, Any]) -> bytes:
    """A header in JSON, then the arrays one behind the other, compressed."""
    # Not numpy's own format: it writes the time of day into the file.
    kept = {name: np.ascontiguousarray(array) for name, array in sorted(arrays.items())}
    shapes = {name: [array.dtype.str, list(array.shape)] for name, array in kept.items()}
    header = json.dumps({"about": about, "arrays": shapes}, sort_keys=True).encode()
    body = b"".join(array.tobytes() for array in kept.values())
    return MAGIC + zlib.compress(header + b"\n" + body, 6)


def from_bytes(data: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """What ``to_bytes`` was given.

    Raises:
        ValueError: these are not the bytes of a model.
    """
    if not data.startswith(MAGIC):
        raise ValueError("not a model of this version")
    try:
        header, _, body = zlib.decompress(data[len(MAGIC) :]).partition(b"\n")
        told = json.loads(header)
        arrays, at = {}, 0
        for name, (kind, shape) in told["arrays"].items():
            dtype = np.dtype(kind)
            size = dtype.itemsize * int(np.prod(shape))
            arrays[name] = np.frombuffer(body[at : at + size], dtype=dtype).reshape(shape)
            at += size
    except (zlib.error, KeyError, TypeError) as error:
        raise ValueError("the model is damaged") from error
    return told["about"], arrays
