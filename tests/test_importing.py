"""Every format becomes the same text, and no file brings the program down."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tcncode.errors import ReadError, TableError, UsageError
from tcncode.importing import READERS, read_file
from tcncode.importing.metadata import find_files, from_mapping, parse_speakers, read_manifest
from tcncode.model import Speaker

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "text", "table", "style")
)


def packed(path: Path, **parts: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name.replace("__", "/") + ".xml", data)
    return path


def docx(path: Path, body: str, **more: str) -> Path:
    document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
    return packed(path, word__document=document, **more)


def pdf(path: Path, pages: list[list[tuple[int, int, str]]]) -> Path:
    """A PDF by hand: per page, lines of text with their places."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
    kids = []
    for lines in pages:
        stream = "".join(f"BT /F 11 Tf {x} {y} Td ({words}) Tj ET\n" for x, y, words in lines)
        objects.append(f"<</Length {len(stream)}>>stream\n{stream}endstream".encode("latin-1"))
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {len(objects)} 0 R"
            "/Resources<</Font<</F 3 0 R>>>>>>".encode()
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(kids)}]>>".encode()
    out, places = b"%PDF-1.4\n", []
    for number, data in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj" % number + data + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % count + table
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (
        count, out.rindex(b"xref\n0"))  # fmt: skip
    path.write_bytes(out)
    return path


def test_docx_keeps_what_word_shows(tmp_path: Path) -> None:
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>Title 👍</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>One</w:t><w:br/><w:t>two</w:t></w:r>"
        '<w:ins w:id="1"><w:r><w:t> in</w:t></w:r></w:ins>'
        '<w:del w:id="2"><w:r><w:delText> out</w:delText></w:r></w:del>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        '<w:r><w:footnoteReference w:id="2"/></w:r></w:p>'
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"
        "<w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
        "<w:sdt><w:sdtContent><w:p><w:r><w:t>last</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    note = '<w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    notes = f"<w:footnotes {W}>{note}</w:footnotes>"
    extract = read_file(docx(tmp_path / "a.docx", body, word__footnotes=notes))
    assert extract.text == "Title 👍\n\nOne\ntwo in [A note.]\n\na\tb\n\nlast\n"
    assert [span.of(extract.text) for span in extract.headings] == ["Title 👍"]


def test_odt_likewise(tmp_path: Path) -> None:
    content = (
        f"<office:document-content {ODF}><office:body><office:text>"
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">Title</text:h><text:p>One<text:s text:c="2"/>two'
        "<text:line-break/>three<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>comment</text:p></office:annotation></text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
        "</office:text></office:body></office:document-content>"
    )
    extract = read_file(packed(tmp_path / "a.odt", content=content))
    assert extract.text == "Title\n\nOne  two\nthree [A note.]\n\na\tb\n"
    assert len(extract.headings) == 1


def test_rtf_repairs_emoji_and_keeps_footnotes(tmp_path: Path) -> None:
    file = tmp_path / "a.rtf"
    file.write_bytes(
        rb"{\rtf1\ansi\ansicpg1252 caf\'e9 \u-10179?\u-9139?{\v hidden}\line two"
        rb"{\footnote \pard A note.}\par next\par a\cell b\cell\row}"
    )
    text = read_file(file).text
    assert text == "café 👍\ntwo [A note.]\n\nnext\n\na\tb\n"


def test_html_leaves_the_machinery_out(tmp_path: Path) -> None:
    file = tmp_path / "a.html"
    file.write_bytes(
        b"<html lang='en-GB'><head><meta charset='iso-8859-1'><title>T\xeetle</title></head><body>"
        b"<header>Site</header><nav>Home</nav><div class='cookie'>We use cookies</div><main>"
        b"<h1>Head&amp;er</h1><p>One <em>t</em>wo<br>three\xa0\x96 four</p><script>x()</script>"
        b"<ul><li>a</li><li>b</li></ul><table><tr><th>a<td>b</table></main><footer>Imprint</footer>"
    )
    extract = read_file(file)
    assert extract.text == "Head&er\n\nOne two\nthree\xa0– four\n\na\n\nb\n\na\tb\n"
    assert dict(extract.metadata) == {"title": "Tîtle", "language": "en"}


def test_pdf_gives_paragraphs_back(tmp_path: Path) -> None:
    first = [
        (72, 810, "The running title 1"),
        (72, 700, "Cities take part in networks because govern-"),
        (72, 686, "ments do not, and this is what the paragraph says."),
        (72, 650, "A second paragraph stands apart from the first and goes on"),
    ]
    second = [(72, 810, "The running title 2"), (72, 700, "across the page to its very end.")]
    extract = read_file(pdf(tmp_path / "a.pdf", [first, second]))
    assert extract.text == (
        "Cities take part in networks because governments do not, and this is what the paragraph"
        " says.\n\nA second paragraph stands apart from the first and goes on across the page to"
        " its very end.\n"
    )
    assert extract.pages[1].of(extract.text) == "across the page to its very end."


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("a.vtt", "WEBVTT\n\nNOTE x\n\n1\n00:01.000 --> 00:02.000\n<v Anna>R&amp;D\n\n"
         "00:03.000 --> 00:04.000\n<v Anna>now\n\n00:05.500 --> 00:06.000\n<v Bo><i>Yes</i>\n"),
        ("a.srt", "1\r\n00:00:01,000 --> 00:00:02,000\r\nAnna: R&D\r\n\r\n2\r\n"
         "00:00:03,000 --> 00:00:04,000\r\nnow\r\n\r\n3\r\n"
         "00:00:05,500 --> 00:00:06,000\r\nBo: Yes\r\n"),
    ],
)  # fmt: skip
def test_cues_join_to_turns(tmp_path: Path, name: str, source: str) -> None:
    (tmp_path / name).write_bytes(source.encode())
    extract = read_file(tmp_path / name)
    assert extract.text == "Anna: R&D now\n\nBo: Yes\n"
    assert [(label, seconds) for _, label, seconds in extract.turns] == [("Anna", 1.0), ("Bo", 5.5)]


def test_plain_text_stays_as_it_is(tmp_path: Path) -> None:
    source = "\ufeff---\r\nkind: report\r\n---\r\n\r\n\r\n e\u0301 שלום 👍\x0c \r\n"
    (tmp_path / "a.txt").write_bytes(source.encode())
    (tmp_path / "a.md").write_bytes(source.encode())
    (tmp_path / "b.md").write_text("---\nno front matter\n---\nhere", "utf-8")
    assert read_file(tmp_path / "a.txt").text == source[1:].replace("\r\n", "\n")
    extract = read_file(tmp_path / "a.md")
    assert extract.text == " e\u0301 שלום 👍\x0c \n"
    assert dict(extract.metadata) == {"kind": "report"}
    assert read_file(tmp_path / "b.md").text.startswith("---")


def test_every_hostile_file_gives_one_line_and_no_traceback(tmp_path: Path) -> None:
    bad = {
        "missing.txt": None, "empty.txt": b"", "blank.txt": b" \n\n", "x.pptx": b"x", "none": b"x",
        "bin.txt": b"%PDF-1.7\n" + bytes(range(256)), "exe.txt": b"\0\1\2" * 500,
        "a.docx": b"not a zip", "b.docx": b"PK\x03\x04garbage", "c.docx": b"\xd0\xcf\x11\xe0" * 9,
        "a.odt": b"", "a.pdf": b"%PDF-1.4 broken", "a.rtf": b"plain", "a.vtt": b"WEBVTT\n\n",
        "e.rtf": b"{\\rtf1", "a.html": b"<script>x</script>", "a.srt": b"1\n2\n3",
    }  # fmt: skip
    for name, data in bad.items():
        if data is not None:
            (tmp_path / name).write_bytes(data)
        with pytest.raises(ReadError) as caught:
            read_file(tmp_path / name)
        assert name in str(caught.value) and "\n" not in str(caught.value)
    with pytest.raises(ReadError, match=r"no text in it, only pictures of its 1 pages"):
        read_file(pdf(tmp_path / "scan.pdf", [[]]))
    with pytest.raises(ReadError, match="is a folder"):
        read_file(tmp_path)


def test_xml_bombs_are_stopped(tmp_path: Path) -> None:
    parts: dict[str, str | bytes] = {
        "doctype.docx": f'<!DOCTYPE x [<!ENTITY a "b">]><w:document {W}>&a;</w:document>',
        "utf16.docx": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x/>'.encode("utf-16"),
        "zip.docx": b" " * (70 * 2**20),
        "deep.docx": "<a>" * 5000 + "</a>" * 5000,
    }
    for name, part in parts.items():
        file = packed(tmp_path / name, word__document=part)
        with pytest.raises(ReadError, match=r"document type|unpacks to more|damaged"):
            read_file(file)


def test_a_200_mb_file_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as out:
        out.truncate(200 * 2**20)
    with pytest.raises(ReadError, match="is a 200 MB file"):
        read_file(file)


def test_manifest_and_front_matter_are_checked(tmp_path: Path) -> None:
    file = tmp_path / "m.csv"
    file.write_text(
        "file,kind,date,speakers,colour\r\n"
        "a.txt,Interview,2018-04,Mayor=mayor@ghent; I=interviewer,red\r\n",
        "utf-8-sig",
    )
    row = read_manifest(file)["a.txt"]
    assert (row.kind, row.date, row.ignored) == ("interview", "2018-04", ("colour",))
    assert row.speakers == (Speaker("Mayor", "mayor", "ghent"), Speaker("I", "interviewer"))
    for line in ("a.txt,novel,,,", "a.txt,,2018-13,,", ",,,,", "a.txt,,,X=pope,", "a,,,,,,"):
        file.write_text(f"file,kind,date,speakers,colour\nok.txt,,,,\n{line}\n", "utf-8")
        with pytest.raises(TableError, match="line 3"):
            read_manifest(file)
    file.write_text("name\nx\n", "utf-8")
    with pytest.raises(TableError, match='no column "file"'):
        read_manifest(file)
    with pytest.raises(UsageError, match="pope"):
        parse_speakers("Mayor=pope")
    with pytest.raises(ReadError, match="novel"):
        from_mapping({"kind": "novel"}, path=file)
    assert parse_speakers("") == ()


def test_folders_and_patterns_give_files_and_name_the_rest(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.pdf", ".hidden.txt", "x.png", "[1].txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "manifest.csv").write_text("file,kind\n", "utf-8")

    def names(paths: list[Path]) -> list[str]:
        return [p.relative_to(tmp_path).as_posix() for p in paths]

    files, skipped = find_files([tmp_path])
    assert names(files) == ["[1].txt", "a.md", "b.txt", "sub/c.pdf"]
    assert names(skipped) == ["x.png"]
    assert names(find_files([tmp_path / "*.txt"])[0]) == ["[1].txt", "b.txt"]
    assert names(find_files([tmp_path / "[1].txt", tmp_path / "no*.x"])[0]) == ["[1].txt", "no*.x"]


def test_suffixes_are_small_letters() -> None:
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in READERS)
