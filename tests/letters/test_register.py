"""The register of letters as a list: what narrows it, page by page, and how many must be said before acting on many."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.campaigns.models import Campaign
from outreach.errors import NotFound, Refused
from outreach.letters import register
from outreach.letters.models import Letter, LetterState, LetterVersion
from outreach.letters.register import Filter
from tests.cast import society
from tests.counting import asked
from tests.letters.desk import Desk


@pytest.fixture
def campaign(session: Session, desk: Desk) -> Campaign:
    """A campaign with five drafts, of which the second and the fourth have no open warnings; the last is approved."""
    campaign = desk.campaign(session, *(society(session, f"net-{n}", f"net{n}.example") for n in range(5)))
    desk.draft(session, campaign)
    letters = session.scalars(select(Letter).order_by(Letter.id)).all()
    for place, letter in enumerate(letters):
        letter.version_now.warnings = [] if place in (1, 3) else ["The language is assumed."]
    letters[4].state = LetterState.APPROVED
    session.flush()
    return campaign


def places(session: Session, wanted: Filter, offset: int = 0, limit: int = 50) -> list[str]:
    """The last figures of the references on a page."""
    found = register.page(session, wanted, offset=offset, limit=limit)
    assert found.count == register.count(session, wanted)
    return [row.reference[-1] for row in found.rows]


@pytest.mark.parametrize(
    ("wanted", "left"),
    [
        (Filter(), "12345"),
        (Filter(campaign="wsis20-input"), "12345"),
        (Filter(campaign="another"), ""),
        (Filter(state=LetterState.DRAFT), "1234"),
        (Filter(state=LetterState.APPROVED), "5"),
        (Filter(warned=True), "135"),
        (Filter(warned=False), "24"),
        (Filter(warned=False, state=LetterState.APPROVED), ""),
        (Filter(language="en"), "12345"),
        (Filter(language="fr"), ""),
        (Filter(text="/0003"), "3"),
        (Filter(text="net-2"), "3"),
        (Filter(text="no such words"), ""),
        (Filter(among=select(Letter.id).where(Letter.state == LetterState.APPROVED)), "5"),
    ],
)
def test_a_list_has_what_is_wanted_and_says_how_many(session: Session, campaign: Campaign, wanted: Filter, left: str) -> None:
    assert "".join(places(session, wanted)) == left


def test_pages_follow_each_other_and_each_knows_the_whole(session: Session, campaign: Campaign) -> None:
    pages = [places(session, Filter(), offset, 2) for offset in (0, 2, 4, 6)]
    assert pages == [["1", "2"], ["3", "4"], ["5"], []]


def test_only_the_current_version_counts_as_warned(session: Session, campaign: Campaign) -> None:
    letter = session.scalars(select(Letter).order_by(Letter.id)).first()
    assert letter is not None
    first = letter.version_now
    columns = {column.name: getattr(first, column.key) for column in LetterVersion.__table__.columns}
    again = LetterVersion(**{**columns, "id": None, "number": 2, "warnings": [], "message_id": "<2@office.example>"})
    session.add(again)
    letter.current = 2
    session.flush()
    assert places(session, Filter(warned=False)) == ["1", "2", "4"]
    assert register.checked(session) == {"wsis20-input": 3}


def test_drafts_without_open_warnings_are_counted_by_campaign(session: Session, campaign: Campaign) -> None:
    assert register.checked(session) == {"wsis20-input": 2}


@pytest.mark.parametrize("count", [None, 0, 3, 5])
def test_whoever_acts_on_many_says_exactly_how_many(session: Session, campaign: Campaign, count: int | None) -> None:
    with pytest.raises(Refused, match=r"has 4 letters in the state draft and .*; nothing was approved"):
        register.exactly(session, campaign, LetterState.DRAFT, count, "approved")
    there = register.exactly(session, campaign, LetterState.DRAFT, 4, "approved")
    assert there == register.numbers(session, campaign, LetterState.DRAFT)


def test_where_there_is_nothing_to_act_on_that_is_said(session: Session, campaign: Campaign) -> None:
    with pytest.raises(Refused, match="has no letters in the state accepted; nothing was voided"):
        register.exactly(session, campaign, LetterState.ACCEPTED, 0, "voided")


def test_letters_are_got_by_their_numbers_or_not_at_all(session: Session, campaign: Campaign) -> None:
    numbers = register.numbers(session, campaign, LetterState.DRAFT)
    assert [letter.id for letter in register.get_all(session, reversed(numbers))] == numbers
    with pytest.raises(NotFound):
        register.get_all(session, [*numbers, max(numbers) + 100])
    with pytest.raises(NotFound):
        register.get(session, max(numbers) + 100)
    assert register.count_in(session, campaign) == {LetterState.DRAFT: 4, LetterState.APPROVED: 1}


def test_a_page_takes_the_same_few_queries_however_many_there_are(session: Session, campaign: Campaign, desk: Desk) -> None:
    few = queries(session)
    more = desk.campaign(session, *(society(session, f"far-{n}", f"far{n}.example") for n in range(20)), slug="more")
    desk.draft(session, more)
    assert queries(session) == few <= 2


def queries(session: Session) -> int:
    with asked(session.get_bind()) as said:
        register.page(session, Filter(state=LetterState.DRAFT), offset=0, limit=50)
    return len(said)
