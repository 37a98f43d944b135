"""Pure text work: no files, no database, no screen.

``span``        a stretch of a document's text
``settle``      bytes -> the text of a document, once, at import
``segments``    all that the import finds in a settled text, with these four:
``turns``       speaker turns
``paragraphs``  paragraphs and headings
``sentences``   sentences
``words``       words
``apparatus``   notes, references, bits of broken lines
``wrap``        offsets <-> rows and terminal cells
``convert``     offsets as other programs count them (UTF-16 units, UTF-8 bytes, CRLF)
``safe``        what may reach a terminal
"""

from tcncode.text.span import Segment, SegmentKind, Span

__all__ = ["Segment", "SegmentKind", "Span"]
