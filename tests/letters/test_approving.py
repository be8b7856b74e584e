"""Approval covers exactly the bytes that were made; any change voids it."""

import email
import hashlib
from datetime import date
from email import policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.errors import Invalid, Refused
from outreach.journal import Entry
from outreach.letters import approving, editing, register
from outreach.letters.freezing import frozen_message, frozen_pdf
from outreach.letters.models import Letter, LetterState
from tests.cast import CHAIR, DANA, NOON, society
from tests.letters.desk import Desk


@pytest.fixture
def letter(session: Session, desk: Desk) -> Letter:
    campaign = desk.campaign(session, society(session))
    return register.find(session, desk.draft(session, campaign).new[0])


def message_of(letter: Letter, desk: Desk) -> EmailMessage:
    raw = frozen_message(letter.version_now, desk.archive)
    return email.message_from_bytes(raw, policy=policy.default)  # type: ignore[arg-type, return-value]


def test_approval_freezes_the_message_and_the_page_under_their_digests(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    version = letter.version_now
    assert letter.state is LetterState.APPROVED
    assert hashlib.sha256(frozen_message(version, desk.archive)).hexdigest() == version.message_sha256
    assert frozen_pdf(version, desk.archive).startswith(b"%PDF")
    assert letter.approval is not None
    assert (letter.approval.digest, letter.approval.approved_by) == (version.message_sha256, "Charlie Chair")


def test_the_frozen_message_says_what_the_letter_says_and_carries_the_page(
    session: Session, desk: Desk, letter: Letter
) -> None:
    desk.approve(session, letter)
    message = message_of(letter, desk)
    assert message["To"] == "office@open-net.example"
    assert message["From"] == "IGF Leadership Panel <chair@leadership-panel.example>"
    assert message["Reply-To"] == "inputs@leadership-panel.example"
    assert message["Subject"].endswith("(IGF/LP/2025/0001)")
    assert message["Message-ID"] == letter.version_now.message_id
    assert message["Bcc"] is None
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    assert text is not None
    assert html is not None
    for part in (text.get_content(), html.get_content()):
        assert "Dear Ms. Li," in part
        assert "31 March 2025" in " ".join(part.split())
    [page] = message.iter_attachments()
    assert page.get_filename() == "IGF-LP-2025-0001.pdf"
    assert page.get_content() == frozen_pdf(letter.version_now, desk.archive)


def test_the_same_version_gives_the_same_bytes_again(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    before = (letter.version_now.message_sha256, letter.version_now.pdf_sha256)
    editing.recall(session, letter, "another look", by=CHAIR, at=NOON)
    desk.approve(session, letter)
    assert (letter.version_now.message_sha256, letter.version_now.pdf_sha256) == before


def test_an_edit_voids_the_approval_and_keeps_the_reference(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    editing.edit(session, letter, {"subject": "Another subject"}, by=DANA, at=NOON)
    assert letter.state is LetterState.DRAFT
    assert letter.approval is None
    assert letter.approvals[0].void_reason == "the text was changed after it was approved"
    assert (letter.reference, letter.version_now.number) == ("IGF/LP/2025/0001", 2)
    assert letter.version_now.message_id != letter.versions[0].message_id


def test_an_edited_letter_approved_again_leaves_with_its_new_words(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    editing.edit(session, letter, {"body": "Quite *another* text.\n"}, by=DANA, at=NOON)
    desk.approve(session, letter)
    text = message_of(letter, desk).get_body(["plain"])
    assert text is not None
    assert "Quite another text." in text.get_content().replace("*", "")


def test_only_an_approver_approves(session: Session, desk: Desk, letter: Letter) -> None:
    with pytest.raises(Refused, match="Dana Drafter is a drafter and may not approve letters"):
        approving.approve(session, [letter], desk.press, desk.archive, by=DANA, at=NOON)
    assert letter.state is LetterState.DRAFT


def test_an_approved_letter_is_not_approved_twice(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    with pytest.raises(Refused, match="IGF/LP/2025/0001 is approved; only a draft can be approved"):
        desk.approve(session, letter)


def test_a_letter_that_left_can_neither_be_edited_nor_cancelled(session: Session, desk: Desk, letter: Letter) -> None:
    letter.state = LetterState.ACCEPTED
    with pytest.raises(Refused, match="can no longer be edited"):
        editing.edit(session, letter, {"subject": "Late"}, by=DANA, at=NOON)
    with pytest.raises(Refused, match="can no longer be cancelled"):
        editing.cancel(session, letter, "late", by=CHAIR, at=NOON)


@pytest.mark.parametrize("changes", [{"subject": " "}, {"subject": "two\nlines"}, {"body": " \n"}, {"body": "nul\0"}])
def test_an_edit_that_leaves_nothing_to_read_is_refused(session: Session, letter: Letter, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        editing.edit(session, letter, changes, by=DANA, at=NOON)
    assert letter.version_now.number == 1


def test_an_edit_that_changes_nothing_writes_no_version(session: Session, letter: Letter) -> None:
    with pytest.raises(Invalid, match="says that already"):
        editing.edit(session, letter, {"subject": letter.version_now.subject}, by=DANA, at=NOON)


def test_a_cancellation_needs_its_reason(session: Session, letter: Letter) -> None:
    with pytest.raises(Refused, match="Say why"):
        editing.cancel(session, letter, "  ", by=DANA, at=NOON)


def test_a_batch_of_approvals_is_one_entry_in_the_journal(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session, "a-net"), society(session, "b-net", "b.example"))
    letters = [register.find(session, reference) for reference in desk.draft(session, campaign).new]
    desk.approve(session, *letters)
    [entry] = session.scalars(select(Entry).where(Entry.verb == "approved")).all()
    assert entry.subject == "letters IGF/LP/2025/0001 to IGF/LP/2025/0002"


def test_a_letter_without_an_address_can_be_approved_for_paper(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session, email_address=False))
    letter = register.find(session, desk.draft(session, campaign).new[0])
    desk.approve(session, letter)
    assert message_of(letter, desk)["X-Unsent"] == "1"


def test_a_file_altered_in_the_archive_is_refused_not_sent(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    digest = letter.version_now.message_sha256
    assert digest is not None
    desk.archive.path(digest).write_bytes(b"forged")
    with pytest.raises(Invalid, match="is not what was archived"):
        frozen_message(letter.version_now, desk.archive)


def test_the_date_on_the_page_is_the_letters_own(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    composer = desk.composer(campaign, dated=date(2025, 2, 3))
    from outreach.letters import drafting

    letter = register.find(session, drafting.draft(session, campaign, composer, by=DANA, at=NOON).new[0])
    desk.approve(session, letter)
    text = message_of(letter, desk).get_body(["plain"])
    assert text is not None
    assert "3 February 2025" in text.get_content()
