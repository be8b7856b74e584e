"""A letter, its immutable versions, its approvals, and the register of references."""

from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.campaigns.models import Campaign
from outreach.contacts.models import Channel, Post
from outreach.database import Base, Edited, UtcDateTime, choice, index_of_few
from outreach.errors import Refused
from outreach.journal import Actor, Role
from outreach.protocol.entries import Used


class LetterState(StrEnum):
    """Where a letter stands; from `leaving` on, the delivery room decides. `placed`: it lies where a person sends it from.

    `bounced`: a server took it, and then brought it back from everybody that it was addressed to.
    """

    DRAFT = "draft"
    APPROVED = "approved"
    LEAVING = "leaving"
    PLACED = "placed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


# A letter in one of these has not left, and may still be changed or cancelled.
AT_HOME = frozenset({LetterState.DRAFT, LetterState.APPROVED})
# A letter in one of these did not come to those that it is addressed to, and will not by itself.
RETURNED = frozenset({LetterState.REFUSED, LetterState.BOUNCED})


class RecipientKind(StrEnum):
    """How an address stands in the message head; there is no blind copy."""

    TO = "to"
    CC = "cc"


class RelationKind(StrEnum):
    """How one letter stands to another."""

    REMINDS = "reminds"
    CORRECTS = "corrects"
    TRANSLATES = "translates"
    REPLIES_TO = "replies-to"


def day_in_files(day: date) -> datetime:
    """The instant that stands in files of a letter: midnight UTC of its date, so that the same version gives the same bytes."""
    return datetime.combine(day, time(), tzinfo=UTC)


class ReferenceCounter(Base):
    """The last serial given in a year; locked while the next is taken."""

    __tablename__ = "reference_counters"
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Letter(Edited, Base):
    """A letter to a post, or to several jointly, known by its reference, which is never used twice."""

    __tablename__ = "letters"
    __table_args__ = (Index("ix_letters_campaign_state", "campaign_id", "state"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(120), unique=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaigns.id"))
    state: Mapped[LetterState] = mapped_column(choice(LetterState), default=LetterState.DRAFT)
    current: Mapped[int] = mapped_column(default=1)
    owner: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    cancelled_because: Mapped[str] = mapped_column(Text, default="")
    # A letter that must wait: a server asked to bring it again, or it is meant for later.
    not_before: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # How it goes instead of by its post's preferred channel, by an approver's word.
    channel: Mapped[Channel | None] = mapped_column(choice(Channel))
    # See letters/tokens.py; none on letters that were drafted before there were any.
    reply_token: Mapped[str | None] = mapped_column(String(16), unique=True)
    answer_token: Mapped[str | None] = mapped_column(String(32), unique=True)
    held_because: Mapped[str] = mapped_column(Text, default="")

    campaign: Mapped[Campaign | None] = relationship()
    addressees: Mapped[list["LetterAddressee"]] = relationship(order_by="LetterAddressee.position")
    versions: Mapped[list["LetterVersion"]] = relationship(back_populates="letter", order_by="LetterVersion.number")
    approvals: Mapped[list["Approval"]] = relationship(back_populates="letter", order_by="Approval.id")

    @property
    def version_now(self) -> "LetterVersion":
        """The version that counts."""
        return next(version for version in self.versions if version.number == self.current)

    @property
    def approval(self) -> "Approval | None":
        """The approval in force, which covers exactly the current version; None when there is none."""
        for approval in reversed(self.approvals):
            if approval.voided_at is None and approval.letter_version_id == self.version_now.id:
                return approval
        return None

    def approve(self, by: Actor, at: datetime, *, checked: str, message_sha256: str, pdf_sha256: str) -> "Approval":
        """Approve the current version as these frozen bytes; `checked` is the digest of the version that passed its checks.

        Raises Refused unless it is a draft, that version is still the current one, and `by` may approve.
        """
        by.must_be(Role.APPROVER, "approve letters")
        if self.state is not LetterState.DRAFT:
            raise Refused(f"{self.reference} is {self.state}; only a draft can be approved.")
        version = self.version_now
        if version.digest != checked:
            raise Refused(f"{self.reference} was changed while it was being checked; look at it again, then approve it.")
        version.message_sha256, version.pdf_sha256 = message_sha256, pdf_sha256
        approval = Approval(
            version=version,
            approved_by=by.name,
            approved_at=at,
            digest=message_sha256,
        )
        self.approvals.append(approval)
        self.state = LetterState.APPROVED
        return approval

    def void_approval(self, at: datetime, reason: str) -> None:
        """Take the approval back because of `reason`; the letter is a draft again."""
        for approval in self.approvals:
            if approval.voided_at is None:
                approval.voided_at, approval.void_reason = at, reason
        self.state = LetterState.DRAFT

    def must_be_at_home(self, act: str) -> None:
        """Raise Refused, naming the act, once the letter has left, is leaving or was cancelled."""
        if self.state not in AT_HOME:
            raise Refused(f"{self.reference} is {self.state} and can no longer be {act}.")

    def hold(self, reason: str) -> None:
        """Keep it from leaving because of `reason`; raises Refused without one, and once it has left."""
        if self.state not in AT_HOME | {LetterState.DEFERRED}:
            raise Refused(f"{self.reference} is {self.state} and can no longer be held.")
        if not reason.strip():
            raise Refused(f"Say why {self.reference} is held; the reason is shown whenever it is to leave.")
        self.held_because = reason.strip()

    def release(self) -> str:
        """Let it leave again; gives why it was held. Raises Refused when it is not."""
        if not self.held_because:
            raise Refused(f"{self.reference} is not held; nothing was changed.")
        was, self.held_because = self.held_because, ""
        return was

    def cancel(self, reason: str) -> None:
        """Cancel a letter that has not left; its reference stays used."""
        self.must_be_at_home("cancelled")
        if not reason.strip():
            raise Refused(f"Say why {self.reference} is cancelled; the reason stands in the register.")
        self.state, self.cancelled_because = LetterState.CANCELLED, reason.strip()


class LetterAddressee(Base):
    """A post that a letter is addressed to."""

    __tablename__ = "letter_addressees"
    # Joint letters are few; without it counting them reads all.
    __table_args__ = (index_of_few("ix_letter_addressees_further", "letter_id", "position > 0"),)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)

    post: Mapped[Post] = relationship()


class LetterHolder(Base):
    """Whom a version addresses: who held each of its posts on its date; blank where the post was vacant.

    Versions written before this was recorded have no such rows.
    """

    __tablename__ = "letter_holders"
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holders.id", ondelete="SET NULL"), index=True)


class LetterVersion(Base):
    """What was written, never changed: a new wording is a new version.

    `digest` covers everything a reader would see and every recipient. `wording` names each entry of the office's wording that
    the letter took words from, with the digest of those words and whom they awaited then (outreach.letters.vouching). The
    frozen message and PDF are content-addressed files, made when the version is approved.
    """

    __tablename__ = "letter_versions"
    __table_args__ = (UniqueConstraint("letter_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"))
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    made_by: Mapped[str] = mapped_column(String(200))
    dated: Mapped[date]
    language: Mapped[str] = mapped_column(String(12))
    template: Mapped[str] = mapped_column(String(80))
    template_sha256: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(Text)
    address_block: Mapped[list[str]] = mapped_column(JSON)
    salutation: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    close: Mapped[str] = mapped_column(Text)
    layout: Mapped[dict[str, Any]] = mapped_column(JSON)
    warnings: Mapped[list[str]] = mapped_column(JSON, default=list)
    wording: Mapped[dict[str, Used]] = mapped_column(JSON, default=dict, server_default="{}")
    # The questions in the wording of this version, as its reply form has them (`campaigns.asking.Asked`).
    asked: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    message_id: Mapped[str] = mapped_column(String(300), index=True)
    reply_to: Mapped[str] = mapped_column(String(320))
    digest: Mapped[str] = mapped_column(String(64))
    message_sha256: Mapped[str | None] = mapped_column(String(64))
    pdf_sha256: Mapped[str | None] = mapped_column(String(64))

    letter: Mapped[Letter] = relationship(back_populates="versions")
    recipients: Mapped[list["LetterRecipient"]] = relationship(order_by="LetterRecipient.position")
    enclosures: Mapped[list["Enclosure"]] = relationship(order_by="Enclosure.position")
    holders: Mapped[list[LetterHolder]] = relationship()


class LetterRecipient(Base):
    """An address that this version goes to."""

    __tablename__ = "letter_recipients"
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[RecipientKind] = mapped_column(choice(RecipientKind))
    address: Mapped[str] = mapped_column(String(320), index=True)
    name: Mapped[str] = mapped_column(String(300), default="")


class Enclosure(Base):
    """A file that goes with this version, content-addressed."""

    __tablename__ = "letter_enclosures"
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(300))
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))


class CampaignEnclosure(Base):
    """A file that goes with the letters of a campaign when they are drafted; `filename` is a label, never a path."""

    __tablename__ = "campaign_enclosures"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(300))
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))


class AddresseeEnclosure(Base):
    """A file that goes with the letter to one addressee of a campaign alone, after those of the campaign."""

    __tablename__ = "addressee_enclosures"
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(300))
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(120))
    sha256: Mapped[str] = mapped_column(String(64))


class Approval(Base):
    """Somebody's word that exactly this version, as these bytes, may leave."""

    __tablename__ = "approvals"
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"))
    approved_by: Mapped[str] = mapped_column(String(200))
    approved_at: Mapped[datetime] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64))
    on_behalf_of: Mapped[str] = mapped_column(String(200), default="")
    evidence: Mapped[str] = mapped_column(Text, default="")
    evidence_filename: Mapped[str] = mapped_column(String(200), default="")
    evidence_sha256: Mapped[str | None] = mapped_column(String(64))
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str] = mapped_column(Text, default="")

    letter: Mapped[Letter] = relationship(back_populates="approvals")
    version: Mapped[LetterVersion] = relationship()


class SignedCopy(Base):
    """A scan of the letter as it was signed on paper, content-addressed; `filename` is a label, never a path."""

    __tablename__ = "signed_copies"
    id: Mapped[int] = mapped_column(primary_key=True)
    letter_version_id: Mapped[int] = mapped_column(ForeignKey("letter_versions.id"), index=True)
    filename: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    added_by: Mapped[str] = mapped_column(String(200))
    added_at: Mapped[datetime] = mapped_column(UtcDateTime)

    version: Mapped[LetterVersion] = relationship()


class LetterRelation(Base):
    """This letter reminds of, corrects, translates or replies to that one."""

    __tablename__ = "letter_relations"
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True)
    kind: Mapped[RelationKind] = mapped_column(choice(RelationKind), primary_key=True)
