"""The wording of one language as its data file holds it: typed entries whose templates are checked when they are read."""

from collections.abc import Iterator
from dataclasses import dataclass
from string import Formatter
from typing import ClassVar, Literal

import msgspec

from outreach.protocol.cleaning import FORBIDDEN

Fields = frozenset[str]
NO_FIELDS: Fields = frozenset()

# What a phrase may turn on, and where to look in turn. "titled": the gender is not recorded, but an academic title
# stands in its place ("Dear Dr. Lokaale,"). No fallback leads from "unknown" to a gender.
CASES: dict[str, tuple[str, ...]] = {
    "female": ("female", "otherwise"),
    "male": ("male", "otherwise"),
    "titled": ("titled", "unknown", "otherwise"),
    "unknown": ("unknown", "otherwise"),
    "vacant": ("vacant", "otherwise"),
}


class Wording(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A phrase that differs by the addressee's gender; a case that is absent cannot be written in this language."""

    female: str | None = None
    male: str | None = None
    titled: str | None = None
    unknown: str | None = None
    vacant: str | None = None
    otherwise: str | None = None

    def choose(self, case: str) -> str | None:
        """Return the template for a key of CASES, or None where the language has no such form."""
        for key in CASES[case]:
            template: str | None = getattr(self, key)
            if template is not None:
                return template
        return None

    def templates(self) -> Iterator[str]:
        """Every template this phrase holds."""
        return (text for key in self.__struct_fields__ if (text := getattr(self, key)) is not None)


Phrase = str | Wording


def choose(phrase: Phrase, case: str) -> str | None:
    """Return the template that `phrase` has for a key of CASES, or None."""
    return phrase if isinstance(phrase, str) else phrase.choose(case)


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every entry says about itself: where its wording comes from, or whose approval it awaits.

    `slots` lists, for each templated key, the fields its templates may name.
    """

    slots: ClassVar[dict[str, Fields]] = {}

    source: str = ""
    awaits: str = ""

    def __post_init__(self) -> None:
        if bool(self.source.strip()) == bool(self.awaits.strip()):
            raise ValueError("needs either `source` or `awaits`, and not both")
        for key, allowed in self.slots.items():
            phrase: Phrase | None = getattr(self, key)
            if phrase is not None:
                check_phrase(key, phrase, allowed)


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

    slots: ClassVar[dict[str, Fields]] = {"title": frozenset({"of"}), "mission": frozenset({"of"})}

    title: Phrase
    mission: str


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
    seats: dict[str, Seat] = {}
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
    `style_line` is the name line of whoever has a recorded style; `unconfirmed` says whether a letter to an unconfirmed
    holder still names the person, or only the post; `of_is_name`: no preposition stands before an owner's name.
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
    personal: tuple[str, ...] = ()
    honorifics: tuple[str, ...] = ()
    unconfirmed: Literal["name", "post"] = "name"
    of_is_name: bool = False


class Dates(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a date is written; `first` is for the first of a month, `months` replaces Babel's names where they differ."""

    slots: ClassVar[dict[str, Fields]] = {
        "pattern": frozenset({"day", "month", "month_number", "year"}),
        "first": frozenset({"day", "month", "month_number", "year"}),
    }

    pattern: str
    first: str | None = None
    months: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.months) not in (0, 12):
            raise ValueError(f"names {len(self.months)} `months` where there are twelve")


@dataclass(frozen=True, kw_only=True)
class Forms:
    """All wording of one language, ready to use; `by_rank` names the form that a rank takes."""

    language: str
    settings: Settings
    dates: Dates
    forms: dict[str, Form]
    posts: dict[str, Post]
    styles: dict[str, Style]
    by_rank: dict[str, str]


def check_phrase(key: str, phrase: Phrase, allowed: Fields) -> None:
    """Raise ValueError when a template of `phrase` is blank or names a field that is not `allowed`."""
    templates = [phrase] if isinstance(phrase, str) else list(phrase.templates())
    if not templates:
        raise ValueError(f"`{key}` has no wording")
    for template in templates:
        if not template.strip() or FORBIDDEN.search(template):
            raise ValueError(f"`{key}` is blank or holds a line break")
        unknown = named_fields(key, template) - allowed
        if unknown:
            known = ", ".join(f"{{{field}}}" for field in sorted(allowed)) or "none"
            raise ValueError(f"`{key}` names the unknown field {{{min(unknown)}}} (it may name: {known})")


def named_fields(key: str, template: str) -> Fields:
    """Return the fields that `template` names; raise ValueError for anything but plain {name}."""
    try:
        parts = list(Formatter().parse(template))
    except ValueError as fault:
        raise ValueError(f"`{key}` has unbalanced braces") from fault
    if any(spec or conversion for _, field, spec, conversion in parts if field is not None):
        raise ValueError(f"`{key}` may hold plain fields only, such as {{name}}")
    return frozenset(field for _, field, _, _ in parts if field is not None)
