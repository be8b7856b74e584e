"""A response has authors, answers letters (many to many, each with a reason), and may supersede or withdraw another."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.models import Channel, Organisation, Person
from outreach.database import Base, Edited, UtcDateTime, choice
from outreach.letters.models import Letter
from outreach.mail.classes import MailClass


class ResponseKind(StrEnum):
    """What came; `unread` until somebody has said, and never counted as an answer before."""

    UNREAD = "unread"
    SUBSTANTIVE = "substantive"
    ACKNOWLEDGEMENT = "acknowledgement"
    DECLINE = "decline"
    QUESTION = "question"


# Kinds that close a letter: nobody is reminded after one of these. An acknowledgement or a question keeps it open.
CLOSING = frozenset({ResponseKind.SUBSTANTIVE, ResponseKind.DECLINE})


class ResponseState(StrEnum):
    """Whether it stands."""

    RECEIVED = "received"
    LATE = "late"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Response(Edited, Base):
    """Something that came back, by whatever channel; known to the office by its number."""

    __tablename__ = "responses"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ResponseKind] = mapped_column(choice(ResponseKind), index=True)
    state: Mapped[ResponseState] = mapped_column(choice(ResponseState), default=ResponseState.RECEIVED)
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    received_on: Mapped[date] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(Text, default="")
    on_behalf_of: Mapped[str] = mapped_column(String(300), default="")
    note: Mapped[str] = mapped_column(Text, default="")
    logged_by: Mapped[str] = mapped_column(String(200))
    logged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"))

    authors: Mapped[list["ResponseAuthor"]] = relationship(order_by="ResponseAuthor.id")
    answers: Mapped[list["ResponseLetter"]] = relationship(back_populates="response", order_by="ResponseLetter.letter_id")
    files: Mapped[list["ResponseFile"]] = relationship(order_by="ResponseFile.id")


class ResponseAuthor(Base):
    """Who speaks: an organisation, a person, or both; `name` as it stands on what came when neither is known here."""

    __tablename__ = "response_authors"
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str] = mapped_column(String(300), default="")

    organisation: Mapped[Organisation | None] = relationship()
    person: Mapped[Person | None] = relationship()


class ResponseLetter(Base):
    """This response answers that letter: why we think so, and how sure (0 to 100)."""

    __tablename__ = "response_letters"
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text)
    confidence: Mapped[int]
    matched_by: Mapped[str] = mapped_column(String(200))

    response: Mapped[Response] = relationship(back_populates="answers")
    letter: Mapped[Letter] = relationship()


class ResponseFile(Base):
    """A file that came with a response (a scan, an attached letter), content-addressed; `filename` is a label, never a path."""

    __tablename__ = "response_files"
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))


class StructuredAnswer(Edited, Base):
    """What a response answers to one question, by its code: a value as the question asks for it, or as it was written.

    `read_from` says how it came here: from the reply form, by the numbers in a reply, or typed in.
    """

    __tablename__ = "structured_answers"
    __table_args__ = (UniqueConstraint("response_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), index=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    value: Mapped[Any] = mapped_column(JSON)
    read_from: Mapped[str] = mapped_column(String(20))
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class EngagementKind(StrEnum):
    """What was engaged in: an answer they promised, a promise of ours, an action item; a call or meeting is a mere note."""

    PROMISED_ANSWER = "promised-answer"
    PROMISE = "promise"
    ACTION = "action"
    CALL = "call"
    MEETING = "meeting"


class Engagement(Edited, Base):
    """Who of the Panel or the office (`owner`) engaged in what, with whom, by when, and what came of it.

    `source` says where it stands, such as the minutes; `said` is what was said. Never an answer: no letter closes by one.
    """

    __tablename__ = "engagements"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EngagementKind] = mapped_column(choice(EngagementKind), index=True)
    owner: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(Text)
    on: Mapped[date] = mapped_column("made_on")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    with_whom: Mapped[str] = mapped_column(String(300), default="")
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), index=True)
    due: Mapped[date | None] = mapped_column(index=True)
    said: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    outcome: Mapped[str] = mapped_column(Text, default="")
    closed_on: Mapped[date | None]
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    organisation: Mapped[Organisation | None] = relationship()
    letter: Mapped[Letter | None] = relationship()

    @property
    def is_open(self) -> bool:
        """Whether something is still to come of it."""
        return self.closed_on is None and self.kind not in (EngagementKind.CALL, EngagementKind.MEETING)


class MailState(StrEnum):
    """Where an incoming message stands; `waiting` ones are listed until a person decides.

    `noted` is what a machine sent about a letter of ours: a report, an absence, a receipt. It answers nothing.
    """

    FILED = "filed"
    WAITING = "waiting"
    NOTED = "noted"
    SET_ASIDE = "set-aside"


class IncomingMail(Edited, Base):
    """A message as it came: the raw bytes are kept under their digest and never changed; taking it in twice adds nothing."""

    __tablename__ = "incoming_mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    raw_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    message_id: Mapped[str] = mapped_column(String(998), default="", index=True)
    sender_address: Mapped[str] = mapped_column(String(320), default="", index=True)
    sender_name: Mapped[str] = mapped_column(String(300), default="")
    subject: Mapped[str] = mapped_column(Text, default="")
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    in_reply_to: Mapped[list[str]] = mapped_column(JSON, default=list)
    taken_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    source: Mapped[str] = mapped_column(Text)
    state: Mapped[MailState] = mapped_column(choice(MailState), index=True)
    reason: Mapped[str] = mapped_column(Text)
    automatic: Mapped[str] = mapped_column(Text, default="")
    # None of mail that was taken in before classes were kept.
    kind: Mapped[MailClass | None] = mapped_column(choice(MailClass))
    # What an absence says: the day of return, and whom to ask meanwhile.
    returns_on: Mapped[date | None]
    deputy: Mapped[str] = mapped_column(Text, default="")
    # A person let it wait again: it is not noted by itself any more.
    for_person: Mapped[bool] = mapped_column(default=False)
    suggested_letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"))
    response_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"), index=True)

    suggested_letter: Mapped[Letter | None] = relationship()
    response: Mapped[Response | None] = relationship()
    suggestions: Mapped[list["MailSuggestion"]] = relationship(
        order_by=lambda: (MailSuggestion.confidence.desc(), MailSuggestion.letter_id.desc()), viewonly=True
    )


class MailSuggestion(Base):
    """A letter that a mail which waits may answer: why, and how sure we are (0 to 100)."""

    __tablename__ = "mail_suggestions"
    mail_id: Mapped[int] = mapped_column(ForeignKey("incoming_mail.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True, index=True)
    reason: Mapped[str] = mapped_column(Text)
    confidence: Mapped[int]

    letter: Mapped[Letter] = relationship()


class MailFolder(Base):
    """How far the office has come in fetching from one folder of a mailbox (RFC 3501, 2.3.1.1), and how the last time went.

    `settled` is the UID up to which the settings' wish for fetched mail was done; `fetched` counts all messages that were
    brought, `added` those that were not here already. `trouble` says why the last fetch ended early, or "".
    """

    __tablename__ = "mail_folders"
    id: Mapped[int] = mapped_column(primary_key=True)
    mailbox: Mapped[str] = mapped_column(String(40))
    folder: Mapped[str] = mapped_column(String(500))
    validity: Mapped[int] = mapped_column(BigInteger, default=0)
    last: Mapped[int] = mapped_column(BigInteger, default=0)
    settled: Mapped[int] = mapped_column(BigInteger, default=0)
    fetched: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    trouble: Mapped[str] = mapped_column(Text, default="")

    missed: Mapped[list["MissedMail"]] = relationship(order_by="MissedMail.id", cascade="all, delete-orphan")

    __table_args__ = (UniqueConstraint("mailbox", "folder"),)


class MissedMail(Base):
    """A message that lies in a folder and could not be had; it is asked for again with each fetch. `key` is its UID or file."""

    __tablename__ = "missed_mail"
    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("mail_folders.id"), index=True)
    key: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
