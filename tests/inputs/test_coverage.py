"""Every substantive response is coded, set aside with a reason, or listed as unaccounted for: nothing vanishes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from outreach.errors import Invalid, Refused
from outreach.inputs import codebook, coding, setting_aside
from outreach.inputs.coverage import Account, coverage
from outreach.inputs.models import InputText, Passage
from outreach.responses.models import ResponseKind, ResponseState
from tests.cast import DANA, NOON, RENE
from tests.inputs.answers import answer, load_codebook


@pytest.fixture(autouse=True)
def book(session: Session, tmp_path: Path) -> None:
    load_codebook(session, tmp_path)


def mark(session: Session, text: InputText, start: int = 0) -> Passage:
    return coding.mark(session, text, start, start + 5, codebook.find_all(session, ["wsis20-ai"]), by=DANA, at=NOON)


def accounts(session: Session) -> list[str]:
    return [row.account.value for row in coverage(session).rows]


def test_a_new_response_is_unaccounted_for_until_a_passage_is_marked(session: Session) -> None:
    text = answer(session, "Long live the Forum.")
    assert accounts(session) == ["open"]
    assert not coverage(session).complete
    mark(session, text)
    assert accounts(session) == ["coded"]
    assert coverage(session).complete


def test_a_response_set_aside_is_accounted_for_with_its_reason_until_taken_back(session: Session) -> None:
    response = answer(session, "Long live the Forum.").response
    setting_aside.set_aside(session, response, " says nothing new ", by=DANA, at=NOON)
    assert coverage(session).rows[0].reasons == ("says nothing new",)
    assert accounts(session) == ["set-aside"]
    setting_aside.take_back(session, response, by=DANA, at=NOON)
    assert accounts(session) == ["open"]


def test_a_response_with_all_passages_set_aside_is_not_called_coded(session: Session) -> None:
    text = answer(session, "Long live the Forum.")
    first, second = mark(session, text), mark(session, text, 7)
    setting_aside.set_aside(session, first, "a courtesy", by=DANA, at=NOON)
    assert accounts(session) == ["coded"]
    setting_aside.set_aside(session, second, "another", by=DANA, at=NOON)
    assert accounts(session) == ["set-aside"]
    assert coverage(session).rows[0].reasons == ("a courtesy", "another")


def test_only_substantive_responses_that_stand_are_asked_for(session: Session) -> None:
    answer(session, "Received, thank you.", kind=ResponseKind.ACKNOWLEDGEMENT)
    answer(session, "Old.", state=ResponseState.SUPERSEDED)
    late = answer(session, "Late.", state=ResponseState.LATE)
    assert [row.response_id for row in coverage(session).rows] == [late.response_id]


def test_setting_aside_needs_a_reason_and_happens_once(session: Session) -> None:
    response = answer(session, "Long live the Forum.").response
    with pytest.raises(Invalid, match=f"Say why response {response.id}"):
        setting_aside.set_aside(session, response, " ", by=DANA, at=NOON)
    with pytest.raises(Refused, match="is not set aside"):
        setting_aside.take_back(session, response, by=DANA, at=NOON)
    setting_aside.set_aside(session, response, "twice the same", by=DANA, at=NOON)
    with pytest.raises(Refused, match="set aside already: twice the same"):
        setting_aside.set_aside(session, response, "again", by=DANA, at=NOON)
    with pytest.raises(Refused, match="may not set inputs aside"):
        setting_aside.set_aside(session, response, "again", by=RENE, at=NOON)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plan=st.lists(st.sampled_from(["code", "aside", "passage aside", "leave", "withdrawn", "unread"]), max_size=8))
def test_coverage_adds_up_whatever_was_done(session: Session, plan: list[str]) -> None:
    with session.begin_nested() as trial:
        for what in plan:
            text = answer(session, "Long live the Forum.")
            if what in ("code", "passage aside"):
                passage = mark(session, text)
            if what == "passage aside":
                setting_aside.set_aside(session, passage, "reason", by=DANA, at=NOON)
            if what == "aside":
                setting_aside.set_aside(session, text.response, "reason", by=DANA, at=NOON)
            if what == "withdrawn":
                text.response.state = ResponseState.WITHDRAWN
            if what == "unread":
                text.response.kind = ResponseKind.UNREAD
        session.flush()
        found = coverage(session)
        asked = [what for what in plan if what not in ("withdrawn", "unread")]
        assert len(found.rows) == len(asked) == sum(found.count(account) for account in Account)
        assert found.count(Account.CODED) == asked.count("code")
        assert found.count(Account.OPEN) == asked.count("leave")
        trial.rollback()
