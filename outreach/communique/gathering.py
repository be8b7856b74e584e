"""What a communiqué may draw on: contributions, who made them and how they may be named, and the passages marked in them.

Everything is read in a fixed number of queries, whatever the number of passages.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from outreach.campaigns.models import Campaign
from outreach.communique import listing
from outreach.contacts.models import Organisation, OrganisationKind, Person, StakeholderGroup
from outreach.inputs import attribution, coding, setting_aside
from outreach.inputs.models import (
    Attribution,
    AttributionLevel,
    InputText,
    Passage,
    PassageTheme,
    Stance,
    Theme,
)
from outreach.responses.models import Response, ResponseAuthor

NAMED = frozenset({AttributionLevel.ATTRIBUTED, AttributionLevel.ORGANISATION})
# A group of fewer than this may not be told: who answered for it could be guessed.
FEWEST = 3


@dataclass(frozen=True)
class Contribution:
    """An answer of substance that stands, as its attribution lets it be treated; `key` is the same for the same authors."""

    response: Response
    level: AttributionLevel
    aside: bool
    key: str

    @property
    def number(self) -> int:
        """The response's number."""
        return self.response.id

    @property
    def organisations(self) -> list[Organisation]:
        """The organisations that speak in it."""
        return [author.organisation for author in self.response.authors if author.organisation is not None]

    @property
    def group(self) -> StakeholderGroup | None:
        """The stakeholder group of its first organisation."""
        return next((organisation.group for organisation in self.organisations), None)

    @property
    def of_state(self) -> bool:
        """Whether a Member or observer State speaks in it."""
        states = (OrganisationKind.MEMBER_STATE, OrganisationKind.OBSERVER_STATE)
        return any(organisation.kind in states for organisation in self.organisations)


@dataclass(frozen=True)
class Extract:
    """A passage with its words, checked against its digest, and the stricter of its own and its contribution's attribution.

    Of a translation, `original` are the words that it stands for, in the language `translated_from`.
    """

    passage_id: int
    contribution: Contribution
    level: AttributionLevel
    words: str
    language: str
    translated_from: str
    place: tuple[int, int]
    stances: Mapping[int, Stance | None]
    original: str = ""

    @property
    def may_appear(self) -> bool:
        """Whether its words may leave."""
        return self.level is not AttributionLevel.CONFIDENTIAL


@dataclass(frozen=True)
class Material:
    """All that one communiqué draws on."""

    contributions: tuple[Contribution, ...]
    extracts: tuple[Extract, ...]
    themes: Mapping[int, Theme]

    @cached_property
    def used(self) -> tuple[Contribution, ...]:
        """The contributions that are not set aside."""
        return tuple(one for one in self.contributions if not one.aside)

    @cached_property
    def named(self) -> frozenset[str]:
        """The keys of the contributors who may be named in one contribution or passage at least."""
        passages = (one.contribution.key for one in self.extracts if one.level in NAMED)
        return frozenset([*(one.key for one in self.used if one.level in NAMED), *passages])

    @cached_property
    def unnamed_groups(self) -> Mapping[str, StakeholderGroup | None]:
        """The contributors who may not be named at all, each with its group."""
        return {one.key: one.group for one in self.used if one.key not in self.named}

    @cached_property
    def told_groups(self) -> frozenset[StakeholderGroup]:
        """The groups that may stand for a contributor's name: three contributors or more allowed just that."""
        members = {(one.key, one.group) for one in self.used if one.level is AttributionLevel.GROUP}
        members |= {
            (one.contribution.key, one.contribution.group) for one in self.extracts if one.level is AttributionLevel.GROUP
        }
        return _large(group for _, group in members)

    @cached_property
    def counted_groups(self) -> frozenset[StakeholderGroup]:
        """The groups by which unnamed contributors may be counted: three of them or more belong to it."""
        return _large(self.unnamed_groups.values())


def _large(groups: Iterable[StakeholderGroup | None]) -> frozenset[StakeholderGroup]:
    return frozenset(group for group, members in Counter(groups).items() if group is not None and members >= FEWEST)


def gather(session: Session, campaigns: Sequence[Campaign], *, until: datetime) -> Material:
    """What the answers to these campaigns give, as far as it was logged and marked by `until`.

    What was allowed, withdrawn or set aside counts as it stands now. Raises Altered when a passage's words have changed.
    """
    return gather_of(session, [campaign.id for campaign in campaigns], until=until)


def gather_of(session: Session, campaigns: Collection[int], *, until: datetime) -> Material:
    """As `gather`, of campaigns by their numbers."""
    themes = {theme.id: theme for theme in session.scalars(select(Theme))}
    return _gather(session, _responses(session, campaigns, until), until, themes)


def gather_around(session: Session, campaigns: Collection[int], passages: Collection[int], *, until: datetime) -> Material:
    """As much of what `gather_of` gives as these passages need to be shown with their authors; no themes or stances.

    That are the answers that they stand in, and all whose authors are told by group: a group is told only where enough of
    them belong to it.
    """
    texts = select(Passage.text_id).where(Passage.id.in_(passages))
    shown = select(InputText.response_id).where(InputText.id.in_(texts))
    # Whoever is told by group because nothing is known of them (`_nameable`) has no organisation, and so no group.
    by_group = select(Attribution.response_id).where(Attribution.level == AttributionLevel.GROUP)
    found = _responses(session, campaigns, until, or_(Response.id.in_(shown), Response.id.in_(by_group)))
    return _gather(session, found, until, {})


def _gather(session: Session, responses: Sequence[Response], until: datetime, themes: Mapping[int, Theme]) -> Material:
    aside = setting_aside.all_in_force(session)
    said = attribution.recorded(session, [response.id for response in responses])
    left_out = {row.response_id for row in aside}
    contributions = {
        one.id: Contribution(one, _nameable(one, attribution.strictest(said.get(one.id))), one.id in left_out, _key(one))
        for one in responses
    }
    used = [number for number in contributions if number not in left_out]
    unused = {row.passage_id for row in aside}
    found = _passages(session, used, until, themes=bool(themes))
    passages = {one: (language, words) for one, language, words in found if one.id not in unused}
    return Material(tuple(contributions.values()), tuple(_extracts(session, passages, contributions, said, themes)), themes)


def _responses(
    session: Session, campaigns: Collection[int], until: datetime, *among: ColumnElement[bool]
) -> Sequence[Response]:
    organisations = joinedload(Response.authors).joinedload(ResponseAuthor.organisation)
    found = session.scalars(
        select(Response)
        .where(*listing.of_substance(campaigns, until), *among)
        .options(organisations.selectinload(Organisation.names))
        .options(joinedload(Response.authors).joinedload(ResponseAuthor.person))
        .order_by(Response.id)
    )
    return found.unique().all()


def _passages(
    session: Session, responses: Collection[int], until: datetime, *, themes: bool
) -> Iterable[tuple[Passage, str | None, str | None]]:
    """The passages, with their themes if wanted, each with the language that its text was translated from, and its words
    there."""
    original = aliased(InputText)
    # Nothing where nobody has said which words: the whole text may hold what was not marked.
    words = func.substr(original.content, Passage.original_start + 1, Passage.original_end - Passage.original_start)
    rows = session.execute(
        select(Passage, original.language, words)
        .join(InputText, InputText.id == Passage.text_id)
        .outerjoin(original, original.id == InputText.translation_of_id)
        .where(InputText.response_id.in_(responses), Passage.coded_at <= until)
        .options(joinedload(Passage.text), *([selectinload(Passage.themes)] if themes else []))
        .order_by(InputText.response_id, Passage.text_id, Passage.start, Passage.id)
    )
    return [(passage, language, words) for passage, language, words in rows]


def _extracts(
    session: Session,
    passages: Mapping[Passage, tuple[str | None, str | None]],
    contributions: Mapping[int, Contribution],
    of_responses: Mapping[int, AttributionLevel],
    themes: Mapping[int, Theme],
) -> Iterable[Extract]:
    own = attribution.recorded_of_passages(session, [passage.id for passage in passages])
    for passage, (language, original) in passages.items():
        contribution = contributions[passage.text.response_id]
        level = attribution.strictest(own.get(passage.id), of_responses.get(contribution.number))
        yield Extract(
            passage_id=passage.id,
            contribution=contribution,
            level=_nameable(contribution.response, level),
            words=coding.words(passage),
            language=passage.text.language,
            translated_from=language or "",
            original=original or "",
            place=(passage.text_id, passage.start),
            stances=_stances(passage.themes) if themes else {},
        )


def _stances(rows: Sequence[PassageTheme]) -> dict[int, Stance | None]:
    return {row.theme_id: row.stance for row in rows}


def _key(response: Response) -> str:
    """The same for two responses of the same organisations, or of the same persons where no organisation is known."""
    organisations = sorted({author.organisation_id for author in response.authors if author.organisation_id})
    if organisations:
        return f"organisations {organisations}"
    persons = sorted({author.person_id for author in response.authors if author.person_id})
    names = sorted({author.name.casefold() for author in response.authors if author.name.strip()})
    return f"persons {persons}" if persons else f"names {names}" if names else f"response {response.id}"


def _nameable(response: Response, level: AttributionLevel) -> AttributionLevel:
    """`level`, or by group only where nothing is known here by which the author could be named."""
    organisation = any(author.organisation_id for author in response.authors)
    person = any(person_of(author) or (author.person_id is None and author.name.strip()) for author in response.authors)
    known = organisation or (person and level is AttributionLevel.ATTRIBUTED)
    return level if known or level not in NAMED else AttributionLevel.GROUP


def person_of(author: ResponseAuthor) -> Person | None:
    """The author's person, unless their data were erased."""
    return author.person if author.person is not None and author.person.erased_at is None else None
