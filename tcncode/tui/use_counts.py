"""How often each code is used in the open document, kept up to date coding by coding."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from tcncode.model import SETTLED, Codebook, Coding


class UseCounts:
    """Passages per code, sub-codes included: one coder's, and all coders'.

    A passage that a coder gave a code and its sub-code counts once for that coder, as in the
    reports.
    """

    def __init__(self, codebook: Codebook, coder: str) -> None:
        by_path = {code.path: code for code in codebook.codes}
        self._above: dict[str, list[str]] = {}
        for code in codebook.codes:
            parts = code.path.split("/")
            paths = ("/".join(parts[:n]) for n in range(1, len(parts) + 1))
            self._above[code.id] = [by_path[path].id for path in paths if path in by_path]
        self._coder = coder
        self._passages: dict[str, Counter[tuple[str, int, int]]] = {
            code.id: Counter() for code in codebook.codes
        }
        self._own: Counter[str] = Counter()
        self.by_coder: Counter[str] = Counter()
        """Codings of each coder."""

    def add(self, codings: Iterable[Coding]) -> None:
        """Count these, which were not counted before."""
        for coding in codings:
            self.by_coder[coding.coder] += 1
            if coding.coder == SETTLED:
                continue
            key = (coding.coder, coding.span.start, coding.span.end)
            for code in self._above.get(coding.code, ()):
                passages = self._passages[code]
                passages[key] += 1
                self._own[code] += passages[key] == 1 and coding.coder == self._coder

    def remove(self, codings: Iterable[Coding]) -> None:
        """Count these, which were counted, no more."""
        for coding in codings:
            self.by_coder[coding.coder] -= 1
            if coding.coder == SETTLED:
                continue
            key = (coding.coder, coding.span.start, coding.span.end)
            for code in self._above.get(coding.code, ()):
                passages = self._passages[code]
                passages[key] -= 1
                if not passages[key]:
                    del passages[key]
                    self._own[code] -= coding.coder == self._coder

    def own(self, code_id: str) -> int:
        """This coder's passages."""
        return self._own[code_id]

    def all(self, code_id: str) -> int:
        """All coders' passages; what is settled decides on them and is none."""
        return len(self._passages.get(code_id, ()))
