"""Send once: nothing leaves unapproved, nothing leaves twice, every doubt is named."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Channel
from outreach.database import Database
from outreach.delivery import ledger, recording, sending, settling
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.delivery.outboxes import AtHand, FolderOutbox, Found, Outbox, Parcel, PrintOutbox, Report
from outreach.delivery.recording import Sent
from outreach.errors import Refused
from outreach.letters import editing, leaving, register
from outreach.letters.models import Letter, LetterState
from outreach.mail.building import as_unsent
from tests.cast import CHAIR, DANA, NOON, RENE, society
from tests.letters.desk import Desk


def gate(session: Session, letters: leaving.Numbers, outbox: Outbox) -> Mapping[int, str]:
    return leaving.reasons_to_stay(session, letters, needs_address=outbox.needs_address)


@pytest.fixture
def approved(database: Database, desk: Desk) -> list[str]:
    """Three approved letters of the campaign wsis20-input."""
    with database.transaction() as session:
        posts = [society(session, f"net-{n}", f"net{n}.example") for n in range(3)]
        references = desk.draft(session, desk.campaign(session, *posts)).new
        desk.approve(session, *(register.find(session, reference) for reference in references))
    return references


def send(database: Database, desk: Desk, references: Sequence[str], outbox: Outbox) -> list[Sent]:
    sent = sending.send(database.transaction, references, outbox, desk.archive, gate, by=CHAIR, now=lambda: NOON)
    return list(sent)


def states(database: Database) -> list[str]:
    with database.reading() as session:
        return [state.value for state in session.scalars(select(Letter.state).order_by(Letter.id))]


class Broken(AtHand):
    """An outbox whose line breaks while the parcel is on it."""

    name = "broken"
    channel = Channel.EMAIL
    needs_address = True

    def __init__(self, breaks_for: str) -> None:
        self.breaks_for = breaks_for
        self.delivered: list[str] = []

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        self.delivered.append(parcel.reference)
        if parcel.reference == self.breaks_for:
            raise OSError("connection lost")
        return [Report(address, Result.ACCEPTED, "250 OK") for address in parcel.recipients]

    def find(self, parcel: Parcel) -> Found | None:
        return None


def test_each_approved_letter_leaves_as_exactly_the_bytes_that_were_approved(
    database: Database, desk: Desk, approved: list[str], tmp_path: Path
) -> None:
    outbox = FolderOutbox(tmp_path / "out")
    assert [one.result for one in send(database, desk, approved, outbox)] == [Result.ACCEPTED] * 3
    with database.reading() as session:
        for reference in approved:
            frozen = desk.archive.fetch(register.find(session, reference).version_now.message_sha256 or "")
            written = (tmp_path / "out" / f"{reference.replace('/', '-')}.eml").read_bytes()
            assert written == as_unsent(frozen)
            assert written.endswith(frozen), "only the X-Unsent line stands before the approved bytes"
    assert states(database) == ["accepted"] * 3


def test_sending_again_sends_nothing(database: Database, desk: Desk, approved: list[str], tmp_path: Path) -> None:
    outbox = FolderOutbox(tmp_path / "out")
    send(database, desk, approved, outbox)
    again = send(database, desk, approved, outbox)
    assert [(one.result, one.detail) for one in again] == [(None, "it is accepted by now")] * 3
    with database.reading() as session:
        assert len(session.scalars(select(Attempt)).all()) == 3


def test_a_draft_never_leaves(database: Database, desk: Desk, approved: list[str], tmp_path: Path) -> None:
    with database.transaction() as session:
        editing.edit(session, register.find(session, approved[0]), {"subject": "Changed"}, by=DANA, at=NOON)
    [held, *_rest] = send(database, desk, approved, FolderOutbox(tmp_path / "out"))
    assert (held.held, held.detail) == (True, "it is draft by now")
    assert not (tmp_path / "out" / "IGF-LP-2025-0001.eml").exists()


def test_an_approval_that_covers_other_bytes_holds_the_letter(
    database: Database, desk: Desk, approved: list[str], tmp_path: Path
) -> None:
    with database.transaction() as session:
        register.find(session, approved[0]).version_now.message_sha256 = "0" * 64
    [held, *_rest] = send(database, desk, approved, FolderOutbox(tmp_path / "out"))
    assert held.detail == "no approval covers it as it stands; approve it again"


def test_a_lost_file_holds_its_letter_and_the_others_go_on(
    database: Database, desk: Desk, approved: list[str], tmp_path: Path
) -> None:
    with database.reading() as session:
        digest = register.find(session, approved[1]).version_now.message_sha256 or ""
    desk.archive.path(digest).unlink()
    sent = send(database, desk, approved, FolderOutbox(tmp_path / "out"))
    assert [one.held for one in sent] == [False, True, False]
    assert "missing from the archive" in sent[1].detail
    assert states(database) == ["accepted", "approved", "accepted"]


def test_whoever_asked_not_to_be_contacted_after_approval_is_held_with_the_reason(
    database: Database, desk: Desk, approved: list[str], tmp_path: Path
) -> None:
    with database.transaction() as session:
        letter = register.find(session, approved[0])
        letter.addressees[0].post.organisation.do_not_contact = "asked by telephone"
    [held, *_rest] = send(database, desk, approved, FolderOutbox(tmp_path / "out"))
    assert held.detail == "not to be contacted: asked by telephone"


def test_a_letter_without_an_address_is_held_by_mail_and_printed_on_paper(
    database: Database, desk: Desk, tmp_path: Path
) -> None:
    with database.transaction() as session:
        campaign = desk.campaign(session, society(session, email_address=False))
        references = desk.draft(session, campaign).new
        desk.approve(session, register.find(session, references[0]))
    [held] = send(database, desk, references, FolderOutbox(tmp_path / "out"))
    assert held.detail.startswith("it has no e-mail address")
    [printed] = send(database, desk, references, PrintOutbox(tmp_path / "print"))
    assert printed.result is Result.ACCEPTED
    assert (tmp_path / "print" / "IGF-LP-2025-0001.pdf").read_bytes().startswith(b"%PDF")


def test_a_line_that_breaks_leaves_that_letter_unknown_and_never_sends_it_again(
    database: Database, desk: Desk, approved: list[str]
) -> None:
    outbox = Broken(approved[1])
    assert [one.result for one in send(database, desk, approved, outbox)] == [Result.ACCEPTED, Result.UNKNOWN, Result.ACCEPTED]
    send(database, desk, approved, outbox)
    assert outbox.delivered == approved
    assert states(database) == ["accepted", "unknown", "accepted"]


def test_four_senders_at_once_let_each_letter_leave_once(database: Database, desk: Desk, approved: list[str]) -> None:
    outbox = Broken("none")
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _n: send(database, desk, approved, outbox), range(4)))
    assert sorted(outbox.delivered) == approved
    assert sum(one.result is Result.ACCEPTED for sent in results for one in sent) == 3


def test_only_an_approver_sends(database: Database, desk: Desk, approved: list[str], tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not send letters"):
        list(
            sending.send(database.transaction, approved, FolderOutbox(tmp_path), desk.archive, gate, by=RENE, now=lambda: NOON)
        )


def test_a_claim_is_durable_before_the_outbox_is_touched(database: Database, desk: Desk, approved: list[str]) -> None:
    seen: list[tuple[str, int]] = []

    class Looking(Broken):
        def deliver(self, parcel: Parcel) -> Sequence[Report]:
            with database.reading() as session:
                letter = register.find(session, parcel.reference)
                seen.append((letter.state.value, len(settling.in_doubt(session))))
            return super().deliver(parcel)

    send(database, desk, approved[:1], Looking("none"))
    assert seen == [("leaving", 1)]


class Died(BaseException):
    """The sender is gone."""


def dying_after(
    transaction: Callable[[], AbstractContextManager[Session]], commits: int
) -> Callable[[], AbstractContextManager[Session]]:
    left = iter(range(commits))

    def begin() -> AbstractContextManager[Session]:
        if next(left, None) is None:
            raise Died
        return transaction()

    return begin


@pytest.fixture
def died_after_writing(database: Database, desk: Desk, approved: list[str], tmp_path: Path) -> FolderOutbox:
    """A sender that died after its first letter was written and before that was recorded."""
    outbox = FolderOutbox(tmp_path / "out")
    with pytest.raises(Died):
        list(
            sending.send(dying_after(database.transaction, 1), approved, outbox, desk.archive, gate, by=CHAIR, now=lambda: NOON)
        )
    return outbox


def settle(database: Database, desk: Desk, reference: str, went: bool | None, outbox: Outbox | None) -> Sent:
    with database.transaction() as session:
        letter = register.find(session, reference)
        [looked] = settling.look([settling.attempt_of(session, letter)], lambda _attempt: outbox, desk.archive)
        return settling.settle(session, letter, went, looked=looked, by=CHAIR, at=NOON, why="I looked")


def test_a_sender_that_died_leaves_its_letter_named_and_no_other_sender_takes_it(
    database: Database, desk: Desk, approved: list[str], died_after_writing: FolderOutbox
) -> None:
    with database.reading() as session:
        assert [attempt.letter.reference for attempt in settling.in_doubt(session)] == [approved[0]]
    again = send(database, desk, approved, died_after_writing)
    assert next(one.detail for one in again) == "it is leaving by now"
    assert states(database) == ["leaving", "accepted", "accepted"]


def test_settling_asks_the_outbox_whether_the_file_is_there(
    database: Database, desk: Desk, approved: list[str], died_after_writing: FolderOutbox
) -> None:
    assert settle(database, desk, approved[0], None, died_after_writing).result is Result.ACCEPTED
    assert states(database)[0] == "accepted"


def test_settling_a_letter_that_was_never_written_lets_it_be_sent_again(
    database: Database, desk: Desk, approved: list[str], died_after_writing: FolderOutbox
) -> None:
    (died_after_writing.folder / "IGF-LP-2025-0001.eml").unlink()
    assert settle(database, desk, approved[0], None, died_after_writing).held
    assert send(database, desk, approved[:1], died_after_writing)[0].result is Result.ACCEPTED


def test_a_doubt_that_no_outbox_can_settle_waits_for_a_persons_word(
    database: Database, desk: Desk, approved: list[str]
) -> None:
    outbox = Broken(approved[0])
    send(database, desk, approved[:1], outbox)
    with pytest.raises(Refused, match="Nobody can tell whether IGF/LP/2025/0001 left"):
        settle(database, desk, approved[0], None, outbox)
    assert settle(database, desk, approved[0], True, None).result is Result.ACCEPTED


def test_dispatch_by_courier_is_recorded_with_its_day(database: Database, approved: list[str]) -> None:
    with database.transaction() as session:
        letter = register.find(session, approved[0])
        recording.record_dispatch(session, letter, Channel.COURIER, date(2025, 1, 26), by=DANA, at=NOON, note="waybill 4711")
    with database.reading() as session:
        attempt = session.scalars(select(Attempt)).one()
        outcome = session.scalars(select(Outcome)).one()
        assert (attempt.channel, attempt.dispatched_on) == (Channel.COURIER, date(2025, 1, 26))
        assert outcome.reply == "by courier on 2025-01-26: waybill 4711"
    assert states(database)[0] == "accepted"


def test_dispatch_in_the_future_or_of_a_draft_is_refused(database: Database, approved: list[str]) -> None:
    with database.transaction() as session:
        letter = register.find(session, approved[0])
        with pytest.raises(Refused, match="still to come"):
            recording.record_dispatch(session, letter, Channel.POST, date(2025, 1, 28), by=DANA, at=NOON)
        letter.state = LetterState.DRAFT
        with pytest.raises(Refused, match="only an approved letter"):
            recording.record_dispatch(session, letter, Channel.POST, NOON.date(), by=DANA, at=NOON)


def test_the_ledger_names_every_recipient_of_every_attempt(database: Database, desk: Desk, approved: list[str]) -> None:
    send(database, desk, approved, Broken(approved[2]))
    with database.reading() as session:
        rows = [(row["reference"], row["recipient"], row["result"]) for row in ledger.entries(session)]
    assert rows == [
        (approved[0], "office@net0.example", "accepted"),
        (approved[1], "office@net1.example", "accepted"),
        (approved[2], "office@net2.example", "unknown"),
    ]


def test_a_plan_changes_nothing(database: Database, desk: Desk, approved: list[str], tmp_path: Path) -> None:
    from outreach.campaigns import planning

    with database.reading() as session:
        outbox = FolderOutbox(tmp_path / "out")
        planned = sending.plan(session, planning.find(session, "wsis20-input"), outbox, gate, NOON)
    assert [one.detail for one in planned] == [f"office@net{n}.example" for n in range(3)]
    assert not (tmp_path / "out").exists()
    assert states(database) == ["approved"] * 3
