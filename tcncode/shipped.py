"""Where the study that comes with the program is."""

from __future__ import annotations

from pathlib import Path


def shipped(name: str) -> Path:
    """A file or folder of the shipped study: in the installed package, or in its source tree."""
    here = Path(__file__).parent
    inside = here / "study" / name
    return inside if inside.exists() else here.parent / name
