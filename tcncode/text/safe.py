"""What may reach a terminal: one harmless character for each harmful one.

Imported names and texts can hold escape sequences that rewrite the screen, and bidirectional
overrides that show a quotation backwards. Every string passes here before it is shown. One
code point becomes one code point, so offsets in what is shown are offsets in the text.
"""

from __future__ import annotations

_HARMFUL: dict[int, str] = {code: chr(0x2400 + code) for code in range(0x20)}
_HARMFUL[0x7F] = "\u2421"
for _code in (
    *range(0x80, 0xA0),  # C1: 0x9b alone begins an escape sequence on some terminals
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0x200E, 0x200F, 0x061C, 0x2028, 0x2029),
    *range(0xD800, 0xE000),
):
    _HARMFUL[_code] = "\ufffd"

_IN_LINE = _HARMFUL | {0x09: " ", 0x0A: " "}
_IN_TEXT = {code: shown for code, shown in _HARMFUL.items() if code not in (0x09, 0x0A)}


def safe(text: str) -> str:
    r"""The text with control characters and directional overrides made visible.

    Newlines and tabs stay. The result is as long as the text.

    >>> safe("a\x1b[31mred\n")
    'a␛[31mred\n'
    """
    # isprintable is one pass in C and true of nearly every line that is ever shown.
    return text if text.isprintable() else text.translate(_IN_TEXT)


def safe_line(text: str) -> str:
    r"""Likewise for what must stay on one line: newlines and tabs become spaces.

    >>> safe_line("one\n\ttwo")
    'one  two'
    """
    return text if text.isprintable() else text.translate(_IN_LINE)
