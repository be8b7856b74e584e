"""The rows of a table as lines of JSON that either database can be filled from.

The first line names the columns and what each holds, so that an archive of an older schema is read without its models.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any, BinaryIO

import msgspec
from msgspec import Meta
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Enum,
    Integer,
    String,
    Table,
    Text,
    cast,
    delete,
    func,
    insert,
    inspect,
    select,
    type_coerce,
)
from sqlalchemy import column as plain_column
from sqlalchemy import table as plain_table
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine, UserDefinedType

from outreach.database import UtcDateTime, is_of_office
from outreach.errors import Invalid

BATCH = 1000


class JsonAsWritten(UserDefinedType[str]):
    """The text of a JSON value, handed to the database as it is: what was written comes back letter by letter."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        """The type's name in either database."""
        return "JSON"


# What a column holds: what a line of JSON may say there, and how either database takes it.
KINDS: dict[str, tuple[Any, TypeEngine[Any]]] = {
    "number": (int | None, Integer()),
    "text": (str | None, Text()),
    "truth": (bool | None, Boolean()),
    "day": (date | None, Date()),
    "instant": (Annotated[datetime, Meta(tz=True)] | None, UtcDateTime()),
    "json": (str | None, JsonAsWritten()),
}
_Head = list[tuple[str, str]]


def kind_of(column: Column[Any]) -> str:
    """What the column holds, one of KINDS; raises TypeError for a type that no archive has held yet."""
    # An enumeration is stored as its words.
    for type_, kind in ((UtcDateTime, "instant"), (JSON, "json"), (Enum, "text"), (String, "text"), (Boolean, "truth")):
        if isinstance(column.type, type_):
            return kind
    if isinstance(column.type, Date):
        return "day"
    if isinstance(column.type, Integer):
        return "number"
    raise TypeError(f"{column} is {column.type!r}: say in outreach/moving/rows.py what an archive holds of it")


def _as_written(column: Column[Any]) -> ColumnElement[Any]:
    if isinstance(column.type, JSON):
        return cast(column, Text)
    return type_coerce(column, String) if isinstance(column.type, Enum) else column


def dump(session: Session, table: Table, into: BinaryIO) -> int:
    """Write all rows of `table` as the session sees them; gives their number. Memory stays flat."""
    encode = msgspec.json.encode
    into.write(encode([(str(column.name), kind_of(column)) for column in table.columns]) + b"\n")
    query = select(*map(_as_written, table.columns)).order_by(*table.primary_key.columns)
    count = 0
    for row in session.execute(query, execution_options={"yield_per": BATCH}):
        into.write(encode(tuple(row)) + b"\n")
        count += 1
    return count


def load(connection: Connection, name: str, source: BinaryIO) -> int:
    """Fill the table `name`, which exists, with what `dump` wrote; gives the number of rows. Memory stays flat.

    Raises Invalid when the lines are not those of this table.
    """
    try:
        head = msgspec.json.decode(source.readline(), type=_Head)
        kinds = [KINDS[kind] for _name, kind in head]
        read = msgspec.json.Decoder(tuple[*(said for said, _type in kinds)])  # type: ignore[misc]
        names = [column for column, _kind in head]
        _must_fit(connection, name, names)
        # Rows that came with the schema stand in the archive as well.
        target = plain_table(name, *(plain_column(one, type_) for one, (_said, type_) in zip(names, kinds, strict=True)))
        connection.execute(delete(target))
        count = 0
        rows = (dict(zip(names, read.decode(line), strict=True)) for line in source)
        while batch := list(islice(rows, BATCH)):
            connection.execute(insert(target), batch)
            count += len(batch)
        return count
    except (msgspec.DecodeError, KeyError, UnicodeDecodeError) as error:
        raise Invalid(f"The rows of {name} cannot be read ({error}).") from error


def _must_fit(connection: Connection, name: str, columns: Sequence[str]) -> None:
    if not inspect(connection).has_table(name):
        raise Invalid(f"The schema has no table {name!r}.")
    stand = {one["name"] for one in inspect(connection).get_columns(name)}
    if stand != set(columns) or len(columns) != len(stand):
        raise Invalid(f"The table {name} has not the columns that the archive says.")


@contextmanager
def in_any_order(connection: Connection) -> Iterator[None]:
    """Rows may point to rows that come later; at the end each must point to one that is there.

    On SQLite `without_foreign_keys` sees to it; PostgreSQL is told to ask at the end.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    found = inspect(connection).get_multi_foreign_keys().items()
    keys = [(table, key["name"]) for table, of_table in found if is_of_office(table[1]) for key in of_table]
    quoted = connection.dialect.identifier_preparer.quote
    alter = [f"ALTER TABLE {quoted(table[1])} ALTER CONSTRAINT {quoted(str(name))}" for table, name in keys]
    for one in alter:
        connection.exec_driver_sql(f"{one} DEFERRABLE INITIALLY DEFERRED")
    yield
    connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for one in alter:
        connection.exec_driver_sql(f"{one} NOT DEFERRABLE")


def count_on(connection: Connection) -> None:
    """Let PostgreSQL number new rows after those that were filled in; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    quoted = connection.dialect.identifier_preparer.quote
    for table in inspect(connection).get_table_names():
        for name in inspect(connection).get_pk_constraint(table)["constrained_columns"]:
            sequence = connection.scalar(select(func.pg_get_serial_sequence(quoted(table), name)))
            last = connection.scalar(select(func.max(plain_column(name))).select_from(plain_table(table))) if sequence else None
            if last is not None:
                connection.execute(select(func.setval(sequence, last)))
