"""The dossier: whatever a paragraph rests on can be shown line by line, and what was left out on its theme as well."""

import pytest
from sqlalchemy import update

from outreach.communique import dossier
from outreach.communique.dossier import Entry
from outreach.communique.models import ParagraphKind
from outreach.inputs import setting_aside
from outreach.inputs.coding import Altered
from outreach.inputs.models import AttributionLevel, InputText, Stance
from outreach.responses.models import Response
from outreach.typesetting import to_text
from tests.cast import DANA, NOON
from tests.communique.world import World
from tests.counting import asked


def of(world: World) -> list[Entry]:
    return dossier.of_version(world.session, world.draft())


def on_the_mandate(entries: list[Entry]) -> Entry:
    return next(entry for entry in entries if entry.kind is ParagraphKind.PARAGRAPH and entry.sources)


def test_each_passage_stands_under_its_paragraph_with_author_permission_and_coder(world: World) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.", AttributionLevel.GROUP, stance=Stance.SUPPORTS)
    (witness,) = on_the_mandate(of(world)).sources
    assert (witness.passage_id, witness.words, witness.authors) == (passage.id, "Make it last.", ("Alder Net",))
    assert (witness.level, witness.evidence) == (AttributionLevel.GROUP, "the box ticked")
    assert (witness.coded_by, witness.themes) == (DANA.name, (("wsis20-mandate", Stance.SUPPORTS),))


def test_evidence_for_a_passage_counts_before_that_for_its_answer(world: World) -> None:
    text = world.answer(world.organisation("Alder Net"), "Make it last.")
    world.allow(text, AttributionLevel.GROUP, world.mark(text, "Make it last."))
    world.session.flush()
    assert on_the_mandate(of(world)).sources[0].level is AttributionLevel.GROUP


def test_what_was_left_out_on_a_theme_stands_once_with_the_reason_and_who_gave_it(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    aside = world.said(world.organisation("Birch Net"), "Off the point.")
    setting_aside.set_aside(world.session, aside, "speaks of another forum", by=DANA, at=NOON)
    whole = world.said(world.organisation("Cedar Net"), "Sent twice.")
    setting_aside.set_aside(world.session, world.session.get_one(Response, whole.text.response_id), "a copy", by=DANA, at=NOON)
    entries = of(world)
    left_out = [(one.words, one.aside, one.aside_by) for entry in entries for one in entry.left_out]
    assert left_out == [
        ("Off the point.", "speaks of another forum", DANA.name),
        ("Sent twice.", "a copy", DANA.name),
    ]


def test_a_translation_stands_beside_its_original(world: World) -> None:
    original = world.answer(world.organisation("Aulne"), "Qu'il dure.", language="fr")
    text = InputText(
        response_id=original.response_id,
        origin="translation",
        extractor="a translator",
        language="en",
        translation_of_id=original.id,
        made_at=NOON,
        sha256="0" * 64,
        content="Let it last.",
    )
    world.session.add(text)
    world.session.flush()
    world.mark(text, "Let it last.")
    (witness,) = on_the_mandate(of(world)).sources
    assert (witness.words, witness.original, witness.original_language) == ("Let it last.", "Qu'il dure.", "fr")


def test_the_printed_dossier_tells_a_source_once_under_each_paragraph_and_not_again_where_it_is_quoted(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    printed = dossier.document(version, dossier.of_version(world.session, version))
    told = to_text(printed.blocks)
    # One paragraph counts who spoke, the next quotes them.
    assert told.count("Make it last.") == 2
    assert "Rests on 1 passage." in told
    assert "Alder Net: answer 1, passage 1. May be named: attributed (the box ticked)." in " ".join(told.split())


def test_a_dossier_takes_no_more_queries_however_much_there_is(world: World) -> None:
    world.said(world.organisation("Alder Net"), "Make it last.")
    few = _queries(world)
    for n in range(12):
        passage = world.said(world.organisation(f"Birch {n}"), f"Words {n}.")
        if n % 2:
            setting_aside.set_aside(world.session, passage, "off the point", by=DANA, at=NOON)
    assert _queries(world) == few <= 16


def _queries(world: World) -> int:
    version = world.draft()
    with asked(world.session.get_bind()) as said:
        dossier.of_version(world.session, version)
    return len(said)


def test_altered_words_are_not_told_as_if_they_had_been_received(world: World) -> None:
    passage = world.said(world.organisation("Alder Net"), "Make it last.")
    version = world.draft()
    world.session.execute(update(InputText).where(InputText.id == passage.text_id).values(content="Let it end..."))
    world.session.expire_all()
    with pytest.raises(Altered):
        dossier.of_version(world.session, version)
