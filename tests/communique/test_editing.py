"""Editing a version: words, sources and order by people, and what the guards say to them."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from outreach import journal
from outreach.communique import basing, comparing, editing, exporting, ordering, using, versions
from outreach.communique.comparing import Change
from outreach.communique.composing import Edition
from outreach.communique.models import CommuniqueVersion, Paragraph, ParagraphKind, VersionState, Wording
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import setting_aside
from outreach.inputs.models import AttributionLevel, Passage, Stance
from tests.cast import CHAIR, DANA, NOON, RENE
from tests.communique.world import CIVIL, World

ACT: dict[str, Any] = {"by": DANA, "at": NOON}


@pytest.fixture
def passage(world: World) -> Passage:
    """Of Alder Net, in favour; Birch Rights is against."""
    found: Passage = world.said(world.organisation("Alder Net"), "Make it last.")
    world.said(world.organisation("Birch Rights", CIVIL), "Ten years suffice.", stance=Stance.OPPOSES)
    return found


@pytest.fixture
def version(world: World, passage: Passage) -> CommuniqueVersion:
    """A draft of what they said."""
    return world.draft()


def row_of(version: CommuniqueVersion, basis: str) -> Wording:
    return next(row for row in version.wordings if basing.edited(row.basis) == basing.edited(basis))


def read(world: World, version: CommuniqueVersion) -> CommuniqueVersion:
    """As the next who opens it finds it."""
    world.session.flush()
    world.session.expire_all()
    return version


def edit(world: World, version: CommuniqueVersion, was: str, text: str, **more: Any) -> Wording:
    return editing.edit(world.session, version, row_of(version, was).paragraph_id, text, **more, **ACT)


def test_an_edited_paragraph_keeps_its_number_and_the_register_keeps_both_wordings(
    world: World, version: CommuniqueVersion
) -> None:
    row, counter = row_of(version, "template:preamble_decision"), version.version
    paragraph, before = row.paragraph_id, row.text
    edit(world, version, row.basis, "The Panel *met*.")
    assert "1. The Panel *met*." in world.markdown(read(world, version))
    assert row.paragraph_id == paragraph
    assert version.version == counter + 1
    entry, values = journal.latest(world.session, about=f"¶ {paragraph}")[-1]
    assert (entry.verb, entry.actor) == ("edited", DANA.name)
    assert (values["before"], values["after"]) == (before, "The Panel *met*.")


def test_the_same_words_again_change_nothing(world: World, version: CommuniqueVersion) -> None:
    edit(world, version, "template:preamble_decision", "The Panel met.")
    counter = version.version
    edit(world, version, "template:preamble_decision", " The Panel\nmet. ")
    assert version.version == counter


def test_an_edited_paragraph_is_the_same_one_when_the_communique_is_drafted_anew(
    world: World, version: CommuniqueVersion
) -> None:
    edited = edit(world, version, "counts:theme", "Two spoke.")
    again = world.draft()
    assert row_of(again, "counts:theme").paragraph_id == edited.paragraph_id
    assert [row.paragraph_id for row in again.wordings] == [row.paragraph_id for row in version.wordings]


def test_a_chapter_keeps_its_mark_when_its_heading_is_edited(world: World, version: CommuniqueVersion) -> None:
    edit(world, version, "head:preamble", "Introduction")
    edit(world, version, "head:call", "What we ask")
    words = world.markdown(read(world, version))
    assert "\n# Introduction" in words.replace("## ", "# ")
    assert "I. Introduction" not in words
    assert "What we ask" in words


@pytest.mark.parametrize("marks", ["“{}”", "« {} »", '"{}"', "„{}“", "*“{}”*", "“**{}**”"])
def test_words_in_quotation_marks_must_be_in_a_passage_of_the_paragraph(
    world: World, version: CommuniqueVersion, marks: str
) -> None:
    edit(world, version, "counts:supports", f"One said {marks.format('it last')}.")
    with pytest.raises(Refused, match=r"Nothing was saved: .*it lasts.* stands in quotation marks, but not so in passages"):
        edit(world, version, "counts:supports", f"One said {marks.format('it lasts')}.")
    assert "it last" in world.markdown(read(world, version))


@pytest.mark.parametrize("text", ["One said “Make it", 'Inches: 5"', "One said “Make “it” last”"])
def test_a_quotation_mark_that_nothing_closes_hides_no_words(world: World, version: CommuniqueVersion, text: str) -> None:
    with pytest.raises(Refused, match="stands in quotation marks"):
        edit(world, version, "counts:supports", text)


def test_a_paragraph_without_passages_quotes_nobody_but_keeps_what_the_template_puts_in_marks(
    world: World, version: CommuniqueVersion
) -> None:
    edit(world, version, "template:preamble_method", "Whoever may not be named is “a contributor”.")
    with pytest.raises(Refused, match="for it rests on none"):
        edit(world, version, "template:preamble_decision", "They said “go on”.")
    world.export(read(world, version), formats=("md",))


def test_words_that_were_made_false_behind_our_back_are_not_exported(world: World, version: CommuniqueVersion) -> None:
    row_of(version, "counts:supports").text = 'One said "make it stop".'
    with pytest.raises(Refused, match="paragraph 7 puts words in quotation marks that are not in passages"):
        world.export(read(world, version), formats=("md",))


def test_a_quotation_stays_as_received(world: World, version: CommuniqueVersion) -> None:
    with pytest.raises(Refused, match="is a quotation and stays as it was received"):
        edit(world, version, "extract", "Make it longer.")


@pytest.mark.parametrize("text", ["", "  \n", "# A heading", "- one\n- two", "One.\n\nTwo.", "1. One", "a\x07b", "x" * 10_001])
def test_words_that_are_no_paragraph_are_refused(world: World, version: CommuniqueVersion, text: str) -> None:
    with pytest.raises(Invalid):
        edit(world, version, "counts:supports", text)


def test_words_that_name_who_may_not_be_named_are_found_with_their_paragraph(world: World, passage: Passage) -> None:
    world.said(world.organisation("Zanzibar Quorum"), "Go on.", AttributionLevel.GROUP)
    version = world.draft()
    row = edit(world, version, "counts:theme", "Among them was the **Zanzibar** Quorum.")
    with pytest.raises(Refused, match=rf"paragraph 6 \(¶ {row.paragraph_id}\) says 'Zanzibar Quorum'.*choose other words"):
        world.export(read(world, version), formats=("md",))


def test_a_paragraph_of_people_rests_on_passages_or_says_its_basis(
    world: World, version: CommuniqueVersion, passage: Passage
) -> None:
    after = row_of(version, "counts:theme").paragraph_id
    with pytest.raises(Refused, match="rests on nothing"):
        editing.add(world.session, version, ParagraphKind.PARAGRAPH, "We agree.", after=after, **ACT)
    added = editing.add(
        world.session, version, ParagraphKind.PARAGRAPH, "“Make it last.”", after=after, passages=[passage.id], **ACT
    )
    own = editing.add(
        world.session, version, ParagraphKind.PARAGRAPH, "We decided.", after=added.paragraph_id, basis="plenary", **ACT
    )
    read(world, version)
    places = [row.paragraph_id for row in version.wordings]
    assert places[places.index(after) : places.index(after) + 3] == [after, added.paragraph_id, own.paragraph_id]
    assert (own.basis, [source.passage_id for source in added.sources]) == ("people:plenary", [passage.id])
    assert "7. “Make it last.”\n\n8. We decided." in world.markdown(version)
    assert using.of_version(world.session, version).unfounded == ()


def test_a_passage_that_may_not_appear_is_not_bound(world: World, passage: Passage) -> None:
    held = world.said(world.organisation("Cedar Net"), "Keep this.", AttributionLevel.CONFIDENTIAL)
    version = world.draft()
    row = row_of(version, "counts:supports")
    for number in (held.id, 999):
        with pytest.raises(Refused, match=f"Passage {number} cannot be used in this version"):
            editing.bind(world.session, version, row.paragraph_id, added=[number], **ACT)


def test_people_do_not_rest_on_what_was_set_aside_since(world: World, version: CommuniqueVersion, passage: Passage) -> None:
    edit(world, version, "counts:supports", "One was in favour.")
    for row in [row for row in version.wordings if row.basis == "extract"]:
        editing.remove(world.session, version, row.paragraph_id, "too long", **ACT)
    setting_aside.set_aside(world.session, passage, "a joke", **ACT)
    with pytest.raises(Refused, match=f"paragraph 7 rests on passage {passage.id}, which may no longer appear"):
        world.export(read(world, version), formats=("md",))


def test_passages_are_bound_and_taken_off_but_never_all_nor_one_that_is_quoted(
    world: World, version: CommuniqueVersion, passage: Passage
) -> None:
    row = row_of(version, "counts:opposes")
    [own] = [source.passage_id for source in row.sources]
    with pytest.raises(Refused, match="would rest on nothing"):
        editing.bind(world.session, version, row.paragraph_id, dropped=[own], **ACT)
    editing.bind(world.session, version, row.paragraph_id, added=[passage.id, own], **ACT)
    assert [source.passage_id for source in row.sources] == [own, passage.id]
    counter = version.version
    editing.bind(world.session, version, row.paragraph_id, added=[passage.id], **ACT)
    assert version.version == counter, "bound already: nothing is changed, nothing goes into the register"
    edit(world, version, "counts:opposes", "One said “Make it last”.")
    with pytest.raises(Refused, match="Nothing was saved: 'Make it last'"):
        editing.bind(world.session, version, row.paragraph_id, dropped=[passage.id], **ACT)
    with pytest.raises(NotFound, match="does not rest on passage 999"):
        editing.bind(world.session, version, row.paragraph_id, dropped=[999], **ACT)
    entry, values = journal.latest(world.session, about=f"¶ {row.paragraph_id}")[0]
    assert (entry.verb, values["sources_before"], values["sources"]) == ("bound", [own], [own, passage.id])


def test_a_removed_paragraph_takes_its_quotations_along_and_says_why(
    world: World, version: CommuniqueVersion, passage: Passage
) -> None:
    row = row_of(version, "counts:supports")
    with pytest.raises(Invalid, match="Say why"):
        editing.remove(world.session, version, row.paragraph_id, " ", **ACT)
    editing.remove(world.session, version, row.paragraph_id, "one voice is no chapter", **ACT)
    read(world, version)
    assert "Make it last." not in [row.text for row in version.wordings]
    assert "Ten years suffice." in [row.text for row in version.wordings]
    assert journal.latest(world.session)[-1][1]["reason"] == "one voice is no chapter"
    assert [row.position for row in version.wordings] == list(range(len(version.wordings)))
    world.export(version, formats=("md",))


def test_what_no_paragraph_rests_on_and_what_is_set_aside_is_listed(
    world: World, version: CommuniqueVersion, passage: Passage
) -> None:
    for basis in ("counts:supports", "counts:theme"):
        editing.remove(world.session, version, row_of(version, basis).paragraph_id, "shorter", **ACT)
    again = world.mark(world.answer(world.organisation("Cedar Net"), "Not this."), "Not this.")
    setting_aside.set_aside(world.session, again, "off the matter", **ACT)
    found = using.of_version(world.session, read(world, version))
    assert found.unused == (passage.id,)
    assert [(one.passage_id, one.reason) for one in found.aside] == [(again.id, "off the matter")]


def test_a_paragraph_moves_with_its_quotations_and_a_chapter_with_all_it_holds(
    world: World, version: CommuniqueVersion
) -> None:
    supports, opposes = (row_of(version, f"counts:{name}").paragraph_id for name in ("supports", "opposes"))
    editing.move(world.session, version, supports, after=opposes, **ACT)
    words = world.markdown(read(world, version))
    assert words.index("Ten years suffice.") < words.index("Make it last.")
    call = row_of(version, "head:call").paragraph_id
    editing.move(world.session, version, call, up=True, **ACT)
    order = [row.basis for row in read(world, version).wordings]
    assert order.index("template:call_mandate") < order.index("head:theme")
    with pytest.raises(Refused, match="stands first already"):
        editing.move(world.session, version, version.wordings[0].paragraph_id, up=True, **ACT)
    with pytest.raises(Refused, match="stands first already"):
        editing.move(world.session, version, version.wordings[1].paragraph_id, up=True, **ACT)
    with pytest.raises(Refused, match="stands last already"):
        editing.move(world.session, version, supports, **ACT)


def test_nothing_moves_into_itself_or_beside_what_is_gone(world: World, version: CommuniqueVersion) -> None:
    chapter, inside = (row_of(version, basis).paragraph_id for basis in ("head:theme", "counts:theme"))
    with pytest.raises(Refused, match="moves with it"):
        editing.move(world.session, version, chapter, after=inside, **ACT)
    with pytest.raises(NotFound, match="no paragraph ¶ 999"):
        editing.move(world.session, version, inside, after=999, **ACT)


def test_references_follow_the_paragraphs_they_mean(world: World, version: CommuniqueVersion) -> None:
    row = row_of(version, "counts:opposes")
    number = ordering.numbers(version.wordings)[row_of(version, "counts:supports").paragraph_id]
    row.text = f"One was against (see also paragraph {number})."
    editing.remove(world.session, version, row_of(version, "template:preamble_letters").paragraph_id, "not needed", **ACT)
    assert row.text == f"One was against (see also paragraph {number - 1})."
    editing.remove(world.session, version, row_of(version, "counts:supports").paragraph_id, "not needed", **ACT)
    assert row.text == "One was against."


def test_a_version_that_is_no_draft_is_closed_and_goes_on_in_a_copy(world: World, version: CommuniqueVersion) -> None:
    versions.turn(world.session, version, VersionState.IN_REVIEW, **ACT)
    with pytest.raises(Refused, match=r"Version 1 \(en\) is in review and closed; make a new version from it"):
        edit(world, version, "counts:theme", "Other words.")
    with pytest.raises(Refused, match="may not turn a communiqué"):
        versions.turn(world.session, version, VersionState.ADOPTED, **ACT)
    versions.turn(world.session, version, VersionState.ADOPTED, by=CHAIR, at=NOON)
    with pytest.raises(Refused, match="is adopted and cannot become draft"):
        versions.turn(world.session, version, VersionState.DRAFT, by=CHAIR, at=NOON)
    copy = versions.copy(world.session, version, **ACT)
    assert (copy.number, copy.state) == (2, VersionState.DRAFT)
    edit(world, read(world, copy), "counts:theme", "Other words.")
    assert row_of(version, "counts:theme").text != "Other words."


def test_a_copy_has_the_same_paragraphs_and_sources(world: World, version: CommuniqueVersion) -> None:
    copy = read(world, versions.copy(world.session, version, **ACT))
    shape = [
        [(row.paragraph_id, row.text, row.basis, [source.passage_id for source in row.sources]) for row in one.wordings]
        for one in (version, copy)
    ]
    assert shape[0] == shape[1]
    assert "unchanged" in world.markdown(copy, Edition.WORKING)
    assert all(one.change is Change.SAME for one in comparing.compare(version, copy))


def test_two_versions_are_compared_word_by_word(world: World, version: CommuniqueVersion, passage: Passage) -> None:
    copy = read(world, versions.copy(world.session, version, **ACT))
    edit(world, copy, "template:call_mandate", version.wordings[1].text)
    gone = row_of(copy, "counts:opposes").paragraph_id
    editing.remove(world.session, copy, gone, "shorter", **ACT)
    new = editing.add(
        world.session, copy, ParagraphKind.QUOTATION, "", after=copy.wordings[1].paragraph_id, passages=[passage.id], **ACT
    )
    found = {one.paragraph: one for one in comparing.compare(version, read(world, copy))}
    assert found[gone].change is Change.REMOVED
    assert found[new.paragraph_id].change is Change.ADDED
    changed = found[row_of(copy, "template:call_mandate").paragraph_id]
    assert changed.change is Change.CHANGED
    assert {piece.change for piece in changed.pieces} >= {Change.ADDED, Change.REMOVED}
    order = [one.paragraph for one in comparing.compare(version, copy)]
    assert order.index(gone) > order.index(row_of(copy, "extract").paragraph_id)


def test_a_reader_edits_nothing(world: World, version: CommuniqueVersion) -> None:
    row = version.wordings[1].paragraph_id
    reader: dict[str, Any] = {"by": RENE, "at": NOON}
    attempts: tuple[Callable[[], object], ...] = (
        lambda: editing.edit(world.session, version, row, "x", **reader),
        lambda: editing.add(world.session, version, ParagraphKind.CHAPTER, "x", after=row, **reader),
        lambda: editing.remove(world.session, version, row, "x", **reader),
        lambda: editing.move(world.session, version, row, **reader),
        lambda: editing.bind(world.session, version, row, **reader),
        lambda: versions.copy(world.session, version, **reader),
        lambda: versions.turn(world.session, version, VersionState.IN_REVIEW, **reader),
    )
    for attempt in attempts:
        with pytest.raises(Refused, match="may not"):
            attempt()


KINDS = st.lists(st.sampled_from(list(ParagraphKind)), max_size=12).map(lambda kinds: [ParagraphKind.CHAPTER, *kinds])


def rows_of(kinds: list[ParagraphKind]) -> list[Wording]:
    return [Wording(paragraph_id=n, paragraph=Paragraph(id=n, kind=kind), text="", basis="") for n, kind in enumerate(kinds)]


@given(KINDS, st.data())
def test_no_move_loses_a_paragraph_or_parts_one_from_its_quotations(kinds: list[ParagraphKind], data: st.DataObject) -> None:
    rows = rows_of(kinds)
    one = data.draw(st.integers(0, len(rows) - 1))
    other = data.draw(st.integers(0, len(rows) - 1))
    block = [row.paragraph_id for row in rows[one : ordering.end_of(rows, one)]]
    ways: tuple[Callable[[], list[Wording]], ...] = (
        lambda: ordering.moved_up(rows, one),
        lambda: ordering.moved_down(rows, one),
        lambda: ordering.moved_after(rows, one, other),
    )
    for way in ways:
        try:
            moved = [row.paragraph_id for row in way()]
        except Refused:
            continue
        assert sorted(moved) == list(range(len(rows)))
        start = moved.index(one)
        assert moved[start : start + len(block)] == block


@given(KINDS, st.data())
def test_up_undoes_down_among_neighbours(kinds: list[ParagraphKind], data: st.DataObject) -> None:
    rows = rows_of([ParagraphKind.CHAPTER, *[ParagraphKind.PARAGRAPH] * len(kinds)])
    one = data.draw(st.integers(1, len(rows) - 2)) if len(rows) > 2 else 1
    if one < len(rows) - 1:
        assert ordering.moved_up(ordering.moved_down(rows, one), one) == rows


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_a_comparison_give_back_both_texts(old: str, new: str) -> None:
    pieces = list(comparing.differences(old, new))
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new


def test_a_basis_that_is_too_long_is_refused(world: World, version: CommuniqueVersion) -> None:
    with pytest.raises(Invalid, match="at most 33 characters"):
        edit(world, version, "counts:theme", "Words.", basis="x" * 34)


def test_the_editions_are_still_the_two(world: World, version: CommuniqueVersion) -> None:
    edit(world, version, "counts:theme", "Two spoke.")
    assert "edited:counts:theme" in world.markdown(read(world, version), Edition.WORKING)
    assert "edited:" not in world.markdown(version)
    assert exporting.FORMATS == ("md", "docx", "pdf")
    assert world.session.scalars(select(CommuniqueVersion)).all() == [version]
