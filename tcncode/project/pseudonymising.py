"""Names in transcripts found, and replaced in a copy of the project; see ``pseudonyms``."""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from tcncode.errors import ProjectError, TcncodeError, UsageError
from tcncode.journal.merging import all_rows
from tcncode.journal.rows import Row, read
from tcncode.model import DocumentEntry, Network, Table, document_id
from tcncode.project.team import Team
from tcncode.pseudonyms import copying, finding
from tcncode.pseudonyms.changing import NOTES, Backward, Forward, reverse
from tcncode.pseudonyms.files import mark_of, publish, refuse_existing, without_trace
from tcncode.pseudonyms.finding import Finder
from tcncode.pseudonyms.key import Key, Name, key_at, read_key
from tcncode.pseudonyms.listing import read_names
from tcncode.pseudonyms.naming import Naming
from tcncode.pseudonyms.rewriting import Replacement, Rewrite
from tcncode.pseudonyms.searching import left_over
from tcncode.search import keyword_in_context
from tcncode.store import open_database
from tcncode.text import Span

COLUMNS = ("words", "kind", "times", "documents", "pseudonym", "doubt", "example")


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be replaced by what. Nothing is changed yet."""

    table: Table
    """One row a wording, in the order of the pseudonyms; then what is doubtful; then what may be
    a name and is not replaced."""
    names: tuple[Name, ...]
    """Every name with its pseudonym, those of the key included that stand nowhere here."""
    forms: tuple[tuple[str, str], ...]
    """Wording and pseudonym."""
    written: frozenset[str]
    """The names as the texts have them."""
    times: int
    """How often a name stands in the texts of the project."""
    documents: int
    """In how many of them."""
    doubtful: int
    """How many wordings are doubtful, and are replaced all the same."""
    elsewhere: int
    """How often a name stands in memos and titles that this coder may see."""
    open: int
    """How many wordings may be names, and stay."""
    nowhere: tuple[str, ...]
    """Listed names that stand nowhere in what this coder may see."""
    not_read: int
    """Documents that were not looked through for names."""
    ordinary: frozenset[str] = frozenset()
    """Words that are no names where a text has them in small letters."""


@dataclass(frozen=True, slots=True)
class Pseudonymised:
    """What a copy became."""

    documents: int
    """In which something was replaced."""
    widened: tuple[str, ...]
    """Places of codings and decisions that cut a name and now take in the whole pseudonym."""
    joined: int
    """Rows that became one with another by that."""
    coders: tuple[str, ...] = ()
    """Coders whose own name was replaced elsewhere; they keep it."""
    left: tuple[str, ...] = ()
    """Of a copy that is restored: names of documents that the key tells nothing of."""
    left_out: bool = False
    """Of such a copy: whether what others had coded blind is not in it."""
    still_one: bool = False
    """Of such a copy: whether it was made of another one, which it is again."""

    def and_then(self, further: Pseudonymised) -> Pseudonymised:
        """What a copy of that copy became, in all."""
        return replace(
            further,
            documents=max(self.documents, further.documents),
            joined=self.joined + further.joined,
            left_out=self.left_out or further.left_out,
        )


class Pseudonymising(Team):
    """Makes copies without names, and brings them back."""

    def find_names(
        self,
        documents: Sequence[str],
        *,
        listed: Path | None = None,
        keep: Sequence[str] = (),
        key: Key | None = None,
        cities: bool = False,
        networks: bool = False,
    ) -> Plan:
        """What identifies people in some documents, and where that stands in the whole project.

        Args:
            documents: names or ids of transcripts.
            listed: a CSV file with a column ``name`` and perhaps ``pseudonym`` and ``kind``.
            keep: names that stay.
            key: names that have a pseudonym already.

        Raises:
            UnknownNameError, AmbiguousNameError: of a document.
            ReadError, TableError: of the list.
            UsageError: nothing is there to be kept by that name; a pseudonym cannot be, or is
                somebody's name.
        """
        chosen = list(dict.fromkeys(self.document_id(name) for name in documents))
        entries = self._store.document_entries()
        order = list(dict.fromkeys([*chosen, *(entry.id for entry in entries)]))
        texts = dict(zip(order, self._store.texts(order), strict=True))
        naming = Naming(key.names if key else ())
        wanted = read_names(listed) if listed else []
        for kind, words, pseudonym in wanted:
            naming.add(kind, words, pseudonym=pseudonym)
            if words == words.lower():
                naming.small[finding.folded(words)] = True
        self._listed_places(naming)
        self._names_in(chosen, texts, naming, cities=cities, networks=networks)
        # Whole names first: of "Amna Khan" the slip is the whole, not half of it.
        _add_slips(naming, [texts[document] for document in chosen])
        naming.add_parts()
        _add_slips(naming, [texts[document] for document in chosen])
        there = finding.in_small_letters(texts.values(), keep)
        for words in keep:
            if not naming.keep(words, small=words in there):
                raise UsageError(
                    f'There is no name "{words}" to keep. "--dry-run" shows the names found.'
                )
        taken = {name.pseudonym for name in key.names} if key else set()
        naming.refuse_mixed(texts.values(), taken)
        return self._names_planned(naming, chosen, texts, taken, [words for _, words, _ in wanted])

    def _listed_places(self, naming: Naming) -> None:
        """Cities and networks of the study among the names so far, by all that they are called."""
        for city in self.cities():
            if naming.of(city.name) is not None:
                naming.add("city", city.name, id=city.id)
        for network in self.networks():
            called = [network.name, *_shorts(network)]
            listed = next((words for words in called if naming.of(words)), None)
            if listed and naming.add("network", listed, id=network.id).id == network.id:
                for words in called:
                    naming.add("network", words, id=network.id)

    def _names_in(
        self,
        documents: Sequence[str],
        texts: dict[str, str],
        naming: Naming,
        *,
        cities: bool,
        networks: bool,
    ) -> None:
        """Names that stand in some documents, the longer first."""
        found: list[tuple[int, str, str]] = []
        for document in documents:
            for speaker in self.speakers(document):
                named = finding.names_in_label(speaker.label)
                found += [(-len(w.split()), k, w) for k, w in named]
            found += [(-len(w.split()), k, w) for k, w, _ in finding.persons(texts[document])]
        names = {
            "city": {city.id: city.name for city in self.cities()},
            "network": {network.id: network.name for network in self.networks()},
        }
        if cities or networks:
            from tcncode.suggest import CueSuggester

            reader = CueSuggester(self.codebook, networks=self.networks(), cities=self.cities())
            shorts = {network.id: _shorts(network) for network in self.networks()}
            for document in documents:
                spans = [s.span for s in self.segments(document, "sentence")]
                for entity in reader.entities(texts[document], spans):
                    asked = cities if entity.kind == "city" else networks
                    if entity.kind in names and asked:
                        naming.add(entity.kind, names[entity.kind][entity.id], id=entity.id)
                        naming.add(entity.kind, entity.words, id=entity.id)
                        for short in shorts.get(entity.id, ()):
                            naming.add(entity.kind, short, id=entity.id)
                        if entity.score < 100:
                            naming.doubts[entity.words] = (
                                f'like "{names[entity.kind][entity.id]}" ({entity.score:g})'
                            )
        places = {finding.folded(name) for of_kind in names.values() for name in of_kind.values()}
        # "Dr. Person 2", in a copy of a copy.
        given = {finding.folded(n.pseudonym) for n in naming.names if n.pseudonym}
        places |= given | {pseudonym.rpartition(" ")[0] for pseudonym in given}
        for _, kind, words in sorted(dict.fromkeys(found), key=lambda one: one[0]):
            # "Mayor Ghent": a slip for its mayor, or a label that says for whom somebody speaks.
            if finding.folded(words) not in places:
                naming.add(kind, words)

    def _names_planned(
        self, naming: Naming, chosen: Sequence[str], texts: dict[str, str], taken: set[str],
        listed: Sequence[str],
    ) -> Plan:  # fmt: skip
        pairs = [(form, n) for n, name in enumerate(naming.names) for form in name.forms]
        ordinary = naming.ordinary()
        finder = Finder([form for form, _ in pairs], ordinary)
        titles = {entry.id: entry.name for entry in self._store.document_entries()}
        times = [0] * len(pairs)
        where: list[set[str]] = [set() for _ in pairs]
        example = [""] * len(pairs)
        another: dict[int, str] = {}
        written: set[str] = set()
        order: dict[int, None] = {}
        spans: dict[str, list[Span]] = {}
        for document, text in texts.items():
            for hit in finder.find_in_text(text):
                times[hit.name] += 1
                where[hit.name].add(document)
                written.add(hit.span.of(text))
                order.setdefault(pairs[hit.name][1])
                spans.setdefault(document, []).append(hit.span)
                example[hit.name] = example[hit.name] or _example(text, hit.span)
                form, name = pairs[hit.name][0], naming.names[pairs[hit.name][1]]
                if name.kind == "person" and " " not in form and hit.name not in another:
                    told = finding.another(text, hit.span, name.forms)
                    if told:
                        another[hit.name] = f"may be another: {told} in {titles[document]}"
        placed = [naming.names[n] for n in order]
        # A listed name may stand in memos alone.
        rest = [n for place, n in enumerate(naming.names) if place not in order]
        naming.give([*placed, *rest], taken | _alike(texts.values()))
        small = finding.in_small_letters(texts.values(), [form for form, _ in pairs])
        rows: list[tuple[Any, ...]] = []
        doubtful: list[tuple[Any, ...]] = []
        rank = {n: place for place, n in enumerate(order)}
        asked = {finding.folded(words) for words in listed}
        for at in sorted(
            (at for at in range(len(pairs)) if times[at]),
            key=lambda at: (rank[pairs[at][1]], at),
        ):
            form, name = pairs[at][0], naming.names[pairs[at][1]]
            doubt = naming.doubts.get(form, "")
            if form.lower() in small and form != form.lower():
                told = "also an ordinary word here"
                if finding.folded(form) not in ordinary:
                    told = f"in small letters, too: --keep {form.lower()} leaves those"
                doubt = "; ".join(d for d in (doubt, told) if d)
            elif not doubt and name.forms == [form] and finding.folded(form) not in asked:
                doubt = finding.doubt_of(form) if name.kind == "person" else ""
            doubt = "; ".join(d for d in (doubt, another.get(at, "")) if d)
            row = (form, name.kind, times[at], len(where[at]), name.pseudonym, doubt, example[at])
            (doubtful if doubt else rows).append(row)
        elsewhere = [(words, finder.find(words)) for words in self._words_elsewhere()]
        met = {n for n, count in enumerate(times) if count}
        met |= {hit.name for _, hits in elsewhere for hit in hits}
        stands = {finding.folded(pairs[n][0]) for n in met}
        looked = [(document, texts[document], spans.get(document, [])) for document in chosen]
        looked += [("", words, [hit.span for hit in hits]) for words, hits in elsewhere]
        open_ = [
            *self._names_unmarked(looked),
            *_left_small(texts, ordinary & small),
        ]
        note = (
            "times: in all texts of the project; documents: in how many; doubt: why it may be no"
            " name, or another's. Without a pseudonym: may be a name and is not replaced; list it"
            " in --names to replace it. Memos, titles and labels of speakers are replaced alike."
        )
        used = tuple(n for n in naming.names if n.pseudonym)
        return Plan(
            Table("Names", COLUMNS, (*rows, *doubtful, *open_), note),
            used,
            tuple((form, name.pseudonym) for name in used for form in name.forms),
            frozenset(written),
            sum(times),
            len(spans),
            len(doubtful),
            sum(len(hits) for _, hits in elsewhere),
            len(open_),
            tuple(words for words in listed if finding.folded(words) not in stands),
            len(texts) - len(chosen),
            ordinary,
        )

    def _words_elsewhere(self) -> list[str]:
        """Memos, and titles and files of documents, as far as this coder may see them."""
        out = [memo.text for memo in self.memos()]
        out += [coding.memo for coding in self.codings()]
        for entry in self.documents():
            out += [entry.name, entry.source]
        return list(dict.fromkeys(filter(None, out)))

    def _names_unmarked(
        self, looked: Sequence[tuple[str, str, Sequence[Span]]]
    ) -> list[tuple[Any, ...]]:
        """Rows of what may be a name and is not replaced, in texts (with their documents' ids) and
        elsewhere (with none), each with the stretches that are replaced."""
        known = {finding.folded(n) for row in self.cities() for n in (row.name,)}
        known |= {finding.folded(n) for row in self.networks() for n in (row.name, row.short_name)}
        found: dict[tuple[str, str], list[Any]] = {}
        for document, text, taken in looked:
            rows = [("address?", *one) for one in finding.addresses(text)]
            rows += [("name?", *one) for one in finding.unmarked(text, taken)]
            for kind, words, start in rows:
                if finding.folded(words) not in known:
                    example = _example(text, Span(start, start + len(words)))
                    told = found.setdefault((kind, words), [0, set(), example])
                    told[0] += 1
                    told[1].add(document)
        small = finding.in_small_letters((t for _, t, _ in looked), [words for _, words in found])
        out = []
        for (kind, words), (n, where, shown) in found.items():
            doubt = "not replaced"
            if kind == "name?" and words.lower() in small:
                doubt += "; also an ordinary word here"
            if where == {""}:
                doubt += "; in a memo or title"
            out.append((words, kind, n, len(where - {""}), None, doubt, shown))
        return sorted(out, key=lambda row: (row[1], "ordinary" in row[5], -row[2], row[0]))

    def pseudonymise(self, plan: Plan, output: Path, key: Key, key_file: Path) -> Pseudonymised:
        """Make the copy, and keep what leads back in the key.

        Raises:
            ProjectError: there is a file already, a name would still stand in the copy, or two
                texts would become the same; then there is neither copy nor key.
            ReadError: another run has written the key since it was read; likewise.
        """
        refuse_existing(output)
        finder = Finder([form for form, _ in plan.forms], plan.ordinary)
        pseudonyms = [pseudonym for _, pseudonym in plan.forms]
        with ExitStack() as stack:
            stack.enter_context(self._store.snapshot())
            entries = self._store.document_entries()
            texts = self._store.texts([entry.id for entry in entries])
            rewrites = {}
            for document, text in zip((entry.id for entry in entries), texts, strict=True):
                hits = finder.find_in_text(text)
                if hits:
                    made = (Replacement(h.span, pseudonyms[h.name]) for h in hits)
                    rewrites[document] = Rewrite(text, made)
            _refuse_same_texts(output, entries, rewrites, "Leave a name of one with --keep NAME.")
            places = _ids_of_places(self._database.conn, plan.names)
            changes = Forward(finder, pseudonyms, rewrites, places)
            # Of a copy of a copy the way home leads through the first.
            changes.carried.mark = mark_of(self._database.conn)
            mark = f"{key.id} {secrets.token_hex(8)}"
            part = output.with_name(f"{output.name}.{secrets.token_hex(4)}.part")
            stack.callback(without_trace, part)
            told = copying.copy(
                self._database.conn, part, changes, what="begin as a pseudonymised copy",
                mark=mark, secret=self._rows_hidden(),
            )  # fmt: skip
            coders = set(self._store.coders())
            left = next(left_over(part, finder, set(plan.written), coders), None)
            if left:
                raise ProjectError(
                    output, f'would still hold a name ({left}), so it was not made',
                    "Rename it there, or leave the name with --keep NAME.",
                )  # fmt: skip
            there = {name.pseudonym for name in plan.names}
            # A name that is kept this time has its pseudonym in other copies.
            key.names = [*plan.names, *(n for n in key.names if n.pseudonym not in there)]
            key.copies[mark] = changes.carried
            publish(part, output, first=partial(key.write, key_file))
            cut, joined = self._names_cut(told, rewrites), self._rows_seen(told.joined)
        named = tuple(coder for coder in self._store.coders() if finder.find(coder))
        return Pseudonymised(len(rewrites), cut, joined, named)

    def restore(self, key: Key, output: Path) -> Pseudonymised:
        """Make a copy of this pseudonymised copy with the names back, codings since included.

        What others had coded blind when the copy was made is left out, unless they changed it
        since: the key cannot tell how it was, and the project it came from has it.

        Raises:
            ProjectError, TcncodeError: there is a file already; this is no such copy; the key is
                of another.
        """
        refuse_existing(output)
        mark = mark_of(self._database.conn)
        if not mark:
            raise TcncodeError(f"{self.path.name} is no pseudonymised copy: nothing to restore.")
        if mark not in key.copies:
            raise TcncodeError(
                f"This key is not of {self.path.name}. Take the one that was made with it."
            )
        carried = key.copies[mark]
        with ExitStack() as stack:
            stack.enter_context(self._store.snapshot())
            entries = self._store.document_entries()
            texts = self._store.texts([entry.id for entry in entries])
            rewrites = {
                entry.id: reverse(text, carried.documents[entry.id])
                for entry, text in zip(entries, texts, strict=True)
                if entry.id in carried.documents
            }
            _refuse_same_texts(output, entries, rewrites, "Was one of them imported into the copy?")
            changes = Backward(rewrites, carried, key.names)
            part = output.with_name(f"{output.name}.{secrets.token_hex(4)}.part")
            stack.callback(without_trace, part)
            told = copying.copy(
                self._database.conn, part, changes, what="begin as a copy with the names back",
                mark=carried.mark, secret=self._rows_hidden(),
            )  # fmt: skip
            further = None
            if carried.mark in key.copies:
                between = type(self)(open_database(part)[0], part, self.coder)
                stack.callback(between.close)
                further = between.restore(key, output)
            else:
                publish(part, output)
        forms = Finder([name.pseudonym for name in key.names])
        left = tuple(
            entry.name for entry in entries
            if entry.id not in rewrites and forms.find(self._text(entry.id))
        )  # fmt: skip
        made = Pseudonymised(
            len(rewrites), (), self._rows_seen(told.joined), (), left, told.left_out > 0,
            bool(carried.mark),
        )  # fmt: skip
        return made if further is None else made.and_then(further)

    def _rows_hidden(self) -> Any:
        """Tells rows that this coder may not see."""
        return partial(_is_secret, frozenset(self._store.blind_documents()), self.coder)

    def _rows_seen(self, rows: Sequence[tuple[str, str]]) -> int:
        hidden = self._rows_hidden()
        return sum(self._row_seen(hidden, table, key) is not None for table, key in rows)

    def _row_seen(self, hidden: Any, table: str, key: str) -> Row | None:
        found = read(self._database.conn, table, key)
        return None if found is None or hidden(table, found) else found

    def _names_cut(self, told: copying.Copied, rewrites: dict[str, Rewrite]) -> tuple[str, ...]:
        out = []
        hidden = self._rows_hidden()
        for table, key in told.widened:
            row = self._row_seen(hidden, table, key)
            if row is not None:
                span = Span(row["start"], row["end"])
                rewrite = rewrites[row["document"]]
                before = " ".join(self.quote(row["document"], span).split())
                after = " ".join(rewrite.span(span).of(rewrite.text).split())
                out.append(f'{table.replace("_", " ")} {key}: "{before}" -> "{after}"')
        return tuple(out)


def _is_secret(hidden: frozenset[str], me: str, table: str, row: Row) -> bool:
    if table not in NOTES:  # who speaks, and who is to code it, is no secret
        return False
    document = row.get("document") or row.get("target")
    return document in hidden and row.get("coder", row["author"]) != me


def _shorts(network: Network) -> list[str]:
    return [short for short in network.short_name.split("/") if short.strip()]


def _refuse_same_texts(
    output: Path, entries: Sequence[DocumentEntry], rewrites: dict[str, Rewrite], try_this: str
) -> None:
    """Raises ``ProjectError`` where two documents would have the same text: no project can."""
    names: dict[str, str] = {}
    for entry in entries:
        rewrite = rewrites.get(entry.id)
        key = document_id(rewrite.text) if rewrite else entry.id
        if key in names:
            raise ProjectError(
                output,
                f'was not made: "{names[key]}" and "{entry.name}" would have the same words,'
                " and a project has each text once",
                try_this,
            )
        names[key] = entry.name


def _ids_of_places(
    connection: sqlite3.Connection, names: Sequence[Name]
) -> dict[str, dict[str, str]]:
    """Ids of cities and networks that get a pseudonym -> ids that nothing else there has."""
    found: dict[str, dict[str, str]] = {}
    for table in ("city", "network"):
        there = {row["id"] for row in all_rows(connection, table)}
        taken = set(there)
        of_table = found.setdefault(table, {})
        for name in names:
            if name.kind == table and name.id in there:
                made = first = name.pseudonym.lower().replace(" ", "-")
                number = 1
                while made in taken:
                    number += 1
                    made = f"{first}-{number}"
                taken.add(made)
                of_table[name.id] = made
    return found


def _add_slips(naming: Naming, texts: Sequence[str]) -> None:
    """Wordings that nearly are a name stand for it, and are doubtful."""
    forms = _forms(naming.names)
    finder = Finder(forms)
    named = ((text, [hit.span for hit in finder.find(text)]) for text in texts)
    for words, (form, score) in finding.variants(named, forms).items():
        near = naming.of(form)
        if near is not None and naming.of(words) is None:
            naming.also(near, words, f'like "{form}" ({score:g})')


def _left_small(texts: dict[str, str], words: frozenset[str]) -> list[tuple[Any, ...]]:
    """Rows of names that stay where they are written in small letters."""
    found: dict[str, list[Any]] = {}
    for document, text in texts.items() if words else ():
        for word, span in finding.places_of(text, words):
            told = found.setdefault(word, [0, set(), _example(text, span)])
            told[0] += 1
            told[1].add(document)
    doubt = "not replaced; list it in small letters if it is a name"
    return [
        (word, "name?", n, len(where), None, doubt, shown)
        for word, (n, where, shown) in sorted(found.items())
    ]


def _forms(names: Sequence[Name]) -> list[str]:
    return [form for name in names for form in name.forms]


def _example(text: str, span: Span) -> str:
    return "".join(keyword_in_context(text, span, 24))


def _alike(texts: Any) -> set[str]:
    """What already reads like a pseudonym: "Person 1", "City A"."""
    pattern = re.compile(r"\b[A-Z][a-z]+ (?:\d{1,4}|[A-Z]{1,2})\b")
    return {found for text in texts for found in pattern.findall(text)}


__all__ = ["Plan", "Pseudonymised", "Pseudonymising", "key_at", "read_key", "refuse_existing"]
