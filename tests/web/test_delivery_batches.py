"""Letters set for a time at the desk: when they leave, how far they are, what is held and why."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach import dispatching
from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel, Post
from outreach.letters.models import Letter, LetterState
from outreach.office import Office
from tests.conftest import Clock
from tests.web.conftest import Visitor
from tests.web.test_delivery import approver
from tests.web.world import Visit, letters, state

__all__ = ["approver"]
PLAN = "/delivery/of/wsis20"
LATER = {"outbox": "folder", "when": "2025-01-27T15:00", "count": "2"}


@pytest.fixture
def due(approver: Visitor, clock: Clock) -> Visitor:
    """A desk with a batch whose time has come."""
    approver.post(f"{PLAN}/set", LATER, page=PLAN)
    clock.instant += timedelta(hours=3)
    return approver


def test_letters_are_set_for_a_time_by_their_exact_number(approver: Visitor, office: Office, clock: Clock) -> None:
    page = approver.post(f"{PLAN}/set", LATER, page=PLAN).text
    assert "The letters are set to leave on 27 January 2025, 15:00 UTC." in page
    assert "0 of 2 have left, 2 approved." in page
    assert "every 5s" not in page, "nothing is under way yet"
    clock.instant += timedelta(hours=3)
    list(dispatching.run_due(office))
    page = approver.get("/delivery/batches").text
    assert "2 of 2 have left." in page
    assert "all that could leave has left" in page


@pytest.mark.parametrize(
    ("words", "status", "sentence"),
    [
        ({"count": "1"}, 409, "2 letters would leave, not 1; none was set."),
        ({"count": ""}, 422, "Type the number of letters"),
        ({"when": "2025-01-27T11:00"}, 409, "is past"),
        ({"when": "tomorrow"}, 422, "is no time"),
        ({"outbox": "moon"}, 404, "There is no outbox"),
    ],
)
def test_what_makes_no_sense_sets_nothing(
    approver: Visitor, office: Office, words: dict[str, str], status: int, sentence: str
) -> None:
    answer = approver.post(f"{PLAN}/set", {**LATER, **words}, page=PLAN)
    assert (answer.status_code, sentence in answer.text) == (status, True)
    assert "No letters were ever set for a time" in approver.get("/delivery/batches").text


def test_what_is_due_shows_its_progress_by_itself_and_by_a_reload(due: Visitor) -> None:
    page = due.get("/delivery/batches").text
    assert 'hx-trigger="every 5s"' in page
    part = due.get("/delivery/batches", headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert "0 of 2 have left, 2 approved." in part


def test_what_holds_letters_of_a_batch_is_shown_with_their_number(due: Visitor, office: Office) -> None:
    with office.transaction() as session:
        session.scalars(select(Post).order_by(Post.id)).first().do_not_contact = "asked us not to"  # type: ignore[union-attr]
    assert "<li>1: not to be contacted: asked us not to</li>" in due.get("/delivery/batches").text
    due.post("/delivery/pause", {"why": "The Chair wants another look"}, page="/delivery/")
    page = due.get("/delivery/batches").text
    assert "<li>2: everything is paused since" in page


def test_a_batch_is_called_off_with_its_reason(due: Visitor, visit: Visit, office: Office) -> None:
    where = "/delivery/batches"
    drafter = visit("drafter")
    assert drafter.post(f"{where}/1/call-off", {"why": " "}, page=where).status_code == 422
    page = drafter.post(f"{where}/1/call-off", {"why": "The minister is on leave"}, page=where).text
    assert "called off by" in page
    assert "The minister is on leave" in page
    assert [state(office, number) for number in letters(office)] == ["approved", "approved"]


def test_an_embargo_holds_a_campaign_and_an_approver_lifts_it(approver: Visitor, visit: Visit, office: Office) -> None:
    page = visit("drafter").post(f"{PLAN}/embargo", {"until": "2025-01-28T09:00"}, page=PLAN).text
    assert "Nothing of this campaign leaves before 28 January 2025, 09:00 UTC." in page
    assert "wsis20 is under embargo until 28 January 2025, 09:00 UTC" in page
    visit("drafter").post(f"{PLAN}/embargo", {}, page=PLAN)
    assert _until(office) is not None, "a drafter lifts none"
    assert "The embargo is lifted." in approver.post(f"{PLAN}/embargo", {}, page=PLAN).text
    assert _until(office) is None


def _until(office: Office) -> object:
    with office.reading() as session:
        return session.scalars(select(Campaign.embargo_until)).one()


def test_each_letter_goes_by_the_channel_of_its_post_at_the_desk(approver: Visitor, office: Office) -> None:
    with office.transaction() as session:
        first, second = session.scalars(select(Post).where(Post.kind == "chief-executive").order_by(Post.id)).all()
        first.preferred_channel, second.preferred_channel = Channel.COURIER, Channel.TELEPHONE
    page = approver.get(f"{PLAN}?outbox=channels").text
    assert "1 letter would leave, 1 is held." in page
    assert "its post is reached by telephone" in page
    page = approver.post(PLAN, {"outbox": "channels", "count": "1"}, page=f"{PLAN}?outbox=channels").text
    assert "1 accepted, 1 held." in page or "1 held, 1 accepted." in page
    assert sorted(state(office, number) for number in letters(office)) == ["accepted", "approved"]


def test_the_list_of_a_run_is_handed_out_and_nothing_else(approver: Visitor, office: Office) -> None:
    with office.transaction() as session:
        session.scalars(select(Post).order_by(Post.id)).first().do_not_contact = "asked us not to"  # type: ignore[union-attr]
    page = approver.post(PLAN, {"outbox": "folder", "count": "1"}).text
    assert "All that did not leave stand in the list" in page
    [path] = (office.folder / "out" / "failed").iterdir()
    assert path.name in approver.get("/delivery/batches").text
    assert approver.get(f"/delivery/failed/{path.name}").data == path.read_bytes()
    for name in ("..%2f..%2foutreach.toml", "outreach.toml", "no.csv", ".csv"):
        assert approver.get(f"/delivery/failed/{name}").status_code == 404


def test_a_refused_letter_comes_back_or_goes_by_the_second_channel(approver: Visitor, office: Office) -> None:
    first, second = letters(office)
    with office.transaction() as session:
        for letter in session.scalars(select(Letter)):
            letter.state = LetterState.REFUSED
        for post in session.scalars(select(Post)):
            post.second_channel = Channel.COURIER
    page = approver.post(f"/delivery/reopen/{first}", {}, page=f"/letters/{first}").text
    assert "The letter is a draft again, addressed anew" in page
    page = approver.post(f"/delivery/second-channel/{second}", {}, page=f"/letters/{second}").text
    assert "It goes by courier now" in page
    assert [state(office, number) for number in letters(office)] == ["draft", "approved"]
