"""Which value stands when two contacts become one: the remaining one's, the other's where it has none, or the one chosen.

What belongs together goes together: the parts of a name, a reason not to write and its day, a language and whether it is known.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from outreach.contacts.models import Organisation, Person, Post
from outreach.contacts.moving import Moves, plain
from outreach.contacts.naming import words
from outreach.errors import Invalid

# By the word that names them for a choice: the columns that go together; the first says whether there is anything.
_OF: Mapping[type[Any], Mapping[str, tuple[str, ...]]] = {
    Organisation: {
        **{name: (name,) for name in ("name", "acronym", "group", "regional_group", "country", "domain")},
        "language": ("language", "language_assumed"),
        "do_not_contact": ("do_not_contact", "do_not_contact_since"),
        **{name: (name,) for name in ("designation_note", "note")},
    },
    Post: {
        **{name: (name,) for name in ("title", "language", "second_channel")},
        "through": ("through_id",),
        "liaison": ("liaison_id", "liaison_copied"),
        "do_not_contact": ("do_not_contact", "do_not_contact_since"),
        "note": ("note",),
    },
    Person: {
        "name": ("full_name", "given_name", "family_name"),
        **{name: (name,) for name in ("gender", "academic_title", "style", "salutation", "complimentary_close")},
        "do_not_contact": ("do_not_contact", "do_not_contact_since"),
        "note": ("note",),
    },
}
# How the database calls a column that Python calls otherwise.
_COLUMN = {"group": "stakeholder_group"}


@dataclass(frozen=True)
class Difference:
    """A field in which the two differ: what stands afterwards, what does not, and whether it comes from the merged one."""

    field: str
    stands: str
    yields: str
    from_merged: bool


def fields_of(kind: type[Any]) -> tuple[str, ...]:
    """The fields of which one may be chosen."""
    return tuple(_OF[kind])


def check(kind: type[Any], take: Collection[str]) -> None:
    """Raise Invalid for a chosen field that there is none of."""
    called = "an organisation" if kind is Organisation else f"a {kind.__name__.lower()}"
    for name in take:
        if name not in _OF[kind]:
            raise Invalid(f"{name} is no field of {called}; choose among {', '.join(_OF[kind])}.")


def join(moves: Moves, merged: Any, into: Any, take: Collection[str]) -> list[Difference]:
    """Set what `into` says afterwards; gives the fields in which the two differ."""
    found: list[Difference] = []
    after: dict[str, Any] = {}
    for difference, values in _differences(merged, into, take):
        found.append(difference)
        after |= values
    if after:
        moves.set(into.__tablename__, into.id, **{_COLUMN.get(name, name): value for name, value in after.items()})
    return found


def _differences(merged: Any, into: Any, take: Collection[str]) -> Iterator[tuple[Difference, dict[str, Any]]]:
    for name, columns in _OF[type(into)].items():
        its, own = ({column: getattr(thing, column) for column in columns} for thing in (merged, into))
        if its == own or not its[columns[0]]:
            continue
        wins = name in take or _fills(name, its, own)
        stands, yields = (_said(values, columns) for values in ((its, own) if wins else (own, its)))
        yield Difference(name, stands, yields, wins), its if wins else {}


def _fills(name: str, its: Mapping[str, Any], own: Mapping[str, Any]) -> bool:
    """Whether the merged one says what the remaining one does not."""
    if "family_name" in own:
        # A family name in one script does not complete a full name in another: a greeting would be half of each.
        return not own["family_name"] and bool(its["family_name"]) and words(its["full_name"]) == words(own["full_name"])
    if name == "language" and "language_assumed" in own:
        return bool(own["language_assumed"] and not its["language_assumed"])
    return not next(iter(own.values()))


def _said(values: Mapping[str, Any], columns: tuple[str, ...]) -> str:
    shown = [str(plain(values[column])) for column in columns if values[column] not in (None, "", False)]
    if "language_assumed" in columns:
        return f"{values['language']} ({'assumed' if values['language_assumed'] else 'known'})"
    return " / ".join(dict.fromkeys(shown))
