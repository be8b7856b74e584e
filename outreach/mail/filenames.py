"""Names of attachments: labels given by a stranger, made safe to show and to save under."""

import re
import unicodedata
from pathlib import PurePosixPath

_LONGEST = 180
_LONGEST_SUFFIX = 20
_UNSAFE = re.compile('[<>:"|?*]')
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# Windows opens a device, not a file, under these names, whatever the suffix.
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_SUFFIXES = {
    "application/ms-tnef": ".dat",
    "application/pdf": ".pdf",
    "image/gif": ".gif",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "text/rfc822-headers": ".txt",
}


def safe_filename(name: str, content_type: str = "", fallback: str = "attachment") -> str:
    """Give a file name without folders, control characters or direction marks, of at most 180 bytes of UTF-8.

    An empty name becomes `fallback` with the suffix of the type. The suffix survives cutting, so that a long name
    still opens in the right program; it is a label all the same, never a path.
    """
    last = re.split(r"[/\\]", name)[-1]
    plain = _UNSAFE.sub("_", _UNSEEN.sub("", unicodedata.normalize("NFC", last))).strip(" .")
    if not plain:
        return fallback + _SUFFIXES.get(content_type, "")
    if _DEVICES.fullmatch(plain):
        plain = f"_{plain}"
    return _cut(plain)


def _cut(name: str) -> str:
    if len(name.encode()) <= _LONGEST:
        return name
    suffix = PurePosixPath(name).suffix
    if len(suffix.encode()) > _LONGEST_SUFFIX:
        suffix = ""
    stem = name.removesuffix(suffix).encode()[: _LONGEST - len(suffix.encode())].decode("utf-8", "ignore")
    return stem.strip(" .") + suffix
