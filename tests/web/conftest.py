"""The desk of the tests: an application on a filled office, and somebody signed in to it."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from outreach.accounts import passwords, people
from outreach.journal import Role
from outreach.office import Office, system_clock
from outreach.web.app import create_app
from tests.cast import KIM, NOON

PASSWORD = "a long enough password"
# What the desk itself uses, kept before the tests make it cheaper for themselves.
FULL_STRENGTH = passwords._hasher
ROLES = {"reader": "René Reader", "drafter": "Dana Drafter", "approver": "Charlie Chair", "keeper": "Kim Keeper"}


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """The same kind of hash with next to no work: these tests sign in hundreds of times."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    nobody = cheap.hash("nobody has this password")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: cheap)
        patch.setattr(passwords, "_nobody", lambda: nobody)
        yield


@dataclass
class Visitor:
    """A browser without JavaScript: follows redirects, and sends the page's own token with each form."""

    client: FlaskClient
    host: str = "localhost"

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.client.get(address, follow_redirects=True, **options)

    def post(
        self, address: str, data: dict[str, Any] | None = None, *, page: str | None = None, **options: Any
    ) -> TestResponse:
        """Send a form: the token is taken from `page` (by default the address itself), as a browser would."""
        found = re.search(
            r'name="csrf_token"[^>]*value="([^"]+)"', self.client.get(page or address, follow_redirects=True).text
        )
        token = {"csrf_token": found[1]} if found else {}
        return self.client.post(address, data={**token, **(data or {})}, follow_redirects=True, **options)

    def ticked(self, page: str) -> list[str]:
        """Every kind of warning that `page` asks to confirm, as its boxes send it."""
        return re.findall(r'name="confirm"[^>]*value="([^"]+)"', self.get(page).text)

    def sign_in(self, name: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/sign-in", {"name": name, "password": password})


def staff(office: Office) -> None:
    """One person of each role, all with the same password."""
    with office.transaction() as session:
        for role, name in ROLES.items():
            if people.find(session, name) is None:
                people.add(session, name, Role(role), by=KIM, at=NOON)
            passwords.give(session, name, PASSWORD, by=KIM, at=NOON)


def desk_of(office: Office) -> Flask:
    """The desk as it is served, but for the limit of tries, which has a test of its own."""
    return create_app(office, TESTING=False, RATELIMIT_ENABLED=False)


@pytest.fixture
def desk(office: Office) -> Flask:
    """The desk of an office with an empty directory and one person of each role."""
    staff(office)
    return desk_of(office)


@pytest.fixture
def visit(desk: Flask) -> Callable[[str | None], Visitor]:
    """Somebody at the desk: `visit("drafter")`, or `visit(None)` for nobody."""

    def begin(role: str | None) -> Visitor:
        visitor = Visitor(desk.test_client())
        if role:
            assert "Sign out" in visitor.sign_in(ROLES[role]).text
        return visitor

    return begin


@pytest.fixture
def full_desk(demonstration_copy: Path) -> Flask:
    """The desk of a demonstration office, with one person of each role."""
    office = Office.open(demonstration_copy, acting="Demonstration Keeper", clock=system_clock)
    staff(office)
    return desk_of(office)


@pytest.fixture
def visit_full(full_desk: Flask) -> Callable[[str | None], Visitor]:
    """Somebody at the desk of the demonstration office."""

    def begin(role: str | None) -> Visitor:
        visitor = Visitor(full_desk.test_client())
        if role:
            visitor.sign_in(ROLES[role])
        return visitor

    return begin
