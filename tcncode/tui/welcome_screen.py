"""The first screen where no project is in reach: make one, open one, or look at the demo."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen
from textual.suggester import Suggester
from textual.widgets import Input, Label, OptionList, Static
from textual.widgets.option_list import Option

from tcncode.errors import TcncodeError
from tcncode.making import demo_project, new_project, project_file, shipped, typed_path
from tcncode.text.numbers import counted
from tcncode.text.safe import safe_line
from tcncode.tui.key_line import KeyLine
from tcncode.tui.making_screen import MakingScreen, Outcome, receipt
from tcncode.tui.study_screen import say_in

if TYPE_CHECKING:
    from tcncode.making import Say
    from tcncode.project import Progress, Project

DEMO = Path("tcncode-demo")
_SHOWN = 50
"""Projects that the list shows at most."""


def projects_near(folder: Path) -> list[Path]:
    """Project files in a folder and in the folders in it, the nearest first."""
    here = sorted(folder.glob("*.tcn"))
    below = sorted(p for p in folder.glob("*/*.tcn") if not p.parent.name.startswith("."))
    return [path for path in (*here, *below) if path.is_file()][:_SHOWN]


class PathSuggester(Suggester):
    """Completes a path from what is in its folder: folders, and files with some endings."""

    def __init__(self, *endings: str) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._endings = endings

    async def get_suggestion(self, value: str) -> str | None:
        """The first that begins like this."""
        head, _, begun = value.rpartition("/")
        try:
            folder = typed_path(head or ("/" if value.startswith("/") else "."))
            names = sorted(
                entry.name + ("/" if entry.is_dir() else "")
                for entry in folder.iterdir()
                if entry.name.startswith(begun) and (begun or not entry.name.startswith("."))
                if entry.is_dir() or not self._endings or entry.suffix in self._endings
            )
        except (OSError, TcncodeError):
            return None
        return value + names[0][len(begun) :] if begun and names else None


class _Asking(Screen["Project | None"]):
    """A screen with a line for what went wrong."""

    HOW: ClassVar[str] = ""
    """What the line says while nothing is wrong."""

    @on(Input.Changed)
    def _corrected(self) -> None:
        """What was wrong is being put right: the next try says whether it is."""
        if self.query_one("#status").has_class("-bad"):
            self.say(self.HOW)

    def say(self, words: str, *, bad: bool = False) -> None:
        """One line at the foot."""
        say_in(self.query_one("#status", Static), words, bad=bad)

    def open(self, path: Path, coder: str | None) -> None:
        """Leave with the project open, or say why it cannot be opened."""
        from tcncode.project import Project  # not before: the welcome itself is up sooner

        try:
            project = Project.open(typed_path(path), coder=coder)
        except TcncodeError as error:
            self.say(str(error), bad=True)
        else:
            self.dismiss(project)


class WelcomeScreen(_Asking):
    """What there is to begin with. Gives the opened project; None: the coder wants to leave."""

    CSS = """
    WelcomeScreen #words { padding: 1 2; }
    WelcomeScreen OptionList { height: 1fr; border: none; padding: 0 1; background: $background; }
    WelcomeScreen Input { display: none; border: none; height: 1; padding: 0; margin: 0 2; }
    WelcomeScreen #asks { display: none; margin: 0 2; }
    WelcomeScreen.-path Input, WelcomeScreen.-path #asks { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "New", id="welcome.new", tooltip="Make a project"),
        Binding("o", "path", "Open", id="welcome.open", tooltip="Open a project by its path"),
        Binding("d", "demo", "Demo", id="welcome.demo", tooltip="Look at the demo"),
        Binding("escape", "list", "Back to the list", show=False, id="welcome.list"),
    ]

    def __init__(self, folder: Path, coder: str | None) -> None:
        super().__init__()
        self._folder, self._coder = folder, coder
        self._found = projects_near(folder)

    def compose(self) -> ComposeResult:
        """What is here, what one can do, a line for a path."""
        yield Static(Text(" tcncode: qualitative coding in the terminal", "bold"), id="title")
        yield Static(Text(self._words()), id="words")
        yield OptionList(*self._options())
        yield Label("Path of a project (→ completes, enter opens, esc goes back)", id="asks")
        yield Input(placeholder="folder/study.tcn", suggester=PathSuggester(".tcn"))
        yield Static(id="status")
        yield KeyLine()

    def _words(self) -> str:
        where = safe_line(str(self._folder.resolve()))
        n = len(self._found)
        if n:
            return f"{counted(n, 'project')} in reach of {where}. Which one?"
        return (
            f"There is no project in {where} yet.\n\nA project is one file with your documents,"
            " the codebook and all codings.\nNothing in it leaves this machine."
        )

    def _options(self) -> list[Option]:
        out = []
        for path in self._found:
            line = Text(f"  {safe_line(str(path))}", "bold", no_wrap=True, overflow="ellipsis")
            line.append(f"  last changed {_changed(path)}", "not bold dim")
            out.append(Option(line, id=f"file:{path}"))
        for letter, words, more, name in (
            ("n", "Make a project", "of documents and a codebook", "new"),
            ("o", "Open a project elsewhere", "by its path", "path"),
            ("d", "Look at the demo", f"40 illustrative texts, made in {DEMO}/", "demo"),
        ):
            line = Text(f"{letter} ", "bold", no_wrap=True, overflow="ellipsis")
            line.append(words, "bold").append(f"  {more}", "not bold dim")
            out.append(Option(line, id=name))
        return out

    def on_mount(self) -> None:
        """The list is what one is in."""
        options = self.query_one(OptionList)
        options.highlighted = 0
        self.action_list()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        name = event.option_id or ""
        if name.startswith("file:"):
            self.open(Path(name.removeprefix("file:")), self._coder)
        else:
            {"new": self.action_new, "path": self.action_path, "demo": self.action_demo}[name]()

    def action_new(self) -> None:
        """Ask what is needed for a project."""
        self.app.push_screen(NewProjectScreen(self._folder, self._coder), self._made)

    def _made(self, project: Project | None) -> None:
        if project is not None:
            self.dismiss(project)

    def action_path(self) -> None:
        """Ask for a path."""
        self.add_class("-path")
        self.query_one(Input).focus()

    def action_list(self) -> None:
        """Back to the list."""
        self.remove_class("-path")
        self.say("enter or the letter chooses; ctrl+q leaves")
        self.query_one(OptionList).focus()

    @on(Input.Submitted)
    def _path(self, event: Input.Submitted) -> None:
        if event.value.strip():
            self.open(Path(event.value.strip()), self._coder)

    def action_demo(self) -> None:
        """Open the demo; make it before, if it is not there."""
        path = self._folder / DEMO / "demo.tcn"
        if path.exists():
            self.open(path, self._coder or "me")
            return

        def work(say: Say, progress: Progress) -> Path:
            return demo_project(path.parent, say=say, progress=progress)

        def ended(outcome: Outcome | None) -> None:
            if outcome is not None and outcome.path is not None:
                self.open(outcome.path, self._coder or "me")
            elif outcome is not None:
                self.say(outcome.problem, bad=True)

        self.app.push_screen(MakingScreen("Making the demo", work), ended)


class NewProjectScreen(_Asking):
    """Asks for a file name, documents, a codebook and a coder, and makes a project of them."""

    HOW = "enter: next line; on the last one it makes the project. → completes a path."
    CSS = """
    NewProjectScreen Label { margin: 1 2 0 2; text-style: bold; }
    NewProjectScreen .hint { margin: 0 2; text-style: none; color: $text-muted; height: 1; }
    NewProjectScreen Input { border: none; height: 1; padding: 0 1; margin: 0 2; }
    NewProjectScreen #new-room { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "app.focus_next", "Next line", show=False, id="new.down"),
        Binding("up", "app.focus_previous", "Line before", show=False, id="new.up"),
        Binding("escape", "dismiss(None)", "Back", id="new.back"),
    ]

    def __init__(self, folder: Path, coder: str | None) -> None:
        super().__init__()
        self._folder = folder
        self._coder = coder or _system_user()

    def compose(self) -> ComposeResult:
        """Four lines to fill, three of them filled already."""
        name = project_file(self._folder.resolve().name or "study").name
        yield Static(Text(" Make a project", style="bold"), id="title")
        yield Label("Name of the project's file")
        yield Input(name, id="new-name")
        yield Label("Documents: a folder, files or a pattern; several with ; between them")
        yield Input(placeholder="texts/   or   talks/*.docx", id="new-documents",
                    suggester=PathSuggester())  # fmt: skip
        yield Static("txt md html docx odt rtf pdf vtt srt", classes="hint")
        yield Label("Codebook")
        yield Input(str(shipped("codebook.yaml")), id="new-codebook",
                    suggester=PathSuggester(".yaml", ".yml"))  # fmt: skip
        yield Static(classes="hint", id="new-about")
        yield Label("Your name as a coder")
        yield Input(self._coder, id="new-coder")
        yield Static(id="new-room")
        yield Static(id="status")
        yield KeyLine()

    def on_mount(self) -> None:
        """Begin with the first line."""
        self._show_codebook()
        self.query_one("#new-name").focus()
        self.say(self.HOW)

    def _value(self, name: str) -> str:
        return self.query_one(f"#new-{name}", Input).value.strip()

    @on(Input.Changed, "#new-codebook")
    def _show_codebook(self) -> None:
        from tcncode import codebook

        path = None
        try:
            path = typed_path(self._value("codebook"))
            said = "There is no such file."
            if path.is_file():
                book = codebook.load(path)
                said = f"{book.name}: {counted(len(book.codes), 'code')}"
        except TcncodeError as error:
            said = str(error)
        if path == shipped("codebook.yaml"):
            said += " (comes with tcncode)"
        self.query_one("#new-about", Static).update(Text(safe_line(said), overflow="ellipsis"))

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        lines = list(self.query(Input))
        place = lines.index(event.input) + 1
        if place < len(lines):
            lines[place].focus()
        else:
            self._make()

    def _problem(self) -> tuple[str, str] | None:
        """The first line that will not do, and why."""
        for name, words in (
            ("name", "The project needs a file name."),
            ("documents", "Which documents? Name a folder, such as texts/."),
            ("codebook", "A project needs a codebook."),
            ("coder", "A coder needs a name."),
        ):
            if not self._value(name):
                return name, words
        try:
            path = project_file(self._value("name"))
        except TcncodeError as error:
            return "name", str(error)
        if path.exists():
            return (
                "name",
                f"{path} is already there. Choose another name; esc goes back to open it.",
            )
        try:
            documents = self._documents()
        except TcncodeError as error:
            return "documents", str(error)
        for document in documents:
            if not document.exists() and not any(ch in str(document) for ch in "*?["):
                return "documents", f"{document}: there is no such file or folder."
        if not documents:
            return "documents", "Which documents? Name a folder, such as texts/."
        try:
            typed_path(self._value("codebook"))
        except TcncodeError as error:
            return "codebook", str(error)
        return None

    def _documents(self) -> Sequence[Path]:
        parts = (part.strip() for part in self._value("documents").split(";"))
        return [typed_path(part) for part in parts if part]

    def _make(self) -> None:
        problem = self._problem()
        if problem is not None:
            self.query_one(f"#new-{problem[0]}").focus()
            self.say(problem[1], bad=True)
            return
        self.say("")
        path, coder = project_file(self._value("name")), self._value("coder")
        work = partial(_new, path, typed_path(self._value("codebook")), coder, self._documents())

        def ended(outcome: Outcome | None) -> None:
            if outcome is not None and outcome.path is not None:
                self.open(outcome.path, coder)
            elif outcome is not None:
                self.say(outcome.problem, bad=True)

        self.app.push_screen(MakingScreen(f"Making {path.name}", work), ended)


def _new(
    path: Path,
    codebook: Path,
    coder: str,
    documents: Sequence[Path],
    say: Say,
    progress: Progress,
) -> Path:
    """Make the project and tell what became of its files; in the thread."""
    taken = new_project(
        path, codebook=codebook, coder=coder, documents=documents, progress=progress
    )
    lines = [str(error) for error in taken.failed]
    lines += [
        f"{left}: left out, this is not a kind of file that is read." for left in taken.left_out
    ]
    for item, became in taken.done:
        lines += [f"{item.path.name}: {note}" for note in item.notes]
        if became != "new":
            lines.append(f'{item.path.name}: is "{became}" already')
    for line in receipt([taken.told, *lines]):
        say(line)
    return path


def _changed(path: Path) -> str:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime).strftime("%Y-%m-%d %H:%M")
    except OSError:
        return "?"


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "coder"
