"""A difference in its text: brackets with each coder's number where their codings begin and end."""

from __future__ import annotations

from collections import defaultdict

from tcncode.agreement.settling import Difference

_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
CONTEXT = 160
"""Characters before and after that are shown with it."""


def raised(number: int) -> str:
    """A number in small raised digits."""
    return "".join(_RAISED[int(digit)] for digit in str(number))


def brackets(difference: Difference) -> dict[int, str]:
    """What to put before the character at an offset: ``[¹`` begins a coding, ``¹]`` ends one.

    What ends comes before what begins; coders are numbered from 1 in the order compared.
    """
    ends: defaultdict[int, str] = defaultdict(str)
    begins: defaultdict[int, str] = defaultdict(str)
    for number, coder in enumerate(difference.coders, 1):
        for start, end in sorted({(c.span.start, c.span.end) for c in difference.of(coder)}):
            begins[start] += f"[{raised(number)}"
            ends[end] = f"{raised(number)}]" + ends[end]
    return {at: ends[at] + begins[at] for at in sorted({*ends, *begins})}


def marked(text: str, difference: Difference, *, context: int = CONTEXT) -> str:
    """The passage with some text around it, cut at words, and the brackets in place.

    Example:
        ``We have [¹learned [²from each other¹] in Łódź²].``
    """
    span = difference.span
    low, high = max(0, span.start - context), min(len(text), span.end + context)
    while 0 < low < span.start and text[low - 1].isalnum():
        low += 1
    while span.end < high < len(text) and text[high].isalnum():
        high -= 1
    parts, at = ["…" if low else ""], low
    for place, signs in brackets(difference).items():
        parts += [text[at:place], signs]
        at = place
    parts += [text[at:high], "…" if high < len(text) else ""]
    return "".join(parts)
