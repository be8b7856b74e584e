"""The ledger: every attempt with its outcomes, page by page, and the letters of which nobody can say whether they left."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Channel
from outreach.delivery import ledger
from outreach.delivery.models import Attempt, Outcome, Result
from outreach.letters.models import Letter, LetterState
from tests.cast import CHAIR, NOON, society
from tests.counting import asked
from tests.letters.desk import Desk


def drafted(session: Session, desk: Desk, slug: str, count: int) -> Sequence[Letter]:
    """So many letters of a campaign."""
    campaign = desk.campaign(session, *(society(session, f"{slug}-{n}", f"{slug}{n}.example") for n in range(count)), slug=slug)
    desk.draft(session, campaign)
    return session.scalars(select(Letter).filter_by(campaign_id=campaign.id).order_by(Letter.id)).all()


def tried(session: Session, letter: Letter, result: Result | None, outbox: str = "folder") -> Attempt:
    """An attempt to let the letter leave, with an outcome for one recipient once it has ended."""
    attempt = Attempt(letter_id=letter.id, letter_version_id=letter.version_now.id, outbox=outbox, channel=Channel.EMAIL)
    attempt.started_by, attempt.started_at, attempt.result = CHAIR.name, NOON, result
    if result:
        attempt.ended_at, attempt.dispatched_on = NOON + timedelta(minutes=1), NOON.date()
        attempt.outcomes = [Outcome(recipient="office@one.example", result=result, reply=f"said {result}")]
    session.add(attempt)
    session.flush()
    return attempt


@pytest.fixture
def attempts(session: Session, desk: Desk) -> list[Attempt]:
    """Three attempts: two for the first letter of one campaign, one for a letter of another."""
    first, other = drafted(session, desk, "first", 2), drafted(session, desk, "other", 1)
    return [
        tried(session, first[0], Result.DEFERRED, "smtp"),
        tried(session, other[0], Result.ACCEPTED),
        tried(session, first[0], None, "print"),
    ]


def test_attempts_stand_latest_first_of_all_or_of_one_campaign(session: Session, attempts: list[Attempt]) -> None:
    everything = ledger.attempts(session, offset=0, limit=50)
    assert list(everything) == attempts[::-1]
    assert [list(ledger.attempts(session, offset=n, limit=1)) for n in range(4)] == [[one] for one in attempts[::-1]] + [[]]
    campaign = attempts[0].letter.campaign
    assert list(ledger.attempts(session, campaign=campaign, offset=0, limit=50)) == [attempts[2], attempts[0]]


def test_the_attempts_for_a_letter_stand_oldest_first(session: Session, attempts: list[Attempt]) -> None:
    letter = attempts[0].letter
    assert list(ledger.of_letter(session, letter)) == [attempts[0], attempts[2]]
    never = session.scalars(select(Letter).where(Letter.id.not_in([one.letter_id for one in attempts]))).one()
    assert list(ledger.of_letter(session, never)) == []


def test_every_outcome_is_an_entry_and_what_has_not_ended_is_open(session: Session, attempts: list[Attempt]) -> None:
    rows = list(ledger.entries(session))
    assert [(row["outbox"], row["recipient"], row["result"]) for row in rows] == [
        ("smtp", "office@one.example", "deferred"),
        ("folder", "office@one.example", "accepted"),
        ("print", None, "open"),
    ]
    reference = attempts[1].letter.reference
    assert [row["reply"] for row in ledger.entries(session, reference)] == ["said accepted"]


def test_letters_in_doubt_are_those_that_are_leaving_or_unknown(session: Session, desk: Desk) -> None:
    letters = drafted(session, desk, "first", len(LetterState))
    for letter, state in zip(letters, LetterState, strict=True):
        letter.state = state
    session.flush()
    doubtful = ledger.in_doubt(session, offset=0, limit=50)
    assert {letter.state for letter in doubtful} == {LetterState.LEAVING, LetterState.UNKNOWN}
    assert ledger.count_in_doubt(session) == 2
    assert list(ledger.in_doubt(session, offset=1, limit=50)) == list(doubtful[1:])


def test_a_page_takes_the_same_few_queries_however_much_was_tried(session: Session, attempts: list[Attempt]) -> None:
    few = queries(session)
    for _ in range(20):
        tried(session, attempts[0].letter, Result.DEFERRED)
    assert queries(session) == few <= 3


def queries(session: Session) -> int:
    session.expire_all()
    with asked(session.get_bind()) as said:
        for one in ledger.attempts(session, offset=0, limit=50):
            assert one.letter.reference
            assert all(outcome.reply for outcome in one.outcomes)
    return len(said)
