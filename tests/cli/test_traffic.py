"""`outreach contacts traffic`, `letters hold` and `release`, `campaigns leave-out` and `take-in` as the office uses them."""

import json

import pytest

from outreach.office import Office
from tests.cast import society
from tests.conftest import Run

MAKE = ("--template", "input-request", "--deadline", "2025-03-31", "--to", "org:open-net")
POST = "open-net/chief-executive/headquarters"


@pytest.fixture(autouse=True)
def two_campaigns(office: Office, run: Run) -> None:
    with office.transaction() as session:
        society(session)
    for name, day in (("input", "2025-01-27"), ("thanks", "2025-01-30")):
        run("campaigns", "new", name, *MAKE)
        run("letters", "draft", name, "--date", day)


def test_who_has_several_letters_is_shown_to_people_and_to_programs(run: Run) -> None:
    text = run("contacts", "traffic").output
    assert POST in text
    assert "thanks" in text
    lines = [json.loads(line) for line in run("contacts", "traffic", "--json").stdout.splitlines()]
    assert [(line["campaign"], line["dated"], line["due"]) for line in lines] == [
        ("input", "2025-01-27", True),
        ("thanks", "2025-01-30", True),
    ]
    assert lines[0]["holder"] == "Li Example"
    run("letters", "cancel", "IGF/LP/2025/0002", "--why", "enough")
    assert "Nobody has more than one letter of the last 14 days or to come." in run("contacts", "traffic").output
    assert "IGF/LP/2025/0001" in run("contacts", "traffic", "open-net").output
    assert "IGF/LP/2025/0001" in run("contacts", "traffic", POST).output


def test_the_check_warns_and_the_letter_names_the_other(run: Run) -> None:
    says = "IGF/LP/2025/0002 of thanks is due to go to the same post on 30 January 2025."
    assert says in run("letters", "check", "input").output
    assert says in run("letters", "show", "IGF/LP/2025/0001").output
    assert "IGF/LP/2025/0002" in json.loads(run("letters", "show", "IGF/LP/2025/0001", "--json").stdout)["others"][0]


def test_a_letter_is_held_and_released(run: Run) -> None:
    run("letters", "hold", "IGF/LP/2025/0001", "--because", "thanks first")
    assert "thanks first" in run("letters", "list", "--held").output
    assert "IGF/LP/2025/0002" not in run("letters", "list", "--held").output
    assert "thanks first" in run("letters", "show", "IGF/LP/2025/0001").output
    run("letters", "release", "IGF/LP/2025/0001")
    assert "IGF" not in run("letters", "list", "--held").output
    assert "is not held" in run("letters", "release", "IGF/LP/2025/0001", ok=False).output


def test_an_addressee_is_left_out_and_taken_in(run: Run) -> None:
    said = run("campaigns", "leave-out", "input", POST, "--because", "Covered by IGF/LP/2025/0002").output
    assert said == f"{POST} is left out of input. IGF/LP/2025/0001 is cancelled.\n"
    shown = json.loads(run("campaigns", "show", "input", "--json").stdout)
    assert shown["left_out"] == {POST: "Covered by IGF/LP/2025/0002"}
    assert shown["addressees"] == []
    assert "0 drafted" in run("letters", "draft", "input").output
    run("campaigns", "take-in", "input", POST)
    assert "1 drafted" in run("letters", "draft", "input").output
