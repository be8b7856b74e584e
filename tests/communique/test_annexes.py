"""The annexes: every input that may appear, who may be named, and numbers that point at nobody."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outreach.communique import counting, gathering
from outreach.communique.counting import FEWEST
from outreach.contacts.models import RegionalGroup, StakeholderGroup
from outreach.inputs import coding, setting_aside, translating
from outreach.inputs.models import AttributionLevel, InputText
from outreach.letters.models import LetterRelation, LetterState, RelationKind
from outreach.responses.models import ResponseKind
from tests.cast import DANA, NOON
from tests.communique.world import CIVIL, GOVERNMENT, PRESS, TECHNICAL, World
from tests.inputs.answers import text_of

GROUP = AttributionLevel.GROUP


def annex(world: World, number: str, language: str = "en") -> str:
    text = world.markdown(world.draft(language))
    return re.split(r"^# ", text.partition(f" {number}. ")[2], flags=re.MULTILINE)[0]


def rows(text: str) -> dict[str, list[str]]:
    """The lines of all tables by their first cell, whether bold or not."""
    lines = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| ")]
    return {line[0]: line[1:] for line in lines}


def test_inputs_stand_by_theme_word_for_word_with_their_authors(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it *last*.\n\nFor good.")
    world.said(
        world.organisation("Birch Net"), "Train the young.", AttributionLevel.ATTRIBUTED, "wsis20-youth", "wsis20-mandate"
    )
    text = annex(world, "Annex I")
    assert "### 1. Alder Net\n\n> Make it *last*.\n>\n> For good.\n" in text
    assert text.index("## Permanent mandate") < text.index("### 2. Birch Net") < text.index("## Youth")
    assert "See also entry 2 above." in text.partition("## Youth")[2]


def test_the_input_of_a_state_is_marked_as_received_unless_that_would_tell_a_state(world: World) -> None:
    world.said(world.organisation("Alderland", GOVERNMENT, region=RegionalGroup.WEOG), "Make it last.")
    assert "Reproduced as received." in world.markdown(world.draft())
    assert "### 1. Alderland[^1]" in annex(world, "Annex I")


def test_a_state_that_may_not_be_told_is_not_marked_as_one(world: World) -> None:
    world.said(world.organisation("Alderland", GOVERNMENT, region=RegionalGroup.WEOG), "Make it last.", GROUP)
    text = world.markdown(world.draft())
    assert "### 1. A contributor\n" in text
    assert "Reproduced as received" not in text


@pytest.mark.parametrize(("language", "says"), [("en", "[Original: French]"), ("fr", "[Original\u202f: anglais]")])
def test_words_in_another_language_name_it(world: World, language: str, says: str) -> None:
    world.said(world.organisation("Alder Net"), "Pérennisez le Forum.", language="fr")
    world.said(world.organisation("Birch Net"), "Make it last.", language="en")
    assert annex(world, "Annex I" if language == "en" else "Annexe I", language).count(says) == 1


def test_a_translation_names_the_language_it_was_made_from(world: World) -> None:
    original = world.answer(world.organisation("Alder Net"), "Pérennisez le Forum.", language="fr")
    translation: InputText = text_of(world.session, original.response, "Make it permanent.", origin="translation")
    translation.translation_of_id = original.id
    passage = world.mark(translation, "Make it permanent.")
    shown = annex(world, "Annex I")
    assert "### 1. Alder Net [unofficial translation from French]" in shown
    assert "Pérennisez" not in shown
    translating.link(world.session, passage, coding.find_words(original, "Pérennisez le Forum."), by=DANA, at=NOON)
    assert "Original (French):\n\n> Pérennisez le Forum." in annex(world, "Annex I")


def test_those_who_may_not_be_named_are_counted_by_group_from_three_on(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    for number in range(3):
        world.said(
            world.organisation(f"Hidden {number}", CIVIL),
            f"Word {number}.",
            [GROUP, None, AttributionLevel.CONFIDENTIAL][number],
        )
    world.said(world.organisation("Daily Press", PRESS), "Word of one.", GROUP)
    text = annex(world, "Annex II")
    assert "- Alder Net" in text
    assert (
        "In addition, four contributors are counted but not named: three from civil society and one not shown by group." in text
    )


def test_the_overall_table_counts_letters_answers_and_silence(world: World) -> None:
    alder = world.organisation("Alder Net")
    letter = world.letter(alder)
    world.said(alder, "Make it last.", letter=letter)
    reminder = world.letter(alder)
    world.session.add(LetterRelation(letter_id=reminder.id, other_id=letter.id, kind=RelationKind.REMINDS))
    world.letter(world.organisation("Silent Net"))
    world.letter(world.organisation("Draft Net"), state=LetterState.DRAFT)
    world.answer(world.organisation("Thankful Net"), "Thank you.", kind=ResponseKind.ACKNOWLEDGEMENT)
    aside = world.answer(world.organisation("Off Topic"), "A courtesy.")
    setting_aside.set_aside(world.session, aside.response, "a courtesy", by=DANA, at=NOON)
    found = rows(annex(world, "Annex III"))
    assert {name: cells[0] for name, cells in found.items() if len(cells) == 1 and name not in ("---", "Matter")} == {
        "Letters": "4",
        "Reminders": "1",
        "Addressees": "4",
        "Answers of substance": "2",
        "Answers of substance whose words are reproduced": "1",
        "Answers of substance that are counted, their words not reproduced": "0",
        "Answers of substance set aside by the office, with a recorded reason": "1",
        "Acknowledgements, questions and answers declining to contribute": "1",
        "Addressees from whom no answer of any kind was received": "1",
    }


def test_a_correction_is_no_letter_of_its_own_and_its_answer_counts(world: World) -> None:
    alder = world.organisation("Alder Net")
    letter = world.letter(alder)
    correction = world.letter(alder)
    world.session.add(LetterRelation(letter_id=correction.id, other_id=letter.id, kind=RelationKind.CORRECTS))
    world.said(alder, "Make it last.", letter=correction)
    found = rows(annex(world, "Annex III"))
    assert found["Letters"] == ["1"]
    assert found["Reminders"] == ["0"]
    assert found["Addressees from whom no answer of any kind was received"] == ["0"]


def test_groups_and_regions_are_counted_with_their_silence(world: World) -> None:
    for number in range(3):
        world.said(world.organisation(f"Net {number}"), f"Word {number}.")
        world.letter(world.organisation(f"State {number}", GOVERNMENT, region=RegionalGroup.AFRICAN))
    world.letter(world.organisation("Daily Press", PRESS))
    found = rows(annex(world, "Annex III"))
    assert found["Technical community"] == ["3", "3", "3", "0"]
    assert found["Governments"] == ["3", "3", "0", "3"]
    assert found["African States"] == ["3", "3", "0", "3"]
    assert found["Other groups"] == ["1", "1", "0", "1"]
    assert "Press" not in found


def test_regions_that_are_all_large_enough_stand_alone(world: World) -> None:
    for number in range(15):
        region = list(RegionalGroup)[number % 5]
        world.said(world.organisation(f"State {number}", GOVERNMENT, region=region), f"Word {number}.")
    found = rows(annex(world, "Annex III").partition("Table 3")[2])
    assert [name for name in found if name.endswith("States")] == [
        "African States",
        "Asia-Pacific States",
        "Eastern European States",
        "Latin American and Caribbean States",
        "Western European and other States",
    ]
    assert "Other groups" not in found
    assert found["Total"] == ["15", "15", "15", "0"]


@pytest.mark.parametrize(
    ("language", "annex_named", "title", "says"),
    [
        (
            "en",
            "Annex III",
            "Table 3. By regional group",
            "in which the organization addressed has its seat. It leaves out four addressees that have no such group, with the "
            "four letters counted under them. It also leaves out three answers of substance, from contributors that have no "
            "such group or whose answers table 2 does not show by group.",
        ),
        (
            "fr",
            "Annexe III",
            "Tableau 3. Par groupe régional",
            "celui de l'État où l'organisation destinataire a son siège. N'y figurent pas quatre destinataires sans groupe "
            "régional, ni les quatre lettres comptées à ce titre. N'y figurent pas non plus trois réponses de fond, de "
            "contributeurs sans groupe régional ou dont les réponses figurent au tableau 2 sans indication de groupe.",
        ),
    ],
)
def test_the_table_by_region_says_whom_it_leaves_out(
    world: World, language: str, annex_named: str, title: str, says: str
) -> None:
    for number in range(3):
        world.said(world.organisation(f"Net {number}", region=RegionalGroup.WEOG), f"Word {number}.")
        world.letter(world.organisation(f"Nowhere {number}"))
    world.said(world.organisation("Hidden Net", region=RegionalGroup.WEOG), "Hush.", GROUP)
    world.said(world.organisation("Global Net"), "Word of all.")
    world.answer(world.organisation("Hidden Press", PRESS, region=RegionalGroup.WEOG), "Hush.", None)
    text = annex(world, annex_named, language)
    found = rows(text.partition(title)[2])
    assert says in text
    assert found["Total"][:3] == ["5", "5", "3"]


def test_the_table_by_region_of_a_campaign_to_states_leaves_nobody_out(world: World) -> None:
    for number in range(3):
        world.said(world.organisation(f"State {number}", GOVERNMENT, region=RegionalGroup.AFRICAN), f"Word {number}.")
    text = annex(world, "Annex III")
    assert "Every addressee is in it.\n" in text


def test_every_answer_of_substance_is_reproduced_or_counted_or_set_aside(world: World) -> None:
    for number, level in enumerate([AttributionLevel.ATTRIBUTED, GROUP, AttributionLevel.CONFIDENTIAL, None]):
        world.said(world.organisation(f"Net {number}"), f"Word {number}.", level)
    aside = world.answer(world.organisation("Off Topic"), "A courtesy.")
    setting_aside.set_aside(world.session, aside.response, "a courtesy", by=DANA, at=NOON)
    found = {name: cells[0] for name, cells in rows(annex(world, "Annex III").partition("Table 2")[0]).items()}
    parts = [cells for name, cells in found.items() if name.startswith("Answers of substance ")]
    assert (found["Answers of substance"], parts) == ("5", ["2", "2", "1"])


def test_answers_that_would_point_at_somebody_are_counted_apart_and_silence_is_left_out(world: World) -> None:
    for number in range(4):
        world.said(world.organisation(f"Net {number}"), f"Word {number}.")
        world.letter(world.organisation(f"Rights {number}", CIVIL))
    world.said(world.organisation("Hidden Rights", CIVIL), "Hush.", GROUP)
    found = rows(annex(world, "Annex III"))
    assert found["Civil society"] == ["5", "5", "0"]
    assert found["Answers not shown by group"] == ["", "", "1"]
    assert found["Total"][:3] != ["", "", ""]


def test_the_caveat_on_representativeness_stands_with_the_numbers(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    text = annex(world, "Annex III")
    caveat = "The numbers reflect only those who were addressed and those who contributed. They are not statistically"
    assert caveat in text.partition("Table 1")[0]


CASE = st.tuples(st.sampled_from([TECHNICAL, CIVIL, GOVERNMENT, PRESS]), st.sampled_from([*AttributionLevel, None]))


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CASE, max_size=9))
def test_the_numbers_add_up_and_no_group_of_one_or_two_unnamed_is_told(world: World, cases: list[tuple]) -> None:
    campaign = world.campaign
    with world.session.begin_nested() as trial:
        ours = World(world.session, count=1000, known=campaign)
        for number, (group, level) in enumerate(cases):
            region = RegionalGroup.WEOG if group is GOVERNMENT else None
            ours.answer(ours.organisation(f"Body {number}", group, region=region), f"Word {number}.", level)
        material = gathering.gather(world.session, [campaign], until=NOON)
        figures = counting.count(world.session, [campaign], until=NOON)
        groups = counting.by_group(figures, material)
        assert groups.total.answers == len(cases)
        assert groups.total.letters == groups.total.addressees == len(cases)
        named = {AttributionLevel.ATTRIBUTED, AttributionLevel.ORGANISATION}
        for group in StakeholderGroup:
            unnamed = sum(g is group and level not in named for g, level in cases)
            whole = sum(g is group for g, level in cases)
            shown = next((row.answers for row in groups.rows if row.name == group.value), None)
            if shown is not None:
                assert shown == (whole if unnamed == 0 or unnamed >= FEWEST else whole - unnamed)
        assert counting.by_region(figures, material).total.answers <= sum(g is GOVERNMENT for g, _ in cases)
        trial.rollback()
    world.session.expire_all()
