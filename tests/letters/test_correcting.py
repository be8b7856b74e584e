"""Correcting a batch: what is here is written anew, what left is followed, and one page says who got what."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import journal
from outreach.campaigns.models import Campaign
from outreach.errors import NotFound, Refused
from outreach.letters import correcting, drafting, enclosing, leaving, register
from outreach.letters.correcting import Change, Correction
from outreach.letters.models import Letter, LetterRelation, LetterState, RelationKind
from tests.cast import DANA, NOON, RENE, society
from tests.letters.desk import Desk

OLD, NEW = b"%PDF-1.7 old", b"%PDF-1.7 new"
WORDS = Change("Two or three pages", "Four pages")


@pytest.fixture
def campaign(session: Session, desk: Desk) -> Campaign:
    """Three letters with a questionnaire: one left, one is approved, one a draft."""
    posts = [society(session, f"net-{n}", f"net{n}.example") for n in range(3)]
    found = desk.campaign(session, *posts)
    enclosing.add(session, found, enclosing.keep(desk.archive, OLD, "questions.pdf", "Questionnaire"), by=DANA, at=NOON)
    left, approved, _draft = (register.find(session, reference) for reference in desk.draft(session, found).new)
    desk.approve(session, left, approved)
    left.state = LetterState.ACCEPTED
    session.flush()
    return found


def file(desk: Desk) -> Change:
    return Change("Questionnaire", "new.pdf", enclosing.keep(desk.archive, NEW, "new.pdf"))


def correct(session: Session, desk: Desk, campaign: Campaign, change: Change, count: int | None = 3) -> Correction:
    other = Campaign(**{name: getattr(campaign, name) for name in ("slug", "sender", "deadline")}, template=change.template)
    return correcting.correct(session, campaign, change, desk.composer(other), count=count, by=DANA, at=NOON)


def letters(session: Session) -> list[Letter]:
    session.expire_all()
    return list(register.in_chunks(session, list(session.scalars(select(Letter.id).order_by(Letter.id)))))


def test_what_is_here_is_written_anew_and_its_approval_is_void(session: Session, desk: Desk, campaign: Campaign) -> None:
    done = correct(session, desk, campaign, WORDS)
    assert done.here == ("IGF/LP/2025/0002", "IGF/LP/2025/0003")
    _left, approved, draft, _follower = letters(session)
    for letter in (approved, draft):
        assert (letter.state, letter.current) == (LetterState.DRAFT, 2)
        assert "Four pages are enough" in letter.version_now.body
    assert approved.approvals[0].void_reason == "what it says was corrected"


def test_what_left_is_followed_by_a_letter_that_cites_reference_and_date(
    session: Session, desk: Desk, campaign: Campaign
) -> None:
    done = correct(session, desk, campaign, WORDS)
    assert done.left == (("IGF/LP/2025/0001", "IGF/LP/2025/0004"),)
    left, *_others, follower = letters(session)
    body = follower.version_now.body
    for words in ("27 January 2025", "IGF/LP/2025/0001", "“Two or three pages”", "“Four pages”"):
        assert words in body
    assert [one.post_id for one in follower.addressees] == [one.post_id for one in left.addressees]
    relation = session.scalars(select(LetterRelation)).one()
    assert (relation.letter_id, relation.other_id, relation.kind) == (follower.id, left.id, RelationKind.CORRECTS)
    assert left.current == 1, "what left stays as it was"


def test_a_file_is_replaced_here_and_enclosed_with_what_follows(session: Session, desk: Desk, campaign: Campaign) -> None:
    correct(session, desk, campaign, file(desk))
    left, approved, draft, follower = letters(session)
    files = [[desk.archive.fetch(one.sha256) for one in letter.version_now.enclosures] for letter in letters(session)]
    assert files == [[OLD], [NEW], [NEW], [NEW]]
    assert follower.version_now.layout["enclosures"] == ["Questionnaire"]
    assert "“Questionnaire”" in follower.version_now.body
    assert draft.version_now.template_sha256, "its words are still the template's"
    assert [one.sha256 for one in enclosing.of_campaign(session, campaign)] == [draft.version_now.enclosures[0].sha256]
    desk.approve(session, approved, draft, follower)
    assert left.state is LetterState.ACCEPTED


def test_it_is_done_by_its_exact_number_or_not_at_all(session: Session, desk: Desk, campaign: Campaign) -> None:
    for count in (None, 2, 4):
        with pytest.raises(Refused, match="3 letters of wsis20-input are affected and"):
            correct(session, desk, campaign, WORDS, count)
    assert [letter.current for letter in letters(session)] == [1, 1, 1]
    with pytest.raises(Refused, match="may not correct letters"):
        correcting.correct(session, campaign, WORDS, desk.composer(campaign), count=3, by=RENE, at=NOON)


def test_what_was_corrected_is_not_corrected_again(session: Session, desk: Desk, campaign: Campaign) -> None:
    correct(session, desk, campaign, WORDS)
    with pytest.raises(NotFound, match="or all that do are corrected already"):
        correcting.affected(session, campaign, WORDS)
    letters(session)[-1].state = LetterState.CANCELLED
    session.flush()
    assert correcting.affected(session, campaign, WORDS).count == 1, "its correction was cancelled"


def test_words_are_found_exactly_as_they_stand(session: Session, campaign: Campaign) -> None:
    for wrong in ("two or three pages", "Two%pages", "moon"):
        with pytest.raises(NotFound):
            correcting.affected(session, campaign, Change(wrong, "x"))


def test_a_correction_takes_no_drafts_place_and_may_leave_beside_its_letter(
    session: Session, desk: Desk, campaign: Campaign
) -> None:
    correct(session, desk, campaign, WORDS)
    again = drafting.draft(session, campaign, desk.composer(campaign), by=DANA, at=NOON, redraft=True)
    assert (again.new, again.revised) == ([], [])
    follower = letters(session)[-1]
    desk.approve(session, follower)
    assert leaving.reasons_to_stay(session, [follower.id], needs_address=True) == {}
    assert "same-post" not in desk.warnings(session, follower)


def test_it_stands_in_the_journal_as_one_entry_that_is_read_again(session: Session, desk: Desk, campaign: Campaign) -> None:
    done = correct(session, desk, campaign, WORDS)
    assert [entry.verb for entry, _ in journal.latest(session, last=1)] == ["corrected"]
    assert correcting.made(session, campaign) == [done]
    assert correcting.find(session, campaign, None) == correcting.find(session, campaign, done.number)
    with pytest.raises(NotFound, match="has no such correction"):
        correcting.find(session, campaign, 99_999)
