"""The last gate before the terminal: control characters are deleted from every painted line.

Textual 8.2.8 writes what a widget shows unchanged, so a file name could retitle the window
(measured for 15 kinds of widget). Names and texts pass ``safe`` where they enter the screen;
this filter holds where somebody forgets.
"""

from __future__ import annotations

import re

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

# Rich counts each of these as no cell wide, so deleting keeps everything in its column.
_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


class ControlFilter(LineFilter):
    """Deletes what a terminal would obey instead of show."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same segments without control characters."""
        if not any(_CONTROL.search(segment.text) for segment in segments):
            return segments
        return [
            segment
            if segment.control
            else Segment(_CONTROL.sub("", segment.text), segment.style, None)
            for segment in segments
        ]
