"""What every page has at hand: the office, who acts, how values are said, lists page by page."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from typing import Any, Generic, TypeVar, cast
from urllib.parse import urlencode

import jinja2
from flask import Flask, current_app, request
from flask_login import current_user
from sqlalchemy.orm import Session

from outreach.journal import Actor, Role
from outreach.office import Office

T = TypeVar("T")
PAGE = 50


def office() -> Office:
    """The office whose desk this is."""
    return cast(Office, current_app.extensions["office"])


def actor() -> Actor:
    """Who is signed in."""
    return cast(Actor, current_user.actor)


@contextmanager
def acting() -> Iterator[tuple[Session, Actor, datetime]]:
    """A transaction, who acts in it and when: `with acting() as (session, by, at)`."""
    with office().transaction() as session:
        yield session, actor(), office().now()


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list; `more` says whether another follows."""

    items: Sequence[T]
    number: int
    more: bool

    @property
    def before(self) -> str | None:
        """The address of the page before."""
        return _address(self.number - 1) if self.number > 1 else None

    @property
    def after(self) -> str | None:
        """The address of the page after."""
        return _address(self.number + 1) if self.more else None


def page_number() -> int:
    """The page that the address asks for, from 1."""
    # No list is so long; a larger number would be none that a database can count to.
    return min(max(1, request.args.get("page", 1, type=int)), 1_000_000)


def page_of(rows: Iterable[T], size: int = PAGE) -> Page[T]:
    """The page that the address asks for out of `rows`, which hold one more than `size` from its beginning when more follow."""
    items = list(rows)
    return Page(items[:size], page_number(), len(items) > size)


def window(size: int = PAGE) -> tuple[int, int]:
    """Offset and limit for a query of this page: one row more than is shown says whether another page follows."""
    return (page_number() - 1) * size, size + 1


def _address(number: int) -> str:
    # Put together from the address itself: words such as `_method` in a query are no options of `url_for`.
    words = [(name, value) for name, value in request.args.items(multi=True) if name != "page"]
    return f"{request.path}?{urlencode([*words, ('page', number)])}"


def is_fragment() -> bool:
    """Whether htmx asks for a part of the page only."""
    headers = request.headers
    whole = headers.get("HX-Boosted") == "true" or headers.get("HX-History-Restore-Request") == "true"
    return headers.get("HX-Request") == "true" and not whole


def said(value: object) -> str:
    """A value in words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Enum):
        return str(value.value).replace("-", " ")
    if isinstance(value, datetime):
        return value.astimezone(office().settings.zone()).strftime("%-d %b %Y, %H:%M")
    if isinstance(value, date):
        return value.strftime("%-d %b %Y")
    return str(value)


def may(role: str) -> bool:
    """Whether whoever is signed in may do what `role` may."""
    return bool(current_user.is_authenticated and current_user.actor.role.includes(Role(role)))


def prepare(app: Flask) -> None:
    """Hand the pages what they use; a name that a page does not know is an error, not a blank."""
    app.jinja_env.undefined = jinja2.StrictUndefined
    app.jinja_env.filters["said"] = said
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["has_page"] = lambda endpoint: endpoint in app.view_functions
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    return {"office_settings": office().settings.office, "now": office().now().astimezone(UTC)}
