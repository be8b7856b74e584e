"""Coding goes out as a table and comes in again; a row that says other words than the text marks nothing."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.inputs import codebook, coding, exchanging
from outreach.inputs.models import InputText, Passage, PassageTheme, Stance
from tests.cast import DANA, NOON, RENE
from tests.inputs.answers import answer, load_codebook

ACT: dict[str, Any] = {"by": DANA, "at": NOON}
WORDS = "=1+1 is no formula.\r\nThe Forum should last; “so”, they said. 🌍 It should last."


@pytest.fixture
def text(session: Session, tmp_path: Path) -> InputText:
    load_codebook(session, tmp_path)
    return answer(session, WORDS)


def mark(session: Session, text: InputText, start: int, end: int, *codes: str, **more: Any) -> Passage:
    return coding.mark(session, text, start, end, codebook.find_all(session, codes), **more, **ACT)


def state(session: Session) -> list[Any]:
    return [
        (one.start, one.end, one.sha256, one.memo, one.coded_by, sorted((r.theme.code, r.stance) for r in one.themes))
        for one in coding.passages(session)
    ]


def forget(session: Session) -> None:
    session.execute(delete(PassageTheme))
    session.execute(delete(Passage))
    session.expire_all()


def test_what_goes_out_comes_in_again_exactly_as_it_was(session: Session, text: InputText) -> None:
    mark(session, text, 0, 40, "wsis20-mandate", "wsis20-ai", stance=Stance.OPPOSES, memo="=cmd|' /C calc'!A0\nsecond line")
    mark(session, text, 21, 60, "wsis20-mandate")
    before, content = state(session), exchanging.as_csv(coding.passages(session))
    assert b"\n=1+1" not in content
    assert b",=" not in content
    assert not any(each.new for each in exchanging.bring(session, exchanging.rows_of(content), **ACT))
    forget(session)
    outcomes = exchanging.bring(session, exchanging.rows_of(content), **ACT)
    assert [(each.new, each.refused) for each in outcomes] == [(True, "")] * 3
    assert state(session) == before


def test_a_row_may_say_its_words_instead_of_its_place_and_who_coded_it(session: Session, text: InputText) -> None:
    rows = [{"response": str(text.response_id), "words": "they  said", "theme": "iww:iww-4", "coder": "QualCoder, Ann"}]
    [outcome] = exchanging.bring(session, rows, **ACT)
    passage = coding.find(session, outcome.passage or 0)
    assert (coding.words(passage), passage.coded_by) == ("they said", "QualCoder, Ann")


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"words": "should last"}, "occur 2 times"),
        ({"start": "0", "end": "4", "words": "Else"}, "Other words than those stand"),
        ({"start": "0", "end": "9999"}, "is no span of it"),
        ({"words": "they said", "theme": "nothing"}, "There is no theme nothing"),
        ({"words": "they said", "stance": "likes"}, "is no stance"),
        ({"words": "they said", "response": "999"}, "has no such text"),
        ({"words": "they said", "text": "999"}, "has no such text"),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_the_others_are_kept(
    session: Session, text: InputText, row: dict[str, str], says: str
) -> None:
    good = {"response": str(text.response_id), "theme": "wsis20-ai", "words": "they said"}
    outcomes = exchanging.bring(session, [good | row, good], **ACT)
    assert says in outcomes[0].refused
    assert (outcomes[1].row, outcomes[1].new) == (2, True)
    assert len(state(session)) == 1


def test_a_batch_is_one_entry_of_the_register(session: Session, text: InputText) -> None:
    rows = [{"response": str(text.response_id), "theme": code, "words": "they said"} for code in ("wsis20-ai", "iww-4")]
    before = len(session.scalars(select(journal.Entry)).all())
    exchanging.bring(session, rows, **ACT)
    assert len(session.scalars(select(journal.Entry)).all()) == before + 1


def test_what_is_no_table_of_coding_is_told(session: Session) -> None:
    with pytest.raises(Invalid, match="no CSV in UTF-8"):
        exchanging.rows_of("passage;é".encode("latin-1"))
    with pytest.raises(Invalid, match="no column response and no column theme"):
        exchanging.rows_of(b"a,b\r\n1,2\r\n")
    with pytest.raises(Refused, match="may not mark passages"):
        exchanging.bring(session, [], by=RENE, at=NOON)
    assert exchanging.rows_of(b"response;theme\r\n1;a\r\n") == [{"response": "1", "theme": "a"}]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(st.lists(st.tuples(st.integers(0, 70), st.integers(1, 30), st.sampled_from(["wsis20-ai", "iww-4"])), max_size=5))
def test_any_coding_survives_going_out_and_coming_in(
    session: Session, text: InputText, spans: list[tuple[int, int, str]]
) -> None:
    with session.begin_nested() as trial:
        for start, size, code in spans:
            try:
                mark(session, text, start, min(start + size, len(WORDS)), code)
            except Invalid:
                continue
        before, content = state(session), exchanging.as_csv(coding.passages(session))
        forget(session)
        if before:
            exchanging.bring(session, exchanging.rows_of(content), **ACT)
        assert state(session) == before
        trial.rollback()
