"""The workbench: one project on screen, its screens, and what holds on all of them."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import events
from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.filter import LineFilter
from textual.screen import ModalScreen, Screen
from textual.theme import Theme

from tcncode.errors import TcncodeError
from tcncode.text.safe import safe_line
from tcncode.tui import settings as user
from tcncode.tui import themes
from tcncode.tui.code_screen import CodeScreen
from tcncode.tui.drafts import Drafting, where_unkept
from tcncode.tui.key_help import KeyHelp, groups_of, readable
from tcncode.tui.key_queue import KeyQueue
from tcncode.tui.learner import Learner
from tcncode.tui.line_filter import ControlFilter
from tcncode.tui.pickers import LinePicker
from tcncode.tui.plain_emoji import PlainEmoji
from tcncode.tui.screens import SCREENS, ScreenPicker, place
from tcncode.tui.settings import Settings
from tcncode.tui.study_screen import StudyScreen
from tcncode.tui.windows import LeaveWindow

if TYPE_CHECKING:
    from tcncode.project import Project
    from tcncode.text import Span


_LOOK = 2.0
"""Seconds between two looks at whether there is something to learn."""


class Workbench(KeyQueue):
    """Documents to read and code. Everything done is saved at once."""

    CSS_PATH = "tcncode.tcss"
    CSS = themes.CSS
    TITLE = "tcncode"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", priority=True, id="app.quit",
                tooltip="Quit; everything is saved already"),
        Binding("ctrl+p", "command_palette", "All commands, by name", show=False, priority=True,
                id="app.palette"),
        Binding("question_mark,f1", "help", "Keys", id="app.help",
                tooltip="The keys of this screen"),
        # Before what has the focus: from an input line, too, one wants to get away.
        Binding("ctrl+g", "go", "Go to a screen", show=False, priority=True, id="app.go"),
        Binding("backspace", "return", "Back to the screen one came from", show=False,
                id="app.return"),
        *(
            Binding(row.key, f"screen('{row.name}')", row.label, show=False, priority=True,
                    id=f"app.{row.name}")
            for row in SCREENS if row.key
        ),
    ]  # fmt: skip

    def __init__(
        self,
        project: Project | None,
        document: str | None = None,
        *,
        settings: Settings | None = None,
        problems: Sequence[str] = (),
        coder: str | None = None,
        remembers: bool = False,
        learns: bool = False,
    ) -> None:
        """Show a project, or without one the welcome.

        Args:
            document: what to open instead of where the coder left off.
            problems: lines about the settings, to be shown at the start.
            coder: who codes, where the welcome makes or opens a project.
            remembers: a theme chosen now is the theme of the next start.
            learns: suggestions are learned anew after so many decisions.
        """
        super().__init__()
        self.project = project
        self.settings = settings or Settings()
        self._document, self._coder = document, coder
        self._problems = list(problems)
        self._remembers, self._learns = remembers, learns
        self._learner: Learner | None = None
        self._came_from: list[Screen[Any]] = []
        self._painting: list[LineFilter] = [ControlFilter()]
        if self.settings.emoji == "plain":
            self._painting.insert(0, PlainEmoji())
        self.animation_level = "none"
        for theme in themes.THEMES:
            self.register_theme(theme)
        self.theme = self._first_theme()
        # Where $TEXTUAL_THEME names one of ours, nothing changed just now, and the style sheet
        # was made before ours were known.
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_keymap(dict(self.settings.keys))

    def _first_theme(self) -> str:
        """The environment's, else the one chosen last, else the settings', else a suitable one."""
        wanted = os.environ.get("TEXTUAL_THEME")
        if wanted:
            found = self.get_theme(wanted)
            if found is not None:
                return found.name
            self._problems.append(f'$TEXTUAL_THEME: there is no theme "{wanted}".')
        remembered = user.remembered_theme(self.settings) if self._remembers else None
        usual = themes.usual_theme(self.console.color_system)
        return remembered or self.settings.theme or usual

    def on_mount(self) -> None:
        """Begin with the document, or without a project with the welcome."""
        if self._learns:
            self.set_interval(_LOOK, self._learn)
        if self.project is not None:
            self.push_screen(CodeScreen(self.project, self._document))
            self._tell_what_was(self.project)
        else:
            from tcncode.tui.welcome_screen import WelcomeScreen

            self.push_screen(WelcomeScreen(Path(), self._coder), self._begin)
        self.theme_changed_signal.subscribe(self, partial(self._theme_chosen, self.theme))
        self._heed_signals()
        if self._problems:
            more = len(self._problems) - 1
            rest = f' ({more} more: "tcncode keys" names them)' if more else ""
            line = safe_line(self._problems[0]) + rest
            self.notify(line, title="Settings", severity="warning", timeout=15, markup=False)

    def _begin(self, project: Project | None) -> None:
        """Go on with what the welcome opened."""
        if project is None:
            self.exit()
            return
        self.project = project
        self.push_screen(CodeScreen(project))
        self._tell_what_was(project)
        if project.backup:
            line = f"The project was brought to the newest format. As it was: {project.backup}"
            self.notify(safe_line(line), timeout=15, markup=False)

    def _tell_what_was(self, project: Project) -> None:
        """What there is from last time, and whether that was another coder's."""
        line = where_unkept(project)
        if line:
            self.notify(safe_line(line), title="From last time", timeout=10, markup=False)
        before, coder = project.sits_down(), project.coder
        if before:
            line = (
                f"You are {coder} here, as whoever wrote last under your user name. In the"
                f" workbench you were {before} last:"
                f' "tcncode --coder {before}" goes on as {before}.'
            )
            self.notify(
                safe_line(line), title="Another coder", severity="warning", timeout=30, markup=False
            )

    def _learn(self) -> None:
        """Have the model trained when it is time to, and say when it was."""
        if self.project is None:
            return
        try:
            if self._learner is None:
                self._learner = Learner(self.project)
            learned = self._learner.look()
        except (TcncodeError, OSError, sqlite3.OperationalError):
            return  # a file that is busy now is looked at again later
        if learned is not None and learned.problem:
            line = safe_line(learned.problem)
            self.notify(line, title="Not learned", severity="warning", markup=False)
        elif learned is not None:
            line = "Learned from what you decided. In the queue (f9), S suggests anew."
            self.notify(line, title="Suggestions", markup=False)

    # Told to end by the system

    def _heed_signals(self) -> None:
        """A shut terminal, or ``kill``, ends the program; what was typed is on disk before."""
        loop = asyncio.get_running_loop()
        for name in ("SIGTERM", "SIGHUP"):
            # Not on every system, and only where the program runs in its main thread.
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                loop.add_signal_handler(getattr(signal, name), self._told_to_end, name)

    def _told_to_end(self, name: str) -> None:
        self._put_drafts()
        if self.code_screen is not None:
            self.code_screen.keep_place()
        number = getattr(signal, name)
        if name == "SIGHUP":  # there is no terminal any more to be put in order
            if self._learner is not None:
                self._learner.stop()
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)
        self.exit(return_code=128 + number)

    def _put_drafts(self) -> None:
        for window in self.screen_stack:
            if isinstance(window, Drafting):
                window.put_draft()

    def on_unmount(self) -> None:
        """A training that is going on ends with the workbench."""
        if self._learner is not None:
            self._learner.stop()

    def _theme_chosen(self, first: str, theme: Theme) -> None:
        if self._remembers and theme.name != first:
            user.remember_theme(theme.name, self.settings)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, and ours last: nothing that a terminal obeys goes past it."""
        return [*super().get_line_filters(), *self._painting]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every screen, and every key of the place one is in, by name."""
        for command in super().get_system_commands(screen):
            if command.title in ("Theme", "Screenshot"):  # the others are keys of ours, below
                yield command
        for row in SCREENS if self._can_go() else ():
            keys = readable(self.settings.keys.get(f"app.{row.name}", row.key).split(","))
            yield SystemCommand(row.label, keys, partial(self.action_screen, row.name))
        seen = {row.label for row in SCREENS}
        for active in screen.active_bindings.values():
            binding = active.binding
            words = binding.tooltip or binding.description
            if words and words not in seen and not binding.system:
                seen.add(words)
                keys = readable(
                    other.binding.key
                    for other in screen.active_bindings.values()
                    if other.binding.action == binding.action
                )
                act = partial(self.run_action, binding.action, active.node)
                yield SystemCommand(words, keys, act)

    def search_themes(self) -> None:
        """Choose a theme: ours first, of which it is known that codes can be told apart."""
        ours = [theme.name for theme in themes.THEMES]
        names = [*ours, *sorted(set(self.available_themes) - set(ours))]

        def chosen(place: int | None) -> None:
            if place is not None:
                self.theme = names[place]

        at = names.index(self.theme) if self.theme in names else 0
        self.push_screen(LinePicker("Theme", names, at=at), chosen)

    def on_key(self, event: events.Key) -> None:
        """A key that nothing has taken, and that does nothing here, says so."""
        screen = self.screen
        if not isinstance(screen, StudyScreen) or screen.unsaved:
            return
        if event.key not in screen.active_bindings:
            screen.say(f"{readable([event.key])} does nothing here; ? shows the keys.")

    # Going places

    @property
    def code_screen(self) -> CodeScreen | None:
        """The main screen, whatever lies over it."""
        return next((s for s in self.screen_stack if isinstance(s, CodeScreen)), None)

    def _can_go(self) -> bool:
        """Not before there is a project, and not out of a window that waits for an answer."""
        return self.code_screen is not None and not isinstance(self.screen, ModalScreen)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Keys that go to another screen are off where one cannot go."""
        if action in ("screen", "go"):
            return self._can_go()
        if action == "return":
            return bool(self._came_from) and isinstance(self.screen, CodeScreen)
        return super().check_action(action, parameters)

    def action_go(self) -> None:
        """Pick a screen by its letter."""

        def chosen(name: str | None) -> None:
            if name is not None:
                self.action_screen(name)

        self.push_screen(ScreenPicker(self.settings.keys), chosen)

    def action_screen(self, name: str) -> None:
        """Open a screen over the text, in place of another one; from itself, back to the text."""
        row = place(name)
        code_screen = self.code_screen
        if code_screen is None or self.project is None:
            return
        again = bool(row.screen) and type(self.screen) is row.kind()
        self._leave_others()
        if again or not row.screen:
            if row.pane:
                code_screen.action_drawer(row.pane)
            return
        self._forget()
        self.push_screen(row.make(self.project))

    def go_to(self, document_id: str, span: Span) -> None:
        """Show a place in the text: the document opened, the span selected.

        The screens one was in are kept as they are, and backspace goes back to them.
        """
        code_screen = self.code_screen
        if code_screen is None:
            return
        above = self.screen_stack[self.screen_stack.index(code_screen) + 1 :]
        left = [screen for screen in above if not isinstance(screen, ModalScreen)]
        if left:
            self._forget()
            self._came_from = left
            for number, screen in enumerate(left):  # an installed one is not taken down
                self.install_screen(screen, f"came from {number}")
        self._leave_others()
        if code_screen.document is None or code_screen.document.id != document_id:
            code_screen.keep_place()
            if not code_screen.open_document(document_id, span.start):
                return  # it has said why; nothing in another text is selected
        code_screen.reader.select(span)
        code_screen.reader.focus()

    def action_return(self) -> None:
        """Back to the screen that one jumped to the text from, as it was."""
        screens, self._came_from = self._came_from, []
        for screen in screens:
            self.uninstall_screen(screen)
            self.push_screen(screen)

    def _leave_others(self) -> None:
        while not isinstance(self.screen, CodeScreen):
            self.pop_screen()

    def _forget(self) -> None:
        """The screens that were kept are not wanted any more."""
        screens, self._came_from = self._came_from, []
        for screen in screens:
            self.uninstall_screen(screen)
            screen.remove()

    def action_help(self) -> None:
        """The keys of this screen."""
        if not isinstance(self.screen, KeyHelp):
            self.push_screen(KeyHelp(groups_of(self.screen, self.settings.keys)))

    async def action_quit(self) -> None:
        """Leave; a memo being written is kept, and what would be lost is asked about."""
        from tcncode.tui.memo_editor import MemoEditor

        editors = [window for window in self.screen_stack if isinstance(window, MemoEditor)]
        if editors:
            while self.screen is not editors[-1]:  # the key help, say, lies over it
                self.pop_screen()
            editors[-1].action_keep()
            self.call_later(self.action_quit)
            return
        self._put_drafts()
        unkept = [window for window in self.screen_stack if getattr(window, "unkept", "")]
        if unkept and not isinstance(self.screen, LeaveWindow):
            back = "It is there again when the window is opened again, also tomorrow."
            tells = [back] if isinstance(unkept[-1], Drafting) else []
            said = str(getattr(unkept[-1], "unkept", ""))
            self.push_screen(LeaveWindow(said, tells), self._leave_it)
            return
        self._leave()

    def _leave_it(self, sure: bool | None) -> None:
        if sure:
            self._leave()

    def _leave(self) -> None:
        if self.code_screen is not None:
            self.code_screen.keep_place()
        self.exit()


def run(project: Project | None, *, coder: str | None = None) -> None:
    """Open the workbench on a project, or without one on the welcome; stay until it is left."""
    settings, problems = user.load()
    app = Workbench(
        project, settings=settings, problems=problems, coder=coder, remembers=True, learns=True
    )
    try:
        app.run()
    finally:
        if project is None and app.project is not None:
            app.project.close()
    if app.return_code:
        sys.exit(app.return_code)
