"""codebook.yaml <-> Codebook: read, check, write, compare, edit.

    reading    a hand-written file, with the line of every problem
    writing    a file, also into one that is there without losing its comments
    layout     the lines of each code in a file, moved with it
    patching   single fields of a file, rewritten in place
    comparing  the version that codings remember; what changed between two, in words
    editing    codes added, renamed, moved, coloured, redefined, removed, merged
    merging    what becomes of the codings when a code is merged into another
    former     what codes were called before
    fitting    codes that were edited in several copies of a project
    placing    where codes stand, as numbers
    telling    what an edit will do, in words and figures
    showing    one code with all that is known of it
    colours    how far apart two colours are for the eye
    records    a codebook as plain records, as files and database rows have it
    fields     the names of the fields, and what they may hold

What is on purpose not here: spaCy, which knows whether a cue pattern is a good one (``check``
takes a function that asks it), and the codes a project keeps (``store``).

The file's shape, all texts plain strings::

    name, version, sources: [...], purposes: {purpose: what it means}
    codes:
      - id, name, purpose, key, colour, colour_light, definition, when_to_use, when_not,
        example, source, was
        cues: {phrases: [...], patterns: [...], negative: {phrases: [...], patterns: [...]}}
        children: [codes]

A code's path is its parent's path, "/" and its ``id``; a code at the top may name its parent by
path instead of standing under it (``parent``). Children take purpose and colours from their
parent. ``was`` keeps the id of a code that was renamed or moved, so that its codings stay with it.
"""

from __future__ import annotations

from tcncode.codebook.comparing import changes, tree_table, version
from tcncode.codebook.reading import PatternProblem, Problem, check, load, parse
from tcncode.codebook.records import as_json, from_json
from tcncode.codebook.showing import code_table, laid_out
from tcncode.codebook.telling import CodebookEdit
from tcncode.codebook.writing import dump, save, snapshot

__all__ = [
    "CodebookEdit", "PatternProblem", "Problem", "as_json", "changes", "check", "code_table",
    "dump", "from_json", "laid_out", "load", "parse", "save", "snapshot", "tree_table", "version",
]  # fmt: skip
