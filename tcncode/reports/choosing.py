"""Whose codings count, and in which documents: chosen once, the same in every report.

Who counts is one coder, several, or all but ``settled``. Where several count, their codings
become one: the text that *any* of them coded (union), or that *more than half* of those coded
who worked on the document, that is: coded anything there, or finished it (majority). Either way
a passage that two coders coded is there once. ``settled`` is the coder whose codings are the
team's decisions; they count when asked for.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

from tcncode.errors import UsageError
from tcncode.model import SPEAKER_ROLES, DocumentEntry, nearest

NO_NETWORK = "(none)"
"""What tables call the network of documents that belong to none."""
NO_PURPOSE = "(none)"
"""What tables call the purpose of codes that have none."""
NO_DATE = "(no date)"
"""What tables call the year of documents without a date."""
SETTLED = "settled"
"""The coder whose codings are the team's decisions."""
NO_SUGGESTIONS = "no suggestions"
"""The origin of all codings but those that began as suggestions."""

UNION = "; union: text that any of them coded, once"
"""What a note says of several coders."""

Combine = Literal["union", "majority"]
Given = Mapping[str, Any]
_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a report is limited to. Two are equal when they count the same.

    Raises:
        UsageError: a date, role or way to combine is none, or no time lies between two dates.
    """

    document: str | None = None
    network: str | None = None
    """Its id; ``NO_NETWORK`` for documents that belong to none."""
    kind: str | None = None
    language: str | None = None
    since: str | None = None
    """``2018``, ``2018-04`` or ``2018-04-12``: documents of this time and later."""
    until: str | None = None
    """Likewise: documents of this time and earlier, the whole year or month included."""
    code: str | None = None
    """Only this code and those below it are shown; shares are of all codings all the same."""
    coders: tuple[str, ...] = ()
    """Names; none: everybody but ``settled``."""
    combine: Combine = "union"
    origin: str | None = None
    """``by hand``, ``suggestion``, ``imported``, ``settled``, or ``no suggestions``."""
    role: str | None = None
    """Only what speakers of this role say: text outside their turns does not count."""
    no_interviewers: bool = False
    """Without the text of interviewers' turns."""
    finished: bool = False
    """Only documents that those whose codings count are done with: see
    ``project.results.Results.done_with``."""

    def __post_init__(self) -> None:
        for given in (self.since, self.until):
            if given is not None and not _is_date(given):
                raise UsageError(f'"{given}" is no date. Write 2018, 2018-04 or 2018-04-12.')
        if self.since is not None and self.until is not None:
            # As far as both are told: 2018 to 2018-04 is a time, 2018-05 to 2018-04 is none.
            told = min(len(self.since), len(self.until))
            if self.since[:told] > self.until[:told]:
                raise UsageError(
                    f"No time is both since {self.since} and until {self.until}: swap the two?"
                )
        if self.combine not in ("union", "majority"):
            raise UsageError(f'"{self.combine}" is neither union nor majority.')
        if self.role is not None and self.role not in SPEAKER_ROLES:
            near = nearest(self.role, SPEAKER_ROLES)
            guess = f' Did you mean "{near[0]}"?' if near else ""
            raise UsageError(
                f'There is no role "{self.role}".{guess} There are: {", ".join(SPEAKER_ROLES)}.'
            )

    @classmethod
    def of(cls, given: Filters | Given | None) -> Filters:
        """From a mapping, where ``coder`` may be a name or several; empty values do not count.

        Raises:
            UsageError: a key that is none.
        """
        if isinstance(given, Filters):
            return given
        found = {key: value for key, value in (given or {}).items() if value}
        coder = found.pop("coder", found.pop("coders", ()))
        found["coders"] = (coder,) if isinstance(coder, str) else tuple(coder)
        known = {each.name for each in fields(cls)}
        for key in found.keys() - known:
            raise UsageError(f'Reports cannot be limited by "{key}".')
        return cls(**found)

    @property
    def by_date(self) -> bool:
        """Whether a date limits what counts, so that documents without one do not."""
        return self.since is not None or self.until is not None

    def counts(self, entry: DocumentEntry) -> bool:
        """Whether a document fits, as far as its entry tells."""
        if self.network is not None:
            wanted = None if self.network == NO_NETWORK else self.network
            if entry.network != wanted:
                return False
        if self.kind is not None and entry.kind != self.kind:
            return False
        if self.language is not None and entry.language != self.language:
            return False
        if not self.by_date:
            return True
        if entry.date is None:
            return False
        # A text dated 2018 may be of any of its days: it fits what reaches into 2018.
        early = self.since is not None and entry.date < self.since[: len(entry.date)]
        late = self.until is not None and entry.date[: len(self.until)] > self.until
        return not early and not late

    def counts_origin(self, origin: str) -> bool:
        """Whether codings of this origin count."""
        if self.origin == NO_SUGGESTIONS:
            return origin != "suggestion"
        return self.origin is None or origin == self.origin

    def words(self, coders: Sequence[str]) -> str:
        """The choice in words, for a note.

        Args:
            coders: who has codings that count.
        """
        said = ", ".join(sorted(coders)) or "none"
        if self.combine == "majority":
            said += "; majority: text coded by more than half of those who coded or finished the"
            said += " document"
        elif len(coders) > 1:
            said += UNION
        for name in _SHOWN:
            value = getattr(self, name)
            if value:
                said += f"; {name} = {value}"
        if self.finished:
            said += "; finished documents only"
        if self.no_interviewers:
            said += "; without interviewers' turns"
        if self.role or self.no_interviewers:
            said += "; labels of speakers do not count"
        return f"Coders: {said}."

    def options(self) -> list[str]:
        """The options of a command that ask for the same, in one order."""
        found: list[str] = []
        for name in _SHOWN[:-1]:
            value = getattr(self, name)
            found += [f"--{name}", str(value)] if value else []
        for coder in self.coders:
            found += ["--coder", coder]
        found += ["--combine", self.combine] if self.combine != "union" else []
        found += ["--origin", self.origin] if self.origin else []
        found += ["--no-interviewers"] if self.no_interviewers else []
        found += ["--finished"] if self.finished else []
        return found


def _is_date(words: str) -> bool:
    try:
        date.fromisoformat(f"{words}-01-01"[:10])
    except ValueError:
        return False
    return _DATE.fullmatch(words) is not None


_SHOWN = (
    "document", "network", "kind", "language", "since", "until", "role", "code", "origin",
)  # fmt: skip


def report_command(name: str, filters: Filters | Given | None = None, **more: Any) -> str:
    """The command that makes a report again, such as ``tcncode report networks --coder bo``.

    Args:
        more: further options, as ``matrix="words"`` or ``sub_codes=True``; an ``argument``
            stands behind the report's name. None and "" do not count; 0 does, and False is
            written as ``--no-sub-codes``.
    """
    words = ["tcncode", "report", name]
    argument = more.pop("argument", None)
    words += [argument] if argument else []
    words += Filters.of(filters).options()
    for key, value in more.items():
        flag = f"--{key.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif value is False:
            words.append(f"--no-{flag[2:]}")
        elif value not in (None, ""):
            words += [flag, str(value)]
    return shlex.join(words)
