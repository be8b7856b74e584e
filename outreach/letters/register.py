"""The register of letters: giving references, finding letters, listing them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select, text
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Organisation, Post
from outreach.errors import NotFound
from outreach.letters.models import Letter, LetterAddressee, LetterState, LetterVersion, ReferenceCounter


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
        raise NotFound(f"There is no letter {reference}; `outreach letters list` shows those there are.")
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
        letters = {letter.id: letter for letter in session.scalars(_whole().where(Letter.id.in_(chunk)))}
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


def listed(session: Session, *, campaign: str | None = None, state: LetterState | None = None) -> Iterator[dict[str, Any]]:
    """One row a letter (its first addressee's names), streamed; never the texts."""
    query = (
        select(
            Letter.reference,
            Campaign.slug,
            LetterVersion.language,
            Letter.state,
            LetterVersion.dated,
            LetterVersion.subject,
            Organisation.name,
            Post.kind,
            LetterVersion.warnings,
        )
        .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
        .join(LetterAddressee, (LetterAddressee.letter_id == Letter.id) & (LetterAddressee.position == 0))
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .outerjoin(Campaign, Campaign.id == Letter.campaign_id)
        .order_by(Letter.id)
    )
    if campaign is not None:
        query = query.where(Campaign.slug == campaign)
    if state is not None:
        query = query.where(Letter.state == state)
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
        }
