"""Who is to be reminded, and why not the others; the reminders themselves are a campaign like any other.

A reminder goes to whom a letter of the campaign reached, whose answer is past due, and of whom nothing waits to be read here.
Two reminders stand `every` days apart, and nobody gets more than `most`.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, insert, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.models import Organisation, Post
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.letters import citing
from outreach.letters.models import (
    AT_HOME,
    Letter,
    LetterAddressee,
    LetterRelation,
    LetterState,
    LetterVersion,
    RelationKind,
)
from outreach.responses.closing import MAY_BE_ANSWERED, counts_alone, due
from outreach.responses.models import IncomingMail, MailState, ResponseKind
from outreach.responses.tallying import RANKS, came

# Why the answer that came keeps a letter from being chased; an acknowledgement does not.
_CAME = {
    ResponseKind.SUBSTANTIVE: "answered",
    ResponseKind.DECLINE: "declined",
    ResponseKind.QUESTION: "asked a question, which waits for our answer",
    ResponseKind.UNREAD: "answered by mail that nobody has read yet",
}
_BY_RANK = {RANKS[kind]: why for kind, why in _CAME.items()}
_PIECE = 5_000


@dataclass(frozen=True)
class Series:
    """How often one reminds: days between a letter, or a reminder, and the next; and how many at the most."""

    every: int
    most: int


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
class _Reminder:
    reference: str
    state: LetterState
    dated: date


def chase(session: Session, campaign: Campaign, series: Series, *, today: date) -> list[Chase]:
    """Every letter of `campaign` that left, those to be reminded first, then by due date; a fixed number of queries."""
    reminders, waiting, names = _reminders(session, campaign), _waiting(session, campaign), _names(session, campaign)
    found = [
        Chase(
            letter_id=number,
            reference=reference,
            addressee=names.get(number, ""),
            due=day,
            reminders=tuple(one.reference for one in reminders.get(number, ())),
            why_not=_why_not(state, rank, day, reminders.get(number, ()), waiting.get(number, 0), series, today),
        )
        for number, reference, state, rank, day in session.execute(_letters(campaign))
    ]
    return sorted(found, key=lambda one: (bool(one.why_not), one.due or date.max, one.letter_id))


def _letters(campaign: Campaign) -> Select[int, str, LetterState, int | None, date | None]:
    what = came()
    return (
        select(Letter.id, Letter.reference, Letter.state, what.c.rank, due())
        .outerjoin(Campaign)
        .outerjoin(what, what.c.letter_id == Letter.id)
        .where(Letter.campaign_id == campaign.id, Letter.state.in_(MAY_BE_ANSWERED), counts_alone())
        .order_by(Letter.id)
    )


def _why_not(
    state: LetterState,
    rank: int | None,
    day: date | None,
    reminders: Sequence[_Reminder],
    waiting: int,
    series: Series,
    today: date,
) -> str:
    if rank in _BY_RANK:
        return _BY_RANK[rank]
    if waiting:
        return f"{waiting} message{'s' * (waiting > 1)} from there wait{'s' * (waiting == 1)} to be read"
    if state is not LetterState.ACCEPTED:
        return f"the letter is {state.value.replace('-', ' ')}: settle that first"
    if day is None:
        return "it has no deadline"
    if day >= today:
        return f"due by {day.isoformat()}"
    return _too_soon(reminders, series, today)


def _too_soon(reminders: Sequence[_Reminder], series: Series, today: date) -> str:
    if at_home := [one.reference for one in reminders if one.state in AT_HOME or one.state is LetterState.PLACED]:
        return f"the reminder {at_home[-1]} has not left yet"
    if len(reminders) >= series.most:
        return f"reminded {len(reminders)} times already"
    latest = max((one.dated for one in reminders), default=None)
    again = latest + timedelta(days=series.every) if latest else today
    return f"reminded on {latest}, not again before {again}" if again > today else ""


def _reminders(session: Session, campaign: Campaign) -> Mapping[int, Sequence[_Reminder]]:
    """By letter, what reminds of it already."""
    of_campaign = select(Letter.id).where(Letter.campaign_id == campaign.id)
    rows = session.execute(
        select(LetterRelation.other_id, Letter.reference, Letter.state, LetterVersion.dated)
        .join(Letter, Letter.id == LetterRelation.letter_id)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .where(LetterRelation.kind == RelationKind.REMINDS, LetterRelation.other_id.in_(of_campaign))
        .where(Letter.state != LetterState.CANCELLED)
        .order_by(Letter.id)
    )
    found: dict[int, list[_Reminder]] = defaultdict(list)
    for number, reference, state, dated in rows:
        found[number].append(_Reminder(reference, state, dated))
    return found


def _addressed(campaign: Campaign) -> Select[int, int]:
    return (
        select(LetterAddressee.letter_id, Post.organisation_id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .where(Letter.campaign_id == campaign.id)
    )


def _waiting(session: Session, campaign: Campaign) -> Mapping[int, int]:
    """By letter, how much mail waits that may answer it: it is suggested for it, or comes from its addressee's domain."""
    mail = session.execute(
        select(IncomingMail.id, IncomingMail.sender_address, IncomingMail.suggested_letter_id)
        .where(IncomingMail.state == MailState.WAITING)
        .order_by(IncomingMail.id)
    ).all()
    found: dict[int, set[int]] = defaultdict(set)
    by_domain: dict[str, set[int]] = defaultdict(set)
    for number, sender, letter in mail:
        by_domain[sender.rpartition("@")[2].casefold()].add(number)
        if letter is not None:
            found[letter].add(number)
    for letter, domain in _from(session, campaign, sorted(by_domain.keys() - {""})):
        found[letter] |= by_domain[domain]
    return {letter: len(numbers) for letter, numbers in found.items()}


def _from(session: Session, campaign: Campaign, domains: Sequence[str]) -> list[tuple[int, str]]:
    addressed = _addressed(campaign).subquery()
    folded = func.lower(Organisation.domain)
    query = select(addressed.c.letter_id, folded).join(Organisation, Organisation.id == addressed.c.organisation_id)
    pieces = (domains[start : start + _PIECE] for start in range(0, len(domains), _PIECE))
    return [(letter, domain) for piece in pieces for letter, domain in session.execute(query.where(folded.in_(piece)))]


def _names(session: Session, campaign: Campaign) -> Mapping[int, str]:
    addressed = _addressed(campaign).subquery()
    query = select(addressed.c.letter_id, Organisation.name).join(Organisation, Organisation.id == addressed.c.organisation_id)
    found: dict[int, list[str]] = defaultdict(list)
    for letter, name in session.execute(query.order_by(addressed.c.letter_id, Organisation.name)):
        found[letter].append(name)
    return {letter: "; ".join(dict.fromkeys(names)) for letter, names in found.items()}


def remind(
    session: Session,
    campaign: Campaign,
    letters: Sequence[int],
    *,
    slug: str,
    template: str,
    deadline: date,
    by: Actor,
    at: datetime,
) -> Campaign:
    """Make a campaign that reminds the addressees of these letters; its letters are drafted, checked and approved as any.

    Each addressee is written to in the language of the letter it got, joint ones jointly. Raises Refused when there is nobody
    to remind, or the name is taken.
    """
    by.must_be(Role.DRAFTER, "make reminders")
    if not letters:
        raise Refused(f"Nobody is to be reminded for {campaign.slug}; nothing was made.")
    if session.scalar(select(Campaign.id).where(Campaign.slug == slug)):
        raise Refused(f"There is already a campaign {slug}; choose another name.")
    reminding = Campaign(
        slug=slug,
        title=f"Reminder: {campaign.title}"[:300],
        template=template,
        sender=campaign.sender,
        deadline=deadline,
        selection=f"reminds of {campaign.slug}",
        copies=list(campaign.copies),
        owner=by.name,
        created_at=at,
    )
    session.add(reminding)
    session.flush()
    rows = _addressees(session, reminding, letters)
    session.execute(insert(CampaignAddressee), rows)
    said = [{"post_id": row["post_id"], "earlier": row["values"][citing.VALUE]} for row in rows]
    journal.record(
        session,
        by,
        "made",
        f"campaign {slug}",
        at=at,
        template=template,
        reminds_of=campaign.slug,
        deadline=deadline,
        addressees=len(rows),
        digest=journal.digest_of_rows(said),
    )
    return reminding


def _addressees(session: Session, reminding: Campaign, letters: Sequence[int]) -> list[dict[str, Any]]:
    query = (
        select(LetterAddressee.post_id, Letter.id, Letter.reference, LetterVersion.language)
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .order_by(Letter.id, LetterAddressee.position)
    )
    pieces = (letters[start : start + _PIECE] for start in range(0, len(letters), _PIECE))
    rows = [row for piece in pieces for row in session.execute(query.where(Letter.id.in_(piece)))]
    together = Counter(row.id for row in rows)
    return [
        {
            "campaign_id": reminding.id,
            "post_id": row.post_id,
            "joint": row.reference if together[row.id] > 1 else "",
            "language": row.language,
            "values": {citing.VALUE: row.reference},
        }
        for row in rows
    ]
