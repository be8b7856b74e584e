"""Stopping everything that leaves: one word that every sender asks for before each letter."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.delivery.models import Pause
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role

SUBJECT = "delivery"


def current(session: Session) -> Pause | None:
    """The pause in force, the latest where there are several; None when letters may leave."""
    return session.scalar(select(Pause).where(Pause.ended_at.is_(None)).order_by(Pause.id.desc()).limit(1))


def reason(session: Session) -> str:
    """Why no letter may leave now, in words; empty when there is no pause."""
    pause = current(session)
    if pause is None:
        return ""
    return f"everything is paused since {pause.since:%d %B %Y, %H:%M} UTC by {pause.by}: {pause.because}"


def pause(session: Session, because: str, *, by: Actor, at: datetime) -> Pause:
    """Stop everything that leaves, from the next letter on; whoever drafts may do so, for it can only prevent harm.

    Raises Invalid without a reason, Refused when there is a pause already.
    """
    by.must_be(Role.DRAFTER, "stop what leaves")
    if not because.strip():
        raise Invalid("Say why nothing may leave; whoever finds letters held will read it.")
    if current(session) is not None:
        raise Refused(f"Nothing leaves already: {reason(session)}.")
    return stop_all(session, because, by=by, at=at)


def stop_all(session: Session, because: str, *, by: Actor, at: datetime) -> Pause:
    """The same where a pause may be in force already: it stands beside that one, with its own reason."""
    stop = Pause(since=at, by=by.name, because=" ".join(because.split()))
    session.add(stop)
    session.flush()
    journal.record(session, by, "paused", SUBJECT, at=at, because=stop.because)
    return stop


def resume(session: Session, *, by: Actor, at: datetime) -> Pause:
    """Let letters leave again; raises Refused when nothing is paused, or `by` may not send."""
    by.must_be(Role.APPROVER, "let letters leave again")
    stop = current(session)
    if stop is None:
        raise Refused("Nothing is paused; letters may leave.")
    # Two people may have stopped it at the same moment: all of it ends.
    session.execute(update(Pause).where(Pause.ended_at.is_(None)).values(ended_at=at, ended_by=by.name))
    journal.record(session, by, "resumed", SUBJECT, at=at, since=stop.since)
    return stop
