"""`outreach responses read-form`: what a returned form says, and whether it comes from whoever got the letter."""

import json
from pathlib import Path

import pytest

from outreach.campaigns import planning, questions
from outreach.letters import register
from outreach.office import Office
from tests.cast import DANA, NOON, society
from tests.conftest import Run
from tests.letters.reply_forms import QUESTIONS, filled

NEW = ("campaigns", "new", "wsis20", "--template", "input-request", "--deadline", "2025-03-31", "--to", "all", "--count", "1")


@pytest.fixture
def form(office: Office, run: Run, tmp_path: Path) -> Path:
    """The form of a drafted letter, filled in."""
    with office.transaction() as session:
        society(session)
    run(*NEW)
    with office.transaction() as session:
        questions.add(session, planning.find(session, "wsis20"), QUESTIONS, by=DANA, at=NOON)
    run("letters", "draft", "wsis20")
    with office.reading() as session:
        version = register.find(session, "IGF/LP/2025/0001").version_now
        blank = office.archive.fetch(version.enclosures[0].sha256)
    path = tmp_path / "reply.docx"
    written = {"outcomes": "A law.", "trained": "120", "trained.year": "2024", "speak": "No", "respondent": "Ms. Li"}
    path.write_bytes(filled(blank, written, ("group",)))
    return path


def test_a_form_is_read_by_the_questions_of_its_letter(run: Run, form: Path) -> None:
    assert json.loads(run("responses", "read-form", form, "--json").output) == {
        "file": "reply.docx",
        "reference": "IGF/LP/2025/0001",
        "letter": "IGF/LP/2025/0001",
        "genuine": True,
        "respondent": "Ms. Li",
        "attribution": "group",
        "boxes": ["group"],
        "notes": [],
        "answers": {"outcomes": "A law.", "trained": {"value": 120, "year": 2024}, "speak": False},
    }
    words = run("responses", "read-form", form).output
    assert "genuine      yes" in words
    assert "[outcomes]\nA law." in words
    assert "[trained]\nvalue: 120\nyear: 2024" in words


def test_no_secret_is_shown(run: Run, office: Office, form: Path) -> None:
    with office.reading() as session:
        secret = register.find(session, "IGF/LP/2025/0001").answer_token
    assert secret
    for words in (("responses", "read-form", form, "--json"), ("letters", "show", "IGF/LP/2025/0001", "--json")):
        assert secret not in run(*words).output


def test_a_form_of_another_office_is_read_and_is_not_genuine(run: Run, office: Office, form: Path) -> None:
    with office.transaction() as session:
        register.find(session, "IGF/LP/2025/0001").answer_token = "0" * 32
    row = json.loads(run("responses", "read-form", form, "--json").output)
    assert (row["letter"], row["genuine"]) == ("IGF/LP/2025/0001", False)
    with office.transaction() as session:
        register.find(session, "IGF/LP/2025/0001").reference = "ANOTHER/2025/0001"
    row = json.loads(run("responses", "read-form", form, "--json").output)
    assert (row["letter"], row["genuine"]) == (None, False)
    assert row["answers"]["trained.year"] == "2024"


def test_another_file_is_refused(run: Run, form: Path) -> None:
    form.write_text("No form.")
    assert "reply.docx is neither a DOCX nor an XLSX file" in run("responses", "read-form", form, ok=False).output
