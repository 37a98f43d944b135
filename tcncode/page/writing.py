"""Sections -> one HTML page that needs nothing else, by a Jinja2 template that may be changed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tcncode import __version__
from tcncode.errors import ReadError
from tcncode.model import Table
from tcncode.page.contents import Section, Study
from tcncode.page.drawing import Figure, inline
from tcncode.page.palette import Palette
from tcncode.page.sections import SECTIONS
from tcncode.project import Project
from tcncode.reports import Filters
from tcncode.reports.choosing import Given
from tcncode.text.safe import safe

if TYPE_CHECKING:
    from markupsafe import Markup

_LONG = 40
"""Characters: columns with longer words wrap and are given room."""


@dataclass(frozen=True)
class Page:
    """A report as it was written."""

    html: str
    sections: int
    figures: int
    quotations: int
    warning: str = ""
    """As ``Table.warning``."""


def default_template() -> str:
    """The template that the page is made with, to be changed by the user."""
    return files("tcncode.page").joinpath("page.html.j2").read_text(encoding="utf-8")


def full_report(
    project: Project,
    filters: Filters | Given | None = None,
    *,
    template: Path | None = None,
    statements: Path | None = None,
    shipped: bool = False,
    quotations: int = 2,
) -> Page:
    """The page.

    Args:
        filters: as in ``Project.report``.
        template: a changed copy of ``default_template()``.
        statements: a CSV file with statements of a publication.
        shipped: whether that file is the program's own.
        quotations: how many of each network and function.

    Raises:
        ReadError: the template cannot be read, or cannot be used.
        TableError: a statement cannot be read, or asks for what there is not.
    """
    study = Study(project, project.chosen(filters), statements, shipped, quotations)
    sections = sections_of(study)
    return Page(
        written(sections, study, template=template),
        len(sections),
        sum(len(section.figures) for section in sections),
        sum(len(group) for section in sections for _, group in section.quotations),
        study.report("networks").warning,
    )


def sections_of(study: Study) -> list[Section]:
    """All sections that the project has something to tell in."""
    return [section for make in SECTIONS.values() if (section := make(study)) is not None]


def written(sections: Sequence[Section], study: Study, *, template: Path | None = None) -> str:
    """Sections as a page; see ``full_report``."""
    import jinja2
    from jinja2.meta import find_undeclared_variables
    from jinja2.sandbox import SandboxedEnvironment
    from markupsafe import Markup

    def svg(figure: Figure) -> Markup:
        # Made here, from escaped words; a template cannot slip anything in.
        return Markup(inline(figure, study.colours))

    # A template may come from elsewhere: it gets no way to files or to the program's inside.
    environment = SandboxedEnvironment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters |= {
        "cell": cell, "numeric": numeric, "longest": longest, "heading": heading,
        "anchor": anchor, "quotes": quotes, "md": _markdown,
    }  # fmt: skip
    book = study.project.codebook
    said = shlex.join(study.filters.options())
    given: dict[str, Any] = {
        "title": f"{study.project.path.stem}: {book.name}",
        "language": "en",
        "program": f"tcncode {__version__}",
        "codebook_version": study.project.codebook_version,
        "state": _last_change(study.project),
        "filters": said,
        "css": Markup(style_sheet(study.colours)),
        "sections": [_for_readers(section, study) for section in sections],
        "svg": svg,
    }
    where = template or "page.html.j2"
    try:
        source = template.read_text(encoding="utf-8") if template else default_template()
        page = environment.from_string(source).render(given)
        if "sections" not in find_undeclared_variables(environment.parse(source)):
            raise ReadError(
                where, "has no place for the report: it never names sections",
                '"tcncode report template" writes the one to start from.',
            )  # fmt: skip
        return page
    except OSError as error:
        raise ReadError(where, f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ReadError(where, "is not UTF-8", "Save the template as UTF-8.") from None
    except jinja2.TemplateSyntaxError as error:
        raise ReadError(f"{where}, line {error.lineno}", str(error.message).rstrip(".")) from None
    except (
        jinja2.TemplateError,
        TypeError,
        ValueError,
        AttributeError,
        LookupError,
        ArithmeticError,
        RecursionError,
        MemoryError,
    ) as error:
        if template is None:
            raise
        line = _line_of(error)
        told = str(error).rstrip(".") or "asks for more memory than there is"
        raise ReadError(
            f"{where}{line}", told,
            '"tcncode report template" writes the one to start from.',
        ) from None  # fmt: skip


def _for_readers(section: Section, study: Study) -> Section:
    """A section whose tables call networks as readers see them."""
    return replace(
        section,
        figures=[replace(each, table=study.shown(each.table)) for each in section.figures],
        tables=[study.shown(table) for table in section.tables],
        folded=[study.shown(table) for table in section.folded],
    )


def _last_change(project: Project) -> str | None:
    """When the project was last changed: the page is the same until it is changed again."""
    rows = project.log(limit=1).records()
    return str(rows[0]["at"]) if rows else None


def _line_of(error: BaseException) -> str:
    """The last line of the template that was at work."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<template>":
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return f", line {lines[-1]}" if lines else ""


def style_sheet(colours: Palette) -> str:
    """The page's style, with the colours of both themes."""
    css = files("tcncode.page").joinpath("page.css").read_text(encoding="utf-8")
    for theme, values in (("light", colours.light), ("dark", colours.dark)):
        variables = " ".join(f"--{role}: {colour};" for role, colour in values.items())
        css = css.replace("{{ " + theme + " }}", variables)
    return css


def cell(value: Any) -> str:
    """A value as readers see it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3f}"
    if isinstance(value, int):
        return f"{value}"
    return safe(str(value))


def numeric(table: Table) -> list[bool]:
    """Which columns hold numbers, and nothing else but gaps."""
    kinds = [{type(row[n]) for row in table.rows} - {type(None)} for n in range(len(table.columns))]
    return [bool(kind) and kind <= {int, float} for kind in kinds]


def longest(table: Table) -> list[bool]:
    """Which columns hold long words."""
    return [
        any(isinstance(row[n], str) and len(row[n]) > _LONG for row in table.rows)
        for n in range(len(table.columns))
    ]


def heading(name: str) -> str:
    """A column's name as readers see it."""
    return safe(name).replace("_", " ")


def anchor(words: str) -> str:
    """Words as an id of the page."""
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-") or "part"


def quotes(table: Table, row: int) -> Markup | str:
    """The attributes by which a row of a table with quotations names its quotation."""
    from markupsafe import Markup

    if not {"document", "start", "end", "hash"} <= set(table.columns):
        return ""
    at = dict(zip(table.columns, table.rows[row], strict=True))
    return Markup(' data-document="{}" data-start="{}" data-end="{}" data-hash="{}"').format(
        at["document"], at["start"], at["end"], at["hash"]
    )


def _markdown(words: str) -> Markup:
    """Markdown without HTML in it, as HTML."""
    from markdown_it import MarkdownIt
    from markupsafe import Markup

    # Names of coders and codes stand in it: none may bring in a picture, or lead elsewhere.
    rules = MarkdownIt("commonmark", {"html": False})
    made: str = rules.disable(["image", "link", "autolink", "reference"]).render(safe(words))
    return Markup(made)
