"""Finding organisations by any of their names, and remembering what earlier rows of a file said.

Both are kept in a private file that SQLite drops by itself, so that memory stays flat however long the directory and the list.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.contacts.models import Organisation, OrganisationName
from outreach.contacts.naming import fold, slug

# How sure a name is: an exact key before a name, a name before an acronym, an acronym before a domain.
_KEY, _NAME, _ACRONYM, _DOMAIN = range(4)

FEW = 8

_SCHEMA = """
CREATE TABLE names (name TEXT, strength INTEGER, id INTEGER, PRIMARY KEY (name, strength, id)) WITHOUT ROWID;
CREATE TABLE countries (name TEXT PRIMARY KEY, code TEXT) WITHOUT ROWID;
CREATE TABLE said (subject TEXT PRIMARY KEY, row INTEGER, body TEXT) WITHOUT ROWID;
BEGIN;
"""


class Lookup:
    """Names of organisations -> their ids, names of countries -> their codes, subjects -> what a row said of them."""

    def __init__(self) -> None:
        # The empty name is a file of this connection's own, unlinked as soon as it is made.
        self._scratch = sqlite3.connect("", isolation_level=None)
        self._scratch.executescript(_SCHEMA)
        self._numbers: dict[str, int] = {}
        # Whether any row so far meant a post without saying exactly which: most lists have none, and need not be asked.
        self.loose = False

    @classmethod
    def of(cls, session: Session) -> Self:
        """The names of all organisations as they stand."""
        lookup = cls()
        # Whoever was merged into another is still known by its names, and leads to that one.
        stands = func.coalesce(Organisation.merged_into_id, Organisation.id)
        query = select(stands, Organisation.key, Organisation.name, Organisation.acronym, Organisation.domain)
        for row in session.execute(query.execution_options(yield_per=1000)):
            lookup.add(*row)
        also = select(stands, OrganisationName.short, OrganisationName.formal, OrganisationName.running).join(
            OrganisationName.organisation
        )
        for identity, *names in session.execute(also.execution_options(yield_per=1000)):
            lookup._insert(identity, ((fold(name), _NAME) for name in names))
        lookup._add_countries(session)
        return lookup

    def __enter__(self) -> Self:
        """Close the private file at the end."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._scratch.close()

    def add(self, organisation_id: int, key: str, name: str, acronym: str, domain: str) -> None:
        """Make one organisation findable."""
        self._insert(organisation_id, _names(key, name, acronym, domain))

    def renumber(self, old: int, new: int, key: str, name: str, acronym: str, domain: str) -> None:
        """An organisation that was added under a number of its own has its id now."""
        rows = [(new, text, strength, old) for text, strength in _names(key, name, acronym, domain)]
        self._scratch.executemany("UPDATE names SET id = ? WHERE name = ? AND strength = ? AND id = ?", rows)

    def _insert(self, organisation_id: int, names: Iterable[tuple[str, int]]) -> None:
        rows = ((name, strength, organisation_id) for name, strength in names if name)
        self._scratch.executemany("INSERT OR IGNORE INTO names VALUES (?, ?, ?)", rows)

    def _add_countries(self, session: Session) -> None:
        query = (
            select(Organisation.country, Organisation.name, OrganisationName.short, OrganisationName.formal)
            .outerjoin(Organisation.names)
            .where(Organisation.country != "", Organisation.kind.in_(("member-state", "observer-state")))
        )
        for code, *names in session.execute(query):
            rows = ((fold(name), code) for name in names if name)
            self._scratch.executemany("INSERT OR IGNORE INTO countries VALUES (?, ?)", rows)

    def find(self, text: str) -> list[int]:
        """The organisations that `text` may name: by key, else by name in any language, else by acronym, else by domain.

        At most FEW: who is asked to choose needs no more.
        """
        plain = text.strip().casefold()
        wanted = (f"={plain}", fold(text), f"@{plain}")
        rows = self._scratch.execute(
            "SELECT strength, id FROM names WHERE name IN (?, ?, ?) ORDER BY strength, id LIMIT ?", (*wanted, FEW)
        ).fetchall()
        return list(dict.fromkeys(identity for strength, identity in rows if strength == rows[0][0]))

    def country(self, text: str) -> str | None:
        """The two letters of the State that `text` names in any of its languages."""
        row = self._scratch.execute("SELECT code FROM countries WHERE name = ?", (fold(text),)).fetchone()
        return row[0] if row else None

    def free_key(self, name: str) -> str:
        """A key for a new organisation: its name in small Latin letters, with a number if another has that key."""
        stem = slug(name, 100) or "organisation"
        number = self._numbers.get(stem, 1)
        key = stem if number == 1 else f"{stem}-{number}"
        while self._has_key(key):
            number += 1
            key = f"{stem}-{number}"
        if number > 1:
            self._numbers[stem] = number
        return key

    def _has_key(self, key: str) -> bool:
        return bool(self._scratch.execute("SELECT 1 FROM names WHERE name = ? AND strength = ?", (f"={key}", _KEY)).fetchone())

    def said(self, subject: str) -> tuple[int, Any] | None:
        """The first row that spoke of `subject`, and what was remembered of it."""
        row = self._scratch.execute("SELECT row, body FROM said WHERE subject = ?", (subject,)).fetchone()
        return (row[0], json.loads(row[1])) if row else None

    def remember(self, subject: str, row: int, body: object) -> None:
        """Keep `body` (anything that JSON holds) for `subject`; the first row's number stays."""
        self._scratch.execute(
            "INSERT INTO said VALUES (?, ?, ?) ON CONFLICT (subject) DO UPDATE SET body = excluded.body",
            (subject, row, json.dumps(body)),
        )


def _names(key: str, name: str, acronym: str, domain: str) -> Iterator[tuple[str, int]]:
    yield f"={key}", _KEY
    yield fold(name), _NAME
    if acronym:
        yield fold(acronym), _ACRONYM
    if domain:
        yield f"@{domain.casefold()}", _DOMAIN
