"""Figures as files for a paper, each with its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tcncode import export
from tcncode.errors import TcncodeError, UsageError
from tcncode.page.contents import Study
from tcncode.page.drawing import FORMS, for_paper
from tcncode.page.writing import sections_of
from tcncode.project import Project
from tcncode.reports import Filters
from tcncode.reports.choosing import Given
from tcncode.text.safe import safe_line

_MOST_LETTERS = 20
"""Characters without a font that are named."""


def write_figures(
    project: Project,
    filters: Filters | Given | None,
    folder: Path,
    *,
    forms: Sequence[str] = FORMS,
    width: float = 170,
    points: float = 8,
    names: Sequence[str] = (),
) -> list[str]:
    """Write figures into a folder; each with its table as CSV beside it.

    Args:
        forms: of ``drawing.FORMS``; none: all.
        width: in millimetres, as printed.
        points: size of the letters at that width.
        names: only these figures.

    Returns:
        A line a figure: its files, and what it shows; then, where there are any, the characters
        that PNG and PDF could not show.

    Raises:
        UsageError: there is no such figure.
        TcncodeError: the folder cannot be made, or a file not written.
    """
    study = Study(project, project.chosen(filters), quotations=0)
    figures = {each.name: each for section in sections_of(study) for each in section.figures}
    for name in names:
        if name not in figures:
            raise UsageError(f'There is no figure "{name}" here. There are: {", ".join(figures)}.')
    if not figures:
        raise TcncodeError("There is nothing to draw: no codings and no memberships fit.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TcncodeError(f"{folder}: cannot be made ({error.strerror}).") from None
    said = []
    lacking: set[str] = set()
    for name in names or figures:
        figure = figures[name]
        replaced = []
        for form in forms or FORMS:
            data = for_paper(
                figure, study.colours, form, width=width, points=points, lacking=lacking
            )
            replaced.append(export.write_bytes(data, folder / f"{name}.{form}"))
        replaced.append(export.write([figure.table], folder / f"{name}.csv", "csv"))
        kinds = ", ".join([*(forms or FORMS), "csv"])
        there = " (replaced)" if any(replaced) else ""
        said.append(f"{folder / name}.({kinds}){there}: {figure.title}")
    if lacking:
        shown = safe_line(" ".join(sorted(lacking)[:_MOST_LETTERS]))
        more = f" and {len(lacking) - _MOST_LETTERS:,} more" if len(lacking) > _MOST_LETTERS else ""
        said.append(
            f"PNG and PDF show boxes for {shown}{more}: no font installed here has them. Install"
            " one, such as a Noto font of the script, or take the SVG."
        )
    return said
