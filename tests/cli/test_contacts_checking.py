"""`outreach contacts check`: what it says, to people and to programs, and how it ends."""

import json

import pytest

from outreach.office import Office
from tests.cast import kenya, society
from tests.conftest import Run


@pytest.fixture(autouse=True)
def directory(office: Office) -> None:
    with office.transaction() as session:
        kenya(session)
        society(session)


def test_findings_stand_by_kind_and_what_blocks_letters_ends_with_an_error(run: Run) -> None:
    result = run("contacts", "check", ok=False)
    assert result.exit_code == 1
    assert "no-address: neither an e-mail nor a postal address that works (blocks letters)" in result.output
    assert "  kenya/permanent-representative/new-york: Nobody is recorded as holding it." in result.output
    assert "      2  language" in result.output
    assert "1 of these block letters; mend them first." in result.output


def test_doubts_alone_end_well(run: Run) -> None:
    result = run("contacts", "check", "--search", "open net")
    assert result.output.splitlines()[0] == "language: the language of correspondence is assumed"
    run("contacts", "edit", "open-net", "--language", "en")
    assert run("contacts", "check", "--search", "open net").output == "Nothing is missing or doubtful.\n"


def test_programs_get_one_object_a_finding(run: Run) -> None:
    lines = run("contacts", "check", "--group", "government", "--json", ok=False).stdout.splitlines()
    found = [json.loads(line) for line in lines]
    assert {one["key"] for one in found} == {"kenya/permanent-representative/new-york"}
    assert [(one["finding"], one["blocks"]) for one in found] == [
        ("no-address", True),
        ("no-holder", False),
        ("language", False),
    ]
    assert found[1]["says"] == "Nobody is recorded as holding it."


def test_a_kind_that_is_named_is_shown_whole(run: Run, office: Office) -> None:
    with office.transaction() as session:
        for number in range(12):
            society(session, f"net-{number:02}", f"net-{number}.example")
    assert "net-11" not in run("contacts", "check", ok=False).output
    assert "; --finding language shows them all" in run("contacts", "check", ok=False).output
    assert "net-11" in run("contacts", "check", "--finding", "language").output
