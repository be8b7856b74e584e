"""A reply form that came back as XLSX: the first column names the field, the last holds the answer."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

from outreach.errors import Invalid
from outreach.letters.reply_form import ATTRIBUTION, LEVELS, NO
from outreach.responses.returned_cells import Cell, Found
from outreach.spreadsheets import sheets_of
from outreach.typesetting.docx_opening import custom_properties

_FIELD = re.compile(r"[a-z0-9-]{1,40}(\.[a-z]{1,20})?")
_LAST_FIELD = f"{ATTRIBUTION}.{LEVELS[-1]}"
_CODE, _ANSWER = 0, 2
_MOST_UNPACKED = 20 * 2**20
_MOST_CELLS = 200_000
_NOT = frozenset({"", "-", "0", NO, "false"})
Rows = Sequence[Sequence[Any]]


def read_spreadsheet(content: bytes, name: str) -> Found:
    """What stands in the answers of an XLSX form; raises Invalid when the file cannot be read within bounds or is no form."""
    sheets = list(sheets_of(content, name, most_unpacked=_MOST_UNPACKED, most_cells=_MOST_CELLS))
    form = next((rows for rows in sheets if any(row and row[_CODE] == _LAST_FIELD for row in rows)), None)
    if form is None:
        raise Invalid(
            f"{name} has no sheet with a reply form's codes in its first column; open it and log the answers by hand."
        )
    found = Found(dict(custom_properties(content)))
    options = _options([rows for rows in sheets if rows is not form])
    for row in form:
        if len(row) > _ANSWER and isinstance(row[_CODE], str) and _FIELD.fullmatch(row[_CODE].strip()):
            _put(found, row[_CODE].strip(), row[_ANSWER], options)
    return found


def _options(sheets: Sequence[Rows]) -> dict[tuple[str, str], str]:
    """The value of an option by field and words."""
    rows = (row for sheet in sheets for row in sheet if len(row) > _ANSWER)
    return {(str(name), _squeezed(str(words))): str(value) for name, value, words, *_rest in rows}


def _put(found: Found, name: str, value: Any, options: dict[tuple[str, str], str]) -> None:
    area, _, level = name.partition(".")
    text = _said(value)
    if area == ATTRIBUTION:
        if level in LEVELS and text.casefold() not in _NOT:
            found.ticked.add(level)
        return
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else None
    if isinstance(number, float) and number.is_integer() and abs(number) < 10**15:
        number = int(number)
    found.put(name, Cell(text, options.get((name, _squeezed(text)), ""), number))


def _said(value: Any) -> str:
    """A cell as a person would type it."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, float) and value.is_integer() and abs(value) < 10**15:
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _squeezed(text: str) -> str:
    return " ".join(text.split()).casefold()
