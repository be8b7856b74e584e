"""Taking answers in with their words: mail, mail that waited, and what somebody types or scans."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo

from sqlalchemy.orm import Session

from outreach import __version__
from outreach.archive import Archive
from outreach.inputs import attribution, texts
from outreach.inputs.models import AttributionLevel
from outreach.journal import Actor
from outreach.responses import recording, taking_in, uploads, waiting
from outreach.responses.models import Response
from outreach.responses.recording import Received

MAIL_READER = f"outreach {__version__}, mail"
BY_HAND = "typed by a person"


@dataclass(frozen=True)
class Allowed:
    """How a respondent may be named, and where that was said."""

    level: AttributionLevel
    evidence: str


def take_in(
    session: Session,
    archive: Archive,
    batch: Sequence[taking_in.Located],
    *,
    by: Actor,
    at: datetime,
    own_addresses: Collection[str],
    zone: tzinfo = UTC,
) -> list[taking_in.Taken]:
    """Take in a batch of messages (see `taking_in.take_in`), and keep the words of those that became responses."""
    taken = list(taking_in.take_in(session, archive, batch, by=by, at=at, own_addresses=own_addresses, zone=zone))
    said = [_of_mail(each.response, each.text, each.language) for each in taken if each.response and each.text.strip()]
    texts.keep_all(session, said, at=at)
    return taken


def accept(
    session: Session,
    archive: Archive,
    number: int,
    references: Sequence[str],
    *,
    organisations: Sequence[str] = (),
    by: Actor,
    at: datetime,
    zone: tzinfo = UTC,
) -> Response:
    """Accept a waiting mail (see `waiting.accept`), and keep its words."""
    accepted = waiting.accept(session, archive, number, references, organisations=organisations, by=by, at=at, zone=zone)
    if accepted.text.strip():
        texts.keep_all(session, [_of_mail(accepted.response.id, accepted.text, accepted.language)], at=at)
    return accepted.response


def _of_mail(response: int, words: str, language: str) -> texts.Given:
    return texts.Given(response_id=response, content=words, origin="text of the mail", extractor=MAIL_READER, language=language)


def log(
    session: Session,
    archive: Archive,
    references: Sequence[str],
    received: Received,
    *,
    words: str = "",
    origin: str = "typed at the desk",
    allowed: Allowed | None = None,
    by: Actor,
    today: date,
    at: datetime,
) -> Response:
    """Log what came by hand (see `recording.record`) with its words, those of its text files, and who may be named.

    `origin` says where the words come from.
    """
    response = recording.record(session, archive, references, received, by=by, today=today, at=at)
    said = [texts.Given(response_id=response.id, content=words, origin=origin, extractor=BY_HAND)]
    said += [_of_file(response.id, file) for file in received.files if file.content_type == uploads.TEXT]
    texts.keep_all(session, [each for each in said if each.content.strip()], at=at)
    if allowed:
        attribution.record(
            session,
            response.id,
            allowed.level,
            said_on=received.received_on,
            evidence=allowed.evidence,
            by=by,
            at=at,
        )
    return response


def _of_file(response: int, file: recording.Attached) -> texts.Given:
    words = uploads.words_of(file.content)
    return texts.Given(response_id=response, content=words, origin=file.filename, extractor="as the file stands, UTF-8")
