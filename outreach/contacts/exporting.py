"""Exporting contacts as CSV, XLSX or vCard: read again as they are, they change nothing."""

import csv
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import xlsxwriter  # it ships no types
from sqlalchemy.orm import Session
from xlsxwriter.exceptions import FileCreateError

from outreach import journal
from outreach.contacts import finding, rendering, vcard_writing
from outreach.contacts.finding import Filter
from outreach.contacts.headings import COLUMNS
from outreach.contacts.lookup import Lookup
from outreach.contacts.shielding import shield, unshield
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, RowsDigest

_WIDE = {"organisation": 34, "post": 40, "title": 34, "full_name": 26, "email": 34, "address": 34}
# Text from outside stays text: "=1+1" is no formula, "http://..." no link.
TEXT_ONLY = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}

Exported = Iterator[tuple[str, dict[str, str]]]


@dataclass(frozen=True)
class Taken:
    """What was taken away: as which kind of file, how many contacts, and one digest of all that was said of them."""

    kind: str
    count: int
    digest: str


def write(session: Session, path: Path, wanted: Filter, *, on: date) -> Taken:
    """Write who fits `wanted`, with holders as on `on`, to `path` (.csv, .xlsx or .vcf), and say what that was.

    `record` it: an export takes personal data out of the office.

    Raises Refused when `path` stands there already, Invalid for another ending or when it cannot be written.
    """
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        raise Invalid(f"{path.name} is none of {', '.join(KINDS)}; name a file that ends so.")
    if path.exists():
        raise Refused(f"{path} stands there already; name another file.")
    if not path.parent.is_dir():
        raise Invalid(f"There is no folder {path.parent}; make it first, or name another file.")
    draft, digest = path.with_name(f".{path.name}.{os.getpid()}.part"), RowsDigest()
    try:
        count = kind(draft, _digested(contacts(session, wanted, on=on), digest))
        draft.replace(path)
    except (OSError, FileCreateError) as error:
        raise Invalid(f"{path} cannot be written ({error}); free some space or name another file.") from error
    finally:
        draft.unlink(missing_ok=True)
    return Taken(path.suffix.lower(), count, digest.hexdigest())


def record(session: Session, taken: Taken, wanted: Filter, *, by: Actor, at: datetime) -> None:
    """Write into the journal who took out how many contacts of which kind, narrowed to what."""
    narrowed = {name: value for name, value in vars(wanted).items() if value}
    values = {"count": taken.count, "as": taken.kind, "narrowed": narrowed, "digest": taken.digest}
    journal.record(session, by, "took out", "contacts", at=at, **values)


def _digested(found: Exported, digest: RowsDigest) -> Exported:
    for about, texts in found:
        digest.add({"contact": about, **texts})
        yield about, texts


def contacts(session: Session, wanted: Filter, *, on: date) -> Exported:
    """Each contact that fits: what tells it from every other one, and its cells by column. Memory stays flat."""
    with Lookup.of(session) as lookup:
        for listed in finding.listing(session, wanted, on=on, with_tags=True):
            about = f"{listed.key}#{listed.holder.person_id if listed.holder else ''}"
            yield about, rendering.texts(listed, rendering.called(listed.organisation, lookup))


def _csv(path: Path, found: Exported) -> int:
    count = 0
    # Spreadsheets see by the mark that it is UTF-8.
    with path.open("x", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for _, texts in found:
            writer.writerow(shield(texts.get(name, "")) for name in COLUMNS)
            count += 1
    return count


def _xlsx(path: Path, found: Exported) -> int:
    count = 0
    with xlsxwriter.Workbook(str(path), TEXT_ONLY) as book:
        sheet = book.add_worksheet("Contacts")
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for number, name in enumerate(COLUMNS):
            sheet.set_column(number, number, _WIDE.get(name, 16), text)
        sheet.freeze_panes(1, 1)
        sheet.write_row(0, 0, COLUMNS, book.add_format({"bold": True, "bottom": 1}))
        for count, (_, texts) in enumerate(found, 1):
            _write_row(sheet, count, texts)
    return count


def _write_row(sheet: Any, row: int, texts: dict[str, str]) -> None:
    for column, name in enumerate(COLUMNS):
        if text := texts.get(name, ""):
            # An apostrophe that the import would take for a shield gets one of its own.
            sheet.write_string(row, column, text if unshield(text) == text else f"'{text}")


def _vcf(path: Path, found: Exported) -> int:
    count = 0
    with path.open("x", encoding="utf-8", newline="") as file:
        for about, texts in found:
            file.write(vcard_writing.card(texts, about=about))
            count += 1
    return count


KINDS: dict[str, Callable[[Path, Exported], int]] = {".csv": _csv, ".xlsx": _xlsx, ".vcf": _vcf}
