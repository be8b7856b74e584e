"""Making a response of a mail: who speaks, when it came, what was attached."""

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from outreach.archive import Archive
from outreach.contacts.models import Channel
from outreach.journal import Actor
from outreach.mail.reading import IncomingMessage
from outreach.responses import closing
from outreach.responses.models import Response, ResponseAuthor, ResponseKind, ResponseLetter
from outreach.responses.recording import Attached, kept


def response_of(
    archive: Archive,
    message: IncomingMessage,
    *,
    organisations: Sequence[int],
    answers: Sequence[ResponseLetter],
    due_by: dict[int, date],
    by: Actor,
    at: datetime,
    zone: tzinfo,
) -> Response:
    """Make the response, not read by anybody yet, that a mail is; its attachments go into the archive."""
    received_on = day_received(message, at, zone)
    return Response(
        kind=ResponseKind.UNREAD,
        state=closing.state_on(received_on, [answer.letter_id for answer in answers], due_by),
        channel=Channel.EMAIL,
        received_on=received_on,
        subject=message.subject,
        logged_by=by.name,
        logged_at=at,
        authors=authors_of(message, organisations),
        answers=list(answers),
        files=[kept(archive, Attached(each.filename, each.content, each.content_type)) for each in message.attachments],
    )


def authors_of(message: IncomingMessage, organisations: Sequence[int]) -> list[ResponseAuthor]:
    """Who speaks. The name in the From header is no author: where no organisation is known, the address stands."""
    authors = [ResponseAuthor(organisation_id=number) for number in organisations]
    return authors or [ResponseAuthor(name=message.sender.address[:300])]


def day_received(message: IncomingMessage, at: datetime, zone: tzinfo) -> date:
    """The day of a mail's Date header at the office's place, but never later than `at`: senders' clocks go wrong."""
    return min(message.date or at, at).astimezone(zone).date()
