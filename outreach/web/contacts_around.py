"""What stands around an organisation in the rooms above the directory: letters to it, answers from it, its journal."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Organisation
from outreach.contacts.recording import subject_of
from outreach.journal import Entry, EntryValues
from outreach.letters import addressed
from outreach.letters import lines as letter_lines
from outreach.letters.addressed import Misaddressed
from outreach.letters.lines import LetterLine
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses import lines as response_lines
from outreach.responses.lines import ResponseLine
from outreach.responses.models import Response, ResponseAuthor

LAST = 20


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
    misaddressed: Sequence[Misaddressed]

    def waiting(self, post_id: int) -> int:
        """How many letters to this post were written to somebody who does not hold it on their date."""
        return sum(one.post_id == post_id for one in self.misaddressed)


def of(session: Session, owner: Organisation) -> Around:
    """What stands around `owner`, whose posts and holders are read already: four queries."""
    waiting = addressed.misaddressed(session, posts=[post.id for post in owner.posts])
    return Around(_letters(session, owner), _responses(session, owner), happened(session, _subjects(owner)), waiting)


def _letters(session: Session, owner: Organisation) -> list[LetterLine]:
    to_it = select(LetterAddressee.letter_id).where(LetterAddressee.post_id.in_([post.id for post in owner.posts]))
    return letter_lines.latest(session, Letter.id.in_(to_it), limit=LAST + 1)


def _responses(session: Session, owner: Organisation) -> list[ResponseLine]:
    its_own = select(ResponseAuthor.response_id).where(ResponseAuthor.organisation_id == owner.id)
    return response_lines.latest(session, Response.id.in_(its_own), limit=LAST + 1)


def happened(session: Session, subjects: Iterable[str]) -> list[Happening]:
    """The last entries of the journal that are about one of these subjects, newest first; one more than LAST if there are."""
    query = (
        select(Entry, EntryValues)
        .outerjoin(EntryValues, EntryValues.seq == Entry.seq)
        .where(Entry.subject.in_(set(subjects)))
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
