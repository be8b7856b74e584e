"""A database is brought from any earlier schema to the newest one with all its rows, or stays as it was."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from outreach import schema
from outreach.contacts import finding, searching
from outreach.contacts.models import Address, ContactWord, Organisation, OrganisationName, Post
from outreach.database import Database, connect, office_url
from outreach.errors import Refused
from tests.cast import kenya, society
from tests.releases import NEXT, emptied, next_release


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


def test_revisions_by_file_name_are_those_of_the_migrations_and_the_newest_is_the_last_of_them() -> None:
    from alembic.script import ScriptDirectory

    migrations = ScriptDirectory(str(Path(__file__).parent.parent / "db" / "migrations"))
    assert migrations.get_current_head() == schema.newest()
    assert sorted(schema._known()) == sorted(script.revision for script in migrations.walk_revisions())


@pytest.fixture(params=["sqlite", "postgresql"])
def first_release(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database at the first release's schema."""
    on_postgres = request.param == "postgresql"
    url = emptied(request.getfixturevalue("fresh_postgres"), "any") if on_postgres else "sqlite:///first.db"
    engine = connect(office_url(url, tmp_path))
    schema.upgrade(engine, "0001")
    yield engine
    engine.dispose()


# What tables of the first release hold where a test does not care.
BLANK = {
    "organisations": {"acronym": "", "country": "", "domain": "", "language": "en", "language_assumed": True},
    "posts": {"title": "", "language": "", "preferred_channel": "email"},
    "persons": {"given_name": "", "family_name": "", "academic_title": "", "style": "", "salutation": ""},
    "holders": {"rank": "", "in_charge": False, "version": 1},
    "organisation_names": {"formal": "", "of_short": "", "of_formal": "", "running": ""},
    "post_titles": {},
}
HELD = {"do_not_contact": "", "note": "", "version": 1}


def put(connection: Connection, table: str, **values: object) -> None:
    """Insert a row into a table as it was in the first release."""
    more = HELD if "version" not in BLANK[table] and table not in ("organisation_names", "post_titles") else {}
    row = {**BLANK[table], **more, **values}
    columns, places = ", ".join(f'"{column}"' for column in row), ", ".join(f":{column}" for column in row)
    connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({places})"), row)


def test_contacts_that_stood_before_words_led_to_them_are_found_by_words(first_release: Engine) -> None:
    with first_release.begin() as connection:
        state = {"key": "kenya", "name": "Kenya", "kind": "member-state", "stakeholder_group": "government"}
        put(connection, "organisations", id=2001, designation_note="", **state)
        put(connection, "organisation_names", id=1, organisation_id=2001, language="zh", short="肯尼亚")
        put(connection, "posts", id=1, organisation_id=2001, kind="permanent-representative", seat="new-york")
        put(connection, "post_titles", post_id=1, language="fr", title="Représentante permanente")
        put(connection, "persons", id=1, full_name="José Ñandú", complimentary_close="")
        put(connection, "holders", id=1, post_id=1, person_id=1)
    schema.upgrade(first_release)
    with Session(first_release) as session:
        for words in ("kenya new york", "尼亚", "REPRÉSENTANTE", "nandu"):
            found = finding.page(session, finding.Filter(text=words), on=date(2025, 1, 27), offset=0, limit=9)
            assert [one.key for one in found] == ["kenya/permanent-representative/new-york"], words
        every = select(ContactWord.organisation_id, ContactWord.post_id, ContactWord.word)
        stood = set(session.execute(every).all())
        searching.index(session, [2001])
        assert stood == set(session.execute(every).all())
