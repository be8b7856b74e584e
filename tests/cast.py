"""The standing cast of the tests: people of the office, and a small world of organisations they write to."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from outreach.contacts.models import (
    Address,
    AddressKind,
    Gender,
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationName,
    Person,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.journal import Actor, Role

NOON = datetime(2025, 1, 27, 12, 0, tzinfo=UTC)

KIM = Actor("Kim Keeper", Role.KEEPER)
CHAIR = Actor("Charlie Chair", Role.APPROVER)
DANA = Actor("Dana Drafter", Role.DRAFTER)
RENE = Actor("René Reader", Role.READER)


def email(post: Post, value: str) -> Address:
    """An e-mail address of `post`."""
    return Address(post=post, kind=AddressKind.EMAIL, value=value, normalised=value.lower())


def society(session: Session, key: str = "open-net", domain: str = "open-net.example", *, email_address: bool = True) -> Post:
    """A technical organisation with a chief executive, Ms. Li Example, known by family name and gender."""
    organisation = Organisation(
        key=key,
        name="Open Net Society",
        acronym="ONS",
        kind=OrganisationKind.ORGANISATION,
        group=StakeholderGroup.TECHNICAL_COMMUNITY,
        domain=domain,
        language="en",
        country="CH",
    )
    post = Post(organisation=organisation, kind="chief-executive", seat="headquarters", title="Chief Executive Officer")
    person = Person(full_name="Li Example", given_name="Example", family_name="Li", gender=Gender.FEMALE)
    holder = Holder(post=post, person=person, confirmed_on=NOON.date())
    session.add_all([organisation, post, person, holder])
    if email_address:
        session.add(email(post, f"office@{domain}"))
    session.flush()
    return post


def kenya(session: Session) -> Post:
    """Kenya's Permanent Representative in New York, unnamed, without an address."""
    organisation = Organisation(
        key="kenya",
        name="Kenya",
        kind=OrganisationKind.MEMBER_STATE,
        group=StakeholderGroup.GOVERNMENT,
        regional_group=RegionalGroup.AFRICAN,
        country="KE",
        language="en",
        names=[
            OrganisationName(
                language="en",
                short="Kenya",
                formal="the Republic of Kenya",
                of_short="of Kenya",
                of_formal="of the Republic of Kenya",
            ),
            OrganisationName(
                language="fr",
                short="Kenya",
                formal="la République du Kenya",
                of_short="du Kenya",
                of_formal="de la République du Kenya",
            ),
        ],
    )
    post = Post(organisation=organisation, kind="permanent-representative", seat="new-york")
    session.add_all([organisation, post])
    session.flush()
    return post
