"""Letters about an earlier one, and values that are the same for everybody, as drafting writes them."""

import email
from email import policy

import pytest
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns import planning
from outreach.campaigns.models import Campaign
from outreach.errors import Invalid, NotFound
from outreach.letters import comparing, register
from outreach.letters.freezing import frozen_message
from outreach.letters.models import Letter, LetterRelation, RelationKind
from tests.cast import DANA, NOON, society
from tests.letters.desk import Desk

MEETING = {"start": "2025-02-18T14:00", "end": "2025-02-18T16:00", "zone": "UTC", "place": "Room XXVI"}


@pytest.fixture
def request_letter(session: Session, desk: Desk) -> Letter:
    """A request for input of 27 January."""
    return register.find(session, desk.draft(session, desk.campaign(session, society(session))).new[0])


def about(session: Session, desk: Desk, letter: Letter, template: str, **values: str) -> Campaign:
    """A campaign to the same addressee by another template, with these values for everybody."""
    campaign = desk.campaign(session, letter.addressees[0].post, template=template, slug=template)
    planning.give(session, campaign, values, values, by=DANA, at=NOON)
    return campaign


def only(session: Session, desk: Desk, campaign: Campaign) -> Letter:
    drafted = desk.draft(session, campaign)
    assert drafted.refused == []
    return register.find(session, drafted.new[0])


def test_a_corrigendum_cites_reference_and_date_and_is_kept_as_the_correction(
    session: Session, desk: Desk, request_letter: Letter
) -> None:
    desk.approve(session, request_letter)
    campaign = about(
        session, desk, request_letter, "corrigendum", earlier="IGF/LP/2025/0001", wrong="14 *March*", right="21 March"
    )
    letter = only(session, desk, campaign)
    assert letter.version_now.subject == "Corrigendum to the letter of 27 January 2025"
    assert "my letter of 27 January 2025 (reference IGF/LP/2025/0001)" in letter.version_now.body
    assert "“14 \\*March\\*”" in letter.version_now.body
    relation = session.scalars(select(LetterRelation)).one()
    assert (relation.letter_id, relation.other_id, relation.kind) == (letter.id, request_letter.id, RelationKind.CORRECTS)


def test_drafting_anew_keeps_one_relation(session: Session, desk: Desk, request_letter: Letter) -> None:
    campaign = about(session, desk, request_letter, "reminder", earlier="IGF/LP/2025/0001")
    only(session, desk, campaign)
    planning.give(session, campaign, {"personal": "Once more."}, {"personal"}, by=DANA, at=NOON)
    assert desk.draft(session, campaign, redraft=True).revised == ["IGF/LP/2025/0002"]
    assert session.scalars(select(LetterRelation.kind)).all() == [RelationKind.REMINDS]


def test_an_earlier_letter_that_has_not_left_or_was_to_somebody_else_is_warned_of(
    session: Session, desk: Desk, request_letter: Letter
) -> None:
    other = society(session, "other-net", "other.example")
    campaign = desk.campaign(session, other, template="reminder", slug="reminder")
    planning.give(session, campaign, {"earlier": "IGF/LP/2025/0001"}, {"earlier"}, by=DANA, at=NOON)
    warnings = only(session, desk, campaign).version_now.warnings
    assert "The earlier letter IGF/LP/2025/0001 has not left." in warnings
    assert "The earlier letter IGF/LP/2025/0001 was to somebody else." in warnings


def test_an_earlier_letter_that_is_none_refuses_the_draft(session: Session, desk: Desk, request_letter: Letter) -> None:
    campaign = about(session, desk, request_letter, "reminder", earlier="IGF/LP/1999/0001")
    [refused] = desk.draft(session, campaign).refused
    assert "there is no letter IGF/LP/1999/0001, which its value earlier names" in refused


def test_an_addressees_own_value_goes_before_the_campaigns(session: Session, desk: Desk, request_letter: Letter) -> None:
    campaign = about(session, desk, request_letter, "contribution-thanks", amount="1 dollar")
    row = planning.addressee(session, campaign, request_letter.addressees[0].post)
    planning.personalise(session, row, {}, {"amount": "500,000 dollars"}, by=DANA, at=NOON)
    assert "in the amount of 500,000 dollars," in only(session, desk, campaign).version_now.body


def test_a_value_that_is_a_day_is_written_in_words(session: Session, desk: Desk, request_letter: Letter) -> None:
    campaign = about(session, desk, request_letter, "thanks", earlier="IGF/LP/2025/0001", received="2025-03-01")
    assert "received on 1 March 2025 in reply" in only(session, desk, campaign).version_now.body


def test_a_value_that_the_template_has_no_place_for_is_refused_with_those_it_has(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    with pytest.raises(NotFound, match="has no place for the value 'venue'; it has: personal"):
        planning.give(session, campaign, {"venue": "Room 4"}, {"personal"}, by=DANA, at=NOON)
    with pytest.raises(Invalid, match="more than 20000 characters"):
        planning.give(session, campaign, {"personal": "x" * 20_001}, {"personal"}, by=DANA, at=NOON)


def test_an_invitation_carries_a_calendar_entry_inside_the_approved_bytes(
    session: Session, desk: Desk, request_letter: Letter
) -> None:
    letter = only(session, desk, about(session, desk, request_letter, "invitation", **MEETING))
    version = letter.version_now
    assert "**18 February 2025**, from 14:00 to 16:00 (Coordinated Universal Time)" in version.body
    assert version.layout["enclosures"] == ["Calendar entry"] == [one.title for one in version.enclosures]
    desk.approve(session, letter)
    message = email.message_from_bytes(frozen_message(version, desk.archive), policy=policy.default)
    [entry] = [part for part in message.iter_attachments() if part.get_content_type() == "text/calendar"]
    assert entry.get_filename() == "IGF-LP-2025-0002.ics"
    [event] = Calendar.from_ical(entry.get_payload(decode=True)).walk("VEVENT")
    assert event["uid"] == "IGF-LP-2025-0002@leadership-panel.example"
    assert event["summary"] == version.subject
    assert event["organizer"] == "mailto:inputs@leadership-panel.example"


def test_an_untouched_invitation_drafted_anew_is_unchanged_and_another_hour_is_a_new_version(
    session: Session, desk: Desk, request_letter: Letter
) -> None:
    campaign = about(session, desk, request_letter, "invitation", **MEETING)
    letter = only(session, desk, campaign)
    assert comparing.template_now(session, letter, desk.composer(campaign)).enclosures[0].sha256 == (
        letter.version_now.enclosures[0].sha256
    )
    assert desk.draft(session, campaign, redraft=True).unchanged == 1
    planning.give(session, campaign, {"place": "Room XX"}, {"place"}, by=DANA, at=NOON)
    assert desk.draft(session, campaign, redraft=True).revised == [letter.reference]


def test_an_invitation_that_replaces_another_carries_an_entry_that_does(
    session: Session, desk: Desk, request_letter: Letter
) -> None:
    first = only(session, desk, about(session, desk, request_letter, "invitation", **MEETING))
    campaign = desk.campaign(session, request_letter.addressees[0].post, template="invitation", slug="again")
    values = {**MEETING, "start": "2025-02-18T13:00", "earlier": first.reference}
    planning.give(session, campaign, values, values, by=DANA, at=NOON)
    letter = only(session, desk, campaign)
    events = [Calendar.from_ical(desk.archive.fetch(one.version_now.enclosures[0].sha256)).events[0] for one in (first, letter)]
    assert events[0]["uid"] == events[1]["uid"]
    assert "This letter replaces my letter of 27 January 2025 (reference IGF/LP/2025/0002)." in letter.version_now.body


def test_a_meeting_without_hours_refuses_the_draft(session: Session, desk: Desk, request_letter: Letter) -> None:
    campaign = about(session, desk, request_letter, "invitation", zone="UTC")
    [refused] = desk.draft(session, campaign).refused
    assert "the value start says ''; give day and hour, such as 2025-02-18T14:00" in refused
