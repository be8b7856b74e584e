"""From every schema that ever was, with rows in every table, on both databases: nothing is lost, and all can be read."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from outreach import config, journal, schema
from outreach.accounts import people
from outreach.contacts import finding
from outreach.database import Base, Database, connect, is_of_office, office_url
from outreach.delivery import ledger
from outreach.journal import Role
from outreach.letters import register
from outreach.office import Office
from tests import every_table
from tests.cast import KIM, NOON
from tests.conftest import Clock
from tests.offices import found
from tests.releases import emptied

EVERY = sorted(path.name[:4] for path in (Path(__file__).parent.parent / "db/migrations/versions").glob("[0-9]*.py"))
PutIn = dict[str, list[dict[str, Any]]]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without any table."""
    on_postgres = request.param == "postgresql"
    url = emptied(request.getfixturevalue("fresh_postgres"), "any") if on_postgres else "sqlite:///old.db"
    engine = connect(office_url(url, tmp_path))
    yield engine
    engine.dispose()


def assert_stands(engine: Engine, mark: str, put_in: PutIn) -> None:
    """Every value that was put in stands where it stood, under its key."""
    with engine.connect() as connection:
        for name, rows in put_in.items():
            table = schema.METADATA.tables[name]
            keys = [column.name for column in table.primary_key.columns]
            stand = {tuple(row._mapping[key] for key in keys): row._mapping for row in connection.execute(select(table))}
            for row in rows:
                now = stand[tuple(row[key] for key in keys)]
                assert {column: now[column] for column in row} == row, f"{name}, since {mark}"


def assert_all_is_read(session: Session) -> None:
    """What the rooms read of it: every row of every model, the lists, the ledger, the journal."""
    for mapper in Base.registry.mappers:
        assert session.scalars(select(mapper.class_)).all() is not None
    assert list(register.listed(session))
    assert list(ledger.entries(session))
    assert finding.page(session, finding.Filter(), on=date(2025, 1, 27), offset=0, limit=50)
    assert journal.verify(session).faults == ()


@pytest.mark.first
def test_rows_of_every_schema_are_brought_to_this_one_as_they_were(empty: Engine) -> None:
    put_in: dict[str, PutIn] = {}
    for revision in EVERY:
        schema.upgrade(empty, revision)
        with empty.begin() as connection:
            put_in[revision] = every_table.fill(connection, f"since-{revision}")
    assert schema.revision(empty) == schema.newest()
    for revision, rows in put_in.items():
        assert_stands(empty, revision, rows)
    with Session(empty) as session:
        assert_all_is_read(session)


@pytest.mark.long
@pytest.mark.parametrize("revision", EVERY)
def test_an_office_of_any_release_is_upgraded_at_once(empty: Engine, revision: str) -> None:
    schema.upgrade(empty, revision)
    with empty.begin() as connection:
        put_in = every_table.fill(connection, f"since-{revision}", rows=3)
    schema.upgrade(empty)
    assert_stands(empty, revision, put_in)
    with Session(empty) as session:
        assert_all_is_read(session)


def test_the_schema_that_migrations_end_with_is_the_one_of_the_models(empty: Engine) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    schema.upgrade(empty)
    with empty.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_of_office})
        assert compare_metadata(context, schema.METADATA) == []


def test_an_office_of_the_first_release_opens_and_works_after_its_upgrade(tmp_path: Path, clock: Clock) -> None:
    found(tmp_path / "office", keeper="Kim Keeper", clock=clock).close()
    for name in ("outreach.db", "outreach.db-wal", "outreach.db-shm", "journal.head"):
        (tmp_path / "office" / name).unlink(missing_ok=True)
    old = connect(office_url("sqlite:///outreach.db", tmp_path / "office"))
    schema.upgrade(old, EVERY[0])
    with old.begin() as connection:
        put_in = every_table.fill(connection, "first")
    with Database(old).transaction() as session:
        journal.record(session, KIM, "founded", "office", at=NOON)
    old.dispose()
    with closing(Office(tmp_path / "office", config.read(tmp_path / "office"), clock=clock)) as office:
        assert office.upgrade() is not None
        with office.transaction() as session:
            people.add(session, "Kim Keeper", Role.KEEPER, by=people.FOUNDING, at=NOON)
    with closing(Office.open(tmp_path / "office", acting="Kim Keeper", clock=clock)) as office:
        assert_stands(office.database.engine, "first", put_in)
        with office.reading() as session:
            assert_all_is_read(session)
