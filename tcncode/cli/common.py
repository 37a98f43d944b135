"""What the commands share: finding the project, printing tables, notes and progress."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from tcncode.errors import UsageError
from tcncode.text.numbers import counted
from tcncode.text.safe import safe, safe_line

if TYPE_CHECKING:
    from tcncode.model import Table
    from tcncode.project import Progress, Project

Command = Callable[..., Any]

project_option = click.option(
    "-p", "--project", "project_file", metavar="FILE", help="The project file (NAME.tcn)."
)
coder_option = click.option("--coder", metavar="NAME", help="Who you are.")
"""Before a command's name, and where a command does something as somebody."""

KIND = click.Choice((
    "policy", "report", "website", "newsletter", "social media", "interview", "field note",
    "declaration", "other",
))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Settings:
    """What was said before the command's name."""

    project_file: str | None = None
    coder: str | None = None
    but: Sequence[Path] = ()
    """Projects that are named for something else, so that they are not the one that is meant."""


def find_project(name: str | None, but: Sequence[Path] = ()) -> Path:
    """The project file: named, from the environment, or the only one here.

    Args:
        but: files that are not meant, as long as there are others.

    Raises:
        UsageError: none or several are here.
    """
    name = name or os.environ.get("TCNCODE_PROJECT")
    if name:
        return Path(name)
    here = sorted(Path().glob("*.tcn"))
    others = {path.resolve() for path in but}
    here = [path for path in here if path.resolve() not in others] or here
    if len(here) == 1:
        return here[0]
    if here:
        names = ", ".join(path.name for path in here[:4])
        raise UsageError(f"There are {len(here)} projects here ({names}). Say which: -p FILE.")
    raise UsageError(
        'There is no project here. "tcncode init NAME.tcn" makes one; -p FILE names one elsewhere.'
    )


def open_project(settings: Settings) -> Project:
    """Open the project that the settings, the environment or the folder name."""
    from tcncode.project import Project

    path = find_project(settings.project_file, settings.but)
    coder = os.environ.get("TCNCODE_CODER") if settings.coder is None else settings.coder
    project = Project.open(path, coder=coder)
    if project.backup:
        note(f"The project was brought to the newest format. As it was: {project.backup}")
    return project


def with_project(function: Command) -> Command:
    """Open the project for a command, as its first argument; ``-p`` may stand behind it too."""

    @project_option
    @click.pass_context
    @functools.wraps(function)
    def command(
        ctx: click.Context,
        /,
        *args: Any,
        project_file: str | None,
        acting: str | None = None,
        **kw: Any,
    ) -> Any:
        before: Settings = ctx.obj or Settings()
        who = before.coder if acting is None else acting
        settings = Settings(project_file or before.project_file, who)
        with open_project(settings) as project:
            return function(project, *args, **kw)

    return command


def as_coder(function: Command) -> Command:
    """``--coder`` behind the command's name too: for commands that do something as somebody."""
    return click.option("--coder", "acting", metavar="NAME", help="Who you are.")(function)


def not_empty(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    """Callback of an option that chooses: an empty one (an unset shell variable) chooses all.

    Raises:
        UsageError: it was given, and is empty.
    """
    if value == "" and ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE:
        raise UsageError(f"{param.opts[0]} is empty. Leave it out to choose everything.")
    return value


class Once(click.Option):
    """An option of one value that refuses to be given twice, where click would drop the first."""

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Keep every value that is given."""
        parser.add_option(
            obj=self, opts=self.opts, dest=self.name, action="append", nargs=self.nargs
        )

    def consume_value(self, ctx: click.Context, opts: Mapping[str, Any]) -> Any:
        """The one value.

        Raises:
            click.UsageError: there are several.
        """
        name = self.name or ""
        values = opts.get(name)
        if isinstance(values, list):
            if len(values) > 1:
                given = ", ".join(f'"{value}"' for value in values)
                raise click.UsageError(
                    f"{self.opts[0]} takes one value, and was given {len(values)}: {given}. Ask"
                    " for one at a time.",
                    ctx,
                )
            opts = {**opts, name: values[0]}
        return super().consume_value(ctx, opts)


once = functools.partial(click.option, cls=Once)
"""``click.option`` for what chooses by one value."""


class Number(click.FloatRange):
    """A number in a range. What is no number ("nan") is in none, though click lets it pass."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number, or a ``click.BadParameter``."""
        found = super().convert(value, param, ctx)
        if found != found:
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


SEEDS = click.IntRange(0, 2**32 - 1)
"""What all that draws by chance can begin from."""

Options = Sequence[tuple[str, Mapping[str, Any]]]
"""Flags and their settings, in the order of the help."""

LIMITS: Options = (
    ("--language", {"help": "Only documents in this language, such as en."}),
    ("--since", {"metavar": "DATE", "help": "Only documents of this year, month or day on; not"
                 " those without a date."}),
    ("--until", {"metavar": "DATE", "help": "Only documents up to this year, month or day,"
                 " all of it; not those without a date."}),
    ("--role", {"help": "Only what speakers of this role say, such as mayor."}),
    ("--no-interviewers", {"is_flag": True, "help": "Without the text of interviewers' turns."}),
    ("--finished", {"is_flag": True, "help": "Only documents that those whose codings count"
                    " have finished, so that no text that nobody has read yet counts as uncoded."}),
)  # fmt: skip
"""What tables of codings can be limited to besides network, document, kind, code and origin."""


def limited(options: Options) -> Callable[[Command], Command]:
    """Options that limit a table; what chooses by one value may be given once."""

    def adorned(function: Command) -> Command:
        for flag, settings in reversed(options):
            one = not settings.get("multiple") and not settings.get("is_flag")
            function = (once if one else click.option)(flag, **settings)(function)
        return function

    return adorned


def writable(ctx: click.Context, param: click.Parameter, value: Path | None) -> Path | None:
    """Callback of an option that names a file to be made: work of minutes is not lost to a slip.

    Raises:
        TcncodeError: it could not be written.
    """
    if value is not None:
        from tcncode.export import refuse_unwritable

        refuse_unwritable(value)
    return value


def table_options(function: Command) -> Command:
    """``--format`` and ``-o`` for a command that prints a table."""
    function = click.option(
        "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
        help="Write to a file, in place of one that is there; its ending tells the format unless"
        " --format does.", callback=writable,
    )(function)  # fmt: skip
    return click.option(
        "--format", "form", type=click.Choice(["text", "csv", "json", "md", "xlsx", "html"]),
        help="How to write the table.",
    )(function)  # fmt: skip


def put(table: Table, form: str | None, output: Path | None) -> None:
    """Print a table, or write it to a file. Its note goes to stderr where people read along."""
    put_all([table], form, output)


def put_all(tables: Sequence[Table], form: str | None, output: Path | None) -> None:
    """Print tables, or write them to a file; of several each is shown with its title, and CSV,
    which holds one table, has a file for each.

    What their notes warn of is told once, on stderr, where they are not read here.
    """
    from tcncode import export

    form = export.format_for(output, form)
    if form == "csv" and tables[1:] and output is not None:
        for table, file in zip(tables, export.files_for(output, tables), strict=True):
            put(table, form, file)
    elif output is not None:
        name = written(output, replaced=export.write(tables, output, form))
        rows = counted(sum(len(table.rows) for table in tables), "row")
        note(f"{name}: {rows}" + (f" in {len(tables)} tables" if tables[1:] else ""))
        _tell(tables, form)
    elif form != "text":
        echo(export.render_all(tables, form))
        _tell(tables, form)
    else:
        for number, table in enumerate(tables):
            if tables[1:]:
                echo(f"{chr(10) if number else ''}{table.title}\n")
            echo(export.render(table, form))
            if table.note:
                note(table.note)


def written(output: Path, *, replaced: bool) -> str:
    """A file that was written, as notes name it: one that was there is not lost in silence."""
    return f"{output} (replaced)" if replaced else f"{output}"


def _tell(tables: Sequence[Table], form: str) -> None:
    """Say on stderr what CSV and JSON have no room for, and of other forms what tables warn of."""
    if form not in ("csv", "json"):
        warn(tables)
        return
    for table in tables:
        if table.note:
            note(f"{table.title}: {table.note}" if tables[1:] else table.note)


def warn(tables: Iterable[Table]) -> None:
    """What tables warn of, in one line."""
    said = " ".join(dict.fromkeys(table.warning for table in tables if table.warning))
    if said:
        note(said)


def echo(text: str) -> None:
    """Print data: to the byte into a file or pipe, made harmless on a screen."""
    stdout = sys.stdout
    data = safe(text) if stdout.isatty() else text
    # What the output cannot hold becomes "?": a crash would lose the rest as well.
    encoding = stdout.encoding or "utf-8"
    stdout.write(data.encode(encoding, "replace").decode(encoding))
    stdout.flush()  # so that notes on stderr stand behind the data they are about


def note(line: str) -> None:
    """One line for the person at the screen, on stderr."""
    click.echo(safe_line(line), err=True)


@contextmanager
def progress(label: str) -> Iterator[Progress | None]:
    """A progress line on stderr when that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(done: int, total: int) -> None:
        of = f" of {total}" if total else ""
        click.echo(f"\r\x1b[K{label} {done}{of}", err=True, nl=False)

    yield show
    click.echo("\r\x1b[K", err=True, nl=False)
