"""Signing in: argon2id, few tries, sessions that end, nobody led elsewhere."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import Type
from flask import Flask

from outreach.accounts import passwords, people
from outreach.errors import Invalid, Refused
from outreach.office import Office
from outreach.web.app import create_app
from tests.cast import DANA, KIM, NOON
from tests.conftest import Clock
from tests.web.conftest import FULL_STRENGTH, PASSWORD, Visitor, staff

Visit = Callable[[str | None], Visitor]


def test_a_person_signs_in_and_is_greeted_with_name_and_role(visit: Visit) -> None:
    page = visit("drafter").get("/").text
    assert "Dana Drafter" in page
    assert "(drafter)" in page


@pytest.mark.parametrize(
    ("name", "password"), [("Dana Drafter", "wrong password"), ("Nobody", PASSWORD), ("Dana Drafter", "x")]
)
def test_a_wrong_name_and_a_wrong_password_get_the_same_words(visit: Visit, name: str, password: str) -> None:
    response = visit(None).sign_in(name, password)
    assert response.status_code == 422
    assert "That name and password do not go together." in response.text


def test_every_page_leads_nobody_to_the_sign_in(visit: Visit) -> None:
    assert "Sign in to go on." in visit(None).get("/people/").text


def test_brute_force_is_stopped_and_told_to_wait(office: Office) -> None:
    staff(office)
    visitor = Visitor(create_app(office).test_client())
    answers = [visitor.sign_in("Dana Drafter", f"guess number {number}").status_code for number in range(12)]
    assert answers[:5] == [422] * 5
    assert set(answers[6:]) == {429}
    assert visitor.sign_in("Dana Drafter").status_code == 429, "the right one does not get through either"


def test_a_session_ends_after_its_hours(visit: Visit, clock: Clock) -> None:
    visitor = visit("reader")
    clock.instant = NOON + timedelta(hours=10, minutes=1)
    assert "Sign in to go on." in visitor.get("/").text


def test_a_new_password_ends_the_sessions_begun_before(visit: Visit, office: Office, clock: Clock) -> None:
    visitor = visit("reader")
    with office.transaction() as session:
        passwords.give(session, "René Reader", "another long password", by=KIM, at=NOON + timedelta(minutes=1))
    clock.instant = NOON + timedelta(minutes=2)
    assert "Sign in to go on." in visitor.get("/").text


def test_whoever_leaves_is_out_at_once_and_a_new_role_counts_at_once(visit: Visit, office: Office) -> None:
    visitor = visit("drafter")
    with office.transaction() as session:
        people.change(session, "Dana Drafter", active=False, by=KIM, at=NOON)
    assert "Sign in to go on." in visitor.get("/").text


def test_signing_out_ends_the_session(visit: Visit) -> None:
    visitor = visit("reader")
    assert "You are signed out." in visitor.post("/sign-out", page="/").text
    assert "Sign in to go on." in visitor.get("/").text


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere_after_signing_in(desk: Flask, wanted: str) -> None:
    client = desk.test_client()
    visitor = Visitor(client)
    visitor.get("/sign-in")
    response = visitor.post(f"/sign-in?next={wanted}", {"name": "René Reader", "password": PASSWORD}, page="/sign-in")
    assert response.request.host == "localhost"
    assert response.request.path == "/"


def test_a_cookie_planted_before_signing_in_is_worth_nothing_after(desk: Flask) -> None:
    client = desk.test_client()
    visitor = Visitor(client)
    visitor.get("/sign-in")
    before = client.get_cookie("outreach")
    visitor.sign_in("René Reader")
    after = client.get_cookie("outreach")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    client.set_cookie("outreach", before.value)
    assert "Sign in to go on." in visitor.get("/").text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(desk: Flask) -> None:
    client = desk.test_client()
    Visitor(client).sign_in("René Reader")
    cookie = client.get_cookie("outreach")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"


@pytest.mark.parametrize("password", ["short", "x" * 201, "dana drafter"])
def test_a_password_that_is_none_is_refused(office: Office, password: str) -> None:
    staff(office)
    with office.transaction() as session, pytest.raises(Invalid):
        passwords.give(session, "Dana Drafter", password, by=KIM, at=NOON)


def test_only_a_keeper_gives_others_a_password(office: Office) -> None:
    staff(office)
    with office.transaction() as session:
        passwords.give(session, "Dana Drafter", "my own new password", by=DANA, at=NOON)
        with pytest.raises(Refused, match="may not give others a password"):
            passwords.give(session, "René Reader", "a password for you", by=DANA, at=NOON)


def test_one_changes_ones_own_password_knowing_the_old_one(visit: Visit) -> None:
    visitor = visit("reader")
    words = {"old": "not the present one", "new": "a wholly new password", "again": "a wholly new password"}
    assert "not your present password" in visitor.post("/people/me", words).text
    visitor.post("/people/me", {**words, "old": PASSWORD})
    assert "Sign out" in visit(None).sign_in("René Reader", "a wholly new password").text


def test_the_password_stands_nowhere_in_clear(office: Office) -> None:
    staff(office)
    office.close()
    for path in office.folder.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes(), path


def test_passwords_are_kept_as_argon2id_of_full_strength() -> None:
    hasher = FULL_STRENGTH()
    assert hasher.type is Type.ID
    assert (hasher.memory_cost, hasher.time_cost) >= (65536, 3)
    assert hasher.hash("a long enough password").startswith("$argon2id$")
