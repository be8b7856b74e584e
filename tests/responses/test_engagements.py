"""Engagements: promises have a day and an outcome, hold reminders back, and never count as answers."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach.errors import Invalid, Refused
from outreach.letters.models import Letter
from outreach.responses import briefing, chasing, closing, deadlines, engagements
from outreach.responses.engagements import Given, Wanted
from outreach.responses.holding_back import Series
from outreach.responses.models import EngagementKind
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.responses.building import campaign, letter

TODAY = date(2025, 3, 3)
SERIES = Series(every=14, most=2)


@pytest.fixture
def asked(session: Session) -> Letter:
    """A letter to a society that left, whose answer was due by 10 February."""
    return letter(session, society(session), part_of=campaign(session))


def given(**changes: Any) -> Given:
    words: dict[str, Any] = {"kind": EngagementKind.ACTION, "owner": "The Chair", "what": "Draft a letter", "on": TODAY}
    return Given(**{**words, **changes})


def why_not(session: Session, asked: Letter, today: date = TODAY) -> str:
    assert asked.campaign
    found = chasing.chase(session, asked.campaign, SERIES, today=today)
    return next(one.why_not for one in found if one.letter_id == asked.id)


@pytest.mark.parametrize("about", ["organisation", "letter"])
def test_a_promised_answer_holds_reminders_back_until_its_day_is_over(session: Session, asked: Letter, about: str) -> None:
    named = {"organisation": {"organisation": "open-net"}, "letter": {"letter": asked.reference}}[about]
    promise = given(kind=EngagementKind.PROMISED_ANSWER, what="An answer", due=date(2025, 3, 10), **named)
    row = engagements.add(session, promise, by=DANA, at=NOON)
    assert row.organisation
    assert row.organisation.key == "open-net"
    assert why_not(session, asked) == "an answer is promised by 2025-03-10"
    assert why_not(session, asked, date(2025, 3, 11)) == ""
    engagements.close(session, row.id, "They declined by telephone.", on=TODAY, by=DANA, at=NOON)
    assert why_not(session, asked) == ""


def test_a_promise_about_one_letter_lets_no_other_wait(session: Session, asked: Letter) -> None:
    assert asked.campaign
    other = letter(session, asked.addressees[0].post)
    promise = given(kind=EngagementKind.PROMISED_ANSWER, due=date(2025, 3, 10), letter=other.reference)
    engagements.add(session, promise, by=DANA, at=NOON)
    assert why_not(session, asked) == ""


def test_a_call_is_a_note_and_closes_no_letter(session: Session, asked: Letter) -> None:
    call = engagements.add(session, given(kind=EngagementKind.CALL, letter=asked.reference), by=DANA, at=NOON)
    assert closing.closed(session, [asked.id]) == set()
    assert why_not(session, asked) == ""
    with pytest.raises(Refused, match="nothing to close"):
        engagements.close(session, call.id, "Done", on=TODAY, by=DANA, at=NOON)
    assert engagements.page(session, Wanted(open=True)) == []


def test_an_item_of_minutes_stands_among_the_deadlines_until_it_is_closed(session: Session) -> None:
    item = given(due=date(2025, 3, 31), source="Minutes of 21 January 2025")
    row = engagements.add(session, item, by=DANA, at=NOON)
    (found,) = deadlines.upcoming(session, since=TODAY)
    assert (found.what, found.detail) == ("The Chair: Draft a letter", "Minutes of 21 January 2025")
    engagements.close(session, row.id, "It left.", on=TODAY, by=DANA, at=NOON)
    assert deadlines.upcoming(session, since=TODAY) == []
    with pytest.raises(Refused, match="It left"):
        engagements.close(session, row.id, "Again", on=TODAY, by=DANA, at=NOON)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"what": " "}, "Say what it is about"),
        ({"due": date(2025, 3, 1)}, "cannot be due on 2025-03-01"),
        ({"kind": EngagementKind.CALL, "due": TODAY}, "due by no day"),
        ({"kind": EngagementKind.PROMISED_ANSWER, "due": TODAY}, "Say who promised"),
        ({"kind": EngagementKind.PROMISED_ANSWER, "organisation": "open-net"}, "Say by which day"),
    ],
)
def test_what_is_missing_or_does_not_fit_is_said(session: Session, changes: dict[str, Any], sentence: str) -> None:
    society(session)
    with pytest.raises(Invalid, match=sentence):
        engagements.add(session, given(**changes), by=DANA, at=NOON)


def test_who_only_reads_writes_nothing_down(session: Session) -> None:
    with pytest.raises(Refused, match="may not write engagements down"):
        engagements.add(session, given(), by=RENE, at=NOON)


def test_a_call_sheet_says_who_the_last_letters_what_was_said_and_what_to_ask(session: Session, asked: Letter) -> None:
    kenya(session)
    said = given(kind=EngagementKind.CALL, what="Called", organisation="open-net", said="They meet in March.")
    engagements.add(session, said, by=DANA, at=NOON)
    promise = given(kind=EngagementKind.PROMISED_ANSWER, what="An answer", organisation="open-net", due=date(2025, 3, 10))
    engagements.add(session, promise, by=DANA, at=NOON)
    sheet = briefing.in_words(briefing.brief(session, "open-net", today=TODAY))
    assert asked.reference in sheet
    assert "They meet in March." in sheet
    assert f"The answer to {asked.reference}, which was due by 2025-02-10." in sheet
    assert "The Chair: An answer, by 2025-03-10" in sheet
