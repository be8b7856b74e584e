"""Messages that lie in files: .eml, Outlook's .msg, winmail.dat, an mbox as mail programs and Google Takeout write it.

Folders of any of these are searched through, a Maildir among them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from outreach.errors import Invalid

LARGEST = 256 * 2**20
_FROM_LINE = re.compile(rb"From \S.{0,200}\d\d:\d\d")
_ESCAPED = re.compile(rb">+From ")
# A file without a suffix of mail is some when it begins as mail does.
_SUFFIXES = frozenset({".eml", ".msg"})
_MAIL_HEADER = re.compile(
    rb"(?:from|to|cc|subject|date|sender|reply-to|received|return-path|delivered-to|envelope-to|message-id|mime-version|content-type"
    rb"|dkim-signature|arc-[a-z-]+|authentication-results|received-spf|domainkey-signature|x-[a-z0-9-]{1,60})[ \t]{0,10}:",
    re.IGNORECASE,
)
_WHAT = "an .eml or .msg file, an mbox, or a folder of them"
TNEF = b"\x78\x9f\x3e\x22"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]{0,10}:")


def messages_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give each message as (where it stands, its bytes), with one message at a time in memory.

    A folder is searched through with the folders in it, in the order of their names; files that are no mail are passed over.

    Raises Invalid when the path is no message, no mbox and no folder of them, or when a message is larger than 256 MiB. An
    empty folder gives nothing.
    """
    if path.is_dir():
        return _in_folder(path)
    if not path.is_file():
        raise Invalid(f"There is no file or folder {path}; give {_WHAT}.")
    if path.suffix.lower() in _SUFFIXES or _looks_like_mail(path, _HEADER):
        return in_file(path, path.name)
    raise Invalid(f"{path.name} is no message and no mbox; give {_WHAT}.")


def _in_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    messages = files_in(path)
    if not messages and any(each.is_file() for each in path.rglob("*")):
        raise Invalid(f"The folder {path} holds no .eml file and no other mail; save the messages there as .eml.")
    return (found for each in messages for found in in_file(each, str(each.relative_to(path))))


def files_in(path: Path) -> list[Path]:
    """The files of mail in a folder and in the folders within it, by name; what a Maildir is only just receiving is left."""
    files = sorted(each for each in path.rglob("*") if each.is_file() and not _is_arriving(each.parent))
    return [each for each in files if each.suffix.lower() in _SUFFIXES or _looks_like_mail(each, _MAIL_HEADER)]


def _is_arriving(folder: Path) -> bool:
    return folder.name == "tmp" and (folder.parent / "cur").is_dir() and (folder.parent / "new").is_dir()


def in_file(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    """The messages of one file that is mail, each as (where it stands, its bytes); `name` is what the file is called."""
    if _FROM_LINE.match(_start_of(path)):
        return _in_mbox(path, name)
    return iter([(name, _whole(path))])


def _looks_like_mail(path: Path, header: re.Pattern[bytes]) -> bool:
    start = _start_of(path)
    return bool(_FROM_LINE.match(start) or header.match(start)) or start.startswith((TNEF, OLE) if header is _HEADER else TNEF)


def _start_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.readline(1000)


def _whole(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{path.name} is larger than 256 MiB; no message is. Take it out of the folder.")
    return path.read_bytes()


def _in_mbox(path: Path, name: str) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for number, lines in enumerate(_separated(file, name), start=1):
            yield f"{name}, message {number}", b"".join(lines)


def _separated(file: BinaryIO, name: str) -> Iterator[list[bytes]]:
    """Give the lines of each message, without the From_ line, the escapes (mboxrd) and the blank line at its end."""
    lines: list[bytes] = []
    size, after_blank, is_open = 0, True, False
    for line in iter(lambda: file.readline(2**20), b""):
        if after_blank and _FROM_LINE.match(line):
            if is_open:
                yield _without_blank_end(lines)
            lines, size, is_open = [], 0, True
        else:
            lines.append(line[1:] if _ESCAPED.match(line) else line)
            size += len(line)
        if size > LARGEST:
            raise Invalid(f"A message in {name} is larger than 256 MiB; no message is. Export the mbox again.")
        after_blank = line in {b"\n", b"\r\n"}
    yield _without_blank_end(lines)


def _without_blank_end(lines: list[bytes]) -> list[bytes]:
    return lines[:-1] if lines and lines[-1] in {b"\n", b"\r\n"} else lines
