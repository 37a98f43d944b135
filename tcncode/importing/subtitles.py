"""WebVTT and SubRip: cues joined into the turns of who speaks."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from tcncode.errors import ReadError
from tcncode.importing.extract import Blocks, Extract, one_line
from tcncode.importing.plain import decoded
from tcncode.text import Span

_CLOCK = r"(?:(\d+):)?(\d{1,2}):(\d{2})[.,](\d{1,3})"
_TIMING = re.compile(rf"[ \t]*{_CLOCK}[ \t]*-->[ \t]*{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?[ \t]+([^>]*)>")
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_PREFIX = re.compile(r"(?:>>[ \t]*)?([^\W\d_][^:.!?\n]{0,38}):\s+(?=\S)")
_PAUSE = 2.0
"""Seconds of silence that begin a new paragraph where nobody is named."""
_PARAGRAPH = 600
"""Characters after which the next sentence does, too."""


@dataclass(frozen=True, slots=True)
class _Cue:
    start: float
    end: float
    speaker: str
    text: str


def read_subtitles(path: Path, data: bytes, encoding: str | None) -> Extract:
    """A .vtt or .srt file: one paragraph "Name: text" a turn, times beside the text."""
    text, name, notes = decoded(path, data, encoding)
    cues = _with_prefixes(_cues(text))
    if not cues:
        raise ReadError(path, "has no subtitles in it", "Is it a WebVTT or SubRip file?")
    blocks = Blocks()
    turns: list[tuple[Span, str, float | None]] = []
    for cue in _joined(cues):
        span = blocks.add(f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text)
        if span is not None and cue.speaker:
            turns.append((span, cue.speaker, cue.start))
    return Extract(
        blocks.text,
        turns=tuple(turns),
        encoding=name,
        reader="tcncode-subtitles 1",
        notes=notes,
    )


def _cues(text: str) -> list[_Cue]:
    out: list[_Cue] = []
    for block in re.split(r"\n[ \t]*\n", text):
        lines = block.strip("\n").split("\n")
        # The line before the times is the cue's number; STYLE and NOTE blocks have no times.
        at = next((n for n, line in enumerate(lines[:3]) if _TIMING.match(line)), None)
        if at is None or lines[0].startswith("NOTE"):
            continue
        times = _TIMING.match(lines[at])
        assert times is not None  # It matched two lines above.
        start, end = _clock(times.groups()[:4]), _clock(times.groups()[4:])
        body = "\n".join(lines[at + 1 :])
        pieces = _VOICE.split(body)
        for speaker, words in [("", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]:
            plain = one_line(html.unescape(_TAG.sub("", words)))
            if plain:
                out.append(_Cue(start, end, one_line(html.unescape(speaker)), plain))
    return out


def _clock(parts: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, rest = (part or "0" for part in parts)
    return int(hours) * 3600 + int(minutes) * 60 + int(seconds) + float(f"0.{rest}")


def _with_prefixes(cues: list[_Cue]) -> list[_Cue]:
    """Zoom and others write the speaker as "Name: ..." instead of a voice."""
    if any(cue.speaker for cue in cues):
        return cues
    found = [_PREFIX.match(cue.text) for cue in cues]
    labels = [match[1] for match in found if match]
    if len(labels) < 2 or len(set(labels)) > max(2, len(labels) / 2):
        return cues
    again = {label for label in labels if labels.count(label) > 1} or set(labels)
    out: list[_Cue] = []
    speaker = ""
    for cue, match in zip(cues, found, strict=True):
        if match and match[1] in again:
            speaker = match[1]
            out.append(_Cue(cue.start, cue.end, speaker, cue.text[match.end() :]))
        else:
            out.append(_Cue(cue.start, cue.end, speaker, cue.text))
    return out


def _joined(cues: list[_Cue]) -> list[_Cue]:
    """One cue a turn, or a paragraph where no one is named."""
    out: list[list[_Cue]] = []
    length = 0
    for cue in cues:
        last = out[-1][-1] if out else None
        if last is None or not _continues(last, cue, length):
            out.append([])
            length = 0
        out[-1].append(cue)
        length += len(cue.text)
    return [
        _Cue(group[0].start, group[-1].end, group[0].speaker, " ".join(c.text for c in group))
        for group in out
    ]


def _continues(last: _Cue, cue: _Cue, length: int) -> bool:
    if cue.speaker or last.speaker:
        return cue.speaker == last.speaker
    pause = cue.start - last.end > _PAUSE
    return not (last.text[-1] in ".!?…" and (pause or length > _PARAGRAPH))
