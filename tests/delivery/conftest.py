"""The desk of the delivery tests."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from outreach.database import Database, office_url
from outreach.letters import register
from outreach.office import Office
from tests.cast import society
from tests.conftest import Clock
from tests.letters.desk import Desk
from tests.offices import SIGNATORY, found

LETTERS = 12


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an archive of its own."""
    return Desk.at(tmp_path)


@dataclass
class Approve:
    """Drafts and approves letters of wsis20-input."""

    database: Database
    desk: Desk

    def letters(self, count: int) -> list[str]:
        """So many approved letters; gives their references."""
        with self.database.transaction() as session:
            posts = [society(session, f"net-{n:02}", f"net{n}.example") for n in range(count)]
            references = self.desk.draft(session, self.desk.campaign(session, *posts)).new
            self.desk.approve(session, *(register.find(session, reference) for reference in references))
        return references

    def frozen(self, references: Sequence[str]) -> list[bytes]:
        """The messages as they were approved."""
        with self.database.reading() as session:
            versions = [register.find(session, reference).version_now for reference in references]
            return [self.desk.archive.fetch(version.message_sha256 or "") for version in versions]


@pytest.fixture
def approve(database: Database, desk: Desk) -> Approve:
    """What makes approved letters."""
    return Approve(database, desk)


def fill(office: Office) -> None:
    """Give the office twelve approved letters of wsis20-input."""
    desk = Desk(office.archive, office.settings)
    with office.transaction() as session:
        posts = [society(session, f"net-{n:02}", f"net{n}.example") for n in range(LETTERS)]
        references = desk.draft(session, desk.campaign(session, *posts)).new
        desk.approve(session, *(register.find(session, reference) for reference in references))


@pytest.fixture(scope="session")
def filled_once(made_office: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an office with twelve approved letters, for copying: making it takes longer than most tests."""
    folder = Path(shutil.copytree(made_office, tmp_path_factory.mktemp("filled") / "office"))
    with closing(Office.open(folder, clock=Clock())) as office:
        fill(office)
    return folder


@pytest.fixture
def filled(office: Office, filled_once: Path) -> Office:
    """An office with twelve approved letters of wsis20-input."""
    office.close()
    shutil.rmtree(office.folder)
    shutil.copytree(filled_once, office.folder)
    return office


@pytest.fixture(scope="session")
def filled_on_postgres(empty_postgres: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of such an office, and the name of its PostgreSQL database; for copying both."""
    name, folder = "outreach_filled", tmp_path_factory.mktemp("filled-on-postgres") / "office"
    _copy_database(empty_postgres, "outreach_empty", name)
    url = make_url(empty_postgres).set(database=name).render_as_string(hide_password=False)
    with closing(found(folder, keeper="Kim Keeper", database_url=url, clock=Clock(), changes=SIGNATORY)) as office:
        fill(office)
    return folder, name


def _copy_database(url: str, source: str, name: str) -> None:
    administration = create_engine(office_url(url, Path()).set(database="postgres"), isolation_level="AUTOCOMMIT")
    with administration.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {source}"))
    administration.dispose()


@pytest.fixture
def filled_on(kind: str, request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Office]:
    """An office with twelve approved letters of wsis20-input, on either database."""
    if kind == "sqlite":
        yield request.getfixturevalue("filled")
        return
    url: str = request.getfixturevalue("fresh_postgres")
    folder, name = request.getfixturevalue("filled_on_postgres")
    _copy_database(url, name, str(make_url(url).database))
    shutil.copytree(folder, tmp_path / "office")
    with closing(Office.open(tmp_path / "office", acting="Kim Keeper", clock=clock, url=url)) as office:
        yield office
