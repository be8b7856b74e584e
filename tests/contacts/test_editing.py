"""Adding and editing one at a time, and what the journal then says."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import addresses, editing
from outreach.contacts.models import AddressKind, Channel, Gender, Organisation, Post, StakeholderGroup
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Entry, EntryValues
from tests.cast import DANA, NOON, RENE, kenya, society

TODAY = NOON.date()
ACT = {"by": DANA, "at": NOON}


def last(session: Session) -> tuple[str, str, dict[str, object]]:
    entry = session.scalars(select(Entry).order_by(Entry.seq.desc())).first()
    assert entry is not None
    side = session.get(EntryValues, entry.seq)
    assert side is not None
    return entry.verb, entry.subject, side.values()


def test_an_organisation_is_added_under_a_key_made_from_its_name(session: Session) -> None:
    made = editing.add_organisation(session, name="Société  Ouverte", group="société civile", domain="ouverte.example", **ACT)
    assert (made.key, made.name, made.group) == ("societe-ouverte", "Société Ouverte", StakeholderGroup.CIVIL_SOCIETY)
    assert last(session)[:2] == ("added", "organisation societe-ouverte")


def test_a_key_is_given_once(session: Session) -> None:
    society(session)
    with pytest.raises(Refused, match="There is already an organisation open-net"):
        editing.add_organisation(session, key="open-net", name="Other", group="press", **ACT)


def test_a_post_of_one_kind_and_seat_is_added_once(session: Session) -> None:
    owner = society(session).organisation
    post = editing.add_post(session, owner, kind="liaison", seat="Genève", title="Liaison Officer", channel="hand; post", **ACT)
    assert post.key == "open-net/liaison/geneva"
    assert (post.preferred_channel, post.second_channel) == (Channel.HAND, Channel.POST)
    with pytest.raises(Refused, match="has such a post already"):
        editing.add_post(session, owner, kind="liaison", seat="geneva", **ACT)


def test_a_new_holder_ends_the_old_one_the_day_before(session: Session) -> None:
    post = society(session)
    new = editing.add_holder(session, post, from_date=TODAY, full_name="Max New", gender="Mr", **ACT)
    assert [holder.to_date for holder in post.holders] == [TODAY - timedelta(days=1), None]
    assert new.person.gender is Gender.MALE
    verb, subject, values = last(session)
    assert (verb, subject) == ("added", f"person {new.person_id} at {post.key}")
    assert values["full_name"] == "Max New"


def test_a_new_holder_of_a_held_post_needs_a_first_day(session: Session) -> None:
    post = society(session)
    with pytest.raises(Refused, match="give the day from which the new holder holds it"):
        editing.add_holder(session, post, full_name="Max New", **ACT)


def test_who_is_to_hold_the_post_later_is_left_alone(session: Session) -> None:
    post = society(session)
    editing.add_holder(session, post, from_date=TODAY + timedelta(days=30), full_name="Later", **ACT)
    editing.add_holder(session, post, from_date=TODAY, full_name="Now", **ACT)
    assert [(holder.person.full_name, holder.from_date, holder.to_date) for holder in post.holders] == [
        ("Li Example", None, TODAY - timedelta(days=1)),
        ("Later", TODAY + timedelta(days=30), None),
        ("Now", TODAY, TODAY + timedelta(days=29)),
    ]


def test_who_stands_in_ends_nobody(session: Session) -> None:
    post = society(session)
    editing.add_holder(session, post, from_date=TODAY, in_charge=True, full_name="Cy", rank="charge", **ACT)
    assert [holder.to_date for holder in post.holders] == [None, None]


def test_an_edit_stands_in_the_journal_with_old_and_new_values_and_no_name_in_its_subject(session: Session) -> None:
    person = society(session).holders[0].person
    changes = editing.edit(session, person, salutation="Dear Li,", gender="f", **ACT)
    assert changes == {"salutation": ["", "Dear Li,"]}
    assert last(session) == ("edited", f"person {person.id}", {"salutation": ["", "Dear Li,"]})


def test_an_edit_that_changes_nothing_leaves_no_entry(session: Session) -> None:
    owner = society(session).organisation
    assert editing.edit(session, owner, name="Open Net Society", **ACT) == {}
    assert session.scalars(select(Entry)).all() == []


def test_a_language_that_somebody_sets_is_no_longer_assumed(session: Session) -> None:
    owner = kenya(session).organisation
    assert owner.language_assumed
    editing.edit(session, owner, language="English", **ACT)
    assert (owner.language, owner.language_assumed) == ("en", False)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "x" * 401, r"title: it has 401 characters, and at most 400 are kept"),
        ("title", "a\nBcc: b", r"title: it holds a line break"),
        ("kind", "chair", r"The kind of a post is part of its key and stays"),
        ("seat", "geneva", r"The seat of a post is part of its key and stays"),
        ("colour", "red", r"colour is no field of a post; it has kind, seat, title"),
        ("channel", "pigeon", r"channel: 'pigeon' is no channel; use one of"),
    ],
)
def test_a_value_that_cannot_be_stored_is_refused(session: Session, field: str, value: str, sentence: str) -> None:
    post = society(session)
    with pytest.raises(Invalid, match=sentence):
        editing.edit(session, post, **{field: value}, **ACT)


def test_a_holder_cannot_end_before_the_first_day(session: Session) -> None:
    holder = society(session).holders[0]
    with pytest.raises(Invalid, match="to_date 2024-12-31 is before from_date 2025-01-01"):
        editing.edit(session, holder, from_date="2025-01-01", to_date="2024-12-31", **ACT)


def test_do_not_contact_needs_a_reason_and_is_lifted_by_name(session: Session) -> None:
    post = society(session)
    with pytest.raises(Invalid, match="say why, in a few words"):
        editing.do_not_contact(session, post, "yes", since=TODAY, **ACT)
    editing.do_not_contact(session, post, "asked by letter", since=TODAY, **ACT)
    assert (post.do_not_contact, post.do_not_contact_since) == ("asked by letter", TODAY)
    assert last(session)[:2] == ("held", f"post {post.key}")
    editing.may_contact(session, post, **ACT)
    assert (post.do_not_contact, post.do_not_contact_since) == ("", None)
    with pytest.raises(Refused, match="is not marked do-not-contact"):
        editing.may_contact(session, post, **ACT)


def test_only_who_holds_the_post_then_is_confirmed(session: Session) -> None:
    holder = society(session).holders[0]
    editing.confirm(session, holder, on=date(2025, 1, 20), **ACT)
    assert holder.confirmed_on == date(2025, 1, 20)
    holder.to_date = date(2025, 1, 21)
    with pytest.raises(Refused, match="does not hold it on 2025-01-27"):
        editing.confirm(session, holder, on=TODAY, **ACT)


def test_tags_are_hung_on_and_taken_off(session: Session) -> None:
    owner = society(session).organisation
    assert editing.tag(session, owner, add=["Panel", "a; b"], **ACT) == ["a", "b", "panel"]
    assert editing.tag(session, owner, add=["c"], remove=["A"], **ACT) == ["b", "c", "panel"]
    session.expire_all()
    assert [tag.tag for tag in owner.tags] == ["b", "c", "panel"]


def test_a_name_in_another_language_is_recorded_once(session: Session) -> None:
    owner = society(session).organisation
    editing.name_in(session, owner, "French", "Société Nette", **ACT)
    editing.name_in(session, owner, "fr", "Société du Net", **ACT)
    assert [(name.language, name.short) for name in owner.names] == [("fr", "Société du Net")]


def test_the_forms_that_letters_need_are_recorded_with_a_name(session: Session) -> None:
    owner = kenya(session).organisation
    forms = {"formal": "die Republik Kenia", "of_short": "Kenias", "of_formal": "der Republik Kenia"}
    editing.name_in(session, owner, "de", "Kenia", **forms, **ACT)
    editing.name_in(session, owner, "de", "", running="Kenia", **ACT)
    [german] = [name for name in owner.names if name.language == "de"]
    assert (german.short, german.of_formal, german.running) == ("Kenia", "der Republik Kenia", "Kenia")
    with pytest.raises(Invalid):
        editing.name_in(session, owner, "pt", " ", of_formal="da República do Quénia", **ACT)


def test_addresses_are_added_once_and_removed_in_any_spelling(session: Session) -> None:
    post = society(session)
    addresses.add(session, post, AddressKind.TELEPHONE, "+41 22 730", **ACT)
    with pytest.raises(Refused, match="has that address already"):
        addresses.add(session, post, AddressKind.EMAIL, "Office@Open-Net.example", **ACT)
    addresses.remove(session, post, "OFFICE@open-net.EXAMPLE", **ACT)
    addresses.remove(session, post, "+4122730", **ACT)
    assert post.addresses == []
    assert last(session)[0] == "removed address"
    with pytest.raises(NotFound, match=r"has no address 'x@y\.example'"):
        addresses.remove(session, post, "x@y.example", **ACT)


def test_what_was_checked_before_is_the_version_that_is_changed(session: Session) -> None:
    post = society(session)
    version = post.version
    editing.edit(session, post, title="Director", **ACT)
    assert post.version == version + 1


@pytest.mark.parametrize("act", ["organisation", "post", "edit", "hold", "address"])
def test_a_reader_edits_nothing(session: Session, act: str) -> None:
    post = society(session)
    who = {"by": RENE, "at": NOON}
    with pytest.raises(Refused, match="René Reader is a reader and may not edit contacts"):
        if act == "organisation":
            editing.add_organisation(session, name="X", group="press", **who)
        elif act == "post":
            editing.add_post(session, post.organisation, kind="chair", **who)
        elif act == "edit":
            editing.edit(session, post, title="X", **who)
        elif act == "hold":
            editing.do_not_contact(session, post, "asked", since=TODAY, **who)
        else:
            addresses.add(session, post, AddressKind.EMAIL, "a@b.example", **who)
    assert session.scalars(select(Organisation.key)).all() == ["open-net"]
    assert session.scalars(select(Post.title)).all() == ["Chief Executive Officer"]


def test_a_corrected_address_has_not_failed_yet_and_the_journal_has_both(session: Session) -> None:
    post = society(session)
    address = post.addresses[0]
    address.failed_since, address.failure = TODAY, "no such user"
    addresses.correct(session, address, "Front.Office@open-net.example", **ACT)
    assert (address.value, address.normalised) == ("Front.Office@open-net.example", "front.office@open-net.example")
    assert (address.failed_since, address.failure) == (None, "")
    assert last(session)[2]["value"] == ["office@open-net.example", "Front.Office@open-net.example"]


def test_an_address_in_other_letters_has_failed_all_the_same(session: Session) -> None:
    address = society(session).addresses[0]
    address.failed_since = TODAY
    addresses.correct(session, address, "OFFICE@open-net.example", **ACT)
    assert address.failed_since == TODAY


def test_an_address_is_not_corrected_into_one_that_is_there_or_into_nonsense(session: Session) -> None:
    post = society(session)
    addresses.add(session, post, AddressKind.EMAIL, "other@open-net.example", **ACT)
    with pytest.raises(Refused, match="has that address already"):
        addresses.correct(session, post.addresses[0], "Other@Open-Net.example", **ACT)
    with pytest.raises(Invalid, match="email: 'x' is no e-mail address"):
        addresses.correct(session, post.addresses[0], "x", **ACT)


def test_a_post_may_give_up_its_own_language_an_organisation_may_not(session: Session) -> None:
    post = society(session)
    editing.edit(session, post, language="fr", **ACT)
    editing.edit(session, post, language="-", **ACT)
    assert post.language == ""
    with pytest.raises(Invalid, match="language: it cannot be taken away"):
        editing.edit(session, post.organisation, language="-", **ACT)
