"""Letters past their deadline without an answer: counted by group or by person responsible, and listed page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, String, Subquery, case, cast, distinct, func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Organisation, Post
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses.closing import own_deadlines
from outreach.responses.standing import OPEN, letters_at
from outreach.responses.tallying import NONE, SEVERAL


class Sort(StrEnum):
    """What overdue letters are counted by."""

    GROUP = "group"
    REGION = "region"
    OWNER = "owner"
    CAMPAIGN = "campaign"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which overdue letters; blank where it does not matter. `campaign` is a slug, `owner` the person responsible."""

    group: str = ""
    region: str = ""
    owner: str = ""
    campaign: str = ""


@dataclass(frozen=True)
class Part:
    """So many overdue letters have `name` in common; the first was due on `since`."""

    name: str
    letters: int
    since: date


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """A letter whose answer is late: `days` calendar days on the day asked about."""

    letter_id: int
    reference: str
    addressee: str
    group: str
    region: str
    owner: str
    campaign: str
    due: date
    days: int


def parts(session: Session, by: Sort, *, today: date, wanted: Wanted | None = None) -> list[Part]:
    """The overdue letters counted by what they have in common, most first; one query."""
    found = _letters(today)
    name = found.c[by.value]
    query = select(name, func.count(), func.min(found.c.due)).where(*_fits(found, wanted or Wanted())).group_by(name)
    rows = [Part(named or NONE, number, since) for named, number, since in session.execute(query)]
    return sorted(rows, key=lambda part: (-part.letters, part.name))


def page(session: Session, wanted: Wanted, *, today: date, offset: int = 0, limit: int | None = None) -> Sequence[Overdue]:
    """The overdue letters that are `wanted`, the latest due last; two queries."""
    found = _letters(today)
    query = select(found).where(*_fits(found, wanted)).order_by(found.c.due, found.c.id).offset(offset).limit(limit)
    return [
        Overdue(
            letter_id=row.id,
            reference=row.reference,
            addressee=row.addressee + (f" and {row.addressees - 1} more" if row.addressees > 1 else ""),
            group=row.group,
            region=row.region,
            owner=row.owner,
            campaign=row.campaign,
            due=row.due,
            days=(today - row.due).days,
        )
        for row in session.execute(query)
    ]


def _fits(found: Subquery, wanted: Wanted) -> list[ColumnElement[bool]]:
    words = {"group": wanted.group, "region": wanted.region, "owner": wanted.owner, "campaign": wanted.campaign}
    return [found.c[name] == word for name, word in words.items() if word]


def _letters(today: date) -> Subquery:
    own, to = own_deadlines(), _addressed(today)
    return (
        select(
            Letter.id,
            Letter.reference,
            Letter.owner,
            func.coalesce(Campaign.slug, "").label("campaign"),
            func.coalesce(own.c.day, Campaign.deadline).label("due"),
            to.c.addressee,
            to.c.addressees,
            to.c.group,
            to.c.region,
        )
        .join(to, to.c.letter_id == Letter.id)
        .outerjoin(Campaign, Campaign.id == Letter.campaign_id)
        .outerjoin(own, own.c.letter_id == Letter.id)
        .subquery()
    )


def _addressed(today: date) -> Subquery:
    """To whom each overdue letter went: the first name, how many, their group and region where all have the same."""
    group, region = cast(Organisation.group, String), func.coalesce(cast(Organisation.regional_group, String), NONE)
    late: Select[int] = letters_at(OPEN, today=today)
    return (
        select(
            LetterAddressee.letter_id,
            func.min(Organisation.name).label("addressee"),
            func.count(distinct(Organisation.id)).label("addressees"),
            _alike(group, "group"),
            _alike(region, "region"),
        )
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(LetterAddressee.letter_id.in_(late))
        .group_by(LetterAddressee.letter_id)
        .subquery()
    )


def _alike(word: ColumnElement[str], name: str) -> ColumnElement[str]:
    return case((func.count(distinct(word)) > 1, SEVERAL), else_=func.min(word)).label(name)
