"""Files that go with letters: named on the page, carried by the message, fixed by the digest."""

import email
from email import policy

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.errors import Invalid, NotFound, Refused
from outreach.letters import editing, enclosing, register
from outreach.letters.freezing import frozen_message
from outreach.letters.models import Letter
from tests.cast import DANA, NOON, RENE, society
from tests.letters.desk import Desk

PDF, OTHER = b"%PDF-1.7\nquestions", b"%PDF-1.7\nother questions"


@pytest.fixture
def campaign(session: Session, desk: Desk) -> Campaign:
    return desk.campaign(session, society(session))


def enclose(session: Session, desk: Desk, campaign: Campaign, content: bytes = PDF, title: str = "Questionnaire") -> None:
    file = enclosing.keep(desk.archive, content, "/tmp/../questions.pdf", title)
    enclosing.add(session, campaign, file, by=DANA, at=NOON)


def letter(session: Session, desk: Desk, campaign: Campaign) -> Letter:
    return register.find(session, desk.draft(session, campaign).new[0])


def test_a_file_is_named_on_the_page_and_carried_by_the_message(session: Session, desk: Desk, campaign: Campaign) -> None:
    enclose(session, desk, campaign)
    drafted = letter(session, desk, campaign)
    assert drafted.version_now.layout["enclosures"] == ["Questionnaire"]
    desk.approve(session, drafted)
    message = email.message_from_bytes(frozen_message(drafted.version_now, desk.archive), policy=policy.default)  # type: ignore[arg-type]
    _page, file = message.iter_attachments()  # type: ignore[attr-defined]
    assert (file.get_filename(), file.get_content_type(), file.get_content()) == ("questions.pdf", "application/pdf", PDF)
    text = message.get_body(["plain"])  # type: ignore[attr-defined]
    assert "Enclosure: Questionnaire" in text.get_content()


def test_a_draft_follows_another_file_of_the_same_title_when_it_is_drafted_anew(
    session: Session, desk: Desk, campaign: Campaign
) -> None:
    enclose(session, desk, campaign)
    drafted = letter(session, desk, campaign)
    before = drafted.version_now.digest
    assert desk.draft(session, campaign, redraft=True).revised == []
    enclosing.take_out(session, campaign, "Questionnaire", by=DANA, at=NOON)
    enclose(session, desk, campaign, OTHER)
    assert desk.draft(session, campaign, redraft=True).revised == [drafted.reference]
    session.refresh(drafted)
    assert drafted.version_now.digest != before
    assert desk.archive.fetch(drafted.version_now.enclosures[0].sha256) == OTHER


def test_an_edit_keeps_the_files_and_its_digest_covers_them(session: Session, desk: Desk, campaign: Campaign) -> None:
    bare = letter(session, desk, campaign)
    without = editing.edit(session, bare, {"body": "The same words.\n"}, by=DANA, at=NOON).digest
    enclose(session, desk, campaign)
    editing.cancel(session, bare, "again", by=DANA, at=NOON)
    drafted = letter(session, desk, campaign)
    edited = editing.edit(session, drafted, {"body": "The same words.\n"}, by=DANA, at=NOON)
    assert [one.filename for one in edited.enclosures] == ["questions.pdf"]
    assert edited.digest != without


def test_what_may_be_enclosed_is_told_by_content_and_its_title_is_one_line(desk: Desk) -> None:
    assert enclosing.keep(desk.archive, PDF, "terms of reference.pdf").title == "terms of reference"
    with pytest.raises(Invalid, match="none of PDF, DOCX"):
        enclosing.keep(desk.archive, b"MZ\0", "questions.pdf")
    with pytest.raises(Invalid, match="one line"):
        enclosing.keep(desk.archive, PDF, "a.pdf", "t" * 201)


def test_a_file_is_enclosed_once_taken_out_by_its_title_and_both_stand_in_the_journal(
    session: Session, desk: Desk, campaign: Campaign
) -> None:
    enclose(session, desk, campaign)
    with pytest.raises(Refused, match="already"):
        enclose(session, desk, campaign, title="Another title")
    with pytest.raises(Refused, match="already"):
        enclose(session, desk, campaign, OTHER)
    with pytest.raises(NotFound, match="it encloses: Questionnaire"):
        enclosing.take_out(session, campaign, "Questions", by=DANA, at=NOON)
    enclosing.take_out(session, campaign, "Questionnaire", by=DANA, at=NOON)
    assert enclosing.of_campaign(session, campaign) == ()
    assert [entry.verb for entry, _ in journal.latest(session, last=2)] == ["enclosed", "taken out"]


def test_a_reader_encloses_nothing_and_nobody_more_than_ten(session: Session, desk: Desk, campaign: Campaign) -> None:
    file = enclosing.keep(desk.archive, PDF, "a.pdf")
    with pytest.raises(Refused, match="may not enclose files"):
        enclosing.add(session, campaign, file, by=RENE, at=NOON)
    for number in range(10):
        enclose(session, desk, campaign, PDF + bytes([65 + number]), f"File {number}")
    with pytest.raises(Refused, match="10 files already"):
        enclose(session, desk, campaign)
