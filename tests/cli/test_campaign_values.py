"""The values that are the same for everybody, as a person types them."""

import json

import pytest

from outreach.office import Office
from tests.cast import society
from tests.conftest import Run


@pytest.fixture
def meeting(office: Office, run: Run) -> str:
    """A campaign of invitations to one society."""
    with office.transaction() as session:
        society(session, "one-net", "one.example")
    words = ("campaigns", "new", "meeting", "--template", "invitation", "--deadline", "2025-02-10", "--to", "org:one-net")
    run(*words, "--count", 1)
    return "meeting"


def test_the_places_of_the_template_are_listed_with_what_each_is(meeting: str, run: Run) -> None:
    rows = json.loads(run("campaigns", "values", meeting, "--json").output)
    assert {row["name"] for row in rows} >= {"start", "end", "zone", "place", "link", "personal"}
    assert "opening" not in {row["name"] for row in rows}


def test_values_are_given_once_for_all_and_the_letters_show_them(meeting: str, run: Run) -> None:
    hours = ("start=2025-02-18T14:00", "end=2025-02-18T16:00", "zone=Europe/Zurich", "place=Room XX")
    assert "meeting: kept." in run("campaigns", "values", meeting, *hours).output
    run("campaigns", "values", meeting, "place=")
    assert "start: 2025-02-18T14:00" in run("campaigns", "show", meeting).output
    run("letters", "draft", meeting)
    shown = run("letters", "show", "IGF/LP/2025/0001").output
    assert "from 14:00 to 16:00 (Central European Standard Time)" in shown
    assert "Room XX" not in shown
    assert "Calendar entry (IGF-LP-2025-0001.ics)" in shown


def test_a_value_without_a_place_is_refused(meeting: str, run: Run) -> None:
    assert "has no place for the value 'venue'" in run("campaigns", "values", meeting, "venue=Room XX", ok=False).output
