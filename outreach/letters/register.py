"""The register of letters: giving references, finding letters, listing them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, Text, and_, cast, func, select, text, union
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign
from outreach.contacts import searching
from outreach.contacts.models import Organisation, Post
from outreach.errors import NotFound, Refused
from outreach.letters.models import Letter, LetterAddressee, LetterState, LetterVersion, ReferenceCounter

_IS_CURRENT = and_(LetterVersion.letter_id == Letter.id, LetterVersion.number == Letter.current)


def take_references(session: Session, pattern: str, year: int, count: int) -> list[str]:
    """The next `count` references of `year`. A serial once taken is never given again, whatever becomes of the letter."""
    # Two that begin a year at once: one inserts the row, the other waits for it.
    begin = text("INSERT INTO reference_counters (year, last) VALUES (:year, 0) ON CONFLICT DO NOTHING")
    session.execute(begin, {"year": year})
    counter = session.get_one(ReferenceCounter, year, with_for_update=True)
    first = counter.last + 1
    counter.last += count
    session.flush()
    return [pattern.format(year=year, serial=serial) for serial in range(first, first + count)]


def file_stem(reference: str) -> str:
    """A reference as a file name: IGF/LP/2025/0001 -> IGF-LP-2025-0001."""
    return reference.replace("/", "-")


def find(session: Session, reference: str) -> Letter:
    """The letter with this reference (also written with hyphens, as in file names), or NotFound."""
    wanted = reference.strip()
    letter = session.scalar(_whole().where(Letter.reference.in_([wanted, wanted.replace("-", "/")])))
    if letter is None:
        raise NotFound(
            f"There is no letter {reference}; look it up in the list.", to_type="`outreach letters list` shows those there are."
        )
    return letter


def find_all(session: Session, references: Sequence[str]) -> list[Letter]:
    """The letters with these references, in the order given, without repeats; raises NotFound for the first unknown one."""
    return list({letter.id: letter for letter in (find(session, reference) for reference in references)}.values())


def of_campaign(session: Session, campaign: Campaign, states: Iterable[LetterState] = LetterState) -> Iterator[Letter]:
    """The campaign's letters in these states by reference, loaded 500 at a time."""
    ids = session.scalars(
        select(Letter.id).filter_by(campaign_id=campaign.id).where(Letter.state.in_(states)).order_by(Letter.id)
    )
    yield from in_chunks(session, list(ids))


def in_chunks(session: Session, ids: Sequence[int], size: int = 500) -> Iterator[Letter]:
    """Letters with their versions, recipients and approvals, a few queries for every `size` of them."""
    for start in range(0, len(ids), size):
        chunk = ids[start : start + size]
        # Versions are written in bulk, past the letters that a session holds already: those are read again.
        query = _whole().where(Letter.id.in_(chunk)).execution_options(populate_existing=True)
        letters = {letter.id: letter for letter in session.scalars(query)}
        yield from (letters[number] for number in chunk)


def _whole() -> Select[Letter]:
    versions = selectinload(Letter.versions)
    return select(Letter).options(
        selectinload(Letter.campaign),
        versions.selectinload(LetterVersion.recipients),
        versions.selectinload(LetterVersion.enclosures),
        selectinload(Letter.approvals),
    )


def count_in(session: Session, campaign: Campaign) -> dict[LetterState, int]:
    """How many of the campaign's letters are in each state."""
    rows = session.execute(select(Letter.state, func.count()).filter_by(campaign_id=campaign.id).group_by(Letter.state))
    return {row[0]: row[1] for row in rows}


def get(session: Session, number: int) -> Letter:
    """The letter with this number in the database, or NotFound."""
    letter = session.scalar(_whole().where(Letter.id == number))
    if letter is None:
        raise NotFound("There is no such letter; look for it in the list of letters.")
    return letter


def get_all(session: Session, numbers: Iterable[int]) -> list[Letter]:
    """The letters with these numbers, by number; raises NotFound unless each is there."""
    wanted = sorted(set(numbers))
    known = set(session.scalars(select(Letter.id).where(Letter.id.in_(wanted))))
    if len(known) != len(wanted):
        raise NotFound("One of these letters is no longer there; open the list again.")
    return list(in_chunks(session, wanted))


def numbers(session: Session, campaign: Campaign, state: LetterState) -> list[int]:
    """The numbers of the campaign's letters in `state`, in their order."""
    query = select(Letter.id).where(Letter.campaign_id == campaign.id, Letter.state == state)
    return list(session.scalars(query.order_by(Letter.id)))


def exactly(session: Session, campaign: Campaign, state: LetterState, count: int | None, act: str) -> list[int]:
    """The numbers of the campaign's letters in `state`; raises Refused unless there are exactly `count`, and at least one.

    Whoever acts on many says how many, so that nothing that came meanwhile is done unseen.
    """
    there = numbers(session, campaign, state)
    if not there:
        raise Refused(f"{campaign.slug} has no letters in the state {state}; nothing was {act}.")
    if count != len(there):
        said = "no number was given" if count is None else f"{count} was typed"
        raise Refused(f"{campaign.slug} has {len(there)} letters in the state {state} and {said}; nothing was {act}.")
    return there


@dataclass(frozen=True, kw_only=True)
class Filter:
    """Which letters a list shows; what is None does not narrow it.

    `text` stands in the reference or the subject, or its words lead to an addressee; `warned` tells letters with open warnings
    from those without, `held` those that are held; `among` is a query of letter numbers from a room above.
    """

    campaign: str | None = None
    state: LetterState | None = None
    language: str | None = None
    text: str | None = None
    warned: bool | None = None
    held: bool = False
    among: Select[int] | None = None


@dataclass(frozen=True)
class Page:
    """One page of a list of letters, and how many letters the whole list names."""

    rows: Sequence[Row[Any]]
    count: int


def without_warnings() -> ColumnElement[bool]:
    """That a letter's current version has no open warnings, in a query that joins LetterVersion."""
    # PostgreSQL compares no JSON; as text an empty list is the same two signs on either database.
    return cast(LetterVersion.warnings, Text) == "[]"


def page(session: Session, wanted: Filter, *, offset: int, limit: int) -> Page:
    """A part of the letters that `wanted` names, by number: with number and state, never the texts."""
    # Which letters are wanted is found out once, from no more tables than that needs; what is shown is read for the page alone.
    found = _numbers(session, wanted).cte("found")
    total = select(func.count()).select_from(found).scalar_subquery()
    some = select(found.c.id).order_by(found.c.id).offset(offset).limit(limit)
    rows = session.execute(_listing().add_columns(total.label("total")).where(Letter.id.in_(some))).all()
    # A page behind the last one has no row to tell it.
    return Page(rows, rows[0].total if rows else count(session, wanted) if offset else 0)


def count(session: Session, wanted: Filter) -> int:
    """How many letters `wanted` names."""
    return session.scalar(select(func.count()).select_from(_numbers(session, wanted).subquery())) or 0


def _numbers(session: Session, wanted: Filter) -> Select[int]:
    """The numbers of the letters that `wanted` names."""
    query = select(Letter.id)
    if wanted.campaign is not None:
        query = query.where(Letter.campaign_id == select(Campaign.id).where(Campaign.slug == wanted.campaign).scalar_subquery())
    if wanted.state is not None:
        query = query.where(Letter.state == wanted.state)
    if wanted.held:
        query = query.where(Letter.held_because != "")
    if wanted.language is not None or wanted.warned is not None:
        query = query.join(LetterVersion, _IS_CURRENT)
    if wanted.language is not None:
        query = query.where(LetterVersion.language == wanted.language)
    if wanted.warned is not None:
        query = query.where(~without_warnings() if wanted.warned else without_warnings())
    if wanted.text:
        query = query.where(Letter.id.in_(_holding(session, wanted.text)))
    return query if wanted.among is None else query.where(Letter.id.in_(wanted.among))


def _holding(session: Session, text: str) -> CompoundSelect[int]:
    """The numbers of the letters that hold `text` in their reference or subject, or go to whom its words lead to."""
    addressed = select(LetterAddressee.letter_id).join(Post, Post.id == LetterAddressee.post_id).join(Post.organisation)
    return union(
        select(Letter.id).where(Letter.reference.icontains(text, autoescape=True)),
        select(Letter.id).join(LetterVersion, _IS_CURRENT).where(LetterVersion.subject.icontains(text, autoescape=True)),
        addressed.where(*searching.fits(session, text)),
    )


def checked(session: Session) -> dict[str, int]:
    """How many drafts without open warnings each campaign has; by slug, "" for letters without a campaign."""
    slug = func.coalesce(Campaign.slug, "")
    query = (
        select(slug, func.count())
        .select_from(Letter)
        .join(LetterVersion, _IS_CURRENT)
        .outerjoin(Campaign, Campaign.id == Letter.campaign_id)
        .where(Letter.state == LetterState.DRAFT, without_warnings())
        .group_by(slug)
    )
    return dict(session.execute(query).all())


def languages(session: Session) -> list[str]:
    """The languages that letters are written in."""
    return list(session.scalars(select(LetterVersion.language).distinct().order_by(LetterVersion.language)))


def _listing() -> Select[*tuple[Any, ...]]:
    return (
        select(
            Letter.id,
            Letter.reference,
            Campaign.slug,
            LetterVersion.language,
            Letter.state,
            LetterVersion.dated,
            LetterVersion.subject,
            Organisation.name,
            Post.kind,
            LetterVersion.warnings,
            Letter.held_because,
        )
        .join(LetterVersion, _IS_CURRENT)
        .join(LetterAddressee, (LetterAddressee.letter_id == Letter.id) & (LetterAddressee.position == 0))
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(Campaign, Campaign.id == Letter.campaign_id)
        .order_by(Letter.id)
    )


def listed(
    session: Session, *, campaign: str | None = None, state: LetterState | None = None, held: bool = False
) -> Iterator[dict[str, Any]]:
    """One row a letter (its first addressee's names), streamed; never the texts."""
    query = _listing().where(Letter.id.in_(_numbers(session, Filter(campaign=campaign, state=state, held=held))))
    for row in session.execute(query, execution_options={"yield_per": 1000}):
        yield {
            "reference": row.reference,
            "campaign": row.slug,
            "language": row.language,
            "state": row.state.value,
            "dated": row.dated,
            "organisation": row.name,
            "post": row.kind,
            "subject": row.subject,
            "warnings": row.warnings,
            "held": row.held_because,
        }
