"""Opening the workbench; no command of its own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tcncode.cli.common import Settings, open_project
from tcncode.errors import TcncodeError

_INSTEAD = '"tcncode read" reads and codes line by line, "tcncode --help" lists all commands.'


def open_workbench(settings: Settings) -> None:
    """Open the workbench on the project; where none is in reach, on its welcome.

    Raises:
        TcncodeError: there is no terminal that can show it.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise TcncodeError(f"The workbench needs a terminal. {_INSTEAD}")
    if os.environ.get("TERM", "dumb") == "dumb":
        raise TcncodeError(f"This terminal cannot show the workbench. {_INSTEAD}")
    named = settings.project_file or os.environ.get("TCNCODE_PROJECT")
    if named or len(list(Path().glob("*.tcn"))) == 1:
        with open_project(settings) as project:
            from tcncode.tui import app

            app.run(project)
    else:
        from tcncode.tui import app

        coder = os.environ.get("TCNCODE_CODER") if settings.coder is None else settings.coder
        app.run(None, coder=coder)
