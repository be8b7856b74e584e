"""The shipped directory, loaded into an office."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.contacts import seeding
from outreach.contacts.addressing import reach
from outreach.contacts.models import Channel, Organisation, OrganisationKind, OrganisationName, Post, RegionalGroup
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Entry
from outreach.office import Office, package_folder
from outreach.protocol.forms import post_title
from tests.cast import DANA, KIM, NOON, RENE

STATES = """key,status,iso2,iso3,m49,regional_group,language,regional_note
kenya,member,KE,KEN,404,african,en,
holy-see,observer-state,VA,VAT,336,,en,Observer
"""
NAMES = """key,language,short,formal,article,list_name,running,of_short,of_formal,source,reviewed,note
kenya,en,Kenya,the Republic of Kenya,,Kenya,Kenya,of Kenya,of the Republic of Kenya,hdx,reviewed,
kenya,fr,Kenya,la République du Kenya,le,Kenya,le Kenya,du Kenya,de la République du Kenya,hdx,reviewed,
holy-see,en,Holy See,the Holy See,the,Holy See,the Holy See,of the Holy See,of the Holy See,hdx,reviewed,
"""
ORGANISATIONS = """key,name,name_fr,acronym,group,kind,domain,country,regional_group,language,head_title,head_title_fr,note
open-net,Open Net Society,Société Open Net,ONS,technical-community,organisation,open-net.example,CH,,en,Chair,Présidente,
"""
POSTS = """organisation,kind,seat,title_en,title_fr,preferred_channel
kenya,permanent-representative,new-york,,,email
kenya,foreign-minister,capital,,,post
holy-see,permanent-observer,new-york,,,email
open-net,chair,headquarters,Chair,Présidente,email
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in (
        ("states", STATES),
        ("state_names", NAMES),
        ("organisations", ORGANISATIONS),
        ("posts", POSTS),
    ):
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


def load(session: Session, folder: Path) -> seeding.Counts:
    return seeding.load(session, folder, by=DANA, at=NOON)


def by_key(session: Session, key: str) -> Organisation:
    return session.scalars(select(Organisation).where(Organisation.key == key)).one()


def test_states_come_in_with_their_names_posts_and_regional_group(session: Session, folder: Path) -> None:
    assert load(session, folder) == seeding.Counts(states=2, organisations=1, posts=4)
    kenya = by_key(session, "kenya")
    assert (kenya.name, kenya.kind, kenya.country) == ("Kenya", OrganisationKind.MEMBER_STATE, "KE")
    assert kenya.regional_group is RegionalGroup.AFRICAN
    assert kenya.language_assumed
    assert {name.language: name.of_formal for name in kenya.names}["fr"] == "de la République du Kenya"
    assert [post.key for post in kenya.posts] == ["kenya/permanent-representative/new-york", "kenya/foreign-minister/capital"]
    assert kenya.posts[1].preferred_channel is Channel.POST
    assert by_key(session, "holy-see").kind is OrganisationKind.OBSERVER_STATE


def test_organisations_come_in_with_a_french_name_and_the_head_s_title_in_french(session: Session, folder: Path) -> None:
    load(session, folder)
    society = by_key(session, "open-net")
    assert [name.short for name in society.names] == ["Société Open Net"]
    assert society.posts[0].title == "Chair"
    assert [(title.language, title.title) for title in society.posts[0].titles] == [("fr", "Présidente")]


def test_loading_again_adds_only_what_is_new_and_keeps_what_the_office_edited(session: Session, folder: Path) -> None:
    load(session, folder)
    by_key(session, "open-net").name = "Open Net"
    by_key(session, "kenya").posts[0].preferred_channel = Channel.HAND
    session.flush()
    entries = session.scalar(select(func.count(Entry.seq)))
    assert load(session, folder) == seeding.Counts(0, 0, 0)
    assert session.scalar(select(func.count(Entry.seq))) == entries
    with (folder / "posts.csv").open("a") as file:
        file.write("kenya,permanent-representative,geneva,,,email\n")
    assert load(session, folder) == seeding.Counts(0, 0, 1)
    session.expire_all()
    assert by_key(session, "open-net").name == "Open Net"
    assert by_key(session, "kenya").posts[0].preferred_channel is Channel.HAND
    assert session.scalar(select(func.count(Post.id))) == 5
    assert session.scalar(select(func.count(OrganisationName.id))) == 4


def test_loading_is_one_journal_entry_that_says_how_much_came_in(session: Session, folder: Path) -> None:
    load(session, folder)
    entry = session.scalars(select(Entry)).one()
    assert (entry.actor, entry.verb, entry.subject) == ("Dana Drafter", "loaded", "directory")


def test_a_reader_may_not_load_the_directory(session: Session, folder: Path) -> None:
    with pytest.raises(Refused, match="may not load the directory"):
        seeding.load(session, folder, by=RENE, at=NOON)


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("states.csv", "african", "afrikan", r"states.csv, line 2: regional_group is 'afrikan'; use one of african"),
        ("states.csv", "observer-state", "guest", r"states.csv, line 3: status is 'guest'"),
        ("organisations.csv", "technical-community", "", r"organisations.csv, line 2: group is ''; use one of"),
        ("posts.csv", "open-net,chair", "opennet,chair", r"posts.csv, line 5: 'opennet' stands neither in"),
        ("posts.csv", "title_fr", "titre", r"posts.csv lacks the column 'title_fr'"),
        ("state_names.csv", "kenya,en", "kenia,en", r"State 'kenya' has no English name"),
    ],
)
def test_a_fault_in_the_files_is_named_with_its_place(
    session: Session, folder: Path, file: str, old: str, new: str, sentence: str
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(Invalid, match=sentence):
        load(session, folder)


def test_a_missing_file_is_named(session: Session, folder: Path) -> None:
    (folder / "posts.csv").unlink()
    with pytest.raises(NotFound, match=r"posts\.csv is missing"):
        load(session, folder)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Head of the Delegation of the European Union to the United Nations"),
        ("fr", "Chef de la Délégation de l'Union européenne auprès de l'Organisation des Nations Unies"),
        ("ar", "رئيس الوفد الدائم للاتحاد الأوروبي لدى الأمم المتحدة"),
    ],
)
def test_the_shipped_directory_knows_how_the_european_union_stands_in_a_title(language: str, said: str, office: Office) -> None:
    with office.transaction() as session:
        seeding.load(session, package_folder("seeds"), by=KIM, at=NOON)
        post = session.scalars(select(Post).where(Post.kind == "head-of-delegation", Post.seat == "new-york")).first()
        assert post
        [found] = reach(session, [post.id], on=NOON.date(), stale_after=180)
        assert post_title(found.addressee(language)).lower() == said.lower()
