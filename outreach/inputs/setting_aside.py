"""Setting an input aside, with the reason, and taking that back: nothing vanishes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.inputs.models import Passage, SetAside
from outreach.journal import Actor, Role
from outreach.responses.models import Response


def set_aside(session: Session, what: Response | Passage, reason: str, *, by: Actor, at: datetime) -> SetAside:
    """Leave a response or a passage out of the communiqué because of `reason`, which stays internal.

    Raises Invalid without a reason, Refused when it is set aside already.
    """
    by.must_be(Role.DRAFTER, "set inputs aside")
    if not reason.strip():
        raise Invalid(f"Say why {_name(what)} is set aside; the reason stands in the register.")
    if (standing := in_force(session, what)) is not None:
        raise Refused(f"{_name(what).capitalize()} is set aside already: {standing.reason}")
    row = SetAside(reason=reason.strip(), set_aside_by=by.name, set_aside_at=at)
    if isinstance(what, Response):
        row.response_id = what.id
    else:
        row.passage_id = what.id
    session.add(row)
    session.flush()
    journal.record(session, by, "set aside", _name(what), at=at, reason=row.reason)
    return row


def take_back(session: Session, what: Response | Passage, *, by: Actor, at: datetime) -> SetAside:
    """Use a response or a passage after all; raises Refused when it is not set aside."""
    by.must_be(Role.DRAFTER, "use inputs that were set aside")
    row = in_force(session, what)
    if row is None:
        raise Refused(f"{_name(what).capitalize()} is not set aside.")
    row.withdrawn_at = at
    session.flush()
    journal.record(session, by, "took back", _name(what), at=at, reason=row.reason)
    return row


def in_force(session: Session, what: Response | Passage) -> SetAside | None:
    """The row by which this response or passage is set aside now."""
    column = SetAside.response_id if isinstance(what, Response) else SetAside.passage_id
    return session.scalar(select(SetAside).where(column == what.id, SetAside.withdrawn_at.is_(None)).order_by(SetAside.id))


def all_in_force(session: Session) -> Sequence[SetAside]:
    """Everything that is set aside now."""
    return session.scalars(select(SetAside).where(SetAside.withdrawn_at.is_(None)).order_by(SetAside.id)).all()


def _name(what: Response | Passage) -> str:
    return f"response {what.id}" if isinstance(what, Response) else f"passage {what.id}"
