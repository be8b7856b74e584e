"""Two wordings side by side: what went, what came, what only looks otherwise."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.errors import NotFound, Refused
from outreach.letters import comparing, editing, register
from outreach.letters.comparing import Change, Kind, Piece
from outreach.letters.models import Letter
from tests.cast import DANA, NOON, email, society
from tests.letters.desk import Desk


@pytest.fixture
def letter(session: Session, desk: Desk) -> Letter:
    campaign = desk.campaign(session, society(session))
    return register.find(session, desk.draft(session, campaign).new[0])


def said(changes: list[Change]) -> list[str]:
    """The changes as marks and words, those words that stay bare."""
    marks = {Kind.SAME: "{}", Kind.ADDED: "+{}+", Kind.REMOVED: "-{}-"}
    return [f"{one.kind} " + "".join(marks[p.kind].format(p.text) for p in one.pieces) for one in changes]


def test_a_changed_line_shows_the_words_that_changed() -> None:
    assert said(comparing.lines("We thank you for it.", "We thank them all for it.")) == [
        "changed We thank -you-+them all+ for it."
    ]


def test_a_new_line_before_a_changed_one_is_new_and_the_other_changed() -> None:
    found = comparing.lines("A first line stands here.", "Quite new words.\n\nA first line stood here.")
    assert said(found) == ["added +Quite new words.+", "changed A first line -stands-+stood+ here."]


def test_lines_that_have_nothing_in_common_went_and_came() -> None:
    assert said(comparing.lines("One two three.", "Four five six.")) == ["removed -One two three.-", "added +Four five six.+"]


@pytest.mark.parametrize("new", ["The Forum’s “work”.", 'The  Forum\'s "work".  ', 'The\N{NO-BREAK SPACE}Forum\'s "work".'])
def test_printed_quotation_marks_and_spaces_are_no_change(new: str) -> None:
    assert not comparing.differ(comparing.lines('The Forum\'s "work".', new))


line = st.text("ab \n’'", max_size=30)


@settings(max_examples=150)
@given(line, line)
def test_the_old_and_the_new_text_can_be_read_off_the_changes(old: str, new: str) -> None:
    changes = comparing.lines(old, new)
    rows = [one for one in changes if one.kind is not Kind.ADDED]
    assert [comparing.folded(one.old) for one in rows] == [comparing.folded(row) for row in old.split("\n") if row.strip()]
    rows = [one for one in changes if one.kind is not Kind.REMOVED]
    assert [one.new for one in rows] == [row.rstrip() for row in new.split("\n") if row.strip()]
    assert comparing.differ(changes) == any(one.kind is not Kind.SAME for one in changes)


def test_a_long_text_of_equal_words_is_compared_in_no_time() -> None:
    changes = comparing.lines("a " * 100_000, "a " * 99_999 + "b")
    assert [one.kind for one in changes] == [Kind.CHANGED]


def test_versions_are_compared_part_by_part(session: Session, letter: Letter) -> None:
    editing.edit(session, letter, {"subject": "Another subject"}, by=DANA, at=NOON)
    found = comparing.parts(comparing.wording(comparing.version(letter, 1)), comparing.wording(letter.version_now))
    assert list(found) == ["subject"]
    assert found["subject"][-1] == Change(Kind.ADDED, (Piece(Kind.ADDED, "Another subject"),))


def test_a_version_that_there_is_not_is_named(letter: Letter) -> None:
    with pytest.raises(NotFound, match=r"IGF/LP/2025/0001 has no version 7; it has 1 to 1\."):
        comparing.version(letter, 7)


def test_an_untouched_draft_is_what_its_template_writes(session: Session, desk: Desk, letter: Letter) -> None:
    written = comparing.template_now(session, letter, desk.composer(letter.campaign))
    assert comparing.parts(comparing.wording(letter.version_now), comparing.wording(written)) == {}


def test_what_changed_in_the_contacts_shows_against_the_template(session: Session, desk: Desk, letter: Letter) -> None:
    post = letter.addressees[0].post
    session.add(email(post, "second@open-net.example"))
    session.flush()
    written = comparing.template_now(session, letter, desk.composer(letter.campaign))
    found = comparing.parts(comparing.wording(letter.version_now), comparing.wording(written))
    assert said(found["recipients"])[-1] == "added +to second@open-net.example+"
    assert list(found) == ["recipients"]


def test_a_letter_of_no_campaign_or_another_template_has_nothing_to_be_compared_with(session: Session, letter: Letter) -> None:
    letter.version_now.template = "reminder"
    with pytest.raises(Refused, match="was written by the template reminder, its campaign writes by input-request"):
        comparing.campaign_of(letter)
    letter.campaign = None
    with pytest.raises(Refused, match="belongs to no campaign"):
        comparing.campaign_of(letter)
