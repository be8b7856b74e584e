"""What the columns of a list are: fields of the directory, or parts of the cards of an address book."""

from collections.abc import Mapping, Sequence

from outreach.contacts import address_books, headings
from outreach.contacts.address_books import Book, Meaning
from outreach.contacts.headings import Columns, Unclear
from outreach.contacts.rows import Table


def understand(heads: Sequence[str], mapping: Mapping[str, str], *, are_cards: bool = False) -> Columns | Book:
    """The columns; `mapping` (theirs -> ours, `-` to leave one out) comes before what they are known as.

    Raises Invalid for a column that nobody knows, for two of one field, and for a mapping that fits nothing.
    """
    if are_cards:
        return Columns(heads, headings.understand(heads, mapping), by_person=True)
    if address_books.is_address_book(heads):
        return address_books.understand(heads, mapping)
    return Columns(heads, headings.understand(heads, mapping, address_books.field_of))


def known_as(heads: Sequence[str]) -> list[tuple[str | None, str]]:
    """For each heading the field that it is by itself, None if not known; and what it is in words, if that is no field."""
    if not address_books.is_address_book(heads):
        return [(headings.known(head) or address_books.field_of(head), "") for head in heads]
    columns = address_books.columns_of(heads, {})
    return [
        ("", address_books.called(column) or "left out") if isinstance(column, Meaning) else (column or None, "")
        for column in columns
    ]


def of_table(table: Table, mapping: Mapping[str, str], called: str) -> Columns | Book:
    """The columns of a list that was opened; raises Invalid also when none of them names the organisation."""
    columns = understand(table.heads, mapping, are_cards=table.are_cards)
    if not {"organisation", "post"} & set(columns.fields):
        raise Unclear(f"{called} has no column organisation; say which column names it.")
    return columns
