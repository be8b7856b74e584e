"""Reading a list that somebody made: CSV of any common kind or XLSX, row by row; a file that would break the reader is refused.

A CSV may be UTF-8 (with or without its mark), UTF-16 with its mark, or windows-1252; comma, semicolon and tab are told apart by
the headings. Memory stays flat for CSV; an XLSX is read whole by its library, so its size is bounded first.
"""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from outreach.contacts import headings
from outreach.contacts.cells import shown
from outreach.errors import Invalid, NotFound

MAX_BYTES = 256 * 2**20
MAX_UNPACKED = 256 * 2**20
MAX_XLSX_CELLS = 5_000_000
MAX_CELL = 16 * 2**20

_DELIMITERS = ",;\t"
_ZIP, _OLD_OFFICE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# The longer marks first: that of UTF-32 begins as that of UTF-16.
_MARKS = (
    *((b"\xff\xfe\x00\x00", "utf-32"), (b"\x00\x00\xfe\xff", "utf-32")),
    *((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")),
)


@dataclass(frozen=True)
class Line:
    """One row of the file: its number as a spreadsheet shows it (the headings are row 1), and its cells."""

    number: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """A list as read: its headings, and its rows without blank ones; the rows can be taken once."""

    heads: list[str]
    lines: Iterator[Line]


@contextmanager
def table(path: Path) -> Iterator[Table]:
    """Open the list at `path`.

    Raises NotFound when there is no such file, Invalid when it is no list or cannot be read; a fault further down is raised
    when the rows come to it.
    """
    with ExitStack() as stack:
        # Only what happens here is the file's fault: an OSError of the caller's own, thrown in at the yield, is not.
        try:
            found = _with_heads(path, stack.enter_context(_opened(path)))
        except FileNotFoundError:
            raise NotFound(f"There is no file {path}; check the name.") from None
        except OSError as error:
            raise Invalid(f"{path} cannot be read ({error.strerror or error}); check the file and its permissions.") from error
        yield found


def _opened(path: Path) -> AbstractContextManager[Iterator[list[str]]]:
    start, size = _start(path)
    if size > MAX_BYTES:
        raise Invalid(f"{path.name} has {size:,} bytes, and at most {MAX_BYTES:,} are read; split it.")
    if start.startswith(_OLD_OFFICE):
        raise Invalid(f"{path.name} is an old or encrypted Office file; save it as .xlsx without a password, or as CSV.")
    return _xlsx(path) if start.startswith(_ZIP) else _csv(path, start)


def _start(path: Path) -> tuple[bytes, int]:
    if not path.is_file() and path.exists():
        raise Invalid(f"{path} is no file; name a CSV or XLSX file.")
    with path.open("rb") as file:
        return file.read(4096), path.stat().st_size


def _with_heads(path: Path, records: Iterator[list[str]]) -> Table:
    for number, cells in enumerate(records, 1):
        if any(cell.strip() for cell in cells):
            heads = _trimmed(cells)
            later = ((n, row) for n, row in enumerate(records, number + 1) if any(cell.strip() for cell in row))
            return Table(heads, (Line(n, row) for n, row in later))
    raise Invalid(f"{path.name} is empty; the first row must name the columns.")


def _trimmed(cells: Sequence[str]) -> list[str]:
    last = max(number for number, cell in enumerate(cells, 1) if cell.strip())
    return list(cells[:last])


# --- CSV


@contextmanager
def _csv(path: Path, start: bytes) -> Iterator[Iterator[list[str]]]:
    encoding = next((name for mark, name in _MARKS if start.startswith(mark)), None) or _unmarked(path, start)
    # The csv module's limit is the process's own: it stands only while this file is open.
    before = csv.field_size_limit(MAX_CELL)
    try:
        with path.open(encoding=encoding, newline="") as file:
            head = _head(path, file)
            file.seek(0)
            yield _records(path, csv.reader(file, delimiter=_delimiter(head)))
    finally:
        csv.field_size_limit(before)


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


def _delimiter(head: str) -> str:
    """The delimiter that gives the most known headings, then the most columns."""
    return max(_DELIMITERS, key=lambda delimiter: _fit(head, delimiter))


def _fit(head: str, delimiter: str) -> tuple[int, int]:
    try:
        rows = csv.reader(io.StringIO(head, newline=""), delimiter=delimiter)
        first = next((row for row in rows if len(row) > 1 or any(map(str.strip, row))), [])
    except csv.Error:
        return 0, 0
    return _known(first), len(first)


def _known(heads: Iterable[str]) -> int:
    return sum(headings.known(head) is not None for head in heads)


# --- XLSX


@contextmanager
def _xlsx(path: Path) -> Iterator[Iterator[list[str]]]:
    from python_calamine import CalamineError, CalamineWorkbook

    _must_be_bounded(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = _sheet(path, [workbook.get_sheet_by_name(name) for name in _visible(workbook)])
    except (CalamineError, ValueError) as error:
        raise Invalid(f"{path.name} cannot be read as a spreadsheet ({error}); save it again as .xlsx or CSV.") from error
    # The library gives empty rows before the first value, but leaves out empty columns before it.
    left = sheet.start[1] if sheet.start else 0
    yield ([""] * left + _row(row) for row in sheet.iter_rows())


def _visible(workbook: Any) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    shown_sheets = (sheet for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible)
    return [sheet.name for sheet in shown_sheets if sheet.typ == SheetTypeEnum.WorkSheet]


def _sheet(path: Path, sheets: list[Any]) -> Any:
    """The one sheet whose first filled row holds headings; a sheet of notes may stand before it."""
    filled = [sheet for sheet in sheets if sheet.start is not None]
    if len(filled) == 1:
        return filled[0]
    lists = [sheet for sheet in filled if _known(next(row for row in map(_row, sheet.iter_rows()) if any(row))) > 1]
    if len(lists) > 1:
        names = " and ".join(shown(sheet.name) for sheet in lists[:2])
        raise Invalid(f"{path.name} holds several lists ({names}); keep one sheet a file.")
    if not lists:
        raise Invalid(f"{path.name} has no sheet whose first row names the columns.")
    return lists[0]


def _row(values: Iterable[Any]) -> list[str]:
    return [_said(value) for value in values]


def _said(value: Any) -> str:
    """A cell's value as a person would type it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


_WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
# A cell's reference or a row's number: r="XFD1048576", r="7".
_PLACE = re.compile(rb"""[\s"']r\s*=\s*["']([A-Z]{0,7})([0-9]{1,9})["']""")


def _must_be_bounded(path: Path) -> None:
    """Raise Invalid for a file that would fill the memory: unpacked far larger than it is, or two cells at far corners.

    The library sets aside a place for every cell of the rectangle that the filled cells span, and ends the process when that
    fails: a file of 5 KB with a value in XFD1048576 asks for half a terabyte.
    """
    try:
        with zipfile.ZipFile(path) as packed:
            members = packed.infolist()
            if "xl/workbook.xml" not in {member.filename for member in members}:
                raise Invalid(f"{path.name} is a ZIP file but no .xlsx spreadsheet; save the list as .xlsx or CSV.")
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise Invalid(f"{path.name} unpacks to more than {MAX_UNPACKED:,} bytes, which no list needs; save it as CSV.")
            for member in members:
                _must_span_little(path, packed, member)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError) as error:
        raise Invalid(f"{path.name} is no readable spreadsheet ({error}); save it again as .xlsx or CSV.") from error


def _must_span_little(path: Path, packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    bottom = right = 1
    carried = b""
    with packed.open(member) as content:
        while block := content.read(2**20):
            if not carried and block.startswith(_WIDE_XML):
                raise Invalid(f"{path.name} is written in UTF-16 inside; save it again as .xlsx or CSV.")
            for letters, digits in _PLACE.findall(carried + block):
                bottom, right = max(bottom, int(digits)), max(right, _column(letters))
            carried = block[-40:]
    if bottom * right > MAX_XLSX_CELLS:
        raise Invalid(
            f"{path.name} reaches down to row {bottom:,} and over {right:,} columns; "
            f"delete the empty rows and columns after the list, or save it as CSV."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
