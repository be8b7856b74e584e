"""By when a letter is to be answered, and which letters are closed: nobody is reminded of those."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, Subquery, and_, func, not_, select, union
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.letters.models import AT_HOME, Letter, LetterAddressee, LetterRelation, LetterState, RelationKind
from outreach.responses.models import CLOSING, Response, ResponseLetter, ResponseState

T = TypeVar("T")

# A response that was taken back or replaced answers nothing.
IN_FORCE = frozenset({ResponseState.RECEIVED, ResponseState.LATE})
# A letter in one of these may have reached somebody: even one of unknown fate, or refused by one of several recipients.
MAY_BE_ANSWERED = frozenset(LetterState) - AT_HOME - {LetterState.CANCELLED}
# Well below what SQLite (32,766) and PostgreSQL (65,535) take as parameters of one statement.
_MOST_PARAMETERS = 10_000


def pieces(values: Collection[T]) -> Iterator[list[T]]:
    """Cut `values` into lists that fit into one statement each."""
    listed = list(values)
    for start in range(0, len(listed), _MOST_PARAMETERS):
        yield listed[start : start + _MOST_PARAMETERS]


def due() -> ColumnElement[date | None]:
    """The day by which a letter is to be answered, in a query that joins Letter and (outer) Campaign.

    An addressee's own deadline goes before the campaign's; of several joint addressees' the first counts.
    """
    own = (
        select(func.min(CampaignAddressee.deadline))
        .join(
            LetterAddressee,
            and_(LetterAddressee.post_id == CampaignAddressee.post_id, LetterAddressee.letter_id == Letter.id),
        )
        .where(CampaignAddressee.campaign_id == Letter.campaign_id)
        .correlate(Letter)
        .scalar_subquery()
    )
    return func.coalesce(own, Campaign.deadline)


def own_deadlines() -> Subquery:
    """The letters with a deadline of their own, and the first such day: `due` the other way round, for very many letters."""
    # Few addressees have one: without this SQLite looks through all letters, since it finds them in the order of the groups.
    few = select(CampaignAddressee.post_id).where(CampaignAddressee.deadline.is_not(None))
    return (
        select(LetterAddressee.letter_id, func.min(CampaignAddressee.deadline).label("day"))
        .join(CampaignAddressee, CampaignAddressee.post_id == LetterAddressee.post_id)
        .join(Letter, and_(Letter.id == LetterAddressee.letter_id, Letter.campaign_id == CampaignAddressee.campaign_id))
        .where(CampaignAddressee.deadline.is_not(None), LetterAddressee.post_id.in_(few))
        .group_by(LetterAddressee.letter_id)
        .subquery()
    )


def deadlines(session: Session, letter_ids: Collection[int]) -> dict[int, date]:
    """By when each of these letters is to be answered; those without a deadline are left out."""
    found: dict[int, date] = {}
    for piece in pieces(letter_ids):
        query = select(Letter.id, due()).outerjoin(Campaign).where(Letter.id.in_(piece))
        found.update((number, day) for number, day in session.execute(query) if day is not None)
    return found


def answers() -> Subquery:
    """Which response answers which letter: what answers a correction answers the letter that it corrects as well."""
    corrected = select(ResponseLetter.response_id, LetterRelation.other_id).join(
        LetterRelation, LetterRelation.letter_id == ResponseLetter.letter_id
    )
    direct = select(ResponseLetter.response_id, ResponseLetter.letter_id)
    return union(direct, corrected.where(LetterRelation.kind == RelationKind.CORRECTS)).subquery()


def counts_alone() -> ColumnElement[bool]:
    """Whether a letter is one of its own where letters are counted: a correction that left counts with what it corrects."""
    return not_(counts_along())


def counts_along() -> ColumnElement[bool]:
    """Whether a letter is a correction that left, which counts with the letter that it corrects."""
    corrections = select(LetterRelation.letter_id).where(LetterRelation.kind == RelationKind.CORRECTS)
    return and_(Letter.state.in_(MAY_BE_ANSWERED), Letter.id.in_(corrections))


def closed(session: Session, letter_ids: Collection[int]) -> set[int]:
    """Which of these letters have a response in force that closes them (substantive, or a decline)."""
    found: set[int] = set()
    for piece in pieces(letter_ids):
        given = answers()
        query = select(given.c.letter_id).join(Response, Response.id == given.c.response_id)
        query = query.where(given.c.letter_id.in_(piece), *closes())
        found.update(session.scalars(query))
    return found


def closes() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What makes a Response close the letters that it answers, as conditions of a query."""
    return Response.kind.in_(CLOSING), Response.state.in_(IN_FORCE)


def state_on(received_on: date, letter_ids: Collection[int], due_by: dict[int, date]) -> ResponseState:
    """Received, or late when it came after every deadline of the letters that it answers."""
    days = [due_by[number] for number in letter_ids if number in due_by]
    return ResponseState.LATE if days and received_on > max(days) else ResponseState.RECEIVED
