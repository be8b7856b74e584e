"""A person at a glance: what stands around somebody, for the page and the command."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts import editing, merging
from outreach.contacts.models import Person
from outreach.privacy import overview
from tests.privacy import world
from tests.privacy.world import ACT, World


@pytest.fixture
def about(session: Session, tmp_path: Path) -> World:
    return world.build(session, Archive(tmp_path))


def test_posts_addresses_letters_and_answers_of_a_person_are_found(session: Session, about: World) -> None:
    found = overview.of(session, about.person)
    assert [(one.post.id, one.from_date, one.to_date) for one in found.holdings] == [
        (about.post.id, date(2025, 1, 1), date(2025, 1, 20))
    ]
    assert [one.value for one in found.addresses] == [world.EMAIL]
    assert [one.reference for one in found.letters] == ["R/2", "R/1"], "the newest first, and not the letter to Kenya alone"
    assert [one.number for one in found.answers] == [about.response.id]


def test_the_last_letters_are_shown_and_all_are_counted(session: Session, about: World) -> None:
    found = overview.of(session, about.person, last=1)
    assert [one.reference for one in found.letters] == ["R/2"]
    assert len(found.its.letters) == 2


def test_who_became_this_person_is_told_with_the_posts_of_both(session: Session, about: World) -> None:
    again = editing.add_holder(session, about.other, full_name="Ivana Petrova", from_date=date(2025, 1, 21), **ACT).person
    merging.merge(session, again, about.person, on=date(2025, 1, 27), write=True, **ACT)
    found = overview.of(session, session.get_one(Person, about.person.id))
    assert found.merged == [again.id]
    assert [one.post.id for one in found.holdings] == [about.other.id, about.post.id], "the youngest first"
