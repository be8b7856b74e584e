"""Why a letter is not chased, told by the database for all letters of a campaign at once, and in words for those shown."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import BindParameter, ColumnElement, Select, Subquery, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Organisation, Post
from outreach.letters.models import (
    AT_HOME,
    Letter,
    LetterAddressee,
    LetterRelation,
    LetterState,
    LetterVersion,
    RelationKind,
)
from outreach.mail.classes import MailClass
from outreach.responses import engagements, knowing
from outreach.responses.closing import IN_FORCE, MAY_BE_ANSWERED, counts_alone, own_deadlines, pieces
from outreach.responses.models import IncomingMail, MailState, Response, ResponseAuthor, ResponseKind
from outreach.responses.tallying import RANKS, came


class Hold(StrEnum):
    """Why nobody is reminded of a letter; the first that holds is the one that is told."""

    ANSWERED = "answered"
    DECLINED = "declined"
    ASKED = "asked"
    UNREAD = "unread"
    MAIL_WAITS = "mail-waits"
    PROMISED = "promised"
    AWAY = "away"
    UNSETTLED = "unsettled"
    NO_DEADLINE = "no-deadline"
    NOT_YET = "not-yet"
    WRITTEN = "written"
    ENOUGH = "enough"
    TOO_SOON = "too-soon"
    NONE = ""


# An acknowledgement holds nothing back.
_CAME = {
    ResponseKind.SUBSTANTIVE: Hold.ANSWERED,
    ResponseKind.DECLINE: Hold.DECLINED,
    ResponseKind.QUESTION: Hold.ASKED,
    ResponseKind.UNREAD: Hold.UNREAD,
}


@dataclass(frozen=True)
class Series:
    """How often one reminds: days between a letter, or a reminder, and the next; and how many at the most."""

    every: int
    most: int


@dataclass(frozen=True)
class Waiting:
    """Mail that waits for a person: the numbers of the messages by the organisation that each may come from."""

    by_organisation: Mapping[int, frozenset[int]]

    @property
    def from_there(self) -> ColumnElement[bool]:
        """Whether such mail comes from an addressee of a letter, in a query that has Letter."""
        # Written out as numbers, which no database counts as parameters: an office may have thousands.
        numbers: BindParameter[list[int]] = bindparam(
            "waiting_from", list(self.by_organisation), expanding=True, literal_execute=True
        )
        return Letter.id.in_(
            select(LetterAddressee.letter_id)
            .join(Post, Post.id == LetterAddressee.post_id)
            .where(Post.organisation_id.in_(numbers))
        )


def waiting(session: Session) -> Waiting:
    """The mail that waits, by the organisations that its senders may speak for: by address, or by domain."""
    rows = session.execute(select(IncomingMail.id, IncomingMail.sender_address).where(*_waits()))
    by_sender: dict[str, set[int]] = defaultdict(set)
    for number, sender in rows:
        by_sender[sender.lower()].add(number)
    found: dict[int, set[int]] = defaultdict(set)
    known = knowing.known(session, by_sender) if by_sender else None
    for sender, numbers in by_sender.items():
        for organisation in known.organisations(sender) if known else ():
            found[organisation] |= numbers
    for organisation, domain in _with_domain(session, {sender.rpartition("@")[2] for sender in by_sender} - {""}):
        # A domain that several share says of none who writes, but of all that one of them may have written.
        found[organisation] |= {n for sender, numbers in by_sender.items() if sender.endswith(f"@{domain}") for n in numbers}
    return Waiting({organisation: frozenset(numbers) for organisation, numbers in found.items()})


def _waits() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    # A report or a list says nothing of whether they answered; of mail from before classes were kept nobody knows.
    kind = IncomingMail.kind
    return IncomingMail.state == MailState.WAITING, or_(kind.is_(None), kind.in_((MailClass.HUMAN, MailClass.AUTO_REPLY)))


def _with_domain(session: Session, domains: Collection[str]) -> list[tuple[int, str]]:
    folded = func.lower(Organisation.domain)
    query = select(func.coalesce(Organisation.merged_into_id, Organisation.id), folded)
    return [(number, domain) for piece in pieces(domains) for number, domain in session.execute(query.where(folded.in_(piece)))]


def letters(campaign: Campaign, series: Series, mail: Waiting, today: date) -> Subquery:
    """The letters of a campaign that left: `id`, `reference`, `state`, `due`, `hold`, `reminders` (how many), `reminded`."""
    what, own, reminders = came(), own_deadlines(), _reminders(campaign)
    due = func.coalesce(own.c.day, Campaign.deadline)
    hold = _hold(what, due, reminders, mail, series, today)
    return (
        select(
            Letter.id,
            Letter.reference,
            Letter.state,
            due.label("due"),
            hold.label("hold"),
            func.coalesce(reminders.c.number, 0).label("reminders"),
            reminders.c.latest.label("reminded"),
        )
        .outerjoin(Campaign, Campaign.id == Letter.campaign_id)
        .outerjoin(what, what.c.letter_id == Letter.id)
        .outerjoin(own, own.c.letter_id == Letter.id)
        .outerjoin(reminders, reminders.c.letter_id == Letter.id)
        .where(Letter.campaign_id == campaign.id, Letter.state.in_(MAY_BE_ANSWERED), counts_alone())
        .subquery()
    )


def _hold(
    what: Subquery, due: ColumnElement[date | None], reminders: Subquery, mail: Waiting, series: Series, today: date
) -> ColumnElement[str]:
    return case(
        *((what.c.rank == RANKS[kind], hold.value) for kind, hold in _CAME.items()),
        (or_(Letter.id.in_(_suggested()), mail.from_there), Hold.MAIL_WAITS.value),
        (Letter.id.in_(_unread_from_there()), Hold.UNREAD.value),
        (Letter.id.in_(engagements.letters_promised(today)), Hold.PROMISED.value),
        (Letter.id.in_(_away(today)), Hold.AWAY.value),
        (Letter.state != LetterState.ACCEPTED, Hold.UNSETTLED.value),
        (due.is_(None), Hold.NO_DEADLINE.value),
        (due >= today, Hold.NOT_YET.value),
        (reminders.c.at_home > 0, Hold.WRITTEN.value),
        (reminders.c.number >= series.most, Hold.ENOUGH.value),
        (reminders.c.latest > today - timedelta(days=series.every), Hold.TOO_SOON.value),
        else_=Hold.NONE.value,
    )


def _suggested() -> Select[int | None]:
    suggested = IncomingMail.suggested_letter_id
    return select(suggested).where(*_waits(), suggested.is_not(None))


def _away(today: date) -> Select[int | None]:
    """Letters whose addressee said, by an automatic answer to them, to be back only later."""
    away = IncomingMail.suggested_letter_id
    return select(away).where(away.is_not(None), IncomingMail.state == MailState.NOTED, IncomingMail.returns_on > today)


def away(session: Session, numbers: Sequence[int], today: date) -> Mapping[int, tuple[date, str]]:
    """By letter, when its addressee is back and whom to ask meanwhile, as the last automatic answer to it said."""
    query = (
        select(IncomingMail.suggested_letter_id, IncomingMail.returns_on, IncomingMail.deputy)
        .where(IncomingMail.suggested_letter_id.in_(numbers), IncomingMail.state == MailState.NOTED)
        .where(IncomingMail.returns_on > today)
        .order_by(IncomingMail.id)
    )
    return {letter: (day, deputy) for letter, day, deputy in session.execute(query) if letter is not None and day is not None}


def _unread_from_there() -> Select[int]:
    """Letters to organisations of whom an answer to any letter waits to be read."""
    return (
        select(LetterAddressee.letter_id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(ResponseAuthor, ResponseAuthor.organisation_id == Post.organisation_id)
        .join(Response, Response.id == ResponseAuthor.response_id)
        .where(Response.kind == ResponseKind.UNREAD, Response.state.in_(IN_FORCE))
    )


def _reminders(campaign: Campaign) -> Subquery:
    """By letter, what reminds of it already: how many, of them not left yet, and the day of the latest."""
    here = case((Letter.state.in_([*AT_HOME, LetterState.PLACED]), 1), else_=0)
    return (
        _reminding(campaign)
        .with_only_columns(
            LetterRelation.other_id.label("letter_id"),
            func.count().label("number"),
            func.sum(here).label("at_home"),
            func.max(LetterVersion.dated).label("latest"),
        )
        .group_by(LetterRelation.other_id)
        .subquery()
    )


def _reminding(campaign: Campaign) -> Select[int, str, LetterState]:
    of_campaign = select(Letter.id).where(Letter.campaign_id == campaign.id)
    return (
        select(LetterRelation.other_id, Letter.reference, Letter.state)
        .join(Letter, Letter.id == LetterRelation.letter_id)
        .join(LetterVersion, and_(LetterVersion.letter_id == Letter.id, LetterVersion.number == Letter.current))
        .where(LetterRelation.kind == RelationKind.REMINDS, LetterRelation.other_id.in_(of_campaign))
        .where(Letter.state != LetterState.CANCELLED)
    )


def reminders_of(session: Session, campaign: Campaign, numbers: Sequence[int]) -> Mapping[int, list[tuple[str, bool]]]:
    """By letter, the references of what reminds of it, each with whether it has not left yet; keep `numbers` to a page."""
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    query = _reminding(campaign).where(LetterRelation.other_id.in_(numbers)).order_by(Letter.id)
    for number, reference, state in session.execute(query):
        found[number].append((reference, state in AT_HOME or state is LetterState.PLACED))
    return found


def waiting_for(session: Session, mail: Waiting, addressed: Sequence[tuple[int, int]]) -> Mapping[int, int]:
    """How many messages wait that may answer each letter, of (letter, organisation) pairs; keep them to a page."""
    found: dict[int, set[int]] = defaultdict(set)
    for letter, organisation in addressed:
        found[letter] |= mail.by_organisation.get(organisation, frozenset())
    numbers = [letter for letter, _ in addressed]
    suggested = select(IncomingMail.suggested_letter_id, IncomingMail.id).where(*_waits())
    for answered, number in session.execute(suggested.where(IncomingMail.suggested_letter_id.in_(numbers))):
        if answered is not None:
            found[answered].add(number)
    return {letter: len(mails) for letter, mails in found.items()}
