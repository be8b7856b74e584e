"""One word stops everything that leaves, and another lets it go on."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.delivery import pausing
from outreach.errors import Invalid, Refused
from outreach.journal import Entry
from outreach.office import Office
from tests.cast import CHAIR, DANA, NOON, RENE, society
from tests.conftest import Run
from tests.letters.desk import Desk


def test_a_drafter_stops_everything_and_an_approver_ends_it(session: Session) -> None:
    assert pausing.reason(session) == ""
    pausing.pause(session, "The Chair wants  another look", by=DANA, at=NOON)
    told = "everything is paused since 27 January 2025, 12:00 UTC by Dana Drafter: The Chair wants another look"
    assert pausing.reason(session) == told
    with pytest.raises(Refused, match="Nothing leaves already"):
        pausing.pause(session, "Again", by=DANA, at=NOON)
    with pytest.raises(Refused):
        pausing.resume(session, by=DANA, at=NOON)
    pausing.resume(session, by=CHAIR, at=NOON + timedelta(hours=1))
    assert pausing.reason(session) == ""
    with pytest.raises(Refused, match="Nothing is paused"):
        pausing.resume(session, by=CHAIR, at=NOON)
    assert [entry.verb for entry in session.query(Entry).order_by(Entry.seq)] == ["paused", "resumed"]
    assert journal.verify(session).faults == ()


def test_a_pause_says_why_and_a_reader_makes_none(session: Session) -> None:
    with pytest.raises(Invalid, match="Say why"):
        pausing.pause(session, "  ", by=DANA, at=NOON)
    with pytest.raises(Refused):
        pausing.pause(session, "Because", by=RENE, at=NOON)


def test_no_letter_leaves_while_all_is_paused(office: Office, run: Run) -> None:
    desk = Desk(office.archive, office.settings)
    with office.transaction() as session:
        from outreach.letters import register

        [reference] = desk.draft(session, desk.campaign(session, society(session))).new
        desk.approve(session, register.find(session, reference))
    run("pause", "--because", "Another look")
    held = run("send", "wsis20-input", "--really", ok=False).output
    assert "everything is paused since 27 January 2025, 12:00 UTC by Kim Keeper: Another look" in held
    assert not (office.folder / "out" / "folder" / "wsis20-input").exists()
    assert "Letters may leave again" in run("resume").output
    assert "1 accepted" in run("send", "wsis20-input", "--really").output


def test_letters_taken_a_moment_ago_are_not_settled_by_the_way(office: Office, run: Run) -> None:
    from outreach.delivery import claiming
    from outreach.letters import register

    desk = Desk(office.archive, office.settings)
    with office.transaction() as session:
        campaign = desk.campaign(session, society(session))
        [reference] = desk.draft(session, campaign).new
        desk.approve(session, register.find(session, reference))
        outbox = office.outbox("folder", campaign)
        claiming.claim(session, reference, outbox, office.archive, office.must_stay, by=CHAIR, at=NOON)
    assert "1 letters were taken a moment ago" in run("delivery", "settle").output
    assert "did not go" in run("delivery", "settle", reference).output
