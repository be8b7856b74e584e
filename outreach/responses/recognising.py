"""Telling whether a message is here already: by its bytes, or as the same message stored by another program."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.archive import Archive, Erased
from outreach.mail.reading import IncomingMessage, opened
from outreach.responses.closing import pieces
from outreach.responses.models import IncomingMail


@dataclass(frozen=True)
class Recognised:
    """What is known of a message: the mail that it is, or the earlier place in its batch; `contested` when it is new, but
    another message with its Message-ID says something else.
    """

    mail: IncomingMail | None = None
    earlier: int | None = None
    contested: bool = False

    @property
    def is_new(self) -> bool:
        """Whether nothing here is this message."""
        return self.mail is None and self.earlier is None


@dataclass
class _Seen:
    """Messages met so far, by their bytes, by how they read, and the Message-IDs among them."""

    by_digest: dict[str, IncomingMail | int] = field(default_factory=dict)
    by_reading: dict[str, IncomingMail | int] = field(default_factory=dict)
    message_ids: set[str] = field(default_factory=set)

    def add(self, digest: str, reading: str, message_id: str, what: IncomingMail | int) -> None:
        self.by_digest.setdefault(digest, what)
        # Without a Message-ID two people may well have sent the same few words; only the same bytes are the same mail then.
        if message_id:
            self.by_reading.setdefault(reading, what)
            self.message_ids.add(message_id)


def by_bytes(session: Session, digests: Collection[str]) -> dict[str, IncomingMail]:
    """The mails that are here with exactly these bytes, by their SHA-256: told before anything of them is read."""
    return {mail.raw_sha256: mail for mail in _mails(session, "raw_sha256", set(digests))}


def recognise(session: Session, archive: Archive, messages: Sequence[IncomingMessage]) -> list[Recognised]:
    """Say for each message of a batch, in order, whether it is here already; two queries for all."""
    seen = _seen_before(session, archive, messages)
    found = []
    for place, message in enumerate(messages):
        reading = reading_of(message)
        what = seen.by_digest.get(message.raw_sha256, seen.by_reading.get(reading))
        if isinstance(what, int):
            found.append(Recognised(earlier=what))
        else:
            found.append(Recognised(what, contested=what is None and message.message_id in seen.message_ids))
        seen.add(message.raw_sha256, reading, message.message_id, place if what is None else what)
    return found


def _seen_before(session: Session, archive: Archive, messages: Sequence[IncomingMessage]) -> _Seen:
    seen = _Seen()
    for mail in _mails(session, "raw_sha256", {message.raw_sha256 for message in messages}):
        seen.by_digest[mail.raw_sha256] = mail
    for mail in _mails(session, "message_id", {message.message_id for message in messages} - {""}):
        if mail.raw_sha256 not in seen.by_digest:
            _remember(seen, archive, mail)
    return seen


def _remember(seen: _Seen, archive: Archive, mail: IncomingMail) -> None:
    try:
        message = opened(archive.fetch(mail.raw_sha256))
    except Erased:
        # What it said is gone: another message with its Message-ID may be the same one or not, and waits for a person.
        seen.message_ids.add(mail.message_id)
    else:
        seen.add(mail.raw_sha256, reading_of(message), mail.message_id, mail)


def _mails(session: Session, column: str, values: Collection[str]) -> list[IncomingMail]:
    found: list[IncomingMail] = []
    for piece in pieces(values):
        query = select(IncomingMail).where(getattr(IncomingMail, column).in_(piece)).order_by(IncomingMail.id)
        found.extend(session.scalars(query))
    return found


def reading_of(message: IncomingMessage) -> str:
    """One digest of what a message says; the same whatever line ends and headers of its own a mail program stored it with."""
    said = (
        message.message_id,
        message.date,
        message.sender,
        message.reply_to,
        message.to,
        message.cc,
        message.subject,
        message.in_reply_to,
        message.references,
        message.text,
        [(each.filename, each.content_type, _unified(each.content)) for each in message.attachments],
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _unified(content: bytes) -> str:
    return hashlib.sha256(content.replace(b"\r\n", b"\n").rstrip()).hexdigest()
