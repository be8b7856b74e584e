"""Contacts written to a file and read again: nothing changes, nothing runs, and any address book can open the cards."""

import csv
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.contacts import cells, exporting, finding, importing, vcard_writing, vcards
from outreach.contacts.addresses import normalised
from outreach.contacts.finding import Filter
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import (
    Address,
    AddressKind,
    Channel,
    Gender,
    Holder,
    Organisation,
    OrganisationKind,
    OrganisationTag,
    Person,
    Post,
    StakeholderGroup,
)
from outreach.database import Database, connect, office_url
from outreach.errors import Invalid, OutreachError, Refused
from outreach.office import Office
from outreach.protocol.addressee import POST_KINDS, RANKS
from tests.cast import DANA, NOON, kenya, society

TODAY = NOON.date()
ENDINGS = (".csv", ".xlsx", ".vcf")


def write(session: Session, path: Path, wanted: Filter | None = None, on: date = TODAY) -> int:
    return exporting.write(session, path, wanted or Filter(), on=on).count


def read_again(session: Session, path: Path, on: date = TODAY) -> list[Outcome]:
    return list(importing.run(session, path, by=DANA, at=NOON, on=on))


@pytest.fixture
def hostile(session: Session) -> Post:
    """A post with all that a contact may have, much of it made to be run or to break a file."""
    kenya(session)
    post = society(session)
    post.organisation.name = '=HYPERLINK("http://evil.example")'
    post.organisation.do_not_contact, post.organisation.do_not_contact_since = "court order; of 3 March", TODAY
    post.title, post.second_channel, post.do_not_contact = '@SUM(1), "quoted"; \\n', Channel.POST, "+moved"
    session.add_all([OrganisationTag(organisation_id=post.organisation_id, tag=tag) for tag in ("-youth", "panel")])
    holder = post.holders[0]
    holder.rank, holder.person.salutation, holder.person.do_not_contact = "director", "'=1+1", "asked, by letter"
    values = {AddressKind.TELEPHONE: ["+41 22 730", "(0) 5"], AddressKind.POSTAL: ["1 rue X\n1200 Genève", "-2 box\nParis"]}
    for kind, several in values.items():
        session.add_all([Address(post=post, kind=kind, value=v, normalised=normalised(kind, v)) for v in several])
    own = Address(post=post, holder_id=holder.id, kind=AddressKind.EMAIL, value="li@x.example", normalised="li@x.example")
    session.add_all(
        [own, Organisation(key="twin", name="Kenya", kind=OrganisationKind.ORGANISATION, group="press", language="fr")]
    )
    session.flush()
    return post


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_exported_changes_nothing_when_it_is_read_again(
    session: Session, tmp_path: Path, hostile: Post, ending: str
) -> None:
    path = tmp_path / f"all{ending}"
    assert write(session, path) == 3
    outcomes = read_again(session, path)
    assert [(outcome.action, outcome.reason, outcome.fields) for outcome in outcomes] == [(Action.UNCHANGED, "", {})] * 3


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_office_that_knows_nobody_has_everything_after_reading_it(
    session: Session, tmp_path: Path, hostile: Post, empty_sqlite: Path, ending: str
) -> None:
    hostile.organisation.names.clear()
    path = tmp_path / f"all{ending}"
    write(session, path, Filter(group=StakeholderGroup.TECHNICAL_COMMUNITY))
    shutil.copy(empty_sqlite, tmp_path / "other.db")
    other = Database(connect(office_url("sqlite:///other.db", tmp_path)))
    with other.transaction() as elsewhere:
        # The key of a post belongs to the office that made it.
        options = {"by": DANA, "at": NOON, "on": TODAY, "write": True, "mapping": {"post": "-"}}
        list(importing.run(elsewhere, path, **options))  # type: ignore[arg-type]
        [listed] = finding.listing(elsewhere, Filter(), on=TODAY)
        assert listed.organisation.name == hostile.organisation.name
        assert listed.organisation.do_not_contact == "court order; of 3 March"
        assert listed.holder is not None
        assert (listed.holder.person.full_name, listed.holder.rank) == ("Li Example", "director")
        assert listed.holder.person.salutation == "'=1+1"
    other.engine.dispose()


def test_no_cell_becomes_a_formula_or_a_link(session: Session, tmp_path: Path, hostile: Post) -> None:
    write(session, tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Contacts"]
    filled = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in filled} == {"s"}
    assert not any(cell.hyperlink for cell in filled)
    write(session, tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert not [cell for row in csv.reader(file) for cell in row if cell[:1] in ("=", "+", "-", "@", "\t", "\r")]


def test_an_export_is_narrowed_like_a_listing(session: Session, tmp_path: Path, hostile: Post) -> None:
    assert write(session, tmp_path / "a.csv", Filter(group=StakeholderGroup.GOVERNMENT)) == 1
    assert write(session, tmp_path / "b.vcf", Filter(text="nobody is called so")) == 0
    assert (tmp_path / "b.vcf").read_bytes() == b""


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_file_that_stands_there_is_not_overwritten(session: Session, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_text("mine")
    with pytest.raises(Refused, match="stands there already"):
        write(session, path)
    with pytest.raises(Invalid, match=r"There is no folder .*nowhere; make it first"):
        write(session, tmp_path / "nowhere" / path.name)
    assert path.read_text() == "mine"
    assert list(tmp_path.glob("*a.*")) == [path]


def test_another_ending_is_refused(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"^a\.pdf is none of \.csv, \.xlsx, \.vcf; name a file that ends so\.$"):
        write(session, tmp_path / "a.pdf")


# --- cards


def test_a_card_has_what_the_standard_asks_for(session: Session, tmp_path: Path, hostile: Post) -> None:
    path = tmp_path / "a.vcf"
    write(session, path, Filter(group=StakeholderGroup.TECHNICAL_COMMUNITY))
    lines = path.read_bytes().decode().split("\r\n")
    assert lines[:2] == ["BEGIN:VCARD", "VERSION:4.0"]
    assert lines[-2:] == ["END:VCARD", ""]
    assert all(len(line.encode()) <= 75 for line in lines)
    assert {"FN:Li Example", "N:Li;Example;;;", "GENDER:F", "KIND:individual", "EMAIL;TYPE=work:li@x.example"} <= set(lines)
    assert "\n" not in path.read_bytes().decode().replace("\r\n", "")


def test_a_family_name_that_is_not_known_is_not_written(session: Session, tmp_path: Path) -> None:
    person = society(session).holders[0].person
    person.family_name = person.given_name = ""
    session.flush()
    write(session, tmp_path / "a.vcf")
    assert "\r\nN:" not in (tmp_path / "a.vcf").read_bytes().decode()
    [outcome] = read_again(session, tmp_path / "a.vcf")
    assert (outcome.action, outcome.reason) == (Action.UNCHANGED, "it gives no family name, and none was guessed")


def test_the_card_of_a_vacant_post_names_the_post(session: Session, tmp_path: Path) -> None:
    kenya(session)
    write(session, tmp_path / "a.vcf")
    text = (tmp_path / "a.vcf").read_bytes().decode()
    assert "KIND:org\r\nFN:Kenya (permanent representative\\, new york)\r\n" in text


def test_the_card_of_a_contact_keeps_its_number_from_one_export_to_the_next(session: Session, tmp_path: Path) -> None:
    society(session)
    kenya(session)
    write(session, tmp_path / "a.vcf")
    write(session, tmp_path / "b.vcf")
    numbers = [line for line in (tmp_path / "a.vcf").read_text().splitlines() if line.startswith("UID")]
    assert len(set(numbers)) == 2
    assert (tmp_path / "a.vcf").read_bytes() == (tmp_path / "b.vcf").read_bytes()


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), max_size=300))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_folded_line_holds_whole_characters_and_reads_as_it_was(tmp_path: Path, text: str) -> None:
    written = vcard_writing.card({"organisation": "Foo", "full_name": "A", "title": text}, about="x").encode()
    for line in written.split(b"\r\n"):
        assert len(line) <= 75
        line.decode()
    (tmp_path / "a.vcf").write_bytes(written)
    [card] = vcards.cards(tmp_path / "a.vcf")
    assert (card.title, card.fault) == (" ".join(text.split()), "")


def test_the_whole_demonstration_is_exported_and_read_without_a_change(demonstration: Path, tmp_path: Path) -> None:
    office = Office.open(demonstration)
    with office.reading() as session:
        for ending in ENDINGS:
            count = write(session, tmp_path / f"all{ending}", on=office.today())
            outcomes = importing.run(session, tmp_path / f"all{ending}", by=DANA, at=NOON, on=office.today())
            assert [outcome for outcome in outcomes if outcome.action is not Action.UNCHANGED] == []
            assert count > 600
    office.close()


# --- any contact at all

WORDS = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]), min_size=1, max_size=25)


def stored(field: str, text: str) -> str:
    """The text as the directory would store it, or blank."""
    try:
        value = cells.read(field, text)
    except OutreachError:
        return ""
    return value if isinstance(value, str) else ""


def texts(field: str) -> st.SearchStrategy[str]:
    return WORDS.map(lambda text: stored(field, text)).filter(lambda text: text != "-")


def names(field: str) -> st.SearchStrategy[str]:
    return texts(field).filter(lambda text: any(map(str.isalnum, text)))


HOLDERS = st.fixed_dictionaries(
    {
        "full_name": names("full_name"),
        "given_name": texts("given_name") | st.just(""),
        "family_name": texts("family_name") | st.just(""),
        "gender": st.sampled_from([None, *Gender]),
        "salutation": texts("salutation") | st.just(""),
        "do_not_contact": texts("do_not_contact") | st.just(""),
        "rank": st.sampled_from(["", *RANKS]),
        "confirmed_on": st.none() | st.dates(TODAY - timedelta(days=3_000), TODAY),
        "from_date": st.none() | st.dates(TODAY - timedelta(days=900), TODAY + timedelta(days=90)),
        "to_date": st.none() | st.dates(TODAY - timedelta(days=90), TODAY + timedelta(days=900)),
    }
)
POSTS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(POST_KINDS),
        "title": texts("title") | st.just(""),
        "language": st.sampled_from(["", "en", "fr", "zh", "pt-BR"]),
        "channels": st.tuples(st.sampled_from(Channel), st.none() | st.sampled_from(Channel)),
        "do_not_contact": texts("do_not_contact") | st.just(""),
        "holders": st.lists(HOLDERS, max_size=2),
        "phones": st.lists(st.from_regex(r"\+?[0-9][0-9 ()/]{2,12}", fullmatch=True).map(str.strip), max_size=3),
        "emails": st.lists(st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8})?@[a-z]{2,8}\.example", fullmatch=True), max_size=3),
        "addresses": st.lists(
            st.lists(texts("title").filter(lambda text: text not in ("", ";")), min_size=1, max_size=3).map("\n".join),
            max_size=2,
        ),
    }
)
ORGANISATIONS = st.fixed_dictionaries(
    {
        "name": names("organisation"),
        "acronym": texts("acronym") | st.just(""),
        "group": st.sampled_from(StakeholderGroup),
        "language": st.sampled_from([("en", True), ("fr", False)]),
        "do_not_contact": texts("do_not_contact") | st.just(""),
        "tags": st.sets(st.sampled_from(["panel", "youth", "=1", "g77"])),
        "posts": st.lists(POSTS, max_size=3, unique_by=lambda post: post["kind"]),
    }
)


# Each example makes a database: to make a failing one smaller would take minutes, and says little more.
CHEAP: Any = {
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    "phases": [Phase.explicit, Phase.reuse, Phase.generate],
}


def store(session: Session, number: int, made: dict) -> None:
    language, assumed = made["language"]
    organisation = Organisation(
        key=f"o{number}", kind=OrganisationKind.ORGANISATION, language=language, language_assumed=assumed,
        **{name: made[name] for name in ("name", "acronym", "group", "do_not_contact")},
    )  # fmt: skip
    organisation.tags = [OrganisationTag(tag=tag) for tag in made["tags"]]
    session.add(organisation)
    for given_post in made["posts"]:
        first, second = given_post["channels"]
        post = Post(
            organisation=organisation, preferred_channel=first, second_channel=second,
            **{name: given_post[name] for name in ("kind", "title", "language", "do_not_contact")},
        )  # fmt: skip
        session.add(post)
        for held in given_post["holders"]:
            in_office = ("rank", "confirmed_on", "from_date", "to_date")
            person = Person(**{name: value for name, value in held.items() if name not in in_office})
            session.add(Holder(post=post, person=person, **{name: held[name] for name in in_office}))
        several = {AddressKind.EMAIL: "emails", AddressKind.TELEPHONE: "phones", AddressKind.POSTAL: "addresses"}
        for kind, name in several.items():
            for value in given_post[name]:
                session.add(Address(post=post, kind=kind, value=value, normalised=normalised(kind, value)))
    session.flush()


def stays_as_it_is(empty_sqlite: Path, folder: Path, made: list[dict]) -> None:
    for old in folder.iterdir():
        old.unlink()
    shutil.copy(empty_sqlite, folder / "office.db")
    database = Database(connect(office_url("sqlite:///office.db", folder)))
    try:
        with database.transaction() as session:
            for number, one in enumerate(made):
                store(session, number, one)
        with database.transaction() as session:
            for ending in ENDINGS:
                write(session, folder / f"a{ending}")
                outcomes = read_again(session, folder / f"a{ending}")
                differing = [(ending, o.post, o.reason, o.fields) for o in outcomes if o.action is not Action.UNCHANGED]
                assert differing == [], repr(differing)
    finally:
        database.engine.dispose()


@given(st.lists(ORGANISATIONS, min_size=1, max_size=3))
@settings(max_examples=15, **CHEAP)
def test_any_contacts_are_exported_and_read_without_a_change(empty_sqlite: Path, tmp_path: Path, made: list[dict]) -> None:
    stays_as_it_is(empty_sqlite, tmp_path, made)


@pytest.mark.long
@given(st.lists(ORGANISATIONS, min_size=1, max_size=4))
@settings(max_examples=1_500, **CHEAP)
def test_any_number_of_contacts_are_exported_and_read_without_a_change(
    empty_sqlite: Path, tmp_path: Path, made: list[dict]
) -> None:
    stays_as_it_is(empty_sqlite, tmp_path, made)


def test_the_digest_of_an_export_is_that_of_all_that_was_said_in_it(session: Session, tmp_path: Path) -> None:
    post = society(session)
    first, again = (exporting.write(session, tmp_path / name, Filter(), on=TODAY) for name in ("a.csv", "b.vcf"))
    assert (first.digest, first.kind) == (again.digest, ".csv"), "whatever the kind of file"
    post.holders[0].person.full_name = "Somebody Else"
    session.flush()
    assert exporting.write(session, tmp_path / "c.csv", Filter(), on=TODAY).digest != first.digest
