"""Statements are compiled once a process, not once for each of the thousands of databases that the tests open."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import pytest
from sqlalchemy import create_engine
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from outreach import database

# As many as all rooms together have, so that none is thrown away and compiled again.
MOST = 5000


@contextmanager
def compiled_once() -> Iterator[None]:
    """Let all engines that `database.connect` makes share what was compiled.

    What is compiled stands under its dialect, of which each engine has its own; those of one kind are alike here, as all
    databases of a run are of one release. How the program connects and what it asks stays as it is.
    """
    shared = partial(create_engine, execution_options={"compiled_cache": LRUCache(MOST)})
    with pytest.MonkeyPatch.context() as patch:
        for kind in (SQLiteDialect_pysqlite, PGDialect_psycopg):
            patch.setattr(kind, "__eq__", lambda self, other: type(self) is type(other))
            patch.setattr(kind, "__hash__", lambda self: hash(type(self)))
        patch.setattr(database, "create_engine", shared)
        yield
