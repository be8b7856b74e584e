"""The text of attached letters, whatever they are written with; traps are refused in words."""

import io
import time
import zipfile
import zlib

import pytest
import typst
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from outreach.mail.documents import MOST_UNPACKED, text_of_file


def pdf(*words: str) -> bytes:
    return typst.compile("\n#pagebreak()\n".join(words).encode())


def docx() -> bytes:
    document, out = Document(), io.BytesIO()
    document.add_paragraph("Dear Chair, 同意")
    document.add_paragraph("We agree.")
    document.add_table(1, 2).rows[0].cells[1].text = "cell"
    document.save(out)
    return out.getvalue()


def package(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def odt(body: str, head: str = "") -> bytes:
    spaces = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    return package(mimetype=b"application/vnd.oasis.opendocument.text", content_xml=f"{head}<d {spaces}>{body}</d>".encode())


def words(name: str, content: bytes, kind: str = "application/octet-stream") -> str:
    found = text_of_file(name, kind, content)
    assert not found.why_not
    return found.text


def test_a_pdf_gives_its_pages():
    assert words("letter.pdf", pdf("Dear Chair, we agree.", "Second page")) == "Dear Chair, we agree.\n\nSecond page"


def test_a_word_document_gives_its_paragraphs_and_cells():
    assert words("letter.docx", docx()).split("\n") == ["Dear Chair, 同意", "We agree.", "", "cell"]


def test_an_opendocument_text_gives_its_words_without_what_was_deleted():
    body = "<text:tracked-changes><text:p>old</text:p></text:tracked-changes><text:h>Title</text:h>"
    assert words("letter.odt", odt(f"{body}<text:p>We<text:s/>agree.</text:p>")) == "Title\nWe agree."


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("letter.rtf", rb"{\rtf1\ansi\ansicpg1251 \'cc\'fb \'f1\'ee\'e3\'eb\'e0\'f1\'ed\'fb.\par Yes}", "Мы согласны.\nYes"),
        ("letter.doc", rb"{\rtf1 named otherwise}", "named otherwise"),
        ("letter.txt", "Wir sind dafür.".encode("cp1252"), "Wir sind dafür."),
        ("letter.txt", "同意".encode("utf-16"), "同意"),
        ("letter.html", b"<p>Yes<script>x()</script><img src=http://track.example/1.gif>", "Yes"),
        ("picture.png", b"\x89PNG", ""),
    ],
)
def test_other_letters_give_their_words(name, content, text):
    assert words(name, content) == text


def bomb_pdf() -> bytes:
    data = zlib.compress(b"0 0 m " * 6_000_000)
    head = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj"
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>endobj 4 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % len(data)
    return head + page + data + b"endstream"


LAUGHS = '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
TRAPS = {
    "a zip bomb": package(word__document_xml=b"<a>" + b" " * (MOST_UNPACKED + 10)),
    "an xml bomb": odt("&b;", LAUGHS),
    "a pdf bomb": bomb_pdf(),
    "a broken package": docx()[:3000],
    "a broken pdf": b"%PDF-1.7 nothing",
    "broken xml": package(word__document_xml=b"<w><t>a</w>"),
}


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_or_a_damaged_file_is_refused_in_words_and_soon(trap):
    start = time.process_time()
    found = text_of_file("letter.x", "application/octet-stream", TRAPS[trap])
    assert found.text == ""
    assert "letter.x" in found.why_not
    assert time.process_time() - start < 2


@settings(max_examples=40)
@given(st.sampled_from([docx(), pdf("We agree."), odt("<text:p>a</text:p>")]), st.integers(0, 20_000), st.binary(max_size=20))
def test_damage_anywhere_gives_text_or_a_reason(content, place, noise):
    place %= len(content)
    text_of_file("letter", "application/octet-stream", content[:place] + noise + content[place + len(noise) :])
