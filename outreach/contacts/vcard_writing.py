"""Cards in vCard 4 (RFC 6350) for any address book; what those have no place for stands in properties of our own."""

import re
import uuid
from collections.abc import Iterator, Mapping

from outreach.contacts.headings import COLUMNS
from outreach.contacts.rendering import BETWEEN_ADDRESSES
from outreach.contacts.vcards import OWN

# RFC 6350, 3.2: a line has at most 75 octets, and a character is never cut.
_OCTETS = 75
_GENDERS = {"female": "F", "male": "M"}
_ESCAPED = re.compile(r"([\\;,])")
# What stands under names that every address book knows.
_WELL_KNOWN = frozenset(
    ("organisation", "title", "full_name", "given_name", "family_name", "gender", "email", "phone", "address", "language")
)


def card(texts: Mapping[str, str], *, about: str) -> str:
    """The card of a contact with these cells; `about` tells it from every other one, for address books that read it again."""
    said = {name: text for name, text in texts.items() if text}
    return "".join(f"{_folded(line)}\r\n" for line in _lines(said, about))


def _lines(said: Mapping[str, str], about: str) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:4.0", "PRODID:-//outreach//contacts//EN")
    yield f"UID:urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'outreach:{about}')}"
    yield from _who(said)
    for email in said.get("email", "").split("; "):
        yield from _property("EMAIL;TYPE=work", email)
    for phone in said.get("phone", "").split("; "):
        yield from _property("TEL;TYPE=work", phone)
    for address in filter(None, said.get("address", "").split(BETWEEN_ADDRESSES)):
        # The lines as they are printed: nothing tells which of them is the town.
        yield f"ADR;TYPE=work:;;{_escaped(address)};;;;"
    yield from _property("LANG", said.get("language", ""))
    if "domain" in said:
        yield from _property("URL", f"https://{said['domain']}")
    if "tags" in said:
        yield f"CATEGORIES:{','.join(map(_escaped, said['tags'].split('; ')))}"
    yield from _of_our_own(said)
    yield "END:VCARD"


def _who(said: Mapping[str, str]) -> Iterator[str]:
    person = said.get("full_name", "")
    yield f"KIND:{'individual' if person else 'org'}"
    yield from _property("FN", person or _vacant(said))
    family, given = said.get("family_name", ""), said.get("given_name", "")
    # Without a family name that is known there is none to write: whoever reads the card must not take another for it.
    if family or given:
        yield f"N:{_escaped(family)};{_escaped(given)};;;"
    yield from _property("ORG", said["organisation"])
    yield from _property("TITLE", said.get("title", ""))
    yield from _property("GENDER", _GENDERS.get(said.get("gender", ""), ""))


def _vacant(said: Mapping[str, str]) -> str:
    """What a card is called that names nobody: the organisation and the post."""
    _, _, post = said.get("post", "").partition("/")
    words = said.get("title") or post.replace("/", ", ").replace("-", " ")
    return f"{said['organisation']} ({words})" if words else said["organisation"]


def _of_our_own(said: Mapping[str, str]) -> Iterator[str]:
    for field in COLUMNS:
        if field in said and (field not in _WELL_KNOWN or BETWEEN_ADDRESSES in said[field]):
            yield from _property(f"{OWN}{field.replace('_', '-').upper()}", said[field])


def _property(name: str, text: str) -> Iterator[str]:
    if text:
        yield f"{name}:{_escaped(text)}"


def _escaped(text: str) -> str:
    return _ESCAPED.sub(r"\\\1", text).replace("\n", "\\n")


def _folded(line: str) -> str:
    if len(line) * 4 <= _OCTETS:
        return line
    data = line.encode()
    pieces = []
    start, room = 0, _OCTETS
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end])
        # The space before a folded line is one of its octets.
        start, room = end, _OCTETS - 1
    return b"\r\n ".join([*pieces, data[start:]]).decode()
