"""What was done, when, by whom; undo and redo; merging the rows of two projects.

One action is one transaction: on disk, whole, before the screen shows it, or not at all.
Triggers (see ``schema``) write the journal; the modules here open and close actions, read the
journal, and put rows back.

    actions   begun, saved whole or not at all, and read again
    undoing   one's own actions, taken back and done again; a merge, forgotten
    merging   the rows of another copy of the project, taken in
    copies    another project's file: copied, and looked through before anything is taken from it
"""

from __future__ import annotations

from tcncode.journal.actions import (
    action,
    changed_since,
    documents_since,
    first,
    last,
    last_number,
    log,
    moment,
    next_stamp,
    now,
    problems,
    touched,
)
from tcncode.journal.undoing import Finish, redo, undo, would_take_back

__all__ = [
    "Finish", "action", "changed_since", "documents_since", "first", "last", "last_number", "log",
    "touched", "moment", "next_stamp", "now", "problems", "redo", "undo",
    "would_take_back",
]  # fmt: skip
