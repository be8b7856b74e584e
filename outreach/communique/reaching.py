"""How far what came back has got: coded into themes, drawn on by a communiqué, or still without word on who may be named.

Counted in the database, a query each, so that a page shows it whatever the number of answers.
"""

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.communique.models import WordingSource
from outreach.inputs.models import Attribution, InputText, Passage, SetAside
from outreach.letters.models import Letter
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import Response, ResponseKind, ResponseLetter


def coded(session: Session) -> dict[str, int]:
    """How many letters of each campaign have an answer of substance with a passage in use; by slug, "" without a campaign."""
    return _by_campaign(session, letters_coded())


def drawn_on(session: Session) -> dict[str, int]:
    """How many letters of each campaign have an answer that a version of a communiqué rests on; by slug."""
    return _by_campaign(session, letters_drawn_on())


def letters_coded() -> Select[int]:
    """A query of the letters that `coded` counts."""
    return _answered_by(_answers_with_passages())


def letters_drawn_on() -> Select[int]:
    """A query of the letters that `drawn_on` counts."""
    return _answered_by(_answers_with_passages().join(WordingSource, WordingSource.passage_id == Passage.id))


def open_attributions(session: Session) -> int:
    """How many substantive responses in force do not say how they may be named."""
    said = exists().where(Attribution.response_id == Response.id, Attribution.passage_id.is_(None))
    substantive = (Response.kind == ResponseKind.SUBSTANTIVE, Response.state.in_(IN_FORCE))
    return session.scalar(select(func.count()).select_from(Response).where(*substantive, ~said)) or 0


def _answers_with_passages() -> Select[int]:
    """Responses of substance that stand and hold a passage which nobody set aside."""
    aside = exists().where(SetAside.passage_id == Passage.id, SetAside.withdrawn_at.is_(None))
    whole = exists().where(SetAside.response_id == Response.id, SetAside.withdrawn_at.is_(None))
    return (
        select(Response.id)
        .join(InputText, InputText.response_id == Response.id)
        .join(Passage, Passage.text_id == InputText.id)
        .where(Response.kind == ResponseKind.SUBSTANTIVE, Response.state.in_(IN_FORCE), ~aside, ~whole)
    )


def _answered_by(responses: Select[int]) -> Select[int]:
    return select(ResponseLetter.letter_id).where(ResponseLetter.response_id.in_(responses))


def _by_campaign(session: Session, letters: Select[int]) -> dict[str, int]:
    slug = func.coalesce(Campaign.slug, "")
    query = select(slug, func.count()).select_from(Letter).outerjoin(Campaign, Campaign.id == Letter.campaign_id)
    return dict(session.execute(query.where(Letter.id.in_(letters)).group_by(slug)).all())
