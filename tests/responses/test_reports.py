"""What machines report about our letters is noted on the letter that it names; it answers nothing."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts.models import Address, Channel
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.errors import Refused
from outreach.letters.models import Letter, LetterState
from outreach.responses import chasing, closing, reports, taking_in, waiting
from outreach.responses.chasing import Series
from outreach.responses.models import IncomingMail, MailState
from outreach.responses.reports import Noted
from tests.cast import DANA, NOON, RENE, society
from tests.responses.building import OURS, campaign, letter, mail, message_id


@pytest.fixture
def sent(session: Session) -> Letter:
    """A letter that a server took for office@open-net.example."""
    made = letter(session, society(session), part_of=campaign(session))
    outcome = Outcome(recipient="office@open-net.example", result=Result.ACCEPTED, reply="250 OK")
    when = {"started_at": NOON, "ended_at": NOON, "dispatched_on": NOON.date(), "result": Result.ACCEPTED}
    attempt = Attempt(letter=made, version=made.version_now, outbox="smtp", channel=Channel.EMAIL, started_by=DANA.name, **when)
    attempt.outcomes = [outcome]
    session.add(attempt)
    session.flush()
    return made


def bounce(original: str, *, status: str = "5.1.1", address: str = "office@open-net.example", action: str = "failed") -> bytes:
    """A report by RFC 3464 about the message `original`."""
    return (
        f"From: MAILER-DAEMON@mx.example\nTo: {OURS}\nSubject: Undelivered Mail\nMessage-ID: <{status}{action}@mx.example>\n"
        "Date: Mon, 27 Jan 2025 11:00:00 +0000\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nIt did not arrive.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\n"
        f"Diagnostic-Code: smtp; 550 {status} unknown\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nFrom: {OURS}\nTo: {address}\n"
        f"Message-ID: {original}\nSubject: Your input\n\n"
        "--b--\n"
    ).encode()


def came(session: Session, archive: Archive, raw: bytes) -> tuple[IncomingMail, list[Noted]]:
    """Take a mail in and note what it reports."""
    own = {OURS}
    [taken] = taking_in.take_in(session, archive, [("1.eml", raw)], by=DANA, at=NOON, own_addresses=own)
    noted = [reports.note(session, archive, number, by=DANA, at=NOON) for number in reports.to_note(session)]
    return waiting.get(session, taken.mail), [one for one in noted if one]


def results(session: Session, of: Letter) -> list[Result]:
    query = select(Outcome.result).join(Attempt).where(Attempt.letter_id == of.id).order_by(Outcome.id)
    return list(session.scalars(query))


def address(session: Session) -> Address:
    return session.scalars(select(Address).where(Address.normalised == "office@open-net.example")).one()


def test_a_bounce_goes_into_the_ledger_and_marks_the_address(session: Session, archive: Archive, sent: Letter) -> None:
    came_in, [noted] = came(session, archive, bounce(message_id(sent)))
    assert (came_in.state, came_in.suggested_letter, came_in.response_id) == (MailState.NOTED, sent, None)
    assert noted.said == f"{sent.reference} did not reach office@open-net.example (5.1.1 550 5.1.1 unknown)."
    assert results(session, sent) == [Result.ACCEPTED, Result.BOUNCED]
    assert sent.state is LetterState.BOUNCED
    assert address(session).failed_since == NOON.date()
    assert "5.1.1" in address(session).failure


def test_the_letters_that_went_to_a_lost_address_are_listed(session: Session, archive: Archive, sent: Letter) -> None:
    other = letter(session, sent.addressees[0].post, state=LetterState.ACCEPTED)
    came_in, _ = came(session, archive, bounce(message_id(sent)))
    from outreach.mail.reading import read

    message = read(archive.fetch(came_in.raw_sha256))
    assert reports.concerned(session, came_in, message) == [other, sent]


def test_a_delay_stands_in_the_ledger_and_the_address_is_as_good_as_before(
    session: Session, archive: Archive, sent: Letter
) -> None:
    raw = bounce(message_id(sent), status="4.4.1", action="delayed")
    came_in, [noted] = came(session, archive, raw)
    assert came_in.state is MailState.NOTED
    assert "has not reached" in noted.said
    assert (results(session, sent), sent.state) == ([Result.ACCEPTED, Result.DELAYED], LetterState.ACCEPTED)
    assert address(session).failed_since is None


def test_a_refusal_by_policy_says_nothing_about_the_address(session: Session, archive: Archive, sent: Letter) -> None:
    came(session, archive, bounce(message_id(sent), status="5.7.1"))
    assert results(session, sent)[-1] is Result.BOUNCED
    assert address(session).failed_since is None


def test_a_report_on_a_letter_that_it_only_names_by_its_reference_waits(
    session: Session, archive: Archive, sent: Letter
) -> None:
    raw = bounce("<unknown@elsewhere.example>").replace(b"Subject: Undelivered Mail", f"Subject: {sent.reference}".encode())
    came_in, noted = came(session, archive, raw)
    assert (came_in.state, noted, sent.state) == (MailState.WAITING, [], LetterState.ACCEPTED)
    assert address(session).failed_since is None


def test_an_absence_pauses_the_chase_until_its_day(session: Session, archive: Archive, sent: Letter) -> None:
    words = "I am out of the office until 3 March 2025. In urgent cases please contact Max Muster (max@open-net.example)."
    raw = mail(subject="Automatic reply: Your input", text=words, answers=message_id(sent), Auto_Submitted="auto-replied")
    came_in, [noted] = came(session, archive, raw)
    assert (came_in.state, came_in.response_id, came_in.returns_on) == (MailState.NOTED, None, date(2025, 3, 3))
    assert "away until 2025-03-03" in noted.said
    assert "max@open-net.example" in came_in.deputy
    assert closing.closed(session, [sent.id]) == set()
    [away] = chasing.chase(session, sent.campaign, Series(14, 2), today=date(2025, 2, 20))
    assert away.why_not.startswith("away until 2025-03-03; meanwhile: ")
    [back] = chasing.chase(session, sent.campaign, Series(14, 2), today=date(2025, 3, 3))
    assert back.why_not == ""


def test_a_receipt_is_noted_and_closes_nothing(session: Session, archive: Archive, sent: Letter) -> None:
    raw = mail(subject="Read: Your input", text="Your message was read on Monday.", answers=message_id(sent))
    raw = raw.replace(b"Content-Type: text/plain", b"Content-Type: multipart/report; report-type=disposition-notification")
    came_in, noted = came(session, archive, raw)
    assert came_in.state is MailState.NOTED, came_in.reason
    assert "was opened" in noted[0].said
    assert closing.closed(session, [sent.id]) == set()


def test_what_a_person_let_wait_again_is_left_to_persons(session: Session, archive: Archive, sent: Letter) -> None:
    raw = mail(subject="Automatic reply", answers=message_id(sent), Auto_Submitted="auto-replied")
    came_in, _ = came(session, archive, raw)
    waiting.put_back(session, came_in.id, by=DANA, at=NOON)
    assert came_in.state is MailState.WAITING
    assert list(reports.to_note(session)) == []


def test_whoever_only_reads_notes_nothing(session: Session, archive: Archive, sent: Letter) -> None:
    with pytest.raises(Refused, match="may not note reports"):
        reports.note(session, archive, 1, by=RENE, at=NOON)
