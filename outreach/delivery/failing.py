"""The letters of a run that need a person, as a file that feeds the next: what was refused or held, and why."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.archive import write_durably
from outreach.contacts.models import Organisation, Post
from outreach.delivery.models import Result
from outreach.delivery.recording import Sent
from outreach.errors import Invalid
from outreach.letters import register
from outreach.letters.models import Letter, LetterAddressee

# What became of a letter that needs nobody to look at it.
WELL = (Result.ACCEPTED, Result.PLACED, Result.REHEARSED)
COLUMNS = ("reference", "outcome", "reason", "contact", "addresses")
# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t")


def said(one: Sent) -> str:
    """The outcome in a word: a result, or held."""
    return one.result.value if one.result else "held"


def failed(done: Iterable[Sent]) -> list[Sent]:
    """What did not leave, or may not have."""
    return [one for one in done if one.result not in WELL]


def write(session: Session, done: Iterable[Sent], folder: Path, campaign: str, at: datetime) -> Path | None:
    """Write the letters that failed into a new CSV file in `folder`; None when none did."""
    rows = failed(done)
    if not rows:
        return None
    text = io.StringIO()
    written = csv.writer(text)
    written.writerow(COLUMNS)
    whom = _whom(session, [one.reference for one in rows])
    for one in rows:
        written.writerow([_cell(cell) for cell in (one.reference, said(one), one.detail, *whom.get(one.reference, ("", "")))])
    path = folder / f"{campaign}-{at:%Y%m%dT%H%M%SZ}.csv"
    # The mark by which a spreadsheet knows UTF-8.
    write_durably(path, text.getvalue().encode("utf-8-sig"))
    return path


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _whom(session: Session, references: Sequence[str]) -> Mapping[str, tuple[str, str]]:
    """The contact and the addresses of each letter, by reference; a few queries for every 500."""
    numbers = [
        number
        for start in range(0, len(references), 500)
        for number in session.scalars(select(Letter.id).where(Letter.reference.in_(references[start : start + 500])))
    ]
    keys: dict[int, str] = {}
    for start in range(0, len(numbers), 500):
        query = (
            select(LetterAddressee.letter_id, Organisation.key, Post.kind, Post.seat)
            .join(Post, Post.id == LetterAddressee.post_id)
            .join(Organisation, Organisation.id == Post.organisation_id)
            .where(LetterAddressee.letter_id.in_(numbers[start : start + 500]), LetterAddressee.position == 0)
        )
        keys |= {row[0]: "/".join(part for part in row[1:] if part) for row in session.execute(query)}
    return {
        letter.reference: (keys.get(letter.id, ""), "; ".join(one.address for one in letter.version_now.recipients))
        for letter in register.in_chunks(session, numbers)
    }


def references(text: str) -> list[str]:
    """The references in such a file, or in a list of one a line; raises Invalid when there is none."""
    rows = [row for row in csv.reader(io.StringIO(text.lstrip("\ufeff"))) if row and row[0].strip()]
    named = [row[0].strip() for row in rows if row[0].strip() != COLUMNS[0]]
    if not named:
        raise Invalid("The file names no letter; its first column is to hold references.")
    return named
