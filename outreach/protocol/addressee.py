"""Whom a letter is addressed to: the values that protocol asks for, and nothing of where they are stored."""

from dataclasses import dataclass

from outreach.errors import Invalid

GENDERS = ("female", "male")

RANKS = (
    "head-of-state",
    "head-of-government",
    "foreign-minister",
    "minister",
    "deputy-minister",
    "ambassador",
    "charge",
    "secretary-general",
    "usg",
    "asg",
    "director",
    "royal",
)

POST_KINDS = (
    "permanent-representative",
    "permanent-observer",
    "foreign-minister",
    "minister",
    "head-of-state",
    "head-of-government",
    "charge",
    "head-of-delegation",
    "chief-executive",
    "secretary-general",
    "president",
    "chair",
    "director",
    "coordinator",
    "head",
    "liaison",
    "person",
)


class Unaddressable(Invalid):
    """The letter cannot be addressed as the record stands; the message names the person or post and what to record."""


@dataclass(frozen=True, kw_only=True)
class OrganisationName:
    """An organisation's or State's name in the letter's language.

    `of_short` and `of_formal` carry their preposition ("of the Republic of Kenya", "du Kenya"), because no rule
    derives it. `kind`: member-state, observer-state, organisation, observer, igf-body or nri.
    """

    short: str
    formal: str = ""
    of_short: str = ""
    of_formal: str = ""
    kind: str = "organisation"


@dataclass(frozen=True, kw_only=True)
class Holder:
    """The person who holds the post on the letter's date.

    `family_name` is stored and never derived from `full_name`; it is empty for a one-word name. `gender` is one of
    GENDERS, or None when not known; `rank` one of RANKS, or None when not recorded. `style` is a royal or other style
    that stands before the name ("His Royal Highness"). `salutation` and `close` are this person's own and always win.
    """

    full_name: str
    family_name: str
    given_name: str = ""
    gender: str | None = None
    rank: str | None = None
    academic_title: str = ""
    style: str = ""
    salutation: str = ""
    close: str = ""
    confirmed: bool = True


@dataclass(frozen=True, kw_only=True)
class Addressee:
    """A post (one of POST_KINDS) with its holder, or vacant, as a letter in `language` is addressed to it.

    `post_title` is the recorded title in the letter's language ("President and Chief Executive Officer"); posts of
    States are composed from their kind and seat ("new-york", "geneva"). `holder` None means vacant. `through` is the post
    of the body that hands the letter on: the letter then goes to that body's address, not to this one's.
    """

    language: str
    post_kind: str
    seat: str | None = None
    post_title: str = ""
    organisation: OrganisationName | None = None
    holder: Holder | None = None
    postal_lines: tuple[str, ...] = ()
    through: "Addressee | None" = None


@dataclass(frozen=True, kw_only=True)
class NoteSender:
    """Who issues a note verbale: the name as a sentence begins with it, and its grammatical gender where that matters."""

    name: str
    gender: str | None = None
