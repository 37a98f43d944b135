"""Shares as people write them on the command line."""

from __future__ import annotations

from typing import Any

import click


class Share(click.ParamType[float]):
    """``20%`` or ``0.2``: more than nothing and at most all; ``partly``: less than all."""

    name = "SHARE"

    def __init__(self, *, partly: bool = False) -> None:
        self._partly = partly

    def convert(self, value: Any, param: Any, ctx: Any) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            share = -1.0
        if not (0 <= share < 1 if self._partly else 0 < share <= 1):
            told = "a share below 1" if self._partly else "a share"
            self.fail(f'"{value}" is not {told} such as 20% or 0.2.', param, ctx)
        return share
