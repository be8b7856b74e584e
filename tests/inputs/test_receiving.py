"""What is taken in keeps its words: mail, mail that waited, and what is logged by hand."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.contacts.models import Channel
from outreach.errors import Refused
from outreach.inputs import attribution, receiving, texts
from outreach.inputs.models import AttributionLevel
from outreach.journal import Actor
from outreach.responses.models import Response, ResponseKind
from outreach.responses.recording import Attached, Received
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.responses.building import OURS, letter, mail, message_id


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "files")


def words(session: Session, number: int) -> list[tuple[str, str]]:
    return [(text.origin, text.content.strip()) for text in texts.of_response(session, number)]


def test_mail_that_answers_keeps_its_words_and_mail_that_waited_keeps_them_once_accepted(
    session: Session, archive: Archive
) -> None:
    sent = letter(session, society(session))
    batch = [("a.eml", mail(answers=message_id(sent), text="Yes.")), ("b.eml", mail("x@else.example", text="Also yes."))]
    filed, waits = receiving.take_in(session, archive, batch, by=DANA, at=NOON, own_addresses={OURS})
    assert words(session, filed.response or 0) == [("text of the mail", "Yes.")]
    assert waits.response is None
    response = receiving.accept(session, archive, waits.mail, [sent.reference], by=DANA, at=NOON)
    assert words(session, response.id) == [("text of the mail", "Also yes.")]


def log(session: Session, archive: Archive, by: Actor = DANA, evidence: str = "Box 1 ticked.") -> Response:
    scan, note = Attached("scan.pdf", b"%PDF-1", "application/pdf"), Attached("note.txt", b"Oui.", "text/plain")
    received = Received(kind=ResponseKind.SUBSTANTIVE, channel=Channel.POST, received_on=NOON.date(), files=(scan, note))
    allowed = receiving.Allowed(AttributionLevel.ATTRIBUTED, evidence)
    references = [letter(session, kenya(session)).reference]
    return receiving.log(
        session,
        archive,
        references,
        received,
        words="What was typed.",
        allowed=allowed,
        by=by,
        today=NOON.date(),
        at=NOON,
    )


def test_what_is_logged_keeps_what_was_typed_and_the_words_of_text_files_and_who_may_be_named(
    session: Session, archive: Archive
) -> None:
    response = log(session, archive)
    assert words(session, response.id) == [("typed at the desk", "What was typed."), ("note.txt", "Oui.")]
    assert attribution.of_response(session, response.id) is AttributionLevel.ATTRIBUTED
    assert [row.evidence for row in attribution.history(session, response.id)] == ["Box 1 ticked."]


def test_a_reader_logs_nothing(session: Session, archive: Archive) -> None:
    with pytest.raises(Refused, match="may not log responses"):
        log(session, archive, by=RENE)


def test_nobody_is_named_without_evidence(session: Session, archive: Archive) -> None:
    with pytest.raises(Refused, match="by what evidence"):
        log(session, archive, evidence=" ")
