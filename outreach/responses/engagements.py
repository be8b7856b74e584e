"""Engagements: who promised what to whom by when and what came of it; notes of calls and meetings; items of minutes.

None of them is an answer: no letter closes by one. An answer that is promised lets its letters wait until the day named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from outreach import journal
from outreach.contacts.models import Organisation, Post
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses import shelf
from outreach.responses.models import Engagement, EngagementKind

# What is done when it is written down: nothing more is due from it.
NOTES = frozenset({EngagementKind.CALL, EngagementKind.MEETING})
_LONGEST = 20_000


@dataclass(frozen=True, kw_only=True)
class Given:
    """What somebody writes down of an engagement.

    `owner` is who of the Panel or the office made it or is to act; `organisation` a key, acronym or name of the directory;
    `letter` a reference; `due` the day by which it is to be done, `source` where it stands ("Minutes of 21 January 2025").
    """

    kind: EngagementKind
    owner: str
    what: str
    on: date
    organisation: str = ""
    with_whom: str = ""
    letter: str = ""
    due: date | None = None
    said: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which engagements; whatever is left out does not matter. `open` ones have no outcome yet and are no mere notes."""

    open: bool = False
    owner: str = ""
    kind: EngagementKind | None = None
    organisation: int | None = None


def add(session: Session, given: Given, *, by: Actor, at: datetime) -> Engagement:
    """Write an engagement down.

    Raises Invalid for what is missing or does not fit, Refused unless `by` may log, NotFound for an organisation or letter that
    is not there.
    """
    by.must_be(Role.DRAFTER, "write engagements down")
    _check(given)
    named = [given.organisation] if given.organisation else []
    letter = shelf.answerable(session, [given.letter])[0] if given.letter else None
    organisation = next(iter(shelf.organisations_named(session, named)), None)
    if organisation is None and letter is not None:
        organisation = _only(session, letter)
    if given.kind is EngagementKind.PROMISED_ANSWER and organisation is None:
        raise Invalid("Say who promised an answer: an organisation of the directory, or the letter that it is about.")
    row = Engagement(
        kind=given.kind,
        owner=given.owner.strip(),
        what=given.what.strip(),
        on=given.on,
        organisation=organisation,
        with_whom=given.with_whom.strip(),
        letter=letter,
        due=given.due,
        said=given.said.strip(),
        source=given.source.strip(),
        recorded_by=by.name,
        recorded_at=at,
    )
    session.add(row)
    session.flush()
    journal.record(session, by, "wrote down", f"engagement {row.id}", at=at, kind=row.kind, what=row.what, due=row.due)
    return row


def _check(given: Given) -> None:
    if not given.what.strip() or not given.owner.strip():
        raise Invalid("Say what it is about, and who of the Panel or the office it is with.")
    if max(len(given.what), len(given.said)) > _LONGEST or len(given.owner) > 200 or len(given.with_whom) > 300:
        raise Invalid("That is too long for an engagement; enclose a file with an answer instead.")
    if given.due is not None and given.due < given.on:
        raise Invalid(f"It cannot be due on {given.due}, before the {given.on} on which it was made; give another day.")
    if given.kind in NOTES and given.due is not None:
        raise Invalid("A note of a call or meeting is due by no day; write what was promised down as a promise of its own.")
    if given.kind is EngagementKind.PROMISED_ANSWER and given.due is None:
        raise Invalid("Say by which day the answer is promised: until then nobody is reminded.")


def _only(session: Session, letter: Letter) -> Organisation | None:
    numbers = shelf.organisations_of(session, [letter.id])[letter.id]
    return session.get(Organisation, numbers[0]) if len(numbers) == 1 else None


def close(session: Session, number: int, outcome: str, *, on: date, by: Actor, at: datetime) -> Engagement:
    """Say what came of an engagement; raises Refused without an outcome, and for one that is closed or a mere note."""
    by.must_be(Role.DRAFTER, "close engagements")
    row = get(session, number)
    if row.kind in NOTES:
        raise Refused(f"Engagement {number} is the note of a {row.kind}; there is nothing to close.")
    if row.closed_on is not None:
        raise Refused(f"Engagement {number} was closed on {row.closed_on}: {row.outcome}")
    if not outcome.strip():
        raise Refused(f"Say what came of engagement {number}.")
    row.outcome, row.closed_on = outcome.strip()[:_LONGEST], on
    session.flush()
    journal.record(session, by, "closed", f"engagement {number}", at=at, outcome=row.outcome, on=on)
    return row


def get(session: Session, number: int) -> Engagement:
    """The engagement of this number; raises NotFound."""
    found = session.get(Engagement, number)
    if found is None:
        raise NotFound(f"There is no engagement {number}; the list of engagements names those there are.")
    return found


def page(session: Session, wanted: Wanted, *, offset: int = 0, limit: int | None = None) -> Sequence[Engagement]:
    """The engagements that are `wanted`: what is due first comes first, what has no day after, newest first."""
    query = select(Engagement).options(joinedload(Engagement.organisation), joinedload(Engagement.letter))
    query = query.where(*_fits(wanted)).order_by(func.coalesce(Engagement.due, date.max), Engagement.on.desc(), Engagement.id)
    return session.scalars(query.offset(offset).limit(limit)).all()


def _fits(wanted: Wanted) -> list[ColumnElement[bool]]:
    fits: list[ColumnElement[bool]] = [is_open()] if wanted.open else []
    if wanted.owner:
        fits.append(Engagement.owner == wanted.owner)
    if wanted.kind:
        fits.append(Engagement.kind == wanted.kind)
    if wanted.organisation is not None:
        fits.append(Engagement.organisation_id == wanted.organisation)
    return fits


def is_open() -> ColumnElement[bool]:
    """Whether something is still to come of an engagement."""
    return and_(Engagement.closed_on.is_(None), Engagement.kind.not_in(NOTES))


def letters_promised(today: date) -> Select[int]:
    """The letters whose answer was promised for `today` or a later day: the one named, else all to that organisation."""
    stands = (
        Engagement.kind == EngagementKind.PROMISED_ANSWER,
        Engagement.closed_on.is_(None),
        Engagement.due >= today,
    )
    named = select(Engagement.letter_id).where(*stands, Engagement.letter_id.is_not(None))
    theirs = (
        select(LetterAddressee.letter_id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Engagement, Engagement.organisation_id == Post.organisation_id)
        .where(*stands, Engagement.letter_id.is_(None))
    )
    return select(Letter.id).where(or_(false(), Letter.id.in_(named), Letter.id.in_(theirs)))


def promised_until(session: Session, numbers: Sequence[int], today: date) -> dict[int, date]:
    """By letter, the day for which its answer is promised; keep `numbers` to a page."""
    query = (
        select(LetterAddressee.letter_id, func.max(Engagement.due))
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Engagement, Engagement.organisation_id == Post.organisation_id)
        .where(LetterAddressee.letter_id.in_(numbers), Engagement.kind == EngagementKind.PROMISED_ANSWER)
        .where(Engagement.closed_on.is_(None), Engagement.due >= today)
        .where(or_(Engagement.letter_id.is_(None), Engagement.letter_id == LetterAddressee.letter_id))
        .group_by(LetterAddressee.letter_id)
    )
    return {letter: day for letter, day in session.execute(query) if day is not None}
