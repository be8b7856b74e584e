"""What stands around an organisation in the rooms above the directory: letters to it, answers from it, its journal."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Organisation
from outreach.contacts.recording import subject_of
from outreach.journal import Entry, EntryValues
from outreach.letters.models import Letter, LetterAddressee, LetterState, LetterVersion
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseState

LAST = 20


@dataclass(frozen=True)
class LetterLine:
    """A letter to one of its posts."""

    number: int
    reference: str
    subject: str
    dated: date
    state: LetterState


@dataclass(frozen=True)
class ResponseLine:
    """An answer of which it is an author."""

    number: int
    received_on: date
    kind: ResponseKind
    state: ResponseState
    subject: str


@dataclass(frozen=True)
class Happening:
    """An entry of the journal about it; `said` are its values in words."""

    at: datetime
    actor: str
    verb: str
    subject: str
    said: Sequence[str]


@dataclass(frozen=True)
class Around:
    """The last of each, newest first; one more than LAST says that there are older ones."""

    letters: Sequence[LetterLine]
    responses: Sequence[ResponseLine]
    journal: Sequence[Happening]


def of(session: Session, owner: Organisation) -> Around:
    """What stands around `owner`, whose posts and holders are read already: three queries."""
    return Around(_letters(session, owner), _responses(session, owner), _journal(session, owner))


def _letters(session: Session, owner: Organisation) -> list[LetterLine]:
    to_it = select(LetterAddressee.letter_id).where(LetterAddressee.post_id.in_([post.id for post in owner.posts]))
    query = (
        select(Letter.id, Letter.reference, LetterVersion.subject, LetterVersion.dated, Letter.state)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .where(Letter.id.in_(to_it))
        .order_by(Letter.id.desc())
        .limit(LAST + 1)
    )
    return [LetterLine(*row) for row in session.execute(query)]


def _responses(session: Session, owner: Organisation) -> list[ResponseLine]:
    its_own = select(ResponseAuthor.response_id).where(ResponseAuthor.organisation_id == owner.id)
    query = (
        select(Response.id, Response.received_on, Response.kind, Response.state, Response.subject)
        .where(Response.id.in_(its_own))
        .order_by(Response.received_on.desc(), Response.id.desc())
        .limit(LAST + 1)
    )
    return [ResponseLine(*row) for row in session.execute(query)]


def _journal(session: Session, owner: Organisation) -> list[Happening]:
    query = (
        select(Entry, EntryValues)
        .outerjoin(EntryValues, EntryValues.seq == Entry.seq)
        .where(Entry.subject.in_(set(_subjects(owner))))
        .order_by(Entry.seq.desc())
        .limit(LAST + 1)
    )
    return [Happening(entry.at, entry.actor, entry.verb, entry.subject, _said(side)) for entry, side in session.execute(query)]


def _subjects(owner: Organisation) -> Iterator[str]:
    yield subject_of(owner)
    for post in owner.posts:
        yield subject_of(post)
        for holder in post.holders:
            yield subject_of(holder)
            yield subject_of(holder.person)


def _said(side: EntryValues | None) -> list[str]:
    if side is None or side.erased:
        return ["erased"] if side else []
    return [
        f"{name.replace('_', ' ')}: {_value(value)}" for name, value in side.values().items() if value not in (None, "", False)
    ]


def _value(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{_plain(value[0]) or 'nothing'} → {_plain(value[1]) or 'nothing'}"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return "" if value is None else "yes" if value is True else str(value)
