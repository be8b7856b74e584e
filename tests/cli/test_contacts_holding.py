"""`outreach contacts handover` and `confirm`, and what batches of letters ask first."""

import json
from datetime import date
from typing import Any

import pytest
from sqlalchemy import update

from outreach.contacts.models import Holder
from outreach.office import Office
from tests.cast import kenya, society
from tests.conftest import Run

POST = "one-net/chief-executive/headquarters"


@pytest.fixture(autouse=True)
def world(office: Office) -> None:
    with office.transaction() as session:
        society(session, "one-net", "one.example")
        society(session, "two-net", "two.example")
        kenya(session)


@pytest.fixture
def campaign(run: Run) -> str:
    words = ("--template", "input-request", "--deadline", "2025-03-31", "--to", "group:technical-community")
    run("campaigns", "new", "wsis20", *words)
    return "wsis20"


def forget(office: Office) -> None:
    with office.transaction() as session:
        session.execute(update(Holder).values(confirmed_on=date(2024, 1, 1)))


def shown(run: Run, key: str = POST) -> dict[str, Any]:
    return dict(json.loads(run("contacts", "show", key, "--json").stdout)["posts"][0])


def test_a_handover_says_who_holds_it_and_which_letters_wait(run: Run, campaign: str) -> None:
    run("letters", "draft", campaign, "--date", "2025-02-03")
    words = ("--to", "Max New", "--family", "New", "--gender", "male", "--on", "2025-02-01", "--email", "max.new@one.example")
    said = run("contacts", "handover", POST, *words, "--from-note", "note of 20 January").output
    assert f"{POST}: Max New holds it from 2025-02-01; before: Li Example, until 2025-01-31." in said
    assert "IGF/LP/2025/0001 (draft, dated 2025-02-03) is not addressed to who holds it on its date." in said
    assert "IGF/LP/2025/0002" not in said
    post = shown(run)
    assert [(one["full_name"], one["from"], one["to"]) for one in post["holders"]] == [
        ("Li Example", None, "2025-01-31"),
        ("Max New", "2025-02-01", None),
    ]
    assert post["addresses"][-1] == {
        "kind": "email",
        "value": "max.new@one.example",
        "only_of": "Max New",
        "failed_since": None,
    }
    assert "known from: note of 20 January" in run("contacts", "show", POST).output
    said = run("letters", "readdress", "IGF/LP/2025/0001").output
    assert "IGF/LP/2025/0001 stands at version 2, to Mr. Max New / Chief Executive Officer." in said


def test_an_approved_letter_to_the_one_before_does_not_leave(run: Run, campaign: str) -> None:
    run("letters", "draft", campaign, "--date", "2025-02-03")
    run("letters", "approve", "--campaign", campaign, "--count", 2, "--confirm-warnings", 2)
    run("contacts", "handover", POST, "--to", "Max New", "--family", "New", "--gender", "male", "--on", "2025-02-01")
    said = run("send", campaign, "--outbox", "folder", "--really", ok=False).output
    assert "IGF/LP/2025/0001" in said
    assert "holder changed since it was written" in said


def test_who_stands_in_is_said_to(run: Run) -> None:
    said = run(
        "contacts", "handover", POST, "--to", "Dee Puty", "--charge", "--on", "2025-02-01", "--until", "2025-02-10"
    ).output
    assert "Dee Puty stands in from 2025-02-01 to 2025-02-10." in said


def test_named_holders_are_confirmed_on_a_day(run: Run, office: Office) -> None:
    forget(office)
    said = run("contacts", "confirm", POST, "two-net", "--on", "2025-01-20", "--from-note", "by telephone", ok=None).output
    assert "2 holders are confirmed as of 2025-01-20." in said
    assert shown(run)["holders"][0]["confirmed_on"] == "2025-01-20"
    assert (
        "1 holder is confirmed as of 2025-01-10, 1 of them known on that day or later already."
        in run("contacts", "confirm", POST, "--on", "2025-01-10").output
    )


def test_a_selection_needs_its_exact_number(run: Run, office: Office) -> None:
    forget(office)
    group = ("--group", "technical-community")
    said = run("contacts", "confirm", *group, ok=False).output
    assert "2 posts with a holder fit and no number was given; nothing was confirmed." in said
    assert "2 holders are confirmed as of 2025-01-27." in run("contacts", "confirm", *group, "--count", 2).output
    assert "not both" in run("contacts", "confirm", POST, *group, ok=False).output
    assert (
        "Nobody is recorded as holding kenya" in run("contacts", "confirm", "kenya/permanent-representative", ok=False).output
    )


def test_drafting_asks_when_holders_are_not_confirmed(run: Run, office: Office, campaign: str) -> None:
    forget(office)
    said = run("letters", "draft", campaign, ok=False).output
    assert f"not confirmed: {POST}, Li Example, last on 2024-01-01" in said
    assert "2 holders are not confirmed for 180 days, and their number was not given; nothing was drafted." in said
    assert "and 1 was given" in run("letters", "draft", campaign, "--unconfirmed-count", 1, ok=False).output
    run("letters", "draft", campaign, "--unconfirmed-count", 2)
    said = run("letters", "approve", "--campaign", campaign, "--count", 2, ok=False).output
    assert "warnings" in said, "whoever approves is told again"


def test_a_number_of_unconfirmed_is_refused_when_all_are_confirmed(run: Run, campaign: str) -> None:
    said = run("letters", "draft", campaign, "--unconfirmed-count", 2, ok=False).output
    assert "Every holder is confirmed, and --unconfirmed-count says 2; nothing was drafted." in said


def test_posts_are_listed_by_seat(run: Run) -> None:
    run("contacts", "add", "kenya", "--post", "permanent-representative", "--seat", "geneva")
    rows = json.loads(run("contacts", "list", "--seat", "Geneva", "--json").stdout)
    assert [row["key"] for row in rows] == ["kenya/permanent-representative/geneva"]
