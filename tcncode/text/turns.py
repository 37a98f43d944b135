"""Speaker turns: who speaks where in a transcript, and when."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tcncode.text.span import Span
from tcncode.text.words import word_set

Turn = tuple[Span, str, float | None]
"""The whole turn with its label; the label; seconds from the start of the recording."""

_TIME = (
    r"[\[(]?(?:(?P<h{0}>\d{{1,2}}):)?(?P<m{0}>\d{{1,2}})"
    r":(?P<s{0}>\d{{2}}(?:[.,]\d{{1,3}})?)[\])]?"
)
_NAME = r"(?P<n{0}>[^\W_](?:[^\n\t:!?;\"“”<>\[\]|]{{0,38}}[^\s:!?;\"“”<>\[\]|,])?)"
_PLAIN = _NAME.replace("|", "|*")
_BOLD = r"(?:\*\*|__)?"
"""As Markdown sets labels: "**Amina:** We asked." or "**Amina**: We asked." """
TURN = re.compile(
    r"^[ \t]*(?:"
    + (_TIME + r"[ \t]*[-–]?[ \t]*" + _NAME + r"(?::[ \t]|:?[ \t]*$)").format(1)
    + "|"
    + (_NAME.replace(",38}}", ",38}}?") + r"[ \t]*" + _TIME + r"[ \t]*(?::[ \t]|:?[ \t]*$)").format(
        2
    )
    + "|"
    + (_BOLD + _PLAIN + _BOLD + r"[ \t]?:" + _BOLD + r"(?:[ \t]|$)").format(3)
    + ")",
    re.MULTILINE,
)
_NOT_SPEAKERS = word_set(
    "abstract address aim aims annex article author authors background chapter city"
    " cities contact country date example figure focus from goal goals issues keywords"
    " language location membership members name network networks note notes number"
    " objective objectives organisation page phone place population question source"
    " sources subject summary table tel time title to topic url version website e-mail"
    " email http https ps p.s cc re fax participants"
)


def find_turns(text: str, *, transcript: bool | None = None) -> list[Turn]:
    """Speaker turns, if the text looks like a transcript: labels that come back on most lines.

    Args:
        text: a settled text.
        transcript: True or False where the caller knows.
    """
    if transcript is False:
        return []
    lines = list(_label_lines(text))
    lines = _only_speakers(text, lines, sure=transcript is True)
    out: list[Turn] = []
    for here, following in zip(lines, [*lines[1:], None], strict=False):
        start, end = here.start(), following.start() if following else len(text)
        start += len(here[0]) - len(here[0].lstrip())
        end = start + len(text[start:end].rstrip())
        out.append((Span(start, end), _label(here), _seconds(here)))
    return out


def turn_head(text: str, start: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Where the label and the time stand that begin a turn; None for what it does not have.

    Args:
        text: a settled text.
        start: where a turn begins in it.
    """
    found = TURN.match(text, text.rfind("\n", 0, start) + 1)
    if found is None:
        return None, None
    label = next((found.span(name) for name in ("n1", "n2", "n3") if found[name]), None)
    at = next((n for n in "12" if found["s" + n]), None)
    if at is None:
        return label, None
    first = found.start("h" + at) if found["h" + at] else found.start("m" + at)
    return label, (first, found.end("s" + at))


def speech_start(text: str, start: int, label: str | None) -> int:
    """Where a turn's speech begins: behind the speaker's label and the time, if the text has them.

    Args:
        text: a settled text.
        start: where the turn begins in it.
        label: the speaker's label, as the import found it.
    """
    if label is None:
        return start
    end = start + len(label)
    # As most transcripts have it, and many times quicker than the expression.
    if text.startswith(label, start) and text[end : end + 2] in (": ", ":\n"):
        return end + 2
    found = TURN.match(text, text.rfind("\n", 0, start) + 1)
    # A format may know the speaker without a label; "One thing: ..." is speech then.
    return start if found is None or _label(found) != label else found.end()


def _label_lines(text: str) -> Iterator[re.Match[str]]:
    offset = 0
    for raw in text.split("\n"):
        # Labels and times have a colon, and most lines none: twice as fast as one expression.
        if ":" in raw[:64]:
            found = TURN.match(text, offset)
            if found is not None and _is_name(_label(found)):
                yield found
        offset += len(raw) + 1


def _label(found: re.Match[str]) -> str:
    return (found["n1"] or found["n2"] or found["n3"]).strip()


def _seconds(found: re.Match[str]) -> float | None:
    for n in "12":
        if found["s" + n]:
            hours, minutes = int(found["h" + n] or 0), int(found["m" + n])
            return hours * 3600 + minutes * 60 + float(found["s" + n].replace(",", "."))
    return None


def _is_name(label: str) -> bool:
    return len(label.split()) <= 6 and not label.isdigit() and "http" not in label


def _only_speakers(text: str, lines: list[re.Match[str]], *, sure: bool) -> list[re.Match[str]]:
    """The lines that begin a turn; none if this is no transcript, unless that is ``sure``."""
    labels = Counter(_label(m).casefold() for m in lines)
    known = {label for label, n in labels.items() if label.rstrip(".") not in _NOT_SPEAKERS}
    again = {label for label in known if labels[label] > 1}
    if not known or (not sure and sum(labels[label] for label in known) < 2):
        return []
    kept: list[re.Match[str]] = []
    for m in lines:
        label = _label(m).casefold()
        # "One thing: ..." inside an answer comes once; so does a guest who says one sentence.
        guest = label in known and (not again or (bool(kept) and _label(m).istitle()))
        if label in again or guest or (label in known and _seconds(m) is not None):
            kept.append(m)
    if sure or len(kept) < 2:
        return kept if sure else []
    filled = [line for line in text.split("\n") if line.strip()]
    blocks = len(re.findall(r"\S[^\n]*(?=\n[ \t]*\n|\s*$)", text)) or 1
    share = len(kept) / (blocks if blocks >= len(kept) else len(filled))
    needed = 0.2 if len(again) > 1 else 0.45 if again else 0.6
    if any(_seconds(m) is not None for m in kept):
        needed /= 2
    covered = len(text) - kept[0].start()
    if share < needed or covered < len(text) / 3 or covered / len(kept) < 12:
        return []
    return kept
