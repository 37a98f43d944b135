"""Bytes become the text of a document, and offsets convert there and back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tcncode.text import convert
from tcncode.text.settle import decode, settle

ANY = st.text(st.characters() | st.sampled_from("\r\n\0\ufeff\ud800👍é"))
MIXED = "a👍é\r\nשלום e\u0301\n日本"


@given(ANY)
def test_settling_twice_changes_nothing(text: str) -> None:
    once = settle(text)
    assert settle(once) == once
    assert not set(once) & {"\r", "\0"}
    assert once.encode("utf-8").decode("utf-8") == once


def test_nothing_else_is_touched() -> None:
    kept = "e\u0301 \u00a0 \u202e \f\t x\u00ad \u200b"
    assert settle("\ufeff" + kept + "\r\n\r") == kept + "\n\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_unicode_is_known_by_its_bytes(encoding: str) -> None:
    text = "Città di Palermo, café and more plain words.\n"
    assert settle(decode(text.encode(encoding))[0]) == text


def test_a_stray_nul_does_not_make_it_utf_16() -> None:
    assert settle(decode(b"abc\0def")[0]) == "abc\ufffddef"


def test_windows_quotes_are_quotes() -> None:
    text = "The mayor’s “duty” – a café in Malmö, says the city of Genève today.\n" * 3
    assert decode(text.encode("cp1252")) == (text, "cp1252")


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1250", "Władze miasta Gdańska żądają, aby sieć miast była żywa i łączyła ludzi. "),
        ("cp1251", "Города объединяются в сети, чтобы обмениваться опытом и знаниями. "),
        ("cp1253", "Οι πόλεις συμμετέχουν σε δίκτυα για να μοιράζονται την εμπειρία τους. "),
    ],
)
def test_other_windows_sets_are_still_told_apart(encoding: str, text: str) -> None:
    assert decode((text * 5).encode(encoding))[0] == text * 5


@pytest.mark.parametrize("data", [b"%PDF-1.4 x", b"PK\x03\x04", bytes(range(256)) * 20, b"\0" * 99])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="not text"):
        decode(data)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r")))
def test_offsets_convert_there_and_back(text: str) -> None:
    offsets = list(range(len(text) + 1))
    wide = {
        "utf16": [len(text[:n].encode("utf-16-le")) // 2 for n in offsets],
        "utf8": [len(text[:n].encode()) for n in offsets],
        "crlf": [len(text[:n].replace("\n", "\r\n")) for n in offsets],
    }
    assert convert.to_utf16(text, offsets) == wide["utf16"]
    assert convert.to_utf8(text, offsets) == wide["utf8"]
    assert convert.to_crlf(text, offsets) == wide["crlf"]
    assert convert.from_utf16(text, wide["utf16"]) == offsets
    assert convert.from_utf8(text, wide["utf8"]) == offsets
    assert convert.from_crlf(text, wide["crlf"]) == offsets
    starts = convert.line_starts(text)
    places = [convert.to_line_column(starts, n) for n in offsets]
    assert [convert.from_line_column(starts, *place) for place in places] == offsets


def test_an_offset_inside_a_character_is_its_start() -> None:
    assert convert.from_utf16("a👍b", [2]) == [1]
    assert convert.from_utf8("a👍b", [2, 3, 4, 5]) == [1, 1, 1, 2]
    assert convert.from_crlf("a\nb", [2, 3]) == [1, 2]
    with pytest.raises(ValueError, match="no line 3"):
        convert.from_line_column(convert.line_starts(settle(MIXED))[:2], 3, 1)
