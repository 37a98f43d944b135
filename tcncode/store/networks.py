"""Networks, cities, and which city is in which network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace

from tcncode.model import (
    Change,
    City,
    Membership,
    Network,
)
from tcncode.store.rows import Rows


class Networks(Rows):
    """Networks and cities, in and out."""

    def put_networks(self, networks: Iterable[Network], change: Change) -> None:
        """Add networks, or correct those already there."""
        self._put("network", [asdict(n) for n in networks], change)

    def put_cities(self, cities: Iterable[City], change: Change) -> None:
        """Add cities, or correct those already there."""
        self._put("city", [asdict(c) for c in cities], change)

    def put_memberships(self, memberships: Iterable[Membership], change: Change) -> None:
        """Add memberships. City and network must be there."""
        self._put(
            "membership",
            [{"id": f"{m.city}/{m.network}", **asdict(m)} for m in memberships],
            change,
        )

    def networks(self) -> list[Network]:
        """All networks, by id."""
        found = [Network(*row) for row in self._rows("network")]
        return [replace(n, horizontal=_yes_or_no(n.horizontal)) for n in found]

    def cities(self) -> list[City]:
        """All cities, by id."""
        found = [City(*row) for row in self._rows("city")]
        return [replace(c, capital=_yes_or_no(c.capital)) for c in found]

    def memberships(self) -> list[Membership]:
        """All memberships, by city and network."""
        return [
            Membership(city, network, bool(verified), source, note)
            for _, city, network, verified, source, note in self._rows("membership")
        ]


def _yes_or_no(value: object) -> bool | None:
    """SQLite keeps a truth value as a number."""
    return None if value is None else bool(value)
