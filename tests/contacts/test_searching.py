"""Searching the directory by words: what is typed leads to it, and the words follow whatever happens to a contact."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from outreach.contacts import editing, finding, importing, searching, seeding
from outreach.contacts.finding import Filter
from outreach.contacts.models import (
    ContactWord,
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationName,
    Post,
    PostTitle,
    StakeholderGroup,
)
from outreach.office import package_folder
from tests.cast import DANA, NOON, kenya, society
from tests.counting import asked

TODAY = NOON.date()
CHIEF = "open-net/chief-executive/headquarters"
MISSION = "kenya/permanent-representative/new-york"


@pytest.fixture
def directory(session: Session) -> Session:
    """Kenya's mission, and the Open Net Society with a name in other scripts; its head has held the post since ever."""
    kenya(session)
    owner = society(session).organisation
    for language, short in (
        ("fr", "Société « Écho d’Ivoire »"),
        ("zh", "联合国教科文组织ISO部"),
        ("ar", "الاتحاد الدولي"),
        ("ko", "한국인터넷진흥원"),
        ("ru", "Открытая сеть"),
    ):
        owner.names.append(OrganisationName(language=language, short=short))
    session.flush()
    return session


def found(session: Session, text: str) -> list[str]:
    """The keys of the page for `text`; the listing must hold the same."""
    page = [one.key for one in finding.page(session, Filter(text=text), on=TODAY, offset=0, limit=50)]
    assert sorted(page) == sorted(one.key for one in finding.listing(session, Filter(text=text), on=TODAY))
    return page


@pytest.mark.parametrize("few", [0, 4000], ids=["as if many fitted", "as if few fitted"])
@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("open", [CHIEF]),
        ("OPEN-NET", [CHIEF]),
        ("society open net", [CHIEF]),
        ("ons example li", [CHIEF]),
        ("exec kenya", []),
        ("new york kenya", [MISSION]),
        ("permanent rep", [MISSION]),
        ("republique", [MISSION]),
        ("SOCIÉTÉ", [CHIEF]),
        ("d'ivoire", [CHIEF]),
        ("联合国", [CHIEF]),
        ("教科文", [CHIEF]),
        ("部", [CHIEF]),
        ("文组织 net iso", [CHIEF]),
        ("الاتحاد", [CHIEF]),
        ("اتحاد", [CHIEF]),
        ("인터넷", [CHIEF]),
        ("СЕТЬ", [CHIEF]),
        ("pen", []),
        ("%", []),
        ("_", []),
        ("&", []),
        ("x" * 200, []),
        ("", [MISSION, CHIEF]),
        ("  ", [MISSION, CHIEF]),
    ],
)
def test_what_is_typed_begins_words_of_the_organisation_the_post_or_a_person(
    directory: Session, monkeypatch: pytest.MonkeyPatch, text: str, keys: list[str], few: int
) -> None:
    monkeypatch.setattr(searching, "FEW", few)
    assert found(directory, text) == keys


def test_words_of_two_posts_together_find_neither(directory: Session) -> None:
    owner = finding.organisation(directory, "open-net")
    directory.add(Post(organisation=owner, kind="chair", title="Chair of the Board"))
    directory.flush()
    assert found(directory, "chief board") == []
    assert found(directory, "net board") == ["open-net/chair"]


def test_an_organisation_without_posts_is_found_by_its_own_words(directory: Session) -> None:
    organisation = {"kind": OrganisationKind.ORGANISATION, "group": StakeholderGroup.PRESS}
    directory.add(Organisation(key="echo", name="L'Écho du Soir", **organisation))
    directory.flush()
    assert found(directory, "soir echo") == ["echo"]
    assert found(directory, "echo") == ["echo", CHIEF]


def test_a_word_longer_than_is_kept_is_found_by_as_much_as_is(directory: Session) -> None:
    owner = finding.organisation(directory, "open-net")
    owner.acronym = "Z" * 55
    directory.flush()
    assert found(directory, "z" * 55) == [CHIEF]


# --- the words follow


@pytest.fixture(autouse=True)
def words_stand_as_if_written_anew(session: Session) -> Iterator[None]:
    """After each test: whatever was done, the words are those that writing all of them anew would give."""
    yield
    words = select(ContactWord.organisation_id, ContactWord.post_id, ContactWord.word)
    stood = set(session.execute(words).all())
    searching.index(session, session.scalars(select(Organisation.id)).all())
    assert stood == set(session.execute(words).all())


def test_a_new_name_is_found_and_the_old_one_no_longer(directory: Session) -> None:
    owner = finding.organisation(directory, "open-net")
    editing.edit(directory, owner, name="Réseau libre", acronym="RL", by=DANA, at=NOON)
    assert found(directory, "reseau") == [CHIEF]
    assert found(directory, "ons") == []


def test_a_name_in_a_language_comes_and_goes(directory: Session) -> None:
    owner = finding.organisation(directory, "open-net")
    editing.name_in(directory, owner, "de", "Offenes Netz", by=DANA, at=NOON)
    assert found(directory, "offenes") == [CHIEF]
    editing.name_in(directory, owner, "de", "Freies Netz", by=DANA, at=NOON)
    assert found(directory, "offenes") == []
    owner.names.remove(next(name for name in owner.names if name.language == "de"))
    directory.flush()
    assert found(directory, "netz") == []


def test_whoever_holds_a_post_leads_to_it_under_the_name_they_have_now(directory: Session) -> None:
    person = finding.post(directory, "ons").holders[0].person
    editing.edit(directory, person, full_name="Ñandú Pérez", given_name="", family_name="", by=DANA, at=NOON)
    assert (found(directory, "nandu"), found(directory, "example")) == ([CHIEF], [])
    directory.add(Holder(post=finding.post(directory, MISSION), person=person))
    directory.flush()
    assert found(directory, "perez") == [MISSION, CHIEF]


def test_a_holder_who_is_taken_away_or_moved_leads_there_no_longer(directory: Session) -> None:
    holder = finding.post(directory, "ons").holders[0]
    directory.expire_all()
    holder.post_id = finding.post(directory, MISSION).id
    directory.flush()
    assert found(directory, "li") == [MISSION]
    directory.expire_all()
    directory.delete(holder)
    directory.flush()
    assert found(directory, "li") == []


def test_a_title_in_another_language_leads_to_the_post(directory: Session) -> None:
    post = finding.post(directory, "ons")
    post.titles.append(PostTitle(language="fr", title="Directrice générale"))
    directory.flush()
    assert found(directory, "directrice") == [CHIEF]
    post.titles.clear()
    directory.flush()
    assert found(directory, "directrice") == []


def test_a_post_that_moves_or_goes_takes_its_words_along(directory: Session) -> None:
    post = Post(organisation=finding.organisation(directory, "open-net"), kind="chair", title="Chair of the Board")
    directory.add(post)
    directory.flush()
    post.organisation = finding.organisation(directory, "kenya")
    directory.flush()
    assert (found(directory, "net board"), found(directory, "kenya board")) == ([], ["kenya/chair"])
    directory.delete(post)
    directory.flush()
    assert found(directory, "board") == []


def test_an_organisation_that_goes_leaves_no_words(directory: Session) -> None:
    owner = Organisation(key="gone", name="Gone", kind=OrganisationKind.ORGANISATION, group=StakeholderGroup.PRESS)
    directory.add(owner)
    directory.flush()
    directory.delete(owner)
    directory.flush()
    assert directory.scalars(select(ContactWord).where(ContactWord.word == "gone")).all() == []


def test_the_shipped_directory_is_found_in_any_of_its_languages(session: Session) -> None:
    seeding.load(session, package_folder("seeds"), by=DANA, at=NOON)
    for text in ("кения perm new york", "肯尼亚 permanent geneva", "كينيا permanent geneva"):
        assert {key.partition("/")[0] for key in found(session, text)} == {"kenya"}, text


def test_what_has_no_bearing_on_the_words_costs_no_query(directory: Session) -> None:
    holder = finding.post(directory, "ons").holders[0]
    with asked(directory.connection()) as statements:
        holder.confirmed_on = None
        directory.flush()
    assert [statement.split()[0] for statement in statements] == ["UPDATE"]


def test_many_organisations_are_written_down_by_a_few_statements(session: Session) -> None:
    organisation = {"kind": OrganisationKind.ORGANISATION, "group": StakeholderGroup.PRESS}
    numbers = range(1, 801)
    session.execute(insert(Organisation), [{"id": i, "key": f"o{i}", "name": f"Nº {i}", **organisation} for i in numbers])
    session.execute(insert(Post), [{"id": i, "organisation_id": i, "kind": "head"} for i in numbers])
    with asked(session.connection()) as statements:
        searching.index(session, numbers)
    # PostgreSQL takes the rows of an insert in pieces.
    assert len([one for one in statements if not one.startswith("INSERT")]) == 12
    assert found(session, "o77 head") == ["o77/head"] + [f"o77{n}/head" for n in range(10)]


def test_imported_contacts_are_found_also_a_new_holder_of_a_post_that_stood(directory: Session, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    heads = "organisation,group,post,full_name"
    rows = ("Réseau Nord,press,chair,Åsa Öberg", f"kenya,,{MISSION},José Ñandú", "ons,,,李明")
    path.write_text("\n".join((heads, *rows)))
    outcomes = importing.run(directory, path, by=DANA, at=NOON, on=TODAY, write=True)
    assert [outcome.action.value for outcome in outcomes] == ["added", "changed", "changed"]
    assert found(directory, "nord oberg") == ["reseau-nord/chair"]
    assert found(directory, "nandu jose") == [MISSION]
    assert found(directory, "明") == [CHIEF]
