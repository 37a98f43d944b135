"""Files -> text with what the format says about it.

``extract``    what a reader gives back; the conventions of the texts
``plain``      .txt .text .md .markdown
``html``       .html .htm .xhtml
``office``     .docx .odt
``rtf``        .rtf
``pdf``        .pdf
``subtitles``  .vtt .srt
``metadata``   the manifest, front matter, and which files a command names

A new format is a function of the ``Reader`` protocol and a line in ``READERS``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from tcncode.errors import ReadError
from tcncode.importing.extract import LARGEST_FILE, Extract, Reader
from tcncode.importing.html import read_html
from tcncode.importing.office import read_docx, read_odt
from tcncode.importing.pdf import read_pdf
from tcncode.importing.plain import read_markdown, read_text
from tcncode.importing.rtf import read_rtf
from tcncode.importing.subtitles import read_subtitles

__all__ = ["READERS", "Extract", "Reader", "read_file"]

READERS: Mapping[str, Reader] = {
    ".txt": read_text,
    ".text": read_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".xhtml": read_html,
    ".docx": read_docx,
    ".odt": read_odt,
    ".rtf": read_rtf,
    ".pdf": read_pdf,
    ".vtt": read_subtitles,
    ".srt": read_subtitles,
}
"""By suffix, in small letters."""

_ANY_WORD = re.compile(r"\w")


def read_file(path: Path | str, *, encoding: str | None = None) -> Extract:
    """The text of one file.

    Args:
        path: the file; its suffix says how it is read.
        encoding: for text formats, where the guess is wrong.

    Raises:
        ReadError: whatever the matter is, with what to try.
    """
    path = Path(path)
    reader = READERS.get(path.suffix.lower())
    data = _bytes(path, known=reader is not None)
    assert reader is not None  # _bytes has refused the others.
    try:
        extract = reader(path, data, encoding)
    except ReadError:
        raise
    except MemoryError:
        raise ReadError(path, "needs more memory than there is") from None
    except Exception as error:
        # Files come from anywhere, and the libraries raise what they like.
        raise ReadError(
            path,
            f"could not be read as {path.suffix[1:].upper()} ({type(error).__name__}: {error})",
            "Save it as plain text and import that.",
        ) from error
    if _ANY_WORD.search(extract.text) is None:
        raise ReadError(path, "has no words in it")
    return extract


def _bytes(path: Path, *, known: bool) -> bytes:
    try:
        size = path.stat().st_size
        if path.is_dir():
            raise ReadError(path, "is a folder, not a file")
        if not path.is_file():
            raise ReadError(path, "is not a file that can be read")
        if not known:
            kinds = " ".join(READERS)
            shown = f'"{path.suffix}"' if path.suffix else "no suffix"
            raise ReadError(
                path, f"has {shown}, which is not a format that is read", f"These are: {kinds}."
            )
        if size > LARGEST_FILE:
            raise ReadError(
                path,
                f"is a {size // 2**20} MB file; the largest that is read is"
                f" {LARGEST_FILE // 2**20} MB",
                "Split it, or save its text alone.",
            )
        if size == 0:
            raise ReadError(path, "is empty")
        return path.read_bytes()
    except FileNotFoundError:
        raise ReadError(path, "there is no such file") from None
    except PermissionError:
        raise ReadError(path, "may not be read by this user") from None
    except (OSError, ValueError) as error:
        raise ReadError(path, f"cannot be opened ({error})") from None
