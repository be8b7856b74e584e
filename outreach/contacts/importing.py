"""Importing a list: every row is added, changed, unchanged or refused with its reason; all good rows go in together or none.

A dry run does the same work and takes it back, so that what it says is what would be done.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.contacts import cells, headings, planning, reading, refusing
from outreach.contacts.applying import Applying, Changes, apply
from outreach.contacts.lookup import Lookup
from outreach.contacts.models import Holder, Organisation, Post
from outreach.contacts.planning import Values, World
from outreach.contacts.reading import Line
from outreach.contacts.refusing import RefusedRows
from outreach.errors import Invalid, OutreachError, Refused
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
    """What a row does here: `fields` are those that differ, `reason` says why it is refused or what it repeats."""

    row: int
    action: Action
    reason: str = ""
    post: str = ""
    fields: Changes = field(default_factory=dict)


@dataclass
class _Job:
    """One file on its way in."""

    session: Session
    lookup: Lookup
    fields: Sequence[str | None]
    heads: Sequence[str]
    on: date
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
) -> Iterator[Outcome]:
    """Import the list at `path`, yielding what becomes of each row; without `write` everything is taken back at the end.

    `on` is the office's date: a new holder holds from that day. `mapping` names columns (theirs -> ours, or `-`). `refused`
    is given the refused rows; keep it after the transaction. `called` is the file's name for the journal, if not its own.
    Raises NotFound and Invalid for what is wrong with the file as
    a whole, also further down: the transaction must end in a rollback, as it does when the exception leaves it.
    One journal entry, none if nothing changed.
    """
    by.must_be(Role.DRAFTER, "import contacts")
    with reading.table(path) as table, _lasting(session, write), Lookup.of(session) as lookup:
        fields = headings.understand(table.heads, mapping)
        if not {"organisation", "post"} & set(fields):
            raise Invalid(f'{path.name} has no column organisation; name it with --map "HEADING=organisation".')
        lines = map(refusing.unshielded, table.lines) if refusing.is_refused_list(table.heads) else table.lines
        job = _Job(session, lookup, fields, table.heads, on)
        while chunk := list(islice(lines, CHUNK)):
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
    read = [(line, *_values(job, line)) for line in lines]
    world = _world(job, [values for _, values, reasons in read if not reasons])
    work = Applying(job.session, world)
    outcomes = [_outcome(work, line, values, reasons) for line, values, reasons in read]
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


def _values(job: _Job, line: Line) -> tuple[Values, list[str]]:
    """What the row gives for each field, and what is wrong with it by itself."""
    texts = {name: text for name, text in zip(job.fields, line.cells, strict=False) if name}
    values, reasons = cells.read_all(texts)
    stray = [number for number, text in enumerate(line.cells, 1) if text.strip() and not _heading(job.heads, number)]
    if stray:
        reasons.append(f"column {stray[0]} has a value but no heading; is a quotation mark missing, or a comma too many?")
    return values, reasons


def _heading(heads: Sequence[str], number: int) -> str:
    return heads[number - 1].strip() if number <= len(heads) else ""


def _world(job: _Job, rows: Sequence[Values]) -> World:
    """The organisations that these rows may name, with all that hangs on them."""
    world = World(job.lookup, job.on)
    texts = {planning.organisation_text(values) for values in rows}
    texts |= {values[name] for values in rows for name in ("organisation", "domain") if values.get(name)}
    ids = {identity for text in texts for identity in world.ids(text)}
    if not ids:
        return world
    organisations = select(Organisation).where(Organisation.id.in_(ids)).options(selectinload(Organisation.tags))
    for organisation in job.session.scalars(organisations):
        world.organisations[organisation.id] = organisation
        world.tags[organisation.key] = {tag.tag for tag in organisation.tags}
    posts = select(Post).where(Post.organisation_id.in_(ids)).order_by(Post.id)
    hanging = (
        selectinload(Post.titles),
        selectinload(Post.holders).options(joinedload(Holder.person)),
        selectinload(Post.addresses),
    )
    for post in job.session.scalars(posts.options(*hanging)):
        world.posts[world.organisations[post.organisation_id].key].append(post)
    return world


def _outcome(work: Applying, line: Line, values: Values, reasons: Sequence[str]) -> Outcome:
    if reasons:
        return Outcome(line.number, Action.REFUSED, "; ".join(reasons))
    try:
        target = planning.target(work.world, values, line.number)
    except OutreachError as error:
        return Outcome(line.number, Action.REFUSED, str(error))
    if target.repeats is not None:
        return Outcome(line.number, Action.UNCHANGED, f"says the same as row {target.repeats}", target.key)
    changes = apply(work, target, values)
    if target.new_organisation or target.new_post:
        return Outcome(line.number, Action.ADDED, "", target.key, changes)
    return Outcome(line.number, Action.CHANGED if changes else Action.UNCHANGED, "", target.key, changes)
