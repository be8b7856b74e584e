"""Rows in every table of a database as it stands, whatever its schema: for moving an office and for upgrading one.

What a column may hold is read from the database; what the words of an enumeration and the shape of JSON are, from the models.
"""

import hashlib
import warnings
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Enum,
    Integer,
    MetaData,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.exc import SAWarning

from outreach import schema
from outreach.database import is_of_office

# What these hold must fit together, and is written by the journal alone.
LEFT_OUT = {"alembic_version", "journal_entries", "journal_values", "journal_head"}
# So that a letter has its version and its addressee, and lists show it.
NUMBERS = {"current": 1, "number": 1, "position": 0}
WORDS = "José Ñandú “½” 肯尼亚 لجمهورية \u00a0\U0001f4ee 'quoted' \\ % :name"


def fill(connection: Connection, mark: str, *, rows: int = 2) -> dict[str, list[dict[str, Any]]]:
    """Put `rows` rows into every table; `mark` is unique to the call. Gives what was put in, by table."""
    metadata = MetaData()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        metadata.reflect(connection)
    filled: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        if table.name not in LEFT_OUT and is_of_office(table.name):
            first = _last(connection, table) + 1
            filled[table.name] = [_row(table, mark, first, n, filled) for n in range(rows)]
            connection.execute(insert(table), [{**row} for row in filled[table.name]])
    return filled


def _last(connection: Connection, table: Table) -> int:
    numbers = [column for column in table.primary_key.columns if isinstance(column.type, Integer) and not column.foreign_keys]
    return int((connection.scalar(select(func.max(numbers[0]))) or 0) if numbers else 0)


def _row(table: Table, mark: str, first: int, n: int, filled: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    return {column.name: _value(table, column, mark, first + n, n, filled) for column in table.columns}


def _value(
    table: Table, column: Column[Any], mark: str, number: int, n: int, filled: Mapping[str, list[dict[str, Any]]]
) -> Any:
    model = schema.METADATA.tables[table.name].columns.get(column.name) if table.name in schema.METADATA.tables else None
    for key in column.foreign_keys:
        if key.column.table.name == table.name:
            return None
        # The second row leaves open what may be left open.
        return filled[key.column.table.name][n][key.column.name] if n == 0 or not column.nullable else None
    if column.nullable and not column.primary_key and n:
        return None
    if model is not None and isinstance(model.type, Enum):
        return model.type.enums[n % len(model.type.enums)]
    return _of_type(column, model, mark, number)


def _of_type(column: Column[Any], model: Column[Any] | None, mark: str, number: int) -> Any:
    kind = column.type
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, Integer):
        return NUMBERS.get(column.name, number)
    if isinstance(kind, DateTime):
        return datetime(2025, 1, 27, 12, 0, 1, 234567, tzinfo=UTC)
    if isinstance(kind, Date):
        return date(2025, 1, 27)
    if isinstance(kind, JSON):
        return [WORDS] if _is_list(model) else {"words": WORDS, "none": None, "many": [1, 2.5, True]}
    assert isinstance(kind, String), f"{column} is {kind!r}"
    if column.name.endswith("sha256"):
        return hashlib.sha256(f"{mark} {number}".encode()).hexdigest()
    return f"{mark}-{number} {WORDS}"[: kind.length or 200]


def _is_list(model: Column[Any] | None) -> bool:
    default = getattr(getattr(model, "default", None), "arg", None)
    return default is not None and isinstance(default(None), list)
