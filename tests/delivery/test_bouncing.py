"""What comes back after a server had taken it: written beside what was said when it left, and what may follow."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts.models import Channel
from outreach.delivery import bouncing, ledger, reopening
from outreach.delivery.models import Attempt, Result
from outreach.delivery.outboxes import Report
from outreach.delivery.recording import Sent, record
from outreach.errors import NotFound, Refused
from outreach.letters import register
from outreach.letters.models import Letter, LetterRecipient, LetterState, RecipientKind
from tests.cast import CHAIR, DANA, NOON, RENE, society
from tests.letters.desk import Desk

LATER = NOON + timedelta(minutes=20)


@pytest.fixture
def letter(session: Session, desk: Desk) -> Letter:
    """An approved letter to one address, a copy of which goes to the registry."""
    post = society(session, "isoc", "isoc.example")
    post.second_channel = Channel.COURIER
    [reference] = desk.draft(session, desk.campaign(session, post)).new
    found = register.find(session, reference)
    desk.approve(session, found)
    found.version_now.recipients.append(
        LetterRecipient(kind=RecipientKind.CC, address="registry@panel.example", position=9, name="")
    )
    session.flush()
    return found


def leaves(session: Session, letter: Letter, result: Result = Result.ACCEPTED, *, ended: bool = True) -> Attempt:
    attempt = Attempt(letter_id=letter.id, letter_version_id=letter.version_now.id, outbox="smtp", channel=Channel.EMAIL)
    attempt.started_by, attempt.started_at = "Charlie Chair", NOON
    session.add(attempt)
    letter.state = LetterState.LEAVING
    session.flush()
    if ended:
        record(
            session,
            attempt,
            [Report(one.address, result, "250 ok") for one in letter.version_now.recipients],
            by=CHAIR,
            at=NOON,
        )
    return attempt


def to(letter: Letter) -> str:
    return next(one.address for one in letter.version_now.recipients if one.kind is RecipientKind.TO)


def comes_back(session: Session, letter: Letter, address: str, *, permanent: bool = True) -> Sent:
    return bouncing.record(session, letter, address, "5.1.1", "550 no such user", permanent=permanent, by=DANA, at=LATER)


def results(session: Session, letter: Letter) -> list[tuple[str, str]]:
    return [(str(row["recipient"]), str(row["result"])) for row in ledger.entries(session, letter.reference)]


def test_a_bounce_stands_beside_what_the_server_said_and_the_letter_is_bounced(session: Session, letter: Letter) -> None:
    leaves(session, letter)
    said = comes_back(session, letter, to(letter).upper())
    assert (said.result, letter.state) == (Result.BOUNCED, LetterState.BOUNCED)
    assert results(session, letter) == [
        (to(letter), "accepted"),
        ("registry@panel.example", "accepted"),
        (to(letter), "bounced"),
    ]
    [*_, last] = ledger.entries(session, letter.reference)
    assert last["reply"] == "5.1.1 550 no such user"
    assert last["dispatched_on"] == NOON.date(), "it left all the same"
    assert [one.reference for one in reopening.returned(session, offset=0, limit=9)] == [letter.reference]
    assert journal.verify(session).faults == ()


def test_the_same_report_again_changes_nothing(session: Session, letter: Letter) -> None:
    leaves(session, letter)
    comes_back(session, letter, to(letter))
    head = journal.head(session)
    comes_back(session, letter, to(letter))
    comes_back(session, letter, to(letter), permanent=False)
    assert journal.head(session) == head
    assert Counter(results(session, letter))[to(letter), "bounced"] == 1


def test_a_server_that_still_tries_changes_nothing_of_where_the_letter_stands(session: Session, letter: Letter) -> None:
    leaves(session, letter)
    comes_back(session, letter, to(letter), permanent=False)
    assert letter.state is LetterState.ACCEPTED
    assert results(session, letter)[-1] == (to(letter), "delayed")
    comes_back(session, letter, to(letter))
    assert letter.state is LetterState.BOUNCED


def test_a_copy_that_comes_back_is_named_and_the_letter_stays_delivered(session: Session, letter: Letter) -> None:
    leaves(session, letter)
    comes_back(session, letter, "registry@panel.example")
    assert letter.state is LetterState.ACCEPTED
    assert results(session, letter)[-1] == ("registry@panel.example", "bounced")


def test_what_bounced_goes_by_the_second_channel_though_a_copy_arrived_but_is_not_mailed_anew(
    session: Session, letter: Letter
) -> None:
    leaves(session, letter)
    with pytest.raises(Refused, match="is accepted; only a letter that was refused or bounced comes back"):
        reopening.turn_to_second(session, letter, by=CHAIR, at=LATER)
    comes_back(session, letter, to(letter))
    with pytest.raises(Refused, match="may have reached one of its recipients"):
        reopening.reopen(session, letter, by=DANA, at=LATER)
    assert reopening.turn_to_second(session, letter, by=CHAIR, at=LATER) is Channel.COURIER
    assert letter.state is LetterState.APPROVED
    assert letter.approval is not None, "it goes as it was approved"


def test_a_letter_that_bounced_from_everybody_comes_back_as_a_draft(session: Session, letter: Letter) -> None:
    leaves(session, letter)
    for recipient in (to(letter), "registry@panel.example"):
        comes_back(session, letter, recipient)
    reopening.reopen(session, letter, by=DANA, at=LATER)
    assert letter.state is LetterState.DRAFT


def test_a_late_report_leaves_alone_what_has_gone_another_way_since(session: Session, letter: Letter) -> None:
    leaves(session, letter)
    comes_back(session, letter, to(letter))
    reopening.turn_to_second(session, letter, by=CHAIR, at=LATER)
    comes_back(session, letter, "registry@panel.example")
    assert letter.state is LetterState.APPROVED


def test_a_bounce_proves_that_a_letter_in_doubt_left(session: Session, letter: Letter) -> None:
    leaves(session, letter, Result.UNKNOWN)
    assert letter.state is LetterState.UNKNOWN
    comes_back(session, letter, to(letter))
    assert letter.state is LetterState.BOUNCED


def test_a_sender_at_work_ends_first_and_one_that_died_does_not_hinder(session: Session, letter: Letter) -> None:
    attempt = leaves(session, letter, ended=False)
    with pytest.raises(Refused, match="is still leaving"):
        bouncing.record(session, letter, to(letter), "", "", permanent=True, by=DANA, at=NOON + timedelta(minutes=1))
    comes_back(session, letter, to(letter))
    assert (letter.state, attempt.ended_at) == (LetterState.BOUNCED, LATER)


def test_an_address_that_it_was_handed_on_to_is_the_one_recipient_and_else_it_must_be_named(
    session: Session, letter: Letter
) -> None:
    leaves(session, letter)
    for address in ("", "elsewhere@isoc.example"):
        with pytest.raises(NotFound, match="does not say that"):
            comes_back(session, letter, address)
    copy = letter.version_now.recipients.pop()
    session.delete(copy)
    session.flush()
    comes_back(session, letter, "elsewhere@isoc.example")
    assert results(session, letter)[-1] == (to(letter), "bounced")


def test_a_letter_that_never_left_cannot_bounce_and_a_reader_records_nothing(session: Session, letter: Letter) -> None:
    with pytest.raises(NotFound, match="The ledger does not say"):
        comes_back(session, letter, to(letter))
    leaves(session, letter, Result.REFUSED)
    with pytest.raises(NotFound, match="The ledger does not say"):
        comes_back(session, letter, to(letter))
    with pytest.raises(Refused, match="record bounces"):
        bouncing.record(session, letter, to(letter), "", "", permanent=True, by=RENE, at=LATER)
