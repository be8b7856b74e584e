"""Accounting for what came in, to the last paragraph: coded or set aside, drawn on or set aside, each paragraph with a source.

Beside it the balance: how many answers speak to each theme, by stakeholder and regional group, and where one voice is alone.
For the office alone: nothing is merged here, whatever may be told outside.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from outreach.communique import basing, listing
from outreach.communique.models import (
    Communique,
    CommuniqueCampaign,
    CommuniqueVersion,
    Paragraph,
    ParagraphKind,
    Wording,
    WordingSource,
)
from outreach.contacts.models import Organisation, RegionalGroup, StakeholderGroup
from outreach.inputs import attribution, codebook, setting_aside
from outreach.inputs import coverage as covering
from outreach.inputs.coverage import Account, Coverage
from outreach.inputs.models import AttributionLevel, InputText, Passage, PassageTheme, SetAside
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
    """Account for every substantive answer that stands; ten queries."""
    whole = covering.coverage(session)
    versions = _latest(session)
    if not versions:
        return Ledger(whole)
    wanted = set(session.scalars(select(Response.id).where(or_(*(version.may_draw_on() for version in versions)))))
    coded = [row.response_id for row in whole.rows if row.account is Account.CODED]
    places = _places(session, coded)
    drawn = {places[number] for version in versions for row in version.rows for number in row.sources if number in places}
    unfounded = (place for version in versions for place in version.unfounded())
    return Ledger(whole, frozenset(wanted), frozenset(drawn), frozenset(coded) - _shown(session, places), tuple(unfounded))


@dataclass(frozen=True)
class _Row:
    kind: ParagraphKind
    basis: str
    sources: list[int]


@dataclass(frozen=True)
class _Version:
    """A version as far as it is accounted for: which communiqué's it is, and what each of its paragraphs rests on."""

    name: str
    communique: int
    made_at: datetime
    rows: list[_Row]

    def may_draw_on(self) -> ColumnElement[bool]:
        """Whether a response is one that this communiqué draws on."""
        campaigns = select(CommuniqueCampaign.campaign_id).filter_by(communique_id=self.communique)
        return and_(*listing.of_substance(campaigns, self.made_at))

    def unfounded(self) -> Iterator[str]:
        number = 0
        for row in self.rows:
            number += row.kind is ParagraphKind.PARAGRAPH
            heading = row.kind in (ParagraphKind.CHAPTER, ParagraphKind.SUBHEAD)
            if not (heading or row.sources or basing.stands_alone(row.basis)):
                yield f"{self.name}, {f'paragraph {number}' if number else 'the heading'}"


def _latest(session: Session) -> list[_Version]:
    """The latest version of each communiqué, in the language it was drafted in first; two queries."""
    found: dict[int, tuple[int, _Version]] = {}
    query = select(CommuniqueVersion, Communique.slug).join(Communique)
    for version, slug in session.execute(query.order_by(CommuniqueVersion.number.desc(), CommuniqueVersion.id)):
        name = f"{slug} version {version.number}"
        found.setdefault(version.communique_id, (version.id, _Version(name, version.communique_id, version.made_at, [])))
    _read(session, dict(found.values()))
    return [version for _, version in found.values()]


def _read(session: Session, versions: Mapping[int, _Version]) -> None:
    rows: dict[int, _Row] = {}
    query = (
        select(Wording.id, Wording.version_id, Paragraph.kind, Wording.basis, WordingSource.passage_id)
        .join(Paragraph, Paragraph.id == Wording.paragraph_id)
        .outerjoin(WordingSource, WordingSource.wording_id == Wording.id)
        .where(Wording.version_id.in_(list(versions)))
        .order_by(Wording.version_id, Wording.position)
    )
    for wording, version, kind, basis, passage in session.execute(query):
        if wording not in rows:
            rows[wording] = _Row(kind, basis, [])
            versions[version].rows.append(rows[wording])
        if passage is not None:
            rows[wording].sources.append(passage)


def _places(session: Session, responses: Collection[int]) -> dict[int, int]:
    """The passages in use of these answers, each with the number of its answer."""
    aside = exists().where(SetAside.passage_id == Passage.id, SetAside.withdrawn_at.is_(None))
    found: dict[int, int] = {}
    for piece in pieces(responses):
        query = select(Passage.id, InputText.response_id).join(InputText, InputText.id == Passage.text_id)
        found.update(session.execute(query.where(InputText.response_id.in_(piece), ~aside)).all())
    return found


def _shown(session: Session, places: Mapping[int, int]) -> set[int]:
    """The answers of which a passage may appear."""
    own, whole = attribution.recorded_of_passages(session, places), attribution.recorded(session, set(places.values()))
    levels = ((response, attribution.strictest(own.get(n), whole.get(response))) for n, response in places.items())
    return {response for response, level in levels if level is not AttributionLevel.CONFIDENTIAL}


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
