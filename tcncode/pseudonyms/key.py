"""The key: which name each pseudonym stands for, and what else leads back to the old texts.

A JSON file that only its owner may read. It holds all that the copy must not hold; who has both
has the interviews as they were.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
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
    as_read: str | None = field(default=None, repr=False, compare=False)
    """The file as it was read or written last; None where there was none."""

    def write(self, path: Path) -> None:
        """Keep the key, whole or not at all, for its owner's eyes alone.

        Raises:
            ReadError: another run has written the file since it was read, or is writing it: its
                names would be lost, and its pseudonyms given twice.
        """
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
        ) + "\n"  # fmt: skip
        # One name for all who write this key: while it is there, nobody else does.
        part = path.with_name(f"{path.name}.part")
        try:
            # Made with these rights: nobody can open it between making and closing it.
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise ReadError(
                path, "is being written by another run",
                f"Try again when that is done; where nothing runs, remove {part} first.",
            ) from None  # fmt: skip
        except OSError as error:
            raise ReadError(path, f"cannot be written ({error.strerror})") from None
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if _there(path) != self.as_read:
                raise ReadError(
                    path, "was written by another run meanwhile", "Run this again with that key."
                )
            part.replace(path)
            self.as_read = content
        finally:
            part.unlink(missing_ok=True)


def _there(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return ""


def read_key(path: Path) -> Key:
    """A key as ``Key.write`` kept it.

    Raises:
        ReadError: it cannot be read, or is something else.
    """
    try:
        content = path.read_text(encoding="utf-8")
        found = json.loads(content)
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
            Name(str(n["pseudonym"]), str(n["kind"]), _words(n["forms"]), str(n["id"]))
            for n in found["names"]
        ]
        copies = {mark: Carried(**told) for mark, told in found["copies"].items()}
        if not all(name.forms for name in names) or not all(map(_is_whole, copies.values())):
            raise ValueError
        return Key(str(found["id"]), names, copies, content)
    except (AttributeError, KeyError, TypeError, ValueError):
        raise ReadError(
            path, "is damaged: a key must not be edited", "Take a copy of it that is whole."
        ) from None


def _words(forms: Any) -> list[str]:
    # A single word would be taken for a list of its letters.
    if not isinstance(forms, list) or not all(isinstance(form, str) and form for form in forms):
        raise ValueError
    return forms


def _is_whole(carried: Carried) -> bool:
    nothing = Carried()
    return all(
        isinstance(getattr(carried, one.name), type(getattr(nothing, one.name)))
        for one in fields(Carried)
    )


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
