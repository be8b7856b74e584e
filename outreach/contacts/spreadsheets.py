"""XLSX: the one sheet that holds a list, row by row; a file that would fill the memory is refused before it is opened.

The library reads a sheet whole, so its size is bounded first.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

from outreach import spreadsheets
from outreach.contacts.cells import shown
from outreach.errors import Invalid

MAX_UNPACKED = 256 * 2**20
MAX_CELLS = 5_000_000


@contextmanager
def opened(path: Path, known: Callable[[str], bool]) -> Iterator[Iterator[list[str]]]:
    """The rows of the list at `path`; `known` tells headings."""
    from python_calamine import CalamineError, CalamineWorkbook

    spreadsheets.must_be_bounded(path, path.name, most_unpacked=MAX_UNPACKED, most_cells=MAX_CELLS)
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


@contextmanager
def unpacked(path: Path) -> Iterator[zipfile.ZipFile]:
    """The package at `path`; raises Invalid when it unpacks to more than any list needs, and for what is damaged inside."""
    with spreadsheets.unpacked(path, path.name, MAX_UNPACKED) as packed:
        yield packed
