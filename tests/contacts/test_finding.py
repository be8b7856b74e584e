"""Finding organisations and posts by what people call them."""

import tracemalloc
from datetime import date, timedelta

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from outreach.contacts import finding
from outreach.contacts.finding import Filter
from outreach.contacts.models import (
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationName,
    OrganisationTag,
    Person,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.errors import NotFound, Refused
from tests.cast import NOON, kenya, society

TODAY = NOON.date()


@pytest.fixture
def directory(session: Session) -> Session:
    """Kenya with two missions, and two organisations whose keys begin alike."""
    state = kenya(session).organisation
    session.add(Post(organisation=state, kind="permanent-representative", seat="geneva"))
    owner = society(session).organisation
    owner.tags.append(OrganisationTag(tag="panel"))
    owner.names.append(OrganisationName(language="fr", short="Société Écho"))
    lonely = Organisation(
        key="open-nature", name="Open Nature", kind=OrganisationKind.ORGANISATION, group=StakeholderGroup.CIVIL_SOCIETY
    )
    session.add(lonely)
    session.flush()
    return session


@pytest.mark.parametrize("key", ["open-net", "OPEN-NET", "ons", "open-ne"])
def test_an_organisation_is_found_by_key_acronym_or_a_beginning_that_only_it_has(directory: Session, key: str) -> None:
    assert finding.organisation(directory, key).key == "open-net"


def test_a_beginning_that_several_have_is_refused_with_the_candidates(directory: Session) -> None:
    with pytest.raises(Refused, match=r"'open' may be open-nature, open-net; write the key in full"):
        finding.organisation(directory, "open")


def test_an_unknown_organisation_is_answered_with_near_keys(directory: Session) -> None:
    with pytest.raises(NotFound, match=r"no organisation 'openet'; near it: open-net\."):
        finding.organisation(directory, "openet")
    with pytest.raises(NotFound, match=r"no organisation '%'\. Look for it by a part of its name"):
        finding.organisation(directory, "%")


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("kenya/permanent-representative/new-york", "kenya/permanent-representative/new-york"),
        ("kenya/permanent-representative/gen", "kenya/permanent-representative/geneva"),
        ("ons", "open-net/chief-executive/headquarters"),
        ("open-net/chief", "open-net/chief-executive/headquarters"),
    ],
)
def test_a_post_is_found_by_as_much_of_its_key_as_leaves_one(directory: Session, key: str, found: str) -> None:
    assert finding.post(directory, key).key == found


def test_a_post_key_that_is_complete_is_not_ambiguous_with_a_longer_one(directory: Session) -> None:
    owner = finding.organisation(directory, "open-net")
    directory.add_all([Post(organisation=owner, kind="chair"), Post(organisation=owner, kind="chair", seat="geneva")])
    directory.flush()
    assert finding.post(directory, "open-net/chair").seat == ""


def test_a_vague_post_is_refused_with_the_candidates(directory: Session) -> None:
    with pytest.raises(Refused, match=r"may be kenya/permanent-representative/new-york, kenya/permanent-representative/geneva"):
        finding.post(directory, "kenya")


def test_an_unknown_post_is_answered_with_those_there_are(directory: Session) -> None:
    with pytest.raises(NotFound, match=r"Open Net Society has no post 'ons/chair'; its posts: open-net/chief-executive"):
        finding.post(directory, "ons/chair")
    with pytest.raises(NotFound, match=r"Open Nature has no post 'open-nature/chair'; it has no posts"):
        finding.post(directory, "open-nature/chair")


def keys(session: Session, **narrowing: object) -> list[str]:
    return [listed.key for listed in finding.listing(session, Filter(**narrowing), on=TODAY)]  # type: ignore[arg-type]


CHIEF = "open-net/chief-executive/headquarters"


@pytest.mark.parametrize(
    ("narrowing", "found"),
    [
        ({"group": StakeholderGroup.TECHNICAL_COMMUNITY}, [CHIEF]),
        ({"regional_group": RegionalGroup.AFRICAN, "kind": "permanent-representative"}, ["kenya"] * 2),
        ({"tag": "Panel"}, [CHIEF]),
        ({"kind": "chair"}, []),
        ({"text": "open nat"}, ["open-nature"]),
        ({"text": "SOCIÉTÉ écho"}, [CHIEF]),
        ({"text": "li example"}, [CHIEF]),
        ({"text": "chief exec"}, [CHIEF]),
        ({"text": "100%"}, []),
    ],
)
def test_a_listing_is_narrowed(directory: Session, narrowing: dict[str, object], found: list[str]) -> None:
    listed = keys(directory, **narrowing)
    assert len(listed) == len(found)
    assert all(key.startswith(start) for key, start in zip(listed, found, strict=True))


def test_everything_is_listed_with_who_holds_it_today_and_why_nobody_may_write(directory: Session) -> None:
    finding.organisation(directory, "kenya").do_not_contact = "vacant"
    listed = list(finding.listing(directory, Filter(), on=TODAY))
    assert [(entry.organisation.key, entry.holder.person.full_name if entry.holder else "") for entry in listed] == [
        ("kenya", ""),
        ("kenya", ""),
        ("open-net", "Li Example"),
        ("open-nature", ""),
    ]
    assert [entry.do_not_contact for entry in listed] == ["vacant", "vacant", "", ""]


def test_a_charge_in_charge_stands_before_the_absent_head(directory: Session) -> None:
    post = finding.post(directory, "ons")
    stand_in = Holder(post=post, person=Person(full_name="Cy"), in_charge=True, from_date=TODAY)
    directory.add(stand_in)
    directory.flush()
    assert finding.holder_on(post, TODAY) is stand_in
    before = finding.holder_on(post, TODAY - timedelta(days=1))
    assert before is not None
    assert before.person.full_name == "Li Example"


@pytest.mark.first
def test_memory_stays_flat_however_many_are_listed(session: Session) -> None:
    def fill(start: int, number: int) -> None:
        ids = range(start, start + number)
        organisation = {"kind": OrganisationKind.ORGANISATION, "group": StakeholderGroup.PRESS}
        session.execute(insert(Organisation), [{"id": i, "key": f"o{i}", "name": f"O {i}", **organisation} for i in ids])
        session.execute(insert(Post), [{"id": i, "organisation_id": i, "kind": "head"} for i in ids])

    def peak() -> int:
        tracemalloc.start()
        for _ in finding.listing(session, Filter(), on=TODAY):
            pass
        top = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return top

    fill(1, 1500)
    peak()
    small = peak()
    fill(1501, 4500)
    assert peak() < small * 1.5


def test_a_page_shows_posts_and_lonely_organisations_together_in_the_order_of_keys(directory: Session) -> None:
    keys = [listed.key for listed in finding.page(directory, Filter(), on=TODAY, offset=0, limit=50)]
    assert keys == [
        "kenya/permanent-representative/new-york",
        "kenya/permanent-representative/geneva",
        "open-nature",
        "open-net/chief-executive/headquarters",
    ]


@pytest.mark.parametrize(
    "wanted",
    [
        Filter(),
        Filter(text="open"),
        Filter(text="ÉCHO"),
        Filter(text="li exam"),
        Filter(kind="chief-executive"),
        Filter(tag="panel"),
        Filter(group=StakeholderGroup.GOVERNMENT),
        Filter(regional_group=RegionalGroup.AFRICAN),
        Filter(held=True),
        Filter(not_confirmed_since=TODAY),
    ],
)
def test_pages_together_hold_what_the_whole_listing_holds(directory: Session, wanted: Filter) -> None:
    finding.organisation(directory, "open-nature").do_not_contact = "asked us not to"
    directory.flush()
    pages = [finding.page(directory, wanted, on=TODAY, offset=start, limit=1) for start in range(6)]
    listed = [one.key for page in pages for one in page]
    whole = [one.key for one in finding.listing(directory, wanted, on=TODAY)]
    assert sorted(listed) == sorted(whole)
    assert whole, "each of these fits something"


def test_only_the_held_are_left_whether_organisation_post_or_holder_is_marked(directory: Session) -> None:
    assert finding.page(directory, Filter(held=True), on=TODAY, offset=0, limit=9) == []
    finding.post(directory, "ons").holders[0].person.do_not_contact = "wrote so"
    finding.post(directory, "kenya/permanent-representative/geneva").do_not_contact = "moved"
    directory.flush()
    keys = [listed.key for listed in finding.page(directory, Filter(held=True), on=TODAY, offset=0, limit=9)]
    assert keys == ["kenya/permanent-representative/geneva", "open-net/chief-executive/headquarters"]


def test_a_holder_counts_as_confirmed_only_from_the_day_asked_for_and_while_holding(directory: Session) -> None:
    holder = finding.post(directory, "ons").holders[0]

    def open_posts(since: date) -> list[str]:
        found = finding.page(directory, Filter(not_confirmed_since=since), on=TODAY, offset=0, limit=9)
        return [listed.key for listed in found if listed.organisation.key == "open-net"]

    assert open_posts(TODAY) == []
    assert open_posts(TODAY + timedelta(days=1)) == ["open-net/chief-executive/headquarters"]
    holder.to_date = TODAY - timedelta(days=1)
    directory.flush()
    assert open_posts(TODAY) == ["open-net/chief-executive/headquarters"]


def test_tags_are_listed_once_each_by_alphabet(directory: Session) -> None:
    nature = finding.organisation(directory, "open-nature")
    nature.tags.extend([OrganisationTag(tag="panel"), OrganisationTag(tag="forest")])
    directory.flush()
    assert list(finding.tags(directory)) == ["forest", "panel"]
