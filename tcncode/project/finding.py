"""Where something stands in the texts of an open project."""

from __future__ import annotations

from tcncode import search
from tcncode.errors import UsageError
from tcncode.project.codings import Codings
from tcncode.text.settle import settle


class Finding(Codings):
    """Searches the texts."""

    def search(
        self, query: str, *, mode: str = "words", score: float = 85, network: str | None = None
    ) -> list[search.Hit]:
        """Where a query stands in the texts: by ``words``, ``regex`` or ``fuzzy``."""
        entries = self.documents(network=network)
        query = settle(query)
        if not query.strip():
            raise UsageError("There is nothing to look for. Give a word or two.")
        if mode == "words":
            match = search.fts_query(search.fold(query)[0])
            found = set(self._store.documents_matching(match)) if match else set()
            entries = [entry for entry in entries if entry.id in found]
        hits: list[search.Hit] = []
        for entry in entries:
            text = self._text(entry.id)
            if mode == "fuzzy":
                hits += [
                    search.Hit(entry.id, span, likeness)
                    for span, likeness in search.find_fuzzy(text, query, score)
                ]
            else:
                find = search.find_words if mode == "words" else search.find_regex
                hits += [search.Hit(entry.id, span, 100.0) for span in find(text, query)]
        return hits
