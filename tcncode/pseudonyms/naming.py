"""Which names belong together, and which pseudonym each gets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from tcncode.errors import UsageError
from tcncode.pseudonyms.finding import (
    LONGEST,
    Finder,
    Near,
    folded,
    is_ordinary,
    office,
    parts,
    same,
)
from tcncode.pseudonyms.key import Name
from tcncode.search import keyword_in_context

_SERIES = {"person": "Person", "city": "City", "network": "Network"}


class Naming:
    """Names with their pseudonyms: those of a key, and new ones."""

    def __init__(self, known: Iterable[Name]) -> None:
        self.names: list[Name] = [
            Name(n.pseudonym, n.kind, list(n.forms), n.id) for n in known
        ]  # fmt: skip
        self.doubts: dict[str, str] = {}
        """A form -> why it may be no name, or another's."""
        self.small: dict[str, bool] = {}
        """A form in small letters -> whether the coder says that it is a name so, too."""
        self._index()

    def _index(self) -> None:
        self._by_form: dict[str, Name] = {}
        self._by_part: dict[str, dict[int, Name]] = {}
        self._by_id: dict[tuple[str, str], Name] = {}
        self._by_pseudonym: dict[str, Name] = {}
        self._whole_names = Near()
        for name in self.names:
            self._known(name)
            for form in name.forms:
                self._written(name, form)

    def _known(self, name: Name) -> None:
        if name.id:
            self._by_id.setdefault((name.kind, name.id), name)
        if name.pseudonym:
            self._by_pseudonym.setdefault(name.pseudonym, name)

    def _written(self, name: Name, form: str) -> None:
        self._by_form.setdefault(folded(form), name)
        if name.kind == "person":
            for part in map(folded, parts(form)):
                # By identity: to compare a thousand Marias with each other takes seconds.
                self._by_part.setdefault(part, {})[id(name)] = name
            if " " in form:
                self._whole_names.add(form)

    def of(self, words: str) -> Name | None:
        """Whose name this is."""
        return self._by_form.get(folded(words))

    def also(self, name: Name, words: str, doubt: str = "") -> None:
        """These words stand for somebody, too, and perhaps for somebody else."""
        name.forms.append(words)
        self._written(name, words)
        if doubt:
            self.doubts[words] = doubt

    def add(self, kind: str, words: str, *, id: str = "", pseudonym: str = "") -> Name:
        """The name that these words are, a new one where they are none yet.

        Raises:
            UsageError: it has another pseudonym already, or cannot have this one.
        """
        words = " ".join(words.split())
        check(words, pseudonym)
        found = self.of(words)
        if found is None and id:
            found = self._by_id.get((kind, id))
        if found is None and pseudonym:
            found = self._by_pseudonym.get(pseudonym)
        if found is None and kind == "person" and not pseudonym:
            found = self._whole(words)
        if found is None:
            found = Name(pseudonym, kind, [words], id)
            self.names.append(found)
            self._written(found, words)
        elif (n := next((n for n, f in enumerate(found.forms) if same(words, f)), -1)) < 0:
            self.also(found, words)
        elif found.forms[n] == found.forms[n].lower():
            found.forms[n] = words
        if id and not found.id and same(words, found.forms[0]) and (kind, id) not in self._by_id:
            # Listed before: what the coder calls nothing else is a city or network all the same.
            found.kind, found.id = kind, id
        if pseudonym and found.pseudonym != pseudonym:
            if found.pseudonym:
                raise UsageError(
                    f'"{words}" has the pseudonym "{found.pseudonym}" already, not "{pseudonym}".'
                    " Leave the pseudonym out, or begin another key: --key FILE."
                )
            found.pseudonym = pseudonym
        self._known(found)
        return found

    def _whole(self, words: str) -> Name | None:
        """The one person of whose name these words are a part, or a slip for all of it."""
        if " " in words:
            from tcncode.suggest.names import CUTOFF

            near = self._whole_names.nearest(words, CUTOFF)
            if near is not None:
                self.doubts[words] = f'like "{near[0]}" ({near[1]:g})'
                return self.of(near[0])
        whole = list(self._by_part.get(folded(words), {}).values())
        if len(whole) > 1:
            told = " or ".join(n.forms[0] for n in whole[:3])
            self.doubts[words] = f"may be {told}"
        return whole[0] if len(whole) == 1 else None

    def add_parts(self) -> None:
        """First names and surnames by themselves stand for the person; those of several persons
        for nobody in particular."""
        for name in [n for n in self.names if n.kind == "person"]:
            for part in [p for form in name.forms for p in parts(form)]:
                if self.of(part) is None:
                    self.add("person", part)

    def ordinary(self) -> frozenset[str]:
        """The names that are none where running text has them in small letters."""
        return frozenset(
            key
            for name in self.names
            for form in name.forms
            for key in (folded(form),)
            if " " not in key
            and not self.small.get(key, form == form.lower())
            and (key in self.small or is_ordinary(key, name.kind))
        )

    def keep(self, words: str, *, small: bool = False) -> bool:
        """Leave a name as it is, in all its forms; or a form of it. False: there is none.

        Args:
            small: the texts have these words in small letters; where the name is not written so
                otherwise, only those stay.
        """
        found = self.of(words)
        if found is None:
            return False
        if small and words == words.lower() and words not in found.forms:
            self.small[folded(words)] = False
            return True
        if same(words, found.forms[0]):
            self.names.remove(found)
        else:
            found.forms = [form for form in found.forms if not same(words, form)]
        self._index()
        return True

    def refuse_mixed(self, texts: Iterable[str], taken: set[str]) -> None:
        """Two people in one are never parted again, so no pseudonym is a name, too.

        Args:
            texts: where a new pseudonym must not stand yet.
            taken: pseudonyms that are none of these: a copy has them.

        Raises:
            UsageError: one is a name that is replaced, or stands in the texts.
        """
        given = [name for name in self.names if name.pseudonym]
        finder = Finder([form for name in self.names for form in name.forms])
        for name in given:
            for hit in finder.find(name.pseudonym):
                words = hit.span.of(name.pseudonym)
                keep = "" if self.of(words) is name else f", or --keep {words}"
                raise UsageError(
                    f'"{name.pseudonym}" cannot stand for "{name.forms[0]}": "{words}" is a name'
                    f" that is replaced itself. Choose another pseudonym{keep}."
                )
        new = [name for name in given if name.pseudonym not in taken]
        made = [name.pseudonym for name in new]
        finder = Finder(made, {p.lower() for p in made if p != p.lower()})
        for text in texts if new else ():
            for hit in finder.find_in_text(text):
                told = " ".join("".join(keyword_in_context(text, hit.span, 24)).split())
                raise UsageError(
                    f'"{new[hit.name].pseudonym}" cannot stand for "{new[hit.name].forms[0]}": it'
                    f' is in the texts already ("{told}"). Choose another pseudonym.'
                )

    def give(self, order: Sequence[Name], taken: set[str]) -> None:
        """Give pseudonyms to those who have none.

        Args:
            order: names in the order of their numbers.
            taken: what stands in the texts already and would be mistaken for a pseudonym.
        """
        used = taken | {n.pseudonym for n in self.names}
        reached: dict[str, int] = {}
        for name in order:
            if name.pseudonym:
                continue
            series = _SERIES.get(name.kind) or office(name.forms[0])
            number = reached.get(series, 1)
            while (made := f"{series} {_counted(name.kind, number)}") in used:
                number += 1
            name.pseudonym = made
            reached[series] = number
            used.add(made)


def _counted(kind: str, number: int) -> str:
    """1, 2, 3; of places and networks A, B, ..., Z, AA, AB."""
    if kind not in ("city", "network"):
        return str(number)
    told = ""
    while number:
        number, digit = divmod(number - 1, 26)
        told = chr(ord("A") + digit) + told
    return told


def check(words: str, pseudonym: str) -> None:
    """Raises ``UsageError`` where something can be no name or no pseudonym."""
    if not any(c.isalnum() for c in words) or len(words) > LONGEST:
        raise UsageError(f'"{words[:40]}" is not a name: it needs letters, {LONGEST} at most.')
    if pseudonym and (
        pseudonym != " ".join(pseudonym.split())
        or len(pseudonym) > 40
        or set(pseudonym) & set(':;!?"<>[]|')
        or not pseudonym[0].isalnum()
    ):
        raise UsageError(
            f'"{pseudonym}" cannot stand in place of a name: a pseudonym is one line of at most 40'
            " letters, digits and spaces."
        )
