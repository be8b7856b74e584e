"""Tracked changes and comments, as Word and LibreOffice write them, are read with who made them and where."""

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings

from outreach.returning import Hand, returned
from outreach.typesetting import Document, Heading, Paragraph, Quotation, Strong, Style, Text, to_docx, words
from outreach.typesetting.docx_tracking import after, authors, before, read_tracked
from tests.typesetting.trees import any_text

WHEN = datetime(2025, 2, 10, 16, 0, tzinfo=UTC)
ANNA = Hand("Anna Li & Co. <x>", WHEN)
STYLE = Style(timestamp=WHEN, properties={"outreach-review": "abc"})


def copy_of(*texts: str) -> bytes:
    blocks = (Heading(1, (Text("A heading"),), anchor="p1"),)
    numbered = (Paragraph((Text(text),), f"{n}.", f"p{n + 1}") for n, text in enumerate(texts, 1))
    return to_docx(Document(language="en", title="A title", blocks=(*blocks, *numbered)), STYLE)


def test_changes_and_comments_are_read_with_who_made_them() -> None:
    file = returned(copy_of("The Forum matters.", "It is old."), ANNA, [("matters", "matters much")], [("old", "How old?")])
    read = read_tracked(file)
    changed = next(one for one in read.paragraphs if "_p2" in one.anchors)
    assert words(before(changed)) == "The Forum matters."
    assert words(after(changed)) == "The Forum matters much."
    assert words(after(changed, "somebody else")) == "The Forum matters."
    assert authors(read.paragraphs) == [ANNA.author]
    [comment] = read.comments
    assert (comment.author, comment.text, comment.on, comment.at) == (ANNA.author, "How old?", "old", WHEN)
    assert comment.place is not None
    assert read.paragraphs[comment.place].anchors == ("_p3",)
    assert read.properties["outreach-review"] == "abc"


def test_the_number_of_a_paragraph_is_none_of_its_words() -> None:
    [paragraph] = [one for one in read_tracked(copy_of("Twelve.")).paragraphs if "_p2" in one.anchors]
    assert words(before(paragraph)) == "Twelve."


@settings(max_examples=20, deadline=None)
@given(any_text)
def test_whatever_is_written_is_read_back_as_it_was(text: str) -> None:
    [paragraph] = [one for one in read_tracked(copy_of(text)).paragraphs if "_p2" in one.anchors] or [None]
    assert paragraph is not None
    assert words(before(paragraph)).split() == words((Text(text),)).split()


@pytest.mark.long
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_what_libreoffice_saves_reads_as_what_word_saved(tmp_path: Path) -> None:
    quoted = Quotation((Paragraph((Text("As it came."),), anchor="p9_0"),), (Text("Somebody"),))
    blocks = (
        Heading(1, (Text("I. One"),), anchor="p1"),
        Paragraph((Strong((Text("Bold."),)), Text(" The Forum matters; it has 20 years.")), "1.", "p2"),
        Paragraph((Text("It is old."),), "2.", "p3"),
        quoted,
    )
    sent = to_docx(Document(language="en", title="A title", blocks=blocks), STYLE)
    file = returned(sent, ANNA, [("matters", "matters much"), ("It is old.", "")], [("20 years", "Since 2006?")])
    (tmp_path / "copy.docx").write_bytes(file)
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    into = ("--convert-to", "docx:MS Word 2007 XML", "--outdir", str(tmp_path / "saved"), str(tmp_path / "copy.docx"))
    subprocess.run(["soffice", profile, "--headless", *into], check=True, capture_output=True, timeout=180)
    by_word, by_office = (read_tracked(content) for content in (file, (tmp_path / "saved" / "copy.docx").read_bytes()))
    named = [{one.anchors: one for one in read.paragraphs if one.anchors} for read in (by_word, by_office)]
    assert named[0].keys() == named[1].keys()
    for anchors, paragraph in named[0].items():
        assert before(paragraph) == before(named[1][anchors])
        assert after(paragraph) == after(named[1][anchors])
    assert authors(by_office.paragraphs) == [ANNA.author]
    assert [(one.author, one.text, one.on) for one in by_office.comments] == [(ANNA.author, "Since 2006?", "20 years")]
    assert by_office.properties["outreach-review"] == "abc"
