"""Letters that go through Word, are compared, signed on paper, or approved elsewhere: as a person types it."""

import io
import json
from pathlib import Path
from typing import Any

import docx
import pytest

from outreach.office import Office
from tests.cast import kenya, society
from tests.confirming import confirmed
from tests.conftest import Run

FIRST, SECOND = "IGF/LP/2025/0001", "IGF/LP/2025/0002"
MAIL = "From: chair@panel.example\nDate: Mon, 27 Jan 2025 09:00:00 +0000\n\nApproved.\n"


@pytest.fixture
def drafted(office: Office, run: Run) -> str:
    """The campaign wsis20-input to two societies, drafted; Kenya stands in the directory."""
    with office.transaction() as session:
        society(session, "one-net", "one.example")
        society(session, "two-net", "two.example")
        kenya(session)
    run(
        *("campaigns", "new", "wsis20-input", "--template", "input-request"),
        *("--deadline", "2025-03-31", "--to", "group:technical-community"),
    )
    run("letters", "draft", "wsis20-input", "--date", "2025-01-27")
    return "wsis20-input"


@pytest.fixture
def exported(drafted: str, run: Run, tmp_path: Path) -> Path:
    """The first letter as a DOCX file."""
    run("letters", "export", FIRST, "--format", "docx", "--into", tmp_path)
    return tmp_path / "IGF-LP-2025-0001.docx"


def edit(path: Path, old: str, new: str) -> None:
    """Change words in the file as an independent program does."""
    document = docx.Document(io.BytesIO(path.read_bytes()))
    found = next(run for paragraph in document.paragraphs for run in paragraph.runs if old in run.text)
    found.text = found.text.replace(old, new)
    document.save(str(path))


def test_a_changed_greeting_is_refused_with_what_to_type(exported: Path, run: Run) -> None:
    edit(exported, "Dear Ms. Li,", "Dear Li,")
    said = run("letters", "take-back", exported, ok=False).output
    assert "record a salutation of the person's own in the contacts instead" in said
    assert "Type: `outreach contacts edit PERSON --salutation TEXT`." in said


def shown(run: Run, reference: str = FIRST) -> dict[str, Any]:
    return dict(json.loads(run("letters", "show", reference, "--json").output))


def test_a_letter_edited_in_word_is_taken_back_and_its_approval_is_void(exported: Path, run: Run) -> None:
    run("letters", "approve", FIRST, *confirmed(run, "wsis20-input", FIRST))
    edit(exported, "Two or three pages are enough", "Two pages are enough")
    said = run("letters", "take-back", exported).output
    assert "[-or three -]pages are enough" in said
    assert f"{FIRST} stands at version 2. Its approval is void." in said
    letter = shown(run)
    assert (letter["state"], letter["version"]) == ("draft", 2)
    assert "Two pages are enough" in letter["body"]


def test_a_dry_run_shows_the_difference_and_changes_nothing(exported: Path, run: Run) -> None:
    edit(exported, "Two or three pages are enough", "Two pages are enough")
    said = run("letters", "take-back", exported, "--dry-run").output
    assert "[-or three -]" in said
    assert said.endswith("Dry run: nothing was changed.\n")
    assert shown(run)["version"] == 1


def test_a_file_that_was_only_saved_again_has_nothing_to_change(exported: Path, run: Run) -> None:
    edit(exported, "Please", "Please")
    assert run("letters", "take-back", exported).output == f"The file says what {FIRST} says; there is nothing to change.\n"
    assert shown(run)["version"] == 1


def test_a_changed_salutation_is_refused_with_what_to_do_instead(exported: Path, run: Run) -> None:
    edit(exported, "Dear Ms. Li,", "Dear Li,")
    said = run("letters", "take-back", exported, ok=False).output
    assert "the salutation of IGF/LP/2025/0001 (“Dear Li,” for “Dear Ms. Li,”): it comes from protocol" in said


def test_a_file_that_is_no_letter_or_of_another_office_is_refused(exported: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "note.docx").write_text("no letter")
    assert "is no readable .docx" in run("letters", "take-back", tmp_path / "note.docx", ok=False).output
    document = docx.Document(io.BytesIO(exported.read_bytes()))
    document.save(str(tmp_path / "other.docx"))
    run("letters", "cancel", FIRST, "--why", "Addressed to the wrong seat")
    said = run("letters", "take-back", tmp_path / "other.docx", ok=False).output
    assert "is cancelled and can no longer be changed" in said


def test_two_versions_are_compared_by_words(drafted: str, run: Run) -> None:
    assert "version 1, against version 1: no difference." in run("letters", "diff", FIRST).output
    run("letters", "edit", FIRST, "--subject", "Request for views on the value of the Internet Governance Forum")
    said = run("letters", "diff", FIRST).output
    assert said.splitlines()[:2] == [f"{FIRST}, version 1, against version 2:", "subject"]
    assert "  ~ Request for [-input-]{+views+} on the value" in said
    [change] = json.loads(run("letters", "diff", FIRST, "--version", 1, "--json").output)
    assert (change["part"], change["kind"]) == ("subject", "changed")
    assert change["new"].startswith("Request for views")


def test_a_letter_is_compared_with_what_its_template_writes_now(drafted: str, run: Run) -> None:
    assert "against what its template writes now: no difference." in run("letters", "diff", FIRST, "--template").output
    run("campaigns", "addressee", drafted, "one-net", "--personal", "Thank you for your words in Riyadh.")
    assert "  + Thank you for your words in Riyadh." in run("letters", "diff", FIRST, "--template").output


def test_a_version_that_there_is_not_is_refused(drafted: str, run: Run) -> None:
    for words in (("diff", FIRST, "--version", "4"), ("show", FIRST, "--version", "4"), ("diff", FIRST, "--version", "0")):
        assert "has no version" in run("letters", *words, ok=False).output


def test_an_approval_given_elsewhere_is_shown_with_its_evidence(drafted: str, run: Run, office: Office, tmp_path: Path) -> None:
    (tmp_path / "ok.eml").write_text(MAIL)
    words = ("--on-behalf", "The Chair", "--evidence", "by mail of 27 January", "--evidence-file", tmp_path / "ok.eml")
    said = run("letters", "approve", "--campaign", drafted, "--count", 2, *words, *confirmed(run, drafted)).output
    assert said == f"2 letters, {FIRST} to {SECOND}, approved by The Chair, recorded by Kim Keeper.\n"
    letter = shown(run)
    assert (letter["approved_by"], letter["on_behalf_of"]) == ("Kim Keeper", "The Chair")
    assert (letter["evidence"], letter["evidence_file"]) == ("by mail of 27 January", "ok.eml")
    assert "evidence file" in run("letters", "show", SECOND).output


def test_an_approval_for_somebody_else_needs_evidence(drafted: str, run: Run, tmp_path: Path) -> None:
    assert "Say how The Chair approved" in run("letters", "approve", FIRST, "--on-behalf", "The Chair", ok=False).output
    (tmp_path / "ok.pdf").write_bytes(b"MZ\0")
    words = ("letters", "approve", FIRST, "--on-behalf", "The Chair", "--evidence-file", tmp_path / "ok.pdf")
    assert "The file ok.pdf is, by its content, none of PDF" in run(*words, ok=False).output
    assert shown(run)["state"] == "draft"


def test_signed_pages_are_attached_listed_and_exported(drafted: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.7\nscan")
    assert "is draft; a signed copy belongs" in run("letters", "signed", FIRST, tmp_path / "scan.pdf", ok=False).output
    run("letters", "approve", FIRST, *confirmed(run, "wsis20-input", FIRST))
    assert run("letters", "signed", FIRST, tmp_path / "scan.pdf").output == f"scan.pdf is with version 1 of {FIRST}.\n"
    assert "has this scan already; nothing was added" in run("letters", "signed", FIRST, tmp_path / "scan.pdf").output
    assert "scan.pdf (attached by Kim Keeper on 2025-01-27)" in run("letters", "show", FIRST).output
    assert [copy["filename"] for copy in shown(run)["signed"]] == ["scan.pdf"]
    assert (
        "3 files of 2 letters"
        in run("letters", "export", "--campaign", drafted, "--format", "eml", "--into", tmp_path / "o").output
    )
    assert (tmp_path / "o" / "IGF-LP-2025-0001-signed-1.pdf").read_bytes() == b"%PDF-1.7\nscan"
