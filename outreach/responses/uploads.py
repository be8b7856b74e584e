"""What a file is, told by its bytes: its name and what a browser says of it are labels that anybody may write."""

import io
import zipfile

from outreach.errors import Invalid

# Signatures as the formats' own descriptions give them (ISO 32000, PNG, JFIF, TIFF 6.0, RTF 1.9).
_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf1", "application/rtf"),
)
_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_ODT = "application/vnd.oasis.opendocument.text"
_MARKUP = ("<!doctype", "<html", "<svg", "<?xml", "<script")
TEXT = "text/plain"


def type_of(content: bytes, name: str) -> str:
    """The type of a scan, letter or text; raises Invalid, naming the file, for anything else.

    Taken are PDF, PNG, JPEG, TIFF, DOCX, ODT, RTF and plain text in UTF-8. Web pages and programs are not: nobody answers a
    letter with one.
    """
    found = next((kind for start, kind in _STARTS if content.startswith(start)), None) or _zipped(content)
    if found is None and _is_text(content):
        found = TEXT
    if found is None:
        raise Invalid(f"{name} is no PDF, picture, letter (DOCX, ODT, RTF) or plain text in UTF-8; save it as a PDF first.")
    return found


def _zipped(content: bytes) -> str | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as opened:
            names = set(opened.namelist())
    except (zipfile.BadZipFile, ValueError, OSError):
        return None
    if "word/document.xml" in names:
        return _DOCX
    # An ODT's first entry is its type, stored bare so that it can be read without unpacking (ODF 1.3, part 2, section 3.3).
    return _ODT if content[30:300].startswith(f"mimetype{_ODT}".encode()) else None


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    odd = any(sign == "\x7f" or (sign < " " and sign not in "\t\n\r\f") for sign in text)
    return bool(text.strip()) and not odd and not text.lstrip()[:200].lower().startswith(_MARKUP)


def words_of(content: bytes) -> str:
    """The words of a plain text file; a byte order mark is no part of them."""
    return content.decode("utf-8-sig")
