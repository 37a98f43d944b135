"""What reaches a terminal can do nothing to it."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from tcncode.text.safe import safe, safe_line

NASTY = st.text(st.characters() | st.sampled_from("\x1b\x7f\x9b\u202e\u2066\u200f\u061c\ud800\n\t"))


@given(NASTY)
def test_one_harmless_character_for_each(text: str) -> None:
    for shown, allowed in ((safe(text), "\n\t"), (safe_line(text), "")):
        assert len(shown) == len(text)
        assert all(unicodedata.category(c) not in ("Cc", "Cs") or c in allowed for c in shown)
        assert not set(shown) & set("\u202a\u202e\u2066\u2069\u200e\u200f\u061c\u2028\u2029")


def test_ordinary_text_is_left_alone() -> None:
    text = "Genève\n\tשלום 👨‍👩‍👧 e\u0301 日本"
    assert safe(text) == text
    assert safe_line("a\nb") == "a b"
    assert safe("\x1b[2J\x00\x7f") == "␛[2J␀␡"
