"""Finding organisations and posts by what people call them."""

import tracemalloc
from datetime import timedelta

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
    with pytest.raises(NotFound, match=r"no organisation '%'\. `outreach contacts list` shows all"):
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
