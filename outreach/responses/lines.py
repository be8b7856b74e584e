"""Answers in a line each, for whoever looks at somebody or something that answers come from."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from outreach.responses.models import Response, ResponseKind, ResponseState


@dataclass(frozen=True)
class ResponseLine:
    """An answer, known by its number."""

    number: int
    received_on: date
    kind: ResponseKind
    state: ResponseState
    subject: str


def latest(session: Session, fits: ColumnElement[bool], *, limit: int) -> list[ResponseLine]:
    """The last answers that fit a condition on `Response`, the newest first; one query."""
    query = (
        select(Response.id, Response.received_on, Response.kind, Response.state, Response.subject)
        .where(fits)
        .order_by(Response.received_on.desc(), Response.id.desc())
        .limit(limit)
    )
    return [ResponseLine(*row) for row in session.execute(query)]
