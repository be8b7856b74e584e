import pytest

from outreach.protocol.forms import Addressee, OrganisationName, Unaddressable, address, mission, post_title
from tests.protocol.people import EUROPEAN_UNION, HOLY_SEE, KENYA, executive, janina, lokaale, representative

ALBANIA_FR = OrganisationName(short="Albanie", of_short="d'Albanie", kind="member-state")


def test_articles_compose_in_english():
    assert post_title(representative(lokaale())) == "Permanent Representative of the Republic of Kenya to the United Nations"
    assert mission(representative(lokaale())) == "Permanent Mission of the Republic of Kenya to the United Nations"


def test_a_french_title_agrees_with_its_holder():
    rest = "de la République du Kenya auprès de l'Organisation des Nations Unies"
    assert post_title(representative(janina(), "fr")) == f"Représentante permanente {rest}"
    assert post_title(representative(lokaale(), "fr")) == f"Représentant permanent {rest}"
    assert mission(representative(janina(), "fr")) == f"Mission permanente {rest}"


def test_a_vacant_french_post_takes_the_generic_form():
    assert post_title(representative(None, "fr")).startswith("Représentant permanent de la République")


def test_a_french_title_of_unknown_gender_is_refused():
    with pytest.raises(Unaddressable, match="Ekitela Lokaale: the gender is not recorded"):
        post_title(representative(lokaale(gender=None), "fr"))


def test_the_short_form_stands_in_where_there_is_no_formal_one():
    assert mission(representative(None, "fr", organisation=ALBANIA_FR)) == (
        "Mission permanente d'Albanie auprès de l'Organisation des Nations Unies"
    )


@pytest.mark.parametrize("seat", [None, "", "new-york", "New York"])
def test_new_york_is_the_seat_when_none_is_recorded(seat):
    assert post_title(representative(lokaale(), seat=seat)).endswith("to the United Nations")


@pytest.mark.parametrize("seat", ["geneva", "Geneva"])
def test_geneva_is_another_post(seat):
    at = representative(lokaale(), seat=seat)
    assert post_title(at) == (
        "Permanent Representative of the Republic of Kenya to the United Nations Office"
        " and other international organizations in Geneva"
    )
    assert mission(at).startswith("Permanent Mission of the Republic of Kenya to the United Nations Office")


def test_a_seat_without_wording_needs_a_recorded_title():
    with pytest.raises(Unaddressable, match="seat 'Paris', for which no title is known; record the title"):
        post_title(representative(lokaale(), seat="Paris"))
    paris = representative(lokaale(), seat="Paris", post_title="Permanent Delegate of Kenya to UNESCO")
    assert post_title(paris) == "Permanent Delegate of Kenya to UNESCO"
    assert mission(paris) is None


def test_a_charge_stands_in_within_the_mission_of_the_post():
    rest = "of the Permanent Mission of the Republic of Kenya to the United Nations"
    standing_in = representative(lokaale(rank="charge"))
    assert post_title(standing_in) == f"Chargé d'affaires a.i. {rest}"
    assert post_title(representative(lokaale(rank=None), post_kind="charge")) == f"Chargé d'affaires a.i. {rest}"
    assert mission(standing_in) == "Permanent Mission of the Republic of Kenya to the United Nations"


@pytest.mark.parametrize(
    ("organisation", "words"),
    [
        (HOLY_SEE, "Permanent Observer Mission of the Holy See to the United Nations"),
        (EUROPEAN_UNION, "Delegation of the European Union to the United Nations"),
    ],
)
def test_a_charge_of_an_observer_runs_the_observers_mission(organisation, words):
    charge = Addressee(language="en", post_kind="charge", organisation=organisation, holder=lokaale(rank=None))
    assert post_title(charge) == f"Chargé d'affaires a.i. of the {words}"


def test_a_recorded_title_of_a_minister_is_completed_by_the_state_once():
    minister = representative(janina(rank="minister"), post_kind="minister", post_title="Cabinet Secretary for ICT")
    assert post_title(minister) == "Cabinet Secretary for ICT of the Republic of Kenya"
    whole = representative(janina(rank="minister"), post_kind="minister", post_title="Minister for ICT of Kenya")
    assert post_title(whole) == "Minister for ICT of Kenya"


def test_a_minister_without_a_recorded_title_is_refused():
    with pytest.raises(Unaddressable, match="Suela Janina has no title recorded; record the title of the post"):
        post_title(representative(janina(), post_kind="minister"))


@pytest.mark.parametrize(
    ("kind", "title"),
    [("foreign-minister", "Minister for Foreign Affairs"), ("head-of-government", "Prime Minister")],
)
def test_posts_of_the_capital_belong_to_no_mission(kind, title):
    post = representative(janina(), post_kind=kind, seat="capital")
    assert post_title(post) == f"{title} of the Republic of Kenya"
    assert mission(post) is None


def test_the_kind_names_an_organisations_post_without_a_recorded_title():
    assert post_title(executive(janina(), post_title="")) == "Chief Executive Officer"
    assert post_title(executive(janina())) == "President and Chief Executive Officer"


def test_a_plain_person_has_no_title(english):
    person = Addressee(language="en", post_kind="person", holder=janina(rank=None))
    assert post_title(person) == ""
    assert address(english, [person]).block == ("Ms. Suela Janina",)


def test_an_unknown_kind_of_post_is_refused():
    with pytest.raises(Unaddressable, match="unknown kind of post 'consul'"):
        post_title(representative(lokaale(), post_kind="consul"))


def test_a_state_post_without_a_state_is_refused():
    with pytest.raises(Unaddressable, match="Ekitela Lokaale has no State or organisation recorded"):
        post_title(representative(lokaale(), organisation=None))
    assert KENYA["en"].kind == "member-state"
