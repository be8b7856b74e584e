"""Work in the background at the desk: letters are set going and nobody waits; what failed is done again."""

import msgspec
import pytest

from outreach import jobs
from outreach.config import MailFilesSettings
from outreach.delivery import pausing
from outreach.jobs import Pulse, State
from outreach.office import Office
from outreach.working import Worker
from tests.cast import DANA, KIM, NOON
from tests.web.conftest import Visitor
from tests.web.test_delivery import approver
from tests.web.world import Visit

__all__ = ["approver"]
PLAN = "/delivery/of/wsis20"


def drain(office: Office) -> None:
    Worker(office, lambda: "").work(drain=True, pulse=Pulse())


def failed(office: Office, *, by: str = "Kim Keeper") -> int:
    with office.transaction() as session:
        asker = DANA if by == DANA.name else KIM
        [job] = jobs.enqueue(session, "note", "a <b>test</b>", {}, by=asker, at=NOON)
        jobs.end(job, State.FAILED, "The mailbox is shut; open it.", at=NOON)
        return job.id


def test_letters_are_set_going_by_their_exact_number_and_workers_let_them_leave(approver: Visitor, office: Office) -> None:
    page = approver.post(f"{PLAN}/set-going", {"outbox": "folder", "count": "2"}, page=PLAN).text
    assert "The letters are set going as batch 1; workers let them leave, and you need not wait." in page
    assert "0 of 2 have left, 2 approved." in page
    page = approver.get("/delivery/work").text
    assert "1 waiting" in page
    assert 'hx-trigger="every 5s"' in page
    part = approver.get("/delivery/work", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "send, batch 1" in part
    drain(office)
    page = approver.get("/delivery/work").text
    assert "2 accepted" in page
    assert "every 5s" not in page
    assert "2 of 2 have left." in approver.get("/delivery/batches").text


@pytest.mark.parametrize(
    ("count", "status", "sentence"),
    [("3", 409, "2 letters would leave, not 3; none was set."), ("", 422, "Type the number of letters that leave.")],
)
def test_another_number_sets_nothing_going(approver: Visitor, count: str, status: int, sentence: str) -> None:
    answer = approver.post(f"{PLAN}/set-going", {"outbox": "folder", "count": count}, page=PLAN)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert "Nothing waits, and nothing was asked for yet" in approver.get("/delivery/work").text


def test_what_failed_says_why_and_is_done_again_when_somebody_says_so(approver: Visitor, office: Office) -> None:
    number = failed(office)
    page = approver.get("/delivery/work?state=failed").text
    assert "The mailbox is shut; open it." in page
    assert "a &lt;b&gt;test&lt;/b&gt;" in page
    page = approver.post(f"/delivery/work/{number}/retry", {}, page="/delivery/work").text
    assert f"Job {number} waits for a worker again." in page
    assert approver.post(f"/delivery/work/{number}/retry", {}, page="/delivery/work").status_code == 409


def test_a_drafter_lets_only_her_own_be_done_again(visit: Visit, office: Office) -> None:
    drafter = visit("drafter")
    theirs, hers = failed(office), failed(office, by=DANA.name)
    page = drafter.get("/delivery/work").text
    assert (f"Do job {theirs} again" in page, f"Do job {hers} again" in page) == (False, True)
    assert drafter.post(f"/delivery/work/{theirs}/retry", {}, page="/delivery/work").status_code in (403, 409)
    assert drafter.post(f"/delivery/work/{hers}/retry", {}, page="/delivery/work").status_code == 200


def test_while_all_is_paused_the_page_says_so(approver: Visitor, office: Office) -> None:
    with office.transaction() as session:
        pausing.pause(session, "another look", by=KIM, at=NOON)
    assert "No job is begun: everything is paused since 27 January 2025" in approver.get("/delivery/work").text


def test_mail_is_fetched_by_a_worker_where_the_settings_name_a_mailbox(visit: Visit, office: Office) -> None:
    drafter = visit("drafter")
    assert "Fetch mail now" not in drafter.get("/delivery/work").text
    refused = drafter.post("/delivery/work/fetch", {}, page="/delivery/work")
    assert (refused.status_code, "The settings name no mailbox" in refused.text) == (409, True)
    saved = {"saved": MailFilesSettings(path="saved")}
    object.__setattr__(office, "settings", msgspec.structs.replace(office.settings, mailboxes=saved))
    assert "Fetch mail now" in drafter.get("/delivery/work").text
    page = drafter.post("/delivery/work/fetch", {}, page="/delivery/work").text
    assert "a worker fetches what came into the mailboxes." in page
    assert "fetch, the mailboxes" in page
