"""The codebook of an open project: read, replaced, edited, counted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tcncode import codebook as codebooks
from tcncode import journal
from tcncode.agreement import settling
from tcncode.codebook import CodebookEdit, editing, merging, telling
from tcncode.codebook.fitting import reconcile
from tcncode.codebook.former import Former, former, merge_words
from tcncode.codebook.placing import positions
from tcncode.codebook.records import in_order
from tcncode.errors import CodebookError, TcncodeError, UndoError
from tcncode.model import SETTLED, Change, Code, Codebook, Table
from tcncode.project.opened import Opened
from tcncode.text.numbers import counted

Plan = Callable[[Codebook], tuple[CodebookEdit, Callable[[Change], object]]]
"""What an edit makes of the codebook, and what else it writes when it is done."""


@dataclass(frozen=True, slots=True)
class CodeUse:
    """How often a code is used, by itself and with all below it."""

    own: Mapping[str, int]
    """Codings of the code itself, by coder."""
    coders: Mapping[str, int]
    """Likewise with sub-codes; a coder's passage that has several of them counts once."""
    documents: int
    """Documents with at least one of these."""

    @property
    def codings(self) -> int:
        """All coders', with sub-codes."""
        return sum(self.coders.values())


class Codes(Opened):
    """Reads, replaces, edits and counts the codes.

    The edits give back what they do in words. With ``dry_run`` nothing is done: the same words
    say what would be. Codings stay with their code through everything but a merge.
    """

    @property
    def codebook(self) -> Codebook:
        """The codebook as the project has it now, also if another process changed it."""
        version = self._store.data_version()
        if version != self._seen:
            self._seen, self._codebook = version, None
        if self._codebook is None:
            codes = tuple(codebooks.from_json(row) for row in self._store.code_rows())
            name, _, sources, purposes = self._store.codebook() or ("", "", "[]", "{}")
            book = Codebook(name, codes, tuple(json.loads(sources)), json.loads(purposes))
            # Places that were given in two copies of a project may be mixed up.
            self._codebook = replace(book, codes=tuple(in_order(book)))
        return self._codebook

    @property
    def codebook_version(self) -> str:
        """12 hexadecimal digits that change with the codebook's content."""
        found = self._store.codebook()
        return found[1] if found else ""

    def codebook_at(self, version: str) -> Codebook | None:
        """The codebook as it was at a version; None where the project never had that, or what it
        kept of it breaks rules that codebooks have by now."""
        kept = self._store.kept_codebook(version)
        try:
            return None if kept is None else codebooks.parse(kept)
        except CodebookError:
            return None

    def former_codes(self) -> Former:
        """What each code was called, and which were merged into it."""
        return former(self.codebook.codes, self._store.code_entries())

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
        if not codebooks.changes(self.codebook, new):
            return []
        with self._action(f"load the codebook {path.name}") as change:
            # Compared where nobody else can add or use a code any more.
            self._codebook = None
            old, kept = self.codebook, {code.id for code in new.codes}
            used = self._store.used_codes()
            lost = [c for c in old.codes if c.id not in kept and c.id in used]
            if lost:
                raise TcncodeError(
                    f"{path} leaves out {lost[0].path},"
                    f" which has {counted(used[lost[0].id], 'coding')}."
                    " Put it back, or remove or recode them first. Nothing was changed."
                )
            said = codebooks.changes(old, new)
            self._put_codebook(new, change)
        self._codebook = None
        return said

    def _put_codebook(self, book: Codebook, change: Change) -> None:
        version = codebooks.version(book)
        places = positions(self._store.code_positions(), [c.id for c in book.codes])
        rows = [(c.id, c.path, places[c.id], codebooks.as_json(c)) for c in book.codes]
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
        self._store.put_codebook_version(
            version, saved=journal.now(), content=codebooks.snapshot(book)
        )
        self._codebook = None

    def _taken_back(self, change: Change) -> None:
        if not self._store.changed_codes(change.stamp):
            return
        self._codebook = None
        book = self.codebook
        unfit = reconcile(book.by_id(), book.by_id()).changed
        if unfit:
            told = next(iter(unfit.values()))
            raise UndoError(f"The codebook was edited since ({told}). Take that back first.")
        # After a merge the codebook is not the one that the action began from.
        if codebooks.version(book) != self.codebook_version:
            self._put_codebook(book, change)

    # Editing

    def add_code(
        self,
        path: str,
        *,
        under: str | None = None,
        name: str = "",
        purpose: str | None = None,
        colour: str | None = None,
        light: str | None = None,
        key: int | None = None,
        after: str | None = None,
        dry_run: bool = False,
        then: Callable[[Code, Change], object] | None = None,
        more: str = "",
        **texts: str,
    ) -> CodebookEdit:
        """A new code, as ``editing.add`` says; the edit's ``path`` is the new code's.

        For a code in the words of a passage: ``add_code("we were never asked", under="")``, where
        ``under`` is the parent or "" for the top.

        Args:
            then: what else to write in the same action, once the code is there.
            more: that in words, behind what the action is called.
        """

        def change(book: Codebook) -> Codebook:
            return editing.add(
                book, path, under=under, name=name, purpose=purpose, colour=colour, light=light,
                key=key, after=after, **texts,
            )  # fmt: skip

        def plan(book: Codebook) -> tuple[CodebookEdit, Callable[[Change], object]]:
            new = change(book)
            there = {code.id for code in book.codes}
            made = next(code for code in new.codes if code.id not in there)
            lines = tuple(telling.tell_change(book, new, made.id))

            def write(change: Change) -> None:
                if then is not None:
                    self._put_codebook(new, change)
                    then(made, change)

            what = f"add the code {made.path}{more}"
            return CodebookEdit(what, lines, made.path, 0, new), write

        return self._edited(plan, dry_run)

    def rename_code(
        self, code: str, new: str, *, name: str = "", dry_run: bool = False
    ) -> CodebookEdit:
        """Another slug or name for a code (see ``editing.rename``)."""
        return self._change(
            code, "rename", lambda book: editing.rename(book, code, new, name=name), dry_run
        )

    def move_code(
        self,
        code: str,
        *,
        under: str | None = None,
        before: str | None = None,
        after: str | None = None,
        dry_run: bool = False,
    ) -> CodebookEdit:
        """Put a code and all below it under another, to the top (""), or beside one."""

        def change(book: Codebook) -> Codebook:
            return editing.move(book, code, under=under, before=before, after=after)

        return self._change(code, "move", change, dry_run)

    def recolour_code(
        self, code: str, colour: str | None, *, light: str | None = None, dry_run: bool = False
    ) -> CodebookEdit:
        """Another colour, also for those below that had this one (see ``editing.recolour``)."""
        return self._change(
            code,
            "recolour",
            lambda book: editing.recolour(book, code, colour, light=light),
            dry_run,
        )

    def edit_code(
        self,
        code: str,
        *,
        purpose: str | None = None,
        key: int | None = None,
        dry_run: bool = False,
        **texts: str,
    ) -> CodebookEdit:
        """Other texts, purpose or key for a code; what is not named stays. Key 0 takes it away."""

        def change(book: Codebook) -> Codebook:
            made = editing.edit(book, code, purpose=purpose, **texts)
            return made if key is None else editing.set_key(made, code, key or None)

        return self._change(code, "edit", change, dry_run)

    def remove_code(self, code: str, *, dry_run: bool = False) -> CodebookEdit:
        """Take a code and all below it out of the codebook; refused where one has codings."""

        def plan(book: Codebook) -> tuple[CodebookEdit, Callable[[Change], object]]:
            found = book.get(code)
            new = editing.remove(book, found.path, self._store.used_codes())
            below = [c.id for c in book.under(found.path)]
            memos = sum(len(self._store.memos(noun="code", target=key)) for key in below)
            lines = tuple(telling.tell_removal(book, found.path, memos))
            what = f"remove the code {found.path}"
            return CodebookEdit(what, lines, found.parent or "", 0, new), _nothing

        return self._edited(plan, dry_run)

    def merge_codes(self, source: str, into: str, *, dry_run: bool = False) -> CodebookEdit:
        """Take one code into another and recode all coders' codings with it.

        The same passage by the same coder becomes one coding with both memos. Sub-codes, memos
        on the code and answers to suggestions move along.
        """

        def plan(book: Codebook) -> tuple[CodebookEdit, Callable[[Change], object]]:
            code, target = book.get(source), book.get(into)
            new = editing.merge(book, code.path, target.path)
            store = self._store
            codings = store.codings(codes=[code.id])
            recoded = merging.recode(codings, store.codings(codes=[target.id]), target.id)
            answers = store.answer_rows(code.id)
            moved = merging.reanswer(
                answers,
                store.answer_rows(target.id),
                target.id,
                suggested=store.suggestion_ids(target.id),
            )
            settled, unsettled = settling.recoded(store.settlements(), codings, target.id)
            memos = [memo for memo, _ in store.memos(noun="code", target=code.id)]
            there = [memo for memo, _ in store.memos(noun="code", target=target.id)]
            joined = merging.rememo(memos, there, target.id)
            lines = telling.tell_merge(
                book,
                code,
                target,
                codings=codings,
                recoded=recoded,
                memos=len(memos),
                answers=len(answers),
                suggestions=len(store.suggestions(self.coder, codes=[code.id])),
            )

            def write(change: Change) -> None:
                store.put_codings(recoded.put, change)
                store.retire("coding", recoded.retired, change)
                for memo in joined:
                    store.put_memo(memo, change)
                kept = {memo.id for memo in joined}
                store.retire("memo", [m.id for m in memos if m.id not in kept], change)
                store.put_answer_rows(moved, change)
                store.retire("suggestion_answer", [row["id"] for row in answers], change)
                store.put_settlements(settled, change)
                store.retire("settlement", unsettled, change)

            what = merge_words(code.path, target.path)
            path = new.by_id()[target.id].path
            return CodebookEdit(what, tuple(lines), path, len(codings), new), write

        return self._edited(plan, dry_run)

    def _change(
        self, code: str, verb: str, change: Callable[[Codebook], Codebook], dry_run: bool
    ) -> CodebookEdit:
        """An edit of one code that keeps its id and all codings."""

        def plan(book: Codebook) -> tuple[CodebookEdit, Callable[[Change], object]]:
            was = book.get(code)
            new = change(book)
            now = new.by_id()[was.id]
            used = self._store.has_codings(c.id for c in book.under(was.path))
            lines = tuple(telling.tell_change(book, new, was.id, coded=used))
            to = f" to {now.path}" if now.path != was.path else ""
            return CodebookEdit(f"{verb} {was.path}{to}", lines, now.path, 0, new), _nothing

        return self._edited(plan, dry_run)

    def _edited(self, plan: Plan, dry_run: bool) -> CodebookEdit:
        self._codebook = None  # another process may have changed it since it was read
        edit, _ = plan(self.codebook)
        if dry_run or not edit.lines:
            return edit
        try:
            with self._action(edit.what) as change:
                # Worked out anew where nobody else can write any more.
                self._codebook = None
                edit, write = plan(self.codebook)
                write(change)
                # Last, so that an undo begins by bringing back the codes that codings need.
                self._put_codebook(edit.codebook, change)
        finally:
            self._codebook = None
        return edit

    # Counting

    def codebook_table(self) -> Table:
        """The code tree; ``codings`` are those of each code itself, by all coders but settled."""
        counts = {key: sum(use.own.values()) for key, use in self.code_use().items()}
        return codebooks.tree_table(self.codebook, counts)

    def code_table(self, code: str) -> Table:
        """All about one code, given as people write it: see ``codebook.showing``."""
        found = self.codebook.get(code)
        use = self.code_use()[found.id]
        memos = [memo for memo, _ in self._store.memos(noun="code", target=found.id)]
        return codebooks.code_table(
            self.codebook, found, own=use.own, coders=use.coders, documents=use.documents,
            memos=memos, former=self.former_codes().paths[found.id],
        )  # fmt: skip

    def code_use(self) -> dict[str, CodeUse]:
        """How often each code is used, by its id; what is settled decides on uses and is none.

        Others' codings of a document that is coded blind do not count: see ``Assignment``.
        """
        hidden = self._store.blind_documents()
        book = self.codebook
        rows = [r for r in self._store.coded_places() if r[1] != SETTLED]
        if hidden:
            rows = [r for r in rows if r[1] == self.coder or r[2] not in hidden]
        own = Counter(row[:2] for row in rows)
        found: dict[str, set[tuple[str, str, int, int]]] = {code.id: set() for code in book.codes}
        for row in rows:
            found[row[0]].add(row[1:])
        # From the last to the first: each is whole before it goes into the one above it.
        by_path = {code.path: code.id for code in book.codes}
        for code in reversed(book.codes):
            if code.parent:
                found[by_path[code.parent]] |= found[code.id]
        coders = {coder for _, coder in own}
        return {
            key: CodeUse(
                {coder: own[key, coder] for coder in sorted(coders) if (key, coder) in own},
                dict(Counter(place[0] for place in places)),
                len({place[1] for place in places}),
            )
            for key, places in found.items()
        }


def _nothing(_: Change) -> None:
    """Most edits write the codebook and no more."""
