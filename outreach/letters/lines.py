"""Letters in a line each, for whoever looks at somebody or something that letters are about."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.letters.models import Letter, LetterState, LetterVersion


@dataclass(frozen=True)
class LetterLine:
    """A letter as its current version has it."""

    number: int
    reference: str
    subject: str
    dated: date
    state: LetterState


def latest(session: Session, fits: ColumnElement[bool], *, limit: int) -> list[LetterLine]:
    """The last letters that fit a condition on `Letter`, the newest first; one query."""
    query = (
        select(Letter.id, Letter.reference, LetterVersion.subject, LetterVersion.dated, Letter.state)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .where(fits)
        .order_by(Letter.id.desc())
        .limit(limit)
    )
    return [LetterLine(*row) for row in session.execute(query)]
