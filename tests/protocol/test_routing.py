"""A letter that another body hands on: its address says by whom, and is that body's."""

from dataclasses import replace

import pytest

from outreach.protocol.addressee import Addressee, Unaddressable
from outreach.protocol.forms import NoteSender, address, address_note, load
from tests.protocol.people import ISOC, KENYA, executive, janina, lokaale, representative

STREET = ("1 Mission Street", "New York")


def mission(language: str = "en") -> Addressee:
    return representative(lokaale(), language, postal_lines=STREET)


def minister(language: str = "en", **changes: object) -> Addressee:
    post = Addressee(
        language=language,
        post_kind="foreign-minister",
        organisation=KENYA[language],
        holder=janina(rank="foreign-minister"),
        postal_lines=("Harambee Avenue", "Nairobi"),
        through=mission(language),
    )
    return replace(post, **changes)


LINES = {
    "en": "Through: Permanent Mission of the Republic of Kenya to the United Nations",
    "fr": "Sous couvert de : Mission permanente de la République du Kenya auprès de l'Organisation des Nations Unies",
    "es": "Por conducto de: Misión Permanente de la República de Kenya ante las Naciones Unidas",
    "ru": "Через: Постоянное представительство Республики Кения при Организации Объединенных Наций",
    "zh": "经由：肯尼亚共和国常驻联合国代表团",
    "ar": "عن طريق: البعثة الدائمة لجمهورية كينيا لدى الأمم المتحدة",
}


@pytest.mark.parametrize("language", LINES)
def test_the_address_names_the_mission_that_hands_it_on_and_is_the_missions(language: str) -> None:
    block = address(load(language), [minister(language)]).block
    assert block[-3:] == (LINES[language], *STREET)
    assert not any("Harambee" in line for line in block)
    assert "through" in address(load(language), [minister(language)]).used


def test_an_organisation_hands_on_under_its_full_name(english) -> None:
    through = executive(None, organisation=ISOC, postal_lines=("Reston",))
    assert address(english, [minister(through=through)]).block[-2:] == ("Through: Internet Society", "Reston")


def test_a_ministry_hands_on_under_its_own_name(english) -> None:
    at_home = minister(through=None)
    block = address(english, [representative(lokaale(), through=at_home)]).block
    assert block[-3] == "Through: Ministry of Foreign Affairs of the Republic of Kenya"


def test_one_body_that_hands_on_to_all_joint_addressees_is_named_once_at_the_end(english) -> None:
    block = address(english, [minister(), minister(holder=lokaale(rank="foreign-minister"))]).block
    assert block[-4:] == ("", LINES["en"], *STREET)
    assert block.count(LINES["en"]) == 1


def test_joint_addressees_who_live_together_keep_their_own_lines(english) -> None:
    block = address(english, [mission(), mission()]).block
    assert block.count("1 Mission Street") == 2


def test_a_note_verbale_is_handed_on_too(english) -> None:
    found = address_note(english, minister(), NoteSender(name="The Secretariat"))
    assert found.block == ("Ministry of Foreign Affairs of the Republic of Kenya", LINES["en"], *STREET)
    assert "through" in found.used


def test_a_language_without_words_for_it_is_told(english) -> None:
    with pytest.raises(Unaddressable, match=r"add the entry \[through\]"):
        address(replace(english, through=None), [minister()])


def test_a_letter_that_nobody_hands_on_takes_no_words_for_it(english) -> None:
    assert "through" not in address(english, [mission()]).used
