"""XLSX: the one sheet that holds a list, row by row; a file that would fill the memory is refused before it is opened.

The library reads a sheet whole, so its size is bounded first.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from outreach.contacts.cells import shown
from outreach.errors import Invalid

MAX_UNPACKED = 256 * 2**20
MAX_CELLS = 5_000_000

# What the reader of ZIP files raises for a damaged one.
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError)

_WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
# A cell's reference or a row's number: r="XFD1048576", r="7".
_PLACE = re.compile(rb"""[\s"']r\s*=\s*["']([A-Z]{0,7})([0-9]{1,9})["']""")


@contextmanager
def opened(path: Path, known: Callable[[str], bool]) -> Iterator[Iterator[list[str]]]:
    """The rows of the list at `path`; `known` tells headings."""
    from python_calamine import CalamineError, CalamineWorkbook

    _must_be_bounded(path)
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        sheet = _sheet(path, [workbook.get_sheet_by_name(name) for name in _visible(workbook)], known)
    except (CalamineError, ValueError) as error:
        raise Invalid(f"{path.name} cannot be read as a spreadsheet ({error}); save it again as .xlsx or CSV.") from error
    # The library gives empty rows before the first value, but leaves out empty columns before it.
    left = sheet.start[1] if sheet.start else 0
    yield ([""] * left + _row(row) for row in sheet.iter_rows())


def _visible(workbook: Any) -> list[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    shown_sheets = (sheet for sheet in workbook.sheets_metadata if sheet.visible == SheetVisibleEnum.Visible)
    return [sheet.name for sheet in shown_sheets if sheet.typ == SheetTypeEnum.WorkSheet]


def _sheet(path: Path, sheets: list[Any], known: Callable[[str], bool]) -> Any:
    filled = [sheet for sheet in sheets if sheet.start is not None]
    firsts = [next(row for row in map(_row, sheet.iter_rows()) if any(row)) for sheet in filled]
    return filled[the_list(path, [(sheet.name, first) for sheet, first in zip(filled, firsts, strict=True)], known)]


def the_list(path: Path, sheets: list[tuple[str, list[str]]], known: Callable[[str], bool]) -> int:
    """Which of the sheets (name and first filled row) is the list: its first row holds headings; notes may stand before it.

    Raises Invalid when there are several, or none.
    """
    if len(sheets) == 1:
        return 0
    lists = [number for number, (_, first) in enumerate(sheets) if sum(map(known, first)) > 1]
    if len(lists) > 1:
        names = " and ".join(shown(sheets[number][0]) for number in lists[:2])
        raise Invalid(f"{path.name} holds several lists ({names}); keep one sheet a file.")
    if not lists:
        raise Invalid(f"{path.name} has no sheet whose first row names the columns.")
    return lists[0]


def _row(values: Iterable[Any]) -> list[str]:
    return [said(value) for value in values]


def said(value: Any) -> str:
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


def _must_be_bounded(path: Path) -> None:
    """Raise Invalid for a file that would fill the memory: unpacked far larger than it is, or two cells at far corners.

    The library sets aside a place for every cell of the rectangle that the filled cells span, and ends the process when that
    fails: a file of 5 KB with a value in XFD1048576 asks for half a terabyte.
    """
    with unpacked(path) as packed:
        for member in packed.infolist():
            _must_span_little(path, packed, member)


@contextmanager
def unpacked(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package at `path`; raises Invalid when it unpacks to more than any list needs, and for what is damaged inside."""
    try:
        with zipfile.ZipFile(path) as packed:
            if sum(member.file_size for member in packed.infolist()) > MAX_UNPACKED:
                raise Invalid(f"{path.name} unpacks to more than {MAX_UNPACKED:,} bytes, which no list needs; save it as CSV.")
            yield packed
    except BROKEN as error:
        raise Invalid(f"{path.name} is no readable spreadsheet ({error}); save it again as .xlsx or CSV.") from error


def _must_span_little(path: Path, packed: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    bottom = right = 1
    carried = b""
    with packed.open(member) as content:
        while block := content.read(2**20):
            if not carried and block.startswith(_WIDE_XML):
                raise Invalid(f"{path.name} is written in UTF-16 inside; save it again as .xlsx or CSV.")
            # No program writes entities of its own, and those that stand for each other fill any memory.
            if b"<!DOCTYPE" in (seen := carried + block) or b"<!ENTITY" in seen:
                raise Invalid(f"{path.name} declares entities inside, as no spreadsheet does; save it again as .xlsx or CSV.")
            for letters, digits in _PLACE.findall(seen):
                bottom, right = max(bottom, int(digits)), max(right, _column(letters))
            carried = block[-40:]
    if bottom * right > MAX_CELLS:
        raise Invalid(
            f"{path.name} reaches down to row {bottom:,} and over {right:,} columns; "
            f"delete the empty rows and columns after the list, or save it as CSV."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
