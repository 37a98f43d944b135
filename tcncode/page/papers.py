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
        A line a figure: its files, and what it shows.

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
    for name in names or figures:
        figure = figures[name]
        for form in forms or FORMS:
            data = for_paper(figure, study.colours, form, width=width, points=points)
            export.write_bytes(data, folder / f"{name}.{form}")
        export.write([figure.table], folder / f"{name}.csv", "csv")
        kinds = ", ".join([*(forms or FORMS), "csv"])
        said.append(f"{folder / name}.({kinds}): {figure.title}")
    return said
