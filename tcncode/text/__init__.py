"""Pure text work: no files, no database, no screen.

``span``      a stretch of a document's text
``settle``    bytes -> the text of a document, once, at import
``segments``  words, sentences, paragraphs, speaker turns of a settled text
``wrap``      offsets <-> rows and terminal cells
``convert``   offsets as other programs count them (UTF-16 units, UTF-8 bytes, CRLF)
``safe``      what may reach a terminal
"""

from tcncode.text.span import Segment, SegmentKind, Span

__all__ = ["Segment", "SegmentKind", "Span"]
