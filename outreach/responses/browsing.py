"""Looking through responses and the letters they may answer, a page at a time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Organisation, Post
from outreach.letters.models import Letter, LetterAddressee
from outreach.responses import shelf
from outreach.responses.closing import MAY_BE_ANSWERED
from outreach.responses.models import Response, ResponseKind, ResponseLetter, ResponseState


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which responses to look at; whatever is left out does not matter. `campaign` is a slug."""

    campaign: str = ""
    kind: ResponseKind | None = None
    state: ResponseState | None = None


def page(
    session: Session, wanted: Wanted, *also: ColumnElement[bool], offset: int = 0, limit: int | None = None
) -> Sequence[Response]:
    """The responses that are `wanted` and meet the conditions in `also`, the latest first.

    `also` is for what a higher room knows of a response. Raises NotFound when there is no such campaign.
    """
    query = select(Response).options(*shelf.WHOLE).where(*also).order_by(Response.received_on.desc(), Response.id.desc())
    if wanted.campaign:
        its_own = Letter.campaign_id == shelf.campaign_id(session, wanted.campaign)
        answers = ResponseLetter.response_id == Response.id
        query = query.where(exists().where(answers, ResponseLetter.letter_id == Letter.id, its_own))
    if wanted.kind:
        query = query.where(Response.kind == wanted.kind)
    if wanted.state:
        query = query.where(Response.state == wanted.state)
    return session.scalars(query.offset(offset).limit(limit)).all()


def by_number(session: Session, numbers: Collection[int]) -> dict[int, Response]:
    """These responses, whole, by their numbers; keep `numbers` to a page."""
    query = select(Response).options(*shelf.WHOLE).where(Response.id.in_(numbers))
    return {response.id: response for response in session.scalars(query)}


def replacing(session: Session, number: int) -> int | None:
    """The number of the response that stands in the place of this one."""
    return session.scalar(select(Response.id).where(Response.supersedes_id == number).order_by(Response.id.desc()))


def campaigns(session: Session) -> list[tuple[str, str]]:
    """The campaigns by title, each as (slug, title)."""
    found = session.execute(select(Campaign.slug, Campaign.title).order_by(Campaign.title))
    return [(slug, title) for slug, title in found]


def letters_like(session: Session, words: str, *, limit: int = 20) -> Sequence[Letter]:
    """Letters that may be answered and whose reference, or whose addressee's name, holds `words`; the latest first.

    Nothing is found for fewer than two characters.
    """
    words = words.strip()
    if len(words) < 2:
        return []
    query = _with_addressees().where(Letter.state.in_(MAY_BE_ANSWERED), or_(*_holds(words)))
    return session.scalars(query.order_by(Letter.id.desc()).limit(limit)).all()


def _with_addressees() -> Select[Letter]:
    to_organisation = selectinload(Letter.addressees).joinedload(LetterAddressee.post).joinedload(Post.organisation)
    return select(Letter).options(to_organisation)


def _holds(words: str) -> tuple[ColumnElement[bool], ...]:
    lower = words.lower()
    named = or_(func.lower(Organisation.name).contains(lower, autoescape=True), func.lower(Organisation.acronym) == lower)
    to_named = (
        select(LetterAddressee.letter_id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(named)
    )
    return func.lower(Letter.reference).contains(lower, autoescape=True), Letter.id.in_(to_named)


def addressees(letter: Letter) -> str:
    """To whom a letter went, by the names of the organisations."""
    return ", ".join(dict.fromkeys(each.post.organisation.name for each in letter.addressees))
