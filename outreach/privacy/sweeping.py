"""Looking for a person's name in every text that the database holds, in whatever table, also one that was added since.

What an erasure does not go through by itself is found here and said: nothing that names the person stays unseen.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import JSON, Column, ColumnElement, String, Table, Text, cast, or_, select
from sqlalchemy.orm import Session

from outreach.contacts import references
from outreach.privacy.names import Names

# The register is blanked entry by entry; words to find contacts by are made anew; accounts are people of the office.
_NOT_LOOKED_AT = frozenset({"journal_entries", "journal_values", "contact_words", "accounts"})
# Notes that the office makes for itself: a name is taken out of them wherever it stands.
NOTES: Mapping[str, tuple[str, ...]] = {
    "organisations": ("note", "designation_note", "do_not_contact"),
    "posts": ("note", "do_not_contact"),
    "persons": ("note", "do_not_contact"),
    "addresses": ("failure",),
    "campaign_addressees": ("values", "left_out"),
    "letters": ("cancelled_because", "held_because"),
    "responses": ("subject", "note", "on_behalf_of"),
    "incoming_mail": ("reason", "source", "deputy"),
    "mail_suggestions": ("reason",),
    "passages": ("memo",),
    "attributions": ("evidence",),
    "inputs_set_aside": ("reason",),
    "communique_reviews": ("drafters",),
    "communique_reviewers": ("name", "evidence"),
    "communique_proposals": ("author", "before", "text", "reason"),
    "contacts_told_apart": ("because",),
    "delivery_attempts": ("detail",),
    "delivery_outcomes": ("reply",),
    "structured_answers": ("value",),
    "engagements": ("owner", "what", "with_whom", "said", "source", "outcome"),
    "print_runs": ("note",),
}


@dataclass(frozen=True)
class Place:
    """A row that names the person in one of its columns."""

    table: str
    key: tuple[Any, ...]
    column: str

    def __str__(self) -> str:
        return f"{self.table.replace('_', ' ')} {'/'.join(map(str, self.key))}, {self.column.replace('_', ' ')}"


def found(session: Session, names: Names, *, among: Mapping[str, Collection[str]] | None = None) -> Iterator[Place]:
    """Every place that names the person by a whole name or an address, or those of `among`, columns by table."""
    for table in references.web(session).metadata.tables.values():
        if table.name in _NOT_LOOKED_AT or (among is not None and table.name not in among):
            continue
        columns = [column for column in table.columns if isinstance(column.type, String | Text | JSON)]
        yield from _in_table(session, table, [one for one in columns if among is None or one.name in among[table.name]], names)


def _in_table(session: Session, table: Table, columns: Sequence[Column[Any]], names: Names) -> Iterator[Place]:
    holds = [condition for column in columns for condition in _holds(column, names.whole)]
    if not holds:
        return
    own = list(table.primary_key.columns)
    for row in session.execute(select(*own, *columns).where(or_(*holds)).order_by(*own)):
        for column, text in zip(columns, row[len(own) :], strict=True):
            # The database knows no words: "Anna Li" stands in "Anna Lind".
            if any(names.within(one) for one in _texts(text)):
                yield Place(table.name, tuple(row[: len(own)]), column.name)


def _holds(column: Column[Any], names: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions that hold wherever a name stands, and in a few places more: its longest word in any capitals."""
    is_json = isinstance(column.type, JSON)
    as_text = cast(column, Text) if is_json else column
    for word in sorted({max(name.split(), key=len, default=name) for name in names}):
        if word.isascii():
            yield as_text.icontains(word, autoescape=True)
            continue
        # Small and capital letters of other alphabets are not one to every database; JSON may hold them as escapes.
        for written in sorted({word, word.casefold(), word.upper(), word.title()}):
            yield as_text.contains(written, autoescape=True)
            if is_json:
                yield as_text.contains(json.dumps(written)[1:-1], autoescape=True)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
