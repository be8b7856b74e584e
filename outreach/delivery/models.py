"""The delivery ledger: an attempt for each time a letter was taken to leave, an outcome for each recipient."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.models import Channel
from outreach.database import Base, UtcDateTime, choice
from outreach.letters.models import Letter, LetterVersion


class Result(StrEnum):
    """What became of one recipient in one attempt; `unknown` waits for a person and is never retried by itself.

    `placed`: the letter lies among the drafts of a mailbox, for a person to send.
    """

    ACCEPTED = "accepted"
    PLACED = "placed"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"


class Attempt(Base):
    """A letter taken to leave. Open until ended; a letter has one open attempt at most."""

    __tablename__ = "delivery_attempts"
    __table_args__ = (
        Index(
            "uq_delivery_attempts_open",
            "letter_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"))
    outbox: Mapped[str] = mapped_column(String(40))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    started_by: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dispatched_on: Mapped[date | None]
    result: Mapped[Result | None] = mapped_column(choice(Result))
    detail: Mapped[str] = mapped_column(Text, default="")

    letter: Mapped[Letter] = relationship()
    version: Mapped[LetterVersion] = relationship()
    outcomes: Mapped[list["Outcome"]] = relationship(back_populates="attempt", order_by="Outcome.id")


class Outcome(Base):
    """What became of one recipient."""

    __tablename__ = "delivery_outcomes"
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("delivery_attempts.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(320))
    result: Mapped[Result] = mapped_column(choice(Result))
    reply: Mapped[str] = mapped_column(Text, default="")

    attempt: Mapped[Attempt] = relationship(back_populates="outcomes")


class Pause(Base):
    """A time in which nothing leaves; open until ended."""

    __tablename__ = "delivery_pauses"
    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    because: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(200), default="")
