"""What the keys of the main screen do with memos."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from tcncode.model import Coding, MemoNoun
from tcncode.text.safe import safe_line
from tcncode.tui.changing import Changing
from tcncode.tui.drafts import memo_draft
from tcncode.tui.pickers import LinePicker


class MemoKeys(Changing):
    """Writes memos."""

    def action_memo(self) -> None:
        """Write a memo on a coding here."""
        self.one_of("A memo on which coding?", self._write_memo)

    def _write_memo(self, coding: Coding) -> None:
        words = " ".join(coding.span.of(self.reader.text).split())[:200]
        code = self.palette.names([coding.code])
        name = self.document.name if self.document else ""
        where = f"{code} in {name}: {words}"
        self._memo("coding", coding.id, f"{code}: {words}", coding.memo, where)

    def _memo(
        self, noun: MemoNoun, target: str, about: str, text: str, where: str | None = None
    ) -> None:
        from tcncode.tui.memo_editor import MemoEditor

        draft = memo_draft(self.project, noun, target, where or about)

        def keep(memo: str | None) -> None:
            if memo is not None:

                def does() -> str:
                    self.project.write_memo(noun, target, memo)
                    return "memo saved" if memo.strip() else "memo removed"

                if self.attempt(does):
                    draft.drop()
                else:  # the words are not lost with what they were on
                    failed = f"NOT SAVED: {about}"
                    self.ask(MemoEditor(failed, text, others, draft=draft, typed=memo), keep)

        found = [] if noun == "coding" else self.project.memos(noun=noun, target=target)
        others = [memo for memo in found if memo.coder != self.project.coder]
        self.ask(MemoEditor(about, text, others, draft=draft), keep)

    def action_memo_on(self) -> None:
        """Write a memo on the document, its network, a code or the project."""
        choices = self._memo_choices()

        def chosen(place: int | None) -> None:
            if place is not None:
                noun, target, about = choices[place]
                self._memo(noun, target, about, self.project.own_memo(noun, target))

        lines = []
        for noun, target, about in choices:
            line = Text(safe_line(about))
            if self.project.memos(noun=noun, target=target):
                line.append("  ✎", Style(bold=True))
            lines.append(line)
        self.ask(LinePicker("A memo on", lines, digits=True), chosen)

    def _memo_choices(self) -> list[tuple[MemoNoun, str, str]]:
        choices: list[tuple[MemoNoun, str, str]] = []
        document, by_id = self.document, self.project.codebook.by_id()
        if document is not None:
            choices.append(("document", document.id, f"document {document.name}"))
            if document.network:
                choices.append(("network", document.network, f"network {document.network}"))
        codes = list(dict.fromkeys(c.code for c in self.codings_here(exact=False)))
        if self.last_code:
            codes.append(self.project.codebook.get(self.last_code).id)
        for code in dict.fromkeys(codes):
            choices.append(("code", code, f"code {by_id[code].path}"))
        return [*choices, ("project", "", f"project {self.project.path.stem}")]
