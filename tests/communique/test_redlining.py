"""What changed, as files; what copies say; and that a working edition stays in the office."""

import hashlib
import zipfile
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from outreach.communique import editing, redlining, staying, versions
from outreach.communique.composing import Edition
from outreach.communique.models import CommuniqueVersion, ParagraphKind, VersionState
from outreach.errors import Refused
from outreach.letters.models import Enclosure, Letter, LetterVersion
from outreach.letters.papers import DOCX
from outreach.typesetting import words
from outreach.typesetting.docx_tracking import after, authors, before, read_tracked
from tests.cast import CHAIR, DANA, NOON
from tests.communique.world import SENDER, World

WHO: dict[str, Any] = {"by": DANA, "at": NOON}


@pytest.fixture
def pair(world: World) -> tuple[CommuniqueVersion, CommuniqueVersion]:
    """A version, and one in which people changed a paragraph, added one and removed one."""
    world.said(world.organisation("Alder Net"), "Make it last.")
    old = world.draft()
    new = versions.copy(world.session, old, **WHO)
    numbered = [row.paragraph_id for row in new.wordings if row.paragraph.kind is ParagraphKind.PARAGRAPH]
    editing.edit(world.session, new, numbered[0], "The Panel met & decided.", basis="plenary", **WHO)
    editing.remove(world.session, new, numbered[1], "said above", **WHO)
    editing.add(world.session, new, ParagraphKind.PARAGRAPH, "A new one.", after=numbered[0], basis="plenary", **WHO)
    return old, new


def compared(world: World, old: CommuniqueVersion, new: CommuniqueVersion, *formats: str) -> dict[str, bytes]:
    return redlining.compare(world.session, old, new, world.wording(), SENDER, formats=formats, **WHO)


def test_word_accepts_the_changes_into_the_newer_version_and_rejects_them_into_the_older(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    old, new = pair
    [content] = compared(world, old, new, "docx").values()
    read = read_tracked(content)
    assert authors(read.paragraphs) == [new.made_by]
    accepted = [words(after(one)) for one in read.paragraphs]
    rejected = [words(before(one)) for one in read.paragraphs]
    assert "The Panel met & decided." in accepted
    assert "A new one." in accepted
    assert "A new one." not in rejected
    removed = next(row.text for row in old.wordings if row.paragraph_id not in {one.paragraph_id for one in new.wordings})
    assert removed in rejected
    assert removed not in accepted


def test_what_changed_is_marked_in_html_and_set_as_pdf(world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]) -> None:
    files = compared(world, *pair, "html", "pdf")
    page = next(content for name, content in files.items() if name.endswith("html")).decode()
    assert "<ins>A new one.</ins>" in page
    assert "<del>" in page
    assert "&amp;" in page
    assert all(content for content in files.values())


def test_only_two_versions_of_one_language_are_compared(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    with pytest.raises(Refused, match="in one language"):
        compared(world, pair[0], world.draft("fr"), "html")


def test_copies_say_until_when_they_are_under_embargo_and_that_speech_counts(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    _, new = pair
    versions.mark(world.session, new, embargo_until=NOON + timedelta(days=30), against_delivery=True, **WHO)
    said = world.markdown(new)
    assert "**EMBARGOED UNTIL 26 February 2025, 12:00 UTC**" in said
    assert "**CHECK AGAINST DELIVERY**" in said
    versions.mark(world.session, new, embargo_until=NOON, against_delivery=False, **WHO)
    assert "EMBARGOED" not in world.markdown(new)


def test_a_copy_says_draft_until_the_text_is_adopted_by_name(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    _, new = pair
    assert "**DRAFT**" in world.markdown(new)
    versions.turn(world.session, new, VersionState.IN_REVIEW, **WHO)
    versions.turn(world.session, new, VersionState.ADOPTED, by=CHAIR, at=NOON)
    assert "**DRAFT**" not in world.markdown(new)
    assert (new.signed_off_by, new.digest) == (CHAIR.name, versions.digest(new))
    with pytest.raises(Refused, match="is adopted and closed"):
        editing.edit(world.session, new, new.wordings[1].paragraph_id, "Other words.", basis="plenary", **WHO)


def test_the_zip_holds_every_format_with_its_digest(world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]) -> None:
    [content] = world.export(pair[0], Edition.CLEAN, ("zip",)).values()
    with zipfile.ZipFile(BytesIO(content)) as package:
        lines = package.read("MANIFEST.sha256").decode().splitlines()
        listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
        assert sorted(name.rpartition(".")[2] for name in listed) == ["docx", "html", "md", "pdf"]
        assert all(hashlib.sha256(package.read(name)).hexdigest() == digest for name, digest in listed.items())


def test_the_html_stands_alone_with_contents_and_headings_in_order(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    [content] = world.export(pair[0], Edition.CLEAN, ("html",)).values()
    page = content.decode()
    assert page.startswith('<!DOCTYPE html>\n<html lang="en" dir="ltr">')
    assert page.count("<h1>") == 1
    assert '<nav aria-label="Contents">' in page
    assert "<script" not in page
    assert 'src="' not in page


def enclosing(world: World, content: bytes) -> Letter:
    """A letter that encloses a file."""
    letter = world.letter(world.organisation("Birch Trade"))
    version = world.session.scalars(select(LetterVersion).filter_by(letter_id=letter.id)).one()
    letter.current = version.number
    sha256 = hashlib.sha256(content).hexdigest()
    row = Enclosure(
        letter_version_id=version.id, position=0, title="Text", filename="text.docx", content_type=DOCX, sha256=sha256
    )
    world.session.add(row)
    world.session.flush()
    return letter


@pytest.mark.parametrize("edition", [Edition.WORKING, Edition.CLEAN])
def test_no_working_edition_leaves_whatever_it_is_called(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion], edition: Edition
) -> None:
    [content] = world.export(pair[0], edition, ("docx",)).values()
    letter = enclosing(world, content)
    held = staying.reasons(world.session, [letter.id], lambda _: content)
    assert (letter.id in held) is (edition is Edition.WORKING)
    assert all("is the working edition, which stays in the office" in why for why in held.values())


def test_a_working_edition_that_somebody_saved_anew_is_known_all_the_same(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    [content] = world.export(pair[0], Edition.WORKING, ("docx",)).values()
    saved = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(saved, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    letter = enclosing(world, saved.getvalue())
    assert letter.id in staying.reasons(world.session, [letter.id], lambda _: saved.getvalue())


def test_a_word_document_has_contents_that_word_fills_anew(
    world: World, pair: tuple[CommuniqueVersion, CommuniqueVersion]
) -> None:
    [content] = world.export(pair[0], Edition.CLEAN, ("docx",)).values()
    with zipfile.ZipFile(BytesIO(content)) as package:
        document = package.read("word/document.xml").decode()
    assert 'TOC \\o "1-2"' in document
    chapters = [row for row in pair[0].wordings if row.paragraph.kind is ParagraphKind.CHAPTER]
    assert all(f'<w:hyperlink w:anchor="_p{row.paragraph_id}">' in document for row in chapters)
