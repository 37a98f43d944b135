"""What a codebook is made of: its fields, how a code may be called, what no text may hold."""

from __future__ import annotations

import difflib
import hashlib
import re
import unicodedata
from collections.abc import Iterable

from tcncode.model import Code

BOOK_FIELDS = ("name", "version", "sources", "purposes", "codes")
TEXTS = ("definition", "when_to_use", "when_not", "example", "source")
CODE_FIELDS = ("id", "name", "purpose", "key", "colour", "colour_light", *TEXTS)
NESTED_FIELDS = ("was", "parent", "cues", "children")
INHERITED = ("purpose", "colour", "colour_light")
"""What a code takes from the one above it, unless it has its own."""
DEFAULT = Code(id="", path="", name="")
SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
PATH = re.compile(rf"{SLUG.pattern}(/{SLUG.pattern})*")
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
SLUG_LENGTH = 60
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
# Letters that Unicode does not take apart into a Latin one and its mark.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"})


def control_character(text: str, *, one_line: bool) -> str | None:
    """The first character that a text must not hold; None where all is well."""
    allowed = "" if one_line else "\n\t"
    for c in text:
        refused = unicodedata.category(c) in ("Cc", "Cs") or c in _BIDI
        if c not in allowed and (refused or (one_line and c in "\u2028\u2029")):
            return c
    return None


def latin_slug(text: str) -> str:
    """The slug that a text's Latin letters and digits make; empty where there are none."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_PLAIN))
    words = re.sub(r"[^a-z0-9]+", "-", plain.encode("ascii", "ignore").decode()).strip("-")
    if len(words) > SLUG_LENGTH:
        words = words[: SLUG_LENGTH + 1].rpartition("-")[0] or words[:SLUG_LENGTH]
    return words


def slug_of(name: str) -> str:
    """A slug for any name: the same for the same name, also in a script that slugs do not know."""
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
    return latin_slug(name) or f"code-{digest[:8]}"


def guess(name: str, known: Iterable[str]) -> str:
    """A guess at what was meant, or nothing."""
    found = difflib.get_close_matches(name, list(known), n=1)
    return f'; did you mean "{found[0]}"?' if found else ""
