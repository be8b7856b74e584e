"""Tables about which contacts are the same: pairs found alike, pairs that somebody told apart, and merges with their steps.

Persons and organisations stand in one table by kind and number. The numbers are no foreign keys: rows of contacts are never
deleted, and whoever was merged into another is followed when the pairs are read.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from outreach.contacts.models import Organisation, Person
from outreach.database import Base, UtcDateTime, choice

Somebody = Person | Organisation


class Kind(StrEnum):
    """What a pair is made of."""

    PERSON = "person"
    ORGANISATION = "organisation"

    @classmethod
    def of(cls, thing: Somebody) -> "Kind":
        """The kind of this contact."""
        return cls.PERSON if isinstance(thing, Person) else cls.ORGANISATION

    @property
    def model(self) -> type[Person] | type[Organisation]:
        """The table of contacts of this kind."""
        return Person if self is Kind.PERSON else Organisation


class AlikePair(Base):
    """Two contacts that may be the same, as the directory was when it was last looked through; the older one first."""

    __tablename__ = "contacts_alike"
    __table_args__ = (UniqueConstraint("kind", "first_id", "second_id"), Index("ix_contacts_alike_score", "score"))
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    first_id: Mapped[int]
    second_id: Mapped[int]
    score: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)


class ToldApart(Base):
    """Somebody's word that two contacts are not the same; taken back by deleting it, which stands in the journal."""

    __tablename__ = "contacts_told_apart"
    __table_args__ = (UniqueConstraint("kind", "first_id", "second_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    first_id: Mapped[int]
    second_id: Mapped[int]
    because: Mapped[str] = mapped_column(Text, default="")
    said_by: Mapped[str] = mapped_column(String(200))
    said_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Merge(Base):
    """One contact made another. `steps` are the rows that were changed, as they were before: enough to undo it exactly.

    They hold what the merged contact said, so that erasing a person blanks them; such a merge cannot be undone.
    """

    __tablename__ = "contacts_merges"
    __table_args__ = (Index("ix_contacts_merges_merged", "kind", "merged_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[Kind] = mapped_column(choice(Kind))
    merged_id: Mapped[int]
    into_id: Mapped[int]
    merged_by: Mapped[str] = mapped_column(String(200))
    merged_at: Mapped[datetime] = mapped_column(UtcDateTime)
    steps: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON(none_as_null=True))
    undone_by: Mapped[str] = mapped_column(String(200), default="")
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
