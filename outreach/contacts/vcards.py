"""vCards of version 2.1, 3 and 4 as programs write them, card by card; a broken one is said to be broken, the rest goes on."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import unquote

from outreach.contacts import vcard_properties
from outreach.contacts.cards import Card, Postal, where
from outreach.contacts.headings import COLUMNS
from outreach.contacts.naming import fold
from outreach.contacts.vcard_lines import Raw, raw_cards
from outreach.contacts.vcard_properties import Property

# Under these names the directory's own fields stand in the cards that it exports.
OWN = "X-OUTREACH-"

_BEGINS = re.compile(r"^\s*(?:[\w-]+\.)*BEGIN\s*:\s*VCARD\s*$", re.ASCII | re.IGNORECASE | re.MULTILINE)
_LABEL = re.compile(r"_\$!<(.*?)>!\$_", re.DOTALL)
# In a file whose letters are known the charset of a property that is not encoded says nothing.
_CHARSET = re.compile(r';CHARSET="?[\w.:-]*"?(?=[;:])', re.ASCII | re.IGNORECASE)
_NO_TELEPHONE = {
    **dict.fromkeys(("FAX", "PAGER", "MODEM"), ""),
    **{"BBS": "modem", "TLX": "telex", "TELEX": "telex", "TTY": "text telephone", "TEXTPHONE": "text telephone"},
}
# What is of no interest to anybody who reads the card.
_SILENT = frozenset(
    (
        *("VERSION", "PRODID", "REV", "UID", "CLASS", "MAILER", "SOURCE", "PROFILE", "NAME", "SORT-STRING", "CLIENTPIDMAP"),
        *("XML", "LABEL", "N", "KIND", "X-ABLABEL", "X-ABADR", "X-ABSHOWAS", "X-ABUID", "X-ADDRESSBOOKSERVER-KIND"),
    )
)
_CALLED = {"BDAY": "birthday", "URL": "web page", "IMPP": "chat", "TZ": "time zone", "GEO": "position"}
_BINARY = frozenset(("PHOTO", "LOGO", "SOUND", "KEY", "AGENT", "X-MS-CARDPICTURE", "X-MS-OL-DESIGN"))
_NO_CONTACTS = {"GROUP": "a group of cards", "LOCATION": "a place", "APPLICATION": "a program", "DEVICE": "a device"}


def are_cards(start: str) -> bool:
    """Whether a file that begins so holds vCards."""
    return bool(_BEGINS.search(start.replace("\r", "\n")))


def cards(path: Path, encoding: str = "") -> Iterator[Card]:
    """The cards of the file, in its order; `encoding` is that of the whole file, if it has one, such as UTF-16."""
    with path.open(encoding=encoding or "latin-1", errors="replace", newline=None) as file:
        for raw in raw_cards(_Bytes(file) if encoding else file):
            yield _card(raw)


class _Bytes:
    """A file of letters, read as the bytes of UTF-8 that they are."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def readline(self, size: int = -1, /) -> str:
        """The next line."""
        line = self._file.readline(size)
        if "CHARSET" in line.upper() and "QUOTED-PRINTABLE" not in line.upper():
            line = _CHARSET.sub("", line, count=1)
        return line.encode("utf-8", "replace").decode("latin-1")


def _card(raw: Raw) -> Card:
    card = Card(fault=raw.fault)
    properties = [one for one in map(vcard_properties.read, raw.properties) if one and one.value.strip()]
    if not properties:
        card.fault = card.fault or f"the card that begins on line {raw.line:,} is empty"
    first = {one.name: one for one in reversed(properties)}
    labels = {one.group: _LABEL.sub(r"\1", one.text) for one in properties if one.name == "X-ABLABEL"}
    _read_kind(card, first)
    if "N" in first:
        _read_name(card, first["N"], is_old="VERSION" in first and first["VERSION"].value.strip().startswith("2"))
    for one in sorted(properties, key=lambda one: one.preference):
        if one.name in _SILENT:
            continue
        if one.name.startswith(OWN):
            _read_own(card, one)
        elif reader := _READERS.get(one.name):
            reader(card, one, _words(one, labels))
        else:
            card.leave(_CALLED.get(one.name) or one.name.removeprefix("X-").replace("-", " ").lower(), _shown(one))
    _read_labels(card, properties)
    _conclude(card, first)
    return card


def _words(one: Property, labels: Mapping[str, str]) -> list[str]:
    """What the property is called: its types, its group ("home.tel"), and the label that Apple gives the group."""
    if not one.group:
        return sorted(one.types)
    label = labels.get(one.group, "")
    return [*sorted(one.types), one.group, label, *label.split()]


def _shown(one: Property) -> str:
    return "" if one.name in _BINARY or one.value.startswith("data:") else one.text


# --- the whole card


def _read_kind(card: Card, first: Mapping[str, Property]) -> None:
    said = first.get("KIND") or first.get("X-ADDRESSBOOKSERVER-KIND")
    kind = said.text.strip().upper() if said else ""
    if kind in _NO_CONTACTS:
        card.fault = card.fault or f"it is {_NO_CONTACTS[kind]}, no contact"
    card.is_company = kind.startswith("ORG")


def _read_name(card: Card, name: Property, *, is_old: bool) -> None:
    trimmed = [" ".join(part.split()) for part in name.split(lists=not is_old)]
    card.family, card.given, card.middle, card.prefix, card.suffix = (*trimmed, "", "", "", "", "")[:5]


def _conclude(card: Card, first: Mapping[str, Property]) -> None:
    """What follows from the card as a whole."""
    named = card.family or card.given
    if not named and card.company and "X-ABSHOWAS" in first and first["X-ABSHOWAS"].text.strip().upper() == "COMPANY":
        card.is_company = True
    if named and not card.full_name and not card.is_company:
        card.notes.append("it has no FN, so the full name is put together from N")
    # A telephone that knows one name only writes it where the family name belongs.
    if card.full_name and not card.given and " " in card.family and fold(card.family) == fold(card.full_name):
        card.family = ""


def _read_own(card: Card, one: Property) -> None:
    field = one.name.removeprefix(OWN).replace("-", "_").lower()
    if field in COLUMNS:
        card.own[field] = one.text.strip()


def _read_labels(card: Card, properties: Sequence[Property]) -> None:
    """Addresses that a LABEL gives as they are printed: in place of the parts of one of the same kind, else by themselves."""
    for label in (one for one in properties if one.name == "LABEL"):
        at = where([*label.types, label.group])
        place = next((n for n, one in enumerate(card.addresses) if one.where == at and not one.printed), None)
        printed = Postal(at, label.preference, printed=label.text)
        if place is None:
            card.add_address(printed)
        elif printed.lines():
            card.addresses[place] = Postal(at, card.addresses[place].preference, printed=label.text)


# --- one property


def _read_full_name(card: Card, one: Property, words: Sequence[str]) -> None:
    card.full_name = card.full_name or " ".join(one.text.split())


def _read_company(card: Card, one: Property, words: Sequence[str]) -> None:
    company, *units = [" ".join(part.split()) for part in one.parts if part.strip()] or [""]
    if card.company:
        card.leave("other organisation", company)
    else:
        card.company, card.unit = company, ", ".join(units)


def _read_title(card: Card, one: Property, words: Sequence[str]) -> None:
    if card.title:
        card.leave("other title", one.text)
    else:
        card.title = " ".join(one.text.split())


def _read_role(card: Card, one: Property, words: Sequence[str]) -> None:
    card.role = card.role or " ".join(one.text.split())


def _read_email(card: Card, one: Property, words: Sequence[str]) -> None:
    card.add_email(one.text)


def _read_phone(card: Card, one: Property, words: Sequence[str]) -> None:
    number = one.text.strip()
    if number[:4].lower() == "tel:":
        number, _, rest = unquote(number[4:]).partition(";")
        extension = re.search(r"(?:^|;)ext=([\d.-]+)", rest, re.IGNORECASE | re.ASCII)
        number += f" ext. {extension[1]}" if extension else ""
    card.add_phone(number, _other_device(one, words))


def _other_device(one: Property, words: Sequence[str]) -> str:
    """What has this number if it is no telephone that the person answers."""
    label = fold(" ".join(words))
    if "assistant" in label:
        return "assistant"
    if "VOICE" in one.types:
        return ""
    named = next((word for word in _NO_TELEPHONE if word in one.types), "") or ("FAX" if "fax" in label else "")
    return _NO_TELEPHONE[named] or named.lower() if named else ""


def _read_address(card: Card, one: Property, words: Sequence[str]) -> None:
    parts = one.parts
    at, preference, printed = where(words), one.preference, one.parameters.get("LABEL", "")
    if printed:
        printed = vcard_properties.unescaped(vcard_properties.as_text(printed, one.charset))
    if len(parts) == 1:
        card.add_address(Postal(at, preference, printed=printed or parts[0]))
    else:
        box, extended, street, city, region, code, country = (*(part.strip() for part in parts), *[""] * 7)[:7]
        card.add_address(Postal(at, preference, box, extended, street, city, region, code, country, printed))


def _read_language(card: Card, one: Property, words: Sequence[str]) -> None:
    tag, *rest = one.text.strip().replace("_", "-").split("-")
    if card.language or not re.fullmatch("[A-Za-z]{2,3}", tag):
        card.leave("language", one.text)
    else:
        # A region has two letters, a script four.
        part = rest[0] if rest and re.fullmatch("[A-Za-z]{2,4}", rest[0]) else ""
        card.language = "-".join(filter(None, [tag.lower(), part.upper() if len(part) == 2 else part]))


def _read_gender(card: Card, one: Property, words: Sequence[str]) -> None:
    # Of vCard 4 the letters O, N and U, and any words, name no form of address.
    card.gender = card.gender or one.parts[0].strip()


def _read_website(card: Card, one: Property, words: Sequence[str]) -> None:
    if card.website:
        card.leave("web page", one.text)
    else:
        card.website = one.text.strip()


_READERS: Mapping[str, Callable[[Card, Property, Sequence[str]], None]] = {
    "FN": _read_full_name,
    "ORG": _read_company,
    "TITLE": _read_title,
    "ROLE": _read_role,
    "EMAIL": _read_email,
    "TEL": _read_phone,
    "ADR": _read_address,
    "LANG": _read_language,
    "GENDER": _read_gender,
    "X-GENDER": _read_gender,
    "URL": _read_website,
}
