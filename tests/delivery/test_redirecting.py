"""A rehearsal: everything is done but that anybody outside is written to, and nothing counts as sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select

from outreach import config
from outreach.database import Database
from outreach.delivery import ledger, reopening, sending, settling
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import MemoryOutbox, Outbox, Parcel, Report
from outreach.delivery.recording import Sent
from outreach.delivery.redirecting import Redirected
from outreach.delivery.server import SmtpOutbox
from outreach.errors import Invalid
from outreach.letters import register
from outreach.mail.building import Mailbox
from outreach.office import Office
from tests.cast import CHAIR, NOON
from tests.conftest import Run
from tests.delivery.conftest import Approve
from tests.delivery.test_sending import gate, states
from tests.delivery.test_server import point_at
from tests.letters.desk import Desk
from tests.mail.servers import Postbox, listening

TRIAL = "trial@leadership-panel.example"


def redirected(outbox: Outbox) -> Redirected:
    return Redirected(outbox, TRIAL, Mailbox("chair@panel.example", "The Chair"), "panel.example", lambda: NOON)


@dataclass
class Hand:
    database: Database
    desk: Desk

    def send(self, references: Sequence[str], outbox: Outbox) -> list[Sent]:
        begin = self.database.transaction
        return list(sending.send(begin, references, outbox, self.desk.archive, gate, by=CHAIR, now=lambda: NOON))


@pytest.fixture
def hand(database: Database, desk: Desk) -> Hand:
    return Hand(database, desk)


def test_the_approved_bytes_go_enclosed_to_one_address_and_the_letter_stays_approved(approve: Approve, hand: Hand) -> None:
    references = approve.letters(2)
    memory = MemoryOutbox()
    assert [one.result for one in hand.send(references, redirected(memory))] == [Result.REHEARSED] * 2
    assert {parcel.recipients for parcel in memory.parcels.values()} == {(TRIAL,)}
    for reference, frozen in zip(references, approve.frozen(references), strict=True):
        raw = memory.parcels[reference].message
        assert frozen in raw, "byte for byte"
        message = message_from_bytes(raw, policy=policy.default)
        assert isinstance(message, EmailMessage)
        inner = message_from_bytes(frozen, policy=policy.default)
        assert (message["To"], message["Subject"]) == (TRIAL, f"Rehearsal of {reference}")
        assert message["Message-ID"] != inner["Message-ID"], "or it would be found as sent"
        [enclosed] = message.iter_attachments()
        assert enclosed.get_content_type() == "message/rfc822"
        assert enclosed.get_content()["Subject"] == inner["Subject"]
        body = message.get_body()
        assert body is not None
        assert inner["To"].addresses[0].addr_spec in body.get_content()
    assert states(hand.database) == ["approved"] * 2
    with hand.database.reading() as session:
        rows = list(ledger.entries(session))
    assert [(row["result"], row["rehearsal"], row["dispatched_on"], row["recipient"]) for row in rows] == [
        ("rehearsed", True, None, TRIAL)
    ] * 2


def test_what_was_rehearsed_leaves_once_in_earnest_afterwards(approve: Approve, hand: Hand) -> None:
    references = approve.letters(2)
    for _ in range(2):
        hand.send(references, redirected(MemoryOutbox()))
    memory = MemoryOutbox()
    assert [one.result for one in hand.send(references, memory)] == [Result.ACCEPTED] * 2
    assert [parcel.message for parcel in memory.parcels.values()] == approve.frozen(references)
    assert [one.held for one in hand.send(references, redirected(MemoryOutbox()))] == [True] * 2, "it left already"


def test_a_server_hears_of_nobody_but_the_one_address(approve: Approve, hand: Hand) -> None:
    references = approve.letters(2)
    with listening(Postbox()) as postbox:
        postbox.refuses["office@net0.example"] = "550 gone"
        outbox = redirected(SmtpOutbox(postbox.server(), "chair@panel.example", now=lambda: NOON, connections=2))
        outbox.ready()
        assert [one.recipient for one in outbox.rehearse(["office@net0.example"], 10)] == [TRIAL]
        assert {one.result for one in hand.send(references, outbox)} == {Result.REHEARSED}
        assert [recipients for recipients, _raw in postbox.taken] == [(TRIAL,)] * 2


class Breaks(MemoryOutbox):
    """An outbox whose line breaks, or that wants the letter later."""

    result: Result | None = None

    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        if self.result is None:
            raise OSError("the line broke")
        return [Report(parcel.recipients[0], self.result, "no")]


@pytest.mark.parametrize("result", [None, Result.DEFERRED, Result.REFUSED])
def test_a_rehearsal_that_fails_leaves_the_letter_approved_and_counts_for_no_wait(
    approve: Approve, hand: Hand, result: Result | None
) -> None:
    [reference] = approve.letters(1)
    outbox = Breaks()
    outbox.result = result
    for _ in range(8):
        [sent] = hand.send([reference], redirected(outbox))
        assert sent.result is (result or Result.UNKNOWN)
    assert states(hand.database) == ["approved"]
    outbox.result = Result.DEFERRED
    hand.send([reference], outbox)
    assert states(hand.database) == ["deferred"], "the first time in earnest"
    [held] = hand.send([reference], redirected(MemoryOutbox()))
    assert held.detail == "a server asked to bring it again; only what was never brought is rehearsed"


class Died(BaseException):
    """The sender is gone."""


class Dies(MemoryOutbox):
    def deliver(self, parcel: Parcel) -> Sequence[Report]:
        raise Died


def test_a_sender_that_died_rehearsing_leaves_a_letter_that_certainly_did_not_go(approve: Approve, hand: Hand) -> None:
    [reference] = approve.letters(1)
    with pytest.raises(Died):
        hand.send([reference], redirected(Dies()))
    assert states(hand.database) == ["leaving"]
    with hand.database.transaction() as session:
        letter = register.find(session, reference)
        [looked] = settling.look([settling.attempt_of(session, letter)], lambda _attempt: MemoryOutbox(), hand.desk.archive)
        settled = settling.settle(session, letter, True, looked=looked, by=CHAIR, at=NOON, why="I saw it")
        assert settled.detail == "did not go; approved and ready to be sent again"
    assert states(hand.database) == ["approved"]


def test_a_rehearsal_is_a_line_in_the_settings(filled: Office, run: Run) -> None:
    with listening(Postbox()) as postbox:
        point_at(filled, postbox.port)
        path = filled.folder / "outreach.toml"
        words = path.read_text()
        path.write_text(words.replace("[mail]\n", f'[mail]\nredirect_all_to = "{TRIAL}"\n'))
        said = run("send", "wsis20-input", "--really", "--count", "12").output
        assert f"Rehearsal (redirect_all_to): every letter goes, enclosed, to {TRIAL} alone." in said
        assert "wsis20-input by smtp: 12 rehearsed." in said
        assert {recipients for recipients, _raw in postbox.taken} == {(TRIAL,)}
        run("send", "wsis20-input", "--outbox", "folder", "--really")
        assert not (filled.folder / "out" / "folder").exists()
        assert len(list((filled.folder / "out" / "rehearsal" / "folder" / "wsis20-input").glob("*.eml"))) == 12
        path.write_text(words)
        assert "12 accepted" in run("send", "wsis20-input", "--really").output
        assert len({recipients for recipients, _raw in postbox.taken}) == 13
    with filled.reading() as session:
        assert len(session.scalars(select(Attempt).filter_by(rehearsal=True)).all()) == 24


def test_an_address_that_is_none_redirects_nothing(filled: Office) -> None:
    path = filled.folder / "outreach.toml"
    path.write_text(path.read_text().replace("[mail]\n", '[mail]\nredirect_all_to = "nobody"\n'))
    with pytest.raises(Invalid, match="redirect_all_to"):
        config.read(filled.folder)


def test_a_rehearsal_in_doubt_keeps_no_refused_letter_from_coming_back(approve: Approve, hand: Hand) -> None:
    [reference] = approve.letters(1)
    outbox = Breaks()
    hand.send([reference], redirected(outbox))
    outbox.result = Result.REFUSED
    hand.send([reference], outbox)
    with hand.database.transaction() as session:
        reopening.reopen(session, register.find(session, reference), by=CHAIR, at=NOON)
    assert states(hand.database) == ["draft"]
