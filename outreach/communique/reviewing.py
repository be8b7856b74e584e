"""Putting a version before its reviewers: a copy for each, covering letters, and who has said what until when."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.campaigns import planning
from outreach.campaigns.choosing import Chosen
from outreach.campaigns.models import Campaign
from outreach.communique import shelf, versions
from outreach.communique.exporting import Prepared
from outreach.communique.models import CommuniqueVersion, VersionState
from outreach.communique.reviews import Proposal, Review, Reviewer, Word
from outreach.contacts import addressing
from outreach.contacts.addressing import Reach
from outreach.contacts.models import Organisation, Post
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters import drafting, enclosing
from outreach.letters.composing import Composer
from outreach.letters.drafting import Drafted
from outreach.letters.enclosing import Enclosed
from outreach.letters.papers import DOCX
from outreach.letters.tokens import Random

# By it a copy that comes back is known, whatever the file is then called.
PROPERTY = "outreach-review"
TEMPLATE = "panel-review"
_TOKEN_BYTES = 10


@dataclass(frozen=True)
class Covering:
    """What covering letters are made with: who signs, the campaign's composer, and how the end of the review is written."""

    sender: str
    composer: Callable[[Campaign], Composer]
    zone: ZoneInfo


@dataclass(frozen=True)
class Tools:
    """What copies are made with: the archive that keeps them, and random bytes for their tokens."""

    keep: Callable[[bytes], str]
    random: Random


def members(session: Session, organisation: str, *, on: Any, stale_after: int) -> Chosen:
    """Everybody who holds a post of an organisation (by key or acronym) on the day `on`; raises NotFound."""
    wanted = or_key(organisation)
    found = session.scalar(select(Organisation).where(wanted, Organisation.merged_into_id.is_(None)).limit(1))
    if found is None:
        raise NotFound(
            f"There is no organisation {organisation!r}; name one by its key or acronym, or a selection as tag:panel."
        )
    posts = select(Post.id).where(Post.organisation_id == found.id, Post.merged_into_id.is_(None)).order_by(Post.id)
    reached, left_out = [], []
    for one in addressing.reach(session, session.scalars(posts).all(), on=on, stale_after=stale_after):
        why = f"not to be contacted: {one.do_not_contact}" if one.do_not_contact else "" if one.holder else "nobody holds it"
        if why:
            left_out.append((one.key, why))
        else:
            reached.append(one)
    return Chosen(tuple(reached), tuple(left_out))


def or_key(organisation: str) -> Any:
    """What an organisation is found by: its key, or its acronym in any capitals."""
    wanted = organisation.strip()
    return (Organisation.key == wanted.lower()) | (func.lower(Organisation.acronym) == wanted.lower())


def open_review(
    session: Session,
    version: CommuniqueVersion,
    prepared: Prepared,
    chosen: Chosen,
    tools: Tools,
    covering: Covering,
    *,
    to: str,
    until: datetime,
    drafters: Sequence[str] = (),
    by: Actor,
    at: datetime,
) -> tuple[Review, Drafted]:
    """Put `version` before everybody chosen (as `to` said): a copy for each, and a covering letter that encloses it.

    A draft is then in review. Raises Refused when it is adopted or before reviewers already, nobody is chosen, or `until` is
    past; and as `Prepared.file` does for a leak.
    """
    by.must_be(Role.DRAFTER, "put a communiqué before reviewers")
    _may_open(session, version, chosen, until, at)
    if version.state is VersionState.DRAFT:
        versions.turn(session, version, VersionState.IN_REVIEW, by=by, at=at)
    review = Review(
        version_id=version.id,
        until=until,
        drafters=list(drafters) or [version.made_by],
        opened_by=by.name,
        opened_at=at,
    )
    session.add(review)
    session.flush()
    files = _copies(session, review, version, prepared, chosen.reached, tools)
    campaign = _campaign(session, review, version, chosen, covering, to, by, at)
    enclosing.add_own(session, campaign, files, by=by, at=at)
    review.campaign_id = campaign.id
    session.flush()
    journal.record(
        session,
        by,
        "put before reviewers",
        versions.subject(version),
        at=at,
        until=until,
        to=to,
        reviewers=len(files),
        copies=journal.digest_of_rows([{"post": post, "sha256": file.sha256} for post, file in files.items()]),
        left_out=[list(pair) for pair in chosen.left_out],
    )
    return review, drafting.draft(session, campaign, covering.composer(campaign), by=by, at=at)


def _may_open(session: Session, version: CommuniqueVersion, chosen: Chosen, until: datetime, at: datetime) -> None:
    if version.state is VersionState.ADOPTED:
        raise Refused(f"{versions.subject(version).capitalize()} is adopted; make a new version from it.")
    if until <= at:
        raise Refused(f"The review would end on {until:%d %B %Y, %H:%M} UTC, which is past; name a later time.")
    if not chosen.reached:
        raise Refused("Nobody is left to put the text before; record who holds the posts, or name others.")
    if session.scalar(select(Review.id).filter_by(version_id=version.id)):
        raise Refused(
            f"{versions.subject(version).capitalize()} is before reviewers already; make a new version for another round."
        )


def _copies(
    session: Session,
    review: Review,
    version: CommuniqueVersion,
    prepared: Prepared,
    reached: Sequence[Reach],
    tools: Tools,
) -> dict[int, Enclosed]:
    title = f"{version.title} ({version.number})"[:200]
    files = {}
    for number, one in enumerate(reached, 1):
        name = f"{version.communique.slug}-{version.number}-{version.language}-copy-{number:02}.docx"
        token = tools.random(_TOKEN_BYTES).hex()
        sha256 = tools.keep(prepared.file("docx", name, **{PROPERTY: token}))
        files[one.post_id] = Enclosed(title, name, DOCX, sha256)
        session.add(
            Reviewer(
                review_id=review.id,
                number=number,
                post_id=one.post_id,
                name=one.holder.full_name if one.holder else one.title or one.key,
                token=token,
                copy_sha256=sha256,
            )
        )
    session.flush()
    return files


def _campaign(
    session: Session,
    review: Review,
    version: CommuniqueVersion,
    chosen: Chosen,
    covering: Covering,
    to: str,
    by: Actor,
    at: datetime,
) -> Campaign:
    there = review.until.astimezone(covering.zone)
    campaign = planning.new(
        session,
        f"review-{version.communique.slug}-{version.number}-{version.language}"[:80],
        title=f"Review of {version.communique.slug}, version {version.number} ({version.language})",
        template=TEMPLATE,
        sender=covering.sender,
        selection=to,
        chosen=chosen,
        deadline=there.date(),
        by=by,
        at=at,
    )
    campaign.values = {
        "document": version.title,
        "version": str(version.number),
        "day": there.date().isoformat(),
        "hour": f"{there:%H:%M} ({covering.zone.key.rpartition('/')[2].replace('_', ' ')})",
    }
    session.flush()
    return campaign


def find(session: Session, version: CommuniqueVersion) -> Review:
    """The review of this version with its reviewers; raises NotFound."""
    query = select(Review).filter_by(version_id=version.id).options(*_with_reviewers())
    review = session.scalar(query)
    if review is None:
        raise NotFound(f"{versions.subject(version).capitalize()} was not put before reviewers.")
    return review


def of_communique(session: Session, slug: str | None = None) -> Sequence[Review]:
    """All reviews, or those of one communiqué, the latest first."""
    query = select(Review).join(Review.reviewed).options(*_with_reviewers()).order_by(Review.id.desc())
    if slug:
        query = query.where(CommuniqueVersion.communique_id == shelf.find(session, slug).id)
    return session.scalars(query).all()


def _with_reviewers() -> Iterable[Any]:
    yield joinedload(Review.reviewed).joinedload(CommuniqueVersion.communique)
    yield joinedload(Review.campaign)
    yield selectinload(Review.reviewers).joinedload(Reviewer.post).joinedload(Post.organisation)


def reviewer(review: Review, said: str) -> Reviewer:
    """The reviewer of this number or name; raises NotFound naming those there are."""
    for one in review.reviewers:
        if said.strip() == str(one.number) or said.strip().casefold() == one.name.casefold():
            return one
    there = ", ".join(f"{one.number} {one.name}" for one in review.reviewers)
    raise NotFound(f"{said!r} is no reviewer of this version; there are: {there}.")


def record_word(session: Session, one: Reviewer, word: Word, evidence: str, *, by: Actor, at: datetime) -> None:
    """Record what a reviewer said otherwise than in the file; raises Invalid without how the office knows."""
    by.must_be(Role.DRAFTER, "record a reviewer's word")
    if word is not Word.NO_WORD and not evidence.strip():
        raise Invalid("Say how the office knows, such as “e-mail of 10 February”.")
    before = one.word
    one.word, one.evidence, one.said_at = word, evidence.strip(), None if word is Word.NO_WORD else at
    session.flush()
    subject = versions.subject(one.review.reviewed)
    journal.record(session, by, "recorded a word", subject, at=at, reviewer=one.number, before=before, after=word)


def proposals(session: Session, review: Review, *, offset: int = 0, limit: int | None = None) -> Sequence[Proposal]:
    """The proposals of a review in the order of the text: by paragraph, then as they came; those without a place first."""
    from_review = select(Reviewer.id).where(Reviewer.review_id == review.id)
    query = select(Proposal).where(Proposal.reviewer_id.in_(from_review)).options(joinedload(Proposal.reviewer))
    places = {row.paragraph_id: row.position for row in review.reviewed.wordings}
    found = sorted(session.scalars(query.order_by(Proposal.id)), key=lambda one: places.get(one.paragraph_id or 0, -1))
    return found[offset : None if limit is None else offset + limit]
