"""Communiqués and their versions: making one, finding them, listing them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload, load_only, selectinload

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.communique import wordings
from outreach.communique.models import Communique, CommuniqueCampaign, CommuniqueVersion, Paragraph, ParagraphKind, Wording
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role


@dataclass(frozen=True)
class Chapter:
    """A chapter of a version: its heading's lasting number and words, and how many paragraphs stand before it."""

    paragraph: int
    heading: str
    place: int


_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")


def new(
    session: Session,
    slug: str,
    template: str,
    campaigns: Sequence[Campaign],
    *,
    draws: bool = True,
    by: Actor,
    at: datetime,
) -> Communique:
    """Begin a communiqué that draws on the answers to `campaigns`; raises Invalid for a bad name or without a campaign.

    One whose template is not made to draw on anything (`draws` False) needs none.
    """
    by.must_be(Role.DRAFTER, "draft a communiqué")
    if not _SLUG.fullmatch(slug):
        raise Invalid(f"{slug!r} is no name for a communiqué; use small letters, digits and hyphens, such as wsis20.")
    if draws and not campaigns:
        raise Invalid("A communiqué draws on the answers to one campaign at least; say which.")
    communique = Communique(slug=slug, template=template, created_at=at)
    session.add(communique)
    session.flush()
    draw_on(session, communique, campaigns)
    slugs = [campaign.slug for campaign in campaigns]
    journal.record(session, by, "began", f"communiqué {slug}", at=at, template=template, campaigns=slugs)
    return communique


def draw_on(session: Session, communique: Communique, campaigns: Sequence[Campaign]) -> None:
    """Let the communiqué draw on the answers to these campaigns too."""
    known = {row.campaign_id for row in communique.campaigns}
    for campaign in campaigns:
        if campaign.id not in known:
            known.add(campaign.id)
            communique.campaigns.append(CommuniqueCampaign(communique_id=communique.id, campaign_id=campaign.id))
    session.flush()


def everything(session: Session) -> Sequence[Communique]:
    """All communiqués by name, with their versions."""
    return session.scalars(
        select(Communique)
        .options(selectinload(Communique.versions), selectinload(Communique.campaigns))
        .order_by(Communique.slug)
    ).all()


def find(session: Session, slug: str | None = None) -> Communique:
    """The communiqué of this name, or the only one that draws on answers; raises NotFound, or Refused if one must be named."""
    known = everything(session)
    drawing = [one for one in known if one.campaigns]
    chosen = [one for one in known if slug == one.slug] if slug else drawing or list(known)
    if not chosen:
        what = f"communiqué {slug}" if slug else "communiqué yet"
        raise NotFound(f"There is no {what}; draft one from the campaigns whose answers it draws on.")
    if len(chosen) > 1:
        raise Refused(f"There are several communiqués: {', '.join(c.slug for c in chosen)}; say which.")
    return chosen[0]


def campaigns_of(session: Session, communique: Communique) -> Sequence[Campaign]:
    """The campaigns that the communiqué draws on."""
    ids = [row.campaign_id for row in communique.campaigns]
    return session.scalars(select(Campaign).where(Campaign.id.in_(ids)).order_by(Campaign.id)).all()


def version(
    session: Session, communique: Communique, number: int | None = None, language: str | None = None
) -> CommuniqueVersion:
    """The version `number` (the latest) in `language` (the first made), with its paragraphs and their sources.

    Raises NotFound naming what there is.
    """
    wanted = [v for v in communique.versions if number in (None, v.number) and language in (None, v.language)]
    if not wanted:
        there = ", ".join(f"{v.number} ({v.language})" for v in communique.versions) or "none yet"
        raise NotFound(f"{communique.slug} has no such version; there are: {there}.")
    latest = max(v.number for v in wanted)
    chosen = min((v for v in wanted if v.number == latest), key=lambda v: v.id)
    return session.scalars(_whole().where(CommuniqueVersion.id == chosen.id)).one()


def version_by_id(session: Session, number: int) -> CommuniqueVersion:
    """The version with this id, with its paragraphs and their sources."""
    return session.scalars(_whole().where(CommuniqueVersion.id == number).execution_options(populate_existing=True)).one()


def before(session: Session, version: CommuniqueVersion) -> CommuniqueVersion | None:
    """The version in the same language that came before."""
    query = (
        _whole()
        .where(CommuniqueVersion.communique_id == version.communique_id, CommuniqueVersion.language == version.language)
        .where(CommuniqueVersion.number < version.number)
        .order_by(CommuniqueVersion.number.desc())
        .limit(1)
    )
    return session.scalar(query)


def _whole() -> Select[CommuniqueVersion]:
    return select(CommuniqueVersion).options(
        joinedload(CommuniqueVersion.communique),
        selectinload(CommuniqueVersion.wordings).joinedload(Wording.paragraph),
        selectinload(CommuniqueVersion.wordings).selectinload(Wording.sources),
    )


def versions_of(session: Session, communique: Communique) -> Sequence[CommuniqueVersion]:
    """The versions of a communiqué, the newest first."""
    query = select(CommuniqueVersion).filter_by(communique_id=communique.id)
    return session.scalars(query.order_by(CommuniqueVersion.number.desc(), CommuniqueVersion.id)).all()


def whole(session: Session, slug: str, number: int, language: str) -> CommuniqueVersion:
    """Exactly this version with its paragraphs and their sources, in three queries; raises NotFound."""
    return _exactly(session, _whole(), slug, number, language)


def cover(session: Session, slug: str, number: int, language: str) -> CommuniqueVersion:
    """Exactly this version without its paragraphs, which `leaf` and `wording` give; raises NotFound."""
    return _exactly(session, select(CommuniqueVersion), slug, number, language)


def _exactly(session: Session, query: Select[CommuniqueVersion], slug: str, number: int, language: str) -> CommuniqueVersion:
    query = query.join(Communique, Communique.id == CommuniqueVersion.communique_id).where(Communique.slug == slug)
    query = query.options(joinedload(CommuniqueVersion.communique).joinedload(Communique.campaigns))
    wanted = query.where(CommuniqueVersion.number == number, CommuniqueVersion.language == language)
    found = session.scalars(wanted).unique().one_or_none()
    if found is None:
        raise NotFound(f"There is no version {number} ({language}) of a communiqué {slug}; the list names those there are.")
    return found


def leaf(session: Session, version: CommuniqueVersion, *, offset: int, limit: int) -> Sequence[Wording]:
    """Some of a version's paragraphs in their order, with their sources; two queries."""
    return session.scalars(_wordings(version).order_by(Wording.position).offset(offset).limit(limit)).all()


def wording(session: Session, version: CommuniqueVersion, paragraph: int) -> Wording:
    """The words of the paragraph with this lasting number in a version, with their sources; raises NotFound."""
    row = session.scalar(_wordings(version).where(Wording.paragraph_id == paragraph))
    if row is None:
        raise NotFound(f"Version {version.number} ({version.language}) has no paragraph ¶ {paragraph}; its page shows those.")
    return row


def _wordings(version: CommuniqueVersion) -> Select[Wording]:
    mine = select(Wording).where(Wording.version_id == version.id)
    return mine.options(joinedload(Wording.paragraph), selectinload(Wording.sources))


def contents(session: Session, version: CommuniqueVersion) -> list[Chapter]:
    """The chapters of a version in their order."""
    place = func.row_number().over(order_by=Wording.position).label("place")
    query = select(Wording.paragraph_id, Wording.text, Paragraph.kind, place).join(Wording.paragraph)
    rows = query.where(Wording.version_id == version.id).subquery()
    chapters = select(rows.c.paragraph_id, rows.c.text, rows.c.place).where(rows.c.kind == ParagraphKind.CHAPTER)
    return [Chapter(number, text, place - 1) for number, text, place in session.execute(chapters.order_by(rows.c.place))]


def labels(session: Session, version: CommuniqueVersion) -> dict[int, str]:
    """What a reference to each paragraph of a version shows; one query, without their words."""
    rows = select(Wording).where(Wording.version_id == version.id).order_by(Wording.position)
    only = (load_only(Wording.paragraph_id, Wording.basis), joinedload(Wording.paragraph))
    return wordings.labels(session.scalars(rows.options(*only)).all(), version.language)


def place_of(session: Session, row: Wording) -> int:
    """How many paragraphs stand before this one in its version."""
    return _before(session, row)


def numbered_before(session: Session, row: Wording) -> int:
    """How many numbered paragraphs stand before this one in its version."""
    numbered = Wording.paragraph.has(Paragraph.kind == ParagraphKind.PARAGRAPH)
    return _before(session, row, numbered)


def _before(session: Session, row: Wording, *conditions: ColumnElement[bool]) -> int:
    earlier = (Wording.version_id == row.version_id, Wording.position < row.position, *conditions)
    return session.scalar(select(func.count()).select_from(Wording).where(*earlier)) or 0
