"""Recording a response by hand, saying what it is, and taking one back."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import Archive
from outreach.contacts.models import Channel, Organisation
from outreach.delivery.models import Attempt, Result
from outreach.errors import Invalid, Refused
from outreach.journal import Actor, Role
from outreach.letters.models import Letter
from outreach.mail.filenames import safe_filename
from outreach.responses import closing, shelf
from outreach.responses.closing import IN_FORCE
from outreach.responses.models import (
    Response,
    ResponseAuthor,
    ResponseFile,
    ResponseKind,
    ResponseLetter,
    ResponseState,
)


@dataclass(frozen=True)
class Attached:
    """A file that came with a response: a scan, a letter; `filename` is a label, never a path."""

    filename: str
    content: bytes = field(repr=False)
    content_type: str = "application/octet-stream"


@dataclass(frozen=True, kw_only=True)
class Received:
    """What came, as the person who logs it says.

    `organisations` are keys, acronyms or names of the directory; `names` are authors who stand in no directory. With
    neither, the author is the organisation that the letters were addressed to. `supersedes` is the number of the
    response that this one replaces.
    """

    kind: ResponseKind
    channel: Channel
    received_on: date
    organisations: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    subject: str = ""
    on_behalf_of: str = ""
    note: str = ""
    files: tuple[Attached, ...] = ()
    supersedes: int | None = None


def record(
    session: Session,
    archive: Archive,
    references: Sequence[str],
    received: Received,
    *,
    by: Actor,
    today: date,
    at: datetime,
) -> Response:
    """Record what came by any channel as a response to the letters with these references.

    Raises Refused unless `by` may log, for a day after `today` or before a letter left, for a letter that never left, and when
    nobody says who wrote.
    """
    by.must_be(Role.DRAFTER, "log responses")
    if received.kind is ResponseKind.UNREAD:
        raise Invalid("Say what came: substantive, acknowledgement, decline or question.")
    if received.received_on > today:
        raise Refused(f"{received.received_on} is in the future; give the day on which the response came.")
    letters = shelf.answerable(session, references)
    # A letter that has left is dated in UTC, which may be a day ahead of the office's: today is always after it.
    if received.received_on < today:
        _must_come_after(session, letters, received.received_on)
    response = _standing(session, received, letters, by=by, at=at)
    response.authors = _authors(session, received, letters)
    response.answers = [_by_hand(letter, by) for letter in letters]
    response.files = [kept(archive, each) for each in received.files]
    session.add(response)
    session.flush()
    _journal_record(session, response, by, at)
    return response


def _must_come_after(session: Session, letters: Sequence[Letter], received_on: date) -> None:
    numbers = [letter.id for letter in letters]
    query = select(Attempt.letter_id, func.min(Attempt.dispatched_on)).group_by(Attempt.letter_id)
    query = query.where(Attempt.letter_id.in_(numbers), Attempt.result.in_([Result.ACCEPTED, Result.BOUNCED]))
    left_on = dict(session.execute(query).all())
    for letter in letters:
        left = left_on.get(letter.id)
        if left is not None and received_on < left:
            raise Refused(
                f"{letter.reference} left on {left}, so no answer to it came on {received_on}; "
                "give the day on which the response came."
            )


def _standing(session: Session, received: Received, letters: Sequence[Letter], *, by: Actor, at: datetime) -> Response:
    ids = [letter.id for letter in letters]
    return Response(
        kind=received.kind,
        state=closing.state_on(received.received_on, ids, closing.deadlines(session, ids)),
        channel=received.channel,
        received_on=received.received_on,
        subject=received.subject,
        on_behalf_of=received.on_behalf_of,
        note=received.note,
        logged_by=by.name,
        logged_at=at,
        supersedes_id=_superseded(session, received.supersedes),
    )


def _superseded(session: Session, number: int | None) -> int | None:
    """Mark the response that is replaced, and give its number."""
    if number is None:
        return None
    earlier = shelf.get(session, number)
    if earlier.state not in IN_FORCE:
        raise Refused(f"Response {number} is {earlier.state} already; name the one that stands in its place.")
    earlier.state = ResponseState.SUPERSEDED
    return earlier.id


def _authors(session: Session, received: Received, letters: Sequence[Letter]) -> list[ResponseAuthor]:
    known = shelf.organisations_named(session, received.organisations)
    authors = [ResponseAuthor(organisation=each) for each in known]
    authors += [ResponseAuthor(name=name.strip()[:300]) for name in received.names if name.strip()]
    return authors or [ResponseAuthor(organisation=only_organisation(session, letters))]


def only_organisation(session: Session, letters: Sequence[Letter]) -> Organisation:
    """The one organisation that these letters were addressed to; raises Refused when it is not exactly one."""
    by_letter = shelf.organisations_of(session, [letter.id for letter in letters])
    ids = {number for numbers in by_letter.values() for number in numbers}
    organisation = session.get(Organisation, ids.pop()) if len(ids) == 1 else None
    if organisation is None:
        raise Refused("Say who wrote: the letters do not name one organisation only.", to_type="--from says it.")
    return organisation


def _by_hand(letter: Letter, by: Actor) -> ResponseLetter:
    return ResponseLetter(letter=letter, reason=f"Logged by {by.name}.", confidence=100, matched_by=by.name)


def kept(archive: Archive, attached: Attached) -> ResponseFile:
    """Keep a file in the archive, and give the row that points to it."""
    return ResponseFile(
        filename=safe_filename(attached.filename, attached.content_type),
        content_type=attached.content_type[:120],
        size=len(attached.content),
        sha256=archive.keep(attached.content),
    )


def _journal_record(session: Session, response: Response, by: Actor, at: datetime) -> None:
    journal.record(
        session,
        by,
        "logged",
        f"response {response.id}",
        at=at,
        kind=response.kind,
        channel=response.channel,
        received_on=response.received_on,
        letters=[answer.letter.reference for answer in response.answers],
        authors=shelf.author_names(response),
        files=[file.sha256 for file in response.files],
        supersedes=response.supersedes_id,
    )


def sort(session: Session, number: int, kind: ResponseKind, *, by: Actor, at: datetime) -> Response:
    """Say what a response is, once somebody has read it; may be said again.

    Raises Refused unless `by` may log, and for a response that was taken back or replaced.
    """
    by.must_be(Role.DRAFTER, "sort responses")
    if kind is ResponseKind.UNREAD:
        raise Invalid("A response that was read is substantive, an acknowledgement, a decline or a question.")
    response = _in_force(session, number)
    before, response.kind = response.kind, kind
    session.flush()
    journal.record(session, by, "sorted", f"response {number}", at=at, kind=kind, before=before)
    return response


def supersede(session: Session, earlier: int, later: int, *, by: Actor, at: datetime) -> Response:
    """Note that the response `later` stands in the place of `earlier`, which stays on record.

    Raises Refused unless both stand and `by` may log.
    """
    by.must_be(Role.DRAFTER, "replace responses")
    if earlier == later:
        raise Refused(f"Response {earlier} cannot replace itself; name the earlier one, then the later one.")
    response = _in_force(session, later)
    if response.supersedes_id is not None:
        raise Refused(f"Response {later} replaces response {response.supersedes_id} already.")
    response.supersedes_id = _superseded(session, earlier)
    session.flush()
    journal.record(session, by, "superseded", f"response {earlier}", at=at, by_response=later)
    return response


def withdraw(session: Session, number: int, reason: str, *, by: Actor, at: datetime) -> Response:
    """Note that its author took a response back; it stays on record and closes no letter any more."""
    by.must_be(Role.DRAFTER, "withdraw responses")
    reason, response = said_why(reason, f"response {number}"), _in_force(session, number)
    response.state = ResponseState.WITHDRAWN
    session.flush()
    journal.record(session, by, "withdrew", f"response {number}", at=at, reason=reason)
    return response


def _in_force(session: Session, number: int) -> Response:
    response = shelf.get(session, number)
    if response.state not in IN_FORCE:
        raise Refused(f"Response {number} is {response.state}; only one that stands can be changed.")
    return response


def said_why(reason: str, what: str) -> str:
    """The reason without blanks around it; raises Refused when there is none."""
    if not reason.strip():
        raise Refused(f"Say why for {what}; the reason stands in the journal.")
    return reason.strip()
