"""Texts are immutable; a passage is a span of one with its digest; attribution is a dated row with its evidence."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.database import Base, Edited, UtcDateTime, choice
from outreach.responses.models import Response


class InputText(Base):
    """A text of a response as read once; extracting again adds a text. `content` never changes: `sha256` fixes its UTF-8."""

    __tablename__ = "input_texts"
    __table_args__ = (UniqueConstraint("response_id", "sha256", "origin"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), index=True)
    origin: Mapped[str] = mapped_column(String(300))
    extractor: Mapped[str] = mapped_column(String(120))
    language: Mapped[str] = mapped_column(String(12), default="")
    translation_of_id: Mapped[int | None] = mapped_column(ForeignKey("input_texts.id"))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)

    response: Mapped[Response] = relationship()


class Codebook(Edited, Base):
    """A codebook by its name: what it is called, and where its themes come from."""

    __tablename__ = "codebooks"
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text, default="")


class Theme(Edited, Base):
    """A theme of a codebook, in a tree. One that was merged into another stays, so that its code still leads there."""

    __tablename__ = "themes"
    __table_args__ = (UniqueConstraint("codebook", "code"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    codebook: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(80), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"))
    position: Mapped[int]
    titles: Mapped[dict[str, str]] = mapped_column(JSON)
    definition: Mapped[str] = mapped_column(Text, default="")
    aliases: Mapped[list[str]] = mapped_column(JSON, default=list)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("themes.id"), index=True)


class ChangeKind(StrEnum):
    """What was done to two themes at once."""

    MERGED = "merged"
    SPLIT = "split"


class ThemeChange(Base):
    """That `theme` was merged into `other`, or that `other` was split off it; what followed, so that it can be undone.

    `moved` has an object for each passage: `passage`, the `stance` that it had under the theme it left, whether it `stood`
    under the other before, and with which `other_stance`. `children` are the themes that changed their parent.
    """

    __tablename__ = "theme_changes"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), index=True)
    moved: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    children: Mapped[list[int]] = mapped_column(JSON, default=list)
    changed_by: Mapped[str] = mapped_column(String(200))
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    undone_by: Mapped[str] = mapped_column(String(200), default="")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    theme: Mapped[Theme] = relationship(foreign_keys=theme_id)
    other: Mapped[Theme] = relationship(foreign_keys=other_id)


class Stance(StrEnum):
    """What a passage does with its theme."""

    SUPPORTS = "supports"
    QUALIFIES = "qualifies"
    OPPOSES = "opposes"
    ASKS = "asks"


class Passage(Edited, Base):
    """The span [start, end) of a text in Unicode code points, with the digest of exactly those words.

    In a translation, [original_start, original_end) are the words of the original that it stands for, once that is said.
    """

    __tablename__ = "passages"
    __table_args__ = (Index("ix_passages_text_span", "text_id", "span_start", "span_end"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("input_texts.id"))
    start: Mapped[int] = mapped_column("span_start")
    end: Mapped[int] = mapped_column("span_end")
    sha256: Mapped[str] = mapped_column(String(64))
    memo: Mapped[str] = mapped_column(Text, default="")
    coded_by: Mapped[str] = mapped_column(String(200))
    coded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    original_start: Mapped[int | None]
    original_end: Mapped[int | None]

    text: Mapped[InputText] = relationship()
    themes: Mapped[list["PassageTheme"]] = relationship(cascade="all, delete-orphan")


class PassageTheme(Base):
    """A passage stands under a theme."""

    __tablename__ = "passage_themes"
    passage_id: Mapped[int] = mapped_column(ForeignKey("passages.id"), primary_key=True)
    theme_id: Mapped[int] = mapped_column(ForeignKey("themes.id"), primary_key=True, index=True)
    stance: Mapped[Stance | None] = mapped_column(choice(Stance))

    theme: Mapped[Theme] = relationship()


class AttributionLevel(StrEnum):
    """How a respondent may be named, from open to strict; not recorded means not attributed."""

    ATTRIBUTED = "attributed"
    ORGANISATION = "organisation"
    GROUP = "group"
    CONFIDENTIAL = "confidential"


class Attribution(Base):
    """What was allowed, when, and by what evidence; the latest row of each counts, the strictest wins."""

    __tablename__ = "attributions"
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int] = mapped_column(ForeignKey("responses.id"), index=True)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passages.id"), index=True)
    level: Mapped[AttributionLevel] = mapped_column(choice(AttributionLevel))
    said_on: Mapped[date]
    evidence: Mapped[str] = mapped_column(Text)
    recorded_by: Mapped[str] = mapped_column(String(200))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SetAside(Base):
    """A response or passage that is not used, with the internal reason: nothing vanishes."""

    __tablename__ = "inputs_set_aside"
    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[int | None] = mapped_column(ForeignKey("responses.id"), index=True)
    passage_id: Mapped[int | None] = mapped_column(ForeignKey("passages.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    set_aside_by: Mapped[str] = mapped_column(String(200))
    set_aside_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
