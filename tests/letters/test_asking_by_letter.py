"""Letters that ask: their reply form, their own address for answers, their secret."""

import io
import zipfile
from email import message_from_bytes, policy
from pathlib import Path

import msgspec
import pytest
from sqlalchemy.orm import Session

from outreach import journal
from outreach.archive import digest_of
from outreach.campaigns import questions
from outreach.campaigns.models import Campaign
from outreach.config import MailSettings
from outreach.contacts.models import AddressKind
from outreach.letters import comparing, editing, exporting, register
from outreach.letters.freezing import frozen_message
from outreach.letters.models import Letter
from outreach.letters.tokens import address_tokens, draw
from outreach.responses import returned
from tests.cast import DANA, NOON, email, society
from tests.letters.desk import Chance, Desk, load_forms
from tests.letters.reply_forms import QUESTIONS


def asking(session: Session, desk: Desk, slug: str = "wsis20-input") -> Campaign:
    campaign = desk.campaign(session, society(session, slug, f"{slug}.example"), slug=slug)
    questions.add(session, campaign, QUESTIONS, by=DANA, at=NOON)
    return campaign


def only_letter(session: Session, desk: Desk, campaign: Campaign) -> Letter:
    (reference,) = desk.draft(session, campaign).new
    return register.find(session, reference)


def with_own_addresses(desk: Desk, pattern: bool | str = True) -> None:
    mail = msgspec.structs.replace(desk.settings.mail, reply_per_letter=pattern)
    desk.settings = msgspec.structs.replace(desk.settings, mail=mail)


def test_a_letter_that_asks_encloses_its_form_twice_and_says_so_on_the_page(session: Session, desk: Desk) -> None:
    version = only_letter(session, desk, asking(session, desk)).version_now
    assert version.layout["enclosures"] == ["Reply form, as a document", "Reply form, as a spreadsheet"]
    assert [one.filename for one in version.enclosures] == ["IGF-LP-2025-0001-reply.docx", "IGF-LP-2025-0001-reply.xlsx"]
    assert [one["code"] for one in version.asked] == [one.code for one in QUESTIONS]
    for file in version.enclosures:
        form = returned.read(desk.archive.fetch(file.sha256), file.filename)
        assert form.reference == "IGF/LP/2025/0001"
        assert form.is_genuine(version.letter)


def test_what_was_approved_holds_the_form_and_the_secret(session: Session, desk: Desk) -> None:
    letter = only_letter(session, desk, asking(session, desk))
    desk.approve(session, letter)
    message = message_from_bytes(frozen_message(letter.version_now, desk.archive), policy=policy.default)
    attached = {part.get_filename(): part.get_content() for part in message.iter_attachments()}
    assert list(attached) == ["IGF-LP-2025-0001.pdf", "IGF-LP-2025-0001-reply.docx", "IGF-LP-2025-0001-reply.xlsx"]
    for file in letter.version_now.enclosures:
        assert digest_of(attached[file.filename]) == file.sha256
    assert message["X-Outreach-Answer-Token"] == letter.answer_token
    assert "(2)" in message.get_body(["plain"]).get_content()


def test_no_secret_stands_in_the_journal(session: Session, desk: Desk) -> None:
    letter = only_letter(session, desk, asking(session, desk))
    desk.approve(session, letter)
    told = str([(entry.subject, values) for entry, values in journal.latest(session)])
    assert letter.answer_token not in told
    assert letter.answer_token is not None


def test_a_campaign_that_asks_nothing_encloses_nothing(session: Session, desk: Desk) -> None:
    version = only_letter(session, desk, desk.campaign(session, society(session))).version_now
    assert version.enclosures == []
    assert version.asked == []
    assert version.layout["enclosures"] == []


def test_drafting_again_changes_nothing_until_a_question_changes(session: Session, desk: Desk) -> None:
    campaign = asking(session, desk)
    letter = only_letter(session, desk, campaign)
    before = [(file.filename, file.sha256) for file in letter.version_now.enclosures]
    assert desk.draft(session, campaign, redraft=True).unchanged == 1
    question = questions.find(session, campaign, "outcomes")
    questions.edit(session, question, wording={"en": "What else came of it?"}, by=DANA, at=NOON)
    assert desk.draft(session, campaign, redraft=True).revised == [letter.reference]
    session.expire_all()
    version = register.find(session, letter.reference).version_now
    assert version.number == 2
    assert version.asked[0]["wording"] == "What else came of it?"
    assert [(file.filename, file.sha256) for file in version.enclosures] != before


def test_the_same_chances_give_the_same_tokens(session: Session, desk: Desk) -> None:
    letter = only_letter(session, desk, asking(session, desk))
    assert (letter.reply_token, letter.answer_token) == draw(Chance())


def test_words_written_by_hand_keep_the_form(session: Session, desk: Desk) -> None:
    letter = only_letter(session, desk, asking(session, desk))
    before = [file.sha256 for file in letter.version_now.enclosures]
    editing.edit(session, letter, {"subject": "Another"}, by=DANA, at=NOON)
    assert [file.sha256 for file in letter.version_now.enclosures] == before
    assert letter.version_now.asked


def test_a_letter_is_written_where_every_question_is_worded(session: Session, desk: Desk) -> None:
    campaign = asking(session, desk)
    question = questions.find(session, campaign, "outcomes")
    questions.edit(session, question, wording={"fr": ""}, by=DANA, at=NOON)
    campaign.addressees[0].language = "fr"
    session.flush()
    version = only_letter(session, desk, campaign).version_now
    assert version.language == "en"
    assert any("since fr is not written here" in warning for warning in version.warnings)


def test_a_question_that_the_default_language_lacks_is_named(session: Session, desk: Desk) -> None:
    campaign = asking(session, desk)
    question = questions.find(session, campaign, "outcomes")
    questions.edit(session, question, wording={"en": ""}, by=DANA, at=NOON)
    (reason,) = desk.draft(session, campaign).refused
    assert "the question outcomes has no wording in en; add one to the campaign's questions." in reason


def test_a_form_whose_words_await_a_reader_waits_for_one(session: Session, desk: Desk) -> None:
    awaiting = load_forms("ar").awaits("reply_form")
    assert awaiting
    assert not load_forms("en").awaits("reply_form")
    version = only_letter(session, desk, asking(session, desk)).version_now
    assert version.wording["reply_form"]["awaits"] == ""


def test_the_difference_with_the_template_names_questions_and_no_form_twice(session: Session, desk: Desk) -> None:
    campaign = asking(session, desk)
    letter = only_letter(session, desk, campaign)
    stands = comparing.wording(letter.version_now)
    now = comparing.wording(comparing.template_now(session, letter, desk.composer(campaign)))
    assert comparing.parts(stands, now) == {}
    question = questions.find(session, campaign, "outcomes")
    questions.edit(session, question, wording={"en": "What else?"}, by=DANA, at=NOON)
    now = comparing.wording(comparing.template_now(session, letter, desk.composer(campaign)))
    assert set(comparing.parts(stands, now)) == {"questions", "enclosed files"}


def test_the_form_is_exported_beside_its_letter(session: Session, desk: Desk, tmp_path: Path) -> None:
    letter = only_letter(session, desk, asking(session, desk))
    files = exporting.export([letter], ["pdf"], tmp_path / "out", desk.press, desk.archive)
    assert sorted(path.name for path in files) == [
        "IGF-LP-2025-0001-reply.docx",
        "IGF-LP-2025-0001-reply.xlsx",
        "IGF-LP-2025-0001.pdf",
    ]


# --- An address of its own


def test_each_letter_has_its_own_address_for_answers_for_good(session: Session, desk: Desk) -> None:
    with_own_addresses(desk)
    posts = [society(session, key, f"{key}.example") for key in ("one", "two")]
    campaign = desk.campaign(session, *posts)
    letters = register.find_all(session, desk.draft(session, campaign).new)
    addresses = [letter.version_now.reply_to for letter in letters]
    assert len(set(addresses)) == 2
    for letter, address in zip(letters, addresses, strict=True):
        assert address == f"inputs+{letter.reply_token}@leadership-panel.example"
        assert address_tokens(address) == [letter.reply_token]
        assert address in letter.version_now.body, "the text says where to write"
    campaign.addressees[0].values = {"personal": "Thank you for Riyadh."}
    session.flush()
    assert len(desk.draft(session, campaign, redraft=True).revised) == 1
    session.expire_all()
    assert register.find(session, letters[0].reference).version_now.reply_to == addresses[0]


def test_the_message_is_answered_to_that_address(session: Session, desk: Desk) -> None:
    with_own_addresses(desk, "answers-{token}@mail.panel.example")
    letter = only_letter(session, desk, asking(session, desk))
    desk.approve(session, letter)
    message = message_from_bytes(frozen_message(letter.version_now, desk.archive), policy=policy.default)
    assert message["Reply-To"] == f"answers-{letter.reply_token}@mail.panel.example"
    form = letter.version_now.enclosures[0]
    words = desk.archive.fetch(form.sha256)
    page = zipfile.ZipFile(io.BytesIO(words)).read("word/document.xml").decode()
    assert f"answers-{letter.reply_token}@mail.panel.example" in page


def test_switching_it_on_reaches_drafts_that_stand_and_off_is_the_default(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    letter = only_letter(session, desk, campaign)
    assert letter.version_now.reply_to == "inputs@leadership-panel.example"
    token = letter.reply_token
    with_own_addresses(desk)
    assert desk.draft(session, campaign, redraft=True).revised == [letter.reference]
    session.expire_all()
    again = register.find(session, letter.reference)
    assert again.version_now.reply_to == f"inputs+{token}@leadership-panel.example"


def test_a_letter_from_before_there_were_tokens_gets_one_with_its_next_version(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    letter = only_letter(session, desk, campaign)
    letter.reply_token = letter.answer_token = None
    session.flush()
    with_own_addresses(desk)
    desk.draft(session, campaign, redraft=True)
    session.expire_all()
    again = register.find(session, letter.reference)
    assert again.reply_token
    assert again.answer_token
    assert again.version_now.reply_to == f"inputs+{again.reply_token}@leadership-panel.example"


def test_no_letter_goes_to_an_address_that_comes_back_to_us(session: Session, desk: Desk) -> None:
    with_own_addresses(desk)
    post = society(session, email_address=False)
    session.add(email(post, "Inputs+0123456789abcdef@leadership-panel.example"))
    session.flush()
    assert post.addresses[0].kind is AddressKind.EMAIL
    (reason,) = desk.draft(session, desk.campaign(session, post)).refused
    assert "answers would loop" in reason


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("inputs@office.example", True),
        ("INPUTS@office.example", True),
        ("inputs+0123456789abcdef@office.example", True),
        ("inputs+anything@office.example", True),
        ("chair@office.example", False),
        ("inputs@another.example", False),
        ("inputs+x@evil.example@office.example", False),
    ],
)
def test_which_addresses_are_ours(address: str, own: bool) -> None:
    mail = MailSettings(
        from_address="chair@office.example", from_name="", reply_to="inputs@office.example", reply_per_letter=True
    )
    assert mail.is_own(address) is own
