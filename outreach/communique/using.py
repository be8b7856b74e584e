"""What of the record a version uses: what it may draw on, what no paragraph rests on, what is set aside."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.communique import basing, gathering, guarding
from outreach.communique.gathering import Extract, Material
from outreach.communique.models import CommuniqueVersion
from outreach.errors import Refused
from outreach.inputs.models import InputText, Passage, SetAside


@dataclass(frozen=True)
class Aside:
    """An answer, or a passage of one, that is set aside, with the internal reason."""

    response_id: int
    passage_id: int | None
    reason: str


@dataclass(frozen=True)
class Use:
    """What became of the record in one version.

    `unused` are passages that may appear and that no paragraph rests on; `held` those whose authors have not allowed it, or
    not yet; `unfounded` the places of paragraphs that rest on nothing.
    """

    unused: tuple[Extract, ...]
    held: tuple[Extract, ...]
    aside: tuple[Aside, ...]
    unfounded: tuple[str, ...]


def material(session: Session, version: CommuniqueVersion) -> Material:
    """What this version draws on: what was logged and marked before it was made."""
    campaigns = [row.campaign_id for row in version.communique.campaigns]
    return gathering.gather_of(session, campaigns, until=version.made_at)


def appearing(found: Material) -> dict[int, Extract]:
    """The passages that may appear, by number."""
    return {extract.passage_id: extract for extract in found.extracts if extract.may_appear}


def of_version(session: Session, version: CommuniqueVersion, found: Material) -> Use:
    """What became of the record in `version`, `found` being its material; one query."""
    bound = {source.passage_id for row in version.wordings for source in row.sources}
    return Use(
        unused=tuple(one for one in found.extracts if one.may_appear and one.passage_id not in bound),
        held=tuple(one for one in found.extracts if not one.may_appear),
        aside=tuple(_aside(session, [one.number for one in found.contributions])),
        unfounded=tuple(place for place, row in guarding.places(version) if not basing.founded(row)),
    )


def _aside(session: Session, responses: Sequence[int]) -> list[Aside]:
    rows = session.execute(
        select(SetAside.response_id, InputText.response_id, SetAside.passage_id, SetAside.reason)
        .outerjoin(Passage, Passage.id == SetAside.passage_id)
        .outerjoin(InputText, InputText.id == Passage.text_id)
        .where(SetAside.withdrawn_at.is_(None))
        .where(or_(SetAside.response_id.in_(responses), InputText.response_id.in_(responses)))
        .order_by(SetAside.id)
    )
    return [Aside(whole or part, passage, reason) for whole, part, passage, reason in rows]


def usable(session: Session, version: CommuniqueVersion, passages: Sequence[int]) -> list[Extract]:
    """These passages, each once; raises Refused for one that this version may not use."""
    if not passages:
        return []
    known = appearing(material(session, version))
    for number in passages:
        if number not in known:
            raise Refused(
                f"Passage {number} cannot be used in this version: it does not exist, is set aside, may not appear, or was "
                "marked after the version was made; a new version of the text takes in what came since."
            )
    return [known[number] for number in dict.fromkeys(passages)]
