"""Memos on anything, and who is to code which document: what coders leave for one another."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tcncode import journal
from tcncode.errors import UsageError
from tcncode.model import SETTLED, Assignment, Coding, DocumentEntry, Memo, MemoNoun, Table
from tcncode.project.codings import Codings
from tcncode.project.names import coder_name, short
from tcncode.text.numbers import counted
from tcncode.text.settle import settle


class Team(Codings):
    """Reads and writes memos and assignments."""

    # -- memos --------------------------------------------------------------------

    def memos(self, *, noun: MemoNoun | None = None, target: str | None = None) -> list[Memo]:
        """Memos, oldest first, those on codings too. ``target`` is an id.

        What others wrote in a document that is coded blind is left out: see ``Assignment``.
        """
        hidden = self._store.blind_documents()
        return [
            memo
            for memo, document in self._store.memos(noun=noun, target=target)
            if memo.coder == self.coder or document not in hidden
        ]

    def noted(self) -> set[tuple[str, str]]:
        """(noun, id) of all that has a memo, but codings; what is hidden is left out."""
        hidden = self._store.blind_documents()
        return {
            (noun, target)
            for noun, target, coder in self._store.noted()
            if coder == self.coder or noun != "document" or target not in hidden
        }

    def write_memo(self, noun: MemoNoun, reference: str, text: str) -> Memo | Coding:
        """Put one's own memo on something; an empty one takes it away.

        Args:
            reference: a document, network, code or coding, by id or name; empty for the project.

        Raises:
            UnknownNameError: there is no such thing.
        """
        if noun == "coding":
            return self.memo(reference, text)
        target = self._memo_target(noun, reference)
        own = self._own_memos(noun, target)
        text = settle(text)
        named = f"{noun} {reference}" if target else "the project"
        with self._action(
            f'memo on {named}: "{short(text)}"' if text else f"remove the memo on {named}"
        ) as change:
            self._store.put_coders([self.coder], change)
            # Two copies of a project, merged, may bring one coder's two memos on one thing.
            self._store.retire("memo", [m.id for m in own[:-1]] if text else (), change)
            if not text:
                self._store.retire("memo", [m.id for m in own], change)
                return Memo("", noun, target, self.coder, "")
            new = Memo(secrets.token_hex(8), noun, target, self.coder, text, journal.now())
            kept = replace(own[-1], text=text) if own else new
            self._store.put_memo(kept, change)
        return kept

    def own_memo(self, noun: MemoNoun, target: str) -> str:
        """The text of one's own memo on something given by id; empty where there is none."""
        own = self._own_memos(noun, target)
        return "\n\n".join(m.text for m in own)

    def _own_memos(self, noun: MemoNoun, target: str) -> list[Memo]:
        found = self._store.memos(noun=noun, target=target)
        return [memo for memo, _ in found if memo.coder == self.coder]

    def _memo_target(self, noun: MemoNoun, reference: str) -> str:
        if noun == "project":
            return ""
        if noun == "document":
            return self.document_id(reference)
        return self.network(reference).id if noun == "network" else self.codebook.get(reference).id

    def memo_table(self, *, noun: MemoNoun | None = None, coder: str | None = None) -> Table:
        """All memos with what they are on, for reading and export."""
        memos = [memo for memo in self.memos(noun=noun) if coder is None or memo.coder == coder]
        documents = {e.id: e for e in self.documents()}
        codes, networks = self.codebook.by_id(), {n.id: n for n in self.networks()}
        codings = {c.id: c for c in self.codings_among(m.target for m in memos)}

        def place(memo: Memo) -> tuple[str | None, str | None, int | None, int | None, str | None]:
            """Name, document, start, end and quotation."""
            coding = codings.get(memo.target)
            if coding is not None:
                words = self.quote(coding.document, coding.span)
                name = documents[coding.document].name
                return (
                    codes[coding.code].path, name, coding.span.start, coding.span.end, words,
                )  # fmt: skip
            if memo.noun == "document" and memo.target in documents:
                name = documents[memo.target].name
                return name, name, None, None, None
            if memo.noun == "code" and memo.target in codes:
                return codes[memo.target].path, None, None, None, None
            if memo.noun == "network" and memo.target in networks:
                return networks[memo.target].name, None, None, None, None
            gone = f"{memo.target} (removed)" if memo.target else self.path.stem
            return gone, None, None, None, None

        rows = [
            (memo.noun, memo.target, *place(memo), memo.text, memo.coder, memo.created)
            for memo in memos
        ]
        columns = (
            "on", "id", "name", "document", "start", "end", "quotation", "memo", "coder",
            "created",
        )  # fmt: skip
        blind = self.told_blind(documents.values()).strip()
        said = f"{counted(len(rows), 'memo')}, oldest first. {blind}"
        return Table("Memos", columns, tuple(rows), said.rstrip(), blind)

    # -- who codes what -----------------------------------------------------------

    def assignments(
        self, *, document: str | None = None, coder: str | None = None
    ) -> list[Assignment]:
        """Who is to code what, or has finished it. ``document`` is an id or name."""
        key = self.document_id(document) if document else None
        return self._store.assignments(document=key, coder=coder)

    def assignments_of(self, document: str) -> list[Assignment]:
        """Who is to code a document, given by its id, or has finished it."""
        return self._store.assignments(document=document)

    def assignment_table(self) -> Table:
        """Who codes what, with what they have done there."""
        entries = {e.id: e for e in self.documents()}
        counts = Counter((c.document, c.coder) for c in self.codings())
        rows = [
            (a.document, entries[a.document].name, entries[a.document].network, a.coder)
            + (a.assigned, a.blind, a.finished, counts[a.document, a.coder])
            for a in self._store.assignments()
        ]
        columns = (
            "document", "name", "network", "coder", "assigned", "blind", "finished", "codings",
        )  # fmt: skip
        done = sum(row[6] is not None for row in rows)
        said = f"{counted(len(rows), 'assignment')}, {done} finished;"
        blind = self.told_blind(entries.values()).strip()
        said += f" agreement counts finished documents. {blind}"
        return Table("Assignments", columns, tuple(rows), said.rstrip(), blind)

    def assign(
        self,
        references: Sequence[str],
        coders: Sequence[str],
        *,
        blind: bool | None = None,
        lift: bool = False,
    ) -> int:
        """Ask coders to code documents.

        Args:
            blind: without anybody's codings showing to others until all are done, those of
                coders who are there already included. None leaves it as it is: who joins a
                document while somebody codes it blind codes it blind, too; once all have
                finished, it stays open.
            lift: with ``blind=False``, also where this coder has not finished what they were to
                code blind.

        Returns:
            How many assignments are new or changed.

        Raises:
            UsageError: no coders, or this coder's own blindness would end without ``lift``.
        """
        names = [coder_name(coder) for coder in coders]
        if not names:
            raise UsageError("Say who is to code them: --to NAME.")
        ids = list(dict.fromkeys(self.document_id(reference) for reference in references))
        known = {(a.document, a.coder): a for a in self._store.assignments()}
        wanted = []
        pairs = [(document, coder) for document in ids for coder in names]
        closed = self._store.blind_documents()
        for pair in pairs:
            before = known.get(pair, Assignment(*pair))
            joins = not before.assigned and pair[0] in closed
            now_blind = before.blind or joins if blind is None else blind
            wanted.append(replace(before, assigned=True, blind=now_blind))
        if blind:
            there = {pair for pair in {*self._store.begun(), *known} if pair[0] in set(ids)}
            for pair in sorted(there.difference(pairs)):
                if pair[1] != SETTLED:
                    wanted.append(replace(known.get(pair, Assignment(*pair)), blind=True))
        lifted = [known[pair] for pair in pairs if pair in known] if blind is False else []
        how = {True: ", blind", False: ", not blind", None: ""}[blind]
        how += self._lifting(lifted, lift)
        what = f"assign {counted(len(ids), 'document')} to {', '.join(names)}{how}"
        with self._action(what) as change:
            self._store.put_coders(names, change)
            return self._store.put_assignments(wanted, change)

    def _lifting(self, opened: Iterable[Assignment], lift: bool) -> str:
        """What the journal says of blindness that ends early; empty where none does."""
        early = [a for a in opened if a.blind and not a.finished]
        own = [a.document for a in early if a.coder == self.coder]
        if own and not lift:
            names = ", ".join(entry.name for entry in self._entries(own))
            raise UsageError(
                f"You ({self.coder}) code {short(names)} blind and have not finished: others'"
                " codings would show to you. Finish first, or say --lift: then agreement names"
                " the document as one whose blindness was lifted."
            )
        who = sorted({a.coder for a in early})
        return f", blindness lifted before {' and '.join(who)} had finished" if who else ""

    def unassign(self, references: Iterable[str], coder: str, *, lift: bool = False) -> int:
        """Take assignments back; what the coder has coded, and finished, stays.

        Args:
            lift: also one's own of documents that are coded blind and not finished.

        Returns:
            How many there were.

        Raises:
            UsageError: this coder's own blindness would end without ``lift``.
        """
        ids = {self.document_id(reference) for reference in references}
        mine = [a for a in self._store.assignments(coder=coder) if a.document in ids and a.assigned]
        done = [replace(a, assigned=False, blind=False) for a in mine if a.finished]
        open_ones = [f"{a.document}/{coder}" for a in mine if not a.finished]
        how = self._lifting(mine, lift)
        what = f"take {counted(len(mine), 'document')} back from {coder}{how}"
        with self._action(what) as change:
            self._store.retire("assignment", open_ones, change)
            self._store.put_assignments(done, change)
        return len(mine)

    def finish(self, references: Iterable[str], *, finished: bool = True) -> list[DocumentEntry]:
        """Mark documents as finished by this coder, or open again. Agreement counts finished ones.

        Returns:
            The documents whose mark changed.
        """
        ids = dict.fromkeys(self.document_id(reference) for reference in references)
        known = {a.document: a for a in self._store.assignments(coder=self.coder)}
        marks = {d: known.get(d, Assignment(d, self.coder)) for d in ids}
        changed = [a for a in marks.values() if (a.finished is not None) != finished]
        if not changed:
            return []
        entries = self._entries([a.document for a in changed])
        names = ", ".join(entry.name for entry in entries)
        with self._action(f"mark {short(names)} as {'' if finished else 'not '}finished") as change:
            self._store.put_coders([self.coder], change)
            when = journal.now() if finished else None
            self._store.put_assignments([replace(a, finished=when) for a in changed], change)
        return entries

    def finished(self, document: str, coder: str | None = None) -> bool:
        """Whether a coder (by default this one) has finished a document, given by its id."""
        found = self._store.assignments(document=document, coder=coder or self.coder)
        return bool(found and found[0].finished)

    def is_blind(self, document: str) -> bool:
        """Whether codings of a document, given by its id, show only to who made them."""
        return document in self._store.blind_documents()

    def next_document(self, after: str | None = None) -> DocumentEntry | None:
        """The next document assigned to this coder that is not finished.

        Where nothing was ever assigned to them, any document they have not finished. The
        search begins after the document with this id and goes round; None: all are finished.
        """
        asked = any(a.assigned for a in self._store.assignments(coder=self.coder))
        found = self._store.next_unfinished(self.coder, after, assigned=asked)
        return self._entries([found])[0] if found else None
