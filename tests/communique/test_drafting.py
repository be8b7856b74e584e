"""A draft is counts and verbatim extracts: numbered, bound to its passages, the same for the same inputs."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from outreach.communique import shelf
from outreach.communique.guarding import places
from outreach.communique.models import CommuniqueVersion, ParagraphKind
from outreach.contacts.models import StakeholderGroup
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import setting_aside
from outreach.inputs.models import AttributionLevel, Stance
from outreach.responses.models import ResponseState
from tests.cast import DANA, KIM, NOON, RENE
from tests.communique.world import CIVIL, PRIVATE, World

LEVELS = [*AttributionLevel, None]


def texts(version: CommuniqueVersion, kind: ParagraphKind = ParagraphKind.PARAGRAPH) -> list[str]:
    return [row.text for row in version.wordings if row.paragraph.kind is kind]


def of_themes(version: CommuniqueVersion) -> list[str]:
    return [row.text for row in version.wordings if row.basis.startswith("counts:")]


def chapters(version: CommuniqueVersion) -> list[str]:
    return texts(version, ParagraphKind.CHAPTER)


def test_a_theme_is_counted_by_group_and_quoted_word_for_word(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.said(world.organisation("Birch Rights", CIVIL), "Permanence, yes *indeed*.")
    version = world.draft()
    assert of_themes(version) == [
        "This theme was addressed by two contributors: one from civil society and one from the technical community.",
        "Support was expressed by two contributors:",
    ]
    assert texts(version, ParagraphKind.QUOTATION) == ["Make the Forum permanent.", "Permanence, yes *indeed*."]
    assert chapters(version) == ["Preamble", "Permanent mandate", "Call to Member States"]


def test_a_lone_contributor_is_counted_in_plain_words(world: World) -> None:
    world.said(world.organisation("Birch Rights", CIVIL), "Permanence, yes.")
    assert of_themes(world.draft("en"))[0] == "This theme was addressed by one contributor from civil society."
    assert of_themes(world.draft("fr"))[0] == "Ce thème a été abordé par un contributeur de la société civile."


def test_the_title_and_the_letters_are_those_of_the_campaign(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.letter(world.organisation("Silent Body"))
    version = world.draft()
    assert version.title == "Communiqué of the IGF Leadership Panel to Member States"
    sentence = next(text for text in texts(version) if text.startswith("A total of"))
    assert "A total of two letters, dated 20 January 2025, were addressed to two addressees." in sentence
    assert "one answer of substance had been received from one contributor" in sentence


def test_positions_stand_under_sub_heads_but_never_a_lone_one(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.said(world.organisation("Birch Net"), "Permanence, please.")
    assert texts(world.draft(), ParagraphKind.SUBHEAD) == []
    world.said(world.organisation("Cedar Net"), "Ten years suffice.", stance=Stance.OPPOSES)
    assert texts(world.draft(), ParagraphKind.SUBHEAD) == ["Support", "Opposition"]


def test_themes_that_few_addressed_stand_together(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Train the young.", AttributionLevel.ATTRIBUTED, "wsis20-youth")
    world.said(world.organisation("Birch Net"), "Mind the machines.", AttributionLevel.ATTRIBUTED, "wsis20-ai")
    version = world.draft()
    assert chapters(version) == ["Preamble", "Further themes", "Call to Member States"]
    assert texts(version, ParagraphKind.SUBHEAD) == ["Youth", "Artificial intelligence"]


def test_what_is_marked_under_another_codebook_only_is_not_lost(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Keep us safe.", AttributionLevel.ATTRIBUTED, "iww-4")
    version = world.draft()
    assert "Safe and secure" in chapters(version)
    assert texts(version, ParagraphKind.QUOTATION) == ["Keep us safe."]


def test_a_passage_under_two_themes_is_quoted_once_and_referred_to(world: World) -> None:
    world.said(
        world.organisation("Alder Net"), "Fund it for good.", AttributionLevel.ATTRIBUTED, "wsis20-mandate", "wsis20-funding"
    )
    world.said(world.organisation("Birch Net"), "Permanence, please.")
    world.said(world.organisation("Cedar Net"), "Money matters.", AttributionLevel.ATTRIBUTED, "wsis20-funding")
    version = world.draft()
    assert texts(version, ParagraphKind.QUOTATION).count("Fund it for good.") == 1
    quoted = next(place for place, row in places(version) if row.text == "Fund it for good.")
    assert of_themes(version)[-1] == f"Support was expressed by two contributors (see also {quoted}):"


def test_extracts_beyond_the_limit_are_left_to_the_annex_each_group_in_turn(world: World) -> None:
    for number in range(6):
        world.said(world.organisation(f"Net {number}"), f"Word {number} of the technical community.")
    world.said(world.organisation("Zebra Trade", PRIVATE), "A word of business.")
    version = world.draft()
    assert len(texts(version, ParagraphKind.QUOTATION)) == 4
    assert "A word of business." in texts(version, ParagraphKind.QUOTATION)
    assert "In addition to the extracts that follow, three are reproduced in annex I:" in of_themes(version)[-1]
    assert len(next(row for row in version.wordings if row.basis == "counts:supports").sources) == 7


@pytest.mark.parametrize("level", [AttributionLevel.CONFIDENTIAL, None])
def test_confidential_and_open_words_are_counted_and_not_shown(world: World, level: AttributionLevel | None) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    hidden = world.said(world.organisation("Birch Net"), "Never, we think.", level, stance=Stance.OPPOSES)
    version = world.draft()
    assert of_themes(version) == [
        "This theme was addressed by two contributors: one from the technical community and one not shown by group. "
        "The words of one of them are not reproduced.",
        "Support was expressed by one contributor:",
    ]
    assert hidden.id not in {source.passage_id for row in version.wordings for source in row.sources}
    assert "Never" not in world.markdown(version)


def test_a_theme_with_hidden_words_alone_has_no_chapter(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.said(world.organisation("Birch Net"), "Youth first.", AttributionLevel.CONFIDENTIAL, "wsis20-youth")
    assert chapters(world.draft()) == ["Preamble", "Permanent mandate", "Call to Member States"]


def test_a_draft_without_a_word_that_may_appear_is_refused(world: World) -> None:
    world.said(world.organisation("Birch Net"), "Never.", AttributionLevel.CONFIDENTIAL)
    with pytest.raises(Refused, match="No passage may appear yet"):
        world.draft()


def test_withdrawn_superseded_and_set_aside_inputs_are_not_used(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    for number, state in enumerate((ResponseState.WITHDRAWN, ResponseState.SUPERSEDED)):
        world.said(world.organisation(f"Gone {number}"), f"Old word {number}.").text.response.state = state
    aside = world.said(world.organisation("Off Topic"), "A courtesy.")
    setting_aside.set_aside(world.session, aside.text.response, "a courtesy", by=DANA, at=NOON)
    passage = world.said(world.organisation("Partly Off"), "A joke.")
    setting_aside.set_aside(world.session, passage, "a joke", by=DANA, at=NOON)
    assert texts(world.draft(), ParagraphKind.QUOTATION) == ["Make the Forum permanent."]


def test_two_drafts_of_the_same_inputs_have_the_same_text_and_the_same_paragraphs(world: World) -> None:
    for number in range(5):
        level = LEVELS[number]
        world.said(world.organisation(f"Net {number}"), f"Word {number}.", level, "wsis20-mandate", "wsis20-ai")
    first, second = world.draft(), world.draft()
    assert (first.number, second.number) == (1, 2)
    for one in (first, second):
        assert len({row.paragraph_id for row in one.wordings}) == len(one.wordings)
    assert [(row.paragraph_id, row.text) for row in first.wordings] == [(row.paragraph_id, row.text) for row in second.wordings]


def test_a_paragraph_that_was_gone_for_a_version_returns_with_its_number(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    passage = world.said(world.organisation("Birch Net"), "Train the young.", AttributionLevel.ATTRIBUTED, "wsis20-youth")
    first = {row.text: row.paragraph_id for row in world.draft().wordings}
    setting_aside.set_aside(world.session, passage, "for now", by=DANA, at=NOON)
    second = {row.text: row.paragraph_id for row in world.draft().wordings}
    assert "Train the young." not in second
    setting_aside.take_back(world.session, passage, by=DANA, at=NOON)
    third = {row.text: row.paragraph_id for row in world.draft().wordings}
    assert third["Train the young."] == first["Train the young."]
    assert third["Make the Forum permanent."] == second["Make the Forum permanent."] == first["Make the Forum permanent."]


def test_the_other_language_shares_number_paragraphs_and_order(world: World) -> None:
    for name in ("Alder Net", "Éclair Net", "Zebra Net"):
        world.said(world.organisation(name), f"Word of {name}.")
    english, french = world.draft("en"), world.draft("fr")
    assert english.number == french.number == 1
    assert [row.paragraph_id for row in english.wordings] == [row.paragraph_id for row in french.wordings]
    assert french.title == "Communiqué du Leadership Panel du FGI aux États Membres"
    assert of_themes(french)[1] == "Un appui a été exprimé par trois contributeurs :"
    assert texts(english, ParagraphKind.QUOTATION) == texts(french, ParagraphKind.QUOTATION)


def test_a_language_drafted_after_the_inputs_changed_is_another_version(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.draft("en")
    world.said(world.organisation("Birch Net"), "Please do.")
    assert world.draft("fr").number == 2


def test_a_draft_takes_the_same_number_of_queries_however_much_was_said(world: World) -> None:
    statements: list[str] = []
    connection = world.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *call: statements.append(call[2]))

    def reads() -> int:
        statements.clear()
        world.draft()
        world.session.expunge_all()
        return sum(statement.startswith("SELECT") for statement in statements)

    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.session.expunge_all()
    few = reads()
    world = World(world.session, count=100, known=shelf.campaigns_of(world.session, world.communique())[0])
    for number in range(30):
        world.said(world.organisation(f"Net {number}"), f"Word {number}.", LEVELS[number % 5])
    world.session.expunge_all()
    assert reads() <= few


def test_finding_versions_names_what_there_is(world: World) -> None:
    with pytest.raises(NotFound, match="There is no communiqué yet"):
        shelf.find(world.session)
    world.said(world.organisation("Alder Net"), "Make the Forum permanent.")
    world.draft()
    with pytest.raises(NotFound, match=r"there are: 1 \(en\)"):
        shelf.version(world.session, world.communique(), 7)
    shelf.new(world.session, "second", "wsis20", [world.campaign], by=KIM, at=NOON)
    with pytest.raises(Refused, match="second, wsis20; say which"):
        shelf.find(world.session)


def test_a_communique_needs_a_plain_name_a_campaign_and_a_drafter(world: World) -> None:
    with pytest.raises(Invalid, match="is no name for a communiqué"):
        shelf.new(world.session, "../x", "wsis20", [world.campaign], by=KIM, at=NOON)
    with pytest.raises(Invalid, match="one campaign at least"):
        shelf.new(world.session, "x", "wsis20", [], by=KIM, at=NOON)
    with pytest.raises(Refused, match="may not draft a communiqué"):
        shelf.new(world.session, "x", "wsis20", [world.campaign], by=RENE, at=NOON)


WORDS = st.sampled_from(
    ["Make it last.", "Fund it\n\nwell.", "« Oui », dit-il.", "- one\n- two", "50 reasons & <more>", "# 1. *x*"]
)
SAID = st.tuples(
    st.sampled_from([*StakeholderGroup]),
    WORDS,
    st.sampled_from(LEVELS),
    st.sampled_from([*Stance, None]),
    st.sets(st.sampled_from(["wsis20-mandate", "wsis20-funding", "wsis20-ai", "iww-4"]), min_size=1),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID, min_size=1, max_size=9))
def test_whatever_was_said_every_word_is_accounted_for_and_no_secret_is_told(world: World, said: list[tuple]) -> None:
    campaign = world.campaign
    with world.session.begin_nested() as trial:
        ours = World(world.session, count=1000, known=campaign)
        passages = {}
        for number, (group, words, level, stance, codes) in enumerate(said):
            organisation = ours.organisation(f"Qx{number}zz Body", group, acronym=f"QX{number}Z")
            passages[ours.said(organisation, words, level, *sorted(codes), stance=stance).id] = (number, words, level)
        shown = {n for n, (_, _, level) in passages.items() if level not in (None, AttributionLevel.CONFIDENTIAL)}
        if not shown:
            with pytest.raises(Refused):
                ours.draft()
        else:
            version = ours.draft()
            counted = {s.passage_id for row in version.wordings if row.basis == "counts:theme" for s in row.sources}
            assert counted == shown
            for row in version.wordings:
                if row.paragraph.kind is ParagraphKind.QUOTATION:
                    assert row.text == passages[row.sources[0].passage_id][1].strip()
            text = ours.markdown(version)
            numbers = re.findall(r"^(\d+)\. ", text.partition("# Annex I")[0], re.MULTILINE)
            body = [number for number in numbers if number]
            assert body == [str(n) for n in range(1, len(body) + 1)]
            assert len(body) >= len(texts(version))
            assert "%" not in text
            for number, _, level in passages.values():
                named = level in (AttributionLevel.ATTRIBUTED, AttributionLevel.ORGANISATION)
                assert (f"Qx{number}zz Body" in text) is named
        trial.rollback()
    world.session.expire_all()
