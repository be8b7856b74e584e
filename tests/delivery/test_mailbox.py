"""Letters placed among the drafts of a real mailbox, and what the mailbox says about letters of which nobody knows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes
from multiprocessing.context import ForkServerProcess

import pytest
from sqlalchemy import select

from outreach import config
from outreach.contacts.models import Channel
from outreach.database import Database
from outreach.delivery import ledger, sending, settling
from outreach.delivery.mailbox import Copies, DraftsOutbox
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import Outbox
from outreach.delivery.recording import Sent
from outreach.delivery.server import SmtpOutbox
from outreach.errors import Refused
from outreach.letters import correcting, editing, register
from outreach.letters.models import Letter, LetterState
from outreach.mail.connecting import Security, Server
from outreach.mail.imap import LostLine, Mailbox
from outreach.office import Office
from tests.cast import CHAIR, DANA, NOON
from tests.conftest import Run
from tests.delivery.conftest import LETTERS, Approve
from tests.delivery.test_sending import gate, states
from tests.letters.desk import Desk
from tests.mail import dovecot
from tests.mail.servers import PASSWORD, Fault, failing
from tests.processes import begin, kill_until_done


@pytest.fixture(scope="module")
def running() -> Iterator[dovecot.Mailbox]:
    with dovecot.running() as running:
        yield running


@pytest.fixture
def server(running: dovecot.Mailbox) -> dovecot.Mailbox:
    running.empty()
    return running


@dataclass
class Hand:
    """Sends, looks and settles; `outbox` is what its letters go by."""

    database: Database
    desk: Desk
    outbox: Outbox

    def send(self, references: Sequence[str]) -> list[Sent]:
        begin = self.database.transaction
        return list(sending.send(begin, references, self.outbox, self.desk.archive, gate, by=CHAIR, now=lambda: NOON))

    def settle(self, reference: str, went: bool | None = None, on: date | None = None, later: int = 0) -> Sent:
        with self.database.transaction() as session:
            letter = register.find(session, reference)
            attempt = settling.attempt_of(session, letter)
            [looked] = settling.look([attempt], lambda _attempt: self.outbox, self.desk.archive)
            at = NOON + timedelta(days=later)
            return settling.settle(session, letter, went, looked=looked, by=CHAIR, at=at, why="I looked", on=on)

    def row(self, reference: str) -> dict[str, object]:
        with self.database.reading() as session:
            return list(ledger.entries(session, reference))[-1]


@pytest.fixture
def hand(database: Database, desk: Desk, server: dovecot.Mailbox) -> Hand:
    mailbox = Mailbox(server.server(), server.secret)
    return Hand(database, desk, DraftsOutbox(mailbox, Copies(mailbox)))


def sent_from_there(server: dovecot.Mailbox, on: str = "Tue, 28 Jan 2025 09:00:00 +0000", identifier: str = "") -> None:
    """What a mail program does with the draft that lies there: it leaves, and a copy lies among what was sent."""
    [draft] = server.messages()
    message = re.sub(rb"(?m)^Date: .*$", f"Date: {on}".encode(), draft, count=1)
    if identifier:
        message = re.sub(rb"(?m)^Message-ID: .*$", f"Message-ID: {identifier}".encode(), message, count=1)
    server.empty()
    server.put("Sent", message)


def test_a_letter_is_placed_as_it_was_approved_and_is_not_sent_by_that(
    approve: Approve, hand: Hand, server: dovecot.Mailbox
) -> None:
    [reference] = approve.letters(1)
    [sent] = hand.send([reference])
    assert (sent.result, sent.detail) == (Result.PLACED, "placed in Entwürfe, for a person to send")
    assert server.messages() == [raw.replace(b"\r\n", b"\n") for raw in approve.frozen([reference])]
    assert states(hand.database) == ["placed"]
    assert hand.row(reference)["dispatched_on"] is None, "nobody knows yet whether it leaves"
    assert hand.settle(reference).detail == "not sent yet: it lies in Entwürfe"
    assert len(hand.send([reference])) == 1
    assert len(server.messages()) == 1


def test_a_draft_that_was_sent_is_found_with_its_day(approve: Approve, hand: Hand, server: dovecot.Mailbox) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    sent_from_there(server)
    settled = hand.settle(reference, later=3)
    assert (settled.result, settled.detail) == (Result.ACCEPTED, "settled: it lies in Sent")
    assert states(hand.database) == ["accepted"]
    assert hand.row(reference)["dispatched_on"] == date(2025, 1, 28)
    with pytest.raises(Refused, match="there is nothing to settle"):
        hand.settle(reference)


def test_a_draft_that_left_under_another_message_id_waits_for_a_persons_word(
    approve: Approve, hand: Hand, server: dovecot.Mailbox
) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    sent_from_there(server, identifier="<made-by-outlook@exchange.example>")
    with pytest.raises(Refused, match=r"Nobody can tell whether .* left .it lies neither in Entwürfe nor among what was sent."):
        hand.settle(reference)
    assert states(hand.database) == ["placed"]
    with pytest.raises(Refused, match="still to come"):
        hand.settle(reference, went=True, on=date(2025, 3, 1))
    assert hand.settle(reference, went=True, on=date(2025, 1, 29), later=4).result is Result.ACCEPTED
    assert hand.row(reference)["dispatched_on"] == date(2025, 1, 29)


def test_an_answer_in_the_inbox_proves_that_a_letter_left(approve: Approve, hand: Hand, server: dovecot.Mailbox) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    [identifier] = re.findall(rb"(?m)^Message-ID: (<\S+>)$", server.messages()[0])
    server.empty()
    server.put("INBOX", b"Message-ID: <a@kenya.example>\nIn-Reply-To: " + identifier + b"\n\nThank you.\n")
    assert hand.settle(reference, later=5).detail == "settled: an answer to it lies in INBOX"
    assert states(hand.database) == ["accepted"]


def test_a_draft_does_not_stay_behind_a_letter_that_is_said_not_to_go(
    approve: Approve, hand: Hand, server: dovecot.Mailbox
) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    with pytest.raises(Refused, match=r"can still be sent from the mailbox .* delete it there first"):
        hand.settle(reference, went=False)
    server.empty()
    assert hand.settle(reference, went=False).held
    assert states(hand.database) == ["approved"]
    assert [one.result for one in hand.send([reference])] == [Result.PLACED]
    assert len(server.messages()) == 1


def test_a_placed_letter_can_neither_be_edited_nor_corrected_behind_the_draft(approve: Approve, hand: Hand) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    with hand.database.transaction() as session:
        letter = register.find(session, reference)
        with pytest.raises(Refused, match="is placed and can no longer be"):
            editing.edit(session, letter, {"subject": "Another"}, by=DANA, at=NOON)
        assert letter.campaign is not None
        with pytest.raises(Refused, match="Settle them first"):
            correcting.affected(session, letter.campaign, correcting.Change(wrong=letter.version_now.subject, right="Another"))


@pytest.mark.parametrize("placed", [True, False])
def test_an_append_whose_answer_was_lost_is_in_doubt_and_found_out_by_looking(
    approve: Approve, hand: Hand, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch, placed: bool
) -> None:
    from outreach.mail import folders

    place_draft = folders.place_draft

    def breaks(mailbox: Mailbox, folder: str, message: bytes) -> None:
        if placed:
            place_draft(mailbox, folder, message)
        mailbox.close()
        raise LostLine("the connection was lost")

    [reference] = approve.letters(1)
    monkeypatch.setattr(folders, "place_draft", breaks)
    assert [one.result for one in hand.send([reference])] == [Result.UNKNOWN]
    monkeypatch.undo()
    settled = hand.settle(reference)
    assert states(hand.database) == ["placed" if placed else "approved"]
    assert settled.result is (Result.PLACED if placed else None)
    hand.send([reference])
    assert len(server.messages()) == 1, "once, whatever was lost"


def test_a_mailbox_that_cannot_be_reached_claims_no_letter(approve: Approve, hand: Hand, server: dovecot.Mailbox) -> None:
    references = approve.letters(2)
    wrong = Mailbox(server.server(username="nobody"), server.secret)
    hand.outbox = DraftsOutbox(wrong, Copies(wrong))
    assert [one.held for one in hand.send(references)] == [True, True]
    assert states(hand.database) == ["approved"] * 2
    with hand.database.reading() as session:
        assert session.scalars(select(Attempt)).all() == []


def test_a_letter_that_a_server_never_answered_for_is_found_among_what_was_sent(
    approve: Approve, hand: Hand, server: dovecot.Mailbox
) -> None:
    kept, lost = approve.letters(2)
    with failing(Fault("dot", "drop", times=2)) as fault:
        at = Server(host="127.0.0.1", port=fault.port, security=Security.NONE, timeout=10)
        copies = Copies(Mailbox(server.server(), server.secret))
        hand.outbox = SmtpOutbox(at, "chair@panel.example", now=lambda: NOON, copies=copies)
        assert [one.result for one in hand.send([kept, lost])] == [Result.UNKNOWN] * 2
        # This server keeps a copy of the one, and of the other it does not.
        server.put("Sent", fault.taken[0])
    assert hand.settle(kept, later=2).detail == "settled: it lies in Sent"
    assert hand.row(kept)["dispatched_on"] == NOON.date()
    with pytest.raises(Refused, match="Nobody can tell"):
        hand.settle(lost)
    assert states(hand.database) == ["accepted", "unknown"]


def test_a_mailbox_that_cannot_be_asked_settles_nothing_and_says_why(
    approve: Approve, hand: Hand, server: dovecot.Mailbox
) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    wrong = Mailbox(server.server(authorities=None), server.secret)
    hand.outbox = DraftsOutbox(wrong, Copies(wrong))
    with pytest.raises(Refused, match=r"Nobody can tell .* left .The certificate of localhost.* is not to be trusted"):
        hand.settle(reference)


def test_what_was_seen_of_another_attempt_settles_nothing(approve: Approve, hand: Hand) -> None:
    [reference] = approve.letters(1)
    hand.send([reference])
    with hand.database.transaction() as session:
        letter = register.find(session, reference)
        old = settling.Looked(settling.attempt_of(session, letter).id - 1, None)
        with pytest.raises(Refused, match="settled and sent anew meanwhile"):
            settling.settle(session, letter, None, looked=old, by=CHAIR, at=NOON)


# --- the command line -------------------------------------------------------------------------------------------------


def point_at(office: Office, server: dovecot.Mailbox, **more: str) -> None:
    """Let the office's settings name the mailbox of the test."""
    path = office.folder / "outreach.toml"
    entries = {
        "host": "localhost",
        "security": "starttls",
        "username": "chair",
        "certificates": str(server.authorities),
        **more,
    }
    words = "".join(f'{name} = "{value}"\n' for name, value in entries.items())
    path.write_text(path.read_text() + f"\n[mail.imap]\nport = {server.plain_port}\n{words}")


def test_drafts_are_placed_found_and_told_by_commands(
    filled: Office, run: Run, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = run("send", "wsis20-input", "--outbox", "drafts", "--really", ok=False).output
    assert "outreach.toml names no mailbox: add [mail.imap]" in refused
    point_at(filled, server)
    monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
    said = run("send", "wsis20-input", "--outbox", "drafts", "--really", "--count", "12").output
    assert "wsis20-input by drafts: 12 placed." in said
    assert "`outreach delivery settle`" in said
    assert run("delivery", "settle").output.count("not sent yet: it lies in Entwürfe.") == 12
    drafts = server.messages()
    server.empty()
    for message in drafts[:11]:
        server.put("Sent", message)
    said = run("delivery", "settle", ok=False).output
    assert said.count("settled: it lies in Sent.") == 11
    assert "A person's word: --went or --did-not-go, with --why." in said
    with filled.reading() as session:
        [last] = [one.letter.reference for one in settling.to_settle(session)]
    run("delivery", "settle", last, "--went", "--why", "the Chair says so", "--on", "2025-01-27")
    assert "Nothing is in doubt." in run("delivery", "settle").output
    with filled.reading() as session:
        assert {row["state"] for row in register.listed(session)} == {LetterState.ACCEPTED.value}
        assert session.scalars(select(Attempt.channel).distinct()).all() == [Channel.EMAIL]


# --- a sender killed at any instant -----------------------------------------------------------------------------------


def sender(office: Office) -> ForkServerProcess:
    words = ("send", "wsis20-input", "--outbox", "drafts", "--really")
    return begin("--office", office.folder, *words, OUTREACH_IMAP_PASSWORD=PASSWORD)


def settle_all(office: Office) -> None:
    with office.reading() as session:
        looked = list(settling.look(settling.to_settle(session), office.ways.finder(), office.archive))
        numbers = [attempt.letter_id for attempt in settling.to_settle(session)]
    for number, sight in zip(numbers, looked, strict=True):
        with office.transaction() as session:
            settling.settle(session, register.get(session, number), None, looked=sight, by=office.actor, at=office.now())


def kill_and_restart(office: Office, server: dovecot.Mailbox, kills: int, seed: int) -> int:
    return kill_until_done(lambda: sender(office), server.count, lambda: settle_all(office), kills=kills, seed=seed)


def check_all_placed_once(office: Office, server: dovecot.Mailbox) -> None:
    placed = [message_from_bytes(raw)["Message-ID"] for raw in server.messages()]
    assert len(placed) == len(set(placed)) == LETTERS, "each once"
    with office.reading() as session:
        letters = session.scalars(select(Letter)).all()
        assert {letter.version_now.message_id for letter in letters} == set(placed)
        assert {letter.state for letter in letters} == {LetterState.PLACED}


def test_a_sender_killed_at_any_instant_places_nothing_twice(
    filled: Office, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
    point_at(filled, server)
    filled.settings = config.read(filled.folder)
    assert kill_and_restart(filled, server, 3, seed=1) > 0
    check_all_placed_once(filled, server)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(15))
def test_the_same_over_many_kills(filled: Office, server: dovecot.Mailbox, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setenv("OUTREACH_IMAP_PASSWORD", PASSWORD)
    point_at(filled, server)
    filled.settings = config.read(filled.folder)
    kill_and_restart(filled, server, 12, seed)
    check_all_placed_once(filled, server)
