"""A contributor is named exactly as far as was allowed, and a group is told only where it hides its members."""

import pytest

from outreach.communique.models import ParagraphKind
from outreach.contacts.models import Organisation, OrganisationName, Person, RegionalGroup
from outreach.inputs.models import AttributionLevel, Passage
from tests.cast import NOON
from tests.communique.world import CIVIL, GOVERNMENT, PRESS, TECHNICAL, World

GROUP, CONFIDENTIAL = AttributionLevel.GROUP, AttributionLevel.CONFIDENTIAL
ATTRIBUTED, ORGANISATION = AttributionLevel.ATTRIBUTED, AttributionLevel.ORGANISATION


@pytest.fixture
def li(world: World) -> Person:
    person = Person(full_name="Li Example", given_name="Example", family_name="Li")
    world.session.add(person)
    world.session.flush()
    return person


def label(world: World, passage: Passage) -> str:
    """What stands under the quotation of `passage` in the Markdown."""
    text = world.markdown(world.draft())
    quoted = text.partition(passage.text.content)[2]
    return quoted.partition("> — ")[2].partition("\n")[0]


def test_an_attributed_input_names_person_and_organisation(world: World, li: Person) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.", ATTRIBUTED, person=li)
    assert label(world, passage) == "Li Example, Alder Net"
    assert "- Alder Net (Li Example)" in world.markdown(world.draft())


def test_by_organisation_only_leaves_the_person_out(world: World, li: Person) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.", ORGANISATION, person=li)
    assert label(world, passage) == "Alder Net"
    assert "Li Example" not in world.markdown(world.draft())


def test_an_erased_person_is_not_named(world: World, li: Person) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.", ATTRIBUTED, person=li)
    li.erased_at = NOON
    world.session.flush()
    assert label(world, passage) == "Alder Net"


def test_who_speaks_on_behalf_of_others_says_so(world: World) -> None:
    passage = world.said(world.organisation("Alderland", GOVERNMENT, region=RegionalGroup.WEOG), "Make it last.")
    passage.text.response.on_behalf_of = "the Group of Friends"
    assert label(world, passage) == "Alderland, on behalf of the Group of Friends"


def test_an_unknown_author_is_named_as_they_signed(world: World) -> None:
    assert label(world, world.said(None, "Make it last.", ATTRIBUTED, name="Pat Passerby")) == "Pat Passerby"


def test_an_unknown_author_by_organisation_only_is_a_contributor(world: World) -> None:
    assert label(world, world.said(None, "Make it last.", ORGANISATION, name="Pat Passerby")) == "a contributor"


@pytest.mark.parametrize(("members", "says"), [(2, "a contributor"), (3, "a contributor from the technical community")])
def test_a_group_is_told_from_three_members_on(world: World, members: int, says: str) -> None:
    passages = [world.said(world.organisation(f"Net {n}"), f"Word {n}.", GROUP) for n in range(members)]
    # Those who may be named, or are counted only, hide nobody.
    world.said(world.organisation("Named Net"), "Named word.")
    world.said(world.organisation("Hidden Net"), "Hidden word.", CONFIDENTIAL)
    assert label(world, passages[0]) == says


def test_three_answers_of_one_body_are_one_member(world: World) -> None:
    body = world.organisation("Net")
    passages = [world.said(body, f"Word {n}.", GROUP) for n in range(3)]
    assert label(world, passages[0]) == "a contributor"


def test_a_passage_may_be_stricter_than_its_answer(world: World) -> None:
    text = world.answer(world.organisation("Alder Net"), "Make it last. But who pays?")
    world.mark(text, "Make it last.")
    passage = world.mark(text, "But who pays?")
    world.allow(text, GROUP, passage)
    text_out = world.markdown(world.draft())
    assert "But who pays?\n>\n> — a contributor\n" in text_out
    assert "Make it last.\n>\n> — Alder Net\n" in text_out


def test_names_are_those_of_the_language_and_listed_in_its_order(world: World) -> None:
    def state(english: str, french: str) -> Organisation:
        organisation = world.organisation(english, GOVERNMENT, region=RegionalGroup.WEOG)
        organisation.names = [OrganisationName(language="fr", short=french)]
        return organisation

    for english, french in (("Germany", "Allemagne"), ("Spain", "Espagne"), ("Zambia", "Zambie"), ("Egypt", "Égypte")):
        world.said(state(english, french), f"Word of {english[:2]}.")
    lists = [world.markdown(world.draft(language)).partition("# Annex")[2] for language in ("en", "fr")]
    lists[0] = lists[0].partition("Annex II")[2]
    lists[1] = world.markdown(world.draft("fr")).partition("Annexe II")[2]
    found = [[line[2:] for line in text.splitlines() if line.startswith("- ")] for text in lists]
    assert found == [["Egypt", "Germany", "Spain", "Zambia"], ["Allemagne", "Égypte", "Espagne", "Zambie"]]


def test_a_contributor_with_an_approved_designation_carries_its_note(world: World) -> None:
    organisation = world.organisation("Alder Area", CIVIL)
    organisation.designation_note = "Designation used without prejudice."
    world.said(organisation, "Make it last.")
    assert "Designation used without prejudice." in world.markdown(world.draft())


def test_an_area_that_is_no_member_state_stands_in_no_count_of_states(world: World) -> None:
    for number in range(3):
        world.said(world.organisation(f"State {number}", GOVERNMENT, region=RegionalGroup.AFRICAN), f"Word {number}.")
    area = world.organisation("Alder Area", GOVERNMENT)
    area.designation_note = "Designation used without prejudice."
    world.said(area, "Make it last.")
    text = world.markdown(world.draft())
    counted = [line for line in text.splitlines() if line.startswith("| African States")]
    assert [cell.strip() for cell in counted[0].strip("|").split("|")][1:] == ["3", "3", "3", "0"]
    assert "Alder Area" in text


def test_counts_by_group_tell_no_group_that_could_point_at_somebody(world: World) -> None:
    world.said(world.organisation("Alder Net", TECHNICAL), "Make it last.")
    world.said(world.organisation("Daily Press", PRESS), "Word of the press.", GROUP)
    version = world.draft()
    counts = next(row.text for row in version.wordings if row.basis == "counts:theme")
    assert counts == (
        "This theme was addressed by two contributors: one from the technical community and one not shown by group."
    )
    assert "from the press" not in "".join(r.text for r in version.wordings if r.paragraph.kind is ParagraphKind.PARAGRAPH)
