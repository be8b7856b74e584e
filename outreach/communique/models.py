"""A paragraph has a lasting id; its wording is per version and language; its sources are passages."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.database import Base, Edited, UtcDateTime, choice
from outreach.inputs.models import Passage


class Communique(Edited, Base):
    """A communiqué that is being written, drawn from the answers to one campaign or more."""

    __tablename__ = "communiques"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    template: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    campaigns: Mapped[list["CommuniqueCampaign"]] = relationship(order_by="CommuniqueCampaign.campaign_id")
    versions: Mapped[list["CommuniqueVersion"]] = relationship(back_populates="communique", order_by="CommuniqueVersion.number")


class CommuniqueCampaign(Base):
    """A campaign whose answers the communiqué draws on."""

    __tablename__ = "communique_campaigns"
    communique_id: Mapped[int] = mapped_column(ForeignKey("communiques.id"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaigns.id"), primary_key=True)


class VersionState(StrEnum):
    """How far a version is."""

    DRAFT = "draft"
    IN_REVIEW = "in-review"
    ADOPTED = "adopted"


class CommuniqueVersion(Edited, Base):
    """One state of the whole text in one language.

    `signed_off_by` is who adopted it by name, and `digest` what was adopted. Before `embargo_until` its copies say so; with
    `against_delivery` they say that what is spoken counts.
    """

    __tablename__ = "communique_versions"
    __table_args__ = (UniqueConstraint("communique_id", "number", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    communique_id: Mapped[int] = mapped_column(ForeignKey("communiques.id"))
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(12))
    state: Mapped[VersionState] = mapped_column(choice(VersionState), default=VersionState.DRAFT)
    title: Mapped[str] = mapped_column(Text)
    made_by: Mapped[str] = mapped_column(String(200))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    signed_off_by: Mapped[str] = mapped_column(String(200), default="", server_default="")
    adopted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    digest: Mapped[str] = mapped_column(String(64), default="", server_default="")
    embargo_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    against_delivery: Mapped[bool] = mapped_column(default=False, server_default=false())

    communique: Mapped[Communique] = relationship(back_populates="versions")
    wordings: Mapped[list["Wording"]] = relationship(back_populates="version", order_by="Wording.position")


class ParagraphKind(StrEnum):
    """What a paragraph is in the text, from the part to the whole; paragraphs are numbered, sub-paragraphs lettered."""

    CHAPTER = "chapter"
    SUBHEAD = "subhead"
    PARAGRAPH = "paragraph"
    SUBPARAGRAPH = "subparagraph"
    QUOTATION = "quotation"


class Paragraph(Base):
    """A paragraph's lasting identity through versions and languages."""

    __tablename__ = "communique_paragraphs"
    id: Mapped[int] = mapped_column(primary_key=True)
    communique_id: Mapped[int] = mapped_column(ForeignKey("communiques.id"), index=True)
    kind: Mapped[ParagraphKind] = mapped_column(choice(ParagraphKind))
    theme_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))


class Wording(Base):
    """A paragraph's words in one version (Markdown), its place, and where its statements come from.

    `basis` says why a paragraph without source passages stands: the template's own words on the process, or counts.
    """

    __tablename__ = "communique_wordings"
    __table_args__ = (UniqueConstraint("version_id", "paragraph_id"), UniqueConstraint("version_id", "position"))
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("communique_versions.id"))
    paragraph_id: Mapped[int] = mapped_column(ForeignKey("communique_paragraphs.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(String(40), default="")

    version: Mapped[CommuniqueVersion] = relationship(back_populates="wordings")
    paragraph: Mapped[Paragraph] = relationship()
    sources: Mapped[list["WordingSource"]] = relationship(order_by="WordingSource.position")


class WordingSource(Base):
    """A passage that a wording rests on."""

    __tablename__ = "communique_sources"
    wording_id: Mapped[int] = mapped_column(ForeignKey("communique_wordings.id"), primary_key=True)
    passage_id: Mapped[int] = mapped_column(ForeignKey("passages.id"), primary_key=True, index=True)
    position: Mapped[int]

    passage: Mapped[Passage] = relationship()


class Exported(Base):
    """A file that was written of a version: by its digest it is known again, whatever it is then called."""

    __tablename__ = "communique_exports"
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("communique_versions.id"), index=True)
    edition: Mapped[str] = mapped_column(String(20))
    filename: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64), index=True)
    exported_by: Mapped[str] = mapped_column(String(200))
    exported_at: Mapped[datetime] = mapped_column(UtcDateTime)
