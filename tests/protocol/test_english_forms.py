"""The rules of English forms of address, each with its source."""

import pytest

from outreach.protocol.forms import Addressee, OrganisationName, Unaddressable, address
from tests.protocol.people import EUROPEAN_UNION, HOLY_SEE, KENYA, executive, janina, lokaale, representative


def test_ambassadorial_rank_is_greeted_as_excellency(english):
    """ST/DCS/4/Rev.1, para 105."""
    assert address(english, [representative(lokaale())]).salutation == "Excellency,"


def test_a_formal_letter_opens_with_the_honour_and_closes_with_the_opening_vocative(english):
    """ST/DCS/4/Rev.1, paras 104 and 106."""
    found = address(english, [representative(lokaale())])
    assert found.formal
    assert found.opening == "I have the honour to"
    assert found.close == "Accept, Excellency, the assurances of my highest consideration."
    assert found.salutation == f"{found.vocative},"


def test_rank_decides_and_not_the_post(english):
    """The holder's recorded rank decides: nobody is an Excellency for the post alone, nor loses it by another post."""
    assert address(english, [representative(lokaale(rank=None))]).salutation == "Sir,"
    assert address(english, [representative(janina(rank=None))]).salutation == "Madam,"
    assert address(english, [executive(janina(rank="ambassador"))]).salutation == "Excellency,"


def test_a_representative_without_a_recorded_rank_is_listed(english):
    found = address(english, [representative(lokaale(rank=None))])
    assert found.warnings == ("Ekitela Lokaale has no rank recorded, and is not addressed as of ambassadorial rank.",)


def test_a_charge_who_is_not_of_ambassadorial_rank_is_sir_or_madam(english):
    """ST/DCS/4/Rev.1, para 105; still formal style, and no Excellency in the address block."""
    sir = address(english, [representative(lokaale(rank="charge"))])
    madam = address(english, [representative(janina(rank=None), post_kind="charge")])
    assert (sir.salutation, madam.salutation) == ("Sir,", "Madam,")
    assert madam.close == "Accept, Madam, the assurances of my highest consideration."
    assert sir.formal
    assert sir.block[0] == "Mr. Ekitela Lokaale"
    assert madam.warnings == ()


def test_a_charge_of_ambassadorial_rank_is_an_excellency(english):
    found = address(english, [representative(janina(), post_kind="charge")])
    assert found.salutation == "Excellency,"
    assert found.block[1] == "Chargé d'affaires a.i. of the Permanent Mission of the Republic of Kenya to the United Nations"


def test_his_or_her_excellency_stands_in_the_address_block_alone(english):
    for holder in (lokaale(), janina()):
        found = address(english, [representative(holder)])
        assert " Excellency " in found.block[0]
        rest = " ".join([found.salutation, found.close, found.opening, *found.block[1:]])
        assert "His Excellency" not in rest
        assert "Her Excellency" not in rest


@pytest.mark.parametrize("title", ["Dr.", "General"])
def test_her_excellency_stands_before_an_academic_or_military_title(english, title):
    found = address(english, [representative(janina(academic_title=title))])
    assert found.block[0] == f"Her Excellency {title} Suela Janina"


@pytest.mark.parametrize("kind", ["head-of-state", "head-of-government", "foreign-minister", "permanent-representative"])
@pytest.mark.parametrize("holder", [lokaale(rank=None), janina(rank=None), None])
def test_heads_of_state_or_government_foreign_ministers_and_representatives_are_written_to_formally(english, kind, holder):
    """ST/DCS/4/Rev.1, para 104: the office is enough for the formal style, whoever holds it, or nobody."""
    found = address(english, [representative(holder, post_kind=kind)])
    assert found.formal
    assert found.opening == "I have the honour to"
    assert found.close.startswith("Accept, ")


@pytest.mark.parametrize(("kind", "of"), [("permanent-observer", HOLY_SEE), ("head-of-delegation", EUROPEAN_UNION)])
def test_observers_are_written_to_formally(english, kind, of):
    """ST/DCS/4/Rev.1, para 104."""
    found = address(english, [representative(janina(), post_kind=kind, organisation=of)])
    assert (found.formal, found.salutation) == (True, "Excellency,")


@pytest.mark.parametrize("rank", ["usg", "asg", "director", None])
def test_officials_and_heads_of_organisations_get_an_ordinary_letter(english, rank):
    """Secretariat officials from under-secretary-general down, and executives: Dear Mr./Ms. and the family name."""
    found = address(english, [executive(janina(rank=rank))])
    assert found.salutation == "Dear Ms. Janina,"
    assert found.close == "Yours sincerely,"
    assert found.opening == "I am writing to"
    assert not found.formal


def test_the_salutation_takes_the_stored_family_name_and_not_the_last_word(english):
    li = lokaale(full_name="Li Junhua", family_name="Li", given_name="Junhua", rank="usg")
    assert address(english, [executive(li)]).salutation == "Dear Mr. Li,"


@pytest.mark.parametrize("name", ["Sukarno", "Aung San Suu Kyi"])
def test_a_name_without_a_family_name_is_used_whole(english, name):
    found = address(english, [executive(janina(full_name=name, family_name="", rank=None))])
    assert found.salutation == f"Dear Ms. {name},"


def test_an_academic_title_replaces_mr_and_ms(english):
    assert address(english, [executive(janina(academic_title="Prof.", rank=None))]).salutation == "Dear Prof. Janina,"


def test_unknown_gender_is_greeted_by_the_whole_name(english):
    found = address(english, [executive(lokaale(gender=None, rank=None))])
    assert found.salutation == "Dear Ekitela Lokaale,"
    assert found.block[0] == "Ekitela Lokaale"
    assert found.warnings == ("Ekitela Lokaale: the gender is not recorded, so a neutral form is used.",)


@pytest.mark.parametrize("rank", ["ambassador", "charge", "minister", "usg", None])
def test_unknown_gender_never_yields_mr_his_or_sir(english, rank):
    found = address(english, [representative(lokaale(gender=None, rank=rank))])
    words = " ".join([found.block[0], found.salutation, found.close]).replace(",", " ").split()
    assert not {"Mr.", "Ms.", "His", "Her", "Sir", "Madam"} & set(words)


def test_unknown_gender_with_a_title_keeps_the_title(english):
    found = address(english, [executive(lokaale(gender=None, rank=None, academic_title="Dr."))])
    assert found.salutation == "Dear Dr. Lokaale,"


def test_a_formal_letter_to_unknown_gender_closes_without_a_vocative(english):
    found = address(english, [representative(lokaale(gender=None, rank="charge"))])
    assert found.salutation == "Dear Ekitela Lokaale,"
    assert found.close == "Accept the assurances of my highest consideration."


def test_a_formal_letter_to_unknown_gender_with_a_title_reads_as_one_to_unknown_gender(english):
    found = address(english, [representative(lokaale(gender=None, rank="charge", academic_title="Dr."))])
    assert found.salutation == "Dear Dr. Lokaale,"
    assert found.close == "Accept the assurances of my highest consideration."


def test_a_royal_is_spoken_to_by_the_stored_style(english):
    prince = lokaale(full_name="Prince Ekitela", rank="royal", style="His Royal Highness")
    found = address(english, [representative(prince)])
    assert found.block[0] == "His Royal Highness Prince Ekitela"
    assert found.salutation == "Your Royal Highness,"
    assert found.close == "Accept, Your Royal Highness, the assurances of my highest consideration."


def test_a_royal_without_a_style_is_not_addressed(english):
    with pytest.raises(Unaddressable, match="Ekitela Lokaale is a royal without a style; record it"):
        address(english, [representative(lokaale(rank="royal"))])


def test_a_style_that_no_entry_speaks_to_needs_a_salutation(english):
    sultan = lokaale(rank="royal", style="His Exalted Highness")
    with pytest.raises(Unaddressable, match="does not say how it is spoken to in English"):
        address(english, [representative(sultan)])
    own = lokaale(rank="royal", style="His Exalted Highness", salutation="Your Exalted Highness,")
    assert address(english, [representative(own)]).salutation == "Your Exalted Highness,"


def test_a_persons_own_salutation_and_close_always_win(english):
    holder = lokaale(salutation="Your Grace,", close="With respect,")
    found = address(english, [representative(holder)])
    assert (found.salutation, found.vocative, found.close) == ("Your Grace,", "Your Grace", "With respect,")


def test_the_close_repeats_a_persons_own_vocative(english):
    found = address(english, [representative(lokaale(salutation="Your Grace"))])
    assert found.salutation == "Your Grace,"
    assert found.close == "Accept, Your Grace, the assurances of my highest consideration."


def test_dear_in_a_persons_own_salutation_makes_the_letter_personal(english):
    """Otherwise the close would read "Accept, Dear Vint, the assurances"."""
    found = address(english, [representative(lokaale(salutation="Dear Vint,"))])
    assert (found.salutation, found.vocative, found.close) == ("Dear Vint,", "Vint", "Yours sincerely,")
    assert not found.formal
    assert found.opening == "I am writing to"
    assert found.block[0] == "His Excellency Mr. Ekitela Lokaale"


@pytest.mark.parametrize("salutation", ["Dear", "Dear ,", "My dear,"])
def test_a_salutation_that_names_nobody_is_refused(english, salutation):
    """What a mail merge leaves behind when the name is blank."""
    with pytest.raises(Unaddressable, match="names nobody; complete it, or empty it"):
        address(english, [representative(lokaale(salutation=salutation))])


def test_a_blank_override_is_none(english):
    assert address(english, [representative(lokaale(salutation="  ,", close=" "))]).salutation == "Excellency,"


def test_a_vacant_post_is_named_and_the_setting_greets_it(english):
    found = address(english, [representative(None)])
    assert found.block == ("The Permanent Representative of the Republic of Kenya to the United Nations",)
    assert found.salutation == "Excellency,"
    assert found.close == "Accept, Excellency, the assurances of my highest consideration."
    assert found.warnings == (
        "The post is vacant: The Permanent Representative of the Republic of Kenya to the United Nations;"
        " it is addressed as 'Excellency'.",
    )


def test_a_vacant_post_of_an_organisation_is_dear_sir_or_madam(english):
    found = address(english, [executive(None)])
    assert found.salutation == "Dear Sir or Madam,"
    assert found.block == ("The President and Chief Executive Officer", "Internet Society")


def test_neither_holder_nor_title_cannot_be_addressed(english):
    with pytest.raises(Unaddressable, match="neither a holder nor a title"):
        address(english, [Addressee(language="en", post_kind="person")])


def test_an_unconfirmed_holder_is_listed(english):
    found = address(english, [representative(lokaale(confirmed=False))])
    assert found.salutation == "Excellency,"
    assert found.warnings == ("Ekitela Lokaale is not confirmed as the holder of the post; confirm it before sending.",)


def test_a_name_recorded_with_its_honorific_is_listed(english):
    found = address(english, [representative(lokaale(full_name="H.E. Mr. Ekitela Lokaale"))])
    assert found.warnings == ("The name of H.E. Mr. Ekitela Lokaale begins with an honorific; record the name without it.",)


def test_the_head_of_the_delegation_of_the_european_union_is_an_excellency_by_rank(english):
    head = Addressee(language="en", post_kind="head-of-delegation", organisation=EUROPEAN_UNION, holder=lokaale())
    found = address(english, [head])
    assert found.salutation == "Excellency,"
    assert found.block[1] == "Head of the Delegation of the European Union to the United Nations"


def test_an_observer_state_has_a_permanent_observer(english):
    found = address(
        english,
        [Addressee(language="en", post_kind="permanent-observer", organisation=HOLY_SEE, holder=lokaale())],
    )
    assert found.block[1] == "Permanent Observer of the Holy See to the United Nations"


def test_the_block_ends_with_the_postal_lines(english):
    found = address(english, [representative(lokaale(), postal_lines=("866 Second Avenue", "New York, NY 10017"))])
    assert found.block[-2:] == ("866 Second Avenue", "New York, NY 10017")


def test_the_organisation_is_named_once(english):
    titled = executive(janina(rank=None), post_title="Chair of the Internet Society")
    assert address(english, [titled]).block == ("Ms. Suela Janina", "Chair of the Internet Society")
    assert address(english, [executive(janina(rank=None))]).block[2] == "Internet Society"


def test_no_addressee_is_refused(english):
    with pytest.raises(Unaddressable, match="no addressee; choose at least one"):
        address(english, [])


def test_an_addressee_in_another_language_is_refused(english):
    with pytest.raises(Unaddressable, match="recorded in the language 'fr', and the letter is in English"):
        address(english, [representative(lokaale(), "fr")])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rank": "emperor"}, "unknown rank 'emperor'"),
        ({"gender": "m"}, "unknown gender 'm'"),
        ({"full_name": " - ", "family_name": ""}, "a holder without a name"),
    ],
)
def test_a_record_that_cannot_be_read_is_named(english, change, words):
    with pytest.raises(Unaddressable, match=words):
        address(english, [representative(lokaale(**change))])


@pytest.mark.parametrize("bad", ["Eki\ntela", "Eki\rtela", "Eki\ttela", "Eki\u202etela", "Eki\x00tela", "Eki\u2028tela"])
@pytest.mark.parametrize("field", ["full_name", "family_name", "salutation", "close", "academic_title", "style"])
def test_line_breaks_and_control_characters_are_refused(english, field, bad):
    with pytest.raises(Unaddressable, match="line break or an invisible control character"):
        address(english, [representative(lokaale(**{field: bad}))])


def test_line_breaks_in_titles_names_and_postal_lines_are_refused(english):
    broken = OrganisationName(short="A", formal="A\nBcc: x", of_formal="of\nA", kind="member-state")
    for case in (
        executive(janina(), post_title="Chair\nBcc: x"),
        executive(janina(), organisation=broken),
        representative(lokaale(), organisation=broken),
        representative(lokaale(), postal_lines=("New\nYork",)),
    ):
        with pytest.raises(Unaddressable, match="line break"):
            address(english, [case])


@pytest.mark.parametrize("name", ["<b>Eki</b>", "*Eki*", "{name}", "محمد بن علي", "José Ñandú", "李明", "O'Brien & Sons"])
def test_markup_and_every_script_pass_through_as_text(english, name):
    found = address(english, [executive(lokaale(full_name=name, family_name=name, rank=None))])
    assert found.block[0] == f"Mr. {name}"
    assert found.salutation == f"Dear Mr. {name},"


def test_a_long_title_stands_whole(english):
    title = "Director of " + "very " * 20 + "important things"
    assert address(english, [executive(janina(), post_title=title)]).block[1] == title


def test_a_state_whose_of_form_is_missing_is_named(english):
    bare = OrganisationName(short="Kenya", formal="Republic of Kenya", kind="member-state")
    with pytest.raises(Unaddressable, match="record how the name 'Kenya' stands after its preposition in English"):
        address(english, [representative(lokaale(), organisation=bare)])
    assert KENYA["en"].of_short == "of Kenya"
