"""`outreach people` as the office sees it."""

import json

import pytest

from outreach.journal import Role
from outreach.office import Office
from tests.conftest import Run


def test_people_are_added_and_listed(run: Run, office: Office) -> None:
    assert run("people", "add", "Dana Drafter", "--role", "drafter").output == "Dana Drafter works here now as drafter.\n"
    assert run("people", "list").output.splitlines()[2:] == ["Dana Drafter  drafter  yes", "Kim Keeper    keeper   yes"]


def test_people_as_json_are_one_array(run: Run, office: Office) -> None:
    assert json.loads(run("people", "list", "--json").output) == [{"name": "Kim Keeper", "role": "keeper", "active": True}]


@pytest.mark.parametrize("role", [role.value for role in Role if role is not Role.KEEPER])
def test_nobody_below_a_keeper_adds_people(run: Run, office: Office, role: str) -> None:
    run("people", "add", "Other Person", "--role", role)
    result = run("--as", "Other Person", "people", "add", "A Friend", "--role", "keeper", ok=False)
    assert "may not add people; ask somebody who is a keeper." in result.stderr
    assert "A Friend" not in run("people", "list").output


def test_everybody_may_list_people(run: Run, office: Office) -> None:
    run("people", "add", "René Reader", "--role", "reader")
    assert "Kim Keeper" in run("--as", "René Reader", "people", "list").output


def test_a_second_person_of_the_same_name_is_refused(run: Run, office: Office) -> None:
    refused = run("people", "add", "Kim Keeper", "--role", "reader", ok=False)
    assert "There is already somebody named Kim Keeper" in refused.stderr
