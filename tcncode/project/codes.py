"""The codebook of an open project."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from tcncode import codebook as codebooks
from tcncode import journal
from tcncode.errors import TcncodeError
from tcncode.model import Change, Codebook, Table
from tcncode.project.opened import Opened


class Codes(Opened):
    """Reads, replaces and counts the codes."""

    @property
    def codebook(self) -> Codebook:
        """The codebook as the project has it now."""
        if self._codebook is None:
            codes = tuple(codebooks.from_json(row) for row in self._store.code_rows())
            name, _, sources, purposes = self._store.codebook() or ("", "", "[]", "{}")
            self._codebook = Codebook(name, codes, tuple(json.loads(sources)), json.loads(purposes))
        return self._codebook

    @property
    def codebook_version(self) -> str:
        """12 hexadecimal digits that change with the codebook's content."""
        found = self._store.codebook()
        return found[1] if found else ""

    def load_codebook(self, path: Path) -> list[str]:
        """Take in an edited codebook file. Codings stay; a code in use cannot be left out.

        Returns:
            What changed, a line each.

        Raises:
            CodebookError: the file has problems.
            TcncodeError: a code that has codings is not in the file.
        """
        from tcncode.suggest import pattern_problem

        new = codebooks.load(path, pattern_problem=pattern_problem)
        old = self.codebook
        said = codebooks.changes(old, new)
        if not said:
            return []
        kept = {code.id for code in new.codes}
        with self._action(f"load the codebook {path.name}: {len(said)} changes") as change:
            used = self._store.used_codes()
            lost = [c for c in old.codes if c.id not in kept and c.id in used]
            if lost:
                raise TcncodeError(
                    f"{path} leaves out {lost[0].path}, which has {used[lost[0].id]} codings."
                    " Put it back, or remove or recode them first. Nothing was changed."
                )
            self._put_codebook(new, change)
        self._codebook = None
        return said

    def _put_codebook(self, book: Codebook, change: Change) -> None:
        version = codebooks.version(book)
        rows = [(c.id, c.path, codebooks.as_json(c)) for c in book.codes]
        gone = {code.id for code in self.codebook.codes} - {row[0] for row in rows}
        self._store.put_codes(rows, change)
        self._store.retire("code", gone, change)
        self._store.put_codebook(
            book.name,
            version,
            sources=json.dumps(book.sources, ensure_ascii=False),
            purposes=json.dumps(dict(book.purposes), ensure_ascii=False),
            change=change,
        )
        self._store.put_codebook_version(version, saved=journal.now(), content=codebooks.dump(book))
        self._codebook = None

    def codebook_table(self) -> Table:
        """The code tree with its counts."""
        counts = Counter(c.code for c in self._store.codings())
        return codebooks.tree_table(self.codebook, counts)
