"""A small office for the pages: two organisations, a campaign made and drafted through the desk itself."""

from collections.abc import Callable

from sqlalchemy import select

from outreach.letters import register
from outreach.letters.models import Letter
from outreach.office import Office
from tests.cast import kenya, society
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
PLAN = {
    "slug": "wsis20",
    "title": "Value of the IGF",
    "template": "input-request",
    "sender": "chair",
    "deadline": "2025-03-31",
    "to": "all",
    "copies": "",
}


def societies(office: Office, *keys: str) -> None:
    """Organisations that the template input-request can write to, and Kenya, to which it cannot."""
    with office.transaction() as session:
        for key in keys:
            society(session, key, f"{key}.example")
        kenya(session)


def drafted(office: Office, visit: Visit, *keys: str) -> Visitor:
    """A drafter whose campaign to these organisations is drafted, made as a browser would."""
    societies(office, *keys)
    visitor = visit("drafter")
    visitor.post("/new-campaign", {**PLAN, "count": len(keys)}, page="/new-campaign")
    visitor.post("/campaigns/wsis20/draft", {"dated": "2025-01-27"}, page="/campaigns/wsis20")
    return visitor


def letters(office: Office) -> list[int]:
    """The numbers of all letters, in order."""
    with office.reading() as session:
        return list(session.scalars(select(Letter.id).order_by(Letter.id)))


def state(office: Office, number: int) -> str:
    """How the letter of this number stands."""
    with office.reading() as session:
        return register.get(session, number).state.value


def versions(office: Office, number: int) -> int:
    """How many versions the letter has."""
    with office.reading() as session:
        return len(register.get(session, number).versions)


def row_version(office: Office, number: int) -> int:
    """What the form's hidden version says when the letter is looked at now."""
    with office.reading() as session:
        return register.get(session, number).version
