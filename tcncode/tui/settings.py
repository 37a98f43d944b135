"""What a user has settled for all projects: ``config.toml``, and the theme chosen last.

A mistake in the file costs only the entry it is in, and a line that says so; the workbench
starts in any case. The file is the user's own and never written; what the workbench itself
remembers lies elsewhere.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import platformdirs
from textual.theme import BUILTIN_THEMES

from tcncode.model import nearest
from tcncode.tui.keymap import PRESETS, checked
from tcncode.tui.themes import THEMES

Emoji = Literal["full", "plain"]
_EMOJI: tuple[Emoji, ...] = ("full", "plain")


@dataclass(frozen=True, slots=True)
class Settings:
    """How a user wants the workbench."""

    theme: str | None = None
    """The theme's name; None: whichever suits the terminal."""
    emoji: Emoji = "full"
    """``plain`` draws the first character of a joined emoji, for terminals that cannot join."""
    preset: str = "default"
    keys: Mapping[str, str] = field(default_factory=dict)
    """Id of a binding -> its keys: the preset's and the user's own, without those that clash."""


def settings_path() -> Path:
    """``$TCNCODE_CONFIG``, else ``config.toml`` where this system keeps a user's settings."""
    named = os.environ.get("TCNCODE_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("tcncode") / "config.toml"


def load() -> tuple[Settings, list[str]]:
    """The settings, and a line about each thing in the file that was passed over."""
    path = settings_path()
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        named = bool(os.environ.get("TCNCODE_CONFIG"))
        return Settings(), [f"{path}: there is no such file ($TCNCODE_CONFIG)."] if named else []
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        return Settings(), [f"{path} cannot be read ({why}). The usual settings are used."]
    settings, wrong = _settings(said)
    return settings, [f"{path.name}: {line}" for line in wrong]


def _settings(said: dict[str, Any]) -> tuple[Settings, list[str]]:
    wrong: list[str] = []
    names = ("theme", "emoji", "preset", "keys")
    for name in said:
        if name not in names:
            near = "".join(f' Did you mean "{n}"?' for n in nearest(name, names))
            wrong.append(f'there is no setting "{name}".{near}')

    def one_of(name: str, known: tuple[str, ...]) -> str | None:
        value = said.get(name)
        if value is None or value in known:
            return value
        near = nearest(str(value), known) or known[:3]
        wrong.append(f'there is no {name} "{value}". Did you mean {" or ".join(near)}?')
        return None

    theme = one_of("theme", theme_names())
    emoji = one_of("emoji", _EMOJI)
    preset = one_of("preset", tuple(PRESETS)) or "default"
    own: dict[str, str] = {}
    for key_id, keys in _flat(said.get("keys", {}), ""):
        if isinstance(keys, str):
            own[key_id] = keys
        else:
            wrong.append(f'{key_id or "[keys]"}: write lines such as "code.pick" = "c,f9".')
    keymap, more = checked(preset, own)
    return Settings(theme, "plain" if emoji == "plain" else "full", preset, keymap), wrong + more


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """``code.pick = "c"`` without quotes is a table in a table to TOML; it means the same."""
    if not isinstance(value, dict):
        yield name, value
        return
    for part, inner in value.items():
        yield from _flat(inner, f"{name}.{part}" if name else part)


def theme_names() -> tuple[str, ...]:
    """Every theme there is, ours first."""
    return (*(theme.name for theme in THEMES), *BUILTIN_THEMES)


# The theme chosen last


def _state_path() -> Path:
    return platformdirs.user_state_path("tcncode") / "workbench.json"


def remembered_theme(settings: Settings) -> str | None:
    """The theme chosen last in the workbench, unless the file was changed to another since."""
    try:
        state = json.loads(_state_path().read_text(encoding="utf-8"))
        theme, instead_of = state["theme"], state["instead_of"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return theme if instead_of == settings.theme and theme in theme_names() else None


def remember_theme(theme: str, settings: Settings) -> None:
    """Keep the choice for the next start; where that cannot be written, it is not kept."""
    path = _state_path()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(
            json.dumps({"theme": theme, "instead_of": settings.theme}), encoding="utf-8"
        )
