"""The entries of a language's file, typed, and all wording of one language put together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypedDict

import msgspec

from outreach.protocol.paperwork import PrintRunWords, ReplyFormWords
from outreach.protocol.signing_off import SignOff, SignOffs, digest_of
from outreach.protocol.wording import NO_FIELDS, Entry, Fields, Phrase, Wording


class Form(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How holders of certain ranks, or of certain posts when no rank is recorded, are addressed.

    `joint` is the vocative of several addressees who would each get this one; `conjunction` stands before the last
    of several different vocatives.
    """

    slots: ClassVar[dict[str, Fields]] = {
        "vocative": frozenset({"name", "family", "courtesy", "spoken_style"}),
        "salutation": frozenset({"vocative"}),
        "opening": NO_FIELDS,
        "close": frozenset({"vocative"}),
        "joint": NO_FIELDS,
        "joint_close": frozenset({"vocative"}),
        "name_line": frozenset({"name", "courtesy"}),
    }

    formal: bool
    vocative: Phrase
    salutation: Phrase
    opening: str
    close: Phrase
    name_line: Phrase
    ranks: tuple[str, ...] = ()
    joint: Phrase | None = None
    joint_close: Phrase | None = None
    conjunction: str | None = None


class Seat(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Title and mission of a post where they differ from those in New York."""

    slots: ClassVar[dict[str, Fields]] = {
        "title": frozenset({"of"}),
        "block_title": frozenset({"of"}),
        "mission": frozenset({"of"}),
    }

    title: Phrase
    mission: str
    block_title: Phrase | None = None


class Post(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a kind of post is called, and which form it takes when vacant or when its holder's rank is not recorded.

    `recorded` composes a title that the office recorded; without it such a title stands as it is, and posts that have
    a `mission` are always composed. `expects_rank`: a missing rank is reported. `organisation_line`: the address block
    names the organisation under the title.
    """

    slots: ClassVar[dict[str, Fields]] = {
        "title": frozenset({"of", "mission"}),
        "block_title": frozenset({"of", "mission"}),
        "recorded": frozenset({"title", "of"}),
        "mission": frozenset({"of"}),
    }

    form: str
    vacant: str
    title: Phrase | None = None
    block_title: Phrase | None = None
    recorded: str | None = None
    mission: str | None = None
    seats: dict[str, Seat] = msgspec.field(default_factory=dict)
    must_record_title: bool = False
    organisation_line: bool = False
    expects_rank: bool = False


class Style(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a recorded style is spoken to: "His Royal Highness" becomes "Your Royal Highness"."""

    slots: ClassVar[dict[str, Fields]] = {"vocative": NO_FIELDS}

    vocative: str


class Settings(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for every letter in the language.

    `mark` ends a salutation; `personal` lists beginnings that make a person's own salutation a personal one ("Dear ");
    a name that begins with one of `honorifics` is reported, for it would get a second one before it;
    `conjunction` joins two names in running text; `style_line` is the name line of whoever has a recorded style;
    `contractions` are what the beginning of a word becomes where a preposition meets a name ("لال" is written "لل");
    `unconfirmed` says whether a letter to an unconfirmed holder still names the person, or only the post; `of_is_name`: no
    preposition stands before an owner's name.
    """

    slots: ClassVar[dict[str, Fields]] = {
        "courtesy": NO_FIELDS,
        "vacant_line": frozenset({"title"}),
        "style_line": frozenset({"style", "name"}),
    }

    name: str
    courtesy: Wording
    vacant_line: str = "{title}"
    style_line: str = "{style} {name}"
    mark: str = ","
    comma: str = ", "
    conjunction: str = ", "
    personal: tuple[str, ...] = ()
    honorifics: tuple[str, ...] = ()
    contractions: Mapping[str, str] = msgspec.field(default_factory=dict)
    unconfirmed: Literal["name", "post"] = "name"
    of_is_name: bool = False


class Dates(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a date is written; `first` is for the first of a month, `months` replaces Babel's names where they differ.

    `time` is an hour of the day, with two digits for the minutes; `placed` is the line of place and date.
    """

    slots: ClassVar[dict[str, Fields]] = {
        "placed": frozenset({"place", "date"}),
        "pattern": frozenset({"day", "month", "month_number", "year"}),
        "first": frozenset({"day", "month", "month_number", "year"}),
        "time": frozenset({"hour", "minute"}),
    }

    pattern: str
    first: str | None = None
    time: str = "{hour}:{minute}"
    placed: str = "{place}, {date}"
    months: tuple[str, ...] = ()

    def as_written(self) -> dict[str, Any]:
        """Return what a letter keeps, to be read again by `msgspec.convert`."""
        kept: dict[str, Any] = msgspec.to_builtins(self)
        return kept

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.months) not in (0, 12):
            raise ValueError(f"names {len(self.months)} `months` where there are twelve")


class Words(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The few words that a letter's layout itself brings; `enclosures` and a count stand before more than one.

    `colon` follows a label, with its space where the language has one; `counted` is how a number stands after a word.
    `translated_from` is what a courtesy translation says of the language that it was made from, by that language.
    """

    slots: ClassVar[dict[str, Fields]] = {
        "page_of": frozenset({"page", "pages"}),
        "colon": NO_FIELDS,
        "counted": frozenset({"count"}),
    }

    reference: str
    subject: str
    enclosure: str
    enclosures: str
    copy: str
    page_of: str
    specimen: str
    draft: str
    initials: str
    confidential: str = ""
    courtesy_translation: str = ""
    translated_from: Mapping[str, str] = msgspec.field(default_factory=dict)
    colon: str = ": "
    counted: str = " ({count})"

    def labels(self) -> dict[str, str]:
        """Return the words of the layout alone, by name."""
        others = ("source", "awaits", "confidential", "courtesy_translation", "translated_from")
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in others}


class Through(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The line of an address that names the body by which a letter is handed on; that body's own address follows it."""

    slots: ClassVar[dict[str, Fields]] = {"line": frozenset({"body"})}

    line: str


class Note(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The formulas of a note verbale; where they turn on gender, it is the grammatical one of the sender's name.

    `to` is the addressee after the preposition or in the case that stands after "presents its compliments", `again` after
    "renew". `persons` are words of the first and second person, which a note has not.
    """

    slots: ClassVar[dict[str, Fields]] = {
        "opening": frozenset({"sender", "to"}),
        "close": frozenset({"sender", "again"}),
    }

    opening: Phrase
    close: Phrase
    persons: tuple[str, ...] = ()


class NoteAddressee(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """To whom a note goes when it goes to a kind of post: the mission or ministry, in the forms that `Note` asks for.

    `block` is its name in the address block; without it, the mission's own.
    """

    slots: ClassVar[dict[str, Fields]] = {"to": frozenset({"of"}), "again": frozenset({"of"}), "block": frozenset({"of"})}

    to: str
    again: str | None = None
    block: str | None = None
    seats: dict[str, "NoteAddressee"] = msgspec.field(default_factory=dict)


class ExamplePerson(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An invented person, for showing how the forms read."""

    full: str
    family: str


class Example(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom the forms are shown on: two invented persons, a State, a minister's title, an organisation, a sender of notes."""

    slots: ClassVar[dict[str, Fields]] = {"minister": NO_FIELDS}

    woman: ExamplePerson
    man: ExamplePerson
    minister: Phrase
    state: str
    of_state: str
    organisation: str
    sender: str
    sender_gender: Literal["female", "male", ""] = ""


@dataclass(frozen=True)
class Standing:
    """How an entry stands: its `source`, or whose reading it `awaits` and who has `signed` it off as it reads today."""

    name: str
    source: str
    awaits: str
    signed: SignOff | None

    @property
    def in_words(self) -> str:
        """Return it in one line."""
        if self.source:
            return f"source: {self.source}"
        return f"signed off by {self.signed.by} on {self.signed.on.isoformat()}" if self.signed else f"awaits {self.awaits}"


class Used(TypedDict):
    """An entry as a letter used it: the digest of its words, and whom they awaited then ("" when nobody)."""

    digest: str
    awaits: str


@dataclass(frozen=True, kw_only=True)
class Forms:
    """All wording of one language, ready to use; `by_rank` names the form that a rank takes.

    `entries` holds every entry under its name in the file ("forms.ambassador", "posts.permanent-representative.seats.geneva"),
    `digests` the digest of its words, `signed` what readers have signed off.
    """

    language: str
    settings: Settings
    dates: Dates
    words: Words
    through: Through | None
    note: Note | None
    reply_form: ReplyFormWords | None
    print_run: PrintRunWords | None
    example: Example | None
    forms: dict[str, Form]
    posts: dict[str, Post]
    notes: dict[str, NoteAddressee]
    styles: dict[str, Style]
    by_rank: dict[str, str]
    entries: Mapping[str, Entry]
    digests: Mapping[str, str]
    signed: SignOffs

    @property
    def code(self) -> str:
        """Return a short code for all of this wording as it stands: another wording has another code."""
        return digest_of("\n".join(f"{name} {digest}" for name, digest in sorted(self.digests.items())))[:12]

    def awaits(self, name: str) -> str:
        """Whose reading the entry still awaits; "" when it has a source, or was signed off as it stands."""
        awaits = self.entries[name].awaits
        return "" if self.signed.of(name, self.digests[name]) else awaits

    def awaiting(self, names: Iterable[str] | None = None) -> dict[str, str]:
        """The entries among `names` (all when None) that await a reader, with whose reading they await."""
        found = ((name, self.awaits(name)) for name in (self.entries if names is None else names))
        return {name: whom for name, whom in found if whom}

    def standings(self) -> Iterator[Standing]:
        """Return how each entry stands, in the order of the file."""
        for name, entry in self.entries.items():
            yield Standing(name, entry.source, entry.awaits, self.signed.of(name, self.digests[name]))

    def used(self, names: Iterable[str]) -> dict[str, Used]:
        """What a letter records of the entries it used."""
        return {name: {"digest": self.digests[name], "awaits": self.awaits(name)} for name in names}
