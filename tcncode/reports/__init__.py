"""Codings -> tables. One module a table; each has ``table(...)``, and says what its columns are.

What counts
    ``choosing``     whose codings, and in which documents: the same in every report
    ``columns``      codings as columns of numbers
    ``material``     the codings that count, and the text they cover
    ``stretches``    text joined, shared and left out
    ``words``        the one rule by which words are counted
    ``counting``     the one core that counts, by document and by groups of documents

Tables
    ``frequencies``  codes                      ``networks``      networks by codes, by purposes
    ``kinds``        kinds of document          ``time``          years
    ``speakers``     who speaks                 ``profile``       all about one network
    ``overlap``      who duplicates whom        ``cities``        which cities sit where
    ``cooccurrence`` codes that meet            ``coverage``      how much is coded, where
    ``saturation``   codes new in each text     ``mentions``      who names whom
    ``quotes``       the best quotations        ``quotations``    all codings with their words
    ``coders``       how far each has come      ``codebook``      for the appendix
    ``matrix``       a long table as a matrix

Pure: what is counted comes in; nothing is read or written here. What is here is light; the
modules that count need numpy, so they are imported where a report is made.
"""

from tcncode.reports.choosing import (
    NO_DATE,
    NO_NETWORK,
    NO_PURPOSE,
    SETTLED,
    Filters,
    report_command,
)
from tcncode.reports.matrix import matrix
from tcncode.reports.quotations import Coded, quotation_hash

__all__ = [
    "NO_DATE", "NO_NETWORK", "NO_PURPOSE", "SETTLED", "Coded", "Filters", "matrix",
    "quotation_hash", "report_command",
]  # fmt: skip
