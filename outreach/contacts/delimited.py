"""CSV of any common kind, row by row: encodings and delimiters are found by looking, what cannot be read says where.

UTF-8 (with or without its mark), UTF-16 with its mark, or windows-1252; comma, semicolon and tab are told apart by the
headings, or by the line `sep=;` that Excel writes before them.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from outreach.errors import Invalid

MAX_CELL = 16 * 2**20

_DELIMITERS = ",;\t"
_SAYS = re.compile(r'"?sep=([,;\t|])"?\r?\n', re.IGNORECASE)


@contextmanager
def opened(path: Path, start: bytes, encoding: str | None, known: Callable[[str], bool]) -> Iterator[Iterator[list[str]]]:
    """The rows of the list at `path`, which begins with `start`; `known` tells headings, `encoding` is that of its mark."""
    encoding = encoding or _unmarked(path, start)
    # The csv module's limit is the process's own: it stands only while this file is open.
    before = csv.field_size_limit(MAX_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            head = _head(path, file)
            file.seek(0)
            delimiter = _delimiter(head, known)
            rows = _records(path, csv.reader(file, delimiter=delimiter))
            yield _without_first(rows) if _SAYS.match(head) else rows
    finally:
        csv.field_size_limit(before)


def _without_first(rows: Iterator[list[str]]) -> Iterator[list[str]]:
    next(rows, None)
    # A blank row in its place: a spreadsheet counts it.
    yield []
    yield from rows


def _head(path: Path, file: IO[str]) -> str:
    try:
        return file.read(64 * 1024)
    except UnicodeError as error:
        raise Invalid(f"{path.name} is broken UTF-16; save it as UTF-8.") from error


def _records(path: Path, reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as error:
        raise Invalid(
            f"{path.name}, near line {reader.line_num}: {error}; is a quotation mark not closed? Nothing was changed."
        ) from error
    except UnicodeError as error:
        raise Invalid(f"{path.name}, near line {reader.line_num}, is broken UTF-16; save it as UTF-8.") from error


def _unmarked(path: Path, start: bytes) -> str:
    # In a list in UTF-16 every second byte of ordinary letters is zero; in any other hardly one is.
    if start.count(0) * 4 > len(start):
        raise Invalid(f"{path.name} is UTF-16 without its mark, or no text at all; save the list as UTF-8.")
    return _encoding(path)


def _encoding(path: Path) -> str:
    """UTF-8 if the whole file is; windows-1252 if no line is written in UTF-8; Invalid for a mixture."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            while file.read(2**20):
                pass
        return "utf-8"
    except UnicodeDecodeError:
        return _not_utf8(path)


def _not_utf8(path: Path) -> str:
    unicode_line = other_line = 0
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
                unicode_line = unicode_line or number
            except UnicodeDecodeError:
                other_line = other_line or number
                _must_be_western(path, number, line)
            if unicode_line and other_line:
                raise Invalid(
                    f"{path.name} mixes encodings: line {unicode_line} is UTF-8, line {other_line} is not; "
                    f"save it as UTF-8 and look at these lines."
                )
    return "cp1252"


def _must_be_western(path: Path, number: int, line: bytes) -> None:
    try:
        line.decode("cp1252")
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name}, line {number}, is neither UTF-8 nor windows-1252; save the file as UTF-8.") from error


def _delimiter(head: str, known: Callable[[str], bool]) -> str:
    """What Excel says it is, else the delimiter that gives the most known headings, then the most columns."""
    said = _SAYS.match(head)
    return said[1] if said else max(_DELIMITERS, key=lambda delimiter: _fit(head, delimiter, known))


def _fit(head: str, delimiter: str, known: Callable[[str], bool]) -> tuple[int, int]:
    try:
        rows: Iterable[list[str]] = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        first = next((row for row in rows if len(row) > 1 or any(map(str.strip, row))), [])
    except csv.Error:
        return 0, 0
    return sum(map(known, first)), len(first)
