"""Letters to several addressees: one salutation, one close."""

from outreach.protocol.forms import address, load
from tests.protocol.people import executive, janina, lokaale, representative


def test_two_cofacilitators_are_excellencies_with_a_plural_close(english):
    found = address(english, [representative(lokaale()), representative(janina())])
    assert found.salutation == "Excellencies,"
    assert found.close == "Accept, Excellencies, the assurances of my highest consideration."
    assert found.vocative == "Excellencies"
    assert found.warnings == ()


def test_an_empty_line_stands_between_joint_address_blocks(english):
    found = address(english, [representative(lokaale()), representative(janina())])
    assert found.block[0] == "His Excellency Mr. Ekitela Lokaale"
    assert found.block[2:4] == ("", "Her Excellency Ms. Suela Janina")


def test_a_vacant_post_and_an_ambassador_share_the_plural(english):
    assert address(english, [representative(lokaale()), representative(None)]).salutation == "Excellencies,"


def test_mixed_ranks_are_listed_in_order_and_the_close_repeats_them(english):
    found = address(english, [representative(lokaale()), representative(janina(rank="charge"))])
    assert found.salutation == "Excellency, Madam,"
    assert found.close == "Accept, Excellency, Madam, the assurances of my highest consideration."
    assert "different ranks" in found.warnings[-1]


def test_a_formal_addressee_makes_the_joint_letter_formal(english):
    found = address(english, [executive(janina(rank=None)), representative(lokaale())])
    assert found.formal
    assert found.opening == "I have the honour to"
    assert found.salutation == "Ms. Janina, Excellency,"


def test_two_executives_are_named_both(english):
    ab = [executive(janina(rank=None)), executive(lokaale(rank=None))]
    assert address(english, ab).salutation == "Dear Ms. Janina and Mr. Lokaale,"


def test_two_of_the_same_family_name_are_both_named(english):
    ab = [executive(lokaale(rank=None)), executive(lokaale(full_name="John Lokaale", rank=None))]
    assert address(english, ab).salutation == "Dear Mr. Lokaale and Mr. Lokaale,"


def test_two_charges_are_sirs_mesdames_or_listed(english):
    sir, madam = representative(lokaale(rank="charge")), representative(janina(rank="charge"))
    assert address(english, [sir, sir]).salutation == "Sirs,"
    assert address(english, [madam, madam]).salutation == "Mesdames,"
    assert address(english, [madam, sir]).salutation == "Madam, Sir,"


def test_a_persons_own_vocative_joins_the_list(english):
    found = address(english, [representative(lokaale(salutation="Your Grace,")), representative(janina())])
    assert found.salutation == "Your Grace, Excellency,"
    assert found.close == "Accept, Your Grace, Excellency, the assurances of my highest consideration."


def test_an_own_close_stands_only_when_all_share_it(english):
    own = lokaale(close="With respect,")
    assert address(english, [representative(own), representative(own)]).close == "With respect,"
    assert address(english, [representative(own), representative(janina())]).close.startswith("Accept, Excellencies,")


def test_french_ambassadors_are_named_by_gender(french):
    mr, ms = representative(lokaale(), "fr"), representative(janina(), "fr")
    assert address(french, [mr, ms]).salutation == "Monsieur l'Ambassadeur, Madame l'Ambassadrice,"
    assert address(french, [mr, mr]).salutation == "Messieurs les Ambassadeurs,"
    both = address(french, [mr, mr, ms])
    assert both.salutation == "Messieurs les Ambassadeurs, Madame l'Ambassadrice,"
    assert both.close == (
        "Veuillez agréer, Messieurs les Ambassadeurs, Madame l'Ambassadrice, les assurances de ma très haute considération."
    )


def test_a_neutral_form_does_not_take_the_vocative_from_the_others(english):
    unknown = representative(lokaale(gender=None, rank="charge"))
    found = address(english, [unknown, representative(janina())])
    assert found.salutation == "Ekitela Lokaale, Excellency,"
    assert found.close == "Accept, Ekitela Lokaale, Excellency, the assurances of my highest consideration."


def test_the_close_turns_plural_where_the_language_does():
    spanish, russian = load("es"), load("ru")
    both = address(spanish, [representative(lokaale(), "es"), representative(lokaale(), "es")])
    assert both.salutation == "Señores Embajadores:"
    assert both.close.startswith("Aprovecho la oportunidad para reiterarles, Señores Embajadores,")
    both = address(russian, [representative(lokaale(), "ru"), representative(janina(), "ru")])
    assert both.close.startswith("Прошу вас, Ваши Превосходительства, принять уверения")
