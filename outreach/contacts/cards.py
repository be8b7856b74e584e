"""A card of an address book, whatever file it stood in, and what of it the directory takes.

Nothing is guessed: a family name that the card does not give stays unknown. What the directory has no place for is named, so
that nobody looks for it in vain.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from outreach.contacts.naming import fold
from outreach.contacts.wordlists import GENDERS, WHERE_SAID

_SHOWN = 200
_HOST = re.compile(r"(?:[a-z]+://)?(?:www\.)?([^/@:?#\s]+\.[^/@:?#\s]+)", re.IGNORECASE)
_MOST_LEFT_OUT = 60


@dataclass(frozen=True)
class Postal:
    """An address in parts, or as its lines are printed where the card says so; `where` is work, home, other or blank."""

    where: str = ""
    preference: int = 100
    box: str = ""
    extended: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    code: str = ""
    country: str = ""
    printed: str = ""

    def lines(self) -> str:
        """Its lines as they are printed.

        With a region the code stands after it, as in "New York, NY 10017", else before the town, as in "1200 Genève".
        """
        if self.printed.strip():
            return _lines([self.printed])
        place = f"{self.city}, {self.region}" if self.city and self.region else self.city or self.region
        town = f"{place} {self.code}" if self.region else f"{self.code} {place}"
        return _lines([self.extended, self.street, self.box, town, self.country])


def _lines(texts: Iterable[str]) -> str:
    found = (" ".join(line.split()) for text in texts for line in text.splitlines())
    return "\n".join(line for line in found if line)


@dataclass
class Card:
    """What a card says. `own` are fields under the directory's own names; they come before what the rest says.

    `notes` say what the reader should know, `left_out` what is not taken (label -> text), `fault` why the card is none.
    """

    full_name: str = ""
    family: str = ""
    given: str = ""
    middle: str = ""
    prefix: str = ""
    suffix: str = ""
    company: str = ""
    unit: str = ""
    title: str = ""
    role: str = ""
    gender: str = ""
    language: str = ""
    website: str = ""
    is_company: bool = False
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    addresses: list[Postal] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    fault: str = ""

    def leave(self, label: str, text: str = "") -> None:
        """Name something that the directory does not take."""
        if label not in self.left_out and len(self.left_out) >= _MOST_LEFT_OUT:
            return
        said = "; ".join(filter(None, (self.left_out.get(label, ""), _one_line(text))))
        self.left_out[label] = said if len(said) <= _SHOWN else f"{said[: _SHOWN - 3]}..."

    def add_email(self, text: str) -> None:
        """Take an e-mail address; one of an inner system (X.400, Exchange, Notes) is none that mail from here reaches."""
        address = _one_line(text)
        if address[:7].lower() == "mailto:":
            address = address[7:]
        if named := _IN_BRACKETS.search(address):
            address = named[1]
        if "@" in address:
            self.emails.append(address)
        else:
            self.leave("e-mail", address)

    def add_phone(self, text: str, what: str = "") -> None:
        """Take a telephone number; `what` names something else that has a number, such as a fax."""
        # What a telephone dials after a pause.
        number = _PAUSES.sub(" ext. ", text.translate(_DIRECTIONS)).translate(_SEPARATORS)
        number = " ".join(number.split())
        if what or not any(map(str.isdigit, number)):
            self.leave(what or "telephone", number)
        elif number not in self.phones:
            self.phones.append(number)

    def add_address(self, address: Postal) -> None:
        """Take an address, unless nothing is written in it."""
        if address.lines():
            self.addresses.append(address)


# Marks that some programs put around numbers; in a number they mean nothing.
_DIRECTIONS = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))


# In a list of numbers these stand between two.
_SEPARATORS = str.maketrans(",;", "  ")
_PAUSES = re.compile(r"(?<=\d)\s*[,;]+\s*(?=\d)")
_IN_BRACKETS = re.compile(r"<([^<>@\s]+@[^<>\s]+)>")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def where(words: Iterable[str]) -> str:
    """Where something is reached by what a card calls it, in any case and language: work, home, other, or blank."""
    return next((WHERE_SAID[word] for word in map(fold, words) if word in WHERE_SAID), "")


# --- what the directory takes


def texts(card: Card) -> dict[str, str]:
    """The card in the fields of the directory, as a person would type them; `card` is told what is left out."""
    names_nobody = not card.family and not card.given and fold(card.full_name) in ("", fold(card.company))
    found = _of_organisation(card) if card.is_company or (card.company and names_nobody) else _of_person(card)
    found |= {
        "title": card.title or card.role,
        "language": card.language,
        "email": "; ".join(card.emails),
        "phone": "; ".join(card.phones),
        "address": _address(card),
    }
    if card.title and card.role and fold(card.role) != fold(card.title):
        card.leave("role", card.role)
    if card.unit:
        card.leave("unit", card.unit)
    several = ("address",)
    plain = {name: text if name in several else _one_line(text) for name, text in (found | card.own).items()}
    return {name: text for name, text in plain.items() if text}


def _of_organisation(card: Card) -> dict[str, str]:
    domain = _HOST.match(card.website.strip())
    if card.website and not domain:
        card.leave("web page", card.website)
    return {"organisation": card.company or card.full_name, "domain": domain[1] if domain else ""}


def _of_person(card: Card) -> dict[str, str]:
    if card.website:
        card.leave("web page", card.website)
    if not card.family and (card.full_name or card.given):
        card.notes.append("it gives no family name, and none was guessed")
    full_name = _full_name(card)
    if card.middle and not _holds(full_name, card.middle):
        card.leave("middle name", card.middle)
    return {
        "organisation": card.company,
        "full_name": full_name,
        "given_name": card.given,
        "family_name": card.family,
        "gender": _gender(card),
    }


def _full_name(card: Card) -> str:
    """The name without what stands before it ("Dr.", "Mr."): letters put their own form of address there."""
    words, before = card.full_name.split(), card.prefix.split()
    if before and len(words) > len(before) and fold(" ".join(words[: len(before)])) == fold(card.prefix):
        words = words[len(before) :]
    return " ".join(words or [card.given, card.middle, card.family, card.suffix])


def _holds(name: str, part: str) -> bool:
    return set(fold(part).split()) <= set(fold(name).split())


def _gender(card: Card) -> str:
    """As the card says it, in words or by Mr and Ms before the name."""
    said = GENDERS.get(fold(card.gender))
    if card.gender and not said:
        card.leave("gender", card.gender)
    words = card.prefix.split()
    by_title = {GENDERS[fold(word)] for word in words if fold(word) in GENDERS}
    if others := [word for word in words if fold(word) not in GENDERS]:
        card.leave("title before the name", " ".join(others))
    return said or (by_title.pop() if len(by_title) == 1 else "")


_NEARNESS: Mapping[str, int] = {"work": 0, "": 1, "other": 1, "home": 2}


def _address(card: Card) -> str:
    """The address at work, else one that is not said to be at home, else that; letters go to one address."""
    by_nearness: Sequence[Postal] = sorted(card.addresses, key=lambda one: (_NEARNESS[one.where], one.preference))
    for other in by_nearness[1:]:
        card.leave(f"address at {other.where}" if other.where in ("work", "home") else "other address", other.lines())
    return by_nearness[0].lines() if by_nearness else ""
