"""Joined emoji drawn by their first character, for terminals that do not join them.

Done to the painted line, so that every widget has it and no offset moves: each cluster keeps
the cells it was laid out with.
"""

from __future__ import annotations

import regex
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_JOINED = regex.compile("[\u200d\ufe0f\u20e3\U0001f1e6-\U0001f1ff\U0001f3fb-\U0001f3ff]")
"""What makes several code points one sign: joiner, variant, keycap, flag halves, skin tones."""
_CLUSTER = regex.compile(r"\X")
_FLAG_A = 0x1F1E6


class PlainEmoji(LineFilter):
    """Draws only what any terminal measures alike."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments, as wide as they were."""
        if not any(_JOINED.search(segment.text) for segment in segments):
            return segments
        return [
            segment
            if segment.control
            else Segment(_CLUSTER.sub(_plain, segment.text), segment.style, None)
            for segment in segments
        ]


def _plain(found: regex.Match[str]) -> str:
    cluster = found.group()
    if not _JOINED.search(cluster):
        return cluster
    first = cluster[0]
    if _FLAG_A <= ord(first) < _FLAG_A + 26:
        drawn = "".join(chr(ord("A") + ord(half) - _FLAG_A) for half in cluster)
    else:
        drawn = "" if first == "\u200d" else first
    return drawn + " " * (cell_len(cluster) - cell_len(drawn))
