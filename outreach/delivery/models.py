"""The delivery ledger: an attempt for each time a letter was taken to leave, an outcome for each recipient."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel
from outreach.database import Base, UtcDateTime, choice
from outreach.letters.models import Letter, LetterVersion


class Result(StrEnum):
    """What became of one recipient in one attempt; `unknown` waits for a person and is never retried by itself.

    `placed`: the letter lies among the drafts of a mailbox, for a person to send. `rehearsed`: it went to the office itself.
    `bounced` and `delayed` come later, from a server on the way: it gave up, or it still tries.
    """

    ACCEPTED = "accepted"
    PLACED = "placed"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    REHEARSED = "rehearsed"
    BOUNCED = "bounced"
    DELAYED = "delayed"


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
    started_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    dispatched_on: Mapped[date | None]
    result: Mapped[Result | None] = mapped_column(choice(Result))
    detail: Mapped[str] = mapped_column(Text, default="")
    # It went to one address of the office, or was on its way there; it never counts as sent.
    rehearsal: Mapped[bool] = mapped_column(default=False, server_default=false())

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


class Batch(Base):
    """Letters that an approver set for a time; open until ended. They leave by that person's word, whoever runs the sender.

    `outbox` is the name of one, or `channels` where each letter goes by its post's channel.
    """

    __tablename__ = "delivery_batches"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    outbox: Mapped[str] = mapped_column(String(40))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    set_by: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_because: Mapped[str] = mapped_column(Text, default="")

    campaign: Mapped[Campaign] = relationship()


class BatchLetter(Base):
    """A letter of a batch: those that were approved when it was set, and no others."""

    __tablename__ = "delivery_batch_letters"
    batch_id: Mapped[int] = mapped_column(ForeignKey("delivery_batches.id"), primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True, index=True)


class Pause(Base):
    """A time in which nothing leaves; open until ended."""

    __tablename__ = "delivery_pauses"
    id: Mapped[int] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(200))
    because: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(200), default="")


class PrintRun(Base):
    """Letters printed together for the mail room; open until a person says which of them were posted, or that none was.

    `posted_on` is the day on which what left was posted; none when the run was given up.
    """

    __tablename__ = "print_runs"
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), index=True)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str] = mapped_column(String(200), default="")
    posted_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")

    campaign: Mapped[Campaign] = relationship()
    letters: Mapped[list["PrintRunLetter"]] = relationship(back_populates="run", order_by="PrintRunLetter.position")


class PrintRunLetter(Base):
    """A letter of a print run, as the version that was printed; `pages` count what was printed with it as well.

    `posted` is unknown until the run is closed.
    """

    __tablename__ = "print_run_letters"
    run_id: Mapped[int] = mapped_column(ForeignKey("print_runs.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"))
    pages: Mapped[int]
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    posted: Mapped[bool | None]

    run: Mapped[PrintRun] = relationship(back_populates="letters")
    letter: Mapped[Letter] = relationship()
    version: Mapped[LetterVersion] = relationship()
