"""Letters handed to a real mail server: what it took, what it refused, what nobody can tell, and a sender killed meanwhile."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.utils import parsedate_to_datetime
from multiprocessing.context import ForkServerProcess

import pytest
from sqlalchemy import select

from outreach.campaigns import planning
from outreach.database import Database
from outreach.delivery import ledger, sending, settling
from outreach.delivery.models import Attempt, Result
from outreach.delivery.recording import WAITS, Sent
from outreach.delivery.server import SmtpOutbox
from outreach.letters import editing, register
from outreach.letters.models import Letter
from outreach.mail.connecting import Security, Server
from outreach.office import Office
from tests.cast import CHAIR, DANA, NOON, society
from tests.confirming import confirmed
from tests.conftest import Run
from tests.delivery.test_sending import gate, states
from tests.letters.desk import TODAY, Desk
from tests.mail.servers import Fault, Postbox, failing, listening
from tests.processes import begin, kill_until_done

CHAIRS = "chair@leadership-panel.example"
Approve = Callable[[int], list[str]]


@pytest.fixture
def postbox() -> Iterator[Postbox]:
    with listening(Postbox()) as postbox:
        yield postbox


@pytest.fixture
def approve(database: Database, desk: Desk) -> Approve:
    """Draft and approve so many letters of wsis20-input; gives their references."""

    def make(count: int) -> list[str]:
        with database.transaction() as session:
            posts = [society(session, f"net-{n:02}", f"net{n}.example") for n in range(count)]
            references = desk.draft(session, desk.campaign(session, *posts)).new
            desk.approve(session, *(register.find(session, reference) for reference in references))
        return references

    return make


@dataclass
class Hand:
    """Sends by a server; `at` is the clock that outcomes are written by."""

    database: Database
    desk: Desk
    at: datetime = NOON

    def outbox(self, port: int, connections: int = 1) -> SmtpOutbox:
        server = Server(host="127.0.0.1", port=port, security=Security.NONE, greeting="panel.example", timeout=10)
        return SmtpOutbox(server, CHAIRS, now=lambda: self.at, connections=connections)

    def send(self, references: Sequence[str], port: int, connections: int = 1) -> list[Sent]:
        outbox = self.outbox(port, connections)
        sent = sending.send(
            self.database.transaction, references, outbox, self.desk.archive, gate, by=CHAIR, now=lambda: self.at
        )
        return list(sent)

    def outcomes(self, references: Sequence[str], port: int) -> list[Result | None]:
        return [one.result for one in self.send(references, port)]


@pytest.fixture
def hand(database: Database, desk: Desk) -> Hand:
    return Hand(database, desk)


def test_what_arrives_is_what_was_approved_but_for_the_date(
    approve: Approve, hand: Hand, postbox: Postbox, database: Database
) -> None:
    [reference] = approve(1)
    hand.at = NOON + timedelta(hours=3)
    assert hand.outcomes([reference], postbox.port) == [Result.ACCEPTED]
    [(recipients, arrived)] = postbox.taken
    with database.reading() as session:
        frozen = hand.desk.archive.fetch(register.find(session, reference).version_now.message_sha256 or "")
        [row] = ledger.entries(session, reference)
    assert recipients == (row["recipient"],)
    assert row["reply"] == "250 queued as 1", "the server's own words stand in the ledger"
    without_date = [re.sub(rb"(?m)^Date: .*$", b"Date:", raw, count=1) for raw in (arrived, frozen)]
    assert without_date[0] == without_date[1]
    message = message_from_bytes(arrived)
    assert parsedate_to_datetime(message["Date"]) == hand.at
    assert message["Bcc"] is None


def test_one_connection_serves_a_whole_batch_and_several_share_one(approve: Approve, hand: Hand, postbox: Postbox) -> None:
    references = approve(12)
    assert Counter(hand.outcomes(references[:4], postbox.port)) == {Result.ACCEPTED: 4}
    assert postbox.connections == 1
    sent = hand.send(references[4:], postbox.port, connections=4)
    assert Counter(one.result for one in sent) == {Result.ACCEPTED: 8}
    assert 1 < postbox.connections <= 5
    assert len({recipients for recipients, _ in postbox.taken}) == len(postbox.taken) == 12


def test_a_bad_address_never_stops_the_others(approve: Approve, hand: Hand, postbox: Postbox, database: Database) -> None:
    references = approve(3)
    with database.reading() as session:
        gone = register.find(session, references[1]).version_now.recipients[0].address
    postbox.refuses[gone] = "550 5.1.1 no such user"
    sent = hand.send(references, postbox.port)
    assert [(one.result, one.detail) for one in sent][1] == (Result.REFUSED, "550 5.1.1 no such user")
    assert states(database) == ["accepted", "refused", "accepted"]
    assert len(postbox.taken) == 2


def test_a_server_that_cannot_be_reached_claims_no_letter(approve: Approve, hand: Hand, database: Database) -> None:
    references = approve(3)
    with failing(Fault("greeting", "drop")) as fault:
        port = fault.port
    sent = hand.send(references, port)
    assert [one.held for one in sent] == [True] * 3
    assert f"Nobody answers at 127.0.0.1:{port}" in sent[2].detail
    assert states(database) == ["approved"] * 3
    with database.reading() as session:
        assert session.scalars(select(Attempt)).all() == []


def test_a_letter_that_a_server_wants_later_is_brought_again_after_growing_waits_and_then_given_up(
    approve: Approve, hand: Hand, database: Database
) -> None:
    [reference] = approve(1)
    with failing(Fault("rcpt", "451 4.7.1 greylisted", times=len(WAITS) + 1)) as fault:
        for wait in WAITS:
            assert hand.outcomes([reference], fault.port) == [Result.DEFERRED]
            [held] = hand.send([reference], fault.port)
            assert held.detail == f"it waits until {hand.at + wait:%d %B %Y, %H:%M} UTC"
            hand.at += wait
        [sent] = hand.send([reference], fault.port)
    assert states(database) == ["refused"], "after the last try it waits for a person"
    assert sent.result is Result.REFUSED
    assert "given up after 6 tries: 451 4.7.1 greylisted" in sent.detail


def test_a_deferred_letter_that_is_taken_later_left_once(approve: Approve, hand: Hand, database: Database) -> None:
    [reference] = approve(1)
    with failing(Fault("dot", "450 later")) as fault:
        hand.send([reference], fault.port)
        hand.at += WAITS[0]
        assert hand.outcomes([reference], fault.port) == [Result.ACCEPTED]
        assert len(fault.taken) == 1
    assert states(database) == ["accepted"]


def test_a_letter_lost_after_its_last_dot_is_in_doubt_and_never_goes_again_by_itself(
    approve: Approve, hand: Hand, database: Database
) -> None:
    references = approve(3)
    with failing(Fault("dot", "drop")) as fault:
        assert hand.outcomes(references, fault.port) == [Result.UNKNOWN, Result.ACCEPTED, Result.ACCEPTED]
        hand.at += timedelta(days=3)
        assert [one.held for one in hand.send(references, fault.port)] == [True] * 3
        assert len(fault.taken) == 3, "the server had kept it, as many do"
    with database.reading() as session:
        assert [one.letter.reference for one in settling.in_doubt(session)] == [references[0]]


def test_a_run_that_is_stopped_finishes_the_letter_on_the_wire(
    approve: Approve, hand: Hand, postbox: Postbox, database: Database
) -> None:
    references = approve(4)
    outbox = hand.outbox(postbox.port)
    stop = lambda: "enough" * (len(postbox.taken) == 2)  # noqa: E731  (a word for it would be longer than what it says)
    sent = list(
        sending.send(database.transaction, references, outbox, hand.desk.archive, gate, by=CHAIR, now=lambda: NOON, stop=stop)
    )
    assert [one.result for one in sent] == [Result.ACCEPTED, Result.ACCEPTED, None, None]
    assert sent[2].detail == "enough"
    assert states(database) == ["accepted", "accepted", "approved", "approved"]


def test_whoever_stops_listening_leaves_no_letter_without_its_outcome(
    approve: Approve, hand: Hand, postbox: Postbox, database: Database
) -> None:
    references = approve(4)
    outbox = hand.outbox(postbox.port)
    run = sending.send(database.transaction, references, outbox, hand.desk.archive, gate, by=CHAIR, now=lambda: NOON)
    next(run)
    run.close()
    assert states(database) == ["accepted"] * len(postbox.taken) + ["approved"] * (4 - len(postbox.taken))


def test_a_rehearsal_asks_about_everybody_and_changes_nothing(
    approve: Approve, hand: Hand, postbox: Postbox, database: Database
) -> None:
    references = approve(2)
    with database.reading() as session:
        postbox.refuses[register.find(session, references[0]).version_now.recipients[0].address] = "550 gone"
        outbox = hand.outbox(postbox.port)
        planned = sending.plan(session, planning.find(session, "wsis20-input"), outbox, gate, NOON)
        said = list(sending.rehearse(session, planning.find(session, "wsis20-input"), planned, outbox, hand.desk.archive))
    outbox.close()
    assert [one.held for one in said] == [True, False]
    assert "550 gone" in said[0].detail
    assert (postbox.taken, states(database)) == ([], ["approved"] * 2)


# --- the command line -------------------------------------------------------------------------------------------------


def point_at(office: Office, port: int, connections: int = 1) -> None:
    """Let the office's settings name the server of the test."""
    path = office.folder / "outreach.toml"
    words = path.read_text()
    words = words.replace('outbox = "folder"', 'outbox = "smtp"')
    words += f'\n[mail.smtp]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nconnections = {connections}\n'
    path.write_text(words)


def test_a_dry_run_asks_the_server_and_really_sends(filled: Office, run: Run, postbox: Postbox) -> None:
    point_at(filled, postbox.port)
    assert "Dry run: 12 letters would leave by smtp, 0 are held." in run("send", "wsis20-input").output
    assert (postbox.taken, postbox.connections) == ([], 1)
    run("send", "wsis20-input", "--no-contact")
    assert postbox.connections == 1
    assert "12 accepted" in run("send", "wsis20-input", "--really", "--count", "12").output
    assert len(postbox.taken) == 12


def test_a_letter_of_another_day_stays_until_it_is_redated_and_approved_again(
    filled: Office, run: Run, postbox: Postbox, clock: "object"
) -> None:
    point_at(filled, postbox.port)
    with filled.transaction() as session:
        editing.edit(session, register.find(session, "IGF/LP/2025/0002"), {"subject": "By hand"}, by=DANA, at=NOON)
    clock.instant = NOON + timedelta(days=1)  # type: ignore[attr-defined]  # the test's own clock
    refused = run("send", "wsis20-input", "--really", ok=False).output
    assert "it is dated 27 January 2025; redate it, and have it approved again" in refused
    assert postbox.taken == []
    assert (
        "12 letters of wsis20-input are dated 2025-01-28 now; 11 approvals are void."
        in run("send", "wsis20-input", "--redate").output
    )
    with filled.reading() as session:
        letters = session.scalars(select(Letter)).all()
        assert {letter.version_now.dated for letter in letters} == {date(2025, 1, 28)} != {TODAY}
        assert {letter.state.value for letter in letters} == {"draft"}
        assert register.find(session, "IGF/LP/2025/0002").version_now.subject == "By hand"
    run("letters", "approve", "--campaign", "wsis20-input", "--count", "12", *confirmed(run, "wsis20-input"))
    run("send", "wsis20-input", "--really")
    assert len(postbox.taken) == 12


def test_the_server_is_tried_without_a_letter_and_what_is_wrong_is_told(filled: Office, run: Run, postbox: Postbox) -> None:
    assert "no mail server is named" in run("delivery", "check").output
    point_at(filled, postbox.port)
    assert "answers" in run("delivery", "check").output
    with failing(Fault("greeting", "drop")) as fault:
        path = filled.folder / "outreach.toml"
        path.write_text(path.read_text().replace(f"port = {postbox.port}", f"port = {fault.port}"))
    assert "Nobody answers at 127.0.0.1" in run("delivery", "check", ok=False).output


def sender(office: Office) -> ForkServerProcess:
    # The letters are of the clock of the tests; a process of its own would have today's.
    return begin("--office", office.folder, "send", "wsis20-input", "--really", at=NOON)


def settle_by_the_server(office: Office, postbox: Postbox) -> int:
    """A person looks at the server for each letter in doubt, and says what became of it."""
    there = {message_from_bytes(raw)["Message-ID"] for _, raw in postbox.taken}
    with office.transaction() as session:
        doubtful = list(settling.in_doubt(session))
        for attempt in doubtful:
            went = attempt.version.message_id in there
            settling.settle(
                session,
                attempt.letter,
                went,
                by=office.actor,
                at=office.now(),
                why="I looked at the server",
            )
    return len(doubtful)


def kill_and_restart(office: Office, postbox: Postbox, kills: int, seed: int) -> int:
    return kill_until_done(
        lambda: sender(office),
        lambda: len(postbox.taken),
        lambda: settle_by_the_server(office, postbox),
        kills=kills,
        seed=seed,
    )


def check(office: Office, postbox: Postbox) -> None:
    arrived = Counter(message_from_bytes(raw)["Message-ID"] for _, raw in postbox.taken)
    assert set(arrived.values()) == {1}, "no letter arrived twice"
    with office.reading() as session:
        letters = session.scalars(select(Letter)).all()
        assert {letter.version_now.message_id for letter in letters} == set(arrived), "none was left behind"
        assert {letter.state.value for letter in letters} == {"accepted"}


@pytest.mark.parametrize("connections", [1, 4])
def test_a_sender_killed_at_any_instant_sends_nothing_twice(filled: Office, postbox: Postbox, connections: int) -> None:
    point_at(filled, postbox.port, connections)
    assert kill_and_restart(filled, postbox, 4, seed=connections) > 0
    check(filled, postbox)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(25))
def test_the_same_over_many_kills(filled: Office, postbox: Postbox, seed: int) -> None:
    point_at(filled, postbox.port, connections=1 + seed % 4)
    kill_and_restart(filled, postbox, 20, seed)
    check(filled, postbox)
