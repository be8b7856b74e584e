"""Who had, or is due, another letter within some days, in any campaign: two letters that nobody saw together.

A letter's date is the day it leaves. Within one campaign two letters to one addressee are another matter (`doubling`), and a
reminder or a correction is meant to follow.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, and_, exists, func, literal, or_, select, type_coerce
from sqlalchemy.orm import Session, aliased

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.letters.findings import Finding
from outreach.letters.models import (
    AT_HOME,
    RETURNED,
    Letter,
    LetterAddressee,
    LetterHolder,
    LetterRelation,
    LetterState,
    LetterVersion,
)
from outreach.protocol.forms import date_line

# Of these nobody got anything, nor will.
_NEVER = (LetterState.CANCELLED, *RETURNED)
Numbers = Sequence[int] | Select[int]


@dataclass(frozen=True)
class Other:
    """Another letter to the same addressee; `post` is the one it is to, `is_same_post` whether that is the very same."""

    number: int
    reference: str
    campaign: str
    state: LetterState
    dated: date
    post: str
    is_same_post: bool

    @property
    def is_due(self) -> bool:
        """Whether it has not left yet."""
        return self.state in AT_HOME

    @property
    def says(self) -> str:
        """What somebody who approves is told of it."""
        whom = "the same post" if self.is_same_post else f"the same person, in another post ({self.post})"
        went = "is due to go" if self.is_due else "went"
        of = f" of {self.campaign}" if self.campaign else ""
        return f"{self.reference}{of} {went} to {whom} on {date_line(self.dated, 'en')}."


def others(session: Session, numbers: Numbers, *, days: int) -> Mapping[int, Sequence[Other]]:
    """For each of these letters the others, of other campaigns, whose dates are at most `days` away; two queries, by number.

    Letters that have none are left out; with 0 days all are.
    """
    found: defaultdict[int, dict[int, Other]] = defaultdict(dict)
    if days:
        for query in (_to_post(session, numbers, days), _to_person(session, numbers, days)):
            for row in session.execute(query):
                number, reference, campaign, state, dated = row[1:6]
                other = Other(number, reference, campaign, state, dated, _key(*row[6:9]), row[9])
                found[row[0]].setdefault(number, other)
    return {number: sorted(each.values(), key=lambda one: (one.dated, one.number)) for number, each in found.items()}


def _key(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def findings(session: Session, numbers: Numbers, *, days: int) -> Mapping[int, Sequence[Finding]]:
    """The same as warnings of a check."""
    return {
        number: [Finding("traffic", one.says) for one in each] for number, each in others(session, numbers, days=days).items()
    }


@dataclass(frozen=True)
class _Pair:
    """A letter with its present version, and another one with its own."""

    mine: Any
    now: Any
    other: Any
    then: Any

    @classmethod
    def new(cls) -> "_Pair":
        return cls(aliased(Letter), aliased(LetterVersion), aliased(Letter), aliased(LetterVersion))

    def columns(self, *, is_same_post: bool) -> tuple[Any, ...]:
        return (
            self.mine.id,
            self.other.id,
            self.other.reference,
            func.coalesce(Campaign.slug, ""),
            self.other.state,
            self.then.dated,
            Organisation.key,
            Post.kind,
            Post.seat,
            literal(is_same_post),
        )

    @property
    def mine_now(self) -> ColumnElement[bool]:
        return and_(self.now.letter_id == self.mine.id, self.now.number == self.mine.current)

    @property
    def other_now(self) -> ColumnElement[bool]:
        return and_(self.then.letter_id == self.other.id, self.then.number == self.other.current)

    def near(self, session: Session, numbers: Numbers, days: int) -> ColumnElement[bool]:
        """That the other is of another campaign, unrelated, and within so many days."""
        one, two = LetterRelation.letter_id, LetterRelation.other_id
        related = exists().where(
            or_(and_(one == self.mine.id, two == self.other.id), and_(one == self.other.id, two == self.mine.id))
        )
        early, late = (_shifted(session, self.now.dated, by) for by in (-days, days))
        return and_(
            self.mine.id.in_(numbers),
            self.other.id != self.mine.id,
            self.other.campaign_id.is_distinct_from(self.mine.campaign_id),
            self.other.state.not_in(_NEVER),
            self.then.dated.between(early, late),
            ~related,
        )


def _shifted(session: Session, day: Any, by: int) -> ColumnElement[date]:
    if session.get_bind().dialect.name == "sqlite":
        return type_coerce(func.date(day, f"{by:+} days"), Date)
    return type_coerce(day + by, Date)


def _to_post(session: Session, numbers: Numbers, days: int) -> Select[Any]:
    pair, mine, theirs = _Pair.new(), aliased(LetterAddressee), aliased(LetterAddressee)
    return (
        select(*pair.columns(is_same_post=True))
        .select_from(pair.mine)
        .join(pair.now, pair.mine_now)
        .join(mine, mine.letter_id == pair.mine.id)
        .join(theirs, theirs.post_id == mine.post_id)
        .join(pair.other, pair.other.id == theirs.letter_id)
        .join(pair.then, pair.other_now)
        .join(Post, Post.id == theirs.post_id)
        .join(Post.organisation)
        .outerjoin(Campaign, Campaign.id == pair.other.campaign_id)
        .where(pair.near(session, numbers, days))
    )


def _to_person(session: Session, numbers: Numbers, days: int) -> Select[Any]:
    pair, mine, theirs = _Pair.new(), aliased(LetterHolder), aliased(LetterHolder)
    held, holds = aliased(Holder), aliased(Holder)
    return (
        select(*pair.columns(is_same_post=False))
        .select_from(pair.mine)
        .join(pair.now, pair.mine_now)
        .join(mine, mine.letter_version_id == pair.now.id)
        .join(held, held.id == mine.holder_id)
        .join(holds, and_(holds.person_id == held.person_id, holds.post_id != held.post_id))
        .join(theirs, theirs.holder_id == holds.id)
        .join(pair.then, pair.then.id == theirs.letter_version_id)
        .join(pair.other, pair.other_now)
        .join(Post, Post.id == holds.post_id)
        .join(Post.organisation)
        .outerjoin(Campaign, Campaign.id == pair.other.campaign_id)
        .where(pair.near(session, numbers, days))
    )


# --- all that somebody had, or is due


@dataclass(frozen=True)
class Line:
    """A letter that somebody had or is due; `holder` is whom it names, blank where nobody."""

    number: int
    post: str
    holder: str
    reference: str
    campaign: str
    state: LetterState
    dated: date

    @property
    def is_due(self) -> bool:
        """Whether it has not left yet."""
        return self.state in AT_HOME


def listed(
    session: Session, *, today: date, days: int, posts: Select[int] | None = None, offset: int = 0, limit: int | None = None
) -> Iterator[Line]:
    """The letters dated from `days` before today on, by post and date: of these posts, else of all who have more than one.

    A person counts as one whatever posts the letters are to. Streamed; `limit` of them from `offset` on.
    """
    since = today - timedelta(days=days)
    several = LetterAddressee.post_id.in_(posts) if posts is not None else _several(since)
    query = (
        select(
            Letter.id,
            *(Organisation.key, Post.kind, Post.seat, func.coalesce(Person.full_name, ""), Letter.reference),
            *(func.coalesce(Campaign.slug, ""), Letter.state, LetterVersion.dated),
        )
        .select_from(Letter)
        .join(LetterVersion, and_(LetterVersion.letter_id == Letter.id, LetterVersion.number == Letter.current))
        .join(LetterAddressee, LetterAddressee.letter_id == Letter.id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Post.organisation)
        .outerjoin(Campaign, Campaign.id == Letter.campaign_id)
        .outerjoin(LetterHolder, and_(LetterHolder.letter_version_id == LetterVersion.id, LetterHolder.post_id == Post.id))
        .outerjoin(Holder, Holder.id == LetterHolder.holder_id)
        .outerjoin(Person, Person.id == Holder.person_id)
        .where(Letter.state.not_in(_NEVER), LetterVersion.dated >= since, several)
        .order_by(Organisation.key, Post.id, LetterVersion.dated, Letter.id)
        .offset(offset)
        .limit(limit)
    )
    for row in session.execute(query, execution_options={"yield_per": 1000}):
        yield Line(row[0], _key(*row[1:4]), *row[4:])


def _several(since: date) -> ColumnElement[bool]:
    """That the post has several letters since that day, or whoever the letter names has, in whatever posts."""
    version = aliased(LetterVersion)
    recent = (
        select(Letter.id, version.id.label("version"))
        .join(version, and_(version.letter_id == Letter.id, version.number == Letter.current))
        .where(Letter.state.not_in(_NEVER), version.dated >= since)
        .cte("recent")
    )
    to = aliased(LetterAddressee)
    many = func.count() > 1
    posts = select(to.post_id).join(recent, recent.c.id == to.letter_id).group_by(to.post_id).having(many)
    named, held = aliased(LetterHolder), aliased(Holder)
    persons = (
        select(held.person_id)
        .join(named, named.holder_id == held.id)
        .join(recent, recent.c.version == named.letter_version_id)
        .group_by(held.person_id)
        .having(many)
    )
    return or_(LetterAddressee.post_id.in_(posts), Holder.person_id.in_(persons))
