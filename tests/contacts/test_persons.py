"""Finding persons by a part of their name."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from outreach.contacts import editing, persons
from tests.cast import DANA, NOON, kenya, society
from tests.counting import asked

ACT = {"by": DANA, "at": NOON}


@pytest.fixture
def directory(session: Session) -> Session:
    """Ms. Li at a society, after Ms. Ngũgĩ; and another Li for Kenya."""
    post = society(session)
    editing.add_holder(session, post, full_name="Wanjirũ Ngũgĩ", from_date=date(2025, 1, 20), **ACT)
    editing.add_holder(session, kenya(session), full_name="Anna Li", family_name="Li", **ACT)
    return session


def names(session: Session, text: str, limit: int = 9) -> list[str]:
    return [one.name for one in persons.fitting(session, text, limit=limit)]


def test_each_word_begins_a_word_of_the_name_in_any_order(directory: Session) -> None:
    assert names(directory, "li") == ["Anna Li", "Li Example"]
    assert names(directory, "exam LI") == ["Li Example"]
    assert names(directory, "ngugi") == ["Wanjirũ Ngũgĩ"], "without its accents"
    assert names(directory, "xample") == []
    assert names(directory, " . ") == []


def test_a_word_of_the_post_or_the_organisation_finds_no_person(directory: Session) -> None:
    assert names(directory, "chief") == []
    assert names(directory, "open net") == []


def test_who_held_a_post_before_is_found_with_the_last_post(directory: Session) -> None:
    (found,) = persons.fitting(directory, "li example", limit=9)
    assert (found.name, found.about) == ("Li Example", "Chief Executive Officer, Open Net Society")


def test_a_number_finds_that_person_alone(directory: Session) -> None:
    (anna,) = persons.fitting(directory, "anna", limit=9)
    assert names(directory, f"person/{anna.number}") == ["Anna Li"]
    assert names(directory, "person/99999") == []
    assert names(directory, "person/") == []


def test_no_more_are_given_than_asked_for_and_an_erased_person_is_not_found(directory: Session) -> None:
    assert names(directory, "li", limit=1) == ["Anna Li"]
    persons.person(directory, "anna li", on=NOON.date()).erased_at = NOON
    assert names(directory, "li") == ["Li Example"]


def test_finding_takes_a_handful_of_queries(directory: Session) -> None:
    with asked(directory.get_bind()) as said:
        names(directory, "li example")
    assert len(said) <= 4
