"""The desk of the delivery tests."""

from pathlib import Path

import pytest

from outreach.letters import register
from outreach.office import Office
from tests.cast import society
from tests.letters.desk import Desk

LETTERS = 12


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with an archive of its own."""
    return Desk.at(tmp_path)


def fill(office: Office) -> None:
    """Give the office twelve approved letters of wsis20-input."""
    desk = Desk(office.archive, office.settings)
    with office.transaction() as session:
        posts = [society(session, f"net-{n:02}", f"net{n}.example") for n in range(LETTERS)]
        references = desk.draft(session, desk.campaign(session, *posts)).new
        desk.approve(session, *(register.find(session, reference) for reference in references))


@pytest.fixture
def filled(office: Office) -> Office:
    """An office with twelve approved letters of wsis20-input."""
    fill(office)
    return office
