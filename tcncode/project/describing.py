"""What is said about documents: name, network, kind, date, language, and who speaks in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from tcncode.errors import UsageError
from tcncode.model import DocumentEntry, Network, Speaker
from tcncode.project.documents import Documents
from tcncode.project.names import NetworkNames, short

FACTS = ("name", "network", "kind", "date", "language")
"""What can be said of a document, in the order in which it is asked."""
_NEEDED = ("name", "kind")
"""These cannot be taken away."""


@dataclass(frozen=True, slots=True)
class Described:
    """What describing documents came to."""

    documents: tuple[DocumentEntry, ...]
    """Those that are described otherwise now; as they are now."""
    network: str | None = None
    """Id of the network that was made for them, if one was."""


class Describing(Documents):
    """Corrects what was said of documents when they were imported. Texts and codings stay."""

    def describe(
        self,
        references: Sequence[str],
        facts: Mapping[str, str],
        *,
        speakers: str = "",
    ) -> Described:
        """Say something else about documents, in one action.

        Args:
            references: documents by id or name.
            facts: any of ``FACTS`` and its new value; an empty one takes network, date or
                language away. A network that nobody has described is added.
            speakers: ``Label=role@affiliation; Label2=role``, of speakers that the documents have.

        Raises:
            UsageError: a value is not what it should be, a name is taken, or nobody of that
                label speaks in the document.
            UnknownNameError: there is no such document.
        """
        from tcncode.importing.metadata import parse_speakers  # most commands describe nothing

        ids = list(dict.fromkeys(self.document_id(reference) for reference in references))
        if not facts and not speakers.strip():
            raise UsageError(f"Say what is to be changed: {', '.join(FACTS)} or speakers.")
        values = self._checked(facts, ids)
        said = parse_speakers(speakers)
        for document in ids:
            self._refuse_strangers(document, said)
        before = {entry.id: entry for entry in self._entries(ids)}
        told = [f"{name} {value or 'none'}" for name, value in values.items()]
        told += [f"{s.label} {s.role}" for s in said]
        names = ", ".join(before[key].name for key in ids)
        made: Network | None = None
        touched: set[str] = set()
        with self._action(f"describe {short(names)}: {short(', '.join(told))}") as change:
            if values.get("network"):
                known, made = self._network_for(str(values["network"]))
                values["network"] = known.id
                if made is not None:
                    self._store.put_networks([made], change)
            for document in ids:
                n = self._store.describe_documents([document], values, change) if values else 0
                n += self._store.put_speakers(document, self._speakers(document, said), change)
                touched |= {document} if n else set()
        now = self._entries(touched)
        return Described(tuple(now), made.id if made else None)

    def _checked(self, facts: Mapping[str, str], ids: Sequence[str]) -> dict[str, str | None]:
        from tcncode.importing.metadata import from_mapping

        values: dict[str, str | None] = {}
        for name, value in facts.items():
            if name not in FACTS:
                raise UsageError(f'A document has no "{name}" ({", ".join(FACTS)}).')
            kept = " ".join(value.split())
            if not kept and name in _NEEDED:
                raise UsageError(f"A document needs a {name}.")
            if kept and name in ("kind", "date", "language"):
                checked = from_mapping({name: kept})
                kept = str(getattr(checked, name))
            values[name] = kept or None
        if "name" in values:
            if len(ids) > 1:
                raise UsageError("A name is one document's own: name only one document.")
            there = {name: key for key, name, _ in self._store.document_names()}
            if there.get(str(values["name"]), ids[0]) != ids[0]:
                raise UsageError(f'Another document is called "{values["name"]}" already.')
        return values

    def _network_for(self, name: str) -> tuple[Network, Network | None]:
        """The network of this name; and the same again if it has to be made."""
        networks = NetworkNames(self.networks())
        known = networks.find(name)
        if known is not None:
            return known, None
        made = networks.add(name)
        return made, made

    def _refuse_strangers(self, document: str, said: Sequence[Speaker]) -> None:
        labels = [speaker.label for speaker in self.speakers(document)]
        for speaker in said:
            if speaker.label not in labels:
                name = self._entries([document])[0].name
                there = f"It has {', '.join(labels)}." if labels else "It has none."
                raise UsageError(f'No speaker of {name} is called "{speaker.label}". {there}')

    def _speakers(self, document: str, said: Sequence[Speaker]) -> list[Speaker]:
        """The document's speakers as they are said to be; an affiliation not said stays."""
        by_label = {speaker.label: speaker for speaker in self.speakers(document)}
        return [
            replace(by_label[s.label], role=s.role, affiliation=s.affiliation
                    or by_label[s.label].affiliation)
            for s in said
        ]  # fmt: skip
