"""A campaign keeps its chosen addressees as rows, and what it asks as typed questions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.contacts.models import Post
from outreach.database import Base, Edited, UtcDateTime, choice, index_of_few


class Campaign(Edited, Base):
    """One letter to many: a template, a deadline for answers, a sender profile, an owner.

    `values` are those of the template that are the same for everybody; an addressee's own go before them.
    """

    __tablename__ = "campaigns"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(300))
    template: Mapped[str] = mapped_column(String(80))
    sender: Mapped[str] = mapped_column(String(80))
    deadline: Mapped[date | None]
    # In words, where the deadline was counted in working days or was moved.
    deadline_counted: Mapped[str] = mapped_column(Text, default="", server_default="")
    selection: Mapped[str] = mapped_column(Text)
    copies: Mapped[list[str]] = mapped_column(JSON, default=list)
    values: Mapped[dict[str, str]] = mapped_column(JSON, default=dict, server_default="{}")
    owner: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # Nothing of it leaves before.
    embargo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)

    addressees: Mapped[list["CampaignAddressee"]] = relationship(
        back_populates="campaign", cascade="all, delete-orphan", order_by="CampaignAddressee.id"
    )
    questions: Mapped[list["Question"]] = relationship(cascade="all, delete-orphan", order_by="Question.position")


class CampaignAddressee(Edited, Base):
    """A post that the campaign writes to. Rows with the same `joint` word get one letter together.

    `left_out` is the reason why this campaign does not write to it after all; blank if it does.
    """

    __tablename__ = "campaign_addressees"
    __table_args__ = (
        UniqueConstraint("campaign_id", "post_id"),
        index_of_few("ix_campaign_addressees_own_deadline", "post_id", "deadline IS NOT NULL"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    joint: Mapped[str] = mapped_column(String(80), default="")
    language: Mapped[str] = mapped_column(String(12), default="")
    deadline: Mapped[date | None]
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    left_out: Mapped[str] = mapped_column(Text, default="")

    campaign: Mapped[Campaign] = relationship(back_populates="addressees")
    post: Mapped[Post] = relationship()


class QuestionKind(StrEnum):
    """What an answer looks like."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    YES_NO = "yes-no"
    FIGURE = "figure"


class Question(Edited, Base):
    """One thing asked; `wordings` holds it by language, `options` the choices where it is one (`asking.Option`).

    Letters keep the questions that they asked (`LetterVersion.asked`), so that a change here rewrites none of them.
    """

    __tablename__ = "campaign_questions"
    __table_args__ = (UniqueConstraint("campaign_id", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"))
    position: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    kind: Mapped[QuestionKind] = mapped_column(choice(QuestionKind))
    wordings: Mapped[dict[str, str]] = mapped_column(JSON)
    options: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
