"""Differences between coders as a project has them: documents, what is open, what is decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tcncode.agreement.settling import Difference, Sorted
from tcncode.model import DocumentEntry, Settlement


@dataclass(frozen=True, slots=True)
class DocumentToSettle:
    """One document that all its compared coders have finished."""

    entry: DocumentEntry
    coders: tuple[str, ...]
    sorted: Sorted
    decided: Mapping[str, Settlement]
    """By the difference's id."""
    outdated: tuple[Settlement, ...]
    """About codings that have been changed since."""
    finished: bool
    """Whether all of it is settled, marked so, and coded as was decided."""
    behind: int
    """How many settled codings are missing or too many, by what follows from the decisions:
    coders changed what they had agreed on, or agree only since copies were merged."""

    @property
    def as_decided(self) -> bool:
        """Whether the settled codings are what follows from the decisions."""
        return self.behind == 0

    @property
    def open(self) -> list[Difference]:
        """What is still to be decided."""
        return [d for d in self.sorted.differences if d.id not in self.decided]


@dataclass(frozen=True)
class ToSettle:
    """Documents to settle, and why others are not."""

    documents: Mapping[str, DocumentToSettle]
    """By id, as documents are listed."""
    left_out: Mapping[str, str]
    """Name -> why."""

    @cached_property
    def differences(self) -> list[Difference]:
        """All of them, decided or not, costliest first."""
        found = [d for of in self.documents.values() for d in of.sorted.differences]
        # Stable: what costs the same stays in the order of the documents and texts.
        return sorted(found, key=lambda d: (-d.cost, -len(d.span)))

    @cached_property
    def cost(self) -> int:
        """Of all of them."""
        return sum(d.cost for d in self.differences)

    def decided(self, difference: Difference) -> Settlement | None:
        """What was decided about one of them."""
        return self.documents[difference.document].decided.get(difference.id)


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision did."""

    settlement: Settlement | None
    """None where one was taken back."""
    outdated: int
    """How many earlier decisions, about codings that have changed since, went with it."""
    document_done: bool
    """Whether the document is settled now."""
