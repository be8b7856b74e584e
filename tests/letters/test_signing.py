"""Scans of signed pages, and the evidence of approvals given elsewhere: known by content, kept once, named nowhere as paths."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.journal import Entry
from outreach.letters import approving, editing, papers, register, signing
from outreach.letters.layout import letter_docx
from outreach.letters.models import Letter, LetterState
from tests.cast import CHAIR, DANA, KIM, NOON, RENE, society
from tests.letters.desk import Desk
from tests.letters.sheets import LETTER

PDF, PNG, JPEG = b"%PDF-1.7\nscan", b"\x89PNG\r\n\x1a\nscan", b"\xff\xd8\xff\xe0scan"
MAIL = b"Received: from x\r\nFrom: chair@panel.example\r\nDate: Mon, 27 Jan 2025 09:00:00 +0000\r\n\r\nApproved.\r\n"
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 40 + "__properties_version1.0".encode("utf-16-le")


@pytest.fixture
def letter(session: Session, desk: Desk) -> Letter:
    campaign = desk.campaign(session, society(session))
    return register.find(session, desk.draft(session, campaign).new[0])


@pytest.fixture
def approved(session: Session, desk: Desk, letter: Letter) -> Letter:
    desk.approve(session, letter)
    return letter


def attach(session: Session, letter: Letter, desk: Desk, content: bytes = PDF, name: str = "scan.pdf"):
    return signing.attach(session, letter, content, name, desk.archive, by=DANA, at=NOON)


def test_a_scan_is_kept_with_the_version_and_journalled(session: Session, approved: Letter, desk: Desk) -> None:
    copy = attach(session, approved, desk)
    assert copy is not None
    assert desk.archive.fetch(copy.sha256) == PDF
    assert (copy.filename, copy.content_type, copy.size, copy.added_by) == ("scan.pdf", "application/pdf", 13, "Dana Drafter")
    assert signing.copies(session, approved.version_now) == [copy]
    [(entry, values)] = journal.latest(session, last=1)
    assert (entry.verb, entry.subject) == ("signed copy attached", "letter IGF/LP/2025/0001")
    assert values == {"version": 1, "sha256": copy.sha256}


def test_several_are_kept_and_the_same_bytes_once(session: Session, approved: Letter, desk: Desk) -> None:
    attach(session, approved, desk)
    attach(session, approved, desk, PNG, "page.png")
    assert attach(session, approved, desk, PDF, "again.pdf") is None
    assert [copy.filename for copy in signing.copies(session, approved.version_now)] == ["scan.pdf", "page.png"]
    assert len(session.scalars(select(Entry).where(Entry.verb == "signed copy attached")).all()) == 2


def test_a_letter_that_was_sent_takes_a_scan_and_a_draft_does_not(session: Session, letter: Letter, desk: Desk) -> None:
    with pytest.raises(Refused, match="is draft; a signed copy belongs to a letter that was approved"):
        attach(session, letter, desk)
    letter.state = LetterState.CANCELLED
    with pytest.raises(Refused, match="is cancelled"):
        attach(session, letter, desk)
    letter.state = LetterState.ACCEPTED
    assert attach(session, letter, desk) is not None


def test_a_scan_stays_with_the_version_that_was_signed(session: Session, approved: Letter, desk: Desk) -> None:
    attach(session, approved, desk)
    editing.edit(session, approved, {"subject": "Another"}, by=DANA, at=NOON)
    assert signing.copies(session, approved.version_now) == []
    assert len(signing.copies(session, approved.versions[0])) == 1


def test_a_reader_attaches_nothing(session: Session, approved: Letter, desk: Desk) -> None:
    with pytest.raises(Refused, match="may not attach signed copies"):
        signing.attach(session, approved, PDF, "scan.pdf", desk.archive, by=RENE, at=NOON)


def test_scans_are_written_beside_the_letter_with_numbers(
    session: Session, approved: Letter, desk: Desk, tmp_path: Path
) -> None:
    for content, name in ((PDF, "../../etc/passwd"), (JPEG, "b.jpeg"), (PDF + b"2", "c.pdf")):
        attach(session, approved, desk, content, name)
    files = list(signing.export(session, [(approved.reference, approved.version_now.id)], tmp_path, desk.archive))
    assert [path.name for path in files] == [f"IGF-LP-2025-0001-signed-{n}" for n in ("1.pdf", "2.jpg", "3.pdf")]
    assert [path.read_bytes() for path in files] == [PDF, JPEG, PDF + b"2"]


# Papers ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "suffix"),
    [
        (PDF, "pdf"),
        (PNG, "png"),
        (JPEG, "jpg"),
        (MAIL, "eml"),
        (OUTLOOK, "msg"),
        (letter_docx(LETTER), "docx"),
        ("Telephone note: Geneviève approved.\n".encode(), "txt"),
        ("Geneviève".encode("cp1252"), "txt"),
        ("Note".encode("utf-16"), "txt"),
    ],
    ids=["pdf", "png", "jpg", "eml", "msg", "docx", "txt", "cp1252", "utf-16"],
)
def test_a_paper_is_known_by_its_content_not_its_name(content: bytes, suffix: str) -> None:
    found = papers.paper(content, "note.exe", papers.EVIDENCE)
    assert (found.suffix, found.label) == (suffix, f"note.exe.{suffix}")
    assert papers.suffix_of(found.content_type) == suffix


def empty_zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("a.exe", b"MZ")
    return file.getvalue()


@pytest.mark.parametrize(
    "content", [b"MZ\x90\0", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 a spreadsheet\0", b"\x7fELF\x02", empty_zip(), b"GIF89a\0\0"]
)
def test_a_file_of_another_kind_is_refused_whatever_its_name(content: bytes) -> None:
    with pytest.raises(Invalid, match=r"The file mail\.pdf is, by its content, none of PDF, EML"):
        papers.paper(content, "mail.pdf", papers.EVIDENCE)


def test_a_text_is_no_scan_and_an_empty_or_huge_file_is_refused() -> None:
    with pytest.raises(Invalid, match="none of PDF, PNG, JPG"):
        papers.paper(b"just words", "scan.pdf", papers.SCANS)
    with pytest.raises(Invalid, match="is empty"):
        papers.paper(b"", "scan.pdf", papers.SCANS)
    with pytest.raises(Invalid, match="more than 20 MB"):
        papers.paper(PDF + b"0" * papers.LARGEST, "scan.pdf", papers.SCANS)


@given(st.text(max_size=300))
def test_a_label_is_never_a_path_and_always_says_the_kind(filename: str) -> None:
    label = papers.paper(PDF, filename, papers.SCANS).label
    assert label.lower().endswith(".pdf")
    assert 5 <= len(label) <= 200
    assert label.isprintable()
    assert not set(label) & set("/\\")
    assert not label.startswith(".")


# Approval given elsewhere ---------------------------------------------------------------------------------------------


def test_an_approval_given_elsewhere_stands_with_who_how_and_the_file(session: Session, letter: Letter, desk: Desk) -> None:
    authority = approving.given_elsewhere(
        desk.archive, on_behalf_of="The Chair", evidence="by mail of 27 January", file=("C:\\mail\\ok.eml", MAIL), by=KIM
    )
    [approval] = approving.approve(
        session,
        [letter.id],
        desk.checks,
        desk.archive,
        confirmed=desk.warnings(session, letter),
        by=KIM,
        at=NOON,
        authority=authority,
    )
    assert (approval.approved_by, approval.on_behalf_of) == ("Kim Keeper", "The Chair")
    assert (approval.evidence, approval.evidence_filename) == ("by mail of 27 January", "ok.eml")
    assert approval.evidence_sha256 is not None
    assert desk.archive.fetch(approval.evidence_sha256) == MAIL
    [(_entry, values)] = journal.latest(session, last=1)
    assert (values["on_behalf_of"], values["evidence_file"]) == ("The Chair", approval.evidence_sha256)


def test_a_name_alone_is_no_evidence(desk: Desk) -> None:
    with pytest.raises(Invalid, match="Say how The Chair approved"):
        approving.given_elsewhere(desk.archive, on_behalf_of="The Chair", evidence="  ", by=CHAIR)
    assert approving.given_elsewhere(desk.archive, on_behalf_of="The Chair", file=("a", PDF), by=CHAIR).evidence == ""


@pytest.mark.parametrize("name", ["two\nlines", "n" * 201])
def test_a_name_is_one_line(desk: Desk, name: str) -> None:
    with pytest.raises(Invalid, match="Name in one line"):
        approving.given_elsewhere(desk.archive, on_behalf_of=name, evidence="by telephone", by=CHAIR)


def test_a_drafter_records_no_approval_even_with_a_file_and_nothing_is_kept(desk: Desk) -> None:
    with pytest.raises(Refused, match="Dana Drafter is a drafter and may not record approvals"):
        approving.given_elsewhere(desk.archive, on_behalf_of="The Chair", evidence="by mail", file=("a.eml", MAIL), by=DANA)
    assert not desk.archive.root.exists()
