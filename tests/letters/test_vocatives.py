"""One vocative, the one on record, repeated in the close; one opening formula, at the beginning."""

from dataclasses import replace

import pytest

from outreach.letters.findings import doubt
from outreach.letters.vocatives import Spoken
from outreach.protocol import forms as protocol
from tests.letters.checked import MISSION, case, held_by, kinds, sentences
from tests.letters.desk import load_forms

VACANT = replace(MISSION, holder=None)
EXECUTIVE = replace(held_by(rank=None), kind="chief-executive", seat="", title="Chief Executive Officer")


@pytest.mark.parametrize("language", ["en", "fr", "es", "ru"])
@pytest.mark.parametrize("gender", ["female", "male"])
@pytest.mark.parametrize("rank", ["ambassador", "charge", "foreign-minister", "head-of-state", "director", None])
def test_what_protocol_writes_passes_its_own_check(language: str, gender: str, rank: str | None) -> None:
    try:
        letter = case(held_by(replace(MISSION, language=language), gender=gender, rank=rank), language=language)
    except protocol.Unaddressable:
        return  # such a letter is not drafted
    assert [kind for kind in kinds(letter) if kind not in ("awaits", "rank")] == []


def test_a_letter_to_a_vacant_post_and_one_to_an_executive_pass_as_well() -> None:
    assert kinds(case(VACANT)) == ["vacant"]
    assert kinds(case(EXECUTIVE)) == []
    two = replace(EXECUTIVE, post_id=2, organisation_name="Another")
    assert [kind for kind in kinds(case(MISSION, two)) if kind != "joint"] == []


def test_the_close_repeats_the_vocative_of_the_salutation() -> None:
    letter = case(close="Accept, Sir, the assurances of my highest consideration.")
    assert kinds(letter)[0] == "closing-vocative"
    assert "begins with “Excellency,” and closes with “Sir”" in sentences(letter)
    assert "closing-vocative" in kinds(case(close="With my regards, Madam, as ever."))


def test_a_salutation_of_a_persons_own_may_be_repeated_with_its_dear_or_without() -> None:
    own = held_by(salutation="My dear Colleague,", close="Accept, Colleague, the assurances of my highest consideration.")
    assert kinds(case(own)) == []


def test_excellency_is_only_for_those_who_have_it() -> None:
    excellency = case()
    charge = case(held_by(rank="charge"), salutation=excellency.salutation, close=excellency.close)
    assert kinds(charge)[0] == "vocative"
    assert "It says “Excellency”; by the record the salutation is “Madam,”." in sentences(charge)
    assert "vocative" in kinds(case(EXECUTIVE, salutation=excellency.salutation))
    own = held_by(EXECUTIVE, salutation="Excellency,", close=excellency.close)
    assert "vocative" not in kinds(case(own)), "a person's own record wins"


def test_somebody_who_has_it_is_not_called_sir() -> None:
    assert "vocative" in kinds(case(salutation="Sir,", close="Accept, Sir, the assurances of my highest consideration."))


@pytest.mark.parametrize(
    "changes",
    [
        {"salutation": "Excellency, Mr. Ambassador,"},
        {"body": "Excellency,\n\nI have the honour to write.\n"},
        {"body": "I have the honour to ask you, Madam, for your views.\n"},
        {"body": "I have the honour to write.\n\nAccept, Excellency, the assurances of my highest consideration.\n"},
    ],
    ids=["in the salutation", "the salutation again", "in the text", "the close again"],
)
def test_a_second_vocative_is_found(changes: dict[str, str]) -> None:
    assert "second-vocative" in kinds(case(**changes))


def test_the_vocative_of_the_letter_may_stand_in_its_text_and_joint_ones_in_their_list() -> None:
    assert "second-vocative" not in kinds(case(body="I have the honour, Excellency, to write. I have the honour to end.\n"))
    assert "second-vocative" not in kinds(case(MISSION, replace(held_by(rank="charge"), post_id=2)))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("I write to you.\n", "stands 0 times"),
        ("I have the honour to write, and I have the honour to ask.\n", "stands 2 times"),
        ("Now I have the honour to write.\n", "does not begin the text"),
    ],
)
def test_the_opening_formula_stands_once_at_the_beginning(body: str, words: str) -> None:
    letter = case(body=body)
    assert kinds(letter) == ["opening"]
    assert words in sentences(letter)


def test_a_printed_apostrophe_or_a_line_break_is_no_other_formula() -> None:
    mission = replace(MISSION, language="fr")
    assert kinds(case(mission, language="fr", body="J’ai\nl’honneur de vous écrire.\n")) == []


def test_a_letter_that_is_not_formal_needs_no_formula() -> None:
    assert kinds(case(EXECUTIVE, body="May I ask you for your views?\n")) == []


def test_the_vocative_of_a_close_is_read_by_the_forms_of_its_language() -> None:
    spoken = Spoken.of(load_forms("fr"))
    close = "Veuillez agréer, Monsieur l’Ambassadeur, les assurances de ma très haute considération."
    assert spoken.closing(close) == "Monsieur l'Ambassadeur"
    assert spoken.closing("Je vous prie d'agréer l'expression de mes sentiments les meilleurs.") == ""


@pytest.mark.parametrize(
    ("post", "kind"),
    [
        (VACANT, "vacant"),
        (held_by(confirmed=False), "unconfirmed"),
        (held_by(rank=None), "rank"),
        (held_by(gender=None), "gender"),
        (held_by(full_name="H.E. Ada Kamau"), "honorific"),
        (held_by(rank="foreign-minister"), "awaits"),
    ],
)
def test_each_doubt_of_protocol_has_a_kind_by_which_it_is_confirmed(post, kind: str) -> None:
    assert kind in kinds(case(post))
    assert "other" not in kinds(case(post))


def test_a_sentence_that_nobody_knows_is_to_be_confirmed_all_the_same() -> None:
    assert doubt("The moon is full.").kind == "other"
    assert kinds(case(noted=("The moon is full.", "The language is assumed, not confirmed: kenya."))) == ["other"]
