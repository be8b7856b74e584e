"""The meeting that a letter invites to: its hours as the letter writes them, and the calendar entry that goes with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from outreach.errors import Invalid
from outreach.letters import citing
from outreach.protocol import forms as protocol

CONTENT_TYPE = "text/calendar"
_EPOCH = date(2020, 1, 1)
_LONGEST = timedelta(hours=24)


@dataclass(frozen=True)
class Meeting:
    """A meeting of at most a day; `start` and `end` are aware, in the zone that the letter names.

    `replaces` is the reference of the letter whose invitation this one takes the place of.
    """

    start: datetime
    end: datetime
    place: str = ""
    link: str = ""
    replaces: str = ""

    def shown(self, forms: protocol.Forms) -> dict[str, str]:
        """Its day and hours as a letter in the language of `forms` writes them: day, begins, ends, zone."""
        return {
            "day": protocol.date_line(self.start.date(), forms.language, forms),
            "begins": protocol.time_line(self.start, forms),
            "ends": protocol.time_line(self.end, forms),
            "zone": protocol.zone_line(self.start, forms.language),
        }


def read(values: Mapping[str, Any]) -> Meeting:
    """The meeting that `start`, `end`, `zone`, `place` and `link` describe; raises Invalid, naming the value to mend."""
    zone = _zone(_text(values, "zone"))
    start, end = (_instant(values, name, zone) for name in ("start", "end"))
    if not start < end <= start + _LONGEST:
        raise Invalid(
            f"the meeting ends ({_text(values, 'end')}) before it begins ({_text(values, 'start')}), or lasts"
            f" more than a day; mend the values start and end"
        )
    if end.date() != start.date():
        raise Invalid("the meeting ends on another day than it begins, and the letter names one day; mend the value end")
    return Meeting(start, end, _text(values, "place"), _text(values, "link"), citing.named(values))


def _text(values: Mapping[str, Any], name: str) -> str:
    return " ".join(str(values.get(name) or "").split())


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError):
        said = f"the value zone says {name!r}" if name else "there is no value for zone"
        raise Invalid(f"{said}; name the time zone of the meeting, such as Europe/Zurich or UTC") from None


def _instant(values: Mapping[str, Any], name: str, zone: ZoneInfo) -> datetime:
    said = _text(values, name)
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        raise Invalid(f"the value {name} says {said!r}; give day and hour, such as 2025-02-18T14:00") from None
    if found.tzinfo is not None or "T" not in said.upper().replace(" ", "T"):
        raise Invalid(f"the value {name} says {said!r}; give day and hour without a zone, such as 2025-02-18T14:00")
    # An hour that the clocks leap over would be another one in the calendar than in the letter.
    if found.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != found:
        raise Invalid(f"the value {name} says {said!r}, an hour that {zone.key} does not have on that day; give another")
    return found.replace(tzinfo=zone)


def entry(
    meeting: Meeting, *, identity: str, dated: date, subject: str, reference: str, organiser: str, organiser_name: str
) -> bytes:
    """The meeting as an iCalendar file (RFC 5545); the same arguments always give the same bytes.

    `identity` is what makes it the same entry: a later letter's entry (by `dated`) with the same one replaces it. Answers go to
    the `organiser`, the monitored inbox. Published, not requested (RFC 5546): whoever opens it may keep it, also a secretary
    who is not among the addressees, and the answer to the letter is a letter.
    """
    event = Event()
    event.add("uid", identity)
    event.add("dtstamp", datetime.combine(dated, time(), tzinfo=UTC))
    event.add("sequence", max((dated - _EPOCH).days, 0))
    event.add("summary", subject)
    event.add("description", reference)
    event.add("dtstart", meeting.start)
    event.add("dtend", meeting.end)
    if meeting.place:
        event.add("location", meeting.place)
    if meeting.link:
        event.add("url", meeting.link)
    address = vCalAddress(f"mailto:{organiser}")
    address.params["cn"] = vText(organiser_name)
    event["organizer"] = address
    calendar = Calendar()
    for name, value in (("prodid", "-//outreach//letters//EN"), ("version", "2.0"), ("method", "PUBLISH")):
        calendar.add(name, value)
    calendar.add_component(event)
    # The zone's rules of these years only: all of them since 1970 would be two pages.
    years = date(meeting.start.year, 1, 1), date(meeting.start.year + 1, 12, 31)
    calendar.add_missing_timezones(*years)
    return bytes(calendar.to_ical())
