"""What a communiqué may draw on, by number: which answers count, which passages they hold, how each is to be treated."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from outreach.inputs import attribution
from outreach.inputs.models import AttributionLevel, InputText, Passage, PassageTheme, SetAside
from outreach.letters.models import Letter
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import Response, ResponseKind, ResponseLetter


def levels(
    session: Session, campaigns: Collection[int], *, until: datetime, theme: int = 0, words: str = ""
) -> dict[int, AttributionLevel]:
    """The passages that these campaigns gave by `until`, in the order of the record, each with how it is to be treated.

    Numbers only, so that a list of thousands is found out in three queries; `theme` (by number) and `words` narrow them.
    """
    query = _marked(campaigns, until)
    if theme:
        query = query.where(Passage.id.in_(select(PassageTheme.passage_id).where(PassageTheme.theme_id == theme)))
    if words:
        said = func.substr(InputText.content, Passage.start + 1, Passage.end - Passage.start)
        query = query.where(said.icontains(words, autoescape=True))
    responses = dict(session.execute(query).all())
    own = attribution.recorded_of_passages(session, responses)
    whole = attribution.recorded(session, set(responses.values()))
    return {number: attribution.strictest(own.get(number), whole.get(response)) for number, response in responses.items()}


def _marked(campaigns: Collection[int], until: datetime) -> Select[int, int]:
    """A query of the passages of these campaigns' answers and the response of each, without what is set aside."""
    aside = exists().where(
        or_(SetAside.passage_id == Passage.id, SetAside.response_id == InputText.response_id), SetAside.withdrawn_at.is_(None)
    )
    return (
        select(Passage.id, InputText.response_id)
        .join(InputText, InputText.id == Passage.text_id)
        .join(Response, Response.id == InputText.response_id)
        .where(*of_substance(campaigns, until), Passage.coded_at <= until, ~aside)
        .order_by(InputText.response_id, Passage.text_id, Passage.start, Passage.id)
    )


def of_substance(campaigns: Collection[int] | Select[int], until: datetime) -> tuple[ColumnElement[bool], ...]:
    """What makes a Response an answer that counts; `campaigns` by their numbers, or a query of these."""
    of_campaigns = (
        select(ResponseLetter.response_id)
        .join(Letter, Letter.id == ResponseLetter.letter_id)
        .where(Letter.campaign_id.in_(campaigns))
    )
    return (
        Response.id.in_(of_campaigns),
        Response.kind == ResponseKind.SUBSTANTIVE,
        Response.state.in_(IN_FORCE),
        Response.logged_at <= until,
    )
