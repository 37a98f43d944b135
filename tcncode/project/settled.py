"""What is settled and what is open, as tables; how far each coder agrees with what was settled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tcncode.agreement.asking import Comparison
from tcncode.agreement.settling import Difference
from tcncode.agreement.statistics import ALL_CODES
from tcncode.errors import UsageError
from tcncode.model import SETTLED, Coding, Table
from tcncode.project.differences import ToSettle
from tcncode.project.settling import Settling
from tcncode.text.numbers import counted


class Settled(Settling):
    """Tells of differences and decisions."""

    def settle_table(
        self, found: ToSettle, differences: Sequence[Difference], *, command: str = "settle"
    ) -> Table:
        """Differences with what each coder coded and what was decided."""
        paths = {code.id: code.path for code in self.codebook.codes}
        rows = []
        for d in differences:
            decision, entry = found.decided(d), found.documents[d.document].entry
            rows.append(
                (d.id, d.document, entry.name, entry.network, d.kind, d.cost, d.span.start)
                + (d.span.end, " / ".join(d.coders))
                + (" / ".join(_coded(d.of(coder), paths) for coder in d.coders),)
                + (decision.how if decision else None, decision.by if decision else None)
                + (self.quote(d.document, d.span),)
            )
        columns = (
            "difference", "document", "name", "network", "kind", "cost", "start", "end", "coders",
            "coded", "decided", "by", "quotation",
        )  # fmt: skip
        return Table("Differences", columns, tuple(rows), self._settle_note(found, command))

    def _settle_note(self, found: ToSettle, command: str) -> str:
        every = found.differences
        done = [d for d in every if found.decided(d)]
        documents = found.documents.values()
        part = f" ({sum(d.cost for d in done) / found.cost:.0%} of the cost)" if found.cost else ""
        return (
            f"{len(done)} of {len(every)} differences decided{part};"
            f" {sum(d.finished for d in documents)} of {len(documents)} documents settled."
            f"{_waiting(found)}"
            " cost: characters on which coders differ about a top code, summed over their pairs,"
            " costliest first; 0: they differ on sub-codes alone. boundary: all coded some of it;"
            " code differs: they gave the text different codes; one coded: not all gave it one of"
            " these codes."
            f" Codebook {self.codebook_version}. Repeat: tcncode {command}"
        )

    def told_behind(self) -> str:
        """What ``check`` says of settled codings; empty where nothing was settled, or all fits."""
        if not (self._store.settlements() or self.settled_documents()):
            return ""
        return told_behind(self.to_settle())

    def settle_documents(self, found: ToSettle) -> Table:
        """Documents with how far they are settled."""
        rows = tuple(
            (d.entry.id, d.entry.name, d.entry.network, " / ".join(d.coders))
            + (len(d.sorted.agreed), len(d.sorted.differences), len(d.decided))
            + (sum(each.cost for each in d.open), len(d.outdated), d.behind, d.finished)
            for d in found.documents.values()
        )
        columns = (
            "document", "name", "network", "coders", "agreed", "differences", "decided",
            "open_cost", "outdated", "behind", "settled",
        )  # fmt: skip
        done = sum(row[-1] for row in rows)
        note = (
            f"{done} of {len(rows)} documents settled.{_waiting(found)} agreed: passages on which"
            " all agree; open_cost: characters that differ and are not decided; outdated:"
            " decisions about codings that were changed since; behind: settled codings missing or"
            " too many by what is agreed and decided."
        )
        return Table("Documents to settle", columns, rows, note)

    def settled_agreement(
        self, coders: Sequence[str] = (), *, replicates: int = 2000, by_code: bool = False
    ) -> Table:
        """How far each coder agrees with what was settled, over the documents that are settled.

        Args:
            by_code: a row for each code, too; without, over all codes.

        Raises:
            UsageError: no document is settled yet.
        """
        # A mark outlives what it was set for: somebody may have coded anew, or copies were merged.
        again = {key for key, d in self.to_settle().documents.items() if not d.finished}
        done = self.settled_documents() - again
        known = self._named_coders(coders) or [
            c for c in self.coders() if c != SETTLED and
            any(a.document in done and a.finished for a in self._store.assignments(coder=c))
        ]  # fmt: skip
        if not done or not known:
            raise UsageError('No document is settled yet. "tcncode settle" lists what is open.')
        rows = []
        for coder in known:
            asked = Comparison(
                (coder, SETTLED), statistics=("agreement", "kappa", "f1"), replicates=replicates
            )
            lines: dict[str, dict[str, object]] = {}
            for r in self.agree(asked, among=done).results:
                line = lines.setdefault(r.code, {"documents": r.documents})
                line[r.statistic] = r.value
                if r.statistic == "Cohen's kappa":
                    line |= {"low": r.low, "high": r.high, "reason": r.reason or None}
            shown = lines if by_code else {k: v for k, v in lines.items() if k == ALL_CODES}
            rows += [
                (coder, code, *(line.get(name) for name in (
                    "documents", "observed agreement", "Cohen's kappa", "low", "high", "F1",
                    "reason",
                )))
                for code, line in shown.items()
            ]  # fmt: skip
        columns = (
            "coder",
            "code",
            "documents",
            "agreement",
            "kappa",
            "low",
            "high",
            "f1",
            "reason",
        )
        note = (
            f"Characters of the documents that the coder has finished and that are settled"
            f" ({len(done)} in all). What was settled came from these codings: this says whom the"
            " decisions followed, and is no measure of reliability."
        )
        return Table("Agreement with what was settled", columns, tuple(rows), note)


def _coded(codings: Sequence[Coding], paths: Mapping[str, str]) -> str:
    """What one coder coded, such as ``sharing 3:40``; ``-`` for nothing."""
    return ", ".join(f"{paths[c.code]} {c.span.start}:{c.span.end}" for c in codings) or "-"


def _waiting(found: ToSettle) -> str:
    """Documents that lack nothing but to be taken along; until then ``settled`` is silent there."""
    each = found.documents.values()
    n = sum(not (d.open or d.finished) for d in each)
    said = f' {counted(n, "document")} with nothing open: "tcncode settle finish" settles.'
    behind = told_behind(found)
    return (said if n else "") + (f" {behind}" if behind else "")


def told_behind(found: ToSettle) -> str:
    """Settled codings that do not follow from agreement and decisions; empty: all do."""
    behind = [d for d in found.documents.values() if d.behind]
    if not behind:
        return ""
    codings = counted(sum(d.behind for d in behind), "settled coding")
    names = ", ".join(d.entry.name for d in behind[:3]) + (", ..." if behind[3:] else "")
    return (
        f"{codings} in {counted(len(behind), 'document')} ({names}) missing or too many: coders"
        " changed codings there, or agree on more since copies were merged;"
        ' "tcncode settle finish" brings them up to date.'
    )
