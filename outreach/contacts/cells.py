"""What may stand in a field: a text as somebody typed it becomes the value that is stored, or a reason why not."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, TypeVar

from outreach.contacts import emails
from outreach.contacts.naming import fold, slug
from outreach.contacts.wordlists import (
    CHANNELS,
    GENDERS,
    GROUPS,
    KINDS_SAID,
    LANGUAGES_SAID,
    RANKS_SAID,
    REGIONAL_GROUPS,
    SEATS_SAID,
)
from outreach.errors import Invalid
from outreach.protocol.cleaning import FORBIDDEN

T = TypeVar("T")

# The word that takes a stored value away; a blank never does.
NOTHING = "-"

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
_DOMAIN = re.compile(r"(?:https?://)?(?:www\.)?([^/@\s]+\.[^/@\s]+)/?", re.IGNORECASE)
_YES = {"yes", "y", "x", "true", "1", "oui", "vrai"}
_NO = {"no", "n", "false", "0", "non", "faux"}
_BREAKS = re.compile(r"\r\n?|\u2028|\u2029")
_BETWEEN_ADDRESSES = re.compile(r"\n[ \t]*;[ \t]*(?=\n)")


def line(text: str, limit: int) -> str:
    """One line of text in NFC with single spaces; raises Invalid for control characters and beyond `limit` characters."""
    _must_fit(text, limit)
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    if FORBIDDEN.search(text):
        raise Invalid("it holds a line break or an invisible control character; type it again")
    return " ".join(unicodedata.normalize("NFC", text).split())


def lines(text: str, limit: int) -> str:
    """Several lines, each as `line` has it, without blank ones."""
    _must_fit(text, limit)
    found = (line(part, limit) for part in _BREAKS.sub("\n", text).split("\n"))
    return "\n".join(part for part in found if part)


def _must_fit(text: str, limit: int) -> None:
    if len(text) > limit:
        raise Invalid(f"it has {len(text):,} characters, and at most {limit:,} are kept; shorten it")


def day(text: str) -> date:
    """A calendar day in ISO form, the only one that is read the same everywhere."""
    try:
        return date.fromisoformat(text.removesuffix(" 00:00:00"))
    except ValueError:
        raise Invalid(f"{shown(text)} is no day; write it as 2025-01-31") from None


def shown(text: str) -> str:
    """`text` fit to stand in a message: quoted, short, nothing invisible."""
    text = text if len(text) <= 60 else f"{text[:57]}..."
    return repr("".join(character if character.isprintable() else "�" for character in text))


def _text(limit: int) -> Callable[[str], str]:
    return lambda text: line(text, limit)


def _lines(limit: int) -> Callable[[str], str]:
    return lambda text: lines(text, limit)


def _one_of(words: Mapping[str, T], what: str) -> Callable[[str], T]:
    known = ", ".join(sorted({str(word) for word in words.values()}))

    def read(text: str) -> T:
        try:
            return words[fold(line(text, 200))]
        except KeyError:
            raise Invalid(f"{shown(text)} is no {what}; use one of {known}") from None

    return read


def _split(text: str, limit: int) -> list[str]:
    _must_fit(text, limit)
    parts = (part.strip() for part in re.split(r"[;,\n]", text))
    return list(dict.fromkeys(part for part in parts if part))


def _emails(text: str) -> tuple[emails.Email, ...]:
    found: dict[str, emails.Email] = {}
    for part in _split(text, 2_000):
        email = emails.check(part)
        found.setdefault(email.normalised, email)
    return tuple(found.values())


def _phones(text: str) -> tuple[str, ...]:
    phones = tuple(line(part, 60) for part in _split(text, 2_000))
    for phone in phones:
        if not any(character.isdigit() for character in phone):
            raise Invalid(f"{shown(phone)} is no telephone number: it has no digit")
    return phones


def _addresses(text: str) -> tuple[str, ...]:
    """Postal addresses, with a line that holds a semicolon alone between two of them."""
    _must_fit(text, 4_000)
    found = (lines(part, 1_000) for part in _BETWEEN_ADDRESSES.split(_BREAKS.sub("\n", text)))
    return tuple(dict.fromkeys(address for address in found if address))


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line(part, 80).casefold() for part in _split(text, 2_000)))


def _channels(text: str) -> tuple[Any, ...]:
    read = _one_of(CHANNELS, "channel")
    channels = tuple(read(part) for part in _split(text, 200))
    if len(channels) > 2:
        raise Invalid("at most two channels are kept, the preferred one first")
    return channels


def _country(text: str) -> str:
    return text.upper() if re.fullmatch("[A-Za-z]{2}", text) else line(text, 400)


@lru_cache(maxsize=1024)
def _domain(text: str) -> str:
    found = _DOMAIN.fullmatch(line(text, 253))
    if not found:
        raise Invalid(f"{shown(text)} is no domain; write it as example.org")
    return emails.check(f"office@{found[1]}").value.partition("@")[2]


def _seat(text: str) -> str:
    return SEATS_SAID.get(fold(line(text, 200))) or slug(text, 40)


def _language(text: str) -> str:
    said = LANGUAGES_SAID.get(fold(line(text, 60)), text.strip())
    if not _LANGUAGE.fullmatch(said):
        raise Invalid(f"{shown(text)} is no language; use a code such as en, fr or pt-BR")
    return said


def _way(text: str) -> str:
    """The key of another post, in small letters; whether there is such a post is asked where it is set."""
    said = line(text, 250).casefold()
    if "/" not in said:
        raise Invalid(f"{shown(text)} is no key of a post; write it as organisation/kind or organisation/kind/seat")
    return said


def _is_yes(text: str) -> bool:
    if (said := fold(text)) not in _YES | _NO:
        raise Invalid(f"{shown(text)} is neither yes nor no")
    return said in _YES


def _reason(text: str) -> str:
    if fold(text) in _YES:
        raise Invalid("say why, in a few words: the reason is shown whenever a letter is held")
    return line(text, 1_000)


@dataclass(frozen=True)
class Field:
    """How one field is read, and what `-` leaves there; `erased` None means that it may not be taken away."""

    read: Callable[[str], Any]
    erased: Callable[[], Any] | None = str


def _null() -> None:
    return None


FIELDS: Mapping[str, Field] = {
    "organisation": Field(_text(400), None),
    "name": Field(_text(400), None),
    "acronym": Field(_text(60)),
    "group": Field(_one_of(GROUPS, "stakeholder group"), None),
    "regional_group": Field(_one_of(REGIONAL_GROUPS, "regional group"), _null),
    "country": Field(_country),
    "domain": Field(_domain),
    "tags": Field(_tags, None),
    "post": Field(_text(400), None),
    "kind": Field(_one_of(KINDS_SAID, "kind of post"), None),
    "seat": Field(_seat, None),
    "title": Field(_text(400)),
    "language": Field(_language, None),
    "channel": Field(_channels, None),
    "through": Field(_way),
    "liaison": Field(_way),
    "copy_liaison": Field(_is_yes, bool),
    "full_name": Field(_text(300), None),
    "given_name": Field(_text(200)),
    "family_name": Field(_text(200)),
    "gender": Field(_one_of(GENDERS, "gender"), _null),
    "rank": Field(_one_of(RANKS_SAID, "rank")),
    "academic_title": Field(_text(80)),
    "style": Field(_text(120)),
    "salutation": Field(_text(200)),
    "complimentary_close": Field(_text(400)),
    "email": Field(_emails, tuple),
    "phone": Field(_phones, tuple),
    "address": Field(_addresses, tuple),
    "confirmed_on": Field(day, _null),
    "from_date": Field(day, _null),
    "to_date": Field(day, _null),
    "do_not_contact": Field(_reason, None),
    "post_do_not_contact": Field(_reason, None),
    "organisation_do_not_contact": Field(_reason, None),
    "source": Field(_text(400)),
    "designation_note": Field(_lines(2_000)),
    "note": Field(_lines(10_000)),
}


def read(field: str, text: str) -> Any:
    """The value that `text` gives for `field`; raises Invalid whose message follows the field's name ("is no ...")."""
    rule = FIELDS[field]
    if text.strip() != NOTHING:
        return rule.read(text)
    if rule.erased is None:
        raise Invalid("it cannot be taken away here; leave the cell blank to keep what is stored")
    return rule.erased()


def read_all(texts: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """The values of all fields that are not blank, and a reason for each that cannot be used."""
    values: dict[str, Any] = {}
    reasons: list[str] = []
    for field, text in texts.items():
        if not text or text.isspace():
            continue
        try:
            values[field] = read(field, text)
        except Invalid as error:
            reasons.append(f"{field}: {error}")
    return values, reasons
