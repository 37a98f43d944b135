"""Keys that move a passage's boundaries before it is coded: the same wherever one decides."""

from __future__ import annotations

from collections.abc import Callable

from tcncode.tui.boundaries import Passage
from tcncode.tui.units import Units


class PassageKeys:
    """Actions for a screen that has a passage on show."""

    def _move(self, how: Callable[[Passage, Units], Passage], cannot: str) -> None:
        """Move the passage; where it stays as it is, say why it cannot."""
        raise NotImplementedError

    def action_grow(self) -> None:
        """A sentence more."""
        self._move(lambda p, units: p.grown(units), "The text has no more that way.")

    def action_shrink(self) -> None:
        """A sentence less."""
        self._move(lambda p, units: p.shrunk(units), "The last sentence stays; [ ] move by word.")

    def action_word(self, step: int) -> None:
        """The end that moves, a word on or back."""
        self._move(lambda p, units: p.word(units, step), "No further that way; x turns ends.")

    def action_turn(self) -> None:
        """The other end moves."""
        self._move(lambda p, units: p.turned(), "")
