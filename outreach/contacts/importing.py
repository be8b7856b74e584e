"""Importing a list: every row is added, changed, unchanged or refused with its reason; all good rows go in together or none.

A dry run does the same work and takes it back, so that what it says is what would be done.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from functools import partial
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.contacts import cells, erased, finding, planning, reading, understanding
from outreach.contacts.address_books import Book
from outreach.contacts.applying import Applying, Changes, apply
from outreach.contacts.emails import Email
from outreach.contacts.headings import Columns
from outreach.contacts.lookup import Lookup
from outreach.contacts.models import Holder, Organisation, Post, StakeholderGroup
from outreach.contacts.planning import Values, World
from outreach.contacts.refusing import RefusedRows
from outreach.contacts.rows import Line, Said
from outreach.errors import OutreachError, Refused
from outreach.journal import Actor, Role

CHUNK = 2_000


class Action(StrEnum):
    """What became of a row."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """What a row does here: `fields` are those that differ, `reason` says why it is refused, what it repeats, or what to know.

    `read` is what the row was read as, field by field: values, or the text of one that cannot be used. `left_out` is what of an
    address book's card the directory does not take, by what it is called there.
    """

    row: int
    action: Action
    reason: str = ""
    post: str = ""
    fields: Changes = field(default_factory=dict)
    read: Mapping[str, object] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


@dataclass
class _Job:
    """One file on its way in."""

    session: Session
    lookup: Lookup
    columns: Columns | Book
    on: date
    erased_on: Callable[[str], date | None]
    new_group: StakeholderGroup | None = None
    counts: Counter[Action] = field(default_factory=Counter)
    digests: list[str] = field(default_factory=list)


def run(
    session: Session,
    path: Path,
    *,
    by: Actor,
    at: datetime,
    on: date,
    write: bool = False,
    mapping: Mapping[str, str] = MappingProxyType({}),
    refused: RefusedRows | None = None,
    called: str = "",
    new_group: StakeholderGroup | None = None,
) -> Iterator[Outcome]:
    """Import the list or the cards at `path`, yielding what becomes of each; without `write` all is taken back at the end.

    `on` is the office's date: a new holder holds from that day. `mapping` names columns (theirs -> ours, or `-`). `refused`
    is given the refused rows; keep it after the transaction. `called` is the file's name for the journal, if not its own.
    `new_group` is the group of an organisation that is added by a row that names none.
    Raises NotFound and Invalid for what is wrong with the file as
    a whole, also further down: the transaction must end in a rollback, as it does when the exception leaves it.
    One journal entry, none if nothing changed.
    """
    by.must_be(Role.DRAFTER, "import contacts")
    with reading.table(path) as table, _lasting(session, write), Lookup.of(session) as lookup:
        columns = understanding.of_table(table, mapping, path.name)
        job = _Job(session, lookup, columns, on, erased.known(session), new_group)
        while chunk := list(islice(table.lines, CHUNK)):
            outcomes = _chunk(job, chunk)
            for line, outcome in zip(chunk, outcomes, strict=True):
                job.counts[outcome.action] += 1
                if refused and outcome.action is Action.REFUSED:
                    refused.add(table.heads, line.cells, outcome.reason)
                yield outcome
        if write and (job.counts[Action.ADDED] or job.counts[Action.CHANGED]):
            counts = {action.value: job.counts[action] for action in Action}
            digest = journal.digest_of_rows({"chunk": digest} for digest in job.digests)
            journal.record(session, by, "imported", "contacts", at=at, file=called or path.name, digest=digest, **counts)


def _lasting(session: Session, write: bool) -> AbstractContextManager[None]:
    if not write:
        return _taken_back(session)
    # Writers wait for each other from the start, as SQLite has it: two imports must not add the same organisation.
    session.execute(select(journal.HeadRow.id).with_for_update())
    return nullcontext()


@contextmanager
def _taken_back(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _chunk(job: _Job, lines: Sequence[Line]) -> list[Outcome]:
    """Plan and do a few thousand rows: a handful of queries, whatever their number."""
    read = [_read(job, line) for line in lines]
    world = _world(job, [row.values for row in read if not row.faults])
    work = Applying(job.session, world)
    outcomes = [_warned(job, _outcome(work, row), row.values) for row in read]
    try:
        job.session.flush()
        work.additions.insert(job.session)
    except IntegrityError as error:
        raise Refused("Somebody else added the same meanwhile; nothing was saved. Import the file again.") from error
    world.settle()
    job.digests.append(journal.digest_of_rows(map(_recorded, outcomes)))
    return outcomes


def _recorded(outcome: Outcome) -> dict[str, object]:
    return {"row": outcome.row, "action": outcome.action, "post": outcome.post, "fields": dict(outcome.fields)}


@dataclass(frozen=True)
class _Row:
    """A row as read: its values, and why it cannot be used."""

    number: int
    said: Said
    values: Values
    faults: Sequence[str]
    # The values before planning completes them, for whoever wants to see what was read.
    shown: Mapping[str, object]


def _read(job: _Job, line: Line) -> _Row:
    """What the row gives for each field, and what is wrong with it by itself."""
    said = job.columns.said(line)
    values, reasons = cells.read_all(said.texts)
    shown = {name: _shown(values.get(name, text)) for name, text in said.texts.items() if name in values or text.strip()}
    return _Row(line.number, said, values, [*said.faults, *reasons], shown)


def _shown(value: object) -> object:
    if isinstance(value, tuple):
        return [_shown(one) for one in value]
    return value.value if isinstance(value, Email) else value


def _world(job: _Job, rows: Sequence[Values]) -> World:
    """The organisations that these rows may name, with all that hangs on them."""
    world = World(job.lookup, job.on, by_person=job.columns.by_person, new_group=job.new_group)
    texts = {planning.organisation_text(values) for values in rows}
    texts |= {values[name] for values in rows for name in ("organisation", "domain") if values.get(name)}
    texts |= {owner for values in rows for owner in planning.ways_said(values)}
    ids = {identity for text in texts for identity in world.ids(text)}
    if not ids:
        return world
    organisations = select(Organisation).where(Organisation.id.in_(ids)).options(selectinload(Organisation.tags))
    for organisation in job.session.scalars(organisations):
        world.organisations[organisation.id] = organisation
        world.tags[organisation.key] = {tag.tag for tag in organisation.tags}
    posts = select(Post).where(Post.organisation_id.in_(ids), Post.merged_into_id.is_(None)).order_by(Post.id)
    hanging = (
        selectinload(Post.titles),
        selectinload(Post.holders).options(joinedload(Holder.person)),
        selectinload(Post.addresses),
    )
    for post in job.session.scalars(posts.options(*hanging, *finding.WAYS)):
        world.posts[world.organisations[post.organisation_id].key].append(post)
    if any("through" in values for values in rows):
        relays = select(Post).join(Post.organisation).where(Post.id.in_(select(Post.through_id)), Post.organisation_id.in_(ids))
        world.relays |= {post.key for post in job.session.scalars(relays)}
    return world


def _warned(job: _Job, outcome: Outcome, values: Values) -> Outcome:
    """The outcome, with a word if the row brings back the address of somebody who was erased."""
    if "email" not in outcome.fields:
        return outcome
    days = [day for email in values.get("email") or () if (day := job.erased_on(email.normalised))]
    if not days:
        return outcome
    return replace(outcome, reason="; ".join(filter(None, (outcome.reason, erased.said(max(days))))))


def _outcome(work: Applying, row: _Row) -> Outcome:
    outcome = partial(Outcome, row.number, read=row.shown, left_out=row.said.left_out)
    if row.faults:
        return outcome(Action.REFUSED, "; ".join(row.faults))
    try:
        target = planning.target(work.world, row.values, row.number)
    except OutreachError as error:
        return outcome(Action.REFUSED, str(error))
    if target.repeats is not None:
        return outcome(Action.UNCHANGED, f"says the same as row {target.repeats}", target.key)
    changes = apply(work, target, row.values)
    is_new = target.new_organisation or target.new_post
    action = Action.ADDED if is_new else Action.CHANGED if changes else Action.UNCHANGED
    return outcome(action, "; ".join(row.said.notes), target.key, changes)
