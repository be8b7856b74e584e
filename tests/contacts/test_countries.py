"""The country of an address: last, in capitals, in the language of the post that takes the mail."""

import pytest
from sqlalchemy.orm import Session

from outreach.contacts.countries import Countries
from outreach.contacts.models import Organisation, OrganisationKind, OrganisationName, StakeholderGroup
from tests.cast import kenya


@pytest.fixture
def countries(session: Session) -> Countries:
    kenya(session)
    for code, key, names in (
        ("US", "united-states", {"en": "United States of America", "fr": "États-Unis d’Amérique"}),
        ("TR", "turkiye", {"en": "Türkiye", "fr": "Türkiye"}),
        ("CI", "cote-d-ivoire", {"en": "Côte d’Ivoire", "fr": "Côte d’Ivoire"}),
    ):
        rows = [OrganisationName(language=language, short=name, formal="") for language, name in names.items()]
        kind, group = OrganisationKind.MEMBER_STATE, StakeholderGroup.GOVERNMENT
        session.add(Organisation(key=key, name=names["en"], kind=kind, group=group, country=code, names=rows))
    session.flush()
    return Countries.of(session, "fr")


@pytest.mark.parametrize(
    ("last", "capitals"),
    [
        ("Kenya", "KENYA"),
        ("kenya ", "KENYA"),
        ("the Republic of Kenya", "KENYA"),
        ("U.S.A.", "ÉTATS-UNIS D’AMÉRIQUE"),
        ("Turkey", "TÜRKİYE"),
        ("Cote d'Ivoire", "CÔTE D’IVOIRE"),
    ],
)
def test_a_country_is_known_however_it_is_written(countries: Countries, last: str, capitals: str) -> None:
    assert countries.ending(["Ms. Li", "4 Street", last]) == (("Ms. Li", "4 Street"), capitals)


def test_an_address_without_a_country_gets_that_of_the_seat(countries: Countries) -> None:
    assert countries.ending(["4 Street", "Nairobi"], "KE") == (("4 Street", "Nairobi"), "KENYA")


def test_what_is_not_known_stays_as_it_is_written(countries: Countries) -> None:
    assert countries.ending(["4 Street", "Atlantis"], "") == (("4 Street", "Atlantis"), "")
    assert countries.ending([], "") == ((), "")


def test_a_language_without_names_leaves_the_address_alone(session: Session, countries: Countries) -> None:
    assert Countries.of(session, "de").ending(["4 Street", "Kenya"]) == (("4 Street", "Kenya"), "")
