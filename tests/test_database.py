"""Sessions keep their promises on SQLite and PostgreSQL alike."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, StatementError

from outreach import schema
from outreach.accounts.models import Account
from outreach.contacts.models import Post
from outreach.database import Database, is_of_office
from outreach.errors import Refused
from outreach.journal import Role
from outreach.letters.models import ReferenceCounter
from tests.cast import NOON


def an_account(name: str = "Ada Example", at: datetime = NOON) -> Account:
    return Account(name=name, role=Role.DRAFTER, created_at=at)


def test_an_instant_comes_back_in_utc_whatever_zone_it_went_in_with(database: Database) -> None:
    oslo = timezone(timedelta(hours=2))
    with database.transaction() as session:
        session.add(an_account(at=NOON.astimezone(oslo)))
    with database.reading() as session:
        at = session.scalars(select(Account.created_at)).one()
    assert (at, at.utcoffset()) == (NOON, timedelta(0))


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="naive datetime"), database.transaction() as session:
        session.add(an_account(at=NOON.replace(tzinfo=None)))


def test_a_row_that_points_nowhere_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Post(organisation_id=4711, kind="chair"))


def test_a_transaction_that_fails_half_way_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.transaction() as session:
        session.add(an_account())
        session.flush()
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.scalars(select(Account)).all() == []


def test_the_second_of_two_editors_is_told_and_nothing_of_hers_is_kept(database: Database) -> None:
    with database.transaction() as session:
        session.add(an_account())
    with database.reading() as earlier:
        stale = earlier.scalars(select(Account)).one()
        earlier.expunge(stale)
    with database.transaction() as session:
        session.scalars(select(Account)).one().name = "First Editor"
    with pytest.raises(Refused, match="Somebody else changed this"), database.transaction() as session:
        stale.name = "Second Editor"
        session.add(stale)
    with database.reading() as session:
        assert session.scalars(select(Account.name)).one() == "First Editor"


def test_what_a_reading_session_changes_is_thrown_away(database: Database) -> None:
    with database.reading() as session:
        session.add(an_account())
        session.flush()
    with database.reading() as session:
        assert session.scalars(select(Account)).all() == []


def test_four_writers_at_once_lose_no_update(database: Database) -> None:
    with database.transaction() as session:
        session.add(ReferenceCounter(year=2025, last=0))

    def count_up(_worker: int) -> None:
        for _ in range(25):
            with database.transaction() as session:
                session.get_one(ReferenceCounter, 2025, with_for_update=True).last += 1

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(count_up, range(4)))
    with database.reading() as session:
        assert session.get_one(ReferenceCounter, 2025).last == 100


def test_the_migrations_lead_exactly_to_the_models(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_of_office})
        assert compare_metadata(context, schema.METADATA) == []
