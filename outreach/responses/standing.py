"""How campaigns stand: every letter counts once, under the one word that says most about it.

A correction that left counts with the letter that it corrects, and what answers it answers that one.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.letters.models import Letter, LetterState
from outreach.responses import shelf, tallying
from outreach.responses.closing import IN_FORCE, counts_alone, own_deadlines
from outreach.responses.models import IncomingMail, MailState, Response, ResponseKind


class Standing(StrEnum):
    """Where a letter stands with its addressee; `placed` is for a person to send, `silent` has left and nothing came back."""

    DRAFT = "draft"
    APPROVED = "approved"
    PLACED = "placed"
    CANCELLED = "cancelled"
    UNDELIVERED = "undelivered"
    SILENT = "silent"
    ACKNOWLEDGED = "acknowledged"
    QUESTION = "question"
    UNREAD = "unread"
    DECLINED = "declined"
    ANSWERED = "answered"


_BY_RANK = {
    1: Standing.ACKNOWLEDGED,
    2: Standing.QUESTION,
    3: Standing.UNREAD,
    4: Standing.DECLINED,
    5: Standing.ANSWERED,
}
_BY_STATE = {
    LetterState.DRAFT: Standing.DRAFT,
    LetterState.APPROVED: Standing.APPROVED,
    LetterState.PLACED: Standing.PLACED,
    LetterState.CANCELLED: Standing.CANCELLED,
    LetterState.ACCEPTED: Standing.SILENT,
}
OPEN = frozenset({Standing.SILENT, Standing.ACKNOWLEDGED, Standing.QUESTION, Standing.UNREAD})
CLOSED = frozenset({Standing.ANSWERED, Standing.DECLINED})


@dataclass(frozen=True)
class Tally:
    """Letters by where they stand, and how many open ones are past their deadline.

    `letters` is drafts, approved, placed, cancelled, undelivered and `sent` together; `sent` is `answered`, `declined` and
    `open`.
    """

    counts: Mapping[Standing, int] = field(default_factory=dict)
    overdue: int = 0

    def of(self, *standings: Standing) -> int:
        """How many letters stand at any of these."""
        return sum(self.counts.get(each, 0) for each in standings)

    @property
    def letters(self) -> int:
        """All letters."""
        return sum(self.counts.values())

    @property
    def open(self) -> int:
        """Letters that have left and may still be answered: what came, if anything, does not close them."""
        return self.of(*OPEN)

    @property
    def sent(self) -> int:
        """Letters that were accepted for delivery, or answered, which proves that they arrived."""
        return self.open + self.of(*CLOSED)

    def row(self) -> dict[str, int]:
        """The numbers by their names, for showing."""
        single = {each.value: self.of(each) for each in Standing}
        return {"letters": self.letters, "sent": self.sent, "open": self.open, "overdue": self.overdue, **single}


def together(tallies: Iterable[Tally]) -> Tally:
    """The numbers of several tallies as one."""
    counts: Counter[Standing] = Counter()
    overdue = 0
    for tally in tallies:
        counts.update(tally.counts)
        overdue += tally.overdue
    return Tally(dict(counts), overdue)


def parts_together(parts: Iterable[Mapping[str, Tally]]) -> dict[str, Tally]:
    """The numbers of several campaigns by group or region as one: each part's tallies added up, by name."""
    found: dict[str, list[Tally]] = {}
    for part in parts:
        for name, tally in part.items():
            found.setdefault(name, []).append(tally)
    return {name: together(found[name]) for name in sorted(found)}


@dataclass(frozen=True, kw_only=True)
class CampaignStanding:
    """One campaign's numbers: in all, by stakeholder group, and by regional group of States.

    `slug` is empty for the letters that belong to no campaign. `waiting_mail` counts mail that waits for a person and for
    which a letter of this campaign is suggested.
    """

    slug: str
    title: str
    deadline: date | None
    total: Tally
    by_group: Mapping[str, Tally]
    by_region: Mapping[str, Tally]
    waiting_mail: int


def standings(session: Session, *, today: date, slug: str | None = None, parts: bool = True) -> list[CampaignStanding]:
    """How each campaign stands on `today`, by slug, or the one named; raises NotFound when there is none.

    Without `parts` the groups and regions are left empty, which is several times as fast. Four queries, whatever the number of
    letters.
    """
    only = None if slug is None else shelf.campaign_id(session, slug)
    counts: dict[int | None, list[_Count]] = {}
    for number, state, rank, past_due, group, region, letters in tallying.counts(session, today=today, only=only, parts=parts):
        counts.setdefault(number, []).append(_Count.of(state, rank, past_due, group, region, letters))
    waiting = dict(session.execute(_waiting()).all())
    found = [
        _standing(named, title, deadline, counts.get(number, []), waiting.get(number, 0), parts)
        for number, named, title, deadline in session.execute(_campaigns(only))
    ]
    if only is None and None in counts:
        found.append(_standing("", "Letters without a campaign", None, counts[None], waiting.get(None, 0), parts))
    return found


def letters_at(wanted: Collection[Standing], *, today: date | None = None) -> Select[int]:
    """A query of the numbers of the letters that stand at any of `wanted`; with `today`, only those then past their deadline.

    It counts as `standings` does: a letter stands where what says most about it puts it.
    """
    came = tallying.came()
    where = [_stands_at(each, came.c.rank) for each in sorted(wanted)]
    query = select(Letter.id).outerjoin(Campaign, Campaign.id == Letter.campaign_id)
    query = query.outerjoin(came, came.c.letter_id == Letter.id)
    query = query.where(or_(false(), *where), counts_alone())
    if today is None:
        return query
    own = own_deadlines()
    return query.outerjoin(own, own.c.letter_id == Letter.id).where(func.coalesce(own.c.day, Campaign.deadline) < today)


def _stands_at(wanted: Standing, rank: ColumnElement[int | None]) -> ColumnElement[bool]:
    for number, standing in _BY_RANK.items():
        if standing is wanted:
            return rank == number
    states = [state for state in LetterState if _BY_STATE.get(state, Standing.UNDELIVERED) is wanted]
    return and_(rank.is_(None), Letter.state.in_(states))


def unread(session: Session) -> int:
    """How many responses in force nobody has read yet."""
    mine = (Response.kind == ResponseKind.UNREAD, Response.state.in_(IN_FORCE))
    return session.scalar(select(func.count()).select_from(Response).where(*mine)) or 0


@dataclass(frozen=True)
class _Count:
    """So many letters that are alike in all that is counted."""

    standing: Standing
    overdue: bool
    group: str
    region: str
    letters: int

    @classmethod
    def of(cls, state: LetterState, rank: int | None, past_due: bool | None, group: str, region: str, letters: int) -> Self:
        standing = _BY_RANK[rank] if rank else _BY_STATE.get(state, Standing.UNDELIVERED)
        return cls(standing, bool(past_due) and standing in OPEN, group, region, letters)


def _campaigns(only: int | None) -> Select[int, str, str, date | None]:
    query = select(Campaign.id, Campaign.slug, Campaign.title, Campaign.deadline).order_by(Campaign.slug)
    return query if only is None else query.where(Campaign.id == only)


def _waiting() -> Select[int | None, int]:
    return (
        select(Letter.campaign_id, func.count())
        .join(IncomingMail, IncomingMail.suggested_letter_id == Letter.id)
        .where(IncomingMail.state == MailState.WAITING)
        .group_by(Letter.campaign_id)
    )


def _standing(
    slug: str, title: str, deadline: date | None, counts: Sequence[_Count], waiting_mail: int, parts: bool
) -> CampaignStanding:
    return CampaignStanding(
        slug=slug,
        title=title,
        deadline=deadline,
        total=_tally(counts),
        by_group=_split(counts, lambda count: count.group) if parts else {},
        by_region=_split(counts, lambda count: count.region) if parts else {},
        waiting_mail=waiting_mail,
    )


def _split(counts: Sequence[_Count], word: Callable[[_Count], str]) -> dict[str, Tally]:
    parts: dict[str, list[_Count]] = {}
    for count in counts:
        parts.setdefault(word(count), []).append(count)
    return {name: _tally(parts[name]) for name in sorted(parts)}


def _tally(counts: Iterable[_Count]) -> Tally:
    letters: Counter[Standing] = Counter()
    overdue = 0
    for count in counts:
        letters[count.standing] += count.letters
        overdue += count.letters if count.overdue else 0
    return Tally(dict(letters), overdue)
