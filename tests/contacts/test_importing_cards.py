"""Importing address books: a card is about a person, adds to what is known, and takes nobody's post by chance."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts import importing, refusing
from outreach.contacts.importing import Action, Outcome
from outreach.contacts.models import AddressKind, Gender, Organisation, Post, StakeholderGroup
from outreach.errors import Invalid, OutreachError
from tests.cast import DANA, NOON, kenya, society
from tests.contacts.test_vcards import EVERY, card_of

TODAY = NOON.date()
PRESS = StakeholderGroup.PRESS
Import = Callable[..., list[Outcome]]


@pytest.fixture
def imported(session: Session, tmp_path: Path) -> Import:
    """Import cards (or any content) and keep them unless told not to."""

    def call(*content: str | bytes, name: str = "cards.vcf", write: bool = True, **options: object) -> list[Outcome]:
        path = tmp_path / name
        path.write_bytes(b"".join(part if isinstance(part, bytes) else part.encode() for part in content))
        act = {"by": DANA, "at": NOON, "on": TODAY, "write": write}
        outcomes = list(importing.run(session, path, **act, **options))  # type: ignore[arg-type]
        session.expire_all()
        return outcomes

    return call


def person(name: str, *more: str, org: str = "ONS") -> str:
    given, _, family = name.rpartition(" ")
    return card_of(f"FN:{name}", f"N:{family};{given};;;", f"ORG:{org}", *more)


def posts(session: Session) -> dict[str, list[str]]:
    found = session.scalars(select(Post).order_by(Post.id))
    return {
        post.key: [f"{holder.person.full_name} {holder.to_date or ''}".strip() for holder in post.holders] for post in found
    }


def test_a_card_is_shown_as_it_was_read_before_anything_is_written(session: Session, imported: Import) -> None:
    society(session)
    [outcome] = imported(person("Zoë Example", "EMAIL:zoe@ons.example", "TEL;TYPE=FAX:+1 2", "TITLE:Adviser"), write=False)
    assert (outcome.row, outcome.action, outcome.reason) == (1, Action.ADDED, "")
    assert outcome.read == {
        **{"organisation": "ONS", "title": "Adviser", "full_name": "Zoë Example", "given_name": "Zoë"},
        **{"family_name": "Example", "email": ["zoe@ons.example"]},
    }
    assert outcome.left_out == {"fax": "+1 2"}
    assert len(posts(session)) == 1


def test_a_refused_card_still_says_what_it_was_read_as(session: Session, imported: Import) -> None:
    society(session)
    unknown, wrong, broken = imported(
        person("Ann Example", org="Nobody Knows"),
        person("Bo Example", "EMAIL:bo at@@x", "GENDER:F"),
        person("Cy Example").replace("END:VCARD\r\n", ""),
    )
    assert [outcome.action for outcome in (unknown, wrong, broken)] == [Action.REFUSED] * 3
    assert "no organisation is known as 'Nobody Knows'" in unknown.reason
    assert unknown.read["full_name"] == "Ann Example"
    assert wrong.reason.startswith("email: 'bo at@@x' is no e-mail address")
    assert (wrong.read["email"], wrong.read["gender"]) == ("bo at@@x", Gender.FEMALE)
    assert "has no END:VCARD" in broken.reason
    assert broken.read["family_name"] == "Example"
    assert list(posts(session).values()) == [["Li Example"]]


@pytest.mark.parametrize("content", EVERY.values(), ids=EVERY.keys())
def test_the_cards_of_every_program_come_in_once(session: Session, imported: Import, content: bytes) -> None:
    [first] = imported(content, new_group=PRESS)
    assert (first.action, first.post) == (Action.ADDED, "societe-ouverte/director")
    [again] = imported(content, new_group=PRESS)
    assert (again.action, again.fields) == (Action.UNCHANGED, {})
    [organisation] = session.scalars(select(Organisation))
    assert (organisation.name, organisation.group) == ("Société Ouverte", PRESS)


def test_the_group_for_new_organisations_changes_none_that_is_known(session: Session, imported: Import) -> None:
    owner = society(session).organisation
    imported(person("Ann Example"), person("Bo Example", org="New Org"), new_group=PRESS)
    assert owner.group is StakeholderGroup.TECHNICAL_COMMUNITY
    assert session.scalar(select(Organisation.group).where(Organisation.key == "new-org")) is PRESS


# --- whose post it is


def test_somebody_without_a_title_is_not_taken_for_the_head_of_the_organisation(session: Session, imported: Import) -> None:
    society(session)
    imported(person("Ann Example"))
    assert posts(session) == {
        "open-net/chief-executive/headquarters": ["Li Example"],
        "open-net/person/ann-example": ["Ann Example"],
    }


def test_who_holds_a_post_already_is_found_there_in_any_order_of_the_name(session: Session, imported: Import) -> None:
    society(session)
    [outcome] = imported(card_of("FN:Example Li", "ORG:Open Net Society", "EMAIL:li@ons.example"))
    assert (outcome.action, outcome.post) == (Action.CHANGED, "open-net/chief-executive/headquarters")
    assert outcome.reason == "it gives no family name, and none was guessed"
    assert list(posts(session).values()) == [["Example Li"]]


def test_two_advisers_are_two_posts_and_neither_ends_the_other(session: Session, imported: Import) -> None:
    society(session)
    cards = [person(f"{name} Example", "TITLE:Adviser") for name in ("Ann", "Bo", "Cy")]
    assert [outcome.action for outcome in imported(*cards)] == [Action.ADDED] * 3
    assert list(posts(session).values())[1:] == [["Ann Example"], ["Bo Example"], ["Cy Example"]]
    assert [outcome.action for outcome in imported(*cards)] == [Action.UNCHANGED] * 3
    assert imported(*cards[1:], *cards[:1])[0].post == "open-net/person/bo-example"


def test_a_post_of_which_there_is_one_passes_to_the_person_on_the_card_and_says_so(session: Session, imported: Import) -> None:
    society(session)
    [outcome] = imported(person("Max Newcomer", "TITLE:Chief Executive Officer"))
    assert outcome.fields["holder"] == (["Li Example"], "Max Newcomer")


def test_a_vacant_post_of_that_title_is_filled(session: Session, imported: Import) -> None:
    post = society(session)
    post.kind, post.title = "director", "Director of Policy"
    post.holders[0].to_date = TODAY.replace(year=2024)
    session.flush()
    imported(person("Ann Example", "TITLE:director of policy"))
    assert list(posts(session)) == ["open-net/director/headquarters"]


def test_the_same_card_twice_in_a_file_is_one(session: Session, imported: Import) -> None:
    society(session)
    card = person("Ann Example", "TITLE:Adviser")
    first, second = imported(card, card)
    assert (first.action, second.action, second.reason) == (Action.ADDED, Action.UNCHANGED, "says the same as row 1")


# --- a card adds


def test_a_card_adds_addresses_and_takes_none_away(session: Session, imported: Import) -> None:
    post = society(session)
    imported(person("Li Example", "EMAIL:li@private.example", "TEL:+1 555 0100"))
    assert [address.value for address in post.addresses] == ["office@open-net.example", "li@private.example", "+1 555 0100"]
    [outcome] = imported(person("Li Example", "TEL:+1 555 0199"))
    assert outcome.fields["phone"] == (["+1 555 0100"], ["+1 555 0100", "+1 555 0199"])
    assert len([one for one in post.addresses if one.kind is AddressKind.TELEPHONE]) == 2


def test_a_list_of_our_own_still_gives_the_whole_list(session: Session, imported: Import) -> None:
    post = society(session)
    imported("organisation,email\nONS,new@open-net.example\n", name="list.csv")
    assert [address.value for address in post.addresses] == ["new@open-net.example"]


# --- address books as CSV


OUTLOOK = (
    '"Title","First Name","Middle Name","Last Name","Suffix","Company","Department","Job Title","Business Street",'
    '"Business Street 2","Business City","Business State","Business Postal Code","Business Country/Region","Home Street",'
    '"Home City","Business Fax","Business Phone","Mobile Phone","E-mail Address","E-mail Type","E-mail Display Name",'
    '"E-mail 2 Address","E-mail 2 Type","Birthday","Gender","Notes","Priority","Private","Web Page"\r\n'
    '"Ms.","Zoë","Ann","Example","PhD","Société Ouverte","Policy","Directrice","3rd floor","1 rue X","Genève","","1200",'
    '"Switzerland","2 rue Y","Paris","+41 22 3","+41 22 0","+41 79 2","zoe@ouverte.example","SMTP","Zoë (zoe@ouverte.example)",'
    '"/o=Ouverte/cn=zoe","EX","0/0/00","Unspecified","first\nsecond","Normal","False","http://ouverte.example"\r\n'
)
FRENCH = (
    "Titre;Prénom;Deuxième prénom;Nom;Suffixe;Société;Service;Titre;Rue (bureau);Rue (bureau) 2;Ville (bureau);"
    "Dép/Région (bureau);Code postal (bureau);Pays/Région (bureau);Rue (domicile);Télécopie (bureau);Téléphone (bureau);"
    "Tél. mobile;Adresse de messagerie;Type de messagerie;Nom complet de l'adresse de messagerie;Anniversaire;Privé\r\n"
    "Mme;Zoë;Ann;Example;PhD;Société Ouverte;Policy;Directrice;3rd floor;1 rue X;Genève;;1200;Switzerland;2 rue Y;+41 22 3;"
    "+41 22 0;+41 79 2;zoe@ouverte.example;SMTP;Zoë Example;01/02/1970;Faux\r\n"
)
GERMAN = (
    "Anrede\tVorname\tWeitere Vornamen\tNachname\tSuffix\tFirma\tAbteilung\tPosition\tStraße geschäftlich\t"
    "Straße geschäftlich 2\tOrt geschäftlich\tRegion geschäftlich\tPostleitzahl geschäftlich\tLand/Region geschäftlich\t"
    "Fax geschäftlich\tTelefon geschäftlich\tMobiltelefon\tE-Mail-Adresse\tE-Mail-Typ\tE-Mail: Angezeigter Name\tPrivat\r\n"
    "Frau\tZoë\tAnn\tExample\tPhD\tSociété Ouverte\tPolicy\tDirectrice\t3rd floor\t1 rue X\tGenève\t\t1200\tSwitzerland\t"
    "+41 22 3\t+41 22 0\t+41 79 2\tzoe@ouverte.example\tSMTP\tZoë Example\tFalsch\r\n"
)
SPANISH = (
    "Tratamiento,Nombre,Segundo nombre,Apellidos,Sufijo,Organización,Departamento,Puesto,Calle del trabajo,"
    "Calle del trabajo 2,Ciudad de trabajo,Provincia o estado de trabajo,Código postal del trabajo,País o región del trabajo,"
    "Fax del trabajo,Teléfono del trabajo,Teléfono móvil,Dirección de correo electrónico,Tipo de correo electrónico\r\n"
    "Sra.,Zoë,Ann,Example,PhD,Société Ouverte,Policy,Directrice,3rd floor,1 rue X,Genève,,1200,Switzerland,+41 22 3,"
    "+41 22 0,+41 79 2,zoe@ouverte.example,SMTP\r\n"
)
GOOGLE = (
    "First Name,Middle Name,Last Name,Phonetic First Name,Name Prefix,Name Suffix,File As,Organization Name,"
    "Organization Title,Organization Department,Birthday,Notes,Labels,E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,"
    "Phone 1 - Value,Phone 2 - Label,Phone 2 - Value,Address 1 - Label,Address 1 - Formatted,Address 1 - Street,"
    "Address 1 - City,Address 1 - Postal Code,Address 1 - Country,Custom Field 1 - Value\r\n"
    'Zoë,Ann,Example,,Ms.,PhD,"Example, Zoë",Société Ouverte,Directrice,Policy,,,* myContacts,Work,zoe@ouverte.example,'
    'Work,+41 22 0 ::: +41 79 2,Work Fax,+41 22 3,Work,"3rd floor\n1 rue X\n1200 Genève\nSwitzerland",1 rue X,Genève,1200,'
    "Switzerland,x\r\n"
)
BOOKS = {"Outlook": OUTLOOK, "French": FRENCH, "German": GERMAN, "Spanish": SPANISH, "Google": GOOGLE}


@pytest.mark.parametrize("content", BOOKS.values(), ids=BOOKS.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_lists_of_address_books_are_read_in_every_language_and_encoding(
    session: Session, imported: Import, content: str, encoding: str
) -> None:
    [outcome] = imported(content.encode(encoding), name="book.csv", new_group=PRESS)
    assert (outcome.row, outcome.action, outcome.reason) == (2, Action.ADDED, "")
    gender = {"gender": Gender.FEMALE}
    assert dict(outcome.read) == {
        **{"organisation": "Société Ouverte", "title": "Directrice", "full_name": "Zoë Ann Example PhD", **gender},
        **{"given_name": "Zoë", "family_name": "Example", "email": ["zoe@ouverte.example"], "phone": ["+41 22 0", "+41 79 2"]},
        **{"address": ["3rd floor\n1 rue X\n1200 Genève\nSwitzerland"]},
    }
    assert outcome.left_out["fax"] == "+41 22 3"
    assert outcome.left_out["unit"] == "Policy"
    assert [o.action for o in imported(content.encode(encoding), name="book.csv", new_group=PRESS)] == [Action.UNCHANGED]


def test_a_column_that_nobody_knows_is_asked_for_in_an_address_book_too(session: Session, imported: Import) -> None:
    text = "First Name,Last Name,Company,Business City,Shoe size\nAnn,Example,ONS,Bern,40\n"
    society(session)
    with pytest.raises(Invalid, match="No field is known for the column 'Shoe size'"):
        imported(text, name="book.csv")
    [outcome] = imported(text, name="book.csv", mapping={"shoe size": "-"})
    assert outcome.read["address"] == ["Bern"]
    [outcome] = imported(text, name="book.csv", mapping={"shoe size": "tags", "business city": "-"})
    assert (outcome.read["tags"], outcome.read.get("address")) == (["40"], None)


def test_name_beside_vorname_is_the_family_name(session: Session, imported: Import) -> None:
    society(session)
    [outcome] = imported("Firma;Name;Vorname;E-Mail\nONS;Müller;Jörg;j@ons.example\n", name="liste.csv")
    assert (outcome.read["family_name"], outcome.read["full_name"]) == ("Müller", "Jörg Müller")


def test_headings_in_german_and_spanish_are_known_beside_our_own(session: Session, imported: Import) -> None:
    society(session)
    [outcome] = imported("organisation,group,apellidos,nombre,Funktion\nONS,,García,Ana,CEO\n", name="list.csv")
    assert dict(outcome.read) == {"organisation": "ONS", "family_name": "García", "given_name": "Ana", "title": "CEO"}


def test_a_row_that_names_nobody_is_about_the_organisation(session: Session, imported: Import) -> None:
    society(session)
    [outcome] = imported("First Name,Last Name,Company,Business Phone\n,,ONS,+1 555 0100\n", name="book.csv")
    assert (outcome.action, outcome.post) == (Action.CHANGED, "open-net/chief-executive/headquarters")
    assert "holder" not in outcome.fields


# --- refused cards


def test_refused_cards_come_back_as_a_list_to_mend(session: Session, imported: Import, tmp_path: Path) -> None:
    society(session)
    refused = tmp_path / "refused.csv"
    with refusing.RefusedRows(refused) as rows:
        imported(person("Ann Example", "EMAIL:ann@x.example", org="New Org"), person("Bo Example"), refused=rows)
        rows.keep()
    text = refused.read_text(encoding="utf-8-sig").replace("New Org,,", "New Org,,press")
    [outcome] = imported(text, name="mended.csv")
    assert (outcome.action, outcome.read["email"]) == (Action.ADDED, ["ann@x.example"])


def test_a_file_called_vcf_that_holds_no_card_is_refused(session: Session, imported: Import) -> None:
    with pytest.raises(Invalid, match=r"^cards\.vcf holds no vCard: none begins with BEGIN:VCARD\.$"):
        imported("organisation,email\n")


def test_cards_are_known_by_what_they_hold_whatever_the_file_is_called(session: Session, imported: Import) -> None:
    society(session)
    assert imported("\r\n\r\n", person("Ann Example"), name="list.csv")[0].read["full_name"] == "Ann Example"


# --- anything at all

PIECES = st.lists(
    st.sampled_from(
        [
            *(
                b"BEGIN:VCARD",
                b"END:VCARD",
                b"VERSION:2.1",
                b"VERSION:3.0",
                b"\r\n",
                b"\n",
                b"\r",
                b" ",
                b"\t",
                b"=",
                b"=\n",
                b";",
            ),
            *(b":", b",", b"\\", b'"', b"N:Example;Ann", b"FN:", b"ORG:Foo", b"EMAIL;TYPE=WORK:", b"a@b.example", b"TEL:+1 2"),
            *(b";ENCODING=QUOTED-PRINTABLE:", b";ENCODING=BASE64:", b";CHARSET=UTF-16:", b"=C3=A4", b"\xc3", b"\xa4", b"\x00"),
            *(
                b"AGENT:\n",
                b"item1.",
                b"X-ABLABEL:Work",
                b"KIND:org",
                b"GENDER:F",
                b"LABEL:",
                b"ADR:;;;",
                b"\xef\xbb\xbf",
                b"\xff",
            ),
            *(
                b"X-OUTREACH-POST:open-net/chief-executive",
                b"X-OUTREACH-GROUP:press",
                b"PHOTO;",
                b"^n",
                b"\\n",
                b"\xe2\x80\xae",
            ),
        ]
    ),
    max_size=60,
).map(b"".join)
ANYTHING = st.binary(max_size=300) | PIECES | PIECES.map(lambda tail: b"BEGIN:VCARD\n" + tail + b"\nEND:VCARD\n")


# What is read from a file does not depend on the database.
ONCE = pytest.mark.parametrize("kind", ["sqlite"])


def survives(session: Session, path: Path, content: bytes) -> None:
    """Reading it gives outcomes or a sentence, and leaves nothing behind in a dry run."""
    path.write_bytes(content)
    before = posts(session)
    try:
        outcomes = list(importing.run(session, path, by=DANA, at=NOON, on=TODAY, new_group=PRESS))
    except OutreachError as error:
        assert str(error).endswith(".")  # noqa: PT017 - either outcome is right
    else:
        assert all(outcome.reason for outcome in outcomes if outcome.action is Action.REFUSED)
    session.expire_all()
    assert posts(session) == before


@ONCE
@given(ANYTHING)
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_bytes_are_read_or_refused_in_words(empty_office: Session, tmp_path: Path, content: bytes) -> None:
    survives(empty_office, tmp_path / "any.vcf", content)


@pytest.mark.long
@ONCE
@given(ANYTHING)
@settings(max_examples=20_000, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_any_number_of_bytes_are_read_or_refused_in_words(empty_office: Session, tmp_path: Path, content: bytes) -> None:
    survives(empty_office, tmp_path / "any.vcf", content)


@pytest.mark.long
@ONCE
def test_cards_of_every_program_damaged_in_any_place_are_read_or_refused(empty_office: Session, tmp_path: Path) -> None:
    chance = random.Random(7)
    contents = [*EVERY.values(), *(book.encode() for book in BOOKS.values())]
    for _ in range(6_000):
        content = bytearray(chance.choice(contents))
        for _ in range(chance.randint(1, 6)):
            at, length = chance.randrange(len(content)), chance.choice((0, 1, 1, 5, 60))
            content[at : at + length] = chance.choice((b"", b"\n", b"=", b'"', b"\xff", b"BEGIN:VCARD\n", bytes(content[:40])))
        survives(empty_office, tmp_path / chance.choice(("a.vcf", "a.csv")), bytes(content))


@pytest.fixture
def empty_office(session: Session) -> Session:
    """A small directory to read into."""
    society(session)
    kenya(session)
    return session
