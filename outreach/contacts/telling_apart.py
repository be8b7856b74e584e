"""Saying that two contacts are not the same: such a pair stays away until somebody takes that back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.recording import may_edit, subject_of
from outreach.contacts.sameness import AlikePair, Kind, Somebody, ToldApart
from outreach.errors import NotFound, Refused
from outreach.journal import Actor


def tell_apart(session: Session, one: Somebody, other: Somebody, *, because: str = "", by: Actor, at: datetime) -> ToldApart:
    """These two are not the same, and never shown as a pair again; raises Refused when that was said before.

    Also for one contact twice, or a person and an organisation.
    """
    may_edit(by)
    kind, first, second = pair_of(one, other)
    if _told(session, kind, first, second):
        raise Refused(f"{_subject(one, other)} were told apart before; nothing was changed.")
    row = ToldApart(kind=kind, first_id=first, second_id=second, because=because.strip(), said_by=by.name, said_at=at)
    session.add(row)
    session.execute(delete(AlikePair).filter_by(kind=kind, first_id=first, second_id=second))
    session.flush()
    journal.record(session, by, "told apart", _subject(one, other), at=at, because=row.because)
    return row


def take_back(session: Session, one: Somebody, other: Somebody, *, by: Actor, at: datetime) -> None:
    """They may be the same after all: the pair is shown again when next looked for; raises NotFound if never told apart."""
    may_edit(by)
    row = _told(session, *pair_of(one, other))
    if row is None:
        raise NotFound(f"Nobody has told {_subject(one, other)} apart; nothing was changed.")
    session.delete(row)
    session.flush()
    journal.record(session, by, "took back telling apart", _subject(one, other), at=at, because=row.because)


def pair_of(one: Somebody, other: Somebody) -> tuple[Kind, int, int]:
    """The pair as it is kept: its kind, and the lower number first; raises Refused for what is no pair."""
    if type(one) is not type(other):
        raise Refused("One of them is a person, the other an organisation; they are never the same.")
    if one.id == other.id:
        raise Refused("That is one and the same contact twice; name two.")
    return Kind.of(one), min(one.id, other.id), max(one.id, other.id)


def all_told_apart(session: Session, *, offset: int = 0, limit: int | None = None) -> Sequence[ToldApart]:
    """The pairs that were told apart, the latest first."""
    return session.scalars(select(ToldApart).order_by(ToldApart.id.desc()).offset(offset).limit(limit)).all()


def _told(session: Session, kind: Kind, first: int, second: int) -> ToldApart | None:
    return session.scalar(select(ToldApart).filter_by(kind=kind, first_id=first, second_id=second))


def _subject(one: Somebody, other: Somebody) -> str:
    first, second = sorted((one, other), key=lambda each: each.id)
    return f"{subject_of(first)} and {subject_of(second)}"
