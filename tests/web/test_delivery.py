"""Delivery at the desk: a dry run, letting letters leave by their exact number, the ledger, letters in doubt."""

import pytest

from outreach import config
from outreach.letters import register
from outreach.letters.models import LetterState
from outreach.office import Office
from tests.delivery.test_mailbox import point_at
from tests.mail import dovecot
from tests.mail.servers import PASSWORD
from tests.web.conftest import Visitor
from tests.web.world import Visit, drafted, letters, state


@pytest.fixture
def approver(visit: Visit, office: Office) -> Visitor:
    drafted(office, visit, "open-net", "far-net")
    approver = visit("approver")
    where = "/letters/approve/wsis20"
    approver.post(where, {"count": "2", "confirm": approver.ticked(where)})
    return approver


def test_a_dry_run_says_what_would_leave_and_what_is_held_and_why(approver: Visitor, office: Office) -> None:
    with office.transaction() as session:
        letter = register.get(session, letters(office)[0])
        letter.addressees[0].post.do_not_contact = "asked us not to"
    page = approver.get("/delivery/of/wsis20?outbox=folder").text
    assert "1 letter would leave, 1 is held. Nothing has left yet." in page
    assert "asked us not to" in page
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]


def test_letters_leave_when_exactly_as_many_were_typed(approver: Visitor, office: Office) -> None:
    where = "/delivery/of/wsis20"
    wrong = approver.post(where, {"outbox": "print", "count": "1"})
    assert wrong.status_code == 409
    assert "2 letters would leave, not 1; nothing was sent." in wrong.text
    page = approver.post(where, {"outbox": "print", "count": "2"}).text
    assert "2 accepted." in page
    assert [state(office, number) for number in letters(office)] == ["accepted", "accepted"]
    assert len(list((office.folder / "out" / "print" / "wsis20").glob("*.pdf"))) == 2
    assert "printed to IGF-LP-2025-0001.pdf" in approver.get("/delivery/").text


def test_a_second_try_lets_nothing_leave_twice(approver: Visitor, office: Office) -> None:
    where = "/delivery/of/wsis20"
    approver.post(where, {"outbox": "print", "count": "2"})
    again = approver.post(where, {"outbox": "print", "count": "2"}, page="/delivery/")
    assert again.status_code == 409
    assert "No letter would leave" in again.text or "No approved letter" in again.text


def test_an_outbox_that_does_not_exist_is_refused(approver: Visitor) -> None:
    assert approver.get("/delivery/of/wsis20?outbox=moon").status_code == 404


def test_a_drafter_sees_the_plan_and_cannot_let_letters_leave(approver: Visitor, visit: Visit) -> None:
    drafter = visit("drafter")
    assert "2 letters would leave" in drafter.get("/delivery/of/wsis20").text
    refused = drafter.post("/delivery/of/wsis20", {"outbox": "print", "count": "2"}, page="/")
    assert refused.status_code == 409


def in_doubt(approver: Visitor, office: Office) -> int:
    approver.post("/delivery/of/wsis20", {"outbox": "folder", "count": "2"})
    number = letters(office)[0]
    with office.transaction() as session:
        register.get(session, number).state = LetterState.UNKNOWN
    return number


def test_a_letter_in_doubt_is_listed_and_settled_by_a_word_with_its_reason(approver: Visitor, office: Office) -> None:
    number = in_doubt(approver, office)
    assert "In doubt (1)" in approver.get("/delivery/").text
    settle = f"/delivery/settle/{number}"
    assert approver.post(settle, {"became": "stayed", "why": ""}, page="/delivery/").status_code == 422
    page = approver.post(settle, {"became": "stayed", "why": "the courier brought it back"}, page="/delivery/").text
    assert "approved and ready to be sent again" in page
    assert state(office, number) == "approved"


def test_the_outbox_is_asked_what_became_of_a_letter(approver: Visitor, office: Office) -> None:
    number = in_doubt(approver, office)
    approver.post(f"/delivery/settle/{number}", {"became": "ask", "why": ""}, page="/delivery/")
    assert state(office, number) == "accepted"


def test_a_letter_that_nothing_shows_waits_for_a_persons_word_and_a_wrong_day_is_told(
    approver: Visitor, office: Office
) -> None:
    number = in_doubt(approver, office)
    (office.folder / "out" / "folder" / "wsis20" / "IGF-LP-2025-0001.eml").unlink()
    settle = f"/delivery/settle/{number}"
    wrong = approver.post(settle, {"became": "went", "why": "the Chair saw it", "on": "yesterday"}, page="/delivery/")
    assert (wrong.status_code, "is no day" in wrong.text) == (422, True)
    page = approver.post(settle, {"became": "went", "why": "the Chair saw it", "on": "2025-01-26"}, page="/delivery/").text
    assert "settled: the Chair saw it" in page
    assert "26 Jan 2025" in page


def test_drafts_in_the_mailbox_are_listed_and_found_when_they_were_sent(
    office: Office, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dovecot.running() as server:
        point_at(office, server)
        office.settings = config.read(office.folder)
        monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
        drafted(office, visit, "open-net", "far-net", "near-net")
        approver = visit("approver")
        where = "/letters/approve/wsis20"
        approver.post(where, {"count": "3", "confirm": approver.ticked(where)})
        plan = "/delivery/of/wsis20"
        assert "As drafts in the mailbox" in approver.get(plan).text
        assert "By the mail server" not in approver.get(plan).text, "none is named in the settings"
        page = approver.post(f"{plan}?outbox=drafts", {"outbox": "drafts", "count": "3"}).text
        assert "3 placed." in page
        assert "Among the drafts (3)" in page
        assert "3 letters lie among the drafts of the mailbox, to be sent" in approver.get("/").text
        first, second, _third = server.messages()
        server.empty()
        server.put("Sent", first)
        server.put("Entw&APw-rfe", second)
        page = approver.post("/delivery/look", page="/delivery/").text
        for told in ("1 left.", "1 not sent yet.", "1 could not be found: a person has to say what became of them."):
            assert told in page
        assert sorted(state(office, number) for number in letters(office)) == ["accepted", "placed", "placed"]
        assert "Look for them all" not in visit("drafter").get("/delivery/").text
