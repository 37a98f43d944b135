"""Quotations, and how one is known again: document, span and a short hash of its words."""

from __future__ import annotations

from hashlib import sha256


def quotation_hash(text: str) -> str:
    """The first 8 hexadecimal digits of the SHA-256 of a quotation's words, in UTF-8.

    >>> quotation_hash("welcome")
    '280d44ab'
    """
    return sha256(text.encode("utf-8")).hexdigest()[:8]
