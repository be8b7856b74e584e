"""A response logged by hand says who, what, when and to which letters; it can be sorted, replaced and taken back."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts.models import Channel, Organisation, OrganisationKind, StakeholderGroup
from outreach.delivery.models import Attempt, Result
from outreach.errors import Invalid, NotFound, Refused
from outreach.journal import Actor, Entry, EntryValues
from outreach.letters.models import Letter, LetterState
from outreach.responses import closing, recording, shelf
from outreach.responses.models import Response, ResponseKind, ResponseState
from outreach.responses.recording import Attached, Received
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.responses.building import campaign, letter

TODAY = NOON.date()


def log(session: Session, archive: Archive, *references: str, by: Actor = DANA, **said: Any) -> Response:
    said = {"kind": ResponseKind.SUBSTANTIVE, "channel": Channel.POST, "received_on": TODAY} | said
    return recording.record(session, archive, references, Received(**said), by=by, today=TODAY, at=NOON)


def test_what_came_by_post_is_logged_with_its_scan(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    scan = Attached("C:\\scans\\Réponse.pdf", b"%PDF-1", "application/pdf")
    response = log(session, archive, sent.reference, subject="Note 12/25", on_behalf_of="African Group", files=(scan,))
    assert (response.kind, response.channel, response.state) == ("substantive", "post", "received")
    assert (response.subject, response.on_behalf_of, response.logged_by) == ("Note 12/25", "African Group", DANA.name)
    assert [(f.filename, f.size, archive.fetch(f.sha256)) for f in response.files] == [("Réponse.pdf", 6, b"%PDF-1")]
    assert [(a.letter.reference, a.confidence, a.matched_by) for a in response.answers] == [(sent.reference, 100, DANA.name)]


def test_the_author_is_the_addressee_unless_somebody_says_otherwise(session: Session, archive: Archive) -> None:
    sent, post = letter(session, kenya(session)), society(session)
    assert shelf.author_names(log(session, archive, sent.reference)) == ["Kenya"]
    for name in (post.organisation.key, "open net SOCIETY", "ons"):
        assert shelf.author_names(log(session, archive, sent.reference, organisations=(name,))) == ["Open Net Society"]
    coalition = log(session, archive, sent.reference, organisations=("kenya",), names=("Coalition of the Willing",))
    assert shelf.author_names(coalition) == ["Kenya", "Coalition of the Willing"]


def test_an_author_who_is_not_in_the_directory_is_never_taken_for_a_name(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    with pytest.raises(NotFound, match="No organisation 'keyna' is in the directory"):
        log(session, archive, sent.reference, organisations=("keyna",))


def test_a_name_that_fits_several_organisations_is_not_guessed(session: Session, archive: Archive) -> None:
    for key in ("ifa-1", "ifa-2"):
        kind, group = OrganisationKind.ORGANISATION, StakeholderGroup.CIVIL_SOCIETY
        session.add(Organisation(key=key, name=key, acronym="IFA", kind=kind, group=group))
    session.flush()
    with pytest.raises(Refused, match="fits several organisations; name one by its key: ifa-1, ifa-2"):
        log(session, archive, organisations=("IFA",))


def test_a_joint_letter_does_not_say_who_wrote(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session), society(session))
    with pytest.raises(Refused, match="Say who wrote"):
        log(session, archive, sent.reference)


def test_a_contribution_that_answers_no_letter_needs_an_author(session: Session, archive: Archive) -> None:
    kenya(session)
    assert log(session, archive, organisations=("kenya",)).answers == []
    with pytest.raises(Refused, match="Say who wrote"):
        log(session, archive)


def test_one_response_answers_several_letters(session: Session, archive: Archive) -> None:
    post = kenya(session)
    first, second = letter(session, post), letter(session, post)
    response = log(session, archive, first.reference, second.reference, first.reference)
    assert closing.closed(session, [first.id, second.id]) == {first.id, second.id} == {a.letter_id for a in response.answers}


def test_a_day_in_the_future_is_refused(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    with pytest.raises(Refused, match="2025-01-28 is in the future"):
        log(session, archive, sent.reference, received_on=TODAY + timedelta(days=1))


def left(session: Session, sent: Letter, on: date, result: Result = Result.ACCEPTED) -> None:
    went = {"outbox": "folder", "channel": Channel.EMAIL, "started_by": DANA.name, "started_at": NOON, "ended_at": NOON}
    attempt = Attempt(letter_id=sent.id, letter_version_id=sent.versions[0].id, dispatched_on=on, result=result, **went)
    session.add(attempt)
    session.flush()


def test_a_response_dated_before_its_letter_left_is_refused_with_both_dates(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    left(session, sent, TODAY - timedelta(days=9), Result.DEFERRED)
    left(session, sent, TODAY - timedelta(days=3))
    with pytest.raises(Refused, match="0001 left on 2025-01-24, so no answer to it came on 2025-01-23; give the day"):
        log(session, archive, sent.reference, received_on=TODAY - timedelta(days=4))
    assert log(session, archive, sent.reference, received_on=TODAY - timedelta(days=3)).state == "received"


def test_a_response_of_today_is_logged_though_its_letter_left_tomorrow_in_utc(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    left(session, sent, TODAY + timedelta(days=1))
    assert log(session, archive, sent.reference).received_on == TODAY


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (LetterState.DRAFT, "is a draft, so nothing can answer it"),
        (LetterState.APPROVED, "is approved but has not left, so nothing can answer it"),
        (LetterState.CANCELLED, "was cancelled, so nothing can answer it"),
    ],
)
def test_a_letter_that_never_left_has_no_answer(session: Session, archive: Archive, state: LetterState, said: str) -> None:
    sent = letter(session, kenya(session), state=state)
    with pytest.raises(Refused, match=said):
        log(session, archive, sent.reference)


def test_an_unknown_reference_is_named(session: Session, archive: Archive) -> None:
    with pytest.raises(NotFound, match="There is no letter IGF/LP/2025/9999"):
        log(session, archive, "IGF/LP/2025/9999")


def test_a_reader_logs_nothing(session: Session, archive: Archive) -> None:
    with pytest.raises(Refused, match="René Reader is a reader and may not log responses"):
        log(session, archive, by=RENE)


def test_whoever_logs_says_what_came(session: Session, archive: Archive) -> None:
    with pytest.raises(Invalid, match="Say what came"):
        log(session, archive, kind=ResponseKind.UNREAD)


def test_the_addressees_own_deadline_decides_what_is_late(session: Session, archive: Archive) -> None:
    part_of = campaign(session, deadline=date(2025, 1, 20))
    in_time = letter(session, kenya(session), part_of=part_of, deadline=date(2025, 1, 27))
    late = letter(session, society(session), part_of=part_of)
    assert log(session, archive, in_time.reference).state is ResponseState.RECEIVED
    assert log(session, archive, late.reference).state is ResponseState.LATE


def test_a_response_replaces_another_once(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    first = log(session, archive, sent.reference)
    second = log(session, archive, sent.reference, supersedes=first.id)
    assert (first.state, second.supersedes_id) == (ResponseState.SUPERSEDED, first.id)
    with pytest.raises(Refused, match=f"Response {first.id} is superseded already"):
        log(session, archive, sent.reference, supersedes=first.id)


def test_sorting_says_what_a_response_is_and_closes_its_letter(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    response = log(session, archive, sent.reference, kind=ResponseKind.ACKNOWLEDGEMENT)
    assert closing.closed(session, [sent.id]) == set()
    recording.sort(session, response.id, ResponseKind.DECLINE, by=DANA, at=NOON)
    assert closing.closed(session, [sent.id]) == {sent.id}
    with pytest.raises(Invalid, match="that was read"):
        recording.sort(session, response.id, ResponseKind.UNREAD, by=DANA, at=NOON)


def test_a_response_that_was_taken_back_closes_nothing(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    response = log(session, archive, sent.reference)
    with pytest.raises(Refused, match="Say why"):
        recording.withdraw(session, response.id, " ", by=DANA, at=NOON)
    recording.withdraw(session, response.id, "Their mail of today.", by=DANA, at=NOON)
    assert closing.closed(session, [sent.id]) == set()
    with pytest.raises(Refused, match="is withdrawn; only one that stands"):
        recording.sort(session, response.id, ResponseKind.DECLINE, by=DANA, at=NOON)


def test_the_journal_says_what_was_logged(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session))
    response = log(session, archive, sent.reference)
    entry, side = session.execute(select(Entry, EntryValues).join(EntryValues, EntryValues.seq == Entry.seq)).one()
    assert (entry.actor, entry.verb, entry.subject) == (DANA.name, "logged", f"response {response.id}")
    assert side.values()["letters"] == [sent.reference]


def test_responses_are_listed_by_campaign(session: Session, archive: Archive) -> None:
    sent = letter(session, kenya(session), part_of=campaign(session))
    response = log(session, archive, sent.reference)
    other = log(session, archive, organisations=("kenya",))
    assert list(shelf.listing(session, "value-of-the-igf")) == [response]
    assert list(shelf.listing(session)) == [response, other]
    with pytest.raises(NotFound, match="There is no campaign 'nothing'"):
        shelf.listing(session, "nothing")
