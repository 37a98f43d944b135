"""The commands: parse, call ``project``, print.

Each group of commands is a module here that is loaded when one of its commands is called;
at module level they import click and nothing that takes long, so that ``--help`` is quick.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sqlite3
import sys
from typing import NoReturn

import click

from tcncode import __version__
from tcncode.cli.common import Settings, coder_option, project_option
from tcncode.errors import TcncodeError
from tcncode.text.safe import safe_line
from tcncode.text.settle import storable

_COMMANDS = {
    "init": "study",
    "import": "study",
    "documents": "study",
    "show": "study",
    "check": "study",
    "demo": "demo",
    "codebook": "codebook",
    "networks": "networks",
    "code": "coding",
    "uncode": "coding",
    "recode": "editing",
    "reshape": "editing",
    "split": "editing",
    "join": "editing",
    "memo": "team",
    "memos": "team",
    "codings": "coding",
    "undo": "coding",
    "redo": "coding",
    "log": "coding",
    "read": "read",
    "search": "search",
    "suggest": "suggest",
    "assign": "assign",
    "finish": "team",
    "describe": "describing",
    "pseudonymise": "pseudonymising",
    "merge": "merge",
    "agree": "agree",
    "settle": "settle",
    "report": "report",
    "verify": "page",
    "export": "export",
    "keys": "keys",
}
"""Command -> the module that has it, in the order of a study."""


class _LazyGroup(click.Group):
    """Finds a command's module when the command is wanted."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"tcncode.cli.{_COMMANDS[cmd_name]}")
        found: click.Command = module.COMMANDS[cmd_name]
        return found


@click.group(
    cls=_LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@project_option
@coder_option
@click.version_option(__version__, prog_name="tcncode")
@click.pass_context
def cli(ctx: click.Context, project_file: str | None, coder: str | None) -> None:
    """Code qualitative documents in the terminal, and report what city networks do.

    Without a command, opens the workbench. The project is -p FILE, else $TCNCODE_PROJECT,
    else the only *.tcn file here. The coder is --coder, else $TCNCODE_CODER, else whoever
    you were when you last wrote in this project.

    \b
    Begin with:
        tcncode demo
        tcncode init study.tcn && tcncode import texts/ --kind report
    """
    ctx.obj = Settings(project_file, coder)
    if ctx.invoked_subcommand is None:
        from tcncode.cli.workbench import open_workbench

        open_workbench(ctx.obj)


def main() -> NoReturn:
    """Run a command; whatever goes wrong becomes one line on stderr and an exit code."""
    try:
        status = cli.main(standalone_mode=False)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        status = error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        status = error.exit_code
    except click.ClickException as error:
        hint = ""
        if isinstance(error, click.UsageError) and error.ctx is not None:
            hint = f' Try "{error.ctx.command_path} --help".'
        status = _said(" ".join(error.format_message().split()) + hint, error.exit_code)
    except TcncodeError as error:
        status = _said(str(error), error.exit_code)
    except sqlite3.DatabaseError as error:
        status = _said(f'The project file cannot be used ({error}). Try "tcncode check".', 1)
    except UnicodeEncodeError as error:
        status = _said(
            f'"{storable(error.object)}" is not UTF-8, and cannot be kept as it is.'
            " Write it in UTF-8.",
            1,
        )
    except BrokenPipeError:
        # The reader of a pipe has gone (``| head``); nothing can be said to it any more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except OSError as error:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = _said(f"{error.filename or 'The output'}: {error.strerror}.", 1)
    except (KeyboardInterrupt, click.Abort):
        status = _said("Interrupted. What was finished before is saved.", 130)
    sys.exit(status if isinstance(status, int) else 0)


def _said(line: str, status: int) -> int:
    click.echo(f"tcncode: {safe_line(line)}", err=True)
    return status
