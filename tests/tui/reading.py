"""A reader alone on the screen, with a transcript to read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, ClassVar

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip

from tcncode.model import Code, Codebook, Coding
from tcncode.text import Span
from tcncode.text.segments import segment
from tcncode.tui.palette import Palette
from tcncode.tui.reader import Reader
from tcncode.tui.units import Units

COLOURS = ("#ffaf87", "#00d7ff", "#00af00", "#ffff00", "#af5fff", "#d75f87", "#875f00", "#5f87af")
BOOK = Codebook(
    "test",
    tuple(Code(f"c{i}", f"code{i}", f"Code {i}", colour=c, key=i) for i, c in enumerate(COLOURS)),
)
TALK = (
    "How cities talk to one another\n"
    "\n"
    "Ann [00:01:05]: What did you learn from the others? I ask because the report is silent.\n"
    "Mayor: We shared it in Łódź 大阪市 👩‍👩‍👧. The cafe\u0301 stayed open, and the others came to"
    " see it, all of them at once. It won a prize.\n"
    "Ann [00:02:10]: And the ministry?\n"
    "\f\n"
    "Mayor: They wrote مرحبا and asked for money. Nobody answered. Members must report once a"
    " year, and those who do not are named on the website, which is all.\n"
)


def units_of(text: str) -> Units:
    """As the import finds them."""
    parts = segment(text)
    kinds = {
        kind: [(part.span.start, part.span.end) for part in parts if part.kind == kind]
        for kind in ("sentence", "paragraph", "turn", "page", "heading")
    }
    return Units(
        text, kinds["sentence"], kinds["paragraph"],
        turns=kinds["turn"], pages=kinds["page"], headings=kinds["heading"],
    )  # fmt: skip


def place(words: str, text: str = TALK) -> tuple[int, int]:
    """Where some words first stand."""
    return text.index(words), text.index(words) + len(words)


def coding(words: str, code: str = "c1", coder: str = "amina", text: str = TALK) -> Coding:
    """A coding of the first place with these words."""
    span = Span(*place(words, text))
    return Coding(f"{words}-{code}-{coder}", "d", span, code, coder)


class ReadingApp(App[None]):
    """Holds a reader, keeps its messages and which digits came through to the screen."""

    CSS = "Reader { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(str(n), f"digit({n})", show=False) for n in range(1, 10)
    ]

    def __init__(self) -> None:
        super().__init__()
        self.animation_level = "none"
        self.digits: list[int] = []
        self.seen: list[Message] = []

    def compose(self) -> ComposeResult:
        yield Reader(BOOK, coder="amina", id="reader")

    def action_digit(self, n: int) -> None:
        self.digits.append(n)

    def on_reader_no_more(self, event: Reader.NoMore) -> None:
        self.seen.append(event)

    def on_reader_counting(self, event: Reader.Counting) -> None:
        self.seen.append(event)

    def on_reader_coding_chosen(self, event: Reader.CodingChosen) -> None:
        self.seen.append(event)

    def of(self, kind: type[Message]) -> list[Any]:
        """The messages of one kind."""
        return [event for event in self.seen if isinstance(event, kind)]


Does = Callable[[Pilot[None], Reader], Coroutine[Any, Any, None]]


def read(
    does: Does,
    text: str = TALK,
    *,
    codings: Sequence[Coding] = (),
    units: Units | None = None,
    size: tuple[int, int] = (80, 24),
    colours: str | None = "truecolor",
    at: int = 0,
) -> None:
    """Open a text, let ``does`` press keys and look, close it."""

    async def run() -> None:
        app = ReadingApp()
        async with app.run_test(size=size) as pilot:
            reader = app.query_one(Reader)
            await pilot.pause()
            reader.show_palette(Palette(BOOK, dark=True, colours=colours))
            reader.show_text(text, units or units_of(text), codings, at)
            await pilot.pause()
            await does(pilot, reader)

    asyncio.run(run())


def rows(reader: Reader) -> list[Strip]:
    """What is on the screen."""
    return [reader.render_line(y) for y in range(reader.size.height)]


def shown(reader: Reader, y: int) -> str:
    """One row without its gutter, the spaces at its end left away."""
    return rows(reader)[y].text[reader.text_column :].rstrip()


def gutter(reader: Reader, y: int) -> str:
    """The gutter of one row."""
    return rows(reader)[y].text[: reader.text_column]


def styles(reader: Reader, y: int) -> list[Any]:
    """The style of every cell of a row; rows of narrow letters only."""
    return [segment.style for segment in rows(reader)[y] for _ in segment.text]
