"""Cards as programs of every age write them, read as a person would read them; the cards are our own."""

from pathlib import Path

import pytest

from outreach.contacts import cards, vcards
from outreach.contacts.cards import Card

CRLF = "\r\n"


def read(tmp_path: Path, content: str | bytes, encoding: str = "") -> list[Card]:
    path = tmp_path / "cards.vcf"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(vcards.cards(path, encoding))


def one(tmp_path: Path, content: str | bytes) -> tuple[dict[str, str], Card]:
    [card] = read(tmp_path, content)
    assert card.fault == ""
    return cards.texts(card), card


def card_of(*lines: str, version: str = "3.0") -> str:
    return CRLF.join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


# What each program writes for nearly the same person, with the habits that make it hard to read.
OUTLOOK_2003 = b"""BEGIN:VCARD
VERSION:2.1
N:Example;Zo\xeb;Ann;Ms.;PhD
FN:Ms. Zo\xeb Ann Example PhD
NICKNAME:Zo
ORG:Soci\xe9t\xe9 Ouverte;Policy;Geneva
TITLE:Directrice
NOTE;ENCODING=QUOTED-PRINTABLE:First line=0D=0A=
Second: with a colon=0D=0A=
=0D=0A=
Fourth
TEL;WORK;VOICE:+41 22 730 00 00
TEL;HOME;VOICE:+41 22 730 00 01
TEL;CELL;VOICE:+41 79 730 00 02
TEL;WORK;FAX:+41 22 730 00 03
ADR;WORK:;3rd floor;1 rue X;Geneve;;1200;Switzerland
LABEL;WORK;ENCODING=QUOTED-PRINTABLE:3rd floor=0D=0A1 rue X=0D=0A1200 Gen=E8ve=0D=0ASwitzerland
ADR;HOME:;;2 rue Y;Paris;;75001;France
LABEL;HOME;ENCODING=QUOTED-PRINTABLE:2 rue Y=0D=0A75001 Paris=0D=0AFrance
URL;WORK:http://ouverte.example
ROLE:Diplomat
BDAY:19700102
KEY;X509;ENCODING=BASE64:
    MIICZDCCAc2gAwIBAgIQAAAAAAAAAAAAAAAAAAAAADANBgkqhkiG9w0BAQUFADAa
    MRgwFgYDVQQDEw9FeGFtcGxlAA==

EMAIL;PREF;INTERNET:zoe@ouverte.example
EMAIL;INTERNET:zoe.example@mail.example
REV:20050314T090000Z
END:VCARD
"""

OUTLOOK_2007 = b"""BEGIN:VCARD
VERSION:2.1
N;LANGUAGE=fr;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Example;Zo=C3=AB;Ann;Ms.;PhD
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Ms. Zo=C3=
=AB Ann Example PhD
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Soci=C3=A9t=C3=A9 Ouverte;Policy;Geneva
TITLE:Directrice
ROLE:Diplomat
TEL;WORK;VOICE:+41 22 730 00 00
TEL;HOME;VOICE:+41 22 730 00 01
TEL;CELL;VOICE:+41 79 730 00 02
TEL;WORK;FAX:+41 22 730 00 03
ADR;WORK;PREF:;3rd floor;1 rue X;Geneve;;1200;Switzerland
LABEL;WORK;PREF;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:3rd floor=0D=0A=
1 rue X=0D=0A=
1200 Gen=C3=A8ve=0D=0A=
Switzerland
X-MS-OL-DEFAULT-POSTAL-ADDRESS:2
X-MS-OL-DESIGN;CHARSET=utf-8:<card xmlns="http://schemas.example/cards" ver="1.0"><fld prop="name" dir="ltr"/></card>
X-MS-CARDPICTURE;TYPE=JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQEAYABgAAD/2wBDAAUDBAQEAwUEBAQFBQUGBwwIBwcHBw8LCwkM
 EQ8SEhEPERETFhwXExQaFRERGCEYGh0dHx8fExciJCIeJBweHx7/2w==

EMAIL;PREF;INTERNET:zoe@ouverte.example
EMAIL;INTERNET:zoe.example@mail.example
EMAIL;EX:/o=Ouverte/ou=First/cn=Recipients/cn=zoe
REV:20090314T090000Z
END:VCARD
"""

ANDROID = b"""BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=45=78=61=6D=70=6C=65;=5A=6F=C3=\r
=AB;=41=6E=6E;=4D=73=2E;=50=68=44\r
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=4D=73=2E=20=5A=6F=C3=AB=20=41=6E=6E=20=45=78=61=6D=\r
=70=6C=65=20=50=68=44\r
TEL;CELL:+41-79-730-00-02\r
TEL;WORK:+41 22 730 00 00\r
TEL;HOME:+41 22 730 00 01\r
TEL;WORK;FAX:+41 22 730 00 03\r
EMAIL;WORK:zoe@ouverte.example\r
EMAIL;HOME:zoe.example@mail.example\r
ADR;WORK;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:;;=33=72=64=20=66=6C=6F=6F=72=0A=31=20=72=75=65=20=58=0A=31=32=30=30=20=47=65=6E=C3=A8=76=65=0A=53=77=69=74=7A=65=72=6C=61=6E=64;;;;\r
ORG;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=53=6F=63=69=C3=A9=74=C3=A9=20=4F=75=76=65=72=74=65\r
TITLE:Directrice\r
X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Zo;1;;;;;;;;;;;;;\r
PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAQDAwQDAwQEAwQFBAQFBgoHBgYGBg0JCgg\r
 KDw0QEA8NDw4RExgUERIXEg4PFRwVFxkZGxsbEBQdHx0aHxgaGxr/2w==\r
\r
END:VCARD\r
"""

GMAIL = """BEGIN:VCARD
VERSION:3.0
FN:Ms. Zoë Ann Example, PhD
N:Example;Zoë;Ann;Ms.;PhD
EMAIL;TYPE=INTERNET;TYPE=WORK:zoe@ouverte.example
EMAIL;TYPE=INTERNET;TYPE=HOME:zoe.example@mail.example
TEL;TYPE=WORK:+41 22 730 00 00
TEL;TYPE=HOME:+41 22 730 00 01
TEL;TYPE=CELL:+41 79 730 00 02
TEL;TYPE=WORK,FAX:+41 22 730 00 03
ADR;TYPE=WORK:;;3rd floor\\n1 rue X\\n1200 Genève\\nSwitzerland;;;;
ORG:Société Ouverte
TITLE:Directrice
BDAY;VALUE=text:circa 1970
URL:http\\://ouverte.example
item1.X-ABDATE:2001-05-06
item1.X-ABLabel:_$!<Anniversary>!$_
CATEGORIES:myContacts,starred
NOTE:one\\, two\\; three
PHOTO:https://pictures.example/zoe
END:VCARD
"""

IPHONE = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//iPhone OS 17.1//EN
N:Example;Zoë;Ann;Ms.;PhD
FN:Ms. Zoë Ann Example PhD
ORG:Société Ouverte;Policy
TITLE:Directrice
item1.EMAIL;type=INTERNET;type=pref:zoe@ouverte.example
item1.X-ABLabel:_$!<Work>!$_
EMAIL;type=INTERNET;type=HOME:zoe.example@mail.example
TEL;type=WORK;type=VOICE;type=pref:+41 22 730 00 00
TEL;type=HOME;type=VOICE:+41 22 730 00 01
TEL;type=IPHONE;type=CELL;type=VOICE:+41 79 730 00 02
item2.TEL:+41 22 730 00 03
item2.X-ABLabel:_$!<WorkFAX>!$_
item3.TEL:+41 22 730 00 09
item3.X-ABLabel:_$!<Assistant>!$_
item4.ADR;type=pref:;3rd floor;1 rue X;Genève;;1200;Switzerland
item4.X-ABLabel:_$!<Work>!$_
item4.X-ABADR:ch
item5.URL;type=pref:ouverte.example
item5.X-ABLabel:_$!<HomePage>!$_
IMPP;X-SERVICE-TYPE=Skype;type=HOME;type=pref:skype:zoe
X-SOCIALPROFILE;type=twitter:http://twitter.example/zoe
PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRgABAQAAAQABAAD/4gxYSUNDX1BST0ZJTEUAAQ
 EAAAxITGlubwIQAABtbnRyUkdCIFhZWiAHzgACAAkABgAxAABhY3NwTVNGVAAAAABJRUMgc1JHQgA
 AAAAAAAAAAAAAAAAA9tYAAQAAAADTLUhQ
END:VCARD
"""

LOTUS_NOTES = b"""BEGIN:VCARD
VERSION:3.0
PRODID:-//Example//Notes Address Book//EN
N:Example;Zo\xc3\xab;Ann;Ms.;PhD
FN:Ms. Zo\xc3\xab Ann Example PhD
FN;TYPE=UNKNOWN:Zo/Example
ORG:Soci\xc3\xa9t\xc3\xa9 Ouverte
TITLE:Directrice
TEL;TYPE=WORK:+41 22 730 00 00
TEL;TYPE=HOME:+41 22 730 00 01
TEL;TYPE=CELL:+41 79 730 00 02
TEL;TYPE="work,fax":+41 22 730 00 03
EMAIL;TYPE=INTERNET:zoe@ouverte.example
EMAIL;TYPE=X-NOTES:Zoe Example/Policy/Ouverte
EMAIL;TYPE=HOME,INTERNET:zoe.example@mail.example
ADR;TYPE=WORK;TYPE=PREF:;;3rd floor\\n1 rue X\\n1200 Gen\xc3\xa8ve\\nSwitzerland
NOTE:unencoded line breaks
are written as they are
and then some: even with colons
ROLE;PHOTO;X=1:Diplomat
X-LOTUS-CHARSET:UTF-8
X-LOTUS-CHILD_UID:
UID:A0B1C2:Notes
END:VCARD
"""

WINDOWS_PHONE = (
    b"\xef\xbb\xbf"
    + """BEGIN:VCARD
VERSION:4.0
FN;PREF=1:Ms. Zoë Ann Example PhD
N:Example;Zoë;Ann;Ms.;PhD
ORG;SORT-AS="Societe":Société Ouverte;Policy
TITLE:Directrice
GENDER:F
LANG;PREF=2:en
LANG;PREF=1:FR-ch
TEL;VALUE=uri;TYPE="work,voice":tel:+41-22-730-00-00;ext=12
TEL;VALUE=uri;TYPE=home:tel:+41%2022%20730%2000%2001
TEL;VALUE=uri;TYPE=cell:tel:+41-79-730-00-02
TEL;TYPE=fax,work:+41 22 730 00 03
EMAIL;TYPE=home;PREF=100:zoe.example@mail.example
EMAIL;TYPE=work;PREF=1:mailto:zoe@ouverte.example
ADR;TYPE=work;LABEL="3rd floor\\n1 rue X^n1200 Genève\\nSwitzerland":;3rd floor;1 rue X;Genève;;1200;Switzerland
PHOTO:data:image/jpeg;base64,/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAQDAwQD
RELATED;TYPE=friend:urn:uuid:00000000-0000-0000-0000-000000000000
END:VCARD
""".encode()
)

EVERY = {
    "Outlook 2003": OUTLOOK_2003,
    "Outlook 2007": OUTLOOK_2007,
    "Android": ANDROID,
    "Gmail": GMAIL.encode(),
    "iPhone": IPHONE.encode(),
    "Lotus Notes": LOTUS_NOTES,
    "vCard 4": WINDOWS_PHONE,
}


@pytest.mark.parametrize("content", EVERY.values(), ids=EVERY.keys())
def test_the_same_person_is_read_from_the_card_of_every_program(tmp_path: Path, content: bytes) -> None:
    said, card = one(tmp_path, content)
    name = said["full_name"].replace(",", "")
    assert (name, said["given_name"], said["family_name"]) == ("Zoë Ann Example PhD", "Zoë", "Example")
    assert (said["organisation"], said["title"], said["gender"]) == ("Société Ouverte", "Directrice", said["gender"])
    assert said["gender"] in ("female", "F", "Ms")
    assert said["email"] == "zoe@ouverte.example; zoe.example@mail.example"
    numbers = ["".join(filter(str.isdigit, phone)) for phone in said["phone"].split("; ")]
    assert sorted(number[:11] for number in numbers) == ["41227300000", "41227300001", "41797300002"]
    assert said["address"] == "3rd floor\n1 rue X\n1200 Genève\nSwitzerland"
    assert "fax" in card.left_out
    assert card.notes == []


@pytest.mark.parametrize("content", EVERY.values(), ids=EVERY.keys())
@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r", b"\r\r\n"])
def test_any_kind_of_line_end_reads_the_same(tmp_path: Path, content: bytes, ends: bytes) -> None:
    plain = content.replace(b"\r\n", b"\n")
    assert one(tmp_path, plain.replace(b"\n", ends))[0] == one(tmp_path, plain)[0]


@pytest.mark.parametrize("content", [GMAIL, IPHONE, WINDOWS_PHONE.decode("utf-8-sig")], ids=["Gmail", "iPhone", "vCard 4"])
@pytest.mark.parametrize("octets", [18, 40, 75])
def test_a_fold_anywhere_even_within_a_character_changes_nothing(tmp_path: Path, content: str, octets: int) -> None:
    def fold(line: bytes) -> bytes:
        return b"\r\n ".join(line[at : at + octets] for at in range(0, len(line), octets))

    # A line that was folded already begins with a space: it is not folded again.
    lines = content.encode().replace(b"\n ", b"").split(b"\n")
    folded = b"\r\n".join(map(fold, lines))
    assert one(tmp_path, folded)[0] == one(tmp_path, content)[0]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_a_file_in_one_encoding_is_read_in_it(tmp_path: Path, encoding: str) -> None:
    from outreach.contacts import reading

    path = tmp_path / "cards.vcf"
    path.write_bytes(IPHONE.replace("\n", CRLF).encode(encoding))
    with reading.table(path) as table:
        [line] = table.lines
    said = dict(zip(table.heads, line.cells, strict=True))
    assert (table.are_cards, said["full_name"], said["organisation"]) == (True, "Zoë Ann Example PhD", "Société Ouverte")


def test_each_property_may_have_a_charset_of_its_own(tmp_path: Path) -> None:
    lines = [
        b"BEGIN:VCARD",
        b"VERSION:2.1",
        "FN;CHARSET=windows-1251:Иван Пример".encode("cp1251"),
        "N;CHARSET=SHIFT_JIS:表;示".encode("shift_jis"),
        "ORG;CHARSET=iso-8859-1:Société".encode("latin-1"),
        "TITLE;CHARSET=no-such-thing:Général".encode(),
        "NOTE;CHARSET=UTF-8:a wrong label – windows".encode("cp1252"),
        b"END:VCARD",
    ]
    said, card = one(tmp_path, b"\n".join(lines))
    assert (said["full_name"], said["family_name"], said["given_name"]) == ("Иван Пример", "表", "示")
    assert (said["organisation"], said["title"]) == ("Société", "Général")
    assert card.left_out["note"] == "a wrong label – windows"


# --- names


def test_a_family_name_that_the_card_does_not_give_is_not_guessed(tmp_path: Path) -> None:
    said, card = one(tmp_path, card_of("FN:Li Junhua", "ORG:Foo"))
    assert (said["full_name"], said.get("family_name")) == ("Li Junhua", None)
    assert card.notes == ["it gives no family name, and none was guessed"]


def test_the_whole_name_in_the_place_of_the_family_name_is_no_family_name(tmp_path: Path) -> None:
    said, card = one(tmp_path, card_of("N:Li Junhua;;;;", "FN:Li Junhua", "ORG:Foo"))
    assert (said["full_name"], said.get("family_name")) == ("Li Junhua", None)
    assert card.notes == ["it gives no family name, and none was guessed"]


def test_a_missing_full_name_is_put_together_and_said(tmp_path: Path) -> None:
    said, card = one(tmp_path, card_of("N:van der Berg;Ann;Maria;Dr. Ms.;Jr.", "ORG:Foo"))
    assert (said["full_name"], said["gender"]) == ("Ann Maria van der Berg Jr.", "female")
    assert card.notes == ["it has no FN, so the full name is put together from N"]
    assert card.left_out["title before the name"] == "Dr."


def test_several_names_in_one_place_are_a_list_in_vcard_3_and_a_comma_in_vcard_2(tmp_path: Path) -> None:
    lines = ("N:Perez,Gomez;Ann;Maria,Ida;;", "ORG:Foo")
    assert one(tmp_path, card_of(*lines))[0]["full_name"] == "Ann Maria Ida Perez Gomez"
    assert one(tmp_path, card_of(*lines, version="2.1"))[0]["full_name"] == "Ann Maria,Ida Perez,Gomez"
    assert one(tmp_path, card_of("N:a\\,b\\\\,c, d;Ann", "ORG:Foo"))[0]["family_name"] == "a,b\\ c, d"


def test_a_card_without_version_end_of_line_or_order_is_read(tmp_path: Path) -> None:
    said, _ = one(tmp_path, b"begin : vcard\nORG:Foo\nn:Example;Ann\nFn:Ann Example\nend:vCard")
    assert said == {"organisation": "Foo", "full_name": "Ann Example", "given_name": "Ann", "family_name": "Example"}


def test_what_stands_before_a_name_is_not_part_of_it(tmp_path: Path) -> None:
    said, _ = one(tmp_path, card_of("FN:Prof. Dr. Ann Example", "N:Example;Ann;;Prof. Dr.;", "ORG:Foo"))
    assert (said["full_name"], said.get("gender")) == ("Ann Example", None)
    said, _ = one(tmp_path, card_of("FN:Mr Bo Example", "N:Example;Bo;;Mr.;", "ORG:Foo", "GENDER:M", version="4.0"))
    assert (said["full_name"], said["gender"]) == ("Bo Example", "male")


def test_a_gender_that_names_no_form_of_address_is_left_out(tmp_path: Path) -> None:
    said, card = one(tmp_path, card_of("FN:A B", "N:B;A;;;", "ORG:Foo", "GENDER:O;fellow", version="4.0"))
    assert "gender" not in said
    assert card.left_out["gender"] == "O"


@pytest.mark.parametrize(
    "lines",
    [
        ("KIND:org", "FN:Foo, Inc."),
        ("X-ABShowAs:COMPANY", "FN:Foo Inc", "ORG:Foo\\, Inc.;"),
        ("N:;;;;", "FN:Foo\\, Inc.", "ORG:Foo\\, Inc."),
        ("ORG:Foo\\, Inc.",),
    ],
)
def test_the_card_of_an_organisation_names_no_person(tmp_path: Path, lines: tuple[str, ...]) -> None:
    said, card = one(tmp_path, card_of(*lines, "URL:https://www.foo.example/about?x=1", "EMAIL:info@foo.example"))
    assert said == {"organisation": "Foo, Inc.", "domain": "foo.example", "email": "info@foo.example"}
    assert card.notes == []


# --- values


@pytest.mark.parametrize(
    ("line", "field", "text"),
    [
        ("ORG:Foo\\, Inc.\\; Ltd;Unit", "organisation", "Foo, Inc.; Ltd"),
        ("ORG:;;", "organisation", None),
        ("ORG:;Only a unit", "organisation", "Only a unit"),
        ("TITLE:a\\\\b \\: c", "title", "a\\b : c"),
        ("TITLE:C:\\temp", "title", "C:\\temp"),
        ("TITLE:two\\nlines", "title", "two lines"),
        ("ROLE:Adviser", "title", "Adviser"),
        ("LANG:en_US", "language", "en-US"),
        ("LANG:zh-Hans-CN", "language", "zh-Hans"),
        ("LANG:FR-ch", "language", "fr-CH"),
        ("EMAIL;TYPE=INTERNET:  a@b.example ", "email", "a@b.example"),
        ("EMAIL:MAILTO:a@b.example", "email", "a@b.example"),
        ("TEL:\u202a+1 555 0100\u202c", "phone", "+1 555 0100"),
        ("TEL;HOME;WORK;VOICE;FAX:+1 555 0100", "phone", "+1 555 0100"),
        ("TEL:none", "phone", None),
        ("TEL:1-800-555-0100,,55#", "phone", "1-800-555-0100 ext. 55#"),
        ("TEL:+1 555 0100; +1 555", "phone", "+1 555 0100 +1 555"),
        ("EMAIL:Ann Example <ann@b.example>", "email", "ann@b.example"),
        ("ADR;TYPE=WORK:;;1 Main St;New York;NY;10017;USA", "address", "1 Main St\nNew York, NY 10017\nUSA"),
        ("ADR:PO Box 5;;;Bern;;3000;", "address", "PO Box 5\n3000 Bern"),
        ("ADR:1 Main St\\nNew York", "address", "1 Main St\nNew York"),
        ("ADR:;;;;;;", "address", None),
        ("LABEL;TYPE=WORK:1 Main St\\nNew York", "address", "1 Main St\nNew York"),
        ('X-SOMETHING;ODD="a:b;c:=":value', "title", None),
        ('ORG;X-UUID="a;b:c";LANGUAGE=en:Foo', "organisation", "Foo"),
        ('ORG;BAD="never closed:Foo', "organisation", "Foo"),
    ],
)
def test_a_value_is_read_as_it_is_meant(tmp_path: Path, line: str, field: str, text: str | None) -> None:
    said, _ = one(tmp_path, card_of("FN:Ann Example", line))
    assert said.get(field) == text


def test_the_address_at_work_comes_first_and_others_are_named(tmp_path: Path) -> None:
    home, other = "ADR;TYPE=HOME,PREF:;;2 rue Y;Paris;;75001;", "ADR:;;3 rue Z;Lyon;;69000;"
    said, card = one(tmp_path, card_of("FN:A", home, other, "ADR;TYPE=WORK:;;1 rue X;Genève;;1200;"))
    assert said["address"] == "1 rue X\n1200 Genève"
    assert card.left_out == {"address at home": "2 rue Y 75001 Paris", "other address": "3 rue Z 69000 Lyon"}
    assert one(tmp_path, card_of("FN:A", home))[0]["address"] == "2 rue Y\n75001 Paris"


def test_what_the_directory_has_no_place_for_is_named(tmp_path: Path) -> None:
    card = one(tmp_path, IPHONE)[1]
    assert {"photo", "chat", "socialprofile", "web page", "unit", "assistant", "fax"} <= card.left_out.keys()
    assert card.left_out["unit"] == "Policy"
    assert card.left_out["photo"] == ""


def test_a_soft_line_break_before_an_indented_line_is_read_by_what_follows(tmp_path: Path) -> None:
    def name(*rest: str) -> str:
        head = "FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:"
        return one(tmp_path, card_of(head + "=\r\n".join(rest), "ORG:Foo", version="2.1"))[0]["full_name"]

    assert name("=C3=84=C3", " =96=C3=9C") == "ÄÖÜ"
    assert name("Chief Executive", " Officer") == "Chief Executive Officer"
    assert name("Chief Exec", " utive Offi", " cer") == "Chief Executive Officer"


def test_vcard_2_folds_before_a_space_of_the_text_and_vcard_3_anywhere(tmp_path: Path) -> None:
    folded = "TITLE:Head of\r\n Policy"
    assert one(tmp_path, card_of("FN:A", folded, version="2.1"))[0]["title"] == "Head of Policy"
    assert one(tmp_path, card_of("FN:A", folded))[0]["title"] == "Head ofPolicy"


# --- what is broken, and what stands beside it


def faults(found: list[Card]) -> list[str]:
    return [card.fault for card in found]


def test_a_card_never_ended_is_reported_and_the_rest_goes_on(tmp_path: Path) -> None:
    content = card_of("FN:A").replace("END:VCARD\r\n", "") + card_of("FN:B") + "BEGIN:VCARD\nFN:C\n"
    found = read(tmp_path, content)
    assert [card.full_name for card in found] == ["A", "B", "C"]
    assert faults(found) == [
        "the card that begins on line 1 has no END:VCARD: the next begins on line 4",
        "",
        "the card that begins on line 8 has no END:VCARD: the file ends before it; was it cut off?",
    ]


def test_words_outside_of_cards_are_reported_once(tmp_path: Path) -> None:
    content = f"Dear all,\nhere they are:\n\n{card_of('FN:A')}END:VCARD\nmore words\n{card_of('FN:B')}\n\n"
    found = read(tmp_path, content)
    assert [card.full_name for card in found] == ["", "A", "", "B"]
    assert faults(found) == ["line 1 stands outside any card", "", "line 8 ends a card that never began", ""]


def test_a_card_within_a_card_is_left_out_whole(tmp_path: Path) -> None:
    nested = "BEGIN:VCARD\r\nN:Inner;Ida\r\nAGENT:\r\nBEGIN:VCARD\r\nN:Deep;Dee\r\nEND:VCARD\r\nEND:VCARD"
    said, card = one(tmp_path, card_of("N:Example;Ann", "FN:Ann Example", "AGENT:", nested, "ORG:Foo", version="2.1"))
    assert (said["full_name"], said["organisation"]) == ("Ann Example", "Foo")
    assert "Ida" not in str(card)
    escaped = "AGENT:BEGIN:VCARD\\nFN:Ida Inner\\nEND:VCARD\\n"
    assert one(tmp_path, card_of("FN:Ann Example", escaped, "ORG:Foo"))[0]["organisation"] == "Foo"


def test_even_the_beginning_of_a_card_may_stand_in_a_group(tmp_path: Path) -> None:
    content = (
        "home.begin:vcard\nversion:3.0\nname:Meister\nfn:Meister Example\nn:Example;Meister\no:Universit=E6t\n"
        "home.tel;type=fax,voice;type=msg:+49 3581 123456\nhome.label:Hufen 12\\n02828 G\n"
        "office.label:Markt 1\\n02826 G\nkey;type=X509;encoding=b:MIICajCC\n AdOgAwIB\nhome.end:vcard\n"
    )
    assert vcards.are_cards(content)
    said, card = one(tmp_path, content)
    assert (said["full_name"], said["family_name"], said["phone"]) == ("Meister Example", "Example", "+49 3581 123456")
    assert (said["address"], card.left_out["address at home"]) == ("Markt 1\n02826 G", "Hufen 12 02828 G")


def test_a_foreign_thing_within_a_card_is_left_out(tmp_path: Path) -> None:
    lines = ("FN:Ann Example", "BEGIN:VTIMEZONE", "TZID:x", "END:VTIMEZONE", "END:VEVENT", "ORG:Foo")
    assert one(tmp_path, card_of(*lines))[0]["organisation"] == "Foo"


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("KIND:group", "it is a group of cards, no contact"),
        ("X-ADDRESSBOOKSERVER-KIND:group", "it is a group of cards, no contact"),
        ("KIND:location", "it is a place, no contact"),
    ],
)
def test_what_is_no_contact_is_said_to_be_none(tmp_path: Path, line: str, fault: str) -> None:
    assert faults(read(tmp_path, card_of("FN:Friends", line))) == [fault]


def test_an_empty_card_is_reported(tmp_path: Path) -> None:
    assert faults(read(tmp_path, "BEGIN:VCARD\nEND:VCARD\n")) == ["the card that begins on line 1 is empty"]


def test_base64_that_is_neither_indented_nor_ended_by_a_blank_line_swallows_nothing(tmp_path: Path) -> None:
    photo = "PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n/9j/4AAQSkZJRgABAQ\r\nEAYABgAAD/2wBDAAUD\r\nBAQ="
    assert one(tmp_path, card_of("FN:A B", photo, "ORG:Foo", version="2.1"))[0]["organisation"] == "Foo"


def large(count: int) -> str:
    return "X-A:" + "x" * count


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ((large(20_000_000), "ORG:Foo"), ""),
        (("NOTE:" + "\r\n ".join(["word"] * 400_000), "ORG:Foo"), ""),
        (("NOTE;ENCODING=QUOTED-PRINTABLE:" + "=\r\n".join(["word"] * 400_000), "ORG:Foo"), ""),
        (tuple(["X-A:b"] * 100_000), "the card that begins on line 1 is larger than any card"),
    ],
)
def test_a_card_of_any_size_takes_little_memory_and_says_so_at_worst(
    tmp_path: Path, lines: tuple[str, ...], fault: str
) -> None:
    found = read(tmp_path, card_of("FN:A B", *lines) + card_of("FN:C D"))
    assert faults(found) == [fault, ""]
    assert sum(map(len, found[0].left_out.values())) < 10_000
