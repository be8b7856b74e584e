"""Importing lists: what becomes of each row, and that all good rows go in or none."""

import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.contacts import importing, refusing, shielding
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import (
    Address,
    Channel,
    Gender,
    Holder,
    Organisation,
    OrganisationName,
    Person,
    Post,
    RegionalGroup,
    StakeholderGroup,
)
from outreach.database import Database, connect, office_url
from outreach.errors import Invalid, NotFound, OutreachError, Refused
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.counting import asked

TODAY = NOON.date()
Import = Callable[..., list[Outcome]]


@pytest.fixture
def imported(session: Session, tmp_path: Path) -> Import:
    """Import a text as a CSV file, and keep it unless told not to."""

    def call(text: str | bytes, *, write: bool = True, on: date = TODAY, **options: object) -> list[Outcome]:
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        outcomes = list(importing.run(session, path, by=DANA, at=NOON, on=on, write=write, **options))  # type: ignore[arg-type]
        session.expire_all()
        return outcomes

    return call


def actions(outcomes: list[Outcome]) -> list[str]:
    return [outcome.action.value for outcome in outcomes]


def post(session: Session, key: str) -> Post:
    return next(post for post in session.scalars(select(Post)) if post.key == key)


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


FULL = (
    "Organisation;Groupe;Domaine;Pays;Étiquettes;Titre;Prénom;NOM;Civilité;Courriel;Téléphone;Adresse;Langue;Canal;Rang\n"
    "Société Ouverte;société civile;https://www.ouverte.example/;Kenya;Panel, jeunesse;Directrice générale;Zoë;Ñandú;Mme;"
    'zoe.nandu@ouverte.example, bureau@ouverte.example;+41 22 730 00 00;"1 rue X\n1200 Genève";français;courrier; e-mail;\n'
).replace("courrier; e-mail", '"courrier; e-mail"')


def test_a_full_row_adds_organisation_post_holder_and_addresses(session: Session, imported: Import) -> None:
    kenya(session)
    [outcome] = imported(FULL)
    assert (outcome.action, outcome.post, outcome.row) == (Action.ADDED, "societe-ouverte/director", 2)
    director = post(session, "societe-ouverte/director")
    owner, [holder] = director.organisation, director.holders
    assert (owner.name, owner.group, owner.domain) == ("Société Ouverte", StakeholderGroup.CIVIL_SOCIETY, "ouverte.example")
    assert (owner.country, owner.language, owner.language_assumed) == ("KE", "fr", False)
    assert [tag.tag for tag in owner.tags] == ["jeunesse", "panel"]
    assert (director.title, director.preferred_channel, director.second_channel) == (
        "Directrice générale",
        Channel.POST,
        Channel.EMAIL,
    )
    assert (holder.person.full_name, holder.person.family_name, holder.person.gender) == ("Zoë Ñandú", "Ñandú", Gender.FEMALE)
    assert (holder.from_date, holder.to_date, holder.confirmed_on) == (None, None, None)
    assert [(a.value, a.holder_id == holder.id) for a in director.addresses] == [
        ("zoe.nandu@ouverte.example", True),
        ("bureau@ouverte.example", False),
        ("+41 22 730 00 00", False),
        ("1 rue X\n1200 Genève", False),
    ]


def test_the_same_file_twice_changes_nothing(session: Session, imported: Import) -> None:
    kenya(session)
    society(session)
    text = (
        "organisation,group,post,title,full_name,email,tags,language\n"
        "Ouverte,ngo,,,Ann Example,ann@ouverte.example,a,fr\n"
        "Ouverte,ngo,,Director of Policy,Bob Example,bob@ouverte.example,b,\n"
        "ONS,,chief-executive,Chief,Li Example,li@x.example; office@open-net.example,,en\n"
        "Kenya,,permanent-representative,,Eve Example,,,en\n"
        "Kenya,,,,,,g77,\n"
    )
    assert actions(imported(text)) == ["added", "added", "changed", "changed", "changed"]
    before = [count(session, model) for model in (Organisation, Post, Person, Holder, Address, journal.Entry)]
    assert actions(imported(text)) == ["unchanged"] * 5
    assert [count(session, model) for model in (Organisation, Post, Person, Holder, Address, journal.Entry)] == before


def test_a_dry_run_says_the_same_and_keeps_nothing(session: Session, imported: Import) -> None:
    society(session)
    text = (
        "organisation,group,full_name,title\n"
        "New Org,press,Ann Example,Chair\nNew Org,,Bob Example,Liaison Officer\nONS,,Cy New,\n"
    )
    before = [count(session, model) for model in (Organisation, Post, Person, Holder, journal.Entry)]
    dry = imported(text, write=False)
    assert [count(session, model) for model in (Organisation, Post, Person, Holder, journal.Entry)] == before
    assert dry == imported(text)
    assert count(session, Organisation) == before[0] + 1


def test_another_name_for_a_held_post_follows_the_holder_and_overwrites_nobody(session: Session, imported: Import) -> None:
    held = society(session)
    [outcome] = imported(
        "organisation,full_name,family_name,email\nopen-net,Max Newcomer,Newcomer,max.newcomer@open-net.example\n"
    )
    assert outcome.fields["holder"] == (["Li Example"], "Max Newcomer")
    old, new = held.holders
    assert (old.person.full_name, old.to_date) == ("Li Example", TODAY - timedelta(days=1))
    assert (new.person.full_name, new.from_date, new.to_date) == ("Max Newcomer", TODAY, None)
    assert old.person_id != new.person_id
    assert [holder.person.full_name for holder in held.holders if holder.holds_on(TODAY)] == ["Max Newcomer"]


def test_the_address_of_a_former_holder_is_not_the_new_one_s(session: Session, imported: Import) -> None:
    imported("organisation,group,full_name,email\nOuverte,press,Ann Example,ann@ouverte.example; desk@ouverte.example\n")
    imported("organisation,full_name\nOuverte,Bob Other\n")
    head = post(session, "ouverte/head")
    new = next(holder for holder in head.holders if holder.to_date is None)
    assert [a.value for a in head.addresses if a.holder_id in (None, new.id)] == ["desk@ouverte.example"]


def test_a_charge_stands_in_without_ending_the_representative(session: Session, imported: Import) -> None:
    held = kenya(session)
    imported("organisation,post,full_name,rank\nKenya,permanent-representative,Eve Example,ambassador\n")
    imported("organisation,post,full_name,rank\nKenya,permanent-representative,Cy Charge,Chargé d'affaires\n")
    assert [(holder.person.full_name, holder.in_charge, holder.to_date) for holder in held.holders] == [
        ("Eve Example", False, None),
        ("Cy Charge", True, None),
    ]


def test_the_same_person_in_another_spelling_is_updated(session: Session, imported: Import) -> None:
    held = society(session)
    [outcome] = imported('organisation,full_name,gender,salutation\nopen-net,"EXAMPLE, Li",f,Dear Madam\n')
    assert outcome.action is Action.CHANGED
    [holder] = held.holders
    assert (holder.person.full_name, holder.person.salutation) == ("EXAMPLE, Li", "Dear Madam")


def test_a_blank_erases_nothing_and_a_hyphen_does(session: Session, imported: Import) -> None:
    held = society(session)
    imported("organisation,full_name,salutation,phone\nopen-net,Li Example,Dear Madam,+1 2\n")
    assert actions(imported("organisation,full_name,salutation,phone,title\nopen-net,Li Example,,,\n")) == ["unchanged"]
    [outcome] = imported("organisation,full_name,salutation,phone\nopen-net,Li Example,-,-\n")
    assert outcome.fields == {"salutation": ("Dear Madam", ""), "phone": (["+1 2"], [])}
    assert held.holders[0].person.salutation == ""
    assert [address.value for address in held.addresses] == ["office@open-net.example"]


def test_an_older_list_does_not_take_back_a_younger_confirmation(session: Session, imported: Import) -> None:
    held = society(session)
    imported("organisation,full_name,confirmed_on\nopen-net,Li Example,2024-01-31\n")
    assert held.holders[0].confirmed_on == TODAY


def test_the_email_cell_is_the_whole_list(session: Session, imported: Import) -> None:
    held = society(session)
    [outcome] = imported('organisation,email\nopen-net,"new@open-net.example; NEW@open-net.example"\n')
    assert outcome.fields == {"email": (["office@open-net.example"], ["new@open-net.example"])}
    assert [address.value for address in held.addresses] == ["new@open-net.example"]


@pytest.mark.parametrize(
    "name", ["open-net", "Open Net Society", "OPEN NET society", "ons", "open-net.example", "Société Nette"]
)
def test_an_organisation_is_found_by_key_name_acronym_or_domain(session: Session, imported: Import, name: str) -> None:
    owner = society(session).organisation
    session.add(OrganisationName(organisation=owner, language="fr", short="Société nette"))
    session.flush()
    [outcome] = imported(f"organisation,tags\n{name},a\n")
    assert (outcome.action, outcome.post) == (Action.CHANGED, "open-net")


def test_a_do_not_contact_is_about_the_person_the_post_or_the_organisation(session: Session, imported: Import) -> None:
    held = society(session)
    imported("organisation,full_name,do_not_contact\nopen-net,Li Example,asked by letter\n")
    imported("organisation,post,do_not_contact\nopen-net,chief-executive,vacant\n")
    imported("organisation,do_not_contact\nopen-net,court order\n")
    person = held.holders[0].person
    found = [(thing.do_not_contact, thing.do_not_contact_since) for thing in (person, held, held.organisation)]
    assert found == [("asked by letter", TODAY), ("vacant", TODAY), ("court order", TODAY)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("Unknown,,,,", "no organisation is known as 'Unknown'; correct the name, or give its group to add it"),
        (",,,,", None),
        ('"Open Net\nBcc: x@y.example",ngo,,,', "organisation: it holds a line break or an invisible control character"),
        ("Open\0Net,ngo,,,", "organisation: it holds a line break or an invisible control character"),
        ("open-net,,,not an address,", "email: 'not an address' is no e-mail address"),
        ("open-net,,,,2099-01-01", "confirmed_on is given, but no name"),
        ("open-net,,Ann Example,,2099-01-01", "confirmed_on: 2099-01-01 is still to come"),
        ("open-net,,Ann Example,,31/01/2025", "confirmed_on: '31/01/2025' is no day; write it as 2025-01-31"),
        ("open-net,alien,,,", "group: 'alien' is no stakeholder group; use one of academia"),
        ("open-net,,,,,surplus", "column 6 has a value but no heading"),
        (f"{'x' * 3_000_000},ngo,,,", "organisation: it has 3,000,000 characters, and at most 400 are kept"),
        ("-,ngo,,,", "organisation: it cannot be taken away here"),
        ("!!!,ngo,,,", "organisation: '!!!' is no name"),
        ("New Org,ngo,\u202eevil,,", "full_name: it holds a line break or an invisible control character"),
    ],
)
def test_a_row_that_cannot_be_used_is_refused_with_what_to_mend(
    session: Session, imported: Import, row: str, reason: str | None
) -> None:
    society(session)
    outcomes = imported(f"organisation,group,full_name,email,confirmed_on\n{row}\nopen-net,,Li Example,,\n")
    assert outcomes[-1].action is Action.UNCHANGED
    assert [outcome.reason.startswith(reason or "") for outcome in outcomes[:-1]] == ([True] if reason else [])
    assert count(session, Organisation) == 1


@pytest.mark.parametrize("text", ["=cmd()", "{{7*7}}", "+Plus", "@SUM(1)", "<b>Bold</b>", "Robert'); DROP TABLE posts;--"])
def test_text_that_looks_like_code_is_kept_as_text(session: Session, imported: Import, text: str) -> None:
    imported(f"organisation,group,full_name\nNew Org,press,{text} Example\n")
    assert session.scalars(select(Person.full_name)).all() == [f"{text} Example"]


def test_two_rows_that_contradict_each_other_are_not_both_taken(session: Session, imported: Import) -> None:
    outcomes = imported(
        "organisation,group,title,full_name,domain\n"
        "New Org,press,Chair,Ann Example,new.example\n"
        "new org,press,Chair,Ann Example,new.example\n"
        "New Org,,Chair,Bob Example,\n"
        "New Org,,Liaison Officer,Bob Example,other.example\n"
    )
    assert actions(outcomes) == ["added", "unchanged", "refused", "refused"]
    assert outcomes[2].reason.startswith("row 2 already speaks of the post new-org/chair")
    assert outcomes[3].reason.startswith("domain: row 2 says 'new.example' of New Org, this one 'other.example'")
    assert count(session, Person) == 1


def test_an_ambiguous_post_is_refused_with_its_candidates(session: Session, imported: Import) -> None:
    owner = kenya(session).organisation
    session.add(Post(organisation=owner, kind="permanent-representative", seat="geneva"))
    session.flush()
    [vague, clear] = imported("organisation,post,seat,title\nKenya,PR,,\nKenya,PR,Genève,\n")
    assert "kenya/permanent-representative/new-york or kenya/permanent-representative/geneva" in vague.reason
    assert (clear.action, clear.post) == (Action.UNCHANGED, "kenya/permanent-representative/geneva")


def test_an_ambiguous_organisation_is_refused_with_its_candidates(session: Session, imported: Import) -> None:
    society(session)
    society(session, key="open-net-2", domain="other.example")
    [outcome] = imported("organisation,tags\nONS,a\n")
    assert outcome.reason == "'ONS' may be open-net or open-net-2; write the key of the one you mean"


def test_no_post_is_added_that_would_make_an_earlier_row_mean_another(session: Session, imported: Import) -> None:
    society(session)
    text = "organisation,title,full_name\nopen-net,,Li Example\nopen-net,President,Max New\n"
    first = imported(text)
    assert actions(first) == ["unchanged", "refused"]
    assert first[1].reason.startswith("row 2 speaks of a post of Open Net Society without saying which")
    assert imported(text) == first


def test_a_name_is_surer_than_an_acronym(session: Session, imported: Import) -> None:
    society(session)
    society(session, key="ons-forum", domain="forum.example").organisation.name = "ONS"
    session.flush()
    [outcome] = imported("organisation,tags\nons,a\n")
    assert (outcome.action, outcome.post) == (Action.CHANGED, "ons-forum")


def test_a_post_key_must_fit_the_organisation_beside_it(session: Session, imported: Import) -> None:
    society(session)
    kenya(session)
    [outcome] = imported("organisation,post,title\nKenya,open-net/chief-executive/headquarters,Chief\n")
    assert outcome.reason.startswith("the post 'open-net/chief-executive/headquarters' is one of Open Net Society (open-net)")


def test_rows_are_planned_alike_whether_or_not_a_chunk_ends_between_them(
    session: Session, imported: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "organisation,group,domain,title,full_name,region\n" + "".join(
        f"Org {n // 3},ngo,org{n // 3}.example,{('Chair', 'Director of Policy', 'Liaison Officer')[n % 3]},P {n},african\n"
        for n in range(12)
    )
    whole = imported(text, write=False)
    monkeypatch.setattr(importing, "CHUNK", 2)
    assert imported(text) == whole
    assert actions(imported(text)) == ["unchanged"] * 12
    assert set(session.scalars(select(Organisation.regional_group))) == {RegionalGroup.AFRICAN}


def test_refused_rows_can_be_mended_and_imported(session: Session, tmp_path: Path) -> None:
    source, mended = tmp_path / "list.csv", tmp_path / "list.refused.csv"
    source.write_text("Org;Gruppe;E-Mail\nGood Org;ngo;a@good.example\nBad Org;ngo;=bad\n", encoding="utf-8")
    mapping = {"Org": "organisation", "Gruppe": "group"}
    with refusing.RefusedRows(mended) as rows:
        outcomes = list(importing.run(session, source, by=DANA, at=NOON, on=TODAY, write=True, mapping=mapping, refused=rows))
        rows.keep()
    assert actions(outcomes) == ["added", "refused"]
    text = mended.read_text(encoding="utf-8-sig")
    assert text.startswith("Org,Gruppe,E-Mail,refused_because")
    assert "'=bad" in text
    mended.write_text(text.replace("'=bad", "b@bad.example"), encoding="utf-8-sig")
    again = list(importing.run(session, mended, by=DANA, at=NOON, on=TODAY, write=True, mapping=mapping))
    assert actions(again) == ["added"]
    assert sorted(session.scalars(select(Address.value))) == ["a@good.example", "b@bad.example"]


def test_a_file_of_refused_rows_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "list.refused.csv").write_text("being mended")
    with pytest.raises(Refused, match="stands there already"):
        refusing.RefusedRows(tmp_path / "list.refused.csv")


@given(st.text())
@example("'=1")
@example("''-x")
def test_shielding_is_undone_by_reading(text: str) -> None:
    assert shielding.unshield(shielding.shield(text)) == text
    assert not shielding.shield(text).lstrip().startswith(("=", "+", "-", "@"))


def test_a_whole_import_is_one_journal_entry(session: Session, imported: Import) -> None:
    imported("organisation,group,full_name\n" + "".join(f"Org {n},ngo,Person {n}\n" for n in range(50)))
    [entry] = session.scalars(select(journal.Entry))
    side = session.get(journal.EntryValues, entry.seq)
    assert side is not None
    assert (entry.verb, entry.subject, side.values()["added"]) == ("imported", "contacts", 50)
    assert journal.verify(session).faults == ()


def test_a_reader_may_not_import(session: Session, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="may not import contacts"):
        list(importing.run(session, tmp_path / "x.csv", by=RENE, at=NOON, on=TODAY))


def test_a_list_without_organisations_is_refused(imported: Import) -> None:
    with pytest.raises(Invalid, match="has no column organisation"):
        imported("full_name,email\nAnn,a@b.example\n")


def test_a_missing_file_is_named(session: Session, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="There is no file"):
        list(importing.run(session, tmp_path / "none.csv", by=DANA, at=NOON, on=TODAY))


def test_a_handful_of_queries_serves_a_chunk(session: Session, imported: Import) -> None:
    text = "organisation,group,full_name,email\n" + "".join(f"Org {n},ngo,P {n},p{n}@o.example\n" for n in range(300))
    with asked(session.get_bind()) as statements:
        imported(text)
        first = len(statements)
        imported(text)
    assert first < 40
    assert len(statements) - first < 40


PARTS = st.sampled_from(
    [
        *(b"organisation", b"group", b"full_name", b"email", b"title", b"post", b"tags", b"ngo", b"Org", b"a@b.example", b"-"),
        *(
            b",",
            b",",
            b",",
            b"\n",
            b"\n",
            b"\r\n",
            b'"',
            b";",
            b"\t",
            b"\x00",
            b"\xff\xfe",
            b"\xef\xbb\xbf",
            b"\xe9",
            "é".encode(),
        ),
        *(b"=1", b"/", b"{{x}}", b"open-net", b"PK\x03\x04", b"chair", b"kenya/"),
    ]
)


@given(st.one_of(st.binary(max_size=200), st.lists(PARTS, max_size=60).map(b"".join)))
@example(b"organisation,group\nA,ngo\n\x00\n")
@example(b'organisation,group\nA,ngo\n"')
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_nothing_but_a_sentence_is_raised_and_nothing_is_half_written(
    empty_sqlite: Path, content: bytes
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "o.db").write_bytes(empty_sqlite.read_bytes())
        (folder / "list.csv").write_bytes(content)
        database = Database(connect(office_url("sqlite:///o.db", folder)))
        outcomes: list[Outcome] = []
        failed: OutreachError | None = None
        try:
            with database.transaction() as session:
                outcomes += importing.run(session, folder / "list.csv", by=DANA, at=NOON, on=TODAY, write=True)
        except OutreachError as error:
            failed = error
        with database.reading() as session:
            organisations, posts = count(session, Organisation), count(session, Post)
        database.engine.dispose()
    added = sum(outcome.action is Action.ADDED for outcome in outcomes)
    assert failed is None or str(failed).isprintable()
    assert posts == (0 if failed else added)
    assert organisations <= posts


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from outreach.contacts import importing, refusing, shielding
from outreach.database import Database, connect, office_url
from outreach.journal import Actor, Role

folder = Path(sys.argv[1])
at = datetime(2025, 1, 27, 12, tzinfo=UTC)
database = Database(connect(office_url("sqlite:///o.db", folder)))
importing.CHUNK = 100
with database.transaction() as session:
    run = importing.run(session, folder / "list.csv", by=Actor("D", Role.KEEPER), at=at, on=at.date(), write=True)
    for number, _ in enumerate(run):
        if number == 550:
            os.kill(os.getpid(), signal.SIGKILL)
"""


def test_an_import_killed_in_the_middle_leaves_the_database_as_it_was(empty_sqlite: Path, tmp_path: Path) -> None:
    (tmp_path / "o.db").write_bytes(empty_sqlite.read_bytes())
    rows = "".join(f"Org {n},ngo,Person {n}\n" for n in range(1000))
    (tmp_path / "list.csv").write_text(f"organisation,group,full_name\n{rows}")
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(KILLED), str(tmp_path)], capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    database = Database(connect(office_url("sqlite:///o.db", tmp_path)))
    with database.transaction() as session:
        assert [count(session, model) for model in (Organisation, Post, Person, journal.Entry)] == [0, 0, 0, 0]
        outcomes = importing.run(session, tmp_path / "list.csv", by=DANA, at=NOON, on=TODAY, write=True)
        assert {outcome.action for outcome in outcomes} == {Action.ADDED}
    database.engine.dispose()
