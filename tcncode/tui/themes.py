"""The workbench's own themes, and which of them is used.

The codes' colours were measured against the grounds of the first two. The third has the
greatest contrast there is. The fourth uses the sixteen colours of an old terminal and nothing
between them, so that no colour is rounded into another one; only the first eight are grounds.
"""

from __future__ import annotations

from textual.theme import Theme

from tcncode.tui.palette import DARK, LIGHT

_DARK = Theme(
    "tcncode-dark", primary="#5f87d7", secondary="#5f87af", accent="#ffaf5f", warning="#ffd75f",
    error="#d75f5f", success="#5faf5f", foreground="#e0e0e0", background=DARK, surface="#262626",
    panel="#303030", boost="#2a2a2a", dark=True,
    # White on the primary colour itself has a contrast of 3.6, and dimmed of 2.
    variables={"block-cursor-background": "#2d5290", "block-cursor-foreground": "#ffffff"},
)  # fmt: skip
_LIGHT = Theme(
    "tcncode-light", primary="#005faf", secondary="#5f87af", accent="#af5f00", warning="#875f00",
    error="#af0000", success="#005f00", foreground="#1f1f1f", background=LIGHT, surface="#f5f5f5",
    panel="#e4e4e4", boost="#eeeeee", dark=False,
)  # fmt: skip
_CONTRAST = Theme(
    "tcncode-contrast", primary="#ffff00", secondary="#00ffff", accent="#ffff00",
    warning="#ffff00", error="#ff5f5f", success="#00ff00", foreground="#ffffff",
    background="#000000", surface="#000000", panel="#000000", boost="#000000", dark=True,
    variables={
        "text": "#ffffff", "text-muted": "#ffffff", "text-disabled": "#d7d7d7",
        "foreground-muted": "#ffffff", "foreground-disabled": "#d7d7d7",
        "block-cursor-background": "#ffff00", "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#00005f",
        "block-cursor-blurred-foreground": "#ffffff",
        "block-cursor-blurred-text-style": "underline",
        "input-cursor-background": "#ffff00", "input-cursor-foreground": "#000000",
        "input-selection-background": "#00ffff", "input-selection-foreground": "#000000",
        "border": "#ffff00", "border-blurred": "#ffffff",
        "footer-key-foreground": "#ffff00", "footer-description-foreground": "#ffffff",
        "scrollbar": "#ffffff", "scrollbar-background": "#303030",
        "scrollbar-hover": "#ffff00", "scrollbar-active": "#ffff00",
    },
)  # fmt: skip
_SIXTEEN = Theme(
    "tcncode-16", primary="#00aaaa", secondary="#00aaaa", accent="#ffff55", warning="#ffff55",
    error="#aa0000", success="#55ff55", foreground="#aaaaaa", background="#000000",
    surface="#000000", panel="#0000aa", boost="#0000aa", dark=True,
    variables={
        "text": "#ffffff", "text-muted": "#aaaaaa", "text-disabled": "#aaaaaa",
        "foreground-muted": "#aaaaaa", "foreground-disabled": "#aaaaaa",
        "block-cursor-background": "#00aaaa", "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#0000aa",
        "block-cursor-blurred-foreground": "#ffffff",
        "block-hover-background": "#0000aa",
        "input-cursor-background": "#aaaaaa", "input-cursor-foreground": "#000000",
        "input-selection-background": "#00aaaa", "input-selection-foreground": "#000000",
        "border": "#00aaaa", "border-blurred": "#aaaaaa",
        "footer-background": "#0000aa", "footer-foreground": "#aaaaaa",
        "footer-key-foreground": "#ffff55", "footer-key-background": "#0000aa",
        "footer-description-foreground": "#ffffff", "footer-description-background": "#0000aa",
        "scrollbar": "#aaaaaa", "scrollbar-background": "#0000aa",
        "scrollbar-hover": "#ffffff", "scrollbar-active": "#ffffff",
        "scrollbar-background-hover": "#0000aa", "scrollbar-background-active": "#0000aa",
        "scrollbar-corner-color": "#000000",
    },
)  # fmt: skip

THEMES = (_DARK, _LIGHT, _CONTRAST, _SIXTEEN)

# What the themes say beyond their variables.
CSS = """
App.-theme-tcncode-contrast .reader--selection { background: #00ffff; color: #000000; }
App.-theme-tcncode-contrast .reader--cursor { background: #ffff00; color: #000000; }
App.-theme-tcncode-contrast .reader--hit { background: #ff00ff; color: #ffffff; }
App.-theme-tcncode-contrast .reader--sentence { background: #262626; }
App.-theme-tcncode-contrast Input { background: #303030; }
App.-theme-tcncode-contrast Input:focus { background: #000087; }
App.-theme-tcncode-16 .reader--selection { background: #aaaaaa; color: #000000; }
App.-theme-tcncode-16 .reader--cursor { background: #00aa00; color: #000000; }
App.-theme-tcncode-16 .reader--hit { background: #aa5500; color: #ffffff; text-style: none; }
App.-theme-tcncode-16 .reader--sentence { background: #000000; }
App.-theme-tcncode-16 Input { background: #0000aa; color: #ffffff; }
"""


def usual_theme(colours: str | None) -> str:
    """The theme where nobody has chosen one; ``colours`` is Rich's ``color_system``."""
    return (_SIXTEEN if colours == "standard" else _DARK).name
