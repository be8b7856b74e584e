"""Rooms say what to do; the command line adds what to type, and the desk does not."""

import importlib
import pkgutil
from pathlib import Path

import pytest

from outreach import contacts
from outreach.cli.hinting import HINTS
from outreach.errors import OutreachError
from tests.conftest import Run


def every_error() -> set[str]:
    modules = [importlib.import_module(one.name) for one in pkgutil.iter_modules(contacts.__path__, "outreach.contacts.")]
    kinds = (thing for module in modules for thing in vars(module).values() if isinstance(thing, type))
    return {kind.__name__ for kind in kinds if issubclass(kind, OutreachError)}


def test_every_hint_is_for_an_error_that_there_is() -> None:
    assert set(HINTS) <= every_error()


@pytest.mark.parametrize("room", ["contacts", "privacy"])
def test_no_room_names_an_option_or_a_command_in_what_it_raises(room: str) -> None:
    folder = Path(contacts.__file__).parents[1] / room
    raised = [line for path in folder.glob("*.py") for line in path.read_text("utf-8").splitlines() if "raise " in line]
    assert [line for line in raised if "`outreach" in line or " --" in line] == []


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
