"""Low-rank changes of an encoder's weights: what fine-tuning adds, small enough to be shipped.

Each matrix of an encoder's layers becomes W + SCALE * B A, where A has ``RANK`` rows and B as many
columns; W stays. For minilm that is 0.3 of its 22 million numbers. Once added up, the encoder is as
quick as before.

Source:
    Hu et al. (2021), LoRA: Low-Rank Adaptation of Large Language Models, section 4.1.
    https://arxiv.org/abs/2106.09685
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tcncode.errors import TcncodeError
from tcncode.suggest import model_file

RANK = 8
"""Rows of A: at 8, 0.3 million numbers, 0.6 MB as 16 bits."""
SCALE = 2.0
"""What B A is multiplied by, so the more, the faster they learn (alpha / r in the source)."""


@dataclass(frozen=True)
class Adapter:
    """Changes that were learned."""

    changes: Mapping[str, tuple[Any, Any]]
    """Where in the stack of layers -> A (``RANK`` x inputs) and B (outputs x ``RANK``), 16 bits."""
    about: Mapping[str, Any]
    """What they were learned from."""

    def apply(self, model: Any) -> None:
        """Add them to the weights of the model they were learned for.

        Raises:
            ValueError: the model has other layers.
        """
        import torch

        found = {name: linear.weight for name, linear in matrices(model).items()}
        shapes = {name: (len(b), a.shape[1]) for name, (a, b) in self.changes.items()}
        if {name: tuple(weight.shape) for name, weight in found.items()} != shapes:
            raise ValueError("its layers are not those of the model that was fine-tuned")
        for name, (a, b) in self.changes.items():
            change = SCALE * b.astype(np.float32) @ a.astype(np.float32)
            found[name].data += torch.from_numpy(change)

    def to_bytes(self) -> bytes:
        """The adapter."""
        arrays = {f"{name} a": a for name, (a, _) in self.changes.items()}
        arrays |= {f"{name} b": b for name, (_, b) in self.changes.items()}
        return model_file.to_bytes({"adapter": dict(self.about)}, arrays)

    @classmethod
    def from_bytes(cls, data: bytes) -> Adapter:
        """An adapter that was kept.

        Raises:
            ValueError: the bytes are not one.
        """
        told, arrays = model_file.from_bytes(data)
        if "adapter" not in told:
            raise ValueError("not an adapter")
        names = sorted({name.rpartition(" ")[0] for name in arrays})
        try:
            changes = {n: (arrays[f"{n} a"], arrays[f"{n} b"]) for n in names}
        except KeyError as error:
            raise ValueError("the adapter is damaged") from error
        return cls(changes, told["adapter"])


class Learning:
    """Changes while they are learned: the model computes with them, its own weights stay."""

    def __init__(self, model: Any) -> None:
        import torch

        self._matrices = matrices(model)
        self._changes: dict[str, tuple[Any, Any]] = {}
        for parameter in model.parameters():
            parameter.requires_grad = False
        self._hooks = []
        for name, linear in self._matrices.items():
            a = torch.nn.Parameter(torch.randn(RANK, linear.in_features) / linear.in_features**0.5)
            b = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))
            self._changes[name] = (a, b)
            self._hooks.append(linear.register_forward_hook(_adding(a, b)))

    def parameters(self) -> list[Any]:
        """What is learned."""
        return [matrix for both in self._changes.values() for matrix in both]

    def finish(self, model: Any, about: Mapping[str, Any]) -> Adapter:
        """What was learned, which is in the model's own weights from now on."""
        for hook in self._hooks:
            hook.remove()
        made = Adapter(
            {
                name: (a.detach().numpy().astype(np.float16), b.detach().numpy().astype(np.float16))
                for name, (a, b) in self._changes.items()
            },
            about,
        )
        made.apply(model)
        return made


def _adding(a: Any, b: Any) -> Any:
    return lambda _module, inputs, said: said + (inputs[0] @ a.T) @ b.T * SCALE


def matrices(model: Any) -> dict[str, Any]:
    """The linear maps in a model's layers, by where they stand in the stack.

    Raises:
        TcncodeError: it is not made of layers.
    """
    from torch.nn import Linear, ModuleList

    layers: Any = max(
        (m for m in model.modules() if isinstance(m, ModuleList)), key=len, default=()
    )
    found = {}
    if len(layers) > 1:
        found = {n: part for n, part in layers.named_modules() if isinstance(part, Linear)}
    if not found:
        raise TcncodeError(
            "This encoder is not made of layers that could be trained. Start from another, such as"
            " minilm."
        )
    return found
