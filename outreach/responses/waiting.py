"""Mail that waits for a person: accepting it as an answer, setting it aside, and taking either back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from outreach import journal
from outreach.archive import Archive
from outreach.errors import NotFound, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter
from outreach.mail.reading import IncomingMessage, opened
from outreach.responses import closing, filing, knowing, shelf
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import (
    IncomingMail,
    MailState,
    MailSuggestion,
    Response,
    ResponseAuthor,
    ResponseLetter,
    ResponseState,
)
from outreach.responses.recording import only_organisation, said_why


@dataclass(frozen=True)
class Accepted:
    """The response that a mail became, and the words of the mail for whoever reads on."""

    response: Response
    text: str = field(repr=False)
    language: str


def listing(
    session: Session, state: MailState = MailState.WAITING, *, offset: int = 0, limit: int | None = None
) -> Sequence[IncomingMail]:
    """The mail in this state with the letters suggested for it, in the order it came in; all of it, or a page."""
    query = select(IncomingMail).where(IncomingMail.state == state).order_by(IncomingMail.id).offset(offset).limit(limit)
    suggested = selectinload(IncomingMail.suggestions).joinedload(MailSuggestion.letter)
    return session.scalars(query.options(joinedload(IncomingMail.suggested_letter), suggested)).all()


def count(session: Session) -> int:
    """How many mails wait for a person."""
    query = select(func.count()).select_from(IncomingMail).where(IncomingMail.state == MailState.WAITING)
    return session.scalar(query) or 0


def of_response(session: Session, response_id: int) -> IncomingMail | None:
    """The mail that a response was made of, if it came by mail."""
    return session.scalar(select(IncomingMail).where(IncomingMail.response_id == response_id).order_by(IncomingMail.id))


def get(session: Session, number: int) -> IncomingMail:
    """The mail with this number; raises NotFound."""
    suggested = selectinload(IncomingMail.suggestions).joinedload(MailSuggestion.letter)
    found = session.get(IncomingMail, number, options=(suggested,))
    if found is None:
        raise NotFound(
            f"There is no mail {number}; look it up among those that wait.", to_type="`outreach responses waiting` shows them."
        )
    return found


def likeliest(session: Session, number: int) -> Letter:
    """The letter that this mail most likely answers; raises Refused when none is suggested."""
    query = select(Letter).join(MailSuggestion, MailSuggestion.letter_id == Letter.id).where(MailSuggestion.mail_id == number)
    found = session.scalar(query.order_by(MailSuggestion.confidence.desc(), Letter.id.desc()).limit(1))
    if found is None:
        raise Refused(f"No letter is suggested for mail {number}; open it and name one.")
    return found


def accept(
    session: Session,
    archive: Archive,
    number: int,
    references: Sequence[str],
    *,
    by: Actor,
    at: datetime,
    organisations: Sequence[str] = (),
    zone: tzinfo = UTC,
) -> Accepted:
    """Make the waiting mail `number` a response to the letters with these references, on the word of `by`.

    `organisations` (keys, acronyms or names) say who wrote; without them it is whom the sender is known for, else the one
    organisation that the letters went to. A response that was made of this mail before stands again under its number.

    Raises Refused unless `by` may log, unless the mail waits, for a letter that never left, and when the author is open.
    """
    by.must_be(Role.DRAFTER, "accept mail")
    mail = _must_be(get(session, number), MailState.WAITING)
    letters = shelf.answerable(session, references)
    if not letters:
        raise Refused(f"Say which letters mail {number} answers.")
    message = opened(archive.fetch(mail.raw_sha256))
    speaking = _speaking(session, message, letters, organisations)
    due_by = closing.deadlines(session, [letter.id for letter in letters])
    answers = [_on_the_word_of(by, letter) for letter in letters]
    if mail.response_id is not None:
        response = _reinstated(session, mail.response_id, filing.authors_of(message, speaking), answers, due_by)
    else:
        response = mail.response = filing.response_of(
            archive, message, organisations=speaking, answers=answers, due_by=due_by, by=by, at=at, zone=zone
        )
    mail.state, mail.reason = MailState.FILED, f"Accepted by {by.name}."
    session.flush()
    named = [letter.reference for letter in letters]
    journal.record(session, by, "accepted", f"mail {number}", at=at, letters=named, response=response.id)
    return Accepted(response, message.text, message.language)


def _speaking(session: Session, message: IncomingMessage, letters: Sequence[Letter], organisations: Sequence[str]) -> list[int]:
    if organisations:
        return [each.id for each in shelf.organisations_named(session, organisations)]
    sender = message.sender.address
    known = knowing.known(session, [sender]).organisations(sender)
    written_to = shelf.organisations_of(session, [letter.id for letter in letters])
    speaking = [number for numbers in written_to.values() for number in numbers if number in known]
    return list(dict.fromkeys(speaking)) or [only_organisation(session, letters).id]


def _on_the_word_of(by: Actor, letter: Letter) -> ResponseLetter:
    return ResponseLetter(letter_id=letter.id, reason=f"Accepted by {by.name}.", confidence=100, matched_by=by.name)


def _reinstated(
    session: Session, number: int, authors: list[ResponseAuthor], answers: list[ResponseLetter], due_by: dict[int, date]
) -> Response:
    """Let a response that its mail was put back from stand again, by these authors and to these letters."""
    response = shelf.get(session, number)
    for gone in (*response.authors, *response.answers):
        session.delete(gone)
    # The same letter may be answered again, so its old row must be gone before the new one comes.
    session.flush()
    session.expire(response, ["authors", "answers"])
    response.authors, response.answers = authors, answers
    if response.state is ResponseState.WITHDRAWN:
        response.state = closing.state_on(response.received_on, [answer.letter_id for answer in answers], due_by)
    return response


def set_aside(session: Session, number: int, reason: str, *, by: Actor, at: datetime) -> IncomingMail:
    """Take a waiting mail off the list because of `reason`; it is kept. Raises Refused unless it waits, or without a reason."""
    by.must_be(Role.DRAFTER, "set mail aside")
    mail = _must_be(get(session, number), MailState.WAITING)
    before, mail.reason, mail.state = mail.reason, said_why(reason, f"mail {number}"), MailState.SET_ASIDE
    session.flush()
    journal.record(session, by, "set aside", f"mail {number}", at=at, reason=mail.reason, before=before)
    return mail


def put_back(session: Session, number: int, *, by: Actor, at: datetime) -> IncomingMail:
    """Let a mail that was filed or set aside wait again; a response made of it counts as withdrawn until it is accepted again.

    Raises Refused unless `by` may log, and for a mail that waits already.
    """
    by.must_be(Role.DRAFTER, "put mail back")
    mail = get(session, number)
    if mail.state is MailState.WAITING:
        raise Refused(f"Mail {number} waits already; accept it or set it aside.")
    before, mail.state, mail.for_person = mail.state, MailState.WAITING, True
    mail.reason = f"Put back by {by.name}. Before: {mail.reason}"
    if mail.response is not None and mail.response.state in IN_FORCE:
        mail.response.state = ResponseState.WITHDRAWN
    session.flush()
    journal.record(session, by, "put back", f"mail {number}", at=at, before=before, response=mail.response_id)
    return mail


def _must_be(mail: IncomingMail, state: MailState) -> IncomingMail:
    if mail.state is not state:
        raise Refused(
            f"Mail {mail.id} is {mail.state}; put it back first, so that it waits again.",
            to_type=f"`outreach responses put-back {mail.id}` does so.",
        )
    return mail
