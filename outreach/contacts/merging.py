"""Making one contact of two that are the same, with all that points to either; nothing is lost, and it can be undone.

Rows that point to the merged contact are made to point to the other one, in every table that the database has; the merged row
stays as a signpost. So nobody who reads must know of merges (a letter's post, an answer's author are simply the remaining one),
and reading costs nothing. What was changed is kept as steps; `unmerging` takes them back.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import joining, references, searching, telling_apart
from outreach.contacts.joining import Difference
from outreach.contacts.merging_posts import hold_together, merge_posts, warnings_of
from outreach.contacts.models import Organisation, OrganisationKind, Person
from outreach.contacts.moving import Moves
from outreach.contacts.persons import key_of
from outreach.contacts.recording import may_edit, subject_of
from outreach.contacts.sameness import AlikePair, Kind, Merge, Somebody, ToldApart
from outreach.errors import Refused
from outreach.journal import Actor

_STATES = (OrganisationKind.MEMBER_STATE, OrganisationKind.OBSERVER_STATE)
# What the rows of a table are, said of one and of several; a table that is not here is said by its name.
_CALLED = {
    "holders": "holdings of posts",
    "letter_addressees": "places as addressee of a letter",
    "campaign_addressees": "places among a campaign's addressees",
    "response_authors": "places as author of an answer",
    "organisation_names": "names in other languages",
    "organisation_tags": "tags",
    "post_titles": "titles in other languages",
}


@dataclass(frozen=True)
class Merged:
    """What a merge does or did: `follows` counts rows that point to `into` now, `twice` those that stood there already.

    `number` is that of the merge, 0 while nothing was kept.
    """

    kind: Kind
    merged: str
    into: str
    differences: tuple[Difference, ...]
    follows: Mapping[str, int] = field(default_factory=dict)
    twice: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    number: int = 0


def merge(
    session: Session,
    merged: Somebody,
    into: Somebody,
    *,
    by: Actor,
    at: datetime,
    on: date,
    take: Collection[str] = (),
    write: bool = False,
) -> Merged:
    """Let `merged` become `into`; without `write` all of it is done, told and taken back.

    `take` names fields of which the merged one's value is to stand. `on` is the office's date. Raises Invalid for a field that
    there is none of; Refused for what is no pair or was told apart, for a State that would go, and for somebody erased.
    """
    may_edit(by)
    _must_be_one(session, merged, into)
    joining.check(type(into), take)
    session.flush()
    kind, keys = Kind.of(into), (key_of(merged), key_of(into))
    with nullcontext() if write else _taken_back(session):
        moves = Moves(session, references.web(session))
        differences = tuple(joining.join(moves, merged, into, take))
        _move(moves, merged, into)
        warnings = tuple(warnings_of(session, into, on))
        number = _keep(session, moves, merged, into, differences, by=by, at=at) if write else 0
        find_again(session, kind, merged.id, into.id)
    session.expire_all()
    follows, twice = _counts(moves)
    return Merged(kind, *keys, differences, follows, twice, warnings, number)


def find_again(session: Session, kind: Kind, *numbers: int) -> None:
    """Let contacts whose rows were changed by statements be found by the words that lead to them now."""
    (searching.index_persons if kind is Kind.PERSON else searching.index)(session, numbers)


@contextmanager
def _taken_back(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _must_be_one(session: Session, merged: Somebody, into: Somebody) -> None:
    kind, first, second = telling_apart.pair_of(merged, into)
    for thing in (merged, into):
        if thing.merged_into_id is not None:
            raise Refused(f"{key_of(thing)} was merged into another before; merge that one.")
        if isinstance(thing, Person) and thing.erased_at is not None:
            raise Refused(f"{key_of(thing)} was erased, so nobody can say whether it is the same person.")
    if isinstance(merged, Organisation) and merged.kind in _STATES:
        raise Refused(f"{merged.name} is a State of the directory and stays; merge the other one into it.")
    apart = session.scalar(select(ToldApart).filter_by(kind=kind, first_id=first, second_id=second))
    if apart:
        raise Refused(f"{apart.said_by} told these two apart on {apart.said_at.date()}; take that back first.")


def _move(moves: Moves, merged: Somebody, into: Somebody) -> None:
    name = into.__tablename__
    if isinstance(into, Organisation):
        merge_posts(moves, merged.id, into.id)
    else:
        hold_together(moves, "person_id", merged.id, into.id)
    moves.become(name, merged.id, into.id, but=("posts",))
    moves.set(name, merged.id, merged_into_id=into.id)


def _keep(
    session: Session,
    moves: Moves,
    merged: Somebody,
    into: Somebody,
    differences: Sequence[Difference],
    *,
    by: Actor,
    at: datetime,
) -> int:
    kind = Kind.of(into)
    row = Merge(kind=kind, merged_id=merged.id, into_id=into.id, merged_by=by.name, merged_at=at, steps=moves.steps)
    session.add(row)
    # Of the pairs found alike those with the merged one say nothing any more.
    its = or_(AlikePair.first_id == merged.id, AlikePair.second_id == merged.id)
    session.execute(delete(AlikePair).where(AlikePair.kind == kind, its))
    session.flush()
    follows, twice = _counts(moves)
    values = {"into": subject_of(into), "merge": row.id, "follows": follows, "twice": twice}
    changed = {one.field: [one.yields, one.stands] for one in differences if one.from_merged}
    journal.record(session, by, "merged", subject_of(merged), at=at, **values, changed=changed)
    return row.id


def _counts(moves: Moves) -> tuple[dict[str, int], dict[str, int]]:
    follows: Counter[str] = Counter()
    twice: Counter[str] = Counter()
    for step in moves.steps:
        called = _CALLED.get(step["table"], step["table"].replace("_", " "))
        if step["do"] == "move":
            follows[called] += len(step["keys"])
        elif step["do"] == "take":
            twice[called] += 1
        elif "organisation_id" in step["after"]:
            follows[called] += 1
    return dict(follows), dict(twice)
