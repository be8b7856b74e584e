"""Who is to be reminded, and why not the others, page by page.

A reminder goes to whom a letter of the campaign reached, whose answer is past due, and of whom nothing waits to be read here.
Two reminders stand `every` days apart, and nobody gets more than `most`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Organisation, Post
from outreach.letters.models import LetterAddressee, LetterState
from outreach.responses import engagements, holding_back
from outreach.responses.closing import pieces
from outreach.responses.holding_back import Hold, Series, Waiting

_LATEST = date.max
_SAID = {
    Hold.ANSWERED: "answered",
    Hold.DECLINED: "declined",
    Hold.ASKED: "asked a question, which waits for our answer",
    Hold.UNREAD: "answered by mail that nobody has read yet",
    Hold.NO_DEADLINE: "it has no deadline",
    Hold.NONE: "",
}


@dataclass(frozen=True)
class Chase:
    """A letter that left and whether its addressee is to be reminded: `why_not` is blank when so.

    `reminders` are the references of those that were written already, cancelled ones apart.
    """

    letter_id: int
    reference: str
    addressee: str
    due: date | None
    reminders: tuple[str, ...]
    why_not: str


@dataclass(frozen=True)
class _Around:
    """What is told of the letters of one page besides what the database says of each."""

    names: Mapping[int, str]
    reminders: Mapping[int, Sequence[tuple[str, bool]]]
    waiting: Mapping[int, int]
    promised: Mapping[int, date]
    away: Mapping[int, tuple[date, str]]
    series: Series
    today: date

    def chase(self, row: Any) -> Chase:
        return Chase(
            letter_id=row.id,
            reference=row.reference,
            addressee=self.names.get(row.id, ""),
            due=row.due,
            reminders=tuple(reference for reference, _ in self.reminders.get(row.id, ())),
            why_not=self._why_not(row, Hold(row.hold)),
        )

    def _why_not(self, row: Any, hold: Hold) -> str:
        if hold in _SAID:
            return _SAID[hold]
        if hold is Hold.MAIL_WAITS:
            number = self.waiting.get(row.id, 1)
            return f"{number} message{'s' * (number > 1)} from there wait{'s' * (number == 1)} to be read"
        if hold is Hold.PROMISED:
            return f"an answer is promised by {self.promised.get(row.id, self.today)}"
        if hold is Hold.AWAY:
            day, deputy = self.away[row.id]
            return f"away until {day.isoformat()}" + (f"; meanwhile: {deputy}" if deputy else "")
        if hold is Hold.UNSETTLED:
            return f"the letter is {LetterState(row.state).value.replace('-', ' ')}: settle that first"
        if hold is Hold.NOT_YET:
            return f"due by {row.due.isoformat()}"
        return self._of_reminders(row, hold)

    def _of_reminders(self, row: Any, hold: Hold) -> str:
        if hold is Hold.WRITTEN:
            here = [reference for reference, at_home in self.reminders[row.id] if at_home]
            return f"the reminder {here[-1]} has not left yet"
        if hold is Hold.ENOUGH:
            return f"reminded {row.reminders} times already"
        return f"reminded on {row.reminded}, not again before {row.reminded + timedelta(days=self.series.every)}"


def chase(
    session: Session,
    campaign: Campaign,
    series: Series,
    *,
    today: date,
    mail: Waiting | None = None,
    offset: int = 0,
    limit: int | None = None,
) -> list[Chase]:
    """A page of the letters of `campaign` that left (all, without `limit`), those to be reminded first, then by due date.

    A fixed number of queries; only what is on the page is read. `mail` is what `holding_back.waiting` gave, where it was asked
    for already.
    """
    mail = mail or holding_back.waiting(session)
    found = holding_back.letters(campaign, series, mail, today)
    order = (found.c.hold != Hold.NONE.value, func.coalesce(found.c.due, _LATEST), found.c.id)
    rows = session.execute(select(found).order_by(*order).offset(offset).limit(limit)).all()
    around = _around(session, campaign, [row.id for row in rows], mail, series, today)
    return [around.chase(row) for row in rows]


def holds(session: Session, campaign: Campaign, series: Series, *, today: date, mail: Waiting | None = None) -> dict[Hold, int]:
    """How many letters of `campaign` that left are held for each reason; `Hold.NONE` are those to be reminded of."""
    found = holding_back.letters(campaign, series, mail or holding_back.waiting(session), today)
    counted = session.execute(select(found.c.hold, func.count()).group_by(found.c.hold))
    return {Hold(hold): number for hold, number in counted}


def due(session: Session, campaign: Campaign, series: Series, *, today: date) -> Sequence[int]:
    """The numbers of the letters of `campaign` to be reminded of."""
    found = holding_back.letters(campaign, series, holding_back.waiting(session), today)
    return session.scalars(select(found.c.id).where(found.c.hold == Hold.NONE.value).order_by(found.c.id)).all()


def _around(
    session: Session, campaign: Campaign, numbers: Sequence[int], mail: Waiting, series: Series, today: date
) -> _Around:
    names: dict[int, list[str]] = defaultdict(list)
    pairs: list[tuple[int, int]] = []
    reminders: dict[int, list[tuple[str, bool]]] = {}
    waiting: dict[int, int] = {}
    promised: dict[int, date] = {}
    away: dict[int, tuple[date, str]] = {}
    for piece in pieces(numbers):
        addressed = session.execute(_addressed(piece)).all()
        for letter, _organisation, name in addressed:
            names[letter].append(name)
        pairs = [(letter, organisation) for letter, organisation, _name in addressed]
        reminders |= holding_back.reminders_of(session, campaign, piece)
        promised |= engagements.promised_until(session, piece, today)
        waiting |= holding_back.waiting_for(session, mail, pairs)
        away |= holding_back.away(session, piece, today)
    told = {letter: "; ".join(dict.fromkeys(found)) for letter, found in names.items()}
    return _Around(told, reminders, waiting, promised, away, series, today)


def _addressed(numbers: Sequence[int]) -> Select[int, int, str]:
    return (
        select(LetterAddressee.letter_id, Organisation.id, Organisation.name)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(LetterAddressee.letter_id.in_(numbers))
        .order_by(LetterAddressee.letter_id, Organisation.name)
    )
