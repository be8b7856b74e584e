"""Who had, or is due, another letter in another campaign: told before approval, and shown for everybody."""

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Gender, Holder, Person, Post
from outreach.letters import drafting, register, traffic
from outreach.letters.checking import check
from outreach.letters.models import Letter, LetterRelation, LetterState, RelationKind
from tests.cast import DANA, NOON, society
from tests.letters.desk import TODAY, Desk


def letter(session: Session, desk: Desk, campaign: Campaign, days: int = 0) -> Letter:
    """The campaign's first letter, dated so many days from today."""
    composer = desk.composer(campaign, dated=TODAY + timedelta(days=days))
    return register.find(session, drafting.draft(session, campaign, composer, by=DANA, at=NOON).new[0])


def told(session: Session, desk: Desk, one: Letter) -> list[str]:
    session.flush()
    (checked,) = check(session, [one.id], desk.checks)
    return [found.says for found in checked.findings if found.kind == "traffic"]


@pytest.mark.parametrize(("apart", "is_told"), [(0, True), (14, True), (-14, True), (15, False), (-15, False)])
def test_another_letter_within_the_days_is_a_warning_on_both(session: Session, desk: Desk, apart: int, is_told: bool) -> None:
    post = society(session)
    mine = letter(session, desk, desk.campaign(session, post))
    other = letter(session, desk, desk.campaign(session, post, slug="thanks"), apart)
    assert bool(told(session, desk, mine)) is is_told
    assert bool(told(session, desk, other)) is is_told


def test_the_warning_names_the_other_letter_its_campaign_and_its_date(session: Session, desk: Desk) -> None:
    post = society(session)
    mine = letter(session, desk, desk.campaign(session, post))
    other = letter(session, desk, desk.campaign(session, post, slug="thanks"), -3)
    assert told(session, desk, mine) == [f"{other.reference} of thanks is due to go to the same post on 24 January 2025."]
    other.state = LetterState.ACCEPTED
    assert told(session, desk, mine) == [f"{other.reference} of thanks went to the same post on 24 January 2025."]
    desk.approve(session, mine)


def test_a_person_is_one_person_in_whatever_post(session: Session, desk: Desk) -> None:
    first, second = society(session), society(session, "two-net", "two.example")
    second.holders[0].person = first.holders[0].person
    session.flush()
    mine = letter(session, desk, desk.campaign(session, first))
    other = letter(session, desk, desk.campaign(session, second, slug="thanks"))
    (says,) = told(session, desk, mine)
    assert says.startswith(f"{other.reference} of thanks is due to go to the same person, in another post (two-net/chief-exec")


def test_letters_that_nobody_gets_related_ones_and_those_of_one_campaign_are_not_told(session: Session, desk: Desk) -> None:
    post = society(session)
    campaign = desk.campaign(session, post)
    mine = letter(session, desk, campaign)
    other = letter(session, desk, desk.campaign(session, post, slug="thanks"))
    for state in (LetterState.CANCELLED, LetterState.REFUSED):
        other.state = state
        assert told(session, desk, mine) == []
    other.state = LetterState.DRAFT
    other.campaign = campaign
    assert told(session, desk, mine) == []
    other.campaign = None
    assert len(told(session, desk, mine)) == 1
    session.add(LetterRelation(letter_id=other.id, other_id=mine.id, kind=RelationKind.REMINDS))
    assert told(session, desk, mine) == told(session, desk, other) == []


def test_the_days_are_a_setting_and_none_tells_of_nothing(session: Session, desk: Desk) -> None:
    post = society(session)
    mine = letter(session, desk, desk.campaign(session, post))
    letter(session, desk, desk.campaign(session, post, slug="thanks"), 30)
    assert told(session, desk, mine) == []
    office = desk.settings.office
    desk.settings = msgspec.structs.replace(desk.settings, office=msgspec.structs.replace(office, traffic_days=30))
    assert len(told(session, desk, mine)) == 1
    desk.settings = msgspec.structs.replace(desk.settings, office=msgspec.structs.replace(office, traffic_days=0))
    assert told(session, desk, mine) == []


def test_two_queries_answer_for_all_letters_of_a_campaign(session: Session, desk: Desk) -> None:
    posts = [society(session, f"net-{number}", f"n{number}.example") for number in range(4)]
    first = desk.campaign(session, *posts)
    desk.draft(session, first)
    desk.draft(session, desk.campaign(session, *posts[:3], slug="thanks"))
    found = traffic.others(session, select(Letter.id).where(Letter.campaign_id == first.id), days=14)
    assert len(found) == 3
    assert {one.campaign for several in found.values() for one in several} == {"thanks"}


def test_who_has_several_letters_is_listed_and_a_post_that_is_named_with_each_of_its_own(session: Session, desk: Desk) -> None:
    both, one = society(session, "both", "both.example"), society(session, "one", "one.example")
    first = letter(session, desk, desk.campaign(session, both, one), -10)
    second = letter(session, desk, desk.campaign(session, both, slug="thanks"), 3)
    second.state = LetterState.ACCEPTED
    session.flush()
    found = list(traffic.listed(session, today=TODAY, days=14))
    assert [(line.reference, line.campaign, line.is_due) for line in found] == [
        (first.reference, "wsis20-input", True),
        (second.reference, "thanks", False),
    ]
    assert {(line.post, line.holder) for line in found} == {("both/chief-executive/headquarters", "Li Example")}
    assert list(traffic.listed(session, today=TODAY, days=9)) == []
    lone = list(traffic.listed(session, today=TODAY, days=14, posts=select(Post.id).where(Post.id == one.id)))
    assert [line.post for line in lone] == ["one/chief-executive/headquarters"]


def test_a_person_of_several_posts_is_listed_with_the_letters_to_each(session: Session, desk: Desk) -> None:
    first, second = society(session), society(session, "two-net", "two.example")
    person = Person(full_name="Ada Both", family_name="Both", gender=Gender.FEMALE)
    for post in (first, second):
        session.add(Holder(post=post, person=person, from_date=TODAY - timedelta(days=5), confirmed_on=TODAY))
    session.flush()
    session.expire_all()
    letter(session, desk, desk.campaign(session, first))
    letter(session, desk, desk.campaign(session, second, slug="thanks"))
    assert [line.holder for line in traffic.listed(session, today=TODAY, days=14)] == ["Ada Both", "Ada Both"]
