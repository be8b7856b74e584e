"""Reminders: whoever is due one is named, whoever is not is named with the reason, and nobody is reminded who wrote."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.campaigns.models import Campaign, CampaignAddressee
from outreach.contacts.models import Address, AddressKind
from outreach.errors import Refused
from outreach.letters.models import Letter, LetterRelation, LetterState, RelationKind
from outreach.responses import chasing, reminding, taking_in
from outreach.responses.chasing import Chase
from outreach.responses.holding_back import Hold, Series
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseState
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.responses.building import OURS, campaign, letter, mail
from tests.responses.test_standing import came

TODAY = date(2025, 3, 3)
SERIES = Series(every=14, most=2)


@pytest.fixture
def asked(session: Session) -> Letter:
    """A letter to a society that left, whose answer was due by 10 February."""
    return letter(session, society(session), part_of=campaign(session))


def chased(session: Session, asked: Letter, today: date = TODAY) -> Chase:
    assert asked.campaign
    found = {one.letter_id: one for one in chasing.chase(session, asked.campaign, SERIES, today=today)}
    return found[asked.id]


def reminded(session: Session, asked: Letter, on: date, state: LetterState = LetterState.ACCEPTED) -> Letter:
    found = letter(session, asked.addressees[0].post, state=state)
    found.versions[0].dated = on
    session.add(LetterRelation(letter_id=found.id, other_id=asked.id, kind=RelationKind.REMINDS))
    session.flush()
    return found


def test_a_letter_past_due_without_a_word_is_to_be_chased(session: Session, asked: Letter) -> None:
    found = chased(session, asked)
    assert (found.why_not, found.addressee, found.due) == ("", "Open Net Society", date(2025, 2, 10))


@pytest.mark.parametrize(("today", "why_not"), [(date(2025, 2, 10), "due by 2025-02-10"), (date(2025, 2, 11), "")])
def test_nobody_is_chased_before_the_day_is_over(session: Session, asked: Letter, today: date, why_not: str) -> None:
    assert chased(session, asked, today).why_not == why_not


@pytest.mark.parametrize(
    ("kind", "why_not"),
    [
        (ResponseKind.SUBSTANTIVE, "answered"),
        (ResponseKind.DECLINE, "declined"),
        (ResponseKind.QUESTION, "asked a question, which waits for our answer"),
        (ResponseKind.UNREAD, "answered by mail that nobody has read yet"),
        (ResponseKind.ACKNOWLEDGEMENT, ""),
    ],
)
def test_what_came_tells_whether_one_is_chased(session: Session, asked: Letter, kind: ResponseKind, why_not: str) -> None:
    came(session, kind, asked)
    assert chased(session, asked).why_not == why_not


def test_an_answer_that_was_taken_back_protects_nobody(session: Session, asked: Letter) -> None:
    came(session, ResponseKind.SUBSTANTIVE, asked, state=ResponseState.WITHDRAWN)
    assert chased(session, asked).why_not == ""


def test_nobody_is_chased_while_mail_from_there_waits_to_be_read(session: Session, asked: Letter, archive: Archive) -> None:
    stranger = mail("Somebody <somebody@open-net.example>", subject="On another matter")
    list(taking_in.take_in(session, archive, [("box", stranger)], own_addresses=[OURS], by=DANA, at=NOON))
    assert chased(session, asked).why_not == "1 message from there waits to be read"


@pytest.mark.parametrize("state", [LetterState.UNKNOWN, LetterState.REFUSED, LetterState.DEFERRED])
def test_a_letter_that_may_not_have_arrived_is_settled_before_anybody_is_chased(
    session: Session, asked: Letter, state: LetterState
) -> None:
    asked.state = state
    session.flush()
    assert "settle that first" in chased(session, asked).why_not


def test_letters_that_never_left_are_not_spoken_of(session: Session, asked: Letter) -> None:
    assert asked.campaign
    letter(session, kenya(session), part_of=asked.campaign, state=LetterState.APPROVED)
    assert [one.letter_id for one in chasing.chase(session, asked.campaign, SERIES, today=TODAY)] == [asked.id]


def test_one_reminder_waits_for_the_other_to_leave_and_then_for_its_days(session: Session, asked: Letter) -> None:
    first = reminded(session, asked, TODAY, LetterState.DRAFT)
    assert chased(session, asked).why_not == f"the reminder {first.reference} has not left yet"
    first.state = LetterState.ACCEPTED
    session.flush()
    assert chased(session, asked).why_not == "reminded on 2025-03-03, not again before 2025-03-17"
    assert chased(session, asked, TODAY + timedelta(days=14)).why_not == ""


def test_a_cancelled_reminder_counts_for_nothing_and_the_last_of_the_series_ends_it(session: Session, asked: Letter) -> None:
    reminded(session, asked, TODAY, LetterState.CANCELLED)
    assert chased(session, asked).why_not == ""
    written = [reminded(session, asked, TODAY - timedelta(days=days)).reference for days in (60, 30)]
    found = chased(session, asked)
    assert (found.why_not, list(found.reminders)) == ("reminded 2 times already", written)


def test_reminders_are_a_campaign_that_names_each_earlier_letter(session: Session, asked: Letter) -> None:
    first, second = kenya(session), society(session, "other-net", "other.example")
    joint = letter(session, first, second)
    assert asked.campaign
    made = reminding.remind(
        session, asked.campaign, [asked.id, joint.id], slug="again", template="reminder", deadline=TODAY, by=DANA, at=NOON
    )
    rows = session.scalars(select(CampaignAddressee).filter_by(campaign_id=made.id).order_by(CampaignAddressee.id)).all()
    assert [(row.values, row.joint, row.language) for row in rows] == [
        ({"earlier": asked.reference}, "", "en"),
        ({"earlier": joint.reference}, joint.reference, "en"),
        ({"earlier": joint.reference}, joint.reference, "en"),
    ]
    assert (made.template, made.deadline, made.sender) == ("reminder", TODAY, asked.campaign.sender)


def test_reminders_are_refused_for_nobody_under_a_name_that_is_taken_and_to_who_only_reads(
    session: Session, asked: Letter
) -> None:
    assert asked.campaign
    how: Any = {"template": "reminder", "deadline": TODAY, "at": NOON}
    with pytest.raises(Refused, match="Nobody is to be reminded for value-of-the-igf"):
        reminding.remind(session, asked.campaign, [], slug="again", by=DANA, **how)
    with pytest.raises(Refused, match="already a campaign value-of-the-igf"):
        reminding.remind(session, asked.campaign, [asked.id], slug="value-of-the-igf", by=DANA, **how)
    with pytest.raises(Refused, match="may not make reminders"):
        reminding.remind(session, asked.campaign, [asked.id], slug="again", by=RENE, **how)


def test_chasing_takes_the_same_few_queries_however_many_letters_there_are(session: Session, asked: Letter) -> None:
    assert asked.campaign
    few = _queries(session, asked.campaign)
    for number in range(12):
        letter(session, society(session, f"net-{number}", f"net-{number}.example"), part_of=asked.campaign)
    assert _queries(session, asked.campaign) == few <= 9


def _queries(session: Session, of: Campaign) -> int:
    said: list[str] = []
    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note := lambda *given: said.append(given[2]))
    chasing.chase(session, of, SERIES, today=TODAY)
    event.remove(engine, "before_cursor_execute", note)
    return len(said)


def test_the_list_comes_page_by_page_and_its_numbers_and_those_due_agree_with_it(session: Session, asked: Letter) -> None:
    assert asked.campaign
    late = [letter(session, society(session, f"net-{n}", f"net-{n}.example"), part_of=asked.campaign) for n in range(4)]
    came(session, ResponseKind.SUBSTANTIVE, late[0])
    whole = chasing.chase(session, asked.campaign, SERIES, today=TODAY)
    pages = [chasing.chase(session, asked.campaign, SERIES, today=TODAY, offset=n, limit=2) for n in (0, 2, 4)]
    assert [one for page in pages for one in page] == whole
    assert chasing.holds(session, asked.campaign, SERIES, today=TODAY) == {Hold.NONE: 4, Hold.ANSWERED: 1}
    assert sorted(chasing.due(session, asked.campaign, SERIES, today=TODAY)) == sorted([asked.id, *(n.id for n in late[1:])])


def test_nobody_is_chased_while_an_answer_of_theirs_to_another_letter_is_unread(session: Session, asked: Letter) -> None:
    other = letter(session, asked.addressees[0].post)
    came(session, ResponseKind.UNREAD, other)
    unread = session.scalars(select(Response).order_by(Response.id.desc()).limit(1)).one()
    unread.authors = [ResponseAuthor(organisation=asked.addressees[0].post.organisation)]
    session.flush()
    assert chased(session, asked).why_not == "answered by mail that nobody has read yet"


def test_mail_from_an_address_on_record_holds_the_chase_back_whatever_its_domain(
    session: Session, asked: Letter, archive: Archive
) -> None:
    post = asked.addressees[0].post
    post.addresses.append(Address(kind=AddressKind.EMAIL, value="li@gmail.com", normalised="li@gmail.com"))
    session.flush()
    stranger = mail("Li <li@gmail.com>", subject="On another matter")
    list(taking_in.take_in(session, archive, [("box", stranger)], own_addresses=[OURS], by=DANA, at=NOON))
    assert chased(session, asked).why_not == "1 message from there waits to be read"
