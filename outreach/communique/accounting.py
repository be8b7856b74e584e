"""Accounting for what came in, to the last paragraph: coded or set aside, drawn on or set aside, each paragraph with a source.

Beside it the balance: how many answers speak to each theme, by stakeholder and regional group, and where one voice is alone.
For the office alone: nothing is merged here, whatever may be told outside.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach.communique import basing, guarding, listing
from outreach.communique.models import Communique, CommuniqueVersion, Wording, WordingSource
from outreach.contacts.models import Organisation, RegionalGroup, StakeholderGroup
from outreach.inputs import attribution, codebook, setting_aside
from outreach.inputs import coverage as covering
from outreach.inputs.coverage import Account, Coverage
from outreach.inputs.models import AttributionLevel, InputText, Passage, PassageTheme
from outreach.responses.closing import IN_FORCE, pieces
from outreach.responses.models import Response, ResponseAuthor, ResponseKind

Group = StakeholderGroup | RegionalGroup | None


@dataclass(frozen=True)
class Ledger:
    """What became of every substantive answer, as far as the latest versions go.

    `wanted` are the answers that a communiqué draws on, `drawn` those that one of its paragraphs rests on, `held` those of
    which no passage may appear; `unfounded` says which paragraphs rest on nothing. All empty before anything is drafted.
    """

    coverage: Coverage
    wanted: frozenset[int] = frozenset()
    drawn: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    unfounded: tuple[str, ...] = ()

    @cached_property
    def unused(self) -> tuple[int, ...]:
        """The answers that are coded and may appear, and that no paragraph rests on."""
        coded = (row.response_id for row in self.coverage.rows if row.account is Account.CODED)
        return tuple(number for number in coded if number in self.wanted - self.drawn - self.held)

    @property
    def open(self) -> tuple[int, ...]:
        """The answers that are neither coded nor set aside."""
        return tuple(row.response_id for row in self.coverage.rows if row.account is Account.OPEN)

    @property
    def complete(self) -> bool:
        """Whether nothing is unaccounted for."""
        return not (self.open or self.unused or self.unfounded)

    def use(self, response: int) -> str:
        """What a communiqué makes of an answer: "drawn on", "held", "unused", or nothing where none is to draw on it."""
        if response in self.drawn:
            return "drawn on"
        if response in self.unused:
            return "unused"
        return "held" if response in self.held & self.wanted else ""


def ledger(session: Session) -> Ledger:
    """Account for every substantive answer that stands; a fixed number of queries for each communiqué."""
    whole = covering.coverage(session)
    versions = _latest(session)
    if not versions:
        return Ledger(whole)
    drawn = frozenset(
        session.scalars(
            select(InputText.response_id)
            .join(Passage, Passage.text_id == InputText.id)
            .join(WordingSource, WordingSource.passage_id == Passage.id)
            .join(Wording, Wording.id == WordingSource.wording_id)
            .where(Wording.version_id.in_([version.id for version in versions]))
        )
    )
    wanted: set[int] = set()
    for version in versions:
        campaigns = [row.campaign_id for row in version.communique.campaigns]
        wanted.update(session.scalars(select(Response.id).where(*listing.of_substance(campaigns, version.made_at))))
    coded = [row.response_id for row in whole.rows if row.account is Account.CODED]
    return Ledger(whole, frozenset(wanted), drawn, _held(session, coded), tuple(_unfounded(versions)))


def _latest(session: Session) -> list[CommuniqueVersion]:
    """The latest version of each communiqué, whole, in the language it was drafted in first."""
    number = (
        select(func.max(CommuniqueVersion.number))
        .where(CommuniqueVersion.communique_id == Communique.id)
        .correlate(Communique)
        .scalar_subquery()
    )
    query = select(CommuniqueVersion).join(Communique).where(CommuniqueVersion.number == number)
    parts = (
        joinedload(CommuniqueVersion.communique).selectinload(Communique.campaigns),
        selectinload(CommuniqueVersion.wordings).options(joinedload(Wording.paragraph), selectinload(Wording.sources)),
    )
    found: dict[int, CommuniqueVersion] = {}
    for version in session.scalars(query.options(*parts).order_by(CommuniqueVersion.id)):
        found.setdefault(version.communique_id, version)
    return list(found.values())


def _held(session: Session, responses: Collection[int]) -> frozenset[int]:
    """The answers of which no passage may appear."""
    aside = {row.passage_id for row in setting_aside.all_in_force(session)}
    places: dict[int, int] = {}
    for piece in pieces(responses):
        query = select(Passage.id, InputText.response_id).join(InputText, InputText.id == Passage.text_id)
        places.update(session.execute(query.where(InputText.response_id.in_(piece))).all())
    levels = attribution.effective_of_passages(session, places)
    shown = {places[n] for n, level in levels.items() if level is not AttributionLevel.CONFIDENTIAL and n not in aside}
    return frozenset(responses) - shown


def _unfounded(versions: Collection[CommuniqueVersion]) -> Iterator[str]:
    for version in versions:
        for place, row in guarding.places(version):
            if not basing.founded(row):
                yield f"{version.communique.slug} version {version.number}, {place}"


@dataclass(frozen=True)
class Line:
    """A theme with its answers by group, and how many contributors they are from; `depth` is its place in the tree."""

    theme: int
    code: str
    titles: Mapping[str, str]
    depth: int
    answers: int
    contributors: int
    groups: Counter[Group] = field(default_factory=Counter)

    @property
    def single(self) -> bool:
        """Whether one contributor alone speaks to it."""
        return self.contributors == 1


@dataclass(frozen=True)
class Balance:
    """The matrix: a line for each theme that anybody spoke to, and the answers that are in use by group, each once."""

    lines: tuple[Line, ...]
    total: Line

    @property
    def single(self) -> tuple[Line, ...]:
        """The themes with a single voice."""
        return tuple(line for line in self.lines if line.single)


def balance(session: Session, book: str | None = None) -> Balance:
    """How the answers in use spread over the themes of a codebook, or of all; four queries. NotFound for an unknown one.

    An answer counts once under a theme, whatever the number of its passages, and once by each kind of group: that of its first
    organisation. Whoever has no group is counted under None.
    """
    nodes = codebook.tree(session, book)
    voices = _voices(session)
    on: dict[int, set[int]] = {}
    for theme, response in _marks(session):
        if response in voices:
            on.setdefault(theme, set()).add(response)
    lines = [
        _line(node.theme.id, node.theme.code, node.theme.titles, node.depth, on[node.theme.id], voices)
        for node in nodes
        if node.theme.id in on
    ]
    everything = {response for node in nodes for response in on.get(node.theme.id, ())}
    return Balance(tuple(lines), _line(0, "", {}, 0, everything, voices))


@dataclass(frozen=True)
class _Voice:
    contributor: object
    groups: tuple[Group, Group]


def _line(
    theme: int, code: str, titles: Mapping[str, str], depth: int, on: Collection[int], voices: Mapping[int, _Voice]
) -> Line:
    # None is counted once, for the stakeholder group: whoever has no regional group is in none.
    groups = Counter[Group]()
    for response in on:
        stakeholder, region = voices[response].groups
        groups.update([stakeholder] if region is None else [stakeholder, region])
    return Line(theme, code, titles, depth, len(on), len({voices[response].contributor for response in on}), groups)


def _voices(session: Session) -> dict[int, _Voice]:
    """Each substantive answer that stands: who speaks in it, and of which groups."""
    rows = session.execute(
        select(Response.id, ResponseAuthor.organisation_id, ResponseAuthor.person_id, ResponseAuthor.name)
        .add_columns(Organisation.group, Organisation.regional_group)
        .outerjoin(ResponseAuthor, ResponseAuthor.response_id == Response.id)
        .outerjoin(Organisation, Organisation.id == ResponseAuthor.organisation_id)
        .where(Response.kind == ResponseKind.SUBSTANTIVE, Response.state.in_(IN_FORCE))
        .order_by(Response.id, ResponseAuthor.organisation_id.is_(None), ResponseAuthor.id)
    )
    found: dict[int, _Voice] = {}
    for response, organisation, person, name, group, region in rows:
        who = ("organisation", organisation) if organisation else ("person", person) if person else ("name", name or response)
        found.setdefault(response, _Voice(who, (group, region)))
    return found


def _marks(session: Session) -> Iterator[tuple[int, int]]:
    """Which answer speaks to which theme, by passages in use."""
    aside = setting_aside.all_in_force(session)
    passages, responses = {row.passage_id for row in aside}, {row.response_id for row in aside}
    rows = session.execute(
        select(PassageTheme.theme_id, InputText.response_id, Passage.id)
        .join(Passage, Passage.id == PassageTheme.passage_id)
        .join(InputText, InputText.id == Passage.text_id)
    )
    for theme, response, passage in rows:
        if passage not in passages and response not in responses:
            yield theme, response
