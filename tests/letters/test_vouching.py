"""Wording that awaits a reader: drafted with, approved only once somebody vouches for exactly these words."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns import planning
from outreach.contacts.models import Holder, OrganisationName, Post
from outreach.errors import Invalid, NotFound, Refused
from outreach.letters import approving, editing, register, templates, vouching
from outreach.letters.models import Letter, LetterState
from outreach.letters.vouching import Word
from outreach.office import package_folder
from outreach.protocol import signing_off
from outreach.protocol.signing_off import SignOffs
from tests.cast import CHAIR, DANA, KIM, NOON, kenya
from tests.letters.desk import Desk, load_forms

TODAY = NOON.date()
WORD = Word(reader="Jane Reader", on=TODAY, evidence="mail of 27 January")


@pytest.fixture
def royal(session: Session, desk: Desk) -> Letter:
    """A draft to a royal Permanent Representative: English [forms.royal] awaits a reader."""
    post = kenya(session)
    _hold(session, post, style="His Royal Highness", rank="royal")
    campaign = desk.campaign(session, post, template="member-state", slug="states")
    return register.find(session, desk.draft(session, campaign).new[0])


def _hold(session: Session, post: Post, *, style: str, rank: str) -> None:
    from outreach.contacts.models import Gender, Person

    person = Person(full_name="Prince Example", family_name="Example", gender=Gender.MALE, style=style)
    session.add(Holder(post=post, person=person, rank=rank, confirmed_on=TODAY))
    session.flush()


def sign_off(session: Session, desk: Desk, folder: Path, word: Word = WORD, **options: object) -> signing_off.SignOff:
    digests = vouching.to_sign_off(load_forms("en"), ["forms.royal"])
    options = {"by": KIM, "today": TODAY, "folder": folder, "archive": desk.archive, "at": NOON} | options
    return vouching.sign_off(session, "en", digests, word, **options)  # type: ignore[arg-type]


def approve(session: Session, desk: Desk, letter: Letter, folder: Path) -> None:
    def signed(language: str) -> SignOffs:
        return signing_off.read(language, [folder])

    checks, confirmed = replace(desk.checks, signed=signed), desk.warnings(session, letter)
    approving.approve(session, [letter.id], checks, desk.archive, confirmed=confirmed, by=CHAIR, at=NOON)


def test_a_letter_keeps_which_wording_it_used(royal: Letter) -> None:
    wording = royal.version_now.wording
    assert {"settings", "dates", "words", "forms.royal", "styles.His Royal Highness"} <= set(wording)
    assert wording["forms.royal"] == {"digest": load_forms("en").digests["forms.royal"], "awaits": "a reader's approval"}
    assert wording["posts.permanent-representative"]["awaits"] == ""


def test_it_is_not_approved_until_somebody_vouches_for_it(session: Session, desk: Desk, royal: Letter, tmp_path: Path) -> None:
    assert "The English wording [forms.royal] awaits a reader's approval." in royal.version_now.warnings
    with pytest.raises(Refused) as refusal:
        approve(session, desk, royal, tmp_path)
    assert str(refusal.value) == (
        "IGF/LP/2025/0001 cannot be approved: The English wording [forms.royal] awaits a reader; once somebody who reads it has"
        " found it right, record that with `outreach protocol sign-off`. Mend this and approve again;"
        " nothing was approved."
    )
    assert royal.state is LetterState.DRAFT
    sign_off(session, desk, tmp_path)
    approve(session, desk, royal, tmp_path)
    assert royal.state is LetterState.APPROVED


def test_nobody_vouches_where_nobody_is_asked(session: Session, desk: Desk, royal: Letter) -> None:
    with pytest.raises(Refused, match="awaits a reader"):
        desk.approve(session, royal)


def test_a_sign_off_of_other_words_does_not_count(session: Session, desk: Desk, royal: Letter, tmp_path: Path) -> None:
    words = dict(royal.version_now.wording)
    words["forms.royal"] = {"digest": "0" * 64, "awaits": "a reader's approval"}
    royal.version_now.wording = words
    sign_off(session, desk, tmp_path)
    with pytest.raises(Refused, match=r"\[forms.royal\] awaits a reader"):
        approve(session, desk, royal, tmp_path)


def test_words_edited_by_hand_still_stand_under_the_form_that_awaits(
    session: Session, desk: Desk, royal: Letter, tmp_path: Path
) -> None:
    editing.edit(session, royal, {"subject": "Another"}, by=DANA, at=NOON)
    with pytest.raises(Refused, match="awaits a reader"):
        approve(session, desk, royal, tmp_path)


def test_the_sign_off_stands_in_the_journal_and_the_evidence_in_the_archive(
    session: Session, desk: Desk, tmp_path: Path
) -> None:
    mail = b"From: jane@example.org\nDate: Mon, 27 Jan 2025 10:00:00 +0000\n\nThe English forms are right.\n"
    record = sign_off(session, desk, tmp_path, Word(reader="Jane Reader", on=TODAY, file=("mail.eml", mail)))
    assert record.file is not None
    assert desk.archive.fetch(record.file) == mail
    [(entry, _values)] = journal.latest(session, last=1)
    assert (entry.verb, entry.subject) == ("wording signed off", "protocol en")
    assert signing_off.read("en", [tmp_path]).records == (record,)


@pytest.mark.parametrize("who", [CHAIR, DANA])
def test_only_a_keeper_records_it(session: Session, desk: Desk, tmp_path: Path, who: journal.Actor) -> None:
    with pytest.raises(Refused, match="may not sign off wording"):
        sign_off(session, desk, tmp_path, by=who)
    assert signing_off.read("en", [tmp_path]).records == ()


def test_a_day_that_has_not_come_is_refused(session: Session, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="2025-02-01 has not come yet; give the day on which Jane Reader signed off"):
        sign_off(session, desk, tmp_path, Word(reader="Jane Reader", on=date(2025, 2, 1)))


def test_a_refused_record_leaves_nothing_behind(session: Session, desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="Say who read the wording"):
        sign_off(session, desk, tmp_path, Word(reader=" ", on=TODAY))
    assert not signing_off.file_of("en", tmp_path).exists()


def test_only_what_awaits_a_reader_is_signed_off() -> None:
    english = load_forms("en")
    assert set(vouching.to_sign_off(english)) == set(english.awaiting())
    with pytest.raises(Refused, match=r"The English wording \[forms.ambassador\] awaits no reader"):
        vouching.to_sign_off(english, ["forms.ambassador"])
    with pytest.raises(NotFound, match=r"no entry \[forms.emperor\]"):
        vouching.to_sign_off(english, ["forms.emperor"])


def test_a_sheet_of_other_words_is_no_ground_to_sign_off() -> None:
    english = load_forms("en")
    assert vouching.to_sign_off(english, code=english.code)
    with pytest.raises(Refused, match="has changed since the sheet abcdef was made"):
        vouching.to_sign_off(english, code="abcdef")


SPANISH = {"short": "Kenya", "formal": "la República de Kenya", "of_short": "de Kenya", "of_formal": "de la República de Kenya"}


@pytest.fixture
def spanish(session: Session, desk: Desk) -> Letter:
    """A draft in Spanish, whose template awaits a native reader."""
    desk.write_in("es")
    post = kenya(session)
    post.organisation.names.append(OrganisationName(language="es", **SPANISH))
    campaign = desk.campaign(session, post, template="member-state", slug="states")
    planning.addressee(session, campaign, post).language = "es"
    session.flush()
    return register.find(session, desk.draft(session, campaign).new[0])


def test_a_template_that_awaits_a_reader_is_drafted_with_a_warning(spanish: Letter) -> None:
    assert spanish.version_now.language == "es"
    assert "la opinión de la República de Kenya acerca de la utilidad" in spanish.version_now.body
    assert "The Spanish wording [templates.member-state] awaits a native reader's approval." in spanish.version_now.warnings


def test_a_template_is_signed_off_by_itself_and_then_the_letter_is_approved(
    session: Session, desk: Desk, spanish: Letter, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="`outreach templates sign-off member-state`"):
        approve(session, desk, spanish, tmp_path)
    wording = templates.find("member-state", [package_folder("letters")]).wording("es")
    digests = vouching.template_to_sign_off(wording, SignOffs()) | load_forms("es").digests
    signed = {"by": KIM, "today": TODAY, "folder": tmp_path, "archive": desk.archive, "at": NOON}
    vouching.sign_off(session, "es", digests, WORD, **signed)  # type: ignore[arg-type]
    approve(session, desk, spanish, tmp_path)
    assert spanish.state is LetterState.APPROVED
    with pytest.raises(Refused, match="awaits no reader"):
        vouching.template_to_sign_off(wording, signing_off.read("es", [tmp_path]))


def test_a_letter_edited_by_hand_still_stands_on_wording_that_awaits_a_reader(
    session: Session, desk: Desk, spanish: Letter, tmp_path: Path
) -> None:
    editing.edit(session, spanish, {"body": "Tengo el honor de escribirle otro texto."}, by=DANA, at=NOON)
    with pytest.raises(Refused, match=r"\[templates.member-state\]"):
        approve(session, desk, spanish, tmp_path)


def test_english_templates_await_nobody(session: Session, desk: Desk) -> None:
    wording = templates.find("thanks", [package_folder("letters")]).wording("en")
    with pytest.raises(Refused, match=r"The English wording \[templates.thanks\] awaits no reader"):
        vouching.template_to_sign_off(wording, SignOffs())
