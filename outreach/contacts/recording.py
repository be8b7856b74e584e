"""How an edit is read and recorded: who may, what a field takes, and what the journal calls the thing edited."""

from typing import Any

from outreach.contacts import cells
from outreach.contacts.models import Holder, Organisation, Person, Post
from outreach.errors import Invalid
from outreach.journal import Actor, Role

Contact = Organisation | Post | Person


def may_edit(by: Actor) -> None:
    """Raise Refused unless `by` may edit contacts."""
    by.must_be(Role.DRAFTER, "edit contacts")


def of_cell(field: str, text: str) -> Any:
    """The value that `text` gives for `field`; raises Invalid as a sentence."""
    try:
        return cells.read(field, text)
    except Invalid as error:
        raise Invalid(f"{field}: {error}.") from error


def subject_of(thing: Contact | Holder) -> str:
    """How the journal names it: never by a person's name."""
    if isinstance(thing, Organisation):
        return f"organisation {thing.key}"
    if isinstance(thing, Post):
        return f"post {thing.key}"
    if isinstance(thing, Holder):
        return f"person {thing.person_id} at {thing.post.key}"
    return f"person {thing.id}"
