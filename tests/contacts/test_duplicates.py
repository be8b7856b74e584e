"""Contacts that may be the same are found whatever the script, order and spelling, and said with a reason."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import alike, duplicates, likeness, pairing, persons, telling_apart
from outreach.contacts.duplicates_reading import Known
from outreach.contacts.likeness import Name
from outreach.contacts.models import (
    Address,
    AddressKind,
    Holder,
    Organisation,
    OrganisationKind,
    Person,
    Post,
    StakeholderGroup,
)
from outreach.contacts.sameness import Kind
from outreach.errors import NotFound, Refused
from outreach.office import Office
from tests.cast import DANA, NOON, RENE
from tests.conftest import Run
from tests.counting import asked


def organisation(session: Session, key: str, name: str = "", **more: object) -> Organisation:
    made = Organisation(
        key=key, name=name or key, kind=OrganisationKind.ORGANISATION, group=StakeholderGroup.CIVIL_SOCIETY, **more
    )
    session.add(made)
    session.flush()
    return made


def person(session: Session, name: str, at: Organisation | None = None, email: str = "") -> Person:
    made = Person(full_name=name)
    session.add(made)
    if at:
        post = Post(organisation=at, kind="person", seat=f"s{len(at.posts)}")
        holder = Holder(post=post, person=made)
        session.add(holder)
        session.flush()
        if email:
            session.add(Address(post=post, holder_id=holder.id, kind=AddressKind.EMAIL, value=email, normalised=email.lower()))
    session.flush()
    return made


def of_persons(session: Session) -> list[duplicates.Pair]:
    return [pair for pair in duplicates.find(session) if pair.kind is Kind.PERSON]


def found(session: Session) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in of_persons(session)]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("Ивана Петрова", "Ivana Petrova", "the same name in another script"),
        ("Юлия Щербакова", "Julia Shcherbakova", "the same name in another script"),
        ("Дмитрий Чайковский", "Dmitri Tchaikovsky", "the same name in another script"),
        ("Γιώργος Παπαδόπουλος", "Giorgos Papadopoulos", "the same name in another script"),
        ("Nguyễn Thị Hà", "Nguyen Thi Ha", "the same name but for accents and capitals"),
        ("Jürgen Müller", "Jürgen Mueller", "the same name in another spelling"),
        ("Jürgen Müller", "Jurgen Muller", "the same name but for accents and capitals"),
        ("LI Junhua", "Junhua Li", "the same name in another order"),
        ("李军华", "Li Junhua", "the same name, its words joined otherwise"),
        ("محمد علي", "Mohammed Ali", "the same consonants in a script without vowels"),
        ("J. Smith", "John Smith", "the same family name, and the initials fit"),
        ("Maria Fernanda Silva", "Maria Silva", "the same name with a word more"),
        ("Jhon Applegate", "John Applegate", "names a letter or two apart"),
        ("Wojciech Kowalski", "Woiciech Kowalsky", "the same name in another spelling"),
    ],
)
def test_one_person_in_two_spellings_is_seen_at_one_organisation(one: str, other: str, why: str) -> None:
    [pair] = duplicates.among(Kind.PERSON, [Known(1, (Name(one),), homes=(9,)), Known(2, (Name(other),), homes=(9,))])
    assert pair.reason == f"{why}; the same organisation"
    assert pair.score >= duplicates.AT_LEAST


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria Silva", "Maria Santos"),
        ("Li Wei", "Li Na"),
        ("J. S.", "John Smith"),
        ("Maria", "Maria Silva"),
        ("Ali Hassan", "Ali Hussein Karim"),
        ("", "Maria Silva"),
    ],
)
def test_two_persons_at_one_organisation_are_two(one: str, other: str) -> None:
    known = [Known(number, (Name(name),), homes=(9,)) for number, name in enumerate((one, other))]
    assert list(duplicates.among(Kind.PERSON, known)) == []


def test_the_same_name_elsewhere_is_less_sure_than_at_the_same_place(session: Session) -> None:
    here, there = organisation(session, "open-net"), organisation(session, "quiet-library")
    for at in (here, here, there):
        person(session, "Ada Example", at)
    sure, *unsure = duplicates.find(session)
    assert sure.reason == "the same name; the same organisation"
    assert {pair.reason for pair in unsure} == {"the same name"}
    assert sure.score > unsure[0].score


def test_one_address_of_two_persons_is_said_whatever_their_names(session: Session) -> None:
    here, there = organisation(session, "open-net"), organisation(session, "quiet-library")
    person(session, "Ada Example", here, "ada@mail.example")
    person(session, "Augusta King", there, "Ada@mail.example")
    [pair] = of_persons(session)
    assert "the same e-mail address" in pair.reason


def test_a_mail_service_open_to_all_says_nothing(session: Session) -> None:
    here, there = organisation(session, "open-net"), organisation(session, "quiet-library")
    person(session, "Jon Applegate", here, "one@gmail.com")
    person(session, "John Applegate", there, "other@gmail.com")
    assert all("domain" not in pair.reason for pair in duplicates.find(session))


PLACES = ("Turin", "Ghent", "Basel", "Lima", "Quito", "Accra", "Hanoi", "Perth", "Kyoto", "Malmo", "Natal", "Davos")


def among_organisations(others: Sequence[str], *pair: Known) -> list[tuple[int, int]]:
    known = [*pair, *(Known(100 + place, (Name(name),)) for place, name in enumerate(others))]
    return [(found.first, found.second) for found in duplicates.among(Kind.ORGANISATION, known)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Known(1, (Name("Internet Society"),)), Known(2, (Name("The Internet Society"),))),
        (Known(1, (Name("Internet Society"),)), Known(2, (Name("Internet Sociéty"),))),
        (Known(1, (Name("International Chamber of Commerce"),)), Known(2, (Name("Internatonal Chamber of Commerce"),))),
        (Known(1, (Name("Measurement Lab"),), acronym="M-Lab"), Known(2, (Name("M-Lab"),))),
        (Known(1, (Name("Réseau ouvert"),), domains=("o.example",)), Known(2, (Name("Open net"),), domains=("o.example",))),
        (Known(1, (Name("Open Net"), Name("Réseau ouvert"))), Known(2, (Name("Reseau Ouvert"),))),
        (Known(1, (Name("Общество Интернета"),)), Known(2, (Name("Obshchestvo Interneta"),))),
    ],
)
def test_one_organisation_entered_twice_is_seen(one: Known, other: Known) -> None:
    assert among_organisations([f"{place} Society of Commerce" for place in PLACES], one, other) == [(1, 2)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Working Group 1", "Working Group 2"),
        ("Internet Society Kenya Chapter", "Internet Society Ghana Chapter"),
        ("Guinea", "Guinea-Bissau"),
    ],
)
def test_two_organisations_with_names_of_one_make_are_two(one: str, other: str) -> None:
    others = [f"Internet Society {country} Chapter" for country in ("Togo", "Chile", "Nepal", "Fiji")]
    assert among_organisations(others, Known(1, (Name(one),)), Known(2, (Name(other),))) == []


def test_states_are_never_each_others_duplicates(session: Session) -> None:
    for key, name in (("niger", "the Niger"), ("niger-2", "Niger")):
        organisation(session, key, name).kind = OrganisationKind.MEMBER_STATE
    session.flush()
    assert duplicates.find(session) == []


def test_a_name_that_many_bear_pairs_only_those_who_share_more(session: Session) -> None:
    homes = [organisation(session, f"o-{number}") for number in range(pairing.COMMON + 5)]
    for home in homes:
        person(session, "Maria Silva", home)
    twice = person(session, "Silva, Maria", homes[3])
    [pair] = of_persons(session)
    assert pair.second == twice.id


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=5), max_size=40))
def test_exactly_those_that_share_a_key_are_paired(keys: list[list[str]]) -> None:
    holders = {key: {place for place, its in enumerate(keys) if key in its} for key in "abcdefgh"}
    shared = [places for places in holders.values() if len(places) <= pairing.COMMON]
    expected = {(a, b) for places in shared for a in places for b in places if a < b}
    paired = {pair for ones, others in pairing.candidates(keys) for pair in zip(ones.tolist(), others.tolist(), strict=True)}
    assert paired == expected


NAMES = st.text(st.characters(codec="utf-8", categories=("L", "M", "N", "P", "Zs")), max_size=40)


@settings(max_examples=50)
@given(NAMES, NAMES)
def test_likeness_goes_both_ways_and_stays_within_its_bounds(one: str, other: str) -> None:
    there, back = (likeness.of_persons(Name(a), Name(b)) for a, b in ((one, other), (other, one)))
    assert 0 <= there.score <= 100
    assert there.score == pytest.approx(back.score, abs=30)
    if Name(one).sounds:
        assert likeness.of_persons(Name(one), Name(one)).score == 100


def test_a_pair_told_apart_stays_away_until_that_is_taken_back(session: Session) -> None:
    owner = organisation(session, "open-net")
    one, other = person(session, "Ada Example", owner), person(session, "ADA EXAMPLE", owner)
    assert alike.look(session, by=DANA, at=NOON) == 1
    telling_apart.tell_apart(session, other, one, because="mother and daughter", by=DANA, at=NOON)
    assert found(session) == []
    assert alike.count(session) == 0
    [row] = telling_apart.all_told_apart(session)
    assert (row.first_id, row.second_id, row.because, row.said_by) == (one.id, other.id, "mother and daughter", DANA.name)
    with pytest.raises(Refused, match="told apart before"):
        telling_apart.tell_apart(session, one, other, by=DANA, at=NOON)
    telling_apart.take_back(session, one, other, by=DANA, at=NOON)
    assert found(session) == [(one.id, other.id)]
    with pytest.raises(NotFound, match="Nobody has told"):
        telling_apart.take_back(session, one, other, by=DANA, at=NOON)
    verbs = [entry.verb for entry, _ in journal.latest(session, about=f"person {one.id} and person {other.id}")]
    assert verbs == ["told apart", "took back telling apart"]


def test_only_who_may_edit_tells_apart(session: Session) -> None:
    owner = organisation(session, "open-net")
    one, other = person(session, "Ada Example", owner), person(session, "Ada Example", owner)
    with pytest.raises(Refused, match="may not edit contacts"):
        telling_apart.tell_apart(session, one, other, by=RENE, at=NOON)
    with pytest.raises(Refused, match="never the same"):
        telling_apart.tell_apart(session, one, owner, by=DANA, at=NOON)
    with pytest.raises(Refused, match="twice"):
        telling_apart.tell_apart(session, one, one, by=DANA, at=NOON)


def test_the_kept_list_shows_both_sides_as_they_stand(session: Session) -> None:
    owner = organisation(session, "open-net", "Open Net Society", domain="open-net.example")
    first = person(session, "Ivana Petrova", owner, "ip@open-net.example")
    second = person(session, "Петрова Ивана", owner)
    alike.look(session, by=DANA, at=NOON)
    assert alike.looked_at(session) == NOON
    [pair] = alike.page(session, offset=0, limit=10)
    assert (pair.kind, pair.first.key, pair.second.key) == (Kind.PERSON, f"person/{first.id}", f"person/{second.id}")
    assert pair.first.lines == ("person, Open Net Society", "ip@open-net.example")
    assert pair.second.name == "Петрова Ивана"


def test_persons_are_found_by_number_address_post_and_name(session: Session) -> None:
    owner = organisation(session, "open-net")
    ada = person(session, "Ada Example", owner, "ada@open-net.example")
    bea = person(session, "Beatrix Example", owner)
    for said in (f"person/{ada.id}", str(ada.id), "ADA@open-net.example", "open-net/person/s0", "Example, Ada", "ada"):
        assert persons.person(session, said, on=NOON.date()) is ada, said
    with pytest.raises(Refused, match=f"person/{ada.id} .Ada Example., person/{bea.id} .Beatrix"):
        persons.person(session, "example", on=NOON.date())
    for nobody in ("person/999999", "Zoe", "zoe@nowhere.example", "%"):
        with pytest.raises(NotFound):
            persons.person(session, nobody, on=NOON.date())


def test_the_command_lists_pairs_and_tells_them_apart(office: Office, run: Run) -> None:
    with office.transaction() as session:
        owner = organisation(session, "open-net")
        one, other = (person(session, name, owner).id for name in ("Ada Example", "Example Ada"))
    said = run("contacts", "duplicates").output
    assert f"person/{one}" in said
    assert "the same name in another order; the same organisation" in said
    assert f'"second": "person/{other}"' in run("contacts", "duplicates", "--json").output
    assert "are two persons" in run("contacts", "not-same", f"person/{one}", f"person/{other}").output
    assert "No two contacts look the same." in run("contacts", "duplicates").output
    assert "may be the same person" in run("contacts", "not-same", f"person/{one}", f"person/{other}", "--undo").output
    assert f"person/{other}" in run("contacts", "duplicates").output


def test_looking_takes_as_many_queries_for_many_contacts_as_for_few(session: Session) -> None:
    for number in range(60):
        person(session, f"Person{number} Example{number}", organisation(session, f"o-{number}"))
    session.execute(select(Person.id)).all()
    with asked(session.get_bind()) as said:
        duplicates.find(session)
    assert len(said) == 10
