"""Who works here, who acts, and who may add whom."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.accounts import people
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Role
from tests.cast import CHAIR, DANA, KIM, NOON, RENE


def add(session: Session, name: str, role: Role = Role.DRAFTER, by: Actor = KIM) -> None:
    people.add(session, name, role, by=by, at=NOON)


def test_a_keeper_adds_a_person_and_the_journal_says_so(session: Session) -> None:
    account = people.add(session, "Dana Drafter", Role.DRAFTER, by=KIM, at=NOON)
    assert (account.name, account.role, account.active, account.created_at) == ("Dana Drafter", Role.DRAFTER, True, NOON)
    entry = session.get_one(journal.Entry, 1)
    assert (entry.actor, entry.verb, entry.subject) == ("Kim Keeper", "added", "person of the office Dana Drafter")
    assert session.get_one(journal.EntryValues, 1).values() == {"role": "drafter"}


@pytest.mark.parametrize("by", [RENE, DANA, CHAIR])
def test_nobody_but_a_keeper_adds_people(session: Session, by: Actor) -> None:
    with pytest.raises(Refused, match=rf"^{by.name} is .* and may not add people; ask somebody who is a keeper\.$"):
        add(session, "Somebody New", by=by)
    assert people.everybody(session) == []


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Ada\x1b[2J", "Ada\x00", "Ada\u202eelpmaxE", "\ud800"])
def test_a_name_that_cannot_be_shown_is_refused(session: Session, name: str) -> None:
    with pytest.raises(Invalid, match="1 to 200 printable characters"):
        add(session, name)


def test_a_name_is_kept_tidy(session: Session) -> None:
    add(session, "  Ada \n Example ")
    assert [account.name for account in people.everybody(session)] == ["Ada Example"]


@pytest.mark.parametrize("again", ["René Reader", " René  Reader", "Rene\u0301 Reader"])
def test_two_people_never_share_a_name(session: Session, again: str) -> None:
    add(session, "René Reader")
    with pytest.raises(Invalid, match=r"already somebody named René Reader; choose a name that tells the two apart"):
        add(session, again)


def test_everybody_is_listed_by_name(session: Session) -> None:
    for name in ("Kim Keeper", "Ada Example", "Dana Drafter"):
        add(session, name)
    assert [account.name for account in people.everybody(session)] == ["Ada Example", "Dana Drafter", "Kim Keeper"]


def test_the_only_person_acts_without_being_named(session: Session) -> None:
    add(session, "Kim Keeper", Role.KEEPER)
    assert people.acting(session, None) == KIM


def test_among_several_nobody_acts_unnamed(session: Session) -> None:
    add(session, "Kim Keeper", Role.KEEPER)
    add(session, "Dana Drafter")
    with pytest.raises(Refused, match=r"say who acts"):
        people.acting(session, None)
    assert people.acting(session, "Dana Drafter") == DANA


def test_a_name_is_known_however_its_accents_are_encoded(session: Session) -> None:
    add(session, "René Reader", Role.READER)
    assert people.acting(session, "Rene\u0301 Reader") == RENE


@pytest.mark.parametrize("name", ["Dana", "dana drafter", "", "\udcff", "Dana Drafter'; --"])
def test_an_unknown_name_does_not_act(session: Session, name: str) -> None:
    add(session, "Dana Drafter")
    with pytest.raises(NotFound, match=r"Nobody named .* works here; look at how it is written"):
        people.acting(session, name)


def test_who_left_no_longer_acts_and_does_not_count(session: Session) -> None:
    add(session, "Kim Keeper", Role.KEEPER)
    add(session, "Dana Drafter")
    people.everybody(session)[0].active = False
    session.flush()
    with pytest.raises(NotFound, match="Nobody named 'Dana Drafter' works here"):
        people.acting(session, "Dana Drafter")
    assert people.acting(session, None) == KIM


def test_an_office_that_nobody_works_in_is_said_to_be_so(session: Session) -> None:
    with pytest.raises(NotFound, match="Nobody works here any more"):
        people.acting(session, None)


def test_a_person_gets_another_role_and_leaves_and_comes_back(session: Session) -> None:
    people.add(session, "Kim Keeper", Role.KEEPER, by=people.FOUNDING, at=NOON)
    people.add(session, "Ada Example", Role.DRAFTER, by=KIM, at=NOON)
    people.change(session, "Ada Example", role=Role.APPROVER, by=KIM, at=NOON)
    assert people.acting(session, "Ada Example").role is Role.APPROVER
    people.change(session, "Ada Example", active=False, by=KIM, at=NOON)
    with pytest.raises(NotFound, match="Nobody named 'Ada Example' works here"):
        people.acting(session, "Ada Example")
    people.change(session, "Ada Example", active=True, by=KIM, at=NOON)
    assert people.acting(session, "Ada Example").role is Role.APPROVER


@pytest.mark.parametrize("change", [{"role": Role.READER}, {"active": False}])
def test_the_last_keeper_stays(session: Session, change: dict[str, Any]) -> None:
    people.add(session, "Kim Keeper", Role.KEEPER, by=people.FOUNDING, at=NOON)
    with pytest.raises(Refused, match="Kim Keeper is the last keeper; make somebody else a keeper first"):
        people.change(session, "Kim Keeper", by=KIM, at=NOON, **change)
