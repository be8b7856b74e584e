"""`outreach journal` as the office sees it."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from outreach import journal
from outreach.office import Office
from tests.cast import KIM
from tests.conftest import Run


@pytest.fixture
def team(run: Run, office: Office) -> None:
    run("people", "add", "Dana Drafter", "--role", "drafter")
    run("--as", "Kim Keeper", "people", "add", "René Reader", "--role", "reader")


@pytest.fixture
def tamper(office: Office) -> Callable[[str], None]:
    def alter(statement: str) -> None:
        with closing(sqlite3.connect(office.sqlite_file)) as connection, connection:
            connection.execute(statement)

    return alter


def test_the_journal_is_shown_oldest_first(run: Run, team: None) -> None:
    lines = run("journal").output.splitlines()
    assert lines[0].split() == ["seq", "at", "actor", "verb", "subject"]
    assert [line.split()[0] for line in lines[2:]] == ["1", "2", "3"]
    assert lines[2].endswith("2025-01-27T12:00:00+00:00  init        added  person of the office Kim Keeper")


def test_the_latest_entries_are_shown_with_their_values_as_one_array(run: Run, team: None) -> None:
    assert json.loads(run("journal", "--last", "1", "--json").output) == [
        {
            "seq": 3,
            "at": "2025-01-27T12:00:00+00:00",
            "actor": "Kim Keeper",
            "verb": "added",
            "subject": "person of the office René Reader",
            "values": {"role": "reader"},
        }
    ]


@pytest.mark.parametrize(("about", "found"), [("Dana", ["2"]), ("%", []), ("person of", ["1", "2", "3"])])
def test_entries_are_found_by_their_subject(run: Run, team: None, about: str, found: list[str]) -> None:
    lines = run("journal", "--about", about).output.splitlines()
    assert [line.split()[0] for line in lines[2:]] == found


def test_a_journal_that_holds_is_said_to_hold(run: Run, team: None, office: Office) -> None:
    head = office.head_file
    assert run("journal", "verify").output == f"The journal holds: 3 entries; {head} vouches for the first 3.\n"


def test_an_older_head_says_how_far_it_vouches(run: Run, office: Office, tmp_path: Path) -> None:
    (tmp_path / "old.head").write_bytes(office.head_file.read_bytes())
    run("people", "add", "Dana Drafter", "--role", "drafter")
    assert "2 entries" in run("journal", "verify", "--head", tmp_path / "old.head").output
    assert "vouches for the first 1." in run("journal", "verify", "--head", tmp_path / "old.head").output


def test_every_fault_is_named_and_the_exit_code_is_1(run: Run, team: None, tamper: Callable[[str], None]) -> None:
    tamper("UPDATE journal_entries SET actor = 'Somebody Else' WHERE seq = 2")
    result = run("journal", "verify", ok=False)
    assert result.stdout == "Entry 2 was altered.\n"
    assert result.stderr == "Error: The journal does not hold: 1 fault. Compare it with the last backup.\n"


def test_an_erased_entry_is_said_to_be_erased(run: Run, team: None, office: Office) -> None:
    with office.transaction() as session:
        journal.erase(session, KIM, [2], at=office.now(), reason="asked by the person")
    assert "The journal holds: 4 entries, 1 of them erased for data protection" in run("journal", "verify").output
    assert json.loads(run("journal", "--json").output)[1]["values"] == {}


def test_a_forged_or_missing_head_is_told_of(run: Run, team: None, office: Office, tmp_path: Path) -> None:
    honest = office.head_file.read_text()
    office.head_file.write_text(honest.replace('"count":3', '"count":4'))
    assert "Entries 4 to 4 were cut off" in run("journal", "verify", ok=False).stdout
    office.head_file.write_text("scribbled over")
    assert "journal.head is no journal head" in run("journal", "verify", ok=False).stderr
    office.head_file.unlink()
    assert "journal.head is no journal head" in run("journal", "verify", ok=False).stderr


def test_more_entries_than_any_journal_has_are_wrong_usage(run: Run, office: Office) -> None:
    assert run("journal", "--last", 99999999999999999999, ok=None).exit_code == 2
