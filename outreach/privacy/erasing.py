"""Erasing a person: what stays is reference, date and organisation.

Rows of their own go; letters and answers keep their place, and lose the name; the message and page of a letter, a scan of it,
and what came in as files are deleted, since a file with a name in it cannot lose it and be the same file. What stays though it
names the person (letters to others, text that was adopted) is listed. All is one transaction; files go once it is committed.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive, digest_of
from outreach.contacts import references
from outreach.contacts.models import Person
from outreach.contacts.moving import is_row
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import AT_HOME, Letter, LetterState
from outreach.letters.register import file_stem
from outreach.privacy import erasing_answers, erasing_contacts, erasing_letters, scope, sweeping
from outreach.privacy.models import ErasedFile
from outreach.privacy.scope import Scope
from outreach.privacy.work import Work

_ON_THE_WAY = AT_HOME | {LetterState.LEAVING, LetterState.PLACED, LetterState.DEFERRED, LetterState.UNKNOWN}


@dataclass(frozen=True)
class Erased:
    """What an erasure does or did, in sentences: what goes, which files, what stays though it names the person."""

    person: str
    name: str
    goes: tuple[str, ...]
    files: tuple[str, ...]
    stays: tuple[str, ...]
    entries: tuple[int, ...]
    references: tuple[str, ...]
    digests: tuple[str, ...]


def erase(session: Session, person: Person, *, because: str, by: Actor, at: datetime, on: date, write: bool = False) -> Erased:
    """Erase `person`; without `write` all of it is done, told and taken back.

    Raises Refused unless `by` is a keeper, for somebody erased before, and while a letter to them has not left for good;
    Invalid without a reason, and for one that names the person: it stays in the journal.
    """
    by.must_be(Role.KEEPER, "erase persons")
    its = scope.of(session, person)
    _may_be_erased(session, its, because)
    name = person.full_name
    with nullcontext() if write else _taken_back(session):
        _overwrite_what_goes(session)
        work = Work(session, its, on, at)
        for part in (erasing_letters.erase, erasing_answers.erase, _notes, erasing_contacts.erase):
            part(work)
            session.flush()
        files = tuple(_files(work))
        stays = (*work.stays, *(f"it names the person: {place}" for place in sweeping.found(session, its.names)))
        entries = _journal(session, its, files, because=because, by=by, at=at)
    session.expire_all()
    kept = tuple(f"{what} ({digest[:12]})" for digest, what in files)
    digests = tuple(digest for digest, _ in files)
    return Erased(f"person/{person.id}", name, tuple(work.goes), kept, stays, entries, tuple(work.references), digests)


@contextmanager
def _taken_back(session: Session) -> Iterator[None]:
    savepoint = session.begin_nested()
    try:
        yield
    finally:
        savepoint.rollback()


def _may_be_erased(session: Session, its: Scope, because: str) -> None:
    person = its.person
    if person.erased_at is not None:
        raise Refused(f"person/{person.id} was erased on {person.erased_at.date()}.")
    if not because.strip():
        raise Invalid("Say why the person is erased; the reason stands in the journal.")
    if its.names.within(because, greeting=True):
        raise Invalid("The reason names the person, and stays in the journal for good; say it without the name.")
    waiting = select(Letter.reference).where(Letter.id.in_(its.letters), Letter.state.in_(_ON_THE_WAY)).order_by(Letter.id)
    if found := session.scalars(waiting).all():
        raise Refused(f"Letters to this person have not left for good: {', '.join(found)}; cancel, send or settle them first.")


def _overwrite_what_goes(session: Session) -> None:
    # Else SQLite leaves what was deleted in free pages of its file.
    if session.get_bind().dialect.name == "sqlite":
        session.connection().exec_driver_sql("PRAGMA secure_delete = ON")


def _notes(work: Work) -> None:
    """Take the name out of the office's own notes, wherever they stand."""
    web = references.web(work.session)
    places = list(sweeping.found(work.session, work.names, among=sweeping.NOTES))
    for place in places:
        table = web.table(place.table)
        here = is_row(table, place.key)
        text = work.session.execute(select(table.c[place.column]).where(here)).scalar_one()
        work.session.execute(update(table).where(here).values({place.column: work.names.taken_out_of(text)}))
    if places:
        work.session.expire_all()
        work.goes.append(f"the name in {len(places)} notes of the office")


# --- files


def _files(work: Work) -> Iterator[tuple[str, str]]:
    """Write down which files go: not those that are part of somebody else's record as well."""
    uses = _uses(work.session, work.files)
    for digest, whats in work.files.items():
        if uses[digest] > len(whats):
            work.stays.append(f"{whats[0]}: the same file came with another record as well")
            continue
        row = work.session.get(ErasedFile, digest)
        if row is None:
            work.session.add(ErasedFile(sha256=digest, erased_on=work.on, removed=False))
        else:
            row.erased_on, row.removed = work.on, False
        yield digest, whats[0]
    work.session.flush()


def _uses(session: Session, digests: Collection[str]) -> Counter[str]:
    """How many rows of any table hold each of these digests."""
    count: Counter[str] = Counter()
    for table in references.web(session).metadata.tables.values():
        for column in table.columns:
            if column.name.endswith("sha256") and table.name != ErasedFile.__tablename__:
                query = select(column, func.count()).where(column.in_(digests)).group_by(column)
                count.update(dict(session.execute(query).all()))
    return count


def remove_files(session: Session, archive: Archive) -> int:
    """Take away the files of erasures that were committed; gives their number. Call it in a transaction of its own."""
    rows = session.scalars(select(ErasedFile).where(ErasedFile.removed.is_(False))).all()
    for row in rows:
        archive.erase(row.sha256, row.erased_on)
        row.removed = True
    return len(rows)


def copies(out: Path, told: Erased) -> list[Path]:
    """Files in the folder `out` that were made of these letters (exports, prints), or are a copy of a file that goes."""
    stems = {file_stem(reference) for reference in told.references}
    every = (path for path in out.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(
        path for path in every if path.name.partition(".")[0] in stems or digest_of(path.read_bytes()) in told.digests
    )


# --- the register


def _journal(
    session: Session, its: Scope, files: Sequence[tuple[str, str]], *, because: str, by: Actor, at: datetime
) -> tuple[int, ...]:
    numbers = tuple(
        entry.seq for entry, side in scope.entries(session, its) if entry.verb != journal.ERASED and not side.erased
    )
    reason = because.strip()
    if numbers:
        journal.erase(session, by, numbers, at=at, reason=reason)
    values: dict[str, Any] = {"reason": reason, "letters": len(its.letters), "answers": len(its.responses)}
    digests = [digest for digest, _ in files]
    journal.record(session, by, "erased the person", f"person {its.person.id}", at=at, **values, files=digests)
    return numbers
