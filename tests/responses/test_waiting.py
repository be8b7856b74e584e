"""Mail that waits is accepted or set aside by a person, and either can be taken back."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.archive import Archive
from outreach.errors import NotFound, Refused
from outreach.journal import Entry
from outreach.letters.models import Letter, LetterState
from outreach.responses import closing, recording, shelf, taking_in, waiting
from outreach.responses.models import MailState, Response, ResponseKind, ResponseState
from tests.cast import DANA, NOON, RENE, kenya, society
from tests.responses.building import letter, mail


@pytest.fixture
def sent(session: Session) -> Letter:
    return letter(session, society(session))


def waiting_mail(session: Session, archive: Archive, raw: bytes | None = None) -> int:
    located = [("1.eml", raw or mail("li@stranger.example", text="Our answer.", attach=[("answer.pdf", b"%PDF-1")]))]
    (taken,) = taking_in.take_in(session, archive, located, by=DANA, at=NOON, own_addresses=())
    return taken.mail


def accept(session: Session, archive: Archive, number: int, *letters: Letter, **said: object) -> waiting.Accepted:
    references = [letter.reference for letter in letters]
    return waiting.accept(session, archive, number, references, by=DANA, at=NOON, **said)  # type: ignore[arg-type]


def test_accepted_mail_is_a_response_with_its_files_and_its_words(session: Session, archive: Archive, sent: Letter) -> None:
    number = waiting_mail(session, archive)
    accepted = accept(session, archive, number, sent)
    response = shelf.get(session, accepted.response.id)
    assert (response.kind, accepted.text.strip()) == (ResponseKind.UNREAD, "Our answer.")
    assert [file.filename for file in response.files] == ["answer.pdf"]
    assert [(a.letter, a.reason, a.matched_by) for a in response.answers] == [(sent, "Accepted by Dana Drafter.", DANA.name)]
    assert waiting.get(session, number).state is MailState.FILED
    assert list(waiting.listing(session)) == []


def test_a_stranger_accepted_speaks_for_the_addressee_or_whom_the_person_names(
    session: Session, archive: Archive, sent: Letter
) -> None:
    kenya(session)
    first = accept(session, archive, waiting_mail(session, archive), sent)
    second = waiting_mail(session, archive, mail("other@stranger.example"))
    named = accept(session, archive, second, sent, organisations=["kenya"])
    assert shelf.author_names(shelf.get(session, first.response.id)) == ["Open Net Society"]
    assert shelf.author_names(shelf.get(session, named.response.id)) == ["Kenya"]


def test_a_known_sender_speaks_for_himself_in_a_joint_letter(session: Session, archive: Archive) -> None:
    joint = letter(session, kenya(session), society(session))
    known = accept(session, archive, waiting_mail(session, archive, mail()), joint)
    assert shelf.author_names(shelf.get(session, known.response.id)) == ["Open Net Society"]
    with pytest.raises(Refused, match="Say who wrote"):
        accept(session, archive, waiting_mail(session, archive), joint)


def test_an_automatic_mail_is_accepted_only_by_a_person(session: Session, archive: Archive, sent: Letter) -> None:
    number = waiting_mail(session, archive, mail(Auto_Submitted="auto-generated"))
    assert accept(session, archive, number, sent).response.answers[0].matched_by == DANA.name


def test_mail_is_accepted_once(session: Session, archive: Archive, sent: Letter) -> None:
    number = waiting_mail(session, archive)
    accept(session, archive, number, sent)
    with pytest.raises(Refused, match=f"Mail {number} is filed; put it back first"):
        accept(session, archive, number, sent)


def test_mail_that_was_put_back_and_accepted_again_is_the_same_response(
    session: Session, archive: Archive, sent: Letter
) -> None:
    other, number = letter(session, kenya(session)), waiting_mail(session, archive)
    first = accept(session, archive, number, sent).response
    recording.sort(session, first.id, ResponseKind.SUBSTANTIVE, by=DANA, at=NOON)
    waiting.put_back(session, number, by=DANA, at=NOON)
    assert (first.state, closing.closed(session, [sent.id])) == (ResponseState.WITHDRAWN, set())
    again = accept(session, archive, number, other).response
    session.expire_all()
    assert (again.id, again.state, again.kind) == (first.id, ResponseState.RECEIVED, ResponseKind.SUBSTANTIVE)
    assert [answer.letter for answer in again.answers] == [other]
    assert shelf.author_names(again) == ["Kenya"]
    assert session.scalar(select(func.count()).select_from(Response)) == 1


def test_mail_that_was_filed_by_evidence_can_be_put_back(session: Session, archive: Archive, sent: Letter) -> None:
    number = waiting_mail(session, archive, mail(subject=sent.reference))
    waiting.put_back(session, number, by=DANA, at=NOON)
    (row,) = waiting.listing(session)
    assert row.reason.startswith("Put back by Dana Drafter. Before: It names the reference of")
    assert row.response is not None
    assert row.response.state is ResponseState.WITHDRAWN


def test_setting_aside_needs_a_reason_and_can_be_undone(session: Session, archive: Archive) -> None:
    number = waiting_mail(session, archive)
    with pytest.raises(Refused, match="Say why"):
        waiting.set_aside(session, number, "  ", by=DANA, at=NOON)
    waiting.set_aside(session, number, "A newsletter.", by=DANA, at=NOON)
    assert (waiting.count(session), waiting.get(session, number).reason) == (0, "A newsletter.")
    waiting.put_back(session, number, by=DANA, at=NOON)
    assert waiting.count(session) == 1
    with pytest.raises(Refused, match=f"Mail {number} waits already"):
        waiting.put_back(session, number, by=DANA, at=NOON)


def test_every_decision_stands_in_the_journal(session: Session, archive: Archive, sent: Letter) -> None:
    number = waiting_mail(session, archive)
    waiting.set_aside(session, number, "A newsletter.", by=DANA, at=NOON)
    waiting.put_back(session, number, by=DANA, at=NOON)
    accept(session, archive, number, sent)
    verbs = session.scalars(select(Entry.verb).where(Entry.subject == f"mail {number}").order_by(Entry.seq)).all()
    assert verbs == ["set aside", "put back", "accepted"]


def test_mail_cannot_answer_a_letter_that_never_left(session: Session, archive: Archive) -> None:
    draft = letter(session, society(session), state=LetterState.DRAFT)
    with pytest.raises(Refused, match="is a draft"):
        accept(session, archive, waiting_mail(session, archive), draft)


def test_accepting_needs_a_letter_and_an_existing_mail(session: Session, archive: Archive, sent: Letter) -> None:
    with pytest.raises(Refused, match="Say which letters"):
        accept(session, archive, waiting_mail(session, archive))
    with pytest.raises(NotFound, match="There is no mail 0"):
        accept(session, archive, 0, sent)


def test_a_reader_decides_nothing(session: Session, archive: Archive, sent: Letter) -> None:
    number = waiting_mail(session, archive)
    for act in (
        lambda: waiting.accept(session, archive, number, [sent.reference], by=RENE, at=NOON),
        lambda: waiting.set_aside(session, number, "No.", by=RENE, at=NOON),
        lambda: waiting.put_back(session, number, by=RENE, at=NOON),
    ):
        with pytest.raises(Refused, match="René Reader is a reader"):
            act()
