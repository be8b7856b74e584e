"""The list of pairs that may be the same, as it was when last looked through, with what helps to tell who is who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import duplicates, sides
from outreach.contacts.duplicates import Pair
from outreach.contacts.recording import may_edit
from outreach.contacts.sameness import AlikePair, Kind
from outreach.contacts.sides import Side
from outreach.journal import Actor, Entry

SUBJECT = "duplicates"


@dataclass(frozen=True)
class Shown:
    """A pair with both its sides."""

    kind: Kind
    score: int
    reason: str
    first: Side
    second: Side


def look(session: Session, *, by: Actor, at: datetime) -> int:
    """Look through the directory and keep the pairs found instead of those kept before; gives their number."""
    return keep(session, duplicates.find(session), by=by, at=at)


def keep(session: Session, found: Iterable[Pair], *, by: Actor, at: datetime) -> int:
    """Keep these pairs instead of those kept before; gives their number.

    Looking takes seconds in a large directory: who does it in a session of its own keeps nobody from writing meanwhile.
    """
    may_edit(by)
    session.execute(delete(AlikePair))
    rows = [{"kind": p.kind, "first_id": p.first, "second_id": p.second, "score": p.score, "reason": p.reason} for p in found]
    if rows:
        session.execute(insert(AlikePair), rows)
    journal.record(session, by, "looked for", SUBJECT, at=at, pairs=len(rows))
    return len(rows)


def looked_at(session: Session) -> datetime | None:
    """When the directory was last looked through; None if never."""
    query = select(Entry.at).where(Entry.subject == SUBJECT).order_by(Entry.seq.desc()).limit(1)
    return session.scalar(query)


def count(session: Session) -> int:
    """How many pairs are kept."""
    return session.scalar(select(func.count(AlikePair.id))) or 0


def page(session: Session, *, offset: int, limit: int) -> list[Shown]:
    """A part of the pairs kept, the likeliest first."""
    query = select(AlikePair).order_by(AlikePair.score.desc(), AlikePair.id).offset(offset).limit(limit)
    return shown(session, session.scalars(query).all())


def shown(session: Session, pairs: Sequence[Any]) -> list[Shown]:
    """These pairs (of any table of pairs) with their sides: a handful of queries for all."""
    found = {
        kind: sides.of(session, kind, {each for pair in pairs if pair.kind is kind for each in _ids(pair)}) for kind in Kind
    }
    return [
        Shown(pair.kind, getattr(pair, "score", 0), _reason(pair), *(found[pair.kind][each] for each in _ids(pair)))
        for pair in pairs
    ]


def _ids(pair: Any) -> tuple[int, int]:
    if isinstance(pair, Pair):
        return pair.first, pair.second
    return pair.first_id, pair.second_id


def _reason(pair: Any) -> str:
    return str(pair.because if hasattr(pair, "because") else pair.reason)
