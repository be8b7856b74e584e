"""Letters, answers and silence in numbers: who was written to and what came back, counted and never named.

Units. A letter: one that left, reminders apart, and corrections with the letter that they correct; a joint letter is one,
counted under its first addressee. An addressee: a
State or organisation to which at least one of those letters was addressed. An answer of substance: a contribution.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.communique.gathering import FEWEST, Contribution, Material
from outreach.contacts.models import Organisation, Post, RegionalGroup, StakeholderGroup
from outreach.letters.models import Letter, LetterAddressee, LetterRelation, LetterState, LetterVersion, RelationKind
from outreach.responses.closing import IN_FORCE, answers
from outreach.responses.models import Response, ResponseKind, ResponseLetter


@dataclass(frozen=True)
class Addressee:
    """A State or organisation that was written to, and whether anything came back from it."""

    organisation_id: int
    group: StakeholderGroup
    region: RegionalGroup | None
    answered: bool


@dataclass(frozen=True)
class Posted:
    """A letter that left: its date, and its addressees in order."""

    letter_id: int
    dated: date
    addressees: tuple[Addressee, ...]


@dataclass(frozen=True)
class Figures:
    """What was sent and what came back, by the day of a draft."""

    letters: tuple[Posted, ...]
    reminders: int
    other_answers: int

    @property
    def addressees(self) -> dict[int, Addressee]:
        """The addressees by organisation; one that answered any letter has answered."""
        found: dict[int, Addressee] = {}
        for one in (addressee for letter in self.letters for addressee in letter.addressees):
            if one.organisation_id not in found or one.answered:
                found[one.organisation_id] = one
        return found

    @property
    def silent(self) -> int:
        """How many addressees nothing came from."""
        return sum(not one.answered for one in self.addressees.values())


def count(session: Session, campaigns: Sequence[Campaign], *, until: datetime) -> Figures:
    """Count the letters of these campaigns that were dated by the day of `until`; six queries."""
    ids = [campaign.id for campaign in campaigns]
    left = dict(
        session.execute(
            select(Letter.id, LetterVersion.dated)
            .join(LetterVersion, (LetterVersion.letter_id == Letter.id) & (LetterVersion.number == Letter.current))
            .where(Letter.campaign_id.in_(ids), Letter.state == LetterState.ACCEPTED)
            .where(LetterVersion.dated <= until.date())
            .order_by(Letter.id)
        ).all()
    )
    reminding, correcting = (_related(session, kind) for kind in (RelationKind.REMINDS, RelationKind.CORRECTS))
    answered = _answered(session, until)
    addressed = _addressed(session, ids, answered)
    letters = [Posted(n, day, tuple(addressed.get(n, ()))) for n, day in left.items() if n not in reminding | correcting]
    return Figures(tuple(letters), len(left.keys() & reminding), _other_answers(session, ids, until))


def _related(session: Session, kind: RelationKind) -> set[int]:
    """The letters that stand so to another one."""
    return set(session.scalars(select(LetterRelation.letter_id).filter_by(kind=kind)))


def _answered(session: Session, until: datetime) -> set[int]:
    """Letters that anything came back for."""
    given = answers()
    return set(
        session.scalars(
            select(given.c.letter_id)
            .join(Response, Response.id == given.c.response_id)
            .where(Response.state.in_(IN_FORCE), Response.logged_at <= until, Response.kind != ResponseKind.UNREAD)
        )
    )


def _addressed(session: Session, campaigns: Sequence[int], answered: set[int]) -> dict[int, list[Addressee]]:
    rows = session.execute(
        select(LetterAddressee.letter_id, Organisation.id, Organisation.group, Organisation.regional_group)
        .join(Letter, Letter.id == LetterAddressee.letter_id)
        .join(Post, Post.id == LetterAddressee.post_id)
        .join(Organisation, Organisation.id == Post.organisation_id)
        .where(Letter.campaign_id.in_(campaigns))
        .order_by(LetterAddressee.letter_id, LetterAddressee.position)
    )
    found: dict[int, list[Addressee]] = {}
    for letter, organisation, group, region in rows:
        found.setdefault(letter, []).append(Addressee(organisation, group, region, letter in answered))
    return found


def _other_answers(session: Session, campaigns: Sequence[int], until: datetime) -> int:
    kinds = (ResponseKind.ACKNOWLEDGEMENT, ResponseKind.QUESTION, ResponseKind.DECLINE)
    return (
        session.scalar(
            select(func.count(func.distinct(Response.id)))
            .join(ResponseLetter)
            .join(Letter, Letter.id == ResponseLetter.letter_id)
            .where(Letter.campaign_id.in_(campaigns), Response.kind.in_(kinds))
            .where(Response.state.in_(IN_FORCE), Response.logged_at <= until)
        )
        or 0
    )


@dataclass(frozen=True)
class Row:
    """A line of a table: letters, addressees, answers, and addressees without an answer."""

    name: str
    letters: int
    addressees: int
    answers: int
    silent: int


@dataclass(frozen=True)
class Split:
    """A table by group. `hidden` answers are those of unnamed contributors of whom too few belong to their group."""

    rows: tuple[Row, ...]
    hidden: int

    @property
    def total(self) -> Row:
        """The sum of all rows, the hidden answers among them."""
        columns = [
            sum(column) for column in zip(*((r.letters, r.addressees, r.answers, r.silent) for r in self.rows), strict=True)
        ]
        letters, addressees, answers, silent = columns or [0, 0, 0, 0]
        return Row("total", letters, addressees, answers + self.hidden, silent)


def by_group(figures: Figures, material: Material) -> Split:
    """By stakeholder group."""
    answers, hidden = _answers(material, material.contributions, lambda one: one.group)
    return _split(figures, StakeholderGroup, lambda one: one.group, answers, hidden)


def by_region(figures: Figures, material: Material) -> Split:
    """By regional group: a State's own, and for an organisation that of the State where it has its seat. Who has none is left
    out; so are answers that the table by stakeholder group hides, since what group they hide in would else show here."""
    few = _few(material, material.contributions, lambda one: one.group)
    told = [one for one in material.contributions if _region(one) and not (one.group in few and _unnamed(material, one))]
    answers, hidden = _answers(material, told, _region)
    return _split(figures, RegionalGroup, lambda one: one.region, answers, hidden)


def _region(contribution: Contribution) -> RegionalGroup | None:
    return next((one.regional_group for one in contribution.organisations if one.regional_group), None)


def _split(
    figures: Figures,
    groups: type[StrEnum],
    of: Callable[[Addressee], StrEnum | None],
    answers: Mapping[StrEnum | None, int],
    hidden: int,
) -> Split:
    letters = Counter(of(letter.addressees[0]) for letter in figures.letters if letter.addressees)
    addressees = Counter(of(one) for one in figures.addressees.values())
    silent = Counter(of(one) for one in figures.addressees.values() if not one.answered)
    rows = [Row(group.value, letters[group], addressees[group], answers.get(group, 0), silent[group]) for group in groups]
    return Split(tuple(_merged(rows)), hidden)


def _unnamed(material: Material, contribution: Contribution) -> bool:
    return contribution.aside or contribution.key not in material.named


def _few(
    material: Material, contributions: Iterable[Contribution], of: Callable[[Contribution], StrEnum | None]
) -> set[StrEnum | None]:
    """The groups, and None for no known group, of whose contributors some may not be named, but too few to count them."""
    unnamed: dict[StrEnum | None, set[str]] = {}
    for one in contributions:
        if _unnamed(material, one):
            unnamed.setdefault(of(one), set()).add(one.key)
    return {group for group, keys in unnamed.items() if group is None or len(keys) < FEWEST}


def _answers(
    material: Material, contributions: Sequence[Contribution], of: Callable[[Contribution], StrEnum | None]
) -> tuple[Mapping[StrEnum | None, int], int]:
    """Answers by group, and how many cannot be told by group without pointing at somebody."""
    few = _few(material, contributions, of)
    shown = Counter(of(one) for one in contributions if not (of(one) in few and _unnamed(material, one)))
    return shown, len(contributions) - sum(shown.values())


def _merged(rows: Iterable[Row]) -> Iterable[Row]:
    """The rows, those of fewer than three addressees as one: whoever is silent in them could be guessed."""
    small = [row for row in rows if row.addressees < FEWEST]
    yield from (row for row in rows if row.addressees >= FEWEST)
    if not small:
        return
    merged = Row(
        "small", *(sum(column) for column in zip(*((r.letters, r.addressees, r.answers, r.silent) for r in small), strict=True))
    )
    if any((merged.letters, merged.addressees, merged.answers)):
        yield merged
