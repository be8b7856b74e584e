"""What may stand in a field, how columns are named, how names and addresses are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.contacts import addresses, cells, emails, headings, naming
from outreach.contacts.models import AddressKind, Channel, Gender, RegionalGroup, StakeholderGroup
from outreach.contacts.wordlists import kind_by_title
from outreach.errors import Invalid, OutreachError
from outreach.protocol.addressee import POST_KINDS


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("Office@Open-Net.EXAMPLE", "office@open-net.example"),
        ("José@exämple.org", "josé@xn--exmple-cua.org"),
        ("jose\u0301@example.org", "josé@example.org"),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp"),
    ],
)
def test_addresses_in_any_script_are_accepted_and_compared_in_one_form(text: str, normalised: str) -> None:
    assert emails.check(text).normalised == emails.normalised(text) == normalised


@pytest.mark.parametrize(
    "text", ["", "a", "a@b", "a@b..example", "A <a@b.example>", "a@b.example\nBcc: c@d.example", "a@localhost", "a b@c.example"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is no e-mail address"):
        emails.check(text)


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("group", "Société civile", StakeholderGroup.CIVIL_SOCIETY),
        ("group", "NGO", StakeholderGroup.CIVIL_SOCIETY),
        ("regional_group", "Groupe africain", RegionalGroup.AFRICAN),
        ("regional_group", "-", None),
        ("gender", "Mme", Gender.FEMALE),
        ("rank", "Chargé d’affaires", "charge"),
        ("channel", "courrier; E-mail", (Channel.POST, Channel.EMAIL)),
        ("seat", "Genève", "geneva"),
        ("language", "Français", "fr"),
        ("language", "pt-BR", "pt-BR"),
        ("domain", "https://www.Example.org/", "example.org"),
        ("tags", "Panel; jeunesse, panel", ("panel", "jeunesse")),
        ("address", "1 rue X\r\n\n 1200  Genève ", ("1 rue X\n1200 Genève",)),
        ("address", "1 rue X\r\n;\r\nPO Box 2\n", ("1 rue X", "PO Box 2")),
        ("full_name", "  Zoe\u0308   Example ", "Zoë Example"),
        ("phone", "+1 2, +1 3", ("+1 2", "+1 3")),
    ],
)
def test_a_text_becomes_the_value_that_is_stored(field: str, text: str, value: object) -> None:
    assert cells.read(field, text) == value


@given(st.sampled_from(sorted(cells.FIELDS)), st.text())
def test_any_text_in_any_field_is_read_or_refused_with_a_sentence(field: str, text: str) -> None:
    try:
        cells.read(field, text)
    except OutreachError as error:
        reason = str(error)
        assert reason.isprintable()


@given(st.text(max_size=40))
def test_a_field_that_was_read_reads_the_same_again(text: str) -> None:
    try:
        once = cells.line(text, 300)
    except Invalid:
        return
    assert cells.line(once, 300) == once


@given(st.text(max_size=60))
def test_folding_and_slugs_are_stable(text: str) -> None:
    assert naming.fold(naming.fold(text)) == naming.fold(text)
    slug = naming.slug(text, 40)
    assert naming.slug(slug, 40) == slug
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_names_are_one_whatever_their_case_accents_and_order() -> None:
    assert naming.fold("Côte d’Ivoire") == naming.fold("COTE D'IVOIRE")
    assert naming.words("LI Junhua") == naming.words("Junhua Li")
    assert naming.slug("中国互联网协会", 40) == "zhong-guo-hu-lian-wang-xie-hui"


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("President and Chief Executive Officer", "chief-executive"),
        ("Vice-President", "person"),
        ("Secretary-General", "secretary-general"),
        ("Directrice générale", "director"),
        ("Ministre des Affaires étrangères", "foreign-minister"),
        ("Permanent Representative to the United Nations", "permanent-representative"),
        ("Point focal", "liaison"),
        ("Poet", "person"),
    ],
)
def test_a_title_tells_the_kind_of_post(title: str, kind: str) -> None:
    assert kind_by_title(title) == kind
    assert kind in POST_KINDS


@pytest.mark.parametrize(
    ("email", "personal"),
    [("li.junhua@x.example", True), ("j.junhua@x.example", True), ("office@x.example", False), ("li@x.example", False)],
)
def test_an_address_that_holds_the_name_is_the_person_s_own(email: str, personal: bool) -> None:
    assert addresses.is_personal(email, ["Li Junhua"]) is personal


def test_telephone_numbers_are_compared_by_their_digits() -> None:
    assert addresses.normalised(AddressKind.TELEPHONE, "+41 (22) 730-00") == "+412273000"


# --- headings


def test_columns_are_found_in_english_and_french_whatever_their_case_accents_and_spaces() -> None:
    heads = [
        "ORGANISATION",
        "Groupe",
        " prenom ",
        "Nom de famille",
        "E-Mail",
        "Tél.",
        "refused because",
        "",
        "Stakeholder_Group",
    ]
    assert headings.understand(heads[:-1], {}) == [
        *("organisation", "group", "given_name", "family_name", "email", "phone"),
        None,
        None,
    ]


def test_an_unknown_column_is_named_until_it_is_mapped_or_left_out() -> None:
    with pytest.raises(Invalid, match=r"No field is known for the columns 'Funktion', 'Raum'; say which field each is"):
        headings.understand(["Organisation", "Funktion", "Raum"], {})
    assert headings.understand(["Organisation", "Funktion", "Raum"], {"funktion": "Title", "RAUM": "-"}) == [
        "organisation",
        "title",
        None,
    ]


def test_two_columns_of_one_field_are_refused() -> None:
    with pytest.raises(Invalid, match=r"Columns 1 \('E-mail'\) and 3 \('courriel'\) are both email"):
        headings.understand(["E-mail", "organisation", "courriel"], {})


@pytest.mark.parametrize(
    ("mapping", "sentence"),
    [({"Nope": "title"}, "The file has no column 'Nope'; check the spelling"), ({"A": "shoe"}, "'shoe' is no field")],
)
def test_a_mapping_that_fits_nothing_is_refused(mapping: dict[str, str], sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        headings.understand(["A", "organisation"], mapping)
