"""Who may be named, and how: what a respondent allowed, when, and by what evidence.

One rule holds everywhere. Each row is dated; of one respondent, and of one passage, the latest counts. Where both exist for
a passage, the stricter wins. A response of which nothing is recorded is *open*: it counts as confidential, so that no word
of it leaves before somebody has recorded what was allowed, and it stands on the list of open attributions.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, selectinload

from outreach import journal
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs.models import Attribution, AttributionLevel, InputText, Passage
from outreach.journal import Actor, Role
from outreach.letters.models import Letter
from outreach.responses.closing import IN_FORCE, pieces
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseLetter

# An instant has begun as a day somewhere on Earth 14 hours before it does in UTC.
_EASTERNMOST = timedelta(hours=14)


def record(
    session: Session,
    response_id: int,
    level: AttributionLevel,
    *,
    passage_id: int | None = None,
    said_on: date,
    evidence: str,
    by: Actor,
    at: datetime,
) -> Attribution:
    """Record how a respondent may be named, in the whole response or in one passage of it.

    `evidence` says where that stands ("box 2 ticked in the letter of 3 February"). An earlier record is kept and no longer
    counts.

    Raises Refused unless `by` may record, without evidence, or for a day that has not begun anywhere; NotFound for a
    response that does not exist, Invalid for a passage of another one.
    """
    by.must_be(Role.DRAFTER, "record attribution")
    if not evidence.strip():
        raise Refused(f"Say by what evidence response {response_id} is {level}: the box ticked, the mail, who said it.")
    if said_on > (at + _EASTERNMOST).date():
        raise Refused(f"{said_on} is in the future; give the day on which it was said.")
    _check(session, response_id, passage_id)
    row = Attribution(
        response_id=response_id,
        passage_id=passage_id,
        level=level,
        said_on=said_on,
        evidence=evidence.strip(),
        recorded_by=by.name,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    subject = f"response {response_id}" if passage_id is None else f"passage {passage_id} of response {response_id}"
    journal.record(session, by, "recorded attribution of", subject, at=at, level=level, said_on=said_on, evidence=row.evidence)
    return row


def _check(session: Session, response_id: int, passage_id: int | None) -> None:
    if session.get(Response, response_id) is None:
        raise NotFound(
            f"There is no response {response_id}; look it up in the list.", to_type="`outreach responses list` shows them."
        )
    if passage_id is None:
        return
    of_text = select(InputText.response_id).join(Passage, Passage.text_id == InputText.id).where(Passage.id == passage_id)
    if session.scalar(of_text) != response_id:
        raise Invalid(f"Passage {passage_id} is no passage of response {response_id}; name the response that it stands in.")


def of_response(session: Session, response_id: int) -> AttributionLevel | None:
    """What is recorded for the response as a whole; None when that is open."""
    return recorded(session, [response_id]).get(response_id)


def recorded(session: Session, response_ids: Collection[int]) -> dict[int, AttributionLevel]:
    """What is recorded for each of these responses as a whole; open ones are left out."""
    found: dict[int, AttributionLevel] = {}
    for piece in pieces(response_ids):
        of_these = (Attribution.passage_id.is_(None), Attribution.response_id.in_(piece))
        found.update(_by_age(session, Attribution.response_id, *of_these))
    return found


def recorded_of_passages(session: Session, passage_ids: Collection[int]) -> dict[int, AttributionLevel]:
    """What is recorded for each of these passages by itself; those of which nothing is are left out."""
    found: dict[int, AttributionLevel] = {}
    for piece in pieces(passage_ids):
        found.update(_by_age(session, Attribution.passage_id, Attribution.passage_id.in_(piece)))
    return found


def _by_age(session: Session, of: Any, *conditions: ColumnElement[bool]) -> Iterator[tuple[int, AttributionLevel]]:
    """What the rows that meet the conditions say `of` each, oldest word first: what comes later overwrites what came before."""
    query = select(of, Attribution.level).where(*conditions).order_by(Attribution.said_on, Attribution.id)
    yield from ((number, level) for number, level in session.execute(query))


def effective(session: Session, response_ids: Collection[int]) -> dict[int, AttributionLevel]:
    """How each of these responses is to be treated: as recorded, and as confidential while that is open."""
    found = recorded(session, response_ids)
    return {number: found.get(number, AttributionLevel.CONFIDENTIAL) for number in response_ids}


def effective_of_passages(session: Session, passage_ids: Collection[int]) -> dict[int, AttributionLevel]:
    """How each of these passages is to be treated: the stricter of its own record and that of its response.

    With only one of the two on record, that one counts; with neither, the passage is confidential.
    """
    responses: dict[int, int] = {}
    for piece in pieces(passage_ids):
        places = select(Passage.id, InputText.response_id).join(InputText, InputText.id == Passage.text_id)
        responses.update(session.execute(places.where(Passage.id.in_(piece))).all())
    own, whole = recorded_of_passages(session, passage_ids), recorded(session, set(responses.values()))
    return {number: strictest(own.get(number), whole.get(response)) for number, response in responses.items()}


def strictest(*levels: AttributionLevel | None) -> AttributionLevel:
    """The strictest of what was said; confidential when nothing was."""
    order = list(AttributionLevel)
    said = [level for level in levels if level is not None]
    return max(said, key=order.index) if said else AttributionLevel.CONFIDENTIAL


def is_open() -> ColumnElement[bool]:
    """What makes a Response stand on the list of open attributions, as a condition of a query."""
    said = exists().where(Attribution.response_id == Response.id, Attribution.passage_id.is_(None))
    return and_(Response.kind == ResponseKind.SUBSTANTIVE, Response.state.in_(IN_FORCE), ~said)


def history(session: Session, response_id: int) -> Sequence[Attribution]:
    """Everything recorded for a response and its passages, oldest word first; of each the last counts."""
    query = select(Attribution).filter_by(response_id=response_id).order_by(Attribution.said_on, Attribution.id)
    return session.scalars(query).all()


def open_attributions(session: Session, campaign_id: int | None = None) -> Sequence[Response]:
    """Substantive responses in force of which nobody has recorded how they may be named: of one campaign, or of all."""
    query = (
        select(Response)
        .where(is_open())
        .options(
            selectinload(Response.authors).joinedload(ResponseAuthor.organisation),
            selectinload(Response.authors).joinedload(ResponseAuthor.person),
            selectinload(Response.answers).joinedload(ResponseLetter.letter),
        )
        .order_by(Response.id)
    )
    if campaign_id is not None:
        answers = (ResponseLetter.response_id == Response.id, ResponseLetter.letter_id == Letter.id)
        query = query.where(exists().where(*answers, Letter.campaign_id == campaign_id))
    return session.scalars(query).all()
