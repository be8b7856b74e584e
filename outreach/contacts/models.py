"""Organisations have posts, posts have holders for a time, a person may hold several posts.

A contact that was merged into another stays as a row with `merged_into_id`: nothing points to it any more but that its key,
names and number still lead to the one it became. It stands in no list.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from outreach.database import Base, Edited, UtcDateTime, by_bytes, choice, index_of_few
from outreach.errors import Refused

ONE_DAY = timedelta(days=1)


class StakeholderGroup(StrEnum):
    """The IGF's stakeholder groups; academia and press where statistics count them apart; `igf` for the IGF's own bodies."""

    GOVERNMENT = "government"
    INTERGOVERNMENTAL = "intergovernmental"
    PRIVATE_SECTOR = "private-sector"
    CIVIL_SOCIETY = "civil-society"
    TECHNICAL_COMMUNITY = "technical-community"
    ACADEMIA = "academia"
    PRESS = "press"
    IGF = "igf"


class RegionalGroup(StrEnum):
    """The five regional groups of Member States in the General Assembly."""

    AFRICAN = "african"
    ASIA_PACIFIC = "asia-pacific"
    EASTERN_EUROPEAN = "eastern-european"
    GRULAC = "grulac"
    WEOG = "weog"


class OrganisationKind(StrEnum):
    """What stands behind the name; only Member and observer States stand in lists of States."""

    MEMBER_STATE = "member-state"
    OBSERVER_STATE = "observer-state"
    OBSERVER = "observer"
    ORGANISATION = "organisation"
    IGF_BODY = "igf-body"
    NRI = "nri"


class Channel(StrEnum):
    """How something reaches a post."""

    EMAIL = "email"
    POST = "post"
    COURIER = "courier"
    HAND = "hand"
    PORTAL = "portal"
    TELEPHONE = "telephone"
    MEETING = "meeting"


class Gender(StrEnum):
    """As the person's own record says; not known is NULL, and never guessed."""

    FEMALE = "female"
    MALE = "male"


class Organisation(Edited, Base):
    """A State or an organisation, known by its `key` ("kenya", "isoc")."""

    __tablename__ = "organisations"
    __table_args__ = (index_of_few("ix_organisations_do_not_contact", "id", "do_not_contact <> ''"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(String(400), index=True)
    acronym: Mapped[str] = mapped_column(String(60), default="")
    kind: Mapped[OrganisationKind] = mapped_column(choice(OrganisationKind))
    group: Mapped[StakeholderGroup] = mapped_column("stakeholder_group", choice(StakeholderGroup), index=True)
    regional_group: Mapped[RegionalGroup | None] = mapped_column(choice(RegionalGroup))
    country: Mapped[str] = mapped_column(String(2), default="")
    domain: Mapped[str] = mapped_column(String(253), default="")
    language: Mapped[str] = mapped_column(String(12), default="en")
    language_assumed: Mapped[bool] = mapped_column(default=True)
    do_not_contact: Mapped[str] = mapped_column(Text, default="")
    do_not_contact_since: Mapped[date | None]
    designation_note: Mapped[str] = mapped_column(Text, default="")
    note: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)

    names: Mapped[list["OrganisationName"]] = relationship(back_populates="organisation", cascade="all, delete-orphan")
    posts: Mapped[list["Post"]] = relationship(back_populates="organisation", order_by="Post.id")
    tags: Mapped[list["OrganisationTag"]] = relationship(cascade="all, delete-orphan", order_by="OrganisationTag.tag")


class OrganisationName(Base):
    """An organisation's name in one language, with the forms that running text needs ("of the Republic of Kenya")."""

    __tablename__ = "organisation_names"
    __table_args__ = (UniqueConstraint("organisation_id", "language"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), active_history=True)
    language: Mapped[str] = mapped_column(String(12))
    short: Mapped[str] = mapped_column(String(400))
    formal: Mapped[str] = mapped_column(String(400), default="")
    of_short: Mapped[str] = mapped_column(String(400), default="")
    of_formal: Mapped[str] = mapped_column(String(400), default="")
    running: Mapped[str] = mapped_column(String(400), default="")

    organisation: Mapped[Organisation] = relationship(back_populates="names")


class OrganisationTag(Base):
    """A word that the office hangs on an organisation to choose addressees by."""

    __tablename__ = "organisation_tags"
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(80), primary_key=True, index=True)


class Post(Edited, Base):
    """An office that somebody holds ("Permanent Representative in New York"); letters are addressed to posts.

    `liaison` is the post whom the office calls about a letter, and that gets a copy of each if `liaison_copied`; `through`
    is the one that hands its letters on: they are delivered there, and the address says so.
    """

    __tablename__ = "posts"
    __table_args__ = (
        Index("ix_posts_organisation_kind", "organisation_id", "kind", "seat"),
        index_of_few("ix_posts_do_not_contact", "id", "do_not_contact <> ''"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), active_history=True)
    kind: Mapped[str] = mapped_column(String(40), index=True)
    seat: Mapped[str] = mapped_column(String(40), default="")
    title: Mapped[str] = mapped_column(String(400), default="")
    language: Mapped[str] = mapped_column(String(12), default="")
    preferred_channel: Mapped[Channel] = mapped_column(choice(Channel), default=Channel.EMAIL)
    second_channel: Mapped[Channel | None] = mapped_column(choice(Channel))
    do_not_contact: Mapped[str] = mapped_column(Text, default="")
    do_not_contact_since: Mapped[date | None]
    note: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id"), index=True)
    liaison_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)
    liaison_copied: Mapped[bool] = mapped_column(default=False, server_default=false())
    through_id: Mapped[int | None] = mapped_column(ForeignKey("posts.id", ondelete="SET NULL"), index=True)

    organisation: Mapped[Organisation] = relationship(back_populates="posts")
    liaison: Mapped["Post | None"] = relationship(foreign_keys=[liaison_id], remote_side=[id])
    through: Mapped["Post | None"] = relationship(foreign_keys=[through_id], remote_side=[id])
    titles: Mapped[list["PostTitle"]] = relationship(cascade="all, delete-orphan")
    holders: Mapped[list["Holder"]] = relationship(back_populates="post", order_by="Holder.id")
    addresses: Mapped[list["Address"]] = relationship(back_populates="post", order_by="Address.id")

    @property
    def key(self) -> str:
        """How commands and the journal name this post: `kenya/permanent-representative/new-york`."""
        return "/".join(part for part in (self.organisation.key, self.kind, self.seat) if part)

    def eve_of_next(self, on: date, *, charge: bool) -> date | None:
        """The last day of whoever begins on `on`: the one before the next holder begins who is recorded already, else None.

        Somebody who only stands in ends no head's time. Raises Refused for a `charge` before one who stands in to a day: that
        time was for a head who comes back, and whose time would end now.
        """
        follows = [one for one in self.holders if one.from_date and one.from_date > on and one.is_ever()]
        after = min((one for one in follows if charge or not one.in_charge), key=lambda one: str(one.from_date), default=None)
        if after is None or after.from_date is None:
            return None
        if after.in_charge and after.to_date and not any(one.from_date == after.to_date + ONE_DAY for one in follows):
            stands_in = f"Somebody stands in for {self.key} from {after.from_date} to {after.to_date}"
            raise Refused(f"{stands_in}; correct that time first.")
        return after.from_date - ONE_DAY


class PostTitle(Base):
    """A post's title in a language other than English, where it is recorded (posts of States are composed by protocol)."""

    __tablename__ = "post_titles"
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(12), primary_key=True)
    title: Mapped[str] = mapped_column(String(400))


class Person(Edited, Base):
    """Somebody who holds, held or will hold a post. The salutation uses the stored family name, never the last word."""

    __tablename__ = "persons"
    __table_args__ = (index_of_few("ix_persons_do_not_contact", "id", "do_not_contact <> ''"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    full_name: Mapped[str] = mapped_column(String(300), index=True)
    given_name: Mapped[str] = mapped_column(String(200), default="")
    family_name: Mapped[str] = mapped_column(String(200), default="", index=True)
    gender: Mapped[Gender | None] = mapped_column(choice(Gender))
    academic_title: Mapped[str] = mapped_column(String(80), default="")
    style: Mapped[str] = mapped_column(String(120), default="")
    salutation: Mapped[str] = mapped_column(String(200), default="")
    complimentary_close: Mapped[str] = mapped_column(String(400), default="")
    do_not_contact: Mapped[str] = mapped_column(Text, default="")
    do_not_contact_since: Mapped[date | None]
    erased_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)


class Holder(Edited, Base):
    """A person in a post from a day to a day (both inclusive; open where not known), with the rank held there.

    The rank decides the form of address, not the post: a chargé d'affaires a.i. stands in for the Permanent Representative.
    `source` says how the office knows ("note verbale of 3 March").
    """

    __tablename__ = "holders"
    id: Mapped[int] = mapped_column(primary_key=True)
    # With its history, like the other numbers that say whose a thing is: where it was before must be told of it, see searching.
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True, active_history=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    rank: Mapped[str] = mapped_column(String(40), default="")
    in_charge: Mapped[bool] = mapped_column(default=False)
    from_date: Mapped[date | None]
    to_date: Mapped[date | None]
    confirmed_on: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(400), default="")

    post: Mapped[Post] = relationship(back_populates="holders")
    person: Mapped[Person] = relationship()

    def holds_on(self, day: date) -> bool:
        """Whether this person is in the post on `day`."""
        return (self.from_date is None or self.from_date <= day) and (self.to_date is None or day <= self.to_date)

    def is_ever(self) -> bool:
        """Whether there is any such day; the time of somebody recorded by mistake ends before it begins."""
        return self.from_date is None or self.to_date is None or self.from_date <= self.to_date


class AddressKind(StrEnum):
    """What an address is for."""

    EMAIL = "email"
    POSTAL = "postal"
    TELEPHONE = "telephone"


class Address(Edited, Base):
    """Where a post is reached; with a holder, only while that person holds it. Several e-mail addresses all go in To."""

    __tablename__ = "addresses"
    __table_args__ = (Index("ix_addresses_normalised", "kind", "normalised"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("holders.id"), index=True)
    kind: Mapped[AddressKind] = mapped_column(choice(AddressKind))
    value: Mapped[str] = mapped_column(Text)
    normalised: Mapped[str] = mapped_column(String(400))
    failed_since: Mapped[date | None]
    failure: Mapped[str] = mapped_column(Text, default="")

    post: Mapped[Post] = relationship(back_populates="addresses")


class ContactWord(Base):
    """A folded word by which an organisation (`post_id` 0) or one of its posts is found; `searching` keeps them.

    Without a foreign key to posts: the organisation itself stands under 0, so that one index answers for both.
    """

    __tablename__ = "contact_words"
    __table_args__ = (Index("ix_contact_words_word", "word", "organisation_id", "post_id"), {"sqlite_with_rowid": False})
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(by_bytes(40), primary_key=True)
