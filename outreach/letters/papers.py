"""Files from outside that the record of a letter keeps (a signed page, a mail of approval), known by what they contain."""

import io
import re
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import PurePosixPath

from outreach.errors import Invalid

LARGEST = 20 * 1024 * 1024  # bytes
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LONGEST_LABEL = 200  # characters
_HEADER = re.compile(rb"[!-9;-~]+:[ \t]?\S")
_TEXT_CONTROLS = frozenset(b"\t\n\f\r")
_MESSAGE_STORE = "__properties_version1.0".encode("utf-16-le")


@dataclass(frozen=True)
class Paper:
    """A file that may be kept; `label` is what it was called, without folders, and never used as a path."""

    content: bytes
    label: str
    suffix: str
    content_type: str


def _is_message(content: bytes) -> bool:
    """An e-mail as text: it begins with headers, and says from whom it is and when."""
    if not _is_text(content) or not _HEADER.match(content):
        return False
    headers = BytesHeaderParser().parsebytes(content[: 256 * 1024])
    return "from" in headers and any(name in headers for name in ("date", "message-id", "received"))


def _is_docx(content: bytes) -> bool:
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "word/document.xml" in archive.NameToInfo
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "\0" not in content.decode("utf-16", "replace")
    return not any(byte < 32 and byte not in _TEXT_CONTROLS for byte in set(content))


# In the order they are tried: a message is text as well.
_KINDS: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "pdf": ("application/pdf", lambda content: content.startswith(b"%PDF-")),
    "png": ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    "msg": (
        "application/vnd.ms-outlook",
        lambda content: content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") and _MESSAGE_STORE in content,
    ),
    "docx": (DOCX, _is_docx),
    "eml": ("message/rfc822", _is_message),
    "txt": ("text/plain", _is_text),
}
SCANS = ("pdf", "png", "jpg")
ENCLOSURES = ("pdf", "docx", "png", "jpg", "txt")
EVIDENCE = ("pdf", "eml", "msg", "png", "jpg", "txt", "docx")
_SUFFIXES = {"jpg": ("jpg", "jpeg")}


def paper(content: bytes, filename: str, kinds: Collection[str]) -> Paper:
    """The file as it may be kept; `kinds` are those that are wanted ("pdf", "png" ...), told by content and not by name.

    Raises Invalid when it is empty, larger than 20 MB, or of another kind.
    """
    label = _label(filename)
    if not content:
        raise Invalid(f"The file {label or 'given'} is empty; choose another.")
    if len(content) > LARGEST:
        raise Invalid(f"The file {label or 'given'} has more than {LARGEST // 2**20} MB; make it smaller and retry.")
    kind = next((name for name, (_type, fits) in _KINDS.items() if fits(content)), None)
    if kind is None or kind not in kinds:
        wanted = ", ".join(name.upper() for name in kinds)
        raise Invalid(f"The file {label or 'given'} is, by its content, none of {wanted}; save it as one of them and retry.")
    return Paper(content, _with_suffix(label, kind), kind, _KINDS[kind][0])


def suffix_of(content_type: str) -> str:
    """The suffix of a kept file's kind."""
    return next(name for name, (known, _fits) in _KINDS.items() if known == content_type)


def _label(filename: str) -> str:
    """The last part of a file name from any system, with nothing in it that is not seen."""
    last = re.split(r"[/\\]", filename)[-1]
    return "".join(sign for sign in last if sign.isprintable()).strip(" .")


def _with_suffix(label: str, kind: str) -> str:
    stem, suffix = (label or "file"), PurePosixPath(label).suffix[1:].lower()
    if suffix in _SUFFIXES.get(kind, (kind,)):
        stem = stem[: -len(suffix) - 1]
    else:
        suffix = kind
    return f"{stem[: _LONGEST_LABEL - len(suffix) - 1]}.{suffix}"
