"""Notes verbales from template to page: refused where they may not go; third person, initials and stamp, the date last."""

from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy.orm import Session

from outreach.config import NoteSettings
from outreach.contacts.addressing import reach
from outreach.contacts.models import Organisation, OrganisationName, Post
from outreach.errors import Refused
from outreach.letters import drafting, editing, register, rules, taking_back, templates, vocatives
from outreach.letters.cases import cases
from outreach.letters.composing import Composer, Sender, Unwritable, Wish
from outreach.letters.findings import Finding
from outreach.letters.layout import letter_docx, letter_html, letter_pdf, letter_text
from outreach.letters.models import Letter
from outreach.letters.sheet import Sheet
from outreach.letters.sheets import sheet_of
from outreach.letters.vocatives import Spoken
from outreach.office import package_folder
from outreach.protocol.forms import languages, load
from outreach.typesetting.docx_reading import read_docx
from tests.cast import DANA, NOON, kenya, society
from tests.letters.desk import Desk, load_forms
from tests.letters.test_layout_pdf import pages

NOTES = {
    language: NoteSettings(name=example.sender, place="Geneva", gender=example.sender_gender)
    for language in languages()
    if (example := load(language).example)
}


@pytest.fixture
def entitled(desk: Desk) -> Desk:
    """A desk whose sender may issue notes verbales, in six languages."""
    chair = msgspec.structs.replace(desk.settings.sender("chair"), may_issue_notes_verbales=True, notes=NOTES)
    office = msgspec.structs.replace(desk.settings.office, languages=languages())
    desk.settings = msgspec.structs.replace(desk.settings, senders={"chair": chair}, office=office)
    return desk


def mission(session: Session, language: str = "en") -> Post:
    """Kenya's mission in New York, which writes `language`."""
    post = kenya(session)
    post.organisation.language = language
    for other, of in (("es", "de la República de Kenya"), ("ru", "Республики Кения"), ("ar", "جمهورية كينيا")):
        _name(post.organisation, other, of)
    _name(post.organisation, "zh", "肯尼亚共和国")
    session.flush()
    return post


def _name(organisation: Organisation, language: str, of: str) -> None:
    organisation.names.append(OrganisationName(language=language, short=of, formal=of, of_short=of, of_formal=of))


def drafted(session: Session, desk: Desk, *posts: Post, **options: Any) -> drafting.Drafted:
    campaign = desk.campaign(session, *posts, template="note-verbale", slug="notes")
    return desk.draft(session, campaign, **options)


@pytest.fixture
def note(session: Session, entitled: Desk) -> Letter:
    return register.find(session, drafted(session, entitled, mission(session)).new[0])


def page(note: Letter) -> Sheet:
    return sheet_of(note.version_now, note.reference)


def test_a_sender_who_may_not_issue_notes_issues_none(session: Session, desk: Desk) -> None:
    with pytest.raises(Refused, match="makes notes verbales, and this sender may not issue them: write letters"):
        drafted(session, desk, mission(session))


def test_a_note_to_an_organisation_is_refused_and_takes_no_reference(session: Session, entitled: Desk) -> None:
    post = society(session)
    shelved = templates.find("note-verbale", (package_folder("letters"),))
    about = msgspec.structs.replace(shelved.about, post_kinds=("chief-executive",))
    campaign = entitled.campaign(session, post, template="note-verbale", slug="notes")
    sender = Sender(entitled.settings, entitled.settings.sender("chair"))
    composer = Composer(
        type(shelved)(shelved.name, shelved.folder, about, shelved.languages),
        sender,
        dated=NOON.date(),
        deadline=date(2025, 3, 31),
        forms=load,
    )
    found = drafting.draft(session, campaign, composer, by=DANA, at=NOON)
    assert found.new == []
    assert "Li Example is no mission or ministry of a State, and gets no note verbale; write a letter." in found.refused[0]


def test_a_note_to_two_missions_together_is_refused(session: Session, entitled: Desk) -> None:
    post = mission(session)
    campaign = entitled.campaign(session, post, template="note-verbale", slug="notes")
    [found] = reach(session, [post.id], on=NOON.date(), stale_after=180)
    with pytest.raises(Unwritable, match="goes to one mission or ministry; choose the addressees one by one"):
        entitled.composer(campaign).compose("IGF/LP/2025/0001", [found, found], Wish())


def test_a_note_has_neither_salutation_nor_subject_nor_signature(note: Letter) -> None:
    version, sheet = note.version_now, page(note)
    assert version.salutation == ""
    assert version.subject == "Input on the value of the Internet Governance Forum to Member States"
    assert (sheet.subject, sheet.salutation, sheet.signatories, sheet.on_behalf) == ("", "", (), "")
    assert version.address_block == ["Permanent Mission of the Republic of Kenya to the United Nations"]
    assert not [warning for warning in version.warnings if "third person" in warning or "awaits" in warning]


def test_the_first_and_last_paragraphs_name_sender_and_state_in_full(note: Letter) -> None:
    version = note.version_now
    first = version.body.splitlines()[0]
    for paragraph in (first, version.close):
        assert paragraph.startswith("The Secretariat of the Example Forum ")
        assert "the Permanent Mission of the Republic of Kenya to the United Nations" in paragraph


@pytest.mark.parametrize("language", languages())
def test_a_note_is_written_in_six_languages_in_the_third_person(session: Session, entitled: Desk, language: str) -> None:
    [reference] = drafted(session, entitled, mission(session, language)).new
    version = register.find(session, reference).version_now
    assert version.language == language
    assert not [warning for warning in version.warnings if "third person" in warning]
    awaits = "awaits a reader" in " ".join(version.warnings) or "awaits a native" in " ".join(version.warnings)
    assert awaits == (language not in ("en", "fr"))


@pytest.mark.parametrize("language", languages())
def test_place_and_date_come_last_on_the_page(session: Session, entitled: Desk, language: str) -> None:
    [reference] = drafted(session, entitled, mission(session, language)).new
    letter = register.find(session, reference)
    sheet = page(letter)
    date_line, close = sheet.date_line, sheet.close
    assert "Geneva" in date_line
    for text in (letter_text(sheet), letter_html(sheet)):
        # A line of plain text may break anywhere, in Chinese also within a word.
        flat, end = "".join(text.split()), "".join(date_line.split())
        assert flat.count(end) == 1
        assert flat.index(end) > flat.index("".join(close.split())[-12:])
    found = [paragraph.text for paragraph in read_docx(letter_docx(sheet)).paragraphs if paragraph.text]
    assert found[-1].replace("\xa0", " ") == date_line
    assert found[-2] == load(language).words.initials
    assert letter_pdf(sheet).startswith(b"%PDF")


def test_the_page_has_room_for_initials_and_stamp(note: Letter) -> None:
    text = " ".join(" ".join(pages(letter_pdf(page(note)))).split())
    assert text.index("highest consideration.") < text.index("Initials and stamp") < text.index("Geneva, 27 January 2025")
    assert "Chair" not in text.replace("The Chair", "")


def found_in(session: Session, desk: Desk, note: Letter) -> list[Finding]:
    [case] = cases(session, [note.id], stale_after=180, forms=load_forms)
    return [*rules.of_case(case, desk.settings.mail.inbox), *vocatives.of_case(case, Spoken.of(load_forms(case.language)))]


def test_words_of_the_first_person_are_a_warning_that_goes_when_they_go(session: Session, entitled: Desk, note: Letter) -> None:
    body = note.version_now.body
    editing.edit(session, note, {"body": f"{body}\nWe should be grateful for your reply.\n"}, by=DANA, at=NOON)
    says = "A note verbale is in the third person, and this one says: We, your."
    assert Finding("third-person", says) in found_in(session, entitled, note)
    editing.edit(session, note, {"body": f"{body}\nA reply would be appreciated.\n"}, by=DANA, at=NOON)
    assert "third-person" not in {finding.kind for finding in found_in(session, entitled, note)}


def test_the_checks_find_nothing_wrong_with_a_note_as_it_was_drafted(session: Session, entitled: Desk, note: Letter) -> None:
    """It has no salutation and repeats no vocative, and that is as it should be."""
    assert {finding.kind for finding in found_in(session, entitled, note)} <= {"no-address", "language-assumed"}


def test_a_note_given_another_date_bears_it(session: Session, note: Letter) -> None:
    editing.date_anew(session, note, date(2025, 2, 1), by=DANA, at=NOON)
    assert page(note).date_line == "Geneva, 1 February 2025"


def test_a_note_comes_back_from_word_with_other_words(session: Session, note: Letter, tmp_path: Path) -> None:
    sheet = page(note)
    marks = {taking_back.LETTER: note.reference, taking_back.VERSION: "1"}
    same = taking_back.read(letter_docx(sheet, properties=marks))
    assert taking_back.difference(note, same).changes == {}
    from dataclasses import replace

    from outreach.typesetting.markdown import from_markdown

    other = replace(sheet, body=from_markdown(note.version_now.body + "\nAnother paragraph.\n"))
    changes = taking_back.difference(note, taking_back.read(letter_docx(other, properties=marks))).changes
    assert list(changes) == ["body"]
    moved = replace(sheet, date_line="Paris, 1 March 2025")
    with pytest.raises(Refused, match="changes the reference or the date"):
        taking_back.difference(note, taking_back.read(letter_docx(moved, properties=marks)))


def test_a_language_in_which_the_sender_has_no_name_gives_way_to_the_default(session: Session, entitled: Desk) -> None:
    chair = entitled.settings.sender("chair")
    only = msgspec.structs.replace(chair, notes={"en": NOTES["en"]})
    entitled.settings = msgspec.structs.replace(entitled.settings, senders={"chair": only})
    [reference] = drafted(session, entitled, mission(session, "fr")).new
    version = register.find(session, reference).version_now
    assert version.language == "en"
    assert any("since fr is not written here" in warning for warning in version.warnings)
