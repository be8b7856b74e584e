"""`outreach init` and `outreach upgrade` as the office sees them."""

import getpass
from pathlib import Path

import pytest

from outreach import schema
from outreach.office import Office
from tests.conftest import Run
from tests.releases import NEXT, emptied, next_release

UNREACHABLE = "postgresql://office:s3cr3t@127.0.0.1:1/outreach"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OUTREACH_OFFICE", "OUTREACH_AS", "OUTREACH_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


def test_init_makes_an_office_that_can_be_used_at_once(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "my-office"
    shown = run("init", folder, "--keeper", "Ada Example", "--no-directory").output
    assert shown == f"{folder} is an office now; Ada Example is its keeper. Edit {folder}/outreach.toml first.\n"
    assert "Ada Example  keeper  yes" in run("--office", folder, "people", "list").output
    assert "The journal holds: 1 entries" in run("--office", folder, "journal", "verify").output


def test_init_brings_the_directory_of_states(run: Run, tmp_path: Path) -> None:
    shown = run("init", tmp_path / "my-office", "--keeper", "Ada Example").output
    assert "The directory is in: 19" in shown


def test_the_keeper_is_by_default_who_is_logged_in(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "ada")
    assert "; ada is its keeper." in run("init", tmp_path / "my-office", "--no-directory").output


def test_without_a_login_name_a_keeper_must_be_named(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> str:
        raise KeyError("getpwuid(): uid not found: 4711")

    monkeypatch.setattr(getpass, "getuser", nobody)
    result = run("init", tmp_path / "my-office", ok=None)
    assert result.exit_code == 2
    assert "--keeper NAME" in result.stderr
    assert not (tmp_path / "my-office").exists()


def test_init_twice_is_refused_and_changes_nothing(run: Run, tmp_path: Path) -> None:
    run("init", tmp_path / "my-office", "--keeper", "Ada Example", "--no-directory")
    result = run("init", tmp_path / "my-office", "--keeper", "Somebody Else", "--no-directory", ok=False)
    assert result.stderr == f"Error: {tmp_path}/my-office already holds an office; nothing was changed.\n"
    assert "Somebody Else" not in run("--office", tmp_path / "my-office", "people", "list").output


@pytest.mark.parametrize("by", ["option", "environment"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        (UNREACHABLE, "Error: The database cannot be used just now (connection failed:"),
        ("postgresql://office:s3cr3t@host:port/db", "Error: The database URL cannot be read;"),
        ("mysql://office:s3cr3t@host/db", "Error: The database 'mysql' is not supported;"),
    ],
)
def test_a_database_that_cannot_be_used_leaves_nothing_and_shows_no_password(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, said: str, by: str
) -> None:
    words = ["init", tmp_path / "my-office", "--keeper", "Ada Example", "--no-directory"]
    if by == "option":
        result = run(*words, "--database", url, ok=False)
    else:
        monkeypatch.setenv("OUTREACH_DATABASE_URL", url)
        result = run(*words, ok=False)
    assert result.stderr.startswith(said)
    assert result.stderr.count("\n") == 1
    assert "s3cr3t" not in result.output
    assert not (tmp_path / "my-office").exists()
    monkeypatch.delenv("OUTREACH_DATABASE_URL", raising=False)
    run(*words)


def test_a_place_that_cannot_be_made_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    shown = run("init", tmp_path / "file" / "office", "--keeper", "Ada Example", ok=False).stderr
    assert shown.startswith(f"Error: {tmp_path}/file")
    assert "(Not a directory)" in shown


@pytest.fixture
def postgres(fresh_postgres: str) -> str:
    """The URL, with a password, of an empty PostgreSQL database."""
    return emptied(fresh_postgres, "s3cr3t")


def test_an_office_on_postgresql_is_used_with_the_password_from_the_environment(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: str
) -> None:
    monkeypatch.setenv("OUTREACH_DATABASE_URL", postgres)
    folder = tmp_path / "my-office"
    shown = run("init", folder, "--keeper", "Ada Example", "--no-directory").output
    assert "password is not kept in the folder: set OUTREACH_DATABASE_URL" in shown
    shown += run("--office", folder, "people", "add", "Dana Drafter", "--role", "drafter").output
    shown += run("--office", folder, "--as", "Dana Drafter", "journal", "verify").output
    shown += run("--office", folder, "upgrade").output
    assert "The journal holds: 2 entries" in shown
    assert "s3cr3t" not in shown + (folder / "outreach.toml").read_text() + (folder / "journal.head").read_text()
    assert not (folder / "outreach.db").exists()


def test_upgrade_says_that_nothing_was_to_do(run: Run, office: Office) -> None:
    assert run("upgrade").output == "The database is up to date; nothing was changed.\n"


def test_an_older_office_is_told_to_upgrade_and_upgrading_keeps_the_old_state(
    run: Run, office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = schema.newest()
    monkeypatch.setattr(schema, "_MIGRATIONS", next_release(tmp_path / "next", old, "sqlite"))
    refused = run("people", "list", ok=False).stderr
    assert refused == f"Error: The database stands at schema {old}, this release needs {NEXT}; run `outreach upgrade`.\n"
    copy = office.folder / "backups" / f"before-upgrade-from-{old}-20250127T120000Z.db"
    assert run("upgrade").output == f"Upgraded; the old state is kept in {copy}.\n"
    assert copy.is_file()
    assert "Kim Keeper" in run("people", "list").output
