"""What is wrong with one letter by itself, or to be looked at."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.letters.wording import escaped
from tests.letters.checked import INBOX, LAYOUT, MISSION, case, held_by, kinds, sentences

OPENING = "I have the honour to write.\n\n"


def with_text(text: str) -> list[str]:
    return kinds(case(body=f"{OPENING}{text}\n"))


@pytest.mark.parametrize(
    "text",
    [
        "We thank {{ organisation }}.",
        "We thank {{ organisation",
        "{% if personal %}",
        "By XXX at the latest.",
        "To be sent by TBD.",
        "Lorem ipsum dolor sit amet.",
        "Dear «Last_Name»",
        "Dear «FirstName»",
        "We write to « ».",
        "[Name of the Minister]",
        r"\[Name of the Minister\]",
        "[insert date",
        "[à compléter]",
        "Where???",
    ],
)
def test_what_was_left_to_be_filled_in_is_found(text: str) -> None:
    assert with_text(text) == ["placeholder"]


@pytest.mark.parametrize(
    "text",
    [
        r"\[ \] We may be quoted by name.",
        "As he said: “The Forum [...] is open” [sic].",
        "See [1] and [the report](https://forum.example/report).",
        "[T]he Forum is open.",
        "Слово «форум» и le mot « forum ».",
        "La palabra «palabra».",
        "In {braces} and 100 %.",
        "What?? Yes!",
        "MAXXX and XX Forum",
    ],
)
def test_ordinary_text_is_no_placeholder(text: str) -> None:
    assert with_text(text) == []


@given(
    st.sampled_from(["{{ name }}", "[Name of the State]", "XXX", "TBD"]), st.text(alphabet="abc .\n*_[](){}<>#", max_size=40)
)
def test_a_placeholder_that_came_in_as_a_value_is_found_wherever_it_stands(placeholder: str, around: str) -> None:
    assert "placeholder" in with_text(escaped(f"{around} {placeholder} {around}"))


def test_what_is_to_be_filled_in_in_the_settings_is_named_with_where() -> None:
    layout = {**LAYOUT, "signatories": [{"name": "[Name of the Chair]", "lines": []}]}
    letter = case(layout=layout)
    assert kinds(letter) == ["placeholder"]
    assert "“[Name of the Chair]” stands in what surrounds the text; fill it in in outreach.toml" in sentences(letter)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"subject": " "}, "The subject is blank."),
        ({"body": "\n"}, "The text is blank."),
        ({"address_block": ()}, "The address is blank."),
        ({"close": ""}, "The close is blank."),
        ({"salutation": ""}, "The salutation is blank."),
        ({"salutation": "Dear  ,"}, "The salutation has a gap"),
        ({"body": f"{OPENING}By **** at the latest.\n"}, "The text has a gap at “By **** at the latest.”"),
        ({"subject": "The views of , and yours"}, "The subject has a gap"),
    ],
)
def test_what_is_blank_is_named(changes: dict[str, str], words: str) -> None:
    letter = case(**changes)
    assert "blank" in kinds(letter)
    assert words in sentences(letter)


def test_the_page_names_as_many_enclosures_as_files_go_with_it() -> None:
    named = {**LAYOUT, "enclosures": ["Questionnaire", "Terms"]}
    one, two = (("Questionnaire", "a" * 64),), (("Questionnaire", "a" * 64), ("Terms", "b" * 64))
    assert kinds(case(layout=named, files=one)) == ["enclosures"]
    assert "The page names 2 (Questionnaire, Terms), and 1 go with it" in sentences(case(layout=named, files=one))
    assert kinds(case(layout=named, files=two)) == []
    counted = case(layout=named, files=two, body=f"{OPENING}Enclosures (3): as below.\n")
    assert kinds(counted) == ["enclosures"]


def test_a_file_of_the_campaign_that_is_not_enclosed_is_to_be_looked_at() -> None:
    assert kinds(case(campaign_files=(("Questionnaire", "a" * 64),))) == ["not-enclosed"]


@pytest.mark.parametrize("text", ["Enclosed please find the report.", "The report is attached."])
def test_a_text_that_speaks_of_an_enclosure_has_one(text: str) -> None:
    assert with_text(text) == ["enclosure-mentioned"]
    named = {**LAYOUT, "enclosures": ["Report"]}
    assert kinds(case(layout=named, files=(("Report", "a" * 64),), body=f"{OPENING}{text}\n")) == []


def test_what_may_be_attached_to_an_answer_is_no_enclosure() -> None:
    assert with_text("Supporting documents may be attached.") == []


@pytest.mark.parametrize("address", [INBOX, "Inputs@Leadership-Panel.example", "inputs@LEADERSHIP-PANEL.EXAMPLE"])
def test_the_offices_own_inbox_is_no_recipient_and_gets_no_copy(address: str) -> None:
    assert "inbox" in kinds(case(to=(address,)))
    assert "inbox" in kinds(case(copies=(address,)))
    assert "inbox" not in kinds(case(copies=("inputs@another.example",)))


def test_a_letter_without_an_address_or_in_another_language_is_to_be_looked_at() -> None:
    assert kinds(case(replace(MISSION, emails=()))) == ["no-address"]
    assert kinds(case(replace(MISSION, language="fr"))) == ["language"]
    assert kinds(case(replace(MISSION, language="fr"), own_language="en")) == [], "the campaign says so"
    assert kinds(case(replace(MISSION, language_assumed=True))) == ["language-assumed"]


def test_a_deadline_comes_after_the_date() -> None:
    assert kinds(case(deadline=date(2025, 1, 27))) == ["deadline"]
    assert kinds(case(deadline=date(2025, 1, 28))) == []


def test_a_record_that_changed_since_is_shown_beside_what_the_letter_says() -> None:
    before = case()
    letter = case(held_by(full_name="Grace Abdi", family_name="Abdi"), address_block=before.address_block)
    assert kinds(letter) == ["record"]
    assert "by the record it is “Her Excellency Ms. Grace Abdi" in sentences(letter)
    assert kinds(case(replace(MISSION, emails=("new@mission.example",)), to=("mission@mission.example",))) == ["record"]


def test_a_record_by_which_nobody_can_be_addressed_now_is_to_be_looked_at() -> None:
    assert kinds(case(found=None, trouble="Nobody can be addressed so.")) == ["record"]
