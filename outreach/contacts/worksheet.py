"""A worksheet to fill in: one row for each post whose holder is not confirmed, in the columns that the import reads."""

import os
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import Any

import xlsxwriter  # it ships no types
from sqlalchemy.orm import Session
from xlsxwriter.exceptions import FileCreateError

from outreach.contacts import rendering
from outreach.contacts.exporting import TEXT_ONLY
from outreach.contacts.finding import Filter, Listed, listing
from outreach.contacts.lookup import Lookup
from outreach.contacts.models import Channel, Gender
from outreach.errors import Invalid, Refused
from outreach.protocol.addressee import RANKS

COLUMNS = (
    *("organisation", "post", "title", "full_name", "given_name", "family_name", "gender", "rank", "salutation"),
    *("confirmed_on", "email", "phone", "address", "language", "channel"),
)
_WIDE = {"organisation": 34, "post": 40, "title": 34, "full_name": 26, "email": 34, "address": 34}
_CHOICES = {"gender": tuple(Gender), "rank": RANKS, "channel": tuple(Channel)}

_NOTE = (
    "Contacts to confirm",
    "Each row of the sheet Contacts is a post whose holder is not known, or was not confirmed for a long time.",
    "1. Find out who holds the post. Write the name; for a letter's greeting the family name too.",
    "2. Leave gender and rank blank unless the person's own record says them; nothing is guessed.",
    "3. Write the day on which you made sure into confirmed_on, as 2025-01-31.",
    "4. A blank cell keeps what is stored; a hyphen (-) takes it away. Do not change the columns organisation and post.",
    "5. A new name in a row with another name before means: the new person holds the post from the day of the import.",
    "6. Save, then bring this file in: at the desk under Contacts, or with `outreach contacts import`.",
)


def write(session: Session, path: Path, wanted: Filter, *, on: date, stale_after: int) -> int:
    """Write the worksheet to `path` (.xlsx) and give the number of its rows; with none nothing is written.

    A holder counts as confirmed for `stale_after` days. Raises Refused when `path` stands there already, Invalid when it cannot
    be written.
    """
    if path.exists():
        raise Refused(f"{path} stands there already, perhaps filled in; name another file.")
    if not path.parent.is_dir():
        raise Invalid(f"There is no folder {path.parent}; make it first, or name another file.")
    rows = _rows(session, wanted, on, on - timedelta(days=stale_after))
    first = next(rows, None)
    if first is None:
        return 0
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        count = _write(draft, first, rows)
        draft.replace(path)
    except FileCreateError as error:
        raise Invalid(f"{path} cannot be written ({error}); free some space or name another file.") from error
    finally:
        draft.unlink(missing_ok=True)
    return count


def _rows(session: Session, wanted: Filter, on: date, fresh_from: date) -> Iterator[list[str]]:
    with Lookup.of(session) as lookup:
        for listed in listing(session, wanted, on=on, with_tags=True):
            if _is_open(listed, fresh_from):
                texts = rendering.texts(listed, rendering.called(listed.organisation, lookup))
                yield [texts.get(name, "") for name in COLUMNS]


def _is_open(listed: Listed, fresh_from: date) -> bool:
    holder = listed.holder
    return listed.post is not None and (holder is None or holder.confirmed_on is None or holder.confirmed_on < fresh_from)


def _write(path: Path, first: list[str], rows: Iterator[list[str]]) -> int:
    with xlsxwriter.Workbook(str(path), TEXT_ONLY) as book:
        _write_note(book)
        sheet = book.add_worksheet("Contacts")
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for number, name in enumerate(COLUMNS):
            sheet.set_column(number, number, _WIDE.get(name, 16), text)
        sheet.freeze_panes(1, 2)
        sheet.write_row(0, 0, COLUMNS, bold)
        count = 0
        for count, row in enumerate(chain([first], rows), 1):
            sheet.write_row(count, 0, row)
        _offer_choices(sheet, count)
    return count


def _write_note(book: Any) -> None:
    note = book.add_worksheet("Read me first")
    note.set_column(0, 0, 110)
    note.write_row(0, 0, [_NOTE[0]], book.add_format({"bold": True, "font_size": 14}))
    for number, line in enumerate(_NOTE[1:], 2):
        note.write_row(number, 0, [line])


def _offer_choices(sheet: Any, count: int) -> None:
    for name, words in _CHOICES.items():
        column = COLUMNS.index(name)
        rule = {
            "validate": "list",
            "source": [str(word) for word in words],
            "error_type": "warning",
            "error_message": f"The import knows only the words in this list for {name}.",
        }
        sheet.data_validation(1, column, count, column, rule)
