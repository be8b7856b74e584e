"""What of the record a version uses: what it may draw on, what no paragraph rests on, what is set aside."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from outreach.communique import basing, gathering, guarding, listing
from outreach.communique.gathering import Extract, Material
from outreach.communique.models import CommuniqueVersion
from outreach.errors import Refused
from outreach.inputs.models import AttributionLevel, InputText, Passage, SetAside
from outreach.responses.models import Response


@dataclass(frozen=True)
class Aside:
    """An answer, or a passage of one, that is set aside, with the internal reason."""

    response_id: int
    passage_id: int | None
    reason: str


@dataclass(frozen=True)
class Use:
    """What became of the record in one version, by number of the passage and in the order of the record.

    `unused` are passages that may appear and that no paragraph rests on; `held` those whose authors have not allowed it, or
    not yet; `unfounded` the places of paragraphs that rest on nothing.
    """

    unused: tuple[int, ...]
    held: tuple[int, ...]
    aside: tuple[Aside, ...]
    unfounded: tuple[str, ...]


def _campaigns(version: CommuniqueVersion) -> list[int]:
    return [row.campaign_id for row in version.communique.campaigns]


def around(session: Session, version: CommuniqueVersion, passages: Collection[int]) -> Material:
    """As much of what this version draws on as these passages need to be shown: what was marked before it was made."""
    return gathering.gather_around(session, _campaigns(version), passages, until=version.made_at)


def appearing(found: Material) -> dict[int, Extract]:
    """The passages that may appear, by number."""
    return {extract.passage_id: extract for extract in found.extracts if extract.may_appear}


def candidates(session: Session, version: CommuniqueVersion, *, theme: int = 0, words: str = "") -> list[int]:
    """The passages that may appear in this version, in the order of the record: of a theme (by number), with these words."""
    levels = listing.levels(session, _campaigns(version), until=version.made_at, theme=theme, words=words)
    return [number for number, level in levels.items() if level is not AttributionLevel.CONFIDENTIAL]


def of_version(session: Session, version: CommuniqueVersion) -> Use:
    """What became of the record in `version`; four queries."""
    bound = {source.passage_id for row in version.wordings for source in row.sources}
    levels = listing.levels(session, _campaigns(version), until=version.made_at)
    may = [number for number, level in levels.items() if level is not AttributionLevel.CONFIDENTIAL]
    return Use(
        unused=tuple(number for number in may if number not in bound),
        held=tuple(number for number in levels if levels[number] is AttributionLevel.CONFIDENTIAL),
        aside=tuple(_aside(session, version)),
        unfounded=tuple(place for place, row in guarding.places(version) if not basing.founded(row)),
    )


def _aside(session: Session, version: CommuniqueVersion) -> list[Aside]:
    answers = select(Response.id).where(*listing.of_substance(_campaigns(version), version.made_at))
    rows = session.execute(
        select(SetAside.response_id, InputText.response_id, SetAside.passage_id, SetAside.reason)
        .outerjoin(Passage, Passage.id == SetAside.passage_id)
        .outerjoin(InputText, InputText.id == Passage.text_id)
        .where(SetAside.withdrawn_at.is_(None))
        .where(or_(SetAside.response_id.in_(answers), InputText.response_id.in_(answers)))
        .order_by(SetAside.id)
    )
    return [Aside(whole or part, passage, reason) for whole, part, passage, reason in rows]


def usable(session: Session, version: CommuniqueVersion, passages: Sequence[int]) -> list[Extract]:
    """These passages, each once; raises Refused for one that this version may not use."""
    if not passages:
        return []
    known = appearing(around(session, version, passages))
    for number in passages:
        if number not in known:
            raise Refused(
                f"Passage {number} cannot be used in this version: it does not exist, is set aside, may not appear, or was "
                "marked after the version was made; a new version of the text takes in what came since."
            )
    return [known[number] for number in dict.fromkeys(passages)]
