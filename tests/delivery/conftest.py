"""The desk of the delivery tests."""

import shutil
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from outreach.database import Database
from outreach.letters import register
from outreach.office import Office
from tests.cast import society
from tests.conftest import Clock
from tests.letters.desk import Desk

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
