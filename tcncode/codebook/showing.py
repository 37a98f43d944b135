"""One code with all that is known of it: a table of one row, and the same as lines to read."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Collection, Mapping, Sequence

from tcncode.codebook.comparing import version
from tcncode.model import Code, Codebook, Cue, Memo, Table
from tcncode.text.numbers import counted

_MARGIN = 18
"""Cells that names of fields have before what they say."""


def code_table(
    codebook: Codebook,
    code: Code,
    *,
    own: Mapping[str, int],
    coders: Mapping[str, int],
    documents: int,
    memos: Sequence[Memo] = (),
    former: Collection[str] = (),
) -> Table:
    """All about one code, in one row.

    Args:
        own: its own codings, by coder.
        coders: likewise with sub-codes.
        documents: how many have at least one of these.
        memos: those on the code.
        former: what it was called, besides what it is called.

    Returns:
        ``code`` (path), ``name``, ``purpose``, ``key``, ``colour``, ``colour_light``,
        ``definition``, ``when_to_use``, ``when_not``, ``example``, ``cues``, ``cue_patterns``,
        ``negative_cues``, ``negative_cue_patterns`` (spaCy's, a line each), ``source``,
        ``sub_codes``, ``formerly`` (texts), ``codings``, ``codings_below`` (with sub-codes; a
        coder's passage counts once), ``coders`` (numbers by name, with sub-codes),
        ``documents``, ``memos``.
    """
    below = [c.path for c in codebook.under(code.path)[1:]]
    row = {
        "code": code.path,
        "name": code.name,
        "purpose": code.purpose,
        "key": code.key,
        "colour": code.colour,
        "colour_light": code.colour_light,
        "definition": code.definition,
        "when_to_use": code.when_to_use,
        "when_not": code.when_not,
        "example": code.example,
        "cues": _phrases(code.cues),
        "cue_patterns": _patterns(code.cues),
        "negative_cues": _phrases(code.negative_cues),
        "negative_cue_patterns": _patterns(code.negative_cues),
        "source": code.source,
        "sub_codes": ", ".join(below),
        "formerly": ", ".join(sorted(set(former) - {code.path})),
        "codings": sum(own.values()),
        "codings_below": sum(coders.values()),
        "coders": ", ".join(f"{name} {n}" for name, n in sorted(coders.items())),
        "documents": documents,
        "memos": "\n".join(f"{m.coder}, {m.created[:10]}: {m.text}" for m in memos),
    }
    note = (
        "codings: of the code itself, by all coders but settled; codings_below, coders, documents:"
        " with sub-codes, a coder's passage that has several of them once. Cues with their weight,"
        f" 0 to 1. Codebook {version(codebook)}."
    )
    return Table(f"Code: {code.path}", tuple(row), (tuple(row.values()),), note)


def _phrases(cues: Sequence[Cue]) -> str:
    return "; ".join(f"{cue.phrase} {cue.weight:g}" for cue in cues if cue.phrase)


def _patterns(cues: Sequence[Cue]) -> str:
    """A pattern a line."""
    return "\n".join(
        f"{json.dumps(list(cue.pattern), ensure_ascii=False)} {cue.weight:g}"
        for cue in cues
        if not cue.phrase
    )


def laid_out(table: Table, width: int) -> str:
    """The row of ``code_table`` as lines of at most so many characters; what is empty is left
    out."""
    record = table.records()[0]
    lines = [f"{record['code']}: {record['name']}"]
    below = record["codings_below"]
    used = counted(record["codings"], "coding")
    if record["sub_codes"]:
        used += f"; with sub-codes {counted(below, 'coding')}"
    used += f" in {counted(record['documents'], 'document')}" if below else ""
    used += f" ({record['coders']})" if below else ""
    told = {**record, "used": used}
    for name in ("cues", "negative_cues"):
        patterns = record[f"{name.removesuffix('s')}_patterns"]
        if patterns:  # nobody reads these; CSV and JSON have them
            many = counted(len(patterns.split("\n")), "pattern")
            told[name] = f"{told[name]}; and {many}" if told[name] else many
    for name in (
        "purpose", "key", "colour", "definition", "when_to_use", "when_not", "example", "cues",
        "negative_cues", "source", "sub_codes", "formerly", "used", "memos",
    ):  # fmt: skip
        if told[name] in ("", None):
            continue
        label = f"{name.replace('_', ' ')}  "
        lines += [
            wrapped
            for n, part in enumerate(str(told[name]).split("\n"))
            for wrapped in textwrap.wrap(
                part, max(width, _MARGIN + 20), break_long_words=False, break_on_hyphens=False,
                initial_indent=(label if not n else "").rjust(_MARGIN),
                subsequent_indent=" " * _MARGIN,
            )
        ]  # fmt: skip
    return "\n".join(lines) + "\n"
