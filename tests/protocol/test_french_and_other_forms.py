"""French in full, and what is sourced of the other languages."""

import pytest

from outreach.protocol.addressee import POST_KINDS, RANKS
from outreach.protocol.forms import Unaddressable, address, languages, load
from tests.protocol.people import KENYA, executive, janina, lokaale, representative


def test_the_french_ambassador_is_greeted_and_taken_leave_of_by_gender(french):
    man, woman = (address(french, [representative(each, "fr")]) for each in (lokaale(), janina()))
    assert man.salutation == "Monsieur l'Ambassadeur,"
    assert woman.salutation == "Madame l'Ambassadrice,"
    assert man.close == "Veuillez agréer, Monsieur l'Ambassadeur, les assurances de ma très haute considération."
    assert man.opening == "J'ai l'honneur de"
    assert woman.block == (
        "Son Excellence Madame Suela Janina",
        "Représentante permanente de la République du Kenya auprès de l'Organisation des Nations Unies",
    )


def test_french_blocks_a_letter_to_unknown_gender_and_says_what_to_record(french):
    with pytest.raises(Unaddressable, match=r"Ekitela Lokaale: the gender is not recorded.*record the gender"):
        address(french, [representative(lokaale(gender=None), "fr")])


def test_french_blocks_unknown_gender_even_with_an_academic_title(french):
    with pytest.raises(Unaddressable, match="gender is not recorded"):
        address(french, [executive(lokaale(gender=None, rank=None, academic_title="Dr"), "fr")])


def test_a_persons_own_french_salutation_wins_over_unknown_gender(french):
    holder = lokaale(gender=None, rank="usg", salutation="Excellence,")
    assert address(french, [executive(holder, "fr")]).salutation == "Excellence,"


def test_a_vacant_french_mission_is_greeted_as_excellence(french):
    found = address(french, [representative(None, "fr")])
    assert found.salutation == "Excellence,"
    assert found.close == "Veuillez agréer, Excellence, les assurances de ma très haute considération."
    assert found.block == ("Représentant permanent de la République du Kenya auprès de l'Organisation des Nations Unies",)


def test_a_vacant_french_post_of_an_organisation_is_madame_monsieur(french):
    assert address(french, [executive(None, "fr")]).salutation == "Madame, Monsieur,"


def test_a_french_charge_is_named_by_the_office_held(french):
    found = address(french, [representative(janina(rank="charge"), "fr")])
    assert found.salutation == "Madame la Chargée d'affaires,"
    assert found.block[1].startswith("Chargée d'affaires par intérim de la Mission permanente de la République du Kenya")
    assert "Excellence" not in found.block[0]


def test_french_presidents_of_organisations_are_called_so(french):
    found = address(french, [executive(janina(rank=None), "fr", post_kind="president", post_title="")])
    assert found.salutation == "Madame la Présidente,"
    assert found.block[1] == "Présidente"


def test_russian_compliments_grow_with_the_rank():
    russian = load("ru")
    closes = {
        rank: address(russian, [representative(lokaale(rank=rank), "ru")]).close
        for rank in ("head-of-government", "minister", "ambassador", "deputy-minister", "charge")
    }
    for rank in ("head-of-government", "minister", "ambassador"):
        assert closes[rank].endswith("принять уверения в моем весьма высоком к Вам уважении.")
    assert closes["deputy-minister"].endswith("в моем высоком уважении.")
    assert closes["charge"].endswith("в моем глубоком уважении.")


@pytest.mark.parametrize(("rank", "line"), [("ambassador", "Его Превосходительству г-ну Ekitela"), ("usg", "Г-ну Ekitela")])
def test_a_russian_courtesy_title_has_a_capital_where_it_begins_the_line(rank, line):
    assert address(load("ru"), [representative(lokaale(rank=rank), "ru")]).block[0] == f"{line} Lokaale"


@pytest.mark.parametrize("language", languages())
def test_a_persons_own_salutation_and_close_win_in_every_language_over_every_rank_and_post(language):
    forms = load(language)
    for kind in POST_KINDS:
        for rank in RANKS:
            style = next(iter(forms.styles)) if rank == "royal" else ""
            holder = lokaale(rank=rank, style=style, salutation="Qqq!", close="Zzz.")
            found = address(forms, [representative(holder, language, post_kind=kind, post_title="Ttt")])
            assert (found.salutation, found.vocative, found.close) == ("Qqq!", "Qqq", "Zzz.")


@pytest.mark.parametrize("language", languages())
def test_a_royal_is_spoken_to_by_the_stored_style_in_every_language_and_without_one_by_nobody(language):
    forms = load(language)
    for style, entry in forms.styles.items():
        found = address(forms, [representative(lokaale(rank="royal", style=style), language)])
        assert found.vocative == entry.vocative
        assert style in found.block[0]
    with pytest.raises(Unaddressable, match="is a royal without a style"):
        address(forms, [representative(lokaale(rank="royal"), language)])


@pytest.mark.parametrize("language", languages())
def test_two_ambassadors_are_greeted_together_in_every_language_and_the_close_repeats_it(language):
    forms = load(language)
    both = address(forms, [representative(lokaale(), language), representative(lokaale(full_name="John Doe"), language)])
    assert both.vocative == forms.forms["ambassador"].joint or both.vocative in forms.forms["ambassador"].joint.templates()
    assert both.salutation == both.vocative + forms.settings.mark
    # The Chinese close names nobody.
    assert both.vocative in both.close or language == "zh"


@pytest.mark.parametrize("language", ["ar"])
def test_how_an_arabic_letter_closes_is_uncertain_and_says_so(language):
    """No source gives it: whoever approves is told, until a reader has signed it off."""
    forms = load(language)
    assert all(entry.awaits for name, entry in forms.forms.items())


def test_a_russian_block_stands_in_the_dative():
    found = address(load("ru"), [representative(lokaale(), "ru")])
    assert found.block[1] == "Постоянному представителю Республики Кения при Организации Объединенных Наций"


def test_chinese_has_gexia_for_ministers_and_ambassadors_and_xiansheng_for_charges():
    chinese = load("zh")
    for rank in ("minister", "ambassador"):
        found = address(chinese, [representative(lokaale(rank=rank), "zh")])
        assert (found.salutation, found.close) == ("阁下：", "顺致最崇高的敬意。")
    assert address(chinese, [representative(lokaale(rank="charge"), "zh")]).salutation == "先生："
    lower = address(chinese, [representative(janina(rank="charge"), "zh")])
    assert (lower.salutation, lower.close) == ("女士：", "顺致崇高的敬意。")


def test_chinese_titles_need_no_preposition():
    assert address(load("zh"), [representative(lokaale(), "zh")]).block[1] == "肯尼亚共和国常驻联合国代表"


def test_an_arabic_letter_says_that_its_wording_awaits_a_reader():
    found = address(load("ar"), [representative(janina(), "ar")])
    assert found.salutation == "صاحبة السعادة،"
    assert found.warnings == ("The Arabic wording [settings], [words], [forms.ambassador] awaits a reader's approval.",)


@pytest.mark.parametrize("language", ["en", "fr", "ru", "zh"])
def test_the_wording_for_an_ambassador_is_sourced(language):
    forms = load(language)
    used = address(forms, [representative(lokaale(), language)]).used
    assert {"forms.ambassador", "posts.permanent-representative"} <= set(used)
    assert not forms.awaiting(["forms.ambassador", "posts.permanent-representative", "dates"])


def test_every_language_addresses_the_representative_of_kenya():
    for language in KENYA:
        found = address(load(language), [representative(janina(), language)])
        assert found.formal
        assert len(found.block) == 2
