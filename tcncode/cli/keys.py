"""keys: every key of the workbench by its id, for the settings file."""

from __future__ import annotations

from pathlib import Path

import click

from tcncode.cli.common import note, put, table_options


@click.command()
@table_options
def keys(form: str | None, output: Path | None) -> None:
    """List the workbench's keys with the ids that the settings file names them by.

    The settings are in config.toml in your configuration folder, or in the file that
    $TCNCODE_CONFIG names; the last line printed says where. An entry that is wrong or clashes
    is named here, and its key stays as it was.

    \b
    Example of config.toml:
        preset = "vim"              # or "arrows", or "default"
        theme = "tcncode-contrast"  # tcncode-dark, tcncode-light, tcncode-16, ...
        emoji = "plain"             # where a terminal misplaces joined emoji
        [keys]
        "code.pick" = "c,f12"
    """
    from tcncode.model import Table
    from tcncode.tui.keymap import known, written
    from tcncode.tui.settings import load, settings_path

    settings, problems = load()
    rows = tuple(
        (key.id, written(settings.keys.get(key.id, key.keys)), written(key.keys), key.does)
        for key in known()
    )
    told = f"{len(rows)} keys, preset {settings.preset}. Settings: {settings_path()}"
    put(Table("Keys", ("id", "keys", "usual", "does"), rows, told), form, output)
    for line in problems:
        note(line)


COMMANDS = {"keys": keys}
