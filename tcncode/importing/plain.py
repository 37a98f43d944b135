"""Plain text and Markdown: the text stays as it is, once settled."""

from __future__ import annotations

import re
from pathlib import Path

from tcncode.errors import ReadError
from tcncode.importing.extract import Extract
from tcncode.text.settle import decode, settle

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)(?:---|\.\.\.)[ \t]*(?:\n+|$)", re.DOTALL)
_ENTRY = re.compile(r"([A-Za-z][\w -]{0,40}):(?:[ \t]+(.*?))?[ \t]*")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*?)[ \t]*")


def read_text(path: Path, data: bytes, encoding: str | None) -> Extract:
    """A text file, in whatever encoding."""
    text, name, notes = decoded(path, data, encoding)
    return Extract(text, encoding=name, reader="tcncode-text 1", notes=notes)


def read_markdown(path: Path, data: bytes, encoding: str | None) -> Extract:
    """Likewise; front matter becomes metadata and leaves the text, the marks stay."""
    text, name, notes = decoded(path, data, encoding)
    found = _FRONT.match(text)
    metadata = front_matter(found[1]) if found else None
    if found is None or metadata is None:
        return Extract(text, encoding=name, reader="tcncode-markdown 1", notes=notes)
    return Extract(
        text[found.end() :],
        metadata=metadata,
        encoding=name,
        reader="tcncode-markdown 1",
        notes=notes,
    )


def decoded(path: Path, data: bytes, encoding: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Settled text, encoding, and a note where the encoding was a guess.

    Raises:
        ReadError: the bytes are not text, or not in the given encoding.
    """
    try:
        text, name = decode(data, encoding)
    except LookupError:
        raise ReadError(
            path, f'cannot be read as "{encoding}"', "Try utf-8, utf-16 or cp1252."
        ) from None
    except UnicodeDecodeError:
        wanted = encoding or "utf-16"
        raise ReadError(
            path, f"is not in {wanted}", "Leave --encoding out, or try cp1252."
        ) from None
    except ValueError:
        raise ReadError(
            path, "is not text but a program's own data", "Export it from that program as text."
        ) from None
    guessed = encoding is None and not name.startswith("utf")
    note = (f"read as {name}, by the look of it; --encoding says otherwise",) if guessed else ()
    return settle(text), name, note


def front_matter(block: str) -> dict[str, str] | None:
    """Flat ``key: value`` lines, lists joined with "; "; None if it is anything else.

    Front matter is that simple, so no YAML library has to be loaded for each file.
    """
    out: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        entry, item = _ENTRY.fullmatch(line), _ITEM.fullmatch(line)
        if entry is not None:
            key = entry[1].strip().lower()
            out[key] = _unquoted(entry[2] or "")
        elif item is not None and key:
            out[key] = "; ".join(part for part in (out[key], _unquoted(item[1])) if part)
        else:
            return None
    return out or None


def _unquoted(value: str) -> str:
    if len(value) > 1 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if len(value) > 1 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    if value.startswith("[") and value.endswith("]"):
        return "; ".join(_unquoted(part.strip()) for part in value[1:-1].split(","))
    return re.sub(r"\s+#.*", "", value)
