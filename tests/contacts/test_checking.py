"""The check of the directory: each kind of finding, what is left out, and how much is asked of the database."""

from datetime import date, timedelta
from functools import cache

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import addresses, checking, editing
from outreach.contacts.addressing import reach
from outreach.contacts.checking import KINDS, Found
from outreach.contacts.doubts import Ground
from outreach.contacts.finding import Filter, post
from outreach.contacts.models import Address, AddressKind, Channel, Gender, Holder, Person, Post, StakeholderGroup
from outreach.errors import NotFound
from outreach.protocol import forms
from tests.cast import DANA, NOON, email, kenya, society
from tests.counting import asked

TODAY = NOON.date()
ACT = {"by": DANA, "at": NOON}
ALL = Filter()
GROUND = Ground(on=TODAY, languages=("en", "fr"), own="en", forms=cache(forms.load))


def sound(session: Session, key: str = "open-net", domain: str = "open-net.example") -> Post:
    """A post about which nothing is to be said."""
    found = society(session, key, domain)
    found.organisation.language_assumed = False
    session.flush()
    return found


def findings(session: Session, wanted: Filter = ALL, **options: object) -> list[Found]:
    session.flush()
    return list(checking.find(session, wanted, GROUND, **options))  # type: ignore[arg-type]


def said(session: Session) -> dict[str, str]:
    return {one.kind: one.says for one in findings(session)}


def test_nothing_is_said_of_a_post_that_is_as_it_should_be(session: Session) -> None:
    sound(session)
    assert findings(session) == []


def test_a_post_without_any_address_that_works_blocks_letters(session: Session) -> None:
    kenya(session)
    assert said(session)["no-address"] == "It has neither an e-mail nor a postal address that works."
    (found,) = [one for one in findings(session) if one.blocks]
    assert (found.key, found.kind) == ("kenya/permanent-representative/new-york", "no-address")


def test_an_address_that_failed_counts_as_none_and_is_named(session: Session) -> None:
    post = sound(session)
    post.addresses[0].failed_since = date(2025, 1, 20)
    found = said(session)
    assert found["failed-address"] == "Mail to office@open-net.example has failed since 2025-01-20."
    assert "no-address" in found
    addresses.add(session, post, AddressKind.POSTAL, "Street 1", **ACT)
    assert said(session).keys() == {"failed-address", "no-email"}


def test_an_address_of_somebody_who_left_reaches_nobody(session: Session) -> None:
    post = sound(session)
    post.addresses[0].holder_id = post.holders[0].id
    assert "no-address" not in said(session)
    editing.add_holder(session, post, from_date=TODAY, full_name="New One", gender="female", **ACT)
    assert "no-address" in said(session)


def test_a_post_reached_on_paper_wants_a_postal_address(session: Session) -> None:
    sound(session).preferred_channel = Channel.COURIER
    assert said(session) == {"no-postal": "It is reached by courier and has no postal address."}


def test_a_post_reached_through_a_body_has_the_addresses_of_that_body(session: Session) -> None:
    post, body = kenya(session), sound(session)
    editing.edit(session, post, through=body.key, **ACT)
    assert "no-address" not in said(session)
    body.addresses[0].failed_since = TODAY
    assert [one.key for one in findings(session) if one.kind == "no-address"] == [post.key, body.key]


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ("chief@open-net.example", True),
        ("chief@mail.open-net.example", True),
        ("chief@OPEN-NET.example", True),
        ("chief@notopen-net.example", False),
        ("chief@open-net.example.evil.example", False),
        ("open-net.example@free.example", False),
    ],
)
def test_an_address_of_another_domain_is_doubtful(session: Session, value: str, fits: bool) -> None:
    addresses.add(session, sound(session), AddressKind.EMAIL, value, **ACT)
    assert ("domain" in said(session)) is not fits


def test_a_domain_in_letters_of_its_own_fits_itself(session: Session) -> None:
    post = sound(session)
    post.organisation.domain = "büro.example"
    session.delete(post.addresses[0])
    session.flush()
    session.expire_all()
    addresses.add(session, post, AddressKind.EMAIL, "chef@büro.example", **ACT)
    assert said(session) == {}


def test_one_mailbox_at_several_organisations_is_named_at_each(session: Session) -> None:
    first, second = sound(session), sound(session, "two-net", "two.example")
    session.add(email(second, "OFFICE@open-net.example"))
    first.organisation.domain = second.organisation.domain = ""
    found = findings(session)
    assert [(one.kind, one.key.partition("/")[0]) for one in found] == [
        ("shared-address", "open-net"),
        ("shared-address", "two-net"),
    ]
    assert found[1].says == "OFFICE@open-net.example is an address of 2 posts."


def test_one_mailbox_at_a_few_posts_of_one_organisation_is_as_it_should_be_and_at_many_it_is_not(session: Session) -> None:
    owner = sound(session).organisation
    for number in range(1, 4):
        more = editing.add_post(session, owner, kind="director", seat=f"seat-{number}", **ACT)
        session.add(email(more, "office@open-net.example"))
        kinds = {one.kind for one in findings(session)}
        assert ("shared-address" in kinds) is (number == 3)


def test_a_post_that_nobody_holds_and_one_that_two_hold_are_told(session: Session) -> None:
    post = sound(session)
    session.add(Holder(post=post, person=Person(full_name="Second", gender=Gender.MALE), from_date=TODAY))
    assert said(session) == {"two-holders": "2 persons hold it at once."}
    for holder in session.scalars(select(Holder)):
        holder.from_date, holder.to_date = None, TODAY - timedelta(days=1)
    assert said(session) == {"no-holder": "Nobody is recorded as holding it."}


def test_whoever_stands_in_for_an_absent_head_is_no_second_holder(session: Session) -> None:
    post = sound(session)
    session.add(Holder(post=post, person=Person(full_name="Stand-in", gender=Gender.MALE), in_charge=True, from_date=TODAY))
    assert said(session) == {}


def test_an_unknown_gender_is_told_where_the_language_needs_it_and_nowhere_else(session: Session) -> None:
    post = sound(session)
    post.holders[0].person.gender = None
    assert said(session) == {}
    post.language = "fr"
    (found,) = findings(session)
    assert found.says == "The gender of Li Example is not recorded, and a letter in fr needs it."
    assert (found.blocks, found.number) == (True, post.holders[0].id)


def test_protocol_refuses_the_letters_that_the_check_tells_of(session: Session) -> None:
    post = sound(session)
    post.language, post.holders[0].person.gender = "fr", None
    session.flush()
    (one,) = reach(session, [post.id], on=TODAY, stale_after=999)
    with pytest.raises(forms.Unaddressable, match="gender is not recorded"):
        forms.address(forms.load("fr"), [one.addressee("fr")])


def test_a_language_that_is_assumed_or_that_the_office_does_not_write_is_told(session: Session) -> None:
    post = sound(session)
    post.organisation.language_assumed = True
    assert said(session) == {"language": "No language is recorded; en is assumed."}
    post.language = "es"
    assert said(session) == {"other-language": "It writes in es, which the office does not; its letters are in en."}


def test_a_way_that_leads_nowhere_is_told(session: Session) -> None:
    post, body, third = sound(session), sound(session, "two-net", "two.example"), sound(session, "three", "three.example")
    editing.edit(session, post, through=body.key, liaison=third.key, copy_liaison="yes", **ACT)
    assert said(session) == {}
    editing.do_not_contact(session, body.organisation, "closed", since=TODAY, **ACT)
    session.delete(third.addresses[0])
    session.flush()
    found = {one.kind: one.says for one in findings(session) if one.post_id == post.id}
    assert found == {
        "through": "It is reached through two-net/chief-executive/headquarters, which does not take letters itself.",
        "liaison": "Its liaison contact three/chief-executive/headquarters should get copies,"
        " and has no e-mail address or may not be written to.",
    }


def test_posts_that_nobody_may_write_to_are_left_out_and_filters_narrow(session: Session) -> None:
    state, body = kenya(session), society(session)
    assert {one.organisation for one in findings(session, Filter(group=StakeholderGroup.GOVERNMENT))} == {"kenya"}
    assert {one.organisation for one in findings(session, Filter(text="open"))} == {"open-net"}
    assert {one.kind for one in findings(session, kinds=["language"])} == {"language"}
    editing.do_not_contact(session, state, "asked", since=TODAY, **ACT)
    editing.do_not_contact(session, body.organisation, "asked", since=TODAY, **ACT)
    assert findings(session) == []
    with pytest.raises(NotFound, match="There is no kind of finding 'colour'; there are: gender, no-address"):
        findings(session, kinds=["colour"])


def test_the_numbers_are_those_of_the_findings_and_ask_a_few_times_however_many_contacts_there_are(session: Session) -> None:
    kenya(session)
    for number in range(5):
        society(session, f"net-{number}", "same.example")
    session.flush()
    found = findings(session)
    with asked(session.get_bind()) as said:
        counts = checking.count(session, Filter(), GROUND)
    assert len(said) <= 2
    assert counts == {kind: n for kind in KINDS if (n := sum(1 for one in found if one.kind == kind))}
    parts = [one for at in range(0, 8, 2) for one in checking.page(session, "language", Filter(), GROUND, offset=at, limit=2)]
    assert parts == [one for one in found if one.kind == "language"]


def test_the_key_is_the_one_that_commands_take(session: Session) -> None:
    kenya(session), society(session)
    for found in findings(session):
        assert post(session, found.key).id == found.post_id
        assert found.kind not in ("domain", "failed-address") or session.get(Address, found.number)
