"""The workbench: one project on screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme

from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.key_help import readable
from tcncode.tui.line_filter import ControlFilter
from tcncode.tui.palette import DARK, LIGHT

if TYPE_CHECKING:
    from tcncode.project import Project

# Known grounds: the codes' colours were measured against these two.
_DARK = Theme(
    "tcncode-dark", primary="#5f87d7", secondary="#5f87af", accent="#ffaf5f", warning="#ffd75f",
    error="#d75f5f", success="#5faf5f", foreground="#e0e0e0", background=DARK, surface="#262626",
    panel="#303030", boost="#2a2a2a", dark=True,
)  # fmt: skip
_LIGHT = Theme(
    "tcncode-light", primary="#005faf", secondary="#5f87af", accent="#af5f00", warning="#875f00",
    error="#af0000", success="#005f00", foreground="#1f1f1f", background=LIGHT, surface="#f5f5f5",
    panel="#e4e4e4", boost="#eeeeee", dark=False,
)  # fmt: skip


class Workbench(App[None]):
    """Documents to read and code. Everything done is saved at once."""

    CSS_PATH = "tcncode.tcss"
    TITLE = "tcncode"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", show=False, priority=True, id="app.quit"),
    ]

    def __init__(self, project: Project, document: str | None = None) -> None:
        super().__init__()
        self.project = project
        self._document = document
        self._control = ControlFilter()
        self.animation_level = "none"
        self.register_theme(_DARK)
        self.register_theme(_LIGHT)
        self.theme = _DARK.name

    def on_mount(self) -> None:
        """Begin with the document."""
        self.push_screen(CodeScreen(self.project, self._document))

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and ours last: nothing that a terminal obeys goes past it."""
        return [*super().get_line_filters(), self._control]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every key of the place one is in, by name."""
        yield from super().get_system_commands(screen)
        seen = set()
        for active in screen.active_bindings.values():
            binding = active.binding
            words = binding.tooltip or binding.description
            if words and binding.action not in seen and not binding.system:
                seen.add(binding.action)
                keys = [
                    other.binding.key
                    for other in screen.active_bindings.values()
                    if other.binding.action == binding.action
                ]
                act = partial(self.run_action, binding.action, active.node)
                yield SystemCommand(words, readable(keys), act)

    async def action_quit(self) -> None:
        """Leave; a memo being written is kept."""
        from tcncode.tui.memo_editor import MemoEditor

        if isinstance(self.screen, MemoEditor):
            self.screen.action_keep()
            self.call_later(self.action_quit)
            return
        for screen in self.screen_stack:
            if isinstance(screen, CodeScreen):
                screen.keep_place()
        self.exit()


def run(project: Project, document: str | None = None) -> None:
    """Open the workbench and stay until it is left."""
    Workbench(project, document).run()
