"""Rooms say what to do; the command line adds what to type, and the desk does not."""

import ast
import re
from pathlib import Path

import pytest

from outreach import contacts
from tests.conftest import Run

# What these write is read away from both faces, and says where to bring it.
ON_PAPER = {"worksheet.py", "reading.py", "signing_off.py"}
ROOMS = [
    *("accounts", "contacts", "privacy", "campaigns", "letters", "delivery", "responses", "inputs", "communique"),
    *("protocol", "typesetting"),
]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_names_an_option_or_a_command_in_what_it_says(room: str) -> None:
    named = []
    for path in (Path(contacts.__file__).parents[1] / room).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        docs = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
        typed = {
            id(part)
            for one in ast.walk(tree)
            if (isinstance(one, ast.keyword) and one.arg == "to_type")
            or (isinstance(one, ast.Assign) and [ast.unparse(name) for name in one.targets] == ["to_type"])
            for part in ast.walk(one.value)
        }
        said = (one for one in ast.walk(tree) if isinstance(one, ast.Constant) and isinstance(one.value, str))
        words = (one for one in said if id(one) not in docs | typed)
        if path.name not in ON_PAPER:
            named += [f"{path.name}: {one.value}" for one in words if re.search("`outreach |(^|[ `])--[a-z]", one.value)]
    assert named == []


@pytest.mark.usefixtures("office")
def test_what_is_to_be_typed_is_said_on_the_command_line(run: Run) -> None:
    refused = run("letters", "show", "IGF/LP/2025/9999", ok=False).output
    assert "look it up in the list. `outreach letters list` shows those there are." in refused


@pytest.mark.usefixtures("office")
def test_the_command_line_says_what_to_type(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("Organisation,Aufgabe\nKenya,Chair\n")
    refused = run("contacts", "import", path, ok=False).output
    assert "No field is known for the column 'Aufgabe'; say which field it is, or leave it out." in refused
    assert '--map "HEADING=FIELD" says it' in refused
    (tmp_path / "list.refused.csv").write_text("mending")
    assert (
        "name another file for refused rows. --refused FILE names it."
        in run("contacts", "import", path, "--map", "Aufgabe=title", "--write", ok=False).output
    )
    assert "`outreach contacts list --search`" in run("contacts", "show", "nowhere", ok=False).output
    assert "`outreach contacts merges`" in run("contacts", "unmerge", "9", ok=False).output
