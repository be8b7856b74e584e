"""A batch leaves at its time, by the word of whoever set it; it goes on where it was, and what failed feeds the next run."""

import csv
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from queue import Queue
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from outreach import dispatching
from outreach.accounts import people
from outreach.cli.serving import sending_what_is_due
from outreach.contacts.models import Channel, Post
from outreach.delivery import batches, failing, ledger
from outreach.delivery.models import Batch, Result
from outreach.delivery.recording import Sent
from outreach.errors import Invalid, Refused
from outreach.journal import Role
from outreach.letters import editing, register
from outreach.letters.models import LetterState
from outreach.office import Office
from tests.cast import DANA, NOON
from tests.confirming import confirmed
from tests.conftest import Clock, Run
from tests.delivery.test_holding import set_sending
from tests.delivery.test_killing import files, settle_all
from tests.delivery.test_server import point_at
from tests.mail.servers import Postbox, listening
from tests.processes import begin, kill_until_done

FIRST = "IGF/LP/2025/0001"


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as postbox:
        yield postbox


def states(office: Office) -> Counter[str]:
    with office.reading() as session:
        return Counter(row["state"] for row in register.listed(session))


def set_for_three(run: Run, *more: object) -> str:
    return run("send", "wsis20-input", "--outbox", "folder", "--at", "2025-01-27 15:00", *more).output


def test_a_batch_waits_for_its_time_and_leaves_then(filled: Office, run: Run, clock: Clock) -> None:
    said = set_for_three(run, "--count", 12)
    assert "12 letters of wsis20-input are set to leave by folder on 27 January 2025, 15:00 UTC." in said
    assert run("send", "--due").output == ""
    assert states(filled) == {"approved": 12}
    clock.instant = NOON + timedelta(hours=3)
    assert "batch 1 of wsis20-input: 12 accepted. Ended: all that could leave has left." in run("send", "--due").output
    assert states(filled) == {"accepted": 12}
    assert run("send", "--due").output == ""
    assert "12 accepted" in run("delivery", "batches").output


def test_only_letters_approved_when_it_was_set_leave_with_it(filled: Office, run: Run, clock: Clock) -> None:
    with filled.transaction() as session:
        editing.recall(session, register.find(session, FIRST), "another look", by=filled.actor, at=NOON)
    set_for_three(run)
    run("letters", "approve", FIRST, *confirmed(run, "wsis20-input"))
    clock.instant = NOON + timedelta(hours=3)
    assert "11 accepted" in run("send", "--due").output
    assert states(filled) == {"accepted": 11, "approved": 1}


def test_letters_are_set_once_and_a_batch_can_be_called_off(filled: Office, run: Run, clock: Clock) -> None:
    set_for_three(run)
    assert "set for a time already" in run("send", "wsis20-input", "--at", "2025-01-27 16:00", ok=False).output
    said = run("delivery", "call-off", 1, "--because", "The minister is on leave").output
    assert "12 of its letters are approved still" in said
    assert "called off by Kim Keeper: The minister is on leave" in run("delivery", "batches").output
    assert "has ended already" in run("delivery", "call-off", 1, "--because", "again", ok=False).output
    clock.instant = NOON + timedelta(hours=3)
    assert run("send", "--due").output == ""
    assert states(filled) == {"approved": 12}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--at", "2025-01-27 11:00"), "is past"),
        (("--at", "tomorrow"), "is no time; write"),
        (("--at", "2025-01-27 15:00", "--count", 11), "12 letters would leave, not 11"),
        (("--at", "2025-01-27 15:00", "--really"), "not several of them"),
    ],
)
def test_a_time_that_makes_no_sense_sets_nothing(filled: Office, run: Run, words: tuple[object, ...], sentence: str) -> None:
    assert sentence in run("send", "wsis20-input", "--outbox", "folder", *words, ok=False).output.replace("\n", " ")
    with filled.reading() as session:
        assert session.scalars(select(Batch)).all() == []


def test_a_reader_and_a_drafter_set_nothing(filled: Office) -> None:
    with filled.transaction() as session, pytest.raises(Refused, match="may not set letters for a time"):
        campaign = register.find(session, FIRST).campaign
        assert campaign
        batches.set_for(session, campaign, {1}, "folder", NOON + timedelta(hours=1), by=DANA, at=NOON)


def test_times_are_read_by_the_clock_of_the_office_and_kept_in_utc() -> None:
    zurich = ZoneInfo("Europe/Zurich")
    assert batches.instant("2025-07-01 09:00", zurich) == datetime(2025, 7, 1, 7, 0, tzinfo=UTC)
    assert batches.instant("2025-07-01T09:00Z", zurich) == datetime(2025, 7, 1, 9, 0, tzinfo=UTC)
    assert batches.told(datetime(2025, 7, 1, 7, 0, tzinfo=UTC), zurich) == "01 July 2025, 09:00 Zurich (01 July, 07:00 UTC)"
    for slip in ("0001-01-01 00:00", "9999-12-31 23:59", "2025-13-01"):
        with pytest.raises(Invalid, match="is no time"):
            batches.instant(slip, ZoneInfo("Asia/Tokyo"))
    for skipped in ("2025-03-30 02:30", "2025-10-26 02:30"):
        with pytest.raises(Invalid, match=r"The clock in Europe/Zurich changes at .*; write the time in UTC"):
            batches.instant(skipped, zurich)


def test_a_pause_holds_a_batch_and_it_goes_on_afterwards(filled: Office, run: Run, clock: Clock) -> None:
    set_for_three(run)
    run("pause", "--because", "The Chair wants another look")
    clock.instant = NOON + timedelta(hours=3)
    assert "12 held" in run("send", "--due").output
    run("resume")
    assert "12 accepted" in run("send", "--due").output


def test_it_leaves_by_the_word_of_whoever_set_it_and_not_once_they_may_no_longer_send(
    filled: Office, run: Run, clock: Clock
) -> None:
    with filled.transaction() as session:
        people.add(session, "Charlie Chair", Role.APPROVER, by=filled.actor, at=NOON)
    run("--as", "Charlie Chair", "send", "wsis20-input", "--outbox", "folder", "--at", "2025-01-27 15:00")
    with filled.transaction() as session:
        people.change(session, "Charlie Chair", role=Role.READER, by=filled.actor, at=NOON)
    clock.instant = NOON + timedelta(hours=3)
    said = run("--as", "Kim Keeper", "send", "--due", ok=False).output
    assert "Charlie Chair is a reader and may not send letters" in said
    assert states(filled) == {"approved": 12}


def test_under_a_ceiling_a_batch_goes_on_hour_by_hour(filled: Office, run: Run, clock: Clock, postbox: Postbox) -> None:
    point_at(filled, postbox.port)
    set_sending(filled, per_hour=5)
    run("send", "wsis20-input", "--at", "2025-01-27 13:00", "--count", 5)
    left = []
    for _ in range(4):
        clock.instant += timedelta(hours=1)
        run("send", "--due", ok=None)
        left.append(len(postbox.taken))
    assert left == [5, 10, 12, 12]
    with filled.reading() as session:
        assert batches.find(session, 1).ended_because == "all that could leave has left"


def test_a_batch_with_too_many_refused_ends_and_waits_for_a_person(
    filled: Office, run: Run, clock: Clock, postbox: Postbox
) -> None:
    point_at(filled, postbox.port)
    set_sending(filled, stop_refused_percent=50)
    postbox.refuses.update({f"office@net{n}.example": "550 blocked" for n in range(12)})
    run("send", "wsis20-input", "--at", "2025-01-27 13:00")
    clock.instant += timedelta(hours=1)
    said = run("send", "--due", ok=False).output
    assert "the run was stopped: 10 of 10 letters were refused, more than 50 in a hundred; 2 letters did not leave" in said
    assert states(filled) == {"refused": 10, "approved": 2}
    assert run("send", "--due").output == ""


def test_what_could_not_leave_in_a_week_is_old_news(filled: Office, run: Run, clock: Clock) -> None:
    set_for_three(run)
    run("pause", "--because", "The Chair wants another look")
    clock.instant = NOON + timedelta(days=8)
    assert "12 letters could not leave within 7 days" in run("send", "--due", ok=False).output


# --- what failed


def test_what_failed_stands_in_a_file_that_feeds_the_next_run(filled: Office, run: Run, postbox: Postbox, clock: Clock) -> None:
    point_at(filled, postbox.port)
    postbox.refuses["office@net3.example"] = "550 5.1.1 no such user"
    said = run("send", "wsis20-input", "--really", ok=False).output
    assert "11 accepted, 1 refused." in said
    [path] = (filled.folder / "out" / "failed").iterdir()
    assert str(path) in said
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "a spreadsheet reads the accents"
    with path.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["outcome"] == "refused"
    assert row["reason"] == "550 5.1.1 no such user"
    assert row["contact"] == "net-03/chief-executive/headquarters"
    assert row["addresses"] == "office@net3.example"
    with filled.transaction() as session:
        post = session.scalars(select(Post).where(Post.id == 4)).one()
        post.addresses[0].value = post.addresses[0].normalised = "desk@net3.example"
    assert "is a draft again, to desk@net3.example" in run("letters", "reopen", "--from", path).output
    run("letters", "approve", row["reference"], *confirmed(run, "wsis20-input"))
    assert "1 accepted" in run("send", "wsis20-input", "--only", path, "--really", "--count", 1).output
    assert len({recipients for recipients, _ in postbox.taken}) == 12
    with filled.reading() as session:
        assert [one["result"] for one in ledger.entries(session, row["reference"])] == ["refused", "accepted"]


def test_a_server_reply_that_begins_like_a_formula_is_text_in_the_file(filled: Office, tmp_path: Path) -> None:
    with filled.reading() as session:
        path = failing.write(session, [Sent(FIRST, Result.REFUSED, "=cmd|' /C calc'!A0")], tmp_path, "x", NOON)
    assert path
    assert "'=cmd" in path.read_text(encoding="utf-8-sig")


def test_a_run_that_left_whole_writes_no_file(filled: Office, run: Run) -> None:
    run("send", "wsis20-input", "--outbox", "folder", "--really")
    assert not (filled.folder / "out" / "failed").exists()


def test_only_a_refused_letter_comes_back(filled: Office, run: Run) -> None:
    assert "only a letter that was refused or bounced comes back" in run("letters", "reopen", FIRST, ok=False).output


def test_approvals_are_taken_back_by_name_or_by_number(filled: Office, run: Run) -> None:
    assert "1 approval taken back" in run("letters", "recall", FIRST, "--because", "a typing error").output
    assert "only an approved letter" in run("letters", "recall", FIRST, "--because", "again", ok=False).output
    sentence = run("letters", "recall", "--campaign", "wsis20-input", "--count", 12, "--because", "x", ok=False).output
    assert "has 11 letters in the state approved and 12 was typed" in sentence
    run("letters", "recall", "--campaign", "wsis20-input", "--count", 11, "--because", "a typing error")
    assert states(filled) == {"draft": 12}
    assert "No letter" not in run("journal", "verify").output


# --- by channel


def test_each_letter_goes_by_the_channel_of_its_post(filled: Office, run: Run) -> None:
    with filled.transaction() as session:
        by = [Channel.EMAIL, Channel.POST, Channel.COURIER, Channel.TELEPHONE]
        for number, post in enumerate(session.scalars(select(Post).order_by(Post.id))):
            post.preferred_channel = by[number % 4]
    said = run("send", "wsis20-input", "--outbox", "channels").output
    assert "By folder: 3 of 3." in said
    assert "By print: 6 of 6." in said
    assert said.count("its post is reached by telephone") == 3
    said = run("send", "wsis20-input", "--outbox", "channels", "--really", ok=False).output
    assert "wsis20-input by folder, print: 9 accepted, 3 held." in said
    assert len(list((filled.folder / "out" / "folder" / "wsis20-input").glob("*.eml"))) == 3
    assert len(list((filled.folder / "out" / "print" / "wsis20-input").glob("*.pdf"))) == 6


def test_what_was_refused_goes_by_the_second_channel_with_an_approvers_word(filled: Office, run: Run, postbox: Postbox) -> None:
    point_at(filled, postbox.port)
    postbox.refuses["office@net3.example"] = "550 5.1.1 no such user"
    run("send", "wsis20-input", "--outbox", "channels", "--really", ok=False)
    with filled.reading() as session:
        [refused] = [row["reference"] for row in register.listed(session, state=LetterState.REFUSED)]
        approval = register.find(session, refused).approval
        before = approval and (approval.id, approval.digest)
    assert "has no second channel" in run("delivery", "second-channel", refused, ok=False).output
    with filled.transaction() as session:
        session.get_one(Post, 4).second_channel = Channel.COURIER
    assert f"{refused} goes by courier now." in run("delivery", "second-channel", refused).output
    said = run("send", "wsis20-input", "--outbox", "channels", "--really", "--count", 1).output
    assert "wsis20-input by print: 1 accepted." in said
    with filled.reading() as session:
        assert [one["result"] for one in ledger.entries(session, refused)] == ["refused", "accepted"]
        after = register.find(session, refused).approval
        assert after is not None
        assert before == (after.id, after.digest), "the bytes that were approved"


# --- kill -9


def sender(office: Office) -> ForkServerProcess:
    return begin("--office", office.folder, "send", "--due", at=NOON + timedelta(hours=4))


def kill_and_restart(office: Office, kills: int, seed: int) -> int:
    return kill_until_done(lambda: sender(office), lambda: files(office), lambda: settle_all(office), kills=kills, seed=seed)


def check_once(office: Office) -> None:
    with office.reading() as session:
        accepted = Counter(row["reference"] for row in ledger.entries(session) if row["result"] == "accepted")
    assert set(accepted.values()) == {1}
    assert len(accepted) == 12


def test_a_batch_killed_in_its_midst_goes_on_where_it_was(filled: Office, run: Run) -> None:
    set_for_three(run)
    assert kill_and_restart(filled, 2, seed=7) > 0
    check_once(filled)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_the_same_over_many_kills(filled: Office, run: Run, seed: int) -> None:
    set_for_three(run)
    kill_and_restart(filled, 10, seed)
    check_once(filled)


def test_two_who_let_the_same_batch_leave_send_nothing_twice(filled: Office, run: Run) -> None:
    set_for_three(run)
    both = [sender(filled), sender(filled)]
    for process in both:
        process.join()
    check_once(filled)


def test_a_batch_whose_outbox_is_gone_ends_with_the_reason(filled: Office, run: Run, clock: Clock) -> None:
    set_for_three(run)
    with filled.transaction() as session:
        batches.find(session, 1).outbox = "pigeon"
    clock.instant += timedelta(hours=3)
    [ran] = list(dispatching.run_due(filled))
    assert "There is no outbox 'pigeon'" in ran.ended_because


def test_the_desk_lets_what_is_due_leave_beside_its_pages(filled: Office, run: Run, clock: Clock) -> None:
    set_for_three(run)
    clock.instant += timedelta(hours=3)
    told: Queue[dispatching.Ran] = Queue()
    with sending_what_is_due(filled, told.put, seconds=0.01):
        ran = told.get(timeout=60)
    assert Counter(one.result for one in ran.done) == {Result.ACCEPTED: 12}
    assert states(filled) == {"accepted": 12}


def test_a_round_that_fails_does_not_end_the_rounds(
    filled: Office, run: Run, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_for_three(run)
    clock.instant += timedelta(hours=3)
    told: Queue[dispatching.Ran] = Queue()
    due, failures = batches.due, iter([OSError("the disk is away")])

    def once_away(*given: Any) -> list[int]:
        for failure in failures:
            raise failure
        return due(*given)

    monkeypatch.setattr(batches, "due", once_away)
    with sending_what_is_due(filled, told.put, seconds=0.01):
        assert told.get(timeout=60).number == 1
