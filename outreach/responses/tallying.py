"""Counting letters in the database by all that tells them apart: campaign, state, what came, past due, group and region.

Nearly every letter has one addressee, no deadline of its own and no response yet. So all are counted wholesale as if they were
like that; the others are counted among themselves, and taken off where they were counted wholesale. Corrections that left are
taken off as well: they count with the letter that they correct.
"""

from collections import Counter
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
    literal_column,
    null,
    select,
    union,
)
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.models import Organisation, Post
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses.closing import IN_FORCE, answers, counts_alone, counts_along, own_deadlines
from outreach.responses.models import Response, ResponseKind

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
_COLUMNS = (Organisation.group, Organisation.regional_group)
_GROUP, _REGION = cast(Organisation.group, String), cast(Organisation.regional_group, String)
_GROUPS = (func.coalesce(_GROUP, NONE), func.coalesce(_REGION, NONE))
# Written out, not as a parameter: only so is the index of just these letters used.
_ZERO: ColumnElement[int] = literal_column("0")
_FIRST = and_(LetterAddressee.letter_id == Letter.id, LetterAddressee.position == 0)


def counts(session: Session, *, today: date, only: int | None, parts: bool) -> Iterator[tuple[Any, ...]]:
    """Rows of campaign, state, rank of what came, past due, group, region, and how many letters are alike in these.

    `only` is one campaign's number. Without `parts` all are counted under no group and no region, several times as fast.
    """
    found: Counter[tuple[Any, ...]] = Counter()
    for *alike, letters in session.execute(_wholesale(today, only, parts)):
        found[tuple(alike)] += letters
    for campaign, state, rank, late, group, region, *wholesale, letters in session.execute(_singular(today, only, parts)):
        found[campaign, state, rank, late, group, region] += letters
        found[campaign, state, None, *wholesale] -= letters
    for campaign, state, *wholesale, letters in session.execute(_corrections(today, only, parts)):
        found[campaign, state, None, *wholesale] -= letters
    yield from ((*alike, letters) for alike, letters in found.items() if letters)


def came() -> Subquery:
    """What came for each letter that has a response in force, as the rank of what says most."""
    rank = case(*((Response.kind == kind, rank) for kind, rank in RANKS.items()))
    given = answers()
    return (
        select(given.c.letter_id, func.max(rank).label("rank"))
        .join(Response, Response.id == given.c.response_id)
        .where(Response.state.in_(IN_FORCE))
        .group_by(given.c.letter_id)
        .subquery()
    )


def _wholesale(today: date, only: int | None, parts: bool) -> Select[*tuple[Any, ...]]:
    """All letters, as if nothing had come for any and the campaign's deadline were everybody's."""
    # Told apart by the columns as they stand; what is made of them (past due, no group) is made once for all that are alike.
    alike: list[Any] = [Letter.campaign_id, Letter.state, *(_COLUMNS if parts else ())]
    counted: Select[*tuple[Any, ...]] = select(*alike, func.count().label("letters")).group_by(*alike)
    counted = _with_first(counted) if parts else counted
    found = (counted if only is None else counted.where(Letter.campaign_id == only)).subquery()
    groups = [func.coalesce(cast(found.c[one.key], String), NONE) for one in _COLUMNS] if parts else [literal(NONE)] * 2
    told = (found.c.campaign_id, found.c.state, null(), Campaign.deadline < today, *groups, found.c.letters)
    return select(*told).select_from(found).outerjoin(Campaign, Campaign.id == found.c.campaign_id)


def _singular(today: date, only: int | None, parts: bool) -> Select[*tuple[Any, ...]]:
    """The letters that are not like nearly all, as they are, and under what `_wholesale` counts them."""
    what, joint, own = came(), _joint(), own_deadlines()
    told = [Letter.campaign_id, Letter.state, what.c.rank, func.coalesce(own.c.day, Campaign.deadline) < today]
    wholesale = Campaign.deadline < today
    query = select(*told).outerjoin(Campaign).outerjoin(what, what.c.letter_id == Letter.id)
    query = query.outerjoin(own, own.c.letter_id == Letter.id).where(Letter.id.in_(_apart()), counts_alone())
    if only is not None:
        query = query.where(Letter.campaign_id == only)
    if not parts:
        none = literal(NONE)
        return query.add_columns(none, none, wholesale, none, none, func.count()).group_by(*told, wholesale)
    group, region = _GROUPS
    shown = (case((joint.c.groups > 1, SEVERAL), else_=group), case((joint.c.regions > 1, SEVERAL), else_=region))
    query = _with_first(query).outerjoin(joint, joint.c.letter_id == Letter.id)
    return query.add_columns(*shown, wholesale, group, region, func.count()).group_by(*told, *shown, wholesale, group, region)


def _corrections(today: date, only: int | None, parts: bool) -> Select[*tuple[Any, ...]]:
    """The corrections that left, under what `_wholesale` counts them."""
    groups = _GROUPS if parts else (literal(NONE), literal(NONE))
    told: tuple[ColumnElement[Any], ...] = (Letter.campaign_id, Letter.state, Campaign.deadline < today)  # type: ignore[assignment]
    query: Select[*tuple[Any, ...]] = select(*told, *groups, func.count()).outerjoin(Campaign).where(counts_along())
    # PostgreSQL groups by no constant.
    query = _with_first(query).group_by(*told, *groups) if parts else query.group_by(*told)
    return query if only is None else query.where(Letter.campaign_id == only)


def _with_first(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The query of letters with the organisation of each one's first addressee."""
    query = query.outerjoin(LetterAddressee, _FIRST).outerjoin(Post, Post.id == LetterAddressee.post_id)
    return query.outerjoin(Organisation, Organisation.id == Post.organisation_id)


def _apart() -> CompoundSelect[int]:
    """The numbers of the letters that are not like nearly all."""
    own = select(CampaignAddressee.post_id).where(CampaignAddressee.deadline.is_not(None))
    maybe_own = select(LetterAddressee.letter_id).where(LetterAddressee.post_id.in_(own))
    return union(select(answers().c.letter_id), maybe_own, _to_several())


def _to_several() -> Select[int]:
    return select(LetterAddressee.letter_id).where(LetterAddressee.position > _ZERO)


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
