"""Bytes -> the text of a document, once, at import, before any offset exists.

What is not here: which reader takes which file (``importing``). Nothing but line ends, the
byte-order mark and what no text may hold is touched; in particular there is no Unicode
normalisation, so that offsets and quotations equal those of other programs.
"""

from __future__ import annotations

import codecs
import re

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r\f\x0b\x1b\x1a") + b"\x7f"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MAGIC = (b"PK\x03\x04", b"%PDF-", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
# Wider sets first where they agree: what Latin-1 leaves as C1 is punctuation in cp1252.
_WIDER = {
    "iso8859_1": "cp1252",
    "latin_1": "cp1252",
    "ascii": "cp1252",
    "iso8859_15": "cp1252",
    "iso8859_9": "cp1254",
    "cp775": "cp1257",
}
_CANDIDATES = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257")
_EAST_ASIAN = ("gb18030", "big5", "shift_jis", "euc_jp", "euc_kr", "koi8_r", "cp437")
_LATIN = ("cp1250", "cp1254", "cp1257", "cp1252")
# In Windows-1252 these do not stand inside words of the languages studied here; in the same
# bytes, Polish and Turkish have their letters. (After a word they are footnote numbers.)
_FOREIGN = re.compile(r"[^\W\d_][¹³¿¯ªº£¥][^\W\d_]|[ðþý]")
_SAMPLE = 60_000


def settle(text: str) -> str:
    r"""The text as it is kept for good; settling it again changes nothing.

    One leading byte-order mark goes, ``\r\n`` and ``\r`` become ``\n``, NUL and lone
    surrogates become U+FFFD.

    >>> settle("\ufeffone\r\ntwo\rthree\x00")
    'one\ntwo\nthree\ufffd'
    """
    text = text.removeprefix("\ufeff")
    # A second mark would be taken off by the next settling, and move every offset.
    if text.startswith("\ufeff"):
        text = "\ufffd" + text[1:]
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub("\ufffd", text)


def storable(name: str) -> str:
    r"""A name, of a file for instance, as it can be kept: what is not UTF-8 becomes U+FFFD.

    >>> storable("caf\udce9.txt")
    'caf\ufffd.txt'
    """
    return _UNSTORABLE.sub("\ufffd", name)


def decode(data: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The characters of a plain text file, not yet settled, and the encoding they were in.

    In this order: the given encoding, a byte-order mark, strict UTF-8, UTF-16 by its zero
    bytes, then charset-normalizer, which is told to prefer the Windows sets.

    Raises:
        ValueError: the bytes are not text, or not text in the given encoding.
        LookupError: there is no such encoding.
    """
    if encoding is not None:
        return data.decode(encoding), codecs.lookup(encoding).name
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name), name
    if data.startswith(_MAGIC):
        raise ValueError("not text")
    zeros = data.count(b"\0", 0, _SAMPLE)
    if zeros:
        return _utf16(data, zeros)
    sample = data[:_SAMPLE]
    if len(sample) - len(sample.translate(None, _CONTROL)) > max(2, len(sample) // 200):
        raise ValueError("not text")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _guess(data)


def _utf16(data: bytes, zeros: int) -> tuple[str, str]:
    """Latin letters in UTF-16 have every other byte zero; a stray NUL in UTF-8 does not."""
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "utf-16-be" if even > odd else "utf-16-le"
    if max(even, odd) > 0.3 * len(sample) / 2 and min(even, odd) < max(even, odd) / 10:
        return data[: len(data) // 2 * 2].decode(name), name
    if zeros > max(2, len(sample) // 500):
        raise ValueError("not text")
    return data.decode("utf-8"), "utf-8"


def _guess(data: bytes) -> tuple[str, str]:
    from charset_normalizer import from_bytes

    found: str | None = None
    foreign = _FOREIGN.search(data[:_SAMPLE].decode("cp1252", "replace"))
    wrong = () if not foreign else ("cp1252",) if len(foreign[0]) == 1 else ("cp1252", "cp1254")
    windows = tuple(name for name in _CANDIDATES if name not in wrong)
    for candidates in (windows, _EAST_ASIAN):
        best = from_bytes(data[:_SAMPLE], cp_isolation=list(candidates)).best()
        if best is not None:
            found = _WIDER.get(best.encoding, best.encoding)
            found = "cp1252" if found in _LATIN and _is_western(data[:_SAMPLE]) else found
            break
    for name in (found, "cp1252", "latin_1"):
        if name is not None:
            try:
                return data.decode(name), name
            except UnicodeDecodeError:
                continue
    raise ValueError("not text")  # Not reached: Latin-1 takes every byte.


def _is_western(sample: bytes) -> bool:
    """Whether the bytes make sense in Windows-1252, which short texts do not show by numbers.

    The detector takes a few French accents for Czech ones. West European texts have at most
    one accented letter in twelve, and none of the signs that stand for letters further east.
    """
    text = sample.decode("cp1252", "replace")
    letters = [c for c in text if c.isalpha()]
    accented = sum(1 for c in letters if c > "\x7f")
    return accented * 12 < len(letters) and _FOREIGN.search(text) is None
