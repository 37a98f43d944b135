"""What all keys that change codings have: which coding is meant, a window, what was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from textual.screen import ModalScreen

from tcncode.model import Coding
from tcncode.tui.document_screen import DocumentScreen
from tcncode.tui.pickers import CodingPicker
from tcncode.tui.windows import Window

Answer = TypeVar("Answer")


class Changing(DocumentScreen):
    """Asks beside the passage, changes codings and says so."""

    _nudged: tuple[str, int] | None = None
    """The coding moved by the last key, and where the cursor was left: the next key means it."""

    def is_in_list(self) -> bool:
        """Whether the coder is in the list of documents, which hides the text or names another."""
        if self.focused is None or self.focused.id != "documents":
            return False
        self.say("Codes are given in the text: enter opens the document here, esc goes back.")
        return True

    def ask(self, window: ModalScreen[Answer], then: Callable[[Answer | None], None]) -> None:
        """Open a window where it leaves what it is about in sight."""
        if isinstance(window, Window):
            chosen = self.reader.target or (self.reader.cursor, self.reader.cursor + 1)
            self.reader.reveal_all(*chosen)
            window.leaves = self.reader.rows_of(*chosen)
        self.app.push_screen(window, then)

    def change(self, does: Callable[[], str]) -> bool:
        """Like ``attempt``, for what changes codings."""
        return self.attempt(lambda: self.remark(does()))

    def remark(self, said: str) -> str:
        """What was done, and where the document is finished, that it was done in such a one."""
        return f"{said}. This document is finished: F reopens it" if self.finished else said

    def one_of(self, asks: str, then: Callable[[Coding], None]) -> None:
        """Do something with the coding here, asking which if there are several of one's own."""
        found = self.codings_here()
        own = [c for c in found if self.is_own(c)]
        if self._nudged and self._nudged[1] == self.reader.cursor:
            own = [c for c in self._codings.values() if c.id == self._nudged[0]] or own
        if not own:
            whose = f"The coding here is {found[0].coder}'s." if found else "Nothing of yours here."
            self.say(f"{whose} ] goes to the next coding.", bad=True)
        elif len(own) == 1:
            then(own[0])
        else:
            by_id = {coding.id: coding for coding in own}

            def chosen(coding_id: str | None) -> None:
                if coding_id is not None:
                    then(by_id[coding_id])

            picker = CodingPicker(own, self.project.codebook, self.palette, asks, self.reader.text)
            self.ask(picker, chosen)
