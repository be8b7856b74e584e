"""Who may be named: the latest word of each counts, the strictest wins, and nothing said means nothing leaves."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.contacts.models import Channel
from outreach.errors import Invalid, NotFound, Refused
from outreach.inputs import attribution
from outreach.inputs.models import Attribution, AttributionLevel, InputText, Passage
from outreach.journal import Actor, Entry, EntryValues
from outreach.responses.models import Response, ResponseKind, ResponseLetter, ResponseState
from tests.cast import DANA, NOON, RENE, kenya
from tests.responses.building import campaign, letter

ATTRIBUTED, ORGANISATION, GROUP, CONFIDENTIAL = AttributionLevel
TODAY = NOON.date()


def a_response(
    session: Session, kind: ResponseKind = ResponseKind.SUBSTANTIVE, state: ResponseState = ResponseState.RECEIVED
) -> int:
    response = Response(kind=kind, state=state, channel=Channel.EMAIL, received_on=TODAY, logged_by=DANA.name, logged_at=NOON)
    session.add(response)
    session.flush()
    return response.id


def a_passage(session: Session, response: int) -> int:
    text = InputText(response_id=response, origin="mail", extractor="e", made_at=NOON, sha256="0" * 64, content="Words.")
    passage = Passage(text=text, start=0, end=5, sha256="0" * 64, coded_by=DANA.name, coded_at=NOON)
    session.add(passage)
    session.flush()
    return passage.id


def say(
    session: Session,
    response: int,
    level: AttributionLevel,
    on: date = TODAY,
    passage: int | None = None,
    *,
    evidence: str = "Box 2 ticked.",
    by: Actor = DANA,
    at: datetime = NOON,
) -> Attribution:
    return attribution.record(session, response, level, passage_id=passage, said_on=on, evidence=evidence, by=by, at=at)


def test_nothing_recorded_is_open_and_treated_as_confidential(session: Session) -> None:
    response = a_response(session)
    assert attribution.of_response(session, response) is None
    assert attribution.recorded(session, [response]) == {}
    assert attribution.effective(session, [response]) == {response: CONFIDENTIAL}


def test_what_was_said_last_counts_whatever_the_order_of_recording(session: Session) -> None:
    response = a_response(session)
    say(session, response, GROUP, date(2025, 1, 20))
    say(session, response, ATTRIBUTED, date(2025, 1, 10))
    assert attribution.of_response(session, response) is GROUP
    say(session, response, ORGANISATION, date(2025, 1, 20))
    assert attribution.effective(session, [response]) == {response: ORGANISATION}


@pytest.mark.parametrize(
    ("whole", "own", "level"),
    [
        (ATTRIBUTED, GROUP, GROUP),
        (GROUP, ATTRIBUTED, GROUP),
        (CONFIDENTIAL, ATTRIBUTED, CONFIDENTIAL),
        (ORGANISATION, None, ORGANISATION),
        (None, ORGANISATION, ORGANISATION),
        (None, None, CONFIDENTIAL),
    ],
)
def test_the_strictest_of_passage_and_respondent_wins(
    session: Session, whole: AttributionLevel | None, own: AttributionLevel | None, level: AttributionLevel
) -> None:
    response = a_response(session)
    passage, other = a_passage(session, a_response(session)), a_passage(session, response)
    if whole:
        say(session, response, whole)
    if own:
        say(session, response, own, passage=other)
    assert attribution.effective_of_passages(session, [other, passage]) == {other: level, passage: CONFIDENTIAL}


def test_a_passages_record_says_nothing_of_the_whole(session: Session) -> None:
    response = a_response(session)
    say(session, response, ATTRIBUTED, passage=a_passage(session, response))
    assert attribution.effective(session, [response]) == {response: CONFIDENTIAL}
    assert [each.id for each in attribution.open_attributions(session)] == [response]


def test_a_record_needs_its_evidence(session: Session) -> None:
    with pytest.raises(Refused, match="Say by what evidence"):
        say(session, a_response(session), ATTRIBUTED, evidence=" ")


def test_nothing_was_said_in_the_future(session: Session) -> None:
    response = a_response(session)
    evening = datetime(2025, 1, 27, 20, 0, tzinfo=UTC)
    assert say(session, response, GROUP, date(2025, 1, 28), at=evening).said_on == date(2025, 1, 28)
    with pytest.raises(Refused, match="2025-01-29 is in the future"):
        say(session, response, GROUP, date(2025, 1, 29), at=evening)


def test_an_unknown_response_and_a_passage_of_another_are_refused(session: Session) -> None:
    response = a_response(session)
    with pytest.raises(NotFound, match="There is no response 999"):
        say(session, 999, GROUP)
    other = a_passage(session, a_response(session))
    with pytest.raises(Invalid, match=f"Passage {other} is no passage of response {response}"):
        say(session, response, GROUP, passage=other)


def test_a_reader_records_nothing(session: Session) -> None:
    with pytest.raises(Refused, match="may not record attribution"):
        say(session, a_response(session), GROUP, by=RENE)


def test_the_list_of_open_attributions_names_what_may_be_used(session: Session) -> None:
    open_one, said = a_response(session), a_response(session)
    a_response(session, ResponseKind.ACKNOWLEDGEMENT)
    a_response(session, state=ResponseState.WITHDRAWN)
    say(session, said, GROUP)
    assert [each.id for each in attribution.open_attributions(session)] == [open_one]


def test_open_attributions_can_be_listed_for_one_campaign(session: Session) -> None:
    part_of = campaign(session)
    sent, number = letter(session, kenya(session), part_of=part_of), a_response(session)
    a_response(session)
    session.add(ResponseLetter(response_id=number, letter=sent, reason="", confidence=100, matched_by=""))
    session.flush()
    assert [each.id for each in attribution.open_attributions(session, part_of.id)] == [number]


def test_the_journal_says_what_was_recorded(session: Session) -> None:
    response = a_response(session)
    say(session, response, GROUP)
    entry, side = session.execute(select(Entry, EntryValues).join(EntryValues, EntryValues.seq == Entry.seq)).one()
    assert (entry.verb, entry.subject) == ("recorded attribution of", f"response {response}")
    assert side.values() == {"level": "group", "said_on": "2025-01-27", "evidence": "Box 2 ticked."}
