"""Every key of the workbench by the id of its binding, the presets, and what clashes.

The bindings are found in the classes that declare them, so a new screen's keys are known here
without being listed again. A clash is one key that would do two things on one screen; a pane
may take a key from its screen only where the program itself says so.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from textual.app import App
from textual.binding import Binding
from textual.dom import DOMNode
from textual.keys import Keys, key_to_character
from textual.screen import ModalScreen, Screen

import tcncode.tui
from tcncode.model import nearest

Keymap = Mapping[str, str]
"""Id of a binding -> its keys, with commas between them."""

PRESETS: Mapping[str, Keymap] = {
    "default": {},
    # No letter moves: for those who do not know vi, and for keyboards without these letters.
    "arrows": {
        "reader.down": "down",
        "reader.up": "up",
        "reader.right": "right",
        "reader.left": "left",
        "reader.word": "ctrl+right",
        "reader.word_back": "ctrl+left",
        "reader.row_start": "home",
        "reader.row_end": "end",
        "reader.top": "ctrl+home",
        "reader.bottom": "ctrl+end",
        "reader.turn": "ctrl+down",
        "reader.turn_back": "ctrl+up",
        "suggestions.down": "down",
        "suggestions.up": "up",
        "documents.down": "down",
        "documents.up": "up",
        "codes.down": "down",
        "codes.up": "up",
    },
    # The usual keys are vi's already; these are the ones whose fingers look for more.
    "vim": {
        "reader.page": "pagedown,space,ctrl+f",
        "reader.row_start": "home,0,circumflex_accent",
        "reader.take_paragraph": "p,V",
        "app.palette": "ctrl+p,colon",
        "reader.uncoded_back": "comma",
    },
}

_KEY_NAMES = {key.value for key in Keys}
_MODIFIERS = {"ctrl", "shift", "alt", "super", "hyper", "meta"}


@dataclass(frozen=True, slots=True)
class Known:
    """One binding that can be given other keys."""

    id: str
    keys: str
    """As the program has them, with commas between."""
    does: str
    action: str


@dataclass(frozen=True, slots=True)
class Clash:
    """One key that would do two things."""

    key: str
    first: str
    second: str
    """Ids of bindings."""


def keys_of(keys: str) -> list[str]:
    """Keys by Textual's names; ``?,down`` is ``question_mark`` and ``down``."""
    wanted = [key.strip() for key in keys.split(",") if key.strip()]
    return [b.key for key in wanted for b in Binding.make_bindings([Binding(key, "")])]


_SIGNS = {keys_of(sign)[0]: sign for sign in string.punctuation if sign != ","}
"""Textual's name of a key -> the sign on it; a comma stands between keys, so it keeps its name."""


def written(keys: str) -> str:
    """Keys as one may write them in the settings: a sign where there is one, else the name."""
    return ",".join(_SIGNS.get(key, key) for key in keys_of(keys))


def is_key(key: str) -> bool:
    """Whether a terminal can send a key of this name."""
    *modifiers, name = key.split("+")
    known = name in _KEY_NAMES or name in _SIGNS or key_to_character(name) is not None
    return (known or key in _KEY_NAMES) and set(modifiers) <= _MODIFIERS


def own_bindings(kind: type[DOMNode]) -> list[Binding]:
    """The bindings that a class of ours declares, or takes from a class of ours."""
    found: list[Binding] = []
    for cls in kind.__mro__:
        if cls.__module__.startswith("tcncode."):
            found += [b for b in cls.__dict__.get("BINDINGS", ()) if isinstance(b, Binding)]
    return found


@cache
def _classes() -> tuple[type[DOMNode], ...]:
    """All classes of the screen that have keys of ours, the workbench itself last."""
    found: dict[type[DOMNode], None] = {}
    for info in pkgutil.iter_modules(tcncode.tui.__path__):
        module = importlib.import_module(f"tcncode.tui.{info.name}")
        for _, cls in inspect.getmembers(module, inspect.isclass):
            if issubclass(cls, DOMNode) and cls.__module__ == module.__name__:
                found[cls] = None
    return tuple(sorted(found, key=lambda cls: issubclass(cls, App)))


@cache
def known() -> tuple[Known, ...]:
    """Every binding with an id, screen by screen."""
    found: dict[str, Known] = {}
    for cls in _classes():
        for b in own_bindings(cls):
            if b.id:
                words = b.tooltip or b.description
                found.setdefault(b.id, Known(b.id, b.key, words, b.action))
    return tuple(sorted(found.values(), key=lambda k: k.id.partition(".")[0]))


def _levels() -> Iterator[Sequence[Sequence[Binding]]]:
    """Whose keys meet: a pane's, its screen's and the workbench's, for each pane of a screen."""
    app = [own_bindings(cls) for cls in _classes() if issubclass(cls, App)]
    for screen in _classes():
        if not issubclass(screen, Screen):
            continue
        above = [own_bindings(screen)] + ([] if issubclass(screen, ModalScreen) else app)
        yield above
        # A screen's module imports the widgets that it is made of.
        for _, pane in inspect.getmembers(inspect.getmodule(screen), inspect.isclass):
            if issubclass(pane, DOMNode) and not issubclass(pane, Screen | App):
                mine = own_bindings(pane)
                if mine:
                    yield [mine, *above]


def clashes(keymap: Keymap) -> list[Clash]:
    """Keys that do two things on one screen with these keys in place of the usual ones.

    A pane's key that hides its screen's is no clash where the program itself has it so.
    """
    found: dict[Clash, None] = {}
    for levels in _levels():
        usual, now = _holders(levels, {}), _holders(levels, keymap)
        meant = {
            frozenset((a.id, b.id))
            for holders in usual.values()
            for (n, a), (m, b) in combinations(holders, 2)
            if n != m
        }
        for key, holders in now.items():
            for (_, a), (_, b) in combinations(holders, 2):
                same = a.action.removeprefix("app.") == b.action.removeprefix("app.")
                if not same and a.id and b.id and frozenset((a.id, b.id)) not in meant:
                    found[Clash(key, a.id, b.id)] = None
    return list(found)


def _holders(
    levels: Sequence[Sequence[Binding]], keymap: Keymap
) -> dict[str, list[tuple[int, Binding]]]:
    holders: dict[str, list[tuple[int, Binding]]] = {}
    for level, bindings in enumerate(levels):
        for binding in bindings:
            for key in keys_of(keymap.get(binding.id or "", binding.key)):
                holders.setdefault(key, []).append((level, binding))
    return holders


def checked(preset: str, own: Keymap) -> tuple[dict[str, str], list[str]]:
    """The keys of a preset with a user's own on top, and what was wrong with those.

    An entry that is wrong or that clashes is left out: its binding keeps the preset's keys.

    Returns:
        What to hand to Textual, and a line about each entry that was left out.
    """
    base = PRESETS[preset]
    if not own:  # looking for clashes loads every screen
        return dict(base), []
    bindings = {k.id: k for k in known()}
    wrong: list[str] = []
    kept: dict[str, str] = {}
    for key_id, keys in own.items():
        problem = _problem(key_id, keys, bindings)
        if problem:
            wrong.append(problem)
        else:
            kept[key_id] = ",".join(keys_of(keys))
    while found := [c for c in clashes({**base, **kept}) if {c.first, c.second} & set(kept)]:
        for clash in found:
            mine = [key_id for key_id in (clash.first, clash.second) if key_id in kept]
            for key_id in mine:
                other = bindings[clash.second if key_id == clash.first else clash.first]
                wrong.append(
                    f'{key_id} = "{kept.pop(key_id)}" clashes with {other.id}'
                    f" ({other.does or other.action}); it keeps its usual keys."
                )
    return {**base, **kept}, wrong


def _problem(key_id: str, keys: str, bindings: Iterable[str]) -> str:
    if key_id not in set(bindings):
        near = "".join(f' Did you mean "{n}"?' for n in nearest(key_id, bindings))
        return f'no key has the id "{key_id}".{near} "tcncode keys" lists them.'
    if not keys_of(keys):
        return f"{key_id} has no keys; it keeps its usual ones."
    bad = [key for key in keys_of(keys) if not is_key(key)]
    if bad:
        return f'{key_id}: there is no key "{bad[0]}"; it keeps its usual ones.'
    return ""
