"""A letter edited in Word or LibreOffice comes back as its next version; its frame does not change that way."""

import io
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, Refused
from outreach.journal import Entry
from outreach.letters import comparing, editing, exporting, register, rewriting, taking_back
from outreach.letters.framing import framed
from outreach.letters.layout import letter_docx
from outreach.letters.models import Letter, LetterState
from outreach.typesetting import Link, Paragraph, Text, from_markdown
from outreach.typesetting.docx_reading import read_docx
from tests.cast import DANA, NOON, RENE, society
from tests.letters.desk import Desk
from tests.letters.sheets import ARABIC, CHAIR, LETTER, MAG
from tests.letters.sheets import letter as sheet
from tests.typesetting.test_docx_reading import EVERY_KIND, back, blocks, redone, run, written


@pytest.fixture
def letter(session: Session, desk: Desk) -> Letter:
    campaign = desk.campaign(session, society(session))
    return register.find(session, desk.draft(session, campaign).new[0])


@pytest.fixture
def exported(letter: Letter, desk: Desk, tmp_path: Path) -> bytes:
    return export(letter, desk, tmp_path)


def export(letter: Letter, desk: Desk, folder: Path) -> bytes:
    [path] = exporting.export([letter], ("docx",), folder, desk.press, desk.archive)
    return path.read_bytes()


def edited(file: bytes, change) -> bytes:
    """The file after an independent program opened it, changed it and saved it."""
    document = docx.Document(io.BytesIO(file))
    change({p.text: p for p in document.paragraphs}, document)
    again = io.BytesIO()
    document.save(again)
    return again.getvalue()


def saying(old: str, new: str):
    """A change: the first paragraph that holds `old` says `new` in its place."""

    def change(paragraphs, _document):
        found = next(p for text, p in paragraphs.items() if old in text)
        run = next(r for r in found.runs if old in r.text)
        run.text = run.text.replace(old, new)

    return change


def take(session: Session, letter: Letter, file: bytes):
    return taking_back.take(session, letter, taking_back.read(file), by=DANA, at=NOON)


def test_what_was_edited_becomes_the_next_version_and_the_rest_keeps_its_source(
    session: Session, letter: Letter, exported: bytes
) -> None:
    before = letter.version_now.body
    version = take(session, letter, edited(exported, saying("I should be grateful", "We should be grateful")))
    assert version is not None
    assert (letter.current, version.number) == (2, 2)
    said = before.replace("I should be grateful", "We should be grateful", 1)
    assert comparing.folded(version.body) == comparing.folded(said)
    assert "\n1. *Outcomes.* Which" in version.body
    assert "the Forum's youth initiatives" in version.body
    assert (version.subject, version.salutation) == (letter.versions[0].subject, letter.versions[0].salutation)


def test_a_paragraph_that_was_not_touched_keeps_its_typed_apostrophes(
    session: Session, letter: Letter, desk: Desk, tmp_path: Path
) -> None:
    editing.edit(session, letter, {"body": "The Forum's *aims*.\n\n1. one\n2. two\n\nThe end.\n"}, by=DANA, at=NOON)
    file = edited(export(letter, desk, tmp_path), saying("The end.", "The very end."))
    version = take(session, letter, file)
    assert version is not None
    assert version.body == "The Forum's *aims*.\n\n1. one\n2. two\n\nThe very end.\n"


def test_the_subject_comes_back(session: Session, letter: Letter, exported: bytes) -> None:
    version = take(session, letter, edited(exported, saying("Request for input", "Second request for input")))
    assert version is not None
    assert version.subject.startswith("Second request for input")
    assert version.body == letter.versions[0].body


def test_an_approval_is_void_and_the_journal_names_the_file(
    session: Session, desk: Desk, letter: Letter, tmp_path: Path
) -> None:
    desk.approve(session, letter)
    file = edited(export(letter, desk, tmp_path), saying("I should be grateful", "We should be grateful"))
    returned = taking_back.read(file)
    taking_back.take(session, letter, returned, by=DANA, at=NOON)
    assert letter.state is LetterState.DRAFT
    assert letter.approvals[0].void_reason == "the text was changed after it was approved"
    [(_entry, values)] = journal.latest(session, last=1)
    assert values["file"] == returned.sha256
    assert values["approval_voided"] is True


def test_a_file_that_says_the_same_changes_nothing(session: Session, desk: Desk, letter: Letter, exported: bytes) -> None:
    desk.approve(session, letter)
    assert take(session, letter, edited(exported, lambda *_: None)) is None
    assert letter.state is LetterState.APPROVED
    assert letter.current == 1
    assert not session.scalars(select(Entry).where(Entry.verb == "edited")).all()


def test_quotation_marks_that_word_printed_are_no_change(session: Session, letter: Letter, desk: Desk, tmp_path: Path) -> None:
    editing.edit(session, letter, {"body": "The \"value\" of the Forum's 'work'.\n"}, by=DANA, at=NOON)
    file = export(letter, desk, tmp_path)
    printed = edited(file, saying("\"value\" of the Forum’s 'work'", "“value”  of the\N{NO-BREAK SPACE}Forum’s ‘work’"))
    assert take(session, letter, printed) is None


def test_a_french_letter_is_unchanged_by_its_spaces(session: Session, letter: Letter, desk: Desk, tmp_path: Path) -> None:
    letter.version_now.language = "fr"
    editing.edit(session, letter, {"body": "Pourquoi? « Parce que »: voilà.\n\nFin.\n"}, by=DANA, at=NOON)
    file = export(letter, desk, tmp_path)
    assert take(session, letter, file) is None
    version = take(session, letter, edited(file, saying("Fin.", "Fin!")))
    assert version is not None
    assert version.body == "Pourquoi? « Parce que »: voilà.\n\nFin!\n"


# What is refused ------------------------------------------------------------------------------------------------------


def test_a_file_of_another_program_is_refused_in_one_sentence() -> None:
    with pytest.raises(Invalid, match=r"does not say which letter it is; only a \.docx that was made here"):
        taking_back.read(letter_docx(LETTER))


@pytest.mark.parametrize("version", ["", "two", "-1", "1" * 12, "١"])
def test_a_file_with_a_version_that_is_none_is_refused(version: str) -> None:
    with pytest.raises(Invalid, match="does not say which letter"):
        taking_back.read(letter_docx(LETTER, properties={"outreach-letter": "IGF/LP/2025/0001", "outreach-version": version}))


def test_an_older_version_overwrites_nobodys_newer_words(session: Session, letter: Letter, exported: bytes) -> None:
    editing.edit(session, letter, {"subject": "Newer words"}, by=DANA, at=NOON)
    with pytest.raises(Refused, match=r"from version 1 of IGF/LP/2025/0001, which stands at version 2 now"):
        take(session, letter, edited(exported, saying("I should", "We should")))
    assert letter.version_now.subject == "Newer words"


@pytest.mark.parametrize("state", [LetterState.ACCEPTED, LetterState.LEAVING, LetterState.CANCELLED])
def test_a_letter_that_left_or_was_cancelled_is_not_changed(
    session: Session, letter: Letter, exported: bytes, state: LetterState
) -> None:
    letter.state = state
    with pytest.raises(Refused, match=f"is {state} and can no longer be changed by a file"):
        take(session, letter, edited(exported, saying("I should", "We should")))


def test_a_file_of_another_letter_is_refused(session: Session, letter: Letter) -> None:
    other = letter_docx(LETTER, properties={"outreach-letter": "IGF/LP/2025/0099", "outreach-version": "1"})
    with pytest.raises(Refused, match="holds IGF/LP/2025/0099, not IGF/LP/2025/0001"):
        take(session, letter, other)


def test_a_reader_takes_nothing_back(session: Session, letter: Letter, exported: bytes) -> None:
    with pytest.raises(Refused, match="may not take letters back"):
        taking_back.take(session, letter, taking_back.read(exported), by=RENE, at=NOON)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Dear Ms. Li,", "Dear Li,", "changes the salutation .*“Dear Li,” for “Dear Ms. Li,”.*own in the contacts instead"),
        ("Yours sincerely,", "Best,", "changes the close .*comes from protocol"),
        ("27 January 2025", "28 January 2025", "changes the reference or the date .*draft it anew"),
        ("IGF/LP/2025/0001", "IGF/LP/2025/0002", "changes the reference or the date"),
        ("Chief Executive", "Chief", "changes the address block .*it comes from the contacts; record"),
    ],
)
def test_a_changed_frame_is_named_with_what_to_do_instead(
    session: Session, letter: Letter, exported: bytes, old: str, new: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        take(session, letter, edited(exported, saying(old, new)))
    assert letter.current == 1


@pytest.mark.parametrize(
    ("style", "part"),
    [
        ("Signature Name", "the signature"),
        ("Letter Reference", "the reference or the date"),
        ("Salutation", "the salutation"),
        ("Closing", "the close"),
    ],
)
def test_a_part_that_is_missing_is_named(session: Session, letter: Letter, exported: bytes, style: str, part: str) -> None:
    def without(_paragraphs, document):
        found = next(p for p in document.paragraphs if p.style.name == style)
        found._p.getparent().remove(found._p)

    with pytest.raises(Refused, match=f"this one changes {part}"):
        take(session, letter, edited(exported, without))


def test_words_outside_the_text_are_not_lost_but_refused(session: Session, letter: Letter, exported: bytes) -> None:
    def below(_paragraphs, document):
        document.add_paragraph("P.S. One more thing.", style="Body Text")

    def above(paragraphs, _document):
        paragraphs["Dear Ms. Li,"].insert_paragraph_before("A word before.", style="Body Text")

    with pytest.raises(
        Refused, match=r"what stands below the text .*“P.S. One more thing.”.*between the salutation and the close"
    ):
        take(session, letter, edited(exported, below))
    with pytest.raises(Refused, match="what stands above the text"):
        take(session, letter, edited(exported, above))


def test_what_is_typed_right_after_the_salutation_is_text(session: Session, letter: Letter, exported: bytes) -> None:
    def first(paragraphs, _document):
        after = paragraphs["Dear Ms. Li,"]._p.getnext()
        new = next(iter(paragraphs.values())).insert_paragraph_before("A new beginning.", style="Salutation")
        after.addprevious(new._p)

    version = take(session, letter, edited(exported, first))
    assert version is not None
    assert version.body.startswith("A new beginning.\n\nI am writing to")


@pytest.mark.parametrize("subject", ["", "two\nparagraphs"])
def test_a_subject_must_be_one_line(session: Session, letter: Letter, exported: bytes, subject: str) -> None:
    def change(_paragraphs, document):
        found = next(p for p in document.paragraphs if p.style.name == "Letter Subject")
        for text in subject.split("\n"):
            found.insert_paragraph_before(text, style="Letter Subject")
        found._p.getparent().remove(found._p)

    with pytest.raises(Invalid, match="must be one line"):
        take(session, letter, edited(exported, change))


def test_an_emptied_text_is_refused(session: Session, letter: Letter, exported: bytes) -> None:
    def empty(_paragraphs, document):
        for found in document.paragraphs:
            if found.style.name in ("Body Text", "List Number"):
                found._p.getparent().remove(found._p)

    with pytest.raises(Invalid, match="holds no text between the salutation and the close"):
        take(session, letter, edited(exported, empty))


def test_notes_say_what_was_not_taken(letter: Letter, exported: bytes) -> None:
    tracked = redone(exported, ("Please send your reply to", "Please send it to"))
    tracked = redone(
        tracked,
        ('<w:t xml:space="preserve">Please', '<w:t xml:space="preserve">Do </w:t></w:r><w:del w:id="1"/><w:r><w:t>please'),
    )
    found = taking_back.difference(letter, taking_back.read(tracked))
    assert found.notes == ("Changes were tracked in the file: 0 insertions were taken as accepted, 1 deletions left out.",)
    assert found.body is not None
    assert "Do please send it to" in found.body


# Markdown -------------------------------------------------------------------------------------------------------------


def test_every_kind_of_block_is_written_as_markdown_that_reads_back_the_same() -> None:
    tree = from_markdown(EVERY_KIND)
    found = rewriting.rewritten("", (), tree)
    assert from_markdown(found.text) == tree
    assert not found.plainer


def test_bold_that_ends_in_a_sign_before_a_word_is_kept_on_the_word() -> None:
    file = written([*from_markdown("x")])
    file = redone(file, (run_of("x"), run("“文本”", "<w:b/>") + run("后")))
    assert rewriting.rewritten("", (), back(file)).text == "“**文本**”后\n"


def test_an_exclamation_mark_before_a_link_makes_no_image_of_it() -> None:
    tree = (Paragraph((Text("Look!"), Link((Text("here"),), "https://igf.example/"))),)
    assert from_markdown(rewriting.rewritten("", (), tree).text) == tree


def test_emphasis_that_markdown_cannot_say_is_left_out_and_said() -> None:
    looks = ("<w:b/>", "<w:b/><w:i/>", "<w:i/>")
    file = redone(written([*from_markdown("x")]), (run_of("x"), "".join(map(run, "abc", looks))))
    found = rewriting.rewritten("", (), back(file))
    assert found == rewriting.Rewritten("abc\n", plainer=True)


def run_of(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{text}</w:t></w:r>'


@settings(max_examples=80)
@given(blocks)
def test_the_markdown_of_any_text_reads_back_with_its_words_in_order(given_blocks) -> None:
    found = rewriting.rewritten("", (), given_blocks)
    again = rewriting.rewritten("", (), from_markdown(found.text))
    plain = [rewriting._squeezed(block) for block in given_blocks]
    assert "".join(rewriting._squeezed(block) for block in from_markdown(found.text)) == "".join(plain)
    assert again.text == found.text


@settings(max_examples=80)
@given(blocks, blocks)
def test_blocks_that_stay_keep_their_source_among_any_others(before, after) -> None:
    source = "The *first*\nof 'all'.\n\n- tight\n- list\n\nThe __last__.\n"
    own = from_markdown(source)
    found = rewriting.rewritten(source, own, (*before, *own, *after)).text
    assert "The *first*\nof 'all'." in found
    assert "The __last__." in found


# LibreOffice ----------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(shutil.which("soffice") is None and not os.environ.get("CI"), reason="LibreOffice is not installed.")
def test_what_libreoffice_saves_unchanged_is_no_difference(tmp_path: Path) -> None:
    kinds = {
        "english": sheet(body=from_markdown(EVERY_KIND), signatories=(CHAIR, MAG)),
        "french": sheet(language="fr", subject="Objet: contribution", body=from_markdown("Pourquoi?\n\n" + EVERY_KIND)),
        "arabic": sheet(**{**vars(ARABIC), "body": from_markdown("نص **مهم** هنا.\n\n1. واحد\n\n   > مقتبس\n2. اثنان\n")}),
    }
    for name, one in kinds.items():
        (tmp_path / f"{name}.docx").write_bytes(letter_docx(one, properties={"outreach-letter": name, "outreach-version": "3"}))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "saved")]
    files = [str(tmp_path / f"{name}.docx") for name in kinds]
    subprocess.run([*command, *files], check=True, capture_output=True, timeout=120)
    for name in kinds:
        before, after = ((folder / f"{name}.docx").read_bytes() for folder in (tmp_path, tmp_path / "saved"))
        assert zipfile.ZipFile(io.BytesIO(after)).read("word/document.xml") != zipfile.ZipFile(io.BytesIO(before)).read(
            "word/document.xml"
        )
        returned, exported = taking_back.read(after), taking_back.read(before)
        assert (returned.reference, returned.version, returned.subject) == (name, 3, exported.subject)
        assert returned.body == exported.body
        assert framed(read_docx(after).paragraphs).frame == framed(read_docx(before).paragraphs).frame
        assert not returned.notes
        assert not comparing.differ(comparing.lines(exported.body, returned.body))
