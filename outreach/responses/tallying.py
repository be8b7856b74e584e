"""Counting letters in the database by all that tells them apart: campaign, state, what came, past due, group and region.

Nearly every letter has one addressee, no deadline of its own and no response yet. Those are counted wholesale; the others, for
which all that has to be looked up, are counted among themselves.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    distinct,
    func,
    literal,
    null,
    select,
    union,
)
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.models import Organisation, Post
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses.closing import IN_FORCE, due
from outreach.responses.models import Response, ResponseKind, ResponseLetter

# A joint letter to several groups belongs to none of them alone; counting it in each would make the sums wrong.
SEVERAL = "several"
NONE = "none"
# What came for a letter, from least to most: of several responses the one that says most counts.
RANKS = {
    ResponseKind.ACKNOWLEDGEMENT: 1,
    ResponseKind.QUESTION: 2,
    ResponseKind.UNREAD: 3,
    ResponseKind.DECLINE: 4,
    ResponseKind.SUBSTANTIVE: 5,
}
# As words: the databases compare no choice with a word of ours.
_GROUP, _REGION = cast(Organisation.group, String), cast(Organisation.regional_group, String)
_FIRST = and_(LetterAddressee.letter_id == Letter.id, LetterAddressee.position == 0)


def counts(session: Session, *, today: date, only: int | None, parts: bool) -> Iterator[Any]:
    """Rows of campaign, state, rank of what came, past due, group, region, and how many letters are alike in these.

    `only` is one campaign's number. Without `parts` all are counted under no group and no region, several times as fast.
    """
    for query in (_plain(today, parts), _singular(today, parts)):
        yield from session.execute(query if only is None else query.where(Letter.campaign_id == only))


def came() -> Subquery:
    """What came for each letter that has a response in force, as the rank of what says most."""
    rank = case(*((Response.kind == kind, rank) for kind, rank in RANKS.items()))
    return (
        select(ResponseLetter.letter_id, func.max(rank).label("rank"))
        .join(Response, Response.id == ResponseLetter.response_id)
        .where(Response.state.in_(IN_FORCE))
        .group_by(ResponseLetter.letter_id)
        .subquery()
    )


def _plain(today: date, parts: bool) -> Select[*tuple[Any, ...]]:
    group, region = func.coalesce(_GROUP, NONE), func.coalesce(_REGION, NONE)
    query = _counted(None, Campaign.deadline < today, (group, region) if parts else None)
    return query.where(Letter.id.not_in(_apart()))


def _singular(today: date, parts: bool) -> Select[*tuple[Any, ...]]:
    what, joint = came(), _joint()
    group = case((joint.c.groups > 1, SEVERAL), else_=func.coalesce(_GROUP, NONE))
    region = case((joint.c.regions > 1, SEVERAL), else_=func.coalesce(_REGION, NONE))
    query = _counted(what.c.rank, due() < today, (group, region) if parts else None)
    query = query.outerjoin(what, what.c.letter_id == Letter.id)
    return (query.outerjoin(joint, joint.c.letter_id == Letter.id) if parts else query).where(Letter.id.in_(_apart()))


def _counted(
    rank: ColumnElement[int] | None, past_due: ColumnElement[bool], parts: tuple[ColumnElement[str], ColumnElement[str]] | None
) -> Select[*tuple[Any, ...]]:
    """Letters with their campaign, and for `parts` their first addressee's organisation, counted by what tells them apart."""
    # PostgreSQL groups by no constant.
    told = [Letter.campaign_id, Letter.state, past_due, *(() if rank is None else (rank,)), *(parts or ())]
    group, region = parts or (literal(NONE), literal(NONE))
    query = select(Letter.campaign_id, Letter.state, null() if rank is None else rank, past_due, group, region, func.count())
    query = query.outerjoin(Campaign, Campaign.id == Letter.campaign_id).group_by(*told)
    if parts is None:
        return query
    query = query.outerjoin(LetterAddressee, _FIRST).outerjoin(Post, Post.id == LetterAddressee.post_id)
    return query.outerjoin(Organisation, Organisation.id == Post.organisation_id)


def _apart() -> CompoundSelect[int]:
    """The numbers of the letters that are not like nearly all."""
    own = select(CampaignAddressee.post_id).where(CampaignAddressee.deadline.is_not(None))
    maybe_own = select(LetterAddressee.letter_id).where(LetterAddressee.post_id.in_(own))
    return union(select(ResponseLetter.letter_id), maybe_own, _to_several())


def _to_several() -> Select[int]:
    return select(LetterAddressee.letter_id).where(LetterAddressee.position > 0)


def _joint() -> Subquery:
    """Of each letter to several posts together: in how many stakeholder groups and in how many regional groups they are."""
    return (
        select(
            LetterAddressee.letter_id,
            func.count(distinct(_GROUP)).label("groups"),
            func.count(distinct(func.coalesce(_REGION, NONE))).label("regions"),
        )
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(LetterAddressee.letter_id.in_(_to_several()))
        .group_by(LetterAddressee.letter_id)
        .subquery()
    )
