"""Letting rows point to another contact, and taking rows away, so that each step can be undone exactly.

A step is a plain value that JSON holds: `move` (a column of some rows went from one number to another), `set` (columns of one
row), `take` (a row that would have stood twice, whole).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, and_, bindparam, delete, select, update
from sqlalchemy.orm import Session

from outreach.contacts.references import Web, unique_with

Step = dict[str, Any]
# What describes a contact itself: where both have such a row, the merged one keeps its own.
DESCRIBING = frozenset({"organisation_names", "organisation_tags", "post_titles"})
# What follows from other tables, and is made anew from them.
_DERIVED = frozenset({"contact_words"})


@dataclass
class Moves:
    """The steps done so far, in order."""

    session: Session
    web: Web
    steps: list[Step] = field(default_factory=list)

    def become(self, name: str, old: int, new: int, *, but: Iterable[str] = ()) -> None:
        """All rows that point to row `old` of the table `name` point to `new`; `but` are tables that were seen to already.

        A row that would then stand twice by a rule of its table becomes the one that stands there, and is taken away.
        """
        for column in self.web.pointing_to(name):
            if column.table.name not in _DERIVED.union(but):
                self._point(column, old, new)

    def _point(self, column: Column[Any], old: int, new: int) -> None:
        twins = self._twins(column, old, new)
        for key, twin in twins.items():
            if column.table.name not in DESCRIBING:
                self.replace(column.table.name, key, twin)
        if column.table.name == self._becoming(column) and (new,) in self._keys(column, old):
            # A post that is reached through the other one is not reached through itself.
            self.set(column.table.name, new, **{column.name: None})
        keys = [key for key in self._keys(column, old) if key not in twins]
        if keys:
            step = {"do": "move", "table": column.table.name, "column": column.name, "keys": [list(key) for key in keys]}
            self.steps.append({**step, "old": old, "new": new})
            point(self.session, column, keys, new)
            # What the session has read of these rows is no longer so.
            self.session.expire_all()

    @staticmethod
    def _becoming(column: Column[Any]) -> str:
        return next(key.column.table.name for key in column.foreign_keys)

    def _keys(self, column: Column[Any], value: int) -> list[tuple[Any, ...]]:
        own = column.table.primary_key.columns
        return [tuple(row) for row in self.session.execute(select(*own).where(column == value).order_by(*own))]

    def _twins(self, column: Column[Any], old: int, new: int) -> dict[tuple[Any, ...], tuple[Any, ...]]:
        """The keys of rows that could not move, since another stands there: key -> that other's key."""
        mine, its = column.table, column.table.alias()
        found: dict[tuple[Any, ...], tuple[Any, ...]] = {}
        for others in unique_with(column):
            same = and_(its.c[column.name] == new, *(mine.c[other.name] == its.c[other.name] for other in others))
            keys = [*mine.primary_key.columns, *(its.c[own.name] for own in mine.primary_key.columns)]
            for row in self.session.execute(select(*keys).join(its, same).where(column == old)):
                half = len(row) // 2
                found.setdefault(tuple(row[:half]), tuple(row[half:]))
        return found

    def replace(self, name: str, key: Sequence[Any], twin: Sequence[Any]) -> None:
        """A row becomes its twin: what pointed to it points there, and it is taken away."""
        table = self.web.table(name)
        if [column.name for column in table.primary_key.columns] == ["id"]:
            self.become(name, key[0], twin[0])
        row = self.session.execute(select(table).where(is_row(table, key))).mappings().one()
        self.steps.append({"do": "take", "table": name, "row": {column: plain(value) for column, value in row.items()}})
        self.session.execute(delete(table).where(is_row(table, key)))
        self.session.expire_all()

    def set(self, name: str, number: int, **after: Any) -> None:
        """Set columns of one row; those that have the value already are left out."""
        table = self.web.table(name)
        columns = [table.c[column] for column in after]
        before = self.session.execute(select(*columns).where(table.c.id == number)).mappings().one()
        changed = {column: plain(value) for column, value in after.items() if plain(before[column]) != plain(value)}
        if changed:
            was = {column: plain(before[column]) for column in changed}
            self.steps.append({"do": "set", "table": name, "id": number, "before": was, "after": changed})
            put(self.session, table, number, changed)
            self.session.expire_all()


def plain(value: Any) -> Any:
    """A value of a row as JSON holds it."""
    return value.isoformat() if isinstance(value, date | datetime) else getattr(value, "value", value)


def typed(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the table's columns take them, from what `plain` made of them."""
    return {column: _typed(table.c[column], value) for column, value in values.items()}


def _typed(column: Column[Any], value: Any) -> Any:
    if not isinstance(value, str):
        return value
    kind = column.type.python_type
    return kind.fromisoformat(value) if issubclass(kind, date) else value


def is_row(table: Table, key: Sequence[Any]) -> ColumnElement[bool]:
    """Whether a row is the one with this key."""
    return and_(*(column == value for column, value in zip(table.primary_key.columns, key, strict=True)))


def put(session: Session, table: Table, number: int, values: Mapping[str, Any]) -> None:
    """Write columns of a row, so that whoever has it open is told that it changed."""
    session.execute(update(table).where(table.c.id == number).values(**typed(table, values), **_counted(table)))


def point(session: Session, column: Column[Any], keys: Iterable[Sequence[Any]], new: int) -> None:
    """Let these rows point to another number."""
    table = column.table
    own = list(table.primary_key.columns)
    that_row = and_(*(each == bindparam(f"own_{each.name}") for each in own))
    change = update(table).where(that_row).values(**{column.name: new}, **_counted(table))
    rows = [{f"own_{each.name}": value for each, value in zip(own, key, strict=True)} for key in keys]
    session.connection().execute(change, rows)


def _counted(table: Table) -> dict[str, Any]:
    return {"version": table.c.version + 1} if "version" in table.c else {}


def moved_keys(table: Table, step: Step) -> Iterator[tuple[Any, ...]]:
    """The keys that the rows of a `move` have since: the column moved may be a part of them."""
    names = [column.name for column in table.primary_key.columns]
    for key in step["keys"]:
        yield tuple(step["new"] if name == step["column"] else value for name, value in zip(names, key, strict=True))
