"""The options of a contact, declared alike wherever one is added or edited, and who acts on what they gave."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

import rich_click as click
from sqlalchemy.orm import Session

from outreach.contacts.models import AddressKind
from outreach.journal import Actor

F = TypeVar("F", bound=Callable[..., Any])

OF_ORGANISATION = {
    "acronym": "What the organisation is called for short.",
    "country": "Its country, two letters.",
    "domain": "Its Internet domain.",
}
OF_POST = {
    "title": "The title of the post.",
    "channel": "How it is reached, such as email, or post; email for a second.",
    "through": "The post of the body that hands its letters on, such as igf-secretariat/head.",
    "liaison": "The post to call about its letters, by its key.",
    "copy_liaison": "Whether that post gets a copy of each letter: yes or no.",
}
OF_PERSON = {
    "full_name": "The holder's name as it stands in the address, without Mr. or Ms.",
    "given_name": "The given name.",
    "family_name": "The family name, which the greeting uses.",
    "gender": "As the person's own record says: female or male.",
    "academic_title": "Such as Dr. or Professor.",
    "style": "Such as His Royal Highness.",
    "salutation": "This person's own greeting, which always wins.",
}
OF_HOLDER = {
    "rank": "The rank held there, such as ambassador or charge; it decides the form of address.",
    "source": "How the office knows, such as note verbale of 3 March.",
}
# Where an option is not called as its field is.
_CALLED = {"source": "from-note"}
OF_ADDRESS = {"email": AddressKind.EMAIL, "phone": AddressKind.TELEPHONE, "address": AddressKind.POSTAL}


@dataclass(frozen=True)
class Act:
    """Who acts when, and what the options gave."""

    session: Session
    by: Actor
    at: datetime
    today: date
    given: Mapping[str, Any]

    @property
    def signed(self) -> dict[str, Any]:
        """Who and when, as verbs take it."""
        return {"by": self.by, "at": self.at}

    def of(self, *fields: str) -> dict[str, Any]:
        """Those of the fields that were given."""
        return {name: self.given[name] for name in fields if name in self.given}


def options(texts: Mapping[str, str]) -> Callable[[F], F]:
    """Declare an option for each of these fields."""

    def declare(function: F) -> F:
        for name, text in reversed(list(texts.items())):
            function = click.option(f"--{_CALLED.get(name, name).replace('_', '-')}", name, help=text)(function)
        return function

    return declare


def address_options(function: F) -> F:
    """Declare the options that add addresses."""
    for name in reversed(OF_ADDRESS):
        text = f"Add this {name} to the post; may be given several times."
        function = click.option(f"--{name}", name, multiple=True, help=text)(function)
    return function


def given(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the options that say something."""
    return {name: value for name, value in values.items() if value not in (None, (), False)}
