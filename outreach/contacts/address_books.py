"""Lists that address books export (Outlook, Gmail, Apple, telephones): what each column is, and the card that each row makes.

A heading is taken apart: a number, a place ("Business", "bureau", "geschäftlich", "trabajo"), and what is left is looked up.
So the hundred columns of Outlook need no list of their own in each language, and those of other programs are understood too.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from outreach.contacts import cards, headings
from outreach.contacts.book_words import APART, FILLING, PARTS, key
from outreach.contacts.cards import Card, Postal
from outreach.contacts.naming import fold
from outreach.contacts.rows import Line, Said, stray
from outreach.contacts.wordlists import WHERE_SAID


class Meaning(NamedTuple):
    """What a column is: a part of a card, or its kind (`kind_phone`); of things of which there are several, where and which."""

    part: str
    where: str = ""
    number: str = ""


_PLACED = frozenset(
    (
        *("email", "phone", "fax", "street", "city", "region", "code", "country", "box", "extended", "printed"),
        *("company", "title", "kind_email", "kind_phone", "kind_address", "website"),
    )
)
# The first is Spanish Outlook's telephone at home.
_ALONE = {"particular": Meaning("phone", "home"), "company main phone": Meaning("phone", "work")}


@lru_cache(maxsize=1024)
def meaning(heading: str) -> Meaning | None:
    """What a column of an address book with this heading is, None if nobody knows."""
    words = fold(heading).split()
    if alone := _ALONE.get(" ".join(word for word in words if not word.isdecimal())):
        return alone
    if found := PARTS.get(key(heading)):
        return Meaning(found)
    if APART & set(words):
        return Meaning("aside")
    number = next((word for word in words if word.isdecimal()), "")
    left = [word for word in words if not word.isdecimal()]
    places = [WHERE_SAID[word] for word in left if word in WHERE_SAID]
    rest = " ".join(word for word, before in zip(left, ["", *left], strict=False) if not _is_placing(word, before))
    part = PARTS.get(rest)
    if part is None:
        return None
    if places and part not in _PLACED:
        return None
    return Meaning(part, places[0] if places else "", number)


def _is_placing(word: str, before: str) -> bool:
    # German writes "Weiteres/r" and "Weiteres/e".
    return word in WHERE_SAID or word in FILLING or (before in WHERE_SAID and word in ("r", "e"))


# --- a whole list


def is_address_book(heads: Sequence[str]) -> bool:
    """Whether a list with these headings is one: it has columns of address books alone, and none of the directory's own."""
    named = [head for head in heads if head.strip()]
    own = any(headings.known(head) in _OWN_ALONE and meaning(head) is None for head in named)
    return not own and any(headings.known(head) is None and meaning(head) is not None for head in named)


_OWN_ALONE = frozenset(
    (
        "post",
        "group",
        "regional_group",
        "seat",
        "rank",
        "confirmed_on",
        "channel",
        "do_not_contact",
        "acronym",
        "tags",
        "domain",
    )
)


@dataclass(frozen=True)
class Book:
    """The columns of an address book: for each a meaning, a field of the directory's own, or None for one left out."""

    heads: Sequence[str]
    columns: Sequence[Meaning | str | None]
    by_person: bool = True

    @property
    def fields(self) -> list[str | None]:
        """What each column is, in words; None for one left out."""
        return [called(column) for column in self.columns]

    def said(self, line: Line) -> Said:
        """What a row says."""
        card = _card(self, line.cells)
        return Said(cards.texts(card), stray(self.heads, line.cells), card.notes, card.left_out)


# The parts that are a field of the directory by themselves.
FIELDS = {
    **{"given": "given_name", "family": "family_name", "full_name": "full_name", "company": "organisation", "title": "title"},
    **{"email": "email", "phone": "phone", "printed": "address", "gender": "gender", "language": "language"},
}


def field_of(heading: str) -> str | None:
    """The field that a column with this heading is by itself, in a list that has columns of the directory's own as well."""
    found = meaning(heading)
    return FIELDS.get(found.part) if found and not found.where and not found.number else None


def columns_of(heads: Sequence[str], chosen: Mapping[str, str]) -> list[Meaning | str | None]:
    """What each column is, None for one left out, blank for one that nobody knows; `chosen` comes first."""
    columns: list[Meaning | str | None] = []
    for head in heads:
        field = chosen.get(fold(head))
        known: Meaning | str | None = field or meaning(head) or headings.known(head)
        columns.append(None if known in (headings.IGNORE, headings.REFUSED_BECAUSE) or not head.strip() else known or "")
    return _in_context(heads, columns)


def understand(heads: Sequence[str], mapping: Mapping[str, str]) -> Book:
    """The columns of an address book; `mapping` as for `headings.understand`, which comes before what they are known as.

    Raises Invalid for a heading that nobody knows, and for a mapping that fits nothing.
    """
    columns = columns_of(heads, headings.chosen(heads, mapping))
    headings.must_be_known(heads, [column if column == "" else "known" for column in columns])
    return Book(heads, columns)


def _in_context(heads: Sequence[str], columns: list[Meaning | str | None]) -> list[Meaning | str | None]:
    """Outlook calls what stands before the name "Title" too, in French by the same word as the title of the post."""
    titles = [number for number, column in enumerate(columns) if isinstance(column, Meaning) and column.part == "title"]
    bare = [number for number in titles if fold(heads[number]) in ("title", "titre", "titel", "titulo")]
    if len(titles) > 1 and bare:
        columns[bare[0]] = Meaning("prefix")
    return _names_in_context(heads, columns)


def _names_in_context(heads: Sequence[str], columns: list[Meaning | str | None]) -> list[Meaning | str | None]:
    """A name beside a first name and no family name is the family name where lists are written so (Name, Vorname)."""
    parts = [column.part for column in columns if isinstance(column, Meaning)]
    if "given" in parts and "family" not in parts and any(fold(head) == "vorname" for head in heads):
        return [Meaning("family") if fold(head) == "name" else column for head, column in zip(heads, columns, strict=True)]
    return columns


def called(column: Meaning | str | None) -> str | None:
    """What a column is, in words; None for one that is left out."""
    if not isinstance(column, Meaning):
        return column
    if column.part in ("aside", "nothing"):
        return None
    words = _CALLED.get(column.part, column.part)
    return f"{words} ({column.where})" if column.where else words


_CALLED = {
    **{
        "given": "given name",
        "family": "family name",
        "middle": "middle name",
        "full_name": "full name",
        "company": "organisation",
    },
    **{"prefix": "title before the name", "suffix": "what follows the name", "printed": "address", "code": "postal code"},
    **{"box": "post box", "kind_email": "kind of e-mail", "kind_phone": "kind of telephone", "kind_address": "kind of address"},
    **{"unit": "department", "extended": "address, more of it", "website": "web page"},
}
_IN_ORDER = ("box", "extended", "street", "city", "region", "code", "country", "printed")
_OF_ADDRESS = frozenset(_IN_ORDER)
_UNSAID = frozenset(map(fold, ("unspecified", "non spécifié", "keine angabe", "sin especificar", "no especificado")))


def _card(book: Book, cells: Sequence[str]) -> Card:
    card = Card()
    kinds: dict[tuple[str, str], str] = {}
    addresses: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    filled = [
        (head, column, cell.strip())
        for head, column, cell in zip(book.heads, book.columns, cells, strict=False)
        if column and cell and not cell.isspace()
    ]
    for _, column, cell in filled:
        if isinstance(column, Meaning) and column.part.startswith("kind_"):
            kinds[column.part, column.number] = cell
    for head, column, cell in filled:
        if isinstance(column, str):
            card.own[column] = cell
        elif column.part in _OF_ADDRESS:
            # Three streets of one address are three columns with numbers; those of Gmail number the address.
            key = ("", column.number) if ("kind_address", column.number) in kinds else (column.where, "")
            parts = addresses[key]
            parts[column.part] = "\n".join(filter(None, (parts.get(column.part, ""), cell)))
        else:
            _take(card, head, column, cell, kinds)
    for (place, number), parts in addresses.items():
        at = place or cards.where(kinds.get(("kind_address", number), "").split())
        card.add_address(Postal(at, 100, *(parts.get(name, "") for name in _IN_ORDER)))
    return card


def _take(card: Card, head: str, column: Meaning, cell: str, kinds: Mapping[tuple[str, str], str]) -> None:
    part = column.part
    if part == "email":
        for text in cell.split(":::"):
            card.add_email(text)
    elif part in ("phone", "fax"):
        said = fold(kinds.get(("kind_phone", column.number), ""))
        what = "fax" if part == "fax" or "fax" in said else "pager" if "pager" in said else ""
        for text in cell.split(":::"):
            card.add_phone(text, what)
    elif part == "aside":
        # Outlook writes "0/0/00" for a day that is not known.
        if any(character.isalpha() or character in "123456789" for character in cell):
            card.leave(head, cell)
    elif part == "gender" and fold(cell) in _UNSAID:
        return
    elif not part.startswith("kind_") and part != "nothing":
        _take_once(card, head, part, cell)


def _take_once(card: Card, head: str, part: str, cell: str) -> None:
    if getattr(card, part):
        card.leave(head, cell)
    else:
        setattr(card, part, cell)
