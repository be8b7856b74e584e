"""What is due and when: deadlines of campaigns and of single addressees, for a list and for a calendar feed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Event
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.letters.models import Letter
from outreach.responses.closing import own_deadlines
from outreach.responses.engagements import is_open
from outreach.responses.models import Engagement
from outreach.responses.standing import OPEN, letters_at


@dataclass(frozen=True, kw_only=True)
class Due:
    """Something that is due on a day; `identity` is the same for as long as it is the same thing."""

    identity: str
    day: date
    what: str
    detail: str
    open: int


def upcoming(session: Session, *, since: date, until: date | None = None) -> list[Due]:
    """Deadlines of letters and engagements from `since` (to `until`), earliest first, with how many letters are open."""
    found = [*_of_campaigns(session, since, until), *_own(session, since, until), *_engagements(session, since, until)]
    return sorted(found, key=lambda due: (due.day, due.identity))


def _of_campaigns(session: Session, since: date, until: date | None) -> Iterator[Due]:
    waiting, own = letters_at(OPEN).subquery(), own_deadlines()
    opened = (
        select(Letter.campaign_id, func.count().label("number"))
        .join(waiting, waiting.c.id == Letter.id)
        .where(Letter.id.not_in(select(own.c.letter_id)))
        .group_by(Letter.campaign_id)
        .subquery()
    )
    query = (
        select(Campaign.slug, Campaign.title, Campaign.deadline, Campaign.deadline_counted, opened.c.number)
        .outerjoin(opened, opened.c.campaign_id == Campaign.id)
        .where(Campaign.deadline >= since, Campaign.closed_at.is_(None))
    )
    for slug, title, day, counted, number in session.execute(
        query if until is None else query.where(Campaign.deadline <= until)
    ):
        yield Due(identity=f"campaign-{slug}", day=day, what=f"Answers due: {title}", detail=counted, open=number or 0)


def _own(session: Session, since: date, until: date | None) -> Iterator[Due]:
    own, waiting = own_deadlines(), letters_at(OPEN).subquery()
    query = (
        select(Campaign.slug, Campaign.title, own.c.day, func.count())
        .join(Letter, Letter.id == own.c.letter_id)
        .join(waiting, waiting.c.id == Letter.id)
        .join(Campaign, Campaign.id == Letter.campaign_id)
        .where(own.c.day >= since, own.c.day != func.coalesce(Campaign.deadline, date.max))
        .group_by(Campaign.slug, Campaign.title, own.c.day)
    )
    for slug, title, day, number in session.execute(query if until is None else query.where(own.c.day <= until)):
        what = f"Answers due by a day of their own: {title}"
        yield Due(identity=f"campaign-{slug}-{day}", day=day, what=what, detail="", open=number)


def _engagements(session: Session, since: date, until: date | None) -> Iterator[Due]:
    query = select(Engagement.id, Engagement.due, Engagement.owner, Engagement.what, Engagement.source)
    query = query.where(is_open(), Engagement.due >= since)
    for number, day, owner, what, source in session.execute(query if until is None else query.where(Engagement.due <= until)):
        if day is not None:
            yield Due(identity=f"engagement-{number}", day=day, what=f"{owner}: {what}", detail=source, open=0)


def calendar(entries: Sequence[Due], *, name: str, domain: str, at: datetime) -> bytes:
    """The deadlines as an iCalendar file (RFC 5545) of all-day entries; who subscribes sees each once, also when it moves.

    `domain` makes the identities the office's own, `at` is when it was made.
    """
    made = Calendar()
    for word, value in (("prodid", "-//outreach//deadlines//EN"), ("version", "2.0"), ("x-wr-calname", name)):
        made.add(word, value)
    for entry in entries:
        made.add_component(_event(entry, domain, at))
    return bytes(made.to_ical())


def _event(entry: Due, domain: str, at: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.identity}@{domain}")
    event.add("dtstamp", datetime.combine(at.astimezone(UTC).date(), time(), tzinfo=UTC))
    event.add("summary", entry.what + (f" ({entry.open} open)" if entry.open else ""))
    if entry.detail:
        event.add("description", entry.detail)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    # A deadline takes nobody's time: calendars show it and leave the day free.
    event.add("transp", "TRANSPARENT")
    return event
