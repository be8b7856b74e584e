"""Undoing a merge: every step is taken back, or none where something was changed since that leaves open what is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, insert, select, tuple_
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import references, sides
from outreach.contacts.merging import find_again
from outreach.contacts.models import Organisation, Person
from outreach.contacts.moving import Step, is_row, moved_keys, plain, point, put, typed
from outreach.contacts.recording import may_edit, subject_of
from outreach.contacts.references import Web
from outreach.contacts.sameness import Kind, Merge, Somebody
from outreach.contacts.sides import Side
from outreach.errors import NotFound, Refused
from outreach.journal import Actor


class NoSuchMerge(NotFound):
    """No merge of that number, or of that contact."""

    to_type = "`outreach contacts merges` lists them."


_MANY = 300
_SHOWN = 8


@dataclass(frozen=True)
class Listed:
    """A merge with both contacts as they are by now."""

    merge: Merge
    merged: Side
    into: Side


def listing(session: Session, *, offset: int = 0, limit: int | None = None) -> list[Listed]:
    """Merges, the latest first: a handful of queries for a page of them."""
    rows = session.scalars(select(Merge).order_by(Merge.id.desc()).offset(offset).limit(limit)).all()
    found = {
        kind: sides.of(session, kind, {number for row in rows if row.kind is kind for number in _both(row)}) for kind in Kind
    }
    return [Listed(row, *(found[row.kind][number] for number in _both(row))) for row in rows]


def _both(merge: Merge) -> tuple[int, int]:
    return merge.merged_id, merge.into_id


def numbered(session: Session, number: int) -> Merge:
    """The merge with this number; raises NotFound."""
    found = session.get(Merge, number)
    if found is None:
        raise NoSuchMerge(f"There is no merge {number}; look at the list of merges.")
    return found


def latest_of(session: Session, kind: Kind, number: int) -> Merge:
    """The last merge of this contact into another that still stands; raises NotFound."""
    query = select(Merge).filter_by(kind=kind, merged_id=number, undone_at=None).order_by(Merge.id.desc()).limit(1)
    found = session.scalar(query)
    if found is None:
        raise NoSuchMerge("It was not merged into another; look at the list of merges.")
    return found


def unmerge(session: Session, merge: Merge, *, by: Actor, at: datetime) -> Somebody:
    """Undo a merge exactly; gives the contact that stands by itself again. What was added since stays with the other one.

    Raises Refused when it was undone before, when an erasure blanked it, and, naming them, when rows changed since.
    """
    may_edit(by)
    if merge.undone_at is not None:
        raise Refused(f"Merge {merge.id} was undone by {merge.undone_by} on {merge.undone_at.date()}.")
    if merge.steps is None:
        raise Refused(f"Merge {merge.id} cannot be undone: what it changed was erased for data protection.")
    session.flush()
    _take_all_back(session, merge)
    merge.undone_by, merge.undone_at = by.name, at
    session.flush()
    session.expire_all()
    find_again(session, merge.kind, merge.merged_id, merge.into_id)
    again, into = (find(session, merge.kind, number) for number in (merge.merged_id, merge.into_id))
    journal.record(session, by, "unmerged", subject_of(again), at=at, merge=merge.id, was_in=subject_of(into))
    return again


def find(session: Session, kind: Kind, number: int) -> Somebody:
    """The contact of this kind and number, itself also if it was merged into another."""
    return session.get_one(Person, number) if kind is Kind.PERSON else session.get_one(Organisation, number)


def _take_all_back(session: Session, merge: Merge) -> None:
    web, changed = references.web(session), list[str]()
    with session.begin_nested() as savepoint:
        for step in reversed(merge.steps or ()):
            # Asked step by step: a later step of the merge may have changed the same row again.
            found = list(_changed(session, web, step))
            changed += found
            if found:
                continue
            try:
                _take_back(session, web, step)
            except IntegrityError:
                changed.append(f"a row of {step['table'].replace('_', ' ')} has no place any more")
                break
        if changed:
            savepoint.rollback()
    if changed:
        more = f", and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
        listed = "; ".join(changed[:_SHOWN])
        raise Refused(f"Merge {merge.id} cannot be undone, since this was changed after it: {listed}{more}.")


# --- what was changed since


def _changed(session: Session, web: Web, step: Step) -> Iterator[str]:
    table = web.table(step["table"])
    if step["do"] == "move":
        standing = _standing(session, table, step)
        for before, key in zip(step["keys"], moved_keys(table, step), strict=True):
            if key not in standing:
                yield f"{_called(table, before)} no longer belongs there"
    elif step["do"] == "set":
        yield from _changed_columns(session, table, step)
    else:
        yield from _in_the_way(session, table, step["row"])


def _standing(session: Session, table: Table, step: Step) -> set[tuple[Any, ...]]:
    """The keys of those rows of a move that still point where it let them point."""
    own = list(table.primary_key.columns)
    keys, found = list(moved_keys(table, step)), set[tuple[Any, ...]]()
    for start in range(0, len(keys), _MANY):
        some = tuple_(*own).in_(keys[start : start + _MANY])
        found |= {tuple(row) for row in session.execute(select(*own).where(some, table.c[step["column"]] == step["new"]))}
    return found


def _changed_columns(session: Session, table: Table, step: Step) -> Iterator[str]:
    columns = [table.c[name] for name in step["after"]]
    row = session.execute(select(*columns).where(table.c.id == step["id"])).mappings().first()
    if row is None:
        yield f"{_called(table, [step['id']])} is gone"
        return
    for name, value in step["after"].items():
        if plain(row[name]) != value:
            yield f"{_called(table, [step['id']])} has another {name.replace('_', ' ')}"


def _in_the_way(session: Session, table: Table, row: dict[str, Any]) -> Iterator[str]:
    """A row that was taken away cannot come back where another stands by now, or what it points to is gone."""
    key = [row[column.name] for column in table.primary_key.columns]
    if session.execute(select(*table.primary_key.columns).where(is_row(table, key))).first():
        yield f"{_called(table, key)} is there again"
    for column in table.columns:
        for target in column.foreign_keys:
            value = row[column.name]
            if value is not None and not session.execute(select(target.column).where(target.column == value)).first():
                yield f"what {_called(table, key)} belonged to is gone"


def _called(table: Table, key: Sequence[Any]) -> str:
    return f"{table.name.replace('_', ' ').rstrip('s')} {'/'.join(map(str, key))}"


# --- taking steps back


def _take_back(session: Session, web: Web, step: Step) -> None:
    table = web.table(step["table"])
    if step["do"] == "move":
        point(session, table.c[step["column"]], moved_keys(table, step), step["old"])
    elif step["do"] == "set":
        put(session, table, step["id"], step["before"])
    else:
        session.execute(insert(table).values(**typed(table, step["row"])))
