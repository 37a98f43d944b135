"""The whole codebook as a tree with counts, and what one code says of itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from rich.style import Style
from rich.text import Text
from textual.widgets import Tree
from textual.widgets.tree import TreeNode

from tcncode.model import Code, Codebook
from tcncode.text.numbers import counted
from tcncode.text.safe import safe, safe_line
from tcncode.tui.palette import Palette, fit

if TYPE_CHECKING:
    from tcncode.project.codes import CodeUse


class CodebookTree(Tree[Code]):
    """Every code: key or letter, swatch, name, one's own codings of all coders' codings."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__("Codebook", id=id)
        self.show_root = False
        self.guide_depth = 2

    @property
    def code(self) -> Code | None:
        """The code that the cursor is on."""
        return self.cursor_node.data if self.cursor_node else None

    def show(
        self,
        codebook: Codebook,
        palette: Palette,
        use: Mapping[str, CodeUse],
        *,
        coder: str,
        query: str = "",
        at: str | None = None,
    ) -> None:
        """Show the codes that hold ``query`` in path or name, with those above them.

        What is folded stays folded.

        Args:
            at: path of the code to put the cursor on. Default: the one it is on, by its id.
        """
        folded = {
            n.data.id for n in self._code_nodes() if n.data and n.children and not n.is_expanded
        }
        here = self.code.id if self.code else None
        line = max(self.cursor_line, 0)
        self.clear()
        nodes: dict[str, TreeNode[Code]] = {}
        room = (self.size.width or 40) - 5  # what scrollbar, fold sign and padding leave
        wanted = _holding(codebook, query)
        for code in codebook.codes:
            if code.path not in wanted:
                continue
            above = nodes.get(code.parent or "", self.root)
            above.allow_expand = True
            nodes[code.path] = above.add(
                _label(code, palette, use.get(code.id), coder, room - 2 * code.depth),
                data=code,
                expand=bool(query) or code.id not in folded,
                allow_expand=False,
            )
        found = nodes.get(at or "") or next(
            (node for node in nodes.values() if node.data and node.data.id == here), None
        )
        self.call_after_refresh(self._place, found, line)

    def _place(self, node: TreeNode[Code] | None, line: int) -> None:
        above = node.parent if node else None
        while above is not None:
            above.expand()
            above = above.parent
        last = self.last_line  # asking makes the tree number its lines anew
        # A code that went leaves the cursor where it was.
        self.cursor_line = min(line, last) if node is None else node.line

    def _code_nodes(self) -> list[TreeNode[Code]]:
        found, waiting = [], list(self.root.children)
        while waiting:
            found.append(waiting.pop())
            waiting += found[-1].children
        return found


def _holding(codebook: Codebook, query: str) -> set[str]:
    """Paths of the codes with these words, and of all above them."""
    words = query.casefold().split()
    wanted: set[str] = set()
    for code in codebook.codes:
        text = f"{code.path} {code.name}".casefold()
        if all(word in text for word in words):
            path: str | None = code.path
            while path:
                wanted.add(path)
                path = path.rpartition("/")[0]
    return wanted


def _label(code: Code, palette: Palette, use: CodeUse | None, coder: str, room: int) -> Text:
    """One line of ``room`` cells: a long name is cut, the counts are not."""
    stripe = palette.stripe(code.id)
    # A code that somebody added since the use was counted has none.
    counts = f"  {use.coders.get(coder, 0)}/{use.codings}" if use else "  0/0"
    label = Text(no_wrap=True, overflow="ellipsis")
    label.append(palette.letter(code.id), stripe + Style(bold=True))
    label.append("█ ", stripe)
    label.append(fit(safe_line(code.name or code.path), max(room - 3 - len(counts), 8)))
    label.append(counts, style="dim")
    return label


def about(code: Code, use: CodeUse, near: Sequence[tuple[Code, float]]) -> Text:
    """Everything that the codebook and the coders say of a code.

    Args:
        near: top codes whose colour is too like its own, nearest first.
    """
    out = Text(safe_line(code.path), style="bold")
    out.append(f'\n"{safe_line(code.name)}"', style="not bold")
    facts = [f"purpose {safe_line(code.purpose)}" if code.purpose else "no purpose"]
    facts.append(f"key {code.key}" if code.key else "no key")
    out.append("\n" + ", ".join(facts), style="not bold")
    out.append("\n")
    for colour, ground in ((code.colour, "dark"), (code.colour_light, "light")):
        out.append("██", style=Style(color=colour, bold=False))
        out.append(f" {colour} {ground} ", style="not bold")
    if near:
        out.append(f"\nhard to tell from {near[0][0].path}; c gives it another", style="not bold")
    out.append("\n")
    for head, words in (
        ("Codings", _used(use)),
        ("Definition", code.definition.strip() or "not written yet (e)"),
        ("When to use it", code.when_to_use.strip()),
        ("When not", code.when_not.strip()),
        ("Example", code.example.strip()),
        ("Source", code.source.strip()),
        ("Cues", _cues(code)),
    ):
        if words:
            out.append(f"\n{head}: ", style="bold")
            out.append(safe(words), style="not bold")
    return out


def _used(use: CodeUse) -> str:
    own = sum(use.own.values())
    if not use.codings:
        return "none yet"
    who = ", ".join(f"{coder} {n}" for coder, n in sorted(use.coders.items()))
    documents = counted(use.documents, "document")
    below = "" if own == use.codings else f", {own} with this code itself"
    return f"{use.codings} ({who}) in {documents}{below}"


def _cues(code: Code) -> str:
    phrases = sum(bool(cue.phrase) for cue in code.cues)
    patterns = len(code.cues) - phrases
    negative = len(code.negative_cues)
    if not code.cues and not negative:
        return "none; suggestions need some"
    return f"{counted(phrases, 'phrase')}, {counted(patterns, 'pattern')}, {negative} against it"
