"""What is held about a person, at the desk: handed out, erased with the name typed, listed when kept long enough."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from msgspec.structs import replace

from outreach import journal
from outreach.contacts.models import Person
from outreach.office import Office
from tests.cast import KIM, NOON
from tests.privacy import world
from tests.web.conftest import Visitor

Visit = Callable[[str | None], Visitor]
ACT: dict[str, Any] = {"by": KIM, "at": NOON}
WHY = {"because": "asked by letter of 3 February"}


@pytest.fixture
def page(office: Office) -> str:
    """The page of Ivana Petrova, with letters, an answer and files."""
    with office.transaction() as session:
        about = world.build(session, office.archive)
        return f"/contacts/persons/{about.person.id}"


def test_all_that_is_held_is_handed_out_as_a_page_and_as_json(office: Office, visit: Visit, page: str) -> None:
    visitor = visit("keeper")
    held = visitor.post(f"{page}/held.json", page=page)
    number = page.rpartition("/")[2]
    assert held.headers["Content-Disposition"] == f"attachment; filename=person-{number}.json"
    assert json.loads(held.data)["person"]["full_name"] == world.NAME
    told = visitor.post(f"{page}/held.html", page=page)
    assert told.headers["Content-Disposition"].startswith("attachment;")
    assert f"What is held about {world.NAME}" in told.text
    with office.reading() as session:
        verbs = [entry.verb for entry, _ in journal.latest(session, about=f"person {number}")]
    assert verbs[-2:] == ["handed out what is held about"] * 2
    assert visitor.post(f"{page}/held.pdf", page=page).status_code == 404


def test_nobody_but_a_keeper_sees_the_way_to_it(visit: Visit, page: str) -> None:
    text = visit("approver").get(page).text
    assert "Hand out" not in text
    assert "/erase" not in text


def test_what_goes_and_what_stays_is_shown_before_the_name_is_typed(office: Office, visit: Visit, page: str) -> None:
    visitor = visit("keeper")
    first = visitor.get(f"{page}/erase").text
    assert "exactly as it stands" not in first
    told = visitor.post(f"{page}/erase", WHY).text
    goes, rest = told.split("<h2>Goes</h2>")[1].split("<h2>Files that are deleted</h2>")
    assert "1 address of their own" in goes
    assert "letter R/1, version 1: the message as it left" in rest
    assert "since it is addressed to others too" in rest.split("<h2>Stays</h2>")[1]
    assert 'value="asked by letter of 3 February"' in told
    with office.reading() as session:
        assert session.get_one(Person, int(page.rpartition("/")[2])).full_name == world.NAME


def test_a_person_is_erased_once_the_exact_name_is_typed(office: Office, visit: Visit, page: str) -> None:
    visitor, copy = visit("keeper"), office.folder / "out" / "folder" / "R-1.pdf"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"page")
    wrong = visitor.post(f"{page}/erase", {**WHY, "name": "Ivana Petrova"})
    assert wrong.status_code == 409
    assert "nothing was erased" in wrong.text
    assert "out/folder/R-1.pdf" in wrong.text
    text = visitor.post(f"{page}/erase", {**WHY, "name": world.NAME}).text
    assert "is erased. Backups" in text
    assert "Erased person" in text
    assert world.NAME not in text
    assert not copy.exists()
    with office.reading() as session:
        assert session.get_one(Person, int(page.rpartition("/")[2])).erased_at is not None
    again = visitor.post(f"{page}/erase", {**WHY, "name": world.NAME})
    assert again.status_code == 409
    assert "was erased on" in again.text


@pytest.mark.parametrize(
    ("because", "status", "words"),
    [("", 422, "Say why"), (f"{world.NAME} asked", 422, "names the person"), (" ", 422, "Say why")],
)
def test_a_reason_is_needed_and_may_not_name_the_person(visit: Visit, page: str, because: str, status: int, words: str) -> None:
    response = visit("keeper").post(f"{page}/erase", {"because": because})
    assert response.status_code == status
    assert words in response.text


def test_who_was_kept_long_enough_is_listed_by_the_offices_own_rule(
    office: Office, desk: Flask, visit: Visit, page: str
) -> None:
    assert "The office has no rule yet" in visit("keeper").get("/contacts/retention").text
    ruled(desk, days=5)
    text = visit("keeper").get("/contacts/retention").text
    assert world.NAME in text
    assert f'href="{page}/erase"' in text
    assert "Chief Executive Officer, Open Net Society" in text
    assert "/erase" not in visit("reader").get("/contacts/retention").text
    ruled(desk, days=4000)
    assert "Nobody's data are due." in visit("keeper").get("/contacts/retention").text.replace("&#39;", "'")


def ruled(desk: Flask, days: int) -> None:
    office: Office = desk.extensions["office"]
    office.settings = replace(office.settings, office=replace(office.settings.office, retention_days=days))
