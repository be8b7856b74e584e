"""Every command answers with an exit code and, when it refuses, with one sentence on the error stream."""

import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import rich_click as click
from click.testing import CliRunner

from outreach import __version__
from outreach.accounts import people
from outreach.cli.main import COMMANDS, Face, main
from outreach.errors import Refused
from outreach.journal import Role
from outreach.office import Office
from tests.conftest import Run


def outreach(*words: str | bytes, **settings: str) -> subprocess.CompletedProcess[bytes]:
    """The command line as a process of its own."""
    call = "import sys; from outreach.cli.main import main; sys.exit(main(prog_name='outreach'))"
    return subprocess.run([sys.executable, "-c", call, *words], capture_output=True, env=settings or None)


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None, f"{' '.join(path)} {name}"
            yield from commands(found, (*path, name))


def test_help_names_every_command(run: Run) -> None:
    for word in ("--help", "-h"):
        shown = run(word).output
        assert [name for name in COMMANDS if not re.search(rf"\b{name}\b", shown)] == []
        assert "Example: outreach" in shown


def test_every_command_has_help_with_an_example() -> None:
    without = [path for path, command in commands(main) if f"Example: outreach {path}" not in (command.help or "")]
    assert without == []


def test_the_version_is_shown_without_loading_the_rooms() -> None:
    call = (
        "import sys; from outreach.cli.main import main; main(['--version'], standalone_mode=False);"
        "print(sorted({'sqlalchemy', 'alembic', 'typst', 'docx', 'jinja2', 'msgspec'} & set(sys.modules)))"
    )
    shown = subprocess.run([sys.executable, "-c", call], capture_output=True, text=True, check=True).stdout
    assert shown.splitlines() == [f"outreach, version {__version__}", "[]"]


@pytest.mark.parametrize(
    "words",
    [
        ["nosuch"],
        ["people", "add"],
        ["people", "add", "Ada Example", "--role", "emperor"],
        ["people", "list", "--colour"],
        ["journal", "--last", "0"],
    ],
)
def test_wrong_usage_exits_with_2_and_says_so_on_the_error_stream(run: Run, office: Office, words: list[str]) -> None:
    result = run(*words, ok=None)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: " in result.stderr
    assert "Error" in result.stderr


def test_bytes_that_are_no_text_are_wrong_usage() -> None:
    done = outreach("people", "add", b"Ada\xff", "--role", "reader", PYTHONUTF8="1")
    assert done.returncode == 2
    assert b"not UTF-8 text" in done.stderr


def test_a_refusal_exits_with_1_and_one_sentence(run: Run, office: Office) -> None:
    result = run("--as", "Nobody", "people", "add", "Ada Example", "--role", "reader", ok=None)
    assert (result.exit_code, result.stdout) == (1, "")
    said = "Nobody named 'Nobody' works here; look at how it is written. `outreach people list` names those who do."
    assert result.stderr == f"Error: {said}\n"


def test_without_an_office_the_ways_to_one_are_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OUTREACH_OFFICE", raising=False)
    result = run("people", "list", ok=False)
    assert result.stderr.startswith("Error: No office here. ")
    assert "outreach init DIR" in result.stderr


def test_the_office_is_the_one_named_or_of_the_environment_or_around_us(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def listed(*words: str) -> bool:
        return "Kim Keeper" in CliRunner().invoke(main, [*words, "people", "list"]).output

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("OUTREACH_OFFICE", str(tmp_path / "nowhere"))
    assert listed("--office", str(office.folder))
    assert not listed()
    monkeypatch.setenv("OUTREACH_OFFICE", str(office.folder))
    assert listed()
    monkeypatch.delenv("OUTREACH_OFFICE")
    monkeypatch.chdir(office.folder / "templates" / "letters")
    assert listed()


def test_who_acts_is_named_by_option_before_environment(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with office.transaction() as session:
        people.add(session, "Dana Drafter", Role.DRAFTER, by=office.actor, at=office.now())
    assert "Several people work here; say who acts" in run("people", "add", "A B", "--role", "reader", ok=False).stderr
    monkeypatch.setenv("OUTREACH_AS", "Dana Drafter")
    refused = run("people", "add", "A B", "--role", "reader", ok=False)
    assert "Dana Drafter is a drafter and may not add people" in refused.stderr
    run("--as", "Kim Keeper", "people", "add", "A B", "--role", "reader")


def failing(error: Exception, monkeypatch: pytest.MonkeyPatch, run: Run) -> str:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(people, "everybody", fail)
    return run("people", "list", ok=False).stderr


def test_control_characters_of_a_message_never_reach_the_terminal(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = failing(Refused("Letter \x1b[2J\x9b31m\u202e was changed."), monkeypatch, run)
    assert shown == "Error: Letter �[2J�31m� was changed.\n"


def test_a_file_that_cannot_be_used_is_named(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = failing(PermissionError(13, "Permission denied", "/out/letter.pdf"), monkeypatch, run)
    assert shown == "Error: /out/letter.pdf cannot be used (Permission denied); mend that and try again.\n"


def test_a_fault_of_the_program_is_not_dressed_up_as_a_refusal(
    run: Run, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ZeroDivisionError):
        failing(ZeroDivisionError(), monkeypatch, run)


def test_a_locked_database_is_told_of_in_one_sentence(run: Run, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("outreach.database.BUSY_TIMEOUT_MS", 1)
    with closing(sqlite3.connect(office.sqlite_file)) as other:
        other.execute("BEGIN IMMEDIATE")
        shown = run("people", "add", "A B", "--role", "reader", ok=False).stderr
    assert shown.startswith("Error: The database cannot be used just now (database is locked)")
    assert shown.count("\n") == 1


def test_a_database_file_that_is_none_is_told_of_in_one_sentence(run: Run, office: Office) -> None:
    office.close()
    for suffix in ("-wal", "-shm"):
        office.sqlite_file.with_name(office.sqlite_file.name + suffix).unlink(missing_ok=True)
    office.sqlite_file.write_bytes(b"A letter, not a database. " * 1000)
    shown = run("people", "list", ok=False).stderr
    assert shown == "Error: The database is damaged (file is not a database); bring it back from a backup.\n"


def test_every_office_that_was_opened_is_closed(office: Office) -> None:
    face = Face(str(office.folder))
    CliRunner().invoke(main, ["people", "list"], obj=face)
    (opened,) = face.opened
    assert opened.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    assert opened.database.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
