"""What becomes of codings, memos and answers when one code is merged into another.

A merge is a decision about the codebook, so it recodes everybody's codings. Nothing is lost:
where a coder has both codes on one passage, one coding stays and keeps both memos.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tcncode.model import Coding, Memo, coding_id, suggestion_id
from tcncode.text import Span


@dataclass(frozen=True, slots=True)
class Recoded:
    """Codings as they are to be, and how they came about."""

    put: tuple[Coding, ...]
    """New ones, and those that were there with a memo joined to theirs."""
    retired: tuple[str, ...]
    """Ids of those that they replace."""
    joined: int
    """Passages where one coder had both codes."""
    memos: int
    """Of these, those where both had a memo of their own."""


def recode(source: Sequence[Coding], into: Sequence[Coding], code: str) -> Recoded:
    """Codings of one code as codings of another: coder, memo, origin and date stay.

    Args:
        source: all codings of the code that is merged.
        into: all codings of the code that stays.
        code: the id of the code that stays.
    """
    there = {(c.document, c.span, c.coder): c for c in into}
    put, joined, memos = [], 0, 0
    for coding in source:
        other = there.get((coding.document, coding.span, coding.coder))
        if other is None:
            key = coding_id(coding.document, coding.span, code, coding.coder)
            put.append(replace(coding, id=key, code=code))
            continue
        joined += 1
        both = list(dict.fromkeys(memo for memo in (other.memo, coding.memo) if memo))
        memos += len(both) == 2
        memo = "\n".join(both)
        if memo != other.memo:
            put.append(replace(other, memo=memo))
    return Recoded(tuple(put), tuple(c.id for c in source), joined, memos)


def rememo(source: Sequence[Memo], into: Sequence[Memo], code: str) -> list[Memo]:
    """Memos on one code as memos on another; a coder's two become one.

    Args:
        source: memos on the code that is merged.
        into: memos on the code that stays.
        code: the id of the code that stays.

    Returns:
        Memos with other texts or targets. Those of ``source`` that are not among them are to go.
    """
    there = {memo.coder: memo for memo in into}
    put: dict[str, Memo] = {}
    for memo in source:
        other = there.get(memo.coder)
        kept = replace(memo, target=code)
        if other is not None:
            texts = dict.fromkeys((other.text, memo.text))
            kept = replace(other, text="\n".join(texts))
        there[memo.coder] = put[kept.id] = kept
    return list(put.values())


def reanswer(
    source: Sequence[Mapping[str, Any]],
    into: Sequence[Mapping[str, Any]],
    code: str,
    *,
    suggested: Collection[str],
) -> list[dict[str, Any]]:
    """Rows of answers to suggestions of one code, as answers to those of another.

    Yes goes before no: who accepted either means the merged code. A no is not carried over to
    a passage for which the other code is suggested on its own: that was not what was asked.

    Args:
        source: rows of ``suggestion_answer`` for the code that is merged.
        into: likewise for the code that stays.
        code: the id of the code that stays.
        suggested: ids of the suggestions made for it.
    """
    there = {row["id"]: row["answer"] for row in into}
    put = []
    for row in source:
        suggestion = suggestion_id(row["document"], Span(row["start"], row["end"]), code)
        key = f"{suggestion}/{row['coder']}"
        accepted = row["answer"] == "accepted"
        if there.get(key) == "accepted" or (not accepted and key in there):
            continue
        if accepted or suggestion not in suggested:
            put.append({**row, "id": key, "code": code})
    return put
