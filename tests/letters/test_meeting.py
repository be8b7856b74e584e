"""The meeting that a letter invites to: its hours in six languages, and a calendar entry that any program reads."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from outreach.errors import Invalid
from outreach.letters import meeting
from outreach.letters.meeting import Meeting
from tests.letters.desk import load_forms

VALUES = {"start": "2025-02-18T14:00", "end": "2025-02-18T15:30", "zone": "Europe/Zurich", "place": "Room XXVI"}
ZURICH = ZoneInfo("Europe/Zurich")
ENTRY = {
    "identity": "IGF-LP-2025-0001@panel.example",
    "dated": date(2025, 1, 27),
    "subject": "Joint meeting",
    "reference": "IGF/LP/2025/0001",
    "organiser": "inputs@panel.example",
    "organiser_name": "The Panel",
}


def read(**changes: str) -> Meeting:
    return meeting.read({**VALUES, **changes})


def event(content: bytes) -> object:
    [found] = Calendar.from_ical(content).walk("VEVENT")
    return found


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("18 February 2025", "14:00", "15:30", "Central European Standard Time")),
        ("fr", ("18 février 2025", "14 h 00", "15 h 30", "heure normale d’Europe centrale")),
        ("es", ("18 de febrero de 2025", "14.00", "15.30", "hora estándar de Europa central")),
        ("ru", ("18 февраля 2025 года", "14:00", "15:30", "Центральная Европа, стандартное время")),
        ("zh", ("2025年2月18日", "14:00", "15:30", "中欧标准时间")),
        ("ar", ("18 شباط/فبراير 2025", "14:00", "15:30", "توقيت وسط أوروبا الرسمي")),
    ],
)
def test_day_hours_and_zone_are_written_as_each_language_writes_them(language: str, said: tuple[str, ...]) -> None:
    assert tuple(read().shown(load_forms(language)).values()) == said


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"zone": ""}, "there is no value for zone"),
        ({"zone": "Mars/Olympus"}, "the value zone says 'Mars/Olympus'"),
        ({"zone": "../../etc/passwd"}, "name the time zone"),
        ({"start": ""}, "the value start says ''; give day and hour"),
        ({"start": "18 February"}, "the value start says '18 February'"),
        ({"start": "2025-02-18"}, "give day and hour without a zone"),
        ({"start": "2025-02-18T14:00+02:00"}, "give day and hour without a zone"),
        ({"end": "2025-02-18T13:00"}, "before it begins"),
        ({"end": "2025-02-18T14:00"}, "before it begins"),
        ({"end": "2025-02-19T01:00"}, "ends on another day"),
        ({"start": "2025-03-30T02:30", "end": "2025-03-30T04:00"}, "an hour that Europe/Zurich does not have on that day"),
    ],
)
def test_hours_that_make_no_meeting_are_refused_with_the_value_to_mend(changes: dict[str, str], what: str) -> None:
    with pytest.raises(Invalid, match=what):
        read(**changes)


def test_the_entry_says_when_where_and_who_is_to_be_answered() -> None:
    found = event(meeting.entry(read(link="https://meet.example/x?a=1&b=2"), **ENTRY))
    assert datetime(2025, 2, 18, 14, 0, tzinfo=ZURICH) == found.DTSTART
    assert datetime(2025, 2, 18, 15, 30, tzinfo=ZURICH) == found.DTEND
    assert found["organizer"] == "mailto:inputs@panel.example"
    assert (found["summary"], found["location"], found["uid"]) == ("Joint meeting", "Room XXVI", ENTRY["identity"])
    assert found["url"] == "https://meet.example/x?a=1&b=2"


def test_it_is_read_right_where_the_zone_is_not_known_by_name() -> None:
    content = meeting.entry(read(), **ENTRY)
    [zone] = Calendar.from_ical(content).walk("VTIMEZONE")
    assert read().start.replace(tzinfo=zone.to_tz()).utcoffset().total_seconds() == 3600
    assert len(content) < 2000, "only the rules of these years"


def test_the_same_letter_gives_the_same_bytes_and_a_later_one_replaces_it() -> None:
    first, again = meeting.entry(read(), **ENTRY), meeting.entry(read(), **ENTRY)
    assert first == again
    later = event(meeting.entry(read(start="2025-02-18T15:00"), **{**ENTRY, "dated": date(2025, 2, 3)}))
    assert later["uid"] == event(first)["uid"]
    assert later["sequence"] > event(first)["sequence"]
    assert datetime(2025, 2, 3, tzinfo=UTC) == later.DTSTAMP


@given(st.text(max_size=80))
def test_whatever_a_place_holds_it_is_a_place_and_no_line_of_the_calendar(place: str) -> None:
    found = Calendar.from_ical(meeting.entry(read(place=place + "\r\nATTENDEE:mailto:x@evil.example"), **ENTRY))
    assert {component.name for component in found.walk()} <= {"VCALENDAR", "VTIMEZONE", "STANDARD", "DAYLIGHT", "VEVENT"}
    [one] = found.walk("VEVENT")
    assert set(one) == {
        "UID", "DTSTAMP", "SEQUENCE", "SUMMARY", "DESCRIPTION", "DTSTART", "DTEND", "LOCATION", "ORGANIZER",
    }  # fmt: skip
