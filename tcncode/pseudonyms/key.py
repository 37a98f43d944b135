"""The key: which name each pseudonym stands for, and what else leads back to the old texts.

A JSON file that only its owner may read. It holds all that the copy must not hold; who has both
has the interviews as they were.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tcncode.errors import ReadError

_FORMAT = "tcncode key 1"


@dataclass(slots=True)
class Name:
    """Somebody or something with a pseudonym."""

    pseudonym: str
    kind: str
    """``person``, ``office``, ``city`` or ``network``."""
    forms: list[str]
    """As it is written, the full name first. Compared without case and accents."""
    id: str = ""
    """Of a city or network: its id."""


@dataclass(slots=True)
class Carried:
    """What a copy cannot tell and its key must: how to come back to the very same project."""

    since: str = ""
    """The action with which the copy began: what was done in it came after."""
    mark: str = ""
    """Of what it is a copy of, where that was such a copy itself."""
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Id in the copy -> ``back`` (start, end, words), and ``segments`` where they do not follow."""
    cells: dict[str, list[Any]] = field(default_factory=dict)
    """Table, id in the copy and column -> the value there, and the one before."""
    spans: dict[str, list[int]] = field(default_factory=dict)
    """Table and id in the copy -> start and end before, where they do not follow."""
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Table and id in the copy -> the row before, where the copy tells less."""
    lost: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Table and id in the copy -> rows before, that became the same as the one there."""
    hidden: list[str] = field(default_factory=list)
    """Table and id in the copy, of what who made it may not see: of that nothing leads back."""


@dataclass(slots=True)
class Key:
    """All names that have a pseudonym, and of each copy how it leads back."""

    id: str = field(default_factory=lambda: secrets.token_hex(8))
    names: list[Name] = field(default_factory=list)
    copies: dict[str, Carried] = field(default_factory=dict)
    """Mark of a copy -> how it leads back."""

    def write(self, path: Path) -> None:
        """Keep the key, whole or not at all, for its owner's eyes alone."""
        content = json.dumps(
            {
                "format": _FORMAT,
                "about": "Names behind pseudonyms. Keep this file apart from the copy.",
                "id": self.id,
                "names": [
                    {"pseudonym": n.pseudonym, "kind": n.kind, "forms": n.forms, "id": n.id}
                    for n in self.names
                ],
                "copies": {mark: asdict(carried) for mark, carried in self.copies.items()},
            },
            ensure_ascii=False,
            indent=1,
        )
        part = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            # Made with these rights: nobody can open it between making and closing it.
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content + "\n")
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


def read_key(path: Path) -> Key:
    """A key as ``Key.write`` kept it.

    Raises:
        ReadError: it cannot be read, or is something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ReadError(path, f"cannot be opened ({error.strerror})") from None
    except ValueError:
        found = None
    if not isinstance(found, Mapping) or found.get("format") != _FORMAT:
        raise ReadError(
            path, "is there and is no key of tcncode", "Name another file for the key: --key FILE."
        )
    try:
        names = [
            Name(str(n["pseudonym"]), str(n["kind"]), [str(f) for f in n["forms"]], str(n["id"]))
            for n in found["names"]
        ]
        if not all(name.forms for name in names):
            raise ValueError
        copies = {mark: Carried(**told) for mark, told in found["copies"].items()}
        return Key(str(found["id"]), names, copies)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ReadError(
            path, "is damaged: a key must not be edited", "Take a copy of it that is whole."
        ) from None


def key_at(path: Path, *, go_on: bool) -> Key:
    """The key in a file, or a new one where there is no file.

    Raises:
        ReadError: it is no key, or one that nobody asked to go on with.
    """
    if not path.exists():
        if not path.parent.is_dir():
            raise ReadError(path, f"there is no folder {path.parent}", "Make it first.")
        return Key()
    if not go_on:
        raise ReadError(
            path, "is there already",
            f"--key {path} goes on with its pseudonyms; another name begins anew.",
        )  # fmt: skip
    return read_key(path)
