"""Approval covers exactly the bytes that were made; any change voids it."""

import contextlib
import email
import hashlib
from dataclasses import replace
from datetime import date
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.errors import Invalid, OutreachError, Refused
from outreach.journal import Actor, Entry
from outreach.letters import approving, editing, paging, register
from outreach.letters.approving import HasErrors
from outreach.letters.checking import check
from outreach.letters.enclosing import Fetch
from outreach.letters.findings import Confirmed, NotConfirmed
from outreach.letters.freezing import Press, frozen_message, frozen_pdf
from outreach.letters.models import Letter, LetterState, LetterVersion
from outreach.letters.sheet import Sheet
from tests.cast import CHAIR, DANA, KIM, NOON, society
from tests.letters.desk import Desk


@pytest.fixture
def letter(session: Session, desk: Desk) -> Letter:
    campaign = desk.campaign(session, society(session))
    return register.find(session, desk.draft(session, campaign).new[0])


def message_of(letter: Letter, desk: Desk) -> EmailMessage:
    raw = frozen_message(letter.version_now, desk.archive)
    return email.message_from_bytes(raw, policy=policy.default)  # type: ignore[arg-type, return-value]


def test_approval_freezes_the_message_and_the_page_under_their_digests(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    version = letter.version_now
    assert letter.state is LetterState.APPROVED
    assert hashlib.sha256(frozen_message(version, desk.archive)).hexdigest() == version.message_sha256
    assert frozen_pdf(version, desk.archive).startswith(b"%PDF")
    assert letter.approval is not None
    assert (letter.approval.digest, letter.approval.approved_by) == (version.message_sha256, "Charlie Chair")


def test_the_frozen_message_says_what_the_letter_says_and_carries_the_page(
    session: Session, desk: Desk, letter: Letter
) -> None:
    desk.approve(session, letter)
    message = message_of(letter, desk)
    assert message["To"] == "office@open-net.example"
    assert message["From"] == "IGF Leadership Panel <chair@leadership-panel.example>"
    assert message["Reply-To"] == "inputs@leadership-panel.example"
    assert message["Subject"].endswith("(IGF/LP/2025/0001)")
    assert message["Message-ID"] == letter.version_now.message_id
    assert message["Bcc"] is None
    text, html = message.get_body(["plain"]), message.get_body(["html"])
    assert text is not None
    assert html is not None
    for part in (text.get_content(), html.get_content()):
        assert "Dear Ms. Li," in part
        assert "31 March 2025" in " ".join(part.split())
    [page] = message.iter_attachments()
    assert page.get_filename() == "IGF-LP-2025-0001.pdf"
    assert page.get_content() == frozen_pdf(letter.version_now, desk.archive)


def test_the_same_version_gives_the_same_bytes_again(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    before = (letter.version_now.message_sha256, letter.version_now.pdf_sha256)
    editing.recall(session, letter, "another look", by=CHAIR, at=NOON)
    desk.approve(session, letter)
    assert (letter.version_now.message_sha256, letter.version_now.pdf_sha256) == before


def test_an_edit_voids_the_approval_and_keeps_the_reference(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    editing.edit(session, letter, {"subject": "Another subject"}, by=DANA, at=NOON)
    assert letter.state is LetterState.DRAFT
    assert letter.approval is None
    assert letter.approvals[0].void_reason == "the text was changed after it was approved"
    assert (letter.reference, letter.version_now.number) == ("IGF/LP/2025/0001", 2)
    assert letter.version_now.message_id != letter.versions[0].message_id


def test_an_edited_letter_approved_again_leaves_with_its_new_words(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    editing.edit(session, letter, {"body": "Quite *another* text.\n"}, by=DANA, at=NOON)
    desk.approve(session, letter)
    text = message_of(letter, desk).get_body(["plain"])
    assert text is not None
    assert "Quite another text." in text.get_content().replace("*", "")


def test_only_an_approver_approves(session: Session, desk: Desk, letter: Letter) -> None:
    with pytest.raises(Refused, match="Dana Drafter is a drafter and may not approve letters"):
        approving.approve(session, [letter.id], desk.checks, desk.archive, by=DANA, at=NOON)
    assert letter.state is LetterState.DRAFT


def test_an_approved_letter_is_not_approved_twice(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    with pytest.raises(Refused, match="IGF/LP/2025/0001 is approved; only a draft can be approved"):
        desk.approve(session, letter)


def test_a_letter_that_left_can_neither_be_edited_nor_cancelled(session: Session, desk: Desk, letter: Letter) -> None:
    letter.state = LetterState.ACCEPTED
    with pytest.raises(Refused, match="can no longer be edited"):
        editing.edit(session, letter, {"subject": "Late"}, by=DANA, at=NOON)
    with pytest.raises(Refused, match="can no longer be cancelled"):
        editing.cancel(session, letter, "late", by=CHAIR, at=NOON)


@pytest.mark.parametrize("changes", [{"subject": " "}, {"subject": "two\nlines"}, {"body": " \n"}, {"body": "nul\0"}])
def test_an_edit_that_leaves_nothing_to_read_is_refused(session: Session, letter: Letter, changes: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        editing.edit(session, letter, changes, by=DANA, at=NOON)
    assert letter.version_now.number == 1


def test_an_edit_that_changes_nothing_writes_no_version(session: Session, letter: Letter) -> None:
    with pytest.raises(Invalid, match="says that already"):
        editing.edit(session, letter, {"subject": letter.version_now.subject}, by=DANA, at=NOON)


def test_a_cancellation_needs_its_reason(session: Session, letter: Letter) -> None:
    with pytest.raises(Refused, match="Say why"):
        editing.cancel(session, letter, "  ", by=DANA, at=NOON)


def test_a_batch_of_approvals_is_one_entry_in_the_journal(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session, "a-net"), society(session, "b-net", "b.example"))
    letters = [register.find(session, reference) for reference in desk.draft(session, campaign).new]
    desk.approve(session, *letters)
    [entry] = session.scalars(select(Entry).where(Entry.verb == "approved")).all()
    assert entry.subject == "letters IGF/LP/2025/0001 to IGF/LP/2025/0002"


def test_a_letter_without_an_address_can_be_approved_for_paper(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session, email_address=False))
    letter = register.find(session, desk.draft(session, campaign).new[0])
    desk.approve(session, letter)
    assert message_of(letter, desk)["X-Unsent"] == "1"


def test_a_file_altered_in_the_archive_is_refused_not_sent(session: Session, desk: Desk, letter: Letter) -> None:
    desk.approve(session, letter)
    digest = letter.version_now.message_sha256
    assert digest is not None
    desk.archive.path(digest).write_bytes(b"forged")
    with pytest.raises(Invalid, match="is not what was archived"):
        frozen_message(letter.version_now, desk.archive)


def test_the_date_on_the_page_is_the_letters_own(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session))
    composer = desk.composer(campaign, dated=date(2025, 2, 3))
    from outreach.letters import drafting

    letter = register.find(session, drafting.draft(session, campaign, composer, by=DANA, at=NOON).new[0])
    desk.approve(session, letter)
    text = message_of(letter, desk).get_body(["plain"])
    assert text is not None
    assert "3 February 2025" in text.get_content()


# Checks: errors block it, warnings are confirmed ----------------------------------------------------------------------


def approve(session: Session, desk: Desk, letter: Letter, confirmed: Confirmed, by: Actor = CHAIR) -> None:
    approving.approve(session, [letter.id], desk.checks, desk.archive, confirmed=confirmed, by=by, at=NOON)


def test_a_letter_with_an_error_is_not_approved_whatever_is_confirmed(session: Session, desk: Desk, letter: Letter) -> None:
    editing.edit(session, letter, {"body": "To be sent by [date].\n"}, by=DANA, at=NOON)
    for confirmed in (0, 1, 2, desk.warnings(session, letter)):
        with pytest.raises(HasErrors, match=r"IGF/LP/2025/0001 cannot be approved: “\[date\]” was left to be filled in"):
            approve(session, desk, letter, confirmed)
    assert letter.state is LetterState.DRAFT
    editing.edit(session, letter, {"body": "To be sent by March.\n"}, by=DANA, at=NOON)
    desk.approve(session, letter)


def test_warnings_are_confirmed_by_their_exact_number_in_all_or_of_each_kind(
    session: Session, desk: Desk, letter: Letter
) -> None:
    assert desk.warnings(session, letter) == {"language-assumed": 1}
    wrong: list[Confirmed] = [0, 2, {}, {"language-assumed": 2}, {"language-assumed": 1, "vacant": 1}, {"vacant": 1}]
    for confirmed in wrong:
        with pytest.raises(NotConfirmed, match=r"There is 1 warning \(1 the language is assumed\), and \d confirmed"):
            approve(session, desk, letter, confirmed)
    approve(session, desk, letter, 1)
    editing.recall(session, letter, "again", by=CHAIR, at=NOON)
    approve(session, desk, letter, {"language-assumed": 1})


def test_nothing_is_confirmed_where_there_is_nothing(session: Session, desk: Desk) -> None:
    post = society(session)
    post.organisation.language_assumed = False
    session.flush()
    letter = register.find(session, desk.draft(session, desk.campaign(session, post)).new[0])
    with pytest.raises(NotConfirmed, match="There are no warnings, and 3 confirmed"):
        approve(session, desk, letter, 3)
    approve(session, desk, letter, 0)


def test_who_confirmed_which_kinds_stands_in_the_journal(session: Session, desk: Desk, letter: Letter) -> None:
    approve(session, desk, letter, 1)
    [(entry, values)] = journal.latest(session, last=1)
    assert (entry.actor, entry.verb, values["warnings_confirmed"]) == ("Charlie Chair", "approved", {"language-assumed": 1})


def test_a_letter_of_too_many_pages_that_no_check_saw_is_caught_when_its_page_is_made(
    session: Session, desk: Desk, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "too_long", lambda *_arguments: {})
    checks = replace(desk.checks, page_limit=lambda _template: 1)
    with pytest.raises(HasErrors, match="It has 2 pages, and its template allows 1"):
        approving.approve(session, [letter.id], checks, desk.archive, confirmed=1, by=CHAIR, at=NOON)


def test_one_letter_with_an_error_keeps_the_whole_batch_unapproved(session: Session, desk: Desk) -> None:
    campaign = desk.campaign(session, society(session, "a-net"), society(session, "b-net", "b.example"))
    first, second = (register.find(session, reference) for reference in desk.draft(session, campaign).new)
    editing.edit(session, second, {"subject": "Lorem ipsum"}, by=DANA, at=NOON)
    with pytest.raises(HasErrors, match="IGF/LP/2025/0002 cannot be approved"):
        desk.approve(session, first, second)
    assert (first.state, second.state) == (LetterState.DRAFT, LetterState.DRAFT)


def test_what_was_checked_is_what_is_approved(session: Session, desk: Desk, letter: Letter) -> None:
    with pytest.raises(Refused, match="was changed while it was being checked"):
        letter.approve(CHAIR, NOON, checked="another digest", message_sha256="0" * 64, pdf_sha256="0" * 64)


# The two-person rule --------------------------------------------------------------------------------------------------


def two_people(desk: Desk) -> Desk:
    office = structs.replace(desk.settings.office, two_person_rule=True)
    return Desk(desk.archive, structs.replace(desk.settings, office=office))


def test_whoever_changed_a_letter_last_does_not_approve_it_under_the_two_person_rule(
    session: Session, desk: Desk, letter: Letter
) -> None:
    strict = two_people(desk)
    editing.edit(session, letter, {"subject": "By the Chair"}, by=CHAIR, at=NOON)
    confirmed = desk.warnings(session, letter)
    with pytest.raises(Refused, match="Charlie Chair wrote the present version of IGF/LP/2025/0001 and may not approve it"):
        approve(session, strict, letter, confirmed)
    approve(session, strict, letter, confirmed, by=KIM)
    editing.edit(session, letter, {"subject": "By Dana"}, by=DANA, at=NOON)
    approve(session, strict, letter, confirmed)


def test_without_the_rule_an_own_letter_may_be_approved(session: Session, desk: Desk, letter: Letter) -> None:
    editing.edit(session, letter, {"subject": "By the Chair"}, by=CHAIR, at=NOON)
    desk.approve(session, letter)


def test_the_rule_holds_for_an_approval_that_is_recorded_for_somebody_else(
    session: Session, desk: Desk, letter: Letter
) -> None:
    strict = two_people(desk)
    words = approving.given_elsewhere(desk.archive, on_behalf_of="dana drafter", evidence="by telephone", by=KIM)
    with pytest.raises(Refused, match="Dana Drafter wrote the present version"):
        approving.approve(session, [letter.id], strict.checks, desk.archive, confirmed=1, by=KIM, at=NOON, authority=words)


# Whatever is done in whatever order -----------------------------------------------------------------------------------

TEXTS = ("I write to you.\n", "I write to {{ name }}.\n", "By [date].\n", "Yours, XXX.\n", "Dear friends.\n")
STEPS = st.one_of(
    st.tuples(st.just("edit"), st.sampled_from(TEXTS)),
    st.tuples(st.just("approve"), st.integers(0, 3)),
    st.tuples(st.just("confirm"), st.just("")),
    st.tuples(st.just("recall"), st.just("")),
    st.tuples(st.just("redraft"), st.just("")),
    st.tuples(st.just("misspell"), st.sampled_from(["[Name of the Chair]", "The Chair"])),
)


def take(session: Session, desk: Desk, letter: Letter, act: str, what: object) -> None:
    match act:
        case "edit":
            editing.edit(session, letter, {"body": str(what)}, by=DANA, at=NOON)
        case "approve":
            approve(session, desk, letter, int(str(what)))
        case "confirm":
            approve(session, desk, letter, desk.warnings(session, letter))
        case "recall":
            editing.recall(session, letter, "again", by=CHAIR, at=NOON)
        case "redraft":
            assert letter.campaign is not None
            desk.draft(session, letter.campaign, redraft=True)
            session.refresh(letter)
        case "misspell":
            assert letter.campaign is not None
            letter.campaign.addressees[0].values = {"personal": str(what)}
            session.flush()


@pytest.mark.first
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=2, max_size=8))
def test_a_letter_with_an_error_never_becomes_approved_by_any_sequence(
    session: Session, desk: Desk, letter: Letter, steps: list[tuple[str, object]]
) -> None:
    quick = replace_press(desk)
    with session.begin_nested() as savepoint:
        for act, what in steps:
            with contextlib.suppress(OutreachError):
                take(session, quick, letter, act, what)
            [checked] = check(session, [letter.id], quick.checks)
            assert letter.state is not LetterState.APPROVED or not checked.errors
        savepoint.rollback()
    session.expire_all()


class QuickPress(Press):
    """Makes next to nothing: what is approved is at stake here, not how it looks."""

    def pdf(self, sheet: Sheet) -> bytes:
        return b"%PDF-1.7 /Type/Pages/Count 1"

    def message(self, version: LetterVersion, sheet: Sheet, pdf: bytes, fetch: Fetch) -> bytes:
        return version.body.encode()


def replace_press(desk: Desk) -> Desk:
    class Quick(Desk):
        press = property(lambda self: QuickPress(self.settings.mail))  # type: ignore[assignment]

    return Quick(desk.archive, desk.settings)
