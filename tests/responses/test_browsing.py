"""Looking through responses and letters shows what was wanted, and no more."""

import pytest
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts.models import Channel
from outreach.errors import NotFound
from outreach.letters.models import LetterState
from outreach.responses import browsing, recording
from outreach.responses.browsing import Wanted
from outreach.responses.models import Response, ResponseKind, ResponseState
from outreach.responses.recording import Received
from tests.cast import DANA, NOON, kenya, society
from tests.counting import asked
from tests.responses.building import campaign, letter

TODAY = NOON.date()


def log(session: Session, archive: Archive, reference: str, kind: ResponseKind = ResponseKind.SUBSTANTIVE) -> Response:
    received = Received(kind=kind, channel=Channel.POST, received_on=TODAY)
    return recording.record(session, archive, [reference], received, by=DANA, today=TODAY, at=NOON)


def test_responses_are_told_apart_by_campaign_kind_and_state(session: Session, archive: Archive) -> None:
    post, part_of = kenya(session), campaign(session)
    ours, other = letter(session, post, part_of=part_of), letter(session, post)
    said, asked, elsewhere = (
        log(session, archive, ours.reference),
        log(session, archive, ours.reference, ResponseKind.QUESTION),
        log(session, archive, other.reference),
    )
    recording.withdraw(session, said.id, "Their mail.", by=DANA, at=NOON)
    here = Response.id.in_([said.id, asked.id, elsewhere.id])
    assert [each.id for each in browsing.page(session, Wanted(), here)] == [elsewhere.id, asked.id, said.id]
    assert [each.id for each in browsing.page(session, Wanted(campaign=part_of.slug), here)] == [asked.id, said.id]
    assert [each.id for each in browsing.page(session, Wanted(kind=ResponseKind.QUESTION), here)] == [asked.id]
    assert [each.id for each in browsing.page(session, Wanted(state=ResponseState.WITHDRAWN), here)] == [said.id]
    assert [each.id for each in browsing.page(session, Wanted(), here, offset=1, limit=1)] == [asked.id]
    with pytest.raises(NotFound, match="no campaign 'none'"):
        browsing.page(session, Wanted(campaign="none"))


def test_letters_are_found_by_reference_or_addressee_if_they_may_be_answered(session: Session) -> None:
    to_kenya, to_society = letter(session, kenya(session)), letter(session, society(session))
    draft = letter(session, to_kenya.addressees[0].post, state=LetterState.DRAFT)
    assert browsing.letters_like(session, "KENY") == [to_kenya]
    assert browsing.letters_like(session, "ons") == [to_society]
    assert browsing.letters_like(session, to_society.reference.lower()) == [to_society]
    assert browsing.letters_like(session, draft.reference) == []
    assert browsing.letters_like(session, "%%") == []
    assert browsing.letters_like(session, "k") == []
    assert browsing.addressees(to_society) == "Open Net Society"


def test_a_page_costs_the_same_queries_however_long_it_is(session: Session, archive: Archive) -> None:
    post = kenya(session)
    numbers = [log(session, archive, letter(session, post).reference).id for _ in range(12)]

    def queries(wanted: list[int]) -> int:
        session.expunge_all()
        with asked(session.get_bind()) as said:
            found = browsing.page(session, Wanted(), Response.id.in_(wanted))
            assert all([answer.letter.reference for answer in each.answers] and each.authors for each in found)
        return len(said)

    assert queries(numbers[:2]) == queries(numbers)
