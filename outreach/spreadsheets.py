"""XLSX files and their kin from outside: bounded before a library reads them whole.

The library sets aside a place for every cell of the rectangle that the filled cells span, and ends the process when that fails:
a file of 5 KB with a value in XFD1048576 asks for half a terabyte.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from outreach.errors import Invalid

# What the reader of ZIP files raises for a damaged one.
BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, OverflowError)
_WIDE_XML = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
# A cell's reference or a row's number: r="XFD1048576", r="7".
_PLACE = re.compile(rb"""[\s"']r\s*=\s*["']([A-Z]{0,7})([0-9]{1,9})["']""")


@contextmanager
def unpacked(file: Path | IO[bytes], name: str, most: int) -> Iterator[zipfile.ZipFile]:
    """The package, which messages call `name`; raises Invalid when it unpacks to more than `most` bytes, or is damaged."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(member.file_size for member in packed.infolist()) > most:
                raise Invalid(f"{name} unpacks to more than {most:,} bytes, which no list needs; save it as CSV.")
            yield packed
    except BROKEN as error:
        raise Invalid(f"{name} is no readable spreadsheet ({error}); save it again as .xlsx or CSV.") from error


def must_be_bounded(file: Path | IO[bytes], name: str, *, most_unpacked: int, most_cells: int) -> None:
    """Raise Invalid, naming the file, when it would fill the memory: far larger unpacked, or two cells at far corners."""
    with unpacked(file, name, most_unpacked) as packed:
        for member in packed.infolist():
            _must_span_little(name, packed, member, most_cells)


def _must_span_little(name: str, packed: zipfile.ZipFile, member: zipfile.ZipInfo, most_cells: int) -> None:
    bottom = right = 1
    carried = b""
    with packed.open(member) as content:
        while block := content.read(2**20):
            if not carried and block.startswith(_WIDE_XML):
                raise Invalid(f"{name} is written in UTF-16 inside; save it again as .xlsx or CSV.")
            # No program writes entities of its own, and those that stand for each other fill any memory.
            if b"<!DOCTYPE" in (seen := carried + block) or b"<!ENTITY" in seen:
                raise Invalid(f"{name} declares entities inside, as no spreadsheet does; save it again as .xlsx or CSV.")
            for letters, digits in _PLACE.findall(seen):
                bottom, right = max(bottom, int(digits)), max(right, _column(letters))
            carried = block[-40:]
    if bottom * right > most_cells:
        raise Invalid(
            f"{name} reaches down to row {bottom:,} and over {right:,} columns; "
            f"delete the empty rows and columns after the list, or save it as CSV."
        )


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def sheets_of(content: bytes, name: str, *, most_unpacked: int, most_cells: int) -> Iterator[list[list[Any]]]:
    """The cells of each worksheet of an XLSX file, row by row from the first column on, with numbers as numbers.

    Raises Invalid, naming the file, when it cannot be read within these bounds.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    must_be_bounded(io.BytesIO(content), name, most_unpacked=most_unpacked, most_cells=most_cells)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for place in range(len(workbook.sheet_names)):
            sheet = workbook.get_sheet_by_index(place)
            # The library gives empty rows before the first value, but leaves out empty columns before it.
            left = [""] * (sheet.start[1] if sheet.start else 0)
            yield [[*left, *row] for row in sheet.iter_rows()]
    except (CalamineError, ValueError) as error:
        raise Invalid(f"{name} cannot be read as a spreadsheet ({error}); save it again as .xlsx.") from error
