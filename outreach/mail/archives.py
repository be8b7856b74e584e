"""Messages that lie in files: one .eml, a folder of them, or an mbox as mail programs and Google Takeout write it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from outreach.errors import Invalid

LARGEST = 256 * 2**20
_FROM_LINE = re.compile(rb"From \S.{0,200}\d\d:\d\d")
_ESCAPED = re.compile(rb">+From ")
_HEADER = re.compile(rb"[!-9;-~]{1,100}[ \t]{0,10}:")


def messages_in(path: Path) -> Iterator[tuple[str, bytes]]:
    """Give each message as (where it stands, its bytes), with one message at a time in memory.

    Raises Invalid when the path is no .eml file, no folder of .eml files and no mbox, or when a message is
    larger than 256 MiB. An empty folder gives nothing.
    """
    if path.is_dir():
        return _in_folder(path)
    if not path.is_file():
        raise Invalid(f"There is no file or folder {path}; give an .eml file, a folder of .eml files or an mbox.")
    with path.open("rb") as file:
        start = file.readline(1000)
    if _FROM_LINE.match(start):
        return _in_mbox(path)
    if path.suffix.lower() == ".eml" or _HEADER.match(start):
        return iter([(path.name, _whole(path))])
    raise Invalid(f"{path.name} is no message and no mbox; give an .eml file, a folder of .eml files or an mbox.")


def _in_folder(path: Path) -> Iterator[tuple[str, bytes]]:
    files = sorted(each for each in path.iterdir() if each.is_file())
    messages = [each for each in files if each.suffix.lower() == ".eml"]
    if files and not messages:
        raise Invalid(f"The folder {path} holds no .eml file; save the messages there as .eml, or name an mbox in it.")
    return ((each.name, _whole(each)) for each in messages)


def _whole(path: Path) -> bytes:
    if path.stat().st_size > LARGEST:
        raise Invalid(f"{path.name} is larger than 256 MiB; no message is. Take it out of the folder.")
    return path.read_bytes()


def _in_mbox(path: Path) -> Iterator[tuple[str, bytes]]:
    with path.open("rb") as file:
        for number, lines in enumerate(_separated(file, path.name), start=1):
            yield f"{path.name}, message {number}", b"".join(lines)


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
