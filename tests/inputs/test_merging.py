"""Themes are merged, split and put back, and no passage loses its words or its last theme by it."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, NotFound, OutreachError, Refused
from outreach.inputs import codebook, coding, merging, shaping
from outreach.inputs.models import Passage, PassageTheme, Stance, Theme
from outreach.inputs.shaping import Shape
from tests.cast import DANA, NOON, RENE
from tests.inputs.answers import answer, load_codebook

ACT: dict[str, Any] = {"by": DANA, "at": NOON}
WORDS = "The mandate is to last. Youth is to be heard. Funds are to be safe."


@pytest.fixture
def marks(session: Session, tmp_path: Path) -> list[int]:
    """Three overlapping passages: of the mandate (supported), of youth (asked for) and mandate, and of funding."""
    load_codebook(session, tmp_path)
    text = answer(session, WORDS)

    def mark(start: int, end: int, stance: Stance | None, *codes: str) -> int:
        themes = codebook.find_all(session, codes)
        return coding.mark(session, text, start, end, themes, stance=stance, **ACT).id

    return [
        mark(0, 23, Stance.SUPPORTS, "wsis20-mandate"),
        mark(12, 45, Stance.ASKS, "wsis20-youth", "wsis20-mandate"),
        mark(46, 67, None, "wsis20-funding"),
    ]


def under(session: Session) -> dict[tuple[int, str], str]:
    """The stance of each passage under each theme, by code."""
    query = select(PassageTheme.passage_id, Theme.code, PassageTheme.stance).join(Theme, Theme.id == PassageTheme.theme_id)
    return {(passage, code): stance or "" for passage, code, stance in session.execute(query)}


def merge(session: Session, one: str, other: str) -> int:
    return merging.merge(session, codebook.find(session, one), codebook.find(session, other), **ACT).id


def split(session: Session, code: str, new: str, *passages: int) -> int:
    theme = codebook.find(session, code)
    return merging.split(session, theme, new, Shape(titles={"en": new}, parent_id=theme.parent_id), passages, **ACT).id


def test_merging_takes_the_passages_along_and_the_old_code_leads_there(session: Session, marks: list[int]) -> None:
    first, both, _ = marks
    merge(session, "wsis20-mandate", "wsis20-youth")
    assert under(session) == {
        (first, "wsis20-youth"): "supports",
        (both, "wsis20-youth"): "asks",
        (marks[2], "wsis20-funding"): "",
    }
    assert codebook.find(session, "wsis20-mandate").code == "wsis20-youth"
    assert "wsis20-mandate" not in [node.theme.code for node in codebook.tree(session)]


def test_what_is_undone_stands_as_it_stood(session: Session, marks: list[int]) -> None:
    before = under(session)
    change = merge(session, "wsis20-mandate", "wsis20-youth")
    merging.undo(session, change, **ACT)
    assert under(session) == before
    assert codebook.find(session, "wsis20-mandate").merged_into_id is None
    with pytest.raises(Refused, match=r"was undone by Dana Drafter already"):
        merging.undo(session, change, **ACT)


def test_a_passage_without_a_stance_takes_the_one_it_had_under_the_merged_theme(session: Session, marks: list[int]) -> None:
    text = coding.find(session, marks[2]).text
    coding.mark(session, text, 46, 67, [codebook.find(session, "wsis20-ai")], stance=Stance.OPPOSES, **ACT)
    before = under(session)
    change = merge(session, "wsis20-ai", "wsis20-funding")
    assert under(session)[marks[2], "wsis20-funding"] == "opposes"
    merging.undo(session, change, **ACT)
    assert under(session) == before


def test_what_was_recoded_since_stays_when_a_merge_is_undone(session: Session, marks: list[int]) -> None:
    change = merge(session, "wsis20-mandate", "wsis20-youth")
    passage = coding.find(session, marks[0])
    coding.mark(session, passage.text, 0, 23, [codebook.find(session, "wsis20-ai")], **ACT)
    coding.take_off(session, passage, codebook.find(session, "wsis20-youth"), **ACT)
    merging.undo(session, change, **ACT)
    assert {code for number, code in under(session) if number == marks[0]} == {"wsis20-ai"}


def test_splitting_takes_only_the_named_passages_with_their_stances(session: Session, marks: list[int]) -> None:
    first, both, _ = marks
    change = split(session, "wsis20-mandate", "wsis20-review", both)
    shown = under(session)
    assert shown[first, "wsis20-mandate"] == "supports"
    assert shown[both, "wsis20-review"] == "asks"
    assert (both, "wsis20-mandate") not in shown
    codes = [node.theme.code for node in codebook.tree(session, "wsis20")]
    assert codes.index("wsis20-review") == codes.index("wsis20-mandate") + 1
    merging.undo(session, change, **ACT)
    assert under(session)[both, "wsis20-mandate"] == "asks"
    assert codebook.find(session, "wsis20-review").code == "wsis20-mandate"


def test_themes_below_follow_and_come_back(session: Session, marks: list[int]) -> None:
    youth = codebook.find(session, "wsis20-youth")
    shaping.add(session, "wsis20", "girls", Shape(titles={"en": "Girls"}, parent_id=youth.id), **ACT)
    change = merge(session, "wsis20-youth", "wsis20-ai")
    assert codebook.find(session, "girls").parent_id == codebook.find(session, "wsis20-ai").id
    merging.undo(session, change, **ACT)
    assert codebook.find(session, "girls").parent_id == youth.id


def test_a_change_that_another_stands_on_is_undone_after_it(session: Session, marks: list[int]) -> None:
    first = merge(session, "wsis20-mandate", "wsis20-youth")
    second = merge(session, "wsis20-youth", "wsis20-ai")
    with pytest.raises(Refused, match=f"Change {second} came after it"):
        merging.undo(session, first, **ACT)
    assert codebook.find(session, "wsis20-mandate").code == "wsis20-ai"


def test_what_cannot_be_merged_or_split_is_refused(session: Session, marks: list[int]) -> None:
    with pytest.raises(Refused, match="are of two codebooks"):
        merge(session, "wsis20-mandate", "iww-4")
    with pytest.raises(Refused, match="stands below it"):
        merge(session, "wsis20", "wsis20-mandate")
    with pytest.raises(Refused, match="is wsis20-mandate itself"):
        merge(session, "wsis20-mandate", "wsis20-mandate")
    with pytest.raises(Invalid, match=f"Passage {marks[2]} does not stand under"):
        split(session, "wsis20-mandate", "new", marks[2])
    with pytest.raises(Invalid, match="Say which passages follow"):
        split(session, "wsis20-mandate", "new")
    with pytest.raises(Refused, match="has the code wsis20-ai already"):
        split(session, "wsis20-mandate", "WSIS20-AI", marks[0])
    with pytest.raises(NotFound, match="no change 77"):
        merging.undo(session, 77, **ACT)
    with pytest.raises(Refused, match="may not edit the codebook"):
        merging.merge(session, codebook.find(session, "wsis20-ai"), codebook.find(session, "wsis20-youth"), by=RENE, at=NOON)


def test_a_merged_theme_stays_merged_when_its_file_is_read_again(session: Session, marks: list[int], tmp_path: Path) -> None:
    merge(session, "wsis20-mandate", "wsis20-youth")
    assert codebook.load(session, tmp_path / "themes.toml", **ACT) == 0
    assert codebook.find(session, "wsis20-mandate").code == "wsis20-youth"


def test_each_change_stands_in_the_register_with_its_passages(session: Session, marks: list[int]) -> None:
    merge(session, "wsis20-mandate", "wsis20-youth")
    entry = session.scalars(select(journal.Entry).order_by(journal.Entry.seq.desc())).first()
    assert entry is not None
    assert (entry.verb, entry.subject) == ("merged", "theme wsis20:wsis20-mandate")


CODES = ("wsis20-mandate", "wsis20-funding", "wsis20-youth", "wsis20-ai", "new-1", "new-2")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    steps=st.lists(
        st.tuples(
            st.sampled_from(["merge", "split", "undo", "mark", "off"]),
            st.sampled_from(CODES),
            st.sampled_from(CODES),
            st.integers(0, 2),
        ),
        max_size=12,
    )
)
def test_spans_and_digests_survive_any_sequence_of_changes_and_every_passage_keeps_a_theme(
    session: Session, marks: list[int], steps: list[tuple[str, str, str, int]]
) -> None:
    spans = [(one.id, one.start, one.end, one.sha256) for one in session.scalars(select(Passage).order_by(Passage.id))]
    with session.begin_nested() as trial:
        for step, one, other, number in steps:
            try:
                _do(session, step, one, other, marks[number])
            except OutreachError:
                continue
        session.expire_all()
        found = session.scalars(select(Passage).order_by(Passage.id)).all()
        assert [(one.id, one.start, one.end, one.sha256) for one in found] == spans
        assert all(coding.words(one) and one.themes for one in found)
        assert all(row.theme.merged_into_id is None for one in found for row in one.themes)
        listed = {node.theme.id for node in codebook.tree(session)}
        assert {row.theme_id for one in found for row in one.themes} <= listed
        trial.rollback()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(CODES), st.sampled_from(CODES), st.integers(0, 2)), max_size=8))
def test_merges_and_splits_undone_from_the_last_to_the_first_leave_everything_as_it_was(
    session: Session, marks: list[int], steps: list[tuple[bool, str, str, int]]
) -> None:
    before = under(session)
    with session.begin_nested() as trial:
        for merging_it, one, other, number in steps:
            try:
                _do(session, "merge" if merging_it else "split", one, other, marks[number])
            except OutreachError:
                continue
        for change in [each.id for each in merging.history(session)]:
            merging.undo(session, change, **ACT)
        assert under(session) == before
        trial.rollback()


def _do(session: Session, step: str, one: str, other: str, passage: int) -> None:
    if step == "merge":
        merge(session, one, other)
    elif step == "split":
        split(session, one, other, passage)
    elif step == "undo":
        merging.undo(session, max((each.id for each in merging.history(session)), default=0), **ACT)
    else:
        found = coding.find(session, passage)
        if step == "mark":
            stance = Stance.SUPPORTS if len(one) % 2 else None
            coding.mark(session, found.text, found.start, found.end, [codebook.find(session, one)], stance=stance, **ACT)
        else:
            coding.take_off(session, found, codebook.find(session, one), **ACT)
