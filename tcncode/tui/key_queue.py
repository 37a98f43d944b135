"""Keys one after the other, however quickly they come."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from textual import events, on
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.message import Message
from textual.message_pump import MessagePump
from textual.screen import Screen

_ROUNDS = 3
_STUCK = 0.5
"""Seconds after which a key counts as handled, come what may."""


class KeyQueue(App[None]):
    """Holds a key until the one before has been handled, and what it opened is there.

    Textual sends each to whatever has the focus then: of what is typed quickly, or comes in one
    burst over a slow line, a picker's name would go to the text and be lost.
    """

    @dataclass
    class Handled(Message):
        """Goes after a key through the same queues, and so arrives when that has been handled."""

        screen: Screen[Any]
        """The one that the key was meant for."""
        target: MessagePump
        """What had the focus."""
        rounds: int
        """How often it has still to go round: a key's handler may have posted a message."""
        turn: int
        """Which key it goes after."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: deque[events.Key] = deque()
        self._key_sent: float | None = None
        """When the key was sent that is being handled; None: none is."""
        self._key_screen: Screen[Any] | None = None
        """The screen that it was meant for."""
        self._turn = 0
        """How many keys were sent."""

    async def on_event(self, event: events.Event) -> None:
        """Queue a key; all else as Textual has it."""
        if not isinstance(event, events.Key) or event.is_forwarded:
            await super().on_event(event)
            return
        self._keys.append(event)
        if self._key_sent is None or time.monotonic() - self._key_sent > _STUCK:
            await self._next_key(self._turn)
        else:
            self.set_timer(_STUCK, partial(self._next_key, self._turn))

    async def _next_key(self, after: int) -> None:
        """Send the next key, unless that was done since ``after`` keys were sent."""
        if after != self._turn:
            return
        self._key_sent = None
        if self._keys:
            event, screen = self._keys.popleft(), self.screen
            target = self.focused or screen
            self._turn += 1
            self._key_sent, self._key_screen = time.monotonic(), screen
            handled = self.Handled(screen, target, _ROUNDS, self._turn)
            await super().on_event(event)
            self._follow(handled)

    def _follow(self, handled: Handled) -> None:
        if not handled.target.post_message(handled):  # it is gone already
            self.post_message(replace(handled, target=self))

    @on(Handled)
    def _handled(self, event: Handled) -> None:
        event.stop()
        if self.screen is event.screen and event.rounds > 1:
            self.call_later(self._follow, replace(event, rounds=event.rounds - 1))
        elif self.screen is event.screen:  # after a change of the focus that was asked for
            self.call_later(self._next_key, event.turn)
        else:
            self.screen.call_after_refresh(self._next_key, event.turn)

    def pop_screen(self) -> AwaitComplete:
        """Go back; what would have told that a key was handled may go with the screen."""
        gone = self.screen
        done = super().pop_screen()
        if self._key_sent is not None and gone is self._key_screen:
            self.screen.call_after_refresh(self._next_key, self._turn)
        return done
