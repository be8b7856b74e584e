"""The templates' commands as a person types them."""

import json

import pytest

from outreach.office import Office
from tests.conftest import Run

BROKEN = "# Subject\n\n{{ opening }} {% for x in y %}{% endfor %}\n"


def test_a_new_template_is_listed_as_the_offices_and_compared(run: Run, office: Office) -> None:
    said = run("templates", "new", "youth", "--from", "invitation", "--title", "Youth meeting").output
    assert "then `outreach templates check youth`" in said
    row = next(row for row in json.loads(run("templates", "list", "--json").output) if row["name"] == "youth")
    assert (row["title"], row["whose"]) == ("Youth meeting", "the office's")
    said = run("templates", "diff", "youth").output
    assert "letter.toml: changed by the office." in said
    assert '+title = "Youth meeting"' in said


def test_a_copy_that_is_the_same_says_so(run: Run, office: Office) -> None:
    run("templates", "edit", "thanks")
    assert "The office's thanks and the shipped one are the same." in run("templates", "diff", "thanks").output
    assert json.loads(run("templates", "diff", "thanks", "--json").output) == []


def test_a_check_that_only_warns_ends_well_and_says_what_to_look_at(run: Run, office: Office) -> None:
    said = run("templates", "check", "thanks", "--language", "es").output
    assert "awaits a native reader's approval" in said
    assert "1 templates tried, none failed." not in said
    assert "One template tried, none failed." in said
    assert "awaits" not in run("templates", "check", "thanks", "--language", "es", "--no-warnings").output


def test_a_check_that_fails_ends_with_1(run: Run, office: Office) -> None:
    run("templates", "edit", "thanks")
    (office.folder / "templates" / "letters" / "thanks" / "fr.md").write_text(BROKEN)
    result = run("templates", "check", "thanks", ok=False)
    assert result.exit_code == 1
    assert "may not use for" in result.output
    assert "1 trial failed" in result.output


def test_a_wording_is_signed_off_once(run: Run, office: Office) -> None:
    said = run("templates", "sign-off", "thanks", "--language", "es", "--by", "A. Reader", "--date", "2025-01-20").output
    assert "thanks in Spanish: signed off by A. Reader." in said
    again = run("templates", "sign-off", "thanks", "--language", "es", "--by", "A. Reader", ok=False).output
    assert "The Spanish wording [templates.thanks] awaits no reader" in again
    shown = json.loads(run("templates", "show", "thanks", "--language", "es", "--json").output)
    assert shown["standing"] == "signed off by A. Reader on 2025-01-20"


@pytest.mark.parametrize(("language", "standing"), [("en", "awaits nobody"), ("ar", "awaits a native reader's approval")])
def test_how_a_wording_stands_is_shown(run: Run, office: Office, language: str, standing: str) -> None:
    assert json.loads(run("templates", "show", "thanks", "--language", language, "--json").output)["standing"] == standing
