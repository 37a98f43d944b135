"""One project file, opened: gathers, calls the module that does the work, saves.

Both front ends stand on this. Every method that writes is one action: saved whole before it
returns, in the journal, and open to ``undo``.

    opened      the file, its coder, actions, undo, what is remembered
    codes       the codebook
    documents   documents, networks, cities
    describing  what is said about documents, corrected
    codings     codings, made and removed
    editing     codings, changed
    team        memos, and who codes what
    sampling    documents drawn for several coders, and dealt
    finding     search
    learning    what suggestions are learned from
    evaluating  how good suggestions are
    suggesting  suggestions, made and answered
    hiding      documents without suggestions, and what that tells
    pseudonymising names in transcripts, replaced in a copy of the project
    merging     other copies of the project, made one with it
    receipt     what a merge brought, in words
    agreeing    agreement between coders
    explaining  agreement explained: formula, differences, the methods paragraph
    differences what there is to settle, as values
    settling    differences between coders, decided; the coder ``settled``
    settled     the same as tables; how far each coder agrees with what was settled
    results     what was done; whose codings count, and reports
    reporting   each report by its name, and what it needs
    names       names as people write them
"""

from __future__ import annotations

from pathlib import Path

from tcncode import codebook as codebooks
from tcncode import journal
from tcncode.agreement.asking import Compared, Comparison, agree_command
from tcncode.errors import ProjectError
from tcncode.model import BEGINNING
from tcncode.project.describing import Described, Describing
from tcncode.project.documents import Progress
from tcncode.project.evaluating import Evaluating
from tcncode.project.explaining import Explaining
from tcncode.project.finding import Finding
from tcncode.project.hiding import Hiding
from tcncode.project.merging import Merged, Merging
from tcncode.project.names import coder_name
from tcncode.project.pseudonymising import Pseudonymising
from tcncode.project.results import REPORTS
from tcncode.project.sampling import Dealt, Sample, Sampling
from tcncode.project.settled import Settled
from tcncode.reports import Filters, report_command
from tcncode.store import open_database

__all__ = [
    "REPORTS", "Compared", "Comparison", "Dealt", "Described", "Filters", "Merged", "Progress",
    "Project", "Sample", "agree_command", "coder_name", "report_command",
]  # fmt: skip


class Project(
    Finding, Sampling, Describing, Hiding, Evaluating, Merging, Settled, Explaining, Pseudonymising
):
    """An open project file. Use it as a context manager, or call ``close``."""

    @classmethod
    def create(
        cls, path: Path, *, codebook: Path, coder: str | None = None, hide_suggestions: float = 0.0
    ) -> Project:
        """Make a project file with a codebook in it.

        Args:
            hide_suggestions: share of documents, 0 to 1, that get no suggestions.

        Raises:
            ProjectError: the file is already there, or its folder is not.
            CodebookError: the codebook has problems; no file is made.
        """
        from tcncode.suggest import pattern_problem

        book = codebooks.load(codebook, pattern_problem=pattern_problem)
        if coder is not None:
            coder_name(coder)
        if not path.parent.is_dir():
            raise ProjectError(path, f"there is no folder {path.parent}", "Make it first.")
        database, _ = open_database(path, create=True)
        try:
            project = cls(database, path, coder)
            project.remember_coder()
            if hide_suggestions:
                project._store.set_setting("suggest.hidden", repr(hide_suggestions))
            # Not the coder's own action: there is no going back behind the codebook.
            with journal.action(database, BEGINNING, f"begin with {book.name}") as change:
                project._put_codebook(book, change)
        except BaseException:
            database.conn.close()
            path.unlink(missing_ok=True)
            raise
        return project

    @classmethod
    def open(cls, path: Path, *, coder: str | None = None) -> Project:
        """Open a project file; tables of an older format are brought up to date, with a backup.

        Raises:
            ProjectError: missing, not a project, newer than this program, damaged.
        """
        database, backup = open_database(path)
        project = cls(database, path, coder)
        project.backup = backup
        return project
