"""The database: nouns in, nouns out. The only SQL beside ``schema`` and ``journal``.

Writing takes a ``Change`` (see ``journal.action``), so nothing is written outside an action.
Offsets in the database are those of ``Span``.

    opening      the file: found, vetted, brought up to date
    rows         what the others stand on
    settings     what the project remembers
    documents    documents, texts, segments, speakers
    networks     networks, cities, memberships
    codes        the codebook and its versions
    codings      coders and codings
    columns      the same by the column, for what counts
    team         memos, assignments, settled differences
    suggestions  suggestions, answers, the trained model
    checks       names, what is alive, what is wrong
"""

from __future__ import annotations

from tcncode.store.checks import Checks
from tcncode.store.codes import Codes
from tcncode.store.codings import Codings
from tcncode.store.columns import Columns
from tcncode.store.documents import Documents
from tcncode.store.networks import Networks
from tcncode.store.opening import open_database
from tcncode.store.settings import SUGGESTED
from tcncode.store.suggestions import Suggestions
from tcncode.store.team import Team

__all__ = ["SUGGESTED", "Store", "open_database"]


class Store(Documents, Networks, Codes, Codings, Columns, Suggestions, Team, Checks):
    """Reads and writes the nouns of one open project."""
