"""Overdue lists: the same letters as the standing counts, by group and by person responsible."""

from datetime import date

import pytest
from icalendar import Calendar
from sqlalchemy.orm import Session

from outreach.responses import deadlines, overdue, standing
from outreach.responses.models import ResponseKind
from outreach.responses.overdue import Sort, Wanted
from tests.cast import DANA, NOON, kenya, society
from tests.responses.building import campaign, letter
from tests.responses.test_standing import came

TODAY = date(2025, 3, 3)


@pytest.fixture
def late(session: Session) -> None:
    """Four letters of a campaign past its deadline: a society's, a mission's, a joint one, and one that was answered."""
    ours = campaign(session)
    first, mission = society(session), kenya(session)
    letter(session, first, part_of=ours)
    letter(session, mission, part_of=ours)
    letter(session, society(session, "a-net", "a.example"), society(session, "b-net", "b.example"))
    answered = letter(session, society(session, "c-net", "c.example"), part_of=ours)
    came(session, ResponseKind.SUBSTANTIVE, answered)


def test_letters_past_their_deadline_are_counted_by_group_and_by_person(session: Session, late: None) -> None:
    by_group = overdue.parts(session, Sort.GROUP, today=TODAY)
    assert {part.name: part.letters for part in by_group} == {"government": 1, "technical-community": 1}
    assert [(part.name, part.letters, part.since) for part in overdue.parts(session, Sort.OWNER, today=TODAY)] == [
        (DANA.name, 2, date(2025, 2, 10))
    ]
    (total,) = (one.total for one in standing.standings(session, today=TODAY) if one.slug)
    assert total.overdue == sum(part.letters for part in by_group)


def test_the_list_can_be_narrowed_and_says_how_late_each_is(session: Session, late: None) -> None:
    (found,) = overdue.page(session, Wanted(group="government"), today=TODAY)
    assert (found.addressee, found.days, found.campaign) == ("Kenya", 21, "value-of-the-igf")
    assert overdue.page(session, Wanted(owner="Nobody"), today=TODAY) == []


def test_deadlines_stand_in_the_calendar_once_each_with_how_many_are_open(session: Session) -> None:
    ours = campaign(session)
    letter(session, society(session), part_of=ours)
    letter(session, kenya(session), part_of=ours, deadline=date(2025, 2, 20))
    found = deadlines.upcoming(session, since=date(2025, 2, 1))
    assert [(one.day, one.open) for one in found] == [(date(2025, 2, 10), 1), (date(2025, 2, 20), 1)]
    made = deadlines.calendar(found, name="Deadlines", domain="office.example", at=NOON)
    events = Calendar.from_ical(made).walk("VEVENT")
    assert [str(event["uid"]) for event in events] == [
        "campaign-value-of-the-igf@office.example",
        "campaign-value-of-the-igf-2025-02-20@office.example",
    ]
    assert [event.decoded("dtstart") for event in events] == [date(2025, 2, 10), date(2025, 2, 20)]


def test_what_lies_outside_the_days_asked_for_is_left_out(session: Session) -> None:
    campaign(session)
    assert deadlines.upcoming(session, since=date(2025, 2, 11)) == []
    assert deadlines.upcoming(session, since=date(2025, 2, 1), until=date(2025, 2, 9)) == []
