"""What points where in the database, asked of the database itself: rooms above this one keep rows that point to contacts.

Contacts know nothing of those rooms; whatever a room adds later is found all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, Engine, Index, MetaData, PrimaryKeyConstraint, Table, UniqueConstraint
from sqlalchemy.orm import Session

from outreach.database import is_of_office


@dataclass(frozen=True)
class Web:
    """The tables of the database as they stand."""

    metadata: MetaData

    def table(self, name: str) -> Table:
        """The table of that name."""
        return self.metadata.tables[name]

    def pointing_to(self, name: str) -> Iterator[Column[Any]]:
        """Every column, of any table, that points to the `id` of the table `name`."""
        for table in self.metadata.tables.values():
            for column in table.columns:
                if any(key.column.table.name == name and key.column.name == "id" for key in column.foreign_keys):
                    yield column


# An engine that is gone takes what was asked through it along.
_ASKED: WeakKeyDictionary[Engine, Web] = WeakKeyDictionary()


def web(session: Session) -> Web:
    """Ask the database what points where; once for each engine, since a schema changes only between releases."""
    engine = session.get_bind().engine
    if engine not in _ASKED:
        metadata = MetaData()
        metadata.reflect(bind=session.connection(), only=lambda table, _: is_of_office(table))
        _ASKED[engine] = Web(metadata)
    return _ASKED[engine]


def unique_with(column: Column[Any]) -> Iterator[list[Column[Any]]]:
    """For each rule that lets a combination stand only once and has `column` in it: the other columns of it."""
    for rule in (*column.table.constraints, *column.table.indexes):
        if isinstance(rule, PrimaryKeyConstraint | UniqueConstraint) or (isinstance(rule, Index) and rule.unique):
            together = list(rule.columns)
            if column in together:
                yield [other for other in together if other is not column]
