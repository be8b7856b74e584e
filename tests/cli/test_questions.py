"""`outreach campaigns question` and `campaigns new --questions`, as typed."""

import json
from pathlib import Path

import pytest

from outreach.office import Office
from tests.campaigns.test_questions import FILE
from tests.cast import society
from tests.conftest import Run

NEW = ("campaigns", "new", "wsis20", "--template", "input-request", "--deadline", "2025-03-31", "--to", "all", "--count", "1")


@pytest.fixture
def file(office: Office, tmp_path: Path) -> Path:
    with office.transaction() as session:
        society(session)
    path = tmp_path / "questions.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def codes(run: Run) -> list[str]:
    return [row["code"] for row in json.loads(run("campaigns", "question", "list", "wsis20", "--json").output)]


def test_a_campaign_is_made_with_the_questions_of_a_file(run: Run, file: Path) -> None:
    assert "It asks 2 questions; its letters enclose them as a reply form." in run(*NEW, "--questions", file).output
    assert codes(run) == ["outcomes", "renewal"]
    assert "outcomes, renewal" in run("campaigns", "show", "wsis20").output


def test_a_file_that_cannot_be_read_keeps_no_campaign(run: Run, file: Path) -> None:
    file.write_bytes(b"\xff\xfe")
    assert "is not UTF-8 text" in run(*NEW, "--questions", file, ok=False).output
    assert run("campaigns", "list").output == "Nothing to list.\n"


def test_questions_are_added_changed_moved_and_removed(run: Run, file: Path) -> None:
    run(*NEW)
    add = ("campaigns", "question", "add", "wsis20")
    assert "asks youth as its question 1" in run(*add, "youth", "--wording", "en=What of youth = what?").output
    options = ("--option", "a:en=Yes: often", "--option", "b:en=No")
    run(*add, "often", "--kind", "choice", "--wording", "en=How often?", *options, "--at", "1")
    run("campaigns", "question", "import", "wsis20", file)
    assert codes(run) == ["often", "youth", "outcomes", "renewal"]
    run("campaigns", "question", "edit", "wsis20", "often", "--option", "c:en=Never", "--option", "b:en=")
    run("campaigns", "question", "move", "wsis20", "renewal", "1")
    assert "asks outcomes no more" in run("campaigns", "question", "remove", "wsis20", "outcomes").output
    rows = json.loads(run("campaigns", "question", "list", "wsis20", "--json").output)
    assert [row["code"] for row in rows] == ["renewal", "often", "youth"]
    assert rows[1]["options"] == [
        {"code": "a", "wording": {"en": "Yes: often"}},
        {"code": "c", "wording": {"en": "Never"}},
    ]
    assert rows[2]["wording"] == {"en": "What of youth = what?"}
    assert "renewal" in run("campaigns", "question", "list", "wsis20").output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "wsis20", "youth", "--wording", "What of youth?"), "is no wording"),
        (("add", "wsis20", "youth", "--wording", "en=?", "--option", "Yes"), "is no option"),
        (("add", "wsis20", "youth"), "has no wording"),
        (("edit", "wsis20", "youth", "--wording", "en=?"), "wsis20 has no question 'youth'; it has: none yet."),
        (("list", "wsis21"), "There is no campaign 'wsis21'"),
    ],
)
def test_what_is_mistyped_is_said(run: Run, file: Path, words: tuple[str, ...], sentence: str) -> None:
    run(*NEW)
    said = " ".join(run("campaigns", "question", *words, ok=False).output.replace("│", " ").split())
    assert sentence in said
