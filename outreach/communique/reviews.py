"""A version before its reviewers: who got which copy, what each said, and what became of every change that they proposed."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.campaigns.models import Campaign
from outreach.communique.models import CommuniqueVersion
from outreach.contacts.models import Post
from outreach.database import Base, Edited, UtcDateTime, choice


class Review(Edited, Base):
    """A version that was put before reviewers; whoever says nothing by `until` agrees (the silence procedure).

    `drafters` are those who wrote it, as the office names them. `campaign` holds the covering letters.
    """

    __tablename__ = "communique_reviews"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("communique_versions.id"), index=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    until: Mapped[datetime] = mapped_column(UtcDateTime)
    drafters: Mapped[list[str]] = mapped_column(JSON, default=list)
    opened_by: Mapped[str] = mapped_column(String(200))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)

    reviewed: Mapped[CommuniqueVersion] = relationship()
    campaign: Mapped[Campaign | None] = relationship()
    reviewers: Mapped[list["Reviewer"]] = relationship(back_populates="review", order_by="Reviewer.number")


class Word(StrEnum):
    """What a reviewer has said so far."""

    NO_WORD = "no-word"
    COMMENTS = "comments"
    AGREES = "agrees"


class Reviewer(Edited, Base):
    """Somebody with a copy of their own, known by `token` when it comes back; `name` is who held the post then.

    `evidence` says how the office knows their word, where it came otherwise than in a file.
    """

    __tablename__ = "communique_reviewers"
    id: Mapped[int] = mapped_column(primary_key=True)
    review_id: Mapped[int] = mapped_column(ForeignKey("communique_reviews.id"), index=True)
    number: Mapped[int]
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    token: Mapped[str] = mapped_column(String(40), unique=True)
    copy_sha256: Mapped[str] = mapped_column(String(64))
    word: Mapped[Word] = mapped_column(choice(Word), default=Word.NO_WORD)
    said_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    evidence: Mapped[str] = mapped_column(Text, default="")

    review: Mapped[Review] = relationship(back_populates="reviewers")
    post: Mapped[Post] = relationship()


class ProposalKind(StrEnum):
    """What is proposed of a paragraph; what could not be placed is kept as well, for a person to place."""

    CHANGE = "change"
    REMOVAL = "removal"
    INSERTION = "insertion"
    MOVE = "move"
    COMMENT = "comment"
    UNPLACED = "unplaced"


class Outcome(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Proposal(Edited, Base):
    """One thing that a person proposed of one paragraph: other words, none, another place, a further paragraph, or a comment.

    `follows_id` is the paragraph after which a further or moved one would stand. `author` is the name that their program wrote.
    `before` and `text` are the words (Markdown) as they were sent and as they are proposed; a comment's `before` are the words
    that it hangs on. `version_id` is where it was accepted.
    """

    __tablename__ = "communique_proposals"
    id: Mapped[int] = mapped_column(primary_key=True)
    reviewer_id: Mapped[int] = mapped_column(ForeignKey("communique_reviewers.id"), index=True)
    paragraph_id: Mapped[int | None] = mapped_column(ForeignKey("communique_paragraphs.id"), index=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("communique_paragraphs.id"))
    kind: Mapped[ProposalKind] = mapped_column(choice(ProposalKind))
    author: Mapped[str] = mapped_column(String(200))
    before: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    made_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    taken_in_by: Mapped[str] = mapped_column(String(200))
    taken_in_at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome), default=Outcome.OPEN)
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[str] = mapped_column(String(200), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("communique_versions.id"))

    reviewer: Mapped[Reviewer] = relationship()
