"""The letters' commands as a person types them, from campaign to dispatch."""

import email
import json
from email import policy
from pathlib import Path
from typing import Any

import pytest

from outreach.office import Office
from tests.cast import kenya, society
from tests.confirming import confirmed
from tests.conftest import Run


@pytest.fixture
def world(office: Office) -> Office:
    """An office with two societies and Kenya in its directory."""
    with office.transaction() as session:
        society(session, "one-net", "one.example")
        society(session, "two-net", "two.example", email_address=False)
        kenya(session)
    return office


@pytest.fixture
def drafted(world: Office, run: Run) -> str:
    """The campaign wsis20-input to both societies, drafted."""
    run(
        *("campaigns", "new", "wsis20-input", "--template", "input-request"),
        *("--deadline", "2025-03-31", "--to", "group:technical-community"),
    )
    run("letters", "draft", "wsis20-input", "--date", "2025-01-27")
    return "wsis20-input"


@pytest.fixture
def approved(drafted: str, run: Run) -> str:
    """The same, approved."""
    run("letters", "approve", "--campaign", drafted, "--count", 2, *confirmed(run, drafted))
    return drafted


def rows(run: Run, *words: str) -> list[dict[str, Any]]:
    return list(json.loads(run(*words, "--json").output))


def test_a_campaign_is_shown_with_its_count_before_it_is_kept(world: Office, run: Run) -> None:
    words = ("campaigns", "new", "try", "--template", "input-request", "--deadline", "2025-03-31", "--to", "all")
    said = run(*words, "--dry-run").output
    assert "try: 2 addressees." in said
    assert "2  technical-community" in said
    assert "1  of them without an e-mail address" in said
    assert "left out: kenya, it has no post of the kind" in said
    assert rows(run, "campaigns", "list") == []


def test_a_script_may_say_how_many_it_expects(world: Office, run: Run) -> None:
    words = (
        "campaigns",
        "new",
        "try",
        "--template",
        "input-request",
        "--deadline",
        "2025-03-31",
        "--to",
        "all",
        "--count",
        "3",
    )
    said = run(*words, ok=False).output
    assert "2 are chosen, not 3; nothing was kept" in said
    assert "addressees" not in said, "nothing is planned before it is refused"


def test_a_template_that_needs_a_deadline_is_not_used_without_one(world: Office, run: Run) -> None:
    said = run("campaigns", "new", "try", "--template", "input-request", "--to", "all", ok=False).output
    assert "needs a deadline; say by which day answers are asked for" in said


def test_the_offices_inbox_cannot_get_copies(world: Office, run: Run) -> None:
    words = ("campaigns", "new", "try", "--template", "thanks", "--to", "all", "--cc", "INPUTS@leadership-panel.example")
    assert "own inbox" in run(*words, ok=False).output


def test_a_file_goes_with_the_letters_that_are_drafted_after_it(drafted: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "questions.pdf").write_bytes(b"%PDF-1.7 questions")
    words = ("campaigns", "enclose", drafted)
    assert "encloses 'questions' (questions.pdf)" in run(*words, tmp_path / "questions.pdf").output
    assert "2 written anew" in run("letters", "draft", drafted, "--date", "2025-01-27", "--redraft").output
    assert "questions (questions.pdf)" in run("letters", "show", "IGF/LP/2025/0001").output
    assert "encloses 'questions' no longer" in run(*words, "--take-out", "questions").output
    assert run(*words, ok=False).exit_code == 2


def test_the_list_gives_reference_campaign_language_and_state(drafted: str, run: Run) -> None:
    [first, second] = rows(run, "letters", "list", "--campaign", drafted)
    keys = ("reference", "campaign", "language", "state")
    assert [first[key] for key in keys] == ["IGF/LP/2025/0001", "wsis20-input", "en", "draft"]
    assert second["reference"] == "IGF/LP/2025/0002"


def test_a_letter_is_shown_as_it_will_be_read(drafted: str, run: Run) -> None:
    said = run("letters", "show", "IGF-LP-2025-0001").output
    assert "Dear Ms. Li," in said
    assert "office@one.example" in said
    letter = json.loads(run("letters", "show", "IGF/LP/2025/0001", "--json").output)
    assert letter["state"] == "draft"


def test_an_edit_after_approval_voids_it(approved: str, run: Run) -> None:
    assert "Its approval is void." in run("letters", "edit", "IGF/LP/2025/0001", "--subject", "Another").output
    letter = json.loads(run("letters", "show", "IGF/LP/2025/0001", "--json").output)
    assert (letter["state"], letter["subject"], letter["version"]) == ("draft", "Another", 2)


def test_a_new_text_is_read_from_a_file(drafted: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text("A wholly *new* text.\n")
    run("letters", "edit", "IGF/LP/2025/0001", "--body", tmp_path / "new.md")
    assert "A wholly *new* text." in run("letters", "show", "IGF/LP/2025/0001").output


@pytest.mark.parametrize("count", [None, 1, 3])
def test_a_batch_is_approved_only_by_its_exact_number(drafted: str, run: Run, count: int | None) -> None:
    words = ["letters", "approve", "--campaign", drafted] + ([] if count is None else ["--count", count])
    assert "has 2 drafts and" in run(*words, ok=False).output
    assert {row["state"] for row in rows(run, "letters", "list")} == {"draft"}


def test_approving_nothing_in_particular_is_wrong_usage(drafted: str, run: Run) -> None:
    assert run("letters", "approve", ok=False).exit_code == 2


def test_export_writes_the_frozen_files_and_marks_drafts(approved: str, run: Run, office: Office, tmp_path: Path) -> None:
    run("letters", "edit", "IGF/LP/2025/0002", "--subject", "Another")
    run("letters", "export", "--campaign", approved, "--into", tmp_path / "files")
    names = sorted(path.name for path in (tmp_path / "files").iterdir())
    assert names == [f"IGF-LP-2025-000{n}.{kind}" for n in (1, 2) for kind in ("docx", "eml", "pdf")]
    message = email.message_from_bytes((tmp_path / "files" / "IGF-LP-2025-0001.eml").read_bytes(), policy=policy.default)
    assert message["X-Unsent"] == "1"
    [page] = message.iter_attachments()  # type: ignore[attr-defined]
    assert page.get_content() == (tmp_path / "files" / "IGF-LP-2025-0001.pdf").read_bytes()
    assert "DRAFT" in pdf_text(tmp_path / "files" / "IGF-LP-2025-0002.pdf")
    assert "DRAFT" not in pdf_text(tmp_path / "files" / "IGF-LP-2025-0001.pdf")


def pdf_text(path: Path) -> str:
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(path)
    return "\n".join(page.get_textpage().get_text_range() for page in document)


def test_sending_is_a_dry_run_unless_asked(approved: str, run: Run, office: Office) -> None:
    said = run("send", approved, "--outbox", "folder").output
    assert "IGF/LP/2025/0001  would leave  office@one.example" in said
    assert "IGF/LP/2025/0002  held" in said
    assert "Dry run: 1 letters would leave by folder, 1 are held. Nothing was sent." in said
    assert not (office.folder / "out" / "folder").exists()


def test_a_real_run_leaves_the_held_ones_named_and_exits_with_1(approved: str, run: Run, office: Office) -> None:
    result = run("send", approved, "--outbox", "folder", "--really", ok=False)
    assert "IGF/LP/2025/0002  held" in result.output
    assert "wsis20-input by folder: 1 accepted, 1 held." in result.output
    written = list((office.folder / "out" / "folder" / approved).iterdir())
    assert [path.name for path in written] == ["IGF-LP-2025-0001.eml"]
    assert [row["state"] for row in rows(run, "letters", "list")] == ["accepted", "approved"]


def test_a_real_run_with_another_count_sends_nothing(approved: str, run: Run) -> None:
    assert (
        "1 letters would leave, not 2" in run("send", approved, "--outbox", "folder", "--really", "--count", 2, ok=False).output
    )
    assert {row["state"] for row in rows(run, "letters", "list")} == {"approved"}


def test_what_was_printed_and_posted_is_recorded(approved: str, run: Run) -> None:
    said = run("letters", "sent", "IGF/LP/2025/0002", "--on", "2025-01-27", "--by", "courier", "--note", "waybill 4711").output
    assert said == "IGF/LP/2025/0002 left by courier on 2025-01-27.\n"
    [entry] = rows(run, "delivery", "ledger", "IGF/LP/2025/0002")
    assert (entry["channel"], entry["result"], entry["dispatched_on"]) == ("courier", "accepted", "2025-01-27")


def test_dispatch_of_a_list_is_recorded_wholly_or_not_at_all(approved: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("IGF/LP/2025/0001\n\nIGF/LP/2025/9999\n")
    words = ("letters", "sent", "--from", tmp_path / "list.txt", "--on", "2025-01-27", "--by", "post")
    assert "There is no letter IGF/LP/2025/9999" in run(*words, ok=False).output
    assert {row["state"] for row in rows(run, "letters", "list")} == {"approved"}
    (tmp_path / "list.txt").write_text("IGF/LP/2025/0001\nIGF/LP/2025/0002\n")
    run(*words)
    assert {row["state"] for row in rows(run, "letters", "list")} == {"accepted"}


def test_an_unknown_outbox_is_refused_with_those_there_are(approved: str, run: Run) -> None:
    assert "there are: folder, print" in run("send", approved, "--outbox", "pigeon", ok=False).output


def test_a_personal_paragraph_reaches_the_letter_on_redrafting(drafted: str, run: Run) -> None:
    run("campaigns", "addressee", drafted, "one-net", "--personal", "Thank you for your words in Riyadh.")
    run("letters", "draft", drafted, "--date", "2025-01-27", "--redraft")
    assert "Thank you for your words in Riyadh." in run("letters", "show", "IGF/LP/2025/0001").output


def test_a_letter_in_french_to_whom_wants_it(drafted: str, run: Run) -> None:
    run("campaigns", "addressee", drafted, "one-net", "--language", "fr")
    run("letters", "draft", drafted, "--date", "2025-02-01", "--redraft")
    said = run("letters", "show", "IGF/LP/2025/0001").output
    assert "Madame" in said
    assert "31 mars 2025" in said


def test_warnings_are_counted_by_kind(drafted: str, run: Run) -> None:
    said = run("letters", "warnings", drafted).output
    assert "1  No e-mail address, the letter can leave on paper only" in said


def test_a_refused_draft_exits_with_1_and_keeps_the_others(world: Office, run: Run) -> None:
    run("campaigns", "new", "c", "--template", "input-request", "--deadline", "2025-03-31", "--to", "org:one-net,two-net")
    run("contacts", "edit", "two-net", "--do-not-contact", "asked by telephone")
    result = run("letters", "draft", "c", ok=False)
    assert "refused: two-net/chief-executive/headquarters: not to be contacted: asked by telephone." in result.output
    assert "1 letters could not be drafted" in result.output
    assert len(rows(run, "letters", "list")) == 1


def test_settling_when_nothing_is_in_doubt_says_so(approved: str, run: Run) -> None:
    assert run("delivery", "settle").output == "Nothing is in doubt.\n"


def test_an_outbox_that_failed_is_asked_again_and_its_letters_can_be_sent(approved: str, run: Run, office: Office) -> None:
    outbox = office.folder / "out" / "print"
    outbox.write_text("in the way")
    failed = run("send", approved, "--outbox", "print", "--really", ok=False).output
    assert "2 unknown" in failed
    assert "`outreach delivery settle` asks what became of those in doubt." in failed
    outbox.unlink()
    settled = run("delivery", "settle").output
    assert "IGF/LP/2025/0001: did not go; approved and ready to be sent again." in settled
    assert "2 accepted" in run("send", approved, "--outbox", "print", "--really").output
    assert run("delivery", "settle").output == "Nothing is in doubt.\n"


def test_a_reader_does_not_change_the_offices_wording(run: Run, office: Office) -> None:
    run("people", "add", "René Reader", "--role", "reader")
    refused = run("--as", "René Reader", "templates", "edit", "thanks", ok=False).output
    assert "René Reader is a reader and may not edit templates; ask somebody who is a drafter." in refused
    assert not (office.folder / "templates" / "letters" / "thanks").exists()


def test_a_letter_that_cannot_be_set_is_named_among_the_others(drafted: str, run: Run) -> None:
    run("letters", "edit", "IGF/LP/2025/0002", "--subject", "Hello 😀")
    for words in (("export", "--campaign", drafted), ("check", drafted), ("approve", "--campaign", drafted, "--count", 2)):
        refused = run("letters", *words, ok=False).output
        assert "IGF/LP/2025/0002: No font here has" in refused


def test_an_own_letterhead_that_is_broken_is_named(drafted: str, run: Run, office: Office) -> None:
    own = office.folder / "templates" / "letters" / "_letterhead"
    own.mkdir()
    (own / "letter.typ").write_text("#let x =\n")
    refused = run("letters", "export", "IGF/LP/2025/0001", ok=False).output
    assert f"its letterhead is the office's own, in {own}): The PDF cannot be made" in refused


def test_the_offices_own_wording_is_used_once_it_has_one(world: Office, run: Run, office: Office) -> None:
    run("templates", "edit", "input-request")
    own = office.folder / "templates" / "letters" / "input-request" / "en.md"
    own.write_text("# Our subject\n\n{{ opening }} say something else.\n")
    run("campaigns", "new", "c", "--template", "input-request", "--deadline", "2025-03-31", "--to", "org:one-net")
    run("letters", "draft", "c")
    assert "I am writing to say something else." in run("letters", "show", "IGF/LP/2025/0001").output
    whose = {row["name"]: row["whose"] for row in rows(run, "templates", "list")}
    assert (whose["input-request"], whose["thanks"]) == ("the office's", "shipped")


def test_words_are_corrected_first_as_a_dry_run_then_by_their_exact_number(approved: str, run: Run, office: Office) -> None:
    run("letters", "sent", "IGF/LP/2025/0001", "--on", "2025-01-27", "--by", "courier")
    words = ("letters", "correct", approved, "--text", "Two or three pages", "--with", "Four pages")
    assert "1 are here and would be written anew, 1 left" in run(*words).output
    assert "2 letters of wsis20-input are affected and 1 was given" in run(*words, "--write", "--count", 1, ok=False).output
    said = run(*words, "--write", "--count", 2).output
    assert "1 letters were written anew, 1 are followed by a correction, now drafts." in said
    [page] = (office.folder / "out" / "corrections").glob("wsis20-input-*.pdf")
    assert page.read_bytes().startswith(b"%PDF")
    [first, second] = rows(run, "letters", "corrections", approved)
    assert (second["reference"], second["corrected_by"]) == ("IGF/LP/2025/0002", "")
    assert (first["left_on"], first["corrected_by"]) == ("2025-01-27", "IGF/LP/2025/0003")
    assert "No letter of wsis20-input says" in run(*words, ok=False).output
    assert run("letters", "correct", approved, "--with", "x", ok=False).exit_code == 2


def test_before_any_correction_none_is_told(drafted: str, run: Run) -> None:
    assert run("letters", "corrections", drafted).output == f"No correction was made in {drafted}.\n"
    assert "has no such correction" in run("letters", "corrections", drafted, "--number", 1, ok=False).output


def test_a_file_is_corrected_by_its_title(drafted: str, run: Run, tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.pdf").write_bytes(f"%PDF-1.7 {name}".encode())
    run("campaigns", "enclose", drafted, tmp_path / "old.pdf", "--title", "Questionnaire")
    run("letters", "draft", drafted, "--date", "2025-01-27", "--redraft")
    words = ("letters", "correct", drafted, "--enclosure", "Questionnaire", "--with", tmp_path / "new.pdf")
    run(*words, "--write", "--count", 2)
    assert "Questionnaire (new.pdf)" in run("letters", "show", "IGF/LP/2025/0001").output
