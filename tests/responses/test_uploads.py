"""A file is what its bytes say, whatever its name says."""

import io
import zipfile

import pytest

from outreach.errors import Invalid
from outreach.responses import uploads


def zipped(**entries: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        for name, content in entries.items():
            opened.writestr(name.replace("__", "/"), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"II*\x00", "image/tiff"),
        (b"MM\x00*", "image/tiff"),
        (b"{\\rtf1\\ansi}", "application/rtf"),
        ("\ufeffRéponse\r\n".encode(), "text/plain"),
        (zipped(mimetype="application/vnd.oasis.opendocument.text"), "application/vnd.oasis.opendocument.text"),
    ],
)
def test_scans_letters_and_texts_are_known_by_their_bytes(content: bytes, kind: str) -> None:
    assert uploads.type_of(content, "whatever.exe") == kind


def test_a_word_document_is_known_by_what_lies_in_it() -> None:
    document = zipped(**{"word__document.xml": "<w:document/>"})
    assert uploads.type_of(document, "letter.docx").endswith("wordprocessingml.document")


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00",
        b"\x7fELF",
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"  <svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04broken",
        zipped(macro="x"),
        b"caf\xe9",
        b"a\x00b",
        b"   ",
        b"",
    ],
)
def test_programs_web_pages_and_what_nobody_can_read_are_refused_by_name(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"answer\.pdf is no PDF"):
        uploads.type_of(content, "answer.pdf")


def test_a_byte_order_mark_is_no_part_of_the_words() -> None:
    assert uploads.words_of("\ufeffOui.".encode()) == "Oui."
