"""The ways of a letter: to the body that hands it on, copied to a liaison contact, and all of it seen before approval."""

import pytest
from sqlalchemy.orm import Session

from outreach.contacts import addresses, editing
from outreach.contacts.models import AddressKind, Post
from outreach.letters import leaving, register, routing
from outreach.letters.checking import check
from outreach.letters.models import Letter, RecipientKind
from tests.cast import DANA, NOON, email, kenya, society
from tests.letters.desk import Desk

ACT = {"by": DANA, "at": NOON}


def secretariat(session: Session, post: Post) -> Post:
    """Another body, through which `post` is reached, with a street."""
    body = society(session, "secretariat", "secretariat.example")
    body.organisation.name = "Forum Secretariat"
    addresses.add(session, body, AddressKind.POSTAL, "Palais 1\nGeneva", **ACT)
    addresses.add(session, post, AddressKind.POSTAL, "Own Street 9", **ACT)
    editing.edit(session, post, through=body.key, **ACT)
    return body


def liaison(session: Session, post: Post, *, copied: bool = True, address: str = "liaison@open-net.example") -> Post:
    """The liaison officer of the organisation of `post`, with a telephone."""
    officer = editing.add_post(session, post.organisation, kind="liaison", title="Liaison Officer", **ACT)
    addresses.add(session, officer, AddressKind.TELEPHONE, "+41 22 000", **ACT)
    if address:
        session.add(email(officer, address))
    editing.edit(session, post, liaison=officer.key, copy_liaison="yes" if copied else "no", **ACT)
    session.flush()
    return officer


def drafted(session: Session, desk: Desk, *posts: Post) -> Letter:
    session.expire_all()
    return register.find(session, desk.draft(session, desk.campaign(session, *posts)).new[0])


def addressed(letter: Letter, kind: RecipientKind) -> list[str]:
    return [one.address for one in letter.version_now.recipients if one.kind is kind]


def found(session: Session, desk: Desk, letter: Letter) -> dict[str, str]:
    (checked,) = check(session, [letter.id], desk.checks)
    return {kind: " ".join(one.says for one in checked.findings if one.kind == kind) for kind, _ in checked.findings}


def test_a_letter_that_goes_through_another_body_is_addressed_and_delivered_there(session: Session, desk: Desk) -> None:
    post = society(session)
    secretariat(session, post)
    letter = drafted(session, desk, post)
    block = letter.version_now.address_block
    assert block[0] == "Ms. Li Example"
    assert block[-3:] == ["Through: Forum Secretariat", "Palais 1", "Geneva"]
    assert "Own Street 9" not in block
    assert addressed(letter, RecipientKind.TO) == ["office@secretariat.example"]


def test_whoever_approves_is_shown_through_whom_it_goes_and_confirms_it(session: Session, desk: Desk) -> None:
    post = society(session)
    secretariat(session, post)
    letter = drafted(session, desk, post)
    says = "The letter goes through another body: open-net/chief-executive/headquarters through"
    assert any(warning.startswith(says) for warning in letter.version_now.warnings)
    assert found(session, desk, letter)["through"].startswith(says)
    desk.approve(session, letter)


def test_a_way_that_changed_since_it_was_drafted_is_told(session: Session, desk: Desk) -> None:
    post = society(session)
    secretariat(session, post)
    letter = drafted(session, desk, post)
    editing.edit(session, post, through="-", **ACT)
    assert "Own Street 9" in found(session, desk, letter)["record"]


def test_no_letter_leaves_to_a_body_that_may_not_be_written_to(session: Session, desk: Desk) -> None:
    post = society(session)
    body = secretariat(session, post)
    letter = drafted(session, desk, post)
    editing.do_not_contact(session, body, "moves house", since=NOON.date(), **ACT)
    assert leaving.reasons_to_stay(session, [letter.id], needs_address=True)[letter.id] == "not to be contacted: moves house"
    again = desk.draft(session, letter.campaign, redraft=True)
    assert again.refused == [
        "open-net/chief-executive/headquarters: not to be contacted: it goes through secretariat/chief-executive/headquarters:"
        " moves house."
    ]


def test_letters_that_one_body_hands_on_are_not_taken_for_the_same_letter_twice(session: Session, desk: Desk) -> None:
    first, second = society(session, "one-net", "one.example"), kenya(session)
    body = secretariat(session, first)
    editing.edit(session, second, through=body.key, **ACT)
    campaign = desk.campaign(session, first, second)
    letters = register.find_all(session, desk.draft(session, campaign).new)
    assert [addressed(letter, RecipientKind.TO) for letter in letters] == [["office@secretariat.example"]] * 2
    assert all("same-address" not in found(session, desk, letter) for letter in letters)


def test_a_liaison_contact_that_gets_copies_is_in_the_head_and_on_the_page_by_title(session: Session, desk: Desk) -> None:
    post = society(session)
    liaison(session, post)
    letter = drafted(session, desk, post)
    assert addressed(letter, RecipientKind.CC) == ["liaison@open-net.example"]
    assert letter.version_now.layout["copies"] == ["The Liaison Officer, Open Net Society"]
    assert "liaison" not in found(session, desk, letter)
    assert "record" not in found(session, desk, letter)


def test_a_liaison_contact_to_call_gets_no_copy_and_is_shown_with_its_telephone(session: Session, desk: Desk) -> None:
    post = society(session)
    liaison(session, post, copied=False)
    letter = drafted(session, desk, post)
    assert addressed(letter, RecipientKind.CC) == []
    (way,) = routing.ways(session, letter, stale_after=180)
    assert way.liaison is not None
    assert (way.liaison.key, way.liaison.phones, way.through) == ("open-net/liaison", ("+41 22 000",), None)


@pytest.mark.parametrize("why", ["since it has no e-mail address", "since it is not to be contacted (on leave)"])
def test_whoever_approves_is_told_why_a_liaison_contact_gets_no_copy(session: Session, desk: Desk, why: str) -> None:
    post = society(session)
    officer = liaison(session, post, address="" if "address" in why else "liaison@open-net.example")
    if "leave" in why:
        editing.do_not_contact(session, officer, "on leave", since=NOON.date(), **ACT)
    letter = drafted(session, desk, post)
    assert why in found(session, desk, letter)["liaison"]
    assert addressed(letter, RecipientKind.CC) == []


def test_a_liaison_contact_that_is_named_later_is_told_of_the_draft(session: Session, desk: Desk) -> None:
    post = society(session)
    letter = drafted(session, desk, post)
    liaison(session, post)
    assert "liaison@open-net.example" in found(session, desk, letter)["record"]
    desk.draft(session, letter.campaign, redraft=True)
    session.refresh(letter)
    assert addressed(letter, RecipientKind.CC) == ["liaison@open-net.example"]
