"""A database is brought from any earlier schema to the newest one with all its rows, or stays as it was."""

from pathlib import Path

import pytest
from sqlalchemy import func, inspect, select
from sqlalchemy.exc import IntegrityError

from outreach import schema
from outreach.contacts.models import Address, Organisation, OrganisationName, Post
from outreach.database import Database
from outreach.errors import Refused
from tests.cast import kenya, society
from tests.releases import NEXT, next_release


def become_next_release(monkeypatch: pytest.MonkeyPatch, folder: Path, database: Database, more: str = "pass") -> None:
    migrations = next_release(folder / "next", schema.newest(), database.engine.dialect.name, more)
    monkeypatch.setattr(schema, "_MIGRATIONS", migrations)


def test_an_upgrade_keeps_every_row_and_what_points_to_it(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        society(session)
        kenya(session)
    become_next_release(monkeypatch, tmp_path, database)
    schema.upgrade(database.engine)
    assert schema.revision(database.engine) == NEXT
    assert "motto" in {column["name"] for column in inspect(database.engine).get_columns("organisations")}
    with database.reading() as session:
        posts = select(Organisation.key, Post.kind).join(Post.organisation).order_by(Organisation.key)
        assert session.execute(posts).all() == [("kenya", "permanent-representative"), ("open-net", "chief-executive")]
        assert session.scalar(select(func.count(OrganisationName.id))) == 2
        assert session.scalar(select(func.count(Address.id))) == 1


def test_after_an_upgrade_foreign_keys_are_enforced_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    become_next_release(monkeypatch, tmp_path, database)
    schema.upgrade(database.engine)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Post(organisation_id=4711, kind="chair"))


def assert_nothing_happened(database: Database, before: str | None) -> None:
    assert schema.revision(database.engine) == before
    assert "motto" not in {column["name"] for column in inspect(database.engine).get_columns("organisations")}
    with database.reading() as session:
        assert session.scalars(select(Organisation.key)).all() == ["kenya"]


def test_an_upgrade_that_would_leave_rows_pointing_nowhere_is_undone(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.transaction() as session:
        kenya(session)
    before = schema.revision(database.engine)
    become_next_release(monkeypatch, tmp_path, database, 'op.execute("DELETE FROM organisations")')
    # SQLite checks at the end, PostgreSQL at once.
    with pytest.raises((Refused, IntegrityError), match=r"rows would point nowhere|foreign key"):
        schema.upgrade(database.engine)
    assert_nothing_happened(database, before)


def test_an_upgrade_that_fails_half_way_is_undone(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with database.transaction() as session:
        kenya(session)
    before = schema.revision(database.engine)
    become_next_release(monkeypatch, tmp_path, database, "raise ZeroDivisionError")
    with pytest.raises(ZeroDivisionError):
        schema.upgrade(database.engine)
    assert_nothing_happened(database, before)


def test_a_release_knows_its_own_revisions_and_no_others() -> None:
    assert schema.knows(schema.newest())
    assert not schema.knows(NEXT)


def test_the_newest_revision_by_file_name_is_the_one_that_the_migrations_end_with() -> None:
    from alembic.script import ScriptDirectory

    home = Path(__file__).parent.parent / "db" / "migrations"
    assert ScriptDirectory(str(home)).get_current_head() == schema.newest()
